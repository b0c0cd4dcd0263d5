import { expect, test, vi } from 'vitest';
import { FakeEnvironment } from '../core/testing/fake-browser.ts';
import { FakeClock, settle } from '../core/testing/fake-clock.ts';
import { loneTab } from '../core/testing/lone-tab.ts';
import { createLiveChannel, type LiveChannelOptions } from './live-channel.ts';
import { fakeTransport } from './testing/fake-web-socket.ts';

const TOPIC = 'realtime:support-chat:abc';
const row = (seq: number) => ({ session: seq });

function setup(options: Partial<LiveChannelOptions<never>> = {}) {
  const clock = new FakeClock();
  const environment = new FakeEnvironment();
  const { transport, sockets } = fakeTransport();
  const heard: unknown[] = [];
  const live = createLiveChannel<never>({
    url: 'https://abcd.supabase.co',
    key: 'sb_publishable_abc',
    parseSession: (value) => value as never,
    clock,
    environment,
    tabs: loneTab,
    transport,
    ...options,
  });
  const handlers = {
    onJoined: (joined: boolean) => void heard.push(joined ? 'joined' : 'lost'),
    onReady: () => void heard.push('ready'),
    onEvent: (event: { type: string; session?: unknown }) => void heard.push(event.session ?? event.type),
  };
  const stop = live.listen('support-chat:abc', handlers);
  return { clock, environment, sockets, heard, live, handlers, stop };
}

async function joined(options: Partial<LiveChannelOptions<never>> = {}) {
  const all = setup(options);
  await settle();
  const socket = all.sockets[0]!;
  socket.accept();
  return { ...all, socket };
}

const beats = (socket: { sent: unknown[][] }) => socket.sent.filter(([, , , event]) => event === 'heartbeat');

test('a join asks for a private channel that only receives, with the user’s token', async () => {
  const { sockets } = setup({ accessToken: async () => 'user.jwt.x' });
  await settle();
  expect(sockets[0]!.url).toBe(
    'wss://abcd.supabase.co/realtime/v1/websocket?apikey=sb_publishable_abc&vsn=2.0.0',
  );
  expect(sockets[0]!.binaryType).toBe('arraybuffer');
  expect(sockets[0]!.sent).toEqual([]);
  sockets[0]!.onopen?.({});
  expect(sockets[0]!.sent).toEqual([
    [
      '1',
      '1',
      TOPIC,
      'phx_join',
      {
        config: {
          broadcast: { ack: false, self: false, replication_ready: true },
          presence: { key: '', enabled: false },
          postgres_changes: [],
          private: true,
        },
        access_token: 'user.jwt.x',
      },
    ],
  ]);
});

test('without a user the key in the address decides', async () => {
  const { sockets } = setup({ url: 'http://localhost:4173', accessToken: async () => null });
  await settle();
  sockets[0]!.onopen?.({});
  expect(sockets[0]!.url).toMatch(/^ws:\/\/localhost:4173\/realtime/);
  expect(sockets[0]!.sent[0]?.[4]).not.toHaveProperty('access_token');
});

test('broadcasts of either kind arrive in order', async () => {
  const { socket, heard } = await joined();
  socket.say(null, null, TOPIC, 'broadcast', { type: 'broadcast', event: 'session', payload: row(1) });
  const text = `\u0004${String.fromCharCode(TOPIC.length)}\u0007\u0000\u0001${TOPIC}session{"session":2}`;
  socket.sayRaw(new TextEncoder().encode(text).buffer);
  socket.say('1', null, TOPIC, 'system', { extension: 'system', status: 'ok' });
  expect(heard).toEqual(['joined', 1, 2, 'ready']);
});

test('a broadcast that came before the answer to the join counts', async () => {
  const { sockets, heard } = setup();
  await settle();
  sockets[0]!.onopen?.({});
  sockets[0]!.say(null, null, TOPIC, 'broadcast', { event: 'session', payload: row(1) });
  sockets[0]!.reply('2', 'ok');
  expect(heard).toEqual([1]);
  sockets[0]!.reply('1', 'ok');
  expect(heard).toEqual([1, 'joined']);
});

test('a broadcast that is not understood asks for a sync', async () => {
  const { socket, heard } = await joined();
  socket.say(null, null, TOPIC, 'broadcast', { event: 'message', payload: { message: 7 } });
  socket.say(null, null, TOPIC, 'broadcast', { event: 'message', payload: null });
  expect(heard).toEqual(['joined', 'resync', 'resync']);
});

