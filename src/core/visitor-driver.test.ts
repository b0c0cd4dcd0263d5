import { expect, test } from 'vitest';
import { ChatError } from './errors.ts';
import type { ChatSession } from './model.ts';
import { FakeDisk, FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { follower, loneTab } from './testing/lone-tab.ts';
import { message, session } from './testing/samples.ts';
import { VisitorScript } from './testing/visitor-script.ts';
import type { VisitorChatEvent } from './visitor-chat.ts';
import { createVisitorChat } from './visitor-driver.ts';

const TOKEN = `sv1_${'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'}`;
const KEY = 'support-chat:demo:visitor';

function setup(script = new VisitorScript(), storage = new FakeStorage(), tabs = loneTab) {
  const clock = new FakeClock();
  const environment = new FakeEnvironment();
  const live = new FakeLive<ChatSession>();
  const chat = createVisitorChat({
    api: script.api,
    live,
    storage,
    environment,
    clock,
    tabs,
    storagePrefix: 'support-chat:demo',
  });
  const events: VisitorChatEvent[] = [];
  chat.onEvent((event) => events.push(event));
  return { chat, script, storage, clock, environment, live, events };
}

/** A visitor who chatted before, whose window is open and joined. */
async function returning(said = 3) {
  const script = new VisitorScript();
  script.token = TOKEN;
  for (let index = 0; index < said; index += 1) script.say(`message ${index + 1}`);
  script.change({ unread: 0, readSeq: said });
  const storage = new FakeStorage();
  storage.values.set(KEY, JSON.stringify({ token: TOKEN, activeAt: Date.parse('2026-11-23T09:00:00Z') }));
  const all = setup(script, storage);
  all.chat.start();
  all.chat.setOpen(true);
  await settle();
  all.live.join();
  await settle();
  return all;
}

const texts = (chat: ReturnType<typeof setup>['chat']) => chat.state.messages.map(({ content }) => content);
const statuses = (chat: ReturnType<typeof setup>['chat']) => chat.state.messages.map(({ status }) => status);

test('a visitor who never chatted causes no request, no socket and no storage', async () => {
  const { chat, script, storage, live, clock } = setup();
  chat.start();
  await clock.advance(600_000);
  expect(script.calls).toEqual([]);
  expect(live.topics).toEqual([]);
  expect(storage.writes).toBe(0);
});

test('opening the window asks once and stores nothing', async () => {
  const { chat, script, storage, live } = setup();
  chat.start();
  chat.setOpen(true);
  expect(chat.state.phase).toBe('loading');
  await settle();
  expect(chat.state.phase).toBe('ready');
  expect(script.calls).toEqual(['open']);
  expect(storage.writes).toBe(0);
  expect(live.topics).toEqual([]);
});

test('a token of a recently active conversation connects without an open window', async () => {
  const { live, script, chat } = await (async () => {
    const all = await returning();
    all.chat.stop();
    const again = setup(all.script, all.storage);
    again.chat.start();
    await settle();
    return again;
  })();
  expect(script.count('open')).toBe(2);
  expect(live.topic).toBe('support-chat:one');
  expect(chat.state.sessions).toHaveLength(1);
});

test('an old token waits for the window', async () => {
  const storage = new FakeStorage();
  storage.values.set(KEY, JSON.stringify({ token: TOKEN, activeAt: 0 }));
  const { chat, script } = setup(new VisitorScript(), storage);
  chat.start();
  await settle();
  expect(script.calls).toEqual([]);
});

test.each(['', 'null', '[]', '{"token":"sv1_short","activeAt":1}', '{"token":7}', 'x{'])(
  'a damaged stored token (%s) is discarded',
  async (value) => {
    const storage = new FakeStorage();
    storage.values.set(KEY, value);
    const { chat, script } = setup(new VisitorScript(), storage);
    chat.start();
    await settle();
    expect(script.calls).toEqual([]);
    expect(storage.get(KEY)).toBeNull();
  },
);

test('the first message is shown at once, makes the visitor and connects', async () => {
  const { chat, script, storage, live, events } = setup();
  chat.start();
  chat.setOpen(true);
  await settle();
  await chat.send(' Hello ');
  expect(texts(chat)).toEqual(['Hello']);
  expect(statuses(chat)).toEqual(['sending']);
  expect(storage.get(KEY)).toContain('sv1_');
  await settle();
  expect(statuses(chat)).toEqual(['sent']);
  expect(chat.state.current?.id).toBe('s1');
  expect(script.calls).toEqual(['open', 'start']);
  expect(live.topic).toBe('support-chat:one');
  expect(events).toMatchObject([{ type: 'message', direction: 'out' }]);
  expect(storage.get('support-chat:demo:unsent')).toBeNull();
});

test('messages written before the conversation exists follow in order', async () => {
  const { chat, script } = setup();
  chat.start();
  const release = script.hold('start');
  await chat.send('one');
  await chat.send('two');
  await chat.send('three');
  await settle();
  expect(script.calls).toEqual(['start']);
  release();
  await settle();
  expect(script.calls).toEqual(['start', 'send', 'send']);
  expect(script.messages.map(({ content }) => content)).toEqual(['one', 'two', 'three']);
  expect(statuses(chat)).toEqual(['sent', 'sent', 'sent']);
});

test('a new conversation that is begun while the page loads stays on screen', async () => {
  const script = new VisitorScript();
  script.token = TOKEN;
  script.say('from last week');
  const storage = new FakeStorage();
  storage.values.set(KEY, JSON.stringify({ token: TOKEN, activeAt: Date.parse('2026-11-23T09:00:00Z') }));
  const { chat } = setup(script, storage);
  const release = script.hold('open');
  chat.start();
  chat.setOpen(true);
  chat.startConversation();
  release();
  await settle();
  expect(chat.state.phase).toBe('ready');
  expect(chat.state.sessions).toHaveLength(1);
  expect(chat.state.current).toBeNull();
});

test('blank and invisible text does nothing', async () => {
  const { chat, script, storage } = setup();
  chat.start();
  for (const text of ['', '  \n', '\u200b\u2060', '\u0000']) await chat.send(text);
  await settle();
  expect(script.calls).toEqual([]);
  expect(storage.writes).toBe(0);
});

test('lone surrogates and NUL never reach the server', async () => {
  const { chat, script } = setup();
  chat.start();
  await chat.send('a\ud800b\u0000c 😀');
  await settle();
  expect(script.messages[0]?.content).toBe('a\ufffdbc 😀');
});

test('text over the limit is refused and the draft stays', async () => {
  const { chat, script } = setup();
  chat.start();
  chat.setOpen(true);
  await settle();
  const long = '😀'.repeat(101);
  chat.setDraft(long);
  await expect(chat.send(long)).rejects.toMatchObject({ code: 'too-long' });
  expect(chat.draft).toBe(long);
  expect(chat.state.messages).toEqual([]);
  expect(script.calls).toEqual(['open']);
});

test('a refused send fails, keeps its text and is retried under the same key', async () => {
  const { chat, script, events } = await returning(1);
  script.fail('send', 'forbidden');
  await chat.send('hello');
  await settle();
  const failed = chat.state.messages.at(-1);
  expect(failed).toMatchObject({ content: 'hello', status: 'failed', error: 'forbidden' });
  expect(events.at(-1)).toMatchObject({ type: 'error' });
  await chat.retry(failed?.clientId ?? '');
  await settle();
  expect(chat.state.messages.at(-1)).toMatchObject({ clientId: failed?.clientId, status: 'sent' });
});

test.each(['offline', 'unavailable'] as const)(
  'a send that does not get through (%s) goes on by itself, for as long as it takes',
  async (code) => {
    const { chat, script, clock, events } = await returning(1);
    script.fail('send', code, 20);
    await chat.send('hello');
    await chat.send('and again');
    await clock.advance(300_000);
    expect(statuses(chat).slice(1)).toEqual(['sending', 'sending']);
    await clock.advance(300_000);
    expect(texts(chat)).toEqual(['message 1', 'hello', 'and again']);
    expect(statuses(chat)).toEqual(['sent', 'sent', 'sent']);
    // The page hears of it once, not with every try.
    expect(events.filter(({ type }) => type === 'error')).toHaveLength(1);
  },
);

test('tries to send come soon at first and at least twice a minute later', async () => {
  const { chat, script, clock } = await returning(1);
  script.fail('send', 'offline', 999);
  await chat.send('hello');
  await settle();
  await clock.advance(1_200);
  expect(script.count('send')).toBe(2);
  await clock.advance(600_000);
  const before = script.count('send');
  await clock.advance(60_000);
  expect(script.count('send') - before).toBeGreaterThanOrEqual(2);
});

test('what waits for a way goes at once when the page wakes, joins or syncs', async () => {
  for (const way of ['wake', 'join', 'resync'] as const) {
    const { chat, script, live, environment, clock } = await returning(1);
    script.fail('send', 'offline', 8);
    await chat.send('hello');
    await clock.advance(60_000);
    script.fail('send', 'offline', 0);
    if (way === 'wake') environment.wake();
    else if (way === 'join') live.join();
    else live.deliver({ type: 'resync' });
    await settle();
    expect(statuses(chat)).toEqual(['sent', 'sent']);
  }
});

test('too much at once waits as long as the server asks, whatever happens, and says until when', async () => {
  const { chat, script, clock, environment, events } = await returning(1);
  script.fail('send', 'rate-limited', 1, 20);
  await chat.send('hello');
  await settle();
  expect(chat.state.resumesAt).toBe(clock.now() + 20_000);
  expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'rate-limited' } });
  environment.wake();
  await clock.advance(19_000);
  expect(script.count('send')).toBe(1);
  expect(statuses(chat)).toEqual(['sent', 'sending']);
  await clock.advance(2_000);
  expect(statuses(chat)).toEqual(['sent', 'sent']);
  expect(chat.state.resumesAt).toBeNull();
});

