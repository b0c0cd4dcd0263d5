// What a new conversation shows before the first word: a greeting and questions to begin with.
import { html, nothing, type TemplateResult } from 'lit';
import type { VisitorChatState } from '../core/visitor-chat.ts';
import type { Messages } from '../i18n/messages.ts';
import type { ChatView } from './chat-view.ts';

/** `form` is what is asked before the first message, instead of suggesting any. */
export function renderEmptyConversation(
  view: ChatView,
  { availability, settings }: VisitorChatState,
  form: TemplateResult | null,
): TemplateResult {
  const { strings } = view.language;
  const awayText = availability && !availability.online && settings?.awayText;
  const questions = (!form && settings?.suggestedQuestions) || [];
  return html`<div class="empty">
    <slot name="empty">
      <div class="greeting">
        <p class="greeting-text" dir="auto">${view.greeting || settings?.greeting || strings.greeting}</p>
        <p class="greeting-hint" dir="auto">${awayText || strings.greetingHint}</p>
      </div>
    </slot>
    ${form}
    ${
      questions.length > 0
        ? html`<ul class="questions" role="list" aria-label=${strings.suggestions}>
            ${questions.map(
              (question) =>
                html`<li>
                  <button class="question" type="button" dir="auto" @click=${() => view.onSend(question, () => {})}>${question}</button>
                </li>`,
            )}
          </ul>`
        : nothing
    }
  </div>`;
}

/** Grey bubbles while the first answer is on its way. */
export function renderSkeleton(strings: Messages): TemplateResult {
  return html`<div class="skeleton" role="status">
    <span class="visually-hidden">${strings.loading}</span>
    <span class="bone"></span><span class="bone"></span><span class="bone own"></span><span class="bone"></span>
  </div>`;
}
