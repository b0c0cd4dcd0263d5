// Protocol 2.0.0 as it looks on the wire.
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { eventually, fixtureForTest, startFixture } from '../testing/clients.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({ realtime: { publicAccess: true } });
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

describe('a text frame', () => {
  test('is an array of five, and so is the answer, with the references that were sent', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '6');
    await socket.reply('6');
    expect(socket.frames).toEqual([
      ['6', '6', 'realtime:room:1', 'phx_reply', { status: 'ok', response: { postgres_changes: [] } }],
    ]);
  });

  test('may have more elements, which are passed over', async () => {
    const socket = await RawSocket.open(backend);
    socket.sendRaw('[null, "1", "phoenix", "heartbeat", {}, "more", 7]');
    expect(await socket.reply('1')).toEqual({ status: 'ok', response: {} });
  });

  test('may have references of any kind, which come back as they are', async () => {
    const socket = await RawSocket.open(backend);
    socket.sendRaw('[3, 4, "realtime:room:1", "phx_join", {"config": {"private": true}}]');
    await socket.reply(4);
    expect(socket.frames[0]?.slice(0, 2)).toEqual([3, 4]);
    socket.sendRaw('[null, null, "phoenix", "heartbeat", {}]');
    await socket.reply(null);
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['an object, as in 1.0.0', '{"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": "1"}'],
    ['too short', '[null, "1", "phoenix", "heartbeat"]'],
    ['without topic', '[null, "1", null, "heartbeat", {}]'],
    ['empty', ''],
  ])('that is %s ends the connection with 1011', async (_what, text) => {
    const socket = await RawSocket.open(backend);
    socket.sendRaw(text);
    expect(await socket.closed()).toBe(1011);
  });
});

describe('a binary frame', () => {
  test('of kind 3 is a client’s broadcast, and goes out as kind 4 without metadata', async () => {
    const [sender, receiver] = [await RawSocket.open(backend), await RawSocket.open(backend)];
    for (const socket of [sender, receiver]) {
      await socket.joined('realtime:room:ü', '1', { private: false, broadcast: { self: true } });
    }
    sender.sendBroadcast('2', 'realtime:room:ü', 'schön', { text: '👋' });
    await receiver.heard(1);
    const [topic, event, payload] = ['realtime:room:ü', 'schön', '{"text":"👋"}'].map((text) =>
      Buffer.from(text),
    );
    expect(receiver.binary[0]).toEqual(
      Buffer.concat([Buffer.from([4, topic!.length, event!.length, 0, 1]), topic!, event!, payload!]),
    );
    await sender.heard(1);
    expect(sender.binary).toEqual(receiver.binary);
  });

  test('may carry bytes, which arrive as they were sent', async () => {
    const [sender, receiver] = [await RawSocket.open(backend), await RawSocket.open(backend)];
    for (const socket of [sender, receiver]) await socket.joined('realtime:bytes', '1', { private: false });
    const bytes = Buffer.from([0, 255, 1, 254, 10]);
    sender.sendBroadcast('2', 'realtime:bytes', 'raw', bytes);
    await receiver.heard(1);
    expect(receiver.binary[0]![4]).toBe(0);
    expect(receiver.broadcasts).toEqual([
      { topic: 'realtime:bytes', event: 'raw', payload: bytes, meta: null },
    ]);
  });

  test.each([
    ['of no known kind', Buffer.from([9, 9, 9, 9, 9, 9, 9, 9])],
    // The platform takes that; no client sends it.
    ['of kind 0', Buffer.from([0, 0, 1, 7, 9, ...Buffer.from('1phoenixheartbeat')])],
    ['shorter than it says', Buffer.from([3, 0, 1, 200, 1, 0, 1, 65])],
    ['empty', Buffer.alloc(0)],
  ])('that is %s ends the connection with 1011', async (_what, data) => {
    const socket = await RawSocket.open(backend);
    socket.sendRaw(data);
    expect(await socket.closed()).toBe(1011);
  });
});

