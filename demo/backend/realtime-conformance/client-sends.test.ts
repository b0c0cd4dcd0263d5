// What clients may send by themselves: broadcasts by WebSocket and HTTP, presence, table changes.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { startFixture } from '../testing/clients.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({ realtime: { publicAccess: true, limits: { payloadBytes: 1000 } } });
  await backend.database.execute(`
    insert into public.members values ('ada');

    create policy "rooms that begin with open" on realtime.messages for insert to anon, authenticated
    with check (extension = 'broadcast' and (select realtime.topic()) like 'room:open%');

    create policy "members write" on realtime.messages for insert to authenticated
    with check ((select realtime.topic()) = 'club' and (select public.is_member(auth.jwt() ->> 'sub')));

    create policy "broken writing" on realtime.messages for insert to anon
    with check (case when (select realtime.topic()) = 'room:broken' then 1 / (length(topic) - 11) = 1 else false end);

    create policy "by header" on realtime.messages for insert to anon with check (
      (select realtime.topic()) = 'room:header'
      and current_setting('request.headers')::jsonb ->> 'team' = 'red'
    );
  `);
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const ROOM = 'realtime:room:1';
const OPEN = 'realtime:room:open';
const send = (topic: string, text: string, isPrivate = true) =>
  backend.database.query(`select realtime.send(jsonb_build_object('text', $1::text), 'said', $2, $3)`, [
    text,
    topic,
    isPrivate,
  ]);

/** Two connections on a topic: one to send, one to hear. */
async function pair(topic: string, config: Record<string, unknown> = {}, rest: object = {}) {
  const [sender, receiver] = [await RawSocket.open(backend), await RawSocket.open(backend)];
  for (const socket of [sender, receiver]) await socket.joined(topic, '1', config, rest);
  return { sender, receiver };
}

/** Both forms in which a client may send. */
function broadcastBoth(socket: RawSocket, topic: string): void {
  socket.sendBroadcast('binary', topic, 'said', { text: 'binary' }, '1');
  socket.send('1', 'text', topic, 'broadcast', {
    type: 'broadcast',
    event: 'said',
    payload: { text: 'text' },
  });
}

describe('a client’s broadcast on a private channel', () => {
  test.each([false, true])(
    'without permission to write is dropped without a word, with ack %s',
    async (ack) => {
      const { sender, receiver } = await pair(ROOM, { broadcast: { ack, self: true } });
      broadcastBoth(sender, ROOM);
      await sender.handled();
      await send('room:1', 'fence');
      await Promise.all([receiver.heard(1), sender.heard(1)]);
      expect(receiver.texts).toEqual(['fence']);
      expect(receiver.order).toEqual(['reply 1', 'kind 4']);
      expect(sender.order).toEqual(['reply 1', 'kind 4']);
      expect(sender.closeCode).toBeNull();
    },
  );

  test('is dropped where the policy raises, and the channel goes on', async () => {
    const { sender, receiver } = await pair('realtime:room:broken', { broadcast: { ack: true } });
    broadcastBoth(sender, 'realtime:room:broken');
    await sender.handled();
    await send('room:broken', 'fence');
    await receiver.heard(1);
    expect(sender.order[1]).toBe('kind 4');
    expect(receiver.order).toEqual(['reply 1', 'kind 4']);
  });

  test('with permission reaches everybody but the channel that sent it', async () => {
    const { sender, receiver } = await pair(OPEN);
    broadcastBoth(sender, OPEN);
    await sender.handled();
    await receiver.event('broadcast');
    expect(receiver.broadcasts).toEqual([
      { topic: OPEN, event: 'said', payload: { text: 'binary' }, meta: null },
    ]);
    expect(receiver.frames[1]).toEqual([
      null,
      null,
      OPEN,
      'broadcast',
      { type: 'broadcast', event: 'said', payload: { text: 'text' } },
    ]);
    expect(sender.order).toEqual(['reply 1']);
  });

  test('reaches the channel that sent it with self, and is answered with ack', async () => {
    const { sender } = await pair(OPEN, { broadcast: { self: 'true', ack: 'true' } });
    broadcastBoth(sender, OPEN);
    for (const ref of ['binary', 'text'])
      expect(await sender.reply(ref)).toEqual({ status: 'ok', response: {} });
    expect(sender.order).toEqual(['reply 1', 'kind 4', 'reply binary', 'broadcast', 'reply text']);
  });

  test('that is too large is refused with ack, and dropped without', async () => {
    const large = { text: 'x'.repeat(1001) };
    const { sender, receiver } = await pair(OPEN, { broadcast: { ack: true } });
    sender.sendBroadcast('2', OPEN, 'said', large);
    expect(await sender.reply('2')).toEqual({
      status: 'error',
      response: { error: 'payload_size_exceeded' },
    });
    receiver.sendBroadcast('3', OPEN, 'said', large);
    sender.send('1', '4', OPEN, 'broadcast', { event: 'said', payload: large });
    expect((await sender.reply('4')).status).toBe('error');
    await send('room:open', 'fence');
    await receiver.heard(1);
    expect(receiver.texts).toEqual(['fence']);
  });

  test('is judged by the claims of its channel, once, and again after a new token', async () => {
    const access_token = await backend.keys.sign({ role: 'authenticated', sub: 'ada' });
    const topic = 'realtime:club';
    const { sender } = await pair(topic, { broadcast: { ack: true } }, { access_token });
    sender.sendBroadcast('2', topic, 'said', {});
    expect((await sender.reply('2')).status).toBe('ok');
    await backend.database.execute(`
      create policy "guests" on realtime.messages for select to authenticated using ((select realtime.topic()) = 'club');
      delete from public.members where sub = 'ada';
    `);
    sender.sendBroadcast('3', topic, 'said', {});
    expect((await sender.reply('3')).status).toBe('ok');
    const next = await backend.keys.sign({ role: 'authenticated', sub: 'ada', jti: 'next' });
    sender.send('1', '4', topic, 'access_token', { access_token: next });
    sender.sendBroadcast('5', topic, 'said', {});
    await sender.handled();
    expect(sender.order).toEqual(['reply 1', 'reply 2', 'reply 3']);
    await backend.database.execute(`drop policy "guests" on realtime.messages`);
  });
});

