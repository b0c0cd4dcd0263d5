// Times in the few characters a list has room for, and in full where there is more.

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function cached<F extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => F,
): F {
  const known = formats.get(key) ?? make();
  formats.set(key, known);
  return known as F;
}

const steps = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

type Unit = (typeof steps)[number][0];

/** The largest unit that fits, counted down: 3,700 s is one hour. Under a minute there is none. */
function largestUnit(seconds: number): { unit: Unit; count: number } | null {
  for (const [unit, size] of steps) {
    if (seconds >= size) return { unit, count: Math.floor(seconds / size) };
  }
  return null;
}

/** "4m", "3h", "2d" and `now` below a minute. */
export function shortSpan(seconds: number, lang: string, now: string): string {
  return span(seconds, lang, 'narrow') ?? now;
}

/** "4 minutes", "3 hours"; null below a minute. */
export function longSpan(seconds: number, lang: string): string | null {
  return span(seconds, lang, 'long');
}

function span(seconds: number, lang: string, unitDisplay: 'narrow' | 'long'): string | null {
  const largest = largestUnit(seconds);
  if (!largest) return null;
  const { unit, count } = largest;
  return cached(
    `span ${lang} ${unit} ${unitDisplay}`,
    () => new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay }),
  ).format(count);
}

/** "2 days ago", "5 minutes ago" and `now` below a minute. */
export function ago(iso: string, now: number, lang: string, nowWord: string): string {
  const seconds = Math.floor((now - Date.parse(iso)) / 1000);
  const largest = Number.isNaN(seconds) ? null : largestUnit(seconds);
  if (!largest) return nowWord;
  const { unit, count } = largest;
  const format = cached(`ago ${lang}`, () => new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }));
  if (unit === 'day' && count >= 365) return format.format(-Math.floor(count / 365), 'year');
  if (unit === 'day' && count >= 60) return format.format(-Math.floor(count / 30.44), 'month');
  return format.format(-count, unit);
}

/** Date and time in full, for where the short form is looked up. */
export function stamp(iso: string, lang: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return '';
  return cached(
    `stamp ${lang}`,
    () => new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(time);
}

/** The time of day somewhere else; null for what is no time zone. */
export function timeIn(timeZone: string, now: number, lang: string): string | null {
  try {
    return cached(
      `zone ${lang} ${timeZone}`,
      () => new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit', timeZone }),
    ).format(now);
  } catch {
    return null;
  }
}

/** Counts stop at 1000, which reads "999+". */
export function cappedCount(count: number, lang: string): string {
  const number = cached(`number ${lang}`, () => new Intl.NumberFormat(lang));
  return count >= 1000 ? `${number.format(999)}+` : number.format(count);
}
