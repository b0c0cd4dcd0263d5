// Where the reader is in a conversation: which of its lines are drawn, and that those on screen stay where they are.
import { LineHeights, type Lines, linesAround } from './message-window.ts';
import type { ListItem } from './timeline-items.ts';

/** Stands in where there is no layout. */
const ASSUMED_VIEW = 900;

type From = 'end' | 'place' | number;

export class MessagePlace {
  #drawn: Lines = { first: 0, end: 0 };
  readonly #root: () => ParentNode | null;
  readonly #heights = new LineHeights();
  #items: readonly ListItem[] = [];
  #firstKey = '';
  /** The first message in view, and how far its end, which no name above it can move, is below the view's top. */
  #anchor: { readonly key: string; readonly below: number } | null = null;
  #selecting = false;
  #width = 0;

  constructor(root: () => ParentNode | null) {
    this.#root = root;
  }

  get drawn(): Lines {
    return this.#drawn;
  }

  /** Remembers what is on screen. */
  note(): void {
    this.#anchor = null;
    const scroller = this.#scroller();
    // Whoever went to the very start is to stay there while its lines are drawn.
    if (!scroller || (!scroller.scrollTop && this.#drawn.first > 0)) return;
    const { top: edge, bottom } = scroller.getBoundingClientRect();
    for (const { row, item } of this.#rows()) {
      const box = row.getBoundingClientRect();
      // Separators go elsewhere when other lines come.
      if (box.bottom <= edge || !item || !('message' in item)) continue;
      if (box.top < bottom) this.#anchor = { key: item.key, below: box.bottom - edge };
      return;
    }
  }

  /** For other messages. */
  forget(): void {
    this.#heights.clear();
  }

  /** From now on lines stay while something is selected, or the selection would go with them. */
  noteSelecting(): void {
    this.#selecting = true;
  }

  /** Decides what to draw: around the newest line, around the line with that index, or around what is on screen. */
  choose(items: readonly ListItem[], from: From): void {
    this.#items = items;
    this.#drawn = this.#linesFor(from);
    this.#firstKey = items[this.#drawn.first]?.key ?? '';
  }

  /** Whether what is drawn will soon not do. */
  isShort(from: From): boolean {
    const { first, end } = this.#linesFor(from);
    return first !== this.#drawn.first || end !== this.#drawn.end;
  }

  /** Call when the lines are drawn: measures them and fills the room of the others. */
  settle(keepsPlace: boolean): void {
    const { first, end } = this.#drawn;
    const items = this.#items;
    this.#measure();
    const above = this.#heights.of(items.slice(0, first));
    this.#fill('.above', above);
    this.#fill('.below', this.#heights.of(items.slice(end)));
    const moved = keepsPlace ? this.#moved() : 0;
    if (moved === 0) return;
    // What was guessed wrong goes into the room above. Scrolling would break off the scrolling that goes on.
    if (Math.abs(moved) < above / 2) this.#fill('.above', above - moved);
    else this.restore();
  }

  /** Scrolls what was on screen back to where it was. */
  restore(): void {
    const scroller = this.#scroller();
    const moved = this.#moved();
    if (scroller && moved !== 0) scroller.scrollTop += moved;
  }

  #moved(): number {
    const scroller = this.#scroller();
    const anchor = this.#anchor;
    if (!scroller || !anchor) return 0;
    const at = this.#rows().find(({ item }) => item?.key === anchor.key);
    if (!at) return 0;
    return at.row.getBoundingClientRect().bottom - scroller.getBoundingClientRect().top - anchor.below;
  }

  #linesFor(from: From): Lines {
    const items = this.#items;
    const count = items.length;
    const height = this.#scroller()?.clientHeight || ASSUMED_VIEW;
    const first =
      from === 'place'
        ? this.#placeIndex()
        : from === 'end'
          ? this.#heights.indexAt(items, count, -height)
          : from;
    const end = from === 'end' ? count : Math.min(count, this.#heights.indexAt(items, first, height) + 1);
    const drawn = items[this.#drawn.first]?.key === this.#firstKey ? this.#drawn : null;
    const lines = linesAround({ first, end }, count, drawn);
    if (!drawn || !this.#selecting || document.getSelection()?.type !== 'Range') return lines;
    return {
      first: Math.min(lines.first, drawn.first),
      end: Math.min(count, Math.max(lines.end, drawn.end)),
    };
  }

  #placeIndex(): number {
    const known = this.#items.findIndex(({ key }) => key === this.#anchor?.key);
    if (known >= 0) return known;
    // Nothing that is drawn is in view: somebody went far at once.
    const scroller = this.#scroller();
    const first = Math.min(this.#drawn.first, this.#items.length);
    const top = scroller?.scrollTop ?? 0;
    const room = this.#space('.above')?.offsetHeight ?? 0;
    const guess = this.#heights.of(this.#items.slice(0, first));
    const index =
      top < room
        ? this.#heights.indexAt(this.#items, 0, (top * guess) / room)
        : this.#heights.indexAt(this.#items, first, top - room);
    // The very start stands under other things, and where it always does.
    const line = index === 0 ? undefined : this.#items[index];
    this.#anchor = line ? { key: line.key, below: 0 } : null;
    return index;
  }

  #measure(): void {
    const { clientHeight = 0, clientWidth = 0 } = this.#scroller() ?? {};
    if (clientHeight === 0) return;
    if (clientWidth !== this.#width) this.forget();
    this.#width = clientWidth;
    const rows = this.#rows();
    for (const [at, { row, item }] of rows.entries()) {
      const next = rows[at + 1];
      // What the last one needs is known only at the end of all.
      if (!item || (!next && this.#drawn.end < this.#items.length)) break;
      const { top, bottom } = row.getBoundingClientRect();
      this.#heights.set(item.key, (next?.row.getBoundingClientRect().top ?? bottom) - top);
    }
  }

  #fill(name: string, height: number): void {
    const space = this.#space(name);
    if (space) space.style.blockSize = `${height}px`;
  }

  #space(name: string): HTMLElement | null {
    return this.#root()?.querySelector<HTMLElement>(name) ?? null;
  }

  #scroller(): HTMLElement | null {
    return this.#space('.scroller');
  }

  /** The lines in the document, and what they show. */
  #rows(): { readonly row: Element; readonly item: ListItem | undefined }[] {
    return [...(this.#space('.content')?.children ?? [])]
      .filter((row) => !row.matches('.earlier, .space, .typing'))
      .map((row, at) => ({ row, item: this.#items[this.#drawn.first + at] }));
  }
}
