import type { Clock, KeyValueStorage } from './ports.ts';
import { parseJson } from './stored.ts';

const SHAPE = /^sv1_[A-Za-z0-9_-]{43}$/;
const RECENT = 7 * 24 * 60 * 60 * 1_000;
const TOUCH_EVERY = 60_000;

interface Stored {
  readonly token: string;
  /** When a conversation last saw a message. */
  readonly activeAt: number;
}

/** The visitor's secret on this device. Nothing is stored before `ensure`. */
export class VisitorToken {
  readonly #storage: KeyValueStorage;
  readonly #key: string;
  readonly #clock: Clock;
  #held: Stored | null = null;

  constructor(storage: KeyValueStorage, key: string, clock: Clock) {
    this.#storage = storage;
    this.#key = key;
    this.#clock = clock;
  }

  get value(): string | null {
    return this.#held?.token ?? null;
  }

  /** Whether a conversation was active in the last days, so that answers are worth listening for. */
  get isRecent(): boolean {
    return this.#held !== null && this.#clock.now() - this.#held.activeAt < RECENT;
  }

  /** Reads what is stored; a damaged value is removed. */
  restore(): void {
    if (this.#held) return;
    const text = this.#storage.get(this.#key);
    if (text === null) return;
    this.#held = parseStored(text);
    if (!this.#held) this.#storage.remove(this.#key);
  }

  /** The token, made and stored now if there is none. */
  ensure(): string {
    // Another tab may have made one meanwhile; a second one would split the visitor in two.
    this.restore();
    const token = this.#held?.token ?? `sv1_${this.#clock.secret(32)}`;
    this.#store(token);
    return token;
  }

  /** A conversation has just seen a message. */
  touch(): void {
    if (this.#held && this.#clock.now() - this.#held.activeAt > TOUCH_EVERY) this.#store(this.#held.token);
  }

  forget(): void {
    this.#held = null;
    this.#storage.remove(this.#key);
  }

  #store(token: string): void {
    this.#held = { token, activeAt: this.#clock.now() };
    this.#storage.set(this.#key, JSON.stringify(this.#held));
  }
}

function parseStored(text: string): Stored | null {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return null;
  const { token, activeAt } = value as Partial<Record<keyof Stored, unknown>>;
  if (typeof token !== 'string' || !SHAPE.test(token)) return null;
  return { token, activeAt: typeof activeAt === 'number' && Number.isFinite(activeAt) ? activeAt : 0 };
}
