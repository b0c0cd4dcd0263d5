import { expect, test } from 'vitest';
import type { AgentDeskEvent } from './agent-desk.ts';
import { createAgentDesk } from './agent-driver.ts';
import { NO_FILTER } from './inbox.ts';
import type { DeskSession } from './model.ts';
import { AgentScript } from './testing/agent-script.ts';
import { FakeDisk, FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { loneTab } from './testing/lone-tab.ts';
import { me } from './testing/samples.ts';

const mine = { id: me.id, name: me.name, avatar: null };

function setup(script = new AgentScript(), storage = new FakeStorage(), clock = new FakeClock()) {
  const environment = new FakeEnvironment();
  const live = new FakeLive<DeskSession>();
  const desk = createAgentDesk({
    api: script.api,
    live,
    storage,
    environment,
    clock,
    tabs: loneTab,
    storagePrefix: 'support-chat:demo',
  });
  const events: AgentDeskEvent[] = [];
  desk.onEvent((event) => events.push(event));
  return { desk, script, storage, clock, environment, live, events };
}

/** Two windows of one browser. */
function windows(disk: FakeDisk, script?: AgentScript) {
  return [0, 1].map((number) => {
    const clock = new FakeClock();
    // Their ids are not the same.
    for (let n = 0; n < number; n += 1) clock.uuid();
    return setup(script, new FakeStorage(disk), clock);
  });
}

/** A desk with one conversation of one's own and one that nobody has, joined. */
async function working() {
  const script = new AgentScript();
  script.add('own', { agent: mine, status: 'assigned' });
  script.add('free');
  script.say('own', 'hello');
  script.say('free', 'anybody?');
  const all = setup(script);
  all.desk.start();
  await settle();
  all.live.join();
  await settle();
  return all;
}

const rows = (desk: ReturnType<typeof setup>['desk']) => desk.state.inbox.map(({ id }) => id);
const texts = (desk: ReturnType<typeof setup>['desk']) => desk.state.messages.map(({ content }) => content);

test('starting shows the own conversations, the team and the counts', async () => {
  const { desk, script } = await working();
  expect(rows(desk)).toEqual(['own']);
  expect(desk.state).toMatchObject({
    phase: 'ready',
    connection: 'live',
    me: { id: 'a1' },
    counts: { mine: 1, mineUnread: 1, unassigned: 1, unassignedUnread: 1 },
  });
  expect(script.calls.slice(0, 1)).toEqual(['open']);
});

test('a sign-in that is no agent fails and says so', async () => {
  const { desk, script } = setup();
  script.fail('open', 'forbidden');
  desk.start();
  await settle();
  expect(desk.state).toMatchObject({ phase: 'failed', error: { code: 'forbidden' } });
});

test('an unreachable server is tried again until it answers', async () => {
  const { desk, script, clock } = setup();
  script.fail('open', 'offline', { times: 3 });
  desk.start();
  await settle();
  expect(desk.state.phase).toBe('failed');
  await clock.advance(60_000);
  expect(desk.state).toMatchObject({ phase: 'ready', error: null });
});

test('a new tab shows nothing until it is loaded, a known one at once', async () => {
  const { desk, script } = await working();
  const release = script.hold('inbox');
  const showing = desk.showTab('unassigned');
  expect(desk.state).toMatchObject({ tab: 'unassigned', inboxPhase: 'loading', inbox: [] });
  release();
  await showing;
  expect(desk.state.inboxPhase).toBe('ready');
  expect(rows(desk)).toEqual(['free']);
  const releaseAgain = script.hold('inbox');
  const back = desk.showTab('mine');
  expect(desk.state.inboxPhase).toBe('ready');
  expect(rows(desk)).toEqual(['own']);
  releaseAgain();
  await back;
});

test('conversations come, move and go as they change', async () => {
  const { desk, script, live } = await working();
  live.deliver({ type: 'session', session: script.change('free', { agent: mine, status: 'assigned' }) });
  expect(rows(desk)).toContain('free');
  live.deliver({ type: 'session', session: script.change('own', { status: 'closed' }) });
  expect(rows(desk)).toEqual(['free']);
  await desk.showTab('unassigned');
  script.add('new', { rev: 0 });
  live.deliver({ type: 'message', ...script.say('new', 'first words') });
  expect(rows(desk)).toEqual(['new']);
});

test('a stale session object changes nothing', async () => {
  const { desk, script, live } = await working();
  const stale = script.get('own');
  live.deliver({ type: 'session', session: script.change('own', { priority: 'high' }) });
  live.deliver({ type: 'session', session: { ...stale, priority: 'low' } });
  expect(desk.state.inbox[0]?.priority).toBe('high');
});

test('further pages are added once', async () => {
  const script = new AgentScript();
  for (let index = 0; index < 8; index += 1) {
    script.add(`s${index}`, { lastMessageAt: `2026-11-23T09:0${index}:00Z` });
  }
  const { desk } = setup(script);
  desk.start();
  await settle();
  await desk.showTab('all');
  expect(rows(desk)).toEqual(['s7', 's6', 's5']);
  expect(desk.state.hasMore).toBe(true);
  await desk.loadMore();
  await desk.loadMore();
  expect(rows(desk)).toEqual(['s7', 's6', 's5', 's4', 's3', 's2', 's1', 's0']);
  expect(desk.state.hasMore).toBe(false);
});

test('a selected conversation loads, and shows at once the next time', async () => {
  const { desk, script } = await working();
  const release = script.hold('session');
  const selecting = desk.select('own');
  expect(desk.state).toMatchObject({ threadPhase: 'loading', current: { id: 'own' } });
  release();
  await selecting;
  expect(desk.state.threadPhase).toBe('ready');
  expect(texts(desk)).toEqual(['hello']);
  await desk.select('free');
  script.hold('session');
  void desk.select('own');
  expect(desk.state.threadPhase).toBe('ready');
  expect(texts(desk)).toEqual(['hello']);
});

test('an answer that comes after another selection does not replace it', async () => {
  const { desk, script } = await working();
  const release = script.hold('session');
  const first = desk.select('own');
  const second = desk.select('free');
  release();
  await Promise.all([first, second]);
  expect(desk.state.current?.id).toBe('free');
  expect(texts(desk)).toEqual(['anybody?']);
});

test('a conversation that is not there says so', async () => {
  const { desk } = await working();
  await desk.select('gone');
  expect(desk.state).toMatchObject({
    threadPhase: 'failed',
    notice: { action: 'load', error: { code: 'not-found' } },
  });
});

test('a conversation that could not be loaded comes with the next sync', async () => {
  const { desk, script, clock } = await working();
  script.fail('session', 'offline');
  await desk.select('own');
  expect(desk.state).toMatchObject({ threadPhase: 'failed', notice: { action: 'load' } });
  await clock.advance(31_000);
  expect(desk.state).toMatchObject({ threadPhase: 'ready', notice: null });
  expect(texts(desk)).toEqual(['hello']);
});

test('a failure that comes after another selection says nothing', async () => {
  const { desk, script } = await working();
  const release = script.hold('session');
  const first = desk.select('gone');
  release();
  const second = desk.select('own');
  await Promise.all([first, second]);
  expect(desk.state).toMatchObject({ threadPhase: 'ready', current: { id: 'own' }, notice: null });
});

test('messages arrive live, whatever the order', async () => {
  const { desk, script, live, events } = await working();
  await desk.select('own');
  const said = ['one', 'two', 'three'].map((text) => script.say('own', text));
  for (const index of [2, 2, 0, 1, 0]) {
    const event = said[index];
    if (event) live.deliver({ type: 'message', ...event });
  }
  await settle();
  expect(texts(desk)).toEqual(['hello', 'one', 'two', 'three']);
  expect(events.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});

test('a message in a conversation that is not opened is heard once', async () => {
  const { script, live, events, clock } = await working();
  const event = { type: 'message', ...script.say('free', 'still there?') } as const;
  live.deliver(event);
  live.deliver(event);
  await clock.advance(60_000);
  expect(events).toMatchObject([{ text: 'still there?', direction: 'in' }]);
});

test('a message nobody delivered is heard by the next sync', async () => {
  const { script, events, clock } = await working();
  script.say('free', 'lost');
  await clock.advance(31_000);
  expect(events).toMatchObject([{ text: 'lost', direction: 'in' }]);
});

test('a message that a sync told of first is not heard again when it is delivered', async () => {
  const { script, live, events, clock } = await working();
  const late = script.say('free', 'twice?');
  await clock.advance(31_000);
  live.deliver({ type: 'message', ...late });
  expect(events).toMatchObject([{ text: 'twice?', direction: 'in' }]);
});

test('an answer that is older than what is known rings no bell', async () => {
  const { desk, script, live, events, clock } = await working();
  const before = script.get('free');
  live.deliver({ type: 'session', session: script.change('free', { unread: 0, readSeq: 1 }) });
  const newest = script.get('free');
  script.sessions.set('free', before);
  await clock.advance(31_000);
  expect(desk.state.connection).toBe('live');
  expect(events).toEqual([]);
  script.sessions.set('free', newest);
});

test('a message missed while its conversation opens is heard once', async () => {
  const { desk, script, live, events } = await working();
  const releaseSession = script.holdAnswer('session');
  const selecting = desk.select('free');
  await settle();
  script.say('free', 'missed');
  const releaseSync = script.holdAnswer('sync');
  live.deliver({ type: 'resync' });
  await settle();
  releaseSession();
  await selecting;
  releaseSync();
  await settle();
  expect(texts(desk)).toEqual(['anybody?', 'missed']);
  expect(events).toMatchObject([{ text: 'missed', direction: 'in' }]);
});

test('events are followed by one look at the counts', async () => {
  const { desk, script, live, clock } = await working();
  const before = script.count('sync');
  for (const text of ['a', 'b', 'c']) live.deliver({ type: 'message', ...script.say('free', text) });
  await clock.advance(2_100);
  expect(script.count('sync')).toBe(before + 1);
  live.deliver({ type: 'session', session: script.change('free', { agent: mine }) });
  await clock.advance(2_100);
  expect(desk.state.counts).toMatchObject({ mine: 2, unassigned: 0 });
});

test('when more changed than a sync holds, the list is loaded anew', async () => {
  const { script, live } = await working();
  script.more = true;
  live.deliver({ type: 'resync' });
  await settle();
  expect(script.count('inbox')).toBe(1);
});

test('a list that could not be loaded comes with the next sync', async () => {
  const { desk, script, clock } = await working();
  script.fail('inbox', 'offline');
  await desk.showTab('unassigned');
  expect(desk.state).toMatchObject({ inboxPhase: 'failed', inbox: [], notice: { action: 'load' } });
  await clock.advance(31_000);
  expect(desk.state).toMatchObject({ inboxPhase: 'ready', notice: null });
  expect(rows(desk)).toEqual(['free']);
});

test('a conversation that is no more leaves the list, opened or not', async () => {
  const { desk, script, live } = await working();
  script.add('second', { agent: mine, status: 'assigned' });
  live.deliver({ type: 'session', session: script.get('second') });
  await desk.select('own');
  expect(rows(desk)).toHaveLength(2);
  for (const id of ['own', 'second']) script.sessions.delete(id);
  live.deliver({ type: 'resync' });
  await settle();
  expect(desk.state).toMatchObject({ inbox: [], current: null, threadPhase: 'idle' });
});

test('a conversation that is no more holds nothing up though a message of it was missed', async () => {
  const { desk, script, live } = await working();
  await desk.select('own');
  live.deliver({ type: 'session', session: script.change('own', { lastSeq: 9 }) });
  script.sessions.delete('own');
  script.fail('history', 'not-found', { times: 99 });
  live.deliver({ type: 'resync' });
  await settle();
  expect(desk.state.inbox).toEqual([]);
});

test('a list that was asked for before a change does not undo it', async () => {
  const { desk, script, live } = await working();
  await desk.showTab('all');
  await desk.showTab('mine');
  const release = script.holdAnswer('inbox');
  const showing = desk.showTab('mine');
  await settle();
  live.deliver({ type: 'session', session: script.change('free', { agent: mine, status: 'assigned' }) });
  live.deliver({ type: 'session', session: script.change('own', { agent: null, status: 'open' }) });
  release();
  await showing;
  expect(rows(desk)).toEqual(['free']);
});

test('older messages under way in one conversation do not hold up the next', async () => {
  const { desk, script } = await working();
  for (const id of ['own', 'free']) for (let turn = 0; turn < 60; turn++) script.say(id, `${turn}`);
  await desk.select('own');
  const release = script.hold('history');
  const loading = desk.loadEarlier();
  expect(desk.state.loadingEarlier).toBe(true);
  await desk.select('free');
  expect(desk.state.loadingEarlier).toBe(false);
  release();
  await loading;
  expect(desk.state.current?.id).toBe('free');
});

test('a reply shows at once and is replaced by its row', async () => {
  const { desk, script } = await working();
  await desk.select('own');
  const release = script.hold('send');
  await desk.send('Hi!', 'text');
  expect(desk.state.messages.at(-1)).toMatchObject({
    content: 'Hi!',
    status: 'sending',
    sender: { id: 'a1' },
  });
  release();
  await settle();
  expect(desk.state.messages.at(-1)).toMatchObject({ status: 'sent', seq: 2 });
  expect(desk.state.messages).toHaveLength(2);
});

test('a lost answer makes one reply all the same', async () => {
  const { desk, script, clock } = await working();
  await desk.select('own');
  script.loseAnswer('send');
  await desk.send('once', 'text');
  await settle();
  expect(desk.state.messages.at(-1)).toMatchObject({ status: 'sending' });
  await clock.advance(1_500);
  expect(script.messages.get('own')).toHaveLength(2);
  expect(texts(desk)).toEqual(['hello', 'once']);
  expect(desk.state.notice).toBeNull();
});

test('a reply that does not get through survives a reload and goes on by itself', async () => {
  const { desk, script, storage, clock } = await working();
  await desk.select('own');
  script.fail('send', 'unavailable', { times: 99 });
  await desk.send('later', 'text');
  await desk.send('and this', 'note');
  await clock.advance(120_000);
  expect(desk.state.messages.slice(1)).toMatchObject([{ status: 'sending' }, { status: 'sending' }]);
  desk.stop();
  script.fail('send', 'unavailable', { times: 0 });

  const again = setup(script, storage);
  again.desk.start();
  await settle();
  expect(script.messages.get('own')).toMatchObject([
    { content: 'hello' },
    { content: 'later', kind: 'text' },
    { content: 'and this', kind: 'note' },
  ]);
});

test('what was refused without a valid sign-in goes out with the next one, any other refusal stands', async () => {
  const { desk, script, storage } = await working();
  await desk.select('own');
  script.fail('send', 'unauthorized');
  await desk.send('signed out meanwhile', 'text');
  await settle();
  expect(desk.state.messages.at(-1)).toMatchObject({ status: 'failed', error: 'unauthorized' });
  await desk.select('free');
  script.fail('send', 'forbidden');
  await desk.send('not allowed', 'text');
  await settle();
  desk.stop();

  const again = setup(script, storage);
  again.desk.start();
  await settle();
  expect(script.messages.get('own')?.map(({ content }) => content)).toEqual([
    'hello',
    'signed out meanwhile',
  ]);
  await again.desk.select('free');
  await settle();
  expect(again.desk.state.messages.at(-1)).toMatchObject({ content: 'not allowed', status: 'failed' });
  expect(script.messages.get('free')).toHaveLength(1);
});

test('what was not sent in a conversation that is no more is let go', async () => {
  const { desk, script, storage, live } = await working();
  await desk.select('own');
  script.fail('send', 'conflict');
  await desk.send('too late', 'text');
  await settle();
  expect(storage.keys('support-chat:demo:desk-unsent')).toHaveLength(1);
  script.sessions.delete('own');
  live.deliver({ type: 'resync' });
  await settle();
  expect(storage.keys('support-chat:demo:desk-unsent')).toEqual([]);
});

test('a send that succeeds after all takes back the notice of its failure', async () => {
  const { desk, script } = await working();
  await desk.select('own');
  script.fail('send', 'forbidden');
  await desk.send('again', 'text');
  await settle();
  expect(desk.state.notice).toMatchObject({ action: 'send' });
  await desk.retry(desk.state.messages.at(-1)?.clientId ?? '');
  await settle();
  expect(desk.state.notice).toBeNull();
});

test('a note is sent as a note', async () => {
  const { desk, script } = await working();
  await desk.select('own');
  await desk.send('psst', 'note');
  await settle();
  expect(script.messages.get('own')?.at(-1)?.kind).toBe('note');
});

test('text over the limit is refused and nothing is shown', async () => {
  const { desk } = await working();
  await desk.select('own');
  await expect(desk.send('x'.repeat(101), 'text')).rejects.toMatchObject({ code: 'too-long' });
  expect(desk.state.messages).toHaveLength(1);
});

test('taking a conversation moves it into the own list', async () => {
  const { desk } = await working();
  await desk.select('free');
  await desk.assign(me.id);
  expect(rows(desk).sort()).toEqual(['free', 'own']);
  expect(desk.state.notice).toBeNull();
});

test('who was slower learns who won, and sees it', async () => {
  const { desk, script } = await working();
  await desk.select('free');
  script.change('free', { agent: { id: 'a2', name: 'Bo', avatar: null }, status: 'assigned' });
  script.fail('assign', 'conflict', {
    details: { reason: 'assigned', agent: { id: 'a2', name: 'Bo' } },
  });
  await desk.assign(me.id);
  await settle();
  expect(desk.state.notice).toMatchObject({ action: 'assign', winner: 'Bo' });
  expect(desk.state.current?.agent?.name).toBe('Bo');
  desk.dismissNotice();
  expect(desk.state.notice).toBeNull();
});

test('messages are marked read only while the page is visible', async () => {
  const { desk, script, clock, environment } = await working();
  environment.setVisible(false);
  await desk.select('own');
  await clock.advance(5_000);
  expect(script.count('read')).toBe(0);
  environment.setVisible(true);
  await clock.advance(1_000);
  expect(script.count('read')).toBe(1);
  expect(desk.state.current?.unread).toBe(0);
});

test('presence is told at the start, every 45 seconds and with what is looked at', async () => {
  const { desk, script, clock, environment } = await working();
  await clock.advance(1_000);
  expect(script.presence).toEqual({ availability: 'online', viewing: null });
  await desk.select('own');
  await clock.advance(1_000);
  expect(script.presence?.viewing).toBe('own');
  const before = script.count('presence');
  await clock.advance(90_000);
  expect(script.count('presence')).toBe(before + 2);
  environment.setVisible(false);
  await clock.advance(1_000);
  expect(script.presence?.viewing).toBeNull();
});

test('the page of the visitor on screen follows them', async () => {
  const { desk, clock } = await working();
  await desk.select('own');
  expect(desk.state.visitor?.pageUrl).toBeNull();
  await clock.advance(1_000);
  expect(desk.state.visitor?.pageUrl).toBe('https://shop.example/next');
  await desk.select(null);
  await clock.advance(45_000);
  expect(desk.state.visitor).toBeNull();
});

test('being away is remembered on this device', async () => {
  const { desk, script, clock, storage } = await working();
  desk.setAvailability('away');
  await clock.advance(1);
  expect(script.presence?.availability).toBe('away');
  desk.stop();
  const again = setup(script, storage);
  again.desk.start();
  await settle();
  await again.clock.advance(1);
  expect(script.presence?.availability).toBe('away');
});

test('typing of the visitor and of other agents shows, the own does not', async () => {
  const { desk, live, clock } = await working();
  await desk.select('own');
  live.deliver({ type: 'typing', sessionId: 'own', by: 'visitor', person: null });
  live.deliver({ type: 'typing', sessionId: 'own', by: 'agent', person: { id: me.id, name: me.name } });
  expect(desk.state).toMatchObject({ visitorTyping: true, agentTyping: null });
  live.deliver({ type: 'typing', sessionId: 'own', by: 'agent', person: { id: 'a2', name: 'Bo' } });
  expect(desk.state.agentTyping).toBe('Bo');
  await clock.advance(6_100);
  expect(desk.state).toMatchObject({ visitorTyping: false, agentTyping: null });
});

test('polling replaces a channel that cannot be joined, hidden or not', async () => {
  const { desk, script, live, clock } = await working();
  await desk.select('own');
  live.lose();
  script.say('own', 'by polling');
  await clock.advance(3_500);
  expect(texts(desk)).toEqual(['hello', 'by polling']);
  expect(desk.state.connection).toBe('polling');
});

test('a conversation whose visitor was erased goes away, also while it is open', async () => {
  const { desk, script, live } = await working();
  await desk.select('own');
  script.sessions.delete('own');
  live.deliver({ type: 'resync' });
  await settle();
  expect(rows(desk)).toEqual([]);
  expect(desk.state).toMatchObject({ current: null, messages: [], visitor: null, threadPhase: 'idle' });
});

test('drafts are kept per conversation', async () => {
  const { desk, storage, script } = await working();
  desk.setDraft('own', 'almost done');
  expect(desk.draft('free')).toBe('');
  expect(setup(script, storage).desk.draft('own')).toBe('almost done');
});

test('stopping leaves no timer, listener or channel behind', async () => {
  const { desk, clock, environment, live } = await working();
  await desk.select('own');
  desk.stop();
  expect(clock.pending).toBe(0);
  expect(environment.listeners).toBe(0);
  expect(live.topic).toBeNull();
});

test('who does not move is away, and online again at the first move', async () => {
  const { desk, script, clock } = await working();
  await clock.advance(11 * 60_000);
  expect(script.presence?.availability).toBe('away');
  desk.noteActivity();
  await clock.advance(0);
  expect(script.presence?.availability).toBe('online');
});

test('a list through a filter is asked of the database, and left as it was found', async () => {
  const { desk, script } = await working();
  const filter = { ...NO_FILTER, tag: 'vip' };
  script.change('free', { tags: ['vip'] });
  await desk.showView({ tab: 'all', sort: 'newest', filter });
  expect(script.filter).toEqual({ tag: 'vip' });
  expect(desk.state).toMatchObject({ tab: 'all', sort: 'newest', filter });
  await desk.showTab('unassigned');
  expect(desk.state.filter).toEqual(filter);
  await desk.showView({ tab: 'all', sort: 'newest', filter: NO_FILTER });
  expect(script.filter).toBe(null);
});

test('a filter chosen before the inbox is there holds when it is', async () => {
  const { desk, script } = setup();
  script.add('own', { agent: mine, status: 'assigned' });
  desk.start();
  void desk.showView({ tab: 'mine', sort: 'waiting', filter: { ...NO_FILTER, tag: 'vip' } });
  await settle();
  expect(script.filter).toEqual({ tag: 'vip' });
});

test('what a search finds can be opened and worked on', async () => {
  const { desk, script } = await working();
  script.add('far', { preview: 'zebra beans' });
  const { hits } = await desk.find('zebra');
  expect(hits.map(({ session }) => session.id)).toEqual(['far']);
  await desk.act({ type: 'priority', priority: 'high' }, ['far']);
  expect(script.get('far').priority).toBe('high');
});

test('a conversation that a colleague puts back among the unread rings for nobody', async () => {
  const { script, clock, events } = await working();
  await clock.advance(31_000);
  script.change('own', { unread: 0 });
  await clock.advance(31_000);
  const before = events.length;
  script.change('own', { unread: 1 });
  await clock.advance(31_000);
  expect(events.length).toBe(before);
});

test('preferences are kept', async () => {
  const { desk, storage } = await working();
  desk.setPreferences({ letterKeys: false });
  expect(desk.state.preferences.letterKeys).toBe(false);
  expect(setup(new AgentScript(), storage).desk.state.preferences.letterKeys).toBe(false);
});

test('an agent who leaves is offline, and does not wait for an answer that does not come', async () => {
  const { desk, script, clock } = await working();
  await desk.leave();
  expect(script.presence?.availability).toBe('offline');
  await clock.advance(60_000);
  expect(script.presence?.availability).toBe('offline');
  script.hold('presence');
  let gone = false;
  void desk.leave().then(() => (gone = true));
  await clock.advance(1_000);
  expect(gone).toBe(true);
});

test('what was put off until now comes back by itself, and is heard once', async () => {
  const { desk, script, clock, events } = await working();
  await desk.act({ type: 'snooze', until: new Date(clock.now() + 50_000).toISOString() }, ['own']);
  await settle();
  expect(rows(desk)).toEqual([]);
  const heard = events.length;
  await clock.advance(40_000);
  expect(rows(desk)).toEqual([]);
  expect(events.slice(heard)).toEqual([]);
  await clock.advance(30_000);
  expect(rows(desk)).toEqual(['own']);
  await clock.advance(90_000);
  expect(events.slice(heard)).toMatchObject([{ type: 'back', direction: 'in', session: { id: 'own' } }]);
  expect(script.get('own').snoozedUntil).not.toBeNull();
});

test('what a colleague hands over is told, what one takes is not', async () => {
  const { live, script, events } = await working();
  const assigned = (by: string) =>
    script.say('free', '', {
      kind: 'event',
      senderType: 'system',
      event: { type: 'assigned', actor: { kind: 'agent', name: by }, agent: { id: me.id, name: me.name } },
    });
  live.deliver({ type: 'message', ...assigned('Bo') });
  live.deliver({ type: 'message', ...assigned(me.name) });
  await settle();
  expect(events.filter(({ type }) => type === 'handed')).toMatchObject([{ session: { id: 'free' } }]);
});

test('views that two windows keep are all kept', async () => {
  const disk = new FakeDisk();
  const [one, other] = windows(disk);
  const view = (name: string) => ({ name, tab: 'all', sort: 'newest', filter: NO_FILTER }) as const;
  for (const at of [one, other]) at?.desk.start();
  await settle();
  one?.desk.setPreferences({ views: [...one.desk.state.preferences.views, view('One')] });
  other?.desk.setPreferences({ views: [...other.desk.state.preferences.views, view('Other')] });
  one?.desk.setPreferences({ letterKeys: false });
  expect(other?.desk.state.preferences).toMatchObject({
    letterKeys: false,
    views: [{ name: 'One' }, { name: 'Other' }],
  });
});

test('the windows of one agent say the same of them', async () => {
  const disk = new FakeDisk();
  const script = new AgentScript();
  script.add('own', { agent: mine, status: 'assigned' });
  const [one, other] = windows(disk, script);
  if (!one || !other) throw new Error('There are two.');
  for (const at of [one, other]) at.desk.start();
  await settle();
  const beat = async (ms: number) => {
    const from = script.presences.length;
    for (let n = 0; n < ms; n += 1_000) {
      await one.clock.advance(1_000);
      await other.clock.advance(1_000);
    }
    return [
      ...new Set(
        script.presences.slice(from).map(({ availability, viewing }) => `${availability} ${viewing}`),
      ),
    ];
  };
  await beat(1_000);
  await one.desk.select('own');
  one.desk.setAvailability('away');
  await beat(1_000);
  expect(await beat(100_000)).toEqual(['away own']);
  // The other one has nothing on screen, and is all that is left.
  one.desk.stop();
  await beat(50_000);
  expect(await beat(50_000)).toEqual(['away null']);
});

test('a window that nobody sees says nothing while another does', async () => {
  const disk = new FakeDisk();
  const [seen, hidden] = windows(disk);
  if (!seen || !hidden) throw new Error('There are two.');
  hidden.environment.setVisible(false);
  for (const at of [seen, hidden]) at.desk.start();
  await settle();
  await Promise.all([seen, hidden].map(({ clock }) => clock.advance(1_000)));
  const before = hidden.script.count('presence');
  for (let n = 0; n < 10; n += 1) await Promise.all([seen, hidden].map(({ clock }) => clock.advance(20_000)));
  expect(hidden.script.count('presence')).toBe(before);
  seen.desk.stop();
  for (let n = 0; n < 5; n += 1) await hidden.clock.advance(20_000);
  expect(hidden.script.count('presence')).toBeGreaterThan(before);
});

test('every tag is offered, also of what is not loaded, and what is loaded until then', async () => {
  const { desk, script, clock } = await working();
  script.change('own', { tags: ['rare', 'vip'] });
  await desk.showTab('all');
  script.tags = ['refund', 'VIP', 'of last year'];
  const asked = desk.loadTags();
  expect(desk.state.tags).toEqual(['rare', 'vip']);
  await asked;
  expect(desk.state.tags).toEqual(['refund', 'VIP', 'of last year', 'rare']);
  await desk.loadTags();
  expect(script.count('tags')).toBe(1);
  await clock.advance(3_000);
  script.fail('tags', 'offline');
  await desk.loadTags();
  expect(desk.state).toMatchObject({ notice: { action: 'load' }, tags: { length: 4 } });
  script.tags = ['refund'];
  await desk.loadTags();
  expect(desk.state.tags).toEqual(['refund', 'rare', 'vip']);
});
