// Where the fixed box really ends up: ancestors that trap it, and phones whose keyboard covers it.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const TRAPS = [
  'transform',
  'perspective',
  'filter',
  'backdropFilter',
  'translate',
  'scale',
  'rotate',
  'clipPath',
  'maskImage',
  'containerType',
] as const;

/** Whether an ancestor makes `position: fixed` relative to itself instead of the viewport, or cuts it off. */
function isTrapped(element: Element): boolean {
  for (let node = parentOf(element); node; node = parentOf(node)) {
    const style = getComputedStyle(node);
    if (TRAPS.some((name) => !/^(?:none|normal)?$/.test(style[name] ?? ''))) return true;
    // What will change counts as changed already.
    if (
      /paint|layout|strict|content|form|spective|filter|late|scale|rotate/.test(
        style.contain + style.willChange,
      )
    )
      return true;
    if (style.contentVisibility === 'auto') return true;
  }
  return false;
}

function parentOf(node: Node): Element | null {
  const parent = (node as Element).assignedSlot ?? node.parentNode;
  if (parent instanceof ShadowRoot) return parent.host;
  return parent instanceof Element ? parent : null;
}

/**
 * Lifts `box` into the top layer where it would be trapped, and back. Elsewhere it stays below the page's own
 * dialogs, and `--support-z-index` counts.
 */
export function placeInTopLayer(box: HTMLElement, host: Element): void {
  if (typeof box.showPopover !== 'function') return;
  const trapped = isTrapped(host);
  // A move within the page closes a popover, so its attribute alone does not tell.
  if (trapped === box.matches(':popover-open')) return;
  box.popover = trapped ? 'manual' : null;
  if (trapped) box.showPopover();
}

/**
 * Follows what a phone's keyboard leaves of the screen, as `--_view-height` and `--_view-top` on the target:
 * iOS shrinks neither the layout viewport nor its units.
 */
export class VisualViewportController implements ReactiveController {
  readonly #wanted: () => HTMLElement | null;
  #target: HTMLElement | null = null;

  /** `wanted` is the target, or null while nothing needs to follow. */
  constructor(host: ReactiveControllerHost, wanted: () => HTMLElement | null) {
    this.#wanted = wanted;
    host.addController(this);
  }

  hostConnected(): void {
    window.visualViewport?.addEventListener('resize', this.#follow);
    window.visualViewport?.addEventListener('scroll', this.#follow);
  }

  hostUpdated(): void {
    const target = this.#wanted();
    if (target === this.#target) return;
    this.#target = target;
    // Where the window is laid out anyway, and not once more before.
    requestAnimationFrame(this.#follow);
  }

  hostDisconnected(): void {
    window.visualViewport?.removeEventListener('resize', this.#follow);
    window.visualViewport?.removeEventListener('scroll', this.#follow);
  }

  readonly #follow = (): void => {
    const { visualViewport } = window;
    if (!this.#target || !visualViewport) return;
    const { scale, height, offsetTop } = visualViewport;
    // Pinched in, the visitor moves around in the page on purpose. Where nothing covers it, nothing is laid out twice.
    const isCovered = scale < 1.01 && offsetTop + innerHeight - height > 1;
    const { style } = this.#target;
    style.setProperty('--_view-height', isCovered ? `${height}px` : '');
    style.setProperty('--_view-top', isCovered ? `${offsetTop}px` : '');
  };
}
