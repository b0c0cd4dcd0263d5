// Which rows of a long list stand in the document: those on screen and a few around them.

export interface ListWindow {
  /** Index of the first row that is rendered. */
  readonly first: number;
  /** Index after the last one. */
  readonly end: number;
}

/** Lists up to this length are rendered whole: find-in-page works, and nothing is gained by less. */
const wholeUpTo = 40;
const overscan = 8;
/** Stands in where there is no layout yet. */
const assumedHeight = 900;

export function listWindow(
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewportHeight: number,
): ListWindow {
  if (count <= wholeUpTo) return { first: 0, end: count };
  const height = viewportHeight > 0 ? viewportHeight : assumedHeight;
  const top = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const first = Math.min(top, Math.max(0, count - 1));
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + overscan);
  return { first, end: Math.max(first + 1, end) };
}