test.each(['send', 'start'] as const)('a lost answer to %s makes one message all the same', async (name) => {
  const all = name === 'send' ? await returning(1) : setup();
  const { chat, script, clock } = all;
  chat.start();
  const before = script.messages.length;
  script.loseAnswer(name);
  await chat.send('hello');
  await settle();
  expect(statuses(chat).at(-1)).toBe('sending');
  await clock.advance(1_500);
  expect(script.messages).toHaveLength(before + 1);
  expect(texts(chat).filter((text) => text === 'hello')).toHaveLength(1);
  expect(statuses(chat).at(-1)).toBe('sent');
});

test('a first message whose answer got lost is found by itself, and answers to it are heard', async () => {
  const { chat, script, live, clock } = setup();
  chat.start();
  chat.setOpen(true);
  await settle();
  script.loseAnswer('start');
  await chat.send('hello');
  await settle();
  expect(statuses(chat)).toEqual(['sending']);
  script.say('an answer');
  await clock.advance(3_500);
  expect(texts(chat)).toEqual(['hello', 'an answer']);
  expect(statuses(chat)).toEqual(['sent', 'sent']);
  expect(live.topic).toBe('support-chat:one');
});

test('a window that is opened again looks for a first message without an answer', async () => {
  const { chat, script } = setup();
  chat.start();
  chat.setOpen(true);
  await settle();
  chat.setOpen(false);
  script.loseAnswer('start');
  await chat.send('hello');
  await settle();
  chat.setOpen(true);
  await settle();
  expect(statuses(chat)).toEqual(['sent']);
});

