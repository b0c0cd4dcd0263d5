// The pages an agent meets first: signing in, with a password or by mail, choosing a new one, joining by an invite.
import { html, nothing, type ReactiveController, type ReactiveElement, type TemplateResult } from 'lit';
import type { AgentDesk } from '../core/agent-desk.ts';
import { ChatError, toChatError } from '../core/errors.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { chatIcon, mailIcon } from './desk-icons.ts';
import { forgetInvite, inviteIn } from './invite.ts';
import type { Workplace } from './workplace.ts';

type Mode = 'password' | 'link' | 'reset' | 'sign-up';
/** `missing`: a field is empty; `ended`: signed out without being asked; `expired`: by an old link. */
type Problem = ChatError | 'missing' | 'ended' | 'expired';

export class SignInScreen implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #strings: () => DashboardMessages;
  #mode: Mode = 'password';
  #busy = false;
  #problem: Problem | null = null;
  /** Where a mail has gone, and what for. */
  #sent: { readonly email: string; readonly mode: Mode } | null = null;
  #invite: string | null = null;

  constructor(host: ReactiveElement, strings: () => DashboardMessages) {
    this.#host = host;
    this.#strings = strings;
    host.addController(this);
  }

  hostConnected(): void {
    this.#invite = inviteIn(location.href);
    window.addEventListener('hashchange', this.#handleHash);
  }

  hostDisconnected(): void {
    window.removeEventListener('hashchange', this.#handleHash);
  }

  /** Whether whoever is here came by an invite. */
  get isInvited(): boolean {
    return this.#invite !== null;
  }

  /** Who is in the inbox needs no invite. */
  dropInvite(): void {
    if (this.#invite === null) return;
    this.#invite = null;
    forgetInvite();
  }

  /** What kept somebody from signing out, say. */
  show(problem: ChatError | null): void {
    this.#set(() => (this.#problem = problem));
  }

  render(workplace: Workplace): TemplateResult {
    const strings = this.#strings();
    const words = strings.signInPage;
    const { account } = workplace.connection.auth;
    if (this.#sent) return this.#sentPage(this.#sent, strings);
    const mode = this.#mode;
    const problem =
      this.#problem ?? (workplace.state.ended ? 'ended' : account?.linkExpired ? 'expired' : null);
    const heading = {
      password: this.isInvited ? words.invitedHeading : strings.signInHeading,
      link: words.linkHeading,
      reset: words.resetHeading,
      'sign-up': words.signUpHeading,
    }[mode];
    const intro = {
      password: this.isInvited ? words.invitedIntro : strings.signInIntro,
      link: words.linkIntro,
      reset: words.resetIntro,
      'sign-up': words.signUpIntro,
    }[mode];
    return this.#form({
      heading,
      intro,
      problem: problem && this.#words(problem, mode),
      action: this.#action(mode),
      onSubmit: (value) => void this.#submit(workplace, value('email').trim(), value('password')),
      content: html`${this.#field('email', strings.email, problem)}
      ${
        mode === 'password'
          ? this.#field('password', strings.password, problem)
          : mode === 'sign-up'
            ? this.#field('new-password', strings.password, problem)
            : nothing
      }`,
      more: account
        ? html`<div class="sign-in__more">
            ${
              mode === 'password'
                ? html`${this.isInvited ? this.#link(words.createAccount, 'sign-up') : nothing}
                  ${this.#link(words.forgot, 'reset')} ${this.#link(words.byLink, 'link')}`
                : this.#link(words.back, 'password')
            }
          </div>`
        : nothing,
    });
  }

  /** For who followed a link to choose a new password. */
  renderNewPassword(workplace: Workplace): TemplateResult {
    const strings = this.#strings();
    const words = strings.signInPage;
    return this.#form({
      heading: words.newPasswordHeading,
      intro: words.newPasswordIntro,
      problem: this.#problem && this.#words(this.#problem, 'sign-up'),
      action: this.#busy ? words.savingPassword : words.savePassword,
      onSubmit: (value) =>
        void this.#run(value('password') === '' ? 'missing' : null, 'password', async () => {
          await workplace.connection.auth.account?.setPassword(value('password'));
        }),
      content: this.#field('new-password', words.newPassword, this.#problem),
      more: nothing,
    });
  }

  /** For who has an invite and an account. */
  renderJoin(workplace: Workplace, desk: AgentDesk): TemplateResult {
    const strings = this.#strings();
    const words = strings.signInPage;
    const problem = this.#problem;
    return this.#form({
      heading: words.joinHeading,
      intro: words.joinIntro(workplace.state.email),
      problem:
        problem === 'missing'
          ? words.joinMissing
          : problem instanceof ChatError && problem.code === 'not-found'
            ? words.joinInvalid
            : problem && this.#words(problem, 'link'),
      action: this.#busy ? words.joining : words.join,
      onSubmit: (value) => {
        const name = value('name').trim();
        void this.#run(name === '' ? 'missing' : null, 'name', () => this.#join(workplace, desk, name));
      },
      content: this.#field('name', words.joinName, problem),
      more: workplace.connection.auth.account
        ? html`<div class="sign-in__more">
            <button type="button" class="link" @click=${() => void workplace.signOut()}>
              ${words.otherAccount}
            </button>
          </div>`
        : nothing,
    });
  }

  async #join(workplace: Workplace, desk: AgentDesk, name: string): Promise<void> {
    try {
      await workplace.connection.admin.join(this.#invite ?? '', name);
    } catch (reason) {
      // An answer may have been lost: who is an agent by now is where they wanted to be.
      if (toChatError(reason).code !== 'conflict') throw reason;
    }
    this.dropInvite();
    await desk.reload();
  }

  #form(parts: {
    readonly heading: string;
    readonly intro: string;
    readonly problem: string | null;
    readonly action: string;
    readonly content: TemplateResult;
    readonly more: TemplateResult | typeof nothing;
    onSubmit(value: (name: string) => string): void;
  }): TemplateResult {
    return html`<div class="frame">
      <main class="page">
        <form
          class="card sign-in"
          novalidate
          aria-labelledby="sign-in-title"
          @submit=${(event: SubmitEvent) => {
            event.preventDefault();
            if (this.#busy) return;
            const form = event.currentTarget as HTMLFormElement;
            parts.onSubmit((name) => form.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value ?? '');
          }}
        >
          <span class="page__icon">${chatIcon}</span>
          <h1 class="page__heading" id="sign-in-title">${parts.heading}</h1>
          <p class="page__text">${parts.intro}</p>
          <div class="sign-in__error" role="alert" id="sign-in-error">
            ${parts.problem ? html`<p>${parts.problem}</p>` : nothing}
          </div>
          ${parts.content}
          <button
            type="submit"
            class="button button--primary button--wide"
            aria-disabled=${this.#busy ? 'true' : 'false'}
          >
            ${parts.action}
          </button>
          ${parts.more}
        </form>
      </main>
    </div>`;
  }

  #field(
    kind: 'email' | 'password' | 'new-password' | 'name',
    label: string,
    problem: Problem | null,
  ): TemplateResult {
    const name = kind === 'new-password' ? 'password' : kind;
    const invalid = problem === 'missing' || (problem instanceof ChatError && isWrong(problem));
    return html`<label class="field" for=${name}
      ><span class="field__label">${label}</span>
      <input
        class="field__input"
        id=${name}
        name=${name}
        type=${kind === 'email' ? 'email' : kind === 'name' ? 'text' : 'password'}
        autocomplete=${
          kind === 'email'
            ? 'username'
            : kind === 'name'
              ? 'name'
              : kind === 'password'
                ? 'current-password'
                : 'new-password'
        }
        inputmode=${kind === 'email' ? 'email' : 'text'}
        autocapitalize=${kind === 'name' ? 'words' : 'none'}
        spellcheck="false"
        dir=${kind === 'name' ? 'auto' : 'ltr'}
        required
        aria-invalid=${invalid ? 'true' : 'false'}
        aria-describedby=${problem ? 'sign-in-error' : nothing}
    /></label>`;
  }

  #link(label: string, mode: Mode): TemplateResult {
    return html`<button
      type="button"
      class="link"
      @click=${() => {
        this.#set(() => {
          this.#mode = mode;
          this.#problem = null;
        });
        void this.#focus('email');
      }}
    >
      ${label}
    </button>`;
  }

  #sentPage({ email, mode }: { email: string; mode: Mode }, strings: DashboardMessages): TemplateResult {
    const words = strings.signInPage;
    return html`<div class="frame">
      <main class="page">
        <div class="card" role="status">
          <span class="page__icon">${mailIcon}</span>
          <h1 class="page__heading">${words.sentHeading}</h1>
          <p class="page__text">${mode === 'sign-up' ? words.confirm(email) : words.sent(email)}</p>
          <div class="page__actions">
            <button
              type="button"
              class="button"
              @click=${() =>
                this.#set(() => {
                  this.#sent = null;
                  this.#mode = 'password';
                })}
            >
              ${words.back}
            </button>
          </div>
        </div>
      </main>
    </div>`;
  }

  #action(mode: Mode): string {
    const strings = this.#strings();
    const words = strings.signInPage;
    if (mode === 'password') return this.#busy ? strings.signingIn : strings.signIn;
    if (mode === 'sign-up') return this.#busy ? words.creating : words.createAccount;
    return this.#busy ? words.sending : words.sendLink;
  }

  async #submit(workplace: Workplace, email: string, password: string): Promise<void> {
    const mode = this.#mode;
    const needsPassword = mode === 'password' || mode === 'sign-up';
    const missing = !email ? 'email' : needsPassword && !password ? 'password' : null;
    await this.#run(missing && 'missing', missing ?? (needsPassword ? 'password' : 'email'), async () => {
      const { account } = workplace.connection.auth;
      if (mode === 'password') return workplace.signIn(email, password);
      if (mode === 'link') await account?.sendLink(email);
      if (mode === 'reset') await account?.sendPasswordReset(email);
      if (mode === 'sign-up' && (await account?.signUp(email, password)) === 'signed-in') return;
      this.#sent = { email, mode };
    });
  }

  /** One at a time; where it fails, the field that may be to blame gets the focus. */
  async #run(problem: 'missing' | null, field: string, command: () => Promise<void>): Promise<void> {
    this.#set(() => (this.#problem = problem));
    if (problem) return this.#focus(field);
    this.#busy = true;
    try {
      await command();
    } catch (reason) {
      this.#problem = toChatError(reason);
      void this.#focus(field);
    } finally {
      this.#set(() => (this.#busy = false));
    }
  }

  #words(problem: Problem, mode: Mode): string {
    const strings = this.#strings();
    const words = strings.signInPage;
    if (problem === 'missing') return mode === 'password' ? strings.signInMissing : words.emailMissing;
    if (problem === 'ended') return strings.sessionEnded;
    if (problem === 'expired') return words.linkExpired;
    if (mode === 'password' && isWrong(problem)) return strings.signInWrong;
    switch (problem.code) {
      case 'offline':
        return strings.signInOffline;
      case 'unavailable':
        return strings.signInUnavailable;
      case 'rate-limited':
        return strings.signInRateLimited;
      case 'conflict':
        return words.taken;
      case 'forbidden':
        return words.closed;
      case 'invalid':
        return mode === 'sign-up' ? words.weak : words.failed;
      default:
        return mode === 'password' ? strings.signInFailed : words.failed;
    }
  }

  async #focus(id: string): Promise<void> {
    await this.#host.updateComplete;
    const field = this.#host.renderRoot.querySelector<HTMLInputElement>(`#${id}`);
    field?.focus();
    field?.select();
  }

  #set(change: () => void): void {
    change();
    this.#host.requestUpdate();
  }

  readonly #handleHash = (): void => {
    const invite = inviteIn(location.href);
    if (invite !== null) this.#set(() => (this.#invite = invite));
  };
}

function isWrong(error: ChatError): boolean {
  return error.code === 'unauthorized' || error.code === 'invalid' || error.code === 'forbidden';
}
