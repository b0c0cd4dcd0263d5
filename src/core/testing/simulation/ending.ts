import { isDeepStrictEqual } from 'node:util';
import { compareInTab } from '../../inbox.ts';
import type { ChatMessage, TimelineMessage } from '../../model.ts';
import type { AgentWindow, VisitorTab } from './tabs.ts';
import type { World } from './world.ts';

/** Longer than any wait for the next try, the next look, or a sign of life. */
const LONG_ENOUGH = 100_000;
/** By then everybody who is live sees what somebody did. */
const AT_ONCE = 1_000;

/** The weather is good from now on; whatever sleeps wakes, and in the end everything must be as it should be. */
export async function end(world: World): Promise<void> {
  await calmDown(world);
  await retryFailed(world);
  // Tabs that can share nothing are not one visitor, and only one of them has a socket.
  if (!world.visitorBrowser.refuses) {
    const [tab, window] = [world.chance.pick(world.visitorTabs), world.chance.pick(world.windows)];
    if (tab) await hears(world, tab);
    if (window) await hearsReply(world, window);
  }
  for (const tab of world.visitorTabs) await checkVisitor(world, tab);
  for (const window of world.windows) await checkDesk(world, window);
  // Where nothing can be shared, all tabs but one look for news only now and then.
  await world.time.pass(world.visitorBrowser.refuses ? LONG_ENOUGH : 5_000);
  for (const tab of world.visitorTabs) checkSessions(world, tab);
  for (const window of world.windows) checkInbox(world, window);
  checkTokens(world);
  checkTexts(world);
  checkOrder(world);
  checkAnnounced(world);
  checkStorage(world);
  await stop(world);
  world.rethrow();
}

async function calmDown(world: World): Promise<void> {
  world.tell(() => 'the weather clears up');
  world.calmDown();
  for (const browser of world.browsers) browser.isOnline = true;
  // The next page of each browser finds what earlier ones left.
  world.openVisitorTab();
  for (const index of world.team.keys()) world.openWindow(index);
  for (const tab of world.tabs) {
    tab.page.thaw();
    tab.page.post('page', 0, () => {
      tab.page.environment.setOnline(true);
      tab.page.environment.setVisible(true);
      if ('chat' in tab) tab.chat.setOpen(true);
    });
  }
  await world.time.pass(LONG_ENOUGH);
}

/** What was refused is sent once more, wherever it was written, now that nothing is closed. */
async function retryFailed(world: World): Promise<void> {
  const { time, truth } = world;
  for (const id of truth.ids) truth.setStatus(id, 'open');
  await time.pass(AT_ONCE);
  for (const { page, chat } of world.visitorTabs) {
    for (const place of [null, ...chat.state.sessions.map(({ id }) => id)]) {
      page.act(() => (place === null ? chat.startConversation() : void chat.select(place)));
      await time.pass(200);
      const failed = chat.state.messages.filter(({ status }) => status === 'failed');
      for (const { clientId } of failed) page.act(() => void chat.retry(clientId ?? ''));
      if (failed.length > 0) await time.pass(AT_ONCE);
    }
  }
  for (const { page, desk } of world.windows) {
    for (const id of truth.ids) {
      page.act(() => void desk.select(id));
      await time.pass(200);
      const failed = desk.state.messages.filter(({ status }) => status === 'failed');
      for (const { clientId } of failed) page.act(() => void desk.retry(clientId ?? ''));
      if (failed.length > 0) await time.pass(AT_ONCE);
    }
    page.act(() => {
      void desk.showTab('all');
      void desk.sortBy('newest');
    });
  }
  await time.pass(LONG_ENOUGH / 2);
}

/** What the visitor says is everywhere at once. */
async function hears(world: World, tab: VisitorTab): Promise<void> {
  const text = world.text('last question');
  world.tell(() => `${tab.page.name} says “${text}”`);
  tab.page.act(() => void tab.chat.send(text));
  await world.time.pass(AT_ONCE);
  const { name } = tab.page;
  world.ensure(
    tab.chat.state.messages.at(-1)?.content === text,
    () => `“${text}” is not last in ${name}: ${briefly(tab.chat.state.messages)}`,
  );
  for (const other of world.visitorTabs) {
    if (other.token !== tab.token) continue;
    const isShown = other.chat.state.sessions.some(({ preview }) => preview === text);
    world.ensure(isShown, () => `${other.page.name} does not hear at once what ${name} says: “${text}”`);
  }
  for (const { page, desk, announced } of world.windows) {
    const isShown = announced.has(text) && desk.state.inbox[0]?.preview === text;
    world.ensure(isShown, () => `${page.name} does not hear at once what ${name} says: “${text}”`);
  }
  world.rethrow();
}

