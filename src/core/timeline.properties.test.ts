// Whatever reaches a timeline, in whatever order, and however often: it is a window of the truth without gaps.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatMessage } from './model.ts';
import { tries } from './testing/properties.ts';
import { message } from './testing/samples.ts';
import {
  hasEarlier,
  isBehind,
  lastSeq,
  prepend,
  type Received,
  receive,
  refresh,
  startTimeline,
  type Timeline,
} from './timeline.ts';

const PAGE = 5;

/** What comes in: a live message, an answer to "after", the newest page as of some moment, an earlier page. */
type Delivery = readonly [kind: 'event' | 'after' | 'newest' | 'earlier', at: number];

const history = fc.integer({ min: 1, max: 40 });
const deliveries = fc.array(
  fc.tuple(
    fc.constantFrom<Delivery[0]>('event', 'event', 'event', 'after', 'newest', 'earlier', 'earlier'),
    fc.nat(1_000),
  ),
  { maxLength: 60 },
);

function truthOf(count: number): readonly ChatMessage[] {
  return Array.from({ length: count }, (_, index) => message(index + 1, { clientId: `c${index + 1}` }));
}

function deliver(timeline: Timeline, truth: readonly ChatMessage[], [kind, at]: Delivery): Received {
  const place = at % truth.length;
  switch (kind) {
    case 'event':
      return receive(timeline, truth.slice(place, place + 1));
    case 'after':
      return receive(timeline, truth.slice(place, place + PAGE));
    case 'newest':
      return refresh(timeline, truth.slice(0, place + 1).slice(-PAGE));
    case 'earlier': {
      // Mostly the page that was asked for, sometimes one that belonged to another window.
      const before = at % 3 === 0 ? place : timeline.base;
      return {
        timeline: prepend(timeline, truth.slice(Math.max(0, before - PAGE), before)),
        fresh: [],
      };
    }
  }
}

/** Facts that hold at any moment. */
function check({ base, messages, waiting }: Timeline, truth: readonly ChatMessage[]): void {
  expect(messages).toEqual(truth.slice(base, base + messages.length));
  const ahead = waiting.map(({ seq }) => seq);
  expect(ahead).toEqual([...new Set(ahead)].sort((a, b) => a - b));
  expect(ahead.every((seq) => seq > base + messages.length + 1)).toBe(true);
}

/** Facts about a step from one moment to the next. */
function checkStep(before: Timeline, { timeline: after, fresh }: Received): void {
  expect(lastSeq(after)).toBeGreaterThanOrEqual(lastSeq(before));
  // The window grows at its ends, or starts anew where it cannot touch what it held.
  if (after.base > before.base) expect(after.base).toBeGreaterThan(lastSeq(before));
  expect(fresh).toEqual(after.messages.filter(({ seq }) => seq > lastSeq(before)));
  const isSame =
    after.base === before.base &&
    after.messages.length === before.messages.length &&
    after.waiting.length === before.waiting.length;
  if (isSame) expect(after).toBe(before);
  // What is known to come after a gap stays known.
  const early = before.waiting.filter(({ seq }) => seq > lastSeq(after));
  expect(after.waiting).toEqual(expect.arrayContaining(early));
}

test('the window has no gap at any moment, never loses its end, and tells each message once', () => {
  fc.assert(
    fc.property(history, fc.nat(40), deliveries, (count, start, steps) => {
      const truth = truthOf(count);
      let timeline = startTimeline(truth.slice(0, start % (count + 1)).slice(-PAGE));
      check(timeline, truth);
      for (const step of steps) {
        const received = deliver(timeline, truth, step);
        checkStep(timeline, received);
        timeline = received.timeline;
        if (step[0] === 'newest') expect(lastSeq(timeline)).toBeGreaterThan(step[1] % count);
        check(timeline, truth);
      }
    }),
    tries(2_000),
  );
});

test('after any delivery, fetching what is missing ends as if nothing had been lost', () => {
  fc.assert(
    fc.property(history, fc.nat(40), deliveries, (count, start, steps) => {
      const truth = truthOf(count);
      let timeline = startTimeline(truth.slice(0, start % (count + 1)).slice(-PAGE));
      for (const step of steps) timeline = deliver(timeline, truth, step).timeline;
      while (isBehind(timeline, count)) {
        const last = lastSeq(timeline);
        timeline = receive(timeline, truth.slice(last, last + PAGE)).timeline;
        expect(lastSeq(timeline)).toBeGreaterThan(last);
      }
      while (hasEarlier(timeline)) {
        const { base } = timeline;
        timeline = prepend(timeline, truth.slice(Math.max(0, base - PAGE), base));
        expect(timeline.base).toBeLessThan(base);
      }
      expect(timeline).toEqual({ base: 0, messages: truth, waiting: [] });
    }),
    tries(2_000),
  );
});

test('the order of events and their repetition make no difference', () => {
  fc.assert(
    fc.property(
      history.chain((count) =>
        fc.tuple(fc.shuffledSubarray([...truthOf(count), ...truthOf(count)]), fc.constant(count)),
      ),
      ([heard, count]) => {
        let timeline = startTimeline([]);
        for (const one of heard) timeline = receive(timeline, [one]).timeline;
        const together = receive(startTimeline([]), heard).timeline;
        expect(timeline).toEqual(together);
        const distinct = new Set(heard.map(({ seq }) => seq));
        let gapless = 0;
        while (distinct.has(gapless + 1)) gapless += 1;
        expect(lastSeq(timeline)).toBe(gapless);
        expect(timeline.waiting).toHaveLength(distinct.size - gapless);
        expect(isBehind(timeline, count)).toBe(gapless < count);
        expect(isBehind(timeline, 0)).toBe(distinct.size > gapless);
      },
    ),
    tries(1_000),
  );
});
