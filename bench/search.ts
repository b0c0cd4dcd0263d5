// Measures search in the agents' inbox on a real PostgreSQL of its own, with a million messages unless
// `-- --messages 100000` says otherwise, beside its budget; and what the index adds to the sending of a message.
// Exits 1 where something is over.
import { parseArgs } from 'node:util';
import type postgres from 'postgres';
import { migrationFiles, platformFiles } from '../demo/backend/migrate.ts';
import { startPostgres } from '../supabase/tests/postgres.ts';

const BUDGET = 50;
/** How many times as long a send may take with the index as without. */
const SEND_BUDGET = 1.25;
const ROUNDS = 60;
const SENDS = 300;
const MESSAGES_PER_SESSION = 10;

const AGENT = 'aaaaaaaa-0000-4000-8000-000000000001';
const TOKEN = 'sv1_VisitorVisitor0123456789abcdefghijklmnopqrs';

interface Kind {
  readonly name: string;
  readonly query: string;
  /** What is asked for on purpose to be slow is shown, and bound by nothing. */
  readonly hostile?: boolean;
}

// The words are those that `seed` mixes into every so many messages.
const KINDS: readonly Kind[] = [
  { name: 'a word of 1 message in 50,000', query: 'zebrafish' },
  { name: 'of 1 in 1,000', query: 'warranty' },
  { name: 'of 1 in 100', query: 'shipping' },
  { name: 'of 1 in 33', query: 'return' },
  { name: 'of 1 in 10', query: 'please' },
  { name: 'of 2 in 5', query: 'the' },
  { name: 'of 1 in 2, but of one day only', query: 'yesterday' },
  { name: 'a word that nobody said', query: 'xylophone' },
  { name: 'three letters of a rare word', query: 'zeb' },
  { name: 'of a common word', query: 'ple' },
  { name: 'of very many words', query: 'hib' },
  { name: 'two words, one of them rare', query: 'please warranty' },
  { name: 'two Japanese characters', query: '必要' },
  { name: 'a Japanese sentence', query: '日本語のサポートが必要です' },
  { name: 'an address', query: 'p3000@mail.example' },
  { name: 'half of all addresses', query: 'mail.example' },
  { name: 'two common words that never meet', query: 'please invoice', hostile: true },
  { name: 'a word of 1 in 10, but long ago', query: 'formerly', hostile: true },
  { name: 'a hundred letters', query: 'a b c d e f g h i j '.repeat(10), hostile: true },
  {
    name: '200 Han characters',
    query: String.fromCodePoint(...Array.from({ length: 200 }, (_, i) => 0x4e00 + i * 37)),
    hostile: true,
  },
];

const { values } = parseArgs({ options: { messages: { type: 'string', default: '1000000' } } });
const messages = Number(values.messages);
if (!Number.isInteger(messages) || messages < MESSAGES_PER_SESSION) {
  console.error(`--messages must be a number of at least ${MESSAGES_PER_SESSION}.`);
  process.exit(1);
}

let over = false;
const server = await startPostgres();
try {
  const sql = server.connect('postgres');
  for (const { sql: script } of [...(await platformFiles()), ...(await migrationFiles())]) {
    await sql.unsafe(script).simple();
  }
  // As where nobody turned it off: compiling a plan can take longer than all the rest.
  await sql.unsafe('set jit = on');
  console.log(`Seeding ${messages.toLocaleString('en')} messages …`);
  await seed(sql);
  await measureSearch(sql);
  await measureSends(sql);
  await sql.end();
} finally {
  await server.stop();
}
process.exit(over ? 1 : 0);

