// The command palette: one field that finds everything, and short lists to choose from in the same place.
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { ref } from 'lit/directives/ref.js';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { keyed } from '../ui/keyed.ts';
import { commandMark } from './desk-commands.ts';
import { hasWords } from './search.ts';

/** `all`: every command and thing; the others are one question each. */
export type PalettePage = 'all' | 'assign' | 'snooze' | 'snooze-at' | 'priority' | 'tag' | 'block';

export interface PaletteEntry {
  readonly id: string;
  readonly group?: keyof DashboardMessages['paletteGroups'];
  readonly label: string;
  /** Also searched, and shown behind the label. */
  readonly hint?: string;
  /** The keys that do the same. */
  readonly keys?: readonly string[];
  readonly mark?: TemplateResult;
  readonly checked?: boolean;
  /** Found whatever is typed: it was found by somebody else, or made of what is typed. */
  readonly always?: boolean;
  /** A question of its own instead of an end. */
  readonly page?: PalettePage;
  run?(): void;
}

export interface PaletteOptions {
  readonly strings: () => DashboardMessages;
  readonly entries: (page: PalettePage, query: string, targets: readonly string[]) => readonly PaletteEntry[];
  /** What the field is called on a page. */
  readonly label: (page: PalettePage) => string;
  /** What it is about, said above the field; empty: nothing in particular. */
  readonly about: (targets: readonly string[]) => string;
  /** Whether more may still come. */
  readonly searching: () => boolean;
  readonly onQuery: (page: PalettePage, query: string) => void;
  readonly onClose: () => void;
  readonly snoozeAt: (targets: readonly string[], onChosen: () => void) => TemplateResult;
}

export class Palette {
  readonly #host: ReactiveControllerHost;
  readonly #options: PaletteOptions;
  #page: PalettePage | null = null;
  /** Where Escape goes back to. */
  #from: PalettePage | null = null;
  #query = '';
  #active = 0;
  #targets: readonly string[] = [];
  #dialog: HTMLDialogElement | null = null;

  constructor(host: ReactiveControllerHost, options: PaletteOptions) {
    this.#host = host;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#page !== null;
  }

  /** Conversations the palette is about while it is open. */
  get targets(): readonly string[] {
    return this.#targets;
  }

  open(page: PalettePage, targets: readonly string[]): void {
    this.#targets = targets;
    this.#from = null;
    this.#turn(page);
  }

  /** Lets the browser give the focus back to where it was. */
  close(): void {
    // Where the focus was nowhere before, the browser would leave it in what is about to go.
    this.#dialog?.querySelector('input')?.blur();
    this.#dialog?.close();
    this.#page = null;
    this.#dialog = null;
    this.#options.onClose();
    this.#host.requestUpdate();
  }

  render(): TemplateResult | typeof nothing {
    const page = this.#page;
    if (page === null) return nothing;
    const strings = this.#options.strings();
    const about = this.#options.about(this.#targets);
    return html`<dialog
      class="palette"
      aria-label=${strings.palette}
      ${ref((element) => this.#show(element))}
      @cancel=${(event: Event) => this.#cancel(event)}
      @close=${(event: Event) => event.target === this.#dialog && this.close()}
      @click=${(event: Event) => event.target === this.#dialog && this.close()}
    >
      <div class="palette__box">
        ${about ? html`<p class="palette__about" dir="auto">${about}</p>` : nothing}
        ${page === 'snooze-at' ? this.#options.snoozeAt(this.#targets, () => this.close()) : this.#renderList(page)}
      </div>
    </dialog>`;
  }

