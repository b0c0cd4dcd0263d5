import { expect, it } from 'vitest';
import { snoozeChoices } from './snooze-times.ts';

const local = (text: string) => new Date(text).getTime();

it.each([
  ['2026-11-25T23:30:00', '2026-11-26T09:00:00', '2026-11-30T09:00:00'],
  ['2026-11-23T08:00:00', '2026-11-24T09:00:00', '2026-11-30T09:00:00'],
  ['2026-11-29T12:00:00', '2026-11-30T09:00:00', '2026-11-30T09:00:00'],
])('on %s, tomorrow is %s and next week %s', (now, tomorrow, monday) => {
  const choices = Object.fromEntries(snoozeChoices(local(now)).map(({ name, until }) => [name, until]));
  expect(choices).toEqual({
    reply: 'infinity',
    hour: new Date(local(now) + 3_600_000).toISOString(),
    tomorrow: new Date(local(tomorrow)).toISOString(),
    week: new Date(local(monday)).toISOString(),
  });
});
