// What was just done, with a way back for a while; and a refusal, said once.
import { html, nothing, type TemplateResult } from 'lit';
import type { AgentDeskState, DeskNotice } from '../core/agent-desk.ts';
import type { DeskDone } from '../core/desk-actions.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { crossIcon } from './desk-icons.ts';
import type { DeskView } from './desk-view.ts';
import { untilWords } from './time-choices.ts';
import { cappedCount } from './time-words.ts';

export interface ToastActions {
  onDismissNotice(): void;
  onDismissDone(): void;
  onUndo(): void;
}

export function toasts(view: DeskView, actions: ToastActions): TemplateResult {
  const { state, strings } = view;
  const { notice, done } = state;
  return html`<div class="toasts" role="alert">
      ${notice ? toast(noticeWords(notice, strings), nothing, strings, actions.onDismissNotice) : nothing}
    </div>
    <div class="toasts toasts--done" role="status">
      ${
        done
          ? toast(
              doneWords(view, done),
              html`<button
              type="button"
              class="toast__undo"
              aria-label=${undoName(state, done, strings)}
              @click=${actions.onUndo}
            >
              ${done.action.type === 'close' && !staysOnScreen(state, done) ? strings.closeUndo : strings.undo}
            </button>`,
              strings,
              actions.onDismissDone,
            )
          : nothing
      }
    </div>`;
}

function toast(
  words: string,
  action: TemplateResult | typeof nothing,
  strings: DashboardMessages,
  onDismiss: () => void,
): TemplateResult {
  return html`<div class="toast">
    <p class="toast__text" dir="auto">${words}</p>
    ${action}
    <button type="button" class="icon-button icon-button--small" aria-label=${strings.dismiss} @click=${onDismiss}>
      ${crossIcon}
    </button>
  </div>`;
}

function noticeWords(notice: DeskNotice, strings: DashboardMessages): string {
  const { action, error, winner } = notice;
  if (error.code === 'conflict') {
    if (winner) return strings.conflictWinner(winner);
    if ((error.details as { reason?: unknown } | null)?.reason === 'written') return strings.conflictWritten;
    return action === 'assign' ? strings.conflictNobody : strings.conflictOther;
  }
  if (error.code === 'offline' || error.code === 'unavailable') return strings.noticeOffline[action];
  if (error.code === 'rate-limited') return strings.noticeRateLimited;
  return strings.noticeFailed[action];
}

/** What was closed is reopened, which its own button beside it says already where it is still on screen. */
function undoName(state: AgentDeskState, done: DeskDone, strings: DashboardMessages): string {
  const [first, ...others] = done.before;
  const one = first !== undefined && others.length === 0;
  return done.action.type === 'close' && one && !staysOnScreen(state, done) ? strings.reopen : strings.undo;
}

function staysOnScreen(state: AgentDeskState, done: DeskDone): boolean {
  return done.before.length > 1 || done.before.some(({ id }) => id === state.current?.id);
}

function doneWords(view: DeskView, { action, before }: DeskDone): string {
  const { strings, state, now, lang } = view;
  const words = (): string => {
    switch (action.type) {
      case 'assign': {
        if (action.agentId === null) return strings.doneUnassigned;
        if (action.agentId === state.me?.id) return strings.doneAssignedMe;
        const agent = state.agents.find(({ id }) => id === action.agentId);
        return strings.doneAssigned(agent?.name ?? '');
      }
      case 'close':
        return strings.doneClosed;
      case 'reopen':
        return strings.doneReopened;
      case 'snooze':
        return action.until === null
          ? strings.doneUnsnoozed
          : strings.doneSnoozed(untilWords(action.until, now, lang, strings));
      case 'priority':
        return strings.donePriority(strings.priority[action.priority].toLowerCase());
      case 'tag':
        return strings.doneTagged;
      case 'unread':
        return strings.doneUnread;
      case 'block':
        return action.until === null ? strings.doneUnblocked : strings.doneBlocked;
    }
  };
  const [first, ...others] = before;
  if (others.length > 0) return strings.doneMany(cappedCount(before.length, lang), words());
  return strings.doneOne(first?.visitor.name || first?.visitor.email || strings.anonymous, words());
}
