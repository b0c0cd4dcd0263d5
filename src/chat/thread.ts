// The conversation on screen: what was said, or why there is nothing yet, and where to write.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ChatError } from '../core/errors.ts';
import type { ChatSession, ChatSettings } from '../core/model.ts';
import type { VisitorChat, VisitorChatState } from '../core/visitor-chat.ts';
import type { Language } from '../i18n/messages.ts';
import type { SendDetail } from '../ui/message-composer.ts';
// The elements drawn here; the entry defines them.
import '../ui/message-composer.ts';
import '../ui/message-list.ts';
import { renderClosedConversation } from './closed-conversation.ts';
import { renderEmptyConversation, renderSkeleton } from './empty-conversation.ts';
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
  readonly visitorName: string;
  readonly rating: number | null;
  readonly language: Language;
  onRetryLoad(): void;
  onDismiss(): void;
  onSend(text: string, accept: () => void): void;
  onChoose(rating: number): void;
  onRate(rating: number, comment: string): void;
  onNew(): void;
}

const HOUR = 3_600_000;

export function renderThread(view: ThreadView): TemplateResult {
  const { chat, loadError, language } = view;
  if (loadError)
    return html`<div class="body">${renderProblem(loadError.code, language.strings, view.onRetryLoad)}</div>`;
  const isEmpty = !chat || (chat.messages.length === 0 && !chat.hasEarlier);
  return html`
    <div class="body">${isEmpty ? renderNothingYet(view) : renderMessages(view, chat)}</div>
    <div class="foot">${renderFoot(view)}</div>
  `;
}

function renderNothingYet(view: ThreadView): TemplateResult {
  const { chat, language } = view;
  const { strings } = language;
  // A conversation that exists has messages, which are on their way.
  if (chat?.phase !== 'ready' || chat.current) return renderSkeleton(strings);
  const { settings, availability } = chat;
  return renderEmptyConversation({
    greeting: view.greeting || settings?.greeting || strings.greeting,
    awayText: availability && !availability.online ? (settings?.awayText ?? '') : '',
    questions: settings?.suggestedQuestions ?? [],
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
    .teamName=${chat.settings?.teamName ?? ''}
    .visitorName=${chat.visitor?.name || view.visitorName}
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
    ${chat?.current?.status === 'closed' ? renderEnd(view, chat.current, chat.settings) : renderComposer(view)}
  `;
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
    .value=${live(driver?.draft ?? '')}
    .maxLength=${chat?.settings?.maxLength ?? 0}
    .strings=${strings}
    @draft=${(event: CustomEvent<{ text: string }>) => driver?.setDraft(event.detail.text)}
    @typing=${() => driver?.noteTyping()}
    @send=${(event: CustomEvent<SendDetail>) => view.onSend(event.detail.text, event.detail.accept)}
  ></support-message-composer>`;
}
