import { parseDeskSession } from '../../../transport/desk-rows.ts';
import { createLiveChannel } from '../../../transport/live-channel.ts';
import { parseSession } from '../../../transport/rows.ts';
import type { AgentDesk } from '../../agent-desk.ts';
import { createAgentDesk } from '../../agent-driver.ts';
import { compareInTab } from '../../inbox.ts';
import type { Agent, ChatMessage, ChatSession, TimelineMessage } from '../../model.ts';
import type { Tabs, VisitorApi } from '../../ports.ts';
import type { VisitorChat } from '../../visitor-chat.ts';
import { createVisitorChat } from '../../visitor-driver.ts';
import { type Browser, type Page, PageStorage } from './browser.ts';
import type { World } from './world.ts';

const PREFIX = 'support-chat:demo';
const LINE = { url: 'https://demo.supabase.co', key: 'sb_publishable_demo' };

interface Shown {
  readonly current: ChatSession | null;
  readonly messages: readonly TimelineMessage[];
}

/** A page with one driver on it, and what is true of any such page at any moment. */
abstract class Tab {
  readonly page: Page;
  readonly browser: Browser;
  readonly storage: PageStorage;
  readonly tabs: Tabs;
  /** The texts it announced, as a page would ring for them. */
  readonly announced = new Set<string>();
  protected readonly world: World;
  #shown: Shown = { current: null, messages: [] };
  readonly #revs = new Map<string, number>();

  constructor(world: World, browser: Browser, group: string) {
    this.world = world;
    this.browser = browser;
    this.page = browser.openPage();
    this.storage = new PageStorage(this.page, browser);
    this.tabs = browser.openTabs(group, this.page);
  }

  abstract stop(): void;
  /** What the reader's side may see of a conversation. */
  protected abstract truth(session: string): readonly ChatMessage[];
  protected abstract shown(): Shown;
  protected abstract sessions(): readonly ChatSession[];

  check(): void {
    const shown = this.shown();
    if (shown.current !== this.#shown.current || shown.messages !== this.#shown.messages) {
      this.#checkMessages(shown);
      this.#checkNothingVanishes(shown);
      this.#shown = shown;
    }
    for (const { id, rev, unread } of this.sessions()) {
      this.world.ensure(unread >= 0, () => `${this.page.name} counts ${unread} unread`);
      this.world.ensure(
        rev >= (this.#revs.get(id) ?? 0),
        () => `${this.page.name} goes back to an older state of ${id}`,
      );
      this.#revs.set(id, rev);
    }
  }

  /** Nothing of what was shown has to do with what is shown from now on. */
  protected forgetShown(): void {
    this.#revs.clear();
    this.#shown = { current: null, messages: [] };
  }

  /** Rows first, without gaps, and as they are in the database; then what is unsent. Nothing twice. */
  #checkMessages({ current, messages }: Shown): void {
    const { name } = this.page;
    const rows = messages.filter(({ seq }) => seq > 0);
    this.world.ensure(
      rows.every((row, place) => row === messages[place]),
      () => `${name} shows rows behind unsent messages`,
    );
    const ids = messages.map(({ id }) => id);
    this.world.ensure(new Set(ids).size === ids.length, () => `${name} shows a message twice`);
    const keys = messages.flatMap(({ clientId }) => clientId ?? []);
    this.world.ensure(new Set(keys).size === keys.length, () => `${name} shows a message beside its own row`);
    this.world.ensure(rows.length === 0 || current !== null, () => `${name} shows rows of no conversation`);
    const first = rows[0]?.seq ?? 1;
    const truth = current && rows.length > 0 ? this.truth(current.id) : [];
    const isTrue = rows.every((row, place) => {
      const known = truth[first - 1 + place];
      return row.seq === first + place && row.id === known?.id && row.content === known.content;
    });
    this.world.ensure(
      isTrue,
      () => `${name} shows ${rows.map(({ seq, id }) => `${seq}:${id}`)}, which is not what was said`,
    );
  }

  /** What somebody sent stays on screen for as long as the conversation does. */
  #checkNothingVanishes({ current, messages }: Shown): void {
    // What was written in a conversation that is erased goes on in another.
    if (current === null || this.#shown.current?.id !== current.id) return;
    if (!this.world.truth.ids.includes(current.id)) return;
    const now = new Set(messages.map(({ clientId }) => clientId));
    const first = messages.find(({ seq }) => seq > 0)?.seq ?? 1;
    for (const { seq, clientId, content } of this.#shown.messages) {
      if (seq > 0 || now.has(clientId) || this.world.ledger.mayGo(content)) continue;
      const isEarlier = this.truth(current.id).some((row) => row.clientId === clientId && row.seq < first);
      this.world.ensure(isEarlier, () => `“${content}” vanishes from ${this.page.name}`);
    }
  }
}

