// Misbehaviour to order: that each of them shows, and that reset() ends it.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { eventually, fixtureForTest, startFixture } from '../testing/clients.ts';
import { RawSocket, refusal } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture();
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const ROOM = 'realtime:room:1';

async function say(...texts: string[]): Promise<void> {
  for (const text of texts) {
    await backend.database.query(
      `select realtime.send(jsonb_build_object('text', $1::text), 'said', 'room:1')`,
      [text],
    );
  }
}

async function listening(): Promise<RawSocket> {
  const socket = await RawSocket.open(backend);
  await socket.joined(ROOM);
  return socket;
}

/** Waits until the endpoint has looked at everything said so far: it reads rows in its turn, before us. */
async function looked(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await backend.database.query('select 1');
}

/** What is heard once everything said so far has been heard. */
async function heardBy(socket: RawSocket): Promise<unknown[]> {
  await say('fence');
  await eventually(() => socket.texts.includes('fence'));
  return socket.texts.slice(0, -1);
}

describe('events', () => {
  test('get lost by the number', async () => {
    const [socket, other] = [await listening(), await listening()];
    backend.faults.loseEvents(2);
    await say('1', '2', '3');
    expect(await heardBy(socket)).toEqual(['3']);
    expect(other.texts).toEqual(['3', 'fence']);
  });

  test('get lost without end, until the reset', async () => {
    const socket = await listening();
    backend.faults.loseEvents(Number.POSITIVE_INFINITY);
    await say('1', '2');
    await looked();
    backend.faults.reset();
    await say('3');
    expect(await heardBy(socket)).toEqual(['3']);
  });

  test('get lost at random', async () => {
    const socket = await listening();
    backend.faults.eventLoss = 0.5;
    await say(...Array.from({ length: 60 }, (_, index) => `${index}`));
    await looked();
    backend.faults.reset();
    const heard = await heardBy(socket);
    expect(heard.length).toBeGreaterThan(5);
    expect(heard.length).toBeLessThan(55);
  });

  test('come late, one after the other', async () => {
    const socket = await listening();
    backend.faults.eventDelay = 200;
    const started = performance.now();
    await say('1', '2');
    await socket.heard(2);
    expect(performance.now() - started).toBeGreaterThanOrEqual(398);
    backend.faults.eventDelay = 3_600_000;
    backend.faults.reset();
    expect(await heardBy(socket)).toEqual(['1', '2']);
  });

  test('come twice by the number', async () => {
    const socket = await listening();
    backend.faults.doubleEvents(2);
    await say('1', '2', '3');
    expect(await heardBy(socket)).toEqual(['1', '1', '2', '2', '3']);
    expect(socket.binary[1]).toEqual(socket.binary[0]);
  });

  test('come twice no more after the reset', async () => {
    const socket = await listening();
    backend.faults.doubleEvents(Number.POSITIVE_INFINITY);
    backend.faults.reset();
    expect(await heardBy(socket)).toEqual([]);
    expect(socket.texts).toEqual(['fence']);
  });

  test('are overtaken by the number', async () => {
    const socket = await listening();
    backend.faults.swapEvents(2);
    await say('1', '2', '3', '4', '5');
    expect(await heardBy(socket)).toEqual(['2', '1', '4', '3', '5']);
  });

  test('that wait to be overtaken come at the reset at last', async () => {
    const socket = await listening();
    backend.faults.swapEvents(Number.POSITIVE_INFINITY);
    await say('1', '2', '3');
    await socket.heard(2);
    await looked();
    expect(socket.texts).toEqual(['2', '1']);
    backend.faults.reset();
    expect(await heardBy(socket)).toEqual(['2', '1', '3']);
  });

  test('get lost, come late, twice and out of order in any mixture', async () => {
    const socket = await listening();
    backend.faults.loseEvents(1);
    backend.faults.swapEvents(1);
    backend.faults.doubleEvents(1);
    backend.faults.eventDelay = 20;
    await say('1', '2', '3', '4');
    expect(await heardBy(socket)).toEqual(['3', '3', '2', '2', '4']);
  });
});

