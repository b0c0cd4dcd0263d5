import { ChatError } from '../errors.ts';
import { belongs, compareInTab } from '../inbox.ts';
import type {
  Agent,
  ChatEvent,
  ChatMessage,
  ChatSession,
  DeskSession,
  InboxSort,
  InboxTab,
  Person,
} from '../model.ts';
import type { AgentApi, HistoryRange, Known, LiveEvent, VisitorApi } from '../ports.ts';
import { availability, deskSettings, deskVisitor, me, session, settings } from './samples.ts';

/** A session as the database keeps it: with both numberings and both revisions. */
interface SessionRow {
  readonly id: string;
  readonly visitorId: string;
  readonly clientId: string;
  readonly status: ChatSession['status'];
  readonly agent: Person | null;
  readonly rev: number;
  readonly visitorRev: number;
  readonly lastSeq: number;
  readonly lastVisitorSeq: number;
  readonly visitorReadSeq: number;
  readonly visitorReadDeskSeq: number;
  readonly deskReadSeq: number;
  readonly deskReadVisitorSeq: number;
  readonly visitorUnread: number;
  readonly deskUnread: number;
  readonly preview: string;
  readonly lastMessageAt: string;
  readonly waitingSince: string | null;
  readonly firstResponseAt: string | null;
  readonly priority: DeskSession['priority'];
  readonly rating: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
}

interface VisitorRow {
  readonly id: string;
  readonly token: string;
}

type MessageRow = Omit<ChatMessage, 'sessionId'> & { readonly visitorSeq: number | null };

/** How much one answer holds; smaller than the database's own, so that short histories reach every bound. */
const LIMITS = { page: 4, range: 3, opened: 50, synced: 20, changed: 6, inbox: 3 };
/** Transactions commit out of order, so `since` reaches this much further back, in ms. */
const OVERLAP = 30_000;
/** Changes of these can be seen by the visitor. */
const VISIBLE: readonly (keyof SessionRow)[] = [
  'status',
  'agent',
  'lastVisitorSeq',
  'visitorReadSeq',
  'deskReadVisitorSeq',
  'visitorUnread',
  'lastMessageAt',
  'preview',
  'rating',
  'closedAt',
];

/**
 * What is true: conversations as the database keeps them, by the rules of its triggers. Every operation is one
 * transaction. It answers either side's requests and writes down the events for both.
 */
export class Truth {
  readonly visitorEvents: LiveEvent<ChatSession>[] = [];
  readonly deskEvents: LiveEvent<DeskSession>[] = [];
  readonly #now: () => number;
  readonly #sessions = new Map<string, SessionRow>();
  readonly #messages = new Map<string, MessageRow[]>();
  /** By token. */
  readonly #visitors = new Map<string, VisitorRow>();
  readonly #broadcast: (topic: string, event: LiveEvent<ChatSession>) => void;
  #rotations = 1;
  #ids = 0;

  /** `now` in ms. No two moments of the database are the same. `broadcast` hears of every event at once. */
  constructor(
    now: () => number,
    broadcast: (topic: string, event: LiveEvent<ChatSession>) => void = () => {},
  ) {
    this.#now = now;
    this.#broadcast = broadcast;
  }

