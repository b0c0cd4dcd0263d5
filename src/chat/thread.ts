// The conversation on screen: what was said, or why there is nothing yet, and where to write.
import { html, nothing, type TemplateResult } from 'lit';
import type { PreChatField } from '../core/model.ts';
import type { VisitorChatState } from '../core/visitor-chat.ts';
import type { SendDetail } from '../ui/message-composer.ts';
// The elements drawn here; the entry defines them.
import '../ui/message-composer.ts';
import '../ui/message-list.ts';
import type { ChatView } from './chat-view.ts';
import { renderClosedConversation } from './closed-conversation.ts';
import { renderEmptyConversation, renderSkeleton } from './empty-conversation.ts';
import { readForm, renderContact, renderPreChat, unknownFields } from './pre-chat.ts';
import { refusalText, renderProblem, renderRefusal, renderWait } from './problem.ts';

export function renderThread(view: ChatView): TemplateResult {
  const { chat, loadError, language } = view;
  if (loadError)
    return html`<div class="body">${renderProblem(loadError.code, language.strings, () => void view.driver?.reload())}</div>`;
  const isEmpty = !chat || (chat.messages.length === 0 && !chat.hasEarlier);
  const fields = isEmpty ? askedFields(view) : [];
  return html`
    <div class="body">${isEmpty ? renderNothingYet(view, fields) : renderMessages(view, chat)}</div>
    ${fields.length > 0 ? nothing : html`<div class="foot">${renderFoot(view)}</div>`}
  `;
}

/** What the visitor is to fill in before the first message; what is optional only once. */
function askedFields({ chat, driver, known }: ChatView): readonly PreChatField[] {
  if (chat?.phase !== 'ready' || !driver || readForm(driver.form).done) return [];
  const fields = unknownFields(chat.settings, known);
  return chat.sessions.length === 0 || fields.some(({ required }) => required) ? fields : [];
}

function renderNothingYet(view: ChatView, fields: readonly PreChatField[]): TemplateResult {
  const { chat, driver, language } = view;
  // A conversation that exists has messages, which are on their way.
  if (chat?.phase !== 'ready' || chat.current) return renderSkeleton(language.strings);
  const form =
    driver && fields.length > 0
      ? renderPreChat(fields, readForm(driver.form), language.strings, view.onForm)
      : null;
  return renderEmptyConversation(view, chat, form);
}

function renderMessages(view: ChatView, chat: VisitorChatState): TemplateResult {
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
    .teamName=${view.teamName}
    .visitorName=${view.known.name}
    .lang=${language.locale}
    .strings=${language.strings}
    @earlier=${() => void driver?.loadEarlier()}
    @retry=${(event: CustomEvent<{ clientId: string }>) => void driver?.retry(event.detail.clientId)}
    @discard=${(event: CustomEvent<{ clientId: string }>) => driver?.discard(event.detail.clientId)}
  ></support-message-list>`;
}

function renderFoot(view: ChatView): TemplateResult {
  const { chat, language } = view;
  const { strings } = language;
  const text = view.refusal && refusalText(view.refusal, strings);
  return html`
    ${view.secondsLeft > 0 ? renderWait(view.secondsLeft, strings) : nothing}
    ${text && chat?.phase === 'ready' ? renderRefusal(text, strings, view.onDismiss) : nothing}
    ${renderAwayContact(view)}
    ${chat?.current?.status === 'closed' ? renderClosedConversation(view, chat.current) : renderComposer(view)}
  `;
}

function renderAwayContact({ chat, driver, language }: ChatView): TemplateResult | typeof nothing {
  const isWaiting = chat?.current?.status !== 'closed' && chat?.messages.at(-1)?.senderType === 'customer';
  if (!isWaiting || !chat.visitor || !chat.availability || chat.availability.online) return nothing;
  return renderContact(
    chat.visitor.email,
    language.strings,
    (email) => void driver?.updateProfile({ email }),
  );
}

function renderComposer(view: ChatView): TemplateResult {
  const { chat, driver, language } = view;
  const { strings } = language;
  return html`<support-message-composer
    exportparts="composer, input, send"
    .placeholder=${strings.messagePlaceholder}
    .maxLength=${chat?.settings?.maxLength ?? 0}
    .strings=${strings}
    @draft=${(event: CustomEvent<{ text: string }>) => driver?.setDraft(event.detail.text)}
    @typing=${() => driver?.noteTyping()}
    @send=${(event: CustomEvent<SendDetail>) => view.onSend(event.detail.text, event.detail.accept)}
  ></support-message-composer>`;
}