/** What an agent says is everywhere at once, and so is the end of a conversation. */
async function hearsReply(world: World, window: AgentWindow): Promise<void> {
  const { truth, time } = world;
  const id = truth.ids.at(-1);
  if (id === undefined) return;
  const text = world.text('last answer');
  const { name } = window.page;
  const owners = world.visitorTabs.filter(({ token }) => truth.idsOf(token).includes(id));
  const seenBy = (tab: VisitorTab) => tab.chat.state.sessions.find((session) => session.id === id);

  world.tell(() => `${name} says “${text}” in ${id}`);
  window.page.act(() => void window.desk.select(id));
  await time.pass(AT_ONCE);
  window.page.act(() => void window.desk.send(text, 'text'));
  await time.pass(AT_ONCE);
  for (const tab of owners) {
    const isShown = tab.announced.has(text) && seenBy(tab)?.preview === text;
    world.ensure(isShown, () => `${tab.page.name} does not hear at once what ${name} says: “${text}”`);
  }
  window.page.act(() => void window.desk.close());
  await time.pass(AT_ONCE);
  for (const tab of owners) {
    const isShown = seenBy(tab)?.status === 'closed';
    world.ensure(isShown, () => `${tab.page.name} does not hear at once that ${name} closes ${id}`);
  }
  window.page.act(() => void window.desk.reopen());
  await time.pass(AT_ONCE);
  world.rethrow();
}

function asShown(messages: readonly ChatMessage[]): readonly TimelineMessage[] {
  return messages.map((message) => ({ ...message, status: 'sent', error: null }));
}

async function checkVisitor(world: World, { page, chat, token }: VisitorTab): Promise<void> {
  const { truth, time } = world;
  if (truth.tokens.includes(token ?? '') && !world.visitorBrowser.refuses) {
    world.ensure(chat.state.connection === 'live', () => `${page.name} is ${chat.state.connection}`);
  }
  for (const id of truth.idsOf(token)) {
    page.act(() => void chat.select(id));
    await time.pass(200);
    for (let turn = 0; turn < 50 && chat.state.hasEarlier; turn += 1) {
      page.act(() => void chat.loadEarlier());
      await time.pass(100);
    }
    const { messages } = chat.state;
    const wanted = asShown(truth.visitorMessages(id));
    world.ensure(
      isDeepStrictEqual(messages, wanted),
      () => `${page.name} shows ${briefly(messages)} in ${id}`,
    );
    world.rethrow();
  }
}

async function checkDesk(world: World, { page, desk }: AgentWindow): Promise<void> {
  const { truth, time } = world;
  world.ensure(desk.state.connection === 'live', () => `${page.name} is ${desk.state.connection}`);
  for (const id of truth.ids) {
    page.act(() => void desk.select(id));
    await time.pass(200);
    for (let turn = 0; turn < 50 && desk.state.hasEarlier; turn += 1) {
      page.act(() => void desk.loadEarlier());
      await time.pass(100);
    }
    const { messages } = desk.state;
    const wanted = asShown(truth.deskMessages(id));
    world.ensure(
      isDeepStrictEqual(messages, wanted),
      () => `${page.name} shows ${briefly(messages)} in ${id}`,
    );
    world.rethrow();
  }
}

function briefly(messages: readonly TimelineMessage[]): string {
  return messages.map(({ seq, content, kind, status }) => `${seq} ${content || kind} ${status}`).join(', ');
}

function checkSessions(world: World, { page, chat, token }: VisitorTab): void {
  const { truth } = world;
  const { sessions, current, unread } = chat.state;
  const wanted = truth
    .idsOf(token)
    .map((id) => truth.visitorSession(id))
    .sort((a, b) => ((a.lastMessageAt ?? '') < (b.lastMessageAt ?? '') ? 1 : -1));
  world.ensure(
    isDeepStrictEqual(sessions, wanted),
    () => `${page.name} lists ${JSON.stringify(sessions)}, not ${JSON.stringify(wanted)}`,
  );
  const left = current && !world.visitorBrowser.refuses ? current.unread : 0;
  world.ensure(left === 0, () => `${page.name} shows ${current?.id}, and leaves ${left} unread`);
  const others = wanted.filter(({ id }) => id !== current?.id);
  const count = others.reduce((sum, one) => sum + one.unread, 0);
  world.ensure(unread === count, () => `${page.name} counts ${unread} unread, not ${count}`);
}

