// A list that is fetched when somebody wants it, and not with every key they press meanwhile.
import type { Clock } from './ports.ts';

const FRESH_FOR = 2_000;

export class OnDemand<T> {
  readonly #clock: Clock;
  readonly #fetch: () => Promise<T>;
  readonly #keep: (value: T) => void;
  #fetchedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, fetch: () => Promise<T>, keep: (value: T) => void) {
    this.#clock = clock;
    this.#fetch = fetch;
    this.#keep = keep;
  }

  /** Fetches it, unless that was done a moment ago. Rejects as the fetch does, and the next call tries again. */
  async load(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#fetchedAt < FRESH_FOR) return;
    this.#fetchedAt = now;
    try {
      this.#keep(await this.#fetch());
    } catch (reason) {
      this.#fetchedAt = Number.NEGATIVE_INFINITY;
      throw reason;
    }
  }
}
