// What visitors are asked before their first message.
import { html, nothing, type TemplateResult } from 'lit';
import type { PreChatQuestion } from '../../core/admin-api.ts';
import type { DashboardMessages } from '../../i18n/dashboard-en.ts';
import { checkField, problemOf, selectField, textField } from './fields.ts';
import type { Form, Problems } from './form.ts';
import type { Section, SectionContext } from './section.ts';
import { replaced, settingsSection, without } from './settings-section.ts';
import { lengthOf } from './team-settings.ts';

const MOST_FIELDS = 8;
const TYPES = ['text', 'tel', 'select', 'checkbox'] as const;
const KNOWN = ['name', 'email'] as const;

interface DraftField {
  readonly name: string;
  readonly label: string;
  readonly type: (typeof TYPES)[number];
  /** One a line. */
  readonly options: string;
  readonly required: boolean;
}

interface Draft {
  readonly preChatFields: readonly DraftField[];
}

export function preChatSettings(context: SectionContext): Section {
  const { strings } = context;
  return settingsSection<Draft>(context, {
    read: ({ preChatFields }) => ({ preChatFields: preChatFields.map(toDraft) }),
    write: ({ preChatFields }) => ({ preChatFields: preChatFields.map(toQuestion) }),
    check: ({ preChatFields }) => checkFields(preChatFields, strings),
    fields: (form) => {
      const words = strings.settings.preChat;
      const { preChatFields: fields } = form.draft;
      const add = (field: DraftField) => form.set({ preChatFields: [...fields, field] });
      const missing = KNOWN.filter((name) => fields.every((field) => field.name !== name));
      return html`${fields.length === 0 ? html`<p class="form__hint">${words.none}</p>` : nothing}
        <ol class="cards">
          ${fields.map((field, index) => fieldCard(form, field, index, strings))}
        </ol>
        ${problemOf('preChatFields', form.problems.preChatFields)}
        ${
          fields.length < MOST_FIELDS
            ? html`<div class="form__row">
                ${missing.map(
                  (name) =>
                    html`<button
                      type="button"
                      class="button"
                      @click=${() => add({ ...empty, name })}
                    >
                      ${words.addKnown[name]}
                    </button>`,
                )}
                <button type="button" class="button" @click=${() => add(empty)}>${words.add}</button>
              </div>`
            : html`<p class="form__hint">${words.full}</p>`
        }`;
    },
  });
}

const empty: DraftField = { name: '', label: '', type: 'text', options: '', required: false };

const isKnown = (name: string): name is (typeof KNOWN)[number] => name === 'name' || name === 'email';

function fieldCard(
  form: Form<Draft>,
  field: DraftField,
  index: number,
  strings: DashboardMessages,
): TemplateResult {
  const words = strings.settings.preChat;
  const { preChatFields: fields } = form.draft;
  const name = `preChatFields.${index}`;
  const known = isKnown(field.name);
  const title = known ? words.known[field.name as 'name'] : field.label || words.fieldNumber(index + 1);
  const set = (patch: Partial<DraftField>) => {
    // The key follows the label until somebody has kept it: agents see it beside the conversation.
    const next = { ...field, ...patch };
    const keyed = patch.label !== undefined && field.name === keyOf(field.label);
    form.set({ preChatFields: replaced(fields, index, keyed ? { ...next, name: keyOf(next.label) } : next) });
  };
  const move = (by: number) => {
    const order = [...fields];
    order.splice(index + by, 0, ...order.splice(index, 1));
    form.set({ preChatFields: order });
  };
  return html`<li class="cards__card">
    <fieldset class="form__group">
      <legend class="cards__title">${title}</legend>
      ${textField({
        name: `${name}.label`,
        label: words.label,
        hint: known ? words.labelKnownHint : undefined,
        value: field.label,
        problem: form.problems[`${name}.label`],
        onInput: (label) => set({ label }),
      })}
      ${
        known
          ? nothing
          : html`<div class="form__pair">
              ${selectField({
                name: `${name}.type`,
                label: words.type,
                value: field.type,
                options: TYPES.map((value) => ({ value, label: words.types[value] })),
                onChange: (type) => set({ type: type as DraftField['type'] }),
              })}
              ${textField({
                name: `${name}.name`,
                label: words.key,
                value: field.name,
                problem: form.problems[`${name}.name`],
                onInput: (key) => set({ name: key }),
              })}
            </div>`
      }
      ${
        field.type === 'select' && !known
          ? textField({
              name: `${name}.options`,
              label: words.options,
              hint: words.optionsHint,
              lines: 4,
              value: field.options,
              problem: form.problems[`${name}.options`],
              onInput: (options) => set({ options }),
            })
          : nothing
      }
      ${checkField({
        name: `${name}.required`,
        label: words.required,
        checked: field.required,
        onChange: (required) => set({ required }),
      })}
      <div class="form__row">
        ${
          index > 0
            ? html`<button
                type="button"
                class="button button--quiet"
                aria-label=${words.moveUp(title)}
                @click=${() => move(-1)}
              >
                &uarr;
              </button>`
            : nothing
        }
        ${
          index < fields.length - 1
            ? html`<button
                type="button"
                class="button button--quiet"
                aria-label=${words.moveDown(title)}
                @click=${() => move(1)}
              >
                &darr;
              </button>`
            : nothing
        }
        <button
          type="button"
          class="button button--quiet"
          aria-label=${strings.settings.removeNamed(title)}
          @click=${() => form.set({ preChatFields: without(fields, index) })}
        >
          ${strings.settings.remove}
        </button>
      </div>
    </fieldset>
  </li>`;
}

function toDraft(question: PreChatQuestion): DraftField {
  return {
    name: question.name,
    label: question.label ?? '',
    type: question.type ?? 'text',
    options: (question.options ?? []).join('\n'),
    required: question.required ?? false,
  };
}

function toQuestion({ name, label, type, options, required }: DraftField): PreChatQuestion {
  return {
    name,
    ...(label.trim() && { label: label.trim() }),
    ...(!isKnown(name) && type !== 'text' && { type }),
    ...(!isKnown(name) && type === 'select' && { options: optionsOf(options) }),
    ...(required && { required }),
  };
}

function optionsOf(lines: string): string[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** "Order number" is kept as `order_number`. */
function keyOf(label: string): string {
  return label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40);
}

function checkFields(fields: readonly DraftField[], { settings }: DashboardMessages): Problems {
  const words = settings.problems;
  const problems: Record<string, string> = {};
  for (const [index, field] of fields.entries()) {
    const at = `preChatFields.${index}`;
    if (lengthOf(field.label.trim()) > 80) problems[`${at}.label`] = words.tooLong(80);
    if (isKnown(field.name)) continue;
    if (field.label.trim() === '') problems[`${at}.label`] = words.empty;
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(field.name)) problems[`${at}.name`] = words.key;
    else if (fields.some((other, before) => before < index && other.name === field.name)) {
      problems[`${at}.name`] = words.keyTwice;
    }
    const options = optionsOf(field.options);
    if (field.type === 'select' && (options.length === 0 || options.length > 20)) {
      problems[`${at}.options`] = words.options;
    } else if (options.some((option) => lengthOf(option) > 80)) {
      problems[`${at}.options`] = words.tooLong(80);
    }
  }
  const bytes = new TextEncoder().encode(JSON.stringify(fields.map(toQuestion))).length;
  if (bytes > 3_800) problems.preChatFields = words.tooMuch;
  return problems;
}
