// The fields of every form: a label, what to know, what is wrong.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { DashboardMessages } from '../../i18n/dashboard-en.ts';
import type { Form } from './form.ts';

interface Field {
  /** Unique on the page; problems go by it, too. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
}

interface TextField extends Field {
  readonly value: string;
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'time' | 'date';
  readonly lines?: number;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly list?: string;
  /** Seen by nobody, for a field whose column says what it is. */
  readonly quiet?: boolean;
  readonly readOnly?: boolean;
  onInput(value: string): void;
}

const idOf = (name: string): string => `f-${name.replaceAll('.', '-')}`;

function described(field: Field): string | typeof nothing {
  const id = idOf(field.name);
  const ids = [field.problem ? `${id}-problem` : '', field.hint ? `${id}-hint` : ''].filter(Boolean);
  return ids.length > 0 ? ids.join(' ') : nothing;
}

export function problemOf(name: string, problem: string | undefined): TemplateResult | typeof nothing {
  return problem
    ? html`<p class="form__problem" id="${idOf(name)}-problem" role="alert">${problem}</p>`
    : nothing;
}

function frame(field: Field & { readonly quiet?: boolean }, control: TemplateResult): TemplateResult {
  const id = idOf(field.name);
  return html`<div class="form__field">
    <label class=${field.quiet ? 'visually-hidden' : 'form__label'} for=${id}>${field.label}</label>
    ${field.hint ? html`<p class="form__hint" id="${id}-hint">${field.hint}</p>` : nothing} ${control}
    ${problemOf(field.name, field.problem)}
  </div>`;
}

export function textField(field: TextField): TemplateResult {
  const id = idOf(field.name);
  const input = (event: Event): void => field.onInput((event.target as HTMLInputElement).value);
  if (field.lines) {
    return frame(
      field,
      html`<textarea
        class="form__input"
        id=${id}
        rows=${field.lines}
        dir="auto"
        maxlength=${field.maxLength ?? nothing}
        ?readonly=${field.readOnly ?? false}
        aria-invalid=${field.problem ? 'true' : 'false'}
        aria-describedby=${described(field)}
        .value=${live(field.value)}
        @input=${input}
      ></textarea>`,
    );
  }
  return frame(
    field,
    html`<input
      class="form__input form__input--${field.type ?? 'text'}"
      id=${id}
      type=${field.type ?? 'text'}
      dir=${field.type === undefined || field.type === 'text' ? 'auto' : 'ltr'}
      inputmode=${field.type === 'number' ? 'numeric' : nothing}
      list=${field.list ?? nothing}
      autocomplete="off"
      placeholder=${field.placeholder ?? nothing}
      maxlength=${field.maxLength ?? nothing}
      ?readonly=${field.readOnly ?? false}
      aria-invalid=${field.problem ? 'true' : 'false'}
      aria-describedby=${described(field)}
      .value=${live(field.value)}
      @input=${input}
    />`,
  );
}

export function selectField(
  field: Field & {
    readonly value: string;
    readonly options: readonly { readonly value: string; readonly label: string }[];
    readonly quiet?: boolean;
    onChange(value: string): void;
  },
): TemplateResult {
  return frame(
    field,
    html`<select
      class="form__input form__input--select"
      id=${idOf(field.name)}
      aria-describedby=${described(field)}
      aria-invalid=${field.problem ? 'true' : 'false'}
      @change=${(event: Event) => field.onChange((event.target as HTMLSelectElement).value)}
    >
      ${field.options.map(
        ({ value, label }) =>
          html`<option value=${value} .selected=${live(value === field.value)}>${label}</option>`,
      )}
    </select>`,
  );
}

