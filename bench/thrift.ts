// What the elements cost while nothing happens: requests, sockets and storage of a visitor who never chats, of five
// tabs of one who does, of hidden tabs, and of a dashboard that nobody touches.
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { startDemoBackend } from '../e2e/backend.ts';
import {
  type Backend,
  below,
  exactly,
  liftLimits,
  median,
  newPerson,
  openDesk,
  openShop,
  Sockets,
  sleep,
  Table,
  until,
  type Verdict,
  worst,
} from './harness.ts';

const MINUTE = 60_000;
const TABS = 5;
const HANDOVER = 2000;
const HANDOVERS = 3;

declare global {
  /** How often a page opened what only other tabs or later visits could be for. */
  var benchOpened: Record<'channels' | 'locks' | 'databases', number>;
  var benchHide: (hidden: boolean) => void;
}

export async function* thrift(browser: Browser): AsyncGenerator<Table> {
  const backend = await startDemoBackend();
  try {
    await liftLimits(backend);
    const table = new Table('thrift');
    await quietVisit(browser, backend, table);
    const person = await watchedPerson(browser, backend);
    const tabs = await FiveTabs.open(person);
    const desk = await openDesk(await newPerson(browser, backend));
    await desk.showTab('Unassigned');
    await desk.inbox.getByRole('button').first().click();
    await desk.messages.waitFor();
    await sleep(5000);
    const sockets = tabs.sockets.count;
    const [ofTabs, ofDesk] = await Promise.all([idleMinute(person), idleMinute(desk.page.context())]);
    table.row(`${TABS} tabs, an open conversation: sockets`, sockets, exactly(sockets, 1));
    table.row('  requests of all in an idle minute', ofTabs);
    for (const kind of ['closed', 'crashed'] as const) await handover(tabs, kind, table);
    await person.close();
    await hiddenTab(browser, backend, table);
    table.row('dashboard: requests in an idle minute', ofDesk);
    yield table;
  } finally {
    await backend.close();
  }
}

/** A visitor whose pages can be hidden, and count what they open. */
async function watchedPerson(browser: Browser, backend: Backend): Promise<BrowserContext> {
  const person = await newPerson(browser, backend);
  await person.addInitScript(() => {
    let hidden = false;
    Object.defineProperties(document, {
      hidden: { get: () => hidden },
      visibilityState: { get: () => (hidden ? 'hidden' : 'visible') },
    });
    globalThis.benchHide = (value) => {
      hidden = value;
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    };
    globalThis.benchOpened = { channels: 0, locks: 0, databases: 0 };
    globalThis.BroadcastChannel = class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        benchOpened.channels += 1;
      }
    };
    const count = (target: object, method: string, what: keyof typeof benchOpened) => {
      const real = Reflect.get(target, method) as (...args: unknown[]) => unknown;
      Reflect.set(target, method, function (this: unknown, ...args: unknown[]) {
        benchOpened[what] += 1;
        return real.apply(this, args);
      });
    };
    if (navigator.locks) count(LockManager.prototype, 'request', 'locks');
    count(IDBFactory.prototype, 'open', 'databases');
  });
  return person;
}

/** Somebody looks around on a page with the chat, and never opens it. */
async function quietVisit(browser: Browser, backend: Backend, table: Table): Promise<void> {
  const person = await watchedPerson(browser, backend);
  const page = await person.newPage();
  const scripts: string[] = [];
  const others: string[] = [];
  let sockets = 0;
  let writes = 0;
  const ownOfPage = new Set(['/', '/demo.css', '/favicon.svg']);
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (ownOfPage.has(pathname)) return;
    (request.resourceType() === 'script' ? scripts : others).push(pathname);
  });
  page.on('websocket', () => {
    sockets += 1;
  });
  const devtools = await person.newCDPSession(page);
  await devtools.send('DOMStorage.enable');
  for (const event of ['domStorageItemAdded', 'domStorageItemUpdated', 'domStorageItemRemoved'] as const) {
    devtools.on(`DOMStorage.${event}`, () => {
      writes += 1;
    });
  }
  await page.goto('/');
  await page.getByRole('button', { name: 'Open chat' }).waitFor();
  await page.mouse.move(300, 300);
  await page.mouse.wheel(0, 800);
  for (const hidden of [true, false]) await page.evaluate((value) => benchHide(value), hidden);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await sleep(5000);
  const opened = await page.evaluate(async () => ({ ...benchOpened, caches: (await caches.keys()).length }));
  writes += opened.databases + opened.caches + (await person.cookies()).length;
  await person.close();

  const row = (name: string, figure: number, bound: number) =>
    table.row(name, figure, exactly(figure, bound));
  row('a visitor who never chats: scripts', scripts.length, 1);
  row('  requests after it', others.length, 0);
  row('  sockets', sockets, 0);
  row('  writes to storage, databases, caches, cookies', writes, 0);
  table.row('  channels and locks between tabs', opened.channels + opened.locks);
}

/** Tabs of one visitor who has a conversation open; the newest is the one on screen. */
class FiveTabs {
  readonly sockets = new Sockets();
  readonly #person: BrowserContext;
  #joined: { page: Page; at: number }[] = [];

