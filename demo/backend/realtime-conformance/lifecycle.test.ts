// How channels and connections begin anew and end.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { eventually, fixtureForTest, startFixture } from '../testing/clients.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture();
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const ROOM = 'realtime:room:1';
const OK = { status: 'ok', response: {} };
const UNMATCHED = { status: 'error', response: { reason: 'unmatched topic' } };
const send = (topic: string, text: string) =>
  backend.database.query(`select realtime.send(jsonb_build_object('text', $1::text), 'said', $2)`, [
    text,
    topic,
  ]);

describe('a heartbeat', () => {
  test('is answered on the topic phoenix', async () => {
    const socket = await RawSocket.open(backend);
    socket.send(null, '10', 'phoenix', 'heartbeat', {});
    await socket.reply('10');
    expect(socket.frames).toEqual([[null, '10', 'phoenix', 'phx_reply', OK]]);
  });

  test('on any other topic is a push like any other', async () => {
    const socket = await RawSocket.open(backend);
    socket.send(null, '1', ROOM, 'heartbeat', {});
    expect(await socket.reply('1')).toEqual(UNMATCHED);
  });
});

describe('joining a topic again', () => {
  test('answers the new join first and closes the old one then, under its old reference', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM, '1');
    await socket.joined(ROOM, '2');
    await socket.event('phx_close');
    expect(socket.frames.slice(1)).toEqual([
      ['2', '2', ROOM, 'phx_reply', { status: 'ok', response: { postgres_changes: [] } }],
      ['1', '1', ROOM, 'phx_close', {}],
    ]);
    await send('room:1', 'once');
    await send('room:1', 'last');
    await socket.heard(2);
    expect(socket.texts).toEqual(['once', 'last']);
  });

  test('ends the old channel even where the new join is refused', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM, '1');
    await socket.joined('realtime:room:fence', 'fence');
    await socket.refused(ROOM, '2', {}, { access_token: 'nonsense' });
    await socket.event('phx_close');
    expect(socket.order.slice(2)).toEqual(['reply 2', 'phx_close']);
    await send('room:1', 'unheard');
    await send('room:fence', 'heard');
    await socket.heard(1);
    expect(socket.texts).toEqual(['heard']);
  });

  test('after leaving closes nothing', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM, '1');
    socket.send('1', '2', ROOM, 'phx_leave', {});
    await socket.joined(ROOM, '3');
    await socket.handled();
    expect(socket.order).toEqual(['reply 1', 'reply 2', 'phx_close', 'reply 3']);
  });
});

describe('leaving', () => {
  test('is answered, and then the channel closes', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM, '1');
    socket.send('1', '2', ROOM, 'phx_leave', {});
    await socket.event('phx_close');
    expect(socket.frames.slice(1)).toEqual([
      ['1', '2', ROOM, 'phx_reply', OK],
      ['1', '1', ROOM, 'phx_close', {}],
    ]);
  });

  test('a topic that was never joined is fine', async () => {
    const socket = await RawSocket.open(backend);
    for (const [ref, topic] of [
      ['1', ROOM],
      ['2', 'other'],
    ] as const) {
      socket.send(null, ref, topic, 'phx_leave', {});
      expect(await socket.reply(ref)).toEqual(OK);
    }
    await socket.handled();
    expect(socket.order).toEqual(['reply 1', 'reply 2']);
  });

  test('stops delivery', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM, '1');
    await socket.joined('realtime:room:2', '2');
    socket.send('1', '3', ROOM, 'phx_leave', {});
    await socket.reply('3');
    await send('room:1', 'unheard');
    await send('room:2', 'heard');
    await socket.heard(1);
    expect(socket.texts).toEqual(['heard']);
  });
});