  #renderList(page: PalettePage): TemplateResult {
    const strings = this.#options.strings();
    const entries = this.#found(page);
    this.#active = Math.max(0, Math.min(this.#active, entries.length - 1));
    const searching = this.#options.searching();
    return html`<input
        class="palette__input"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-autocomplete="list"
        aria-activedescendant=${entries.length > 0 ? `palette-${this.#active}` : nothing}
        aria-label=${this.#options.label(page)}
        placeholder=${this.#options.label(page)}
        autocomplete="off"
        spellcheck="false"
        dir="auto"
        .value=${live(this.#query)}
        @input=${(event: Event) => this.#ask((event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => this.#handleKey(event, entries)}
      />
      <div class="palette__list" id="palette-list" role="listbox" aria-label=${strings.paletteResults}>
        ${keyed(
          entries,
          ({ id }) => id,
          (entry, index) => this.#renderEntry(entry, index, entries[index - 1]),
        )}
      </div>
      <p class="palette__status" role="status">
        ${entries.length > 0 ? nothing : searching ? strings.paletteSearching : strings.paletteNone}
      </p>`;
  }

  #renderEntry(entry: PaletteEntry, index: number, before: PaletteEntry | undefined): TemplateResult {
    const strings = this.#options.strings();
    const active = index === this.#active;
    const heading = entry.group && entry.group !== before?.group ? strings.paletteGroups[entry.group] : null;
    return html`${heading === null ? nothing : html`<div class="palette__group" role="presentation">${heading}</div>`}
      <div
        class="palette__entry ${active ? 'palette__entry--active' : ''}"
        id="palette-${index}"
        role="option"
        aria-selected=${active ? 'true' : 'false'}
        @click=${() => this.#choose(entry)}
        @pointermove=${() => this.#activate(index)}
      >
        <span class="palette__mark">${entry.mark ?? commandMark(entry.id) ?? nothing}</span>
        <span class="palette__label" dir="auto">${entry.label}</span>
        ${entry.hint ? html`<span class="palette__hint" dir="auto">${entry.hint}</span>` : nothing}
        ${entry.checked ? html`<span class="palette__check" aria-hidden="true"></span>` : nothing}
        ${entry.keys ? html`<span class="palette__keys">${entry.keys.map((key) => html`<kbd>${key}</kbd>`)}</span>` : nothing}
      </div>`;
  }

  #found(page: PalettePage): readonly PaletteEntry[] {
    const query = this.#query.trim();
    const entries = this.#options.entries(page, query, this.#targets);
    if (query === '') return entries;
    return entries.filter(({ label, hint, always }) => always || hasWords(`${label}\n${hint ?? ''}`, query));
  }

  #turn(page: PalettePage): void {
    this.#page = page;
    this.#query = '';
    this.#active = 0;
    this.#options.onQuery(page, '');
    this.#host.requestUpdate();
    void this.#host.updateComplete.then(() => {
      const dialog = this.#dialog;
      dialog?.querySelector<HTMLElement>('input')?.focus();
    });
  }

  #ask(query: string): void {
    this.#query = query;
    this.#active = 0;
    if (this.#page) this.#options.onQuery(this.#page, query.trim());
    this.#host.requestUpdate();
  }

  #activate(index: number): void {
    if (index === this.#active) return;
    this.#active = index;
    this.#host.requestUpdate();
  }

  #choose(entry: PaletteEntry | undefined): void {
    if (!entry) return;
    if (entry.page) {
      this.#from = this.#page;
      this.#turn(entry.page);
      return;
    }
    this.close();
    entry.run?.();
  }

  #handleKey(event: KeyboardEvent, entries: readonly PaletteEntry[]): void {
    if (event.isComposing) return;
    const last = entries.length - 1;
    const to = {
      ArrowDown: this.#active >= last ? 0 : this.#active + 1,
      ArrowUp: this.#active <= 0 ? last : this.#active - 1,
      PageDown: Math.min(last, this.#active + 8),
      PageUp: Math.max(0, this.#active - 8),
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#activate(to);
      void this.#host.updateComplete.then(() =>
        this.#dialog?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
      );
    } else if (event.key === 'Enter') {
      event.preventDefault();
      // Held down for what led here, it must not answer what is asked here.
      if (!event.repeat) this.#choose(entries[this.#active]);
    } else if (event.key === 'Backspace' && this.#query === '') {
      this.#back();
    }
  }

  /** Escape: from a question back to where it was asked, else away. */
  #cancel(event: Event): void {
    event.preventDefault();
    if (!this.#back()) this.close();
  }

  #back(): boolean {
    const from = this.#from;
    if (from === null) return false;
    this.#from = null;
    this.#turn(from);
    return true;
  }

  #show(element: Element | undefined): void {
    if (!(element instanceof HTMLDialogElement) || element === this.#dialog) return;
    this.#dialog = element;
    // The element is not in the document yet when Lit hands it over.
    queueMicrotask(() => {
      if (element.isConnected && !element.open) element.showModal();
    });
  }
}
