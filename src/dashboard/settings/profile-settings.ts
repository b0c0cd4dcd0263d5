// What visitors and colleagues call whoever is signed in.
import { html, nothing } from 'lit';
import { toChatError } from '../../core/errors.ts';
import { formPanel, textField } from './fields.ts';
import { Form } from './form.ts';
import { failureWords, type Section, type SectionContext } from './section.ts';
import { lengthOf } from './team-settings.ts';

export function profileSettings(context: SectionContext): Section {
  const { strings, api, me } = context;
  const words = strings.settings;
  const form = new Form<{ readonly name: string }>(
    { name: me.name },
    {
      check: ({ name }) => checkName(name, words.problems),
      save: async ({ name }) => {
        await api.saveName(name.trim());
        return { name: name.trim() };
      },
      explain: (error) =>
        error.code === 'invalid' || error.code === 'too-long'
          ? { name: words.problems.refused }
          : { '': failureWords(error, strings) },
      changed: context.changed,
    },
  );
  let problem = '';

  async function leaveEverywhere(leave: () => Promise<void>): Promise<void> {
    const { everywhereHeading: heading, everywhereText: text, everywhere: action } = strings.signInPage;
    if (!(await context.confirm({ heading, text, action }))) return;
    try {
      problem = '';
      await leave();
    } catch (reason) {
      problem = failureWords(toChatError(reason), strings);
    }
    context.changed();
  }

  return {
    get dirty() {
      return form.dirty;
    },
    render: () => {
      const leave = context.signOutEverywhere;
      return html`${formPanel(
        form,
        strings,
        html`${textField({
          name: 'name',
          label: words.profile.name,
          hint: words.profile.nameHint,
          value: form.draft.name,
          problem: form.problems.name,
          onInput: (name) => form.set({ name }),
        })}`,
      )}
      ${
        leave
          ? html`<div class="panel">
              <p class="form__hint">${strings.signInPage.everywhereHint}</p>
              ${problem ? html`<p class="form__problem" role="alert">${problem}</p>` : nothing}
              <button type="button" class="button" @click=${() => void leaveEverywhere(leave)}>
                ${strings.signInPage.everywhere}
              </button>
            </div>`
          : nothing
      }`;
    },
  };
}

function checkName(
  name: string,
  words: { readonly empty: string; tooLong(most: number): string },
): { readonly name?: string } {
  if (name.trim() === '') return { name: words.empty };
  return lengthOf(name.trim()) > 80 ? { name: words.tooLong(80) } : {};
}
