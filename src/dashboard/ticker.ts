// Renders its host now and then, so that waiting times move without anything happening.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const every = 15_000;

export class Ticker implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer ??= setInterval(() => {
      if (document.visibilityState === 'visible') this.#host.requestUpdate();
    }, every);
  }

  hostDisconnected(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
