import { readFile } from 'node:fs/promises';
import type { PGlite } from '@electric-sql/pglite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrationFiles } from '../demo/backend/migrate.ts';
import { migratedDatabase, platformDatabase } from '../supabase/tests/harness.ts';
import { installSql } from './install-sql.ts';

// Everything the catalogue knows about what is ours, and what stands in the tables.
const DUMP = `
  select 'function ' || p.oid::regprocedure || ' ' || p.proowner::regrole || ' ' || coalesce(p.proacl::text, '')
    || ' ' || pg_get_functiondef(p.oid) as line
  from pg_proc p
  where p.pronamespace = 'support_chat'::regnamespace or p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_'
  union all
  select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
    || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || coalesce(a.attacl::text, '') || coalesce(c.relacl::text, '') || c.relrowsecurity
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'support_chat'::regnamespace
  union all
  select 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) from pg_constraint k where k.connamespace = 'support_chat'::regnamespace
  union all
  select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where c.relnamespace = 'support_chat'::regnamespace and not t.tgisinternal
  union all
  select 'policy ' || p.tablename || ' ' || p.policyname || ' ' || p.permissive || p.roles::text || p.cmd || coalesce(p.qual, '') || coalesce(p.with_check, '')
  from pg_policies p where p.schemaname in ('support_chat', 'realtime')
  union all
  select 'role ' || r.rolname || r.rolcanlogin || r.rolbypassrls || r.rolinherit from pg_roles r where r.rolname like 'support_chat%'
  union all
  select 'schema ' || n.nspname || ' ' || coalesce(n.nspacl::text, '') from pg_namespace n where n.nspname not like 'pg_%'
  union all
  select 'migration ' || m.version || ' ' || m.topic from support_chat.migrations m
  order by 1
`;

let database: PGlite;

beforeEach(async () => {
  database = await platformDatabase();
});

afterEach(() => database.close());

async function dump(from: PGlite): Promise<string[]> {
  const { rows } = await from.query<{ line: string }>(DUMP);
  return rows.map(({ line }) => line);
}

async function install(): Promise<void> {
  try {
    await database.exec(installSql(await migrationFiles()));
  } catch (reason) {
    await database.exec('rollback');
    throw reason;
  }
}

it('installs what the migrations make, and a second run changes nothing', async () => {
  await install();
  const once = await dump(database);
  const before = await database.query('select * from support_chat.settings, support_chat.migrations');
  await install();

  expect(await dump(database)).toEqual(once);
  const after = await database.query('select * from support_chat.settings, support_chat.migrations');
  expect(after.rows).toEqual(before.rows);

  const migrated = await migratedDatabase();
  try {
    expect(once).toEqual(await dump(migrated));
  } finally {
    await migrated.close();
  }
});

it('applies what is missing after some migrations were pushed', async () => {
  for (const file of (await migrationFiles()).slice(0, 6)) await database.exec(file.sql);
  await install();
  const migrated = await migratedDatabase();
  try {
    expect(await dump(database)).toEqual(await dump(migrated));
  } finally {
    await migrated.close();
  }
});

it('refuses a project with chat_ functions of its own, says which, and leaves nothing behind', async () => {
  await database.exec(
    'create function public.chat_with_us(text) returns text language sql as $$ select $1 $$',
  );
  await expect(install()).rejects.toThrow(/already has functions named .* chat_with_us\(text\)/);
  const { rows } = await database.query<{ left_over: string }>(`
    select nspname as left_over from pg_namespace where nspname = 'support_chat'
    union all select rolname from pg_roles where rolname like 'support_chat%'
  `);
  expect(rows).toEqual([]);
});

it('refuses a schema named support_chat that is not ours', async () => {
  await database.exec('create schema support_chat');
  await expect(install()).rejects.toThrow(/a schema named support_chat already/);
});

it('gives nothing away where a project grants everything in public by default', async () => {
  await database.exec(`
    alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
    alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges grant all on tables to anon, authenticated, service_role;
    alter default privileges grant all on functions to anon, authenticated, service_role;
  `);
  await install();
  const { rows } = await database.query(`
    select c.relname from pg_class c, pg_roles r
    where c.relnamespace = 'support_chat'::regnamespace and c.relkind = 'r'
      and r.rolname in ('anon', 'authenticated', 'service_role')
      and (has_table_privilege(r.oid, c.oid, 'SELECT') or has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE'))
    union all
    select p.proname from pg_proc p, pg_roles r
    where (p.pronamespace = 'support_chat'::regnamespace and p.proname !~ '^(chat|desk)_' and p.proname <> 'can_listen'
        or p.proname ~ '^(chat|desk)_' and r.rolname = 'service_role')
      and r.rolname in ('anon', 'authenticated', 'service_role') and has_function_privilege(r.oid, p.oid, 'EXECUTE')
  `);
  expect(rows).toEqual([]);
});

it('installs as an owner who is no superuser', async () => {
  await database.exec(`
    create role owner nosuperuser createrole bypassrls login;
    grant anon, authenticated, service_role to owner;
    grant create on database postgres to owner;
    grant usage, create on schema public to owner with grant option;
    grant usage on schema auth, realtime to owner;
    grant select, references on auth.users to owner;
    grant all on realtime.messages to owner;
    alter table realtime.messages owner to owner;
    set session authorization owner;
  `);
  await install();
  await install();
  const { rows } = await database.query<{ count: number }>(
    'select count(*)::integer as count from support_chat.migrations',
  );
  expect(rows[0]?.count).toBe((await migrationFiles()).length);
});

it('fills in the demo data once, however often it runs', async () => {
  await install();
  const seed = await readFile(new URL('../supabase/seed.sql', import.meta.url), 'utf8');
  await expect(database.exec(seed)).rejects.toThrow(/agent@example\.com and agent2@example\.com/);
  await database.exec(
    "insert into auth.users (email) values ('agent@example.com'), ('agent2@example.com'); select realtime.create_partitions()",
  );
  await database.exec(seed);
  const totals =
    'select count(*)::integer as messages, max(last_seq) as longest from support_chat.sessions join support_chat.messages on session_id = sessions.id';
  const first = await database.query(totals);
  await database.exec(seed);
  expect((await database.query(totals)).rows).toEqual(first.rows);

  const { rows: gaps } = await database.query(`
    select s.id from support_chat.sessions s join support_chat.messages m on m.session_id = s.id
    group by s.id
    having max(m.seq) <> count(*) or max(m.visitor_seq) <> count(m.visitor_seq)
      or s.last_seq <> max(m.seq) or s.last_visitor_seq <> max(m.visitor_seq)
  `);
  expect(gaps).toEqual([]);
});
