// Makes one fault after the other in the SQL and runs the pgTAP files on it. A fault that turns nothing red is a
// missing assertion. `npm run mutants`, or with words to look for: `npm run mutants -- claim as_agent`.
import type { PGlite } from '@electric-sql/pglite';
import { migratedDatabase, pgtapFiles, runPgtap } from './harness.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

/** Who noticed: the file, and what it said. */
interface Verdict {
  readonly file: string;
  readonly sentence: string;
}

/** The SQL that makes the fault. Throws unless what is to be changed stands there, once. */
export async function faultOf(database: PGlite, mutation: Mutation): Promise<string> {
  const [table = '', policy] = mutation.of.split(': ');
  const { rows } = await database.query<{ definition: string | null; check: string | null }>(
    policy
      ? `select pg_get_expr(p.polqual, p.polrelid) as definition, pg_get_expr(p.polwithcheck, p.polrelid) as check
         from pg_policy p where p.polrelid = ('support_chat.' || $1)::regclass and p.polname = $2`
      : "select pg_get_functiondef(p.oid) as definition from pg_proc p where p.pronamespace = 'support_chat'::regnamespace and p.proname = $1",
    policy ? [table, policy] : [table],
  );
  const [found] = rows;
  if (!found || rows.length > 1) throw new Error(`There is no one "${mutation.of}".`);
  if (!policy) return mutated(mutation, found.definition ?? '');
  const using = found.definition && `using (${mutated(mutation, found.definition)})`;
  const check = found.check && `with check (${mutated(mutation, found.check)})`;
  return [`alter policy "${policy}" on support_chat.${table}`, using, check].filter(Boolean).join(' ');
}

function mutated({ of, from, to }: Mutation, definition: string): string {
  const parts = definition.split(from);
  if (parts.length !== 2) throw new Error(`"${of}" says "${from}" ${parts.length - 1} times.`);
  return parts.join(to);
}

/** Who notices the fault, asking the file that should first; null if nobody does. */
export async function noticed(database: PGlite, mutation: Mutation): Promise<Verdict | null> {
  const fault = await faultOf(database, mutation);
  await database.exec(`begin; ${fault}; rollback`);
  // The catalogue's rules are about how functions are written; here it counts what they do.
  const files = (await pgtapFiles()).filter((file) => !file.startsWith('00_'));
  const first = `${mutation.seenBy}.sql`;
  if (!files.includes(first)) throw new Error(`There is no ${first}.`);
  for (const file of [first, ...files.filter((other) => other !== first)]) {
    const sentence = await firstFailure(database, file, fault);
    if (sentence !== null) return { file: file.replace(/\.sql$/, ''), sentence };
  }
  return null;
}

/** What the file says with the fault inside its transaction, which undoes it; null if all is well. */
export async function firstFailure(database: PGlite, file: string, fault: string): Promise<string | null> {
  const run = async (script: string) => {
    const results = await database.exec(
      script.replace(/^begin;$/m, () => `begin;\n${fault};`),
      {
        rowMode: 'array',
      },
    );
    return results.map(({ rows }) => rows as unknown as unknown[][]);
  };
  try {
    return (await runPgtap(run, file)).find(({ ok }) => !ok)?.sentence ?? null;
  } catch (reason) {
    return `it stops: ${reason instanceof Error ? reason.message : reason}`;
  }
}

async function main(words: readonly string[]): Promise<void> {
  const wanted = MUTATIONS.filter(
    ({ what, of }) => words.length === 0 || words.some((word) => `${of} ${what}`.includes(word)),
  );
  const database = await migratedDatabase();
  let survivors = 0;
  for (const mutation of wanted) {
    const verdict = await noticed(database, mutation);
    if (!verdict) survivors += 1;
    const fate = verdict ? `${verdict.file}: ${verdict.sentence}` : 'NOBODY NOTICES';
    process.stdout.write(`${mutation.of} ${mutation.what}\n    ${fate}\n`);
  }
  await database.close();
  process.stdout.write(`\n${wanted.length - survivors} of ${wanted.length} noticed\n`);
  process.exitCode = survivors === 0 ? 0 : 1;
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main(process.argv.slice(2));
