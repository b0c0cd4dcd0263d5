// Tells an agent who looks elsewhere that somebody wrote: a count in the tab's title, a short sound, and a desktop
// notification where the agent wants them.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { AgentDesk, AgentDeskEvent } from '../core/agent-desk.ts';
import type { DeskSession, Mention } from '../core/model.ts';
import { Attention, isLooking } from '../ui/attention.ts';

export interface AttentionOptions {
  readonly isSilent: () => boolean;
  readonly nameOf: (session: DeskSession) => string;
  /** What is said of a conversation in which nobody wrote just now. */
  readonly handedWords: string;
  readonly mentionWords: (mention: Mention) => string;
}

/** Counts, per conversation, what came while nobody looked at it. */
export class AttentionController implements ReactiveController {
  #unseen = new Map<string, number>();
  /** Conversations in which a note called while nobody looked. */
  readonly #callers = new Set<string>();
  #desk: AgentDesk | null = null;
  #leaveDesk: (() => void) | null = null;
  readonly #attention: Attention;
  readonly #options: AttentionOptions;
  readonly #notifications = new Map<string, Notification>();

  constructor(host: ReactiveControllerHost, options: AttentionOptions) {
    this.#options = options;
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
    if (!desk || event.direction !== 'in' || !concernsMe(desk, event.session)) return;
    const { session } = event;
    const seen = isLooking() && desk.state.current?.id === session.id;
    if (!this.#options.isSilent()) this.#attention.ring(`${session.id} ${session.lastSeq}`, seen);
    if (seen) return;
    const text = event.type === 'handed' ? this.#options.handedWords : event.text;
    this.#unseen.set(session.id, (this.#unseen.get(session.id) ?? 0) + 1);
    this.#writeTitle();
    this.#notify(desk, session, text);
  }

  /** One for each conversation: browsers replace the one before, in whichever tab it was made. */
  #notify(desk: AgentDesk, session: DeskSession, text: string): void {
    if (isLooking() || !desk.state.preferences.notifications) return;
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    try {
      const notification = new Notification(this.#options.nameOf(session), {
        body: text.length > 140 ? `${text.slice(0, 139)}…` : text,
        tag: `support-chat ${session.id}`,
        // The sound is ours, or switched off.
        silent: true,
      });
      notification.onclick = () => {
        window.focus();
        void desk.select(session.id);
        notification.close();
      };
      this.#notifications.set(session.id, notification);
    } catch {
      // Android has no notifications without a service worker.
    }
  }

  /** A colleague calls: that is this agent's to hear, whoever has the conversation. */
  #mentioned(mention: Mention): void {
    const { session, at } = mention;
    if (!this.#options.isSilent()) this.#attention.ring(`mention ${session.id} ${at}`, false);
    if (isLooking()) return;
    this.#callers.add(session.id);
    this.#writeTitle();
    if (this.#desk) this.#notify(this.#desk, session, this.#options.mentionWords(mention));
  }

  /** Drops what was opened here, or read or taken by somebody else. */
  #forgetHandled(): void {
    const desk = this.#desk;
    if (!desk || this.#unseen.size === 0) return;
    const { current, inbox } = desk.state;
    const before = this.#unseen.size;
    if (current && isLooking()) this.#forget(current.id);
    for (const session of inbox) {
      if (session.unread === 0 || isAnothers(desk, session)) this.#forget(session.id);
    }
    if (this.#unseen.size !== before) this.#writeTitle();
  }

  #forget(id: string): void {
    this.#unseen.delete(id);
    this.#notifications.get(id)?.close();
    this.#notifications.delete(id);
  }

  #clear(): void {
    for (const id of [...this.#unseen.keys()]) this.#forget(id);
    this.#callers.clear();
    this.#writeTitle();
  }

  #writeTitle(): void {
    let count = this.#callers.size;
    for (const messages of this.#unseen.values()) count += messages;
    this.#attention.count(count);
  }
}

/** One's own conversations, and those nobody has while one is there for visitors. */
function concernsMe(desk: AgentDesk, session: DeskSession): boolean {
  if (session.agent) return !isAnothers(desk, session);
  return desk.state.me?.availability !== 'away';
}

function isAnothers(desk: AgentDesk, session: DeskSession): boolean {
  return session.agent !== null && session.agent.id !== desk.state.me?.id;
}

/** Asks the browser, which may ask the agent. Call it from a click. */
export async function allowNotifications(): Promise<boolean> {
  if (typeof Notification === 'undefined') return false;
  if (Notification.permission !== 'default') return Notification.permission === 'granted';
  return (await Notification.requestPermission()) === 'granted';
}

/** Whether the browser refuses without asking. */
export function notificationsBlocked(): boolean {
  return typeof Notification !== 'undefined' && Notification.permission === 'denied';
}