describe('a broadcast from the database', () => {
  test('is kind 4 with the row’s id as metadata and in the payload', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:room:ö');
    await backend.database.query(`select realtime.send('{"a": "é"}', 'said', 'room:ö')`);
    await socket.heard(1);
    const [row] = await backend.database.query<{ id: string }>(
      `select id::text as id from realtime.messages where topic = 'room:ö'`,
    );
    const strings = ['realtime:room:ö', 'said', `{"id":"${row!.id}"}`].map((text) => Buffer.from(text));
    const frame = socket.binary[0]!;
    const head = Buffer.concat([Buffer.from([4, ...strings.map((text) => text.length), 1]), ...strings]);
    expect(frame.subarray(0, head.length)).toEqual(head);
    expect(JSON.parse(frame.subarray(head.length).toString())).toEqual({ a: 'é', id: row!.id });
  });

  test('keeps an id of its own, which then differs from the row’s', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:room:own');
    await backend.database.query(`select realtime.send('{"id": null, "b": 1}', 'said', 'room:own')`);
    await socket.heard(1);
    expect(socket.broadcasts[0]).toMatchObject({
      payload: { id: null, b: 1 },
      meta: { id: expect.stringMatching(/^[\da-f-]{36}$/) },
    });
  });

  test('in bytes is kind 4 with encoding 0, and nothing is added to it', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:room:bytes');
    await backend.database.query(`select realtime.send_binary('\\x00ff10', 'raw', 'room:bytes')`);
    await socket.heard(1);
    expect(socket.binary[0]![4]).toBe(0);
    expect(socket.broadcasts).toEqual([
      {
        topic: 'realtime:room:bytes',
        event: 'raw',
        payload: Buffer.from([0, 255, 16]),
        meta: { id: expect.any(String) },
      },
    ]);
  });

  test('whose names do not fit into their length bytes is not delivered', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:room:long');
    for (const event of ['e'.repeat(256), 'e'.repeat(255)]) {
      await backend.database.query(`select realtime.send('{}', $1, 'room:long')`, [event]);
    }
    await socket.heard(1);
    expect(socket.broadcasts.map(({ event }) => event.length)).toEqual([255]);
  });
});

test('a frame of more bytes than allowed ends the connection with 1009', async () => {
  const small = await fixtureForTest({ realtime: { limits: { frameBytes: 5000 } } });
  const [large, fitting] = [await RawSocket.open(small), await RawSocket.open(small)];
  large.sendRaw('x'.repeat(5001));
  expect(await large.closed()).toBe(1009);
  fitting.send(null, '1', 'phoenix', 'heartbeat', { pad: 'x'.repeat(4900) });
  expect((await fitting.reply('1')).status).toBe('ok');
});

test('no frame, whatever is in it, harms another connection', async () => {
  const other = await RawSocket.open(backend);
  await other.joined('realtime:room:other');
  const value = fc.jsonValue();
  const keys = ['config', 'access_token', 'user_token', 'event', 'payload', 'type', 'messages'];
  const payload = fc.oneof(
    value,
    fc.dictionary(fc.constantFrom(...keys), value),
    fc.record({
      config: fc.dictionary(fc.constantFrom('private', 'broadcast', 'presence', 'postgres_changes'), value),
    }),
    fc.record({
      config: fc.record({
        private: fc.boolean(),
        broadcast: fc.dictionary(fc.constantFrom('ack', 'self', 'replay', 'replication_ready'), value),
        postgres_changes: fc.array(fc.dictionary(fc.constantFrom('event', 'schema', 'table'), value)),
      }),
    }),
  );
  const event = fc.constantFrom(
    'phx_join',
    'phx_leave',
    'broadcast',
    'presence',
    'access_token',
    'heartbeat',
  );
  const topic = fc.constantFrom('realtime:room:1', 'realtime:public', 'realtime:', 'phoenix');
  const frame = fc.oneof(
    fc.tuple(value, value, topic, event, payload).map((parts) => JSON.stringify(parts)),
    fc.json(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.uint8Array().map((bytes) => Buffer.from([3, ...bytes])),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 5 }), async (frames) => {
      const socket = await RawSocket.open(backend);
      for (const data of frames) socket.sendRaw(data);
      socket.send(null, 'last', 'phoenix', 'heartbeat', {});
      await eventually(
        () =>
          socket.closeCode !== null ||
          socket.frames.some(([joinRef, ref]) => joinRef === null && ref === 'last'),
      );
      expect([null, 1011]).toContain(socket.closeCode);
    }),
    { numRuns: 60 },
  );
  await backend.database.query(`select realtime.send('{"text": "unharmed"}', 'said', 'room:other')`);
  await other.heard(1);
  expect(other.texts).toEqual(['unharmed']);
});
