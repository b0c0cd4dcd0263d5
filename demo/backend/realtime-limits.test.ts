import { expect, test } from 'vitest';
import { RateCounter } from './realtime-limits.ts';

function counter(perSecond: number) {
  let now = 0;
  const rate = new RateCounter(perSecond, { now: () => now });
  return {
    rate,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

test('a burst is judged only when its five seconds are over', () => {
  const { rate, wait } = counter(10);
  rate.add(1000);
  expect(rate.exceeded).toBe(false);
  wait(5);
  expect(rate.exceeded).toBe(true);
});

test('the limit lasts until the average of the last minute has fallen below it', () => {
  const { rate, wait } = counter(10);
  rate.add(100);
  wait(5);
  expect(rate.exceeded).toBe(true);
  wait(5);
  expect(rate.exceeded).toBe(true);
  wait(5);
  expect(rate.exceeded).toBe(false);
});

test('what is a minute old counts no longer', () => {
  const { rate, wait } = counter(10);
  rate.add(100_000);
  wait(60);
  expect(rate.exceeded).toBe(true);
  wait(5);
  expect(rate.exceeded).toBe(false);
});
