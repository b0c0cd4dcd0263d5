// The conversation on screen: what was said, or why there is nothing yet, and where to write.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatError } from '../core/errors.ts';
import type { ChatSession, ChatSettings, Visitor } from '../core/model.ts';
import type { VisitorChat, VisitorChatState } from '../core/visitor-chat.ts';
import type { Language } from '../i18n/messages.ts';
import type { SendDetail } from '../ui/message-composer.ts';
// The elements drawn here; the entry defines them.
import '../ui/message-composer.ts';
import '../ui/message-list.ts';
import { renderClosedConversation } from './closed-conversation.ts';
import { renderEmptyConversation, renderSkeleton } from './empty-conversation.ts';
import { type PreChatForm, readForm, renderContact, renderPreChat, unknownFields } from './pre-chat.ts';
import { refusalText, renderProblem, renderRefusal, renderWait } from './problem.ts';

export interface ThreadView {
  readonly chat: VisitorChatState | null;
  readonly driver: VisitorChat | null;
  /** Why there is no conversation to show. */
  readonly loadError: ChatError | null;
  /** What was refused while there is one. */
  readonly refusal: ChatError | null;
  /** Until what is unsent goes on; 0 where nothing waits. */
  readonly secondsLeft: number;
  readonly greeting: string;
  /** What the page and the database know of the visitor. */
  readonly known: Partial<Visitor>;
  readonly rating: number | null;
  /** How far the conversation was read when it came on screen; null where all of it was. */
  readonly readBefore: number | null;
  readonly language: Language;
  onRetryLoad(): void;
  onDismiss(): void;
  onSend(text: string, accept: () => void): void;
  onChoose(rating: number): void;
  onRate(rating: number, comment: string): void;
  onNew(): void;
  onForm(form: PreChatForm): void;
}

const HOUR = 3_600_000;

export function renderThread(view: ThreadView): TemplateResult {
  const { chat, loadError, language } = view;
  if (loadError)
    return html`<div class="body">${renderProblem(loadError.code, language.strings, view.onRetryLoad)}</div>`;
  const isEmpty = !chat || (chat.messages.length === 0 && !chat.hasEarlier);
  return html`
    <div class="body">${isEmpty ? renderNothingYet(view) : renderMessages(view, chat)}</div>
    ${isEmpty && isAsked(view) ? nothing : html`<div class="foot">${renderFoot(view)}</div>`}
  `;
}

/** Whether the visitor is to fill in something before the first message; what is optional only once. */
function isAsked({ chat, driver, known }: ThreadView): boolean {
  if (chat?.phase !== 'ready' || !driver || readForm(driver.form).done) return false;
  const fields = unknownFields(chat.settings, known);
  return chat.sessions.length === 0 ? fields.length > 0 : fields.some(({ required }) => required);
}

function renderNothingYet(view: ThreadView): TemplateResult {
  const { chat, language } = view;
  const { strings } = language;
  // A conversation that exists has messages, which are on their way.
  if (chat?.phase !== 'ready' || chat.current) return renderSkeleton(strings);
  const { settings, availability } = chat;
  const asked = isAsked(view);
  return renderEmptyConversation({
    greeting: view.greeting || settings?.greeting || strings.greeting,
    awayText: availability && !availability.online ? (settings?.awayText ?? '') : '',
    questions: asked ? [] : (settings?.suggestedQuestions ?? []),
    form: asked
      ? renderPreChat({
          fields: unknownFields(settings, view.known),
          form: readForm(view.driver?.form ?? ''),
          strings,
          onChange: view.onForm,
        })
      : nothing,
    strings,
    onAsk: (question) => view.onSend(question, () => {}),
  });
}

function renderMessages(view: ThreadView, chat: VisitorChatState): TemplateResult {
  const { driver, language } = view;
  return html`<support-message-list
    exportparts="messages, message, message-own, message-other, bubble, bubble-own, bubble-other"
    side="visitor"
    .messages=${chat.messages}
    .hasEarlier=${chat.hasEarlier}
    .loadingEarlier=${chat.loadingEarlier}
    .typing=${chat.typing}
    .seenSeq=${chat.current?.seenSeq ?? 0}
    .lastReadSeq=${view.readBefore}
    .teamName=${chat.settings?.teamName ?? ''}
    .visitorName=${view.known.name ?? ''}
    .lang=${language.locale}
    .strings=${language.strings}
    @earlier=${() => void driver?.loadEarlier()}
    @retry=${(event: CustomEvent<{ clientId: string }>) => void driver?.retry(event.detail.clientId)}
    @discard=${(event: CustomEvent<{ clientId: string }>) => driver?.discard(event.detail.clientId)}
  ></support-message-list>`;
}

function renderFoot(view: ThreadView): TemplateResult {
  const { chat, language } = view;
  const { strings } = language;
  const text = view.refusal && refusalText(view.refusal, strings);
  return html`
    ${view.secondsLeft > 0 ? renderWait(view.secondsLeft, strings) : nothing}
    ${text && chat?.phase === 'ready' ? renderRefusal(text, strings, view.onDismiss) : nothing}
    ${renderAwayContact(view)}
    ${chat?.current?.status === 'closed' ? renderEnd(view, chat.current, chat.settings) : renderComposer(view)}
  `;
}

function renderAwayContact({ chat, driver, language }: ThreadView): TemplateResult | typeof nothing {
  const isWaiting = chat?.current?.status !== 'closed' && chat?.messages.at(-1)?.senderType === 'customer';
  if (!isWaiting || !chat.visitor || !chat.availability || chat.availability.online) return nothing;
  return renderContact({
    email: chat.visitor.email,
    strings: language.strings,
    onSave: (email) => void driver?.updateProfile({ email }),
  });
}

function renderEnd(view: ThreadView, session: ChatSession, settings: ChatSettings | null): TemplateResult {
  const closedAt = Date.parse(session.closedAt ?? '');
  return renderClosedConversation({
    session,
    chosen: view.rating,
    canReopen: Date.now() - closedAt < (settings?.reopenHours ?? 0) * HOUR,
    strings: view.language.strings,
    onChoose: view.onChoose,
    onRate: view.onRate,
    onReopen: () => void view.driver?.reopenConversation(),
    onNew: view.onNew,
  });
}

function renderComposer(view: ThreadView): TemplateResult {
  const { chat, driver, language } = view;
  const { strings } = language;
  return html`<support-message-composer
    exportparts="composer, input, send"
    .label=${strings.message}
    .placeholder=${strings.messagePlaceholder}
    .sendLabel=${strings.sendMessage}
    .maxLength=${chat?.settings?.maxLength ?? 0}
    .strings=${strings}
    @draft=${(event: CustomEvent<{ text: string }>) => driver?.setDraft(event.detail.text)}
    @typing=${() => driver?.noteTyping()}
    @send=${(event: CustomEvent<SendDetail>) => view.onSend(event.detail.text, event.detail.accept)}
  ></support-message-composer>`;
}
