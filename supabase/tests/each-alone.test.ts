// PostgreSQL checks some rights once per transaction, so a function that lacks one may work as long as another
// call came before it. Here every call is the first of its transaction, for everybody it is meant for.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migratedDatabase } from './harness.ts';

const database = await migratedDatabase();
afterAll(() => database.close());

const TOKEN = 'sv1_VisitorVisitor0123456789abcdefghijklmnopqrs';
const VISITOR = 'bbbbbbbb-0000-4000-8000-000000000001';
const AGENT = 'aaaaaaaa-0000-4000-8000-000000000001';
const LEFT = 'aaaaaaaa-0000-4000-8000-000000000002';
const ADMIN = 'aaaaaaaa-0000-4000-8000-000000000003';
const INVITED = 'aaaaaaaa-0000-4000-8000-000000000004';
const INVITE = '22222222-0000-4000-8000-000000000001';
const INVITE_TOKEN = `inv1_${'0'.repeat(64)}`;
const OWN = '33333333-0000-4000-8000-000000000001';
const SHARED = '33333333-0000-4000-8000-000000000002';
const SECRET = '5ec'.padEnd(64, '0');
const OPEN = '11111111-0000-4000-8000-000000000001';
const CLOSED = '11111111-0000-4000-8000-000000000002';

beforeAll(async () => {
  await database.exec(`
    insert into auth.users (id, email)
    values ('${AGENT}', 'a@test.example'), ('${LEFT}', 'b@test.example'), ('${ADMIN}', 'c@test.example'), ('${INVITED}', null);
    insert into support_chat.agents (user_id, display_name, role)
    values ('${AGENT}', 'Ada', 'agent'), ('${LEFT}', 'Bo', 'agent'), ('${ADMIN}', 'Cleo', 'admin');
    insert into support_chat.invites (id, token_hash, role, created_by)
    values ('${INVITE}', sha256(convert_to('${INVITE_TOKEN}', 'UTF8')), 'agent', '${ADMIN}');
    insert into support_chat.canned_responses (id, owner_id, shortcut, title, content)
    values ('${OWN}', '${AGENT}', 'own', 'Own', 'Mine'), ('${SHARED}', null, 'shared', 'Shared', 'Ours');
    insert into support_chat.visitors (id) values ('${VISITOR}');
    insert into support_chat.visitor_tokens (token_hash, visitor_id)
    values (sha256(convert_to('${TOKEN}', 'UTF8')), '${VISITOR}');
    insert into support_chat.sessions (id, visitor_id, client_id, agent_id, status, closed_at)
    select o.id, v.id, o.id, o.agent_id, o.status, o.closed_at
    from support_chat.visitors v, (values
      ('${OPEN}'::uuid, null::uuid, 'open', null::timestamptz), ('${CLOSED}', '${LEFT}', 'closed', now())
    ) o (id, agent_id, status, closed_at);
    insert into support_chat.messages (session_id, client_id, sender_type, content)
    select s.id, s.id, 'customer', 'Hi' from support_chat.sessions s;
    insert into support_chat.identity_keys (kid, secret) values ('main', '${SECRET}');
    update support_chat.agents set active = false where user_id = '${LEFT}';
  `);
});

async function call(role: 'anon' | 'authenticated', expression: string, sub = AGENT): Promise<unknown> {
  const claims = role === 'anon' ? { role } : { role, sub };
  await database.exec('discard all');
  await database.exec('begin');
  try {
    await database.query(
      `select set_config('request.method', 'POST', true), set_config('request.jwt.claims', $1, true),
        set_config('role', $2, true)`,
      [JSON.stringify(claims), role],
    );
    const { rows } = await database.query<{ answer: unknown }>(`select public.${expression} as answer`);
    return rows[0]?.answer;
  } finally {
    await database.exec('rollback');
  }
}

const PAGE = `'{"url": "https://shop.example/a?b", "title": "A", "referrer": "https://b.example/", "locale": "de"}'`;
const PROFILE = `'{"name": "Zoe", "email": "zoe@example.com", "attributes": {"plan": "pro"}}'`;

/** What the host's own backend signs. */
function identity(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'HS256' })}.${part({ aud: 'support-chat', sub: 'u1', iat: now, exp: now + 3600 })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}
const IDENTITY = identity();

const VISITOR_CALLS = [
  `chat_open('${TOKEN}', ${PAGE})`,
  'chat_open()',
  `chat_start('${TOKEN}', gen_random_uuid(), gen_random_uuid(), 'Hi', ${PAGE}, ${PROFILE})`,
  `chat_start('sv1_Outsider0123456789abcdefghijklmnopqrstuvwxy', gen_random_uuid(), gen_random_uuid(), 'Hi', ${PAGE}, ${PROFILE})`,
  `chat_send('${TOKEN}', '${OPEN}', gen_random_uuid(), 'Hi')`,
  `chat_history('${TOKEN}', '${OPEN}')`,
  `chat_sync('${TOKEN}', '[{"id": "${OPEN}", "seq": 0, "rev": 0}]')`,
  `chat_read('${TOKEN}', '${OPEN}', 1)`,
  `chat_typing('${TOKEN}', '${OPEN}')`,
  `chat_close('${TOKEN}', '${OPEN}')`,
  `chat_reopen('${TOKEN}', '${CLOSED}')`,
  `chat_rate('${TOKEN}', '${CLOSED}', 5, 'Thanks')`,
  `chat_update_profile('${TOKEN}', 'Zoe', 'zoe@example.com', 'de', '{"plan": "pro"}')`,
  `chat_identify('${TOKEN}', '${IDENTITY}', 'sv1_NewVisitor0123456789abcdefghijklmnopqrstuvw')`,
  `chat_erase('${TOKEN}')`,
];

