// What stands in place of the inbox when there cannot be one, and what to do about it.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatError } from '../core/errors.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { alertIcon, cloudOffIcon, lockIcon } from './desk-icons.ts';

export interface ProblemView {
  readonly strings: DashboardMessages;
  readonly error: ChatError;
  /** Who is signed in; null where nobody is. */
  readonly email: string | null;
  /** Left out where trying again cannot help. */
  readonly onRetry?: (() => void) | undefined;
  readonly onSignOut?: (() => void) | undefined;
}

interface Words {
  readonly icon: TemplateResult;
  readonly heading: string;
  readonly text: string;
  /** More for the person who sets this up. */
  readonly detail?: TemplateResult;
}

export function problemPage(view: ProblemView): TemplateResult {
  const { strings, error, onRetry, onSignOut } = view;
  const { icon, heading, text, detail } = words(view);
  const mayRetry = error.code !== 'unauthorized' && error.code !== 'not-configured';
  return html`<main class="page">
    <div class="card problem" role="alert">
      <span class="page__icon page__icon--problem">${icon}</span>
      <h1 class="page__heading">${heading}</h1>
      <p class="page__text" dir="auto">${text}</p>
      ${detail ?? nothing}
      <div class="page__actions">
        ${
          onRetry && mayRetry
            ? html`<button type="button" class="button button--primary" @click=${onRetry}>${strings.retry}</button>`
            : nothing
        }
        ${
          onSignOut
            ? html`<button
              type="button"
              class="button ${error.code === 'unauthorized' ? 'button--primary' : ''}"
              @click=${onSignOut}
            >
              ${error.code === 'unauthorized' ? strings.signInAgain : strings.signOut}
            </button>`
            : nothing
        }
      </div>
    </div>
  </main>`;
}

const snippet = `<support-dashboard
  supabase-url="https://….supabase.co"
  supabase-key="sb_publishable_…"
></support-dashboard>`;

function words({ strings, error, email }: ProblemView): Words {
  switch (error.code) {
    case 'forbidden':
      return { icon: lockIcon, heading: strings.notAgentHeading, text: strings.notAgent(email) };
    case 'unauthorized':
      return { icon: lockIcon, heading: strings.sessionEndedHeading, text: strings.sessionEnded };
    case 'not-installed':
      return { icon: alertIcon, heading: strings.notInstalledHeading, text: strings.notInstalled };
    case 'not-configured':
      return {
        icon: alertIcon,
        heading: strings.notConfiguredHeading,
        text: strings.notConfigured,
        // The message is ours and says which attribute is wrong, without repeating its value.
        detail: html`${error.message ? html`<p class="page__detail" dir="auto">${error.message}</p>` : nothing}
          <pre class="page__code" dir="ltr" tabindex="0">${snippet}</pre>`,
      };
    case 'offline':
      return { icon: cloudOffIcon, heading: strings.offlineHeading, text: strings.offlineText };
    case 'unavailable':
    case 'rate-limited':
      return { icon: cloudOffIcon, heading: strings.unavailableHeading, text: strings.unavailableText };
    default:
      return { icon: alertIcon, heading: strings.failedHeading, text: strings.failedText };
  }
}
