// What a project may do at most, and what comes of doing more.
import { describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { fixtureForTest } from '../testing/clients.ts';
import { RawSocket, refusal } from '../testing/raw-socket.ts';

const ROOM = 'realtime:room:1';
const INTERVAL = 1500;
/** So little that one of anything exceeds it, and that for all of the twelve intervals that count. */
const HARDLY_ANY = 0.05;

const send = (backend: Backend, topic: string, text: string, isPrivate = true) =>
  backend.database.query(`select realtime.send(jsonb_build_object('text', $1::text), 'said', $2, $3)`, [
    text,
    topic,
    isPrivate,
  ]);
const intervalOver = () => new Promise((resolve) => setTimeout(resolve, INTERVAL));

describe('too many messages per second', () => {
  async function flooded() {
    const backend = await fixtureForTest({
      realtime: { publicAccess: true, rateInterval: INTERVAL, limits: { eventsPerSecond: HARDLY_ANY } },
    });
    const [first, second] = [await RawSocket.open(backend), await RawSocket.open(backend)];
    for (const socket of [first, second]) {
      await socket.joined(ROOM, '1');
      await socket.joined('realtime:public', '2', { private: false, broadcast: { self: true } });
    }
    await send(backend, 'room:1', 'one');
    await Promise.all([first.heard(1), second.heard(1)]);
    await intervalOver();
    return { backend, first, second };
  }

  test('make what the database sends get lost, without a word', async () => {
    const { backend, first } = await flooded();
    const before = first.binary.length;
    await send(backend, 'room:1', 'lost');
    await send(backend, 'public', 'lost', false);
    await first.handled();
    expect(first.binary).toHaveLength(before);
    expect(first.order.filter((word) => word === 'phx_close')).toEqual([]);
  });

  test('end every channel at the next thing it hears, on all connections, and not the connection', async () => {
    const { first, second } = await flooded();
    first.sendBroadcast('3', 'realtime:public', 'said', { text: 'the last' });
    for (const socket of [first, second]) {
      await socket.event('phx_close');
      await socket.handled();
      expect(socket.texts.at(-1)).toBe('the last');
      expect(socket.frames.slice(2)).toEqual([
        [
          '2',
          null,
          'realtime:public',
          'system',
          {
            extension: 'system',
            status: 'error',
            message: 'Too many messages per second',
            channel: 'public',
          },
        ],
        ['2', '2', 'realtime:public', 'phx_close', {}],
      ]);
      expect(socket.closeCode).toBeNull();
    }
  });

  test('let nothing in over HTTP', async () => {
    const { backend } = await flooded();
    const init = {
      method: 'POST',
      headers: { apikey: backend.publishableKey, 'content-type': 'application/json' },
    };
    const message = { topic: 'public', event: 'said', payload: {} };
    const url = `${backend.url}/realtime/v1/api/broadcast`;
    const many = await fetch(url, { ...init, body: JSON.stringify({ messages: [message] }) });
    const one = await fetch(`${url}/public/events/said`, { ...init, body: '{}' });
    for (const response of [many, one]) {
      expect(response.status).toBe(429);
      expect(await response.json()).toEqual({ message: 'You have exceeded your rate limit' });
    }
  });
});

test('whoever hears a message counts as one more', async () => {
  const limits = { eventsPerSecond: 1 };
  const backend = await fixtureForTest({ realtime: { rateInterval: INTERVAL, limits } });
  const sockets = await Promise.all(Array.from({ length: 20 }, () => RawSocket.open(backend)));
  await Promise.all(sockets.map((socket) => socket.joined(ROOM)));
  await send(backend, 'room:2', 'to nobody');
  await intervalOver();
  // One and twenty more, which is too many for as long as twelve intervals.
  await send(backend, 'room:1', 'heard');
  await Promise.all(sockets.map((socket) => socket.heard(1)));
  await intervalOver();
  await send(backend, 'room:1', 'lost');
  await sockets[0]!.handled();
  expect(sockets.flatMap((socket) => socket.texts)).toEqual(sockets.map(() => 'heard'));
});

test('more messages over HTTP at once than a second may have are refused', async () => {
  const backend = await fixtureForTest({ realtime: { limits: { eventsPerSecond: 2 } } });
  const message = { topic: 'public', event: 'said', payload: {} };
  const response = await fetch(`${backend.url}/realtime/v1/api/broadcast`, {
    method: 'POST',
    headers: { apikey: backend.publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [message, message, message] }),
  });
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({
    message: 'Too many messages to broadcast, please reduce the batch size',
  });
});

