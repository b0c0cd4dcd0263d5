// How many panes fit: by the room the element has, not by the window's size.
import type { ReactiveController, ReactiveElement } from 'lit';

/** `wide`: three panes; `medium`: two and a drawer; `narrow`: one at a time. */
export type Layout = 'wide' | 'medium' | 'narrow';

function layoutFor(width: number): Layout {
  if (width < 900) return 'narrow';
  return width < 1180 ? 'medium' : 'wide';
}

export class LayoutController implements ReactiveController {
  layout: Layout = 'wide';

  readonly #host: ReactiveElement;
  #sizes: ResizeObserver | null = null;
  #observed: Element | null = null;

  constructor(host: ReactiveElement) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdated(): void {
    const frame = this.#host.renderRoot.querySelector('.frame');
    if (frame === this.#observed || typeof ResizeObserver === 'undefined') return;
    this.#sizes ??= new ResizeObserver((entries) => this.#measure(entries));
    if (this.#observed) this.#sizes.unobserve(this.#observed);
    if (frame) this.#sizes.observe(frame);
    this.#observed = frame;
  }

  hostDisconnected(): void {
    this.#sizes?.disconnect();
    this.#sizes = null;
    this.#observed = null;
  }

  hostConnected(): void {
    if (this.#host.hasUpdated) this.#host.requestUpdate();
  }

  #measure(entries: readonly ResizeObserverEntry[]): void {
    const width = entries.at(-1)?.contentRect.width ?? 0;
    if (width === 0) return;
    const layout = layoutFor(width);
    if (layout === this.layout) return;
    this.layout = layout;
    this.#host.requestUpdate();
  }
}
