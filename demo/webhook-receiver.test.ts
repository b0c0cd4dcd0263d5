// The receiver, with the payload that a real conversation makes by the trigger of docs/webhook.md.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBackend } from './backend/server.ts';
import { createReceiver, type ReceiverOptions, toMail, toSlack } from './webhook-receiver.ts';

const backend = await startBackend();
const project = { url: backend.url, key: backend.publishableKey };
let payload = '';

async function rpc(name: string, args: unknown, bearer?: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${backend.url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: {
      apikey: backend.publishableKey,
      'content-type': 'application/json',
      ...(bearer && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(args),
  });
  const body = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body;
}

beforeAll(async () => {
  // What Supabase's own function does, but for the request: https://github.com/supabase/postgres has it.
  await backend.database.execute(`
    create schema supabase_functions;
    create table supabase_functions.sent (url text, headers jsonb, payload jsonb);
    create function supabase_functions.http_request() returns trigger language plpgsql security definer as $$
    begin
      insert into supabase_functions.sent values (tg_argv[0], tg_argv[2]::jsonb, jsonb_build_object(
        'old_record', old, 'record', new, 'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema
      ));
      return new;
    end
    $$;
  `);
  const document = await readFile(new URL('../docs/webhook.md', import.meta.url), 'utf8');
  await backend.database.execute(/```sql\n([\s\S]+?)```/.exec(document)?.[1] ?? '');
  await rpc('chat_start', {
    p_token: 'sv1_VisitorVisitor0123456789abcdefghijklmnopqrs',
    p_session_client_id: randomUUID(),
    p_client_id: randomUUID(),
    p_content: 'My card number is 4111',
    p_page: {
      url: 'https://shop.example/cart?secret=1',
      title: '<!channel> Cart',
      referrer: '',
      locale: 'en',
    },
    p_profile: { name: 'Zoe Quinn', email: 'zoe@example.com' },
  });
  const rows = await backend.database.query<{ url: string; headers: unknown; payload: unknown }>(
    'select * from supabase_functions.sent',
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.headers).toMatchObject({ 'x-webhook-secret': 'YOUR-SECRET' });
  payload = JSON.stringify(rows[0]?.payload);
});

afterAll(() => backend.close());

function receiver(options: Partial<ReceiverOptions> = {}) {
  const told: string[] = [];
  const receive = createReceiver({
    secret: 'YOUR-SECRET',
    inboxUrl: 'https://desk.example/',
    notify: async ({ text }) => void told.push(text),
    ...options,
  });
  const send = (body = payload, secret = 'YOUR-SECRET') =>
    receive(
      new Request('https://hook.example/', {
        method: 'POST',
        headers: { 'x-webhook-secret': secret },
        body,
      }),
    );
  return { told, send, receive };
}

test('the payload is what is documented, and holds no word of the visitor’s', () => {
  const { type, schema, table, record, old_record } = JSON.parse(payload);
  expect([type, schema, table, old_record]).toEqual(['INSERT', 'support_chat', 'sessions', null]);
  expect(record).toMatchObject({
    status: 'open',
    last_message_preview: '',
    page_url: 'https://shop.example/cart',
  });
  expect(payload).not.toMatch(/4111|Zoe|zoe@|secret=1|sv1_/);
});

test('a new conversation is told, without anything of the visitor’s', async () => {
  const { told, send } = receiver();
  expect((await send()).status).toBe(200);
  expect(told).toEqual([
    'Somebody has started a conversation, and nobody is there. Answer in your inbox: https://desk.example/',
  ]);
});

test.each(['', 'YOUR-SECRET2', 'another'])('the secret “%s” opens nothing', async (secret) => {
  const { told, send } = receiver();
  expect((await send(payload, secret)).status).toBe(401);
  expect(told).toEqual([]);
});

test('a receiver without a secret lets nobody in', async () => {
  expect((await receiver({ secret: '' }).send(payload, '')).status).toBe(401);
});

test.each([
  ['a change', (body: string) => body.replace('"INSERT"', '"UPDATE"')],
  ['another table', (body: string) => body.replace('"sessions"', '"visitors"')],
  ['no JSON', () => 'hello'],
  ['null', () => 'null'],
])('%s is not told', async (_what, change) => {
  const { told, send } = receiver();
  expect((await send(change(payload))).status).toBe(202);
  expect(told).toEqual([]);
});

test('nobody is told while an agent is there, and somebody is when they have gone', async () => {
  await backend.signUp('ada@example.com', 'support-demo');
  await backend.database.query("select support_chat.make_agent('ada@example.com', 'Ada')");
  const signedIn = await fetch(`${backend.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: backend.publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'support-demo' }),
  });
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  const { told, send } = receiver({ project });
  await rpc('desk_presence', { p_availability: 'online' }, token);
  expect(await (await send()).text()).toBe('Somebody is there');
  expect(told).toEqual([]);
  await rpc('desk_presence', { p_availability: 'away' }, token);
  await send();
  expect(told).toHaveLength(1);
});

test('where it cannot be found out whether somebody is there, the team is told', async () => {
  const { told, send } = receiver({ project: { url: 'http://127.0.0.1:9', key: 'x' } });
  await send();
  expect(told).toHaveLength(1);
});

test('Slack and a mail service get what they take, and a refusal is no success', async () => {
  const requests: { headers: Record<string, unknown>; body: unknown }[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(status).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    await receiver({ notify: toSlack(address) }).send();
    const mail = { endpoint: address, apiKey: 'k', from: 'chat@x.example', to: 'team@x.example' };
    await receiver({ notify: toMail(mail) }).send();
    expect(Object.keys(requests[0]?.body as object)).toEqual(['text']);
    expect(requests[1]?.headers.authorization).toBe('Bearer k');
    expect(requests[1]?.body).toMatchObject({
      from: 'chat@x.example',
      to: 'team@x.example',
      subject: 'A visitor is waiting in the chat',
    });
    status = 500;
    await expect(receiver({ notify: toSlack(address) }).send()).rejects.toThrow('refused with 500');
  } finally {
    server.close();
  }
});
