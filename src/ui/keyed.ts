// Lit's `repeat` for lists like ours, which grow at their ends: a third of its size, and leaves nothing behind.
import { noChange } from 'lit';
import { type ChildPart, Directive, directive } from 'lit/directive.js';
import { insertPart, removePart, setChildPartValue } from 'lit/directive-helpers.js';

class Keyed extends Directive {
  /** In the order of the document. */
  #parts = new Map<unknown, ChildPart>();

  render<T>(
    items: readonly T[],
    _keyOf: (item: T) => unknown,
    template: (item: T, index: number) => unknown,
  ): unknown {
    return items.map(template);
  }

  override update(container: ChildPart, [items, keyOf, template]: Parameters<this['render']>): unknown {
    const before = this.#parts;
    const after = new Map<unknown, ChildPart>();
    const wanted = new Set(items.map(keyOf));
    for (const [key, part] of before) {
      if (wanted.has(key)) continue;
      removePart(part);
      // Lit leaves it behind since 3.3.1 (lit#5298).
      (part.endNode as ChildNode | null)?.remove();
      before.delete(key);
    }
    const order = [...before.keys()];
    let at = 0;
    items.forEach((item, index) => {
      while (after.has(order[at])) at++;
      const key = keyOf(item);
      const next = before.get(order[at]);
      const known = before.get(key);
      const part = known && known === next ? known : insertPart(container, next, known);
      after.set(key, setChildPartValue(part, template(item, index)));
    });
    this.#parts = after;
    return noChange;
  }
}

/** Templates of `items`, whose nodes stay with their keys, each of which stands there once. */
export const keyed = directive(Keyed) as <T>(
  items: readonly T[],
  keyOf: (item: T) => unknown,
  template: (item: T, index: number) => unknown,
) => unknown;
