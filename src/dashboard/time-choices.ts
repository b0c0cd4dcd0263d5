// When a snooze ends, which days are meant, and how that is said.
import type { DashboardMessages } from '../i18n/dashboard-en.ts';

const MORNING = 9;

export interface TimeChoice {
  readonly label: string;
  /** ISO 8601, or `infinity`. */
  readonly until: string;
}

/** What is offered: until the visitor writes, in an hour, tomorrow morning, Monday morning; in this browser's time. */
export function snoozeChoices(now: number, strings: DashboardMessages): readonly TimeChoice[] {
  const weekday = new Date(now).getDay();
  return [
    { label: strings.snoozeUntilReply, until: 'infinity' },
    { label: strings.snoozeHour, until: new Date(now + 3_600_000).toISOString() },
    { label: strings.snoozeTomorrow, until: morningIn(1, now) },
    // On a Sunday the week begins tomorrow.
    { label: strings.snoozeWeek, until: morningIn((8 - weekday) % 7 || 7, now) },
  ];
}

export function blockChoices(now: number, strings: DashboardMessages): readonly TimeChoice[] {
  const hours = (count: number) => new Date(now + count * 3_600_000).toISOString();
  return [
    { label: strings.blockHour, until: hours(1) },
    { label: strings.blockDay, until: hours(24) },
    { label: strings.blockWeek, until: hours(24 * 7) },
    { label: strings.blockMonth, until: hours(24 * 30) },
    { label: strings.blockForever, until: 'infinity' },
  ];
}

function morningIn(days: number, now: number): string {
  const day = new Date(now);
  day.setDate(day.getDate() + days);
  day.setHours(MORNING, 0, 0, 0);
  return day.toISOString();
}

/** "until reply", "until 15:30", "until Mon, 09:00", "until 3 Feb". */
export function untilWords(until: string, now: number, lang: string, strings: DashboardMessages): string {
  if (until === 'infinity') return strings.snoozedUntilReply;
  const time = Date.parse(until);
  if (Number.isNaN(time)) return strings.snoozed;
  return strings.snoozedUntil(momentWords(time, now, lang));
}

export function momentWords(time: number, now: number, lang: string): string {
  const clock = { hour: 'numeric', minute: '2-digit' } as const;
  const sameDay = new Date(time).toDateString() === new Date(now).toDateString();
  const format = sameDay
    ? clock
    : time - now < 6 * 86_400_000
      ? ({ weekday: 'short', ...clock } as const)
      : ({ day: 'numeric', month: 'short' } as const);
  return new Intl.DateTimeFormat(lang, format).format(time);
}

/** What a `datetime-local` field holds for a moment, in this browser's time. */
export function toLocalField(time: number): string {
  const pad = (part: number) => String(part).padStart(2, '0');
  const at = new Date(time);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** So many days up to today, as date fields have them, by the clock of whoever looks. */
export function lastDays(count: number, now: number): { from: string; to: string } {
  const day = (ago: number): string => {
    const date = new Date(now);
    date.setDate(date.getDate() - ago);
    return toLocalField(date.getTime()).slice(0, 10);
  };
  return { from: day(count - 1), to: day(0) };
}
