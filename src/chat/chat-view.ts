// What the parts of the window are drawn from, and what they ask for. Made anew for every render.
import type { ChatError } from '../core/errors.ts';
import type { Visitor } from '../core/model.ts';
import type { IdentifiedChat, VisitorChatState } from '../core/visitor-chat.ts';
import type { Language } from '../i18n/messages.ts';
import type { PreChatForm } from './pre-chat.ts';

export interface ChatView {
  readonly chat: VisitorChatState | null;
  readonly driver: IdentifiedChat | null;
  readonly language: Language;
  /** Title and greeting as the page wants them; empty leaves them to the settings. */
  readonly heading: string;
  readonly greeting: string;
  readonly teamName: string;
  /** What the page and the database know of the visitor. */
  readonly known: Pick<Visitor, 'name' | 'email' | 'attributes'>;
  /** Unread messages in all conversations. */
  readonly unread: number;
  /** The launcher does not always close the window, so the header must be able to. */
  readonly closable: 'always' | 'full-screen' | 'never';
  readonly showsList: boolean;
  readonly showsMenu: boolean;
  /** The page wants no sound, so there is none to mute. */
  readonly noSound: boolean;
  /** Why there is no conversation to show. */
  readonly loadError: ChatError | null;
  /** What was refused while there is one. */
  readonly refusal: ChatError | null;
  /** Until what is unsent goes on; 0 where nothing waits. */
  readonly secondsLeft: number;
  /** How far the conversation was read when it came on screen; null where all of it was. */
  readonly readBefore: number | null;
  /** The rating chosen but not sent yet. */
  readonly rating: number | null;
  onList(): void;
  onSelect(sessionId: string): void;
  onNew(): void;
  onClose(): void;
  onMenu(open: boolean): void;
  onDownload(): void;
  onDismiss(): void;
  onSend(text: string, accept: () => void): void;
  onChoose(rating: number | null): void;
  onForm(form: PreChatForm): void;
}
