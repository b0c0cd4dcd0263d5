import { expect, test } from 'vitest';
import { excerpt, pieces } from './highlight.ts';

const show = (found: readonly { text: string; marked: boolean }[]) =>
  found.map(({ text, marked }) => (marked ? `[${text}]` : text)).join('');

test.each([
  ['Hello there', [[0, 5]], '[Hello] there'],
  ['Hello there', [[6, 5]], 'Hello [there]'],
  [
    'a b a',
    [
      [4, 1],
      [0, 1],
    ],
    '[a] b [a]',
  ],
  ['🙂🙂 card', [[3, 4]], '🙂🙂 [card]'],
  ['short', [[2, 100]], 'sh[ort]'],
  ['short', [[50, 2]], 'short'],
  [
    'abcd',
    [
      [0, 3],
      [1, 2],
    ],
    '[abc]d',
  ],
  ['none', [], 'none'],
] as const)('marks %s at %o', (text, ranges, shown) => {
  expect(show(pieces(text, ranges))).toBe(shown);
});

test('brings a mark far behind to the front, at the beginning of a word', () => {
  const text = 'It was tried again this morning with the bank, and the card went through.';
  expect(show(excerpt(text, [[55, 4]]))).toBe('…with the bank, and the [card] went through.');
  expect(show(excerpt('The card went through.', [[4, 4]]))).toBe('The [card] went through.');
  expect(show(excerpt('x'.repeat(60), [[50, 4]]))).toBe(`…${'x'.repeat(24)}[xxxx]xxxxxx`);
});
