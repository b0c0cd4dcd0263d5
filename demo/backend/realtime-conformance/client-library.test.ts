// The platform's own client on this endpoint: what it makes of all this.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import {
  eventually,
  fixtureForTest,
  listenTo,
  postgrest,
  realtime,
  startFixture,
} from '../testing/clients.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture();
  await backend.database.execute(`insert into public.members values ('ada')`);
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const say = (topic: string, text: string, fail = false) =>
  postgrest(backend).rpc('say', { p_topic: topic, p_text: text, p_fail: fail });

const texts = (heard: unknown[]) => heard.map((payload) => (payload as { text: string }).text);

async function signedIn(sub: string, lifetime?: number) {
  const client = realtime(backend);
  await client.setAuth(await backend.keys.sign({ role: 'authenticated', sub }, lifetime));
  return client;
}

describe('joining', () => {
  test('works with either key, and with a user’s token', async () => {
    await listenTo(realtime(backend), 'room:1').until('SUBSCRIBED');
    await listenTo(realtime(backend, backend.anonKey), 'room:1').until('SUBSCRIBED');
    await listenTo(await signedIn('ada'), 'club').until('SUBSCRIBED');
  });

  test('reports a refusal as CHANNEL_ERROR with the reason', async () => {
    for (const [client, topic] of [
      [await signedIn('bob'), 'club'],
      [realtime(backend), 'club'],
      [realtime(backend), 'elsewhere'],
      [realtime(backend), 'broken:1'],
    ] as const) {
      const refused = listenTo(client, topic);
      await refused.until('CHANNEL_ERROR');
      expect(refused.reason()).toContain(
        `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`,
      );
    }
    const refused = listenTo(realtime(backend), 'room:1', false);
    await refused.until('CHANNEL_ERROR');
    expect(refused.reason()).toContain('PrivateOnly: This project only allows private channels');
  });

  test('is tried again until it succeeds', async () => {
    const waiting = listenTo(await signedIn('carol'), 'club');
    await waiting.until('CHANNEL_ERROR');
    await backend.database.execute(`insert into public.members values ('carol')`);
    await waiting.until('SUBSCRIBED');
  });

  test('times out where nothing answers, and is tried again', async () => {
    backend.faults.silent = true;
    const client = realtime(backend);
    const states: string[] = [];
    client.channel('room:1', { config: { private: true } }).subscribe((state) => states.push(state), 200);
    await eventually(() => states.includes('TIMED_OUT'));
    backend.faults.reset();
    await eventually(() => states.includes('SUBSCRIBED'));
  });

  test('in the same breath as the client goes without a token, which is not sent later', async () => {
    const token = await backend.keys.sign({ role: 'authenticated', sub: 'ada' });
    const client = realtime(backend, backend.publishableKey, { accessToken: async () => token });
    const refused = listenTo(client, 'club');
    await refused.until('CHANNEL_ERROR');
    const other = realtime(backend, backend.publishableKey, { accessToken: async () => token });
    await other.setAuth();
    await listenTo(other, 'club').until('SUBSCRIBED');
  });
});

describe('delivery', () => {
  test('brings a broadcast with its id to everybody on the topic, and to nobody else', async () => {
    const [here, there, elsewhere] = [
      listenTo(realtime(backend), 'room:1'),
      listenTo(realtime(backend), 'room:1'),
      listenTo(realtime(backend), 'room:2'),
    ];
    await Promise.all([here, there, elsewhere].map((one) => one.until('SUBSCRIBED')));
    await say('room:1', 'hello');
    await Promise.all([here.untilHeard(1), there.untilHeard(1)]);
    expect(here.heard).toEqual([{ text: 'hello', id: expect.any(String) }]);
    await say('room:2', 'fence');
    await elsewhere.untilHeard(1);
    expect(texts(elsewhere.heard)).toEqual(['fence']);
  });

  test('brings the event’s name and, apart from the payload, the row’s id', async () => {
    const heard: unknown[] = [];
    const states: string[] = [];
    realtime(backend)
      .channel('room:meta', { config: { private: true } })
      .on('broadcast', { event: 'said' }, (message) => heard.push(message))
      .on('broadcast', { event: 'else' }, (message) => heard.push(message))
      .subscribe((state) => states.push(state));
    await eventually(() => states.includes('SUBSCRIBED'));
    await backend.database.query(`select realtime.send('{"id": "own"}', 'said', 'room:meta')`);
    await eventually(() => heard.length > 0);
    const [row] = await backend.database.query<{ id: string }>(
      `select id::text as id from realtime.messages where topic = 'room:meta'`,
    );
    expect(heard).toEqual([
      { type: 'broadcast', event: 'said', payload: { id: 'own' }, meta: { id: row?.id } },
    ]);
  });

  test('begins with what is asked for of before, and a word when replication is ready', async () => {
    await say('room:before', 'before');
    const heard: unknown[] = [];
    const words: unknown[] = [];
    const broadcast = { replay: { since: Date.now() - 60_000 }, replication_ready: true };
    realtime(backend)
      .channel('room:before', { config: { private: true, broadcast } })
      .on('broadcast', { event: '*' }, (message) => heard.push(message))
      .on('system', {}, (message: unknown) => words.push(message))
      .subscribe();
    await eventually(() => words.length > 0);
    expect(words).toEqual([
      {
        extension: 'system',
        status: 'ok',
        message: 'Replication connection established',
        channel: 'room:before',
      },
    ]);
    expect(heard).toMatchObject([{ payload: { text: 'before' }, meta: { replayed: true } }]);
  });

  test('brings nothing of a call that failed', async () => {
    const listening = listenTo(realtime(backend), 'room:rollback');
    await listening.until('SUBSCRIBED');
    expect((await say('room:rollback', 'never', true)).error?.code).toBe('PT409');
    await say('room:rollback', 'after');
    await listening.untilHeard(1);
    expect(texts(listening.heard)).toEqual(['after']);
  });

  test('brings nothing that a client sent without permission, by socket or by HTTP', async () => {
    const [loud, quiet] = [
      listenTo(realtime(backend), 'room:shout'),
      listenTo(realtime(backend), 'room:shout'),
    ];
    await Promise.all([loud.until('SUBSCRIBED'), quiet.until('SUBSCRIBED')]);
    await loud.channel.send({ type: 'broadcast', event: 'said', payload: { text: 'forged' } });
    await expect(loud.channel.httpSend('said', { text: 'forged' })).rejects.toThrow('Unauthorized');
    await say('room:shout', 'true');
    await quiet.untilHeard(1);
    expect(texts(quiet.heard)).toEqual(['true']);
  });

  test('goes on for a user whose access has ended in the database', async () => {
    await backend.database.execute(`insert into public.members values ('dora')`);
    const listening = listenTo(await signedIn('dora'), 'club');
    await listening.until('SUBSCRIBED');
    await backend.database.execute(`delete from public.members where sub = 'dora'`);
    await say('club', 'still');
    await listening.untilHeard(1);
  });
});

