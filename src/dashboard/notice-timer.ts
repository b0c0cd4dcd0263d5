// Takes a toast away after it has been there long enough to be read, and not while somebody is at it.
import type { ReactiveController, ReactiveElement } from 'lit';
import type { AgentDesk } from '../core/agent-desk.ts';
import { UNDO_FOR } from '../core/desk-actions.ts';

export class NoticeTimer implements ReactiveController {
  readonly #notice: Countdown;
  readonly #done: Countdown;

  constructor(host: ReactiveElement, desk: () => AgentDesk | null) {
    const isHeld = (): boolean =>
      host.shadowRoot?.querySelector('.toast:hover') != null ||
      host.shadowRoot?.activeElement?.closest('.toast') != null;
    this.#notice = new Countdown(
      () => desk()?.state.notice ?? null,
      () => desk()?.dismissNotice(),
      isHeld,
    );
    this.#done = new Countdown(
      () => desk()?.state.done ?? null,
      () => desk()?.dismissDone(),
      isHeld,
    );
    host.addController(this);
  }

  hostUpdated(): void {
    this.#notice.follow();
    this.#done.follow();
  }

  hostDisconnected(): void {
    this.#notice.stop();
    this.#done.stop();
  }
}

class Countdown {
  readonly #shown: () => unknown;
  readonly #dismiss: () => void;
  readonly #isHeld: () => boolean;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #counted: unknown = null;

  constructor(shown: () => unknown, dismiss: () => void, isHeld: () => boolean) {
    this.#shown = shown;
    this.#dismiss = dismiss;
    this.#isHeld = isHeld;
  }

  follow(): void {
    const shown = this.#shown();
    if (shown === this.#counted) return;
    this.stop();
    this.#counted = shown;
    if (shown) this.#wait();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#counted = null;
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      if (this.#isHeld()) this.#wait();
      else this.#dismiss();
    }, UNDO_FOR);
  }
}
