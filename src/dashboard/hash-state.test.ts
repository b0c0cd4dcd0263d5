import { expect, test } from 'vitest';
import { NO_FILTER } from '../core/inbox.ts';
import { fromHash, toHash } from './hash-state.ts';

const ID = '0b9c0000-0000-4000-8000-00000000000a';
const usual = { tab: 'mine', sort: 'waiting', filter: NO_FILTER, conversation: null } as const;

test('what is usual is left out of the address', () => {
  expect(toHash(usual)).toBe('#tab=mine');
});

test.each([
  usual,
  { ...usual, tab: 'all', sort: 'priority', conversation: ID },
  { ...usual, filter: { ...NO_FILTER, tag: 'a & b = ü', unread: true, active: 'week' } },
  { ...usual, filter: { ...NO_FILTER, active: '2026-11-01/2026-11-20' } },
  { ...usual, tab: 'closed', filter: { ...NO_FILTER, agent: ID, priority: 'low', snoozed: true } },
] as const)('an address leads back to where it was made: %o', (place) => {
  expect(fromHash(toHash(place))).toEqual(place);
});

test.each(['', '#', '#/settings', '#section-2', '#sort=newest'])('%s is not ours', (hash) => {
  expect(fromHash(hash)).toBe(null);
});

test('a link to a conversation alone shows it beside all', () => {
  expect(fromHash(`#conversation=${ID}`)).toEqual({ ...usual, tab: 'all', conversation: ID });
});

test('what nobody could have chosen is left out', () => {
  expect(
    fromHash(
      '#tab=spam&conversation=0b9c&agent=somebody&sort=random&priority=blocker&unread=perhaps&active=year',
    ),
  ).toEqual(usual);
});
