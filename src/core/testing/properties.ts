import type { Parameters } from 'fast-check';

const ENOUGH = 8_000;

/**
 * How a property is tried: `usual` times, on a busy machine as often as a few seconds allow. `FC_RUNS=5000` tries
 * longer (give vitest `--testTimeout=0`); `FC_SEED` and `FC_PATH`, which a failure prints as `seed` and `path`, try
 * that one again.
 */
export function tries<T>(usual: number): Parameters<T> {
  const { FC_RUNS, FC_SEED, FC_PATH } = process.env;
  return {
    ...(FC_RUNS ? { numRuns: Number(FC_RUNS) } : { numRuns: usual, interruptAfterTimeLimit: ENOUGH }),
    ...(FC_SEED ? { seed: Number(FC_SEED) } : {}),
    ...(FC_PATH ? { path: FC_PATH } : {}),
  };
}

/** One of a list, whichever number comes; undefined of an empty one. */
export function pick<T>(list: readonly T[], which: number): T | undefined {
  return list[which % Math.max(1, list.length)];
}