describe('too many joins per second', () => {
  test('refuse the next join, close its connection with 1001, and let nobody connect', async () => {
    const backend = await fixtureForTest({
      realtime: { rateInterval: INTERVAL, limits: { joinsPerSecond: HARDLY_ANY } },
    });
    const [first, second] = [await RawSocket.open(backend), await RawSocket.open(backend)];
    await first.joined(ROOM);
    await intervalOver();
    expect(await second.refused('realtime:room:2', '1')).toBe(
      'ClientJoinRateLimitReached: Too many joins per second',
    );
    expect(await second.closed()).toBe(1001);
    expect(first.closeCode).toBeNull();
    expect(await refusal(backend)).toEqual({ status: 429, body: '{"error":"Too many joins per second"}' });
  });

  test('do not come of joins that were refused before they were counted', async () => {
    const backend = await fixtureForTest({
      realtime: { rateInterval: INTERVAL, limits: { joinsPerSecond: HARDLY_ANY } },
    });
    const socket = await RawSocket.open(backend);
    for (let ref = 1; ref <= 20; ref += 1) socket.join(ROOM, `${ref}`, { private: false });
    await socket.handled();
    await intervalOver();
    await socket.joined(ROOM, 'good');
  });
});

test('more channels on a connection than allowed are refused; one that is left makes room', async () => {
  const backend = await fixtureForTest({ realtime: { limits: { channelsPerSocket: 2 } } });
  const [socket, other] = [await RawSocket.open(backend), await RawSocket.open(backend)];
  for (const ref of ['1', '2']) await socket.joined(`realtime:room:${ref}`, ref);
  expect(await socket.refused('realtime:room:3', '3')).toBe('ChannelRateLimitReached: Too many channels');
  await other.joined('realtime:room:3');
  await socket.joined('realtime:room:2', '4');
  socket.send('4', '5', 'realtime:room:2', 'phx_leave', {});
  await socket.joined('realtime:room:3', '6');
});

test('more users than allowed are refused at the join, and whoever is in stays in', async () => {
  const backend = await fixtureForTest({ realtime: { limits: { sockets: 1 } } });
  const [first, second] = [await RawSocket.open(backend), await RawSocket.open(backend)];
  await first.joined(ROOM);
  expect(await second.refused(ROOM, '1')).toBe('ConnectionRateLimitReached: Too many connected users');
  await first.joined('realtime:room:2', '2');
});

// That channels are counted before the token is looked at is told in join.test.ts.
test('of several limits the first is told: public access, users, joins, channels', async () => {
  const limits = { sockets: 1, joinsPerSecond: HARDLY_ANY, channelsPerSocket: 1 };
  const backend = await fixtureForTest({ realtime: { rateInterval: INTERVAL, limits } });
  const [first, second] = [await RawSocket.open(backend), await RawSocket.open(backend)];
  const bad = { access_token: 'nonsense' };
  await first.joined(ROOM);
  await intervalOver();
  expect(await second.refused(ROOM, '1', { private: false }, bad)).toMatch(/^PrivateOnly: /);
  expect(await second.refused(ROOM, '2', {}, bad)).toMatch(/^ConnectionRateLimitReached: /);
  expect(await first.refused('realtime:room:2', '3', {}, bad)).toMatch(/^ClientJoinRateLimitReached: /);
});
