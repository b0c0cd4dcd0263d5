// What install.sql does to a database is tested beside the migrations.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { migratedDatabase } from '../supabase/tests/harness.ts';
import { installSql } from './install-sql.ts';

const FIRST = {
  name: '20200101000000_first.sql',
  sql: "insert into list (version, topic) values ('20200101000000', 'first');",
};

it('holds every migration, in one transaction', () => {
  const script = installSql([FIRST]);
  expect(script).toContain(FIRST.sql);
  expect(script.match(/^(begin|commit);$/gm)).toEqual(['begin;', 'commit;']);
  expect(script.indexOf('\nbegin;')).toBeLessThan(script.indexOf(FIRST.sql));
  expect(script.indexOf('\ncommit;')).toBeGreaterThan(script.indexOf(FIRST.sql));
});

it('takes no migration that it could not skip or quote', () => {
  expect(() => installSql([{ ...FIRST, name: 'first.sql' }])).toThrow(/is not named/);
  expect(() => installSql([{ ...FIRST, sql: 'select 1;' }])).toThrow(/does not record itself/);
  expect(() => installSql([{ ...FIRST, sql: `${FIRST.sql} -- $install$` }])).toThrow(/contains the quote/);
});

it('the demo data is filled in once, however often it runs', async () => {
  const database = await migratedDatabase();
  try {
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
  } finally {
    await database.close();
  }
});
