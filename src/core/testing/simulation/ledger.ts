import type { Truth } from '../truth.ts';
import type { Browser, Page } from './browser.ts';

/** A text that somebody sent. No text is sent twice. */
export interface Said {
  readonly text: string;
  readonly page: Page;
  readonly browser: Browser;
  readonly side: 'visitor' | 'agent';
  /** The conversation it was written in; null: a new one. */
  readonly session: string | null;
  /** Held in memory only, as far as the page knows or the disk was wiped since. */
  isFragile: boolean;
  /** Its visitor was erased, or its token wiped: it may be sent once more, as somebody new, and in another order. */
  mayRepeat: boolean;
  /**
   * A conversation was erased while it was unsent, perhaps its own, or unanswered in that: then it goes on in another.
   */
  isMoved: boolean;
  /** It was refused at some time, so that somebody had to decide. */
  isRefused: boolean;
  /** Why it may be nowhere in the end. */
  excuse: string | null;
}

interface Place {
  readonly session: string;
  readonly seq: number;
}

/** Everything that was ever sent, and what may become of it. */
export class Ledger {
  readonly entries: Said[] = [];
  readonly #byText = new Map<string, Said>();
  readonly #truth: Truth;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  add(said: Said): void {
    this.entries.push(said);
    this.#byText.set(said.text, said);
  }

  find(text: string): Said | null {
    return this.#byText.get(text) ?? null;
  }

  /** Whether it may leave the conversation it is shown in. */
  mayGo(text: string): boolean {
    const said = this.#byText.get(text);
    return said !== undefined && (said.excuse !== null || said.isMoved);
  }

  excuse(text: string, why: string): void {
    const said = this.#byText.get(text);
    if (said) said.excuse ??= why;
  }

  /** What is not in the database yet and matches may be lost from now on. */
  excuseUnsent(why: string, matches: (said: Said) => boolean): void {
    for (const said of this.#unsent(matches)) said.excuse ??= why;
  }

  /**
   * A disk was wiped: what is not in the database yet is in memory at best, and the token perhaps nowhere. A page that
   * sleeps may wake before it hears of that, and then it looks like a sign-out, after which nothing may be sent.
   */
  wiped(browser: Browser): void {
    for (const said of this.entries) if (said.browser === browser) said.mayRepeat = true;
    for (const said of this.#unsent((one) => one.browser === browser)) said.isFragile = true;
    this.excuseUnsent(
      'was nowhere but on a disk that is wiped',
      (said) => said.browser === browser && !said.page.isRunning,
    );
  }

  /** A visitor is erased, and may be made anew by what is still on its way. */
  erasedVisitor(): void {
    for (const said of this.entries) if (said.side === 'visitor') said.mayRepeat = true;
  }

  /** A page is gone, and its memory with it. */
  lost(page: Page): void {
    this.excuseUnsent(
      'was in the memory of a page that is gone',
      (said) => said.page === page && said.isFragile,
    );
  }

  /** A conversation is erased, with what was said in it. */
  erased(session: string): void {
    for (const { content } of this.#truth.deskMessages(session)) {
      this.excuse(content, 'was erased');
      const said = this.#byText.get(content);
      if (said) said.isMoved = true;
    }
    for (const said of this.#unsent(({ side }) => side === 'visitor')) {
      said.isMoved = true;
      said.mayRepeat = true;
    }
    this.excuseUnsent(
      'was for a conversation that is erased',
      (said) => said.side === 'agent' && said.session === session,
    );
  }

  /** Something was stored: of refusals only the storage knows all. */
  written(key: string, value: string): void {
    if (!key.includes('unsent:') || !value.includes('"error":')) return;
    const { content } = JSON.parse(value) as { content: string };
    const said = this.#byText.get(content);
    if (said) said.isRefused = true;
  }

  /** Where every text is in the database. */
  places(): ReadonlyMap<string, readonly Place[]> {
    const places = new Map<string, Place[]>();
    for (const session of this.#truth.ids) {
      for (const { content, seq, kind } of this.#truth.deskMessages(session)) {
        if (kind === 'event') continue;
        places.set(content, [...(places.get(content) ?? []), { session, seq }]);
      }
    }
    return places;
  }

  #unsent(matches: (said: Said) => boolean): readonly Said[] {
    const places = this.places();
    return this.entries.filter((said) => !places.has(said.text) && matches(said));
  }
}
