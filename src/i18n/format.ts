// Dates, times and durations in a reader's words. Intl objects are costly to make, so each is made once.
const DAY_MS = 86_400_000;

const cache = new Map<string, unknown>();

function cached<T>(key: string, make: () => T): T {
  let value = cache.get(key) as T | undefined;
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return cached(`d${locale}${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));
}

function relativeFormat(locale: string, style: Intl.RelativeTimeFormatStyle): Intl.RelativeTimeFormat {
  return cached(`r${locale}${style}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style }));
}

/** "14:05" */
export function formatTime(iso: string, locale: string): string {
  return dateFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(new Date(iso));
}

/** "Monday, 23 November 2026 at 14:05" */
export function formatDateTime(iso: string, locale: string): string {
  return dateFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));
}

/** Whole days from one local calendar day to another; robust against days of 23 and 25 hours. */
export function daysBetween(from: Date, to: Date): number {
  return Math.round(
    (Date.UTC(to.getFullYear(), to.getMonth(), to.getDate()) -
      Date.UTC(from.getFullYear(), from.getMonth(), from.getDate())) /
      DAY_MS,
  );
}

/** "Today", "Yesterday", "Monday", "23 November", "23 November 2025" */
export function formatDay(iso: string, locale: string, now: number = Date.now()): string {
  const date = new Date(iso);
  const today = new Date(now);
  const ago = daysBetween(date, today);
  if (ago === 0 || ago === 1) return capitalise(relativeFormat(locale, 'long').format(-ago, 'day'), locale);
  if (ago > 1 && ago < 7) return dateFormat(locale, { weekday: 'long' }).format(date);
  const sameYear = date.getFullYear() === today.getFullYear();
  return dateFormat(locale, {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(date);
}

/** "now", "5m ago", "2h ago", "yesterday", "3 Nov" – short enough for a list row. */
export function formatRelative(iso: string, locale: string, now: number = Date.now()): string {
  const date = new Date(iso);
  const seconds = Math.max(0, Math.round((now - date.getTime()) / 1000));
  const relative = relativeFormat(locale, 'narrow');
  if (seconds < 60) return relative.format(0, 'second');
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute');
  const days = daysBetween(date, new Date(now));
  if (days === 0) return relative.format(-Math.floor(seconds / 3600), 'hour');
  if (days < 7) return relative.format(-days, 'day');
  return dateFormat(locale, { day: 'numeric', month: 'short' }).format(date);
}

/** "30 seconds", "5 minutes", "2 hours", "1 day": rounded to what one would say. */
export function formatDuration(seconds: number, locale: string): string {
  const [value, unit] = roundDuration(seconds);
  return cached(
    `u${locale}${unit}`,
    () => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }),
  ).format(value);
}

function roundDuration(seconds: number): [number, 'minute' | 'hour' | 'day'] {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 10) return [minutes, 'minute'];
  if (minutes < 55) return [Math.round(minutes / 5) * 5, 'minute'];
  const hours = Math.max(1, Math.round(minutes / 60));
  return hours < 24 ? [hours, 'hour'] : [Math.round(hours / 24), 'day'];
}

/** When the office opens: "at 9:00", "tomorrow at 9:00", "Monday at 9:00". */
export function formatOpening(iso: string, locale: string, now: number = Date.now()): string {
  const date = new Date(iso);
  const ahead = daysBetween(new Date(now), date);
  const time = formatTime(iso, locale);
  if (ahead <= 0) return joinDayAndTime('', time, locale);
  if (ahead === 1) return joinDayAndTime(relativeFormat(locale, 'long').format(1, 'day'), time, locale);
  return joinDayAndTime(
    dateFormat(locale, ahead < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' }).format(date),
    time,
    locale,
  );
}

// Intl has no "at" to stand alone; English needs one, others read well with a plain space.
function joinDayAndTime(day: string, time: string, locale: string): string {
  const at = locale.startsWith('en') ? `at ${time}` : time;
  return day ? `${day} ${at}` : at;
}

function capitalise(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
