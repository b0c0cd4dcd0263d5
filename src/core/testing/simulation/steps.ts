import type { InboxSort, InboxTab } from '../../model.ts';
import type { Browser } from './browser.ts';
import type { AgentWindow, VisitorTab } from './tabs.ts';
import type { World } from './world.ts';

const TABS: readonly InboxTab[] = ['mine', 'unassigned', 'all', 'closed'];
const SORTS: readonly InboxSort[] = ['waiting', 'newest'];
const DAY = 86_400_000;

/** Does something, or nothing where it makes no sense right now. Tells in words what it did. */
type Step = (world: World) => string | null;

function running<T extends VisitorTab | AgentWindow>(world: World, tabs: readonly T[]): T | undefined {
  return world.chance.pick(tabs.filter(({ page }) => page.isRunning));
}

/** On the visitor's page. */
function chat(act: (tab: VisitorTab, world: World) => string | null): Step {
  return (world) => {
    const tab = running(world, world.visitorTabs);
    if (!tab) return null;
    let done: string | null = null;
    tab.page.act(() => (done = act(tab, world)));
    return done && `${tab.page.name} ${done}`;
  };
}

/** At an agent's desk. */
function desk(act: (window: AgentWindow, world: World) => string | null): Step {
  return (world) => {
    const window = running(world, world.windows);
    if (!window) return null;
    let done: string | null = null;
    window.page.act(() => (done = act(window, world)));
    return done && `${window.page.name} ${done}`;
  };
}

function anyTab(act: (tab: VisitorTab | AgentWindow, world: World) => string | null): Step {
  return (world) => {
    // The visitor's tabs are what this is about.
    const tabs: readonly (VisitorTab | AgentWindow)[] = world.chance.happens(0.7)
      ? world.visitorTabs
      : world.windows;
    const tab = world.chance.pick(tabs);
    const done = tab && act(tab, world);
    return done ? `${tab.page.name} ${done}` : null;
  };
}

function anyBrowser(act: (browser: Browser, world: World) => string): Step {
  return (world) => {
    const browser = world.chance.happens(0.6)
      ? world.visitorBrowser
      : world.chance.pick(world.agentBrowsers)!;
    return `${browser.name} ${act(browser, world)}`;
  };
}

/** In the database, where there is a conversation. */
function truth(act: (id: string, world: World) => string | null): Step {
  return (world) => {
    const id = world.chance.pick(world.truth.ids);
    return id === undefined ? null : act(id, world);
  };
}

function visitorFailed(tab: VisitorTab, world: World) {
  return world.chance.pick(tab.chat.state.messages.filter(({ status }) => status === 'failed'));
}

function say(tab: VisitorTab, world: World): string {
  const text = world.text('question');
  world.ledger.add({
    ...{ text, page: tab.page, browser: tab.browser, side: 'visitor' as const },
    session: tab.chat.state.current?.id ?? null,
    isFragile: tab.storage.refuses,
    ...(world.isErasureNews ? { mayRepeat: true, isMoved: true } : { mayRepeat: false, isMoved: false }),
    isRefused: false,
    excuse: tab.awaitsSignOut ? 'was said where somebody had signed out already' : null,
  });
  void tab.chat.send(text);
  return `says “${text}”`;
}

function reply(window: AgentWindow, world: World): string | null {
  const { current } = window.desk.state;
  if (!current) return null;
  const text = world.text('answer');
  const isGone = !world.truth.ids.includes(current.id);
  world.ledger.add({
    ...{ text, page: window.page, browser: window.browser, side: 'agent' as const, session: current.id },
    isFragile: window.storage.refuses,
    mayRepeat: false,
    isMoved: false,
    isRefused: false,
    excuse: isGone ? 'was for a conversation that is erased' : null,
  });
  void window.desk.send(text, world.chance.happens(0.2) ? 'note' : 'text');
  return `says “${text}” in ${current.id}`;
}

function open(tab: VisitorTab): string {
  tab.chat.setOpen(true);
  return 'opens the window';
}

