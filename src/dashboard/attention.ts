// Tells an agent who looks elsewhere that somebody wrote: a count in the tab's title and a short sound.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { AgentDesk, AgentDeskEvent } from '../core/agent-desk.ts';
import type { Mention } from '../core/model.ts';
import { Attention, isLooking } from '../ui/attention.ts';

/** Counts, per conversation, what came while nobody looked at it. */
export class AttentionController implements ReactiveController {
  #unseen = new Map<string, number>();
  /** Conversations in which a note called while nobody looked. */
  readonly #callers = new Set<string>();
  #desk: AgentDesk | null = null;
  #leaveDesk: (() => void) | null = null;
  readonly #attention: Attention;
  readonly #isSilent: () => boolean;

  constructor(host: ReactiveControllerHost, isSilent: () => boolean) {
    this.#isSilent = isSilent;
    this.#attention = new Attention(host, () => {
      if (isLooking()) this.#clear();
    });
    host.addController(this);
  }

  hostDisconnected(): void {
    this.follow(null);
  }

  /** Listens to this desk from now on, and to no other. */
  follow(desk: AgentDesk | null): void {
    if (desk === this.#desk) return;
    this.#leaveDesk?.();
    this.#leaveDesk = null;
    this.#desk = desk;
    this.#clear();
    if (!desk) return;
    const stopEvents = desk.onEvent((event) => this.#heard(event));
    const stopMentions = desk.onMention((mention) => this.#mentioned(mention));
    const stopState = desk.subscribe(() => this.#forgetHandled());
    this.#leaveDesk = () => {
      stopEvents();
      stopMentions();
      stopState();
    };
  }

  #heard(event: AgentDeskEvent): void {
    const desk = this.#desk;
    if (!desk || event.direction !== 'in') return;
    const { current, me } = desk.state;
    const { session } = event;
    // What another agent works on is theirs to hear.
    if (session.agent && session.agent.id !== me?.id) return;
    const seen = isLooking() && current?.id === session.id;
    if (!this.#isSilent()) this.#attention.ring(`${session.id} ${session.lastSeq}`, seen);
    if (seen) return;
    this.#unseen.set(session.id, (this.#unseen.get(session.id) ?? 0) + 1);
    this.#writeTitle();
  }

  /** A colleague calls: that is this agent's to hear, whoever has the conversation. */
  #mentioned({ session, at }: Mention): void {
    if (!this.#isSilent()) this.#attention.ring(`mention ${session.id} ${at}`, false);
    if (isLooking()) return;
    this.#callers.add(session.id);
    this.#writeTitle();
  }

  /** Drops what was opened here, or read or taken by somebody else. */
  #forgetHandled(): void {
    const desk = this.#desk;
    if (!desk || this.#unseen.size === 0) return;
    const { current, inbox, me } = desk.state;
    const before = this.#unseen.size;
    if (current && isLooking()) this.#unseen.delete(current.id);
    for (const session of inbox) {
      const foreign = session.agent !== null && session.agent.id !== me?.id;
      if (session.unread === 0 || foreign) this.#unseen.delete(session.id);
    }
    if (this.#unseen.size !== before) this.#writeTitle();
  }

  #clear(): void {
    this.#unseen.clear();
    this.#callers.clear();
    this.#writeTitle();
  }

  #writeTitle(): void {
    let count = this.#callers.size;
    for (const messages of this.#unseen.values()) count += messages;
    this.#attention.count(count);
  }
}
