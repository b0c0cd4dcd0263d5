import { describe, expect, it } from 'vitest';
import { LineHeights, linesAround } from './message-window.ts';

const lines = Array.from({ length: 1000 }, (_, n) => ({ key: `${n}` }));

describe('linesAround()', () => {
  it('draws what is not long whole', () => {
    expect(linesAround({ first: 150, end: 160 }, 160, null)).toEqual({ first: 0, end: 160 });
  });

  it('draws what is in view and as much on either side, up to both ends', () => {
    expect(linesAround({ first: 500, end: 520 }, 1000, null)).toEqual({ first: 460, end: 560 });
    expect(linesAround({ first: 5, end: 25 }, 1000, null)).toEqual({ first: 0, end: 65 });
    expect(linesAround({ first: 990, end: 1000 }, 1000, null)).toEqual({ first: 950, end: 1000 });
  });

  it('keeps what is drawn until little is left on one side', () => {
    const drawn = { first: 460, end: 560 };
    expect(linesAround({ first: 475, end: 495 }, 1000, drawn)).toBe(drawn);
    expect(linesAround({ first: 474, end: 494 }, 1000, drawn)).toEqual({ first: 434, end: 534 });
    expect(linesAround({ first: 525, end: 545 }, 1000, drawn)).toBe(drawn);
    expect(linesAround({ first: 526, end: 546 }, 1000, drawn)).toEqual({ first: 486, end: 586 });
  });

  it('keeps what reaches an end, however near that is', () => {
    const start = { first: 0, end: 60 };
    expect(linesAround({ first: 0, end: 20 }, 1000, start)).toBe(start);
    const end = { first: 940, end: 1000 };
    expect(linesAround({ first: 980, end: 1000 }, 1000, end)).toBe(end);
  });

  it('draws the new lines at the end, and none that are gone', () => {
    const drawn = { first: 940, end: 1000 };
    expect(linesAround({ first: 981, end: 1001 }, 1001, drawn)).toEqual({ first: 941, end: 1001 });
    expect(linesAround({ first: 970, end: 990 }, 990, drawn)).toEqual({ first: 930, end: 990 });
  });
});

describe('LineHeights', () => {
  it('adds up what was measured, and takes the average for the rest', () => {
    const heights = new LineHeights();
    heights.set('0', 100);
    heights.set('1', 30);
    heights.set('1', 50);
    expect(heights.of(lines.slice(0, 2))).toBe(150);
    expect(heights.of(lines.slice(1, 4))).toBe(50 + 75 + 75);
  });

  it('finds a line by its distance from another one, in both directions', () => {
    const heights = new LineHeights();
    for (const { key } of lines) heights.set(key, key === '500' ? 200 : 40);
    expect(heights.indexAt(lines, 500, 0)).toBe(500);
    expect(heights.indexAt(lines, 500, 199)).toBe(500);
    expect(heights.indexAt(lines, 500, 200)).toBe(501);
    expect(heights.indexAt(lines, 501, -1)).toBe(500);
    expect(heights.indexAt(lines, 501, -201)).toBe(499);
    expect(heights.indexAt(lines, 1000, -900)).toBe(977);
  });

  it('stays within the list', () => {
    const heights = new LineHeights();
    expect(heights.indexAt(lines, 0, 1e9)).toBe(999);
    expect(heights.indexAt(lines, 2000, -1e9)).toBe(0);
    expect(heights.indexAt([], 0, 100)).toBe(0);
  });

  it('forgets', () => {
    const heights = new LineHeights();
    heights.set('0', 100);
    heights.clear();
    heights.set('1', 10);
    expect(heights.of(lines.slice(0, 1))).toBe(10);
  });
});
