// How many seconds it takes until what is unsent goes on, counted down on screen.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const SECOND = 1000;

export class WaitCountdown implements ReactiveController {
  /** Rounded up; 0 where nothing waits. */
  secondsLeft = 0;

  readonly #host: ReactiveControllerHost;
  #until: number | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.watch(null);
  }

  /** Call on every render, with the moment when it goes on. */
  watch(until: number | null): void {
    if (until === this.#until) return;
    this.#until = until;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = until === null ? null : setInterval(() => this.#tick(), SECOND);
    this.secondsLeft = this.#left();
  }

  #tick(): void {
    this.secondsLeft = this.#left();
    this.#host.requestUpdate();
  }

  #left(): number {
    return this.#until === null ? 0 : Math.max(1, Math.ceil((this.#until - Date.now()) / SECOND));
  }
}
