import type { KeyValueStorage } from './ports.ts';

/** Unsent text per conversation, kept across reloads. What was written on this page counts more than what is stored. */
export class Drafts {
  readonly #storage: KeyValueStorage;
  readonly #prefix: string;
  readonly #texts = new Map<string, string>();

  /** `prefix` is what the storage keys begin with: one for each conversation, so that tabs keep theirs apart. */
  constructor(storage: KeyValueStorage, prefix: string) {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  get(conversation: string): string {
    return this.#texts.get(conversation) ?? this.#storage.get(this.#keyOf(conversation)) ?? '';
  }

  set(conversation: string, text: string): void {
    if (this.get(conversation) === text) return;
    this.#texts.set(conversation, text);
    if (text === '') this.#storage.remove(this.#keyOf(conversation));
    else this.#storage.set(this.#keyOf(conversation), text);
  }

  /** Forgets all texts, here and in storage. */
  clear(): void {
    this.forget();
    for (const key of this.#storage.keys(`${this.#prefix}:`)) this.#storage.remove(key);
  }

  /** Forgets what was written on this page. */
  forget(): void {
    this.#texts.clear();
  }

  #keyOf(conversation: string): string {
    return `${this.#prefix}:${conversation}`;
  }
}
