import { describe, expect, it } from 'vitest';
import { daysBetween, formatDay, formatDuration, formatOpening, formatRelative } from './format.ts';
import { languageFor } from './messages.ts';

const at = (day: number, hour = 12, minute = 0) => new Date(2026, 10, day, hour, minute).toISOString();
const now = new Date(2026, 10, 23, 12, 0).getTime();

describe('dates', () => {
  it('counts calendar days, not hours', () => {
    expect(daysBetween(new Date(2026, 10, 22, 23, 59), new Date(2026, 10, 23, 0, 1))).toBe(1);
    expect(daysBetween(new Date(2026, 2, 28, 12), new Date(2026, 2, 30, 12))).toBe(2);
  });

  it('names days as people do', () => {
    const days = [at(23), at(22), at(20), at(2), new Date(2025, 10, 2).toISOString()];
    expect(days.map((day) => formatDay(day, 'en-GB', now))).toEqual([
      'Today',
      'Yesterday',
      'Friday',
      '2 November',
      '2 November 2025',
    ]);
  });

  it('is short in lists', () => {
    const times = [at(23, 11, 59), at(23, 11, 20), at(23, 9), at(22), at(2)];
    expect(times.map((time) => formatRelative(time, 'en', now))).toEqual([
      '1m ago',
      '40m ago',
      '3h ago',
      'yesterday',
      'Nov 2',
    ]);
    expect(formatRelative(at(24), 'en-GB', now)).toBe('now');
  });

  it('rounds waits to what one would say', () => {
    const waits = [20, 290, 1300, 3400, 8000, 200_000];
    expect(waits.map((seconds) => formatDuration(seconds, 'en'))).toEqual([
      '1 minute',
      '5 minutes',
      '20 minutes',
      '1 hour',
      '2 hours',
      '2 days',
    ]);
  });

  it('says when the office opens', () => {
    expect(formatOpening(at(23, 14), 'en-GB', now)).toBe('at 14:00');
    expect(formatOpening(at(24, 9), 'en-GB', now)).toBe('tomorrow at 9:00');
    expect(formatOpening(at(27, 9), 'en-GB', now)).toBe('Friday at 9:00');
  });
});

describe('languageFor', () => {
  it('dates in the language of the texts', () => {
    expect(languageFor('en-GB').locale).toBe('en-GB');
    expect(languageFor('xx').locale).toBe('en');
    expect(languageFor('en-!').locale).toBe('en');
  });

  it('takes single texts from the page', () => {
    const { strings } = languageFor('en', { openChat: 'Ask us' });
    expect([strings.openChat, strings.closeChat]).toEqual(['Ask us', 'Close chat']);
  });
});
