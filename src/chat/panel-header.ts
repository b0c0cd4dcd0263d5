// The top of the window: who answers and when, and the way to other conversations.
import { html, nothing, type TemplateResult } from 'lit';
import type { Person } from '../core/model.ts';
import type { Messages } from '../i18n/messages.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { iconBack, iconClose, iconCompose } from '../ui/icons.ts';

export interface PanelHeaderView {
  readonly title: string;
  readonly subtitle: string;
  readonly people: readonly Person[];
  readonly online: boolean;
  readonly strings: Messages;
  /** Unread messages in other conversations than the one on screen. */
  readonly unreadElsewhere: number;
  readonly showsList: boolean;
  readonly showsNew: boolean;
  /** The launcher does not close the window here, so the header must be able to at any size. */
  readonly closable: 'always' | 'full-screen' | 'never';
  readonly more: TemplateResult | typeof nothing;
  onList(): void;
  onNew(): void;
  onClose(): void;
}

export function renderPanelHeader(view: PanelHeaderView): TemplateResult {
  const { strings } = view;
  return html`<div class="header" part="header">
    ${
      view.showsList
        ? html`<button class="icon-button" type="button" aria-label=${strings.conversations} @click=${view.onList}>
            <span class="flips">${iconBack(22)}</span>
            ${view.unreadElsewhere > 0 ? html`<span class="dot"></span>` : nothing}
          </button>`
        : nothing
    }
    <div class="identity">
      <slot name="header">
        ${view.people.length > 0 ? renderPeople(view.people, view.online) : nothing}
        <div class="titles">
          <h2 class="title"><bdi>${view.title}</bdi></h2>
          ${view.subtitle ? html`<p class="subtitle"><bdi>${view.subtitle}</bdi></p>` : nothing}
        </div>
      </slot>
    </div>
    ${
      view.showsNew
        ? html`<button class="icon-button" type="button" aria-label=${strings.newConversation} @click=${view.onNew}>
            ${iconCompose(20)}
          </button>`
        : nothing
    }
    ${view.more}
    ${
      view.closable === 'never'
        ? nothing
        : html`<button
            class=${view.closable === 'always' ? 'icon-button' : 'icon-button only-full-screen'}
            type="button"
            aria-label=${strings.closeChat}
            @click=${view.onClose}
          >
            ${iconClose(22)}
          </button>`
    }
  </div>`;
}

function renderPeople(people: readonly Person[], online: boolean): TemplateResult {
  const shown = people.slice(0, 3);
  return html`<span class="people">
    ${shown.map((person, index) => renderAvatar(person, online && index === shown.length - 1))}
  </span>`;
}
