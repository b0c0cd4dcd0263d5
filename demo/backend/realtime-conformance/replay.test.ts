// Joins that ask for what was sent before.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { startFixture } from '../testing/clients.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({ realtime: { publicAccess: true } });
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

/** Stored some seconds ago, so that the order is certain. */
const store = (topic: string, text: string, secondsAgo = 0) =>
  backend.database.query(
    `insert into realtime.messages (topic, extension, event, payload, private, inserted_at)
     values ($1, 'broadcast', 'said', jsonb_build_object('text', $2::text), true,
       (now() at time zone 'utc') - make_interval(secs => $3::int))`,
    [topic, text, secondsAgo],
  );

function replay(since: unknown, limit?: unknown) {
  return { broadcast: { replay: { since, ...(limit !== undefined && { limit }) } } };
}

/** The texts that a join brings. */
async function replayed(topic: string, config: Record<string, unknown>): Promise<unknown[]> {
  const socket = await RawSocket.open(backend);
  await socket.joined(`realtime:${topic}`, '1', config);
  await socket.handled();
  return socket.frames
    .slice(1)
    .map(([, , , , message]) => (message as { payload: { text: string } }).payload.text);
}

test('the newest come right after the answer, oldest first, as text and marked', async () => {
  for (const [text, ago] of [
    ['b', 2],
    ['c', 1],
    ['a', 3],
  ] as const) {
    await store('room:order', text, ago);
  }
  const rows = await backend.database.query<{ id: string }>(
    `select id::text as id from realtime.messages where topic = 'room:order' order by inserted_at`,
  );
  const socket = await RawSocket.open(backend);
  await socket.joined('realtime:room:order', '7', replay(0));
  await socket.handled();
  expect(socket.frames.slice(1)).toEqual(
    ['a', 'b', 'c'].map((text, index) => [
      '7',
      null,
      'realtime:room:order',
      'broadcast',
      { payload: { text }, event: 'said', type: 'broadcast', meta: { replayed: true, id: rows[index]?.id } },
    ]),
  );
});

test('bytes come as kind 4, marked as well', async () => {
  await backend.database.query(`select realtime.send_binary('\\x00ff', 'raw', 'room:replayed-bytes')`);
  const socket = await RawSocket.open(backend);
  await socket.joined('realtime:room:replayed-bytes', '1', replay(0));
  await socket.heard(1);
  expect(socket.broadcasts).toEqual([
    {
      topic: 'realtime:room:replayed-bytes',
      event: 'raw',
      payload: Buffer.from([0, 255]),
      meta: { replayed: true, id: expect.any(String) },
    },
  ]);
});

test('of the topic alone, and of that only what is private and a broadcast', async () => {
  await store('room:own', 'own');
  await store('room:owner', 'foreign');
  await store('elsewhere', 'foreign');
  await backend.database.execute(`
    select realtime.send('{"text": "public"}', 'said', 'room:own', false);
    insert into realtime.messages (topic, extension, event, payload, private)
    values ('room:own', 'presence', 'said', '{"text": "presence"}', true);
  `);
  expect(await replayed('room:own', replay(0))).toEqual(['own']);
});

test('no further back than asked for', async () => {
  await store('room:since', 'old', 60);
  await store('room:since', 'new', 5);
  expect(await replayed('room:since', replay(Date.now() - 30_000))).toEqual(['new']);
});

test.each([
  [undefined, 25],
  [1000, 25],
  [3, 3],
  [0, 1],
  [-5, 1],
])('with a limit of %j, the newest %i', async (limit, count) => {
  const topic = `room:limit:${limit}`;
  for (let ago = 30; ago > 0; ago -= 1) await store(topic, `${ago}`, ago);
  expect(await replayed(topic, replay(0, limit))).toEqual(
    Array.from({ length: count }, (_, index) => `${count - index}`),
  );
});

test.each([
  [null, 3],
  [undefined, 3],
  ['0', 3],
  [1.5, 3],
  [0, '3'],
  [0, 1.5],
])('since %j with a limit of %j is not valid', async (since, limit) => {
  const socket = await RawSocket.open(backend);
  expect(await socket.refused('realtime:room:1', '1', replay(since, limit))).toBe(
    'UnableToReplayMessages: Replay params are not valid',
  );
});

// That it fails is the platform's; in which words is not known.
test('since a moment that no calendar has fails, and the server lives on', async () => {
  const socket = await RawSocket.open(backend);
  expect(await socket.refused('realtime:room:1', '1', replay(Number.MIN_SAFE_INTEGER))).toBe(
    'UnableToReplayMessages: Realtime was unable to replay messages',
  );
  await socket.joined('realtime:room:1', '2');
});

test('what is no object asks for nothing', async () => {
  await store('room:nothing', 'unasked');
  for (const value of [true, 7, 'x', null]) {
    expect(await replayed('room:nothing', { broadcast: { replay: value } })).toEqual([]);
  }
});

test('nothing comes on a public channel, which is refused', async () => {
  const socket = await RawSocket.open(backend);
  for (const value of [{ since: 0 }, {}, null]) {
    expect(
      await socket.refused('realtime:room:1', JSON.stringify(value), {
        private: false,
        broadcast: { replay: value },
      }),
    ).toBe('UnableToReplayMessages: Replay is not allowed for public channels');
  }
});

test('nothing comes to whoever may not read broadcasts, of presence or at all', async () => {
  await backend.database.execute(`
    create policy "watchers" on realtime.messages for select to anon
    using (extension = 'presence' and (select realtime.topic()) = 'watched')`);
  await store('watched', 'secret');
  await store('elsewhere', 'secret');
  const socket = await RawSocket.open(backend);
  const config = { ...replay(0), presence: { enabled: true } };
  for (const topic of ['watched', 'elsewhere']) {
    expect(await socket.refused(`realtime:${topic}`, topic, config)).toBe(
      `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`,
    );
  }
});

test('a join repeated as it was brings the same again', async () => {
  await store('room:again', 'same');
  const socket = await RawSocket.open(backend);
  for (const ref of ['1', '2']) await socket.joined('realtime:room:again', ref, replay(0));
  await socket.handled();
  expect(socket.order).toEqual(['reply 1', 'broadcast', 'reply 2', 'broadcast', 'phx_close']);
});

test('live broadcasts follow, but none that was in the replay', async () => {
  const [early, late] = [await RawSocket.open(backend), await RawSocket.open(backend)];
  await early.joined('realtime:room:live');
  backend.faults.eventDelay = 300;
  await store('room:live', 'both');
  await late.joined('realtime:room:live', '1', replay(0));
  await early.heard(1);
  backend.faults.eventDelay = 0;
  await store('room:live', 'live');
  await late.heard(1);
  expect(early.texts).toEqual(['both', 'live']);
  expect(late.order).toEqual(['reply 1', 'broadcast', 'kind 4']);
  expect(late.texts).toEqual(['live']);
});
