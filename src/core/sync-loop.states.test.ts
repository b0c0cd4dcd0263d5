// The loop that keeps a driver up to date, by its states: what each input does in each of them.
import { expect, test } from 'vitest';
import type { Connection } from './driver.ts';
import { ChatError } from './errors.ts';
import type { ChatSession } from './model.ts';
import { SyncLoop } from './sync-loop.ts';
import { FakeEnvironment } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { loneTab } from './testing/lone-tab.ts';

class Rig {
  readonly clock = new FakeClock();
  readonly environment = new FakeEnvironment();
  readonly live = new FakeLive<ChatSession>();
  readonly failures: string[] = [];
  connection: Connection = 'idle';
  syncs = 0;
  /** What the next syncs answer. */
  answer: () => string = () => 'one';
  wanted = true;
  checkEvery: number | null = 60_000;
  readonly loop = new SyncLoop<ChatSession>({
    live: this.live,
    environment: this.environment,
    tabs: loneTab,
    longestPoll: 30_000,
    clock: this.clock,
    sync: async () => {
      this.syncs += 1;
      return { topic: this.answer(), changed: false };
    },
    onEvent: () => {},
    onConnection: (connection) => {
      this.connection = connection;
    },
    onFailure: ({ code }) => void this.failures.push(code),
    checkEvery: () => this.checkEvery,
    pollWanted: () => this.wanted,
  });

  readonly inputs = {
    start: () => this.loop.start('one'),
    startElsewhere: () => this.loop.start('two'),
    stop: () => this.loop.stop(),
    join: () => this.live.join(),
    lose: () => this.live.lose(),
    ready: () => this.live.ready(),
    resync: () => this.live.deliver({ type: 'resync' }),
    wake: () => this.environment.wake(),
    request: () => this.loop.request(),
    time: () => this.clock.advance(this.clock.wait ?? 600_000),
    goOffline: () => this.environment.setOnline(false),
    goOnline: () => this.environment.setOnline(true),
    hide: () => this.environment.setVisible(false),
    show: () => this.environment.setVisible(true),
    topicRotates: () => {
      this.answer = () => 'two';
      return this.loop.request();
    },
    serverFails: () => {
      this.answer = () => {
        throw new ChatError('unavailable', 'scripted');
      };
    },
    serverRefuses: () => {
      this.answer = () => {
        throw new ChatError('forbidden', 'scripted');
      };
    },
    serverRecovers: () => {
      this.answer = () => 'one';
    },
    pollingUnwanted: () => {
      this.wanted = false;
      this.checkEvery = null;
      this.loop.reconsider();
    },
    pollingWanted: () => {
      this.wanted = true;
      this.checkEvery = 60_000;
      this.loop.reconsider();
    },
  };

  async give(input: keyof Rig['inputs']): Promise<void> {
    void this.inputs[input]();
    await settle();
  }
}

type Input = keyof Rig['inputs'];

/** How it gets there. */
const PATHS = {
  idle: [],
  connecting: ['start'],
  polling: ['start', 'time'],
  slowPolling: ['start', ...Array<'time'>(24).fill('time')],
  live: ['start', 'join'],
  failing: ['start', 'serverFails', 'time'],
  refused: ['start', 'serverRefuses', 'time'],
  liveFailing: ['start', 'join', 'serverFails', 'request'],
  offline: ['start', 'join', 'goOffline'],
  hidden: ['start', 'time', 'hide'],
  resting: ['start', 'pollingUnwanted'],
  liveResting: ['start', 'join', 'pollingUnwanted', 'request'],
  stopped: ['start', 'join', 'stop'],
} satisfies Record<string, readonly Input[]>;

/** What is told, how many syncs it takes, and how long until the next; in ms, null for never. */
type Outcome = readonly [connection: Connection, syncs: number, wait: number | null];

