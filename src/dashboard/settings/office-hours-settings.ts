// When somebody may be there.
import { html, nothing, type TemplateResult } from 'lit';
import { DAYS, type Day, type OfficeHours } from '../../core/admin-api.ts';
import type { DashboardMessages } from '../../i18n/dashboard-en.ts';
import { crossIcon } from '../desk-icons.ts';
import { checkField, problemOf, textField } from './fields.ts';
import type { Form, Problems } from './form.ts';
import type { Section, SectionContext } from './section.ts';
import { replaced, settingsSection, without } from './settings-section.ts';

interface DraftSpan {
  readonly from: string;
  readonly to: string;
}

interface Draft {
  readonly always: boolean;
  readonly officeHours: Readonly<Record<Day, readonly DraftSpan[]>>;
  readonly timeZone: string;
}

/** A day that is opened begins like this. */
const usual: DraftSpan = { from: '09:00', to: '17:00' };
const none = Object.fromEntries(DAYS.map((day) => [day, []])) as unknown as Draft['officeHours'];
const workdays = { ...none, mon: [usual], tue: [usual], wed: [usual], thu: [usual], fri: [usual] };

export function officeHoursSettings(context: SectionContext): Section {
  const { strings, lang } = context;
  const words = strings.settings.hours;
  return settingsSection<Draft>(context, {
    read: ({ officeHours, timeZone }) => ({
      always: officeHours === null,
      officeHours: officeHours ? toDraft(officeHours) : none,
      timeZone,
    }),
    write: ({ always, officeHours, timeZone }) => ({
      officeHours: always ? null : fromDraft(officeHours),
      timeZone: timeZone.trim(),
    }),
    check: (draft) => checkHours(draft, strings),
    fields: (form) => {
      const { draft, problems } = form;
      return html`${checkField({
        name: 'always',
        label: words.always,
        hint: words.alwaysHint,
        checked: draft.always,
        onChange: (always) =>
          form.set({
            always,
            // Whoever wants hours and has none begins with the usual ones.
            ...(!always && DAYS.every((day) => draft.officeHours[day].length === 0)
              ? { officeHours: workdays }
              : {}),
          }),
      })}
        ${draft.always ? nothing : DAYS.map((day) => dayRow(form, day, lang, strings))}
        ${problemOf('officeHours', problems.officeHours)}
        ${textField({
          name: 'timeZone',
          label: words.timeZone,
          hint: words.timeZoneHint(nowIn(draft.timeZone, lang)),
          value: draft.timeZone,
          list: 'time-zones',
          problem: problems.timeZone,
          onInput: (timeZone) => form.set({ timeZone }),
        })}
        <datalist id="time-zones">${timeZones().map((zone) => html`<option value=${zone}></option>`)}</datalist>`;
    },
  });
}

function dayRow(form: Form<Draft>, day: Day, lang: string, strings: DashboardMessages): TemplateResult {
  const words = strings.settings.hours;
  const { officeHours } = form.draft;
  const spans = officeHours[day];
  const name = dayName(day, lang);
  const set = (list: readonly DraftSpan[]) => form.set({ officeHours: { ...officeHours, [day]: list } });
  return html`<fieldset class="form__group day">
    <legend class="day__name">${name}</legend>
    <div class="day__spans">
      ${spans.length === 0 ? html`<span class="form__hint day__closed">${words.closed}</span>` : nothing}
      ${spans.map((span, index) => {
        const at = `officeHours.${day}.${index}`;
        const time = (key: 'from' | 'to') =>
          textField({
            name: `${at}.${key}`,
            label: words[key](name, index + 1),
            quiet: true,
            // A browser's own time field knows no 24:00.
            placeholder: 'HH:MM',
            maxLength: 5,
            value: span[key],
            problem: form.problems[`${at}.${key}`],
            onInput: (value) => set(replaced(spans, index, { ...span, [key]: value })),
          });
        return html`<div class="form__line day__span">
          ${time('from')}<span class="day__dash" aria-hidden="true">&ndash;</span>${time('to')}
          <button
            type="button"
            class="icon-button"
            aria-label=${words.removeSpan(name, index + 1)}
            @click=${() => set(without(spans, index))}
          >
            ${crossIcon}
          </button>
        </div>`;
      })}
    </div>
    ${
      spans.length < 4
        ? html`<button
            type="button"
            class="button button--quiet day__add"
            aria-label=${words.addSpan(name)}
            @click=${() => set([...spans, spans.length === 0 ? usual : { from: '', to: '' }])}
          >
            ${words.add}
          </button>`
        : nothing
    }
  </fieldset>`;
}

function toDraft(hours: OfficeHours): Draft['officeHours'] {
  return Object.fromEntries(
    DAYS.map((day) => [day, (hours[day] ?? []).map(([from, to]) => ({ from, to }))]),
  ) as unknown as Draft['officeHours'];
}

function fromDraft(hours: Draft['officeHours']): OfficeHours {
  return Object.fromEntries(
    DAYS.filter((day) => hours[day].length > 0).map((day) => [
      day,
      hours[day].map(({ from, to }) => [clock(from), clock(to)] as const),
    ]),
  );
}

/** "9:00" and "900" are meant as 09:00. */
function clock(text: string): string {
  const match = /^\s*(\d{1,2})[:.h]?(\d{2})\s*$/.exec(text);
  return match ? `${match[1]?.padStart(2, '0')}:${match[2]}` : text.trim();
}

function checkHours(draft: Draft, { settings }: DashboardMessages): Problems {
  const words = settings.problems;
  const problems: Record<string, string> = {};
  if (!isTimeZone(draft.timeZone.trim())) problems.timeZone = words.timeZone;
  if (draft.always) return problems;
  if (DAYS.every((day) => draft.officeHours[day].length === 0)) problems.officeHours = words.noHours;
  for (const day of DAYS) {
    for (const [index, { from, to }] of draft.officeHours[day].entries()) {
      const at = `officeHours.${day}.${index}`;
      const begins = /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(clock(from));
      const ends = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(clock(to));
      if (!begins) problems[`${at}.from`] = words.time;
      if (!ends) problems[`${at}.to`] = words.timeTo;
      else if (begins && clock(from) >= clock(to)) problems[`${at}.to`] = words.timeOrder;
    }
  }
  return problems;
}

export function dayName(day: Day, lang: string, width: 'long' | 'short' = 'long'): string {
  // 5 January 1970 was a Monday.
  const date = new Date(Date.UTC(1970, 0, 5 + DAYS.indexOf(day)));
  return new Intl.DateTimeFormat(lang, { weekday: width, timeZone: 'UTC' }).format(date);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name !== '';
  } catch {
    return false;
  }
}

function nowIn(timeZone: string, lang: string): string {
  if (!isTimeZone(timeZone.trim())) return '';
  const format = { timeZone: timeZone.trim(), weekday: 'short', hour: 'numeric', minute: 'numeric' } as const;
  return new Intl.DateTimeFormat(lang, format).format(new Date());
}

let zones: readonly string[] | null = null;

function timeZones(): readonly string[] {
  zones ??= [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  return zones;
}
