// A few faults in the SQL, which the pgTAP files must notice. `npm run mutants` tries all of them.
import { afterAll, expect, it } from 'vitest';
import { migratedDatabase } from './harness.ts';
import { faultOf, firstFailure, noticed } from './mutants.ts';
import { MUTATIONS } from './mutations.ts';

const database = await migratedDatabase();
afterAll(() => database.close());

const SOME = [
  'as_agent lets deactivated agents in',
  'messages: visitors read messages of their own sessions shows notes to visitors',
  'post_as_visitor takes no lock',
  'count_use refuses one too late',
  'can_listen lets the blocked listen',
];
const some = MUTATIONS.filter(({ of, what }) => SOME.includes(`${of} ${what}`));

it('knows five faults for a start', () => {
  expect(some).toHaveLength(SOME.length);
});

it.each(some.map((mutation) => [`${mutation.of} ${mutation.what}`, mutation] as const))(
  'the tests notice: %s',
  async (_name, mutation) => {
    const verdict = await noticed(database, mutation);
    expect(verdict?.file).toBe(mutation.seenBy);
  },
  120_000,
);

it('notices nothing where there is no fault', async () => {
  expect(await firstFailure(database, '02_the_wall.sql', 'select')).toBeNull();
});

it('can make every fault there is a name for', async () => {
  for (const mutation of MUTATIONS) {
    const fault = await faultOf(database, mutation);
    await database.exec(`begin; ${fault}; rollback`);
  }
});

it('makes no fault of words that are not there', async () => {
  const [mutation] = MUTATIONS;
  if (!mutation) throw new Error('There are no faults.');
  await expect(faultOf(database, { ...mutation, from: 'no such words' })).rejects.toThrow(/0 times/);
});
