// Which lines of a long conversation stand in the document, and how much room the others take.

/** Lines by their index: from `first` up to, but not including, `end`. */
export interface Lines {
  readonly first: number;
  readonly end: number;
}

type Keyed = readonly { readonly key: string }[];

/** Up to so many are drawn whole: selecting and finding in the page work on all of them. */
const WHOLE = 160;
/** So many are drawn on either side of those in view. */
const AROUND = 40;
/** Others are drawn when fewer than this are left on a side. */
const NEAR = 15;
/** Height of a line as long as none was measured. */
const ASSUMED = 48;

/** What to draw where `view` is to be seen: as long as possible what is drawn already. */
export function linesAround(view: Lines, count: number, drawn: Lines | null): Lines {
  if (count <= WHOLE) return { first: 0, end: count };
  const hasStart = drawn && (drawn.first === 0 || view.first - drawn.first >= NEAR);
  const hasEnd = drawn && (drawn.end === count || (drawn.end < count && drawn.end - view.end >= NEAR));
  if (hasStart && hasEnd) return drawn;
  return { first: Math.max(0, view.first - AROUND), end: Math.min(count, view.end + AROUND) };
}

/** Heights of lines, each up to the beginning of the next. Those not measured yet count as the average. */
export class LineHeights {
  readonly #heights = new Map<string, number>();
  #sum = 0;

  set(key: string, height: number): void {
    this.#sum += height - (this.#heights.get(key) ?? 0);
    this.#heights.set(key, height);
  }

  clear(): void {
    this.#heights.clear();
    this.#sum = 0;
  }

  /** How much room lines take. */
  of(lines: Keyed): number {
    return lines.reduce((sum, line) => sum + this.#height(line), 0);
  }

  /** The line that is `distance` below the top of the line `from`, or above it where that is negative. */
  indexAt(lines: Keyed, from: number, distance: number): number {
    const height = (at: number) => this.#height(lines[at]);
    let at = Math.min(from, lines.length);
    let left = distance;
    while (left < 0 && at > 0) left += height(--at);
    while (at < lines.length - 1 && left >= height(at)) left -= height(at++);
    return Math.max(0, Math.min(at, lines.length - 1));
  }

  #height(line: Keyed[number] | undefined): number {
    const average = this.#sum / this.#heights.size || ASSUMED;
    return this.#heights.get(line?.key ?? '') ?? average;
  }
}