  /** The tokens of all visitors, in the order they came. */
  get tokens(): readonly string[] {
    return [...this.#visitors.keys()];
  }

  get ids(): readonly string[] {
    return [...this.#sessions.keys()];
  }

  /** The conversations of one visitor; none of an unknown one. */
  idsOf(token: string | null): readonly string[] {
    const visitor = this.#visitors.get(token ?? '');
    return this.ids.filter((id) => this.#row(id).visitorId === visitor?.id);
  }

  // What happens

  start(token: string, sessionClientId: string, clientId: string, content: string): SentRows {
    const visitor = this.#visitors.get(token) ?? this.#enrol(token);
    const known = [...this.#sessions.values()].find(
      (row) => row.visitorId === visitor.id && row.clientId === sessionClientId,
    );
    return this.say(known?.id ?? this.#insert(visitor, sessionClientId), clientId, content);
  }

  /** The visitor says something. */
  say(id: string, clientId: string, content: string): SentRows {
    return this.#post(id, {
      clientId,
      content,
      senderType: 'customer',
      sender: null,
      kind: 'text',
      event: null,
    });
  }

  reply(id: string, clientId: string, content: string, kind: 'text' | 'note' = 'text', by = me): SentRows {
    const sender = { id: by.id, name: by.name, avatar: null };
    return this.#post(id, { clientId, content, senderType: 'agent', sender, kind, event: null });
  }

  assign(id: string, agent: Person | null, from: string | null): void {
    const row = this.#row(id);
    if ((row.agent?.id ?? null) === (agent?.id ?? null)) return;
    if (row.status === 'closed' || (row.agent?.id ?? null) !== from)
      throw new ChatError('conflict', 'Taken.');
    this.#update(id, { agent });
  }

  setStatus(id: string, status: 'open' | 'closed'): void {
    if ((this.#row(id).status === 'closed') !== (status === 'closed')) this.#update(id, { status });
  }

  /** As an agent closes: not over what the visitor wrote since. */
  closeSeen(id: string, seen: number): void {
    const unseen = ({ seq, kind, senderType }: ChatMessage) =>
      seq > seen && kind === 'text' && senderType === 'customer';
    if (this.#row(id).status !== 'closed' && this.deskMessages(id).some(unseen)) {
      throw new ChatError('conflict', 'Written since.', { details: { reason: 'written' } });
    }
    this.setStatus(id, 'closed');
  }

  rate(id: string, rating: number): void {
    if (this.#row(id).status !== 'closed') throw new ChatError('conflict', 'Not closed.');
    this.#update(id, { rating });
  }

  setPriority(id: string, priority: DeskSession['priority']): void {
    this.#update(id, { priority });
  }

  readByVisitor(id: string, seq: number): void {
    const { visitorReadSeq, lastVisitorSeq } = this.#row(id);
    if (visitorReadSeq < Math.min(seq, lastVisitorSeq)) this.#update(id, { visitorReadSeq: seq });
  }

  readByDesk(id: string, seq: number): void {
    const { deskReadSeq, lastSeq } = this.#row(id);
    if (deskReadSeq < Math.min(seq, lastSeq)) this.#update(id, { deskReadSeq: seq });
  }

  /** Other tabs of the visitor begin conversations, one message each. */
  startElsewhere(count: number): void {
    const [token] = this.tokens;
    if (token === undefined) return;
    for (let index = 0; index < count; index += 1) {
      this.start(token, `elsewhere-${this.#next()}`, `c-${this.#next()}`, 'from another tab');
    }
  }

  /** A conversation is no more, for either side. */
  erase(id: string): void {
    const { visitorId } = this.#row(id);
    this.#sessions.delete(id);
    this.#tellDesk({ type: 'resync' });
    this.#tellVisitor(visitorId, { type: 'resync' });
  }

  /** A visitor is no more, with everything they said. */
  eraseVisitor(token: string): void {
    const visitor = this.#authorize(token);
    for (const id of this.idsOf(token)) this.erase(id);
    this.#tellVisitor(visitor.id, { type: 'resync' });
    this.#visitors.delete(token);
  }

  /** Somebody's access ended: everybody listens elsewhere from now on. */
  rotateTopics(): void {
    for (const { id } of this.#visitors.values()) this.#tellVisitor(id, { type: 'resync' });
    this.#tellDesk({ type: 'resync' });
    this.#rotations += 1;
  }

  /** Where the first visitor listens. */
  get visitorTopic(): string {
    return this.#topicOf([...this.#visitors.values()][0]?.id ?? '');
  }

  get deskTopic(): string {
    return `support-desk:${this.#rotations}`;
  }

  /** Whether anything is broadcast there. */
  isTopic(topic: string): boolean {
    const topics = [...this.#visitors.values()].map(({ id }) => this.#topicOf(id));
    return topic === this.deskTopic || topics.includes(topic);
  }

  // What either side may see of it

  visitorSession(id: string): ChatSession {
    const row = this.#row(id);
    return {
      id,
      clientId: row.clientId,
      status: row.status,
      rev: row.visitorRev,
      lastSeq: row.lastVisitorSeq,
      readSeq: row.visitorReadSeq,
      seenSeq: row.deskReadVisitorSeq,
      unread: row.visitorUnread,
      agent: row.agent && { ...row.agent, id: null },
      preview: row.preview,
      lastMessageAt: row.lastMessageAt,
      rating: row.rating,
      createdAt: row.createdAt,
      closedAt: row.closedAt,
    };
  }

  deskSession(id: string): DeskSession {
    const row = this.#row(id);
    const { email, name, verified } = deskVisitor;
    return {
      id,
      clientId: row.clientId,
      status: row.status,
      rev: row.rev,
      lastSeq: row.lastSeq,
      readSeq: row.deskReadSeq,
      seenSeq: row.visitorReadDeskSeq,
      unread: row.deskUnread,
      agent: row.agent,
      preview: row.preview,
      lastMessageAt: row.lastMessageAt,
      rating: row.rating,
      createdAt: row.createdAt,
      closedAt: row.closedAt,
      visitor: { id: row.visitorId, name, email, verified },
      waitingSince: row.waitingSince,
      firstResponseAt: row.firstResponseAt,
      priority: row.priority,
      tags: [],
      snoozedUntil: null,
      ratingComment: null,
      pageUrl: null,
      pageTitle: null,
      updatedAt: row.updatedAt,
    };
  }

  /** What was said, even where it is erased by now. */
  visitorMessages(id: string): readonly ChatMessage[] {
    return this.#rows(id).flatMap((row) => (row.visitorSeq === null ? [] : [toVisitorMessage(id, row)]));
  }

  deskMessages(id: string): readonly ChatMessage[] {
    return this.#rows(id).map((row) => toDeskMessage(id, row));
  }

  /** A whole tab of the inbox, in order. */
  inbox(tab: InboxTab, sort: InboxSort, agent = me): readonly DeskSession[] {
    return this.ids
      .map((id) => this.deskSession(id))
      .filter((one) => belongs(one, tab, agent.id, this.#now()))
      .sort((a, b) => compareInTab(a, b, tab, sort));
  }

  /** The visitor's requests, each sent through `call`. */
  visitorApi(call: Call): VisitorApi {
    const own = (token: string, id: string) => {
      this.#authorizeIn(token, id);
      return this.visitorSession(id);
    };
    const change = (name: string, token: string, id: string, commit: () => void) =>
      call(name, () => {
        this.#authorizeIn(token, id);
        commit();
        return this.visitorSession(id);
      });
    return {
      open: (token) =>
        call('open', () => {
          const known = this.#visitors.get(token ?? '');
          const ids = known ? this.#newest(known.id).slice(0, LIMITS.opened) : [];
          return {
            settings,
            availability,
            visitor: known ? NOBODY : null,
            topic: known ? this.#topicOf(known.id) : null,
            sessions: ids.map((id, place) => ({
              session: this.visitorSession(id),
              messages: place === 0 ? pageOf(this.visitorMessages(id), null, LIMITS.page) : [],
            })),
          };
        }),
      start: (token, { sessionClientId, clientId, content }) =>
        call(`send to ${sessionClientId}`, () => {
          const { id, seq } = this.start(token, sessionClientId, clientId, content);
          return {
            ...this.#visitorSent(id, seq),
            topic: this.#topicOf(this.#authorize(token).id),
            visitor: NOBODY,
          };
        }),
      send: (token, id, clientId, content) =>
        call(`send to ${id}`, () => {
          this.#authorizeIn(token, id);
          return this.#visitorSent(id, this.say(id, clientId, content).seq);
        }),
      history: (token, id, range) =>
        call('history', () => {
          own(token, id);
          return pageOf(this.visitorMessages(id), range, LIMITS.page);
        }),
      sync: (token, known) =>
        call('sync', () => {
          const { id } = this.#authorize(token);
          const held = new Set(this.idsOf(token));
          const gone = known.flatMap((one) => (held.has(one.id) ? [] : one.id));
          return { topic: this.#topicOf(id), availability, gone, sessions: this.#newerForVisitor(id, known) };
        }),
      read: (token, id, seq) => change('read', token, id, () => this.readByVisitor(id, seq)),
      typing: (token, id) => call('typing', () => void own(token, id)),
      close: (token, id) => change('close', token, id, () => this.setStatus(id, 'closed')),
      reopen: (token, id) => change('reopen', token, id, () => this.setStatus(id, 'open')),
      rate: (token, id, rating) => change('rate', token, id, () => this.rate(id, rating)),
      updateProfile: (token) =>
        call('updateProfile', () => {
          this.#authorize(token);
          return NOBODY;
        }),
    };
  }

  /** The requests of one agent of a team, each sent through `call`. */
  agentApi(call: Call, agent = me, team: readonly Agent[] = [agent]): AgentApi {
    const change = (name: string, id: string, commit: () => void) =>
      call(name, () => {
        commit();
        return this.deskSession(id);
      });
    return {
      open: ({ tab }, sort) =>
        call('open', () => ({
          ...this.#inboxPage(tab, sort, null, agent),
          me: agent,
          agents: team,
          settings: deskSettings,
          counts: this.counts(agent),
          mentions: [],
          topic: this.deskTopic,
          since: this.#moment(),
        })),
      inbox: ({ tab }, sort, cursor) =>
        call('inbox', () => ({ ...this.#inboxPage(tab, sort, cursor, agent), counts: this.counts(agent) })),
      sync: (known, since) =>
        call('sync', () => ({
          ...this.#newerForDesk(known, since),
          agents: team,
          counts: this.counts(agent),
          mentions: [],
        })),
      session: (id) =>
        call('session', () => ({
          session: this.deskSession(id),
          messages: pageOf(this.deskMessages(id), null, LIMITS.page),
          visitor: { ...deskVisitor, id: this.#row(id).visitorId },
          earlier: this.#newest(this.#row(id).visitorId)
            .filter((other) => other !== id)
            .slice(0, 20)
            .map((other) => this.deskSession(other)),
        })),
      history: (id, range) =>
        call('history', () => {
          this.#row(id);
          return pageOf(this.deskMessages(id), range, LIMITS.page);
        }),
      send: (id, clientId, content, kind) =>
        call(`send to ${id}`, () => {
          const { seq } = this.reply(id, clientId, content, kind, agent);
          return { session: this.deskSession(id), message: this.deskMessages(id)[seq - 1]! };
        }),
      assign: (id, agentId, fromId) =>
        change('assign', id, () => {
          const to = team.find((one) => one.id === agentId);
          this.assign(id, to ? { id: to.id, name: to.name, avatar: null } : null, fromId);
        }),
      close: (id, seen) => change('close', id, () => this.closeSeen(id, seen)),
      reopen: (id) => change('reopen', id, () => this.setStatus(id, 'open')),
      read: (id, seq) => change('read', id, () => this.readByDesk(id, seq)),
      unread: notSimulated,
      setPriority: notSimulated,
      tag: notSimulated,
      block: notSimulated,
      search: notSimulated,
      typing: () => call('typing', () => undefined),
      presence: (_availability, viewing) =>
        call('presence', () => ({
          agents: team.map((one) => (one === agent ? { ...one, viewing } : one)),
          visitor: null,
        })),
      snooze: (id) => change('snooze', id, () => this.#row(id)),
      cannedList: () => call('cannedList', () => []),
      tags: () => call('tags', () => []),
      updateVisitor: (id, patch) => call('updateVisitor', () => ({ ...deskVisitor, id, ...patch })),
    };
  }

  counts(agent = me) {
    const [mine, unassigned] = [
      this.inbox('mine', 'newest', agent),
      this.inbox('unassigned', 'newest', agent),
    ];
    const unread = (list: readonly DeskSession[]) => list.filter((one) => one.unread > 0).length;
    return {
      mine: mine.length,
      mineUnread: unread(mine),
      unassigned: unassigned.length,
      unassignedUnread: unread(unassigned),
    };
  }

  // As the triggers do it

  #enrol(token: string): VisitorRow {
    const count = this.#next();
    const visitor = { id: this.#visitors.size === 0 ? deskVisitor.id : `visitor-${count}`, token };
    this.#visitors.set(token, visitor);
    return visitor;
  }

  #insert({ id: visitorId }: VisitorRow, clientId: string): string {
    const id = `session-${this.#next()}`;
    const at = this.#moment();
    const { status, agent, preview, rating, closedAt } = session();
    this.#messages.set(id, []);
    this.#sessions.set(id, {
      ...{ id, visitorId, clientId, status, agent, preview, rating, closedAt, createdAt: at, updatedAt: at },
      ...{ rev: 1, visitorRev: 1, lastSeq: 0, lastVisitorSeq: 0, visitorUnread: 0, deskUnread: 0 },
      ...{ visitorReadSeq: 0, visitorReadDeskSeq: 0, deskReadSeq: 0, deskReadVisitorSeq: 0 },
      ...{ lastMessageAt: at, waitingSince: null, firstResponseAt: null, priority: 'normal' },
    });
    return id;
  }

  /** Once per client id: a repeat gives what the first attempt gave. */
  #post(id: string, said: Omit<MessageRow, 'id' | 'seq' | 'visitorSeq' | 'createdAt'>): SentRows {
    const known = this.#rows(id).find(({ clientId }) => clientId === said.clientId);
    if (known) return { id, seq: known.seq };
    if (this.#row(id).status === 'closed' && said.kind === 'text') throw new ChatError('conflict', 'Closed.');
    return { id, seq: this.#number(id, said) };
  }

  #number(id: string, said: Omit<MessageRow, 'id' | 'seq' | 'visitorSeq' | 'createdAt'>): number {
    const before = this.#row(id);
    const createdAt = this.#moment();
    const isText = said.kind === 'text';
    const fromCustomer = isText && said.senderType === 'customer';
    const fromAgent = isText && said.senderType === 'agent';
    const forVisitor = isText || (said.kind === 'event' && said.event?.type !== 'unassigned');
    const seq = before.lastSeq + 1;
    const visitorSeq = forVisitor ? before.lastVisitorSeq + 1 : null;
    let { waitingSince } = before;
    if (fromCustomer && before.status !== 'closed') waitingSince ??= createdAt;
    else if (fromAgent) waitingSince = null;
    this.#messages.get(id)?.push({ ...said, id: `m-${this.#next()}`, seq, visitorSeq, createdAt });
    this.#settle(id, {
      lastSeq: seq,
      lastVisitorSeq: visitorSeq ?? before.lastVisitorSeq,
      ...(isText ? { lastMessageAt: createdAt, preview: said.content } : {}),
      visitorUnread: before.visitorUnread + Number(fromAgent),
      deskUnread: before.deskUnread + Number(fromCustomer),
      waitingSince,
      firstResponseAt: before.firstResponseAt ?? (fromAgent ? createdAt : null),
    });
    this.#announceMessage(id, said, visitorSeq);
    return seq;
  }

  #announceMessage(id: string, { kind }: Pick<MessageRow, 'kind'>, visitorSeq: number | null): void {
    const forVisitor = this.visitorSession(id);
    const { visitorId } = this.#row(id);
    if (visitorSeq !== null) {
      const message = this.visitorMessages(id)[visitorSeq - 1]!;
      this.#tellVisitor(visitorId, { type: 'message', session: forVisitor, message });
    } else if (kind === 'event') {
      this.#tellVisitor(visitorId, { type: 'session', session: forVisitor });
    }
    const message = this.deskMessages(id).at(-1)!;
    this.#tellDesk({ type: 'message', session: this.deskSession(id), message });
  }

  /** Changes a session, and announces it: a change of status or of the agent as a line in the conversation. */
  #update(id: string, patch: Partial<SessionRow>): void {
    const before = this.#row(id);
    const after = this.#settle(id, patch);
    if (after === before) return;
    const event = eventOf(before, after);
    if (event) {
      this.#number(id, {
        clientId: null,
        senderType: 'system',
        sender: null,
        kind: 'event',
        content: '',
        event,
      });
      return;
    }
    if (after.visitorRev !== before.visitorRev) {
      this.#tellVisitor(after.visitorId, { type: 'session', session: this.visitorSession(id) });
    }
    this.#tellDesk({ type: 'session', session: this.deskSession(id) });
  }

  #settle(id: string, patch: Partial<SessionRow>): SessionRow {
    const before = this.#row(id);
    const after = { ...before, ...patch };
    if (after.status !== 'closed') after.status = after.agent === null ? 'open' : 'assigned';
    if (after.status === 'closed' && before.status !== 'closed') {
      after.closedAt = this.#moment();
      after.waitingSince = null;
    } else if (after.status !== 'closed') after.closedAt = null;
    this.#settleRead(after, before);
    const keys = Object.keys(after) as (keyof SessionRow)[];
    if (keys.every((key) => after[key] === before[key])) return before;
    after.rev = before.rev + 1;
    after.updatedAt = this.#moment();
    if (VISIBLE.some((key) => after[key] !== before[key])) after.visitorRev = before.visitorRev + 1;
    this.#sessions.set(id, after);
    return after;
  }

  /** Read marks only grow, are translated into the other side's numbers, and decide what is unread. */
  #settleRead(after: { -readonly [K in keyof SessionRow]: SessionRow[K] }, before: SessionRow): void {
    const rows = this.#rows(after.id);
    if (after.visitorReadSeq !== before.visitorReadSeq) {
      const seq = Math.max(before.visitorReadSeq, Math.min(after.visitorReadSeq, after.lastVisitorSeq));
      after.visitorReadSeq = seq;
      after.visitorReadDeskSeq = rows.find(({ visitorSeq }) => visitorSeq === seq)?.seq ?? 0;
      after.visitorUnread = rows.filter(
        (row) => (row.visitorSeq ?? 0) > seq && row.kind === 'text' && row.senderType === 'agent',
      ).length;
    }
    if (after.deskReadSeq !== before.deskReadSeq) {
      const seq = Math.max(before.deskReadSeq, Math.min(after.deskReadSeq, after.lastSeq));
      after.deskReadSeq = seq;
      after.deskReadVisitorSeq =
        rows.findLast((row) => row.seq <= seq && row.visitorSeq !== null)?.visitorSeq ?? 0;
      after.deskUnread = rows.filter(
        (row) => row.seq > seq && row.kind === 'text' && row.senderType === 'customer',
      ).length;
    }
  }

  // As the functions answer

  #visitorSent(id: string, seq: number) {
    const message = this.#rows(id)[seq - 1]!;
    return { session: this.visitorSession(id), message: toVisitorMessage(id, message) };
  }

  #newerForVisitor(visitorId: string, known: readonly Known[]) {
    const newest = this.#newest(visitorId);
    const recent = new Set(newest.slice(0, LIMITS.opened));
    const held = new Map(known.map((one) => [one.id, one]));
    return newest
      .filter((id) => {
        const { visitorRev, lastVisitorSeq } = this.#row(id);
        const one = held.get(id);
        return one ? visitorRev > one.rev || lastVisitorSeq > one.seq : recent.has(id);
      })
      .slice(0, LIMITS.synced)
      .map((id) => {
        const one = held.get(id);
        const range = one ? { after: one.seq } : null;
        return {
          session: this.visitorSession(id),
          messages: pageOf(this.visitorMessages(id), range, range ? LIMITS.range : LIMITS.page),
        };
      });
  }

  #newerForDesk(known: readonly Known[], since: string) {
    const from = Date.parse(since) - OVERLAP;
    const changed = [...this.#sessions.values()]
      .filter(({ updatedAt }) => Date.parse(updatedAt) > from)
      .sort((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt));
    const held = known.flatMap((one) => {
      const row = this.#sessions.get(one.id);
      if (!row || (row.rev <= one.rev && row.lastSeq <= one.seq)) return [];
      const messages = pageOf(this.deskMessages(one.id), { after: one.seq }, LIMITS.range);
      return [{ session: this.deskSession(one.id), messages }];
    });
    const others = changed
      .slice(0, LIMITS.changed)
      .filter(({ id }) => !known.some((one) => one.id === id))
      .map(({ id }) => ({ session: this.deskSession(id), messages: [] }));
    return {
      topic: this.deskTopic,
      since: this.#moment(),
      more: changed.length > LIMITS.changed,
      gone: this.#gone(known),
      sessions: [...held, ...others],
    };
  }

  #gone(known: readonly Known[]): readonly string[] {
    return known.flatMap(({ id }) => (this.#sessions.has(id) ? [] : id));
  }

  /** The cursor is the last row as it was: the next page is what sorts behind it now. */
  #inboxPage(tab: InboxTab, sort: InboxSort, cursor: string | null, agent: Agent) {
    const edge = cursor === null ? null : (JSON.parse(cursor) as DeskSession);
    const rest = this.inbox(tab, sort, agent).filter(
      (one) => !edge || compareInTab(one, edge, tab, sort) > 0,
    );
    const sessions = rest.slice(0, LIMITS.inbox);
    return { sessions, cursor: sessions.length === LIMITS.inbox ? JSON.stringify(sessions.at(-1)) : null };
  }

  #newest(visitorId: string): readonly string[] {
    return [...this.#sessions.values()]
      .filter((row) => row.visitorId === visitorId)
      .sort((a, b) => (a.lastMessageAt < b.lastMessageAt ? 1 : -1))
      .map(({ id }) => id);
  }

  #authorize(token: string): VisitorRow {
    const visitor = this.#visitors.get(token);
    if (!visitor) throw new ChatError('unauthorized', 'No such visitor.');
    return visitor;
  }

  #authorizeIn(token: string, id: string): void {
    const { id: visitorId } = this.#authorize(token);
    if (this.#row(id).visitorId !== visitorId) throw new ChatError('not-found', 'No such conversation.');
  }

  #topicOf(visitorId: string): string {
    return `support-chat:${visitorId}-${this.#rotations}`;
  }

