import { expect, it } from 'vitest';
import { toCsv } from './files.ts';

it.each([
  ['=1+1', `"'=1+1"`],
  ['+49', `"'+49"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['\n=1', `"'\n=1"`],
  ['＝1', `"'＝1"`],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['a=b', '"a=b"'],
  ['say "hi", please', '"say ""hi"", please"'],
  ['two\nlines', '"two\nlines"'],
  ['', '""'],
  [-1, '-1'],
  [null, ''],
])('is no formula and one cell: %j', (value, cell) => {
  expect(toCsv([[value, 'x']])).toBe(`\uFEFF${cell},"x"\r\n`);
});
