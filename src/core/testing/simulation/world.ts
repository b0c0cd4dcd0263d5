import type { Agent } from '../../model.ts';
import { me } from '../samples.ts';
import { Truth } from '../truth.ts';
import { Browser, type Page } from './browser.ts';
import { Chance } from './chance.ts';
import { CALM, type Climate, climateOf } from './climate.ts';
import { Ledger } from './ledger.ts';
import { Network } from './network.ts';
import { Realtime } from './realtime.ts';
import { AgentWindow, VisitorTab } from './tabs.ts';
import { VirtualTime } from './virtual-time.ts';

/** What is promised does not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** How long two tabs of a browser may both hold a socket, in ms, besides four words between them. */
const HANDOVER = 500;

/** By then every page knows what was erased, in ms. */
const NEWS_TRAVELS = 300_000;

/** One visitor's browser, one or two agents' browsers, a database, and the weather between them. */
export class World {
  readonly chance: Chance;
  readonly climate: Climate;
  readonly time = new VirtualTime();
  readonly truth: Truth;
  readonly network: Network;
  readonly realtime: Realtime;
  readonly ledger: Ledger;
  readonly team: readonly Agent[];
  readonly visitorBrowser: Browser;
  readonly agentBrowsers: readonly Browser[];
  readonly visitorTabs: VisitorTab[] = [];
  readonly windows: AgentWindow[] = [];
  /** Tokens that somebody signed out of. */
  readonly signedOut = new Set<string>();
  /** How many visitors there may be. */
  visitorsExpected = 1;
  /** Every visitor there was. */
  readonly visitors = new Set<string>();
  /** The last steps, in words; kept where somebody is to read them. */
  readonly log: string[] | null;
  #erasedAt = Number.NEGATIVE_INFINITY;
  readonly #touched = new Set<Page>();
  readonly #crowded = new Map<Browser, { readonly pages: string; readonly since: number }>();
  #broken: Broken | null = null;
  #texts = 0;

