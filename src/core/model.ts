// What a support chat is made of, as both elements see it. Rows become these in `transport/rows.ts`.

type SessionStatus = 'open' | 'assigned' | 'closed';
export type SenderType = 'customer' | 'agent' | 'bot' | 'system';
type MessageKind = 'text' | 'note' | 'event';
export type Priority = 'low' | 'normal' | 'high' | 'urgent';
export type AgentAvailability = 'online' | 'away' | 'offline';

/** Somebody of the team, as others see them. `id` is null where the reader may not know it (visitors never do). */
export interface Person {
  readonly id: string | null;
  readonly name: string;
  /** A `data:` image of at most 16 kB, or null: then initials are shown. */
  readonly avatar: string | null;
}

/** What happened in a system line; the reader's language is put on it by the views. */
export interface ChatEvent {
  /** Empty for what only a newer database knows. */
  readonly type: '' | 'assigned' | 'unassigned' | 'closed' | 'reopened';
  /** Who did it. `agent` carries a name, the visitor does not. */
  readonly actor: { readonly kind: 'agent' | 'visitor' | 'system'; readonly name: string | null };
  /** The agent it is about: who was assigned. */
  readonly agent: { readonly id: string | null; readonly name: string } | null;
}

export interface ChatMessage {
  readonly id: string;
  readonly sessionId: string;
  /** Place in the session for the reader's side: 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** The sender's idempotency key. Visitors see it on their own messages only. */
  readonly clientId: string | null;
  readonly senderType: SenderType;
  readonly sender: Person | null;
  readonly kind: MessageKind;
  /** Plain text, never markup. Empty for events. */
  readonly content: string;
  readonly event: ChatEvent | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A message as a list shows it: `sending` and `failed` ones exist only on this side yet. */
export interface TimelineMessage extends ChatMessage {
  readonly status: 'sending' | 'failed' | 'sent';
  /** Why it failed, for `failed`. */
  readonly error: string | null;
}

/** One conversation as its visitor sees it. */
export interface ChatSession {
  readonly id: string;
  readonly clientId: string | null;
  readonly status: SessionStatus;
  /** Grows with every change this side can see; an object with a lower one is stale. */
  readonly rev: number;
  /** `seq` of the newest message for this side, 0 if none. */
  readonly lastSeq: number;
  /** How far this side has read. */
  readonly readSeq: number;
  /** How far the other side has read, in this side's numbers. */
  readonly seenSeq: number;
  readonly unread: number;
  readonly agent: Person | null;
  readonly preview: string;
  readonly lastMessageAt: string | null;
  readonly rating: number | null;
  readonly createdAt: string;
  readonly closedAt: string | null;
}

export interface VisitorSummary {
  readonly id: string;
  /** Empty when unknown. */
  readonly name: string;
  readonly email: string;
  /** True where the host's backend or Supabase Auth vouches for who it is. */
  readonly verified: boolean;
}

/** One conversation as agents see it. */
export interface DeskSession extends ChatSession {
  readonly visitor: VisitorSummary;
  /** When the first unanswered customer message came; null if none waits. */
  readonly waitingSince: string | null;
  readonly firstResponseAt: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  /** ISO 8601, or `infinity`: until the visitor writes. */
  readonly snoozedUntil: string | null;
  readonly ratingComment: string | null;
  readonly pageUrl: string | null;
  readonly pageTitle: string | null;
  readonly updatedAt: string;
}

/** What a visitor may know of themselves. */
export interface Visitor {
  readonly name: string;
  readonly email: string;
  readonly verified: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
}

/** A visitor as agents see them. */
export interface DeskVisitor extends VisitorSummary {
  readonly locale: string | null;
  /** Its name in the IANA database, as `Europe/Berlin`. */
  readonly timeZone: string | null;
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly pageUrl: string | null;
  readonly pageTitle: string | null;
  readonly referrer: string | null;
  readonly userAgent: string | null;
  /** Where they were before `pageUrl`, newest first. */
  readonly pageTrail: readonly VisitedPage[];
  /** ISO 8601, or `infinity` for good. */
  readonly blockedUntil: string | null;
  /** What the host's backend calls them; null where it has not vouched for them. */
  readonly externalId: string | null;
  /** What agents wrote down about them. */
  readonly notes: string;
}

interface VisitedPage {
  readonly url: string;
  readonly title: string | null;
  /** When they went on, ISO 8601. */
  readonly leftAt: string;
}

/** A note calls this agent by name, in a conversation they have not opened since. */
export interface Mention {
  readonly session: DeskSession;
  /** Who wrote it; null where they have left. */
  readonly by: { readonly id: string | null; readonly name: string } | null;
  /** ISO 8601. */
  readonly at: string;
}

/** An answer kept at hand. */
export interface CannedResponse {
  readonly id: string;
  /** What is typed after a slash to find it. */
  readonly shortcut: string;
  readonly title: string;
  /** May hold variables like `{{visitor.name}}`. */
  readonly content: string;
  /** Everybody's, or this agent's own. */
  readonly shared: boolean;
  readonly updatedAt: string;
}

/** One thing to ask before a first message. `name` and `email` are the visitor's own, others become attributes. */
export interface PreChatField {
  readonly name: string;
  /** Left out where the reader's language has a word for it: `name` and `email`. */
  readonly label?: string;
  /** `text` if left out, and an address for `email`. */
  readonly type?: 'text' | 'tel' | 'select' | 'checkbox';
  readonly required?: boolean;
  /** What a `select` offers. */
  readonly options?: readonly string[];
}

/** What visitors are shown of the settings row. */
export interface ChatSettings {
  readonly teamName: string;
  readonly greeting: string;
  readonly awayText: string;
  readonly suggestedQuestions: readonly string[];
  readonly preChatFields: readonly PreChatField[];
  /** Longest message in characters (code points). */
  readonly maxLength: number;
  /** How long after closing a visitor may reopen, in hours; 0 never. */
  readonly reopenHours: number;
}

/** What a visitor may expect right now. */
export interface Availability {
  readonly online: boolean;
  /** Up to four agents who are online. */
  readonly agents: readonly Person[];
  /** Median first response of recent conversations in seconds; null if too few to say. */
  readonly replySeconds: number | null;
  /** When the office opens next, ISO 8601; null while open or without office hours. */
  readonly opensAt: string | null;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly avatar: string | null;
  readonly role: 'agent' | 'admin';
  readonly availability: AgentAvailability;
  /** The conversation this agent has on screen now. */
  readonly viewing: string | null;
}

export interface DeskSettings extends ChatSettings {
  /** After how many seconds of waiting a row turns amber, then red. */
  readonly waitingAmber: number;
  readonly waitingRed: number;
}

export type InboxTab = 'mine' | 'unassigned' | 'all' | 'closed';
export type InboxSort = 'waiting' | 'newest' | 'priority';

/** What of a tab to list. Null and false ask for nothing. */
export interface InboxFilter {
  readonly agent: string | null;
  readonly tag: string | null;
  readonly priority: Priority | null;
  readonly unread: boolean;
  readonly snoozed: boolean;
  /**
   * When the last message came: within a day, seven days or thirty, longer ago than seven days, or between two days of
   * this browser's, both included: `2026-11-01/2026-11-20`, either of which may be missing.
   */
  readonly active: 'day' | 'week' | 'month' | 'before-week' | `${string}/${string}` | null;
}

export interface InboxView {
  readonly tab: InboxTab;
  readonly sort: InboxSort;
  readonly filter: InboxFilter;
}

/** Counts stop at 1000, which reads "999+". */
export interface InboxCounts {
  readonly mine: number;
  readonly mineUnread: number;
  readonly unassigned: number;
  readonly unassignedUnread: number;
}

/** One conversation that a search found. */
export interface SearchHit {
  readonly session: DeskSession;
  /** The message that was found, unless it was the visitor's name or address. */
  readonly message: ChatMessage | null;
  readonly matched: 'message' | 'name' | 'email';
  /** Where in that text, as start and length in characters (code points). */
  readonly highlights: readonly (readonly [number, number])[];
}

/** What a browser page tells about itself; the database keeps origin and path of URLs only. */
export interface PageInfo {
  readonly url: string;
  readonly title: string;
  readonly referrer: string;
  readonly locale: string;
  /** The time zone's name in the IANA database; told when a conversation begins, as the first look takes long. */
  readonly zone?: string;
}
