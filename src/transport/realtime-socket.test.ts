// Our connection on the local platform, mostly beside its own client: what one hears, the other hears.
import type { RealtimeChannel } from '@supabase/realtime-js';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Backend } from '../../demo/backend/server.ts';
import { eventually, realtime, startFixture } from '../../demo/backend/testing/clients.ts';
import { createClock } from '../browser/clock.ts';
import type { Clock } from '../core/ports.ts';
import { FakeEnvironment } from '../core/testing/fake-browser.ts';
import { loneTab } from '../core/testing/lone-tab.ts';
import { createLiveChannel } from './live-channel.ts';
import { RealtimeSocket } from './realtime-socket.ts';

const transport = WebSocket as unknown as typeof globalThis.WebSocket;

interface Heard {
  readonly event: string;
  readonly payload: unknown;
}

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture();
  await backend.database.execute(`insert into public.members values ('ada')`);
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const send = (topic: string, event: string, payload: unknown) =>
  backend.database.query(`select realtime.send($1::text::jsonb, $2, $3)`, [
    JSON.stringify(payload),
    event,
    topic,
  ]);

/** The platform's client with the options of our join. */
function reference(topic: string, token: string | null = null) {
  const client = realtime(backend);
  const heard: Heard[] = [];
  const seen = { joins: 0, ready: 0, refusals: 0, heard };
  const join = async () => {
    if (token !== null) await client.setAuth(token);
    const channel: RealtimeChannel = client.channel(topic, {
      config: { private: true, broadcast: { self: false, ack: false, replication_ready: true } },
    });
    channel
      .on('broadcast', { event: '*' }, ({ event, payload }) => void heard.push({ event, payload }))
      .on('system', {}, () => {
        seen.ready += 1;
      })
      .subscribe((status) => {
        if (status === 'SUBSCRIBED') seen.joins += 1;
        if (status === 'CHANNEL_ERROR') seen.refusals += 1;
      });
  };
  void join();
  return seen;
}

interface Ours {
  readonly accessToken?: () => Promise<string | null>;
  readonly key?: string;
  readonly clock?: Clock;
}

function ours(topic: string, options: Ours = {}) {
  const heard: Heard[] = [];
  const seen = { joins: 0, ready: 0, refusals: 0, heard };
  const socket = new RealtimeSocket(
    { url: backend.url, key: backend.publishableKey, clock: createClock(), transport, ...options },
    topic,
    {
      onJoined: () => {
        seen.joins += 1;
      },
      onReady: () => {
        seen.ready += 1;
      },
      onBroadcast: (event, payload) => void heard.push({ event, payload }),
      onLost: () => {
        seen.refusals += 1;
      },
    },
  );
  onTestFinished(() => socket.close());
  return seen;
}

test('both hear the same events with the same data in the same order', async () => {
  const both = [reference('room:same'), ours('room:same')] as const;
  await eventually(() => both.every(({ joins, ready }) => joins === 1 && ready === 1));
  const payloads = [
    { text: 'hello' },
    { text: 'Grüße 👋 \u2028 "quoted" \\ \u0001' },
    { id: 'its own' },
    { deep: { list: [1, null, true, { a: [] }], number: 1.5e300, small: -0.25 } },
    {},
    { text: 'x'.repeat(60_000) },
  ];
  for (const payload of payloads) {
    await send('room:same', 'message', payload);
    await send('room:other', 'message', payload);
    await send('room:same', 'schön: 👋', payload);
  }
  await eventually(() => both.every(({ heard }) => heard.length === payloads.length * 2));
  expect(both[1].heard).toEqual(both[0].heard);
  expect(both[1].heard[0]).toEqual({
    event: 'message',
    payload: { text: 'hello', id: expect.any(String) },
  });
});

test('both are let in by a user’s token and by the older key, and refused without permission', async () => {
  const token = await backend.keys.sign({ role: 'authenticated', sub: 'ada' });
  const members = [reference('club', token), ours('club', { accessToken: async () => token })];
  const strangers = [reference('club'), ours('club')];
  const older = ours('room:older', { key: backend.anonKey });
  await eventually(() => members.every(({ joins }) => joins === 1));
  await eventually(() => strangers.every(({ refusals }) => refusals > 0));
  await eventually(() => older.joins === 1);
  await send('club', 'message', { text: 'members only' });
  await eventually(() => members.every(({ heard }) => heard.length === 1));
  expect(members[1]?.heard).toEqual(members[0]?.heard);
  expect(strangers.flatMap(({ heard }) => heard)).toEqual([]);
});

/** A heartbeat every 1.25 seconds; other waits as they are. */
function fastClock(): Clock {
  return {
    ...createClock(),
    setTimeout: (callback, ms) => setTimeout(callback, ms === 25_000 ? 1_250 : ms),
  };
}

test('heartbeats are answered, and a new token in time keeps the channel beyond the end of the old', async () => {
  const sign = (lifetime: number) =>
    backend.keys.sign({ role: 'authenticated', sub: 'ada', jti: crypto.randomUUID() }, lifetime);
  const tokens = [await sign(3), await sign(60)];
  const renewing = ours('club', {
    accessToken: async () => (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? null,
    clock: fastClock(),
  });
  const expiring = sign(3);
  const ending = ours('club', { accessToken: () => expiring, clock: fastClock() });
  await eventually(() => renewing.joins === 1 && ending.joins === 1);
  await eventually(() => ending.refusals === 1);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(renewing).toMatchObject({ joins: 1, refusals: 0 });
  await send('club', 'message', { text: 'still here' });
  await eventually(() => renewing.heard.length === 1);
  expect(ending.heard).toEqual([]);
});

test('a line gone silent is noticed', async () => {
  const seen = ours('room:silent', { clock: fastClock() });
  await eventually(() => seen.joins === 1);
  backend.faults.silent = true;
  await eventually(() => seen.refusals === 1);
});

test('both hear the same again after every kind of interruption', async () => {
  const theirs = reference('room:back');
  const mine = { joins: 0, heard: [] as unknown[] };
  const live = createLiveChannel<never>({
    url: backend.url,
    key: backend.publishableKey,
    parseSession: (value) => value as never,
    // Without the waits between tries.
    clock: { ...createClock(), random: () => -0.99 },
    environment: new FakeEnvironment(),
    tabs: loneTab,
    transport,
  });
  const stop = live.listen('room:back', {
    onJoined: (joined) => {
      if (joined) mine.joins += 1;
    },
    onReady: () => {},
    onEvent: (event) => void mine.heard.push(event.type === 'session' ? event.session : event.type),
  });
  onTestFinished(stop);
  const interruptions = [
    () => backend.faults.dropSockets(),
    () => backend.faults.closeSockets(1012),
    () => backend.faults.dropSockets(),
  ];
  await eventually(() => theirs.joins === 1 && mine.joins === 1);
  for (const [index, interrupt] of interruptions.entries()) {
    for (const part of ['a', 'b', 'c']) await send('room:back', 'session', { session: `${index}${part}` });
    await eventually(() => theirs.heard.length === index * 3 + 3 && mine.heard.length === index * 3 + 3);
    expect(interrupt()).toBe(2);
    await eventually(() => theirs.joins === index + 2 && mine.joins === index + 2);
  }
  await send('room:back', 'resync', {});
  await eventually(() => theirs.heard.length === 10 && mine.heard.length === 10);
  expect(mine.heard).toEqual(
    theirs.heard.map(({ event, payload }) => (payload as { session?: unknown }).session ?? event),
  );
});
