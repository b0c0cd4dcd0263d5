// docs/settings.md says what the settings are: every name, type and default, and examples that the database takes.
import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { migratedDatabase } from './harness.ts';

const database = await migratedDatabase();
afterAll(() => database.close());

const document = await readFile(new URL('../../docs/settings.md', import.meta.url), 'utf8');

/** The rows of the table with this first column, cell by cell, without their backticks. */
function table(head: string): string[][] {
  const lines = document.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  const rest = lines.slice(start + 2);
  return rest.slice(0, rest.indexOf('')).map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '')),
  );
}

/** The default of a setting as the document writes it. */
function written(value: unknown): string {
  const isNothing = value === null || (Array.isArray(value) && value.length === 0);
  return isNothing ? 'none' : typeof value === 'object' ? '[below](#limits)' : String(value);
}

it('the document has every setting with its type and default, and no other', async () => {
  const columns = await database.query<{ name: string; type: string }>(`
    select attname::text as name, format_type(atttypid, null) as type from pg_attribute
    where attrelid = 'support_chat.settings'::regclass and attnum > 0 and not attisdropped and attname <> 'id'
  `);
  const [row] = (await database.query<Record<string, unknown>>('select * from support_chat.settings')).rows;
  const random = ['ip_salt', 'desk_key'];
  const real = columns.rows.map(({ name, type }) => [
    name,
    type,
    random.includes(name) ? 'random' : written(row?.[name]),
  ]);
  const documented = table('setting').map(([name, type, value]) => [name, type, value]);
  expect(documented.sort()).toEqual(real.sort());
});

it('the document has every limit with its default, and no other', async () => {
  const { rows } = await database.query<{ limits: unknown }>('select limits from support_chat.settings');
  const documented = table('action').map(([name, value = '']) => [name, JSON.parse(value)]);
  expect(Object.fromEntries(documented)).toEqual(rows[0]?.limits);
});

it('the database takes every example, and there is one for each setting that is to be set', async () => {
  const examples = [...document.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql);
  expect(examples.length).toBeGreaterThan(0);
  await database.exec('begin');
  for (const sql of examples) await database.exec(sql);
  await database.exec('rollback');
  const settable = table('setting').filter(([, , value]) => value !== 'random');
  const missing = settable.filter(([name]) => !examples.some((sql) => sql.includes(`${name} = `)));
  expect(missing).toEqual([]);
});
