// The palette's page for any other time.
import { html, nothing, type TemplateResult } from 'lit';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { toLocalField } from './time-choices.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

export interface SnoozePicker {
  readonly strings: DashboardMessages;
  readonly now: number;
  /** What was chosen is no time to snooze until. */
  readonly wrong: boolean;
  onWrong(): void;
  onChoose(until: string): void;
}

export function snoozePicker({ strings, now, wrong, onWrong, onChoose }: SnoozePicker): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).querySelector('input');
    const time = Date.parse(field?.value ?? '');
    if (time > Date.now() && time < Date.now() + YEAR) {
      onChoose(new Date(time).toISOString());
      return;
    }
    onWrong();
    field?.focus();
  };
  return html`<form class="palette__form" novalidate @submit=${submit}>
    <label class="palette__field"
      >${strings.snoozeAt}<input
        class="palette__time"
        type="datetime-local"
        value=${toLocalField(now + 3 * HOUR)}
        min=${toLocalField(now)}
        max=${toLocalField(now + YEAR)}
        aria-invalid=${wrong ? 'true' : nothing}
        aria-describedby=${wrong ? 'snooze-wrong' : nothing}
    /></label>
    ${wrong ? html`<p class="palette__wrong" id="snooze-wrong" role="alert">${strings.snoozePast}</p>` : nothing}
    <button type="submit" class="button button--primary">${strings.snoozeSet}</button>
  </form>`;
}
