// The text box of agents: what both sides have, and answers, colleagues and emoji to put in, and more ways to send.
import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { AfterSend } from '../core/after-send.ts';
import type { CannedResponse } from '../core/model.ts';
import { type DashboardMessages, dashboardEn } from '../i18n/dashboard-en.ts';
import avatarStyles from '../ui/avatar.styles.ts';
import { emit } from '../ui/events.ts';
import { MessageComposer, type SendDetail } from '../ui/message-composer.ts';
import { type Filled, fillVariables, firstVariable, plainText, type Variables } from './canned-variables.ts';
import controlStyles from './controls.styles.ts';
import styles from './desk-composer.styles.ts';
import { answersIcon, atIcon, chevronUpIcon, smileIcon } from './desk-icons.ts';
import { emojiPicker } from './emoji-picker.ts';
import { menu } from './menu.ts';
import { sendMenu } from './send-menu.ts';
import { optionId, suggestionList } from './suggestion-list.ts';
import {
  type Mentionable,
  type Suggestion,
  type SuggestionSources,
  type Suggestions,
  suggestionsAt,
} from './suggestions.ts';

/** Which key sends; the other one starts a new line. */
export type SendKey = 'enter' | 'mod-enter';

/** What `answer` carries: the text with its variables filled in, and what is to follow it. */
export interface AnswerDetail {
  readonly text: string;
  readonly after: AfterSend | null;
  accept(): void;
}

/**
 * @tagname support-desk-composer
 * @summary The agents' text box: saved answers with variables, mentions, emoji, and what follows a message.
 *
 * @fires answer - The writer wants it sent; call `accept` once it is taken.
 * @fires canned-wanted - Saved answers are about to be offered.
 * @fires send-key - The writer wants another key to send, `key`.
 */
export class DeskComposer extends MessageComposer {
  static override styles = [...MessageComposer.styles, avatarStyles, controlStyles, styles];
  static override properties: PropertyDeclarations = {
    canned: { attribute: false },
    people: { attribute: false },
    variables: { attribute: false },
    tone: { reflect: true },
    sendKey: { attribute: false },
    canFollow: { type: Boolean, attribute: 'follows', reflect: true },
    words: { attribute: false },
    lang: {},
    suggested: { state: true },
    active: { state: true },
    open: { state: true },
    emojiQuery: { state: true },
    held: { state: true },
  };
  // Tools stand before the text box: where somebody clicks beside them, none of them is meant.
  static override shadowRootOptions: ShadowRootInit = {
    ...MessageComposer.shadowRootOptions,
    delegatesFocus: false,
  };

  /** Saved answers; null while they are not loaded. */
  canned: readonly CannedResponse[] | null = null;
  /** Colleagues whom a note may call. */
  people: readonly Mentionable[] = [];
  variables: Variables = new Map();
  /** What is written here. */
  tone: 'reply' | 'note' = 'reply';
  sendKey: SendKey = 'enter';
  /** Whether the conversation can be closed or put off after the message. */
  canFollow = false;
  words: DashboardMessages = dashboardEn;
  /** Locale of times. */
  override lang = '';

  private suggested: Suggestions | null = null;
  private active = 0;
  private open: 'emoji' | 'menu' | null = null;
  private emojiQuery = '';
  /** What was not sent, because something is missing in it; as it was written. */
  private held: AnswerDetail | null = null;

  /** Where a list was sent away, so that the next letter does not bring it back. */
  #dismissedAt: number | null = null;
  #after: AfterSend | null = null;