describe('a push', () => {
  test.each(['access_token', 'broadcast', 'presence', 'anything'])(
    '%s on a topic not joined is unmatched',
    async (event) => {
      const socket = await RawSocket.open(backend);
      socket.send('1', '2', ROOM, event, {});
      expect(await socket.reply('2')).toEqual(UNMATCHED);
      expect(socket.frames[0]?.slice(0, 4)).toEqual(['1', '2', ROOM, 'phx_reply']);
    },
  );

  test('in binary on a topic not joined is unmatched', async () => {
    const socket = await RawSocket.open(backend);
    socket.sendBroadcast('2', ROOM, 'said', {}, '1');
    expect(await socket.reply('2')).toEqual(UNMATCHED);
  });

  test('that nobody knows is passed over', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM);
    socket.send('1', '2', ROOM, 'anything', { a: 1 });
    await socket.handled();
    expect(socket.order).toEqual(['reply 1']);
  });

  test.each([
    ['stale', 'old'],
    ['missing', null],
  ])('with a %s join reference counts, and is answered under the channel’s own', async (_what, joinRef) => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM, '7');
    socket.send(joinRef, '8', ROOM, 'presence', { event: 'track', payload: {} });
    await socket.reply('8');
    socket.send(joinRef, '9', ROOM, 'phx_leave', {});
    await socket.event('phx_close');
    expect(socket.frames.slice(1)).toEqual([
      ['7', '8', ROOM, 'phx_reply', { status: 'error', response: {} }],
      ['7', '9', ROOM, 'phx_reply', OK],
      ['7', '7', ROOM, 'phx_close', {}],
    ]);
  });
});

describe('a connection ends', () => {
  test('with 1000 after a while without a frame; any frame counts', async () => {
    const impatient = await fixtureForTest({ realtime: { idleTimeout: 2500 } });
    // Opened earlier, it would be closed earlier.
    const busy = await RawSocket.open(impatient);
    const beat = setInterval(() => busy.send(null, '1', 'phoenix', 'heartbeat', {}), 50);
    const idle = await RawSocket.open(impatient);
    await idle.joined(ROOM);
    const started = performance.now();
    expect(await idle.closed()).toBe(1000);
    expect(performance.now() - started).toBeGreaterThan(2400);
    await busy.handled();
    clearInterval(beat);
    expect(busy.closeCode).toBeNull();
  });

  test('without a word when it has no channel at a sweep', async () => {
    const tidy = await fixtureForTest({ realtime: { sweepInterval: 3000 } });
    const busy = await RawSocket.open(tidy);
    await busy.joined(ROOM);
    const idle = await RawSocket.open(tidy);
    expect(await idle.closed()).toBe(1006);
    busy.send('1', '2', ROOM, 'phx_leave', {});
    expect(busy.closeCode).toBeNull();
    expect(await busy.closed()).toBe(1006);
  });

  test('with 1012 when the server drains', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM);
    expect(backend.faults.closeSockets()).toBeGreaterThan(0);
    expect(await socket.closed()).toBe(1012);
    expect(socket.order).toEqual(['reply 1']);
  });

  test('with 1012 after a word on every channel when a setting of the project changes', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM, '1');
    await socket.joined('realtime:room:2', '2');
    expect(backend.faults.disconnectSockets()).toBeGreaterThan(0);
    expect(await socket.closed()).toBe(1012);
    const word = { extension: 'system', status: 'ok', message: 'Server requested disconnect' };
    expect(socket.frames.slice(2)).toEqual([
      [null, null, ROOM, 'system', word],
      [null, null, 'realtime:room:2', 'system', word],
    ]);
  });

  test('and takes its channels with it', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined(ROOM);
    backend.faults.dropSockets();
    expect(await socket.closed()).toBe(1006);
    await eventually(() => backend.faults.dropSockets() === 0);
    await send('room:1', 'to nobody');
  });
});

test('a channel that crashes says phx_error under its own reference, and can be joined again', async () => {
  const socket = await RawSocket.open(backend);
  await socket.joined(ROOM, '1');
  expect(backend.faults.crashChannels()).toBe(1);
  expect(await socket.event('phx_error')).toEqual(['1', '1', ROOM, 'phx_error', {}]);
  socket.send('1', '2', ROOM, 'presence', {});
  expect(await socket.reply('2')).toEqual(UNMATCHED);
  await socket.joined(ROOM, '3');
  expect(socket.order).toEqual(['reply 1', 'phx_error', 'reply 2', 'reply 3']);
});
