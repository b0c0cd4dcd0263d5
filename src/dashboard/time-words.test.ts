import { describe, expect, it } from 'vitest';
import { ago, cappedCount, longSpan, shortSpan, timeIn } from './time-words.ts';

describe('time words', () => {
  it('says the largest unit, counted down', () => {
    expect([59, 60, 3_599, 3_600, 200_000].map((seconds) => shortSpan(seconds, 'en', 'now'))).toEqual([
      'now',
      '1m',
      '59m',
      '1h',
      '2d',
    ]);
    expect(longSpan(240, 'en')).toBe('4 minutes');
    expect(longSpan(20, 'en')).toBeNull();
  });

  it('says how long ago, and now for what is fresh, ahead or no date', () => {
    const now = Date.parse('2026-11-23T10:00:00Z');
    expect(ago('2026-11-23T09:55:00Z', now, 'en', 'now')).toBe('5 minutes ago');
    expect(ago('2026-11-23T10:05:00Z', now, 'en', 'now')).toBe('now');
    expect(ago('2026-10-23T10:00:00Z', now, 'en', 'now')).toBe('31 days ago');
    expect(ago('2026-04-23T10:00:00Z', now, 'en', 'now')).toBe('7 months ago');
    expect(ago('2023-10-23T10:00:00Z', now, 'en', 'now')).toBe('3 years ago');
    expect(ago('never', now, 'en', 'now')).toBe('now');
  });

  it('shows nothing for what is no time zone', () => {
    const now = Date.parse('2026-01-23T10:00:00Z');
    expect(timeIn('Asia/Tokyo', now, 'en-GB')).toBe('19:00');
    expect(timeIn('Not/AZone', now, 'en')).toBeNull();
  });

  it('stops counting at 999', () => {
    expect(cappedCount(999, 'en')).toBe('999');
    expect(cappedCount(1000, 'en')).toBe('999+');
  });
});
