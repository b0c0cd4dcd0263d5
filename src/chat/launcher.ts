// The round button in the corner, and the bubble beside it that shows a message while the window is closed.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatMessage, Person } from '../core/model.ts';
import type { Messages } from '../i18n/messages.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { iconChat, iconClose, iconDown } from '../ui/icons.ts';
import { renderButton } from './button.ts';

export function renderLauncher(
  open: boolean,
  unread: number,
  strings: Messages,
  onToggle: () => void,
): TemplateResult {
  const name = open ? strings.closeChat : unread > 0 ? strings.openChatUnread(unread) : strings.openChat;
  return html`<button
    class=${open ? 'launcher is-open' : 'launcher'}
    part="launcher"
    type="button"
    aria-label=${name}
    @click=${onToggle}
  >
    <span class="launcher-icon"><slot name="launcher-icon">${iconChat(28)}</slot></span>
    <span class="launcher-icon">${iconDown(26)}</span>
    ${
      unread > 0 && !open
        ? html`<span class="badge" part="badge" aria-hidden="true">${unread > 99 ? '99+' : unread}</span>`
        : nothing
    }
  </button>`;
}

/** What stands beside the launcher: a message, or what the page's owner wants to say first. */
export interface Preview {
  readonly text: string;
  readonly sender: Person;
  readonly message: ChatMessage | null;
}

export function renderPreview(
  { sender, text }: Preview,
  strings: Messages,
  onOpen: () => void,
  onDismiss: () => void,
): TemplateResult {
  return html`<div class="preview" part="preview">
    <button class="preview-text" type="button" @click=${onOpen}>
      ${renderAvatar(sender)}
      <span class="preview-words">
        <span class="preview-name"><bdi>${sender.name}</bdi></span>
        <span class="preview-message" dir="auto">${text}</span>
      </span>
    </button>
    ${renderButton('preview-close', iconClose(16), onDismiss, strings.dismissPreview)}
  </div>`;
}