  constructor(seed: number, isTold: boolean) {
    this.log = isTold ? [] : null;
    this.chance = new Chance(seed);
    const { chance, time } = this;
    this.climate = climateOf(chance);
    this.truth = new Truth(
      () => time.now,
      (topic, event) => this.realtime.broadcast(topic, event),
    );
    this.network = new Network(this.climate);
    this.network.trace = (page, line) => this.tell(() => `${page.name}: ${line()}`);
    this.realtime = new Realtime(this.climate, (topic) => this.truth.isTopic(topic));
    this.ledger = new Ledger(this.truth);
    this.team = [me, { ...me, id: 'a2', name: 'Bo' }].slice(0, 1 + chance.below(2));
    this.visitorBrowser = this.#browser('v');
    this.agentBrowsers = this.team.map((_, index) => this.#browser('ab'[index] ?? 'c'));
    if (chance.happens(0.05)) {
      this.visitorBrowser.refuses = true;
      // Tabs that can share nothing are not one visitor.
      this.visitorsExpected = Number.POSITIVE_INFINITY;
    }
    time.onSettled = () => this.#check();
    for (let count = 1 + chance.below(3); count > 0; count -= 1) this.openVisitorTab();
    for (const index of this.team.keys()) this.openWindow(index);
    if (chance.happens(0.5)) this.openWindow(0);
  }

  get tabs(): readonly (VisitorTab | AgentWindow)[] {
    return [...this.visitorTabs, ...this.windows];
  }

  get browsers(): readonly Browser[] {
    return [this.visitorBrowser, ...this.agentBrowsers];
  }

  openVisitorTab(): VisitorTab {
    const tab = new VisitorTab(this, this.visitorBrowser);
    this.visitorTabs.push(tab);
    return tab;
  }

  openWindow(agent: number): AgentWindow {
    const index = agent % this.team.length;
    const window = new AgentWindow(this, this.agentBrowsers[index]!, this.team[index]!);
    this.windows.push(window);
    return window;
  }

  /** A page goes away: its driver is stopped, it is left, or it vanishes with the process. */
  close(tab: VisitorTab | AgentWindow, how: 'stopped' | 'left' | 'crashed'): void {
    if (tab.page.isRunning && how === 'stopped') tab.page.act(() => tab.stop());
    if (tab.page.isRunning && how === 'left') tab.page.act(() => tab.page.environment.leave());
    this.realtime.forget(tab.page);
    this.network.forget(tab.page);
    tab.browser.lose(tab.page, tab.storage);
    this.ledger.lost(tab.page);
    this.#remove(this.visitorTabs, tab);
    this.#remove(this.windows, tab);
  }

  /** Into the back-forward cache. */
  park(tab: VisitorTab | AgentWindow): void {
    if (!tab.page.isRunning) return;
    tab.page.park();
    for (const socket of this.realtime.openOn(tab.page)) this.realtime.cut(socket);
  }

  /** Conversations are about to be erased. */
  erased(ids: readonly string[]): void {
    for (const id of ids) this.ledger.erased(id);
    this.#erasedAt = this.time.now;
  }

  /**
   * Not every page may know yet what is erased: what is on its way there goes on elsewhere, and what arrived without
   * an answer with it.
   */
  get isErasureNews(): boolean {
    return this.time.now - this.#erasedAt < NEWS_TRAVELS;
  }

  text(kind: string): string {
    this.#texts += 1;
    return `${kind} ${this.#texts}`;
  }

  calmDown(): void {
    this.network.calmDown();
    this.realtime.calmDown();
    for (const browser of this.browsers) browser.slowestHop = CALM.slowestHop;
  }

  tell(line: () => string): void {
    if (!this.log) return;
    const seconds = ((this.time.now - Date.parse('2026-11-23T10:00:00Z')) / 1_000).toFixed(3);
    this.log.push(`${seconds.padStart(9)} ${line()}`);
  }

  /** Something that must hold; the first that does not ends the run, wherever it was found. */
  ensure(holds: boolean, words: () => string): void {
    if (!holds) this.#broken ??= new Broken(words());
  }

  rethrow(): void {
    if (this.#broken) throw this.#broken;
  }

  #browser(name: string): Browser {
    const browser = new Browser(name, this.time, this.chance, this.climate.throttle);
    browser.slowestHop = this.climate.slowestHop;
    browser.onTask = (page) => this.#touched.add(page);
    browser.onWrite = (page, key, value) => {
      this.tell(() => `${page.name} stores ${key.replace(/^.*(?=:)/, '')} ${value.slice(0, 100)}`);
      this.ledger.written(key, value);
    };
    browser.onHeard = (page, value) => {
      const tab = this.visitorTabs.find((one) => one.page === page);
      if (!tab || value?.startsWith('signed-out') !== true) return;
      tab.awaitsSignOut = false;
      tab.forget();
    };
    return browser;
  }

  #remove<T>(list: T[], tab: unknown): void {
    const index = list.indexOf(tab as T);
    if (index >= 0) list.splice(index, 1);
  }

  /** Facts that hold at any moment, asked of the pages where something happened. */
  #check(): void {
    if (this.#touched.size > 0) {
      for (const tab of this.tabs) if (this.#touched.has(tab.page)) tab.check();
      this.#touched.clear();
    }
    for (const browser of this.browsers) this.#checkSockets(browser);
    for (const token of this.truth.tokens) this.visitors.add(token);
    this.ensure(
      this.visitors.size <= this.visitorsExpected,
      () => `one visitor became ${this.visitors.size}, with cause for ${this.visitorsExpected}`,
    );
    this.rethrow();
  }

  /** One socket a browser, but while one tab takes over from another. Frozen tabs cannot be asked. */
  #checkSockets(browser: Browser): void {
    const busy: string[] = [];
    for (const page of browser.pages) {
      if (!page.isRunning) continue;
      const { length } = this.realtime.openOn(page);
      if (length > 0) busy.push(page.name);
      this.ensure(length < 2, () => `${page.name} has ${length} sockets`);
    }
    const pages = busy.join();
    const crowd = this.#crowded.get(browser);
    if (busy.length < 2) this.#crowded.delete(browser);
    else if (crowd?.pages !== pages) this.#crowded.set(browser, { pages, since: this.time.now });
    else {
      const lasts = this.time.now - crowd.since;
      const bound = HANDOVER + 4 * this.climate.slowestHop;
      this.ensure(lasts <= bound, () => `${pages} have sockets at once for ${Math.round(lasts)} ms`);
    }
  }
}