export function checkField(
  field: Field & { readonly checked: boolean; onChange(checked: boolean): void },
): TemplateResult {
  const id = idOf(field.name);
  return html`<div class="form__field">
    <div class="form__check">
      <input
        type="checkbox"
        id=${id}
        aria-describedby=${described(field)}
        aria-invalid=${field.problem ? 'true' : 'false'}
        .checked=${live(field.checked)}
        @change=${(event: Event) => field.onChange((event.target as HTMLInputElement).checked)}
      />
      <label for=${id}>${field.label}</label>
    </div>
    ${field.hint ? html`<p class="form__hint" id="${id}-hint">${field.hint}</p>` : nothing}
    ${problemOf(field.name, field.problem)}
  </div>`;
}

/** The fields, and the two ways out of them. */
export function formPanel(
  form: Form<object>,
  strings: DashboardMessages,
  content: TemplateResult,
  options: { readonly action?: string; readonly onCancel?: () => void; readonly onSaved?: () => void } = {},
): TemplateResult {
  const { settings } = strings;
  const { dirty, saving, problems, saved } = form;
  const idle = saving || (!dirty && !options.onCancel);
  return html`<form
    class="panel form"
    novalidate
    autocomplete="off"
    @submit=${(event: SubmitEvent) => void submit(event, form, idle, options.onSaved)}
  >
    ${content}
    <div class="form__actions">
      <button type="submit" class="button button--primary" aria-disabled=${idle ? 'true' : 'false'}>
        ${saving ? settings.saving : (options.action ?? settings.save)}
      </button>
      ${
        options.onCancel
          ? html`<button type="button" class="button button--quiet" @click=${options.onCancel}>
              ${settings.cancel}
            </button>`
          : dirty
            ? html`<button
                type="button"
                class="button button--quiet"
                @click=${(event: Event) => {
                  // The button goes, and the focus must not go with it.
                  (event.currentTarget as HTMLElement)
                    .closest('form')
                    ?.querySelector<HTMLElement>('.form__input')
                    ?.focus();
                  form.discard();
                }}
              >
                ${settings.discard}
              </button>`
            : nothing
      }
      <span class="form__status">
        ${
          problems['']
            ? html`<span class="form__problem" role="alert">${problems['']}</span>`
            : html`<span role="status">${saved ? settings.saved : dirty ? settings.unsaved : ''}</span>`
        }
      </span>
    </div>
  </form>`;
}

async function submit(
  event: SubmitEvent,
  form: Form<object>,
  idle: boolean,
  onSaved: (() => void) | undefined,
): Promise<void> {
  event.preventDefault();
  if (idle) return;
  const element = event.currentTarget as HTMLElement;
  if (await form.submit()) {
    onSaved?.();
    return;
  }
  await Promise.resolve();
  // Whoever pressed Save is brought to what needs another look, once it is marked.
  setTimeout(() => element.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** Something to be copied, that is not to be changed. */
export function copyField(
  field: Field & { readonly value: string },
  strings: DashboardMessages,
  announce: (text: string) => void,
): TemplateResult {
  const { name, label, value, hint } = field;
  const id = idOf(name);
  const { settings } = strings;
  const copy = async (event: Event): Promise<void> => {
    const field = (event.currentTarget as HTMLElement).parentElement?.querySelector('textarea');
    try {
      await navigator.clipboard.writeText(value);
      announce(settings.copied);
    } catch {
      // Without permission, or without HTTPS, it is theirs to copy: all of it is selected.
      field?.focus();
      field?.select();
      announce(settings.copyByHand);
    }
  };
  return html`<div class="form__field">
    <label class="form__label" for=${id}>${label}</label>
    <div class="copy">
      <textarea
        class="form__input copy__value"
        id=${id}
        rows=${value.split('\n').length > 1 ? value.split('\n').length : 2}
        readonly
        dir="ltr"
        spellcheck="false"
        aria-describedby=${described(field)}
        .value=${value}
      ></textarea>
      <button type="button" class="button" @click=${copy} aria-label="${settings.copy}: ${label}">${settings.copy}</button>
    </div>
    ${hint ? html`<p class="form__hint" id="${id}-hint">${hint}</p>` : nothing}
  </div>`;
}
