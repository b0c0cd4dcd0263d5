// The visitor's driver by its states: the window's content, and one message on its way.
import { expect, test } from 'vitest';
import type { ChatSession } from './model.ts';
import { FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { loneTab } from './testing/lone-tab.ts';
import { VisitorScript } from './testing/visitor-script.ts';
import { createVisitorChat } from './visitor-driver.ts';

const TOKEN = `sv1_${'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'}`;
const KEY = 'support-chat:demo:visitor';

class Rig {
  readonly clock = new FakeClock();
  readonly environment = new FakeEnvironment();
  readonly storage = new FakeStorage();
  readonly live = new FakeLive<ChatSession>();
  readonly script = new VisitorScript();
  chat = this.#openPage();
  #release = (): void => {};

  #openPage() {
    const { clock, environment, storage, live, script } = this;
    const api = script.api;
    return createVisitorChat({
      api,
      live,
      storage,
      environment,
      clock,
      tabs: loneTab,
      storagePrefix: 'support-chat:demo',
    });
  }

  /** A visitor who chatted before, as this browser and the database remember it. */
  #remember(at: number): void {
    this.script.token = TOKEN;
    this.script.say('hello', { senderType: 'customer', sender: null });
    this.storage.values.set(KEY, JSON.stringify({ token: TOKEN, activeAt: at }));
  }

  readonly inputs = {
    // The page
    chattedRecently: () => this.#remember(this.clock.now() - 60_000),
    chattedLongAgo: () => this.#remember(0),
    start: () => this.chat.start(),
    stop: () => this.chat.stop(),
    open: () => this.chat.setOpen(true),
    close: () => this.chat.setOpen(false),
    hide: () => this.environment.setVisible(false),
    show: () => this.environment.setVisible(true),
    wake: () => this.environment.wake(),
    goOffline: () => this.environment.setOnline(false),
    reload: () => this.chat.reload(),
    reset: () => this.chat.reset(),
    openPageAnew: () => {
      this.chat.stop();
      this.chat = this.#openPage();
      this.chat.start();
      this.chat.setOpen(true);
    },
    time: () => this.clock.advance(this.clock.wait ?? 600_000),
    // The server
    openIsSlow: () => {
      this.#release = this.script.hold('open');
    },
    openFails: () => this.script.fail('open', 'unavailable', 99),
    openWorks: () => this.script.fail('open', 'unavailable', 0),
    openIsRefused: () => this.script.fail('open', 'unauthorized'),
    syncIsRefused: () => this.script.fail('sync', 'unauthorized'),
    answerComes: () => this.#release(),
    join: () => this.live.join(),
    lose: () => this.live.lose(),
    resync: () => this.live.deliver({ type: 'resync' }),
    agentSays: () => this.script.say('an answer'),
    // One message
    send: () => this.chat.send('words'),
    sendIsSlow: () => {
      this.#release = this.script.hold('send');
    },
    sendAnswerIsSlow: () => {
      this.#release = this.script.holdAnswer('send');
    },
    sendIsLost: () => this.script.fail('send', 'offline', 99),
    sendWorks: () => this.script.fail('send', 'offline', 0),
    sendConflicts: () => this.script.fail('send', 'conflict'),
    answerGetsLost: () => this.script.loseAnswer('send'),
    eventComes: () => {
      const message = this.script.messages.at(-1);
      const session = this.script.session;
      if (message && session) this.live.deliver({ type: 'message', session, message });
    },
    retry: () => this.chat.retry(this.#last?.clientId ?? ''),
    discard: () => this.chat.discard(this.#last?.clientId ?? ''),
    another: () => this.chat.startConversation(),
    back: () => this.chat.select('s1'),
  };

  get #last() {
    return this.chat.state.messages.at(-1);
  }

  async give(input: keyof Rig['inputs']): Promise<readonly string[]> {
    const before = this.script.calls.length;
    const done: unknown = this.inputs[input]();
    // Only time is over when it says so; other commands may wait for what never comes.
    if (input === 'time') await done;
    await settle();
    return this.script.calls.slice(before);
  }
}

type Input = keyof Rig['inputs'];

// The window's content

const CONTENT_PATHS = {
  made: [],
  idle: ['start'],
  loading: ['start', 'openIsSlow', 'open'],
  ready: ['start', 'open'],
  failed: ['start', 'openFails', 'open'],
  failedAndClosed: ['start', 'openFails', 'open', 'close'],
  known: ['chattedRecently', 'start'],
  knownLongAgo: ['chattedLongAgo', 'start'],
  live: ['chattedRecently', 'start', 'open', 'join'],
  polling: ['chattedRecently', 'start', 'open', 'time'],
  hidden: ['chattedRecently', 'start', 'open', 'join', 'hide'],
  stopped: ['chattedRecently', 'start', 'open', 'join', 'stop'],
} as const satisfies Record<string, readonly Input[]>;

/** The phase after it, the connection, and what is asked of the server. */
type Content = readonly [phase: string, connection: string, ...calls: string[]];

