import { ChatError } from '../errors.ts';
import { belongs, compareInTab } from '../inbox.ts';
import type {
  CannedResponse,
  ChatMessage,
  DeskSession,
  DeskVisitor,
  InboxSort,
  InboxTab,
  Mention,
} from '../model.ts';
import type { AgentApi, HistoryRange } from '../ports.ts';
import { deskSession, deskSettings, deskVisitor, me, message } from './samples.ts';

const PAGE = 3;

/** The agents' API by script: it holds conversations, and every call can be made to fail. Pages hold three. */
export class AgentScript {
  readonly calls: string[] = [];
  readonly sessions = new Map<string, DeskSession>();
  readonly messages = new Map<string, ChatMessage[]>();
  topic = 'support-desk:one';
  more = false;
  mentions: readonly Mention[] = [];
  canned: readonly CannedResponse[] = [];
  tags: readonly string[] = [];
  visitor: DeskVisitor = deskVisitor;
  blockedUntil: string | null = null;
  /** What the inbox was last asked to leave out. */
  filter: unknown = null;
  /** Every presence that was told, the last one at the end. */
  readonly presences: { readonly availability: string; readonly viewing: string | null }[] = [];
  #failures = new Map<string, { error: ChatError; times: number }>();
  #lost = new Set<string>();
  #held = new Map<string, Promise<void>>();
  #answersHeld = new Map<string, Promise<void>>();

  fail(name: keyof AgentApi, code: ChatError['code'], { times = 1, details = null as unknown } = {}): void {
    const error = new ChatError(code, `scripted ${code}`, { details });
    this.#failures.set(name, { error, times });
  }

  loseAnswer(name: keyof AgentApi): void {
    this.#lost.add(name);
  }

  hold(name: keyof AgentApi): () => void {
    let release = (): void => {};
    this.#held.set(name, new Promise((resolve) => (release = resolve)));
    return () => {
      this.#held.delete(name);
      release();
    };
  }

  /** The same for their answers: what is asked is decided at once, and told later. */
  holdAnswer(name: keyof AgentApi): () => void {
    let release = (): void => {};
    this.#answersHeld.set(name, new Promise((resolve) => (release = resolve)));
    return () => {
      this.#answersHeld.delete(name);
      release();
    };
  }

  count(name: keyof AgentApi): number {
    return this.calls.filter((call) => call === name).length;
  }

  add(id: string, patch: Partial<DeskSession> = {}): DeskSession {
    const added = deskSession({ id, ...patch });
    this.sessions.set(id, added);
    this.messages.set(id, []);
    return added;
  }

  change(id: string, patch: Partial<DeskSession>): DeskSession {
    const before = this.get(id);
    const changed = { ...before, ...patch, rev: before.rev + 1 };
    this.sessions.set(id, changed);
    return changed;
  }

  say(
    id: string,
    content: string,
    patch: Partial<ChatMessage> = {},
  ): { session: DeskSession; message: ChatMessage } {
    const before = this.get(id);
    const said = message(before.lastSeq + 1, {
      id: `${id}-${before.lastSeq + 1}`,
      sessionId: id,
      content,
      senderType: 'customer',
      sender: null,
      ...patch,
    });
    this.messages.get(id)?.push(said);
    const unread = said.senderType === 'customer' ? before.unread + 1 : before.unread;
    return { session: this.change(id, { lastSeq: said.seq, unread, preview: content }), message: said };
  }

  get(id: string): DeskSession {
    const found = this.sessions.get(id);
    if (!found) throw new ChatError('not-found', 'No such conversation.');
    return found;
  }

  get presence() {
    return this.presences.at(-1) ?? null;
  }

  async #answer<T>(name: keyof AgentApi, commit: () => T): Promise<T> {
    this.calls.push(name);
    await this.#held.get(name);
    const failure = this.#failures.get(name);
    if (failure && failure.times > 0) {
      failure.times -= 1;
      throw failure.error;
    }
    const result = commit();
    await this.#answersHeld.get(name);
    if (this.#lost.delete(name)) throw new ChatError('offline', 'scripted loss');
    return result;
  }

