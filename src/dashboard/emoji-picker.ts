// Emoji to choose from: a search box and what it finds, in rows that the arrow keys walk through.
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { findEmoji } from './emoji.ts';

interface EmojiPicker {
  readonly words: DashboardMessages;
  readonly query: string;
  readonly active: number;
  onQuery(query: string): void;
  onActive(index: number): void;
  onChoose(character: string): void;
  onClose(): void;
}

/** As many as the style sheet puts into a row. */
const ROW = 8;

export function emojiPicker(picker: EmojiPicker): TemplateResult {
  const { words, query, active } = picker;
  const found = findEmoji(query);
  const rows = Array.from({ length: Math.ceil(found.length / ROW) }, (_, row) =>
    found.slice(row * ROW, row * ROW + ROW),
  );
  return html`<div
    class="popup popup--picker"
    role="dialog"
    aria-label=${words.emojiLabel}
    @keydown=${(event: KeyboardEvent) => handleKey(event, picker, found.length, found[active]?.character)}
  >
    <input
      class="picker__search"
      type="text"
      role="combobox"
      aria-expanded="true"
      aria-haspopup="grid"
      aria-controls="emoji"
      aria-activedescendant=${found.length > 0 ? `emoji-${active}` : nothing}
      aria-label=${words.emojiSearch}
      placeholder=${words.emojiSearch}
      autocomplete="off"
      spellcheck="false"
      .value=${query}
      @input=${(event: Event) => picker.onQuery((event.target as HTMLInputElement).value)}
      ${ref(focusOnce)}
    />
    <div class="picker__grid" id="emoji" role="grid" aria-label=${words.emojiLabel}>
      ${rows.map(
        (row, at) => html`<div class="picker__row" role="row">
          ${row.map(({ character, name }, column) => {
            const index = at * ROW + column;
            return html`<div
              class="picker__emoji"
              id="emoji-${index}"
              role="gridcell"
              aria-label=${name}
              aria-selected=${index === active ? 'true' : 'false'}
              title=${name}
              @click=${() => picker.onChoose(character)}
            >
              ${character}
            </div>`;
          })}
        </div>`,
      )}
    </div>
    ${found.length === 0 ? html`<p class="popup__none" role="status">${words.emojiNone}</p>` : nothing}
  </div>`;
}

const focused = new WeakSet<Element>();

function focusOnce(input: Element | undefined): void {
  if (!input || focused.has(input)) return;
  focused.add(input);
  queueMicrotask(() => (input as HTMLElement).focus());
}

function handleKey(
  event: KeyboardEvent,
  picker: EmojiPicker,
  count: number,
  character: string | undefined,
): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ROW, ArrowUp: -ROW }[event.key];
  if (step !== undefined) {
    event.preventDefault();
    const forwards = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? -1 : 1;
    const next = picker.active + (Math.abs(step) === 1 ? step * forwards : step);
    if (next >= 0 && next < count) picker.onActive(next);
  } else if (event.key === 'Enter') {
    event.preventDefault();
    if (character) picker.onChoose(character);
  } else if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    picker.onClose();
  }
}