test('a client’s broadcast on a public channel needs no permission', async () => {
  const { sender, receiver } = await pair('realtime:lobby', { private: false, broadcast: { ack: true } });
  sender.sendBroadcast('2', 'realtime:lobby', 'said', { text: 'hi' });
  expect((await sender.reply('2')).status).toBe('ok');
  await receiver.heard(1);
  expect(receiver.texts).toEqual(['hi']);
});

describe('a broadcast over HTTP', () => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${backend.url}/realtime/v1/api/broadcast${path}`, {
      method: 'POST',
      headers: { apikey: backend.publishableKey, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body),
    });
  const message = (topic: string, text: string, rest: object = {}) => ({
    topic,
    event: 'said',
    payload: { text },
    ...rest,
  });

  test('of many leaves out what the caller may not write, with 202 all the same', async () => {
    const here = await RawSocket.open(backend);
    await here.joined(ROOM, '1');
    await here.joined(OPEN, '2');
    const messages = [
      message('room:1', 'forged', { private: true }),
      message('room:open', 'let in', { private: true }),
    ];
    const response = await post('', { messages });
    expect([response.status, await response.text()]).toEqual([202, '']);
    await here.event('broadcast');
    await send('room:1', 'fence');
    await here.heard(1);
    expect(here.texts).toEqual(['fence']);
    expect(here.frames.slice(2)).toEqual([
      [null, null, OPEN, 'broadcast', { payload: { text: 'let in' }, event: 'said', type: 'broadcast' }],
    ]);
  });

  test('that is not private reaches public channels only', async () => {
    const [inPrivate, inPublic] = [await RawSocket.open(backend), await RawSocket.open(backend)];
    await inPrivate.joined(ROOM);
    await inPublic.joined(ROOM, '1', { private: false });
    for (const rest of [{}, { private: false }, { private: null }]) {
      expect((await post('', { messages: [message('room:1', 'public', rest)] })).status).toBe(202);
    }
    expect((await post('/room:1/events/said', { text: 'public' })).status).toBe(202);
    await inPublic.heard(1);
    expect(inPublic.order).toEqual(['reply 1', 'broadcast', 'broadcast', 'broadcast', 'kind 4']);
    await send('room:1', 'fence');
    await inPrivate.heard(1);
    expect(inPrivate.order).toEqual(['reply 1', 'kind 4']);
  });

  test('of one is refused without permission, and goes out as kind 4 with it', async () => {
    const here = await RawSocket.open(backend);
    await here.joined(ROOM, '1');
    await here.joined(OPEN, '2');
    const refused = await post('/room:1/events/said?private=true', { text: 'forged' });
    expect([refused.status, await refused.json()]).toEqual([403, { message: 'Unauthorized' }]);
    const accepted = await post('/room%3Aopen/events/sch%C3%B6n?private=true', { text: 'let in' });
    expect([accepted.status, await accepted.text()]).toEqual([202, '']);
    const type = { 'content-type': 'application/octet-stream' };
    expect((await post('/room:open/events/raw?private=true', Buffer.from([0, 255]), type)).status).toBe(202);
    await here.heard(2);
    expect(here.broadcasts).toEqual([
      { topic: OPEN, event: 'schön', payload: { text: 'let in' }, meta: null },
      { topic: OPEN, event: 'raw', payload: Buffer.from([0, 255]), meta: null },
    ]);
  });

  test('is judged by the bearer token before the key, and policies see all its headers', async () => {
    await backend.database.execute(`insert into public.members values ('grace') on conflict do nothing`);
    const bearer = async (sub: string) => ({
      authorization: `Bearer ${await backend.keys.sign({ role: 'authenticated', sub })}`,
    });
    const path = '/club/events/said?private=true';
    expect((await post(path, {})).status).toBe(403);
    expect((await post(path, {}, await bearer('bob'))).status).toBe(403);
    expect((await post(path, {}, await bearer('grace'))).status).toBe(202);
    expect((await post('/room:header/events/said?private=true', {})).status).toBe(403);
    expect((await post('/room:header/events/said?private=true', {}, { team: 'red' })).status).toBe(202);
  });

  test.each([
    ['no key', { apikey: '' }],
    ['a wrong key', { apikey: 'sb_publishable_other' }],
    ['a wrong token', { authorization: 'Bearer nonsense' }],
  ])('with %s is refused', async (_what, headers) => {
    for (const path of ['', '/room:1/events/said']) {
      const response = await post(path, { messages: [] }, headers as Record<string, string>);
      expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
    }
  });

  test.each([
    [{}, { messages: ["can't be blank"] }],
    ['nonsense', { messages: ["can't be blank"] }],
    [{ messages: 'x' }, { messages: ['is invalid'] }],
    [
      { messages: [message('a', 'fine'), { event: 7, payload: [] }] },
      { messages: [{}, { topic: ["can't be blank"], event: ['is invalid'], payload: ['is invalid'] }] },
    ],
  ])('of many that is malformed, %j: 422', async (body, errors) => {
    const response = await post('', body);
    expect([response.status, await response.json()]).toEqual([422, { errors }]);
  });

  test('of one in another format: 415; too large: 422', async () => {
    const type = await post('/room:1/events/said', 'x', { 'content-type': 'text/plain' });
    expect([type.status, await type.json()]).toEqual([
      415,
      { error: 'Unsupported Media Type. Use application/json or application/octet-stream' },
    ]);
    const large = await post('/room:1/events/said', { text: 'x'.repeat(1001) });
    expect([large.status, await large.json()]).toEqual([
      422,
      { errors: { payload: ['Payload size exceeds tenant limit'] } },
    ]);
  });

  test('may come from any page', async () => {
    const url = `${backend.url}/realtime/v1/api/broadcast`;
    for (const init of [{ method: 'OPTIONS' }, { method: 'POST', body: '{}' }]) {
      const response = await fetch(url, { ...init, headers: { origin: 'https://shop.example' } });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  test('to a name that cannot be decoded: 400', async () => {
    expect((await post('/room%/events/said', {})).status).toBe(400);
  });

  test('goes nowhere else', async () => {
    for (const path of ['/', '/room:1', '/room:1/events', '/room:1/events/a/b', 's']) {
      expect((await post(path, {})).status).toBe(404);
    }
    expect((await fetch(`${backend.url}/realtime/v1/api/tenants`)).status).toBe(404);
  });
});

describe('presence', () => {
  const track = (socket: RawSocket, ref: string, event: unknown, payload: unknown = {}) =>
    socket.send('1', ref, ROOM, 'presence', { type: 'presence', event, payload });

  // There is no presence here: what follows is the platform's answer to who may not write.
  test('is refused without a reason, and nobody hears of it', async () => {
    const { sender, receiver } = await pair(ROOM, { presence: { enabled: true, key: 'agent-1' } });
    for (const [ref, event] of [
      ['2', 'track'],
      ['3', 'TRACK'],
      ['4', 'dance'],
    ] as const) {
      track(sender, ref, event);
      expect(await sender.reply(ref)).toEqual({ status: 'error', response: {} });
    }
    await receiver.handled();
    expect(receiver.order).toEqual(['reply 1']);
  });

  test('that ends or is nothing at all is fine', async () => {
    const { sender } = await pair(ROOM);
    track(sender, '2', 'untrack');
    sender.send('1', '3', ROOM, 'presence', {});
    for (const ref of ['2', '3']) expect(await sender.reply(ref)).toEqual({ status: 'ok', response: {} });
  });

  test('more than five times in half a minute ends the channel', async () => {
    const { sender } = await pair(ROOM);
    for (const ref of ['2', '3', '4', '5', '6', '7']) track(sender, ref, 'track');
    await sender.event('phx_close');
    expect(sender.order).toEqual([
      'reply 1',
      'reply 2',
      'reply 3',
      'reply 4',
      'reply 5',
      'reply 6',
      'system',
      'phx_close',
    ]);
    const [, , , , payload] = await sender.event('system');
    expect(payload).toMatchObject({ status: 'error', message: 'Client presence rate limit exceeded' });
  });
});

test('table changes may be asked for, but are not to be had: a system error, and the channel stays', async () => {
  const socket = await RawSocket.open(backend);
  socket.join(ROOM, '1', { postgres_changes: [{ event: '*', schema: 'public', table: 'notes' }] });
  expect((await socket.reply('1')).status).toBe('ok');
  expect(await socket.event('system')).toEqual([
    '1',
    null,
    ROOM,
    'system',
    {
      extension: 'postgres_changes',
      status: 'error',
      message:
        'Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [event: *, schema: public, table: notes, filters: []]',
      channel: 'room:1',
    },
  ]);
  await backend.database.query(`insert into public.notes values (7, 'secret')`);
  await send('room:1', 'fence');
  await socket.heard(1);
  expect(socket.order).toEqual(['reply 1', 'system', 'kind 4']);
});