/** Of visitors, for whom anonymous callers have no right. */
const SIGNED_IN_CALLS = [
  `chat_claim('${TOKEN}')`,
  `chat_start(null, gen_random_uuid(), gen_random_uuid(), 'Hi', ${PAGE}, ${PROFILE})`,
];

const AGENT_CALLS = [
  ...['mine', 'unassigned', 'all', 'closed'].flatMap((tab) => [
    `desk_open('${tab}')`,
    `desk_inbox('${tab}', 'waiting')`,
    `desk_inbox('${tab}', 'newest', 'r infinity ${OPEN}')`,
    `desk_inbox('${tab}', 'priority', null, 50, '{"agent": "${AGENT}", "tag": "vip", "unread": true}')`,
  ]),
  `desk_sync('[{"id": "${OPEN}", "seq": 0, "rev": 0}]', now() - interval '1 hour')`,
  `desk_session('${OPEN}')`,
  `desk_history('${OPEN}')`,
  `desk_send('${OPEN}', gen_random_uuid(), 'Hello')`,
  `desk_send('${CLOSED}', gen_random_uuid(), 'Psst', 'note')`,
  `desk_assign('${OPEN}', '${AGENT}')`,
  `desk_close('${OPEN}', 99)`,
  `desk_reopen('${CLOSED}')`,
  `desk_read('${OPEN}', 1)`,
  `desk_unread('${OPEN}')`,
  `desk_typing('${OPEN}')`,
  `desk_snooze('${OPEN}', now() + interval '1 hour', 99)`,
  `desk_set_priority('${OPEN}', 'urgent')`,
  `desk_tag('${OPEN}', '{vip,late}', '{vip}')`,
  'desk_tags()',
  `desk_visitor('${VISITOR}')`,
  `desk_update_visitor('${VISITOR}', 'Zoe', 'zoe@example.com', 'Likes tea')`,
  `desk_block('${VISITOR}', 'infinity')`,
  `desk_presence('away', '${OPEN}')`,
  "desk_search('hi')",
  "desk_profile_save('Ada L.', 'data:image/png;base64,AAAA')",
  'desk_canned_list()',
  "desk_canned_save(null, 'hello', 'Hello', 'Hi there')",
  `desk_canned_save('${OWN}', 'hello', 'Hello', 'Hi there')`,
  `desk_canned_delete('${OWN}')`,
  "desk_report('2026-01-01', '2026-12-31', 'Europe/Berlin', true)",
];

const ADMIN_CALLS = [
  'desk_settings_read()',
  `desk_settings_save('{"team_name": "Ours", "office_hours": {"mon": [["09:00", "17:00"]]}, "limits": {}}')`,
  'desk_agents_list()',
  `desk_agents_save('${AGENT}', 'admin', true, 'Ada L.')`,
  `desk_agents_save('${AGENT}', p_active => false)`,
  "desk_agents_invite('admin')",
  `desk_agents_uninvite('${INVITE}')`,
  'desk_identity_list()',
  'desk_identity_add()',
  "desk_identity_remove('main')",
  "desk_canned_save(null, 'hello', 'Hello', 'Hi there', true)",
  `desk_canned_save('${SHARED}', 'hello', 'Hello', 'Hi there', true)`,
  `desk_canned_delete('${SHARED}')`,
  'desk_audit_list()',
];

const INVITED_CALLS = [`desk_agents_join('${INVITE_TOKEN}', 'Dora')`];

/** The call as one reads it. */
function named(expression: string): [name: string, expression: string] {
  const name = expression.replaceAll(TOKEN, 'token').replaceAll(OPEN, 'open').replaceAll(CLOSED, 'closed');
  return [
    name
      .replaceAll(AGENT, 'agent')
      .replaceAll(INVITE, 'invite')
      .replaceAll(INVITE_TOKEN, 'token')
      .replaceAll(OWN, 'own')
      .replaceAll(SHARED, 'shared')
      .replaceAll(PAGE, 'page')
      .replaceAll(PROFILE, 'profile')
      .replaceAll(IDENTITY, 'identity'),
    expression,
  ];
}

it.each(VISITOR_CALLS.map(named))('a visitor calls %s before anything else', async (_name, expression) => {
  expect(await call('anon', expression)).toBeTypeOf('object');
  expect(await call('authenticated', expression)).toBeTypeOf('object');
});

it.each(SIGNED_IN_CALLS.map(named))(
  'a signed-in visitor calls %s before anything else',
  async (_name, expression) => {
    expect(await call('authenticated', expression)).toBeTypeOf('object');
  },
);

it.each(AGENT_CALLS.map(named))('an agent calls %s before anything else', async (_name, expression) => {
  expect(await call('authenticated', expression)).toBeTypeOf('object');
});

it.each(ADMIN_CALLS.map(named))('an admin calls %s before anything else', async (_name, expression) => {
  expect(await call('authenticated', expression, ADMIN)).toBeTypeOf('object');
});

it.each(INVITED_CALLS.map(named))(
  'who was invited calls %s before anything else',
  async (_name, expression) => {
    expect(await call('authenticated', expression, INVITED)).toBeTypeOf('object');
  },
);

it('calls every function there is', async () => {
  const { rows } = await database.query<{ name: string }>(
    "select proname::text as name from pg_proc where pronamespace = 'public'::regnamespace and proname ~ '^(chat|desk)_'",
  );
  const called = new Set(
    [...VISITOR_CALLS, ...SIGNED_IN_CALLS, ...AGENT_CALLS, ...ADMIN_CALLS, ...INVITED_CALLS].map(
      (expression) => expression.split('(')[0],
    ),
  );
  expect(new Set(rows.map(({ name }) => name))).toEqual(called);
});
