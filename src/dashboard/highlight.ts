// Marks in a text what a search found in it.
import { html, type TemplateResult } from 'lit';

interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** Characters shown before the first mark, so that it is in sight. */
const LEAD = 24;

/** A text in pieces, marked and not. Ranges count code points, as the database does. */
export function pieces(text: string, ranges: readonly (readonly [number, number])[]): readonly Piece[] {
  const points = [...text];
  const found: Piece[] = [];
  let at = 0;
  const take = (to: number, marked: boolean) => {
    if (to > at) found.push({ text: points.slice(at, to).join(''), marked });
    at = Math.max(at, to);
  };
  for (const [start, length] of [...ranges].sort((a, b) => a[0] - b[0])) {
    take(Math.min(start, points.length), false);
    take(Math.min(start + length, points.length), true);
  }
  take(points.length, false);
  return found;
}

/** The part of a text around its first mark, in one line. */
export function excerpt(text: string, ranges: readonly (readonly [number, number])[]): readonly Piece[] {
  const first = Math.min(...ranges.map(([start]) => start));
  if (!Number.isFinite(first) || first <= LEAD) return pieces(text, ranges);
  const points = [...text];
  const space = points.indexOf(' ', first - LEAD);
  const from = space >= 0 && space < first ? space + 1 : first - LEAD;
  const moved = ranges
    .filter(([start]) => start >= from)
    .map(([start, length]) => [start - from, length] as const);
  return [{ text: '…', marked: false }, ...pieces(points.slice(from).join(''), moved)];
}

export function renderPieces(marked: readonly Piece[]): TemplateResult {
  return html`${marked.map((piece) => (piece.marked ? html`<mark class="hit">${piece.text}</mark>` : piece.text))}`;
}
