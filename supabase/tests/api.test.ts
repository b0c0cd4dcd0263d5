// The types that the code is written against are those of the database: arguments as the catalogue has them, answers
// as the functions give them, field by field.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FUNCTIONS, type FunctionName, SHAPES } from '../../src/core/api.ts';
import { migratedDatabase } from './harness.ts';

const database = await migratedDatabase();
afterAll(() => database.close());

const TOKEN = 'sv1_VisitorVisitor0123456789abcdefghijklmnopqrs';
const OTHER_TOKEN = 'sv1_OtherVisitor0123456789abcdefghijklmnopqrstu';
const ADMIN = 'aaaaaaaa-0000-4000-8000-000000000001';
const NEWCOMER = 'aaaaaaaa-0000-4000-8000-000000000002';
const CUSTOMER = 'aaaaaaaa-0000-4000-8000-000000000003';
const COLLEAGUE = 'aaaaaaaa-0000-4000-8000-000000000004';
const REGULAR = 'bbbbbbbb-0000-4000-8000-000000000001';
const PICTURE = 'data:image/png;base64,AAAA';
const SECRET = '5ec'.padEnd(64, '0');

type Json = Record<string, unknown>;

/** Every answer seen, by function. */
const answers = new Map<string, Json[]>();

async function call(name: FunctionName, args: Json, user?: string): Promise<Json> {
  const claims = user ? { role: 'authenticated', sub: user, aal: 'aal2' } : { role: 'anon' };
  const named = Object.keys(args).map((key, index) => `${key} => $${index + 1}`);
  const answer = await database.transaction(async (transaction) => {
    await transaction.query(
      `select set_config('request.method', 'POST', true), set_config('request.jwt.claims', $1, true),
        set_config('request.headers', '{"user-agent": "Browser"}', true), set_config('role', $2, true)`,
      [JSON.stringify(claims), claims.role],
    );
    const { rows } = await transaction.query<{ answer: Json }>(
      `select public.${name}(${named.join(', ')}) as answer`,
      Object.values(args),
    );
    return rows[0]?.answer ?? {};
  });
  answers.set(name, [...(answers.get(name) ?? []), answer]);
  return answer;
}

const row = (value: unknown) => value as Json;
const id = (value: unknown) => String(row(value).id);

