// @vitest-environment happy-dom
import { html, render } from 'lit';
import { afterEach, describe, expect, it } from 'vitest';
import { keyed } from './keyed.ts';

afterEach(() => document.body.replaceChildren());

function list() {
  const root = document.createElement('ul');
  document.body.append(root);
  const moved: Node[] = [];
  return {
    show(letters: string, text = (letter: string) => letter) {
      render(
        html`<li>above</li>${keyed(
          [...letters],
          (letter) => letter,
          (letter) => html`<li id=${letter}>${text(letter)}</li>`,
        )}<li>below</li>`,
        root,
      );
    },
    texts: () => [...root.children].map((child) => child.textContent),
    nodes: () => root.childNodes.length,
    items: () => new Map([...root.querySelectorAll('[id]')].map((item) => [item.id, item])),
    /** Which items that were there before and after have been taken out in between. */
    async movedBy(change: () => void) {
      moved.length = 0;
      const before = this.items();
      const observer = new MutationObserver(() => {});
      observer.observe(root, { childList: true });
      change();
      for (const { removedNodes } of observer.takeRecords()) moved.push(...removedNodes);
      observer.disconnect();
      return [...this.items()]
        .filter(([key, item]) => before.get(key) === item && moved.includes(item))
        .map(([key]) => key);
    },
  };
}

describe('keyed', () => {
  it('shows the items in order, between what stands around them', () => {
    const { show, texts } = list();
    for (const letters of ['abc', 'xabcy', 'cxy', '', 'yxc', 'abcdefg', 'gfedcba', 'bdxfac', 'a']) {
      show(letters);
      expect(texts()).toEqual(['above', ...letters, 'below']);
    }
  });

  it('leaves nothing behind of what went away', () => {
    const { show, nodes } = list();
    show('abc');
    const before = nodes();
    for (const letters of ['cde', 'x', '', 'bcda', 'abc']) show(letters);
    expect(nodes()).toBe(before);
  });

  it('keeps the nodes of a key, and renders them anew', () => {
    const { show, texts, items } = list();
    show('abc');
    const before = items();
    show('cxa', (letter) => letter.toUpperCase());
    expect(texts()).toEqual(['above', 'C', 'X', 'A', 'below']);
    expect(items().get('a')).toBe(before.get('a'));
    expect(items().get('c')).toBe(before.get('c'));
  });

  it('moves nothing when items come and go at the ends', async () => {
    const view = list();
    view.show('cdef');
    expect(await view.movedBy(() => view.show('abcdef'))).toEqual([]);
    expect(await view.movedBy(() => view.show('defghi'))).toEqual([]);
  });

  it('moves only the item that comes first', async () => {
    const view = list();
    view.show('abcd');
    expect(await view.movedBy(() => view.show('cabd'))).toEqual(['c']);
  });
});