test('what arrived long ago leaves no second bubble at the end when it is sent again', async () => {
  const { chat, script, storage } = await returning(1);
  script.loseAnswer('send');
  await chat.send('hello');
  await settle();
  chat.stop();
  for (let index = 0; index < 60; index += 1) script.say(`later ${index}`);

  const again = setup(script, storage);
  again.chat.start();
  again.chat.setOpen(true);
  await settle();
  expect(texts(again.chat)).not.toContain('hello');
  await again.chat.loadEarlier();
  expect(texts(again.chat).slice(0, 2)).toEqual(['message 1', 'hello']);
  expect(again.chat.state.messages).toHaveLength(62);
});

test('a sync that finds the message ends its wait', async () => {
  const { chat, script, live } = await returning(1);
  script.loseAnswer('send');
  await chat.send('hello');
  await settle();
  live.deliver({ type: 'resync' });
  await settle();
  expect(texts(chat)).toEqual(['message 1', 'hello']);
  expect(statuses(chat)).toEqual(['sent', 'sent']);
});

test('when a message fails, those behind it wait with it', async () => {
  const { chat, script } = await returning(1);
  const release = script.hold('send');
  script.fail('send', 'forbidden');
  await chat.send('one');
  await chat.send('two');
  release();
  await settle();
  expect(statuses(chat)).toEqual(['sent', 'failed', 'failed']);
  expect(script.count('send')).toBe(1);
});

test('a failed message can be dropped', async () => {
  const { chat, script } = await returning(1);
  script.fail('send', 'forbidden');
  await chat.send('never mind');
  await settle();
  chat.discard(chat.state.messages.at(-1)?.clientId ?? '');
  expect(texts(chat)).toEqual(['message 1']);
});

/** The page after one on which a first message failed. */
async function nextPage(code: ChatError['code']) {
  const { chat, script, storage } = setup();
  chat.start();
  // Fake ids begin anew with every page; this one is not the next page's first.
  chat.startConversation();
  script.fail('start', code);
  await chat.send('kept');
  await settle();
  chat.stop();
  const again = setup(script, storage);
  again.chat.start();
  again.chat.setOpen(true);
  await settle();
  return again;
}

test('unsent messages survive a reload and go on by themselves', async () => {
  const again = await nextPage('offline');
  expect(again.chat.state.messages).toMatchObject([{ content: 'kept', status: 'sent' }]);
});

test('a refused message is still refused after a reload', async () => {
  const again = await nextPage('forbidden');
  expect(again.chat.state.messages).toMatchObject([{ status: 'failed', error: 'forbidden' }]);
  again.chat.discard(again.chat.state.messages[0]?.clientId ?? '');
  expect(again.storage.keys('support-chat:demo:unsent')).toEqual([]);
});

test('a message that waits to be sent is sent by the next page without its window', async () => {
  const { chat, script, storage, clock } = setup();
  chat.start();
  chat.startConversation();
  script.fail('start', 'offline', 99);
  await chat.send('kept');
  await clock.advance(8 * 24 * 3_600_000);
  chat.stop();
  script.fail('start', 'offline', 0);

  const again = setup(script, storage);
  again.chat.start();
  await settle();
  expect(script.messages).toMatchObject([{ content: 'kept' }]);
  expect(again.live.topic).toBe('support-chat:one');
});

test('what an earlier page could not send and what is said now are one conversation', async () => {
  const { chat, script, storage } = setup();
  chat.start();
  // Fake ids begin anew with every page; this one is not the next page's first.
  chat.startConversation();
  script.fail('start', 'offline', 99);
  await chat.send('before');
  await settle();
  chat.stop();

  const again = setup(script, storage);
  again.chat.start();
  expect(texts(again.chat)).toEqual(['before']);
  await again.chat.send('after');
  expect(texts(again.chat)).toEqual(['before', 'after']);
});

test('what two tabs say before a conversation exists is one conversation', async () => {
  const disk = new FakeDisk();
  const script = new VisitorScript();
  const here = setup(script, new FakeStorage(disk));
  const there = setup(script, new FakeStorage(disk));
  // Fake ids begin anew in every tab; these are none of the other's.
  for (let used = 0; used < 50; used += 1) there.clock.uuid();
  there.chat.startConversation();
  for (const { chat } of [here, there]) chat.start();
  const release = script.hold('start');
  there.chat.setDraft('two');
  await here.chat.send('one');
  expect(texts(there.chat)).toEqual(['one']);
  expect(there.chat.draft).toBe('two');
  await there.chat.send('two');
  expect(texts(here.chat)).toEqual(['one', 'two']);
  release();
  await settle();
  expect(script.messages.map(({ content }) => content)).toEqual(['one', 'two']);
});

test('what was begun here stays here when another tab begins something as well', async () => {
  const disk = new FakeDisk();
  const here = setup(new VisitorScript(), new FakeStorage(disk));
  const there = setup(new VisitorScript(), new FakeStorage(disk));
  for (let used = 0; used < 50; used += 1) there.clock.uuid();
  there.chat.startConversation();
  for (const { chat, script } of [here, there]) {
    chat.start();
    script.fail('start', 'offline', 99);
  }
  // Neither has heard of the other when it begins.
  const late: (() => void)[] = [];
  disk.bring = (deliver) => late.push(deliver);
  await here.chat.send('here');
  await there.chat.send('there');
  for (const deliver of late) deliver();
  expect([texts(here.chat), texts(there.chat)]).toEqual([['here'], ['there']]);
});

