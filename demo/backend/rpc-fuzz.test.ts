import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, startBackend } from './server.ts';

// RPC_FUZZ=10000 asks for the long run.
const RUNS = Number(process.env.RPC_FUZZ ?? 300);

const TOKEN = `sv1_${'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'}`;

let backend: Backend;
/** The token of an agent who may do everything. */
let agent: string;
/** A conversation of the visitor with `TOKEN`. */
let session: string;
let functions: readonly { name: string; wanted: { name: string; type: string }[] }[];
beforeAll(async () => {
  backend = await startBackend();
  await backend.database.execute(`update support_chat.settings set limits = '{}'`);
  functions = await backend.database.query(
    `select p.proname as name, (
       select coalesce(json_agg(json_build_object('name', name, 'type', format_type(type, null))), '[]')
       from unnest(p.proargnames, p.proargtypes::oid[]) a (name, type)
     ) as wanted
     from pg_catalog.pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_' order by p.proname`,
  );
  await backend.signUp('ada@example.com', 'correct horse');
  const [ada] = await backend.database.query<{ id: string }>(
    `select id, support_chat.make_agent(email, 'Ada', 'admin') from auth.users where email = 'ada@example.com'`,
  );
  agent = await backend.keys.sign({ role: 'authenticated', sub: ada!.id });
  await begin();
});
afterAll(() => backend.close());

async function begin(): Promise<void> {
  const ids = { p_session_client_id: crypto.randomUUID(), p_client_id: crypto.randomUUID() };
  const answer = await send('chat_start', JSON.stringify({ p_token: TOKEN, ...ids, p_content: 'Hello' }));
  expect(answer.status).toBe(200);
  session = ((await answer.json()) as { session: { id: string } }).session.id;
}

function send(name: string, body: string, bearer: string | null = null): Promise<Response> {
  return fetch(`${backend.url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: {
      apikey: backend.publishableKey,
      'content-type': 'application/json',
      ...(bearer && { authorization: `Bearer ${bearer}` }),
    },
    body,
  });
}

const token = fc.constantFrom(TOKEN, TOKEN, TOKEN, `sv1_${'a'.repeat(43)}`, 'sv1_');
const oddText = fc.constantFrom(
  '\u0000',
  '\ud83d',
  '\udc4b',
  '\ufeff',
  '\u202e',
  "'; drop table support_chat.messages; --",
  '%s%n',
  '{}',
  '💬'.repeat(2000),
  'x'.repeat(70_000),
  'NaN',
  '-infinity',
  '2026-11-24T00:00:00Z',
  '00000000-0000-0000-0000-000000000000',
  '\\',
  '"',
  '$1',
  '../..',
  '<script>',
  'null',
);
const oddNumber = fc.constantFrom('1e400', '-1e400', '1e-400', '-0', '9223372036854775808', '0.1', '1E5');
/** JSON as text, so that it may hold what JavaScript cannot. */
const value = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    oddNumber,
    fc.oneof(token, oddText, fc.string({ unit: 'binary' }), fc.uuid()).map((text) => JSON.stringify(text)),
    fc.constantFrom('null', 'true', 'false', '{}', '[]'),
    fc.integer().map(String),
    fc.array(tie('any'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(fc.string({ unit: 'binary' }), tie('any')), { maxLength: 4 })
      .map((pairs) => `{${pairs.map(([key, one]) => `${JSON.stringify(key)}:${one}`).join(',')}}`),
    fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  ),
})).any;

/** What fits an argument, so that calls get through to SQL. */
function fitting({ name, type }: { name: string; type: string }) {
  if (name === 'p_token') return token.map((one) => JSON.stringify(one));
  if (type === 'uuid') return fc.constantFrom(session, session, crypto.randomUUID()).map((id) => `"${id}"`);
  if (type === 'text')
    return fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => JSON.stringify(text));
  if (/^(?:integer|bigint|smallint)$/.test(type)) return fc.integer({ min: -1, max: 200 }).map(String);
  return value;
}

/** A call of one function with mostly all of its arguments, some of them odd, missing or twice. */
const call = fc.nat().chain((pick) => {
  const { name, wanted } = functions[pick % functions.length]!;
  const pairs = wanted.map((argument) =>
    fc.tuple(
      fc.constant(argument.name),
      fc.oneof({ weight: 1, arbitrary: value }, { weight: 6, arbitrary: fitting(argument) }),
      fc.integer({ min: 0, max: 19 }),
    ),
  );
  return fc.tuple(...pairs).map((given) => ({
    name,
    body: `{${given
      .filter(([, , chance]) => chance > 0)
      .flatMap(([key, one, chance]) => Array.from({ length: chance === 19 ? 2 : 1 }, () => `"${key}":${one}`))
      .join(',')}}`,
  }));
});
const nonsense = fc.record({
  name: fc.nat().map((pick) => functions[pick % functions.length]!.name),
  body: fc.oneof(value, fc.string({ unit: 'binary' }), fc.json()),
});

test(
  `${RUNS} random bodies, anonymous and signed in, bring no call down`,
  async () => {
    const statuses = new Map<number, number>();
    const attempt = async ({ name, body }: { name: string; body: string }, isAgent: boolean) => {
      const response = await send(name, body, isAgent ? agent : null);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      const text = await response.text();
      // Whoever is erased begins anew, or the rest of the calls would be about nobody.
      if (response.ok && /^chat_(?:erase|claim)$/.test(name)) await begin();
      if (response.status < 500) return;
      const { code } = JSON.parse(text) as { code: string };
      // Limits of PostgreSQL itself (a full stack, too many dimensions) and of time are the caller's own doing.
      expect(code, `${name} ${body.slice(0, 300)} gave ${text}`).toMatch(/^(?:54\d{3}|57014)$/);
    };
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: call }, nonsense), fc.boolean(), attempt),
      { numRuns: RUNS, endOnFailure: true },
    );
    // It would prove little if nothing got through to the functions.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(RUNS / 50);
    expect(statuses.get(400) ?? 0).toBeGreaterThan(RUNS / 50);
    const alive = await send('chat_open', '{"p_token": null}');
    expect(alive.status).toBe(200);
    if (process.env.RPC_FUZZ) process.stdout.write(`${JSON.stringify(Object.fromEntries(statuses))}\n`);
  },
  60_000 + RUNS * 50,
);
