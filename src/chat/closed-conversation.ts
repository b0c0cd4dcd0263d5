// The end of a conversation: rate it, reopen it, or begin another.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatSession } from '../core/model.ts';
import type { Messages } from '../i18n/messages.ts';
import { renderButton } from './button.ts';
import type { ChatView } from './chat-view.ts';
import { submitted } from './pre-chat.ts';

const HOUR = 3_600_000;
const FACES = ['😞', '🙁', '😐', '🙂', '😀'];

export function renderClosedConversation(view: ChatView, session: ChatSession): TemplateResult {
  const { strings } = view.language;
  const closedFor = Date.now() - Date.parse(session.closedAt ?? '');
  return html`<div class="closed">
    ${session.rating === null ? renderRating(view) : renderThanks(session.rating, strings)}
    <div class="closed-actions">
      ${
        closedFor < (view.chat?.settings?.reopenHours ?? 0) * HOUR
          ? renderButton('button', strings.reopen, () => void view.driver?.reopenConversation())
          : nothing
      }
      ${renderButton(view.rating === null ? 'button primary' : 'button', strings.newConversation, view.onNew)}
    </div>
  </div>`;
}

function renderRating(view: ChatView): TemplateResult {
  const { rating } = view;
  const { strings } = view.language;
  const handleSubmit = (event: Event) => {
    const comment = submitted(event, 'comment');
    if (rating === null) return;
    view.onChoose(null);
    void view.driver?.rate(rating, comment || null);
  };
  return html`<form class="rating" @submit=${handleSubmit}>
    <div class="faces" role="group" aria-label=${strings.ratePrompt}>
      <span class="rating-prompt" aria-hidden="true">${strings.ratePrompt}</span>
      <span class="face-row">
        ${FACES.map((face, index) => {
          const value = index + 1;
          const word = strings.rateScale[index] ?? '';
          return html`<button
            class="rate"
            type="button"
            data-face=${face}
            aria-label=${strings.rateOption(value, word)}
            aria-pressed=${value === rating ? 'true' : 'false'}
            title=${word}
            @click=${() => view.onChoose(value)}
          ></button>`;
        })}
      </span>
    </div>
    ${
      rating === null
        ? nothing
        : html`<textarea
              class="comment"
              name="comment"
              rows="2"
              maxlength="1000"
              dir="auto"
              aria-label=${strings.rateComment}
              placeholder=${strings.rateComment}
            ></textarea>
            <button class="button primary" type="submit">${strings.rateSend}</button>`
    }
  </form>`;
}

function renderThanks(rating: number, strings: Messages): TemplateResult {
  return html`<p class="thanks" role="status">
    <span class="thanks-face" aria-hidden="true">${FACES[rating - 1] ?? ''}</span>${strings.rateThanks}
  </p>`;
}
