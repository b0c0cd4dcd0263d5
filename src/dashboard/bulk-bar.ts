// What can be done to all chosen rows, in the place of the list's sorting.
import { html, type TemplateResult } from 'lit';
import { checkIcon, crossIcon, personIcon, snoozeIcon, tagIcon } from './desk-icons.ts';
import type { DeskView } from './desk-view.ts';
import { cappedCount } from './time-words.ts';

export interface BulkActions {
  onAll(): void;
  onNone(): void;
  onBulk(what: 'assign' | 'close' | 'tag' | 'snooze'): void;
}

export function bulkBar(view: DeskView, chosen: number, shown: number, actions: BulkActions): TemplateResult {
  const { strings, lang } = view;
  const whole = chosen > 0 && chosen >= shown;
  const button = (what: 'assign' | 'close' | 'tag' | 'snooze', label: string, icon: TemplateResult) =>
    html`<button
      type="button"
      class="icon-button bulk__button"
      title=${label}
      aria-label=${label}
      ?disabled=${chosen === 0}
      @click=${() => actions.onBulk(what)}
    >
      ${icon}
    </button>`;
  return html`<div class="bulk" role="group" aria-label=${strings.bulk}>
    <input
      class="check"
      type="checkbox"
      aria-label=${strings.selectAll}
      .checked=${whole}
      .indeterminate=${chosen > 0 && !whole}
      @change=${() => (whole ? actions.onNone() : actions.onAll())}
    />
    <span class="bulk__count" role="status">${strings.selected(cappedCount(chosen, lang))}</span>
    ${button('assign', strings.bulkAssign, personIcon)} ${button('snooze', strings.bulkSnooze, snoozeIcon)}
    ${button('tag', strings.bulkTag, tagIcon)} ${button('close', strings.bulkClose, checkIcon)}
    <button
      type="button"
      class="icon-button bulk__button"
      title=${strings.selectNone}
      aria-label=${strings.selectNone}
      @click=${actions.onNone}
    >
      ${crossIcon}
    </button>
  </div>`;
}
