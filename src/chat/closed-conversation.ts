// The end of a conversation: rate it, reopen it, or begin another.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatSession } from '../core/model.ts';
import type { Messages } from '../i18n/messages.ts';

export interface ClosedConversationView {
  readonly session: ChatSession;
  /** The rating chosen but not sent yet. */
  readonly chosen: number | null;
  readonly canReopen: boolean;
  readonly strings: Messages;
  onChoose(rating: number): void;
  onRate(rating: number, comment: string): void;
  onReopen(): void;
  onNew(): void;
}

const FACES = ['😞', '🙁', '😐', '🙂', '😀'];

export function renderClosedConversation(view: ClosedConversationView): TemplateResult {
  const { strings, session } = view;
  return html`<div class="closed">
    ${session.rating === null ? renderRating(view) : renderThanks(session.rating, strings)}
    <div class="closed-actions">
      ${
        view.canReopen
          ? html`<button class="button" type="button" @click=${view.onReopen}>${strings.reopen}</button>`
          : nothing
      }
      <button
        class=${view.chosen === null ? 'button primary' : 'button'}
        type="button"
        @click=${view.onNew}
      >${strings.newConversation}</button>
    </div>
  </div>`;
}

function renderRating(view: ClosedConversationView): TemplateResult {
  const { strings, chosen } = view;
  const handleSubmit = (event: Event) => {
    event.preventDefault();
    const comment = new FormData(event.currentTarget as HTMLFormElement).get('comment');
    if (chosen !== null) view.onRate(chosen, typeof comment === 'string' ? comment.trim() : '');
  };
  return html`<form class="rating" @submit=${handleSubmit}>
    <div class="faces" role="group" aria-label=${strings.ratePrompt}>
      <span class="rating-prompt" aria-hidden="true">${strings.ratePrompt}</span>
      <span class="face-row">
        ${FACES.map((face, index) => {
          const value = index + 1;
          return html`<button
            class="rate"
            type="button"
            data-face=${face}
            aria-label=${strings.rateOption(value, strings.rateScale[index] ?? '')}
            aria-pressed=${value === chosen ? 'true' : 'false'}
            title=${strings.rateScale[index] ?? ''}
            @click=${() => view.onChoose(value)}
          ></button>`;
        })}
      </span>
    </div>
    ${
      chosen === null
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
