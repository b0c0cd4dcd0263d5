import type { Clock } from './ports.ts';

/** One thing that is planned for later, at most. */
export class Timer {
  readonly #clock: Clock;
  #handle: unknown = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isSet(): boolean {
    return this.#handle !== null;
  }

  /** Plans this, instead of what was planned. */
  set(ms: number, run: () => void): void {
    this.cancel();
    this.#handle = this.#clock.setTimeout(() => {
      this.#handle = null;
      run();
    }, ms);
  }

  cancel(): void {
    if (this.isSet) this.#clock.clearTimeout(this.#handle);
    this.#handle = null;
  }
}
