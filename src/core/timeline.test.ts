import { expect, test } from 'vitest';
import { message, messages } from './testing/samples.ts';
import {
  hasEarlier,
  isBehind,
  lastSeq,
  prepend,
  receive,
  refresh,
  startTimeline,
  withUnsent,
} from './timeline.ts';

const seqs = (list: readonly { seq: number }[]) => list.map(({ seq }) => seq);

test('the next message applies', () => {
  const { timeline, fresh } = receive(startTimeline(messages(1, 2)), [message(3)]);
  expect(seqs(timeline.messages)).toEqual([1, 2, 3]);
  expect(seqs(fresh)).toEqual([3]);
});

test('a message that is held already changes nothing', () => {
  const before = startTimeline(messages(1, 3));
  const { timeline, fresh } = receive(before, [message(2)]);
  expect(timeline).toBe(before);
  expect(fresh).toEqual([]);
});

test('a message after a gap waits until the gap is filled', () => {
  const early = receive(startTimeline(messages(1, 2)), [message(5)]);
  expect(seqs(early.timeline.messages)).toEqual([1, 2]);
  expect(isBehind(early.timeline, 0)).toBe(true);

  const half = receive(early.timeline, [message(4)]);
  expect(half.fresh).toEqual([]);

  const full = receive(half.timeline, [message(3)]);
  expect(seqs(full.fresh)).toEqual([3, 4, 5]);
  expect(isBehind(full.timeline, 5)).toBe(false);
});

test('a waiting message that comes twice is held once', () => {
  const once = receive(startTimeline([]), [message(2)]).timeline;
  expect(receive(once, [message(2)]).timeline).toBe(once);
});

test('a window that starts above 1 has earlier messages', () => {
  const timeline = startTimeline(messages(51, 60));
  expect(hasEarlier(timeline)).toBe(true);
  expect(lastSeq(timeline)).toBe(60);
  const whole = prepend(timeline, messages(1, 50));
  expect(hasEarlier(whole)).toBe(false);
  expect(seqs(whole.messages)).toEqual(seqs(messages(1, 60)));
});

test('an earlier page that overlaps is joined without repeats', () => {
  const timeline = prepend(startTimeline(messages(11, 12)), messages(5, 12));
  expect(seqs(timeline.messages)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
});

test('an earlier page that does not join is left out', () => {
  const timeline = startTimeline(messages(11, 12));
  expect(prepend(timeline, messages(1, 5))).toBe(timeline);
});

test('a newest page beyond a gap starts the window anew', () => {
  const { timeline, fresh } = refresh(startTimeline(messages(1, 10)), messages(100, 149));
  expect(timeline.base).toBe(99);
  expect(fresh).toHaveLength(50);
});

test('unsent messages come last and vanish when their row is there', () => {
  const unsent = { ...message(0, { clientId: 'c1' }), status: 'sending' as const, error: null };
  const timeline = startTimeline([message(1)]);
  expect(withUnsent(timeline, [unsent]).map(({ status }) => status)).toEqual(['sent', 'sending']);
  const arrived = receive(timeline, [message(2, { clientId: 'c1' })]).timeline;
  expect(withUnsent(arrived, [unsent]).map(({ status }) => status)).toEqual(['sent', 'sent']);
});
