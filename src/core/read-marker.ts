import type { Clock } from './ports.ts';

const DELAY = 400;

/** Tells the server how far somebody has read: shortly after, once per step, one request at a time. */
export class ReadMarker {
  readonly #clock: Clock;
  readonly #read: (sessionId: string, seq: number) => Promise<void>;
  readonly #marked = new Map<string, number>();
  #wanted: { readonly sessionId: string; readonly seq: number } | null = null;
  #timer: unknown = null;
  #busy = false;

  constructor(clock: Clock, read: (sessionId: string, seq: number) => Promise<void>) {
    this.#clock = clock;
    this.#read = read;
  }

  want(sessionId: string, seq: number): void {
    if ((this.#marked.get(sessionId) ?? 0) >= seq) return;
    this.#wanted = { sessionId, seq };
    if (!this.#busy) this.#timer ??= this.#clock.setTimeout(() => void this.#flush(), DELAY);
  }

  /** Nobody is looking (any more): what was about to be marked stays unread. */
  cancel(): void {
    this.#wanted = null;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  clear(): void {
    this.cancel();
    this.#marked.clear();
  }

  async #flush(): Promise<void> {
    this.#timer = null;
    const wanted = this.#wanted;
    this.#wanted = null;
    if (!wanted) return;
    const { sessionId, seq } = wanted;
    this.#busy = true;
    this.#marked.set(sessionId, seq);
    try {
      await this.#read(sessionId, seq);
    } catch {
      // Not worth a word: the next message or look marks it again.
      this.#marked.delete(sessionId);
    }
    this.#busy = false;
    const next: { readonly sessionId: string; readonly seq: number } | null = this.#wanted;
    if (next) this.#timer ??= this.#clock.setTimeout(() => void this.#flush(), DELAY);
  }
}