  #page(tab: InboxTab, sort: InboxSort, cursor: string | null) {
    const all = [...this.sessions.values()]
      .filter((session) => belongs(session, tab, me.id, 0))
      .sort((a, b) => compareInTab(a, b, tab, sort));
    const from = Number(cursor ?? 0);
    const next = from + PAGE;
    return { sessions: all.slice(from, next), cursor: next < all.length ? String(next) : null };
  }

  #counts() {
    const count = (tab: InboxTab) => this.#all(tab).length;
    const unread = (tab: InboxTab) => this.#all(tab).filter((session) => session.unread > 0).length;
    return {
      mine: count('mine'),
      mineUnread: unread('mine'),
      unassigned: count('unassigned'),
      unassignedUnread: unread('unassigned'),
    };
  }

  #all(tab: InboxTab): DeskSession[] {
    return [...this.sessions.values()].filter((session) => belongs(session, tab, me.id, 0));
  }

  #refuseUnseen(id: string, seen: number): void {
    const unseen = this.messages.get(id)?.some((one) => one.seq > seen && one.senderType === 'customer');
    if (unseen) throw new ChatError('conflict', 'Written since.', { details: { reason: 'written' } });
  }

  #history(id: string, range: HistoryRange): ChatMessage[] {
    const all = this.messages.get(id) ?? [];
    if ('after' in range) return all.filter(({ seq }) => seq > range.after).slice(0, range.limit ?? 50);
    return all.filter(({ seq }) => seq < range.before).slice(-(range.limit ?? 50));
  }

  readonly api: AgentApi = {
    open: ({ tab }, sort) =>
      this.#answer('open', () => ({
        ...this.#page(tab, sort, null),
        me,
        agents: [me],
        settings: deskSettings,
        counts: this.#counts(),
        mentions: this.mentions,
        topic: this.topic,
        since: 'now',
      })),
    inbox: ({ tab, filter }, sort, cursor) =>
      this.#answer('inbox', () => {
        this.filter = filter ?? null;
        return { ...this.#page(tab, sort, cursor), counts: this.#counts() };
      }),
    sync: (known) =>
      this.#answer('sync', () => ({
        topic: this.topic,
        agents: [me],
        counts: this.#counts(),
        mentions: this.mentions,
        since: 'later',
        more: this.more,
        gone: known.map(({ id }) => id).filter((id) => !this.sessions.has(id)),
        sessions: [...this.sessions.values()].map((session) => {
          const held = known.find(({ id }) => id === session.id);
          const messages = held ? this.#history(session.id, { after: held.seq, limit: 100 }) : [];
          return { session, messages };
        }),
      })),
    session: (id) =>
      this.#answer('session', () => ({
        session: this.get(id),
        messages: (this.messages.get(id) ?? []).slice(-50),
        visitor: { ...this.visitor, blockedUntil: this.blockedUntil },
        earlier: [],
      })),
    history: (id, range) => this.#answer('history', () => this.#history(id, range)),
    send: (id, clientId, content, kind) =>
      this.#answer('send', () => {
        const known = this.messages.get(id)?.find((candidate) => candidate.clientId === clientId);
        if (known) return { session: this.get(id), message: known };
        return this.say(id, content, { clientId, kind, senderType: 'agent', sender: me });
      }),
    assign: (id, agentId) =>
      this.#answer('assign', () =>
        this.change(id, {
          agent: agentId === null ? null : { ...me, id: agentId },
          status: agentId === null ? 'open' : 'assigned',
        }),
      ),
    close: (id, seen) =>
      this.#answer('close', () => {
        this.#refuseUnseen(id, seen);
        return this.change(id, { status: 'closed', closedAt: '2026-11-23T10:00:00Z' });
      }),
    reopen: (id) => this.#answer('reopen', () => this.change(id, { status: 'open', closedAt: null })),
    read: (id, seq) => this.#answer('read', () => this.change(id, { readSeq: seq, unread: 0 })),
    unread: (id) => this.#answer('unread', () => this.change(id, { unread: 1 })),
    snooze: (id, until, seen) =>
      this.#answer('snooze', () => {
        if (until !== null) this.#refuseUnseen(id, seen);
        return this.change(id, { snoozedUntil: until });
      }),
    setPriority: (id, priority) => this.#answer('setPriority', () => this.change(id, { priority })),
    tag: (id, add, remove) =>
      this.#answer('tag', () => {
        const kept = this.get(id).tags.filter((tag) => !remove.includes(tag));
        return this.change(id, { tags: [...kept, ...add] });
      }),
    block: (id, until) =>
      this.#answer('block', () => {
        this.blockedUntil = until;
        return { ...deskVisitor, id, blockedUntil: until };
      }),
    search: (query) =>
      this.#answer('search', () => ({
        hits: [...this.sessions.values()]
          .filter(({ preview }) => preview.includes(query))
          .map((session) => ({ session, message: null, matched: 'name' as const, highlights: [] })),
        more: false,
      })),
    typing: () => this.#answer('typing', () => undefined),
    cannedList: () => this.#answer('cannedList', () => this.canned),
    tags: () => this.#answer('tags', () => this.tags),
    updateVisitor: (_, patch) =>
      this.#answer('updateVisitor', () => {
        this.visitor = { ...this.visitor, ...patch };
        return this.visitor;
      }),
    presence: (availability, viewing) =>
      this.#answer('presence', () => {
        this.presences.push({ availability, viewing });
        return {
          agents: [{ ...me, viewing }],
          visitor: { ...this.visitor, pageUrl: 'https://shop.example/next' },
        };
      }),
  };
}