  private constructor(person: BrowserContext) {
    this.#person = person;
  }

  static async open(person: BrowserContext): Promise<FiveTabs> {
    const tabs = new FiveTabs(person);
    person.on('page', (page) => {
      tabs.sockets.watch(page, () => tabs.#joined.push({ page, at: performance.now() }));
    });
    const first = await openShop(person);
    await first.open();
    await first.send('Bench: five tabs');
    await tabs.fill();
    return tabs;
  }

  /** Opens as many as are missing. */
  async fill(): Promise<void> {
    for (const page of this.#person.pages()) await page.evaluate(() => benchHide(true));
    while (this.#person.pages().length < TABS) {
      const widget = await openShop(this.#person);
      if (this.#person.pages().length < TABS) await widget.page.evaluate(() => benchHide(true));
    }
  }

  /** Milliseconds until another tab has joined after the one with the socket is gone; null if none had it alone. */
  async lose(kind: 'closed' | 'crashed'): Promise<number | null> {
    await this.fill();
    // The socket may move to the tab on screen before it rests.
    await sleep(3000);
    const [holder] = this.sockets.holders;
    if (this.sockets.count !== 1 || !holder) return null;
    this.#joined = [];
    const begin = performance.now();
    if (kind === 'closed') await holder.close();
    else await crash(holder);
    const successor = () => this.#joined.find(({ page }) => page !== holder);
    const found = await until(() => successor() !== undefined, 30_000);
    const { at } = successor() ?? { at: Number.NaN };
    if (kind === 'crashed') await holder.close();
    return found ? at - begin : Number.POSITIVE_INFINITY;
  }
}

async function crash(page: Page): Promise<void> {
  const gone = new Promise((resolve) => page.once('crash', resolve));
  const devtools = await page.context().newCDPSession(page);
  // It has no answer: who should give it has crashed.
  devtools.send('Page.crash').catch(() => {});
  await gone;
}

async function handover(tabs: FiveTabs, kind: 'closed' | 'crashed', table: Table): Promise<void> {
  const times: (number | null)[] = [];
  for (let n = 0; n < HANDOVERS; n += 1) times.push(await tabs.lose(kind));
  const known = times.filter((time) => time !== null);
  const name = `  socket's tab ${kind} → another joined, ms`;
  if (known.length < times.length) {
    const verdict: Verdict = { bound: `< ${HANDOVER.toLocaleString('en')}`, kept: false };
    table.row(`${name} (no tab had the only socket)`, null, verdict);
    return;
  }
  table.row(`${name}, median`, Math.round(median(known)));
  table.row(`${name}, worst of ${HANDOVERS}`, Math.round(worst(known)), below(worst(known), HANDOVER));
}

/** Requests of all pages in one minute. */
async function idleMinute(context: BrowserContext): Promise<number> {
  let requests = 0;
  const count = () => {
    requests += 1;
  };
  context.on('request', count);
  await sleep(MINUTE);
  context.off('request', count);
  return requests;
}

async function hiddenTab(browser: Browser, backend: Backend, table: Table): Promise<void> {
  const ended = await HiddenTab.open(browser, backend, 'ended');
  await ended.wait(6);
  table.row('hidden tab, conversation ended: sockets after 6 min', ended.count, exactly(ended.count, 0));
  await ended.close();

  const open = await HiddenTab.open(browser, backend, 'open');
  await open.wait(25);
  table.row('hidden tab, conversation open: sockets after 25 min', open.count, exactly(open.count, 1));
  await open.wait(7);
  table.row('  after 32 min', open.count, exactly(open.count, 0));
  await open.close();
}

/** A tab of a visitor with a conversation that went to the background, where time passes as fast as we like. */
class HiddenTab {
  readonly #page: Page;
  readonly #sockets: Sockets;

  private constructor(page: Page, sockets: Sockets) {
    this.#page = page;
    this.#sockets = sockets;
  }

  static async open(browser: Browser, backend: Backend, session: 'open' | 'ended'): Promise<HiddenTab> {
    const person = await watchedPerson(browser, backend);
    await person.clock.install();
    const sockets = new Sockets();
    person.on('page', (page) => sockets.watch(page));
    const widget = await openShop(person);
    await widget.open();
    await widget.send(`Bench: hidden, ${session}`);
    if (session === 'ended') {
      await widget.window.getByRole('button', { name: 'More options' }).click();
      await widget.window.getByRole('button', { name: 'End conversation' }).click();
      await widget.window.getByRole('button', { name: 'Reopen conversation' }).waitFor();
    }
    await until(() => sockets.count > 0, 5000);
    await widget.page.evaluate(() => benchHide(true));
    return new HiddenTab(widget.page, sockets);
  }

  get count(): number {
    return this.#sockets.count;
  }

  /** In steps so small that answers come before anybody stops waiting for them. */
  async wait(minutes: number): Promise<void> {
    const step = 5000;
    for (let passed = 0; passed < minutes * MINUTE; passed += step) {
      await this.#page.clock.fastForward(step);
      await sleep(25);
    }
    await sleep(500);
  }

  close(): Promise<void> {
    return this.#page.context().close();
  }
}
