import { describe, expect, it } from 'vitest';
import { deskSession } from '../core/testing/samples.ts';
import { waitingLevel, waitingSeconds } from './waiting.ts';

const now = Date.parse('2026-11-23T10:00:00Z');
const settings = { waitingAmber: 60, waitingRed: 120 };

describe('waiting', () => {
  it('counts from the first unanswered message', () => {
    const session = deskSession({ waitingSince: '2026-11-23T09:58:30Z' });
    expect(waitingSeconds(session, now)).toBe(90);
  });

  it('is nobody’s where nothing is unanswered, or the conversation is closed', () => {
    expect(waitingSeconds(deskSession({ waitingSince: null }), now)).toBeNull();
    const closed = deskSession({ waitingSince: '2026-11-23T09:00:00Z', status: 'closed' });
    expect(waitingSeconds(closed, now)).toBeNull();
  });

  it('rests while the conversation is snoozed, and counts on after', () => {
    const waitingSince = '2026-11-23T09:59:00Z';
    const asleep = deskSession({ waitingSince, snoozedUntil: '2026-11-23T12:00:00Z' });
    expect(waitingSeconds(asleep, now)).toBeNull();
    const awake = deskSession({ waitingSince, snoozedUntil: '2026-11-23T09:59:30Z' });
    expect(waitingSeconds(awake, now)).toBe(60);
  });

  it('is never negative, whatever the clocks say', () => {
    expect(waitingSeconds(deskSession({ waitingSince: '2026-11-23T10:05:00Z' }), now)).toBe(0);
  });

  it('turns amber and then red at the thresholds of the settings', () => {
    expect([null, 0, 59, 60, 119, 120].map((seconds) => waitingLevel(seconds, settings))).toEqual([
      'none',
      'calm',
      'calm',
      'amber',
      'amber',
      'red',
    ]);
  });
});
