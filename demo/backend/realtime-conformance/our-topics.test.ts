// The topics of Support Chat, with the real migrations, in a project whose own policies are careless.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, startBackend } from '../server.ts';
import { postgrest } from '../testing/clients.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let backend: Backend;
let token: string;
let session: string;
let own: string;
let foreign: string;
let desk: string;

const newToken = () => `sv1_${randomBytes(32).toString('base64url')}`;

async function start(visitorToken: string): Promise<{ session: string; topic: string }> {
  const { data, error } = await postgrest(backend).rpc('chat_start', {
    p_token: visitorToken,
    p_session_client_id: randomUUID(),
    p_client_id: randomUUID(),
    p_content: 'Hello?',
  });
  if (error) throw error;
  return { session: data.session.id, topic: data.topic };
}

async function write(content: string): Promise<void> {
  const { error } = await postgrest(backend).rpc('chat_send', {
    p_token: token,
    p_session: session,
    p_client_id: randomUUID(),
    p_content: content,
  });
  if (error) throw error;
}

beforeAll(async () => {
  backend = await startBackend({
    realtime: { publicAccess: true, joinErrorDelay: 20, connectErrorDelay: 20 },
  });
  await backend.database.execute(`
    create policy "everybody broadcasts" on realtime.messages for insert to anon, authenticated with check (true);
  `);
  token = newToken();
  ({ session, topic: own } = await start(token));
  ({ topic: foreign } = await start(newToken()));
  const [row] = await backend.database.query<{ key: string }>(
    'select desk_key as key from support_chat.settings',
  );
  desk = `support-desk:${row!.key}`;
});
afterAll(() => backend.close());

const wire = (topic: string) => `realtime:${topic}`;

describe('a visitor', () => {
  test('hears of their own messages on their own topic', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(wire(own));
    await write('one');
    await socket.heard(1);
    expect(socket.broadcasts[0]).toMatchObject({
      topic: wire(own),
      event: 'message',
      payload: { message: { content: 'one' } },
    });
  });

  test('hears nothing on the public channel of that name', async () => {
    const [inPublic, inPrivate] = [await RawSocket.open(backend), await RawSocket.open(backend)];
    await inPublic.joined(wire(own), '1', { private: false });
    await inPrivate.joined(wire(own));
    await write('two');
    await inPrivate.heard(1);
    await inPublic.handled();
    expect(inPublic.order).toEqual(['reply 1']);
  });

  test('has another topic replayed as little as joined', async () => {
    const socket = await RawSocket.open(backend);
    const replay = { broadcast: { replay: { since: 0 } } };
    const guesses = [desk, 'support-chat:', 'support-chat:%', 'support-desk:', `${own}x`, own.toUpperCase()];
    for (const topic of guesses) {
      for (const config of [{}, replay, { presence: { enabled: true } }]) {
        const ref = `${topic} ${JSON.stringify(config)}`;
        expect(await socket.refused(wire(topic), ref, config)).toMatch(/^Unauthorized/);
      }
    }
    socket.join(wire(own), 'own', replay);
    expect((await socket.reply('own')).status).toBe('ok');
    await socket.handled();
    const brought = socket.frames.filter(([, , , event]) => event === 'broadcast');
    expect(brought.length).toBeGreaterThan(0);
    expect(new Set(brought.map(([, , topic]) => topic))).toEqual(new Set([wire(own)]));
  });
});

describe('nobody can say anything', () => {
  test.each([
    ['their own topic', () => own],
    ['another visitor’s', () => foreign],
  ])('on %s, by socket or by HTTP, whatever the project’s own policies allow', async (_what, topicOf) => {
    const topic = topicOf();
    const [sender, receiver] = [await RawSocket.open(backend), await RawSocket.open(backend)];
    for (const socket of [sender, receiver]) {
      await socket.joined(wire(topic), '1', { broadcast: { ack: true, self: true } });
    }
    const forged = { type: 'broadcast', event: 'message', payload: { text: 'forged' } };
    sender.sendBroadcast('2', wire(topic), 'message', { text: 'forged' }, '1');
    sender.send('1', '3', wire(topic), 'broadcast', forged);
    sender.send('1', '4', wire(topic), 'presence', {
      type: 'presence',
      event: 'track',
      payload: { name: 'Agent' },
    });
    await sender.handled();
    const api = `${backend.url}/realtime/v1/api/broadcast`;
    const init = {
      method: 'POST',
      headers: { apikey: backend.publishableKey, 'content-type': 'application/json' },
    };
    for (const isPrivate of [true, false]) {
      await fetch(api, {
        ...init,
        body: JSON.stringify({ messages: [{ ...forged, topic, private: isPrivate }] }),
      });
      await fetch(`${api}/${topic}/events/message?private=${isPrivate}`, { ...init, body: '{}' });
    }
    await backend.database.query(`select realtime.send('{"text": "fence"}', 'fence', $1)`, [topic]);
    await Promise.all([sender.heard(1), receiver.heard(1)]);
    expect(receiver.order).toEqual(['reply 1', 'kind 4']);
    expect(sender.order).toEqual(['reply 1', 'reply 4', 'kind 4']);
    expect((await sender.reply('4')).status).toBe('error');
  });

  test('but the careless policy does let anybody speak elsewhere, so the test above means something', async () => {
    await backend.database.execute(`
      create policy "everybody reads the lounge" on realtime.messages for select to anon
      using ((select realtime.topic()) = 'lounge')`);
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:lounge', '1', { broadcast: { ack: true } });
    socket.sendBroadcast('2', 'realtime:lounge', 'said', {}, '1');
    expect((await socket.reply('2')).status).toBe('ok');
  });
});

test('whoever stays on the topic of an erased visitor is told once, and then hears nothing', async () => {
  const other = newToken();
  const { topic } = await start(other);
  const socket = await RawSocket.open(backend);
  await socket.joined(wire(topic));
  const { error } = await postgrest(backend).rpc('chat_erase', { p_token: other });
  expect(error).toBeNull();
  await socket.heard(1);
  expect(socket.broadcasts.at(-1)).toMatchObject({ event: 'resync' });
  expect(await socket.refused(wire(topic), '2')).toMatch(/^Unauthorized/);
});
