import { expect, test } from 'vitest';
import { PreferenceBook, parseInboxView } from './desk-preferences.ts';
import { NO_FILTER } from './inbox.ts';
import { FakeStorage } from './testing/fake-browser.ts';

const usual = { letterKeys: true, notifications: false, views: [] };

test('what an agent prefers is there again on the next page', () => {
  const storage = new FakeStorage();
  const view = {
    name: 'Late VIPs',
    tab: 'all' as const,
    sort: 'priority' as const,
    filter: { ...NO_FILTER, tag: 'vip', unread: true },
  };
  new PreferenceBook(storage, 'p').write({ letterKeys: false, notifications: true, views: [view] });
  expect(new PreferenceBook(storage, 'p').read()).toEqual({
    letterKeys: false,
    notifications: true,
    views: [view],
  });
});

test.each([
  null,
  'no JSON',
  '7',
  '[]',
  '{"letterKeys": "perhaps", "notifications": 1, "views": "none"}',
  '{"views": [null, 4, {"tab": "all"}, {"name": ""}]}',
])('what is damaged is as nothing: %s', (stored) => {
  const storage = new FakeStorage();
  if (stored !== null) storage.set('p', stored);
  expect(new PreferenceBook(storage, 'p').read()).toEqual(usual);
});

test('of a list that is remembered only what there is counts', () => {
  expect(
    parseInboxView({
      tab: 'spam',
      sort: 'newest',
      filter: { agent: 4, tag: 'vip', priority: 'blocker', unread: 'yes', active: 'week', colour: 'red' },
    }),
  ).toEqual({ tab: 'mine', sort: 'newest', filter: { ...NO_FILTER, tag: 'vip', active: 'week' } });
  expect(parseInboxView({})).toEqual({ tab: 'mine', sort: 'waiting', filter: NO_FILTER });
});

test.each([
  ['2026-11-01/2026-11-20', true],
  ['2026-11-01/', true],
  ['/2026-11-20', true],
  ['/', false],
  ['2026-11-01', false],
  ['2026-11-01/2026-11-20/', false],
  ['2026-13-01/', false],
  ['2026-11-01/soon', false],
  ['--/', false],
])('of days that are remembered only dates count: %s, %s', (active, isKept) => {
  expect(parseInboxView({ filter: { active } }).filter.active).toBe(isKept ? active : null);
});
