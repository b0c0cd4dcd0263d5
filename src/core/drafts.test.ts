import { expect, test } from 'vitest';
import { Drafts } from './drafts.ts';
import { FakeDisk, FakeStorage } from './testing/fake-browser.ts';

function twoTabs() {
  const disk = new FakeDisk();
  const open = () => new Drafts(new FakeStorage(disk), 'draft');
  return { disk, open, here: open(), there: open() };
}

test('what one page leaves the next one shows', () => {
  const { open, here } = twoTabs();
  here.set('s1', 'almost done');
  expect(open().get('s1')).toBe('almost done');
  expect(open().get('s2')).toBe('');
});

test('an empty text box stays empty while another tab writes, until somebody turns to the conversation again', () => {
  const { here, there } = twoTabs();
  expect(here.get('s1')).toBe('');
  there.set('s1', 'from there');
  expect(here.get('s1')).toBe('');
  here.turn();
  expect(here.get('s1')).toBe('from there');
});

test('so does one that was emptied by sending', () => {
  const { here, there } = twoTabs();
  here.set('s1', 'sent');
  here.set('s1', '');
  there.set('s1', 'from there');
  expect(here.get('s1')).toBe('');
  here.turn();
  expect(here.get('s1')).toBe('from there');
});

test('what is written here is neither replaced nor lost by what another tab writes', () => {
  const { here, there } = twoTabs();
  here.set('s1', 'mine');
  there.set('s1', 'theirs');
  here.turn();
  expect(here.get('s1')).toBe('mine');
  here.set('s1', 'mine, longer');
  expect(here.get('s1')).toBe('mine, longer');
});

test('what another tab has written since is not gone with what was sent here', () => {
  const { here, there, open } = twoTabs();
  here.set('s1', 'mine');
  there.set('s1', 'theirs');
  here.set('s1', '');
  expect(open().get('s1')).toBe('theirs');
  there.set('s1', '');
  expect(open().get('s1')).toBe('');
});

test('what another tab left and sent by now is shown no more where nobody touched it', () => {
  const { here, there } = twoTabs();
  there.set('s1', 'from there');
  expect(here.get('s1')).toBe('from there');
  there.set('s1', '');
  expect(here.get('s1')).toBe('');
});

test('nothing is left after everything is cleared', () => {
  const { disk, here } = twoTabs();
  here.set('s1', 'mine');
  here.set('s2', 'mine, too');
  here.clear();
  expect(disk.values.size).toBe(0);
  expect([here.get('s1'), here.get('s2')]).toEqual(['', '']);
});
