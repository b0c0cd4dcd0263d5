import { expect, test } from 'vitest';
import { createStorage } from './storage.ts';

function fake(refuse: { read?: boolean; write?: boolean } = {}): Storage {
  const values = new Map<string, string>();
  const check = (refused: boolean | undefined) => {
    if (refused) throw new DOMException('No.', 'SecurityError');
  };
  return {
    get length() {
      return values.size;
    },
    clear: () => values.clear(),
    key: () => null,
    getItem(key) {
      check(refuse.read);
      return values.get(key) ?? null;
    },
    setItem(key, value) {
      check(refuse.write);
      values.set(key, value);
    },
    removeItem(key) {
      check(refuse.write);
      values.delete(key);
    },
  };
}

test('values are kept in localStorage', () => {
  const local = fake();
  createStorage(() => local).set('a', '1');
  expect(createStorage(() => local).get('a')).toBe('1');
});

test('blocked storage falls back to memory', () => {
  const storage = createStorage(() => {
    throw new DOMException('No.', 'SecurityError');
  });
  expect(storage.get('a')).toBeNull();
  storage.set('a', '1');
  expect(storage.get('a')).toBe('1');
  storage.remove('a');
  expect(storage.get('a')).toBeNull();
});

test('what a full storage refuses is held in memory, over what is stored', () => {
  const refuse = { write: false };
  const local = fake(refuse);
  const storage = createStorage(() => local);
  storage.set('a', 'old');
  refuse.write = true;
  storage.set('a', 'new');
  expect(storage.get('a')).toBe('new');
  storage.remove('a');
  expect(storage.get('a')).toBeNull();
  refuse.write = false;
  storage.set('a', 'fits');
  expect(storage.get('a')).toBe('fits');
  expect(local.getItem('a')).toBe('fits');
});
