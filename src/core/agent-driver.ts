import { type AfterSend, AfterSending, type Expected } from './after-send.ts';
import type { AgentDesk, AgentDeskEvent, AgentDeskState, DeskNotice } from './agent-desk.ts';
import { backoffAfter } from './backoff.ts';
import { type DeskAction, DeskActions } from './desk-actions.ts';
import { type DeskPreferences, PreferenceBook } from './desk-preferences.ts';
import { Drafts } from './drafts.ts';
import { ChatError, toChatError } from './errors.ts';
import { Idleness } from './idleness.ts';
import {
  firstPage,
  type InboxList,
  isFiltered,
  NO_FILTER,
  nextPage,
  rowsOf,
  toDatabaseFilter,
  withChanged,
} from './inbox.ts';
import { memo } from './memo.ts';
import { MentionWatch } from './mention-watch.ts';
import type {
  Agent,
  CannedResponse,
  ChatMessage,
  DeskSession,
  DeskVisitor,
  InboxSort,
  InboxTab,
  InboxView,
  Mention,
  Person,
} from './model.ts';
import { OnDemand } from './on-demand.ts';
import { Outbox, type Place, type Unsent } from './outbox.ts';
import type {
  AgentApi,
  Clock,
  DeskOpened,
  DeskSessionOpened,
  KeyValueStorage,
  Known,
  LiveChannel,
  LiveEvent,
  PageEnvironment,
  Tabs,
  VisitorPatch,
} from './ports.ts';
import { PresenceRecord } from './presence-record.ts';
import { ReadMarker } from './read-marker.ts';
import { NO_MESSAGES, SessionBook } from './session-book.ts';
import { createStore } from './store.ts';
import { type Synced, SyncLoop } from './sync-loop.ts';
import { cleanText, isBlank, lengthOf } from './text.ts';
import { hasEarlier, lastSeq, type Timeline, withUnsent } from './timeline.ts';
import { fetchTranscript } from './transcript.ts';
import { TypingNotice, TypingWatch } from './typing.ts';
import { toTimelineMessage } from './unsent-message.ts';

export interface AgentDeskOptions {
  readonly api: AgentApi;
  readonly live: LiveChannel<DeskSession>;
  readonly storage: KeyValueStorage;
  readonly environment: PageEnvironment;
  readonly clock: Clock;
  /** The windows that share the storage. */
  readonly tabs: Tabs;
  /** What the storage keys begin with: one per project and agent. */
  readonly storagePrefix: string;
}

/** Makes the driver. It asks for nothing before `start`. */
export function createAgentDesk(options: AgentDeskOptions): AgentDesk {
  return new AgentDeskDriver(options);
}

const CHECK = 30_000;
/** Somebody who sits at the desk is to see within seconds what comes, even where no socket gets through. */
const LONGEST_POLL = 4_000;
const PRESENCE_EVERY = 45_000;
const PRESENCE_SOON = 500;
const LONGEST_GOODBYE = 1_000;
const REFRESH_AFTER_EVENT = 2_000;
const KEPT_THREADS = 50;
const KNOWN_ROWS = 100;

const NOTHING: AgentDeskState = {
  phase: 'idle',
  error: null,
  connection: 'idle',
  me: null,
  agents: [],
  settings: null,
  counts: { mine: 0, mineUnread: 0, unassigned: 0, unassignedUnread: 0 },
  tab: 'mine',
  sort: 'waiting',
  filter: NO_FILTER,
  inbox: [],
  inboxPhase: 'loading',
  hasMore: false,
  loadingMore: false,
  current: null,
  threadPhase: 'idle',
  messages: [],
  hasEarlier: false,
  loadingEarlier: false,
  visitor: null,
  earlier: [],
  visitorTyping: false,
  agentTyping: null,
  canned: null,
  tags: [],
  mentions: [],
  notice: null,
  done: null,
  preferences: { letterKeys: true, notifications: false, views: [] },
};

interface Thread {
  readonly visitor: DeskVisitor;
  readonly earlier: readonly DeskSession[];
}

