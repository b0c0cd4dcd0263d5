// All conversations of this visitor, newest first.
import { html, nothing, type TemplateResult } from 'lit';

import type { ChatSession } from '../core/model.ts';
import { formatDateTime, formatRelative } from '../i18n/format.ts';
import type { Messages } from '../i18n/messages.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { iconCompose } from '../ui/icons.ts';
import { keyed } from '../ui/keyed.ts';
import { renderButton } from './button.ts';
import type { ChatView } from './chat-view.ts';

export function renderConversationList(view: ChatView): TemplateResult {
  const { strings } = view.language;
  return html`<div class="list">
    <ul class="sessions" role="list" aria-label=${strings.conversations}>
      ${keyed(
        view.chat?.sessions ?? [],
        (session) => session.id,
        (session) => renderSession(session, view),
      )}
    </ul>
    <div class="list-foot">
      ${renderButton('button primary', html`${iconCompose(18)} ${strings.newConversation}`, view.onNew)}
    </div>
  </div>`;
}

function renderSession(session: ChatSession, view: ChatView): TemplateResult {
  const { strings, locale } = view.language;
  const at = session.lastMessageAt ?? session.createdAt;
  const isUnread = session.unread > 0;
  return html`<li>
    <button
      class=${isUnread ? 'session is-unread' : 'session'}
      type="button"
      aria-current=${session.id === view.chat?.current?.id ? 'true' : nothing}
      @click=${() => view.onSelect(session.id)}
    >
      ${renderAvatar(session.agent ?? view.teamName)}
      <span class="session-words">
        <span class="session-preview"><bdi>${session.preview || strings.noPreview}</bdi></span>
        <span class="session-meta">
          <bdi>${statusText(session, strings)}</bdi> &middot;
          <time datetime=${at} title=${formatDateTime(at, locale)}>${formatRelative(at, locale)}</time>
        </span>
      </span>
      ${
        isUnread
          ? html`<span class="count" aria-hidden="true">${session.unread > 99 ? '99+' : session.unread}</span>
              <span class="visually-hidden">${strings.unread(session.unread)}</span>`
          : nothing
      }
    </button>
  </li>`;
}

function statusText(session: ChatSession, strings: Messages): string {
  if (session.status === 'closed') return strings.statusClosed;
  if (session.status === 'assigned' && session.agent) return strings.statusAssigned(session.agent.name);
  return strings.statusOpen;
}
