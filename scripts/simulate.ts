// Runs the simulation for as long as one likes: `npm run simulate -- --runs 100000 --seed 1`, or one seed with its
// whole story: `npm run simulate -- --replay 42`.
import { parseArgs } from 'node:util';
import { explain, simulate } from '../src/core/testing/simulation/simulate.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    replay: { type: 'string' },
  },
});

async function main(): Promise<number> {
  if (values.replay !== undefined) {
    const told = await explain(Number(values.replay), Number.POSITIVE_INFINITY);
    console.log(told);
    return 0;
  }
  const [runs, first] = [Number(values.runs), Number(values.seed)];
  const began = performance.now();
  const failed: number[] = [];
  for (let seed = first; seed < first + runs; seed += 1) {
    const { failure } = await simulate(seed);
    if (failure === null) continue;
    failed.push(seed);
    console.log(failed.length > 3 ? `Seed ${seed}: ${failure.slice(0, 200)}` : await explain(seed));
  }
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${runs} runs, ${failed.length} failed, ${(runs / seconds).toFixed(0)} runs per second`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main();
