// A database as a Supabase project with our migrations has it, in this process.
import { readdir, readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { pgtap } from '@electric-sql/pglite-pgtap';
import { migrationFiles, platformFiles } from '../../demo/backend/migrate.ts';
import { Template } from '../../demo/backend/template.ts';

const HERE = new URL('./', import.meta.url);

/** One line of a pgTAP file's output. */
export interface Assertion {
  readonly sentence: string;
  readonly ok: boolean;
  /** What pgTAP says about a failure. */
  readonly diagnosis: string;
}

/** A database with what Supabase brings along, and nothing of ours. */
export async function platformDatabase(): Promise<PGlite> {
  const files = await platformFiles();
  return prepared([...files, { name: 'pgtap', sql: '' }], async (database) => {
    for (const file of files) await database.exec(file.sql);
  });
}

/** A database with all our migrations. */
export async function migratedDatabase(): Promise<PGlite> {
  const platform = await platformFiles();
  const migrations = await migrationFiles();
  const database = await prepared([...platform, ...migrations, { name: 'pgtap', sql: '' }], async (fresh) => {
    for (const file of [...platform, ...migrations]) await fresh.exec(file.sql);
  });
  // A template may be from another day, and a day without a partition loses what is sent.
  await database.exec('select realtime.create_partitions()');
  return database;
}

async function prepared(
  files: readonly { readonly name: string; readonly sql: string }[],
  fill: (database: PGlite) => Promise<void>,
): Promise<PGlite> {
  const template = await Template.of(files);
  const stored = await template.load();
  if (stored) return PGlite.create({ loadDataDir: stored, extensions: { pgtap } });
  const database = await PGlite.create({ extensions: { pgtap } });
  await database.exec('create extension pgtap');
  await fill(database);
  await template.save(database);
  return database;
}

/** The pgTAP files, in the order of their numbers. */
export async function pgtapFiles(): Promise<string[]> {
  return (await readdir(HERE)).filter((name) => /^\d\d_.+\.sql$/.test(name)).sort();
}

/** Runs one pgTAP file as psql would, and returns what it asserts. */
export async function runPgtap(database: PGlite, name: string): Promise<Assertion[]> {
  const text = await readFile(new URL(name, HERE), 'utf8');
  const included = await Promise.all(
    text.split('\n').map(async (line) => {
      const file = /^\\ir (\S+)$/.exec(line)?.[1];
      return file ? readFile(new URL(file, HERE), 'utf8') : line;
    }),
  );
  try {
    const results = await database.exec(included.join('\n'), { rowMode: 'array' });
    const lines = results.flatMap(({ rows }) =>
      (rows as unknown as unknown[][]).map(([cell]) => String(cell)),
    );
    return parse(lines);
  } finally {
    await database.exec('rollback');
  }
}

function parse(output: readonly string[]): Assertion[] {
  const assertions: Assertion[] = [];
  let planned: number | undefined;
  for (const text of output) {
    const plan = /^1\.\.(\d+)$/.exec(text);
    if (plan) planned = Number(plan[1]);
    const result = /^(not )?ok \d+ - (.*)/.exec(text);
    if (!result) continue;
    const [first = '', ...rest] = text.split('\n');
    const sentence = first.replace(/^(not )?ok \d+ - /, '');
    assertions.push({ sentence, ok: !result[1], diagnosis: rest.join('\n') });
  }
  const ran = assertions.length;
  assertions.push({
    sentence: 'all that is planned has run',
    ok: planned === ran,
    diagnosis: `planned ${planned}, ran ${ran}`,
  });
  return assertions;
}
