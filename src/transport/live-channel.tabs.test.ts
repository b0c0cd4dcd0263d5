// Between tabs: the one that leads holds the socket and tells the others what it hears.
import { expect, test } from 'vitest';
import type { TabMember, Tabs } from '../core/ports.ts';
import { FakeEnvironment } from '../core/testing/fake-browser.ts';
import { FakeClock, settle } from '../core/testing/fake-clock.ts';
import { createLiveChannel } from './live-channel.ts';
import { fakeTransport } from './testing/fake-web-socket.ts';

const TOPIC = 'support-chat:abc';

class GivenTabs implements Tabs {
  leads = false;
  readonly told: unknown[] = [];
  readonly #members = new Set<TabMember>();

  enter(member: TabMember): () => void {
    this.#members.add(member);
    return () => this.#members.delete(member);
  }

  tell(message: unknown): void {
    this.told.push(message);
  }

  claim(): void {}

  get members(): number {
    return this.#members.size;
  }

  setLeads(leads: boolean): void {
    this.leads = leads;
    for (const member of [...this.#members]) member.onLead();
  }

  hear(message: unknown): void {
    for (const member of [...this.#members]) member.onMessage(message);
  }
}

async function setup({ leads }: { leads: boolean }) {
  const [clock, environment] = [new FakeClock(), new FakeEnvironment()];
  const tabs = new GivenTabs();
  tabs.leads = leads;
  const { transport, sockets } = fakeTransport();
  const heard: unknown[] = [];
  const live = createLiveChannel<never>({
    url: 'https://abcd.supabase.co',
    key: 'sb_publishable_abc',
    parseSession: (value) => value as never,
    clock,
    environment,
    tabs,
    transport,
  });
  const stop = live.listen(TOPIC, {
    onJoined: (joined) => void heard.push(joined ? 'joined' : 'lost'),
    onReady: () => void heard.push('ready'),
    onEvent: (event) => void heard.push('session' in event ? event.session : event.type),
  });
  await settle();
  return { tabs, sockets, heard, stop, clock, environment };
}

test('a tab that does not lead opens no socket, and asks how things are', async () => {
  const { tabs, sockets, heard } = await setup({ leads: false });
  expect(sockets).toEqual([]);
  expect(tabs.told).toEqual([{ topic: TOPIC, live: 'listening' }]);
  tabs.hear({ topic: TOPIC, live: 'joined' });
  tabs.hear({ topic: TOPIC, live: 'ready' });
  tabs.hear({ topic: TOPIC, live: 'broadcast', event: 'session', payload: { session: 7 } });
  tabs.hear({ topic: TOPIC, live: 'lost' });
  expect(heard).toEqual(['joined', 'ready', 7, 'lost']);
});

test('a tab that does not lead asks until it hears that all is well, and again where it may have missed word', async () => {
  const { tabs, clock, environment, stop } = await setup({ leads: false });
  const asked = () => tabs.told.length;
  await clock.advance(4_000);
  expect(asked()).toBe(3);
  tabs.hear({ topic: TOPIC, live: 'joined' });
  await clock.advance(120_000);
  expect(asked()).toBe(3);
  // Perhaps from a tab that leads no more, and later than the word of the one that does.
  tabs.hear({ topic: TOPIC, live: 'lost' });
  await clock.advance(1_000);
  expect(asked()).toBe(4);
  tabs.hear({ topic: TOPIC, live: 'joined' });
  environment.wake();
  expect(asked()).toBe(5);
  stop();
  await clock.advance(120_000);
  expect(asked()).toBe(5);
});

test('the leader tells what it hears, and when it hears nothing more', async () => {
  const { tabs, sockets, heard } = await setup({ leads: true });
  sockets[0]!.accept();
  sockets[0]!.broadcast('session', { session: 7 });
  sockets[0]!.onclose?.({});
  expect(heard).toEqual(['joined', 7, 'lost']);
  expect(tabs.told).toEqual([
    { topic: TOPIC, live: 'joined' },
    { topic: TOPIC, live: 'broadcast', event: 'session', payload: { session: 7 } },
    { topic: TOPIC, live: 'lost' },
  ]);
});

test('the leader answers who begins to listen', async () => {
  const { tabs, sockets, heard } = await setup({ leads: true });
  tabs.hear({ topic: TOPIC, live: 'listening' });
  sockets[0]!.accept();
  tabs.hear({ topic: TOPIC, live: 'listening' });
  expect(tabs.told.slice(0, 1)).toEqual([{ topic: TOPIC, live: 'lost' }]);
  expect(tabs.told.slice(-1)).toEqual([{ topic: TOPIC, live: 'joined' }]);
  expect(heard).toEqual(['joined']);
});

test('a leader that hears of another topic asks the database which one it is', async () => {
  const { tabs, heard } = await setup({ leads: true });
  tabs.hear({ topic: 'support-chat:new', live: 'listening' });
  expect(heard).toEqual(['resync']);
});

test('a tab listens to nothing of another topic', async () => {
  const { tabs, heard } = await setup({ leads: false });
  tabs.hear({ topic: 'support-chat:other', live: 'joined' });
  tabs.hear({ topic: 'support-chat:other', live: 'broadcast', event: 'session', payload: { session: 7 } });
  expect(heard).toEqual([]);
});

test('who comes to lead opens a socket and joins anew; who ceases to closes it', async () => {
  const { tabs, sockets, heard } = await setup({ leads: false });
  tabs.hear({ topic: TOPIC, live: 'joined' });
  tabs.setLeads(true);
  await settle();
  sockets[0]!.accept();
  expect(heard).toEqual(['joined', 'lost', 'joined']);
  tabs.setLeads(false);
  expect(sockets[0]!.closed).toBe(true);
  expect(heard).toEqual(['joined', 'lost', 'joined', 'lost']);
  expect(tabs.told.at(-1)).toEqual({ topic: TOPIC, live: 'listening' });
});

test('nonsense between tabs is ignored, and an event nobody understands is fetched', async () => {
  const { tabs, heard } = await setup({ leads: false });
  const nonsense = [
    null,
    7,
    'joined',
    [],
    {},
    { live: 'joined' },
    { topic: TOPIC },
    { topic: TOPIC, live: {} },
  ];
  for (const message of [...nonsense, { topic: TOPIC, live: 'broadcast', event: 7 }]) tabs.hear(message);
  expect(heard).toEqual([]);
  tabs.hear({ topic: TOPIC, live: 'broadcast', event: 'message', payload: { message: 'x' } });
  expect(heard).toEqual(['resync']);
});

test('who stops leaves the others', async () => {
  const { tabs, sockets, stop } = await setup({ leads: true });
  stop();
  expect(tabs.members).toBe(0);
  expect(sockets[0]!.closed).toBe(true);
});
