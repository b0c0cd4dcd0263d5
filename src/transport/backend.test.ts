// The real client code against the real SQL, over real sockets.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Backend, startBackend } from '../../demo/backend/server.ts';
import { createClock } from '../browser/clock.ts';
import type { AgentDesk } from '../core/agent-desk.ts';
import type { ChatError } from '../core/errors.ts';
import type { AgentConnection, LiveEvent } from '../core/ports.ts';
import { FakeEnvironment, FakeStorage } from '../core/testing/fake-browser.ts';
import { loneTab } from '../core/testing/lone-tab.ts';
import type { VisitorChat } from '../core/visitor-chat.ts';
import { connectAgent } from './connect-agent.ts';
import { connectVisitor } from './connect-visitor.ts';
import { createLiveChannel, type LiveChannelOptions } from './live-channel.ts';
import { parseSession } from './rows.ts';
import { createRpc } from './rpc.ts';
import { createVisitorApi } from './visitor-api.ts';

const transport = WebSocket as unknown as NonNullable<LiveChannelOptions<never>['transport']>;
const PASSWORD = 'a-long-password';
const PEOPLE = ['ada@example.com', 'bo@example.com', 'nobody@example.com'] as const;

let backend: Backend;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  backend = await startBackend();
  for (const email of PEOPLE) await backend.signUp(email, PASSWORD);
  for (const email of PEOPLE.slice(0, 2)) {
    await backend.database.query(
      `insert into support_chat.agents (user_id, display_name)
       select id, initcap(split_part(email, '@', 1)) from auth.users where email = $1`,
      [email],
    );
  }
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  backend.faults.reset();
});

afterAll(async () => {
  await backend?.close();
});

function browser(storage = new FakeStorage()) {
  return { storage, environment: new FakeEnvironment(), clock: createClock(), openTabs: () => loneTab };
}

function openChat(own = browser()): VisitorChat {
  const chat = connectVisitor({ url: backend.url, key: backend.publishableKey, transport }, own);
  undo.push(() => chat.stop());
  chat.start();
  chat.setOpen(true);
  return chat;
}

function connectDesk(own = browser()): AgentConnection {
  const connection = connectAgent({ url: backend.url, key: backend.publishableKey, transport }, own);
  undo.push(() => connection.close());
  return connection;
}

async function openDesk(email: string = PEOPLE[0]): Promise<AgentDesk> {
  const connection = connectDesk();
  await connection.auth.signIn(email, PASSWORD);
  const desk = connection.openDesk();
  undo.push(() => desk.stop());
  desk.start();
  await until(() => desk.state.phase === 'ready' || desk.state.phase === 'failed');
  return desk;
}

