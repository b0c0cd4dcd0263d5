import { createTabs } from '../../../browser/tabs.ts';
import type { Tabs } from '../../ports.ts';
import { FakeDisk, FakeStorage } from '../fake-browser.ts';
import type { Chance } from './chance.ts';
import { type Page, Page as SimulatedPage } from './page.ts';
import type { VirtualTime } from './virtual-time.ts';

export type { Page } from './page.ts';

interface Request {
  readonly page: Page;
  readonly callback: () => Promise<void>;
  readonly signal: AbortSignal | undefined;
  resolve(): void;
  reject(reason: unknown): void;
}

interface Channel {
  readonly page: Page;
  readonly name: string;
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** Web Locks as browsers keep them, outside of any page: a dead page's locks pass on, a frozen one's do not. */
class Locks {
  readonly #names = new Map<string, { held: Request | null; waiting: Request[] }>();
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Locks that are held or waited for. */
  get count(): number {
    let count = 0;
    for (const { held, waiting } of this.#names.values()) count += waiting.length + (held ? 1 : 0);
    return count;
  }

  holderOf(page: Page): boolean {
    return [...this.#names.values()].some(({ held }) => held?.page === page);
  }

  request(page: Page, name: string, options: LockOptions, callback: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (options.steal && signal) throw new Error('A lock is not stolen with a signal.');
      const request: Request = { page, callback, signal, resolve, reject };
      if (signal?.aborted) throw aborted();
      this.#browser.hear(page, () => this.#take(name, request, options.steal === true));
      signal?.addEventListener('abort', () => this.#browser.hear(page, () => this.#abort(name, request)));
    });
  }

  /** A page is gone, and what it held with it. */
  forget(page: Page): void {
    for (const [name, lock] of this.#names) {
      lock.waiting = lock.waiting.filter((request) => request.page !== page);
      if (lock.held?.page === page) this.#release(name, lock.held);
    }
  }

  #take(name: string, request: Request, steals: boolean): void {
    if (!request.page.isAlive) return;
    const lock = this.#of(name);
    if (steals) {
      const robbed = lock.held;
      lock.held = null;
      if (robbed) robbed.page.post('locks', this.#browser.hop(), () => robbed.reject(aborted()));
      lock.waiting.unshift(request);
    } else {
      lock.waiting.push(request);
    }
    this.#next(name);
  }

  #next(name: string): void {
    const lock = this.#of(name);
    if (lock.held) return;
    const request = lock.waiting.shift();
    if (!request) return;
    lock.held = request;
    const release = () => this.#browser.hear(request.page, () => this.#release(name, request));
    request.page.post('locks', this.#browser.hop(), () => {
      if (request.signal?.aborted) {
        request.reject(aborted());
        release();
        return;
      }
      request.callback().then(
        () => {
          request.resolve();
          release();
        },
        (reason) => {
          request.reject(reason);
          release();
        },
      );
    });
  }

  #release(name: string, request: Request): void {
    const lock = this.#of(name);
    if (lock.held === request) lock.held = null;
    this.#next(name);
  }

  #abort(name: string, request: Request): void {
    const lock = this.#of(name);
    if (!lock.waiting.includes(request)) return;
    lock.waiting = lock.waiting.filter((other) => other !== request);
    request.page.post('locks', this.#browser.hop(), () => request.reject(aborted()));
  }

  #of(name: string): { held: Request | null; waiting: Request[] } {
    const known = this.#names.get(name) ?? { held: null, waiting: [] };
    this.#names.set(name, known);
    return known;
  }
}

function aborted(): Error {
  return new Error('AbortError');
}

/** One page's view of the disk that its browser shares: word of others' changes comes as a task. */
export class PageStorage extends FakeStorage {
  readonly #page: Page;
  readonly #browser: Browser;

  constructor(page: Page, browser: Browser) {
    super(browser.disk);
    this.refuses = browser.refuses;
    this.#page = page;
    this.#browser = browser;
  }

  override set(key: string, value: string): boolean {
    this.#browser.onWrite(this.#page, key, value);
    return super.set(key, value);
  }

  override hear(key: string | null, value: string | null): void {
    // Whoever is in the back-forward cache is not told, now or later.
    if (this.#page.isParked) return;
    this.#page.post('storage', this.#browser.hop(), () => {
      super.hear(key, value);
      this.#browser.onHeard(this.#page, value);
    });
  }
}

/** What the pages of one browser share: a disk, locks, channels, a clock that may be wrong, and a network. */
export class Browser {
  readonly name: string;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly disk = new FakeDisk();
  readonly locks = new Locks(this);
  readonly pages = new Set<Page>();
  readonly throttle: number;
  skew = 0;
  isOnline = true;
  /** Its storage is blocked, or full: nothing is written, and nothing goes away. */
  refuses = false;
  /** How long a word between pages takes at most, in ms. */
  slowestHop = 5;
  onTask: (page: Page) => void = () => {};
  onWrite: (page: Page, key: string, value: string) => void = () => {};
  onHeard: (page: Page, value: string | null) => void = () => {};
  readonly #channels = new Set<Channel>();
  readonly #heard = new Map<Page, number>();
  #count = 0;

  constructor(name: string, time: VirtualTime, chance: Chance, throttle: number) {
    this.name = name;
    this.time = time;
    this.chance = chance;
    this.throttle = throttle;
  }

  get openChannels(): number {
    return this.#channels.size;
  }

  hop(): number {
    return this.chance.between(0, this.slowestHop);
  }

  openPage(): Page {
    this.#count += 1;
    const page = new SimulatedPage(`${this.name}${this.#count}`, this);
    this.pages.add(page);
    return page;
  }

  /** A page is gone without a word; what it held is noticed a little later. */
  lose(page: Page, storage: FakeStorage): void {
    page.die();
    this.pages.delete(page);
    this.disk.detach(storage);
    for (const channel of this.#channels) if (channel.page === page) this.#channels.delete(channel);
    this.hear(page, () => this.locks.forget(page));
  }

  /** Something a page asked of the browser arrives there, whatever becomes of the page. */
  hear(page: Page, run: () => void): void {
    const at = Math.max(this.time.now + this.hop(), this.#heard.get(page) ?? 0);
    this.#heard.set(page, at);
    this.time.at(at, run);
  }

  openTabs(name: string, page: Page): Tabs {
    return createTabs(name, {
      environment: page.environment,
      clock: page.clock,
      locks: { request: (lock, options, held) => this.locks.request(page, lock, options, held) },
      openChannel: (channel) => this.#openChannel(channel, page),
    });
  }

  #openChannel(name: string, page: Page): Channel {
    const channel: Channel = {
      page,
      name,
      onmessage: null,
      postMessage: (data) => {
        if (!this.#channels.has(channel)) throw new Error('The channel is closed.');
        for (const other of this.#channels) {
          if (other === channel || other.name !== name) continue;
          other.page.post(`from ${page.name}`, this.hop(), () => {
            if (this.#channels.has(other)) other.onmessage?.({ data } as MessageEvent);
          });
        }
      },
      close: () => this.#channels.delete(channel),
    };
    this.#channels.add(channel);
    return channel;
  }
}
