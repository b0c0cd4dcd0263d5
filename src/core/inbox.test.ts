import { expect, test } from 'vitest';
import { belongs, firstPage, nextPage, rowsOf, withChanged } from './inbox.ts';
import { deskSession } from './testing/samples.ts';

const mine = { id: 'a1', name: 'Ada', avatar: null };
const theirs = { id: 'a2', name: 'Bo', avatar: null };
const NOW = Date.parse('2026-11-23T10:00:00Z');

test.each([
  ['mine', { agent: mine, status: 'assigned' as const }, true],
  ['mine', { agent: theirs, status: 'assigned' as const }, false],
  ['mine', {}, false],
  ['mine', { agent: mine, status: 'closed' as const }, false],
  ['mine', { agent: mine, snoozedUntil: '2026-11-23T11:00:00Z' }, false],
  ['mine', { agent: mine, snoozedUntil: '2026-11-23T09:00:00Z' }, true],
  ['unassigned', {}, true],
  ['unassigned', { agent: mine }, false],
  ['unassigned', { status: 'closed' as const }, false],
  ['all', { agent: theirs }, true],
  ['all', { snoozedUntil: '2026-11-23T11:00:00Z' }, true],
  ['all', { status: 'closed' as const }, false],
  ['closed', { status: 'closed' as const }, true],
  ['closed', {}, false],
] as const)('%s lists a session with %o: %s', (tab, patch, expected) => {
  expect(belongs(deskSession(patch), tab, 'a1', NOW)).toBe(expected);
});

test('who waits longest comes first, then the newest', () => {
  const sessions = [
    deskSession({ id: 'quiet-old', lastMessageAt: '2026-11-23T08:00:00Z' }),
    deskSession({ id: 'waits', waitingSince: '2026-11-23T09:30:00Z' }),
    deskSession({ id: 'quiet-new', lastMessageAt: '2026-11-23T09:50:00Z' }),
    deskSession({ id: 'waits-long', waitingSince: '2026-11-23T09:00:00.5+00:00' }),
  ];
  const rows = rowsOf(firstPage('all', 'waiting', sessions, null), sessions);
  expect(rows.map(({ id }) => id)).toEqual(['waits-long', 'waits', 'quiet-new', 'quiet-old']);
});

test('a session that sorts behind the loaded pages stays with the pages not loaded', () => {
  const loaded = [deskSession({ id: 'a', lastMessageAt: '2026-11-23T09:00:00Z' })];
  const list = firstPage('all', 'newest', loaded, 'more');
  const older = deskSession({ id: 'b', lastMessageAt: '2026-11-23T08:00:00Z' });
  const newer = deskSession({ id: 'c', lastMessageAt: '2026-11-23T09:30:00Z' });
  expect(withChanged(list, older, 'a1', NOW)).toBe(list);
  expect([...withChanged(list, newer, 'a1', NOW).ids]).toEqual(['a', 'c']);
  const whole = nextPage(list, [older], null);
  expect([...whole.ids]).toEqual(['a', 'b']);
});

test('a last row that moves behind the loaded pages goes where the rows behind it are', () => {
  const loaded = [
    deskSession({ id: 'a', waitingSince: '2026-11-23T09:00:00Z' }),
    deskSession({ id: 'b', waitingSince: '2026-11-23T09:10:00Z' }),
  ];
  const list = firstPage('all', 'waiting', loaded, 'more');
  const answered = deskSession({ id: 'b', waitingSince: null });
  expect([...withChanged(list, answered, 'a1', NOW).ids]).toEqual(['a']);
  expect(
    withChanged(list, deskSession({ id: 'b', waitingSince: loaded[1]?.waitingSince ?? null }), 'a1', NOW),
  ).toBe(list);
});
