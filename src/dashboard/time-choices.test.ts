import { expect, test } from 'vitest';
import { dashboardEn } from '../i18n/dashboard-en.ts';
import {
  blockChoices,
  lastDays,
  momentWords,
  snoozeChoices,
  toLocalField,
  untilWords,
} from './time-choices.ts';

/** A time of this machine's clock, as agents choose by their own. */
const at = (text: string) => new Date(text).getTime();

test.each([
  ['Thursday', '2026-11-26T15:30', '2026-11-27T09:00', '2026-11-30T09:00'],
  ['Sunday', '2026-11-29T15:30', '2026-11-30T09:00', '2026-11-30T09:00'],
  ['Monday', '2026-11-30T08:00', '2026-12-01T09:00', '2026-12-07T09:00'],
])('on a %s, tomorrow and next week begin in the morning', (_day, now, tomorrow, week) => {
  const [reply, hour, ...mornings] = snoozeChoices(at(now), dashboardEn).map(({ until }) => until);
  expect(reply).toBe('infinity');
  expect(Date.parse(hour ?? '') - at(now)).toBe(3_600_000);
  expect(mornings.map((until) => Date.parse(until))).toEqual([at(tomorrow), at(week)]);
});

test('every block but the last has an end', () => {
  const untils = blockChoices(at('2026-11-26T15:30'), dashboardEn).map(({ until }) => until);
  expect(untils.at(-1)).toBe('infinity');
  expect(untils.slice(0, -1).every((until) => Date.parse(until) > at('2026-11-26T15:30'))).toBe(true);
});

test('a moment is told as shortly as it is clear', () => {
  const now = at('2026-11-26T08:00');
  expect(momentWords(at('2026-11-26T15:30'), now, 'en')).toBe('3:30 PM');
  expect(momentWords(at('2026-11-27T09:00'), now, 'en')).toBe('Fri 9:00 AM');
  expect(momentWords(at('2027-02-03T09:00'), now, 'en')).toBe('Feb 3');
  expect(untilWords('infinity', now, 'en', dashboardEn)).toBe('until reply');
  expect(untilWords('nonsense', now, 'en', dashboardEn)).toBe('snoozed');
});

test('a field for a time holds this machine’s time', () => {
  expect(toLocalField(at('2026-01-02T03:04'))).toBe('2026-01-02T03:04');
});

test.each([
  ['one day is today', 1, '2026-11-26'],
  ['a week', 7, '2026-11-20'],
  ['over the end of a month', 30, '2026-10-28'],
])('%s', (_what, count, from) => {
  for (const time of ['2026-11-26T00:00', '2026-11-26T23:59'])
    expect(lastDays(count, at(time))).toEqual({ from, to: '2026-11-26' });
});
