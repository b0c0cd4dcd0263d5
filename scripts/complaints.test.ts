// docs/complaints.md names tests: each is there under the title it is named by.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const rows = readFileSync(`${ROOT}docs/complaints.md`, 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line));
const named = rows.flatMap((row) =>
  [...row.matchAll(/`([\w/.-]+\.(?:ts|sql))`: `([^`]+)`/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  })),
);

/** Whether a test of this title is in the file: the first argument of a call, or in SQL any text. */
function isThere({ file, title }: { file: string; title: string }): boolean {
  if (!existsSync(ROOT + file)) return false;
  const text = readFileSync(ROOT + file, 'utf8');
  if (file.endsWith('.sql')) return text.includes(`'${title}'`);
  const literal = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\(\\s*(['"\`])${literal}\\1,`).test(text);
}

it('every complaint is told once and has a test that shows the answer', () => {
  const numbers = rows.map((row) => Number(/^\| (\d+)/.exec(row)?.[1]));
  expect(numbers).toEqual(Array.from({ length: 34 }, (_, index) => index + 1));
  expect(rows.filter((row) => !row.includes('`: `'))).toEqual([]);
});

it('every test that is named exists', () => {
  expect(named.length).toBeGreaterThanOrEqual(rows.length);
  expect(named.filter((one) => !isThere(one))).toEqual([]);
});
