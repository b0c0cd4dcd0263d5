// The live channel by its states: what each input does in each of them, one by one and on random walks.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FakeEnvironment } from '../core/testing/fake-browser.ts';
import { FakeClock, settle } from '../core/testing/fake-clock.ts';
import { loneTab } from '../core/testing/lone-tab.ts';
import { tries } from '../core/testing/properties.ts';
import { createLiveChannel } from './live-channel.ts';
import { type FakeWebSocket, fakeTransport } from './testing/fake-web-socket.ts';

type State =
  /** Asks for the user's token. */
  | 'asking'
  /** Has a socket that is not open yet. */
  | 'connecting'
  /** Has asked to join. */
  | 'joining'
  | 'joined'
  /** Has sent a heartbeat, and heard nothing since. */
  | 'beating'
  /** The same after the page woke up, with less patience. */
  | 'probing'
  /** Has heard something, though not the answer to that heartbeat. */
  | 'probed'
  /** Was lost, or never came about; the next try is to come. */
  | 'waiting'
  | 'stopped';

type Input =
  | 'token'
  | 'noToken'
  | 'open'
  | 'accepted'
  | 'refused'
  | 'ready'
  | 'event'
  | 'nonsense'
  | 'beatAnswer'
  | 'systemError'
  | 'phxClose'
  | 'phxError'
  | 'strayError'
  | 'socketClosed'
  | 'socketError'
  | 'patienceOver'
  | 'wake'
  | 'pageHide'
  | 'listenElsewhere'
  | 'stop';

/** The state after it, and what is told to the listener or sent to the server. */
type Outcome = readonly [next: State, ...effects: `${'hears' | 'sends'} ${string}`[]];
type Row = Partial<Record<Input, Outcome>>;

const every: Row = { listenElsewhere: ['asking'], stop: ['stopped'] };
const lost = (...effects: `hears ${string}`[]): Row => ({
  ...{ refused: ['waiting', ...effects], strayError: ['waiting', ...effects] },
  ...{ systemError: ['waiting', ...effects], phxClose: ['waiting', ...effects] },
  ...{ phxError: ['waiting', ...effects], socketClosed: ['waiting', ...effects] },
  ...{ socketError: ['waiting', ...effects], pageHide: ['waiting', ...effects] },
});

/** What is not in a row does nothing in that state. */
const TABLE: Readonly<Record<State, Row>> = {
  asking: {
    ...every,
    token: ['connecting'],
    noToken: ['waiting'],
    patienceOver: ['waiting'],
    pageHide: ['waiting'],
  },
  connecting: {
    ...every,
    open: ['joining', 'sends phx_join'],
    socketClosed: ['waiting'],
    socketError: ['waiting'],
    patienceOver: ['waiting'],
    pageHide: ['waiting'],
  },
  joining: {
    ...every,
    ...lost(),
    accepted: ['joined', 'hears joined'],
    ready: ['joining', 'hears ready'],
    event: ['joining', 'hears resync'],
    patienceOver: ['waiting'],
  },
  joined: {
    ...every,
    ...lost('hears lost'),
    ready: ['joined', 'hears ready'],
    event: ['joined', 'hears resync'],
    patienceOver: ['beating', 'sends heartbeat'],
    wake: ['probing', 'sends heartbeat'],
  },
  beating: {
    ...every,
    ...lost('hears lost'),
    accepted: ['joined'],
    ready: ['joined', 'hears ready'],
    event: ['joined', 'hears resync'],
    nonsense: ['joined'],
    beatAnswer: ['joined'],
    patienceOver: ['waiting', 'hears lost'],
    wake: ['probing', 'sends heartbeat'],
  },
  probing: {
    ...every,
    ...lost('hears lost'),
    accepted: ['probed'],
    ready: ['probed', 'hears ready'],
    event: ['probed', 'hears resync'],
    nonsense: ['probed'],
    beatAnswer: ['joined'],
    patienceOver: ['waiting', 'hears lost'],
    wake: ['probing', 'sends heartbeat'],
  },
  probed: {
    ...every,
    ...lost('hears lost'),
    ready: ['probed', 'hears ready'],
    event: ['probed', 'hears resync'],
    beatAnswer: ['joined'],
    patienceOver: ['beating', 'sends heartbeat'],
    wake: ['probing', 'sends heartbeat'],
  },
  waiting: {
    ...every,
    patienceOver: ['asking'],
    wake: ['asking'],
  },
  stopped: { listenElsewhere: ['asking'] },
};

