import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { asSqlError, type Database, type Queries } from './database.ts';

const PLATFORM = new URL('./platform/', import.meta.url);
const MIGRATIONS = new URL('../../supabase/migrations/', import.meta.url);

/** One SQL file, read. */
export interface SqlFile {
  readonly name: string;
  readonly sql: string;
}

export async function platformFiles(): Promise<SqlFile[]> {
  const names = ['roles.sql', 'auth.sql', 'realtime.sql'];
  return Promise.all(names.map((name) => readSql(PLATFORM, name)));
}

/** The migrations in the order of their timestamps. */
export async function migrationFiles(folder: URL = MIGRATIONS): Promise<SqlFile[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+_.+\.sql$/.test(name)).sort();
  return Promise.all(names.map((name) => readSql(folder, name)));
}

/**
 * Brings a database to what a Supabase project with our migrations is. What is there already stays:
 * migrations are recorded where Supabase's own CLI records them.
 */
export async function migrate(
  database: Database,
  platform: readonly SqlFile[],
  migrations: readonly SqlFile[],
): Promise<void> {
  for (const file of platform) {
    await database.transaction((queries) => run(queries, `platform/${file.name}`, file.sql));
  }
  await database.execute(`
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (version text primary key);
    alter table supabase_migrations.schema_migrations
      add column if not exists statements text[], add column if not exists name text;
  `);
  const applied = await database.query<{ version: string; statements: string[] | null }>(
    'select version, statements from supabase_migrations.schema_migrations',
  );
  const known = new Map(applied.map((row) => [row.version, row.statements]));
  for (const file of migrations) {
    const [, version = '', name = ''] = /^(\d+)_(.+)\.sql$/.exec(file.name) ?? [];
    if (known.has(version)) {
      assertUnchanged(file, known.get(version) ?? []);
      continue;
    }
    await database.transaction(async (queries) => {
      await run(queries, `migrations/${file.name}`, file.sql);
      await queries.query(
        `insert into supabase_migrations.schema_migrations (version, name, statements)
         values ($1, $2, array[$3])`,
        [version, name, file.sql],
      );
    });
  }
}

/** Only for what was recorded here: Supabase's CLI records statement by statement. */
function assertUnchanged(file: SqlFile, statements: readonly string[]): void {
  if (statements.length !== 1 || statements[0] === file.sql) return;
  throw new Error(
    `migrations/${file.name} has changed since it was applied to this database. Start afresh with --fresh.`,
  );
}

async function run(queries: Queries, name: string, sql: string): Promise<void> {
  try {
    await queries.execute(sql);
  } catch (reason) {
    const error = asSqlError(reason);
    if (!error) throw reason;
    const extra = [error.detail, error.hint].filter(Boolean).join(' ');
    throw new Error(`${name} failed: ${error.message} (${error.code})${extra && ` ${extra}`}`, {
      cause: reason,
    });
  }
}

async function readSql(folder: URL, name: string): Promise<SqlFile> {
  return { name: basename(name), sql: await readFile(new URL(name, folder), 'utf8') };
}

/**
 * Throws unless `anon` and `authenticated` hold nothing on the tables behind the API. Checked at
 * every start, since a careless grant would not show in any other way.
 */
export async function assertLockedDown(database: Database): Promise<void> {
  const held = await database.query<{ held: string }>(`
    select r.rolname || ' may ' || p.privilege || ' schema support_chat' as held
    from pg_catalog.pg_roles r, pg_catalog.pg_namespace n, (values ('USAGE'), ('CREATE')) p (privilege)
    where r.rolname in ('anon', 'authenticated') and n.nspname = 'support_chat'
      and has_schema_privilege(r.oid, n.oid, p.privilege)
    union all
    select r.rolname || ' may ' || p.privilege || ' ' || c.relname
    from pg_catalog.pg_roles r, pg_catalog.pg_class c,
      (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p (privilege)
    where r.rolname in ('anon', 'authenticated')
      and c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = 'support_chat')
      and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and (
        has_table_privilege(r.oid, c.oid, p.privilege)
        or p.privilege in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
          and has_any_column_privilege(r.oid, c.oid, p.privilege)
      )
    union all
    select r.rolname || ' may ' || p.privilege || ' sequence ' || c.relname
    from pg_catalog.pg_roles r, pg_catalog.pg_class c, (values ('SELECT'), ('USAGE'), ('UPDATE')) p (privilege)
    where r.rolname in ('anon', 'authenticated')
      and c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = 'support_chat')
      and c.relkind = 'S' and has_sequence_privilege(r.oid, c.oid, p.privilege)
  `);
  if (held.length > 0) {
    const list = held.map((row) => row.held).join(', ');
    throw new Error(`Refusing to start: clients hold privileges on support_chat: ${list}.`);
  }
}