test('what is malformed, unknown or meant for others is passed over', async () => {
  const { socket, heard, clock } = await joined();
  const pending = clock.pending;
  for (const data of ['', 'nonsense', '[]', '{}', '[1,2,3,4,5]', new ArrayBuffer(3), new ArrayBuffer(0)]) {
    socket.sayRaw(data);
  }
  const others = 'realtime:support-chat:other';
  socket.say('1', '1', others, 'phx_close', {});
  socket.say(null, null, others, 'broadcast', { event: 'session', payload: row(1) });
  socket.say(null, null, 'phoenix', 'phx_reply', { status: 'error' });
  socket.say('1', null, TOPIC, 'system', { extension: 'postgres_changes', status: 'error' });
  socket.say('1', null, TOPIC, 'presence_state', {});
  socket.say('1', null, TOPIC, 'broadcast', { event: 7, payload: row(1) });
  socket.say('1', null, TOPIC, 'broadcast', null);
  socket.say('1', null, TOPIC, 'phx_reply', 'ok');
  socket.reply('9'.repeat(500), 'ok');
  socket.reply('1', 'ok');
  expect(heard).toEqual(['joined']);
  expect([socket.closed, clock.pending]).toEqual([false, pending]);
});

test('a refused join is tried again, with waits that grow to half a minute', async () => {
  const { sockets, heard, clock } = setup();
  for (const wait of [750, 1_500, 3_750, 7_500, 22_500, 22_500]) {
    await settle();
    const count = sockets.length;
    sockets.at(-1)!.onopen?.({});
    sockets.at(-1)!.reply('1', 'error', { reason: 'Unauthorized: …' });
    expect(sockets.at(-1)!.closed).toBe(true);
    await clock.advance(wait - 1);
    expect(sockets).toHaveLength(count);
    await clock.advance(1);
    expect(sockets).toHaveLength(count + 1);
  }
  expect(heard).toEqual([]);
});

test('a channel that lasted starts over with short waits, a short one does not', async () => {
  const { socket, sockets, clock } = await joined();
  socket.onclose?.({});
  await clock.advance(750);
  sockets[1]!.accept();
  sockets[1]!.onclose?.({});
  await clock.advance(1_499);
  expect(sockets).toHaveLength(2);
  await clock.advance(1);
  sockets[2]!.accept();
  await clock.advance(24_000);
  sockets[2]!.say(null, null, TOPIC, 'presence_state', {});
  await clock.advance(7_000);
  sockets[2]!.onclose?.({});
  await clock.advance(750);
  expect(sockets).toHaveLength(4);
});

test('where no socket can be made it is tried again', async () => {
  const transport = vi.fn(function refuse() {
    throw new DOMException('Insecure', 'SecurityError');
  });
  const { clock, heard } = setup({ transport: transport as never });
  await clock.advance(750 + 1_500);
  expect(transport).toHaveBeenCalledTimes(3);
  expect(heard).toEqual([]);
});

test('a heartbeat goes out every 25 seconds, and any frame will do for an answer', async () => {
  const { socket, clock, heard } = await joined();
  await clock.advance(24_999);
  expect(beats(socket)).toEqual([]);
  await clock.advance(1);
  expect(beats(socket)).toEqual([[null, '2', 'phoenix', 'heartbeat', {}]]);
  socket.say(null, '2', 'phoenix', 'phx_reply', { status: 'ok', response: {} });
  await clock.advance(25_000);
  expect(beats(socket)[1]).toEqual([null, '3', 'phoenix', 'heartbeat', {}]);
  socket.sayRaw('nonsense');
  await clock.advance(25_000);
  expect(beats(socket)).toHaveLength(3);
  expect(heard).toEqual(['joined']);
});

test('the time to the next heartbeat counts from the answer to the last', async () => {
  const { socket, clock } = await joined();
  await clock.advance(25_000 + 3_000);
  socket.say(null, '2', 'phoenix', 'phx_reply', { status: 'ok', response: {} });
  await clock.advance(24_999);
  expect(beats(socket)).toHaveLength(1);
  await clock.advance(1);
  expect(beats(socket)).toHaveLength(2);
});

test('a new token of the user is passed on with the heartbeat, the same and none are not', async () => {
  let token: string | null = 'first.jwt.x';
  const { socket, clock } = await joined({
    accessToken: async () => {
      if (token === 'error') throw new Error('storage');
      return token;
    },
  });
  const pass = async (next: string | null) => {
    token = next;
    await clock.advance(25_000);
    socket.sayRaw('');
    return socket.sent.filter(([, , , event]) => event === 'access_token');
  };
  expect(await pass('first.jwt.x')).toEqual([]);
  const second = ['1', '4', TOPIC, 'access_token', { access_token: 'second.jwt.x' }];
  expect(await pass('second.jwt.x')).toEqual([second]);
  expect(await pass('second.jwt.x')).toEqual([second]);
  expect(await pass(null)).toEqual([second]);
  expect(await pass('error')).toEqual([second]);
});

test('who stops on hearing of a loss is not called back', async () => {
  const { live, handlers, clock, sockets, environment } = setup();
  const stop = live.listen('support-chat:abc', {
    ...handlers,
    onJoined: (joined) => {
      if (!joined) stop();
    },
  });
  await settle();
  sockets.at(-1)!.accept();
  sockets.at(-1)!.onclose?.({});
  expect([clock.pending, environment.listeners]).toEqual([0, 0]);
});