const STATES = Object.keys(TABLE) as State[];
const INPUTS: readonly Input[] = [
  ...(['token', 'noToken', 'open', 'accepted', 'refused', 'ready', 'event', 'nonsense'] as const),
  ...(['beatAnswer', 'systemError', 'phxClose', 'phxError', 'strayError', 'socketClosed'] as const),
  ...(['socketError', 'patienceOver', 'wake', 'pageHide', 'listenElsewhere', 'stop'] as const),
];
const FRAMES: readonly Input[] = [
  ...(['accepted', 'refused', 'ready', 'event', 'nonsense', 'beatAnswer'] as const),
  ...(['systemError', 'phxClose', 'phxError', 'strayError'] as const),
];
/** A way to each state. */
const PATHS: Readonly<Record<State, readonly Input[]>> = {
  asking: [],
  connecting: ['token'],
  joining: ['token', 'open'],
  joined: ['token', 'open', 'accepted'],
  beating: ['token', 'open', 'accepted', 'patienceOver'],
  probing: ['token', 'open', 'accepted', 'wake'],
  probed: ['token', 'open', 'accepted', 'wake', 'nonsense'],
  waiting: ['noToken'],
  stopped: ['stop'],
};
const PATIENCE: Readonly<Record<Exclude<State, 'waiting' | 'stopped'>, number>> = {
  asking: 10_000,
  connecting: 10_000,
  joining: 10_000,
  joined: 25_000,
  beating: 25_000,
  probing: 10_000,
  probed: 10_000,
};
/** With the clock's jitter, which is always the middle. */
const WAITS = [750, 1_500, 3_750, 7_500, 22_500];
const LINES: readonly State[] = ['joined', 'beating', 'probing', 'probed'];

/** A socket opens once, and brings nothing before. What comes from one that was given up is another matter. */
function canHappen(state: State, input: Input): boolean {
  if (input === 'open') return state !== 'joining' && !LINES.includes(state);
  return state !== 'connecting' || !FRAMES.includes(input);
}

const pagehide = new Set<() => void>();
beforeAll(() => {
  vi.stubGlobal('addEventListener', (_type: string, listener: () => void) => pagehide.add(listener));
  vi.stubGlobal('removeEventListener', (_type: string, listener: () => void) => pagehide.delete(listener));
});
afterAll(() => vi.unstubAllGlobals());

