// What a visitor is told when something is wrong. Never a raw message: those go to the page's developer.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatError, ChatErrorCode } from '../core/errors.ts';
import type { Messages } from '../i18n/messages.ts';
import { iconAlert, iconClock, iconClose, iconOffline } from '../ui/icons.ts';
import { renderButton } from './button.ts';

/** Waiting or trying again cannot help the visitor with these. */
const HOPELESS: readonly ChatErrorCode[] = ['not-configured', 'not-installed', 'forbidden', 'unauthorized'];

/** Instead of the conversation, when it could not be loaded. */
export function renderProblem(code: ChatErrorCode, strings: Messages, onRetry: () => void): TemplateResult {
  const hopeless = HOPELESS.includes(code);
  return html`<div class="problem" role="alert">
    <span class="problem-icon">${hopeless ? iconAlert(28) : iconOffline(28)}</span>
    <p class="problem-title">${hopeless ? strings.errorUnavailable : strings.errorUnreachable}</p>
    <p class="problem-hint">${hopeless ? strings.errorUnavailableHint : strings.errorUnreachableHint}</p>
    ${hopeless ? nothing : renderButton('button', strings.tryAgain, onRetry)}
  </div>`;
}

/** Above the composer, when something was refused and the conversation goes on. */
export function renderRefusal(text: string, strings: Messages, onDismiss: () => void): TemplateResult {
  return html`<div class="refusal" role="alert">
    ${iconAlert(16)}<span>${text}</span>
    ${renderButton('icon-button small', iconClose(16), onDismiss, strings.dismiss)}
  </div>`;
}

/** The same place, when the server asked for patience: seconds for the eye, one sentence for the ear. */
export function renderWait(secondsLeft: number, strings: Messages): TemplateResult {
  return html`<div class="refusal" role="status">
    ${iconClock(16)}<span aria-hidden="true">${strings.sendingResumes(secondsLeft)}</span>
    <span class="visually-hidden">${strings.sendingResumesSoon}</span>
  </div>`;
}

/** Words for a refusal; null for those that show in another way, by the connection notice or at the message. */
export function refusalText(error: ChatError, strings: Messages): string | null {
  switch (error.code) {
    case 'rate-limited':
      return strings.errorRateLimited;
    case 'forbidden':
      return strings.errorForbidden;
    case 'conflict':
      return strings.errorClosed;
    case 'too-long':
      return strings.errorTooLong;
    case 'offline':
    case 'unavailable':
    case 'unauthorized':
      return null;
    default:
      return strings.errorUnknown;
  }
}
