// The widget's brain: state and commands of one visitor.
import type { Connection, Driver } from './driver.ts';
import type { ChatError } from './errors.ts';
import type {
  Availability,
  ChatMessage,
  ChatSession,
  ChatSettings,
  TimelineMessage,
  Visitor,
} from './model.ts';
import type { ProfilePatch } from './ports.ts';

export interface VisitorChatState {
  /** Of the window's content: nothing asked yet, asked, shown, or failed with `error`. */
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  /** Why loading failed, or the last refusal the visitor should see; null when all is well. */
  readonly error: ChatError | null;
  readonly connection: Connection;
  readonly settings: ChatSettings | null;
  readonly availability: Availability | null;
  readonly visitor: Visitor | null;
  /** Newest first. */
  readonly sessions: readonly ChatSession[];
  /** The conversation on screen; null is a new one. */
  readonly current: ChatSession | null;
  /** Of the conversation on screen, oldest first, unsent ones last. */
  readonly messages: readonly TimelineMessage[];
  /** Whether older messages than those shown exist. */
  readonly hasEarlier: boolean;
  readonly loadingEarlier: boolean;
  /** The agent who is typing in the conversation on screen. */
  readonly typing: string | null;
  /** Unread messages in all conversations. */
  readonly unread: number;
  /** When what is unsent goes on after too much at once, on the clock; null where nothing waits for that. */
  readonly resumesAt: number | null;
}

/** Something a page may want to hear of, besides state. */
export type VisitorChatEvent =
  | {
      readonly type: 'message';
      readonly message: ChatMessage;
      readonly session: ChatSession;
      readonly direction: 'in' | 'out';
    }
  | { readonly type: 'error'; readonly error: ChatError };

/** Commands other than `send` never reject: what is refused shows in `state.error` and as an `error` event. */
export interface VisitorChat extends Driver<VisitorChatState> {
  /** Messages that came or went, and errors, as they happen. Returns its undo. */
  onEvent(listener: (event: VisitorChatEvent) => void): () => void;
  /** The window is on screen or not: loads, connects and marks read while it is. */
  setOpen(open: boolean): void;
  /** Tries to load again after `failed`. */
  reload(): Promise<void>;
  /**
   * Shows the message at once and sends it. Resolves when it is accepted, that is listed as `sending`: only then
   * may a composer clear its draft. Sending may still turn it `failed`. Blank text does nothing. Rejects with
   * `too-long` where it has more characters than allowed; nothing is shown or lost then.
   */
  send(text: string): Promise<void>;
  /** Sends a failed message again under the same key, so that it can never arrive twice. */
  retry(clientId: string): Promise<void>;
  /** Drops a failed message. */
  discard(clientId: string): void;
  /** Turns to a new, empty conversation; it is made with the first message. */
  startConversation(): void;
  select(sessionId: string): Promise<void>;
  loadEarlier(): Promise<void>;
  /** The visitor is typing; tells the agents now and then. */
  noteTyping(): void;
  closeConversation(): Promise<void>;
  reopenConversation(): Promise<void>;
  rate(rating: number, comment: string | null): Promise<void>;
  /** Attributes that are not given stay as they are. */
  updateProfile(patch: ProfilePatch): Promise<void>;
  /** Everything said in the conversation on screen, oldest first. Rejects with a ChatError. */
  transcript(): Promise<readonly ChatMessage[]>;
  /** The unsent text of the conversation on screen, kept across reloads. */
  readonly draft: string;
  setDraft(text: string): void;
  /** What is filled in before a first message, as text, kept like a draft until that message is sent. */
  readonly form: string;
  setForm(text: string): void;
  /** Signs out: forgets token, history and drafts on this device. */
  reset(): void;
}

/** A chat that follows whom the page speaks for. */
export interface IdentifiedChat extends VisitorChat {
  /** The page may speak for somebody else now. */
  identify(): void;
  /** A short text about this device, like whether it is muted; empty if there is none. Whoever signs out leaves it. */
  recall(name: string): string;
  remember(name: string, text: string): void;
}
