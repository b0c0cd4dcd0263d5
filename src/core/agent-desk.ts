// The dashboard's brain: state and commands of one agent.
import type { AfterSend } from './after-send.ts';
import type { DeskAction, DeskDone } from './desk-actions.ts';
import type { DeskPreferences } from './desk-preferences.ts';
import type { Connection, Driver } from './driver.ts';
import type { ChatError } from './errors.ts';
import type {
  Agent,
  CannedResponse,
  ChatMessage,
  DeskSession,
  DeskSettings,
  DeskVisitor,
  InboxCounts,
  InboxFilter,
  InboxSort,
  InboxTab,
  InboxView,
  Mention,
  SearchHit,
  TimelineMessage,
} from './model.ts';
import type { VisitorPatch } from './ports.ts';

export interface AgentDeskState {
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  /** Why loading failed (`forbidden`: signed in, but no agent). */
  readonly error: ChatError | null;
  readonly connection: Connection;
  readonly me: Agent | null;
  readonly agents: readonly Agent[];
  readonly settings: DeskSettings | null;
  readonly counts: InboxCounts;
  readonly tab: InboxTab;
  readonly sort: InboxSort;
  readonly filter: InboxFilter;
  /** The list on screen, in order. */
  readonly inbox: readonly DeskSession[];
  readonly inboxPhase: 'loading' | 'ready' | 'failed';
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  /** The conversation on screen; null: none chosen. */
  readonly current: DeskSession | null;
  readonly threadPhase: 'idle' | 'loading' | 'ready' | 'failed';
  readonly messages: readonly TimelineMessage[];
  readonly hasEarlier: boolean;
  readonly loadingEarlier: boolean;
  readonly visitor: DeskVisitor | null;
  /** The visitor's other conversations. */
  readonly earlier: readonly DeskSession[];
  /** The visitor of the conversation on screen is typing. */
  readonly visitorTyping: boolean;
  /** Another agent who is writing in the conversation on screen. */
  readonly agentTyping: string | null;
  /** Answers kept at hand; null until they were asked for. */
  readonly canned: readonly CannedResponse[] | null;
  /** Tags to choose from, the most used first; only those of conversations loaded here until all were asked for. */
  readonly tags: readonly string[];
  /** Notes that call this agent by name, newest first. */
  readonly mentions: readonly Mention[];
  /** A refusal to show for a moment: what was tried and why not. */
  readonly notice: DeskNotice | null;
  /** What can be taken back for a moment. */
  readonly done: DeskDone | null;
  readonly preferences: DeskPreferences;
}

export interface DeskNotice {
  readonly action: DeskAction['type'] | 'undo' | 'load' | 'send';
  readonly error: ChatError;
  /** Who was first, for a `conflict` about whose a conversation is. */
  readonly winner: string | null;
}

export type AgentDeskEvent = {
  /** `handed`: a colleague gave the conversation to this agent. `back`: it was put off until now. */
  readonly type: 'message' | 'handed' | 'back';
  readonly session: DeskSession;
  readonly text: string;
  readonly direction: 'in' | 'out';
};

export interface AgentDesk extends Driver<AgentDeskState> {
  /** Messages as they come and go, and conversations that are handed over or come back. Returns its undo. */
  onEvent(listener: (event: AgentDeskEvent) => void): () => void;
  /** A colleague calls this agent in a note elsewhere. Returns its undo. */
  onMention(listener: (mention: Mention) => void): () => void;
  reload(): Promise<void>;
  showTab(tab: InboxTab): Promise<void>;
  sortBy(sort: InboxSort): Promise<void>;
  /** The same for all three at once. */
  showView(view: InboxView): Promise<void>;
  loadMore(): Promise<void>;
  select(sessionId: string | null): Promise<void>;
  loadEarlier(): Promise<void>;
  /** `then`: what becomes of the conversation once the message is there. */
  send(text: string, kind: 'text' | 'note', then?: AfterSend | null): Promise<void>;
  retry(clientId: string): Promise<void>;
  discard(clientId: string): void;
  /** Gives the conversation on screen to an agent; null: to nobody. */
  assign(agentId: string | null): Promise<void>;
  close(): Promise<void>;
  reopen(): Promise<void>;
  /** Does something to conversations, and leaves in `done` what `undo` takes back. */
  act(action: DeskAction, sessionIds: readonly string[]): Promise<void>;
  undo(): Promise<void>;
  /** Conversations by names, addresses and what was said. Rejects with a ChatError. */
  find(query: string): Promise<{ readonly hits: readonly SearchHit[]; readonly more: boolean }>;
  noteTyping(): void;
  setAvailability(availability: 'online' | 'away'): void;
  /** Somebody moves at this desk. Who does not for ten minutes is away. */
  noteActivity(): void;
  /** Says that this agent goes; waits a moment at most. */
  leave(): Promise<void>;
  setPreferences(patch: Partial<DeskPreferences>): void;
  dismissNotice(): void;
  /** Fetches the answers kept at hand, unless that was done a moment ago. */
  loadCanned(): Promise<void>;
  /** The same for the tags. */
  loadTags(): Promise<void>;
  /** Corrects the visitor of the conversation on screen. Rejects with a ChatError. */
  updateVisitor(patch: VisitorPatch): Promise<void>;
  /** Every message of the conversation on screen, oldest first. Rejects with a ChatError. */
  transcript(): Promise<readonly ChatMessage[]>;
  /** Puts a mention away without opening its conversation, on this page. */
  dismissMention(sessionId: string): void;
  /** What this agent has chosen at this browser; empty where nothing was. */
  preference(name: string): string;
  setPreference(name: string, value: string): void;
  dismissDone(): void;
  /** Unsent text per conversation, kept across reloads. */
  draft(sessionId: string): string;
  setDraft(sessionId: string, text: string): void;
}
