// English that shows what a translation does to the layout: every text longer by a third, with accents, and right to
// left where asked for, without being unreadable to whoever looks at the picture.
const ACCENTS: Readonly<Record<string, string>> = {
  a: 'å',
  e: 'ë',
  i: 'ï',
  o: 'ö',
  u: 'ü',
  A: 'Å',
  E: 'Ë',
  O: 'Ö',
};

function pseudoText(text: string, rtl: boolean): string {
  const accented = text.replace(/[aeiouAEO]/g, (letter) => ACCENTS[letter] ?? letter);
  const long = `${accented}${' ~~~'.repeat(Math.ceil(text.length / 12))}`;
  // What Android's pseudo-locale ar-XB does.
  return rtl ? long.replace(/\S+/g, (word) => `\u200f\u202e${word}\u202c\u200f`) : long;
}

/** The same strings in a language nobody speaks. */
export function pseudoLocale<T extends object>(strings: T, rtl: boolean): T {
  const translate = (value: unknown): unknown => {
    if (typeof value === 'string') return pseudoText(value, rtl);
    if (Array.isArray(value)) return value.map(translate);
    if (typeof value === 'function') return (...args: unknown[]) => translate(value(...args));
    return value;
  };
  return Object.fromEntries(Object.entries(strings).map(([key, value]) => [key, translate(value)])) as T;
}
