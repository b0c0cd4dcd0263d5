// Joins the migrations into `dist/install.sql`, for owners who paste it into Supabase's SQL editor because
// their project has a migration history of its own.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const MIGRATIONS = new URL('../supabase/migrations/', import.meta.url);
const TARGET = new URL('../dist/install.sql', import.meta.url);
const FILE_NAME = /^(\d{14})_([a-z0-9_]+)\.sql$/;

const HEAD = `-- Support Chat: everything its database needs, in one script.
--
-- How to use it: open your project in the Supabase dashboard, go to SQL Editor, paste this whole file and
-- run it. Then make the first agent, a user who exists under Authentication > Users:
--
--   select support_chat.make_agent('you@example.com', 'Your name', 'admin');
--
-- It runs in one transaction: either all of it is applied or nothing is. It is safe to run again, and
-- that is how to upgrade: what is applied is recorded in support_chat.migrations and skipped.
-- It changes nothing that is not its own. Where public functions named chat_… or desk_… exist already,
-- it stops and says so.
`;

const PREPARE = `
-- True where a migration still has to run. Gone again at the end of this script.
create function pg_temp.support_chat_lacks(wanted text) returns boolean
language plpgsql
as $lacks$
declare
  applied boolean := false;
begin
  -- A schema of this name that is not ours may have a table of this name as well. The first migration says so.
  if exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = pg_catalog.to_regclass('support_chat.migrations') and a.attname = 'version'
      and a.atttypid = 'pg_catalog.text'::pg_catalog.regtype
  ) then
    select exists (select from support_chat.migrations m where m.version = wanted) into applied;
  end if;
  return not applied;
end
$lacks$;
`;

/** The script that applies whatever is missing of these migrations. */
export function installSql(migrations: readonly { readonly name: string; readonly sql: string }[]): string {
  const steps = migrations.map(({ name, sql }) => {
    const version = FILE_NAME.exec(name)?.[1];
    if (!version) throw new Error(`${name} is not named <14 digits>_<topic>.sql`);
    if (!sql.includes(`values ('${version}', `)) throw new Error(`${name} does not record itself`);
    if (sql.includes('$install$')) throw new Error(`${name} contains the quote that install.sql uses`);
    return `-- ${name}
do $step$
begin
  if pg_temp.support_chat_lacks('${version}') then
    execute $install$
${sql.trimEnd()}
$install$;
  end if;
end
$step$;
`;
  });
  return [
    HEAD,
    'begin;',
    '',
    '-- Some of it locks tables of Auth and Realtime. It would rather fail than keep their users waiting.',
    "set local lock_timeout = '10s';",
    PREPARE,
    ...steps,
    'drop function pg_temp.support_chat_lacks(text);',
    '',
    'commit;',
    '',
  ].join('\n');
}

async function build(): Promise<void> {
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(new URL(name, MIGRATIONS), 'utf8') })),
  );
  await mkdir(new URL('.', TARGET), { recursive: true });
  await writeFile(TARGET, installSql(migrations));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
