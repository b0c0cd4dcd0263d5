// Answers at hand: the team's, and one's own.
import { html, nothing, type TemplateResult } from 'lit';
import type { CannedDraft, CannedResponse } from '../../core/admin-api.ts';
import { toChatError } from '../../core/errors.ts';
import { checkField, formPanel, textField } from './fields.ts';
import { Form, type Problems } from './form.ts';
import { detailOf, failureWords, Loader, type Section, type SectionContext } from './section.ts';
import { lengthOf } from './team-settings.ts';

const empty: CannedDraft = { shortcut: '', title: '', content: '', shared: false };

export function cannedSettings(context: SectionContext): Section {
  const { api, strings, me } = context;
  const { canned: words, problems: wrong } = strings.settings;
  const admin = me.role === 'admin';
  const loader = new Loader<readonly CannedResponse[]>(context, () => api.cannedResponses());
  /** Which one is being written; `id` is null for a new one. */
  let editing: { readonly id: string | null; readonly form: Form<CannedDraft> } | null = null;
  let query = '';
  let problem = '';

  function edit(response: CannedResponse | null): void {
    const { shortcut, title, content, shared } = response ?? { ...empty, shared: admin };
    const id = response?.id ?? null;
    problem = '';
    editing = {
      id,
      form: new Form<CannedDraft>(
        { shortcut, title, content, shared },
        {
          check,
          save: async (draft) => {
            const saved = await api.saveCannedResponse(id, {
              ...draft,
              shortcut: shortcutOf(draft.shortcut),
              title: draft.title.trim(),
            });
            const others = (loader.value ?? []).filter((other) => other.id !== saved.id);
            loader.set([...others, saved].sort((a, b) => (a.shortcut < b.shortcut ? -1 : 1)));
            return draft;
          },
          explain,
          changed: context.changed,
        },
      ),
    };
    context.changed();
    context.focus('#f-shortcut');
  }

  function check({ shortcut, title, content }: CannedDraft): Problems {
    return {
      ...(!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(shortcutOf(shortcut)) && { shortcut: wrong.shortcut }),
      ...(title.trim() === '' && { title: wrong.empty }),
      ...(lengthOf(title.trim()) > 120 && { title: wrong.tooLong(120) }),
      ...(content.trim() === '' && { content: wrong.empty }),
      ...(lengthOf(content) > 4_000 && { content: wrong.tooLong(4_000) }),
    };
  }

  function explain(reason: unknown): Problems {
    const error = toChatError(reason);
    const why = detailOf(error, 'reason');
    if (why === 'shortcut') return { shortcut: wrong.shortcutTaken };
    if (why === 'full') return { '': words.full };
    const field = detailOf(error, 'field');
    if (['shortcut', 'title', 'content'].includes(field)) return { [field]: wrong.refused };
    return { '': failureWords(error, strings) };
  }

  async function cancel(): Promise<void> {
    if (editing?.form.dirty && !(await context.confirm(strings.settings.leave))) return;
    leave();
  }

  function leave(): void {
    editing = null;
    context.changed();
    context.focus('#new-response');
  }

  async function remove(response: CannedResponse): Promise<void> {
    const sure = await context.confirm({
      heading: words.removeHeading(response.shortcut),
      text: response.shared ? words.removeShared : words.removeOwn,
      action: strings.settings.remove,
    });
    if (!sure) return;
    try {
      await api.deleteCannedResponse(response.id);
      loader.set((loader.value ?? []).filter((other) => other.id !== response.id));
      context.announce(words.removed(response.shortcut));
    } catch (reason) {
      problem = failureWords(toChatError(reason), strings);
      context.changed();
    }
  }

  function editor(form: Form<CannedDraft>, id: string | null): TemplateResult {
    const { draft, problems } = form;
    return html`<h3 class="panel__heading">${id === null ? words.newHeading : words.editHeading}</h3>
      ${formPanel(
        form,
        strings,
        html`${textField({
          name: 'shortcut',
          label: words.shortcut,
          hint: words.shortcutHint,
          value: draft.shortcut,
          problem: problems.shortcut,
          onInput: (shortcut) => form.set({ shortcut }),
        })}
          ${textField({
            name: 'title',
            label: words.title,
            value: draft.title,
            problem: problems.title,
            onInput: (title) => form.set({ title }),
          })}
          ${textField({
            name: 'content',
            label: words.content,
            hint: words.contentHint,
            lines: 6,
            value: draft.content,
            problem: problems.content,
            onInput: (content) => form.set({ content }),
          })}
          ${
            admin
              ? checkField({
                  name: 'shared',
                  label: words.shared,
                  hint: words.sharedHint,
                  checked: draft.shared,
                  onChange: (shared) => form.set({ shared }),
                })
              : nothing
          }`,
        {
          action: strings.settings.save,
          onCancel: () => void cancel(),
          onSaved: () => {
            context.announce(strings.settings.saved);
            leave();
          },
        },
      )}`;
  }

  function row(response: CannedResponse): TemplateResult {
    const mayChange = admin || !response.shared;
    return html`<li class="answers__row">
      <div class="answers__what">
        <span class="answers__title" dir="auto"><code>/${response.shortcut}</code> ${response.title}</span>
        <span class="answers__text" dir="auto">${response.content}</span>
      </div>
      ${
        mayChange
          ? html`<div class="people__actions">
              <button
                type="button"
                class="button button--quiet"
                aria-label="${words.edit}: ${response.shortcut}"
                @click=${() => edit(response)}
              >
                ${words.edit}
              </button>
              <button
                type="button"
                class="button button--quiet"
                aria-label=${strings.settings.removeNamed(response.shortcut)}
                @click=${() => void remove(response)}
              >
                ${strings.settings.remove}
              </button>
            </div>`
          : nothing
      }
    </li>`;
  }

  function group(all: readonly CannedResponse[], shared: boolean): TemplateResult {
    const shown = all.filter((response) => response.shared === shared && matches(response, query));
    return html`<h3 class="panel__heading">${shared ? words.sharedHeading : words.ownHeading}</h3>
      ${
        shown.length === 0
          ? html`<p class="form__hint">${query ? words.noneFound : shared ? words.noneShared : words.noneOwn}</p>`
          : html`<ul class="answers">
              ${shown.map(row)}
            </ul>`
      }`;
  }

  return {
    get dirty() {
      return editing?.form.dirty ?? false;
    },
    render: () =>
      loader.render((responses) =>
        editing
          ? editor(editing.form, editing.id)
          : html`${problem ? html`<p class="panel__problem" role="alert">${problem}</p>` : nothing}
              <div class="form__row form__row--end">
                ${
                  responses.length > 5
                    ? textField({
                        name: 'find',
                        label: words.find,
                        value: query,
                        onInput: (value) => {
                          query = value;
                          context.changed();
                        },
                      })
                    : nothing
                }
                <button
                  type="button"
                  class="button button--primary"
                  id="new-response"
                  @click=${() => edit(null)}
                >
                  ${words.add}
                </button>
              </div>
              <div class="panel">${group(responses, true)} ${group(responses, false)}</div>`,
      ),
  };
}

/** With or without the slash it is typed with later. */
function shortcutOf(text: string): string {
  return text.trim().replace(/^\//, '').toLowerCase();
}

function matches({ shortcut, title, content }: CannedResponse, query: string): boolean {
  const text = `${shortcut} ${title} ${content}`.toLocaleLowerCase();
  return text.includes(query.trim().toLocaleLowerCase().replace(/^\//, ''));
}
