// What a report's numbers are shown as.
import type { Report, ReportFigures } from '../../core/admin-api.ts';

const DAY_MS = 86_400_000;

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** "45s", "2m 30s", "12m", "3h 5m", "2d 4h": the two largest units, where the second is worth it. */
export function duration(seconds: number, lang: string): string {
  const at = Math.max(
    0,
    units.findIndex(([, size]) => seconds >= size),
  );
  const [unit, size] = seconds < 1 ? units[3] : (units[at] as (typeof units)[number]);
  const format = (count: number, name: string): string =>
    new Intl.NumberFormat(lang, { style: 'unit', unit: name, unitDisplay: 'narrow' }).format(count);
  const whole = format(Math.floor(seconds / size), unit);
  const next = units[at + 1];
  if (!next || seconds < 1 || (unit === 'minute' && seconds >= 600)) return whole;
  const rest = Math.floor((seconds % size) / next[1]);
  return rest > 0 ? `${whole} ${format(rest, next[0])}` : whole;
}

export interface Bar {
  /** The day it is, or the Monday its week begins with. */
  readonly day: string;
  readonly count: number;
}

/** Every day of the report, those without anything too. */
export function daysOf({
  from,
  to,
  days,
}: Report): { readonly day: string; readonly figures: ReportFigures | null }[] {
  const known = new Map(days.map(({ day, figures }) => [day, figures]));
  const list = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    list.push({ day, figures: known.get(day) ?? null });
  }
  return list;
}

/** As many bars as can be told apart: days, or weeks where there are more than three months. */
export function bars(report: Report): { readonly weekly: boolean; readonly bars: readonly Bar[] } {
  const days = daysOf(report);
  if (days.length <= 92) {
    return {
      weekly: false,
      bars: days.map(({ day, figures }) => ({ day, count: figures?.conversations ?? 0 })),
    };
  }
  const weeks = new Map<string, number>();
  for (const { day, figures } of days) {
    // 5 January 1970 was a Monday.
    const at = Date.parse(day);
    const monday = at - ((at / DAY_MS + 3) % 7) * DAY_MS;
    const week = new Date(monday).toISOString().slice(0, 10);
    weeks.set(week, (weeks.get(week) ?? 0) + (figures?.conversations ?? 0));
  }
  return { weekly: true, bars: [...weeks].map(([day, count]) => ({ day, count })) };
}

/** The next number above that is easy to read on an axis, and to halve. */
export function ceiling(value: number): number {
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** For times: minutes, hours and days are what is easy to read there. */
export function ceilingOfTime(seconds: number): number {
  const steps = [60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400];
  return steps.find((step) => step >= seconds) ?? Math.ceil(seconds / 172_800) * 172_800;
}

export function average({ rated, ratingSum }: ReportFigures): number | null {
  return rated > 0 ? ratingSum / rated : null;
}
