// What every language must say, and which language a page gets.
import { en } from './en.ts';

type Wide<T> = T extends (...args: infer A) => string
  ? (...args: A) => string
  : T extends string
    ? string
    : T;

/** Every text of the widget and of what both elements share. */
export type Messages = { readonly [K in keyof typeof en]: Wide<(typeof en)[K]> };

/** A language to speak: its texts, and the locale in which dates and numbers go with them. */
export interface Language {
  readonly strings: Messages;
  readonly locale: string;
}

const languages: Readonly<Record<string, Messages>> = { en };

/**
 * The language for a page's `lang`, with single texts replaced by the page's own. Dates follow the texts: a page in
 * a language we do not speak gets English dates too.
 */
export function languageFor(lang: string, overrides: Partial<Messages> = {}): Language {
  const base = lang.toLowerCase().split('-')[0] ?? '';
  const known = languages[base];
  const strings = known ?? en;
  return {
    strings: Object.keys(overrides).length > 0 ? { ...strings, ...overrides } : strings,
    locale: known && isLocale(lang) ? lang : 'en',
  };
}

function isLocale(lang: string): boolean {
  try {
    return Intl.getCanonicalLocales(lang).length > 0;
  } catch {
    return false;
  }
}
