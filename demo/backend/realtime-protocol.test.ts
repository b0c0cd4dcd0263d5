import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Backend } from './server.ts';
import { eventually, RawSocket, startFixture } from './testing/clients.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({
    realtime: { limits: { channelsPerSocket: 3, frameBytes: 5000 } },
  });
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

/** Tries to open a WebSocket and gives the HTTP answer that refused it. */
function refusal(query: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://localhost:${backend.port}/realtime/v1/websocket?${query}`);
    socket.on('open', () => reject(new Error('The connection was let in.')));
    socket.on('error', () => {});
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (data: Buffer) => {
        body += data.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}

const token = (claims: Record<string, unknown>, lifetime?: number) => backend.keys.sign(claims, lifetime);

describe('connecting', () => {
  test('needs protocol 2.0.0', async () => {
    for (const vsn of ['', '&vsn=1.0.0', '&vsn=x']) {
      expect(await refusal(`apikey=${backend.publishableKey}${vsn}`)).toEqual({ status: 403, body: '' });
    }
  });

  test('needs a valid key', async () => {
    const expired = await token({ role: 'anon' }, -5);
    const forged = `${(await token({ role: 'anon' })).slice(0, -4)}AAAA`;
    const answers = [];
    for (const key of ['', 'sb_publishable_other', expired, forged]) {
      const { status, body } = await refusal(`vsn=2.0.0&apikey=${key}`);
      answers.push([status, JSON.parse(body).error]);
    }
    expect(answers).toEqual([
      [401, 'API key is missing'],
      [401, 'The token provided is not a valid JWT'],
      [401, 'Token has expired'],
      [401, 'Failed to validate JWT signature'],
    ]);
  });
});

describe('frames', () => {
  test('a heartbeat is answered', async () => {
    const socket = await RawSocket.open(backend);
    socket.send(null, '10', 'phoenix', 'heartbeat', {});
    expect(await socket.reply('10')).toEqual({ status: 'ok', response: {} });
    expect(socket.frames[0]).toEqual([null, '10', 'phoenix', 'phx_reply', { status: 'ok', response: {} }]);
  });

  test('a join is answered with its own references', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '6');
    const frame = await socket.frame(([, ref]) => ref === '6');
    expect(frame).toEqual([
      '6',
      '6',
      'realtime:room:1',
      'phx_reply',
      { status: 'ok', response: { postgres_changes: [] } },
    ]);
  });

  test('a broadcast is a binary frame of kind 4 with the row’s id', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:ü', '1');
    await socket.reply('1');
    await backend.database.query(`select realtime.send('{"a": "é"}', 'said', 'room:ü')`);
    await eventually(() => socket.binary.length > 0);
    const [row] = await backend.database.query<{ id: string }>(
      `select id::text as id from realtime.messages where topic = 'room:ü'`,
    );
    const topic = Buffer.from('realtime:room:ü');
    const event = Buffer.from('said');
    const metadata = Buffer.from(JSON.stringify({ id: row!.id }));
    const frame = socket.binary[0]!;
    expect([...frame.subarray(0, 5)]).toEqual([4, topic.length, event.length, metadata.length, 1]);
    const head = Buffer.concat([topic, event, metadata]);
    expect(frame.subarray(5, 5 + head.length)).toEqual(head);
    expect(JSON.parse(frame.subarray(5 + head.length).toString())).toEqual({ a: 'é', id: row!.id });
  });

  test('on an unknown topic are unmatched, but a leave is always fine', async () => {
    const socket = await RawSocket.open(backend);
    socket.send('1', '2', 'realtime:room:1', 'access_token', { access_token: 'x' });
    socket.join('other:room', '3');
    socket.send('1', '4', 'realtime:room:1', 'phx_leave', {});
    const unmatched = { status: 'error', response: { reason: 'unmatched topic' } };
    expect(await socket.reply('2')).toEqual(unmatched);
    expect(await socket.reply('3')).toEqual(unmatched);
    expect(await socket.reply('4')).toEqual({ status: 'ok', response: {} });
  });

  test('leaving is answered and then closes the channel', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '1');
    socket.send('1', '2', 'realtime:room:1', 'phx_leave', {});
    await socket.frame(([, , , event]) => event === 'phx_close');
    expect(socket.frames.slice(1)).toEqual([
      ['1', '2', 'realtime:room:1', 'phx_reply', { status: 'ok', response: {} }],
      ['1', '1', 'realtime:room:1', 'phx_close', {}],
    ]);
  });

  test('joining twice answers the new join first and then closes the old one', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '1');
    socket.join('realtime:room:1', '2');
    await socket.frame(([, , , event]) => event === 'phx_close');
    expect(socket.frames.map(([joinRef, , , event]) => [joinRef, event])).toEqual([
      ['1', 'phx_reply'],
      ['2', 'phx_reply'],
      ['1', 'phx_close'],
    ]);
    await backend.database.query(`select realtime.send('{}', 'said', 'room:1')`);
    await eventually(() => socket.binary.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(socket.binary).toHaveLength(1);
  });

  test('that are none end the connection', async () => {
    for (const data of ['nonsense', '{"topic":"x"}', Buffer.from([9, 9])]) {
      const socket = await RawSocket.open(backend);
      socket.sendRaw(data);
      await eventually(() => socket.closeCode !== null);
      expect(socket.closeCode).toBe(1011);
    }
  });

  test('that are too large end the connection', async () => {
    const socket = await RawSocket.open(backend);
    socket.sendRaw('x'.repeat(6000));
    await eventually(() => socket.closeCode !== null);
    expect(socket.closeCode).toBe(1009);
  });

  test('that stop coming end the connection', async () => {
    const impatient = await startFixture({ realtime: { idleTimeout: 300 } });
    try {
      const socket = await RawSocket.open(impatient);
      await eventually(() => socket.closeCode !== null);
      expect(socket.closeCode).toBe(1000);
    } finally {
      await impatient.close();
    }
  });

  test('do not arrive on a half-open line', async () => {
    const socket = await RawSocket.open(backend);
    backend.faults.silent = true;
    socket.send(null, '1', 'phoenix', 'heartbeat', {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([socket.frames, socket.closeCode]).toEqual([[], null]);
  });
});