/** What the host's own backend signs. */
function identity(sub: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { aud: 'support-chat', sub, iat: now, exp: now + 3600, name: 'Uma' };
  const signed = `${part({ alg: 'HS256' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

beforeAll(async () => {
  await database.exec(`
    insert into auth.users (id, email) values ('${ADMIN}', 'a@test.example'), ('${NEWCOMER}', 'b@test.example'),
      ('${CUSTOMER}', 'c@test.example'), ('${COLLEAGUE}', null);
    insert into support_chat.agents (user_id, display_name, role, avatar_url)
    values ('${ADMIN}', 'Ada', 'admin', '${PICTURE}'), ('${COLLEAGUE}', 'Di', 'admin', null);
    insert into support_chat.identity_keys (kid, secret) values ('main', '${SECRET}');
  `);
  await call('chat_open', {});
  await database.exec(`
    update support_chat.settings set limits = '{}', pre_chat_fields = '[{"name": "order", "label": "Order"}]',
      office_hours = jsonb_build_object(lower(to_char(now() + interval '2 days', 'dy')), '[["09:00", "10:00"]]'::jsonb);
    insert into support_chat.visitors (id) values ('${REGULAR}');
    insert into support_chat.sessions (visitor_id, client_id, agent_id, status, first_response_at)
    select '${REGULAR}', gen_random_uuid(), '${ADMIN}', 'assigned', now() from generate_series(1, 51);
  `);
  const uuid = () => crypto.randomUUID();
  const token = { p_token: TOKEN };

  // A visitor's life, with everything that can be null once null and once not.
  await call('chat_open', {});
  const started = await call('chat_start', {
    ...token,
    p_session_client_id: uuid(),
    p_client_id: uuid(),
    p_content: 'Hello there',
    p_page: {
      url: 'https://shop.example/a',
      title: 'A',
      referrer: 'https://b.example/',
      locale: 'de',
      zone: 'Europe/Berlin',
    },
    p_profile: { name: 'Zoe', email: 'zoe@example.com', attributes: { plan: 'pro' } },
  });
  const session = { p_session: id(started.session) };
  const visitorId = id(row((await call('desk_session', session, ADMIN)).session).visitor);
  const mine = { ...token, ...session };
  await call('chat_send', { ...mine, p_client_id: uuid(), p_content: 'Anybody?' });
  await call('desk_open', {}, ADMIN);
  await call('desk_open', { p_tab: 'unassigned' }, ADMIN);
  await call('desk_inbox', { p_tab: 'all' }, ADMIN);
  await call('desk_inbox', { p_tab: 'closed' }, ADMIN);
  await call('desk_presence', { p_availability: 'online' }, ADMIN);
  await call('desk_presence', { p_availability: 'online', p_viewing: session.p_session }, ADMIN);
  await call('desk_assign', { ...session, p_agent: ADMIN }, ADMIN);
  await call('desk_send', { ...session, p_client_id: uuid(), p_content: 'Hi Zoe' }, ADMIN);
  await call(
    'desk_send',
    { ...session, p_client_id: uuid(), p_content: 'A note for @Ada', p_kind: 'note' },
    COLLEAGUE,
  );
  await call('desk_open', {}, ADMIN);
  // Whoever called has left since.
  await database.exec(
    `update support_chat.mentions set sender_id = gen_random_uuid() where agent_id = '${ADMIN}'`,
  );
  await call('desk_open', {}, ADMIN);
  for (const page of [{ url: 'https://shop.example/b' }, { url: 'https://shop.example/c' }]) {
    await call('chat_sync', { ...token, p_page: page });
  }
  await call('chat_history', mine);
  await call('desk_history', session, ADMIN);
  await call('chat_read', { ...mine, p_seq: 3 });
  await call('desk_read', { ...session, p_seq: 3 }, ADMIN);
  await call('desk_unread', session, ADMIN);
  await call('desk_inbox', { p_tab: 'all', p_filter: { unread: true } }, ADMIN);
  await call('chat_typing', mine);
  await call('desk_typing', session, ADMIN);
  await call('desk_snooze', { ...session, p_until: 'infinity' }, ADMIN);
  await call('desk_set_priority', { ...session, p_priority: 'high' }, ADMIN);
  await call('desk_tag', { ...session, p_add: ['vip'] }, ADMIN);
  await call('desk_tags', {}, ADMIN);
  await call('desk_search', { p_query: 'hello' }, ADMIN);
  await call('desk_search', { p_query: 'zoe' }, ADMIN);
  await call('desk_close', session, ADMIN);
  await call('chat_rate', { ...mine, p_rating: 5, p_comment: 'Thanks' });
  await call('chat_reopen', mine);
  await call('chat_close', mine);
  await call('desk_reopen', session, ADMIN);
  await call('chat_sync', { ...token, p_known: [{ id: uuid(), seq: 1, rev: 1 }] });
  const since = new Date(Date.now() - 3_600_000).toISOString();
  await call('desk_sync', { p_known: [{ id: uuid(), seq: 1, rev: 1 }], p_since: since }, ADMIN);
  await call('chat_update_profile', { ...token, p_name: 'Zoë' });
  await call('desk_session', session, ADMIN);
  await call('desk_visitor', { p_visitor: visitorId }, ADMIN);
  await call('desk_update_visitor', { p_visitor: visitorId, p_notes: 'Likes tea' }, ADMIN);
  await call('desk_visitor', { p_visitor: REGULAR }, ADMIN);
  await call('desk_block', { p_visitor: visitorId, p_until: 'infinity' }, ADMIN);
  await call('desk_block', { p_visitor: visitorId }, ADMIN);
  await call('chat_open', token);
  await call('chat_claim', token, CUSTOMER);
  await call('chat_identify', { p_token: null, p_identity: identity('u1'), p_new_token: OTHER_TOKEN });
  const { rows } = await database.query<{ id: string }>(
    "select id from support_chat.visitors where external_id = 'u1'",
  );
  await call('desk_visitor', { p_visitor: rows[0]?.id }, ADMIN);
  await call('chat_erase', { p_token: OTHER_TOKEN });

  // The team and its settings.
  const saved = await call(
    'desk_canned_save',
    { p_id: null, p_shortcut: 'hi', p_title: 'Hi', p_content: 'Hello!', p_shared: true },
    ADMIN,
  );
  await call('desk_canned_list', {}, ADMIN);
  await call('desk_canned_delete', { p_id: id(saved.response) }, ADMIN);
  await call('desk_profile_save', { p_name: 'Ada B.' }, ADMIN);
  await call('desk_settings_read', {}, ADMIN);
  await call('desk_settings_save', { p_settings: { office_hours: null, ip_header: 'x-real-ip' } }, ADMIN);
  const unwanted = await call('desk_agents_invite', {}, ADMIN);
  await call('desk_agents_uninvite', { p_invite: id(unwanted.invite) }, ADMIN);
  const { token: invitation } = await call('desk_agents_invite', { p_role: 'admin' }, ADMIN);
  await call('desk_agents_list', {}, ADMIN);
  await call('desk_agents_join', { p_token: invitation, p_name: 'Bo' }, NEWCOMER);
  await call('desk_agents_save', { p_agent: NEWCOMER, p_role: 'agent' }, ADMIN);
  const added = await call('desk_identity_add', {}, ADMIN);
  await call('desk_identity_list', {}, ADMIN);
  await call('desk_identity_remove', { p_kid: row(added.key).kid }, ADMIN);
  await call('desk_audit_list', {}, ADMIN);
  await call('chat_start', {
    p_token: OTHER_TOKEN,
    p_session_client_id: uuid(),
    p_client_id: uuid(),
    p_content: 'Hi',
  });
  await call('desk_close', session, ADMIN);
  const today = new Date().toISOString().slice(0, 10);
  await call('desk_report', { p_from: '1999-01-01', p_to: '1999-01-01' }, ADMIN);
  await call('desk_report', { p_from: today, p_to: today, p_zone: 'UTC' }, ADMIN);
  await database.exec("update support_chat.settings set office_hours = '{}'");
  await call('desk_report', { p_from: today, p_to: today, p_office_hours: true }, ADMIN);
});

const SQL_TYPES: Readonly<Record<string, string>> = {
  text: 'text',
  uuid: 'uuid',
  integer: 'integer',
  bigint: 'integer',
  boolean: 'boolean',
  jsonb: 'json',
  'timestamp with time zone': 'time',
  'text[]': 'text[]',
};

it('the functions take what the database says they take', async () => {
  const { rows } = await database.query<{ name: string; args: string[]; types: string[]; defaults: number }>(`
    select p.proname::text as name, coalesce(p.proargnames, '{}')::text[] as args, p.pronargdefaults as defaults,
      array(select format_type(t.oid, null) from unnest(p.proargtypes) with ordinality t (oid, place) order by place) as types
    from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_'
  `);
  const catalogue = rows.map(({ name, args, types, defaults }) => {
    const optional = (index: number) => (index >= args.length - defaults ? '?' : '');
    return [
      name,
      Object.fromEntries(
        args.map((arg, i) => [arg, `${SQL_TYPES[types[i] ?? ''] ?? types[i]}${optional(i)}`]),
      ),
    ];
  });
  const typed = Object.entries(FUNCTIONS).map(([name, { takes }]) => [name, takes]);
  expect(Object.fromEntries(catalogue)).toEqual(Object.fromEntries(typed));
});

/** What is wrong with a value, as "where: what" lines. */
function misfits(type: string, value: unknown, where: string): string[] {
  if (type.endsWith('?')) return value === null ? [] : misfits(type.slice(0, -1), value, where);
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return [`${where}: no list`];
    return value.flatMap((item, index) => misfits(type.slice(0, -2), item, `${where}[${index}]`));
  }
  const shape = SHAPES[type as keyof typeof SHAPES] as Readonly<Record<string, string>> | undefined;
  if (shape) return fieldMisfits(shape, value, where);
  if (type.includes('|')) return type.split('|').includes(String(value)) ? [] : [`${where}: no ${type}`];
  const fits: Readonly<Record<string, (candidate: unknown) => boolean>> = {
    text: (candidate) => typeof candidate === 'string',
    uuid: (candidate) =>
      typeof candidate === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(candidate),
    integer: Number.isInteger,
    boolean: (candidate) => typeof candidate === 'boolean',
    time: (candidate) => candidate === 'infinity' || !Number.isNaN(Date.parse(String(candidate))),
    json: () => true,
  };
  return fits[type]?.(value) ? [] : [`${where}: ${JSON.stringify(value)} is no ${type}`];
}

function fieldMisfits(shape: Readonly<Record<string, string>>, value: unknown, where: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${where}: no object`];
  return [
    ...Object.keys(value)
      .filter((key) => !(key in shape))
      .map((key) => `${where}.${key}: not in the types`),
    ...Object.entries(shape).flatMap(([key, type]) => {
      if (!(key in value)) return [`${where}.${key}: not in the answer`];
      return misfits(type, (value as Json)[key], `${where}.${key}`);
    }),
  ];
}

