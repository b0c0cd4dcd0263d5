// What the core needs from the world, and nothing about how it is done. Adapters: `transport/` (Supabase)
// and `browser/` (the window). Every promise rejects with a ChatError and nothing else.
import type { AdminApi } from './admin-api.ts';
import type { AgentDesk } from './agent-desk.ts';
import type {
  Agent,
  AgentAvailability,
  Availability,
  CannedResponse,
  ChatMessage,
  ChatSession,
  ChatSettings,
  DeskSession,
  DeskSettings,
  DeskVisitor,
  InboxCounts,
  InboxSort,
  InboxTab,
  Mention,
  PageInfo,
  Priority,
  SearchHit,
  Visitor,
} from './model.ts';

/** A session with the messages that came along, oldest first; none where none were asked for. */
export interface Slice<S extends ChatSession> {
  readonly session: S;
  readonly messages: readonly ChatMessage[];
}

/** What a client already holds of one session. */
export interface Known {
  readonly id: string;
  readonly seq: number;
  readonly rev: number;
}

export interface ProfilePatch {
  readonly name?: string;
  readonly email?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface VisitorOpened {
  readonly settings: ChatSettings;
  readonly availability: Availability;
  /** Null without a token, or with one the database does not know. */
  readonly visitor: Visitor | null;
  readonly topic: string | null;
  /** Newest first, at most 50; only the first carries its newest messages (up to 50). */
  readonly sessions: readonly Slice<ChatSession>[];
}

interface VisitorSynced {
  readonly topic: string;
  readonly availability: Availability;
  /** The newest 20 sessions that are newer than known, with up to 100 messages after the known seq. */
  readonly sessions: readonly Slice<ChatSession>[];
  /** Ids among the known ones that are not this visitor's any more. */
  readonly gone: readonly string[];
}

interface Sent<S extends ChatSession> {
  readonly session: S;
  readonly message: ChatMessage;
}

/** The visitor's half of the API. `token` is the visitor's secret. */
export interface VisitorApi {
  open(token: string | null, page: PageInfo | null): Promise<VisitorOpened>;
  start(
    token: string,
    request: {
      readonly sessionClientId: string;
      readonly clientId: string;
      readonly content: string;
      readonly page: PageInfo | null;
      readonly profile: ProfilePatch | null;
    },
  ): Promise<Sent<ChatSession> & { readonly topic: string; readonly visitor: Visitor }>;
  send(token: string, sessionId: string, clientId: string, content: string): Promise<Sent<ChatSession>>;
  /** Messages after or before a seq, oldest first, at most 100. */
  history(token: string, sessionId: string, range: HistoryRange): Promise<readonly ChatMessage[]>;
  /** `page`: where the visitor is now; null where they do not look at it. */
  sync(token: string, known: readonly Known[], page: PageInfo | null): Promise<VisitorSynced>;
  read(token: string, sessionId: string, seq: number): Promise<ChatSession>;
  typing(token: string, sessionId: string): Promise<void>;
  close(token: string, sessionId: string): Promise<ChatSession>;
  reopen(token: string, sessionId: string): Promise<ChatSession>;
  rate(token: string, sessionId: string, rating: number, comment: string | null): Promise<ChatSession>;
  updateProfile(token: string, patch: ProfilePatch): Promise<Visitor>;
}

/** How a browser's anonymous visitor becomes somebody. */
export interface IdentityApi {
  /** Gives what was said under the token to the user whose JWT this is; the token is worth nothing after it. */
  claim(jwt: string, token: string): Promise<unknown>;
  /** Makes `newToken` that of the person whom the identity names; what was said under `token` moves along. */
  identify(token: string | null, identity: string, newToken: string): Promise<unknown>;
}

export type HistoryRange =
  | { readonly after: number; readonly limit?: number }
  | { readonly before: number; readonly limit?: number };

interface InboxPlace {
  readonly tab: InboxTab;
  /** As the database takes it; null: everything. */
  readonly filter?: Readonly<Record<string, string | boolean>> | null;
}

/** One page of the inbox. `cursor` is opaque; null when there is no more. */
interface InboxPage {
  readonly sessions: readonly DeskSession[];
  readonly cursor: string | null;
}

export interface DeskOpened extends InboxPage {
  readonly me: Agent;
  readonly agents: readonly Agent[];
  readonly settings: DeskSettings;
  readonly counts: InboxCounts;
  readonly mentions: readonly Mention[];
  readonly topic: string;
  /** Give it back to `sync`. */
  readonly since: string;
}

interface DeskSynced {
  readonly topic: string;
  readonly agents: readonly Agent[];
  readonly counts: InboxCounts;
  readonly mentions: readonly Mention[];
  readonly since: string;
  /** Sessions changed since, oldest change first; those in `known` with up to 100 messages after the known seq. */
  readonly sessions: readonly Slice<DeskSession>[];
  /** True when more has changed than `sessions` holds: load the inbox anew. */
  readonly more: boolean;
  /** Ids among the known ones that are no more: their visitor was erased. */
  readonly gone: readonly string[];
}

export interface DeskSessionOpened extends Slice<DeskSession> {
  readonly visitor: DeskVisitor;
  /** The visitor's other conversations, newest first, at most 20. */
  readonly earlier: readonly DeskSession[];
}

/** The agents' half of the API; who calls is in the Supabase sign-in behind it. */
export interface AgentApi {
  open(place: InboxPlace, sort: InboxSort): Promise<DeskOpened>;
  inbox(
    place: InboxPlace,
    sort: InboxSort,
    cursor: string | null,
  ): Promise<InboxPage & { readonly counts: InboxCounts }>;
  sync(known: readonly Known[], since: string): Promise<DeskSynced>;
  session(sessionId: string): Promise<DeskSessionOpened>;
  history(sessionId: string, range: HistoryRange): Promise<readonly ChatMessage[]>;
  send(
    sessionId: string,
    clientId: string,
    content: string,
    kind: 'text' | 'note',
  ): Promise<Sent<DeskSession>>;
  /** Gives the session to `agentId` (null: to nobody), provided `fromId` still has it; else `conflict`. */
  assign(sessionId: string, agentId: string | null, fromId: string | null): Promise<DeskSession>;
  /** Unless the visitor has written after number `seen`; else `conflict`. */
  close(sessionId: string, seen: number): Promise<DeskSession>;
  reopen(sessionId: string): Promise<DeskSession>;
  read(sessionId: string, seq: number): Promise<DeskSession>;
  typing(sessionId: string): Promise<void>;
  unread(sessionId: string): Promise<DeskSession>;
  /** The same. `until`: ISO 8601, `infinity` for until the visitor writes, null for no longer. */
  snooze(sessionId: string, until: string | null, seen: number): Promise<DeskSession>;
  setPriority(sessionId: string, priority: Priority): Promise<DeskSession>;
  tag(sessionId: string, add: readonly string[], remove: readonly string[]): Promise<DeskSession>;
  block(visitorId: string, until: string | null): Promise<DeskVisitor>;
  search(query: string): Promise<{ readonly hits: readonly SearchHit[]; readonly more: boolean }>;
  /** The team, and the visitor of what is viewed. */
  presence(
    availability: AgentAvailability,
    viewing: string | null,
  ): Promise<{ readonly agents: readonly Agent[]; readonly visitor: DeskVisitor | null }>;
  cannedList(): Promise<readonly CannedResponse[]>;
  /** Tags in use, the most used first, each in one spelling. */
  tags(): Promise<readonly string[]>;
  updateVisitor(visitorId: string, patch: VisitorPatch): Promise<DeskVisitor>;
}

/** What agents correct or write down of a visitor; what is left out stays. */
export interface VisitorPatch {
  readonly name?: string;
  readonly email?: string;
  readonly notes?: string;
}

/** What Realtime delivers. Nothing of it is guaranteed to arrive, or to arrive once. */
export type LiveEvent<S extends ChatSession> =
  | { readonly type: 'message'; readonly session: S; readonly message: ChatMessage }
  | { readonly type: 'session'; readonly session: S }
  | {
      readonly type: 'typing';
      readonly sessionId: string;
      readonly by: 'visitor' | 'agent';
      readonly person: Typist;
    }
  | { readonly type: 'resync' };

/** Who types: an agent's name and id (agents see it), null for the visitor. */
type Typist = { readonly id: string | null; readonly name: string } | null;

export interface LiveHandlers<S extends ChatSession> {
  /** Joined or not; called on every change, and again with `true` after each rejoin. */
  onJoined(joined: boolean): void;
  /** Delivery is ready from the database on: fetch once more what may have been missed. */
  onReady(): void;
  onEvent(event: LiveEvent<S>): void;
}

/** The receiving half: one topic at a time. Hides sockets, rejoining and terminal closes. */
export interface LiveChannel<S extends ChatSession> {
  /** Listens on `topic` until the returned function is called. */
  listen(topic: string, handlers: LiveHandlers<S>): () => void;
}

/** Small strings that outlive the page. Never throws; falls back to memory where storage is blocked or full. */
export interface KeyValueStorage {
  get(key: string): string | null;
  /** Returns whether other tabs, and later pages, see it: false where only memory holds it. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  /** All keys that begin with `prefix`. */
  keys(prefix: string): readonly string[];
  /**
   * Calls back when another tab has changed a key that begins with `prefix`, with its new value, or wiped everything:
   * then the key is null. Returns its undo.
   */
  watch(prefix: string, listener: (key: string | null, value: string | null) => void): () => void;
}

/** One part of this tab that takes part in the group. */
export interface TabMember {
  /** This tab leads from now on, or no longer. */
  onLead(): void;
  /** What another tab told; from the same origin, but not to be trusted. */
  onMessage(message: unknown): void;
}

/**
 * The tabs of one browser that show the same conversations. One of them leads: it holds the socket and sends what
 * is unsent. That is a visible one whenever there is one, and another as soon as it is closed. Where browsers offer
 * no way to agree, each tab leads for itself.
 */
export interface Tabs {
  /** Whether this tab leads now; false before it takes part. */
  readonly leads: boolean;
  /** Takes part until the returned function is called. */
  enter(member: TabMember): () => void;
  /** Tells the other tabs something that can be cloned. */
  tell(message: unknown): void;
  /** Something is wanted of the leader now: where it is hidden or gives no sign of life, a visible tab takes over. */
  claim(): void;
}

/** What the window knows. */
export interface PageEnvironment {
  isVisible(): boolean;
  isOnline(): boolean;
  page(): PageInfo;
  /** Calls back when the page may have missed something: online, visible again, shown from cache. Returns its undo. */
  onWake(listener: () => void): () => void;
  /** Calls back when visible or online changes. Returns its undo. */
  onChange(listener: () => void): () => void;
  /** Calls back soon after the address has changed without a new page. Returns its undo. */
  onNavigate(listener: () => void): () => void;
  /** Calls back when the page is left, perhaps to come back from cache, which is a wake then. Returns its undo. */
  onLeave(listener: () => void): () => void;
}

/** Time and chance, replaceable in tests. */
export interface Clock {
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** 0 ≤ n < 1, for jitter. */
  random(): number;
  /** A random UUID. */
  uuid(): string;
  /** `bytes` of cryptographic randomness in base64url, without padding. */
  secret(bytes: number): string;
}

/** Who is signed in as an agent, and the way in and out. */
export interface AgentAuth {
  /** `unknown` until the stored sign-in has been read. */
  readonly state: 'unknown' | 'signed-out' | 'signed-in';
  readonly email: string | null;
  /** Calls back when `state` or `email` changes. Returns its undo. */
  subscribe(listener: () => void): () => void;
  /** Rejects with `unauthorized` where e-mail and password do not match. */
  signIn(email: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  /** Null where the page signs agents in and out by itself. */
  readonly account: AgentAccount | null;
}

/** What else there is to an account of Supabase Auth. */
export interface AgentAccount {
  /** Whether whoever is here followed a link to choose a new password, and has not yet. */
  readonly recovering: boolean;
  /** Whether the address of this page says that a link that was asked for here is not valid (any more). */
  readonly linkExpired: boolean;
  /** Makes an account: `confirm` where a mail with a link comes first. */
  signUp(email: string, password: string): Promise<'signed-in' | 'confirm'>;
  /** Sends a link that signs in, back to this page. Makes no account. */
  sendLink(email: string): Promise<void>;
  /** Sends a link to choose a new password, back to this page. */
  sendPasswordReset(email: string): Promise<void>;
  /** `invalid` where the password is too short or too weak. */
  setPassword(password: string): Promise<void>;
  /** Ends every sign-in of this account, here and elsewhere. */
  signOutEverywhere(): Promise<void>;
}

/** One agent's way to one project. */
export interface AgentConnection {
  readonly auth: AgentAuth;
  /** Settings and reports, for whoever is signed in at the time of each call. */
  readonly admin: AdminApi;
  /** What the page's Content-Security-Policy has to allow, and who signs which tokens. */
  readonly projectUrl: string;
  /** A desk for whoever is signed in now; open a new one after another sign-in. */
  openDesk(): AgentDesk;
  /** Ends what the connection itself holds. Stop the desks first. */
  close(): void;
}
