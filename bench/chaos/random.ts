/** A repeatable source of chance: the same seed and name give the same numbers. */
export interface Chance {
  /** 0 ≤ n < 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
}

/** Every use has a name, and so a stream of its own: one that draws more often does not change the others. */
export function chance(seed: number, name: string): Chance {
  let state = seed | 0;
  for (const char of name) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, between: (from, to) => from + Math.floor(next() * (to - from + 1)) };
}

/** Says yes exactly once in so many times, at a random place among them, so that even a short run has its share. */
export function onceIn(count: number, { between }: Chance): () => boolean {
  let place = 0;
  let chosen = between(0, count - 1);
  return () => {
    const isChosen = place === chosen;
    place += 1;
    if (place === count) {
      place = 0;
      chosen = between(0, count - 1);
    }
    return isChosen;
  };
}
