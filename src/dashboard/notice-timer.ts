// Takes a notice away after it has been there long enough to be read.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { AgentDesk } from '../core/agent-desk.ts';

const stays = 8_000;

export class NoticeTimer implements ReactiveController {
  readonly #desk: () => AgentDesk | null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #noticed: unknown = null;

  constructor(host: ReactiveControllerHost, desk: () => AgentDesk | null) {
    this.#desk = desk;
    host.addController(this);
  }

  hostUpdated(): void {
    const desk = this.#desk();
    const notice = desk?.state.notice ?? null;
    if (notice === this.#noticed) return;
    this.#stop();
    this.#noticed = notice;
    if (notice) this.#timer = setTimeout(() => desk?.dismissNotice(), stays);
  }

  hostDisconnected(): void {
    this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#noticed = null;
  }
}
