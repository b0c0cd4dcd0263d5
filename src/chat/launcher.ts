// The round button in the corner, and the bubble beside it that shows a message while the window is closed.
import { html, nothing, type TemplateResult } from 'lit';
import type { Person } from '../core/model.ts';
import type { Messages } from '../i18n/messages.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { iconChat, iconClose, iconDown } from '../ui/icons.ts';

export interface LauncherView {
  readonly open: boolean;
  readonly unread: number;
  readonly strings: Messages;
  onToggle(): void;
}

export function renderLauncher({ open, unread, strings, onToggle }: LauncherView): TemplateResult {
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

export interface PreviewView {
  readonly sender: Person;
  readonly text: string;
  readonly strings: Messages;
  onOpen(): void;
  onDismiss(): void;
}

export function renderPreview({ sender, text, strings, onOpen, onDismiss }: PreviewView): TemplateResult {
  return html`<div class="preview" part="preview">
    <button class="preview-text" type="button" @click=${onOpen}>
      ${renderAvatar(sender)}
      <span class="preview-words">
        <span class="preview-name"><bdi>${sender.name}</bdi></span>
        <span class="preview-message" dir="auto">${text}</span>
      </span>
    </button>
    <button class="preview-close" type="button" aria-label=${strings.dismissPreview} @click=${onDismiss}>
      ${iconClose(16)}
    </button>
  </div>`;
}
