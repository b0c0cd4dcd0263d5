// Worlds in which everything goes wrong, each from a seed. `SIM_SEED=42` tells the story of one of them, `SIM_RUNS`
// asks for more; `npm run simulate` goes on for as long as one likes.
import { describe, expect, it } from 'vitest';
import { PLANTED_FAULTS, simulationWith } from './testing/simulation/planted-faults.ts';
import { explain, simulate } from './testing/simulation/simulate.ts';

const RUNS = Number(process.env['SIM_RUNS'] ?? 2_000);
const ONE = process.env['SIM_SEED'];
const IN_A_TEST = 100;
/** Most faults show within a few worlds. */
const WORLDS_FOR_A_FAULT = 300;

const starts = Array.from({ length: Math.ceil(RUNS / IN_A_TEST) }, (_, index) => 1 + index * IN_A_TEST);

if (ONE === undefined) {
  describe('both sides end with exactly what the database holds', () => {
    it.each(starts)(`in the ${IN_A_TEST} worlds from seed %i`, async (first) => {
      for (let seed = first; seed < first + IN_A_TEST; seed += 1) {
        const { failure } = await simulate(seed);
        if (failure !== null) expect.fail(`${await explain(seed)}\nTo see it again: SIM_SEED=${seed}`);
      }
    });
  });
} else {
  it(`both sides end with exactly what the database holds, in world ${ONE}`, async () => {
    const { failure } = await simulate(Number(ONE));
    if (failure !== null) expect.fail(await explain(Number(ONE), Number.POSITIVE_INFINITY));
  });
}

it('the same seed is the same world', async () => {
  const [once, again] = [await simulate(7, undefined, true), await simulate(7, undefined, true)];
  expect(once.log.length).toBeGreaterThan(20);
  expect(again).toEqual(once);
});

describe('it is noticed when', () => {
  it.each(PLANTED_FAULTS)('$what', async (fault) => {
    const broken = await simulationWith(fault);
    let failure: string | null = null;
    for (let seed = 1; failure === null && seed <= WORLDS_FOR_A_FAULT; seed += 1) {
      ({ failure } = await broken.simulate(seed));
    }
    expect(failure).toMatch(/^Broken: /);
  });
});
