// Which rows of the list are chosen, to do one thing to all of them.
import type { ReactiveControllerHost } from 'lit';

export class RowSelection {
  readonly #host: ReactiveControllerHost;
  #ids: ReadonlySet<string> = new Set();
  /** Where a range begins. */
  #anchor: string | null = null;
  /** Whether rows show their boxes though none is chosen yet. */
  #choosing = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  get isOn(): boolean {
    return this.#choosing || this.#ids.size > 0;
  }

  begin(): void {
    this.#choosing = true;
    this.#host.requestUpdate();
  }

  /** Chooses a row or leaves it; with `range`, everything from the last one chosen. */
  toggle(id: string, shown: readonly { readonly id: string }[], range = false): void {
    const ids = new Set(this.#ids);
    const order = shown.map((row) => row.id);
    const from = range && this.#anchor !== null ? order.indexOf(this.#anchor) : -1;
    const to = order.indexOf(id);
    if (from >= 0 && to >= 0) {
      for (const one of order.slice(Math.min(from, to), Math.max(from, to) + 1)) ids.add(one);
    } else if (!ids.delete(id)) {
      ids.add(id);
    }
    this.#anchor = id;
    this.#set(ids);
  }

  all(shown: readonly { readonly id: string }[]): void {
    this.#set(new Set(shown.map(({ id }) => id)));
  }

  /** What is no longer in the list is no longer chosen: nobody acts on what they do not see. */
  keep(shown: readonly { readonly id: string }[]): void {
    if (this.#ids.size === 0) return;
    const there = new Set(shown.map(({ id }) => id));
    const kept = [...this.#ids].filter((id) => there.has(id));
    if (kept.length < this.#ids.size) this.#ids = new Set(kept);
  }

  clear(): void {
    this.#anchor = null;
    this.#choosing = false;
    this.#set(new Set());
  }

  #set(ids: ReadonlySet<string>): void {
    this.#ids = ids;
    this.#host.requestUpdate();
  }
}
