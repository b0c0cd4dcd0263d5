// The menu of one row, where the pointer or the keyboard asked for it.
import { html, nothing, type ReactiveController, type ReactiveElement, type TemplateResult } from 'lit';
import { handleMenuKey, type MenuItem, menuList } from './menu.ts';

/** Room it needs at most, so that it stays on screen. */
const width = 250;
const height = 430;

export class RowMenu implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #onClose: () => void;
  #sheet: CSSStyleSheet | null = null;
  #id: string | null = null;

  constructor(host: ReactiveElement, onClose: () => void) {
    this.#host = host;
    this.#onClose = onClose;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#id = null;
  }

  /** The conversation it is about. */
  get id(): string | null {
    return this.#id;
  }

  open(id: string, event: MouseEvent): void {
    const frame = this.#host.renderRoot.querySelector('.frame')?.getBoundingClientRect();
    const row = (event.currentTarget as Element).getBoundingClientRect();
    // From the keyboard there is no place of the pointer.
    const byKey = event.clientX === 0 && event.clientY === 0;
    const x = (byKey ? row.left + 24 : event.clientX) - (frame?.left ?? 0);
    const y = (byKey ? row.top + 24 : event.clientY) - (frame?.top ?? 0);
    this.#place(
      Math.max(8, Math.min(x, (frame?.width ?? width) - width)),
      Math.max(8, Math.min(y, (frame?.height ?? height) - height)),
    );
    this.#id = id;
    this.#host.requestUpdate();
  }

  close(): void {
    this.#id = null;
    this.#host.requestUpdate();
  }

  render(label: string, items: readonly MenuItem[]): TemplateResult | typeof nothing {
    const id = this.#id;
    if (id === null) return nothing;
    const leave = (): void => {
      this.#onClose();
      this.#host.renderRoot.querySelector<HTMLElement>(`[data-session="${id}"]`)?.focus();
    };
    return html`<div
      class="menu"
      id="row-menu"
      @keydown=${(event: KeyboardEvent) => handleMenuKey(event, leave, this.#onClose)}
    >
      ${menuList({ label, items, edge: 'start', leave })}
    </div>`;
  }

  // A style sheet of its own rather than a style attribute, which the strictest page policy forbids.
  #place(x: number, y: number): void {
    const root = this.#host.shadowRoot;
    if (!root) return;
    if (!this.#sheet) {
      this.#sheet = new CSSStyleSheet();
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#sheet];
    }
    this.#sheet.replaceSync(`#row-menu { left: ${Math.round(x)}px; top: ${Math.round(y)}px; }`);
  }
}