function checkInbox(world: World, { page, desk, agent }: AgentWindow): void {
  const { truth } = world;
  const { tab, sort, inbox, hasMore, counts, current } = desk.state;
  const last = inbox.at(-1);
  const wanted = truth
    .inbox(tab, sort, agent)
    .filter((one) => !hasMore || (last !== undefined && compareInTab(one, last, tab, sort) <= 0));
  world.ensure(
    isDeepStrictEqual(inbox, wanted),
    () => `${page.name} lists ${JSON.stringify(inbox)}, not ${JSON.stringify(wanted)}`,
  );
  world.ensure(isDeepStrictEqual(counts, truth.counts(agent)), () => `${page.name} counts wrong`);
  if (current === null) return;
  world.ensure(
    current.unread === 0,
    () => `${page.name} shows ${current.id}, and leaves ${current.unread} unread`,
  );
  const isTrue = isDeepStrictEqual(current, truth.deskSession(current.id));
  world.ensure(isTrue, () => `${page.name} has an old state of ${current.id}`);
}

/** Tabs with one storage are one visitor, and never one that was signed out. */
function checkTokens(world: World): void {
  const { visitorBrowser, visitorTabs: tabs } = world;
  if (visitorBrowser.refuses) return;
  const tokens = new Set(tabs.map(({ token }) => token));
  world.ensure(tokens.size <= 1, () => `tabs of one browser are ${tokens.size} visitors`);
  for (const { page, token } of tabs) {
    const isOver = token !== null && world.signedOut.has(token);
    world.ensure(!isOver, () => `${page.name} is still who signed out`);
  }
}

/** Every text is in the database once, unless there is a good reason why it is not. */
function checkTexts(world: World): void {
  const places = world.ledger.places();
  for (const [text, found] of places) {
    const most = world.ledger.find(text)?.mayRepeat ? 2 : 1;
    world.ensure(found.length <= most, () => `“${text}” was said once, and is there ${found.length} times`);
  }
  for (const { text, excuse } of world.ledger.entries) {
    world.ensure(places.has(text) || excuse !== null, () => `“${text}” is lost`);
  }
}

/** What a page sent into one conversation is there in that order, but for what was refused or moved meanwhile. */
function checkOrder(world: World): void {
  const places = world.ledger.places();
  const last = new Map<string, { readonly seq: number; readonly text: string }>();
  for (const { text, page, isRefused, isMoved, mayRepeat } of world.ledger.entries) {
    const place = places.get(text)?.[0];
    if (!place || isRefused || isMoved || mayRepeat) continue;
    const key = `${page.name} ${place.session}`;
    const before = last.get(key);
    world.ensure(!before || before.seq < place.seq, () => `“${before?.text}” comes after “${text}”`);
    last.set(key, { seq: place.seq, text });
  }
}

/** Where something was written it is told that it arrived, whichever tab has sent it. */
function checkAnnounced(world: World): void {
  const places = world.ledger.places();
  for (const { page, announced, token } of world.visitorTabs) {
    // Before a sign-out somebody else was here.
    const own = world.truth.idsOf(token);
    for (const { text, page: origin, excuse, mayRepeat } of world.ledger.entries) {
      if (origin !== page || excuse !== null || mayRepeat) continue;
      if (!places.get(text)?.some(({ session }) => own.includes(session))) continue;
      world.ensure(announced.has(text), () => `${page.name} never announces “${text}”`);
    }
  }
}

function checkStorage(world: World): void {
  for (const { name, disk, refuses } of world.browsers) {
    if (refuses) continue;
    const left = [...disk.values].filter(([key]) => key.includes('unsent:'));
    world.ensure(left.length === 0, () => `${name} still has stored ${JSON.stringify(left)}`);
  }
}

async function stop(world: World): Promise<void> {
  const { tabs } = world;
  for (const tab of tabs) tab.page.act(() => tab.stop());
  await world.time.pass(AT_ONCE);
  world.ensure(world.realtime.sockets.size === 0, () => 'a socket is open after everything stopped');
  for (const { page } of tabs) {
    world.ensure(page.timers === 0, () => `${page.name} has stopped, and has ${page.timers} timers`);
    const { listeners } = page.environment;
    world.ensure(listeners === 0, () => `${page.name} has stopped, and listens ${listeners} times`);
  }
  for (const { name, locks, openChannels } of world.browsers) {
    world.ensure(locks.count === 0, () => `${name} still has ${locks.count} locks`);
    world.ensure(openChannels === 0, () => `${name} still has ${openChannels} channels`);
  }
}
