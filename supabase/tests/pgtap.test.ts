// Runs the pgTAP files in this process, and on a real PostgreSQL as whom hosted projects are migrated by. They run
// with `supabase test db` as well.
import { afterAll, describe, expect, it } from 'vitest';
import { migrationFiles } from '../../demo/backend/migrate.ts';
import { type Assertion, migratedDatabase, pgtapFiles, pgtapScript, runPgtap } from './harness.ts';
import { PostgresProjects } from './project.ts';

const database = await migratedDatabase();
const server = await PostgresProjects.start();
const project = await server.create('hosted');
afterAll(async () => {
  await database.close();
  await project.close();
  await server.stop();
});

await project.run(await pgtapScript(), 'platform');
for (const { sql } of await migrationFiles()) await project.run(sql);

const RUNNERS = {
  PGlite: async (script: string) =>
    (await database.exec(script, { rowMode: 'array' })).map(({ rows }) => rows as unknown as unknown[][]),
  'a hosted PostgreSQL': (script: string) => project.run(script),
};

const files = await pgtapFiles();
const suites = await Promise.all(
  Object.entries(RUNNERS).map(async ([engine, run]) => {
    const results: [string, Assertion[]][] = [];
    for (const file of files) {
      results.push([`${file.replace(/\.sql$/, '')} on ${engine}`, await runPgtap(run, file)]);
    }
    return results;
  }),
);

for (const [title, assertions] of suites.flat()) {
  describe(title, () => {
    for (const { sentence, ok, diagnosis } of assertions) {
      it(sentence, () => {
        expect(ok, diagnosis).toBe(true);
      });
    }
  });
}
