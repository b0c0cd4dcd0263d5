import { backoffAfter } from './backoff.ts';
import { Drafts } from './drafts.ts';
import type { Connection } from './driver.ts';
import { ChatError, toChatError } from './errors.ts';
import { memo } from './memo.ts';
import type { ChatMessage, ChatSession } from './model.ts';
import { Outbox, type Place, type Unsent } from './outbox.ts';
import type {
  Clock,
  KeyValueStorage,
  Known,
  LiveChannel,
  LiveEvent,
  PageEnvironment,
  ProfilePatch,
  Tabs,
  VisitorApi,
  VisitorOpened,
} from './ports.ts';
import { ReadMarker } from './read-marker.ts';
import { NO_MESSAGES, SessionBook } from './session-book.ts';
import { createStore } from './store.ts';
import { type Synced, SyncLoop } from './sync-loop.ts';
import { cleanText, isBlank, lengthOf } from './text.ts';
import { hasEarlier, lastSeq, type Timeline, withUnsent } from './timeline.ts';
import { Timer } from './timer.ts';
import { TypingNotice, TypingWatch } from './typing.ts';
import { toTimelineMessage } from './unsent-message.ts';
import type { VisitorChat, VisitorChatEvent, VisitorChatState } from './visitor-chat.ts';
import { tokenKey, VisitorToken } from './visitor-token.ts';

export interface VisitorChatOptions {
  readonly api: VisitorApi;
  readonly live: LiveChannel<ChatSession>;
  readonly storage: KeyValueStorage;
  readonly environment: PageEnvironment;
  readonly clock: Clock;
  /** The tabs that share the storage. */
  readonly tabs: Tabs;
  /** What the storage keys begin with: one per project. */
  readonly storagePrefix: string;
  /** Requests say otherwise than by a token of this device who the visitor is. */
  readonly isKnown?: boolean;
  /** The conversation to show at first, null for a new one; the newest if it is left out. */
  readonly conversation?: string | null | undefined;
}

/** Makes the driver. It does nothing at all before `start`, `setOpen` or `send`. */
export function createVisitorChat(options: VisitorChatOptions): VisitorChat {
  return new VisitorChatDriver(options);
}

const NEW = 'new:';
/** Where drafts keep what is filled in before a first message. */
const FORM = 'form';
const REST_WITHOUT_SESSION = 5 * 60_000;
const REST_WITH_SESSION = 30 * 60_000;
const CHECK_OPEN_SESSION = 60_000;
const LONGEST_POLL = 30_000;
/** How many sessions one answer to a sync holds at most. */
const SYNCED_SESSIONS = 20;

const NOTHING: VisitorChatState = {
  phase: 'idle',
  error: null,
  connection: 'idle',
  settings: null,
  availability: null,
  visitor: null,
  sessions: [],
  current: null,
  messages: [],
  hasEarlier: false,
  loadingEarlier: false,
  typing: null,
  unread: 0,
  resumesAt: null,
};

class VisitorChatDriver implements VisitorChat {
  readonly #api: VisitorApi;
  readonly #environment: PageEnvironment;
  readonly #clock: Clock;
  readonly #store = createStore<VisitorChatState>(NOTHING);
  readonly #listeners = new Set<(event: VisitorChatEvent) => void>();
  readonly #book = new SessionBook<ChatSession>();
  readonly #token: VisitorToken;
  readonly #drafts: Drafts;
  readonly #outbox: Outbox;
  readonly #loop: SyncLoop<ChatSession>;
  readonly #marker: ReadMarker;
  readonly #typingNotice: TypingNotice;
  readonly #typing: TypingWatch<string>;

  #started = false;
  #open = false;
  /** The conversation on screen: a session's id, or `new:` and the client id the session will be made with. */
  #conversation: string;
  /** It is to stay there, though there may be newer ones. */
  #isChosen: boolean;
  #topic: string | null = null;
  #profile: ProfilePatch | null = null;
  /** Requests that make a visitor out of the token, under way now. */
  #starting = 0;
  /** Grows when one of them is sent, and when it ends. */
  #starts = 0;
  /** Grows with every sign-out; what was asked before belongs to somebody else. */
  #life = 0;
  #loading: Promise<void> | null = null;
  #failures = 0;
  readonly #retryTimer: Timer;
  readonly #restTimer: Timer;
  #undo: (() => void)[] = [];
  readonly #opening = new Map<string, Promise<void>>();
  /** Written here, and announced. */
  readonly #told = new Set<string>();

