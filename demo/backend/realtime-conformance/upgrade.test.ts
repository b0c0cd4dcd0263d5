// Who gets a WebSocket, and what everybody else is told over HTTP.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { fixtureForTest, startFixture } from '../testing/clients.ts';
import { RawSocket, refusal } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture();
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const sign = (claims: Record<string, unknown>, lifetime?: number) => backend.keys.sign(claims, lifetime);

async function forged(): Promise<string> {
  return `${(await sign({ role: 'anon' })).slice(0, -4)}AAAA`;
}

/** The error of a refusal, which is JSON with nothing else in it. */
async function error(opening: Parameters<typeof refusal>[1]) {
  const { status, body } = await refusal(backend, opening);
  return [status, JSON.parse(body)];
}

describe('the key', () => {
  test('that is missing: 401', async () => {
    expect(await error({ key: null })).toEqual([401, { error: 'API key is missing' }]);
  });

  test.each(['', 'sb_publishable_other', 'sb_secret_other', 'nonsense', 'a.b.c'])(
    '%j is no JWT: 401',
    async (key) => {
      expect(await error({ key })).toEqual([401, { error: 'The token provided is not a valid JWT' }]);
    },
  );

  test('that has expired: 401', async () => {
    expect(await error({ key: await sign({ role: 'anon' }, -5) })).toEqual([
      401,
      { error: 'Token has expired' },
    ]);
  });

  test('with a wrong signature: 401', async () => {
    expect(await error({ key: await forged() })).toEqual([
      401,
      { error: 'Failed to validate JWT signature' },
    ]);
  });

  test.each(['role', 'exp'])('without the claim %s: 401', async (missing) => {
    expect(await error({ key: await sign({ role: 'anon', [missing]: undefined }) })).toEqual([
      401,
      { error: 'Fields `role` and `exp` are required in JWT' },
    ]);
  });

  test('may be publishable, secret, the older JWT or a user’s', async () => {
    const user = await sign({ role: 'authenticated', sub: 'ada' });
    for (const key of [backend.publishableKey, backend.keys.secret, backend.anonKey, user]) {
      await RawSocket.open(backend, { key });
    }
  });

  test('may come with white space and URL-encoded', async () => {
    const [head, ...rest] = backend.anonKey.split('.');
    await RawSocket.open(backend, { key: `${head}%2E${rest.join('.')} \n` });
  });

  test('in the header x-api-key wins over the one in the query', async () => {
    const headers = { 'x-api-key': backend.anonKey };
    await RawSocket.open(backend, { key: null, headers });
    await RawSocket.open(backend, { key: 'nonsense', headers });
    const other = { headers: { 'x-api-key': await forged() } };
    expect(await error(other)).toEqual([401, { error: 'Failed to validate JWT signature' }]);
  });

  test('in the header apikey is not looked at', async () => {
    expect(await error({ key: null, headers: { apikey: backend.anonKey } })).toEqual([
      401,
      { error: 'API key is missing' },
    ]);
  });
});

describe('the version', () => {
  test.each(['x', '3.0.0', '0.9', '~'])('%j: 403 without a word', async (vsn) => {
    expect(await refusal(backend, { vsn })).toEqual({ status: 403, body: '' });
  });

  test.each(['1.0.0', null])('%j is refused as well, which the platform serves', async (vsn) => {
    expect(await refusal(backend, { vsn })).toEqual({ status: 403, body: '' });
  });

  test('is looked at before the key, and without delay', async () => {
    const slow = await fixtureForTest({ realtime: { connectErrorDelay: 3_600_000 } });
    expect(await refusal(slow, { key: 'nonsense', vsn: 'x' })).toEqual({ status: 403, body: '' });
  });
});

describe('the project', () => {
  test.each([
    [403, 'Realtime was disabled for this tenant'],
    [404, 'Tenant not found'],
    [429, 'Too many connected users'],
    [500, 'Error connecting to Realtime'],
  ])('refuses with %i: %s', async (status, message) => {
    backend.faults.refuseSockets = status;
    expect(await error({})).toEqual([status, { error: message }]);
  });

  test('is looked at before the key', async () => {
    backend.faults.refuseSockets = 404;
    expect(await error({ key: null })).toEqual([404, { error: 'Tenant not found' }]);
  });

  test('has as many users as have a channel, or had one', async () => {
    const small = await fixtureForTest({ realtime: { limits: { sockets: 1 } } });
    await RawSocket.open(small);
    const first = await RawSocket.open(small);
    await first.joined('realtime:room:1');
    first.send('1', '2', 'realtime:room:1', 'phx_leave', {});
    await first.reply('2');
    expect(await refusal(small)).toEqual({ status: 429, body: '{"error":"Too many connected users"}' });
    const forger = { key: `${small.anonKey.slice(0, -4)}AAAA` };
    expect((await refusal(small, forger)).status).toBe(401);
  });

  test('lets the next user in when one has gone', async () => {
    const small = await fixtureForTest({ realtime: { limits: { sockets: 1 } } });
    const first = await RawSocket.open(small);
    await first.joined('realtime:room:1');
    small.faults.dropSockets();
    await first.closed();
    await (await RawSocket.open(small)).joined('realtime:room:1');
  });
});

test('a refusal takes its time, unless there is a setting', async () => {
  const slow = await fixtureForTest({ realtime: { connectErrorDelay: 150 } });
  const started = performance.now();
  await refusal(slow, { key: null });
  expect(performance.now() - started).toBeGreaterThanOrEqual(149);
});

test('a refusal that waits does not keep the server from stopping', async () => {
  const slow = await startFixture({ realtime: { connectErrorDelay: 3_600_000 } });
  const waiting = connect(slow.port, '127.0.0.1').on('error', () => {});
  const cut = once(waiting, 'close');
  waiting.write(
    'GET /realtime/v1/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  await once(waiting, 'connect');
  // Whoever comes later is let in later, so by now the one before is being refused.
  await RawSocket.open(slow);
  await slow.close();
  await cut;
});

test('there is no other path to it', async () => {
  const response = await fetch(`${backend.url}/realtime/v1/websocket`);
  expect(response.status).toBe(404);
});