/** Two tabs of one browser, of which the second one sends. */
function twoTabs(second = loneTab) {
  const disk = new FakeDisk();
  const script = new VisitorScript();
  const here = setup(script, new FakeStorage(disk), follower);
  const there = setup(script, new FakeStorage(disk), second);
  // Fake ids begin anew in every tab; these are none of the other's.
  for (let used = 0; used < 50; used += 1) there.clock.uuid();
  there.chat.startConversation();
  for (const { chat } of [here, there]) chat.start();
  return { disk, script, here, there };
}

test('a message is announced where it was written, whichever tab has sent it', async () => {
  const { here, there } = twoTabs();
  await here.chat.send('one');
  await settle();
  const told = (tab: typeof here) => tab.events.filter(({ type }) => type === 'message');
  expect(told(here)).toMatchObject([{ direction: 'out', message: { content: 'one' } }]);
  expect(told(there)).toHaveLength(1);
  await here.clock.advance(120_000);
  expect(told(here)).toHaveLength(1);
});

test('a sign-out asks anew who is there, at once or when the window is opened', async () => {
  const { chat, script } = await returning();
  const asked = script.count('open');
  chat.reset();
  await settle();
  expect(script.count('open')).toBe(asked + 1);
  chat.setOpen(false);
  chat.reset();
  await settle();
  expect(script.count('open')).toBe(asked + 1);
  chat.setOpen(true);
  await settle();
  expect(script.count('open')).toBe(asked + 2);
});

test('a sign-out in another tab drops what waits here, though nobody was made for it yet', async () => {
  const { disk, script, here, there } = twoTabs(follower);
  await here.chat.send('private');
  expect(texts(here.chat)).toEqual(['private']);
  const words: (() => void)[] = [];
  disk.bring = (deliver) => words.push(deliver);
  there.chat.reset();
  for (const deliver of words) deliver();
  await settle();
  expect(texts(here.chat)).toEqual([]);
  expect([...here.storage.values.keys()]).toEqual([]);
  expect(script.messages).toEqual([]);
});

test('a page that comes back sends what another one stored while it was told nothing', async () => {
  const { disk, script, here, there } = twoTabs();
  disk.bring = () => {};
  await here.chat.send('one');
  here.chat.stop();
  await settle();
  expect(script.messages).toEqual([]);
  there.environment.wake();
  await settle();
  expect(script.messages.map(({ content }) => content)).toEqual(['one']);
});

test('what another tab discards stays away, though word of that comes late', async () => {
  const { disk, script, here, there } = twoTabs();
  script.fail('start', 'too-long');
  await here.chat.send('too long');
  await settle();
  expect(statuses(here.chat)).toEqual(['failed']);
  there.chat.discard(there.chat.state.messages[0]?.clientId ?? '');
  await here.clock.advance(120_000);
  expect(disk.values.size).toBe(1);
  expect([...disk.values.keys()]).toEqual([KEY]);
});

test('a draft is kept per conversation and across reloads', async () => {
  const { chat, storage, script } = await returning();
  chat.setDraft('for later');
  chat.startConversation();
  expect(chat.draft).toBe('');
  chat.setDraft('something new');
  await chat.select('s1');
  expect(chat.draft).toBe('for later');
  chat.stop();
  const again = setup(script, storage);
  again.chat.start();
  await settle();
  expect(again.chat.draft).toBe('for later');
});

test('a draft of a visitor who was erased is forgotten', async () => {
  const { chat, script, storage } = await returning();
  chat.setDraft('half a secret');
  chat.stop();
  script.token = null;
  script.session = null;
  const again = setup(script, storage);
  again.chat.start();
  again.chat.setOpen(true);
  await settle();
  expect(again.chat.draft).toBe('');
  expect([...storage.values.keys()]).toEqual([]);
});

test('drafts in the conversations of a visitor who is erased now are forgotten', async () => {
  const { chat, script, storage, live } = await returning();
  chat.setDraft('half a secret');
  chat.startConversation();
  chat.setDraft('half a question');
  script.token = null;
  script.session = null;
  live.deliver({ type: 'resync' });
  await settle();
  expect(chat.draft).toBe('half a question');
  expect([...storage.values.keys()]).toEqual(['support-chat:demo:draft:new']);
});

test('a draft of a conversation that is no more goes along, and is left nowhere else', async () => {
  const { chat, script, storage, live } = await returning();
  chat.setDraft('half a sentence');
  script.gone = [chat.state.current?.id ?? ''];
  live.deliver({ type: 'resync' });
  await settle();
  expect(chat.state.current).toBeNull();
  expect(chat.draft).toBe('half a sentence');
  expect([...storage.values.keys()].filter((key) => key.includes(':draft:'))).toEqual([
    'support-chat:demo:draft:new',
  ]);
});

test('a draft whose conversation was closed goes along into a new one', async () => {
  const { chat, script, live } = await returning();
  chat.setDraft('I was just about to say');
  live.deliver({ type: 'session', session: script.change({ status: 'closed' }) });
  await settle();
  expect(chat.draft).toBe('I was just about to say');
  chat.startConversation();
  expect(chat.draft).toBe('I was just about to say');
  await chat.select('s1');
  expect(chat.draft).toBe('');
});

test('what is written while the first message is on its way stays in the text box', async () => {
  const { chat, script } = setup();
  chat.start();
  chat.setOpen(true);
  await settle();
  const release = script.hold('start');
  await chat.send('First');
  chat.setDraft('And then');
  release();
  await settle();
  expect(chat.state.current?.id).toBe('s1');
  expect(chat.draft).toBe('And then');
  chat.startConversation();
  expect(chat.draft).toBe('');
});

