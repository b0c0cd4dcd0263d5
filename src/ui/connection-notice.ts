// Tells of a lost connection, but only of one that stays lost: short drops are nobody's business.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Connection } from '../core/driver.ts';

const PATIENCE_MS = 2000;

export class ConnectionNotice implements ReactiveController {
  isShown = false;

  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#calm();
  }

  /** Call on every render. Polling is fine: it is slower, nothing else. */
  watch(connection: Connection): void {
    if (connection !== 'connecting' && connection !== 'offline') {
      this.#calm();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.isShown = true;
      this.#host.requestUpdate();
    }, PATIENCE_MS);
  }

  #calm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.isShown = false;
  }
}
