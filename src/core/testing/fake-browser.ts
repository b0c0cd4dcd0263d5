import type { PageInfo } from '../model.ts';
import type { KeyValueStorage, PageEnvironment } from '../ports.ts';

/** Storage in memory that counts what is written. */
export class FakeStorage implements KeyValueStorage {
  readonly values = new Map<string, string>();
  writes = 0;

  get(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.writes += 1;
    this.values.set(key, value);
  }

  remove(key: string): void {
    this.writes += 1;
    this.values.delete(key);
  }
}

/** A page that is shown, hidden and cut off at will. */
export class FakeEnvironment implements PageEnvironment {
  readonly #wake = new Set<() => void>();
  readonly #change = new Set<() => void>();
  #visible = true;
  #online = true;

  isVisible(): boolean {
    return this.#visible;
  }

  isOnline(): boolean {
    return this.#online;
  }

  page(): PageInfo {
    return { url: 'https://shop.example/cart', title: 'Cart', referrer: '', locale: 'en' };
  }

  onWake(listener: () => void): () => void {
    this.#wake.add(listener);
    return () => this.#wake.delete(listener);
  }

  onChange(listener: () => void): () => void {
    this.#change.add(listener);
    return () => this.#change.delete(listener);
  }

  get listeners(): number {
    return this.#wake.size + this.#change.size;
  }

  wake(): void {
    for (const listener of [...this.#wake]) listener();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    for (const listener of [...this.#change]) listener();
    if (visible) this.wake();
  }

  setOnline(online: boolean): void {
    this.#online = online;
    for (const listener of [...this.#change]) listener();
    if (online) this.wake();
  }
}