  #tellVisitor(visitorId: string, event: LiveEvent<ChatSession>): void {
    this.visitorEvents.push(event);
    this.#broadcast(this.#topicOf(visitorId), event);
  }

  #tellDesk(event: LiveEvent<DeskSession>): void {
    this.deskEvents.push(event);
    this.#broadcast(this.deskTopic, event);
  }

  #row(id: string): SessionRow {
    const row = this.#sessions.get(id);
    if (!row) throw new ChatError('not-found', 'No such conversation.');
    return row;
  }

  #rows(id: string): readonly MessageRow[] {
    return this.#messages.get(id) ?? [];
  }

  /** Now, to a fraction of a millisecond, so that no two are the same. */
  #moment(): string {
    const fraction = String(this.#next()).padStart(9, '0');
    return `${new Date(this.#now()).toISOString().slice(0, -1)}${fraction}Z`;
  }

  #next(): number {
    this.#ids += 1;
    return this.#ids;
  }
}

/** Sends a request on its way. `commit` is what the server does when it gets there. */
export type Call = <T>(name: string, commit: () => T) => Promise<T>;

interface SentRows {
  readonly id: string;
  readonly seq: number;
}

const NOBODY = { name: '', email: '', verified: false, attributes: {} };

function eventOf(before: SessionRow, after: SessionRow): ChatEvent | null {
  const actor = { kind: 'system', name: null } as const;
  if (after.status === 'closed' && before.status !== 'closed') return { type: 'closed', actor, agent: null };
  if (after.status !== 'closed' && before.status === 'closed')
    return { type: 'reopened', actor, agent: null };
  if (after.agent === before.agent) return null;
  if (after.agent === null) return { type: 'unassigned', actor, agent: null };
  return { type: 'assigned', actor, agent: { id: after.agent.id, name: after.agent.name } };
}

