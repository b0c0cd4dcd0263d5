// The visitor's driver against the truth of a database, over a network that delays, reorders, repeats and loses.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatSession, TimelineMessage } from './model.ts';
import type { LiveEvent } from './ports.ts';
import { FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { HostileNetwork } from './testing/hostile-network.ts';
import { loneTab } from './testing/lone-tab.ts';
import { pick, tries } from './testing/properties.ts';
import { me } from './testing/samples.ts';
import { Truth } from './testing/truth.ts';
import type { VisitorChat } from './visitor-chat.ts';
import { createVisitorChat } from './visitor-driver.ts';

/** A step and two numbers, which choose among what there is at that moment. */
type Step = readonly [name: string, a: number, b: number];

class World {
  readonly clock = new FakeClock();
  readonly environment = new FakeEnvironment();
  readonly storage = new FakeStorage();
  readonly live = new FakeLive<ChatSession>();
  readonly network = new HostileNetwork(this.clock);
  readonly truth = new Truth(() => this.clock.now());
  chat: VisitorChat = this.openPage();
  /** Texts the visitor sent. No text is sent twice. */
  readonly said = new Set<string>();
  /** Of these, what may be nowhere: it was dropped, or erased. */
  readonly discarded = new Set<string>();
  #heard = new Set<string>();
  #sessions = new Map<string, number>();
  #windows = new Map<string, { readonly first: number; readonly last: number }>();
  #accepted = new Set<string>();
  #shown: { readonly session: string | null; readonly messages: readonly TimelineMessage[] } | null = null;
  #texts = 0;

  openPage(): VisitorChat {
    const { clock, environment, storage, live } = this;
    const chat = createVisitorChat({
      api: this.truth.visitorApi(this.network.call),
      live,
      storage,
      environment,
      clock,
      tabs: loneTab,
      storagePrefix: 'support-chat:demo',
    });
    chat.onEvent((event) => {
      if (event.type !== 'message') return;
      expect(this.#heard.has(event.message.id)).toBe(false);
      this.#heard.add(event.message.id);
    });
    chat.start();
    return chat;
  }

  readonly steps: Readonly<Record<string, (a: number, b: number) => unknown>> = {
    // The visitor
    send: async () => {
      this.#texts += 1;
      const text = `words ${this.#texts}`;
      this.said.add(text);
      await this.chat.send(text);
    },
    retry: (a) => this.chat.retry(pick(this.failed(), a)?.clientId ?? ''),
    discard: (a) => {
      const message = pick(this.failed(), a);
      if (!message) return;
      this.discarded.add(message.content);
      this.chat.discard(message.clientId ?? '');
    },
    select: (a) => void this.chat.select(pick(this.chat.state.sessions, a)?.id ?? ''),
    another: () => this.chat.startConversation(),
    earlier: () => void this.chat.loadEarlier(),
    window: (a) => this.chat.setOpen(a % 3 > 0),
    visible: (a) => this.environment.setVisible(a % 3 > 0),
    end: () => void this.chat.closeConversation(),
    resume: () => void this.chat.reopenConversation(),
    rate: (a) => void this.chat.rate(1 + (a % 5), null),
    reload: () => {
      this.chat.stop();
      // What is under way when a page goes away may have arrived; its answer reaches nobody.
      while (this.network.underWay.length > 0) this.network.lose(0);
      this.#heard.clear();
      this.#sessions.clear();
      this.#windows.clear();
      this.#accepted.clear();
      this.#shown = null;
      this.chat = this.openPage();
    },
    // The team
    reply: (a, b) => this.onSession(a, (id) => this.truth.reply(id, `r${b}-${this.#texts++}`, 'an answer')),
    flood: (a, b) => {
      for (let turn = 0; turn < 6; turn += 1) this.steps.reply?.(a, b);
    },
    note: (a, b) => this.onSession(a, (id) => this.truth.reply(id, `n${b}-${this.#texts++}`, 'psst', 'note')),
    assign: (a, b) => this.onSession(a, (id) => this.assign(id, b)),
    status: (a, b) => this.onSession(a, (id) => this.truth.setStatus(id, b % 2 ? 'open' : 'closed')),
    deskRead: (a, b) => this.onSession(a, (id) => this.truth.readByDesk(id, b % 20)),
    priority: (a, b) => this.onSession(a, (id) => this.truth.setPriority(id, b % 2 ? 'high' : 'low')),
    erase: (a, b) => {
      if (b % 3 === 0) this.onSession(a, (id) => this.erase(id));
    },
    // Other tabs
    // More than one sync has room for, and fewer than the database shows at all.
    elsewhere: (a) => this.truth.startElsewhere(Math.min(a % 4 === 0 ? 25 : 1, 30 - this.truth.ids.length)),
    // The network
    rotate: () => this.truth.rotateTopics(),
    arrive: (a) => this.network.arrive(a),
    answer: (a) => this.network.answer(a),
    lose: (a) => this.network.lose(a),
    deliver: (a, b) => {
      const events = this.truth.visitorEvents;
      const at = a % Math.max(1, events.length);
      const event: LiveEvent<ChatSession> | undefined = events[at];
      if (event) this.live.deliver(event);
      if (b % 3 > 0) events.splice(at, 1);
    },
    drop: (a) => this.truth.visitorEvents.splice(a % Math.max(1, this.truth.visitorEvents.length), 1),
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

  failed(): readonly TimelineMessage[] {
    return this.chat.state.messages.filter(({ status }) => status === 'failed');
  }

  onSession(which: number, act: (id: string) => unknown): void {
    const id = pick(this.truth.ids, which);
    try {
      if (id !== undefined) act(id);
    } catch {
      // The team tried what is not allowed.
    }
  }

  assign(id: string, which: number): void {
    const from = this.truth.deskSession(id).agent?.id ?? null;
    const to = which % 2 ? { id: me.id, name: me.name, avatar: null } : null;
    this.truth.assign(id, to, from);
  }

  erase(id: string): void {
    // What was said there may be gone with it, or go on elsewhere.
    for (const { content } of this.truth.visitorMessages(id)) this.discarded.add(content);
    this.truth.erase(id);
    this.#sessions.delete(id);
    this.#windows.delete(id);
  }

  /** Facts that hold at any moment. */
  check(): void {
    const { current, messages, sessions, unread } = this.chat.state;
    const rows = messages.filter(({ seq }) => seq > 0);
    // One at a time in each conversation, since order is part of what was said.
    const sends = this.network.underWay.filter((request) => request.startsWith('send to'));
    expect(new Set(sends).size).toBe(sends.length);
    expect(messages.slice(0, rows.length)).toEqual(rows);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    const keys = messages.flatMap(({ clientId }) => clientId ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(unread).toBeGreaterThanOrEqual(0);
    // What was accepted is in a conversation.
    if (current === null) expect(messages.filter(({ status }) => status === 'sent')).toEqual([]);
    this.#checkWindow(current, messages, rows);
    this.#checkNothingVanishes(current, messages, rows);
    for (const { id, rev } of sessions) {
      if (!this.truth.ids.includes(id)) continue;
      expect(rev).toBeGreaterThanOrEqual(this.#sessions.get(id) ?? 0);
      this.#sessions.set(id, rev);
    }
    expect(sessions.map(({ id }) => id)).toEqual(expect.arrayContaining([...this.#sessions.keys()]));
  }

  #checkWindow(
    current: ChatSession | null,
    messages: readonly TimelineMessage[],
    rows: readonly TimelineMessage[],
  ): void {
    const [first, last] = [rows[0]?.seq ?? 1, rows.at(-1)?.seq ?? 0];
    const truth = current ? this.truth.visitorMessages(current.id).slice(first - 1, last) : [];
    expect(rows.map(({ status, error, ...row }) => row)).toEqual(truth);
    if (!current || rows.length === 0) return;
    // What was accepted and does not show yet is still to come, not long past.
    const accepted = messages.filter(({ seq, status }) => seq === 0 && status === 'sent');
    const past = this.truth.visitorMessages(current.id).slice(0, last);
    expect(accepted.filter(({ clientId }) => past.some((row) => row.clientId === clientId))).toEqual([]);
    const before = this.#windows.get(current.id);
    if (before) {
      expect(last).toBeGreaterThanOrEqual(before.last);
      if (first > before.first) expect(first).toBeGreaterThan(before.last + 1);
    }
    this.#windows.set(current.id, { first, last });
  }

  #checkNothingVanishes(
    current: ChatSession | null,
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
          .visitorMessages(session)
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

  /** The network is good from now on; everything that was broadcast until now is lost. */
  async calmDown(joins: boolean): Promise<void> {
    this.network.calmDown();
    this.truth.visitorEvents.length = 0;
    if (!this.environment.isVisible()) this.environment.setVisible(true);
    this.chat.setOpen(true);
    await settle();
    if (joins) this.live.join();
    await this.clock.advance(125_000);
    // Nobody looks again and again after conversations that are over.
    if (this.chat.state.sessions.every(({ status }) => status === 'closed')) this.environment.wake();
    await settle();
    this.check();
  }

  /** Many messages at once that nobody was told of: the next sync brings them all. */
  async missMessages(): Promise<void> {
    const id = this.chat.state.current?.id;
    if (id === undefined) return;
    this.truth.setStatus(id, 'open');
    for (let turn = 0; turn < 12; turn += 1) this.steps.reply?.(this.truth.ids.indexOf(id), turn);
    this.environment.wake();
    await settle();
    await settle();
    expect(this.chat.state.messages.findLast(({ seq }) => seq > 0)).toMatchObject({
      seq: this.truth.visitorSession(id).lastSeq,
    });
  }

  /** Sends again whatever failed, wherever it was written. */
  async retryAll(): Promise<void> {
    for (const id of this.truth.ids) this.truth.setStatus(id, 'open');
    this.environment.wake();
    await settle();
    const places = [null, ...this.chat.state.sessions.map(({ id }) => id)];
    for (const place of places) {
      if (place === null) this.chat.startConversation();
      else await this.chat.select(place);
      await settle();
      for (const { clientId } of this.failed()) await this.chat.retry(clientId ?? '');
      await settle();
      this.check();
    }
  }
}

const often = [
  'send',
  'answer',
  'answer',
  'answer',
  'deliver',
  'deliver',
  'reply',
  'wait',
  'arrive',
  'lose',
  'retry',
];
const names = Object.keys(new World().steps);
const steps = fc.array(fc.tuple(fc.constantFrom(...names, ...often, ...often), fc.nat(999), fc.nat(999)), {
  maxLength: 60,
  size: 'max',
});
/** A page with one conversation, open and joined. */
const BEGUN: readonly Step[] = [
  ['window', 1, 0],
  ['answer', 0, 0],
  ['send', 0, 0],
  ['answer', 0, 0],
  ['join', 0, 0],
  ['answer', 0, 0],
];
/** Where walks begin: most paths that matter are not far from one of these. */
const BEGINNINGS: readonly (readonly Step[])[] = [
  [],
  BEGUN,
  // A first message under way.
  [...BEGUN.slice(0, 3), ['arrive', 0, 0]],
  // A conversation that has ended, and another one under way.
  [...BEGUN, ['end', 0, 0], ['answer', 0, 0], ['wait', 1, 0], ['answer', 0, 0], ['send', 0, 0]],
];

type Walk = [begun: readonly Step[], joins: boolean, path: Step[]];

/** What was wrong once. */
const FOUND: readonly Walk[] = [
  // A first message that arrived, of a conversation that is found to be gone before the answer comes.
  [
    [...BEGUN.slice(0, 3), ['arrive', 0, 0]],
    false,
    [
      ['reload', 0, 0],
      ['reply', 0, 0],
      ['erase', 0, 0],
      ['answer', 295, 0],
      ['deliver', 253, 0],
      ['ready', 0, 0],
    ],
  ],
  // Accepted, and its conversation found to be gone before that was noted.
  [
    [],
    false,
    [
      ['send', 0, 0],
      ['answer', 0, 0],
      ['send', 0, 0],
      ['reload', 0, 0],
      ['arrive', 0, 0],
      ['erase', 0, 0],
      ['send', 0, 0],
      ['answer', 347, 0],
      ['wait', 300, 0],
    ],
  ],
  // Opened in the very moment in which a load fails.
  [
    [],
    false,
    [
      ['send', 0, 0],
      ['answer', 0, 0],
      ['send', 0, 0],
      ['reload', 0, 0],
      ['send', 0, 0],
      ['answer', 110, 0],
      ['send', 0, 0],
      ['send', 0, 0],
      ['reload', 0, 0],
      ['wait', 618, 0],
      ['answer', 0, 0],
      ['answer', 0, 0],
      ['lose', 105, 0],
      ['assign', 0, 495],
      ['wait', 882, 0],
      ['answer', 217, 0],
    ],
  ],
  // Written to again after its end, and then told of as it had been.
  [
    [
      ['window', 1, 0],
      ['answer', 0, 0],
      ['send', 0, 0],
      ['arrive', 0, 0],
    ],
    false,
    [
      ['reply', 0, 0],
      ['deliver', 0, 541],
      ['erase', 0, 0],
      ['reload', 0, 0],
      ['answer', 217, 0],
      ['arrive', 244, 930],
      ['erase', 905, 344],
      ['end', 247, 177],
      ['status', 932, 740],
      ['deliver', 140, 584],
      ['answer', 481, 352],
      ['reload', 453, 86],
      ['lose', 268, 882],
      ['wait', 115, 346],
      ['answer', 640, 101],
      ['lose', 462, 469],
      ['arrive', 648, 649],
      ['lose', 869, 344],
      ['wait', 702, 496],
      ['reply', 501, 886],
      ['retry', 311, 369],
      ['lose', 912, 586],
      ['answer', 542, 522],
    ],
  ],
];

test('whatever gets lost, repeated or out of order, the visitor ends up with what is true', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...BEGINNINGS), fc.boolean(), steps, async (begun, joins, path) => {
      const world = new World();
      for (const step of [...begun, ...path]) await world.take(step);

      await world.calmDown(joins);
      const { truth, chat } = world;
      const known = () => truth.ids.map((id) => truth.visitorSession(id)).sort(byActivity);
      expect(chat.state.sessions).toEqual(known());
      if (world.live.topic !== null) expect(world.live.topic).toBe(truth.visitorTopic);
      await world.missMessages();

      await world.retryAll();
      await world.clock.advance(125_000);
      const { sessions, current, unread } = chat.state;
      expect(sessions).toEqual(known());
      const others = known().filter(({ id }) => id !== current?.id);
      expect(unread).toBe(others.reduce((sum, one) => sum + one.unread, 0));

      const everything: string[] = [];
      for (const { id } of sessions) {
        await chat.select(id);
        await settle();
        while (chat.state.hasEarlier) await chat.loadEarlier();
        expect(chat.state.messages).toEqual(
          truth.visitorMessages(id).map((message) => ({ ...message, status: 'sent', error: null })),
        );
        everything.push(...chat.state.messages.map(({ content }) => content));
      }
      chat.startConversation();
      expect(chat.state.messages).toEqual([]);
      expect(world.storage.get('support-chat:demo:unsent')).toBeNull();
      for (const text of world.said) {
        const times = everything.filter((content) => content === text).length;
        if (world.discarded.has(text)) expect(times).toBeLessThanOrEqual(1);
        else expect(times).toBe(1);
      }
    }),
    { ...tries<Walk>(200), examples: [...FOUND] },
  );
});

function byActivity(a: ChatSession, b: ChatSession): number {
  return (a.lastMessageAt ?? '') < (b.lastMessageAt ?? '') ? 1 : -1;
}
