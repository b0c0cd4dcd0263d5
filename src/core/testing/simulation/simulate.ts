import { end } from './ending.ts';
import { STEPS } from './steps.ts';
import { World } from './world.ts';

/** What a world always does. */
const CORE = new Set(['say', 'open', 'reply', 'choose']);
/** How most worlds begin: with a conversation. */
const BEGINNING = ['open', 'say', 'choose', 'reply'];
const FEWEST = 10;
const MOST = 60;

interface Outcome {
  /** How many steps the world took before the weather cleared up. */
  readonly steps: number;
  /** What did not hold; null if all did. */
  readonly failure: string | null;
  readonly log: readonly string[];
}

/** One world from a seed, the same each time; with `limit` it ends after that many steps. */
export async function simulate(seed: number, limit = MOST, isTold = false): Promise<Outcome> {
  const world = new World(seed, isTold);
  const { chance, climate, time } = world;
  const weights = Object.entries(STEPS)
    .filter(([name]) => CORE.has(name) || chance.happens(0.6))
    .map(([name, [weight]]) => [name, weight] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const begins = chance.happens(0.7) ? BEGINNING : [];
  const steps = Math.min(limit, FEWEST + chance.below(MOST - FEWEST));
  const pick = (): string => {
    let place = chance.next() * total;
    for (const [name, weight] of weights) {
      place -= weight;
      if (place < 0) return name;
    }
    return 'say';
  };
  try {
    for (let step = 0; step < steps; step += 1) {
      const name = begins[step] ?? pick();
      const done = STEPS[name]?.[1](world) ?? null;
      world.tell(() => `${String(step + 1).padStart(3)}. ${done ?? `(${name}: nothing)`}`);
      await time.pass(name === 'long wait' ? long(world) : -Math.log(1 - chance.next()) * climate.pace);
    }
    await end(world);
    return { steps, failure: null, log: world.log ?? [] };
  } catch (reason) {
    const failure = reason instanceof Error && reason.name !== 'Broken' ? `${reason.stack}` : `${reason}`;
    return { steps, failure, log: world.log ?? [] };
  }
}

function long({ chance }: World): number {
  return chance.happens(0.1) ? chance.between(600_000, 2_400_000) : chance.between(20_000, 300_000);
}

/** A failure in words: with the fewest first steps of this seed that end badly, and what led there. */
export async function explain(seed: number, lines = 60): Promise<string> {
  let limit = 0;
  while (limit < MOST && (await simulate(seed, limit)).failure === null) limit += 1;
  const { failure, log, steps } = await simulate(seed, limit, true);
  return [...log.slice(-lines), `Seed ${seed} fails within ${steps} steps: ${failure}`].join('\n');
}
