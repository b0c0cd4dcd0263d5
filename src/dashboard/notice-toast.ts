// A refusal, said once and gone after a while.
import { html, nothing, type TemplateResult } from 'lit';
import type { DeskNotice } from '../core/agent-desk.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { crossIcon } from './desk-icons.ts';

export function noticeToast(
  notice: DeskNotice | null,
  strings: DashboardMessages,
  onDismiss: () => void,
): TemplateResult {
  return html`<div class="toasts" role="alert">
    ${
      notice
        ? html`<div class="toast">
          <p class="toast__text" dir="auto">${noticeWords(notice, strings)}</p>
          <button type="button" class="icon-button icon-button--small" aria-label=${strings.dismiss} @click=${onDismiss}>
            ${crossIcon}
          </button>
        </div>`
        : nothing
    }
  </div>`;
}

function noticeWords(notice: DeskNotice, strings: DashboardMessages): string {
  const { action, error, winner } = notice;
  if (error.code === 'conflict') {
    if (winner) return strings.conflictWinner(winner);
    return action === 'assign' ? strings.conflictNobody : strings.conflictOther;
  }
  if (error.code === 'offline' || error.code === 'unavailable') return strings.noticeOffline[action];
  if (error.code === 'rate-limited') return strings.noticeRateLimited;
  return strings.noticeFailed[action];
}