it.each(Object.keys(FUNCTIONS) as FunctionName[])('%s answers what its types say', (name) => {
  const seen = answers.get(name) ?? [];
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.flatMap((answer) => fieldMisfits(FUNCTIONS[name].gives, answer, name))).toEqual([]);
});

it('every field was seen with a value, and every field that may be null without one', () => {
  const values = new Set<string>();
  const nulls = new Set<string>();
  const look = (shape: Readonly<Record<string, string>>, name: string, value: Json) => {
    for (const [key, type] of Object.entries(shape)) {
      if (value[key] === null) nulls.add(`${name}.${key}`);
      else if (!Array.isArray(value[key]) || value[key].length > 0) values.add(`${name}.${key}`);
      const inner = type.replace(/[?[\]]+/g, '');
      const items = Array.isArray(value[key]) ? value[key] : [value[key]];
      if (!(inner in SHAPES)) continue;
      for (const item of items)
        if (item !== null) look(SHAPES[inner as keyof typeof SHAPES], inner, row(item));
    }
  };
  for (const [name, seen] of answers) {
    for (const answer of seen) look(FUNCTIONS[name as FunctionName].gives, name, answer);
  }
  const all = [
    ...Object.entries(SHAPES).flatMap(([name, shape]) =>
      Object.entries(shape).map(([key, type]) => [`${name}.${key}`, type]),
    ),
    ...Object.entries(FUNCTIONS).flatMap(([name, { gives }]) =>
      Object.entries(gives).map(([key, type]) => [`${name}.${key}`, String(type)]),
    ),
  ] as [string, string][];
  const isList = (type: string) => type.endsWith('[]');
  expect(all.filter(([field, type]) => !isList(type) && !values.has(field)).map(([field]) => field)).toEqual(
    [],
  );
  expect(
    all.filter(([field, type]) => type.endsWith('?') && !nulls.has(field)).map(([field]) => field),
  ).toEqual([]);
});
