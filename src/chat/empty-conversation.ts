// What a new conversation shows before the first word: a greeting and questions to begin with.
import { html, nothing, type TemplateResult } from 'lit';
import type { Messages } from '../i18n/messages.ts';

export interface EmptyConversationView {
  readonly greeting: string;
  /** What to expect while nobody is there; empty while somebody is. */
  readonly awayText: string;
  readonly questions: readonly string[];
  /** What is asked before the first message. */
  readonly form: TemplateResult | typeof nothing;
  readonly strings: Messages;
  onAsk(question: string): void;
}

export function renderEmptyConversation(view: EmptyConversationView): TemplateResult {
  const { strings } = view;
  return html`<div class="empty">
    <slot name="empty">
      <div class="greeting">
        <p class="greeting-text" dir="auto">${view.greeting}</p>
        <p class="greeting-hint" dir="auto">${view.awayText || strings.greetingHint}</p>
      </div>
    </slot>
    ${view.form}
    ${
      view.questions.length > 0
        ? html`<ul class="questions" role="list" aria-label=${strings.suggestions}>
            ${view.questions.map(
              (question) =>
                html`<li>
                  <button class="question" type="button" dir="auto" @click=${() => view.onAsk(question)}>${question}</button>
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
