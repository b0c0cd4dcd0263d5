// The list of keys, from the table the handler reads.
import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { crossIcon } from './desk-icons.ts';
import { keyBindings } from './keys.ts';

export interface KeySheetOptions {
  readonly letterKeys: boolean;
  onLetterKeys(on: boolean): void;
  onClose(): void;
}

export function keySheet(strings: DashboardMessages, options: KeySheetOptions): TemplateResult {
  const { letterKeys, onClose } = options;
  const groups = Object.keys(strings.keyGroups) as (keyof DashboardMessages['keyGroups'])[];
  return html`<dialog class="sheet" aria-label=${strings.keys} ${ref(openModal)} @close=${onClose} @click=${closeOutside}>
    <div class="sheet__box">
      <header class="sheet__header">
        <h2 class="sheet__title">${strings.keys}</h2>
        <button type="button" class="icon-button" aria-label=${strings.keysClose} @click=${onClose}>${crossIcon}</button>
      </header>
      <label class="sheet__switch"
        ><input
          class="check"
          type="checkbox"
          .checked=${letterKeys}
          @change=${() => options.onLetterKeys(!letterKeys)}
        /><span>${strings.letterKeys}<span class="sheet__hint">${strings.letterKeysHint}</span></span></label
      >
      ${groups.map(
        (group) => html`<section class="sheet__group">
          <h3 class="sheet__heading">${strings.keyGroups[group]}</h3>
          <dl class="sheet__keys">
            ${keyBindings
              .filter((binding) => binding.group === group)
              .map(
                (binding) =>
                  binding.label &&
                  html`<div class="sheet__row ${letterKeys || !binding.keys.some(isCharacter) || binding.held === 'mod' ? '' : 'sheet__row--off'}">
                  <dt>${strings[binding.label]}</dt>
                  <dd>${combinations(binding.shown, strings.keyOr)}</dd>
                </div>`,
              )}
          </dl>
        </section>`,
      )}
    </div>
  </dialog>`;
}

/** A key that types something, which speech input may press by accident. */
function isCharacter(key: string): boolean {
  return [...key].length === 1;
}

function combinations(shown: readonly (readonly string[])[], or: string): TemplateResult {
  return html`${shown.map(
    (keys, index) =>
      html`${index > 0 ? html` <span class="sheet__or">${or}</span> ` : ''}${keys.map(
        (key) => html`<kbd>${key}</kbd>`,
      )}`,
  )}`;
}

function openModal(element: Element | undefined): void {
  if (!(element instanceof HTMLDialogElement) || element.open) return;
  // The element is not in the document yet when Lit hands it over.
  queueMicrotask(() => {
    if (element.isConnected && !element.open) element.showModal();
  });
}

function closeOutside(event: Event): void {
  if (event.target instanceof HTMLDialogElement) event.target.close();
}