class Rig {
  state: State = 'asking';
  readonly #clock = new FakeClock();
  readonly #environment = new FakeEnvironment();
  readonly #transport = fakeTransport();
  readonly #heard: string[] = [];
  /** Asked for and not given: the last is what the channel waits for, the others it has given up on. */
  readonly #tokens: { give(token: string | null): void; fail(reason: Error): void }[] = [];
  #topics = 0;
  #losses = 0;
  #joinedAt = 0;
  #wait = 0;
  #stop: () => void;
  readonly #live = createLiveChannel<never>({
    url: 'https://abcd.supabase.co',
    key: 'sb_publishable_abc',
    accessToken: () => this.#askForToken(),
    parseSession: (value) => value as never,
    clock: this.#clock,
    environment: this.#environment,
    tabs: loneTab,
    transport: this.#transport.transport,
  });

  constructor() {
    pagehide.clear();
    this.#stop = this.#listen();
  }

  #askForToken(): Promise<string | null> {
    // A line that stands asks for the next token, too, and is given the same.
    if (LINES.includes(this.state)) return Promise.resolve('user.jwt.x');
    return new Promise((give, fail) => this.#tokens.push({ give, fail }));
  }

  #listen(): () => void {
    this.#topics += 1;
    return this.#live.listen(`support-chat:${this.#topics}`, {
      onJoined: (joined) => void this.#heard.push(joined ? 'hears joined' : 'hears lost'),
      onReady: () => void this.#heard.push('hears ready'),
      onEvent: ({ type }) => void this.#heard.push(`hears ${type}`),
    });
  }

  /** Gives an input, and checks that it does what the table says and nothing else. */
  async give(input: Input): Promise<void> {
    const socket = this.#socket;
    const sent = socket?.sent.length ?? 0;
    this.#heard.length = 0;
    const [next, ...effects]: Outcome = TABLE[this.state][input] ?? [this.state];
    await this.#do(input, socket);
    const sends = (socket?.sent.slice(sent) ?? []).map(([, , , event]) => `sends ${event}`);
    expect({ input, from: this.state, effects: [...this.#heard, ...sends] }).toEqual({
      input,
      from: this.state,
      effects,
    });
    this.#count(next, input);
    this.state = next;
    this.#check();
  }

  async #do(input: Input, socket: FakeWebSocket | undefined): Promise<void> {
    const topic = `realtime:support-chat:${this.#topics}`;
    const inputs: Readonly<Record<Input, () => unknown>> = {
      token: () => this.#tokens.pop()?.give('user.jwt.x'),
      noToken: () => this.#tokens.pop()?.fail(new Error('storage')),
      open: () => this.#openLate(socket),
      accepted: () => socket?.reply('1', 'ok'),
      refused: () => socket?.reply('1', 'error', { reason: 'Unauthorized' }),
      ready: () => socket?.say('1', null, topic, 'system', { extension: 'system', status: 'ok' }),
      event: () => socket?.say(null, null, topic, 'broadcast', { event: 'resync', payload: {} }),
      nonsense: () => socket?.sayRaw('nonsense'),
      beatAnswer: () => socket?.say(null, '2', 'phoenix', 'phx_reply', { status: 'ok', response: {} }),
      systemError: () => socket?.say('1', null, topic, 'system', { extension: 'system', status: 'error' }),
      phxClose: () => socket?.say('1', '1', topic, 'phx_close', {}),
      phxError: () => socket?.say('1', '1', topic, 'phx_error', {}),
      strayError: () => socket?.say(null, '7', topic, 'phx_reply', { status: 'error', response: {} }),
      socketClosed: () => socket?.onclose?.({}),
      socketError: () => socket?.onerror?.({}),
      patienceOver: () => this.#outwait(),
      wake: () => this.#environment.wake(),
      pageHide: () => {
        for (const listener of [...pagehide]) listener();
      },
      listenElsewhere: () => {
        this.state = 'asking';
        this.#stop = this.#listen();
      },
      stop: () => this.#stop(),
    };
    const from = this.state;
    await inputs[input]();
    await settle();
    this.state = from;
  }

  /** A connection that takes its time has the same time for the join. */
  async #openLate(socket: FakeWebSocket | undefined): Promise<void> {
    if (this.state === 'connecting') await this.#clock.advance(5_000);
    socket?.onopen?.({});
  }

  /** Not a moment sooner than the patience of this state is over. */
  async #outwait(): Promise<void> {
    if (this.state === 'stopped') return this.#clock.advance(600_000);
    const wait = this.state === 'waiting' ? this.#wait : PATIENCE[this.state];
    const sent = this.#socket?.sent.length;
    await this.#clock.advance(wait - 1);
    expect([this.#heard, this.#socket?.sent.length, this.#alive.length]).toEqual([
      [],
      sent,
      this.state === 'waiting' || this.state === 'asking' ? 0 : 1,
    ]);
    await this.#clock.advance(1);
  }

  /** Waits grow with each loss, and start over after a line that lasted, or when the page woke up. */
  #count(next: State, input: Input): void {
    const now = this.#clock.now();
    if (this.state === 'joining' && next === 'joined') this.#joinedAt = now;
    if (next === 'waiting' && this.state !== 'waiting') {
      if (LINES.includes(this.state) && now - this.#joinedAt > 30_000) this.#losses = 0;
      this.#wait = WAITS[Math.min(this.#losses, WAITS.length - 1)] ?? 0;
      this.#losses += 1;
    }
    if (input === 'listenElsewhere' || (this.state === 'waiting' && input === 'wake')) this.#losses = 0;
  }

  /** Facts that hold in every state. */
  #check(): void {
    const { state } = this;
    const hasSocket = state !== 'asking' && state !== 'waiting' && state !== 'stopped';
    expect({ state, alive: this.#alive.length }).toEqual({ state, alive: hasSocket ? 1 : 0 });
    expect(this.#clock.pending).toBe(state === 'stopped' ? 0 : 1);
    expect(this.#environment.listeners).toBe(state === 'stopped' ? 0 : 1);
    expect(pagehide.size).toBe(state === 'waiting' || state === 'stopped' ? 0 : 1);
    if (state === 'asking') expect(this.#tokens.length).toBeGreaterThan(0);
    if (state === 'joining') expect(this.#socket?.topic).toBe(`realtime:support-chat:${this.#topics}`);
  }

  get #socket(): FakeWebSocket | undefined {
    return this.#transport.sockets.at(-1);
  }

  get #alive(): readonly FakeWebSocket[] {
    return this.#transport.sockets.filter(({ closed }) => !closed);
  }
}

test.each(STATES)('%s: every input does what the table says', async (state) => {
  for (const input of INPUTS.filter((one) => canHappen(state, one))) {
    const rig = new Rig();
    for (const step of PATHS[state]) await rig.give(step);
    expect(rig.state).toBe(state);
    await rig.give(input);
    await rig.give('stop');
  }
});

test('any walk through the states goes by the table, with one socket at most', async () => {
  const path = fc.array(
    // Most walks would end in no time if every way to lose a line were as likely as a way on.
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<Input>('token', 'open', 'accepted', 'beatAnswer') },
      { weight: 2, arbitrary: fc.constantFrom<Input>('patienceOver', 'wake', 'event') },
      { weight: 1, arbitrary: fc.constantFrom(...INPUTS) },
    ),
    { maxLength: 80, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(path, async (inputs) => {
      const rig = new Rig();
      try {
        for (const input of inputs) if (canHappen(rig.state, input)) await rig.give(input);
      } finally {
        await rig.give('stop');
      }
    }),
    tries(150),
  );
});
