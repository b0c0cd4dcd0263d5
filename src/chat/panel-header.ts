// The top of the window: who answers and when, and the way to other conversations.
import { html, nothing, type TemplateResult } from 'lit';
import type { Person } from '../core/model.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { iconBack, iconClose, iconCompose } from '../ui/icons.ts';
import { renderButton } from './button.ts';
import type { ChatView } from './chat-view.ts';
import { expectationText } from './expectation.ts';
import { renderMoreMenu } from './more-menu.ts';

export function renderPanelHeader(view: ChatView): TemplateResult {
  const { chat, closable, heading, language, showsList } = view;
  const { strings } = language;
  const { availability, current, sessions, settings } = chat ?? {};
  const agent = current?.status === 'assigned' ? current.agent : null;
  const people = agent ? [agent] : (availability?.agents ?? []);
  const subtitle = expectationText(availability, current, language);
  const isWorking = chat?.phase === 'ready' && !showsList;
  return html`<div class="header" part="header">
    ${
      isWorking && sessions?.length
        ? renderButton(
            'icon-button',
            html`<span class="flips">${iconBack(22)}</span>
              ${view.unread > (current?.unread ?? 0) ? html`<span class="dot"></span>` : nothing}`,
            view.onList,
            strings.conversations,
          )
        : nothing
    }
    <div class="identity">
      <slot name="header">
        ${!showsList && people.length > 0 ? renderPeople(people, availability?.online) : nothing}
        <div class="titles">
          <h2 class="title"><bdi>${showsList ? strings.conversations : heading || settings?.teamName || strings.heading}</bdi></h2>
          ${!showsList && subtitle ? html`<p class="subtitle"><bdi>${subtitle}</bdi></p>` : nothing}
        </div>
      </slot>
    </div>
    ${
      isWorking && current && current.status !== 'closed'
        ? renderButton('icon-button', iconCompose(20), view.onNew, strings.newConversation)
        : nothing
    }
    ${isWorking ? renderMoreMenu(view, chat) : nothing}
    ${
      closable === 'never'
        ? nothing
        : renderButton(
            closable === 'always' ? 'icon-button' : 'icon-button only-full-screen',
            iconClose(22),
            view.onClose,
            strings.closeChat,
          )
    }
  </div>`;
}

function renderPeople(people: readonly Person[], online = false): TemplateResult {
  const shown = people.slice(0, 3);
  return html`<span class="people">
    ${shown.map((person, index) => renderAvatar(person, online && index === shown.length - 1))}
  </span>`;
}