describe('joins', () => {
  test('are refused by the number, for a reason of one’s choice', async () => {
    const socket = await RawSocket.open(backend);
    backend.faults.refuseJoins(2, 'DatabaseLackOfConnections: Database can’t accept more connections');
    for (const ref of ['1', '2']) {
      expect(await socket.refused(ROOM, ref)).toBe(
        'DatabaseLackOfConnections: Database can’t accept more connections',
      );
    }
    await socket.joined(ROOM, '3');
  });

  test('are refused without end and for no good reason, until the reset', async () => {
    const socket = await RawSocket.open(backend);
    backend.faults.refuseJoins(Number.POSITIVE_INFINITY);
    for (const ref of ['1', '2', '3']) {
      expect(await socket.refused(ROOM, ref)).toBe('Unknown Error on Channel');
    }
    backend.faults.reset();
    await socket.joined(ROOM, '4');
  });

  test('hear late that replication is ready, or never', async () => {
    const config = { broadcast: { replication_ready: true } };
    backend.faults.replicationDelay = 200;
    const started = performance.now();
    const late = await RawSocket.open(backend);
    await late.joined(ROOM, '1', config);
    await late.event('system');
    expect(performance.now() - started).toBeGreaterThanOrEqual(199);
    backend.faults.replicationDelay = Number.POSITIVE_INFINITY;
    const never = await RawSocket.open(backend);
    await never.joined(ROOM, '1', config);
    await never.handled();
    expect(never.order).toEqual(['reply 1']);
    backend.faults.reset();
    await never.joined(ROOM, '2', config);
    await never.event('system');
  });
});

describe('connections', () => {
  test('are cut without a close frame, all of them', async () => {
    const sockets = [await listening(), await RawSocket.open(backend)];
    expect(backend.faults.dropSockets()).toBe(2);
    for (const socket of sockets) expect(await socket.closed()).toBe(1006);
    await listening();
  });

  test('are closed with a code of one’s choice', async () => {
    for (const code of [1000, 1001, 1011, 1012, 4000]) {
      const socket = await listening();
      backend.faults.closeSockets(code);
      expect(await socket.closed()).toBe(code);
    }
  });

  test('are half open: they take every frame and answer nothing, until the reset', async () => {
    const socket = await listening();
    backend.faults.silent = true;
    await say('unheard');
    socket.send(null, '2', 'phoenix', 'heartbeat', {});
    socket.join('realtime:room:2', '3');
    const fresh = await RawSocket.open(backend);
    fresh.join(ROOM, '1');
    await looked();
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Whatever was late with the clock is read by now.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([socket.order, socket.closeCode]).toEqual([['reply 1'], null]);
    expect([fresh.order, fresh.closeCode]).toEqual([[], null]);
    backend.faults.reset();
    expect(await heardBy(socket)).toEqual([]);
    await socket.handled();
    expect(socket.order).toEqual(['reply 1', 'kind 4']);
    await fresh.joined(ROOM, '2');
    expect(fresh.order).toEqual(['reply 2']);
  });

  test('that are half open close in the end like any that are idle', async () => {
    const impatient = await fixtureForTest({ realtime: { idleTimeout: 300 } });
    const socket = await RawSocket.open(impatient);
    impatient.faults.silent = true;
    const beat = setInterval(() => socket.send(null, '1', 'phoenix', 'heartbeat', {}), 20);
    expect(await socket.closed()).toBe(1000);
    clearInterval(beat);
    expect(socket.order).toEqual([]);
  });

  test('are not to be had while Realtime is away, until it comes back', async () => {
    const socket = await listening();
    backend.faults.goAway();
    expect(await socket.closed()).toBe(1006);
    expect(await refusal(backend)).toEqual({ status: 503, body: '' });
    backend.faults.goAway(502);
    expect((await refusal(backend)).status).toBe(502);
    backend.faults.comeBack();
    await listening();
    backend.faults.goAway();
    backend.faults.reset();
    await listening();
  });
});

describe('channels', () => {
  test('end for good, all of them, and the connections stay', async () => {
    const [first, second] = [await listening(), await listening()];
    await first.joined('realtime:room:2', '2');
    expect(backend.faults.endChannels()).toBe(3);
    for (const socket of [first, second]) {
      await socket.event('phx_close');
      expect((await socket.event('system'))[4]).toMatchObject({
        status: 'error',
        message: 'Too many messages per second',
      });
    }
    await first.joined(ROOM, '3');
    expect(backend.faults.endChannels('Token has expired 1 seconds ago')).toBe(1);
    await eventually(() => first.order.filter((word) => word === 'phx_close').length === 3);
    expect(first.frames.at(-2)?.[4]).toMatchObject({ message: 'Token has expired 1 seconds ago' });
  });

  test('crash, all of them, and the connections stay', async () => {
    const [first, second] = [await listening(), await listening()];
    expect(backend.faults.crashChannels()).toBe(2);
    for (const socket of [first, second]) {
      await socket.event('phx_error');
      await socket.joined(ROOM, '2');
    }
  });
});

test('without order nothing misbehaves', async () => {
  const socket = await listening();
  const texts = Array.from({ length: 40 }, (_, index) => `${index}`);
  await say(...texts);
  expect(await heardBy(socket)).toEqual(texts);
});
