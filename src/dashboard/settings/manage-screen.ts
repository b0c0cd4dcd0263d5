// What lies behind the account menu, in the inbox's place: settings page by page, and reports.
import { html, nothing, type ReactiveController, type ReactiveElement, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { ref } from 'lit/directives/ref.js';
import type { AdminApi } from '../../core/admin-api.ts';
import type { AgentDesk } from '../../core/agent-desk.ts';
import type { Agent } from '../../core/model.ts';
import type { DashboardMessages } from '../../i18n/dashboard-en.ts';
import { backIcon } from '../desk-icons.ts';
import { reportsPage } from '../reports/reports-page.ts';
import { agentsSettings } from './agents-settings.ts';
import { auditSettings } from './audit-settings.ts';
import { cannedSettings } from './canned-settings.ts';
import { domainsSettings } from './domains-settings.ts';
import { identitySettings } from './identity-settings.ts';
import { limitsSettings } from './limits-settings.ts';
import { officeHoursSettings } from './office-hours-settings.ts';
import { preChatSettings } from './pre-chat-settings.ts';
import { profileSettings } from './profile-settings.ts';
import type { Question, Section, SectionContext } from './section.ts';
import { teamSettings } from './team-settings.ts';
import { waitingSettings } from './waiting-settings.ts';

const PAGES = {
  profile: profileSettings,
  canned: cannedSettings,
  team: teamSettings,
  agents: agentsSettings,
  preChat: preChatSettings,
  hours: officeHoursSettings,
  waiting: waitingSettings,
  limits: limitsSettings,
  identity: identitySettings,
  domains: domainsSettings,
  audit: auditSettings,
} as const satisfies Record<string, (context: SectionContext) => Section>;

type PageName = keyof typeof PAGES;

/** What an agent may manage who is no admin. */
const FOR_ALL: readonly PageName[] = ['profile', 'canned'];

export interface ManageScreenOptions {
  readonly strings: () => DashboardMessages;
  readonly lang: () => string;
  /** Null while nobody is signed in. */
  readonly desk: () => AgentDesk | null;
  readonly connection: () => { readonly admin: AdminApi; readonly projectUrl: string } | null;
  /** Null where the page signs agents in and out by itself. */
  readonly signOutEverywhere: () => (() => Promise<void>) | null;
}

export class ManageScreen implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #options: ManageScreenOptions;
  #open: 'settings' | 'reports' | null = null;
  /** Null: the list of pages where there is room for one pane only, else the first of them. */
  #page: PageName | null = null;
  /** Made when it is first looked at, and kept until it is left. */
  #section: { readonly name: PageName | 'reports'; readonly section: Section } | null = null;
  /** Whose settings these are, and the conversation they were looking at before. */
  #desk: AgentDesk | null = null;
  #me: string | undefined;
  #before: string | null = null;
  #question: { readonly question: Question; readonly answer: (yes: boolean) => void } | null = null;
  #said = '';
  #saidTimer: ReturnType<typeof setTimeout> | undefined;
  #focusAfterUpdate: string | null = null;

  constructor(host: ReactiveElement, options: ManageScreenOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('beforeunload', this.#handleUnload);
    // A dialog that comes back to the page is open and no longer modal.
    this.#question?.answer(false);
  }

  hostDisconnected(): void {
    window.removeEventListener('beforeunload', this.#handleUnload);
    clearTimeout(this.#saidTimer);
  }

  hostUpdate(): void {
    if (this.#open === null) return;
    const desk = this.#options.desk();
    const me = desk?.state.me;
    if (desk !== this.#desk || (me && me.id !== this.#me)) {
      this.#drop();
      this.#open = null;
      this.#said = '';
    } else if (me && this.#page && !this.#names(me).includes(this.#page)) {
      this.#drop();
      this.#page = 'profile';
      this.#focus('.manage__heading');
    }
  }

  hostUpdated(): void {
    const selector = this.#focusAfterUpdate;
    if (selector === null) return;
    const found = this.#host.renderRoot.querySelector<HTMLElement>(selector);
    if (!found) return;
    this.#focusAfterUpdate = null;
    found.focus();
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  show(open: 'settings' | 'reports', desk: AgentDesk): void {
    this.#drop();
    this.#open = open;
    this.#page = null;
    this.#desk = desk;
    this.#me = desk.state.me?.id;
    this.#before = desk.state.current?.id ?? null;
    // What is not on screen must not count as being looked at.
    if (this.#before !== null) void desk.select(null);
    this.#focus('.manage__back');
    this.#host.requestUpdate();
  }

  render(desk: AgentDesk): TemplateResult {
    const { me } = desk.state;
    const strings = this.#options.strings();
    const words = strings.settings;
    const reports = this.#open === 'reports';
    const names = this.#names(me);
    const shown = this.#page ?? names[0] ?? 'profile';
    const name = reports ? 'reports' : shown;
    const section = this.#sectionOf(name, me);
    return html`<div class="frame manage ${reports || this.#page !== null ? 'manage--page' : 'manage--list'}">
      <header class="manage__header">
        <button
          type="button"
          class="icon-button manage__back"
          aria-label=${words.back}
          @click=${() => void this.#leave(desk)}
        >
          ${backIcon}
        </button>
        <h1 class="manage__title">${reports ? strings.reports.title : words.title}</h1>
      </header>
      <div class="manage__body">
        ${reports ? nothing : this.#navigation(names, shown, strings)}
        <main class="manage__main ${reports ? 'manage__main--wide' : ''}">
          ${keyed(
            name,
            html`${
              reports
                ? nothing
                : html`<button
                        type="button"
                        class="button button--quiet manage__up"
                        @click=${() => void this.#go(null)}
                      >
                        ${words.allPages}
                      </button>
                      <h2 class="manage__heading" tabindex="-1">${words.pages[shown]}</h2>
                      <p class="manage__intro">${words.intros[shown]}</p>`
            }
              ${section?.render() ?? nothing}`,
          )}
        </main>
      </div>
      <div class="toasts manage__toasts" role="status">
        ${this.#said ? html`<div class="toast"><p class="toast__text">${this.#said}</p></div>` : nothing}
      </div>
      ${this.#question ? this.#dialog(this.#question, strings) : nothing}
    </div>`;
  }

  /** Without asking: what was begun is not for whoever is here now. */
  #drop(): void {
    this.#question?.answer(false);
    this.#section = null;
  }

  #names(me: Agent | null): readonly PageName[] {
    return me?.role === 'admin' ? (Object.keys(PAGES) as PageName[]) : FOR_ALL;
  }

  #sectionOf(name: PageName | 'reports', me: Agent | null): Section | null {
    if (this.#section?.name === name) return this.#section.section;
    const connection = this.#options.connection();
    if (!me || !connection) return null;
    const host = this.#host;
    const context: SectionContext = {
      api: connection.admin,
      projectUrl: connection.projectUrl,
      signOutEverywhere: this.#options.signOutEverywhere(),
      strings: this.#options.strings(),
      lang: this.#options.lang(),
      me,
      // What is asked for while a page is being made is shown by the render that makes it.
      changed: () => queueMicrotask(() => host.requestUpdate()),
      confirm: (question) => this.#confirm(question),
      announce: (text) => this.#announce(text),
      focus: (selector) => this.#focus(selector),
    };
    const section = name === 'reports' ? reportsPage(context) : PAGES[name](context);
    this.#section = { name, section };
    return section;
  }

  #navigation(names: readonly PageName[], shown: PageName, strings: DashboardMessages): TemplateResult {
    const words = strings.settings;
    return html`<nav class="manage__nav" aria-label=${words.title}>
      <ul>
        ${names.map(
          (name) => html`<li>
            <button
              type="button"
              class="manage__link"
              aria-current=${name === shown ? 'page' : nothing}
              @click=${() => void this.#go(name)}
            >
              ${words.pages[name]}
            </button>
          </li>`,
        )}
      </ul>
    </nav>`;
  }

  #dialog(
    { question, answer }: { readonly question: Question; readonly answer: (yes: boolean) => void },
    strings: DashboardMessages,
  ): TemplateResult {
    return html`<dialog
      class="sheet confirm"
      aria-labelledby="confirm-heading"
      aria-describedby="confirm-text"
      ${ref(openModal)}
      @cancel=${() => answer(false)}
      @close=${() => answer(false)}
    >
      <div class="confirm__box">
        <h2 class="sheet__title" id="confirm-heading">${question.heading}</h2>
        <p class="confirm__text" id="confirm-text">${question.text}</p>
        <div class="confirm__actions">
          <button type="button" class="button" autofocus @click=${() => answer(false)}>
            ${strings.settings.cancel}
          </button>
          <button type="button" class="button button--danger" @click=${() => answer(true)}>
            ${question.action}
          </button>
        </div>
      </div>
    </dialog>`;
  }

  async #go(name: PageName | null): Promise<void> {
    if (!(await this.#mayLeave())) return;
    this.#page = name;
    this.#section = null;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    // On one pane the list goes away when a page comes, and the other way round, and the focus with them.
    const focused = this.#host.shadowRoot?.activeElement;
    if (focused && focused.getClientRects().length > 0) return;
    const target = name === null ? '.manage__link' : '.manage__heading';
    this.#host.renderRoot.querySelector<HTMLElement>(target)?.focus();
  }

  async #leave(desk: AgentDesk): Promise<void> {
    if (!(await this.#mayLeave())) return;
    this.#open = null;
    this.#section = null;
    if (this.#before !== null) void desk.select(this.#before);
    this.#focus('.account');
    this.#host.requestUpdate();
  }

  async #mayLeave(): Promise<boolean> {
    return !this.#section?.section.dirty || this.#confirm(this.#options.strings().settings.leave);
  }

  #confirm(question: Question): Promise<boolean> {
    this.#question?.answer(false);
    const back = this.#host.shadowRoot?.activeElement as HTMLElement | null | undefined;
    return new Promise((resolve) => {
      this.#question = {
        question,
        answer: (yes) => {
          if (this.#question === null) return;
          this.#question = null;
          this.#host.requestUpdate();
          void this.#host.updateComplete.then(() => {
            if (back?.isConnected) back.focus();
            resolve(yes);
          });
        },
      };
      this.#host.requestUpdate();
    });
  }

  #announce(text: string): void {
    clearTimeout(this.#saidTimer);
    this.#said = text;
    this.#saidTimer = setTimeout(() => {
      this.#said = '';
      this.#host.requestUpdate();
    }, 6_000);
    this.#host.requestUpdate();
  }

  #focus(selector: string): void {
    this.#focusAfterUpdate = selector;
    this.#host.requestUpdate();
  }

  readonly #handleUnload = (event: BeforeUnloadEvent): void => {
    if (this.#open !== null && this.#section?.section.dirty) event.preventDefault();
  };
}

function openModal(element: Element | undefined): void {
  if (!(element instanceof HTMLDialogElement) || element.open) return;
  // The element is not in the document yet when Lit hands it over.
  queueMicrotask(() => {
    if (element.isConnected && !element.open) element.showModal();
  });
}
