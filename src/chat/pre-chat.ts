// What the team wants to know before a first message, and the address where an answer reaches somebody who left.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatSettings, PreChatField, Visitor } from '../core/model.ts';
import type { ProfilePatch } from '../core/ports.ts';
import type { Messages } from '../i18n/messages.ts';

type Value = string | number | boolean | null;

/** What was filled in so far, as it is kept on the device. */
export interface PreChatForm {
  readonly values: Readonly<Record<string, Value>>;
  /** Handed in, to go along with the first message. */
  readonly done: boolean;
}

export function readForm(text: string): PreChatForm {
  try {
    const { values, done } = JSON.parse(text);
    return { values: Object(values), done: done === true };
  } catch {
    return { values: {}, done: false };
  }
}

/** The fields whose answers are not known yet. */
export function unknownFields(
  settings: ChatSettings | null,
  known: Pick<Visitor, 'name' | 'email' | 'attributes'>,
): readonly PreChatField[] {
  return (settings?.preChatFields ?? []).filter(({ name }) => {
    const value = name === 'name' || name === 'email' ? known[name] : known.attributes[name];
    return (value ?? '') === '';
  });
}

/** What the visitor and the page have said; in doubt the page. */
export function toProfile({ values, done }: PreChatForm, page: ProfilePatch | null): ProfilePatch {
  const { name, email, ...asked } = done ? values : {};
  const attributes = { ...asked, ...page?.attributes };
  const profile = {
    name: page?.name ?? (name ? String(name) : undefined),
    email: page?.email ?? (email ? String(email) : undefined),
    attributes: Object.keys(attributes).length > 0 ? attributes : undefined,
  };
  // Without what is undefined.
  return JSON.parse(JSON.stringify(profile));
}

/** Takes over the event of a form; returns what one of its fields holds. */
export function submitted(event: Event, name: string): string {
  event.preventDefault();
  return String(new FormData(event.currentTarget as HTMLFormElement).get(name) ?? '').trim();
}

export function renderPreChat(
  fields: readonly PreChatField[],
  form: PreChatForm,
  strings: Messages,
  onChange: (form: PreChatForm) => void,
): TemplateResult {
  const read = (event: Event, done: boolean) => {
    const values: Record<string, Value> = {};
    for (const { name, type } of fields) {
      const value = submitted(event, name);
      if (type === 'checkbox') values[name] = value !== '';
      else if (value !== '') values[name] = value;
    }
    onChange({ values, done });
  };
  return html`<form
    class="fields"
    @input=${(event: Event) => read(event, false)}
    @submit=${(event: Event) => read(event, true)}
  >
    ${fields.map((field) => renderField(field, form.values[field.name] ?? '', strings))}
    <button class="button primary" type="submit">${strings.startChat}</button>
  </form>`;
}

function renderField(field: PreChatField, value: Value, strings: Messages): TemplateResult {
  const { name, required = false, options = [] } = field;
  const type = name === 'email' ? name : (field.type ?? 'text');
  const text = field.label || (name === 'email' ? strings.email : strings.name);
  const label = html`<span dir="auto">${text}${required ? nothing : html` <small>${strings.optional}</small>`}</span>`;
  if (type === 'checkbox') {
    return html`<label class="check"><input type="checkbox" name=${name} ?required=${required} .checked=${value === true} />${label}</label>`;
  }
  if (type === 'select') {
    return html`<label class="field">${label}<select name=${name} ?required=${required}>
      <option value=""></option>
      ${options.map((option) => html`<option ?selected=${option === value}>${option}</option>`)}
    </select></label>`;
  }
  return html`<label class="field">${label}<input
    type=${type}
    name=${name}
    autocomplete=${type !== 'text' ? type : name === 'name' ? name : 'off'}
    maxlength=${name === 'name' ? 80 : 254}
    dir="auto"
    ?required=${required}
    .value=${String(value)}
  /></label>`;
}

/** While nobody is there: where else an answer may reach this visitor, `email` if that is known. */
export function renderContact(
  email: string,
  strings: Messages,
  onSave: (email: string) => void,
): TemplateResult {
  if (email) return html`<p class="contact">${strings.answerGoesTo(email)}</p>`;
  return html`<form class="contact" @submit=${(event: Event) => onSave(submitted(event, 'email'))}>
    <label class="field"><span>${strings.leaveEmail}</span><input
      type="email" name="email" autocomplete="email" maxlength="254" required
    /></label>
    <button class="button" type="submit">${strings.save}</button>
  </form>`;
}
