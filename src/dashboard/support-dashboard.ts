// The agents' element: who may see the inbox, and the inbox.
import {
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { ChatError, toChatError } from '../core/errors.ts';
import type { AgentConnection } from '../core/ports.ts';
import { dashboardEn } from '../i18n/dashboard-en.ts';
import { type Language, languageFor } from '../i18n/messages.ts';
import avatarStyles from '../ui/avatar.styles.ts';
import baseStyles from '../ui/base.styles.ts';
import { DriverController } from '../ui/driver-controller.ts';
import tokens from '../ui/tokens.styles.ts';
import { AttentionController } from './attention.ts';
import contextStyles from './context-pane.styles.ts';
import controlStyles from './controls.styles.ts';
import { DeskScreen } from './desk-screen.ts';
import { visitorName } from './desk-view.ts';
import filterStyles from './filter-bar.styles.ts';
import inboxStyles from './inbox-pane.styles.ts';
import { listSkeleton } from './inbox-pane.ts';
import keySheetStyles from './key-sheet.styles.ts';
import pageStyles from './page.styles.ts';
import paletteStyles from './palette.styles.ts';
import { problemPage } from './problem-page.ts';
import reportStyles from './reports/reports.styles.ts';
import { ManageScreen } from './settings/manage-screen.ts';
import settingsStyles from './settings/settings.styles.ts';
import { SignInScreen } from './sign-in.ts';
import styles from './support-dashboard.styles.ts';
import threadStyles from './thread-pane.styles.ts';
import { Workplace } from './workplace.ts';

/** What `connect` gets to reach the project. */
export interface DashboardConnectOptions {
  readonly url: string;
  readonly key: string;
  /** The host's own Supabase client, which then brings the sign-in. */
  readonly client: object | null;
}

/**
 * @tagname support-dashboard
 * @summary The agents' inbox: conversations in tabs, the thread, and who the visitor is.
 *
 * @cssproperty [--support-accent=#4f46e5] - Buttons, what is chosen, own messages. Text on it is chosen by contrast.
 * @cssproperty [--support-border=#e6e6ea] - Lines between and around things.
 * @cssproperty [--support-bubble-agent=#f0f0f3] - The visitor's messages.
 * @cssproperty [--support-bubble-visitor=--support-accent] - The team's messages.
 * @cssproperty [--support-danger=#c8232f] - What went wrong.
 * @cssproperty [--support-duration=180ms] - Of every movement; none under reduced motion.
 * @cssproperty [--support-font=system-ui] - Font family.
 * @cssproperty [--support-font-size=15px] - Of messages and the text box.
 * @cssproperty [--support-on-accent] - Text on the accent, if the computed one does not please.
 * @cssproperty [--support-radius-bubble=18px] - Corners of messages.
 * @cssproperty [--support-shadow] - Of what floats above the page.
 * @cssproperty [--support-success=#15803d] - Who is online.
 * @cssproperty [--support-surface=#ffffff] - Background.
 * @cssproperty [--support-surface-raised=#f6f6f8] - Background of what stands out from it.
 * @cssproperty [--support-text=#18181b] - Text.
 * @cssproperty [--support-text-muted=#63636e] - Less important text.
 */
export class SupportDashboard extends LitElement {
  /**
   * Set by the entry file; tests put a scripted one here.
   * @internal
   */
  static connect: ((options: DashboardConnectOptions) => AgentConnection) | null = null;

  static override styles = [
    tokens,
    baseStyles,
    avatarStyles,
    controlStyles,
    styles,
    pageStyles,
    inboxStyles,
    threadStyles,
    contextStyles,
    keySheetStyles,
    filterStyles,
    paletteStyles,
    settingsStyles,
    reportStyles,
  ];
  static override properties: PropertyDeclarations = {
    supabaseUrl: { attribute: 'supabase-url' },
    supabaseKey: { attribute: 'supabase-key' },
    theme: { reflect: true, useDefault: true },
    lang: {},
    noSound: { type: Boolean, attribute: 'no-sound' },
    hash: { type: Boolean },
    client: { attribute: false },
  };

  /** The project's URL, `https://….supabase.co`. */
  supabaseUrl = '';
  /** The publishable (or legacy anon) key. Never a secret one. */
  supabaseKey = '';
  /** Light, dark, or as the reader's system has it. */
  theme: 'auto' | 'light' | 'dark' = 'auto';
  /** Language of dates and numbers; else the nearest `lang` of the page. */
  override lang = '';
  /** Keeps quiet when a message comes in. */
  noSound = false;
  /**
   * Keeps the list and the conversation on screen in the page's address after `#`, for reloads, and the browser's Back.
   * A copied link to a conversation leads there without it, too.
   */
  hash = false;
  /** The page's own Supabase client, whose sign-in is then used. */
  client: object | null = null;

  private options: DashboardConnectOptions | null = null;
  private language: Language = languageFor('en');

  private readonly workplace = new DriverController<Workplace, readonly [DashboardConnectOptions]>(
    this,
    () => [this.options],
    (options) => {
      const { connect } = SupportDashboard;
      if (!connect) throw new TypeError('Set SupportDashboard.connect before the element is used.');
      return new Workplace(connect(options));
    },
  );
  private readonly attention = new AttentionController(this, {
    isSilent: () => this.noSound,
    nameOf: ({ visitor }) => visitorName(visitor, dashboardEn),
    handedWords: dashboardEn.handedToYou,
    mentionWords: ({ by, session }) =>
      dashboardEn.mentionedBy(
        by?.name ?? dashboardEn.mentionedSomebody,
        visitorName(session.visitor, dashboardEn),
      ),
  });
  private readonly entrance = new SignInScreen(this, () => dashboardEn);
  private readonly screen = new DeskScreen(this, {
    strings: () => dashboardEn,
    shared: () => this.language.strings,
    lang: () => this.language.locale,
    desk: () => this.workplace.driver?.state.desk ?? null,
    hash: () => this.hash,
    onSignOut: () => (this.hostSignsIn() ? null : () => this.handleSignOut()),
    onManage: (page, desk) => this.manage.show(page, desk),
    isCovered: () => this.manage.isOpen,
  });
  private readonly manage = new ManageScreen(this, {
    strings: () => dashboardEn,
    lang: () => this.language.locale,
    desk: () => this.workplace.driver?.state.desk ?? null,
    connection: () => this.workplace.driver?.connection ?? null,
    signOutEverywhere: () => {
      const { driver } = this.workplace;
      return driver?.connection.auth.account ? () => driver.signOutEverywhere() : null;
    },
  });

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('supabaseUrl') || changed.has('supabaseKey') || changed.has('client')) {
      const { supabaseUrl: url, supabaseKey: key, client } = this;
      this.options = client || (url && key) ? { url, key, client } : null;
    }
    const lang = this.lang || this.closest('[lang]')?.getAttribute('lang') || document.documentElement.lang;
    this.language = languageFor(lang || navigator.language);
  }

  override updated(): void {
    const desk = this.workplace.driver?.state.desk ?? null;
    this.attention.follow(desk);
    if (desk?.state.phase === 'ready') this.entrance.dropInvite();
  }

  override render(): TemplateResult {
    const { driver, error } = this.workplace;
    if (error) return this.renderProblem(toChatError(error), null);
    if (!driver) {
      return this.options
        ? this.renderLoading()
        : this.renderProblem(new ChatError('not-configured', this.missingAttributes()), null);
    }
    const { auth, email, desk } = driver.state;
    if (auth === 'unknown') return this.renderLoading();
    if (auth === 'signed-out' || !desk) return this.entrance.render(driver);
    if (driver.connection.auth.account?.recovering) return this.entrance.renderNewPassword(driver);
    const { phase, error: failure } = desk.state;
    if (failure?.code === 'forbidden' && this.entrance.isInvited)
      return this.entrance.renderJoin(driver, desk);
    // While it tries again, what went wrong stays readable.
    if (failure && phase !== 'ready') return this.renderProblem(failure, email);
    if (phase !== 'ready') return this.renderLoading();
    return this.manage.isOpen ? this.manage.render(desk) : this.screen.render(desk);
  }

  private renderProblem(error: ChatError, email: string | null): TemplateResult {
    const desk = this.workplace.driver?.state.desk;
    return html`<div class="frame">
      ${problemPage({
        strings: dashboardEn,
        error,
        email,
        onRetry: desk ? () => void desk.reload() : undefined,
        onSignOut: desk && !this.hostSignsIn() ? () => this.handleSignOut() : undefined,
      })}
    </div>`;
  }

  private renderLoading(): TemplateResult {
    return html`<div class="frame desk desk--loading">
      <div class="inbox">${listSkeleton(dashboardEn.loading)}</div>
      <div class="thread">${nothing}</div>
    </div>`;
  }

  /** A client that makes its access tokens elsewhere cannot sign anybody out. */
  private hostSignsIn(): boolean {
    const { client } = this;
    return client !== null && 'accessToken' in client && typeof client.accessToken === 'function';
  }

  private missingAttributes(): string {
    const missing = [this.supabaseUrl ? '' : 'supabase-url', this.supabaseKey ? '' : 'supabase-key'].filter(
      Boolean,
    );
    return dashboardEn.missingAttributes(missing);
  }

  private handleSignOut(): void {
    this.entrance.show(null);
    this.workplace.driver?.signOut().catch((reason: unknown) => this.entrance.show(toChatError(reason)));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'support-dashboard': SupportDashboard;
  }
}
