// Whether an agent is still there: nobody who has not moved for a while in any of their windows.
import type { Clock, KeyValueStorage } from './ports.ts';

const IDLE_AFTER = 10 * 60_000;
/** Movements are written down this often at most, since every window reads them. */
const NOTED_EVERY = 30_000;

export class Idleness {
  readonly #clock: Clock;
  readonly #storage: KeyValueStorage;
  readonly #key: string;
  #lastNoted: number;

  constructor(clock: Clock, storage: KeyValueStorage, key: string) {
    this.#clock = clock;
    this.#storage = storage;
    this.#key = key;
    this.#lastNoted = clock.now();
  }

  /** Somebody moved. Returns whether they had been taken for gone. */
  note(): boolean {
    const now = this.#clock.now();
    const wasIdle = this.isIdle();
    if (wasIdle || now - this.#lastNoted >= NOTED_EVERY) {
      this.#lastNoted = now;
      this.#storage.set(this.#key, String(now));
    }
    return wasIdle;
  }

  isIdle(): boolean {
    const elsewhere = Number(this.#storage.get(this.#key) ?? 0) || 0;
    return this.#clock.now() - Math.max(this.#lastNoted, elsewhere) >= IDLE_AFTER;
  }
}
