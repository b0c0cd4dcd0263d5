// The agent's driver against the truth of a database, over a network that delays, reorders, repeats and loses.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentDesk } from './agent-desk.ts';
import { createAgentDesk } from './agent-driver.ts';
import { compareInTab } from './inbox.ts';
import type { DeskSession, InboxSort, InboxTab, TimelineMessage } from './model.ts';
import { FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { HostileNetwork } from './testing/hostile-network.ts';
import { loneTab } from './testing/lone-tab.ts';
import { pick, tries } from './testing/properties.ts';
import { me } from './testing/samples.ts';
import { Truth } from './testing/truth.ts';

/** A step and two numbers, which choose among what there is at that moment. */
type Step = readonly [name: string, a: number, b: number];

const TABS: readonly InboxTab[] = ['mine', 'unassigned', 'all', 'closed'];
const SORTS: readonly InboxSort[] = ['waiting', 'newest'];
const VISITOR = 'the visitor’s token';
const COLLEAGUE = { ...me, id: 'a2', name: 'Bo' };
const MYSELF = { id: me.id, name: me.name, avatar: null };

class World {
  readonly clock = new FakeClock();
  readonly environment = new FakeEnvironment();
  readonly storage = new FakeStorage();
  readonly live = new FakeLive<DeskSession>();
  readonly network = new HostileNetwork(this.clock);
  readonly truth = new Truth(() => this.clock.now());
  desk: AgentDesk = this.openPage();
  /** Texts this agent sent, and where. No text is said twice, by anybody. */
  readonly said = new Map<string, string>();
  readonly discarded = new Set<string>();
  readonly erased = new Set<string>();
  #heard = new Set<string>();
  #revs = new Map<string, number>();
  #windows = new Map<string, { readonly first: number; readonly last: number }>();
  #accepted = new Set<string>();
  #shown: { readonly session: string | null; readonly messages: readonly TimelineMessage[] } | null = null;
  #texts = 0;

  openPage(): AgentDesk {
    const { clock, environment, storage, live } = this;
    const desk = createAgentDesk({
      api: this.truth.agentApi(this.network.call),
      live,
      storage,
      environment,
      clock,
      tabs: loneTab,
      storagePrefix: 'support-chat:demo',
    });
    desk.onEvent(({ type, text }) => {
      if (type !== 'message') return;
      expect([...this.#heard]).not.toContain(text);
      this.#heard.add(text);
    });
    desk.start();
    return desk;
  }

  readonly steps: Readonly<Record<string, (a: number, b: number) => unknown>> = {
    // The agent
    select: (a) => void this.desk.select(a % 6 === 0 ? null : (pick(this.truth.ids, a) ?? null)),
    send: (a) => {
      const { current } = this.desk.state;
      if (!current) return;
      const text = this.text('reply');
      this.said.set(text, current.id);
      void this.desk.send(text, a % 4 === 0 ? 'note' : 'text');
    },
    retry: (a) => this.desk.retry(pick(this.failed(), a)?.clientId ?? ''),
    discard: (a) => {
      const message = pick(this.failed(), a);
      if (!message) return;
      this.discarded.add(message.content);
      this.desk.discard(message.clientId ?? '');
    },
    earlier: () => void this.desk.loadEarlier(),
    tab: (a) => void this.desk.showTab(pick(TABS, a) ?? 'all'),
    sort: (a) => void this.desk.sortBy(pick(SORTS, a) ?? 'newest'),
    more: () => void this.desk.loadMore(),
    take: () => void this.desk.assign(me.id),
    giveUp: () => void this.desk.assign(null),
    close: () => void this.desk.close(),
    reopen: () => void this.desk.reopen(),
    visible: (a) => this.environment.setVisible(a % 3 > 0),
    reload: () => {
      this.desk.stop();
      // What is under way when a page goes away may have arrived; its answer reaches nobody.
      while (this.network.underWay.length > 0) this.network.lose(0);
      this.#heard.clear();
      this.#revs.clear();
      this.#windows.clear();
      this.#accepted.clear();
      this.#shown = null;
      this.desk = this.openPage();
    },
    // Visitors
    begin: (a) => {
      // A stock of conversations that is more than a page, and more than a sync has room for.
      const count = a % 5 === 0 ? 8 : 1;
      for (let turn = 0; turn < count && this.truth.ids.length < 20; turn += 1) {
        this.truth.start(VISITOR, this.text('begun'), this.text('key'), this.text('hello'));
      }
    },
    ask: (a) => this.onSession(a, (id) => this.truth.say(id, this.text('key'), this.text('question'))),
    flood: (a, b) => {
      for (let turn = 0; turn < 6; turn += 1) this.steps.ask?.(a, b);
    },
    visitorReads: (a, b) => this.onSession(a, (id) => this.truth.readByVisitor(id, b % 20)),
    rate: (a, b) => this.onSession(a, (id) => this.truth.rate(id, 1 + (b % 5))),
    status: (a, b) => this.onSession(a, (id) => this.truth.setStatus(id, b % 2 ? 'open' : 'closed')),
    erase: (a, b) => {
      if (b % 3 === 0) this.onSession(a, (id) => this.erase(id));
    },
    // Colleagues
    colleague: (a, b) =>
      this.onSession(a, (id) =>
        this.truth.reply(id, this.text('key'), this.text('help'), b % 2 ? 'text' : 'note', COLLEAGUE),
      ),
    assign: (a, b) =>
      this.onSession(a, (id) => {
        const to = pick([null, MYSELF, { ...MYSELF, id: COLLEAGUE.id, name: COLLEAGUE.name }], b) ?? null;
        this.truth.assign(id, to, this.truth.deskSession(id).agent?.id ?? null);
      }),
    deskRead: (a, b) => this.onSession(a, (id) => this.truth.readByDesk(id, b % 20)),
    priority: (a, b) => this.onSession(a, (id) => this.truth.setPriority(id, b % 2 ? 'high' : 'low')),
    // The network
    rotate: () => this.truth.rotateTopics(),
    arrive: (a) => this.network.arrive(a),
    answer: (a) => this.network.answer(a),
    lose: (a) => this.network.lose(a),
    deliver: (a, b) => {
      const events = this.truth.deskEvents;
      const at = a % Math.max(1, events.length);
      const event = events[at];
      if (event) this.live.deliver(event);
      if (b % 3 > 0) events.splice(at, 1);
    },
    drop: (a) => this.truth.deskEvents.splice(a % Math.max(1, this.truth.deskEvents.length), 1),
    join: () => this.live.join(),
    leave: () => this.live.lose(),
    ready: () => this.live.ready(),
    wake: () => this.environment.wake(),
    wait: async (a) => {
      await this.clock.advance(a * 10);
      this.network.expire();
    },
  };

  async take([name, a, b]: Step): Promise<void> {
    void this.steps[name]?.(a, b);
    await settle();
    this.check();
  }

  text(kind: string): string {
    this.#texts += 1;
    return `${kind} ${this.#texts}`;
  }

  failed(): readonly TimelineMessage[] {
    return this.desk.state.messages.filter(({ status }) => status === 'failed');
  }

  onSession(which: number, act: (id: string) => unknown): void {
    const id = pick(this.truth.ids, which);
    try {
      if (id !== undefined) act(id);
    } catch {
      // Somebody tried what is not allowed.
    }
  }

  erase(id: string): void {
    this.truth.erase(id);
    this.erased.add(id);
    this.#windows.delete(id);
  }

  /** Facts that hold at any moment. */
  check(): void {
    const { current, messages, inbox, earlier, tab, sort, counts } = this.desk.state;
    const rows = messages.filter(({ seq }) => seq > 0);
    // One at a time in each conversation, since order is part of what was said.
    const sends = this.network.underWay.filter((request) => request.startsWith('send to'));
    expect(new Set(sends).size).toBe(sends.length);
    expect(messages.slice(0, rows.length)).toEqual(rows);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    const keys = messages.flatMap(({ clientId }) => clientId ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    this.#checkWindow(current, messages, rows);
    this.#checkNothingVanishes(current, messages, rows);
    expect(new Set(inbox.map(({ id }) => id)).size).toBe(inbox.length);
    expect(inbox).toEqual([...inbox].sort((a, b) => compareInTab(a, b, tab, sort)));
    expect(Math.min(...Object.values(counts))).toBeGreaterThanOrEqual(0);
    for (const { id, unread, rev } of [...inbox, ...(current ? [current] : [])]) {
      expect(unread).toBeGreaterThanOrEqual(0);
      expect(rev).toBeGreaterThanOrEqual(this.#revs.get(id) ?? 0);
      this.#revs.set(id, rev);
    }
    expect(earlier.map(({ id }) => id)).not.toContain(current?.id);
  }

  #checkWindow(
    current: DeskSession | null,
    messages: readonly TimelineMessage[],
    rows: readonly TimelineMessage[],
  ): void {
    const [first, last] = [rows[0]?.seq ?? 1, rows.at(-1)?.seq ?? 0];
    const truth = current ? this.truth.deskMessages(current.id).slice(first - 1, last) : [];
    expect(rows.map(({ status, error, ...row }) => row)).toEqual(truth);
    if (!current || rows.length === 0) return;
    // What was accepted and does not show yet is still to come, not long past.
    const accepted = messages.filter(({ seq, status }) => seq === 0 && status === 'sent');
    const past = this.truth.deskMessages(current.id).slice(0, last);
    expect(accepted.filter(({ clientId }) => past.some((row) => row.clientId === clientId))).toEqual([]);
    const before = this.#windows.get(current.id);
    if (before) {
      expect(last).toBeGreaterThanOrEqual(before.last);
      if (first > before.first) expect(first).toBeGreaterThan(before.last + 1);
    }
    this.#windows.set(current.id, { first, last });
  }

  #checkNothingVanishes(
    current: DeskSession | null,
    messages: readonly TimelineMessage[],
    rows: readonly TimelineMessage[],
  ): void {
    const session = current?.id ?? null;
    for (const { clientId, status } of messages) {
      if (clientId === null) continue;
      if (this.#accepted.has(clientId)) expect(status).toBe('sent');
      if (status === 'sent') this.#accepted.add(clientId);
    }
    if (session !== null && this.#shown?.session === session) {
      const now = new Set(messages.map(({ clientId }) => clientId));
      const inEarlier = new Set(
        this.truth
          .deskMessages(session)
          .flatMap((row) => (row.seq < (rows[0]?.seq ?? 1) ? row.clientId : [])),
      );
      const vanished = this.#shown.messages.filter(
        ({ seq, clientId, content }) =>
          seq === 0 && !now.has(clientId) && !inEarlier.has(clientId) && !this.discarded.has(content),
      );
      expect(vanished).toEqual([]);
    }
    this.#shown = { session, messages };
  }

  /** The list on screen is the tab as it is in truth, as far as it is loaded. */
  checkInbox(): void {
    const { tab, sort, inbox, hasMore, counts } = this.desk.state;
    const truth = this.truth.inbox(tab, sort);
    const last = inbox.at(-1);
    const loaded = truth.filter(
      (one) => !hasMore || (last !== undefined && compareInTab(one, last, tab, sort) <= 0),
    );
    expect(inbox.map(({ id }) => id)).toEqual(loaded.map(({ id }) => id));
    expect(inbox).toEqual(loaded);
    expect(counts).toEqual(this.truth.counts());
  }

  /** The network is good from now on; everything that was broadcast until now is lost. */
  async calmDown(joins: boolean): Promise<void> {
    this.network.calmDown();
    this.truth.deskEvents.length = 0;
    if (!this.environment.isVisible()) this.environment.setVisible(true);
    await settle();
    if (joins) this.live.join();
    await this.clock.advance(65_000);
    this.check();
  }

  /** Many messages at once that nobody was told of: the next sync brings them all. */
  async missMessages(): Promise<void> {
    const id = this.desk.state.current?.id;
    if (id === undefined) return;
    for (let turn = 0; turn < 12; turn += 1) this.truth.say(id, this.text('key'), this.text('missed'));
    this.truth.deskEvents.length = 0;
    this.environment.wake();
    await settle();
    await settle();
    expect(this.desk.state.messages.findLast(({ seq }) => seq > 0)).toMatchObject({
      seq: this.truth.deskSession(id).lastSeq,
    });
  }

  /** Sends again whatever failed, wherever it was written. */
  async retryAll(): Promise<void> {
    for (const id of this.truth.ids) {
      await this.desk.select(id);
      await settle();
      for (const { clientId } of this.failed()) await this.desk.retry(clientId ?? '');
      await settle();
      this.check();
    }
  }
}

const often = ['answer', 'answer', 'answer', 'deliver', 'deliver', 'ask', 'wait', 'arrive', 'lose'];
const names = Object.keys(new World().steps);
const steps = fc.array(
  fc.tuple(
    fc.constantFrom(...names, ...often, ...often, 'select', 'send', 'retry', 'begin'),
    fc.nat(999),
    fc.nat(999),
  ),
  { maxLength: 60, size: 'max' },
);
/** A desk with two conversations, joined, one of them on screen: most paths that matter begin there. */
const BEGUN: readonly Step[] = [
  ['begin', 1, 0],
  ['begin', 1, 0],
  ['answer', 0, 0],
  ['join', 0, 0],
  ['answer', 0, 0],
  ['select', 1, 0],
  ['answer', 0, 0],
];

type Walk = [begun: boolean, joins: boolean, path: Step[]];

/** What was wrong once. */
const FOUND: readonly Walk[] = [
  // News of a conversation that came along with another one of the same visitor.
  [
    true,
    false,
    [
      ['ready', 0, 0],
      ['arrive', 0, 0],
      ['assign', 0, 121],
      ['tab', 253, 0],
      ['begin', 46, 0],
      ['select', 608, 0],
    ],
  ],
];

test('whatever gets lost, repeated or out of order, the agent ends up with what is true', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.boolean(), steps, async (begun, joins, path) => {
      const world = new World();
      for (const step of [...(begun ? BEGUN : []), ...path]) await world.take(step);

      await world.calmDown(joins);
      world.checkInbox();
      const { truth, desk } = world;
      if (desk.state.current) expect(desk.state.current).toEqual(truth.deskSession(desk.state.current.id));

      expect(world.live.topic).toBe(truth.deskTopic);
      for (const id of truth.ids) truth.setStatus(id, 'open');
      await world.missMessages();
      await world.retryAll();
      await world.clock.advance(65_000);
      world.checkInbox();
      const everything: string[] = [];
      for (const id of truth.ids) {
        await desk.select(id);
        await settle();
        while (desk.state.hasEarlier) await desk.loadEarlier();
        expect(desk.state.messages).toEqual(
          truth.deskMessages(id).map((message) => ({ ...message, status: 'sent', error: null })),
        );
        everything.push(...desk.state.messages.map(({ content }) => content));
      }
      if (world.erased.size === 0) expect(world.storage.get('support-chat:demo:desk-unsent')).toBeNull();
      for (const [text, id] of world.said) {
        if (world.erased.has(id)) continue;
        const times = everything.filter((content) => content === text).length;
        if (world.discarded.has(text)) expect(times).toBeLessThanOrEqual(1);
        else expect(times).toBe(1);
      }
    }),
    { ...tries<Walk>(200), examples: [...FOUND] },
  );
});