const CONTENT: Record<keyof typeof CONTENT_PATHS, Partial<Record<Input, Content>>> = {
  made: { start: ['idle', 'idle'], open: ['idle', 'idle'], wake: ['idle', 'idle'], time: ['idle', 'idle'] },
  idle: {
    open: ['ready', 'idle', 'open'],
    wake: ['idle', 'idle'],
    time: ['idle', 'idle'],
    reset: ['idle', 'idle'],
    stop: ['idle', 'idle'],
    send: ['idle', 'connecting', 'start'],
  },
  loading: {
    open: ['loading', 'idle'],
    wake: ['loading', 'idle'],
    reload: ['loading', 'idle'],
    time: ['loading', 'idle'],
    answerComes: ['ready', 'idle'],
    send: ['loading', 'connecting', 'start'],
  },
  ready: {
    open: ['ready', 'idle'],
    close: ['ready', 'idle'],
    wake: ['ready', 'idle'],
    time: ['ready', 'idle'],
    goOffline: ['ready', 'offline'],
    reload: ['ready', 'idle', 'open'],
    reset: ['ready', 'idle', 'open'],
    send: ['ready', 'connecting', 'start'],
  },
  failed: {
    time: ['failed', 'idle', 'open'],
    openWorks: ['failed', 'idle'],
    wake: ['failed', 'idle', 'open'],
    reload: ['failed', 'idle', 'open'],
    close: ['failed', 'idle'],
    stop: ['failed', 'idle'],
    send: ['failed', 'connecting', 'start'],
  },
  failedAndClosed: {
    time: ['failed', 'idle'],
    open: ['failed', 'idle', 'open'],
    wake: ['failed', 'idle'],
  },
  known: {
    join: ['ready', 'live', 'sync'],
    time: ['ready', 'polling', 'sync'],
    open: ['ready', 'connecting'],
    reset: ['idle', 'idle'],
    stop: ['ready', 'idle'],
  },
  knownLongAgo: { open: ['ready', 'connecting', 'open'], wake: ['idle', 'idle'], time: ['idle', 'idle'] },
  live: {
    lose: ['ready', 'connecting'],
    time: ['ready', 'live', 'sync'],
    wake: ['ready', 'live', 'sync'],
    resync: ['ready', 'live', 'sync'],
    goOffline: ['ready', 'offline'],
    close: ['ready', 'live'],
    hide: ['ready', 'live'],
    reload: ['ready', 'live', 'open'],
    reset: ['ready', 'idle', 'open'],
    stop: ['ready', 'idle'],
  },
  polling: { join: ['ready', 'live', 'sync'], time: ['ready', 'polling', 'sync'], stop: ['ready', 'idle'] },
  hidden: { show: ['ready', 'live', 'sync'], time: ['ready', 'live', 'sync'] },
  stopped: {
    start: ['ready', 'connecting', 'open'],
    join: ['ready', 'idle'],
    wake: ['ready', 'idle'],
    time: ['ready', 'idle'],
    resync: ['ready', 'idle'],
  },
};

test.each(rowsOf(CONTENT))('%s + %s: %j', async (state, input, [phase, connection, ...calls]) => {
  const rig = new Rig();
  for (const step of CONTENT_PATHS[state]) await rig.give(step);
  expect(await rig.give(input)).toEqual(calls);
  expect([rig.chat.state.phase, rig.chat.state.connection]).toEqual([phase, connection]);
  rig.chat.stop();
  expect([rig.clock.pending, rig.environment.listeners, rig.live.topic]).toEqual([0, 0, null]);
});

test.each(['openIsRefused', 'syncIsRefused'] as const)(
  'a visitor who is not known any more (%s) goes on as a new one',
  async (refusal) => {
    const rig = new Rig();
    for (const step of ['chattedRecently', 'start', 'open', 'join'] as const) await rig.give(step);
    await rig.give(refusal);
    await rig.give(refusal === 'openIsRefused' ? 'reload' : 'resync');
    expect(rig.storage.get(KEY)).toBeNull();
    expect(rig.chat.state).toMatchObject({ phase: 'ready', connection: 'idle', sessions: [], visitor: null });
  },
);

test.each<[call: 'open' | 'sync' | 'send' | 'start' | 'read' | 'history', path: readonly Input[]]>([
  ['open', ['start', 'open']],
  ['open', ['chattedRecently', 'start', 'open']],
  ['open', ['start', 'openFails', 'open']],
  ['sync', ['chattedRecently', 'start', 'open', 'join', 'agentSays', 'resync']],
  ['sync', ['chattedRecently', 'start', 'open', 'join', 'syncIsRefused', 'resync']],
  ['send', ['chattedRecently', 'start', 'open', 'join', 'agentSays', 'send']],
  ['send', ['chattedRecently', 'start', 'open', 'join', 'sendIsLost', 'send']],
  ['start', ['start', 'open', 'send']],
  ['read', ['chattedRecently', 'start', 'open', 'join', 'agentSays', 'resync', 'time']],
])('an answer to %s that comes after a stop (%j) begins nothing', async (call, path) => {
  const rig = new Rig();
  for (const step of path.slice(0, -1)) await rig.give(step);
  const release = rig.script.hold(call);
  await rig.give(path.at(-1) ?? 'start');
  expect(rig.script.calls.at(-1)).toBe(call);
  rig.chat.stop();
  release();
  await settle();
  expect(rig.script.calls.at(-1)).toBe(call);
  expect([rig.clock.pending, rig.environment.listeners, rig.live.topic]).toEqual([0, 0, null]);
});

