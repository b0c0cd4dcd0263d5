// Tokens that come after the join, and tokens that end.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { startFixture } from '../testing/clients.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({ realtime: { publicAccess: true } });
  await backend.database.execute(`
    insert into public.members values ('ada');
    create policy "readers of both" on realtime.messages for select to authenticated using (
      (select realtime.topic()) = 'both'
      and (extension = 'presence' or auth.jwt() ->> 'sub' = 'ada')
    );
  `);
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const sign = (claims: Record<string, unknown>, lifetime?: number) =>
  backend.keys.sign({ role: 'authenticated', ...claims }, lifetime);
/** Seconds, the last of them not whole. */
const SHORT = 3;
const send = (topic: string, text: string, isPrivate = true) =>
  backend.database.query(`select realtime.send(jsonb_build_object('text', $1::text), 'said', $2, $3)`, [
    text,
    topic,
    isPrivate,
  ]);

async function joined(topic: string, access_token: string | null, config: Record<string, unknown> = {}) {
  const socket = await RawSocket.open(backend);
  await socket.joined(`realtime:${topic}`, '1', config, { access_token });
  return {
    socket,
    give: (token: unknown) =>
      socket.send('1', 'token', `realtime:${topic}`, 'access_token', { access_token: token }),
  };
}

/** With a token that ends soon: as soon as this machine can join in time. */
async function joinedBriefly(topic: string, claims: object, config: Record<string, unknown> = {}) {
  for (let lifetime = SHORT; ; lifetime *= 2) {
    try {
      return await joined(topic, await sign({ ...claims }, lifetime), config);
    } catch (reason) {
      if (!String(reason).includes('Token has expired')) throw reason;
    }
  }
}

/** The channel's end, and that nothing came before or after it. */
async function expectEnd(socket: RawSocket, topic: string, message: unknown) {
  await socket.event('phx_close');
  await socket.handled();
  expect(socket.frames.slice(1)).toEqual([
    [
      '1',
      null,
      `realtime:${topic}`,
      'system',
      { extension: 'system', status: 'error', message, channel: topic },
    ],
    ['1', '1', `realtime:${topic}`, 'phx_close', {}],
  ]);
  expect(socket.closeCode).toBeNull();
}

