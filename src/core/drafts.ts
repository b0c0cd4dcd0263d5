import type { KeyValueStorage } from './ports.ts';
import { parseJson } from './stored.ts';

/** Unsent text per conversation, kept across reloads. */
export class Drafts {
  readonly #storage: KeyValueStorage;
  readonly #key: string;
  #texts: Map<string, string> | null = null;

  constructor(storage: KeyValueStorage, key: string) {
    this.#storage = storage;
    this.#key = key;
  }

  get(conversation: string): string {
    return this.#load().get(conversation) ?? '';
  }

  set(conversation: string, text: string): void {
    const texts = this.#load();
    if ((texts.get(conversation) ?? '') === text) return;
    if (text === '') texts.delete(conversation);
    else texts.set(conversation, text);
    if (texts.size === 0) this.#storage.remove(this.#key);
    else this.#storage.set(this.#key, JSON.stringify(Object.fromEntries(texts)));
  }

  clear(): void {
    this.#texts = new Map();
    this.#storage.remove(this.#key);
  }

  #load(): Map<string, string> {
    if (this.#texts) return this.#texts;
    this.#texts = new Map();
    const stored = parseJson(this.#storage.get(this.#key));
    if (typeof stored === 'object' && stored !== null) {
      for (const [conversation, text] of Object.entries(stored)) {
        if (typeof text === 'string') this.#texts.set(conversation, text);
      }
    }
    return this.#texts;
  }
}
