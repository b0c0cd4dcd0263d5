import { isObject, parseJson } from './json.ts';
import type { Clock, KeyValueStorage } from './ports.ts';

/** Of somebody who is known otherwise than by a secret of this device. */
const KNOWN = 'known';
const SHAPE = /^(known|sv1_[A-Za-z0-9_-]{43})$/;
const RECENT = 7 * 24 * 60 * 60 * 1_000;
const TOUCH_EVERY = 60_000;

interface Stored {
  readonly token: string;
  /** When a conversation last saw a message. */
  readonly activeAt: number;
}

/** Written before the token, and removed again, by a sign-out: so other tabs can tell it from a wiped storage. */
export const SIGNED_OUT = 'signed-out ';

/** The visitor's secret on this device. Nothing is stored before `ensure`. */
export class VisitorToken {
  readonly #storage: KeyValueStorage;
  readonly #key: string;
  readonly #clock: Clock;
  /** What is held where nothing is stored. */
  readonly #rest: Stored | null;
  #held: Stored | null;
  /** Signed out of; a tab that has not heard of it yet may store it again. */
  #over: string | null = null;
  /** The storage was cleared under this page, by the visitor most likely. */
  #wiped = false;

  /** Who `isKnown` otherwise always has a token, which is no secret; what is stored is when they last wrote. */
  constructor(storage: KeyValueStorage, key: string, clock: Clock, isKnown = false) {
    this.#storage = storage;
    this.#key = key;
    this.#clock = clock;
    this.#rest = isKnown ? { token: KNOWN, activeAt: 0 } : null;
    this.#held = this.#rest;
  }

  get value(): string | null {
    return this.#held?.token ?? null;
  }

  /** Whether a conversation was active in the last days, so that answers are worth listening for. */
  get isRecent(): boolean {
    return this.#held !== null && this.#clock.now() - this.#held.activeAt < RECENT;
  }

  /** Whether it was made or used a moment ago: the message it was made for may still be on its way from another tab. */
  get isFresh(): boolean {
    return this.#held !== null && this.#clock.now() - this.#held.activeAt < TOUCH_EVERY;
  }

  /**
   * Calls back when another tab made or dropped the token, with whether that tab signed out. `follow` tells what
   * is to be held now. Returns its undo.
   */
  watch(listener: (signedOut: boolean) => void): () => void {
    return this.#storage.watch(this.#key, (key, value) => {
      if (key === null) {
        this.#wiped = true;
        return;
      }
      const isOver = value?.startsWith(SIGNED_OUT) === true;
      if (isOver) {
        this.#wiped = false;
        this.#over = value.slice(SIGNED_OUT.length);
      }
      // It was used. What the storage holds by now may be another one already, and word of why is still to come.
      const isKnown = value !== null && this.#held !== null && parseStored(value)?.token === this.#held.token;
      if (!isKnown) listener(isOver);
    });
  }

  /** Holds what is stored now; a damaged value is removed. Returns whether that is something else than before. */
  follow(): boolean {
    const before = this.#held;
    const text = this.#storage.get(this.#key);
    // A wiped storage ends nothing that goes on here.
    if (text === null && this.#wiped) return false;
    const stored = text === null ? null : parseStored(text);
    this.#held = (stored?.token === this.#over ? null : stored) ?? this.#rest;
    if (text !== null && !this.#held) this.#storage.remove(this.#key);
    return this.#held?.token !== before?.token;
  }

  /** The token, made and stored now if there is none. */
  ensure(): string {
    // Another tab may have made one meanwhile; a second one would split the visitor in two.
    if (!this.#held) this.follow();
    const token = this.#held?.token ?? newToken(this.#clock);
    this.#store(token);
    return token;
  }

  /** A conversation has just seen a message. */
  touch(): void {
    if (this.#held && this.#clock.now() - this.#held.activeAt > TOUCH_EVERY) this.#store(this.#held.token);
  }

  /** The token is worth nothing any more. */
  forget(): void {
    const { token } = this.#held ?? {};
    this.#held = this.#rest;
    // Another tab may have begun anew already.
    if (token !== undefined && this.#stored()?.token === token) this.#storage.remove(this.#key);
  }

  /** Whoever was here goes away, in all tabs. */
  signOut(): void {
    // Where the storage was wiped, other tabs still hold the token.
    if (!this.#held) this.follow();
    const token = this.#held?.token ?? '';
    this.#over = token;
    this.#held = null;
    this.#storage.set(this.#key, SIGNED_OUT + token);
    this.#storage.remove(this.#key);
  }

  /** Whether another tab stored another token, and no word of that came yet. */
  get isOvertaken(): boolean {
    const other = this.#stored();
    return this.#held !== null && other !== null && other.token !== this.#held.token;
  }

  /** What another tab has stored meanwhile is not overwritten: `follow` is about to find it. */
  #store(token: string): void {
    const other = this.#stored();
    if (other && other.token !== token) return;
    this.#held = { token, activeAt: this.#clock.now() };
    this.#storage.set(this.#key, JSON.stringify(this.#held));
    this.#wiped = false;
  }

  #stored(): Stored | null {
    const text = this.#storage.get(this.#key);
    return text === null ? null : parseStored(text);
  }
}

export function tokenKey(storagePrefix: string): string {
  return `${storagePrefix}:visitor`;
}

export function newToken(clock: Clock): string {
  return `sv1_${clock.secret(32)}`;
}

function parseStored(text: string): Stored | null {
  const value = parseJson(text);
  if (!isObject(value)) return null;
  const { token, activeAt } = value;
  if (typeof token !== 'string' || !SHAPE.test(token)) return null;
  return { token, activeAt: typeof activeAt === 'number' && Number.isFinite(activeAt) ? activeAt : 0 };
}