describe('a join', () => {
  test('is refused with the platform’s reasons', async () => {
    const socket = await RawSocket.open(backend);
    const expired = await token({ role: 'authenticated' }, -60);
    const forged = `${(await token({ role: 'anon' })).slice(0, -4)}AAAA`;
    socket.join('realtime:', '1');
    socket.join('realtime:room:1', '2', { config: { private: 'perhaps' } });
    socket.join('realtime:room:1', '3', { access_token: expired });
    socket.join('realtime:room:1', '4', { access_token: forged });
    socket.join('realtime:room:1', '5', { access_token: 'nonsense' });
    const reasons = [];
    for (const ref of ['1', '2', '3', '4', '5']) reasons.push((await socket.reply(ref)).response.reason);
    expect(reasons).toEqual([
      'TopicNameRequired: You must provide a topic name',
      'PrivateOnly: This project only allows private channels',
      expect.stringMatching(/^InvalidJWTToken: Token has expired 6\d seconds ago$/),
      'JwtSignatureError: Failed to validate JWT signature',
      'MalformedJWT: The token provided is not a valid JWT',
    ]);
  });

  test('takes a publishable key for no token at all', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '1', { access_token: backend.publishableKey });
    expect((await socket.reply('1')).status).toBe('ok');
  });

  test('takes "true" for true', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '1', { config: { private: 'True' } });
    expect((await socket.reply('1')).status).toBe('ok');
  });

  test('beyond the limit of channels is refused', async () => {
    const socket = await RawSocket.open(backend);
    for (const ref of ['1', '2', '3', '4']) socket.join(`realtime:room:${ref}`, ref);
    expect((await socket.reply('3')).status).toBe('ok');
    expect((await socket.reply('4')).response.reason).toBe('ChannelRateLimitReached: Too many channels');
  });

  test('hears when replication is ready, if it asks', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '1', {}, { broadcast: { replication_ready: true } });
    const frame = await socket.frame(([, , , event]) => event === 'system');
    expect(frame).toEqual([
      '1',
      null,
      'realtime:room:1',
      'system',
      {
        extension: 'system',
        status: 'ok',
        message: 'Replication connection established',
        channel: 'room:1',
      },
    ]);
  });

  test('with Postgres Changes succeeds, but subscribes to nothing', async () => {
    const socket = await RawSocket.open(backend);
    const change = { event: '*', schema: 'public', table: 'notes' };
    socket.join('realtime:room:1', '1', {}, { postgres_changes: [change] });
    expect((await socket.reply('1')).response).toEqual({ postgres_changes: [{ ...change, id: 1 }] });
    const [, , , , payload] = await socket.frame(([, , , event]) => event === 'system');
    expect(payload).toMatchObject({ extension: 'postgres_changes', status: 'error' });
  });

  test('gives no presence', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '1', {}, { presence: { enabled: true } });
    socket.send('1', '2', 'realtime:room:1', 'presence', { type: 'presence', event: 'track', payload: {} });
    expect(await socket.reply('2')).toEqual({ status: 'error', response: {} });
    expect(socket.frames.some(([, , , event]) => event === 'presence_state')).toBe(false);
  });

  test('is answered late when refused, and so is all that follows on that connection', async () => {
    const slow = await startFixture({ realtime: { joinErrorDelay: 150 } });
    try {
      const socket = await RawSocket.open(slow);
      const started = Date.now();
      socket.join('realtime:elsewhere', '1');
      socket.send(null, '2', 'phoenix', 'heartbeat', {});
      await socket.reply('2');
      expect(Date.now() - started).toBeGreaterThanOrEqual(140);
      expect(socket.frames.map(([, ref]) => ref)).toEqual(['1', '2']);
    } finally {
      await slow.close();
    }
  });
});

