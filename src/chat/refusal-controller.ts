// The refusal on screen and how long it lasts: a wait counts down and goes, others stay until dismissed or replaced.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ChatError } from '../core/errors.ts';

const SECOND = 1000;

export class RefusalController implements ReactiveController {
  error: ChatError | null = null;
  /** Of a wait, rounded up. */
  secondsLeft = 0;

  readonly #host: ReactiveControllerHost;
  #until = 0;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.clear();
  }

  show(error: ChatError): void {
    this.clear();
    this.error = error;
    if (error.code === 'rate-limited') {
      this.#until = Date.now() + (error.retryAfter ?? 5) * SECOND;
      this.#timer = setInterval(() => this.#tick(), SECOND);
      this.#tick();
    }
    this.#host.requestUpdate();
  }

  clear(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (this.error) this.#host.requestUpdate();
    this.error = null;
  }

  #tick(): void {
    this.secondsLeft = Math.ceil((this.#until - Date.now()) / SECOND);
    if (this.secondsLeft <= 0) this.clear();
    this.#host.requestUpdate();
  }
}
