// The words that visitors read before anybody answers.
import { html, nothing } from 'lit';
import { crossIcon } from '../desk-icons.ts';
import { problemOf, textField } from './fields.ts';
import type { Section, SectionContext } from './section.ts';
import { replaced, settingsSection, without } from './settings-section.ts';

const MOST_QUESTIONS = 6;

interface Draft {
  readonly teamName: string;
  readonly greeting: string;
  readonly awayText: string;
  readonly suggestedQuestions: readonly string[];
}

export function teamSettings(context: SectionContext): Section {
  const words = context.strings.settings;
  return settingsSection<Draft>(context, {
    read: ({ teamName, greeting, awayText, suggestedQuestions }) => ({
      teamName,
      greeting,
      awayText,
      suggestedQuestions,
    }),
    write: (draft) => ({
      ...draft,
      teamName: draft.teamName.trim(),
      suggestedQuestions: draft.suggestedQuestions.map((text) => text.trim()).filter(Boolean),
    }),
    check: ({ teamName, greeting, awayText, suggestedQuestions }) => ({
      ...(teamName.trim() === '' && { teamName: words.problems.empty }),
      ...(lengthOf(teamName.trim()) > 80 && { teamName: words.problems.tooLong(80) }),
      ...(lengthOf(greeting) > 500 && { greeting: words.problems.tooLong(500) }),
      ...(lengthOf(awayText) > 500 && { awayText: words.problems.tooLong(500) }),
      ...Object.fromEntries(
        suggestedQuestions.flatMap((text, index) =>
          lengthOf(text.trim()) > 200 ? [[`suggestedQuestions.${index}`, words.problems.tooLong(200)]] : [],
        ),
      ),
    }),
    fields: (form) => {
      const { draft, problems } = form;
      const field = (name: 'teamName' | 'greeting' | 'awayText', lines?: number) =>
        textField({
          name,
          label: words.team[name],
          hint: words.team[`${name}Hint`],
          value: draft[name],
          problem: problems[name],
          ...(lines && { lines }),
          onInput: (value) => form.set({ [name]: value }),
        });
      return html`${field('teamName')} ${field('greeting', 2)} ${field('awayText', 2)}
        <fieldset class="form__group">
          <legend class="form__label">${words.team.questions}</legend>
          <p class="form__hint">${words.team.questionsHint}</p>
          ${draft.suggestedQuestions.map(
            (text, index) => html`<div class="form__line">
              ${textField({
                name: `suggestedQuestions.${index}`,
                label: words.team.question(index + 1),
                quiet: true,
                value: text,
                problem: problems[`suggestedQuestions.${index}`],
                onInput: (value) =>
                  form.set({ suggestedQuestions: replaced(draft.suggestedQuestions, index, value) }),
              })}
              <button
                type="button"
                class="icon-button"
                aria-label=${words.removeNamed(words.team.question(index + 1))}
                @click=${() => form.set({ suggestedQuestions: without(draft.suggestedQuestions, index) })}
              >
                ${crossIcon}
              </button>
            </div>`,
          )}
          ${problemOf('suggestedQuestions', problems.suggestedQuestions)}
          ${
            draft.suggestedQuestions.length < MOST_QUESTIONS
              ? html`<button
                  type="button"
                  class="button"
                  @click=${() => form.set({ suggestedQuestions: [...draft.suggestedQuestions, ''] })}
                >
                  ${words.team.addQuestion}
                </button>`
              : nothing
          }
        </fieldset>`;
    },
  });
}

/** As the database counts: characters, not UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length;
}