test('a draft in an open conversation stays there', async () => {
  const { chat } = await returning();
  chat.setDraft('Later');
  chat.startConversation();
  expect(chat.draft).toBe('');
  await chat.select('s1');
  expect(chat.draft).toBe('Later');
});

test('every join, ready signal, wake, resync and gap is followed by a sync', async () => {
  const { script, live, environment, chat } = await returning();
  expect(script.count('sync')).toBe(1);
  live.ready();
  await settle();
  expect(script.count('sync')).toBe(2);
  live.join();
  await settle();
  expect(script.count('sync')).toBe(3);
  environment.wake();
  await settle();
  expect(script.count('sync')).toBe(4);
  live.deliver({ type: 'resync' });
  await settle();
  expect(script.count('sync')).toBe(5);
  script.say('lost');
  const { session: current, message: latest } = script.say('heard');
  live.deliver({ type: 'message', session: current, message: latest });
  await settle();
  expect(script.count('sync')).toBe(6);
  expect(texts(chat).slice(-2)).toEqual(['lost', 'heard']);
});

test('a session object that is ahead of its messages is a gap too', async () => {
  const { script, live, chat } = await returning();
  const { session: current } = script.say('lost');
  live.deliver({ type: 'session', session: current });
  await settle();
  expect(texts(chat).at(-1)).toBe('lost');
});

test('a lost last message is found within a minute', async () => {
  const { script, clock, chat } = await returning();
  script.say('nobody heard');
  await clock.advance(61_000);
  expect(texts(chat).at(-1)).toBe('nobody heard');
});

test('polling starts after three seconds without a join and stops with one', async () => {
  const { script, live, clock, chat } = await returning();
  live.lose();
  expect(chat.state.connection).toBe('connecting');
  const before = script.count('sync');
  await clock.advance(2_900);
  expect(script.count('sync')).toBe(before);
  await clock.advance(200);
  expect(script.count('sync')).toBe(before + 1);
  expect(chat.state.connection).toBe('polling');
  script.say('by polling');
  await clock.advance(10_000);
  expect(texts(chat).at(-1)).toBe('by polling');
  live.join();
  await settle();
  expect(chat.state.connection).toBe('live');
  const joined = script.count('sync');
  await clock.advance(50_000);
  expect(script.count('sync')).toBe(joined);
});

test('polling slows down to half a minute', async () => {
  const { script, live, clock } = await returning();
  live.lose();
  await clock.advance(300_000);
  const before = script.count('sync');
  await clock.advance(300_000);
  expect(script.count('sync') - before).toBeGreaterThanOrEqual(9);
  expect(script.count('sync') - before).toBeLessThanOrEqual(12);
});

test('a conversation that begins after another ended is looked after every minute, too', async () => {
  const { chat, script, clock } = await returning();
  await chat.closeConversation();
  await settle();
  await clock.advance(120_000);
  const before = script.count('sync');
  await chat.reopenConversation();
  await clock.advance(61_000);
  expect(script.count('sync')).toBe(before + 1);
});

test('a window that opens where nothing can be joined polls at once, whatever was before', async () => {
  const { chat, script, live, clock } = await returning();
  await chat.closeConversation();
  live.lose();
  chat.setOpen(false);
  await clock.advance(600_000);
  const before = script.count('sync');
  chat.setOpen(true);
  await clock.advance(3_500);
  expect(script.count('sync')).toBe(before + 1);
});

test('a new topic in a sync is listened on', async () => {
  const { script, live } = await returning();
  script.topic = 'support-chat:two';
  live.deliver({ type: 'resync' });
  await settle();
  expect(live.topic).toBe('support-chat:two');
  expect(live.topics).toEqual(['support-chat:one', 'support-chat:two']);
});

test('no duplicate, reordered or stale event changes what is shown in the end', async () => {
  const { script, live, chat, events } = await returning();
  const said = Array.from({ length: 6 }, (_, index) => script.say(`news ${index}`));
  for (const index of [3, 3, 0, 5, 1, 0, 4]) {
    const event = said[index];
    if (event) live.deliver({ type: 'message', ...event });
  }
  await settle();
  expect(texts(chat)).toEqual(script.messages.map(({ content }) => content));
  expect(chat.state.current?.rev).toBe(script.session?.rev);
  const heard = events.flatMap((event) => (event.type === 'message' ? [event.message.content] : []));
  expect(heard).toEqual(['news 0', 'news 1', 'news 2', 'news 3', 'news 4', 'news 5']);
});

test('more than a page of missed messages is fetched to the end', async () => {
  const { script, live, chat } = await returning();
  for (let index = 0; index < 350; index += 1) script.say(`missed ${index}`);
  live.deliver({ type: 'resync' });
  await settle();
  await settle();
  expect(chat.state.messages).toHaveLength(353);
});

test('conversations that one sync has no room for come with the next, at once', async () => {
  const { chat, script, live, clock } = await returning();
  const missed = Array.from({ length: 25 }, (_, index) =>
    session({ id: `missed-${index}`, clientId: `missed-${index}`, rev: 1, lastSeq: 0 }),
  );
  const sync = script.api.sync;
  script.api.sync = async (token, known, page) => {
    const ids = new Set(known.map(({ id }) => id));
    const newer = missed.filter(({ id }) => !ids.has(id)).slice(0, 20);
    return {
      ...(await sync(token, known, page)),
      sessions: newer.map((one) => ({ session: one, messages: [] })),
    };
  };
  const before = script.count('sync');
  live.deliver({ type: 'resync' });
  await settle();
  expect(chat.state.sessions).toHaveLength(26);
  await clock.advance(5_000);
  expect(script.count('sync')).toBe(before + 2);
});