  constructor() {
    super();
    this.addEventListener('send', (event) => {
      event.stopImmediatePropagation();
      this.#answer((event as CustomEvent<SendDetail>).detail);
    });
    this.addEventListener('draft', () => {
      this.held = null;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.#handlePointer);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.#handlePointer);
  }

  override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    // Before the text box itself hears it.
    root.addEventListener('keydown', (event) => this.#handleKeyFirst(event as KeyboardEvent), true);
    for (const type of ['input', 'keyup', 'click', 'focusout'])
      root.addEventListener(type, this.#handleCaret);
    return root;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    // Answers that were asked for have come, or the text was replaced.
    if (changed.has('canned') || changed.has('people')) this.#suggest();
    if (changed.has('value') && this.value === '') this.suggested = null;
  }

  override updated(changed: PropertyValues<this>): void {
    if (!this.isConnected) return;
    super.updated(changed);
    const field = this.#field;
    if (!field) return;
    const { suggested } = this;
    setAttribute(field, 'aria-autocomplete', 'list');
    setAttribute(field, 'aria-controls', suggested ? 'suggestions' : null);
    setAttribute(field, 'aria-activedescendant', suggested?.items.length ? optionId(this.active) : null);
    this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: 'nearest' });
  }

  /** Puts a saved answer where the caret is, with what is known filled in. */
  insertAnswer(content: string): void {
    const field = this.#field;
    if (!field) return;
    const from = field.selectionStart;
    const { text } = fillVariables(content, this.variables);
    this.insert(text);
    const missing = firstVariable(text);
    this.focus();
    // What is still to be filled in is the next thing to type.
    if (missing) field.setSelectionRange(from + missing.start, from + missing.end);
  }

  override render(): TemplateResult {
    return html`${this.#renderPopup()} ${this.#renderHeld()}
      <div class="tools">${this.#renderTools()}</div>
      ${super.render()}
      ${this.canFollow ? html`<div class="more" @keydown=${keepKey}>${this.#renderMore()}</div>` : nothing}
      <div class="visually-hidden" role="status">${this.#announcement()}</div>`;
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot?.querySelector<HTMLTextAreaElement>('textarea') ?? null;
  }

  get #sources(): SuggestionSources {
    return { canned: this.canned, people: this.tone === 'note' ? this.people : null };
  }

  #renderTools(): TemplateResult {
    const { words } = this;
    const tool = (name: string, icon: TemplateResult, run: () => void, open?: boolean) => html`<button
      type="button"
      class="tool"
      aria-label=${name}
      title=${name}
      aria-expanded=${open === undefined ? nothing : open ? 'true' : 'false'}
      aria-haspopup=${open === undefined ? nothing : 'dialog'}
      ?disabled=${this.disabled}
      @click=${run}
    >
      ${icon}
    </button>`;
    return html`${tool(words.emojiOpen, smileIcon, () => this.#toggleEmoji(), this.open === 'emoji')}
    ${tool(words.cannedOpen, answersIcon, () => this.#begin('/'))}
    ${this.tone === 'note' ? tool(words.mentionOpen, atIcon, () => this.#begin('@')) : nothing}`;
  }

  #renderMore(): TemplateResult {
    const choose = (after: AfterSend) => this.#sendWith(after);
    return menu({
      ...sendMenu({
        words: this.words,
        lang: this.lang,
        now: Date.now(),
        canSend: this.#sendButton?.disabled === false,
        sendKey: this.sendKey,
        onSend: choose,
        onSendKey: (key) => emit(this, 'send-key', { key }),
      }),
      buttonClass: `chevron ${this.value.trim() === '' ? 'chevron--idle' : ''}`,
      content: html`${chevronUpIcon}<span class="visually-hidden">${this.words.sendMore}</span>`,
      open: this.open === 'menu',
      edge: 'end',
      onToggle: (open) => {
        this.suggested = null;
        this.open = open ? 'menu' : null;
      },
    });
  }

