// Notes elsewhere that call this agent by name, until they have looked or put them away.
import { html, type TemplateResult } from 'lit';
import { atIcon, crossIcon } from './desk-icons.ts';
import { type DeskView, visitorName } from './desk-view.ts';

export interface MentionActions {
  onOpenMention(sessionId: string): void;
  onDismissMention(sessionId: string): void;
}

const SHOWN = 3;

export function mentionBar({ state, strings }: DeskView, actions: MentionActions): TemplateResult {
  const mentions = state.mentions.filter(({ session }) => session.id !== state.current?.id).slice(0, SHOWN);
  return html`<div class="mentions" role="status" aria-label=${strings.mentionsLabel}>
    ${mentions.map(({ session, by }) => {
      const text = strings.mentionedBy(
        by?.name ?? strings.mentionedSomebody,
        visitorName(session.visitor, strings),
      );
      return html`<div class="mentions__one">
        <span class="mentions__icon">${atIcon}</span>
        <p class="mentions__text" id="mention-${session.id}" dir="auto">${text}</p>
        <button
          type="button"
          class="button"
          aria-describedby="mention-${session.id}"
          @click=${() => actions.onOpenMention(session.id)}
        >
          ${strings.mentionOpenButton}
        </button>
        <button
          type="button"
          class="icon-button icon-button--small"
          aria-label=${strings.mentionDismiss}
          aria-describedby="mention-${session.id}"
          @click=${() => actions.onDismissMention(session.id)}
        >
          ${crossIcon}
        </button>
      </div>`;
    })}
  </div>`;
}