  constructor(options: VisitorChatOptions) {
    const { api, live, storage, environment, clock, tabs, storagePrefix, conversation } = options;
    this.#api = api;
    this.#environment = environment;
    this.#clock = clock;
    this.#retryTimer = new Timer(clock);
    this.#restTimer = new Timer(clock);
    this.#conversation = conversation ?? NEW + clock.uuid();
    this.#isChosen = conversation === null;
    this.#token = new VisitorToken(storage, tokenKey(storagePrefix), clock, options.isKnown);
    this.#drafts = new Drafts(storage, `${storagePrefix}:draft`);
    this.#outbox = new Outbox({
      clock,
      storage,
      tabs,
      storagePrefix: `${storagePrefix}:unsent`,
      deliver: (message) => this.#deliver(message, this.#life),
      timeline: (conversation) => this.#book.timeline(conversation),
      lacks: (conversation) => this.#book.lacks(conversation),
      onChange: () => this.#unsentChanged(),
      onFailure: (error, message) => this.#sendFailed(error, message),
      onDelay: (error) => this.#sendDelayed(error),
      onTaken: () => void (this.#loop.running ? this.#loop.request() : this.#loadAnew()),
      onArrived: (message) => this.#arrived(message),
      onRenamed: (from, to) => {
        if (from.startsWith(NEW) && !to.startsWith(NEW)) this.#rename(from, to);
      },
    });
    this.#loop = new SyncLoop<ChatSession>({
      live,
      environment,
      tabs,
      clock,
      sync: () => this.#sync(),
      onEvent: (event) => this.#receive(event),
      onConnection: (connection) => this.#setConnection(connection),
      onFailure: (error) => this.#syncFailed(error),
      checkEvery: () => (this.#hasOpenSession() ? CHECK_OPEN_SESSION : null),
      pollWanted: (visible) => this.#hasOpenSession() || (this.#open && visible),
      longestPoll: LONGEST_POLL,
    });
    this.#marker = new ReadMarker(clock, (sessionId, seq) => this.#read(sessionId, seq));
    this.#typingNotice = new TypingNotice(clock);
    this.#typing = new TypingWatch<string>(clock, () => this.#publish());
  }

  get state(): VisitorChatState {
    return this.#store.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  onEvent(listener: (event: VisitorChatEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#undo = [
      this.#environment.onWake(() => this.#wake()),
      this.#environment.onChange(() => this.#environmentChanged()),
      this.#environment.onNavigate(() => void this.#loop.request()),
      this.#token.watch((signedOut) => {
        // Who was not known to the database yet may have written something all the same.
        if (signedOut && this.#token.value === null) this.#followSignOut();
        this.#followToken(signedOut);
      }),
    ];
    this.#followToken(true);
    this.#outbox.start();
    if (this.#open || this.#token.isRecent || this.#outbox.isBusy) void this.#load();
  }

  stop(): void {
    this.#started = false;
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#loop.stop();
    this.#outbox.stop();
    this.#marker.cancel();
    this.#typing.clear();
    this.#retryTimer.cancel();
    this.#restTimer.cancel();
  }

  setOpen(open: boolean): void {
    if (this.#open === open) return;
    this.#open = open;
    if (open && this.#started) {
      const { phase } = this.state;
      if (phase === 'idle' || phase === 'failed' || this.#isInDoubt()) void this.#load();
      else this.#connect();
    }
    this.#publish();
  }

  reload(): Promise<void> {
    this.#failures = 0;
    return this.#load();
  }

  async send(text: string): Promise<void> {
    if (isBlank(text)) return;
    const content = cleanText(text);
    const { settings, current } = this.state;
    if (settings && lengthOf(content) > settings.maxLength) {
      throw new ChatError('too-long', `A message has at most ${settings.maxLength} characters.`, {
        details: { max: settings.maxLength },
      });
    }
    if (current?.status === 'closed') this.startConversation();
    this.#typingNotice.reset();
    this.#outbox.add(this.#conversation, content, 'text');
  }

  async retry(clientId: string): Promise<void> {
    const message = this.#outbox.items.find((item) => item.clientId === clientId);
    if (!message) return;
    // A conversation may have been made by a first message whose answer got lost, so the first goes first again.
    const ids = message.conversation.startsWith(NEW)
      ? this.#outbox.items.filter((item) => item.conversation === message.conversation)
      : [message];
    this.#outbox.retry(ids.map((item) => item.clientId));
  }

  discard(clientId: string): void {
    this.#outbox.discard(clientId);
  }

  startConversation(): void {
    // Somebody who was still writing when the conversation was closed has no other place to go on.
    const cutOff = this.state.current?.status === 'closed' ? this.draft : '';
    const before = this.#conversation;
    // A load under way must not bring the newest one back.
    this.#isChosen = true;
    this.#show(this.#begun() ?? NEW + this.#clock.uuid());
    if (cutOff === '' || this.draft !== '') return;
    this.#drafts.set(draftKey(before), '');
    this.setDraft(cutOff);
  }

  async select(sessionId: string): Promise<void> {
    if (!this.#book.get(sessionId)) return;
    this.#show(sessionId);
    await this.#openTimeline(sessionId);
  }

  async loadEarlier(): Promise<void> {
    const token = this.#token.value;
    const session = this.state.current;
    const timeline = session && this.#book.timeline(session.id);
    if (!token || !session || !timeline || !hasEarlier(timeline) || this.state.loadingEarlier) return;
    const life = this.#life;
    this.#store.set({ loadingEarlier: true });
    await this.#attempt(async () => {
      const page = await this.#api.history(token, session.id, { before: timeline.base + 1 });
      if (life === this.#life) this.#book.prepend(session.id, page);
    });
    this.#store.set({ loadingEarlier: false });
    this.#publish();
  }

  noteTyping(): void {
    const token = this.#token.value;
    const { current } = this.state;
    if (!token || !current || current.status === 'closed' || !this.#typingNotice.due()) return;
    this.#api.typing(token, current.id).catch(() => {
      // A lost typing notice is nothing to tell anybody about.
    });
  }

  closeConversation(): Promise<void> {
    return this.#change((token, session) => this.#api.close(token, session.id));
  }

  reopenConversation(): Promise<void> {
    return this.#change((token, session) => this.#api.reopen(token, session.id));
  }

  rate(rating: number, comment: string | null): Promise<void> {
    return this.#change((token, session) => this.#api.rate(token, session.id, rating, comment));
  }

  async transcript(): Promise<readonly ChatMessage[]> {
    const token = this.#token.value;
    const session = this.state.current;
    let messages = (session && this.#book.timeline(session.id)?.messages) ?? [];
    while (token && session && (messages[0]?.seq ?? 0) > 1) {
      const page = await this.#api.history(token, session.id, { before: messages[0]?.seq ?? 0 });
      if (page.length === 0) break;
      messages = [...page, ...messages];
    }
    return messages;
  }

  async updateProfile(given: ProfilePatch): Promise<void> {
    const token = this.#token.value;
    const before = this.#profile?.attributes ?? this.state.visitor?.attributes;
    const patch = given.attributes ? { ...given, attributes: { ...before, ...given.attributes } } : given;
    if (!token || !this.#topic) {
      // Nobody to tell yet; it goes along with the first message.
      this.#profile = { ...this.#profile, ...patch };
      return;
    }
    const life = this.#life;
    await this.#attempt(async () => {
      const visitor = await this.#api.updateProfile(token, patch);
      if (life === this.#life) this.#store.set({ visitor });
    });
  }

  get draft(): string {
    return this.#drafts.get(draftKey(this.#conversation));
  }

  setDraft(text: string): void {
    this.#drafts.set(draftKey(this.#conversation), text);
  }

  get form(): string {
    return this.#drafts.get(FORM);
  }

  setForm(text: string): void {
    this.#drafts.set(FORM, text);
  }

  reset(): void {
    // First, so that other tabs hear why before they miss anything.
    this.#token.signOut();
    this.#outbox.clear();
    this.#drafts.clear();
    this.#forgetVisitor();
  }

  // Loading and staying up to date

  #load(): Promise<void> {
    this.#loading ??= this.#loadNow(this.#life);
    return this.#loading;
  }

  /** What has just happened in another tab may be too new for a load under way. */
  async #loadAnew(): Promise<void> {
    await this.#loading;
    if (this.#started) await this.#load();
  }

  async #loadNow(life: number): Promise<void> {
    this.#retryTimer.cancel();
    if (this.state.phase !== 'ready') this.#store.set({ phase: 'loading' });
    const token = this.#token.value;
    const starts = this.#starts;
    const isQuiet = () => this.#starting === 0 && this.#starts === starts && !this.#outbox.isBusy;
    const wasQuiet = isQuiet();
    const confirmTaken = this.#outbox.syncing();
    const opened = await this.#api.open(token, this.#environment.page()).catch(toChatError);
    if (life !== this.#life) return this.#loadNow(this.#life);
    this.#loading = null;
    if (opened instanceof ChatError) {
      this.#loadFailed(opened);
    } else {
      this.#failures = 0;
      this.#showOpened(opened, token, wasQuiet && isQuiet(), confirmTaken);
    }
  }

  /** `certain`: nothing that was under way meanwhile can have made the visitor. */
  #showOpened(opened: VisitorOpened, token: string | null, certain: boolean, confirmTaken: () => void): void {
    const { settings, availability, visitor, topic, sessions } = opened;
    const mine = token !== null && token === this.#token.value;
    if (mine && visitor) {
      for (const { session, messages } of sessions) {
        if (messages.length > 0) this.#book.open(session, messages);
        else this.#book.put(session);
        this.#adopt(session);
      }
      this.#topic = topic;
      confirmTaken();
      this.#chooseConversation(sessions[0]?.session ?? null);
    } else if (certain) {
      // The database knows no such visitor (any more): the next message makes a new one.
      if (mine && !this.#token.isFresh) {
        this.#token.forget();
        this.#drafts.clear(draftKey(this.#conversation));
      }
      this.#chooseConversation(null);
    } else if (token === this.#token.value) {
      // What another tab has sent was erased with the visitor.
      confirmTaken();
    }
    const known = mine && visitor ? { visitor } : {};
    this.#store.set({ phase: 'ready', error: null, settings, availability, ...known });
    this.#refreshConnection();
    this.#publish();
    this.#connect();
  }

  /** Shows the newest conversation at first, unless something unsent waits in a new one. */
  #chooseConversation(newest: ChatSession | null): void {
    if (this.#isChosen || this.#book.get(this.#conversation)) return;
    const held = this.#outbox.items.at(-1)?.conversation;
    this.#conversation = held ?? newest?.id ?? this.#conversation;
  }

  #loadFailed(error: ChatError): void {
    this.#failures += 1;
    if (error.code === 'unauthorized' && this.#token.value) {
      this.#beginAgain();
      return;
    }
    const { phase, error: before } = this.state;
    this.#store.set({ phase: phase === 'ready' ? 'ready' : 'failed', error });
    this.#refreshConnection();
    if (before?.code !== error.code) this.#emit({ type: 'error', error });
    this.#loadLater(error);
  }

  #loadLater(error: ChatError): void {
    if (!this.#open || !this.#started) return;
    this.#retryTimer.set(backoffAfter(this.#clock, error, Math.max(1, this.#failures)), () => {
      if (this.#open) void this.#load();
    });
  }

  /** A first message got no answer, which says nothing about whether it arrived: then answers may come to it. */
  #isInDoubt(): boolean {
    return this.#token.value !== null && this.#topic === null && this.#starting === 0;
  }

  #connect(): void {
    if (!this.#topic || !this.#started) return;
    if (this.#loop.running) {
      this.#loop.start(this.#topic);
    } else if (this.#environment.isVisible() || this.#hasOpenSession()) {
      this.#loop.start(this.#topic);
      this.#planRest();
    }
  }

  async #sync(): Promise<Synced> {
    const token = this.#token.value;
    const life = this.#life;
    if (!token) throw new ChatError('unauthorized', 'There is no visitor to sync.');
    const confirmTaken = this.#outbox.syncing();
    const synced = await this.#api.sync(
      token,
      this.#known(),
      this.#environment.isVisible() ? this.#environment.page() : null,
    );
    // What is gone for who was here before may be somebody else's by now.
    if (this.#token.isOvertaken) this.#followToken(true);
    if (life !== this.#life) return { topic: synced.topic, changed: false };
    this.#leave(synced.gone);
    let news = 0;
    for (const { session, messages } of synced.sessions) {
      const before = this.#book.get(session.id);
      const known = before !== null;
      if (!known || before.rev < session.rev) news += 1;
      const fresh =
        known || messages.length === 0
          ? this.#book.take(session, messages)
          : this.#book.open(session, messages);
      this.#adopt(session);
      this.#announce(session, known ? fresh : fresh.filter((message) => message.seq > session.readSeq));
    }
    const caughtUp = await this.#book.catchUp((id, range) => this.#api.history(token, id, range));
    if (life !== this.#life) return { topic: synced.topic, changed: false };
    for (const { session, fresh } of caughtUp) this.#announce(session, fresh);
    this.#topic = synced.topic;
    confirmTaken();
    this.#outbox.hurry();
    this.#store.set({ availability: synced.availability, error: null });
    this.#publish();
    // A full answer may not be all of it; one that repeats what is held would never be.
    if (synced.sessions.length >= SYNCED_SESSIONS && news > 0) void this.#loop.request();
    return { topic: synced.topic, changed: synced.sessions.length > 0 };
  }

  /** What is held, and where something unsent belongs: that may be gone without a word. */
  #known(): readonly Known[] {
    const known = this.#book.known('all');
    const held = new Set(known.map(({ id }) => id));
    const places = new Set(this.#outbox.items.map(({ conversation }) => conversation));
    const others = [...places].filter((id) => !id.startsWith(NEW) && !held.has(id));
    return [...known, ...others.map((id) => ({ id, seq: NO_MESSAGES, rev: 0 }))];
  }

  /** Lets go of conversations that are no more; what was not sent in them goes into a new one. */
  #leave(gone: readonly string[]): void {
    if (gone.length === 0) return;
    for (const id of gone) {
      this.#book.forget(id);
      this.#outbox.move(id, insteadOf(id));
    }
    const text = gone.includes(this.#conversation) ? this.draft : '';
    for (const id of gone) this.#drafts.set(id, '');
    if (!gone.includes(this.#conversation)) return;
    this.#show(this.#begun() ?? NEW + this.#clock.uuid());
    if (text !== '') this.setDraft(text);
  }

  #syncFailed(error: ChatError): void {
    if (error.code === 'unauthorized') this.#beginAgain();
    if (error.retryable || error.code === 'unauthorized') return;
    if (this.state.error?.code !== error.code) this.#emit({ type: 'error', error });
    this.#store.set({ error });
  }

  #receive(event: Exclude<LiveEvent<ChatSession>, { type: 'resync' }>): void {
    if (event.type === 'typing') {
      if (event.by === 'agent' && event.sessionId === this.#conversation) {
        this.#typing.show(event.person?.name ?? '');
      }
      return;
    }
    const known = this.#book.get(event.session.id) !== null;
    const messages = event.type === 'message' ? [event.message] : [];
    if (!known && messages[0]?.seq === 1) this.#book.open(event.session, []);
    this.#announce(event.session, this.#book.take(event.session, messages));
    this.#outbox.confirm();
    this.#publish();
    // Which conversation a new one became, an answer tells: an event may be from one that is no more.
    if (!known || this.#book.isBehind(event.session.id)) void this.#loop.request();
  }

  // Sending

  async #deliver(message: Unsent, life: number): Promise<() => Place | null> {
    // What the storage holds by now may belong to whoever came after a sign-out in another tab.
    if (this.#token.isOvertaken) {
      this.#followToken(true);
      throw visitorChanged();
    }
    const starts = this.#starts;
    const isMaking = this.#starting > 0;
    try {
      return await this.#send(message, life);
    } catch (reason) {
      const error = toChatError(reason);
      // A first message that was under way may have made the visitor since.
      const isMade = !message.conversation.startsWith(NEW) && (isMaking || starts !== this.#starts);
      if (error.code === 'unauthorized' && (life !== this.#life || isMade)) throw visitorChanged();
      throw error;
    }
  }

  async #send(message: Unsent, life: number): Promise<() => Place | null> {
    const token = this.#token.ensure();
    if (!message.conversation.startsWith(NEW)) {
      const sent = await this.#api.send(token, message.conversation, message.clientId, message.content);
      if (life !== this.#life) throw visitorChanged();
      return this.#accepted(sent.session, sent.message);
    }
    this.#starting += 1;
    this.#starts += 1;
    try {
      const started = await this.#api.start(token, {
        sessionClientId: message.conversation.slice(NEW.length),
        clientId: message.clientId,
        content: message.content,
        page: { ...this.#environment.page(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
        profile: this.#profile,
      });
      if (life !== this.#life) throw visitorChanged();
      this.#profile = null;
      this.setForm('');
      this.#topic = started.topic;
      this.#store.set({ visitor: started.visitor });
      if (!this.#book.timeline(started.session.id)) this.#book.open(started.session, []);
      this.#adopt(started.session, message.conversation);
      const place = this.#accepted(started.session, started.message);
      this.#connect();
      return place;
    } catch (reason) {
      const error = toChatError(reason);
      // What the page says of its visitor must not cost them their words.
      if (!this.#profile || error.code !== 'invalid' || life !== this.#life) throw error;
      this.#profile = null;
      this.#emit({ type: 'error', error });
      return this.#send(message, life);
    } finally {
      this.#starting -= 1;
      this.#starts += 1;
    }
  }

  #accepted(session: ChatSession, message: ChatMessage): () => Place | null {
    this.#token.touch();
    this.#announce(session, this.#book.take(session, [message]));
    this.#announceOwn(session, message);
    this.#store.set({ error: null });
    this.#refreshConnection();
    this.#publish();
    if (this.#book.isBehind(session.id)) void this.#loop.request();
    return () => (this.#book.get(session.id) ? { conversation: session.id, seq: message.seq } : null);
  }

  #sendFailed(error: ChatError, message: Unsent): void {
    if (error.code === 'unauthorized') {
      this.#beginAgain();
      // Whoever was erased while writing still wants to be heard. A refused first message would only go in circles.
      if (!message.conversation.startsWith(NEW)) this.#retryUnauthorized();
    }
    // Somebody closed it meanwhile: the session's new state explains the refusal.
    if (error.code === 'conflict') void this.#loop.request();
    if (error.code === 'not-found') this.#leave([message.conversation]);
    this.#emit({ type: 'error', error });
  }

  #sendDelayed(error: ChatError): void {
    if (error.code !== 'rate-limited' && !this.#loop.running) {
      this.#store.set({ error });
      this.#refreshConnection();
    }
    this.#emit({ type: 'error', error });
  }

  /** What an earlier page or another tab began goes on here, unless something was begun here. */
  #unsentChanged(): void {
    const isUntouched =
      this.#conversation.startsWith(NEW) &&
      !this.#outbox.items.some(({ conversation }) => conversation === this.#conversation);
    if (isUntouched) this.#show(this.#begun() ?? this.#conversation);
    this.#publish();
  }

  /** The new conversation whose first message is still to be sent, if there is one. */
  #begun(): string | null {
    return this.#outbox.items.find((item) => item.conversation.startsWith(NEW))?.conversation ?? null;
  }

  #retryUnauthorized(): void {
    const refused = this.#outbox.items.filter(({ error }) => error === 'unauthorized');
    this.#outbox.retry(refused.map(({ clientId }) => clientId));
  }

  /** What is being written stays on screen when the conversation there gets another name. */
  #takeDraftTo(conversation: string): void {
    const text = this.draft;
    if (text !== '') this.setDraft('');
    this.#conversation = conversation;
    if (text !== '') this.setDraft(text);
  }

  /** A session was made from a new conversation: what is written there belongs to it. */
  #adopt(session: ChatSession, from = session.clientId === null ? null : NEW + session.clientId): void {
    if (from !== null) this.#rename(from, session.id);
  }

  #rename(from: string, to: string): void {
    if (this.#conversation === from) this.#takeDraftTo(to);
    this.#outbox.rename(from, to);
  }

  // Helpers

  #openTimeline(sessionId: string): Promise<void> {
    const token = this.#token.value;
    const session = this.#book.get(sessionId);
    if (!token || !session || this.#book.timeline(sessionId)) return Promise.resolve();
    const under = this.#opening.get(sessionId);
    if (under !== undefined) return under;
    const life = this.#life;
    const opening = this.#attempt(async () => {
      const page = await this.#api.history(token, sessionId, { before: session.lastSeq + 1 });
      const newest = this.#book.get(sessionId);
      if (life !== this.#life || !newest) return;
      this.#book.open(newest, page);
      this.#outbox.confirm();
      // What another tab has sent may be further up than this page.
      if (this.#book.isBehind(sessionId) || this.#outbox.isBusy) void this.#loop.request();
    }).then((done) => {
      this.#opening.delete(sessionId);
      // After a failure the next publish would ask again at once; a later sync or look is soon enough.
      if (done) this.#publish();
    });
    this.#opening.set(sessionId, opening);
    return opening;
  }

  async #read(sessionId: string, seq: number): Promise<void> {
    const token = this.#token.value;
    const life = this.#life;
    if (!token) return;
    const session = await this.#api.read(token, sessionId, seq);
    if (life !== this.#life) return;
    this.#book.put(session);
    this.#publish();
    if (this.#book.isBehind(session.id)) void this.#loop.request();
  }

  async #change(command: (token: string, session: ChatSession) => Promise<ChatSession>): Promise<void> {
    const token = this.#token.value;
    const { current } = this.state;
    if (!token || !current) return;
    const life = this.#life;
    await this.#attempt(async () => {
      const session = await command(token, current);
      if (life !== this.#life) return;
      this.#book.put(session);
      this.#publish();
      if (this.#book.isBehind(session.id)) void this.#loop.request();
    });
  }

  /** Does something the visitor asked for; a refusal becomes state and an event. */
  async #attempt(action: () => Promise<void>): Promise<boolean> {
    const life = this.#life;
    try {
      await action();
      if (life === this.#life) this.#store.set({ error: null });
      return true;
    } catch (reason) {
      if (life !== this.#life) return false;
      const error = toChatError(reason);
      if (error.code === 'unauthorized') this.#beginAgain();
      else this.#store.set({ error });
      this.#emit({ type: 'error', error });
      return false;
    }
  }

  /** What another tab did to the token holds for this one: it made a visitor, found it worthless, or signed out. */
  #followToken(signedOut: boolean): void {
    const before = this.#token.value;
    if (!this.#token.follow()) return;
    if (before === null) {
      if (this.#open || this.#token.isRecent) void this.#loadAnew();
    } else if (signedOut) {
      this.#followSignOut();
    } else {
      this.#beginAnew();
    }
  }

  #followSignOut(): void {
    this.#outbox.forget();
    this.#drafts.forget();
    this.#forgetVisitor();
    this.#outbox.start();
  }

  #forgetVisitor(): void {
    this.#endVisit();
    this.#profile = null;
    this.#conversation = NEW + this.#clock.uuid();
    const { settings, availability, phase } = this.state;
    // Who is there may change while nobody asks: a closed window asks when it is opened.
    const isShown = this.#open && phase === 'ready';
    this.#store.set({ ...NOTHING, settings, availability, phase: isShown ? 'ready' : 'idle' });
    this.#publish();
    if (this.#open && this.#started) void this.#load();
  }

  /** The token is worth nothing any more: as a new visitor from here, with the unsent text kept. */
  #beginAgain(): void {
    // Another tab may have done so already.
    if (this.#token.isOvertaken) {
      this.#followToken(true);
      return;
    }
    this.#token.forget();
    this.#beginAnew();
  }

  #beginAnew(): void {
    this.#endVisit();
    for (const { conversation } of this.#outbox.items) {
      if (!conversation.startsWith(NEW)) this.#outbox.move(conversation, insteadOf(conversation));
    }
    // What other tabs have sent is as gone as if a sync had not found it.
    this.#outbox.syncing()();
    this.#takeDraftTo(this.#outbox.items.at(-1)?.conversation ?? NEW + this.#clock.uuid());
    this.#drafts.clear(draftKey(this.#conversation));
    this.#store.set({ visitor: null });
    this.#publish();
    if (this.#open) void this.#load();
  }

  /** Nothing that is held or under way belongs to whoever comes now. */
  #endVisit(): void {
    this.#isChosen = false;
    this.#life += 1;
    this.#loop.stop();
    this.#marker.clear();
    this.#typing.clear();
    this.#retryTimer.cancel();
    this.#book.clear();
    this.#opening.clear();
    this.#topic = null;
  }

  #show(conversation: string): void {
    if (this.#conversation === conversation) return;
    this.#conversation = conversation;
    this.#drafts.turn();
    this.#typingNotice.reset();
    this.#typing.clear();
    this.#publish();
  }

  #announce(session: ChatSession, fresh: readonly ChatMessage[]): void {
    for (const message of fresh) {
      if (message.clientId === null || !this.#outbox.isOwn(message.clientId)) this.#tell(session, message);
    }
  }

  /** What was written here is announced when it is known to have arrived, whichever tab has sent it. */
  #announceOwn(session: ChatSession, message: ChatMessage): void {
    const { clientId } = message;
    if (clientId === null || !this.#outbox.isOwn(clientId) || this.#told.has(clientId)) return;
    this.#told.add(clientId);
    this.#tell(session, message);
  }

  #arrived({ conversation, clientId }: Unsent): void {
    const session = this.#book.get(conversation);
    const rows = this.#book.timeline(conversation)?.messages ?? [];
    const message = rows.find((row) => row.clientId === clientId);
    if (session && message) this.#announceOwn(session, message);
  }

  #tell(session: ChatSession, message: ChatMessage): void {
    if (message.kind === 'event') return;
    const direction = message.senderType === 'customer' ? 'out' : 'in';
    if (direction === 'in' && session.id === this.#conversation) this.#typing.clear();
    this.#token.touch();
    this.#emit({ type: 'message', message, session, direction });
  }

  #emit(event: VisitorChatEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #hasOpenSession(): boolean {
    return this.#book.sessions().some((session) => session.status !== 'closed');
  }

  #isLooking(): boolean {
    return this.#started && this.#open && this.#environment.isVisible();
  }

  #wake(): void {
    this.#followToken(true);
    this.#outbox.wake();
    if (this.state.phase === 'failed' || (this.state.phase === 'ready' && this.#isInDoubt())) {
      this.#failures = 0;
      if (this.#open || this.#token.isRecent) void this.#load();
    }
    if (!this.#loop.running) {
      this.#connect();
      void this.#loop.request();
    }
  }

  #environmentChanged(): void {
    this.#planRest();
    this.#refreshConnection();
    this.#publish();
  }

  /** A page nobody looks at gives its socket back after a while. */
  #planRest(): void {
    this.#restTimer.cancel();
    if (this.#environment.isVisible() || !this.#loop.running) return;
    const wait = this.#hasOpenSession() ? REST_WITH_SESSION : REST_WITHOUT_SESSION;
    this.#restTimer.set(wait, () => this.#loop.stop());
  }

  /** Without a visitor there is no loop, but the window still should say when nothing can get through. */
  #setConnection(connection: Connection): void {
    const offline = this.state.error?.code === 'offline' || !this.#environment.isOnline();
    this.#store.set({ connection: connection === 'idle' && this.#open && offline ? 'offline' : connection });
  }

  #refreshConnection(): void {
    this.#setConnection(this.#loop.running ? this.state.connection : 'idle');
  }

  #publish(): void {
    const current = this.#book.get(this.#conversation);
    const timeline = current && this.#book.timeline(current.id);
    const looking = this.#isLooking();
    let unread = 0;
    for (const session of this.#book.sessions()) {
      if (!(looking && session.id === current?.id)) unread += session.unread;
    }
    this.#store.set({
      current,
      sessions: this.#sortedSessions(this.#book.sessions()),
      messages: this.#messages(timeline, this.#outbox.items, this.#conversation),
      hasEarlier: timeline ? hasEarlier(timeline) : false,
      typing: this.#typing.value,
      unread,
      resumesAt: this.#outbox.resumesAt(this.#conversation),
    });
    if (looking && current && timeline && current.unread > 0) {
      this.#marker.want(current.id, lastSeq(timeline));
    } else if (!looking) {
      this.#marker.cancel();
    }
    if (current && !timeline && this.#started) void this.#openTimeline(current.id);
    this.#loop.reconsider();
  }

  #messages = memo((timeline: Timeline | null, items: readonly Unsent[], conversation: string) => {
    const unsent = items.filter((item) => item.conversation === conversation);
    return withUnsent(
      timeline,
      unsent.map((item) => toTimelineMessage(item, null)),
    );
  });

  #sortedSessions = memo((sessions: readonly ChatSession[]): readonly ChatSession[] =>
    [...sessions].sort((a, b) => compareText(lastActive(b), lastActive(a)) || compareText(b.id, a.id)),
  );
}

/** An answer was for whoever was here before: whoever is here now sends it again, if it is still theirs to send. */
function visitorChanged(): ChatError {
  return new ChatError('unavailable', 'The visitor has changed meanwhile.');
}

/** The new conversation that takes the place of one that is no more: the same one, whichever tab begins it. */
function insteadOf(sessionId: string): string {
  return NEW + sessionId;
}

function draftKey(conversation: string): string {
  return conversation.startsWith(NEW) ? 'new' : conversation;
}

function lastActive(session: ChatSession): string {
  return session.lastMessageAt ?? session.createdAt;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
