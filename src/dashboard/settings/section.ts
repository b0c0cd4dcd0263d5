// What a page of the settings is, and what each of them is given.
import { html, type TemplateResult } from 'lit';
import type { AdminApi } from '../../core/admin-api.ts';
import { type ChatError, toChatError } from '../../core/errors.ts';
import type { DashboardMessages } from '../../i18n/dashboard-en.ts';

export interface Question {
  readonly heading: string;
  readonly text: string;
  /** On the button that goes ahead. */
  readonly action: string;
}

export interface SectionContext {
  readonly api: AdminApi;
  readonly strings: DashboardMessages;
  readonly lang: string;
  /** Whoever is signed in. */
  readonly me: { readonly id: string; readonly name: string; readonly role: 'agent' | 'admin' };
  readonly projectUrl: string;
  /** Null where the page signs agents in and out by itself. */
  readonly signOutEverywhere: (() => Promise<void>) | null;
  /** Something is to be shown anew. */
  changed(): void;
  /** Asks before something that cannot be taken back. */
  confirm(question: Question): Promise<boolean>;
  /** Says what has happened, to the eye and to screen readers. */
  announce(text: string): void;
  /** Moves the focus there, once it is on screen. */
  focus(selector: string): void;
}

export interface Section {
  /** Whether leaving would lose something. */
  readonly dirty: boolean;
  render(): TemplateResult;
}

/** Fetches what a page shows, says that it does, and offers to try again. */
export class Loader<T> {
  value: T | null = null;
  #error: ChatError | null = null;
  readonly #context: SectionContext;
  readonly #fetch: () => Promise<T>;
  #turn = 0;

  constructor(context: SectionContext, fetch: () => Promise<T>) {
    this.#context = context;
    this.#fetch = fetch;
    void this.load();
  }

  async load(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#error = null;
    this.#context.changed();
    try {
      const value = await this.#fetch();
      if (turn === this.#turn) this.value = value;
    } catch (reason) {
      if (turn === this.#turn) this.#error = toChatError(reason);
    }
    this.#context.changed();
  }

  set(value: T): void {
    this.value = value;
    this.#context.changed();
  }

  render(shown: (value: T) => TemplateResult): TemplateResult {
    if (this.value !== null) return shown(this.value);
    const { strings } = this.#context;
    if (!this.#error) {
      return html`<div class="panel panel--loading" role="status">
        <span class="visually-hidden">${strings.settings.loading}</span>
        ${[0, 1, 2].map(() => html`<span class="skeleton__line"></span>`)}
      </div>`;
    }
    return html`<div class="panel panel--failed" role="alert">
      <p>${failureWords(this.#error, strings)}</p>
      <button type="button" class="button" @click=${() => void this.load()}>${strings.retry}</button>
    </div>`;
  }
}

/** Why something asked for did not happen, where no field is to blame. */
export function failureWords(error: ChatError, { settings }: DashboardMessages): string {
  switch (error.code) {
    case 'offline':
      return settings.failedOffline;
    case 'unavailable':
    case 'rate-limited':
      return settings.failedUnavailable;
    case 'forbidden':
      return settings.failedForbidden;
    case 'unauthorized':
      return settings.failedSignedOut;
    case 'not-found':
      return settings.failedGone;
    case 'not-installed':
      return settings.failedOldDatabase;
    default:
      return settings.failedUnknown;
  }
}

export function detailOf(error: ChatError, key: 'field' | 'reason'): string {
  const { details } = error;
  const value =
    typeof details === 'object' && details !== null ? (details as Record<string, unknown>)[key] : null;
  return typeof value === 'string' ? value : '';
}
