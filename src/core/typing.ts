import type { Clock } from './ports.ts';
import { Timer } from './timer.ts';

const NOTICE_EVERY = 3_000;
const SHOWN_FOR = 6_000;

/** Outgoing: lets one of many keystrokes through every few seconds. */
export class TypingNotice {
  readonly #clock: Clock;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether to tell now. */
  due(): boolean {
    const now = this.#clock.now();
    if (now - this.#sentAt < NOTICE_EVERY) return false;
    this.#sentAt = now;
    return true;
  }

  /** The next keystroke tells again: the message went out, or the conversation changed. */
  reset(): void {
    this.#sentAt = Number.NEGATIVE_INFINITY;
  }
}

/** Incoming: shows somebody typing until they stop, send or fall silent. */
export class TypingWatch<T> {
  readonly #timer: Timer;
  readonly #onChange: () => void;
  #value: T | null = null;

  constructor(clock: Clock, onChange: () => void) {
    this.#timer = new Timer(clock);
    this.#onChange = onChange;
  }

  get value(): T | null {
    return this.#value;
  }

  show(value: T): void {
    this.#timer.set(SHOWN_FOR, () => this.clear());
    this.#value = value;
    this.#onChange();
  }

  clear(): void {
    this.#timer.cancel();
    if (this.#value === null) return;
    this.#value = null;
    this.#onChange();
  }
}
