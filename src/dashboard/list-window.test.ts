import { describe, expect, it } from 'vitest';
import { listWindow } from './list-window.ts';

describe('listWindow', () => {
  it('renders a short list whole', () => {
    expect(listWindow(40, 84, 3000, 800)).toEqual({ first: 0, end: 40 });
  });

  it('renders a screenful and a little more of a long list', () => {
    const { first, end } = listWindow(10_000, 84, 84 * 500, 840);
    expect(first).toBe(492);
    expect(end).toBe(518);
  });

  it('covers what is on screen at both ends', () => {
    expect(listWindow(10_000, 84, 0, 840).first).toBe(0);
    expect(listWindow(10_000, 84, 84 * 9_990, 840).end).toBe(10_000);
  });

  it('never renders nothing, even when the list shrank under a scroll position', () => {
    const { first, end } = listWindow(100, 84, 84 * 5_000, 840);
    expect(end).toBeGreaterThan(first);
    expect(end).toBe(100);
  });
});