class AgentDeskDriver implements AgentDesk {
  readonly #api: AgentApi;
  readonly #storage: KeyValueStorage;
  readonly #environment: PageEnvironment;
  readonly #clock: Clock;
  readonly #availabilityKey: string;
  readonly #preferenceKey: string;
  readonly #store = createStore<AgentDeskState>(NOTHING);
  readonly #listeners = new Set<(event: AgentDeskEvent) => void>();
  readonly #book = new SessionBook<DeskSession>();
  /** Opened conversations, the one looked at last at the end. */
  readonly #threads = new Map<string, Thread>();
  readonly #lists = new Map<string, InboxList>();
  /** One for each page under way. */
  readonly #changedMeanwhile = new Set<Set<string>>();
  readonly #drafts: Drafts;
  readonly #outbox: Outbox;
  readonly #loop: SyncLoop<DeskSession>;
  readonly #marker: ReadMarker;
  readonly #actions: DeskActions;
  readonly #idleness: Idleness;
  readonly #preferences: PreferenceBook;
  readonly #presence: PresenceRecord;
  readonly #typingNotice: TypingNotice;
  readonly #visitorTyping: TypingWatch<true>;
  readonly #agentTyping: TypingWatch<string>;
  readonly #afterSending = new AfterSending((expected) => void this.#follow(expected));
  readonly #mentions = new MentionWatch();
  readonly #canned: OnDemand<readonly CannedResponse[]>;
  readonly #tags: OnDemand<readonly string[]>;

  #started = false;
  #selected: string | null = null;
  /** The conversation on screen could not be loaded, and may be now. */
  #threadIsDue = false;
  #since = '';
  /** Up to when it was looked for snoozes that have ended. */
  #snoozesSeen = 0;
  /** Whether the first sync after loading is over: what that one finds was there before. */
  #caughtUp = false;
  #loading: Promise<void> | null = null;
  #failures = 0;
  #retryTimer: unknown = null;
  #presenceTimer: unknown = null;
  #refreshTimer: unknown = null;
  #undo: (() => void)[] = [];