export class VisitorTab extends Tab {
  readonly chat: VisitorChat;
  /** What it used for its last request. */
  token: string | null = null;
  /** Another tab signed out, and no word of that came yet. */
  awaitsSignOut = false;
  readonly #heard = new Set<string>();

  constructor(world: World, browser: Browser) {
    super(world, browser, PREFIX);
    const { environment, clock } = this.page;
    const { storage, tabs, page } = this;
    const transport = world.realtime.transportFor(page, browser);
    this.chat = createVisitorChat({
      api: this.#watch(world.truth.visitorApi(world.network.callFrom(page, browser))),
      live: createLiveChannel({ ...LINE, parseSession, clock, environment, tabs, transport }),
      storage,
      environment,
      clock,
      tabs,
      storagePrefix: PREFIX,
    });
    this.chat.onEvent((event) => {
      if (event.type !== 'message') return;
      const { id, content } = event.message;
      this.announced.add(content);
      this.world.ensure(!this.#heard.has(id), () => `${page.name} announces ${id} twice`);
      this.#heard.add(id);
    });
    this.chat.start();
  }

  override stop(): void {
    this.chat.stop();
  }

  /** Whoever was here is gone: what comes again is news again. */
  forget(): void {
    this.#heard.clear();
    this.forgetShown();
  }

  protected override truth(session: string): readonly ChatMessage[] {
    return this.world.truth.visitorMessages(session);
  }

  protected override shown(): Shown {
    return this.chat.state;
  }

  protected override sessions(): readonly ChatSession[] {
    return this.chat.state.sessions;
  }

  #watch(api: VisitorApi): VisitorApi {
    const watched = Object.entries(api).map(([name, ask]) => [
      name,
      (token: string | null, ...rest: unknown[]) => {
        if (token !== null && token !== this.token) this.forget();
        this.token = token;
        this.world.tell(
          () =>
            `${this.page.name} asks as ${token?.slice(0, 12)}: ${name} ${JSON.stringify(rest).slice(0, 160)}`,
        );
        return (ask as (...all: unknown[]) => unknown)(token, ...rest);
      },
    ]);
    return Object.fromEntries(watched) as VisitorApi;
  }
}

export class AgentWindow extends Tab {
  readonly agent: Agent;
  readonly desk: AgentDesk;
  readonly #heard = new Set<string>();

  constructor(world: World, browser: Browser, agent: Agent) {
    const prefix = `${PREFIX}:${agent.id}`;
    super(world, browser, `${prefix}:desk`);
    this.agent = agent;
    const { environment, clock } = this.page;
    const { storage, tabs, page } = this;
    const transport = world.realtime.transportFor(page, browser);
    this.desk = createAgentDesk({
      api: world.truth.agentApi(world.network.callFrom(page, browser), agent, world.team),
      live: createLiveChannel({
        ...{ ...LINE, parseSession: parseDeskSession, clock, environment, tabs, transport },
        accessToken: async () => 'a.signed.token',
      }),
      storage,
      environment,
      clock,
      tabs,
      storagePrefix: prefix,
    });
    this.desk.onEvent(({ type, text, session }) => {
      if (type !== 'message') return;
      this.announced.add(text);
      const key = `${session.id} ${text}`;
      this.world.ensure(!this.#heard.has(key), () => `${page.name} announces “${text}” twice`);
      this.#heard.add(key);
    });
    this.desk.start();
  }

  override stop(): void {
    this.desk.stop();
  }

  override check(): void {
    super.check();
    const { inbox, tab, sort, counts } = this.desk.state;
    const { name } = this.page;
    this.world.ensure(
      Object.values(counts).every((count) => count >= 0),
      () => `${name} counts below zero`,
    );
    const isSorted = inbox.every(
      (one, place) => place === 0 || compareInTab(inbox[place - 1]!, one, tab, sort) < 0,
    );
    this.world.ensure(isSorted, () => `the inbox of ${name} is out of order`);
  }

  protected override truth(session: string): readonly ChatMessage[] {
    return this.world.truth.deskMessages(session);
  }

  protected override shown(): Shown {
    return this.desk.state;
  }

  protected override sessions(): readonly ChatSession[] {
    const { current, inbox } = this.desk.state;
    return current ? [current, ...inbox] : inbox;
  }
}
