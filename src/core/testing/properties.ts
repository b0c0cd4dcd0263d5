import type { Parameters } from 'fast-check';

/**
 * How a property is tried: `usual` times, small enough for every day. `FC_RUNS=5000` tries longer (give vitest
 * `--testTimeout=0`); `FC_SEED` and `FC_PATH`, which a failure prints as `seed` and `path`, try that one again.
 */
export function tries<T>(usual: number): Parameters<T> {
  const { FC_RUNS, FC_SEED, FC_PATH } = process.env;
  return {
    numRuns: FC_RUNS ? Number(FC_RUNS) : usual,
    ...(FC_SEED ? { seed: Number(FC_SEED) } : {}),
    ...(FC_PATH ? { path: FC_PATH } : {}),
  };
}

/** One of a list, whichever number comes; undefined of an empty one. */
export function pick<T>(list: readonly T[], which: number): T | undefined {
  return list[which % Math.max(1, list.length)];
}
