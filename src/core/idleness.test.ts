import { expect, test } from 'vitest';
import { Idleness } from './idleness.ts';
import { FakeStorage } from './testing/fake-browser.ts';
import { FakeClock } from './testing/fake-clock.ts';

const MINUTE = 60_000;

function setup() {
  const clock = new FakeClock();
  const storage = new FakeStorage();
  return { clock, storage, idleness: new Idleness(clock, storage, 'active') };
}

test('who does not move for ten minutes is idle, until they do', async () => {
  const { clock, idleness } = setup();
  await clock.advance(10 * MINUTE - 1);
  expect(idleness.isIdle()).toBe(false);
  await clock.advance(1);
  expect(idleness.isIdle()).toBe(true);
  expect(idleness.note()).toBe(true);
  expect(idleness.isIdle()).toBe(false);
  expect(idleness.note()).toBe(false);
});

test('who moves in another window is not idle in this one', async () => {
  const { clock, storage, idleness } = setup();
  const other = new Idleness(clock, storage, 'active');
  await clock.advance(9 * MINUTE);
  other.note();
  await clock.advance(9 * MINUTE);
  expect(idleness.isIdle()).toBe(false);
  await clock.advance(MINUTE);
  expect(idleness.isIdle()).toBe(true);
});

test('movements are not written down one by one', async () => {
  const { clock, storage, idleness } = setup();
  for (let second = 0; second < 60; second++) {
    idleness.note();
    await clock.advance(1_000);
  }
  expect(storage.writes).toBe(1);
});
