import { expect, test } from 'vitest';
import { belongs, firstPage, NO_FILTER, nextPage, rowsOf, toDatabaseFilter, withChanged } from './inbox.ts';
import type { InboxSort, InboxTab, InboxView } from './model.ts';
import { deskSession } from './testing/samples.ts';

const mine = { id: 'a1', name: 'Ada', avatar: null };
const theirs = { id: 'a2', name: 'Bo', avatar: null };
const NOW = Date.parse('2026-11-23T10:00:00Z');

const view = (tab: InboxTab, sort: InboxSort): InboxView => ({ tab, sort, filter: NO_FILTER });

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
  const rows = rowsOf(firstPage(view('all', 'waiting'), sessions, null), sessions);
  expect(rows.map(({ id }) => id)).toEqual(['waits-long', 'waits', 'quiet-new', 'quiet-old']);
});

test('a session that sorts behind the loaded pages stays with the pages not loaded', () => {
  const loaded = [deskSession({ id: 'a', lastMessageAt: '2026-11-23T09:00:00Z' })];
  const list = firstPage(view('all', 'newest'), loaded, 'more');
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
  const list = firstPage(view('all', 'waiting'), loaded, 'more');
  const answered = deskSession({ id: 'b', waitingSince: null });
  expect([...withChanged(list, answered, 'a1', NOW).ids]).toEqual(['a']);
  expect(
    withChanged(list, deskSession({ id: 'b', waitingSince: loaded[1]?.waitingSince ?? null }), 'a1', NOW),
  ).toBe(list);
});

test('the most urgent come first where priority sorts, of each the newest', () => {
  const sessions = [
    deskSession({
      id: 'normal',
      lastMessageAt: '2026-11-23T09:59:00Z',
      waitingSince: '2026-11-23T09:00:00Z',
    }),
    deskSession({ id: 'urgent-old', priority: 'urgent', lastMessageAt: '2026-11-23T08:00:00Z' }),
    deskSession({ id: 'low', priority: 'low', lastMessageAt: '2026-11-23T09:58:00Z' }),
    deskSession({ id: 'urgent-new', priority: 'urgent', lastMessageAt: '2026-11-23T09:00:00Z' }),
    deskSession({ id: 'high', priority: 'high', lastMessageAt: '2026-11-23T07:00:00Z' }),
  ];
  const ids = (tab: InboxTab) =>
    rowsOf(firstPage(view(tab, 'priority'), sessions, null), sessions).map(({ id }) => id);
  expect(ids('all')).toEqual(['urgent-new', 'urgent-old', 'high', 'normal', 'low']);
  expect(ids('closed')).toEqual(['normal', 'low', 'urgent-new', 'urgent-old', 'high']);
});

test.each([
  [{ agent: 'a2' }, { agent: theirs }, true],
  [{ agent: 'a2' }, { agent: mine }, false],
  [{ agent: 'a2' }, {}, false],
  [{ tag: 'VIP' }, { tags: ['vip'] }, true],
  [{ tag: 'vip' }, { tags: ['vips'] }, false],
  [{ priority: 'high' as const }, { priority: 'high' as const }, true],
  [{ priority: 'high' as const }, {}, false],
  [{ unread: true }, { unread: 2 }, true],
  [{ unread: true }, {}, false],
  [{ snoozed: true }, { snoozedUntil: 'infinity' }, true],
  [{ snoozed: true }, { snoozedUntil: '2026-11-23T09:00:00Z' }, false],
  [{ active: 'day' as const }, { lastMessageAt: '2026-11-22T10:00:00Z' }, true],
  [{ active: 'day' as const }, { lastMessageAt: '2026-11-22T09:59:59Z' }, false],
  [{ active: 'month' as const }, { lastMessageAt: '2026-10-30T10:00:00Z' }, true],
  [{ active: 'before-week' as const }, { lastMessageAt: '2026-11-16T09:59:59Z' }, true],
  [{ active: 'before-week' as const }, { lastMessageAt: '2026-11-16T10:00:00Z' }, false],
  [{ active: 'week' as const, unread: true }, { unread: 1, tags: ['vip'] }, true],
  [{ active: '2026-11-02/2026-11-03' as const }, { lastMessageAt: local('2026-11-02T00:00') }, true],
  [{ active: '2026-11-02/2026-11-03' as const }, { lastMessageAt: local('2026-11-01T23:59') }, false],
  [{ active: '2026-11-02/2026-11-03' as const }, { lastMessageAt: local('2026-11-03T23:59') }, true],
  [{ active: '2026-11-02/2026-11-03' as const }, { lastMessageAt: local('2026-11-04T00:00') }, false],
  [{ active: '2026-11-03/2026-11-02' as const }, { lastMessageAt: local('2026-11-03T23:59') }, true],
  [{ active: '2026-11-03/2026-11-02' as const }, { lastMessageAt: local('2026-11-04T00:00') }, false],
  [{ active: '2026-11-02/' as const }, { lastMessageAt: local('2026-11-02T00:00') }, true],
  [{ active: '2026-11-02/' as const }, { lastMessageAt: local('2026-11-01T23:59') }, false],
  [{ active: '/2026-11-03' as const }, { lastMessageAt: local('2026-11-03T23:59') }, true],
  [{ active: '/2026-11-03' as const }, { lastMessageAt: local('2026-11-04T00:00') }, false],
])('a filter %o lets a session with %o pass: %s', (filter, patch, expected) => {
  expect(belongs(deskSession(patch), 'all', 'a1', NOW, { ...NO_FILTER, ...filter })).toBe(expected);
});

test('what is put off is in its tab where it is asked for', () => {
  const snoozed = deskSession({ agent: mine, status: 'assigned', snoozedUntil: 'infinity' });
  expect(belongs(snoozed, 'mine', 'a1', NOW)).toBe(false);
  expect(belongs(snoozed, 'mine', 'a1', NOW, { ...NO_FILTER, snoozed: true })).toBe(true);
});

test('the database is asked for what the filter names, in its own terms', () => {
  expect(toDatabaseFilter(NO_FILTER, NOW)).toBe(null);
  expect(toDatabaseFilter({ ...NO_FILTER, tag: 'vip', unread: true, active: 'day' }, NOW)).toEqual({
    tag: 'vip',
    unread: true,
    after: '2026-11-22T10:00:00.000Z',
  });
  expect(toDatabaseFilter({ ...NO_FILTER, active: 'before-week' }, NOW)).toEqual({
    before: '2026-11-16T10:00:00.000Z',
  });
  // The day on which clocks go back has an hour more.
  expect(toDatabaseFilter({ ...NO_FILTER, active: '2026-10-25/2026-10-25' }, NOW)).toEqual({
    after: local('2026-10-25T00:00'),
    before: local('2026-10-26T00:00'),
  });
  expect(toDatabaseFilter({ ...NO_FILTER, active: '2026-11-02/' }, NOW)).toEqual({
    after: local('2026-11-02T00:00'),
  });
});

test('a session that no longer passes the filter leaves the list', () => {
  const sessions = [deskSession({ id: 'a', unread: 1 })];
  const list = firstPage(
    { ...view('all', 'newest'), filter: { ...NO_FILTER, unread: true } },
    sessions,
    null,
  );
  expect(withChanged(list, deskSession({ id: 'a', unread: 0 }), 'a1', NOW).ids.size).toBe(0);
});

/** A time in this machine's zone. */
function local(time: string): string {
  return new Date(time).toISOString();
}