/** What either side sees of a row, which never changes. */
const deskMessages = new WeakMap<MessageRow, ChatMessage>();
const visitorMessages = new WeakMap<MessageRow, ChatMessage>();

function toDeskMessage(sessionId: string, row: MessageRow): ChatMessage {
  const known = deskMessages.get(row);
  if (known) return known;
  const { visitorSeq: _, ...rest } = row;
  const message = { ...rest, sessionId };
  deskMessages.set(row, message);
  return message;
}

function toVisitorMessage(sessionId: string, row: MessageRow): ChatMessage {
  const known = visitorMessages.get(row);
  if (known) return known;
  const { sender, event, senderType } = row;
  const message = {
    ...toDeskMessage(sessionId, row),
    seq: row.visitorSeq ?? 0,
    clientId: senderType === 'customer' ? row.clientId : null,
    sender: sender && { ...sender, id: null },
    event: event?.agent ? { ...event, agent: { ...event.agent, id: null } } : event,
  };
  visitorMessages.set(row, message);
  return message;
}

/** Messages after or before a number, or the newest: oldest first, never more than `limit`. */
function pageOf(
  all: readonly ChatMessage[],
  range: HistoryRange | null,
  limit: number,
): readonly ChatMessage[] {
  if (range && 'after' in range) return all.filter(({ seq }) => seq > range.after).slice(0, limit);
  return all.filter(({ seq }) => !range || seq < range.before).slice(-limit);
}

/** What no simulation asks for. */
function notSimulated(): Promise<never> {
  return Promise.reject(new ChatError('unknown', 'This is not simulated.'));
}
