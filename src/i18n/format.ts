// Dates, times and durations in a reader's words. Intl objects are costly to make, so each is made once.
const DAY_MS = 86_400_000;

/** What `Date` takes. */
type Moment = Date | number | string;

const made: Record<string, unknown> = {};

function formatter<F, O>(Format: new (locale: string, options: O) => F, locale: string, options: O): F {
  const key = Format.name + locale + JSON.stringify(options);
  made[key] ??= new Format(locale, options);
  return made[key] as F;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return formatter(Intl.DateTimeFormat, locale, options);
}

function relativeFormat(locale: string, style: Intl.RelativeTimeFormatStyle): Intl.RelativeTimeFormat {
  return formatter(Intl.RelativeTimeFormat, locale, { numeric: 'auto', style });
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
export function daysBetween(from: Moment, to: Moment): number {
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

function midnight(moment: Moment): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

/** "Today", "Yesterday", "Monday", "23 November", "23 November 2025" */
export function formatDay(iso: string, locale: string, now: number = Date.now()): string {
  const day = nameOfDay(iso, locale, now);
  return day.charAt(0).toLocaleUpperCase(locale) + day.slice(1);
}

/** "yesterday", "today", "tomorrow", a weekday within a week of now, else the date. */
function nameOfDay(iso: string, locale: string, now: number): string {
  const date = new Date(iso);
  const days = daysBetween(now, date);
  if (Math.abs(days) < 2) return relativeFormat(locale, 'long').format(days, 'day');
  if (Math.abs(days) < 7) return dateFormat(locale, { weekday: 'long' }).format(date);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
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
  const days = daysBetween(date, now);
  if (days === 0) return relative.format(-Math.floor(seconds / 3600), 'hour');
  if (days < 7) return relative.format(-days, 'day');
  return dateFormat(locale, { day: 'numeric', month: 'short' }).format(date);
}

/** "5 minutes", "2 hours", "1 day": rounded to what one would say. */
export function formatDuration(seconds: number, locale: string): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  const hours = Math.round(minutes / 60);
  const [value, unit] =
    minutes < 10
      ? [minutes, 'minute']
      : minutes < 55
        ? [Math.round(minutes / 5) * 5, 'minute']
        : hours < 24
          ? [hours, 'hour']
          : [Math.round(hours / 24), 'day'];
  return formatter(Intl.NumberFormat, locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

/** When the office opens: "at 9:00", "tomorrow at 9:00", "Monday at 9:00". */
export function formatOpening(iso: string, locale: string, now: number = Date.now()): string {
  const time = formatTime(iso, locale);
  // Intl has no "at" to stand alone; English needs one, others read well with a plain space.
  const at = locale.startsWith('en') ? `at ${time}` : time;
  return daysBetween(now, iso) > 0 ? `${nameOfDay(iso, locale, now)} ${at}` : at;
}
