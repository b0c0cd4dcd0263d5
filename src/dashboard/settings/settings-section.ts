// A page whose form is a part of the project's settings.
import { html, type TemplateResult } from 'lit';
import type { TeamSettings } from '../../core/admin-api.ts';
import type { ChatError } from '../../core/errors.ts';
import { formPanel } from './fields.ts';
import { Form, type Problems } from './form.ts';
import { detailOf, failureWords, Loader, type Section, type SectionContext } from './section.ts';

export interface SettingsPart<Draft extends object> {
  read(settings: TeamSettings): Draft;
  write(draft: Draft): Partial<TeamSettings>;
  check(draft: Draft): Problems;
  fields(form: Form<Draft>): TemplateResult;
}

export function settingsSection<Draft extends object>(
  context: SectionContext,
  part: SettingsPart<Draft>,
): Section {
  const loader = new Loader(context, async () => {
    return new Form<Draft>(part.read(await context.api.settings()), {
      check: (draft) => part.check(draft),
      // Only what was changed: what another admin has changed meanwhile stays.
      save: async (draft, kept) =>
        part.read(await context.api.saveSettings(changes(part.write(draft), part.write(kept)))),
      explain: (error) => explain(error, context),
      changed: () => context.changed(),
    });
  });
  return {
    get dirty() {
      return loader.value?.dirty ?? false;
    },
    render: () => loader.render((form) => html`${formPanel(form, context.strings, part.fields(form))}`),
  };
}

function changes(next: Partial<TeamSettings>, kept: Partial<TeamSettings>): Partial<TeamSettings> {
  return Object.fromEntries(
    Object.entries(next).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(kept[key as keyof TeamSettings]),
    ),
  );
}

/** What the database refuses although it looked right from here: it names the setting. */
function explain(error: ChatError, { strings }: SectionContext): Problems {
  const { settings } = strings;
  if (error.code === 'conflict' && detailOf(error, 'reason') === 'mfa') {
    return { requireMfa: settings.problems.mfa };
  }
  const field = detailOf(error, 'field').replace(/_./g, ([, letter]) => (letter as string).toUpperCase());
  if (error.code !== 'invalid' || !field) return { '': failureWords(error, strings) };
  return { [field]: field === 'timeZone' ? settings.problems.timeZone : settings.problems.refused };
}

/** A whole number in bounds; null for anything else. */
export function wholeNumber(text: string, least: number, most: number): number | null {
  const value = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

/** A list with one of its items changed. */
export function replaced<T>(list: readonly T[], index: number, item: T): readonly T[] {
  return list.map((other, at) => (at === index ? item : other));
}

export function without<T>(list: readonly T[], index: number): readonly T[] {
  return list.filter((_, at) => at !== index);
}