  constructor({ api, live, storage, environment, clock, tabs, storagePrefix }: AgentDeskOptions) {
    this.#api = api;
    this.#storage = storage;
    this.#environment = environment;
    this.#clock = clock;
    this.#availabilityKey = `${storagePrefix}:desk-availability`;
    this.#preferenceKey = `${storagePrefix}:desk-preference`;
    this.#preferences = new PreferenceBook(storage, `${storagePrefix}:desk-preferences`);
    this.#store.set({ preferences: this.#preferences.read() });
    this.#presence = new PresenceRecord(
      clock,
      storage,
      `${storagePrefix}:desk-presence`,
      PRESENCE_EVERY + 1_000,
    );
    this.#idleness = new Idleness(clock, storage, `${storagePrefix}:desk-active`);
    this.#actions = new DeskActions({
      api,
      now: () => clock.now(),
      session: (id) => this.#book.get(id),
      changed: (session) => this.#changed(session),
      blockedUntil: (visitorId) => this.#visitorOf(visitorId)?.blockedUntil,
      visitorChanged: (visitor) => this.#visitorChanged(visitor),
    });
    this.#canned = new OnDemand(
      clock,
      () => api.cannedList(),
      (canned) => this.#store.set({ canned }),
    );
    this.#tags = new OnDemand(
      clock,
      () => api.tags(),
      (tags) => this.#offerTags(tags),
    );
    this.#drafts = new Drafts(storage, `${storagePrefix}:desk-draft`);
    this.#outbox = new Outbox({
      clock,
      storage,
      tabs,
      storagePrefix: `${storagePrefix}:desk-unsent`,
      deliver: (message) => this.#deliver(message),
      timeline: (conversation) => this.#book.timeline(conversation),
      lacks: (conversation) => this.#book.lacks(conversation),
      onChange: () => this.#publish(),
      onFailure: (error, message) => this.#sendFailed(error, message),
      onDelay: (error) => {
        // Where nothing gets through, the connection bar tells.
        if (error.code === 'rate-limited') this.#notify('send', error);
      },
      onTaken: () => void this.#loop.request(),
      onArrived: () => {},
      onRenamed: () => {},
    });
    this.#loop = new SyncLoop<DeskSession>({
      live,
      environment,
      tabs,
      clock,
      sync: () => this.#sync(),
      onEvent: (event) => this.#receive(event),
      onConnection: (connection) => this.#store.set({ connection }),
      onFailure: (error) => this.#syncFailed(error),
      checkEvery: () => CHECK,
      pollWanted: () => true,
      longestPoll: LONGEST_POLL,
    });
    this.#marker = new ReadMarker(clock, async (sessionId, seq) => {
      this.#changed(await this.#api.read(sessionId, seq));
    });
    this.#typingNotice = new TypingNotice(clock);
    this.#visitorTyping = new TypingWatch<true>(clock, () => this.#publish());
    this.#agentTyping = new TypingWatch<string>(clock, () => this.#publish());
  }

  get state(): AgentDeskState {
    return this.#store.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  onEvent(listener: (event: AgentDeskEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onMention(listener: (mention: Mention) => void): () => void {
    return this.#mentions.onNew(listener);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#undo = [
      this.#preferences.watch(() => this.#store.set({ preferences: this.#preferences.read() })),
      this.#environment.onWake(() => this.#wake()),
      this.#environment.onChange(() => {
        this.#publish();
        this.#announcePresence(PRESENCE_SOON);
      }),
    ];
    this.#outbox.start();
    void this.#load();
  }

  stop(): void {
    this.#started = false;
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#loop.stop();
    this.#outbox.stop();
    this.#marker.cancel();
    this.#visitorTyping.clear();
    this.#agentTyping.clear();
    for (const timer of [this.#retryTimer, this.#presenceTimer, this.#refreshTimer]) {
      if (timer !== null) this.#clock.clearTimeout(timer);
    }
    this.#retryTimer = null;
    this.#presenceTimer = null;
    this.#refreshTimer = null;
  }

  reload(): Promise<void> {
    this.#failures = 0;
    return this.#load();
  }

  async showTab(tab: InboxTab): Promise<void> {
    await this.showView({ ...this.#view(), tab });
  }

  async sortBy(sort: InboxSort): Promise<void> {
    await this.showView({ ...this.#view(), sort });
  }

  async showView({ tab, sort, filter }: InboxView): Promise<void> {
    // Lists through a filter go stale, and there may be many.
    const key = listKey({ tab, sort, filter });
    for (const [other, list] of this.#lists) {
      if (other !== key && isFiltered(list.filter)) this.#lists.delete(other);
    }
    await this.#showList({ tab, sort, filter });
  }

  async loadMore(): Promise<void> {
    const view = this.#view();
    const list = this.#lists.get(listKey(view));
    if (!list || list.cursor === null || this.state.loadingMore) return;
    this.#store.set({ loadingMore: true });
    await this.#attempt('load', () => this.#fetchPage(view, list));
    this.#store.set({ loadingMore: false });
    this.#publish();
  }

  async select(sessionId: string | null): Promise<void> {
    if (this.#selected === sessionId && this.state.threadPhase !== 'failed') return;
    this.#selected = sessionId;
    this.#drafts.turn();
    this.#threadIsDue = false;
    this.#typingNotice.reset();
    this.#visitorTyping.clear();
    this.#agentTyping.clear();
    // To open a conversation is to have seen that one is called there, which a reload must not undo.
    const mentions = this.state.mentions.filter(({ session }) => session.id !== sessionId);
    this.#announcePresence(mentions.length < this.state.mentions.length ? 0 : PRESENCE_SOON);
    this.#store.set({ loadingEarlier: false, mentions });
    if (sessionId === null) {
      this.#store.set({ threadPhase: 'idle' });
      this.#publish();
      return;
    }
    this.#store.set({ threadPhase: this.#threads.has(sessionId) ? 'ready' : 'loading' });
    this.#publish();
    await this.#openThread(sessionId);
  }

  async loadEarlier(): Promise<void> {
    const { current, loadingEarlier } = this.state;
    const timeline = current && this.#book.timeline(current.id);
    if (!current || !timeline || !hasEarlier(timeline) || loadingEarlier) return;
    this.#store.set({ loadingEarlier: true });
    await this.#attempt('load', async () => {
      const page = await this.#api.history(current.id, { before: timeline.base + 1 });
      this.#book.prepend(current.id, page);
    });
    if (this.#selected === current.id) this.#store.set({ loadingEarlier: false });
    this.#publish();
  }

  async send(text: string, kind: 'text' | 'note', then: AfterSend | null = null): Promise<void> {
    if (isBlank(text) || this.#selected === null) return;
    const content = cleanText(text);
    const { settings } = this.state;
    if (settings && lengthOf(content) > settings.maxLength) {
      throw new ChatError('too-long', `A message has at most ${settings.maxLength} characters.`, {
        details: { max: settings.maxLength },
      });
    }
    this.#typingNotice.reset();
    this.#outbox.add(this.#selected, content, kind);
    if (then)
      this.#afterSending.expect(this.#outbox.items, then, this.#book.get(this.#selected)?.lastSeq ?? 0);
  }

  async retry(clientId: string): Promise<void> {
    this.#outbox.retry([clientId]);
  }

  discard(clientId: string): void {
    this.#outbox.discard(clientId);
  }

  async assign(agentId: string | null): Promise<void> {
    await this.#actOnCurrent({ type: 'assign', agentId });
  }

  async close(): Promise<void> {
    await this.#actOnCurrent({ type: 'close' });
  }

  async reopen(): Promise<void> {
    await this.#actOnCurrent({ type: 'reopen' });
  }

  async act(action: DeskAction, sessionIds: readonly string[]): Promise<void> {
    const sessions = sessionIds.map((id) => this.#book.get(id)).filter((session) => session !== null);
    if (action.type === 'unread') {
      // What is on screen is read at once again.
      if (this.#selected !== null && sessionIds.includes(this.#selected)) await this.select(null);
      this.#marker.clear();
    }
    await this.#attempt(action.type, () =>
      this.#actions.run(action, sessions, (done) => this.#store.set({ done, notice: null })),
    );
    this.#followUp(sessionIds);
  }

  async undo(): Promise<void> {
    const { done } = this.state;
    if (!done) return;
    this.#store.set({ done: this.#actions.earlier });
    await this.#attempt('undo', () => this.#actions.undo());
    this.#followUp(done.before.map(({ id }) => id));
  }

  async find(query: string): ReturnType<AgentDesk['find']> {
    const found = await this.#api.search(cleanText(query));
    for (const { session } of found.hits) this.#changed(session);
    return found;
  }

  noteTyping(): void {
    const { current } = this.state;
    if (!current || current.status === 'closed' || !this.#typingNotice.due()) return;
    this.#api.typing(current.id).catch(() => {
      // A lost typing notice is nothing to tell anybody about.
    });
  }

  setAvailability(availability: 'online' | 'away'): void {
    this.#storage.set(this.#availabilityKey, availability);
    this.#announcePresence(0);
  }

  noteActivity(): void {
    if (this.#idleness.note()) this.#announcePresence(0);
  }

  async leave(): Promise<void> {
    if (this.#presenceTimer !== null) this.#clock.clearTimeout(this.#presenceTimer);
    this.#presenceTimer = null;
    if (this.state.phase !== 'ready') return;
    const told = this.#api.presence('offline', null).then(
      () => {},
      () => {
        // Who is not heard of for a while is offline anyway.
      },
    );
    await Promise.race([
      told,
      new Promise<void>((resolve) => this.#clock.setTimeout(resolve, LONGEST_GOODBYE)),
    ]);
  }

  setPreferences(patch: Partial<DeskPreferences>): void {
    const preferences = { ...this.state.preferences, ...patch };
    this.#preferences.write(preferences);
    this.#store.set({ preferences });
  }

  dismissNotice(): void {
    this.#store.set({ notice: null });
  }

  loadCanned(): Promise<void> {
    return this.#want(this.#canned);
  }

  loadTags(): Promise<void> {
    this.#offerTags(this.state.tags);
    return this.#want(this.#tags);
  }

  async updateVisitor(patch: VisitorPatch): Promise<void> {
    const { current } = this.state;
    if (!current) return;
    const visitor = await this.#api.updateVisitor(current.visitor.id, patch);
    for (const [id, thread] of this.#threads) {
      if (thread.visitor.id === visitor.id) this.#threads.set(id, { ...thread, visitor });
    }
    // Their conversations carry the name as well, and closed ones would not be told.
    const { id, name, email, verified } = visitor;
    for (const session of this.#book.sessions()) {
      if (session.visitor.id === id) this.#changed({ ...session, visitor: { id, name, email, verified } });
    }
    this.#publish();
  }

  async transcript(): Promise<readonly ChatMessage[]> {
    const { current } = this.state;
    return current ? fetchTranscript(this.#api, current.id) : [];
  }

  dismissMention(sessionId: string): void {
    const { mentions } = this.state;
    for (const mention of mentions) if (mention.session.id === sessionId) this.#mentions.dismiss(mention);
    this.#store.set({ mentions: mentions.filter(({ session }) => session.id !== sessionId) });
  }

  preference(name: string): string {
    return this.#storage.get(`${this.#preferenceKey}:${name}`) ?? '';
  }

  setPreference(name: string, value: string): void {
    const key = `${this.#preferenceKey}:${name}`;
    if (value === '') this.#storage.remove(key);
    else if (this.#storage.get(key) !== value) this.#storage.set(key, value);
  }

  dismissDone(): void {
    this.#actions.forget();
    this.#store.set({ done: null });
  }

  draft(sessionId: string): string {
    return this.#drafts.get(sessionId);
  }

  setDraft(sessionId: string, text: string): void {
    this.#drafts.set(sessionId, text);
  }

  // Loading and staying up to date

  #load(): Promise<void> {
    this.#loading ??= this.#loadNow().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #loadNow(): Promise<void> {
    if (this.#retryTimer !== null) this.#clock.clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    const view = { ...this.#view(), filter: NO_FILTER };
    const { tab, sort } = view;
    const { phase } = this.state;
    if (phase !== 'ready') this.#store.set({ phase: 'loading', inboxPhase: 'loading' });
    try {
      const opened = await this.#api.open({ tab }, sort);
      this.#failures = 0;
      this.#showOpened(opened, view);
    } catch (reason) {
      this.#loadFailed(toChatError(reason));
    }
  }

  #showOpened(opened: DeskOpened, view: InboxView): void {
    const { me, agents, settings, counts, topic, since, sessions, cursor } = opened;
    const mentions = this.#mentions.take(opened.mentions, this.#viewing());
    for (const session of sessions) this.#book.put(session);
    this.#lists.set(listKey(view), firstPage(view, sessions, cursor));
    this.#since = since;
    this.#snoozesSeen = this.#clock.now();
    this.#caughtUp = false;
    this.#store.set({
      phase: 'ready',
      error: null,
      me,
      agents,
      settings,
      counts,
      mentions,
      inboxPhase: 'ready',
    });
    this.#publish();
    if (!this.#started) return;
    this.#loop.start(topic);
    this.#announcePresence(0);
    // A tab or a conversation chosen while this was under way.
    if (listKey(this.#view()) !== listKey(view)) void this.#showList(this.#view());
    if (this.#selected !== null && !this.#threads.has(this.#selected)) void this.#openThread(this.#selected);
  }

  #loadFailed(error: ChatError): void {
    this.#failures += 1;
    const { phase } = this.state;
    if (phase === 'ready') this.#store.set({ error });
    else this.#store.set({ phase: 'failed', inboxPhase: 'failed', error });
    if (!this.#started || error.code === 'unauthorized') return;
    this.#retryTimer = this.#clock.setTimeout(
      () => {
        this.#retryTimer = null;
        void this.#load();
      },
      backoffAfter(this.#clock, error, this.#failures),
    );
  }

  async #showList(view: InboxView): Promise<void> {
    const { tab, sort, filter } = view;
    const cached = this.#lists.has(listKey(view));
    this.#store.set({ tab, sort, filter, inboxPhase: cached ? 'ready' : 'loading' });
    this.#publish();
    if (this.state.phase === 'ready') await this.#loadList(view);
  }

  async #loadList(view: InboxView): Promise<void> {
    const isShown = () => listKey(this.#view()) === listKey(view);
    try {
      await this.#fetchPage(view, null);
      if (isShown()) this.#store.set({ inboxPhase: 'ready' });
      if (this.state.notice?.action === 'load') this.dismissNotice();
    } catch (reason) {
      const cached = this.#lists.has(listKey(view));
      if (isShown() && !cached) this.#store.set({ inboxPhase: 'failed' });
      this.#notify('load', toChatError(reason));
    }
    this.#publish();
  }

  /** A list's first page, or the one after what is loaded. What changes meanwhile may be newer than the page. */
  async #fetchPage(view: InboxView, before: InboxList | null): Promise<void> {
    const { tab, sort } = view;
    const key = listKey(view);
    const changed = new Set<string>();
    this.#changedMeanwhile.add(changed);
    try {
      const { sessions, cursor, counts } = await this.#api.inbox(
        { tab, filter: toDatabaseFilter(view.filter, this.#clock.now()) },
        sort,
        before?.cursor ?? null,
      );
      for (const session of sessions) this.#book.put(session);
      const list = before
        ? nextPage(this.#lists.get(key) ?? before, sessions, cursor)
        : firstPage(view, sessions, cursor);
      this.#lists.set(key, list);
      for (const id of changed) {
        const session = this.#book.get(id);
        if (session) this.#relist(session);
      }
      this.#store.set({ counts });
    } finally {
      this.#changedMeanwhile.delete(changed);
    }
  }

  async #sync(): Promise<Synced> {
    if (this.#refreshTimer !== null) this.#clock.clearTimeout(this.#refreshTimer);
    this.#refreshTimer = null;
    const confirmTaken = this.#outbox.syncing();
    const synced = await this.#api.sync(this.#known(), this.#since);
    for (const id of synced.gone) this.#forget(id);
    let changed = false;
    for (const { session, messages } of synced.sessions) {
      const before = this.#book.get(session.id);
      changed ||= !before || before.rev < session.rev;
      const fresh = this.#book.take(session, messages);
      this.#relist(session);
      this.#announce(session, fresh);
      // Of conversations that are not opened no messages come along; their unread count tells the same.
      const unread = before?.unread ?? (this.#caughtUp ? 0 : session.unread);
      const isOpened = this.#book.timeline(session.id) !== null;
      const isNews =
        this.#book.get(session.id) === session &&
        session.unread > unread &&
        session.lastSeq !== before?.lastSeq;
      if (!isOpened && isNews) this.#ring(session);
      this.#book.hear(session.id);
    }
    for (const { session, fresh } of await this.#book.catchUp((id, range) => this.#api.history(id, range))) {
      this.#announce(session, fresh);
    }
    this.#wakeSnoozed();
    this.#since = synced.since;
    this.#caughtUp = true;
    const mentions = this.#mentions.take(synced.mentions, this.#viewing());
    this.#store.set({ counts: synced.counts, mentions, error: null, ...this.#team(synced.agents) });
    confirmTaken();
    this.#outbox.hurry();
    this.#publish();
    if (synced.more) this.#lists.clear();
    // A list that could not be loaded before can be now.
    const isMissing = this.state.inboxPhase !== 'loading' && !this.#lists.has(listKey(this.#view()));
    if (synced.more || isMissing) void this.#loadList(this.#view());
    if (this.#threadIsDue && this.#selected !== null) {
      this.#threadIsDue = false;
      void this.#openThread(this.#selected);
    }
    return { topic: synced.topic, changed };
  }

  /** What was put off until now is back in the lists, and heard. */
  #wakeSnoozed(): void {
    const now = this.#clock.now();
    for (const session of this.#book.sessions()) {
      const until = Date.parse(session.snoozedUntil ?? '');
      if (!(until > this.#snoozesSeen && until <= now)) continue;
      this.#relist(session);
      this.#emit({ type: 'back', session, text: session.preview, direction: 'in' });
    }
    this.#snoozesSeen = now;
  }

  /** What is opened, what is on screen without its messages, and where replies wait: any of it may be gone. */
  #known(): readonly Known[] {
    const { current, inbox } = this.state;
    const known = new Map(this.#book.known('opened').map((one) => [one.id, one]));
    for (const { id, rev } of [...(current ? [current] : []), ...inbox.slice(0, KNOWN_ROWS)]) {
      if (!known.has(id)) known.set(id, { id, rev, seq: NO_MESSAGES });
    }
    for (const { conversation: id } of this.#outbox.items) {
      if (!known.has(id)) known.set(id, { id, rev: this.#book.get(id)?.rev ?? 0, seq: NO_MESSAGES });
    }
    return [...known.values()];
  }

  /** Lets go of a conversation that is no more, since its visitor was erased. */
  #forget(id: string): void {
    this.#book.forget(id);
    this.#threads.delete(id);
    this.#outbox.abandon(id);
    if (this.#selected === id) void this.select(null);
  }

  #syncFailed(error: ChatError): void {
    if (error.retryable) return;
    this.#store.set({ error });
    if (error.code === 'unauthorized' || error.code === 'forbidden') {
      this.#loop.stop();
      this.#store.set({ phase: 'failed' });
    }
  }

  #receive(event: Exclude<LiveEvent<DeskSession>, { type: 'resync' }>): void {
    if (event.type === 'typing') {
      if (event.sessionId !== this.#selected) return;
      if (event.by === 'visitor') this.#visitorTyping.show(true);
      else if (event.person && event.person.id !== this.state.me?.id) {
        this.#agentTyping.show(event.person.name);
      }
      return;
    }
    const message = event.type === 'message' ? event.message : null;
    const fresh = this.#book.take(event.session, message ? [message] : []);
    this.#relist(event.session);
    this.#announce(event.session, fresh);
    const { me } = this.state;
    const happened = message?.event;
    if (happened?.type === 'assigned' && happened.agent?.id === me?.id && happened.actor.name !== me?.name) {
      this.#emit({ type: 'handed', session: event.session, text: event.session.preview, direction: 'in' });
    }
    this.#outbox.confirm();
    this.#publish();
    if (this.#book.isBehind(event.session.id)) void this.#loop.request();
    else this.#refreshSoon();
  }

  /** Counts are the server's to make; many events in a row need only one look. */
  #refreshSoon(): void {
    if (!this.#started) return;
    this.#refreshTimer ??= this.#clock.setTimeout(() => {
      this.#refreshTimer = null;
      void this.#loop.request();
    }, REFRESH_AFTER_EVENT);
  }

  async #openThread(sessionId: string): Promise<void> {
    const isShown = () => this.#selected === sessionId;
    try {
      this.#showThread(await this.#api.session(sessionId));
      if (isShown()) this.#store.set({ threadPhase: 'ready' });
      if (this.state.notice?.action === 'load') this.dismissNotice();
    } catch (reason) {
      if (!isShown()) return;
      const error = toChatError(reason);
      this.#threadIsDue = error.retryable;
      if (!this.#threads.has(sessionId)) this.#store.set({ threadPhase: 'failed' });
      this.#notify('load', error);
    }
    this.#publish();
    if (this.#book.isBehind(sessionId)) void this.#loop.request();
  }

  #showThread({ session, messages, visitor, earlier }: DeskSessionOpened): void {
    this.#book.open(session, messages);
    for (const other of earlier) {
      this.#book.put(other);
      this.#relist(other);
    }
    this.#threads.delete(session.id);
    this.#threads.set(session.id, { visitor, earlier });
    for (const id of this.#threads.keys()) {
      if (this.#threads.size <= KEPT_THREADS) break;
      if (id === this.#selected) continue;
      this.#threads.delete(id);
      this.#book.closeTimeline(id);
    }
    this.#relist(session);
    this.#outbox.confirm();
  }

  #wake(): void {
    this.#outbox.wake();
    if (this.state.phase === 'failed') void this.reload();
    this.#announcePresence(PRESENCE_SOON);
  }

  /** Says now or soon, and from then on regularly, that this agent is here and what they look at. */
  #announcePresence(wait: number): void {
    if (this.#presenceTimer !== null) this.#clock.clearTimeout(this.#presenceTimer);
    this.#presenceTimer = null;
    if (!this.#started || this.state.phase !== 'ready') return;
    this.#presenceTimer = this.#clock.setTimeout(() => {
      this.#announcePresence(PRESENCE_EVERY);
      const elsewhere = this.#presence.elsewhere();
      // A tab that nobody sees has nothing to add to one that somebody does.
      if (elsewhere !== undefined && !this.#environment.isVisible()) return;
      const viewing = this.#viewing() ?? elsewhere ?? null;
      // Other tabs read what this one shows, not what it has from them.
      if (elsewhere === undefined || this.#viewing() !== null) this.#presence.note(this.#viewing());
      const isAway = this.#idleness.isIdle() || this.#storage.get(this.#availabilityKey) === 'away';
      const availability = isAway ? 'away' : 'online';
      this.#api.presence(availability, viewing).then(
        ({ agents, visitor }) => {
          this.#store.set(this.#team(agents));
          // Visitors go on to other pages meanwhile.
          const thread = this.#threads.get(viewing ?? '');
          if (thread && viewing && visitor) this.#threads.set(viewing, { ...thread, visitor });
          this.#publish();
        },
        () => {
          // The next beat says it again.
        },
      );
    }, wait);
  }

  // Commands

  async #deliver(message: Unsent): Promise<() => Place> {
    const sent = await this.#api.send(message.conversation, message.clientId, message.content, message.kind);
    this.#afterSending.arrived(message.clientId, this.#outbox.items);
    const fresh = this.#book.take(sent.session, [sent.message]);
    this.#relist(sent.session);
    this.#announce(sent.session, fresh);
    if (this.state.notice?.action === 'send') this.dismissNotice();
    this.#publish();
    if (this.#book.isBehind(sent.session.id)) void this.#loop.request();
    else this.#refreshSoon();
    return () => ({ conversation: sent.session.id, seq: sent.message.seq });
  }

  #sendFailed(error: ChatError, message: Unsent): void {
    if (message.conversation === this.#selected) this.#notify('send', error);
    if (error.code === 'not-found') this.#forget(message.conversation);
    // Somebody closed it meanwhile, say: the session's new state explains the refusal.
    void this.#loop.request();
  }

  /** Does what was to follow a message, whichever conversation is on screen by now. */
  async #follow({ conversation: id, then, seen }: Expected): Promise<void> {
    await this.#attempt(then.type, async () => {
      const session = this.#book.get(id);
      if (!session) return;
      await this.#actions.run(then, [session], (done) => this.#store.set({ done, notice: null }), seen);
    });
    this.#followUp([id]);
  }

  async #actOnCurrent(action: DeskAction): Promise<void> {
    const { current } = this.state;
    if (current) await this.act(action, [current.id]);
  }

  /** What a change brings along: event lines in what is opened, and other counts. */
  #followUp(sessionIds: readonly string[]): void {
    if (sessionIds.some((id) => this.#book.isBehind(id))) void this.#loop.request();
    else this.#refreshSoon();
  }

  async #attempt(action: DeskNotice['action'], command: () => Promise<void>): Promise<void> {
    try {
      await command();
      if (this.state.notice?.action === action) this.dismissNotice();
    } catch (reason) {
      const error = toChatError(reason);
      this.#notify(action, error);
      if (error.code === 'conflict') void this.#loop.request();
    }
  }

  async #want(list: { load(): Promise<void> }): Promise<void> {
    try {
      await list.load();
    } catch (reason) {
      this.#notify('load', toChatError(reason));
    }
  }

  /** These first, then what is loaded; of two that differ in case only, the first. */
  #offerTags(tags: readonly string[]): void {
    const byName = new Map<string, string>();
    for (const tag of [...tags, ...this.#book.sessions().flatMap((one) => one.tags)]) {
      const name = tag.toLowerCase();
      if (!byName.has(name)) byName.set(name, tag);
    }
    this.#store.set({ tags: [...byName.values()] });
  }

  #notify(action: DeskNotice['action'], error: ChatError): void {
    this.#store.set({ notice: { action, error, winner: winnerOf(error) } });
  }

  // Helpers

  #view(): InboxView {
    const { tab, sort, filter } = this.state;
    return { tab, sort, filter };
  }

  #visitorOf(visitorId: string): DeskVisitor | null {
    return [...this.#threads.values()].find(({ visitor }) => visitor.id === visitorId)?.visitor ?? null;
  }

  #visitorChanged(visitor: DeskVisitor): void {
    for (const [id, thread] of this.#threads) {
      if (thread.visitor.id === visitor.id) this.#threads.set(id, { ...thread, visitor });
    }
    this.#publish();
  }

  #changed(session: DeskSession): void {
    this.#book.put(session);
    this.#relist(session);
    this.#publish();
  }

  #viewing(): string | null {
    return this.#environment.isVisible() ? this.#selected : null;
  }

  /** Puts a changed session where it now belongs in every list that is kept. */
  #relist(changed: DeskSession): void {
    const session = this.#book.get(changed.id) ?? changed;
    const me = this.state.me?.id ?? null;
    for (const ids of this.#changedMeanwhile) ids.add(session.id);
    for (const [key, list] of this.#lists) {
      this.#lists.set(key, withChanged(list, session, me, this.#clock.now()));
    }
  }

  #announce(session: DeskSession, fresh: readonly ChatMessage[]): void {
    for (const message of fresh) {
      this.#afterSending.arrived(message.clientId, this.#outbox.items);
      if (session.id === this.#selected) {
        if (message.senderType === 'customer') this.#visitorTyping.clear();
        else this.#agentTyping.clear();
      }
      if (message.kind !== 'text') continue;
      const direction = message.senderType === 'customer' ? 'in' : 'out';
      this.#emit({ type: 'message', session, text: message.content, direction });
    }
  }

  #ring(session: DeskSession): void {
    this.#emit({ type: 'message', session, text: session.preview, direction: 'in' });
  }

  #emit(event: AgentDeskEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #team(agents: readonly Agent[]): Pick<AgentDeskState, 'agents' | 'me'> {
    const { me } = this.state;
    return { agents, me: agents.find((agent) => agent.id === me?.id) ?? me };
  }

  #publish(): void {
    const { me } = this.state;
    const id = this.#selected;
    const list = this.#lists.get(listKey(this.#view())) ?? null;
    const timeline = id === null ? null : this.#book.timeline(id);
    const thread = id === null ? null : (this.#threads.get(id) ?? null);
    const current = id === null ? null : this.#book.get(id);
    const inbox = this.#rows(list, this.#book.sessions());
    this.#store.set({
      inbox,
      hasMore: list !== null && list.cursor !== null,
      current,
      messages: this.#messages(timeline, this.#outbox.items, id, me),
      hasEarlier: timeline ? hasEarlier(timeline) : false,
      visitor: thread?.visitor ?? null,
      earlier: thread?.earlier ?? NOTHING.earlier,
      visitorTyping: this.#visitorTyping.value ?? false,
      agentTyping: this.#agentTyping.value,
    });
    const looking = this.#started && this.#environment.isVisible();
    if (current && timeline && current.unread > 0 && looking) {
      this.#marker.want(current.id, lastSeq(timeline));
    } else {
      this.#marker.cancel();
    }
  }

  #rows = memo((list: InboxList | null, sessions: readonly DeskSession[]): readonly DeskSession[] =>
    list ? rowsOf(list, sessions) : [],
  );

  #messages = memo(
    (timeline: Timeline | null, items: readonly Unsent[], conversation: string | null, me: Agent | null) => {
      const sender: Person | null = me && { id: me.id, name: me.name, avatar: me.avatar };
      const unsent = items.filter((item) => item.conversation === conversation);
      return withUnsent(
        timeline,
        unsent.map((item) => toTimelineMessage(item, sender)),
      );
    },
  );
}

function listKey({ tab, sort, filter }: InboxView): string {
  return `${tab}/${sort}/${isFiltered(filter) ? JSON.stringify(filter) : ''}`;
}

/** Who was first, where a conflict says so. */
function winnerOf(error: ChatError): string | null {
  const details = error.details;
  if (typeof details !== 'object' || details === null || !('agent' in details)) return null;
  const agent = details.agent;
  if (typeof agent !== 'object' || agent === null || !('name' in agent)) return null;
  return typeof agent.name === 'string' ? agent.name : null;
}
