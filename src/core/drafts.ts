import type { KeyValueStorage } from './ports.ts';

/** Unsent text per conversation, kept across reloads. What was written on this page counts more than what is stored. */
export class Drafts {
  readonly #storage: KeyValueStorage;
  readonly #prefix: string;
  readonly #texts = new Map<string, string>();
  /** Shown here with nothing written. */
  readonly #empty = new Set<string>();

  /** `prefix` is what the storage keys begin with: one for each conversation, so that tabs keep theirs apart. */
  constructor(storage: KeyValueStorage, prefix: string) {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  /** A text box that is empty stays so: what another tab writes meanwhile would get between what is typed into it. */
  get(conversation: string): string {
    const text = this.#texts.get(conversation);
    if (text !== undefined) return text;
    if (this.#empty.has(conversation)) return '';
    const stored = this.#storage.get(this.#keyOf(conversation)) ?? '';
    if (stored === '') this.#empty.add(conversation);
    return stored;
  }

  set(conversation: string, text: string): void {
    const before = this.get(conversation);
    if (before === text) return;
    const key = this.#keyOf(conversation);
    this.#texts.set(conversation, text);
    if (text !== '') this.#storage.set(key, text);
    // What another tab has written there since is not gone with what was here.
    else if (this.#storage.get(key) === before) this.#storage.remove(key);
  }

  /** Another conversation comes on screen: where nothing is written here, what another tab left may be shown. */
  turn(): void {
    this.#empty.clear();
    for (const [conversation, text] of this.#texts) if (text === '') this.#texts.delete(conversation);
  }

  /** Forgets all texts, here and in storage, but those of one conversation. */
  clear(kept = ''): void {
    const text = this.#texts.get(kept);
    this.forget();
    if (text !== undefined) this.#texts.set(kept, text);
    for (const key of this.#storage.keys(`${this.#prefix}:`)) {
      if (key !== this.#keyOf(kept)) this.#storage.remove(key);
    }
  }

  /** Forgets what was written on this page. */
  forget(): void {
    this.#texts.clear();
    this.#empty.clear();
  }

  #keyOf(conversation: string): string {
    return `${this.#prefix}:${conversation}`;
  }
}
