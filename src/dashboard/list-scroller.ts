// Keeps a long list short in the document: knows where it is scrolled to, and what fills the rest of its height.
import type { ReactiveController, ReactiveElement } from 'lit';
import { rowHeight } from './inbox-row.ts';
import { type ListWindow, listWindow } from './list-window.ts';

/** More is asked for this many pixels before the end comes into view. */
const nearEnd = 600;

export class ListScroller implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #onNearEnd: () => void;
  #sheet: CSSStyleSheet | null = null;
  #padding = '';
  #count = 0;
  #window: ListWindow = { first: 0, end: 0 };

  constructor(host: ReactiveElement, onNearEnd: () => void) {
    this.#host = host;
    this.#onNearEnd = onNearEnd;
    host.addController(this);
  }

  hostUpdated(): void {
    const panel = this.#panel();
    if (!panel) return;
    this.#pad();
    // A tall screen may have room for more than the first page.
    if (panel.clientHeight > 0) this.#askForMore(panel);
  }

  /** Which rows of a list of `count` to render now. */
  window(count: number): ListWindow {
    this.#count = count;
    const panel = this.#panel();
    this.#window = listWindow(count, rowHeight, panel?.scrollTop ?? 0, panel?.clientHeight ?? 0);
    return this.#window;
  }

  /** Call on every scroll of the panel. */
  scrolled(): void {
    const panel = this.#panel();
    if (!panel) return;
    const { first, end } = listWindow(this.#count, rowHeight, panel.scrollTop, panel.clientHeight);
    if (first !== this.#window.first || end !== this.#window.end) this.#host.requestUpdate();
    this.#askForMore(panel);
  }

  toStart(): void {
    const panel = this.#panel();
    if (panel) panel.scrollTop = 0;
  }

  /** Brings a row into view, whether it is rendered yet or not. */
  reveal(index: number): void {
    const panel = this.#panel();
    if (!panel) return;
    const list = panel.querySelector<HTMLElement>('.list');
    const top = (list?.offsetTop ?? 0) - panel.offsetTop + index * rowHeight;
    if (top < panel.scrollTop) panel.scrollTop = top;
    else if (top + rowHeight > panel.scrollTop + panel.clientHeight) {
      panel.scrollTop = top + rowHeight - panel.clientHeight;
    }
    this.scrolled();
  }

  #panel(): HTMLElement | null {
    return this.#host.renderRoot?.querySelector<HTMLElement>('#inbox-panel') ?? null;
  }

  #askForMore(panel: HTMLElement): void {
    if (panel.scrollTop + panel.clientHeight > panel.scrollHeight - nearEnd) this.#onNearEnd();
  }

  // A style sheet of its own rather than a style attribute, which the strictest page policy forbids.
  #pad(): void {
    const root = this.#host.shadowRoot;
    if (!root) return;
    const { first, end } = this.#window;
    const rule = `.list { padding-block: ${first * rowHeight}px ${(this.#count - end) * rowHeight}px; }`;
    if (rule === this.#padding) return;
    this.#padding = rule;
    if (!this.#sheet) {
      this.#sheet = new CSSStyleSheet();
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#sheet];
    }
    this.#sheet.replaceSync(rule);
  }
}
