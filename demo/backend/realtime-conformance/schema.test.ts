// Schema realtime as policies, triggers and migrations find it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { startFixture } from '../testing/clients.ts';

let backend: Backend;
beforeAll(async () => {
  // Without migrations of anybody's.
  backend = await startFixture({ migrations: new URL('../platform/', import.meta.url) });
});
afterAll(() => backend.close());

const query = (sql: string) => backend.database.query<Record<string, unknown>>(sql);

test('realtime.messages has the platform’s columns', async () => {
  const rows = await query(`
    select column_name || ' ' || data_type || case is_nullable when 'NO' then ' not null' else '' end as "column"
    from information_schema.columns
    where table_schema = 'realtime' and table_name = 'messages'
    order by column_name`);
  expect(rows.map(({ column }) => column)).toEqual([
    'binary_payload bytea',
    'event text',
    'extension text not null',
    'id uuid not null',
    'inserted_at timestamp without time zone not null',
    'payload jsonb',
    'private boolean',
    'topic text not null',
    'updated_at timestamp without time zone not null',
  ]);
  await backend.database.transaction(
    async (queries) => {
      const [row] = await queries.query(
        `insert into realtime.messages (topic, extension) values ('x', 'broadcast')
         returning private, payload, event, id is not null as has_id, inserted_at = updated_at as at_once`,
      );
      expect(row).toEqual({ private: false, payload: null, event: null, has_id: true, at_once: true });
    },
    { rollback: true },
  );
});

test('a row has one payload at most', async () => {
  await expect(
    query(
      `insert into realtime.messages (topic, extension, payload, binary_payload) values ('x', 'x', '{}', '\\x00')`,
    ),
  ).rejects.toThrow(/violates check constraint/);
});

test('row-level security is on, and there is no policy to begin with', async () => {
  expect(
    await query(`
      select relrowsecurity as secured, relkind as kind,
        (select count(*) from pg_policy where polrelid = c.oid)::int as policies
      from pg_class c where oid = 'realtime.messages'::regclass`),
  ).toEqual([{ secured: true, kind: 'p', policies: 0 }]);
});

test('clients may use the schema, and read, insert and update as far as policies let them', async () => {
  expect(
    await query(`
      select r.rolname as role, has_schema_privilege(r.oid, 'realtime', 'usage') as usage,
        array_to_string(array(
          select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
          where has_table_privilege(r.oid, 'realtime.messages', p)
        ), ' ') as held
      from pg_roles r where rolname in ('anon', 'authenticated', 'service_role') order by 1`),
  ).toEqual(
    ['anon', 'authenticated', 'service_role'].map((role) => ({
      role,
      usage: true,
      held: 'SELECT INSERT UPDATE',
    })),
  );
});

test('a partition is there for each day from yesterday to three days ahead, in UTC', async () => {
  const names = (
    await query(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'realtime.messages'::regclass`,
    )
  ).map(({ name }) => name);
  const day = (offset: number) =>
    `realtime.messages_${new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '_')}`;
  expect(names).toEqual(expect.arrayContaining([-1, 0, 1, 2, 3].map(day)));
});

test.each([
  ['send', 'payload jsonb, event text, topic text, private boolean DEFAULT true'],
  ['send_binary', 'payload bytea, event text, topic text, private boolean DEFAULT true'],
  ['topic', ''],
])('realtime.%s(%s) runs as whoever calls it, and anybody may', async (name, signature) => {
  expect(
    await query(`
      select pg_get_function_arguments(oid) as arguments, prosecdef as definer,
        has_function_privilege('anon', oid, 'execute') as open
      from pg_proc where pronamespace = 'realtime'::regnamespace and proname = '${name}'`),
  ).toEqual([{ arguments: signature, definer: false, open: true }]);
});

test('realtime.topic() is null outside a channel, also where it was set to nothing', async () => {
  expect(await query('select realtime.topic() as topic')).toEqual([{ topic: null }]);
  await backend.database.transaction(async (queries) => {
    await queries.query(`select set_config('realtime.topic', '', true)`);
    expect(await queries.query('select realtime.topic() as topic')).toEqual([{ topic: null }]);
  });
});

test('what makes partitions is for nobody to call', async () => {
  expect(
    await query(`select has_function_privilege('anon', 'realtime.create_partitions()', 'execute') as open`),
  ).toEqual([{ open: false }]);
});
