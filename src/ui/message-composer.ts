// Where one writes: keeps the text until somebody takes it.
import {
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { en } from '../i18n/en.ts';
import type { Messages } from '../i18n/messages.ts';
import baseStyles from './base.styles.ts';
import { emit } from './events.ts';
import { iconSend } from './icons.ts';
import styles from './message-composer.styles.ts';

/** What `send` carries. The text stays until `accept` is called, so a refusal loses nothing. */
export interface SendDetail {
  readonly text: string;
  accept(): void;
}

/**
 * @tagname support-message-composer
 * @summary A text box that grows, sends on Enter and counts near the limit.
 *
 * @fires draft - The text changed.
 * @fires send - The writer wants it sent; call `accept` once it is taken.
 * @fires typing - A key changed the text, and there is some.
 * @csspart composer - The box around text and button.
 * @csspart input - The text box.
 * @csspart send - The button.
 */
export class MessageComposer extends LitElement {
  static override styles = [baseStyles, styles];
  static override properties: PropertyDeclarations = {
    label: {},
    placeholder: {},
    sendLabel: { attribute: 'send-label' },
    sendText: { attribute: false },
    value: {},
    maxLength: { attribute: false },
    disabled: { type: Boolean },
    busy: { type: Boolean },
    strings: { attribute: false },
  };
  static override shadowRootOptions: ShadowRootInit = {
    ...LitElement.shadowRootOptions,
    delegatesFocus: true,
  };

  /** Accessible name of the text box. */
  label = '';
  placeholder = '';
  /** Accessible name of the button; shown on it with `sendText`. */
  sendLabel = '';
  /** Shows these words on the button instead of an icon. */
  sendText = '';
  /** The text so far. */
  value = '';
  /** Longest text in code points; 0 for no limit. */
  maxLength = 0;
  /** Nothing can be written. */
  disabled = false;
  /** Writing goes on, sending waits. */
  busy = false;
  strings: Messages = en;

  /** What had the focus before an update, which may disable it. */
  #focused: Element | null = null;

  override willUpdate(_changed: PropertyValues<this>): void {
    this.#focused = this.shadowRoot?.activeElement ?? null;
  }

  override updated(changed: PropertyValues<this>): void {
    const input = this.#input;
    // A disabled button loses the focus, some browsers do not say when, and the reader their place.
    if (this.#focused?.matches(':disabled') && !this.disabled) this.focus();
    if (!input || !changed.has('value')) return;
    // Written by the keyboard already, in which case setting it would move the caret.
    if (input.value !== this.value) input.value = this.value;
    this.#grow(input);
  }

  override focus(options?: FocusOptions): void {
    this.#input?.focus(options);
  }

  /** Puts `text` where the caret is. */
  insert(text: string): void {
    const input = this.#input;
    if (!input) return;
    input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
    this.#change(input.value);
  }

  override render(): TemplateResult {
    const over = this.#overBy();
    const counter = this.#counterText();
    return html`
      <div class="box" part="composer" @click=${this.#handleBoxClick}>
        <textarea
          part="input"
          rows="1"
          dir="auto"
          enterkeyhint="send"
          autocomplete="off"
          aria-label=${this.label || this.strings.message}
          aria-describedby=${counter ? 'counter' : nothing}
          aria-invalid=${over > 0 ? 'true' : nothing}
          placeholder=${this.placeholder}
          ?disabled=${this.disabled}
          @input=${this.#handleInput}
          @keydown=${this.#handleKey}
        ></textarea>
        <button
          class="send"
          part="send"
          type="button"
          aria-label=${this.sendLabel || this.strings.sendMessage}
          ?disabled=${!this.#canSend()}
          @pointerdown=${this.#keepFocus}
          @click=${this.#submit}
        >${this.sendText || iconSend(20)}</button>
      </div>
      <div id="counter" class=${over > 0 ? 'counter over' : 'counter'} aria-live="polite">${counter}</div>
    `;
  }

  get #input(): HTMLTextAreaElement | null {
    return this.shadowRoot?.querySelector<HTMLTextAreaElement>('textarea') ?? null;
  }

  #canSend(): boolean {
    return !this.disabled && !this.busy && this.value.trim() !== '' && this.#overBy() <= 0;
  }

  /** Code points over the limit; negative while there is room. */
  #overBy(): number {
    if (this.maxLength <= 0) return -1;
    // Code points are never more than UTF-16 units, so most texts need no counting.
    if (this.value.length < this.maxLength * 0.9) return -this.maxLength;
    return countCodePoints(this.value) - this.maxLength;
  }

  #counterText(): string {
    const over = this.#overBy();
    if (this.maxLength <= 0 || over <= -this.maxLength * 0.1) return '';
    return over > 0 ? this.strings.charactersOver(over) : this.strings.charactersLeft(-over);
  }

  /** Up to five lines, then it scrolls. Browsers with `field-sizing` do it themselves. */
  #grow(input: HTMLTextAreaElement): void {
    if (CSS.supports('field-sizing', 'content')) return;
    input.style.blockSize = 'auto';
    input.style.blockSize = `${input.scrollHeight}px`;
  }

  #change(text: string): void {
    this.value = text;
    emit(this, 'draft', { text });
    if (text.trim() !== '') emit(this, 'typing', {});
  }

  #submit(): void {
    if (!this.#canSend()) return;
    const text = this.value;
    const accept = () => {
      // What was written meanwhile is not what was accepted.
      if (this.value === text) this.#change('');
    };
    emit<SendDetail>(this, 'send', { text: text.trim(), accept });
  }

  #handleInput(event: Event): void {
    this.#change((event.target as HTMLTextAreaElement).value);
  }

  #handleKey(event: KeyboardEvent): void {
    // Safari ends a composition before the key that ended it, which then carries only the old key code.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  /** A click on the button must not close a phone's keyboard. */
  #keepFocus(event: Event): void {
    event.preventDefault();
  }

  #handleBoxClick(event: Event): void {
    if (event.target === event.currentTarget) this.focus();
  }
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

declare global {
  interface HTMLElementTagNameMap {
    'support-message-composer': MessageComposer;
  }
}