describe('SUBSCRIBED comes again', () => {
  test.each([
    ['a cut connection', () => backend.faults.dropSockets()],
    ['a restart of the server', () => backend.faults.closeSockets()],
    ['a change of the project’s settings', () => backend.faults.disconnectSockets()],
    ['a crash of the channel', () => backend.faults.crashChannels()],
  ])('after %s, and so does what is said from then on', async (_what, interrupt) => {
    const listening = listenTo(realtime(backend), 'room:back');
    await listening.until('SUBSCRIBED');
    expect(interrupt()).toBe(1);
    await listening.until('SUBSCRIBED', 2);
    expect(listening.states).toContain('CHANNEL_ERROR');
    await say('room:back', 'heard');
    await listening.untilHeard(1);
  });

  test('only when the server is back', async () => {
    const listening = listenTo(realtime(backend), 'room:away');
    await listening.until('SUBSCRIBED');
    backend.faults.goAway();
    await listening.until('CHANNEL_ERROR');
    const late = listenTo(realtime(backend), 'room:away');
    await late.until('CHANNEL_ERROR');
    expect([...listening.states, ...late.states].filter((state) => state === 'SUBSCRIBED')).toHaveLength(1);
    backend.faults.comeBack();
    await Promise.all([listening.until('SUBSCRIBED', 2), late.until('SUBSCRIBED')]);
  });
});

describe('CLOSED is the end', () => {
  test.each([
    ['by a limit', async () => void backend.faults.endChannels()],
    [
      'by a token without permission',
      async (client: ReturnType<typeof realtime>) =>
        client.setAuth(await backend.keys.sign({ role: 'authenticated', sub: 'bob' })),
    ],
  ])('%s: the channel is gone, and cannot be joined again', async (_what, end) => {
    const client = await signedIn('ada');
    const listening = listenTo(client, 'club');
    await listening.until('SUBSCRIBED');
    await end(client);
    await listening.until('CLOSED');
    expect(client.getChannels()).toEqual([]);
    expect(() => listening.channel.subscribe()).toThrow(/tried to (?:join|subscribe) multiple times/);
    await client.setAuth(await backend.keys.sign({ role: 'authenticated', sub: 'ada', jti: 'new' }));
    await listenTo(client, 'club').until('SUBSCRIBED');
  });

  test('when a user’s token expires', async () => {
    const listening = listenTo(await signedIn('ada', 6), 'club');
    await listening.until('SUBSCRIBED');
    await listening.until('CLOSED');
  });

  test('but not when the token was replaced in time', async () => {
    const [client, other] = [await signedIn('ada', 6), await signedIn('ada', 6)];
    const [listening, ending] = [listenTo(client, 'club'), listenTo(other, 'club')];
    await Promise.all([listening.until('SUBSCRIBED'), ending.until('SUBSCRIBED')]);
    await client.setAuth(await backend.keys.sign({ role: 'authenticated', sub: 'ada' }));
    await ending.until('CLOSED');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await say('club', 'still here');
    await listening.untilHeard(1);
    expect(listening.states).toEqual(['SUBSCRIBED']);
  });
});

test('a channel that was left can be joined anew at once', async () => {
  const client = realtime(backend);
  const first = listenTo(client, 'room:again');
  await first.until('SUBSCRIBED');
  await client.removeChannel(first.channel);
  const second = listenTo(client, 'room:again');
  await second.until('SUBSCRIBED');
  await say('room:again', 'once');
  await second.untilHeard(1);
  expect([first.heard, texts(second.heard)]).toEqual([[], ['once']]);
});

test('heartbeats are answered, and a silent line is noticed by them', async () => {
  const quick = await fixtureForTest();
  const client = realtime(quick, quick.publishableKey, { heartbeatIntervalMs: 200 });
  const beats: string[] = [];
  client.onHeartbeat((status) => beats.push(status));
  const listening = listenTo(client, 'room:1');
  await listening.until('SUBSCRIBED');
  await eventually(() => beats.includes('ok'));
  quick.faults.silent = true;
  await eventually(() => beats.includes('timeout'));
  await listening.until('CHANNEL_ERROR');
  quick.faults.reset();
  await listening.until('SUBSCRIBED', 2);
});
