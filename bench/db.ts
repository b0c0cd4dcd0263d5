// What the functions that people wait for cost in a large database, on a real PostgreSQL of its own: ten million
// messages unless `-- --messages 1000000` says otherwise, beside one with a hundred thousand. Exits 1 where one is
// over its budget. Search is another question, see search.ts.
import { createHash, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type postgres from 'postgres';
import { migrationFiles, platformFiles } from '../demo/backend/migrate.ts';
import { startPostgres } from '../supabase/tests/postgres.ts';
import { atMost, median, percentile, Table } from './harness.ts';

const SMALL = 100_000;
const BUDGET = 5;
/** How much a call may cost more than in the small database: so many times as much, or so many ms. */
const GROWTH = { times: 1.5, ms: 1 };
const ROUNDS = 300;
const WARM_UP = 30;
const MESSAGES_PER_SESSION = 10;
const AGENT = 'aaaaaaaa-0000-4000-8000-000000000001';

interface Times {
  readonly small: number[];
  readonly large: number[];
}

/** A call as some visitor or the agent would make it, about the conversation of visitor `n`. */
interface Call {
  readonly name: string;
  readonly by: 'visitor' | 'agent';
  readonly sql: string;
  readonly args: (n: number) => readonly (string | number)[];
}

/** What the way there and back takes, the transaction around and the claims included. */
const FLOOR: Call = { name: 'floor: nothing at all', by: 'agent', sql: '1', args: () => [] };

const CALLS: readonly Call[] = [
  visitorCall('chat_open', 'p_token => $1', (n) => [tokenOf(n)]),
  visitorCall('chat_history', 'p_token => $1, p_session => $2, p_before => $3', (n) => [
    tokenOf(n),
    idOf(n),
    9,
  ]),
  visitorCall('chat_sync', 'p_token => $1, p_known => $2::text::jsonb', (n) => [
    tokenOf(n),
    JSON.stringify([{ id: idOf(n), seq: 5, rev: 1 }]),
  ]),
  agentCall('desk_open', `p_tab => 'unassigned'`, () => []),
  agentCall('desk_inbox', `p_tab => 'all', p_sort => 'waiting'`, () => []),
  agentCall('desk_inbox', `p_tab => 'all', p_sort => 'priority'`, () => []),
  // One in six hundred, so that as many rows as ever are looked at in either database.
  agentCall(
    'desk_inbox',
    `p_tab => 'closed', p_sort => 'newest', p_filter => '{"tag": "topic 3"}'`,
    () => [],
  ),
  agentCall('desk_inbox', `p_tab => 'closed', p_sort => 'newest'`, () => []),
  agentCall('desk_sync', 'p_known => $1::text::jsonb, p_since => now()', (n) => [
    JSON.stringify([{ id: idOf(n), seq: 5, rev: 1 }]),
  ]),
  agentCall('desk_tags', '', () => []),
  agentCall('desk_history', 'p_session => $1, p_before => $2', (n) => [idOf(n), 9]),
  // Last, since what they change is news to all others.
  visitorCall(
    'chat_start',
    'p_token => $1, p_session_client_id => $2, p_client_id => $3, p_content => $4',
    (n) => [tokenOf(n), randomUUID(), randomUUID(), 'Hello, one more question'],
  ),
  visitorCall('chat_send', '$1, $2::uuid, $3::uuid, $4', (n) => [
    tokenOf(n),
    idOf(n),
    randomUUID(),
    'Hello again',
  ]),
  agentCall('desk_send', 'p_session => $1, p_client_id => $2, p_content => $3', (n) => [
    idOf(n),
    randomUUID(),
    'How can I help?',
  ]),
];

const { values } = parseArgs({ options: { messages: { type: 'string', default: '10000000' } } });
const messages = Number(values.messages);
if (!Number.isInteger(messages) || messages < SMALL) {
  console.error(`--messages must be a number of at least ${SMALL}.`);
  process.exit(1);
}

let missed = 0;
const server = await startPostgres();
try {
  const first = server.connect('postgres');
  await first.unsafe('create database small').simple();
  await first.unsafe('create database large').simple();
  await first.end();
  const databases = { small: server.connect('small'), large: server.connect('large') };
  for (const [name, count] of [
    ['small', SMALL],
    ['large', messages],
  ] as const) {
    console.log(`Seeding ${count.toLocaleString('en')} messages …`);
    await prepare(databases[name], count);
  }
  const table = new Table(`database, ms, ${messages.toLocaleString('en')} messages`, [
    'p50',
    'p95',
    `p50 at ${SMALL / 1000} k`,
    'growth',
  ]);
  const floor = await times(FLOOR, databases);
  table.row(FLOOR.name, [median(floor.large), percentile(floor.large, 0.95), median(floor.small)]);
  for (const call of CALLS) judge(table, call, await times(call, databases), floor);
  table.print();
  missed = table.missed;
  for (const sql of Object.values(databases)) await sql.end();
} finally {
  await server.stop();
}
process.exit(missed === 0 ? 0 : 1);

function visitorCall(name: string, args: string, values: Call['args']): Call {
  return { name, by: 'visitor', sql: `public.${name}(${args})`, args: values };
}

function agentCall(name: string, args: string, values: Call['args']): Call {
  const [, tab] = /p_tab => '(\w+)'/.exec(args) ?? [];
  const [, sort = ''] = /p_sort => '(\w+)'/.exec(args) ?? [];
  const by = args.includes('p_filter') ? ', filtered' : sort && ` by ${sort}`;
  return {
    name: tab ? `${name}, ${tab}${by}` : name,
    by: 'agent',
    sql: `public.${name}(${args})`,
    args: values,
  };
}

async function prepare(sql: postgres.Sql, count: number): Promise<void> {
  for (const { sql: script } of [...(await platformFiles()), ...(await migrationFiles())]) {
    await sql.unsafe(script).simple();
  }
  await seed(sql, count);
  // As where nobody turned it off: compiling a plan can take longer than all the rest.
  await sql.unsafe('set jit = on');
}

/** Fills the tables past all triggers, as an import does. One conversation in a hundred is not closed yet. */
async function seed(sql: postgres.Sql, count: number): Promise<void> {
  const sessions = Math.floor(count / MESSAGES_PER_SESSION);
  const visitor = `('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
  await sql
    .unsafe(`
    set synchronous_commit = off;
    set maintenance_work_mem = '256MB';
    set session_replication_role = replica;

    insert into auth.users (id, email) values ('${AGENT}', 'agent@test.example');
    insert into support_chat.agents (user_id, display_name, role) values ('${AGENT}', 'Ada', 'admin');
    update support_chat.settings set limits = '{}' where id;

    insert into support_chat.visitors (id, name) select ${visitor}, 'Visitor ' || n from generate_series(1, ${sessions}) n;
    insert into support_chat.visitor_tokens (token_hash, visitor_id)
    select
      sha256(convert_to(
        'sv1_' || rtrim(translate(encode(sha256(n::text::bytea), 'base64'), '+/', '-_'), '='), 'UTF8'
      )),
      ${visitor}
    from generate_series(1, ${sessions}) n;

    insert into support_chat.sessions
      (id, visitor_id, client_id, agent_id, status, closed_at, last_seq, last_visitor_seq, last_message_at,
       last_message_preview, waiting_since, priority, tags, snoozed_until, updated_at)
    select
      ${visitor}, ${visitor}, ${visitor},
      case when n % 300 = 0 then '${AGENT}'::uuid end,
      case when n % 300 = 0 then 'assigned' when n % 100 = 0 then 'open' else 'closed' end,
      case when n % 100 <> 0 then now() - make_interval(mins => n) end,
      ${MESSAGES_PER_SESSION}, ${MESSAGES_PER_SESSION}, now() - make_interval(mins => n), 'Where is my order?',
      case when n % 200 = 0 then now() - make_interval(mins => n) end,
      case when n % 1700 = 0 then 'high' else 'normal' end,
      case when n % 400 = 0 then array['refund'] when n % 3 = 0 then array['topic ' || n % 200] else '{}' end,
      case when n % 7 = 0 then now() - make_interval(mins => n) end, now() - make_interval(mins => n)
    from generate_series(1, ${sessions}) n;

    insert into support_chat.messages (session_id, seq, visitor_seq, client_id, sender_type, content, created_at)
    select
      ${visitor}, m, m, gen_random_uuid(), 'customer', 'Where is my order number ' || n || '? It has not arrived yet.',
      now() - make_interval(mins => n)
    from generate_series(1, ${sessions}) n, generate_series(1, ${MESSAGES_PER_SESSION}) m;

    set session_replication_role = origin;
  `)
    .simple();
  await sql.unsafe('vacuum analyze').simple();
  // What is still to be written would be while others are measured.
  await sql.unsafe('checkpoint').simple();
}

/** By turns in both databases, so that whatever else the machine does falls on both. */
async function times(
  call: Call,
  databases: Readonly<Record<'small' | 'large', postgres.Sql>>,
): Promise<Times> {
  const times: Times = { small: [], large: [] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const name of ['small', 'large'] as const) {
      const count = name === 'small' ? SMALL : messages;
      // Conversations that are open, spread over all there are.
      const alive = Math.floor(count / MESSAGES_PER_SESSION / 100);
      const n = 100 * (1 + Math.floor(Math.random() * alive));
      const begin = performance.now();
      await request(databases[name], call, n);
      if (round >= 0) times[name].push(performance.now() - begin);
    }
  }
  return times;
}

/** The budget is on what the database does: without the way there and back. */
function judge(table: Table, call: Call, all: Times, floor: Times): void {
  const way = median([...floor.small, ...floor.large]);
  const [small, large, late] = [median(all.small), median(all.large), percentile(all.large, 0.95)].map(
    (time) => time - way,
  ) as [number, number, number];
  const growth = large <= small * GROWTH.times || large <= small + GROWTH.ms;
  table.row(call.name, [large, late, small, `${(large / small).toFixed(2)} ×`], {
    bound: `${atMost(late, BUDGET, ' ms').bound}, ≤ ${GROWTH.times} × or + ${GROWTH.ms} ms`,
    kept: late <= BUDGET && growth,
  });
}

/** As PostgREST makes it. */
async function request(sql: postgres.Sql, call: Call, n: number): Promise<void> {
  const claims = call.by === 'agent' ? { role: 'authenticated', sub: AGENT } : { role: 'anon' };
  await sql.begin(async (transaction) => {
    await transaction`
      select set_config('request.method', 'POST', true), set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
        set_config('role', ${claims.role}, true)
    `;
    await transaction.unsafe(`select ${call.sql}`, [...call.args(n)]);
  });
}

function tokenOf(n: number): string {
  return `sv1_${createHash('sha256').update(String(n)).digest('base64url')}`;
}

function idOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
