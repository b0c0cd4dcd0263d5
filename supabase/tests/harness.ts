// A database as a Supabase project with our migrations has it, in this process.
import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
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

/** Runs one pgTAP file as psql would, and returns what it asserts. The runner gives the rows of each statement. */
export async function runPgtap(
  run: (script: string) => Promise<readonly (readonly (readonly unknown[])[])[]>,
  name: string,
): Promise<Assertion[]> {
  const text = await readFile(new URL(name, HERE), 'utf8');
  const included = await Promise.all(
    text.split('\n').map(async (line) => {
      const file = /^\\ir (\S+)$/.exec(line)?.[1];
      return file ? readFile(new URL(file, HERE), 'utf8') : line;
    }),
  );
  try {
    const results = await run(included.join('\n'));
    return parse(results.flatMap((rows) => rows.map(([cell]) => String(cell))));
  } finally {
    await run('rollback');
  }
}

/** pgTAP as a script, for servers that have no such extension. */
export async function pgtapScript(): Promise<string> {
  const archive = await readFile(
    new URL('../../node_modules/@electric-sql/pglite-pgtap/dist/pgtap.tar.gz', HERE),
  );
  const tar = gunzipSync(archive);
  // Each file is a header of 512 bytes, which begins with its name and has its size in octal, and whole blocks.
  for (let at = 0; at < tar.length; ) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    const content = at + 512;
    if (name.endsWith('/pgtap.sql')) return tar.toString('utf8', content, content + size);
    at = content + Math.ceil(size / 512) * 512;
  }
  throw new Error('The archive has no pgtap.sql.');
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