test('a sync that keeps repeating itself is not asked again and again', async () => {
  const { script, live, clock } = await returning();
  const repeated = Array.from({ length: 20 }, (_, index) => session({ id: `old-${index}`, rev: 1 }));
  const sync = script.api.sync;
  script.api.sync = async (token, known, page) => ({
    ...(await sync(token, known, page)),
    sessions: repeated.map((one) => ({ session: one, messages: [] })),
  });
  const before = script.count('sync');
  live.deliver({ type: 'resync' });
  await settle();
  await clock.advance(5_000);
  expect(script.count('sync')).toBe(before + 2);
});

test('earlier messages are loaded page by page', async () => {
  const { chat } = await returning(120);
  expect(chat.state.messages).toHaveLength(50);
  expect(chat.state.hasEarlier).toBe(true);
  await chat.loadEarlier();
  expect(chat.state.messages).toHaveLength(100);
  await chat.loadEarlier();
  expect(chat.state.messages).toHaveLength(120);
  expect(chat.state.hasEarlier).toBe(false);
});

test('messages are marked read only while somebody looks', async () => {
  const { chat, script, live, clock, environment } = await returning();
  environment.setVisible(false);
  live.deliver({ type: 'message', ...script.say('hidden') });
  await clock.advance(5_000);
  expect(script.count('read')).toBe(0);
  expect(chat.state.unread).toBe(1);
  environment.setVisible(true);
  await clock.advance(1_000);
  expect(script.count('read')).toBe(1);
  expect(chat.state.unread).toBe(0);

  chat.setOpen(false);
  live.deliver({ type: 'message', ...script.say('closed') });
  await clock.advance(5_000);
  expect(script.count('read')).toBe(1);
  expect(chat.state.unread).toBe(1);
});

test('what is being looked at does not count as unread', async () => {
  const { chat, script, live } = await returning();
  const seen: number[] = [];
  chat.subscribe(() => seen.push(chat.state.unread));
  live.deliver({ type: 'message', ...script.say('seen') });
  expect(Math.max(0, ...seen)).toBe(0);
});

test('typing is told at most every three seconds', async () => {
  const { chat, script, clock } = await returning();
  chat.noteTyping();
  chat.noteTyping();
  await clock.advance(2_000);
  chat.noteTyping();
  expect(script.count('typing')).toBe(1);
  await clock.advance(1_500);
  chat.noteTyping();
  expect(script.count('typing')).toBe(2);
});

test('an agent who types is shown for six seconds or until the message', async () => {
  const { chat, script, live, clock } = await returning();
  const typing = {
    type: 'typing',
    sessionId: 's1',
    by: 'agent',
    person: { id: null, name: 'Ada' },
  } as const;
  live.deliver(typing);
  expect(chat.state.typing).toBe('Ada');
  await clock.advance(6_100);
  expect(chat.state.typing).toBeNull();
  live.deliver(typing);
  live.deliver({ type: 'message', ...script.say('there') });
  expect(chat.state.typing).toBeNull();
  live.deliver({ ...typing, sessionId: 'other' });
  expect(chat.state.typing).toBeNull();
});

test('a failed load says why, tells the page once and recovers by itself', async () => {
  const { chat, script, clock, events } = setup();
  script.fail('open', 'not-installed', 3);
  chat.start();
  chat.setOpen(true);
  await settle();
  expect(chat.state).toMatchObject({ phase: 'failed', error: { code: 'not-installed' } });
  await clock.advance(300_000);
  expect(chat.state).toMatchObject({ phase: 'ready', error: null });
  expect(events.filter((event) => event.type === 'error')).toHaveLength(1);
});

test('an unreachable server shows as offline and a wake tries again at once', async () => {
  const { chat, script, environment } = setup();
  script.fail('open', 'offline', 1);
  chat.start();
  chat.setOpen(true);
  await settle();
  expect(chat.state.connection).toBe('offline');
  environment.setOnline(true);
  await settle();
  expect(chat.state).toMatchObject({ phase: 'ready', connection: 'idle' });
});

test('failing syncs show as offline and go on until one succeeds', async () => {
  const { chat, script, live, clock } = await returning();
  live.lose();
  script.fail('sync', 'offline', 3);
  await clock.advance(4_000);
  expect(chat.state.connection).toBe('offline');
  await clock.advance(60_000);
  expect(chat.state.connection).toBe('polling');
});

test('a visitor who was erased while writing is heard as a new one', async () => {
  const { chat, script, storage } = await returning();
  script.token = 'another';
  script.session = null;
  script.messages = [];
  await chat.send('still here');
  await chat.send('and here');
  await settle();
  expect(texts(chat)).toEqual(['still here', 'and here']);
  expect(statuses(chat)).toEqual(['sent', 'sent']);
  expect(storage.get(KEY)).not.toContain(TOKEN);
  expect(script.count('start')).toBe(1);
});

test('what is being written stays in the text box when the visitor or the conversation is no more', async () => {
  const erased = await returning();
  erased.chat.setDraft('half a thought');
  erased.script.token = 'another';
  erased.live.deliver({ type: 'resync' });
  await settle();
  expect(erased.chat.state).toMatchObject({ visitor: null, current: null });
  expect(erased.chat.draft).toBe('half a thought');

  const { chat, script, live } = await returning();
  chat.setDraft('half a thought');
  script.gone = [chat.state.current?.id ?? ''];
  live.deliver({ type: 'resync' });
  await settle();
  expect(chat.state.current).toBeNull();
  expect(chat.draft).toBe('half a thought');
});