const TABLE: Record<keyof typeof PATHS, Partial<Record<Input, Outcome>>> = {
  idle: {
    start: ['connecting', 0, 3_000],
    stop: ['idle', 0, null],
    wake: ['idle', 0, null],
    request: ['idle', 0, null],
    pollingWanted: ['idle', 0, null],
  },
  connecting: {
    start: ['connecting', 0, 3_000],
    startElsewhere: ['connecting', 0, 3_000],
    stop: ['idle', 0, null],
    join: ['live', 1, 60_000],
    lose: ['connecting', 0, 3_000],
    ready: ['polling', 1, 3_000],
    resync: ['polling', 1, 3_000],
    wake: ['polling', 1, 3_000],
    request: ['polling', 1, 3_000],
    time: ['polling', 1, 3_000],
    goOffline: ['offline', 0, 3_000],
    hide: ['connecting', 0, 3_000],
    pollingUnwanted: ['connecting', 0, 3_000],
  },
  polling: {
    join: ['live', 1, 60_000],
    lose: ['polling', 0, 3_000],
    ready: ['polling', 1, 3_000],
    wake: ['polling', 1, 3_000],
    time: ['polling', 1, 3_000],
    goOffline: ['offline', 0, 3_000],
    hide: ['polling', 0, 60_000],
    startElsewhere: ['polling', 0, 3_000],
    topicRotates: ['polling', 1, 3_000],
    stop: ['idle', 0, null],
  },
  slowPolling: {
    time: ['polling', 1, 30_000],
    wake: ['polling', 1, 3_000],
    show: ['polling', 1, 3_000],
    goOnline: ['polling', 1, 3_000],
    join: ['live', 1, 60_000],
  },
  live: {
    start: ['live', 0, 60_000],
    startElsewhere: ['connecting', 0, 3_000],
    join: ['live', 1, 60_000],
    lose: ['connecting', 0, 3_000],
    ready: ['live', 1, 60_000],
    resync: ['live', 1, 60_000],
    wake: ['live', 1, 60_000],
    request: ['live', 1, 60_000],
    time: ['live', 1, 60_000],
    goOffline: ['offline', 0, 60_000],
    hide: ['live', 0, 60_000],
    topicRotates: ['connecting', 1, 3_000],
    stop: ['idle', 0, null],
  },
  failing: {
    time: ['offline', 1, 4_800],
    serverRecovers: ['offline', 0, 3_000],
    join: ['offline', 1, 4_800],
    wake: ['offline', 1, 4_800],
    hide: ['offline', 0, 60_000],
    stop: ['idle', 0, null],
  },
  refused: {
    time: ['connecting', 1, 45_000],
    stop: ['idle', 0, null],
  },
  liveFailing: {
    time: ['offline', 1, 4_800],
    lose: ['offline', 0, 3_000],
    stop: ['idle', 0, null],
  },
  offline: {
    goOnline: ['live', 1, 60_000],
    lose: ['offline', 0, 3_000],
    resync: ['offline', 1, 60_000],
    stop: ['idle', 0, null],
  },
  hidden: {
    time: ['polling', 1, 60_000],
    show: ['polling', 1, 3_000],
    join: ['live', 1, 60_000],
    stop: ['idle', 0, null],
  },
  resting: {
    // What was planned before is still looked at once, and that is all.
    time: ['polling', 1, null],
    pollingWanted: ['connecting', 0, 3_000],
    join: ['live', 1, null],
  },
  liveResting: {
    time: ['live', 0, null],
    pollingWanted: ['live', 0, 60_000],
    lose: ['connecting', 0, null],
    wake: ['live', 1, null],
    request: ['live', 1, null],
  },
  stopped: {
    start: ['connecting', 0, 3_000],
    join: ['idle', 0, null],
    ready: ['idle', 0, null],
    resync: ['idle', 0, null],
    wake: ['idle', 0, null],
    request: ['idle', 0, null],
    goOffline: ['idle', 0, null],
    hide: ['idle', 0, null],
    time: ['idle', 0, null],
  },
};

const rows = Object.entries(TABLE).flatMap(([state, row]) =>
  Object.entries(row).map(
    ([input, outcome]) => [state, input, outcome] as [keyof typeof PATHS, Input, Outcome],
  ),
);

test.each(rows)('%s + %s: %j', async (state, input, outcome) => {
  const rig = new Rig();
  for (const step of PATHS[state]) await rig.give(step);
  const before = rig.syncs;
  await rig.give(input);
  expect([rig.connection, rig.syncs - before, rig.clock.wait]).toEqual(outcome);
  const isRunning = outcome[0] !== 'idle';
  expect(rig.live.topic !== null).toBe(isRunning);
  expect(rig.environment.listeners).toBe(isRunning ? 2 : 0);
});

test.each(['serverRecovers', 'serverFails'] as const)(
  'a pass under way takes everything asked for meanwhile into one more, %s',
  async (fate) => {
    const rig = new Rig();
    await rig.give('start');
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let ended = 0;
    const loop = new SyncLoop<ChatSession>({
      ...{
        live: rig.live,
        environment: rig.environment,
        tabs: loneTab,
        clock: rig.clock,
        longestPoll: 30_000,
      },
      sync: async () => {
        rig.syncs += 1;
        await held;
        return { topic: rig.answer(), changed: false };
      },
      ...{ onEvent: () => {}, onConnection: () => {}, onFailure: () => {} },
      ...{ checkEvery: () => 60_000, pollWanted: () => true },
    });
    rig.loop.stop();
    loop.start('one');
    for (let turn = 0; turn < 3; turn += 1) {
      void loop.request().then(() => {
        ended += 1;
      });
    }
    await settle();
    expect([rig.syncs, ended]).toEqual([1, 0]);
    await rig.give(fate);
    release();
    await settle();
    expect([rig.syncs, ended]).toEqual([2, 3]);
    loop.stop();
    expect(rig.clock.pending).toBe(0);
  },
);

test('what answers after a stop changes nothing', async () => {
  const rig = new Rig();
  await rig.give('start');
  void rig.loop.request();
  rig.loop.stop();
  await settle();
  expect([rig.connection, rig.live.topic, rig.clock.pending, rig.failures]).toEqual(['idle', null, 0, []]);
});