export const STEPS: Readonly<Record<string, readonly [weight: number, step: Step]>> = {
  // The visitor
  say: [14, chat(say)],
  'say at length': [
    4,
    chat((tab, world) => {
      for (let count = 2 + world.chance.below(3); count > 0; count -= 1) say(tab, world);
      return 'says several things at once';
    }),
  ],
  open: [4, chat(open)],
  shut: [
    1,
    chat((tab) => {
      tab.chat.setOpen(false);
      return 'closes the window';
    }),
  ],
  'try again': [
    3,
    chat((tab, world) => {
      const message = visitorFailed(tab, world);
      if (!message) return null;
      void tab.chat.retry(message.clientId ?? '');
      return `tries “${message.content}” again`;
    }),
  ],
  discard: [
    1,
    chat((tab, world) => {
      const message = visitorFailed(tab, world);
      if (!message) return null;
      world.ledger.excuse(message.content, 'was discarded');
      tab.chat.discard(message.clientId ?? '');
      return `discards “${message.content}”`;
    }),
  ],
  another: [
    1,
    chat((tab) => {
      tab.chat.startConversation();
      return 'begins another conversation';
    }),
  ],
  'look back': [
    2,
    chat((tab, world) => {
      const session = world.chance.pick(tab.chat.state.sessions);
      if (!session) return null;
      void tab.chat.select(session.id);
      return `looks at ${session.id}`;
    }),
  ],
  earlier: [
    1,
    chat((tab) => {
      void tab.chat.loadEarlier();
      return 'scrolls up';
    }),
  ],
  end: [
    2,
    chat((tab) => {
      void tab.chat.closeConversation();
      return 'ends the conversation';
    }),
  ],
  resume: [
    1,
    chat((tab) => {
      void tab.chat.reopenConversation();
      return 'reopens the conversation';
    }),
  ],
  rate: [
    1,
    chat((tab, world) => {
      void tab.chat.rate(1 + world.chance.below(5), null);
      return 'rates';
    }),
  ],
  'sign out': [
    1,
    chat((tab, world) => {
      const { browser, token } = tab;
      // What cannot be stored cannot be told either.
      if (tab.storage.refuses) return null;
      world.ledger.excuseUnsent('was dropped by a sign-out', (said) => said.browser === browser);
      world.visitorsExpected += 1;
      if (token !== null) world.signedOut.add(token);
      for (const other of world.visitorTabs) if (other !== tab) other.awaitsSignOut = true;
      tab.forget();
      tab.chat.reset();
      return 'signs out';
    }),
  ],
  // The team
  reply: [12, desk(reply)],
  choose: [
    8,
    desk((window, world) => {
      const id = world.chance.happens(0.1) ? null : (world.chance.pick(world.truth.ids) ?? null);
      void window.desk.select(id);
      return `looks at ${id}`;
    }),
  ],
  'choose a list': [
    2,
    desk((window, world) => {
      const [tab, sort] = [world.chance.pick(TABS)!, world.chance.pick(SORTS)!];
      void window.desk.showTab(tab);
      void window.desk.sortBy(sort);
      return `looks at the list ${tab}, ${sort}`;
    }),
  ],
  more: [
    1,
    desk((window) => {
      void window.desk.loadMore();
      return 'scrolls down';
    }),
  ],
  'earlier in thread': [
    1,
    desk((window) => {
      void window.desk.loadEarlier();
      return 'scrolls up';
    }),
  ],
  assign: [
    3,
    desk((window, world) => {
      const to = world.chance.pick([null, ...world.team]) ?? null;
      void window.desk.assign(to?.id ?? null);
      return `gives it to ${to?.name ?? 'nobody'}`;
    }),
  ],
  close: [
    2,
    desk((window) => {
      void window.desk.close();
      return 'closes it';
    }),
  ],
  reopen: [
    2,
    desk((window) => {
      void window.desk.reopen();
      return 'reopens it';
    }),
  ],
  'reply again': [
    2,
    desk((window, world) => {
      const failed = window.desk.state.messages.filter(({ status }) => status === 'failed');
      const message = world.chance.pick(failed);
      if (!message) return null;
      const drops = world.chance.happens(0.3);
      if (drops) {
        world.ledger.excuse(message.content, 'was discarded');
        window.desk.discard(message.clientId ?? '');
      } else void window.desk.retry(message.clientId ?? '');
      return `${drops ? 'discards' : 'tries'} “${message.content}”${drops ? '' : ' again'}`;
    }),
  ],
  // In the database
  priority: [
    1,
    truth((id, { truth: database, chance }) => {
      database.setPriority(id, chance.happens(0.5) ? 'high' : 'low');
      return `the priority of ${id} changes`;
    }),
  ],
  rotate: [
    1,
    (world) => {
      world.truth.rotateTopics();
      return 'the topics change';
    },
  ],
  erase: [
    0.5,
    truth((id, world) => {
      world.erased([id]);
      world.truth.erase(id);
      return `${id} is erased`;
    }),
  ],
  'erase a visitor': [
    0.3,
    (world) => {
      const token = world.chance.pick(world.truth.tokens);
      if (token === undefined) return null;
      world.erased(world.truth.idsOf(token));
      world.ledger.erasedVisitor();
      world.truth.eraseVisitor(token);
      world.visitorsExpected += 1;
      return `the visitor ${token.slice(0, 4)} is erased`;
    },
  ],
  // Pages
  hide: [
    4,
    anyTab((tab) => {
      tab.page.post('page', 0, () => tab.page.environment.setVisible(false));
      return 'is hidden';
    }),
  ],
  show: [
    4,
    anyTab((tab) => {
      tab.page.post('page', 0, () => tab.page.environment.setVisible(true));
      return 'is shown';
    }),
  ],
  freeze: [
    2,
    anyTab((tab) => {
      tab.page.freeze();
      return 'freezes';
    }),
  ],
  thaw: [
    4,
    anyTab((tab) => {
      if (tab.page.isRunning) return null;
      tab.page.thaw();
      return 'thaws';
    }),
  ],
  park: [
    0.5,
    anyTab((tab, world) => {
      world.park(tab);
      return 'goes into the back-forward cache';
    }),
  ],
  crash: [
    1,
    anyTab((tab, world) => {
      world.close(tab, 'crashed');
      return 'crashes';
    }),
  ],
  leave: [
    1,
    anyTab((tab, world) => {
      const how = world.chance.happens(0.5) ? 'stopped' : 'left';
      world.close(tab, how);
      return `is ${how}`;
    }),
  ],
  reload: [
    1.5,
    anyTab((tab, world) => {
      world.close(tab, world.chance.happens(0.8) ? 'left' : 'crashed');
      const index = world.team.findIndex(({ id }) => 'agent' in tab && tab.agent.id === id);
      const next = index < 0 ? world.openVisitorTab() : world.openWindow(index);
      return `is reloaded as ${next.page.name}`;
    }),
  ],
  'new tab': [
    2,
    (world) => {
      if (world.visitorTabs.length >= 3) return null;
      const tab = world.openVisitorTab();
      if (world.chance.happens(0.7)) tab.page.act(() => open(tab));
      return `${tab.page.name} opens`;
    },
  ],
  'new window': [
    1,
    (world) => {
      if (world.windows.length >= 3) return null;
      return `${world.openWindow(world.chance.below(2)).page.name} opens`;
    },
  ],
  // Browsers
  wipe: [
    0.3,
    anyBrowser((browser, world) => {
      world.ledger.wiped(browser);
      if (browser === world.visitorBrowser) world.visitorsExpected += 1;
      browser.disk.wipe();
      return 'loses what it stored';
    }),
  ],
  'refuse storage': [
    0.5,
    (world) => {
      // Of visitors it is decided from the start: tabs that lose the token they share are not one visitor any more.
      const browser = world.chance.pick(world.agentBrowsers)!;
      browser.refuses = true;
      for (const tab of world.windows) if (tab.browser === browser) tab.storage.refuses = true;
      return `${browser.name} stores nothing any more`;
    },
  ],
  'wrong clock': [
    0.5,
    anyBrowser((browser, world) => {
      const jump = (world.chance.happens(0.5) ? 1 : -1) * DAY;
      browser.skew += jump;
      return `is ${jump > 0 ? 'ahead' : 'behind'} by a day`;
    }),
  ],
  offline: [
    1,
    anyBrowser((browser, world) => {
      browser.isOnline = false;
      for (const tab of world.tabs) {
        if (tab.browser !== browser) continue;
        for (const socket of world.realtime.openOn(tab.page)) socket.isSilent = true;
        tab.page.post('page', 0, () => tab.page.environment.setOnline(false));
      }
      return 'is offline';
    }),
  ],
  online: [
    3,
    (world) => {
      const browser = world.browsers.find(({ isOnline }) => !isOnline);
      if (!browser) return null;
      browser.isOnline = true;
      for (const tab of world.tabs) {
        if (tab.browser === browser) tab.page.post('page', 0, () => tab.page.environment.setOnline(true));
      }
      return `${browser.name} is online`;
    },
  ],
  // Sockets
  cut: [
    2,
    (world) => {
      const socket = world.chance.pick([...world.realtime.sockets]);
      if (!socket) return null;
      world.realtime.cut(socket);
      return `a socket of ${socket.page.name} is cut`;
    },
  ],
  silence: [
    2,
    (world) => {
      const socket = world.chance.pick([...world.realtime.sockets]);
      if (!socket) return null;
      socket.isSilent = true;
      return `a socket of ${socket.page.name} is dead`;
    },
  ],
  kick: [
    1,
    (world) => {
      const socket = world.chance.pick([...world.realtime.sockets]);
      if (!socket) return null;
      world.realtime.kick(socket);
      return `the channel of ${socket.page.name} is closed`;
    },
  ],
  // Nothing happens for a while
  'long wait': [1, () => 'a while passes'],
};
