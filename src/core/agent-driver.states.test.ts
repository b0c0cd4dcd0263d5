// The agent's driver by its states: the desk, the conversation on screen, and one message on its way.
import { expect, test } from 'vitest';
import { createAgentDesk } from './agent-driver.ts';
import type { DeskSession } from './model.ts';
import { AgentScript } from './testing/agent-script.ts';
import { FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { loneTab } from './testing/lone-tab.ts';
import { me } from './testing/samples.ts';

class Rig {
  readonly clock = new FakeClock();
  readonly environment = new FakeEnvironment();
  readonly storage = new FakeStorage();
  readonly live = new FakeLive<DeskSession>();
  readonly script = new AgentScript();
  desk = this.#openPage();
  #release = (): void => {};

  constructor() {
    this.script.add('own', { agent: { id: me.id, name: me.name, avatar: null }, status: 'assigned' });
    this.script.say('own', 'hello');
  }

  #openPage() {
    const { clock, environment, storage, live, script } = this;
    const api = script.api;
    return createAgentDesk({
      api,
      live,
      storage,
      environment,
      clock,
      tabs: loneTab,
      storagePrefix: 'support-chat:demo',
    });
  }

  readonly inputs = {
    start: () => this.desk.start(),
    stop: () => this.desk.stop(),
    reload: () => this.desk.reload(),
    wake: () => this.environment.wake(),
    goOffline: () => this.environment.setOnline(false),
    minute: () => this.clock.advance(60_000),
    openPageAnew: async () => {
      this.desk.stop();
      this.desk = this.#openPage();
      this.desk.start();
      await settle();
      await this.desk.select('own');
    },
    // The server
    openIsSlow: () => {
      this.#release = this.script.hold('open');
    },
    openFails: () => this.script.fail('open', 'unavailable', { times: 99 }),
    openIsForbidden: () => this.script.fail('open', 'forbidden', { times: 99 }),
    openIsUnauthorized: () => this.script.fail('open', 'unauthorized', { times: 99 }),
    openWorks: () => this.script.fail('open', 'unavailable', { times: 0 }),
    syncFails: () => this.script.fail('sync', 'offline', { times: 99 }),
    syncIsForbidden: () => this.script.fail('sync', 'forbidden', { times: 99 }),
    syncWorks: () => this.script.fail('sync', 'offline', { times: 0 }),
    sessionIsSlow: () => {
      this.#release = this.script.hold('session');
    },
    sessionFails: () => this.script.fail('session', 'offline'),
    sessionIsGone: () => this.script.sessions.delete('own'),
    answerComes: () => this.#release(),
    join: () => this.live.join(),
    lose: () => this.live.lose(),
    resync: () => this.live.deliver({ type: 'resync' }),
    // The conversation on screen
    select: () => this.desk.select('own'),
    leave: () => this.desk.select(null),
    send: () => this.desk.send('words', 'text'),
    note: () => this.desk.send('words', 'note'),
    sendIsSlow: () => {
      this.#release = this.script.hold('send');
    },
    sendAnswerIsSlow: () => {
      this.#release = this.script.holdAnswer('send');
    },
    sendIsLost: () => this.script.fail('send', 'offline', { times: 99 }),
    sendWorks: () => this.script.fail('send', 'offline', { times: 0 }),
    sendConflicts: () => this.script.fail('send', 'conflict'),
    answerGetsLost: () => this.script.loseAnswer('send'),
    eventComes: () => {
      const message = this.script.messages.get('own')?.at(-1);
      if (message) this.live.deliver({ type: 'message', session: this.script.get('own'), message });
    },
    retry: () => this.desk.retry(this.#last?.clientId ?? ''),
    discard: () => this.desk.discard(this.#last?.clientId ?? ''),
  };

  get #last() {
    return this.desk.state.messages.at(-1);
  }

  async give(input: keyof Rig['inputs']): Promise<void> {
    const done: unknown = this.inputs[input]();
    // Other commands may wait for what never comes.
    if (input === 'minute' || input === 'openPageAnew') await done;
    await settle();
  }
}

type Input = keyof Rig['inputs'];
type Table<S extends string, O> = Record<S, Partial<Record<Input, O>>>;

// The desk

const DESK_PATHS = {
  made: [],
  loading: ['openIsSlow', 'start'],
  ready: ['start'],
  live: ['start', 'join'],
  polling: ['start', 'minute'],
  failed: ['openFails', 'start'],
  forbidden: ['openIsForbidden', 'start'],
  unauthorized: ['openIsUnauthorized', 'start'],
  cutOff: ['start', 'join', 'syncFails', 'resync'],
  expelled: ['start', 'join', 'syncIsForbidden', 'resync'],
  stopped: ['start', 'join', 'stop'],
} as const satisfies Record<string, readonly Input[]>;

type Desk = readonly [phase: string, connection: string, error?: string];

const DESK: Table<keyof typeof DESK_PATHS, Desk> = {
  made: { start: ['ready', 'connecting'], minute: ['idle', 'idle'], wake: ['idle', 'idle'] },
  loading: {
    answerComes: ['ready', 'connecting'],
    reload: ['loading', 'idle'],
    wake: ['loading', 'idle'],
    minute: ['loading', 'idle'],
    stop: ['loading', 'idle'],
  },
  ready: {
    join: ['ready', 'live'],
    minute: ['ready', 'polling'],
    wake: ['ready', 'polling'],
    goOffline: ['ready', 'offline'],
    reload: ['ready', 'connecting'],
    stop: ['ready', 'idle'],
  },
  live: {
    lose: ['ready', 'connecting'],
    minute: ['ready', 'live'],
    goOffline: ['ready', 'offline'],
    syncFails: ['ready', 'live'],
    reload: ['ready', 'live'],
    start: ['ready', 'live'],
    stop: ['ready', 'idle'],
  },
  polling: { join: ['ready', 'live'], minute: ['ready', 'polling'], stop: ['ready', 'idle'] },
  failed: {
    minute: ['failed', 'idle', 'unavailable'],
    openWorks: ['failed', 'idle', 'unavailable'],
    reload: ['failed', 'idle', 'unavailable'],
    wake: ['failed', 'idle', 'unavailable'],
    stop: ['failed', 'idle', 'unavailable'],
  },
  forbidden: { minute: ['failed', 'idle', 'forbidden'], wake: ['failed', 'idle', 'forbidden'] },
  unauthorized: { minute: ['failed', 'idle', 'unauthorized'], wake: ['failed', 'idle', 'unauthorized'] },
  cutOff: {
    minute: ['ready', 'offline'],
    syncWorks: ['ready', 'offline'],
    lose: ['ready', 'offline'],
    stop: ['ready', 'idle'],
  },
  expelled: {
    minute: ['failed', 'idle', 'forbidden'],
    join: ['failed', 'idle', 'forbidden'],
    resync: ['failed', 'idle', 'forbidden'],
    wake: ['ready', 'connecting'],
    reload: ['ready', 'connecting'],
    stop: ['failed', 'idle', 'forbidden'],
  },
  stopped: {
    start: ['ready', 'connecting'],
    join: ['ready', 'idle'],
    resync: ['ready', 'idle'],
    wake: ['ready', 'idle'],
    minute: ['ready', 'idle'],
  },
};

test.each(rowsOf(DESK))('%s + %s: %j', async (state, input, [phase, connection, error]) => {
  const rig = new Rig();
  for (const step of DESK_PATHS[state]) await rig.give(step);
  await rig.give(input);
  const { state: now } = rig.desk;
  expect([now.phase, now.connection, now.error?.code]).toEqual([phase, connection, error]);
  expect(rig.live.topic !== null).toBe(connection !== 'idle');
  rig.desk.stop();
  expect([rig.clock.pending, rig.environment.listeners, rig.live.topic]).toEqual([0, 0, null]);
});

test.each<[from: keyof typeof DESK_PATHS, recovery: Input]>([
  ['failed', 'openWorks'],
  ['cutOff', 'syncWorks'],
])('%s ends by itself a while after the server is back', async (from, recovery) => {
  const rig = new Rig();
  for (const step of [...DESK_PATHS[from], recovery, 'minute'] as const) await rig.give(step);
  expect(rig.desk.state).toMatchObject({ phase: 'ready', error: null });
  expect(rig.desk.state.connection).not.toBe('offline');
  rig.desk.stop();
});

test('a sign-in that is over is not tried again by itself', async () => {
  const rig = new Rig();
  for (const step of [...DESK_PATHS.unauthorized, 'minute', 'minute'] as const) await rig.give(step);
  expect(rig.script.count('open')).toBe(1);
});

test.each<[call: 'open' | 'sync' | 'send' | 'session' | 'presence', path: readonly Input[]]>([
  ['open', ['start']],
  ['open', ['openFails', 'start']],
  ['sync', ['start', 'join', 'resync']],
  ['sync', ['start', 'join', 'syncFails', 'resync']],
  ['session', ['start', 'join', 'select']],
  ['send', ['start', 'join', 'select', 'send']],
  ['send', ['start', 'join', 'select', 'sendConflicts', 'send']],
])('an answer to %s that comes after a stop (%j) begins nothing', async (call, path) => {
  const rig = new Rig();
  for (const step of path.slice(0, -1)) await rig.give(step);
  const release = rig.script.hold(call);
  await rig.give(path.at(-1) ?? 'start');
  expect(rig.script.calls.at(-1)).toBe(call);
  rig.desk.stop();
  release();
  await settle();
  expect(rig.script.calls.at(-1)).toBe(call);
  expect([rig.clock.pending, rig.environment.listeners, rig.live.topic]).toEqual([0, 0, null]);
});

// The conversation on screen

const THREAD_PATHS = {
  none: ['start', 'join'],
  loading: ['start', 'join', 'sessionIsSlow', 'select'],
  ready: ['start', 'join', 'select'],
  left: ['start', 'join', 'select', 'leave'],
  failed: ['start', 'join', 'sessionFails', 'select'],
  early: ['openIsSlow', 'start', 'select'],
} as const satisfies Record<string, readonly Input[]>;

type Thread = readonly [phase: string, messages: number];

const THREAD: Table<keyof typeof THREAD_PATHS, Thread> = {
  none: { select: ['ready', 1], leave: ['idle', 0], resync: ['idle', 0], send: ['idle', 0] },
  loading: { answerComes: ['ready', 1], leave: ['idle', 0], select: ['loading', 0], resync: ['loading', 0] },
  ready: { select: ['ready', 1], leave: ['idle', 0], sessionIsGone: ['ready', 1], send: ['ready', 2] },
  left: { select: ['ready', 1], sessionFails: ['idle', 0] },
  failed: { select: ['ready', 1], resync: ['ready', 1], leave: ['idle', 0], minute: ['ready', 1] },
  early: { answerComes: ['ready', 1], leave: ['idle', 0] },
};

test.each(rowsOf(THREAD))('a conversation %s + %s: %j', async (state, input, outcome) => {
  const rig = new Rig();
  for (const step of THREAD_PATHS[state]) await rig.give(step);
  await rig.give(input);
  expect([rig.desk.state.threadPhase, rig.desk.state.messages.length]).toEqual(outcome);
  rig.desk.stop();
});

test('a conversation that is no more leaves the screen with the next sync', async () => {
  const rig = new Rig();
  for (const step of [...THREAD_PATHS.ready, 'sessionIsGone', 'resync'] as const) await rig.give(step);
  expect(rig.desk.state).toMatchObject({ threadPhase: 'idle', current: null, messages: [] });
});

// One message on its way, in a conversation that has one message

const MESSAGE_PATHS = {
  sending: [...THREAD_PATHS.ready, 'sendIsSlow', 'send'],
  arrived: [...THREAD_PATHS.ready, 'sendAnswerIsSlow', 'note'],
  lost: [...THREAD_PATHS.ready, 'sendIsLost', 'send', 'sendWorks'],
  lostThoughArrived: [...THREAD_PATHS.ready, 'answerGetsLost', 'send'],
  refused: [...THREAD_PATHS.ready, 'sendConflicts', 'send'],
  row: [...THREAD_PATHS.ready, 'send'],
} as const satisfies Record<string, readonly Input[]>;

/** What the bubble says (`row` when it is the database's own, `gone` when there is none), and how many rows there are. */
type Bubble = readonly [bubble: 'sending' | 'failed' | 'sent' | 'row' | 'gone', rows: number];

const MESSAGE: Table<keyof typeof MESSAGE_PATHS, Bubble> = {
  sending: {
    answerComes: ['row', 2],
    retry: ['sending', 1],
    discard: ['sending', 1],
    lose: ['sending', 1],
    leave: ['gone', 1],
    openPageAnew: ['sending', 1],
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
    minute: ['row', 2],
    wake: ['row', 2],
    resync: ['row', 2],
    openPageAnew: ['row', 2],
    retry: ['sending', 1],
    discard: ['sending', 1],
  },
  lostThoughArrived: {
    minute: ['row', 2],
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
    minute: ['failed', 1],
    resync: ['failed', 1],
    openPageAnew: ['failed', 1],
  },
  row: { eventComes: ['row', 2], retry: ['row', 2], discard: ['row', 2], openPageAnew: ['row', 2] },
};

test.each(rowsOf(MESSAGE))('a message %s + %s: %j', async (state, input, outcome) => {
  const rig = new Rig();
  for (const step of MESSAGE_PATHS[state]) await rig.give(step);
  await rig.give(input);
  const bubbles = rig.desk.state.messages.filter(({ content }) => content === 'words');
  expect(bubbles.length).toBe(outcome[0] === 'gone' ? 0 : 1);
  const [bubble] = bubbles;
  const shown = bubble === undefined ? 'gone' : bubble.seq > 0 ? 'row' : bubble.status;
  expect([shown, rig.script.messages.get('own')?.length]).toEqual(outcome);
  rig.desk.stop();
});

/** The rows of a table: state, input and outcome. */
function rowsOf<S extends string, O>(table: Table<S, O>): [S, Input, O][] {
  const states = Object.entries(table) as [S, Partial<Record<Input, O>>][];
  return states.flatMap(([state, row]) =>
    (Object.entries(row) as [Input, O][]).map(([input, outcome]): [S, Input, O] => [state, input, outcome]),
  );
}