test('a token that is no longer valid is forgotten and the unsent text kept', async () => {
  const { chat, script, storage, live } = await returning();
  script.token = 'another';
  script.fail('start', 'unauthorized');
  await chat.send('still here');
  await settle();
  expect(storage.get(KEY)).toBeNull();
  expect(script.count('start')).toBe(1);
  expect(live.topic).toBeNull();
  expect(chat.state.current).toBeNull();
  expect(chat.state.messages).toMatchObject([{ content: 'still here', status: 'failed' }]);
  expect(chat.state.phase).toBe('ready');
  script.session = null;
  script.messages = [];
  await chat.retry(chat.state.messages[0]?.clientId ?? '');
  await settle();
  expect(statuses(chat)).toEqual(['sent']);
  expect(storage.get(KEY)).not.toContain(TOKEN);
});

test('a token that was made a moment ago is kept though the database does not know it yet', async () => {
  const script = new VisitorScript();
  const storage = new FakeStorage();
  const { chat, clock } = setup(script, storage);
  // Another tab has made it, and its first message is on the way.
  storage.values.set(KEY, JSON.stringify({ token: TOKEN, activeAt: clock.now() - 5_000 }));
  chat.start();
  chat.setOpen(true);
  await settle();
  expect(chat.state.phase).toBe('ready');
  expect(storage.values.get(KEY)).toContain(TOKEN);
});

test('a token the database does not know makes room for a new one', async () => {
  const storage = new FakeStorage();
  storage.values.set(KEY, JSON.stringify({ token: TOKEN, activeAt: Date.parse('2026-11-23T09:00:00Z') }));
  const { chat } = setup(new VisitorScript(), storage);
  chat.start();
  await settle();
  expect(chat.state.phase).toBe('ready');
  expect(storage.get(KEY)).toBeNull();
});

test('a token made while the window loads is not taken for an unknown one', async () => {
  const { chat, script, storage } = setup();
  chat.start();
  const releaseOpen = script.hold('open');
  const releaseStart = script.hold('start');
  chat.setOpen(true);
  await chat.send('quick');
  await settle();
  releaseOpen();
  await settle();
  expect(storage.get(KEY)).toContain('sv1_');
  releaseStart();
  await settle();
  expect(statuses(chat)).toEqual(['sent']);
});

test('a token whose first message got through while the window loads is not taken for an unknown one', async () => {
  const { chat, script, storage, clock } = setup();
  chat.start();
  script.fail('start', 'offline');
  await chat.send('slow');
  await settle();
  const release = script.holdAnswer('open');
  chat.setOpen(true);
  await clock.advance(1_500);
  expect(statuses(chat)).toEqual(['sent']);
  release();
  await settle();
  expect(storage.get(KEY)).toContain('sv1_');
  expect(chat.state.current?.id).toBe('s1');
});

test('a token whose first message is still on its way is not taken for an unknown one', async () => {
  const { chat, script, storage } = setup();
  chat.start();
  const release = script.hold('start');
  await chat.send('slow');
  await settle();
  await chat.reload();
  expect(storage.get(KEY)).toContain('sv1_');
  release();
  await settle();
  expect(statuses(chat)).toEqual(['sent']);
});

test('what is asked for during a sync makes one more', async () => {
  const { chat, script, live } = await returning();
  const release = script.hold('sync');
  live.deliver({ type: 'resync' });
  live.deliver({ type: 'resync' });
  live.deliver({ type: 'resync' });
  const before = script.count('sync');
  release();
  await settle();
  expect(script.count('sync')).toBe(before + 1);
  expect(chat.state.connection).toBe('live');
});

test('an answer to a read mark that shows a gap is followed by a sync, even where all is over', async () => {
  const { chat, script, live, clock } = await returning();
  const said = script.say('heard');
  const closed = script.change({ status: 'closed' });
  live.deliver({ type: 'message', session: closed, message: said.message });
  script.say('not heard');
  await clock.advance(500);
  await settle();
  expect(script.count('read')).toBeGreaterThan(0);
  expect(texts(chat).at(-1)).toBe('not heard');
});

test('each step of reading is told once', async () => {
  const { script, live, clock } = await returning();
  const { session: current } = script.say('seen');
  const before = { ...current };
  live.deliver({ type: 'resync' });
  await clock.advance(1_000);
  expect(script.count('read')).toBe(1);
  // A server that does not count it as read must not be asked for ever.
  live.deliver({ type: 'session', session: { ...before, rev: 99, unread: 1 } });
  await clock.advance(1_000);
  expect(script.count('read')).toBe(1);
});

test('a conversation made by another tab appears', async () => {
  const { chat, live } = await returning();
  const other = session({ id: 's2', rev: 1, lastSeq: 1, lastMessageAt: '2026-11-23T09:30:00Z' });
  live.deliver({ type: 'message', session: other, message: message(1, { id: 'x', sessionId: 's2' }) });
  expect(chat.state.sessions.map(({ id }) => id)).toEqual(['s2', 's1']);
  expect(chat.state.current?.id).toBe('s1');
  await chat.select('s2');
  expect(chat.state.messages).toHaveLength(1);
});

test('closing, reopening and rating change what the server says, no sooner', async () => {
  const { chat } = await returning();
  const closing = chat.closeConversation();
  expect(chat.state.current?.status).toBe('open');
  await closing;
  expect(chat.state.current?.status).toBe('closed');
  await chat.rate(5, null);
  expect(chat.state.current?.rating).toBe(5);
  await chat.reopenConversation();
  expect(chat.state.current?.status).toBe('open');
});

test('a refused command becomes state and an event', async () => {
  const { chat, script, events } = await returning();
  script.fail('reopen', 'conflict');
  await chat.reopenConversation();
  expect(chat.state.error).toBeInstanceOf(ChatError);
  expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'conflict' } });
});

