// What visitors and colleagues call whoever is signed in.
import { html } from 'lit';
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
  return {
    get dirty() {
      return form.dirty;
    },
    render: () =>
      formPanel(
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
      ),
  };
}

export function checkName(
  name: string,
  words: { readonly empty: string; tooLong(most: number): string },
): { readonly name?: string } {
  if (name.trim() === '') return { name: words.empty };
  return lengthOf(name.trim()) > 80 ? { name: words.tooLong(80) } : {};
}
