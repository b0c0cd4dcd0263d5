import { expect, test } from 'vitest';
import { RowSelection } from './row-selection.ts';

const shown = ['a', 'b', 'c', 'd'].map((id) => ({ id }));

function setup() {
  const selection = new RowSelection({
    addController() {},
    removeController() {},
    requestUpdate() {},
    updateComplete: Promise.resolve(true),
  });
  return { selection, ids: () => [...selection.ids].sort().join('') };
}

test('rows are chosen and left one by one', () => {
  const { selection, ids } = setup();
  selection.toggle('b', shown);
  selection.toggle('d', shown);
  expect(ids()).toBe('bd');
  selection.toggle('b', shown);
  expect(ids()).toBe('d');
});

test('a range goes from the last one chosen, in either direction', () => {
  const { selection, ids } = setup();
  selection.toggle('c', shown);
  selection.toggle('a', shown, true);
  expect(ids()).toBe('abc');
  const other = setup();
  other.selection.toggle('b', shown, true);
  expect(other.ids()).toBe('b');
});

test('choosing goes on until it is ended', () => {
  const { selection, ids } = setup();
  selection.begin();
  expect(selection.isOn).toBe(true);
  selection.all(shown);
  expect(ids()).toBe('abcd');
  selection.clear();
  expect([selection.isOn, ids()]).toEqual([false, '']);
});

test('what has left the list is not chosen any more', () => {
  const { selection, ids } = setup();
  selection.all(shown);
  selection.keep([{ id: 'b' }, { id: 'x' }]);
  expect(ids()).toBe('b');
});