/** Fills the tables past all triggers, as an import does, and has the words found afterwards. */
async function seed(sql: postgres.Sql): Promise<void> {
  const sessions = Math.floor(messages / MESSAGES_PER_SESSION);
  await sql.unsafe(`
    set synchronous_commit = off;
    set maintenance_work_mem = '256MB';
    set session_replication_role = replica;
    select setseed(0.5);

    insert into auth.users (id, email) values ('${AGENT}', 'agent@test.example');
    insert into support_chat.agents (user_id, display_name) values ('${AGENT}', 'Ada');
    update support_chat.settings set limits = '{}' where id;

    -- Words of one to five syllables, and some that are endings of others.
    create temporary table vocabulary as
    select w.i, string_agg(
      substr('bcdfghklmnprstvw', 1 + (w.h >> (4 * k) & 15), 1) || substr('aeiou', 1 + (w.h >> (4 * k + 2)) % 5, 1), ''
    ) || case when w.i % 3 = 0 then 'n' else '' end as word
    from (select i, abs(hashtext('word ' || i)) as h from generate_series(1, 30000) i) w, generate_series(0, 1 + w.i % 4) k
    group by w.i;
    create unique index on vocabulary (i);
    analyze vocabulary;

    insert into support_chat.visitors (id, name, email)
    select
      ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
      case when n % 2 = 0 then initcap(a.word) || ' ' || initcap(b.word) else '' end,
      case when n % 3 = 0 then 'p' || n || case when n % 2 = 0 then '@mail.example' else '@post.example' end else '' end
    from generate_series(1, ${sessions}) n
    join vocabulary a on a.i = 1 + n::bigint * 7919 % 30000
    join vocabulary b on b.i = 1 + n::bigint * 104729 % 30000;

    insert into support_chat.sessions (id, visitor_id, client_id, last_message_at)
    select v.id, v.id, v.id, now() - make_interval(mins => (row_number() over (order by v.id desc))::integer)
    from support_chat.visitors v;

    -- Common words are common, as in every language: the rank is the cube of chance.
    insert into support_chat.messages (session_id, seq, visitor_seq, client_id, sender_type, content, created_at)
    select
      ('00000000-0000-4000-8000-' || lpad(to_hex(1 + (n - 1) / ${MESSAGES_PER_SESSION}), 12, '0'))::uuid,
      1 + n % ${MESSAGES_PER_SESSION}, 1 + n % ${MESSAGES_PER_SESSION}, gen_random_uuid(), 'customer',
      concat_ws(
        ' ', w.words,
        case when n % 5 < 2 then 'the' end, case when n % 10 = 0 then 'please' end, case when n % 20 = 7 then 'invoice' end,
        case when n % 33 = 7 then 'return' end, case when n % 100 = 3 then 'shipping' end, case when n % 1000 = 5 then 'warranty' end,
        case when n % 50000 = 9 then 'zebrafish' end, case when n % 40 = 1 then '日本語のサポートが必要です' end,
        case when n < ${messages} / 5 and n % 2 = 0 then 'formerly' end,
        case when n between ${messages} - 86400 * 2 and ${messages} - 86400 and n % 2 = 0 then 'yesterday' end
      ),
      now() - make_interval(secs => ${messages} - n)
    from generate_series(1, ${messages}) n
    cross join lateral (
      select string_agg(v.word, ' ') as words
      from (select 1 + floor(30000 * power(random(), 3))::integer + 0 * n as i from generate_series(1, 6 + n % 19)) r
      join vocabulary v on v.i = r.i
    ) w;
  `);
  // To fill an index row by row takes far longer than to make it at the end.
  await sql.unsafe('drop index support_chat.message_words_by_word').simple();
  await sql.unsafe('select support_chat.index_missing()');
  await sql.unsafe(
    'create index message_words_by_word on support_chat.message_words using gin (words) with (fastupdate = off)',
  );
  await sql.unsafe('set session_replication_role = origin');
  await sql.unsafe('vacuum analyze');
  const [size] = await sql<{ data: string; words: string }[]>`
    select pg_size_pretty(pg_total_relation_size('support_chat.messages')) as data,
      pg_size_pretty(pg_total_relation_size('support_chat.message_words')) as words
  `;
  console.log(`The messages take ${size?.data}, their words ${size?.words}.\n`);
}

async function measureSearch(sql: postgres.Sql): Promise<void> {
  const times = new Map<Kind, number[]>(KINDS.map((kind) => [kind, []]));
  const found = new Map<Kind, number>();
  for (let round = -3; round < ROUNDS; round += 1) {
    for (const [kind, list] of times) {
      const begin = performance.now();
      const answer = await request(sql, AGENT, 'desk_search(p_query => $1)', [kind.query]);
      // The first rounds warm up.
      if (round >= 0) list.push(performance.now() - begin);
      found.set(kind, (answer.hits as unknown[]).length);
    }
  }
  console.log(`search, ms${''.padEnd(26)}hits     p50     p95     max   budget ${BUDGET}`);
  for (const [{ name, hostile }, list] of times) {
    const late = !hostile && percentile(list, 0.95) > BUDGET;
    over ||= late;
    const cells = [percentile(list, 0.5), percentile(list, 0.95), Math.max(...list)].map((time) =>
      time.toFixed(1).padStart(8),
    );
    const hits = [...found].find(([kind]) => kind.name === name)?.[1] ?? 0;
    const verdict = hostile ? 'none' : late ? 'OVER' : 'ok';
    console.log(`${name.padEnd(36)}${String(hits).padStart(4)}${cells.join('')}   ${verdict}`);
  }
}

/** Sends with and without the index by turns, so that what else the machine does falls on both. */
async function measureSends(sql: postgres.Sql): Promise<void> {
  const start =
    'chat_start(p_token => $1, p_session_client_id => gen_random_uuid(), p_client_id => gen_random_uuid(), p_content => $2)';
  const { session } = await request(sql, null, start, [TOKEN, 'Hello']);
  const send = 'chat_send($1, $2::uuid, gen_random_uuid(), $3)';
  const times = { enable: [] as number[], disable: [] as number[] };
  for (let turn = 0; turn < SENDS / 10; turn += 1) {
    for (const state of ['enable', 'disable'] as const) {
      await sql.unsafe(`alter table support_chat.messages ${state} trigger index_message`);
      for (let n = -2; n < 10; n += 1) {
        const content = `Hello there, I have a question about my order number ${turn}${n}48213, which has not arrived yet. Thank you!`;
        const begin = performance.now();
        await request(sql, null, send, [TOKEN, (session as { id: string }).id, content]);
        if (n >= 0) times[state].push(performance.now() - begin);
      }
    }
  }
  const [indexed, plain] = [percentile(times.enable, 0.5), percentile(times.disable, 0.5)];
  const late = indexed / plain > SEND_BUDGET;
  over ||= late;
  console.log(
    `\na send, ms: p50 ${indexed.toFixed(2)}, without the index ${plain.toFixed(2)}: ${(indexed / plain).toFixed(2)} times, budget ${SEND_BUDGET}: ${late ? 'OVER' : 'ok'}`,
  );
}

/** One request as PostgREST makes it: by a user, or by nobody who has signed in. */
async function request(
  sql: postgres.Sql,
  user: string | null,
  call: string,
  args: string[],
): Promise<Record<string, unknown>> {
  const claims = user ? { role: 'authenticated', sub: user } : { role: 'anon' };
  const rows = await sql.begin(async (transaction) => {
    await transaction`
      select set_config('request.method', 'POST', true), set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
        set_config('role', ${claims.role}, true)
    `;
    return transaction.unsafe(`select public.${call} as answer`, args);
  });
  return rows[0]?.answer as Record<string, unknown>;
}

function percentile(list: readonly number[], share: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
