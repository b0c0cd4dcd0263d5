// The list above the text box: what to put in, and what a saved answer would say.
import { html, nothing, type TemplateResult } from 'lit';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { fillVariables, splitVariables, type Variables } from './canned-variables.ts';
import type { Suggestion, Suggestions } from './suggestions.ts';

interface SuggestionList {
  readonly words: DashboardMessages;
  readonly suggested: Suggestions;
  readonly active: number;
  readonly loading: boolean;
  readonly variables: Variables;
  onActive(index: number): void;
  onChoose(item: Suggestion): void;
}

export function optionId(index: number): string {
  return `suggestion-${index}`;
}

export function suggestionList(list: SuggestionList): TemplateResult {
  const { words, suggested, active } = list;
  const { type, items } = suggested;
  const label = { canned: words.cannedLabel, mention: words.mentionLabel, emoji: words.emojiLabel }[type];
  const chosen = items[active];
  return html`<div class="popup popup--${type}" @pointerdown=${keepFocus}>
    <div class="options" id="suggestions" role="listbox" aria-label=${label}>
      ${items.map(
        (item, index) => html`<div
          class="option"
          id=${optionId(index)}
          role="option"
          aria-selected=${index === active ? 'true' : 'false'}
          @pointermove=${() => index !== active && list.onActive(index)}
          @click=${() => list.onChoose(item)}
        >
          ${option(item)}
        </div>`,
      )}
    </div>
    ${items.length === 0 ? html`<p class="popup__none">${list.loading ? words.cannedLoading : words.cannedNone}</p>` : nothing}
    ${chosen?.type === 'canned' ? preview(chosen.response.content, list) : nothing}
  </div>`;
}

function option(item: Suggestion): TemplateResult {
  switch (item.type) {
    case 'canned':
      return html`<span class="option__key" dir="ltr">/${item.response.shortcut}</span
        ><span class="option__text" dir="auto">${item.response.title}</span>`;
    case 'mention':
      return html`<span class="option__face">${renderAvatar(item.person.name)}</span
        ><span class="option__text" dir="auto">${item.person.name}</span>`;
    case 'emoji':
      return html`<span class="option__emoji">${item.emoji.character}</span
        ><span class="option__text">${item.emoji.name}</span>`;
  }
}

/** As it would stand in the text box; what is missing is marked. */
function preview(content: string, { words, variables }: SuggestionList): TemplateResult {
  const { text, empty, unknown } = fillVariables(content, variables);
  return html`<div class="preview" role="group" aria-label=${words.cannedPreview}>
    <p class="preview__text" dir="auto">${splitVariables(text).map((part, index) =>
      index % 2 === 1 ? html`<mark class="preview__missing">${part}</mark>` : part,
    )}</p>
    ${
      empty.length + unknown.length > 0
        ? html`<p class="preview__warning">${unknown.length > 0 ? words.previewUnknown : words.previewEmpty}</p>`
        : nothing
    }
  </div>`;
}

/** The text box keeps the focus, and with it the caret. */
function keepFocus(event: Event): void {
  event.preventDefault();
}