describe('a new token', () => {
  test('that is good gets no answer', async () => {
    const { socket, give } = await joined('room:1', null);
    give(await sign({ sub: 'ada' }));
    await socket.handled();
    expect(socket.order).toEqual(['reply 1']);
  });

  test.each([
    ['a publishable key', 'sb_publishable_whatever'],
    ['a secret key', 'sb_secret_whatever'],
    ['null', null],
    ['absent', undefined],
    ['no string', 7],
  ])('that is %s is passed over', async (_what, token) => {
    const { socket, give } = await joined('room:1', null);
    give(token);
    await socket.handled();
    expect(socket.order).toEqual(['reply 1']);
  });

  test('that is the one there is changes nothing, whatever policies would say by now', async () => {
    await backend.database.execute(`insert into public.members values ('eve')`);
    const token = await sign({ sub: 'eve' });
    const { socket, give } = await joined('club', token);
    await backend.database.execute(`delete from public.members where sub = 'eve'`);
    give(token);
    await socket.handled();
    await send('club', 'still');
    await socket.heard(1);
    give(await sign({ sub: 'eve', jti: 'another' }));
    await expectEnd(socket, 'club', 'You do not have permissions to read from this Channel topic: club');
  });

  test('that is the connection’s own is the one there is where the join brought none', async () => {
    await backend.database.execute(`insert into public.members values ('fay')`);
    const key = await sign({ sub: 'fay' });
    const socket = await RawSocket.open(backend, { key });
    await socket.joined('realtime:club');
    await backend.database.execute(`delete from public.members where sub = 'fay'`);
    socket.send('1', '2', 'realtime:club', 'access_token', { access_token: key });
    await socket.handled();
    expect(socket.order).toEqual(['reply 1']);
  });

  test.each([
    ['empty', () => '', 'The token provided is not a valid JWT'],
    ['no JWT', () => 'nonsense', 'The token provided is not a valid JWT'],
    ['without role', () => sign({ role: undefined }), 'Fields `role` and `exp` are required in JWT'],
    ['expired', () => sign({}, -60), expect.stringMatching(/^Token has expired 6\d seconds ago$/)],
    // Told by the platform's source, which has no words for it here; not observed on hosted.
    ['forged', async () => `${(await sign({})).slice(0, -4)}AAAA`, ':signature_error'],
  ])('that is %s ends the channel: system error, then phx_close', async (_what, make, message) => {
    const { socket, give } = await joined('room:1', null);
    give(await make());
    await expectEnd(socket, 'room:1', message);
  });

  test('that is bad ends a public channel as well', async () => {
    const { socket, give } = await joined('lobby', null, { private: false });
    give('');
    await expectEnd(socket, 'lobby', 'The token provided is not a valid JWT');
  });

  test('that may read nothing ends the channel with the text of a refused join', async () => {
    const { socket, give } = await joined('club', await sign({ sub: 'ada' }));
    give(await sign({ sub: 'bob' }));
    await expectEnd(socket, 'club', 'You do not have permissions to read from this Channel topic: club');
  });

  test('that may read less than before ends the channel with another text', async () => {
    const presence = { presence: { enabled: true } };
    const { socket, give } = await joined('both', await sign({ sub: 'ada' }), presence);
    await socket.event('presence_state');
    socket.frames.pop();
    give(await sign({ sub: 'bob' }));
    await expectEnd(socket, 'both', 'You no longer have permission to read from this Channel topic: both');
  });

  test('that may read more starts delivery', async () => {
    const { socket, give } = await joined('both', await sign({ sub: 'bob' }), {
      presence: { enabled: true },
    });
    await socket.joined('realtime:room:fence', 'fence');
    await send('both', 'before');
    await send('room:fence', 'fence');
    await socket.heard(1);
    give(await sign({ sub: 'ada' }));
    await socket.handled();
    await send('both', 'after');
    await socket.heard(2);
    expect(socket.texts).toEqual(['fence', 'after']);
  });

  test('is the channel’s alone: other channels keep theirs', async () => {
    const { socket, give } = await joined('club', await sign({ sub: 'ada' }));
    await socket.joined('realtime:room:1', '2');
    give('');
    await socket.event('phx_close');
    await send('room:1', 'still');
    await socket.heard(1);
  });
});

describe('a token that expires', () => {
  const expired = expect.stringMatching(/^Token has expired \d seconds ago$/);

  test.each([
    ['private', 'club', true],
    ['public', 'lobby', false],
  ])('ends its %s channel for good, and not the connection', async (_what, topic, isPrivate) => {
    const { socket } = await joinedBriefly(topic, { sub: 'ada' }, { private: isPrivate });
    await expectEnd(socket, topic, expired);
    await socket.joined(
      `realtime:${topic}`,
      '2',
      { private: isPrivate },
      { access_token: await sign({ sub: 'ada' }) },
    );
  });

  test('ends each channel at its own time', async () => {
    const { socket } = await joinedBriefly('club', { sub: 'ada' });
    await socket.joined('realtime:room:1', '2');
    await socket.event('phx_close');
    await send('room:1', 'still');
    await socket.heard(1);
    expect(socket.order.filter((word) => word === 'phx_close')).toHaveLength(1);
  });

  test('ends nothing once a longer one has come', async () => {
    const longer = await sign({ sub: 'ada' }, 3600);
    const { socket, give } = await joinedBriefly('club', { sub: 'ada' });
    give(longer);
    const other = await joinedBriefly('club', { sub: 'ada', jti: 'other' });
    await other.socket.event('phx_close');
    // Both would have ended within the same second, or the first one before.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await send('club', 'still');
    await socket.heard(1);
    expect(socket.order).toEqual(['reply 1', 'kind 4']);
  });

  test('ends nothing on a channel that was left before', async () => {
    const { socket } = await joinedBriefly('club', { sub: 'ada' });
    socket.send('1', '2', 'realtime:club', 'phx_leave', {});
    const other = await joinedBriefly('club', { sub: 'ada', jti: 'other' });
    await other.socket.event('phx_close');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(socket.order).toEqual(['reply 1', 'reply 2', 'phx_close']);
  });
});