test('a message into a closed conversation begins a new one', async () => {
  const { chat, live, script } = await returning();
  live.deliver({ type: 'session', session: script.change({ status: 'closed' }) });
  await chat.send('again');
  expect(chat.state.current).toBeNull();
  expect(texts(chat)).toEqual(['again']);
});

test('a profile given before the first message goes along with it', async () => {
  const { chat, script } = setup();
  chat.start();
  await chat.updateProfile({ name: 'Vera' });
  await chat.updateProfile({ email: 'vera@example.com' });
  expect(script.calls).toEqual([]);
  await chat.send('hello');
  await settle();
  expect(script.profile).toEqual({ name: 'Vera', email: 'vera@example.com' });
});

test('a hidden page without an open conversation gives its socket back after five minutes', async () => {
  const { live, script, environment, clock } = await returning();
  live.deliver({ type: 'session', session: script.change({ status: 'closed' }) });
  environment.setVisible(false);
  await clock.advance(299_000);
  expect(live.topic).not.toBeNull();
  await clock.advance(2_000);
  expect(live.topic).toBeNull();
  const before = script.count('sync');
  environment.setVisible(true);
  await settle();
  expect(live.topic).not.toBeNull();
  expect(script.count('sync')).toBe(before + 1);
});

test('a conversation that is no more goes away, and what was not sent in it goes on in a new one', async () => {
  const { chat, script } = await returning();
  script.fail('send', 'not-found');
  script.session = null;
  const release = script.hold('start');
  await chat.send('still to say');
  await settle();
  expect(chat.state.sessions).toEqual([]);
  expect(chat.state.current).toBeNull();
  expect(chat.state.messages).toMatchObject([{ content: 'still to say', status: 'sending' }]);
  release();
  await settle();
  expect(script.messages.at(-1)).toMatchObject({ content: 'still to say' });
});

test('what was refused in a conversation that is no more can be sent in a new one', async () => {
  const { chat, script, live } = await returning();
  script.fail('send', 'conflict');
  await chat.send('still to say');
  await settle();
  script.gone = [chat.state.current?.id ?? ''];
  live.deliver({ type: 'resync' });
  await settle();
  expect(chat.state.current).toBeNull();
  expect(chat.state.messages).toMatchObject([{ content: 'still to say', status: 'failed' }]);
});

test('a conversation that is no more holds nothing up though a message of it was missed', async () => {
  const { chat, script, live } = await returning();
  live.deliver({ type: 'session', session: script.change({ lastSeq: 9 }) });
  script.gone = [chat.state.current?.id ?? ''];
  script.fail('history', 'not-found', 99);
  live.deliver({ type: 'resync' });
  await settle();
  expect(chat.state.sessions).toEqual([]);
});

test('nothing that comes late brings back a conversation that is no more', async () => {
  const { chat, script, live } = await returning();
  const late = script.say('too late');
  script.gone = [late.session.id];
  live.deliver({ type: 'resync' });
  await settle();
  live.deliver({ type: 'message', ...late });
  expect(chat.state).toMatchObject({ sessions: [], current: null, messages: [] });
});

test('a message that was accepted goes with its conversation', async () => {
  const { chat, script } = await returning();
  // Its row is beyond a gap, so it is listed as accepted for now.
  for (let index = 0; index < 3; index += 1) script.say(`missed ${index}`);
  script.fail('history', 'offline', 99);
  const release = script.hold('sync');
  await chat.send('accepted');
  await settle();
  expect(chat.state.messages.at(-1)).toMatchObject({ content: 'accepted', status: 'sent', seq: 0 });
  script.gone = [chat.state.current?.id ?? ''];
  release();
  await settle();
  expect(chat.state).toMatchObject({ current: null, messages: [] });
});

test('a message whose acceptance is heard after its conversation is no more went with it', async () => {
  const { chat, script, live } = await returning();
  const release = script.holdAnswer('send');
  await chat.send('accepted');
  await settle();
  script.gone = [chat.state.current?.id ?? ''];
  live.deliver({ type: 'resync' });
  await settle();
  release();
  await settle();
  expect(chat.state).toMatchObject({ current: null, messages: [] });
});

test('reset forgets everything on this device', async () => {
  const { chat, storage, live } = await returning();
  chat.setDraft('secret');
  chat.reset();
  expect([...storage.values.keys()]).toEqual([]);
  expect(live.topic).toBeNull();
  expect(chat.state).toMatchObject({ sessions: [], current: null, messages: [], unread: 0, visitor: null });
});

test('what was asked before a reset changes nothing after it', async () => {
  const { chat, script } = await returning();
  const release = script.hold('send');
  await chat.send('late');
  chat.reset();
  release();
  await settle();
  expect(chat.state.messages).toEqual([]);
  expect(chat.state.sessions).toEqual([]);
});

test('stopping leaves no timer, listener or channel behind', async () => {
  const { chat, clock, environment, live } = await returning();
  chat.stop();
  expect(clock.pending).toBe(0);
  expect(environment.listeners).toBe(0);
  expect(live.topic).toBeNull();
});

test('a change of the address is told with a sync, and only by a page that is looked at', async () => {
  const { chat, script, environment } = await returning();
  const before = script.count('sync');
  environment.navigate();
  await settle();
  expect(script.count('sync')).toBe(before + 1);
  expect(script.syncedPages.at(-1)?.url).toBe('https://shop.example/cart');
  environment.setVisible(false);
  environment.navigate();
  await settle();
  expect(script.syncedPages.at(-1)).toBeNull();
  chat.stop();
  expect(environment.listeners).toBe(0);
});

test('who never chatted goes from page to page without a request', async () => {
  const { chat, script, environment } = setup();
  chat.start();
  environment.navigate();
  await settle();
  expect(script.calls).toEqual([]);
});
