// From when on a conversation has waited too long.
import { html } from 'lit';
import { textField } from './fields.ts';
import type { Section, SectionContext } from './section.ts';
import { settingsSection, wholeNumber } from './settings-section.ts';

interface Draft {
  readonly waitingAmber: string;
  readonly waitingRed: string;
}

const MOST = 604_800;

export function waitingSettings(context: SectionContext): Section {
  const words = context.strings.settings;
  return settingsSection<Draft>(context, {
    read: ({ waitingAmber, waitingRed }) => ({
      waitingAmber: String(waitingAmber),
      waitingRed: String(waitingRed),
    }),
    write: ({ waitingAmber, waitingRed }) => ({
      waitingAmber: Number(waitingAmber),
      waitingRed: Number(waitingRed),
    }),
    check: ({ waitingAmber, waitingRed }) => {
      const amber = wholeNumber(waitingAmber, 1, MOST);
      const red = wholeNumber(waitingRed, 1, MOST);
      const range = words.problems.number(1, MOST);
      return {
        ...(amber === null && { waitingAmber: range }),
        ...(red === null && { waitingRed: range }),
        ...(amber !== null && red !== null && red <= amber && { waitingRed: words.problems.redAfterAmber }),
      };
    },
    fields: (form) => {
      const field = (name: 'waitingAmber' | 'waitingRed') =>
        textField({
          name,
          label: words.waiting[name],
          type: 'number',
          value: form.draft[name],
          problem: form.problems[name],
          onInput: (value) => form.set({ [name]: value }),
        });
      return html`<div class="form__pair">${field('waitingAmber')} ${field('waitingRed')}</div>`;
    },
  });
}
