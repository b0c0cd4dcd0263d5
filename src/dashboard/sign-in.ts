// The form an agent meets first.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatError } from '../core/errors.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { chatIcon } from './desk-icons.ts';

export interface SignInView {
  readonly strings: DashboardMessages;
  readonly busy: boolean;
  /** Null while all is well; `missing`: a field is empty; `ended`: signed out without being asked. */
  readonly problem: ChatError | 'missing' | 'ended' | null;
  onSignIn(email: string, password: string): void;
}

export function signIn(view: SignInView): TemplateResult {
  const { strings, busy, problem } = view;
  const invalid = problem === 'missing' || (problem !== null && problem !== 'ended' && isWrong(problem));
  return html`<main class="page">
    <form class="card sign-in" novalidate aria-labelledby="sign-in-title" @submit=${(event: SubmitEvent) => submit(event, view)}>
      <span class="page__icon">${chatIcon}</span>
      <h1 class="page__heading" id="sign-in-title">${strings.signInHeading}</h1>
      <p class="page__text">${strings.signInIntro}</p>
      <div class="sign-in__error" role="alert" id="sign-in-error">
        ${problem ? html`<p>${problemWords(problem, strings)}</p>` : nothing}
      </div>
      <label class="field" for="email"
        ><span class="field__label">${strings.email}</span>
        <input
          class="field__input"
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          inputmode="email"
          autocapitalize="none"
          spellcheck="false"
          dir="ltr"
          required
          aria-invalid=${invalid ? 'true' : 'false'}
          aria-describedby=${problem ? 'sign-in-error' : nothing}
      /></label>
      <label class="field" for="password"
        ><span class="field__label">${strings.password}</span>
        <input
          class="field__input"
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          dir="ltr"
          required
          aria-invalid=${invalid ? 'true' : 'false'}
          aria-describedby=${problem ? 'sign-in-error' : nothing}
      /></label>
      <button type="submit" class="button button--primary button--wide" aria-disabled=${busy ? 'true' : 'false'}>
        ${busy ? strings.signingIn : strings.signIn}
      </button>
    </form>
  </main>`;
}

function submit(event: SubmitEvent, view: SignInView): void {
  event.preventDefault();
  if (view.busy) return;
  const form = event.currentTarget as HTMLFormElement;
  const value = (id: string): string => form.querySelector<HTMLInputElement>(`[name="${id}"]`)?.value ?? '';
  view.onSignIn(value('email').trim(), value('password'));
}

function isWrong(error: ChatError): boolean {
  return error.code === 'unauthorized' || error.code === 'invalid' || error.code === 'forbidden';
}

function problemWords(problem: ChatError | 'missing' | 'ended', strings: DashboardMessages): string {
  if (problem === 'missing') return strings.signInMissing;
  if (problem === 'ended') return strings.sessionEnded;
  if (isWrong(problem)) return strings.signInWrong;
  switch (problem.code) {
    case 'offline':
      return strings.signInOffline;
    case 'unavailable':
      return strings.signInUnavailable;
    case 'rate-limited':
      return strings.signInRateLimited;
    default:
      return strings.signInFailed;
  }
}
