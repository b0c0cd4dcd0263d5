import type { Clock } from './ports.ts';
import { Timer } from './timer.ts';

const DELAY = 400;

/** Tells the server how far somebody has read: shortly after, once per step, one request at a time. */
export class ReadMarker {
  readonly #timer: Timer;
  readonly #read: (sessionId: string, seq: number) => Promise<void>;
  readonly #marked = new Map<string, number>();
  #wanted: { readonly sessionId: string; readonly seq: number } | null = null;
  #busy = false;

  constructor(clock: Clock, read: (sessionId: string, seq: number) => Promise<void>) {
    this.#timer = new Timer(clock);
    this.#read = read;
  }

  want(sessionId: string, seq: number): void {
    if ((this.#marked.get(sessionId) ?? 0) >= seq) return;
    this.#wanted = { sessionId, seq };
    if (!this.#busy) this.#plan();
  }

  /** Nobody is looking (any more): what was about to be marked stays unread. */
  cancel(): void {
    this.#wanted = null;
    this.#timer.cancel();
  }

  clear(): void {
    this.cancel();
    this.#marked.clear();
  }

  #plan(): void {
    if (!this.#timer.isSet) this.#timer.set(DELAY, () => void this.#flush());
  }

  async #flush(): Promise<void> {
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
    if (this.#wanted !== null) this.#plan();
  }
}
