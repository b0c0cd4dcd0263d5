// Tells of mentions that are new: whose note came after the last look, and not of those that were there before.
import type { Mention } from './model.ts';

export class MentionWatch {
  readonly #listeners = new Set<(mention: Mention) => void>();
  /** Of each conversation, when its mention was made. Null before the first look. */
  #known: ReadonlyMap<string, string> | null = null;
  /** Put away here: the database keeps them until their conversation is opened. */
  readonly #dismissed = new Map<string, string>();

  /** Calls back for every new one. Returns its undo. */
  onNew(listener: (mention: Mention) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the database says now; returns what is to be shown. `viewing`: what is on screen needs no telling. */
  take(mentions: readonly Mention[], viewing: string | null): readonly Mention[] {
    const known = this.#known;
    this.#known = new Map(mentions.map(({ session, at }) => [session.id, at]));
    const shown = mentions.filter(
      ({ session, at }) => session.id !== viewing && this.#dismissed.get(session.id) !== at,
    );
    if (known) {
      for (const mention of shown) {
        if (known.get(mention.session.id) === mention.at) continue;
        for (const listener of [...this.#listeners]) listener(mention);
      }
    }
    return shown;
  }

  dismiss({ session, at }: Mention): void {
    this.#dismissed.set(session.id, at);
  }
}
