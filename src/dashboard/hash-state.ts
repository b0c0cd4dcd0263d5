// What is on screen, in the page's address after "#", where the page allows it: a reload and a link lead back to it.
import type { ReactiveController, ReactiveElement } from 'lit';
import type { AgentDesk } from '../core/agent-desk.ts';
import { isId, parseInboxView } from '../core/desk-preferences.ts';
import type { InboxView } from '../core/model.ts';

export interface Place extends InboxView {
  readonly conversation: string | null;
}

export function toHash({ tab, sort, filter, conversation }: Place): string {
  const words = new URLSearchParams({ tab });
  if (sort !== 'waiting') words.set('sort', sort);
  for (const [key, asked] of Object.entries(filter)) {
    if (asked === true) words.set(key, 'yes');
    else if (typeof asked === 'string') words.set(key, asked);
  }
  if (conversation !== null) words.set('conversation', conversation);
  return `#${words}`;
}

/** Null where the address says nothing of ours. */
export function fromHash(hash: string): Place | null {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  if (!words.has('tab') && !words.has('conversation')) return null;
  const { tab, sort, ...filter } = Object.fromEntries(words);
  const view = parseInboxView({
    tab: tab ?? 'all',
    sort,
    filter: { ...filter, unread: filter.unread === 'yes', snoozed: filter.snoozed === 'yes' },
  });
  const conversation = words.get('conversation');
  return { ...view, conversation: isId(conversation) ? conversation : null };
}

export class HashState implements ReactiveController {
  readonly #allowed: () => boolean;
  readonly #desk: () => AgentDesk | null;
  /** Whose desk has been led to where the address points. */
  #led: AgentDesk | null = null;
  #written: string | null = null;
  /** The conversation that the address names: to another one leads a step of the browser's history. */
  #conversation: string | null | undefined;

  constructor(host: ReactiveElement, allowed: () => boolean, desk: () => AgentDesk | null) {
    this.#allowed = allowed;
    this.#desk = desk;
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('hashchange', this.#follow);
  }

  hostDisconnected(): void {
    window.removeEventListener('hashchange', this.#follow);
    this.#led = null;
    this.#written = null;
    this.#conversation = undefined;
  }

  hostUpdated(): void {
    const desk = this.#desk();
    if (desk?.state.phase !== 'ready') return;
    if (this.#led !== desk) {
      this.#led = desk;
      if (this.#lead(desk)) return;
    }
    if (this.#allowed()) this.#write(desk);
  }

  #write(desk: AgentDesk): void {
    const { tab, sort, filter, current, threadPhase } = desk.state;
    // On the way to a conversation the address is already right.
    if (threadPhase === 'loading' && current === null) return;
    const hash = toHash({ tab, sort, filter, conversation: current?.id ?? null });
    if (hash === this.#written) return;
    const id = current?.id ?? null;
    const isStep = this.#conversation !== undefined && this.#conversation !== id && threadPhase !== 'failed';
    this.#conversation = id;
    // An address that says nothing yet need not say what is usual.
    if (this.#written === null && location.hash === '' && hash === '#tab=mine') return;
    this.#written = hash;
    if (location.hash === hash) return;
    if (isStep) history.pushState(history.state, '', hash);
    else history.replaceState(history.state, '', hash);
  }

  /** Returns whether the address leads anywhere else. A link to a conversation does so on every page. */
  #lead(desk: AgentDesk): boolean {
    const place = fromHash(location.hash);
    if (!place || (!this.#allowed() && place.conversation === null)) return false;
    this.#written = location.hash;
    const { conversation, ...view } = place;
    this.#conversation = conversation;
    void desk.showView(view);
    if (conversation !== (desk.state.current?.id ?? null)) void desk.select(conversation);
    return true;
  }

  readonly #follow = (): void => {
    const desk = this.#desk();
    if (desk?.state.phase !== 'ready' || location.hash === this.#written) return;
    this.#lead(desk);
  };
}
