// Runs the pgTAP files in this process. They run with `supabase test db` as well.
import { afterAll, describe, expect, it } from 'vitest';
import { migratedDatabase, pgtapFiles, runPgtap } from './harness.ts';

const database = await migratedDatabase();
afterAll(() => database.close());

for (const file of await pgtapFiles()) {
  const assertions = await runPgtap(database, file);
  describe(file.replace(/\.sql$/, ''), () => {
    for (const { sentence, ok, diagnosis } of assertions) {
      it(sentence, () => {
        expect(ok, diagnosis).toBe(true);
      });
    }
  });
}
