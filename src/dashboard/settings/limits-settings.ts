// How often visitors may do what, how long messages get, and what protects the desk.
import { html, nothing, type TemplateResult } from 'lit';
import type { Limits } from '../../core/admin-api.ts';
import type { DashboardMessages } from '../../i18n/dashboard-en.ts';
import { crossIcon } from '../desk-icons.ts';
import { checkField, problemOf, textField } from './fields.ts';
import type { Form, Problems } from './form.ts';
import type { Section, SectionContext } from './section.ts';
import { replaced, settingsSection, wholeNumber, without } from './settings-section.ts';

const ACTIONS = [
  'start',
  'start_ip',
  'start_all',
  'send',
  'history',
  'typing',
  'read',
  'status',
  'profile',
  'claim',
  'identify',
] as const;

interface DraftLimit {
  readonly times: string;
  readonly seconds: string;
}

interface Draft {
  readonly maxLength: string;
  readonly reopenHours: string;
  readonly limits: Readonly<Record<string, readonly DraftLimit[]>>;
  readonly ipHeader: string;
  readonly requireMfa: boolean;
}

export function limitsSettings(context: SectionContext): Section {
  const { strings } = context;
  const words = strings.settings.limits;
  return settingsSection<Draft>(context, {
    read: ({ maxLength, reopenHours, limits, ipHeader, requireMfa }) => ({
      maxLength: String(maxLength),
      reopenHours: String(reopenHours),
      limits: toDraft(limits),
      ipHeader: ipHeader ?? '',
      requireMfa,
    }),
    write: ({ maxLength, reopenHours, limits, ipHeader, requireMfa }) => ({
      maxLength: Number(maxLength),
      reopenHours: Number(reopenHours),
      limits: fromDraft(limits),
      ipHeader: ipHeader.trim() || null,
      requireMfa,
    }),
    check: (draft) => checkLimits(draft, strings),
    fields: (form) => {
      const { draft, problems } = form;
      const field = (name: 'maxLength' | 'reopenHours' | 'ipHeader', type: 'number' | 'text') =>
        textField({
          name,
          label: words[name],
          hint: words[`${name}Hint`],
          type,
          value: draft[name],
          problem: problems[name],
          onInput: (value) => form.set({ [name]: value }),
        });
      return html`<div class="form__pair">${field('maxLength', 'number')} ${field('reopenHours', 'number')}</div>
        <fieldset class="form__group">
          <legend class="form__label">${words.how}</legend>
          <p class="form__hint">${words.howHint}</p>
          <div class="limits">
            ${actionsOf(draft.limits).map((action) => limitRow(form, action, strings))}
          </div>
          ${problemOf('limits', problems.limits)}
        </fieldset>
        ${field('ipHeader', 'text')}
        ${checkField({
          name: 'requireMfa',
          label: words.requireMfa,
          hint: words.requireMfaHint,
          checked: draft.requireMfa,
          problem: problems.requireMfa,
          onChange: (requireMfa) => form.set({ requireMfa }),
        })}`;
    },
  });
}

/** The known ones, and what a newer database may have besides. */
function actionsOf(limits: Draft['limits']): readonly string[] {
  const known: readonly string[] = ACTIONS;
  return [...known, ...Object.keys(limits).filter((action) => !known.includes(action))];
}

function limitRow(form: Form<Draft>, action: string, strings: DashboardMessages): TemplateResult {
  const words = strings.settings.limits;
  const { limits } = form.draft;
  const rules = limits[action] ?? [];
  const label = (words.actions as Readonly<Record<string, string>>)[action] ?? action;
  const set = (list: readonly DraftLimit[]) => form.set({ limits: { ...limits, [action]: list } });
  return html`<div class="limits__row" role="group" aria-label=${label}>
    <span class="limits__action">${label}</span>
    <div class="limits__rules">
      ${rules.length === 0 ? html`<span class="form__hint">${words.unlimited}</span>` : nothing}
      ${rules.map((rule, index) => {
        const at = `limits.${action}.${index}`;
        const number = (key: 'times' | 'seconds') =>
          textField({
            name: `${at}.${key}`,
            label: words[key],
            quiet: true,
            type: 'number',
            value: rule[key],
            problem: form.problems[`${at}.${key}`],
            onInput: (value) => set(replaced(rules, index, { ...rule, [key]: value })),
          });
        return html`<div class="form__line limits__rule">
          ${number('times')}<span class="limits__word">${words.timesIn}</span>${number('seconds')}<span
            class="limits__word"
            >${words.secondsShort}</span
          >
          <button
            type="button"
            class="icon-button"
            aria-label=${words.removeRule(label, index + 1)}
            @click=${() => set(without(rules, index))}
          >
            ${crossIcon}
          </button>
        </div>`;
      })}
      <button
        type="button"
        class="button button--quiet"
        aria-label=${words.addRule(label)}
        @click=${() => set([...rules, { times: '', seconds: '' }])}
      >
        ${words.add}
      </button>
    </div>
  </div>`;
}

function toDraft(limits: Limits): Draft['limits'] {
  return Object.fromEntries(
    Object.entries(limits).map(([action, rules]) => [
      action,
      rules.map(([times, seconds]) => ({ times: String(times), seconds: String(seconds) })),
    ]),
  );
}

function fromDraft(limits: Draft['limits']): Limits {
  return Object.fromEntries(
    Object.entries(limits)
      .filter(([, rules]) => rules.length > 0)
      .map(([action, rules]) => [
        action,
        rules.map(({ times, seconds }) => [Number(times), Number(seconds)] as const),
      ]),
  );
}

function checkLimits(draft: Draft, { settings }: DashboardMessages): Problems {
  const words = settings.problems;
  const problems: Record<string, string> = {};
  if (wholeNumber(draft.maxLength, 1, 4_000) === null) problems.maxLength = words.number(1, 4_000);
  if (wholeNumber(draft.reopenHours, 0, 8_760) === null) problems.reopenHours = words.number(0, 8_760);
  if (!/^[a-z0-9-]{0,60}$/.test(draft.ipHeader.trim())) problems.ipHeader = words.header;
  for (const [action, rules] of Object.entries(draft.limits)) {
    for (const [index, { times, seconds }] of rules.entries()) {
      const at = `limits.${action}.${index}`;
      if (wholeNumber(times, 0, 9_999_999) === null) problems[`${at}.times`] = words.number(0, 9_999_999);
      if (wholeNumber(seconds, 1, 9_999_999) === null) problems[`${at}.seconds`] = words.number(1, 9_999_999);
    }
  }
  return problems;
}
