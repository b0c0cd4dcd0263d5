// How many seconds it takes until what is unsent goes on, counted down on screen.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const SECOND = 1000;

export class WaitCountdown implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #until: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Rounded up; 0 where nothing waits. */
  get secondsLeft(): number {
    return this.#until === null ? 0 : Math.max(1, Math.ceil((this.#until - Date.now()) / SECOND));
  }

  hostDisconnected(): void {
    this.watch(null);
  }

  /** Call on every render, with the moment when it goes on. */
  watch(until: number | null): void {
    if (until === this.#until) return;
    this.#until = until;
    clearInterval(this.#timer);
    if (until !== null) this.#timer = setInterval(() => this.#host.requestUpdate(), SECOND);
  }
}
