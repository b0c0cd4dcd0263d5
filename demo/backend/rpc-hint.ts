/**
 * The entry that most resembles a text, as PostgREST's fuzzy search finds it: entries that share three
 * letters in a row with it, or else two, the nearest by Levenshtein distance first. Null if even that
 * one is too far away.
 */
export function nearest(entries: readonly string[], text: string, minScore: number): string | null {
  const wanted = text.toLowerCase();
  const exact = entries.find((entry) => entry.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  for (const size of [3, 2]) {
    const own = grams(wanted, size);
    const scored = entries
      .filter((entry) => [...grams(entry.toLowerCase(), size)].some((gram) => own.has(gram)))
      .map((entry) => ({ entry, score: likeness(wanted, entry.toLowerCase()) }))
      .filter(({ score }) => score >= minScore)
      .sort((a, b) => b.score - a.score || (a.entry < b.entry ? -1 : 1));
    if (scored[0]) return scored[0].entry;
  }
  return null;
}

function grams(text: string, size: number): Set<string> {
  const word = `-${text.replace(/[^\p{L}\p{N}\s,]/gu, '')}-`;
  return new Set(Array.from({ length: word.length - size + 1 }, (_, at) => word.slice(at, at + size)));
}

/** 1 for equal texts, 0 for those that have nothing in common. */
function likeness(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(changed, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return 1 - (above[b.length] ?? 0) / Math.max(a.length, b.length, 1);
}