// One message on its way, in a conversation that has one message

const ON_THE_WAY = ['chattedRecently', 'start', 'open', 'join'] as const;

const MESSAGE_PATHS = {
  sending: [...ON_THE_WAY, 'sendIsSlow', 'send'],
  arrived: [...ON_THE_WAY, 'sendAnswerIsSlow', 'send'],
  lost: [...ON_THE_WAY, 'sendIsLost', 'send', 'sendWorks'],
  lostThoughArrived: [...ON_THE_WAY, 'answerGetsLost', 'send'],
  refused: [...ON_THE_WAY, 'sendConflicts', 'send'],
  row: [...ON_THE_WAY, 'send'],
} as const satisfies Record<string, readonly Input[]>;

/** What the bubble says (`row` when it is the database's own, `gone` when there is none), and how many rows there are. */
type Bubble = readonly [bubble: 'sending' | 'failed' | 'sent' | 'row' | 'gone', rows: number];

const MESSAGE: Record<keyof typeof MESSAGE_PATHS, Partial<Record<Input, Bubble>>> = {
  sending: {
    answerComes: ['row', 2],
    retry: ['sending', 1],
    discard: ['sending', 1],
    lose: ['sending', 1],
    close: ['sending', 1],
    resync: ['sending', 1],
    openPageAnew: ['sending', 1],
    reset: ['gone', 1],
  },
  arrived: {
    answerComes: ['row', 2],
    eventComes: ['row', 2],
    resync: ['row', 2],
    retry: ['sending', 2],
    discard: ['sending', 2],
    openPageAnew: ['row', 2],
  },
  lost: {
    time: ['row', 2],
    wake: ['row', 2],
    resync: ['row', 2],
    join: ['row', 2],
    openPageAnew: ['row', 2],
    retry: ['sending', 1],
    discard: ['sending', 1],
    reset: ['gone', 1],
  },
  lostThoughArrived: {
    time: ['row', 2],
    wake: ['row', 2],
    resync: ['row', 2],
    eventComes: ['row', 2],
    openPageAnew: ['row', 2],
    retry: ['sending', 2],
    discard: ['sending', 2],
  },
  refused: {
    retry: ['row', 2],
    discard: ['gone', 1],
    time: ['failed', 1],
    wake: ['failed', 1],
    resync: ['failed', 1],
    openPageAnew: ['failed', 1],
  },
  row: {
    eventComes: ['row', 2],
    retry: ['row', 2],
    discard: ['row', 2],
    resync: ['row', 2],
    openPageAnew: ['row', 2],
  },
};

test.each(rowsOf(MESSAGE))('a message %s + %s: %j', async (state, input, outcome) => {
  const rig = new Rig();
  for (const step of MESSAGE_PATHS[state]) await rig.give(step);
  await rig.give(input);
  const bubbles = rig.chat.state.messages.filter(({ content }) => content === 'words');
  expect(bubbles.length).toBe(outcome[0] === 'gone' ? 0 : 1);
  const [bubble] = bubbles;
  const shown = bubble === undefined ? 'gone' : bubble.seq > 0 ? 'row' : bubble.status;
  expect([shown, rig.script.messages.length]).toEqual(outcome);
});

// A draft, by where it was written

test.each<[where: string, path: readonly Input[], after: readonly Input[], here: string]>([
  ['in a conversation', ON_THE_WAY, ['close', 'open'], 'draft'],
  ['in a conversation', ON_THE_WAY, ['another'], ''],
  ['in a conversation', ON_THE_WAY, ['another', 'back'], 'draft'],
  ['in a conversation', ON_THE_WAY, ['openPageAnew'], 'draft'],
  ['in a conversation', ON_THE_WAY, ['send'], 'draft'],
  ['in a conversation', ON_THE_WAY, ['reset'], ''],
  ['in a new one', ['start', 'open'], ['close', 'open'], 'draft'],
  ['in a new one', ['start', 'open'], ['send'], 'draft'],
  ['in a new one', ['start', 'open'], ['openPageAnew'], 'draft'],
  ['in a new one', ['start', 'open'], ['reset'], ''],
])('a draft %s (%j) is still there after %j: “%s”', async (_where, path, after, here) => {
  const rig = new Rig();
  for (const step of path) await rig.give(step);
  rig.chat.setDraft('draft');
  for (const step of after) await rig.give(step);
  expect(rig.chat.draft).toBe(here);
});

/** The rows of a table: state, input and outcome. */
function rowsOf<S extends string, O>(table: Record<S, Partial<Record<Input, O>>>): [S, Input, O][] {
  const states = Object.entries(table) as [S, Partial<Record<Input, O>>][];
  return states.flatMap(([state, row]) =>
    (Object.entries(row) as [Input, O][]).map(([input, outcome]): [S, Input, O] => [state, input, outcome]),
  );
}