describe('a token sent later', () => {
  async function joined() {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '1');
    await socket.reply('1');
    return socket;
  }
  const send = (socket: RawSocket, access_token: unknown) =>
    socket.send('1', '2', 'realtime:room:1', 'access_token', { access_token });

  test('is taken without a word, and so are keys and nothing', async () => {
    const socket = await joined();
    send(socket, await token({ role: 'authenticated', sub: 'ada' }));
    send(socket, backend.publishableKey);
    send(socket, null);
    socket.send(null, '9', 'phoenix', 'heartbeat', {});
    await socket.reply('9');
    expect(socket.frames).toHaveLength(2);
  });

  test.each([
    ['empty', async () => '', 'The token provided is not a valid JWT'],
    ['without role', () => token({}), 'Fields `role` and `exp` are required in JWT'],
    ['expired', () => token({ role: 'authenticated' }, -60), /^Token has expired 6\d seconds ago$/],
  ])('%s: a system error, then the terminal close', async (_what, make, message) => {
    const socket = await joined();
    send(socket, await make());
    await socket.frame(([, , , event]) => event === 'phx_close');
    expect(socket.frames.slice(1)).toEqual([
      [
        '1',
        null,
        'realtime:room:1',
        'system',
        {
          extension: 'system',
          status: 'error',
          message: typeof message === 'string' ? message : expect.stringMatching(message),
          channel: 'room:1',
        },
      ],
      ['1', '1', 'realtime:room:1', 'phx_close', {}],
    ]);
  });
});

describe('limits', () => {
  test('ending channels tells them why', async () => {
    const socket = await RawSocket.open(backend);
    socket.join('realtime:room:1', '1');
    await socket.reply('1');
    expect(backend.faults.endChannels('Too many messages per second')).toBe(1);
    const [, , , , payload] = await socket.frame(([, , , event]) => event === 'system');
    expect(payload).toMatchObject({ status: 'error', message: 'Too many messages per second' });
    await socket.frame(([, , , event]) => event === 'phx_close');
  });

  test('more connections than allowed are refused', async () => {
    const small = await startFixture({ realtime: { limits: { sockets: 1 } } });
    try {
      await RawSocket.open(small);
      await expect(RawSocket.open(small)).rejects.toThrow('429');
    } finally {
      await small.close();
    }
  });

  test('connections without channels are swept out', async () => {
    const tidy = await startFixture({ realtime: { sweepInterval: 150 } });
    try {
      const [idle, busy] = [await RawSocket.open(tidy), await RawSocket.open(tidy)];
      busy.join('realtime:room:1', '1');
      await busy.reply('1');
      await eventually(() => idle.closeCode !== null);
      expect(busy.closeCode).toBeNull();
    } finally {
      await tidy.close();
    }
  });
});
