// Notices that somebody moves on the page.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const every = 5_000;
const moves = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'focus'] as const;

export class Activity implements ReactiveController {
  readonly #onMove: () => void;
  #last = 0;

  constructor(host: ReactiveControllerHost, onMove: () => void) {
    this.#onMove = onMove;
    host.addController(this);
  }

  hostConnected(): void {
    for (const move of moves) window.addEventListener(move, this.#moved, { passive: true, capture: true });
  }

  hostDisconnected(): void {
    for (const move of moves) window.removeEventListener(move, this.#moved, { capture: true });
  }

  readonly #moved = (): void => {
    const now = Date.now();
    if (now - this.#last < every) return;
    this.#last = now;
    this.#onMove();
  };
}
