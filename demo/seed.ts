import { readFile } from 'node:fs/promises';
import type { Backend } from './backend/server.ts';

export const DEMO_PASSWORD = 'support-demo';
export const DEMO_AGENTS = ['agent@example.com', 'agent2@example.com'] as const;

const SEED = new URL('../supabase/seed.sql', import.meta.url);

/** Makes the demo accounts and fills the database, unless that was done before. */
export async function seedDemo({ database, signUp }: Backend): Promise<void> {
  for (const email of DEMO_AGENTS) {
    const known = await database.query('select from auth.users where email = $1', [email]);
    if (known.length === 0) await signUp(email, DEMO_PASSWORD);
  }
  // Supabase's own CLI remembers in the same table which seed files it has run.
  await database.execute(
    'create table if not exists supabase_migrations.seed_files (path text primary key, hash text not null)',
  );
  const path = 'supabase/seed.sql';
  const done = await database.query('select from supabase_migrations.seed_files where path = $1', [path]);
  if (done.length > 0) return;
  const seed = await readFile(SEED, 'utf8');
  await database.transaction(async (queries) => {
    await queries.execute(seed);
    await queries.query(
      `insert into supabase_migrations.seed_files (path, hash)
       values ($1, encode(sha256(convert_to($2::text, 'utf8')), 'hex'))`,
      [path, seed],
    );
  });
}