  #renderPopup(): TemplateResult | typeof nothing {
    const { suggested, words } = this;
    if (this.open === 'emoji') {
      return emojiPicker({
        words,
        query: this.emojiQuery,
        active: this.active,
        onQuery: (query) => {
          this.emojiQuery = query;
          this.active = 0;
        },
        onActive: (active) => {
          this.active = active;
        },
        onChoose: (character) => {
          this.open = null;
          this.insert(character);
          this.focus();
        },
        onClose: () => {
          this.open = null;
          this.focus();
        },
      });
    }
    if (!suggested) return nothing;
    return suggestionList({
      words,
      suggested,
      active: this.active,
      loading: suggested.type === 'canned' && this.canned === null,
      variables: this.variables,
      onActive: (active) => {
        this.active = active;
      },
      onChoose: (item) => this.#choose(item),
    });
  }

  #renderHeld(): TemplateResult | typeof nothing {
    const { held, words } = this;
    const missing = held && missingWords(fillVariables(held.text, this.variables), words, this.lang);
    // What was missing may have come meanwhile.
    if (!held || !missing) return nothing;
    return html`<div class="held" role="alert">
      <p class="held__text">${missing}</p>
      <button type="button" class="button" @click=${() => this.#sendHeld(held)}>${words.sendAnyway}</button>
    </div>`;
  }

  #announcement(): string {
    const { suggested, words } = this;
    return suggested ? words.suggestionsFound(suggested.items.length) : '';
  }

  get #sendButton(): HTMLButtonElement | null {
    return this.renderRoot?.querySelector<HTMLButtonElement>('.send') ?? null;
  }

  #sendWith(after: AfterSend): void {
    this.#after = after;
    this.#sendButton?.click();
    this.#after = null;
    this.focus();
  }

  #answer({ text, accept }: SendDetail): void {
    const { empty, unknown } = fillVariables(text, this.variables);
    const detail = { text, after: this.#after, accept };
    if (this.tone === 'reply' && empty.length + unknown.length > 0) this.held = detail;
    else this.#send(detail);
  }

  #sendHeld(held: AnswerDetail): void {
    this.held = null;
    this.#send(held);
    this.focus();
  }

  #send(detail: AnswerDetail): void {
    const text = plainText(fillVariables(detail.text, this.variables).text);
    emit<AnswerDetail>(this, 'answer', { ...detail, text });
  }

  /** Types what a list begins with, so that buttons and keys lead to the same. */
  #begin(sign: '/' | '@'): void {
    const field = this.#field;
    if (!field) return;
    this.focus();
    const before = field.value.slice(0, field.selectionStart);
    this.#dismissedAt = null;
    this.insert(before === '' || /\s$/.test(before) ? sign : ` ${sign}`);
    this.#suggest();
  }

  #toggleEmoji(): void {
    this.suggested = null;
    this.emojiQuery = '';
    this.active = 0;
    this.open = this.open === 'emoji' ? null : 'emoji';
  }

  #suggest(): void {
    const field = this.#field;
    if (!field || this.renderRoot === this || !isFocused(field)) return;
    const { selectionStart, selectionEnd } = field;
    const found =
      selectionStart === selectionEnd ? suggestionsAt(field.value, selectionStart, this.#sources) : null;
    if (found?.start !== this.#dismissedAt) this.#dismissedAt = null;
    const before = this.suggested;
    this.suggested = found && this.#dismissedAt === null ? found : null;
    if (before?.query !== this.suggested?.query || before?.type !== this.suggested?.type) this.active = 0;
    this.active = Math.min(this.active, Math.max(0, (this.suggested?.items.length ?? 0) - 1));
    if (this.suggested?.type === 'canned' && before?.type !== 'canned') emit(this, 'canned-wanted', {});
  }

  #choose(item: Suggestion): void {
    const field = this.#field;
    const { suggested } = this;
    if (!field || !suggested) return;
    this.suggested = null;
    this.focus();
    field.setSelectionRange(suggested.start, field.selectionStart);
    if (item.type === 'canned') this.insertAnswer(item.response.content);
    else this.insert(item.type === 'mention' ? `@${item.person.name} ` : item.emoji.character);
  }

  #handleKeyFirst(event: KeyboardEvent): void {
    if (event.target !== this.#field || event.isComposing || event.keyCode === 229) return;
    if (this.suggested && this.#handleListKey(event, this.suggested)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    // The text box would send; the browser starts a new line.
    const plain = event.key === 'Enter' && !event.ctrlKey && !event.metaKey;
    if (plain && this.sendKey === 'mod-enter') event.stopPropagation();
  }

  /** Returns whether the list took the key. */
  #handleListKey({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent, list: Suggestions): boolean {
    if (ctrlKey || metaKey || altKey || shiftKey) return false;
    if (key === 'Escape') {
      this.#dismissedAt = list.start;
      this.suggested = null;
      return true;
    }
    const count = list.items.length;
    if (count === 0) return false;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      this.active = (this.active + (key === 'ArrowDown' ? 1 : count - 1)) % count;
      return true;
    }
    const item = list.items[this.active];
    if ((key !== 'Enter' && key !== 'Tab') || !item) return false;
    this.#choose(item);
    return true;
  }

  readonly #handleCaret = (event: Event): void => {
    if (event.type === 'focusout') {
      const to = (event as FocusEvent).relatedTarget;
      // A list without the text box under it belongs to nobody.
      if (event.target === this.#field && !(to instanceof Node && this.renderRoot.contains(to)))
        this.suggested = null;
    } else if (event.target === this.#field) {
      if (this.open === 'emoji') this.open = null;
      this.#suggest();
    }
  };

  readonly #handlePointer = (event: Event): void => {
    if (this.open === null) return;
    const inside = event
      .composedPath()
      .some((node) => node instanceof Element && node.matches('.popup, .menu, .tool'));
    if (!inside) this.open = null;
  };
}

/** A letter on one of our buttons is no command of the desk. */
function keepKey(event: KeyboardEvent): void {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) event.stopPropagation();
}

function isFocused(field: HTMLElement): boolean {
  return (field.getRootNode() as ShadowRoot).activeElement === field;
}

function setAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function missingWords({ empty, unknown }: Filled, words: DashboardMessages, lang: string): string {
  const list = (names: readonly string[]) =>
    new Intl.ListFormat(lang || 'en').format(names.map((name) => `{{${name}}}`));
  const parts = [
    empty.length > 0 ? words.variablesEmpty(list(empty), empty.length) : '',
    unknown.length > 0 ? words.variablesUnknown(list(unknown), unknown.length) : '',
  ];
  return parts.filter(Boolean).join(' ');
}

declare global {
  interface HTMLElementTagNameMap {
    'support-desk-composer': DeskComposer;
  }
}
