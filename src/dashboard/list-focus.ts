// Keeps the keyboard's place in the list, while rows move, come and go under it.
import type { ReactiveController, ReactiveElement } from 'lit';
import type { DeskSession } from '../core/model.ts';
import type { ListScroller } from './list-scroller.ts';

export class ListFocus implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #scroller: ListScroller;
  /** The list as it is rendered. */
  #shown: readonly DeskSession[] = [];
  /** Where the keyboard is, or was when its row scrolled out of the document. */
  #place: { readonly id: string; readonly index: number } | null = null;
  #hadFocus = false;
  #current: string | null = null;
  /** A row that got the focus only since the conversation on screen has left the list: nobody went there. */
  #stray: string | null = null;

  constructor(host: ReactiveElement, scroller: ListScroller) {
    this.#host = host;
    this.#scroller = scroller;
    host.addController(this);
  }

  hostUpdate(): void {
    const id = this.#focusedId();
    this.#hadFocus = id !== null;
    if (id !== null) this.#place = { id, index: this.#indexOf(id) };
  }

  hostUpdated(): void {
    // Browsers drop the focus from what is moved or removed.
    if (!this.#hadFocus || this.#host.shadowRoot?.activeElement || !this.#place) return;
    const { id, index } = this.#place;
    const isListed = this.#indexOf(id) >= 0;
    const heir = isListed ? id : (this.#shown[Math.min(index, this.#shown.length - 1)]?.id ?? null);
    const isStray = id === this.#stray || (!isListed && id === this.#current);
    this.focus(heir);
    if (isStray) this.#stray = heir;
  }

  /** Call with each list that is rendered, and with what is on screen beside it. */
  follow(shown: readonly DeskSession[], current: string | null): void {
    this.#shown = shown;
    this.#current = current;
  }

  /** The row to go to from here: from the row in focus, else from where the keyboard was last, else from `current`. */
  next(by: number, current: string | null): string | null {
    const at = [this.#focusedId(), this.#place?.id ?? null, current]
      .map((id) => this.#indexOf(id))
      .find((index) => index >= 0);
    const to = at === undefined ? 0 : Math.min(this.#shown.length - 1, Math.max(0, at + by));
    const id = this.#shown[to]?.id ?? null;
    if (id !== null) this.#scroller.reveal(to);
    return id;
  }

  /** The row in focus. */
  focused(): string | null {
    return this.#focusedId();
  }

  /** The row in focus, where somebody went to it. */
  chosen(): string | null {
    const id = this.#focusedId();
    return id === this.#stray ? null : id;
  }

  /** Forgets the place, as somebody went elsewhere. */
  leave(): void {
    this.#place = null;
    this.#hadFocus = false;
  }

  focus(id: string | null | undefined): void {
    if (!id) return;
    this.#stray = null;
    this.#place = { id, index: this.#indexOf(id) };
    this.#host.renderRoot.querySelector<HTMLElement>(`[data-session="${id}"]`)?.focus();
  }

  #focusedId(): string | null {
    return this.#host.shadowRoot?.activeElement?.getAttribute('data-session') ?? null;
  }

  #indexOf(id: string | null): number {
    return id === null ? -1 : this.#shown.findIndex((session) => session.id === id);
  }
}