async function until(condition: () => boolean, within = 15_000): Promise<void> {
  const end = Date.now() + within;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not within ${within} ms: ${condition}`);
    await sleep(10);
  }
}

const texts = (driver: VisitorChat | AgentDesk) =>
  driver.state.messages.flatMap(({ kind, content }) => (kind === 'event' ? [] : [content]));

test('a message reaches the agent, the answer comes back, and closing shows on both sides', async () => {
  const desk = await openDesk();
  await until(() => desk.state.connection === 'live');
  await desk.showTab('unassigned');

  const chat = openChat();
  await until(() => chat.state.phase === 'ready');
  const question = `Where is my order ${crypto.randomUUID()}?`;
  await chat.send(question);
  await until(() => chat.state.messages[0]?.status === 'sent');
  await until(() => desk.state.inbox.some(({ preview }) => preview === question));
  await until(() => chat.state.connection === 'live');

  const waiting = desk.state.inbox.find(({ preview }) => preview === question);
  await desk.select(waiting?.id ?? '');
  expect(texts(desk)).toEqual([question]);
  await desk.assign(desk.state.me?.id ?? '');
  expect(desk.state.current?.status).toBe('assigned');
  await desk.send('On its way.', 'text');
  await until(() => texts(chat).includes('On its way.'));
  expect(chat.state.current?.agent?.name).toBe('Ada');

  await desk.send('A careful customer.', 'note');
  await desk.send('Anything else?', 'text');
  await until(() => texts(chat).includes('Anything else?'));
  expect(texts(chat)).toEqual([question, 'On its way.', 'Anything else?']);
  expect(texts(desk)).toEqual([question, 'On its way.', 'A careful customer.', 'Anything else?']);

  await until(() => (desk.state.current?.seenSeq ?? 0) >= (desk.state.messages.at(-1)?.seq ?? 1));
  await desk.close();
  await until(() => chat.state.current?.status === 'closed');
  await chat.rate(5, 'Quick!');
  await until(() => desk.state.current?.rating === 5);
  await chat.reopenConversation();
  await until(() => desk.state.current?.status !== 'closed');
});

test('a reload brings everything back', async () => {
  const own = browser();
  const chat = openChat(own);
  await chat.send('first');
  await chat.send('second');
  await until(() => chat.state.messages.filter(({ status }) => status === 'sent').length === 2);
  chat.stop();
  const again = openChat(browser(own.storage));
  await until(() => again.state.phase === 'ready');
  expect(texts(again)).toEqual(['first', 'second']);
});

test('a lost answer makes one message all the same', async () => {
  const chat = openChat();
  backend.faults.loseAnswers({ name: 'chat_start' });
  await chat.send('once');
  await until(() => chat.state.messages[0]?.status === 'sent');
  backend.faults.loseAnswers({ name: 'chat_send' });
  await chat.send('twice');
  await until(() => chat.state.messages.at(-1)?.status === 'sent');
  expect(texts(chat)).toEqual(['once', 'twice']);
});

test('two agents who take the same conversation learn who won', async () => {
  const chat = openChat();
  const question = `Who takes me ${crypto.randomUUID()}?`;
  await chat.send(question);
  await until(() => chat.state.current !== null);
  const id = chat.state.current?.id ?? '';
  const [ada, bo] = await Promise.all([openDesk(PEOPLE[0]), openDesk(PEOPLE[1])]);
  await Promise.all([ada.select(id), bo.select(id)]);
  await Promise.all([ada.assign(ada.state.me?.id ?? ''), bo.assign(bo.state.me?.id ?? '')]);
  const notices = [ada, bo].flatMap((desk) => (desk.state.notice ? [desk.state.notice] : []));
  expect(notices).toHaveLength(1);
  await until(() => ada.state.current?.agent?.name === bo.state.current?.agent?.name);
  expect(notices[0]).toMatchObject({
    action: 'assign',
    error: { code: 'conflict' },
    winner: ada.state.current?.agent?.name,
  });
});

test('typing shows on the other side', async () => {
  const chat = openChat();
  await chat.send('hello');
  await until(() => chat.state.connection === 'live');
  const desk = await openDesk();
  await until(() => desk.state.connection === 'live');
  await desk.select(chat.state.current?.id ?? '');
  desk.noteTyping();
  await until(() => chat.state.typing === 'Ada');
  // Visitors' typing is worth a broadcast only while an agent looks, which presence tells.
  await sleep(1_000);
  chat.noteTyping();
  await until(() => desk.state.visitorTyping);
});

test('a wrong password is refused, a signed-in stranger gets no desk', async () => {
  const { auth } = connectDesk();
  await until(() => auth.state !== 'unknown');
  expect(auth.state).toBe('signed-out');
  await expect(auth.signIn(PEOPLE[0], 'wrong')).rejects.toMatchObject({ code: 'unauthorized' });
  const stranger = await openDesk(PEOPLE[2]);
  expect(stranger.state).toMatchObject({ phase: 'failed', error: { code: 'forbidden' } });
});

test('a sign-in is remembered until sign-out', async () => {
  const storage = new FakeStorage();
  const first = connectDesk(browser(storage));
  await first.auth.signIn(PEOPLE[0], PASSWORD);
  const second = connectDesk(browser(storage));
  await until(() => second.auth.state === 'signed-in');
  expect(second.auth.email).toBe(PEOPLE[0]);
  await second.auth.signOut();
  expect(second.auth.state).toBe('signed-out');
  expect([...storage.values.keys()].filter((key) => key.endsWith(':agent'))).toEqual([]);
});

test('refusals of the database arrive as codes', async () => {
  const rpc = createRpc({ url: backend.url, key: backend.publishableKey, refusedJwt: 'unavailable' });
  const api = createVisitorApi(rpc);
  const token = `sv1_${createClock().secret(32)}`;
  const code = async (call: Promise<unknown>) =>
    call.then(
      () => 'none',
      (error: ChatError) => error.code,
    );
  const start = {
    sessionClientId: crypto.randomUUID(),
    clientId: crypto.randomUUID(),
    page: null,
    profile: null,
  };
  const { session } = await api.start(token, { ...start, content: 'hello' });
  expect(await code(api.sync(`sv1_${createClock().secret(32)}`, [], null))).toBe('unauthorized');
  expect(await code(api.send(token, crypto.randomUUID(), crypto.randomUUID(), 'x'))).toBe('not-found');
  expect(await code(api.send(token, session.id, crypto.randomUUID(), 'x'.repeat(100_000)))).toBe('too-long');
  expect(await code(api.rate(token, session.id, 99, null))).toMatch(/invalid|conflict/);
  expect(await code(rpc('chat_nothing' as 'chat_open', {}))).toBe('not-installed');
  expect(await code(rpc('desk_open', {}))).toBe('unauthorized');
  backend.faults.failCalls({ name: 'chat_sync' });
  expect(await code(api.sync(token, [], null))).toBe('unavailable');
  const wrongKey = createRpc({ url: backend.url, key: 'sb_publishable_wrong', refusedJwt: 'unavailable' });
  expect(await code(wrongKey('chat_open', {}))).toBe('not-configured');
  const nobody = createRpc({ url: 'http://localhost:1', key: 'sb_publishable_x', refusedJwt: 'unavailable' });
  expect(await code(nobody('chat_open', {}))).toBe('offline');
});

// The channel alone

async function listening(environment = new FakeEnvironment()) {
  const api = createVisitorApi(
    createRpc({ url: backend.url, key: backend.publishableKey, refusedJwt: 'unavailable' }),
  );
  const token = `sv1_${createClock().secret(32)}`;
  const start = {
    sessionClientId: crypto.randomUUID(),
    clientId: crypto.randomUUID(),
    page: null,
    profile: null,
  };
  const { topic, session } = await api.start(token, { ...start, content: 'hello' });
  const heard = { joins: 0, losses: 0, ready: 0, events: [] as LiveEvent<typeof session>[] };
  const live = createLiveChannel({
    url: backend.url,
    key: backend.publishableKey,
    parseSession,
    clock: createClock(),
    environment,
    tabs: loneTab,
    transport,
  });
  const stop = live.listen(topic, {
    onJoined(joined) {
      if (joined) heard.joins += 1;
      else heard.losses += 1;
    },
    onReady() {
      heard.ready += 1;
    },
    onEvent(event) {
      heard.events.push(event);
    },
  });
  undo.push(stop);
  const say = (content: string) => api.send(token, session.id, crypto.randomUUID(), content);
  const contents = () =>
    heard.events.flatMap((event) => (event.type === 'message' ? [event.message.content] : []));
  return { heard, live, stop, say, contents, topic };
}

test('the channel joins, tells when delivery is ready, and delivers', async () => {
  const { heard, say, contents } = await listening();
  await until(() => heard.joins === 1 && heard.ready === 1);
  await say('live');
  await until(() => contents().includes('live'));
});

test('a cut connection is joined again, and delivers', async () => {
  const { heard, say, contents } = await listening();
  await until(() => heard.joins === 1);
  backend.faults.dropSockets();
  await until(() => heard.losses === 1);
  await until(() => heard.joins === 2);
  await say('after the cut');
  await until(() => contents().includes('after the cut'));
});

test('a channel that the server closes for good is made anew', async () => {
  const { heard, say, contents } = await listening();
  await until(() => heard.joins === 1);
  backend.faults.endChannels('Token has expired 1 seconds ago');
  await until(() => heard.joins === 2);
  await say('after the close');
  await until(() => contents().includes('after the close'));
});

test('a refused join is tried again', async () => {
  backend.faults.refuseJoins(1);
  const { heard } = await listening();
  await until(() => heard.joins === 1);
  expect(heard.losses).toBe(0);
});

test('a wake does not wait for the next try', async () => {
  const environment = new FakeEnvironment();
  const { heard } = await listening(environment);
  await until(() => heard.joins === 1);
  backend.faults.goAway();
  await until(() => heard.losses === 1);
  await sleep(4_000);
  backend.faults.comeBack();
  const before = Date.now();
  environment.wake();
  await until(() => heard.joins === 2);
  expect(Date.now() - before).toBeLessThan(1_500);
});

test('nothing is delivered to who stopped listening, and the socket is closed', async () => {
  const { heard, say, stop, contents } = await listening();
  await until(() => heard.joins === 1);
  stop();
  await say('too late');
  await sleep(500);
  expect(contents()).toEqual([]);
  expect(backend.faults.dropSockets()).toBe(0);
});

test('listening again right after stopping works', async () => {
  const { heard, live, stop, topic } = await listening();
  await until(() => heard.joins === 1);
  stop();
  let joined = false;
  undo.push(live.listen(topic, { onJoined: (now) => (joined = now), onReady: () => {}, onEvent: () => {} }));
  await until(() => joined);
});
