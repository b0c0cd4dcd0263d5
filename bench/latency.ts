// How long a message takes from the Enter key on one side to the pixels on the other, beside what the same backend
// needs at the least for a frame to reach a page without any of our code.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Browser, Locator, Page } from '@playwright/test';
import { startDemoBackend } from '../e2e/backend.ts';
import {
  atMost,
  type Backend,
  liftLimits,
  newPerson,
  openDesk,
  openShop,
  percentile,
  sleep,
  systemClock,
  Table,
} from './harness.ts';

const BUDGET = 150;
const ROUNDS = 20;
const PER_ROUND = 10;
/** Nobody presses Enter in the moment of the last letter, and both sides have come to rest by the next message. */
const PAUSE = 60;

/** What a page notes down while a message passes, in the system's time. */
interface Marks {
  input: number;
  requested: number;
  answered: number;
  framed: number;
  shown: number;
  painted: number;
}

/** The broadcast that is waited for: part of its topic, and of what it says. */
interface Awaited {
  readonly topic: string;
  readonly text: string;
  heard(at: number): void;
}

declare global {
  var benchClock: () => number;
  var benchMarks: Marks;
  var benchArrival: Promise<void>;
  var benchFrame: Awaited | null;
}

/** Milliseconds of each stretch of the way. */
interface Way {
  readonly total: number;
  readonly prepare: number;
  readonly commit: number;
  readonly socket: number;
  readonly render: number;
  readonly paint: number;
  readonly call: number;
}

/** The same without us. */
type Floor = Pick<Way, 'total' | 'commit' | 'socket'>;

interface Side {
  readonly page: Page;
  readonly messages: Locator;
  readonly textbox: Locator;
}

export async function* latency(browser: Browser): AsyncGenerator<Table> {
  const backend = await startDemoBackend();
  try {
    await liftLimits(backend);
    await backend.database.execute('create table if not exists public.bench (content text not null)');
    yield await measure(browser, backend);
  } finally {
    await backend.close();
  }
}

async function measure(browser: Browser, backend: Backend): Promise<Table> {
  const clock = systemClock();
  const commits: number[] = [];
  const unlisten = await backend.database.listen('realtime_messages', () => commits.push(clock()));
  const [visitorContext, agentContext, bareContext] = [
    await newPerson(browser, backend),
    await newPerson(browser, backend),
    await newPerson(browser, backend),
  ];
  for (const context of [visitorContext, agentContext]) {
    await context.addInitScript(`globalThis.benchClock = (${systemClock})(); (${observePage})();`);
  }
  const widget = await openShop(visitorContext);
  await widget.open();
  await widget.send('Bench: hello');
  const desk = await openDesk(agentContext);
  await desk.showTab('Unassigned');
  await desk.row(/Bench: hello/).click();
  await desk.button('Assign to me').click();
  await desk.reply('Bench: good morning');
  await widget.messages.getByText('Bench: good morning').waitFor();
  const visitor: Side = widget;
  const replyBox = desk.page.getByRole('textbox', { name: 'Reply' });
  const agent: Side = { page: desk.page, messages: desk.messages, textbox: replyBox };
  const bare = await BarePage.open(await bareContext.newPage(), backend, commits);

  const toAgent: Way[] = [];
  const toVisitor: Way[] = [];
  const floors = { insert: [] as Floor[], toAgent: [] as Floor[], toVisitor: [] as Floor[] };
  // By turns, so that whatever else the machine does falls on all of them.
  for (let round = -1; round < ROUNDS; round += 1) {
    for (let n = 0; n < PER_ROUND; n += 1) {
      const one = await send(visitor, agent, 'chat_send', commits);
      const back = await send(agent, visitor, 'desk_send', commits);
      const insert = await bare.insert(backend, clock);
      const chatSend = await bare.chatSend();
      const deskSend = await bare.deskSend();
      if (round < 0) continue;
      toAgent.push(one);
      toVisitor.push(back);
      floors.insert.push(insert);
      floors.toAgent.push(chatSend);
      floors.toVisitor.push(deskSend);
    }
  }
  await unlisten();
  for (const context of [visitorContext, agentContext, bareContext]) await context.close();

  const table = new Table(`latency, ms, ${toAgent.length} messages each way`, ['p50', 'p95', 'p99']);
  floor(table, 'floor: insert + realtime.send → socket', 'begin', floors.insert);
  direction(table, 'visitor → agent', toAgent, 'chat_send', floors.toAgent, floors.insert);
  direction(table, 'agent → visitor', toVisitor, 'desk_send', floors.toVisitor, floors.insert);
  return table;
}

function direction(
  table: Table,
  name: string,
  ways: readonly Way[],
  call: string,
  calls: readonly Floor[],
  inserts: readonly Floor[],
): void {
  const total = stats(ways, 'total');
  table.row(`${name}, Enter → painted`, total, atMost(total[1] ?? Number.NaN, BUDGET, ' ms'));
  table.row('  Enter → request', stats(ways, 'prepare'));
  table.row('  request → committed', stats(ways, 'commit'));
  table.row('  committed → frame', stats(ways, 'socket'));
  table.row('  frame → in the document', stats(ways, 'render'));
  table.row('  in the document → painted', stats(ways, 'paint'));
  table.row('  (request → answer)', stats(ways, 'call'));
  floor(table, `floor: bare ${call} → socket`, 'request', calls);
  table.row('ours / bare call', ratio(total, stats(calls, 'total')));
  table.row('ours / bare insert', ratio(total, stats(inserts, 'total')));
}

function floor(table: Table, name: string, from: string, floors: readonly Floor[]): void {
  table.row(name, stats(floors, 'total'));
  table.row(`  ${from} → committed`, stats(floors, 'commit'));
  table.row('  committed → frame', stats(floors, 'socket'));
}

function stats<Key extends string>(list: readonly Readonly<Record<Key, number>>[], part: Key): number[] {
  const times = list.map((one) => one[part]);
  return [0.5, 0.95, 0.99].map((share) => percentile(times, share));
}

const ratio = (ours: readonly number[], floor: readonly number[]) =>
  ours.map((figure, at) => `${(figure / (floor[at] ?? Number.NaN)).toFixed(1)} ×`);

async function send(from: Side, to: Side, call: string, commits: readonly number[]): Promise<Way> {
  const text = `Bench ${randomUUID()}`;
  await to.messages.evaluate(awaitText, text);
  await from.textbox.fill(text);
  await sleep(PAUSE);
  const begun = commits.length;
  await from.textbox.press('Enter');
  await to.page.evaluate(() => benchArrival);
  await sleep(PAUSE);
  const sent = await from.page.evaluate(() => benchMarks);
  const { framed, shown, painted } = await to.page.evaluate(() => benchMarks);
  if (sent.answered < sent.requested) throw new Error(`No answer to ${call} was seen.`);
  const committed = commitAfter(sent.requested, commits.slice(begun));
  return {
    total: painted - sent.input,
    prepare: sent.requested - sent.input,
    commit: committed - sent.requested,
    socket: framed - committed,
    render: shown - framed,
    paint: painted - shown,
    call: sent.answered - sent.requested,
  };
}

function commitAfter(begin: number, commits: readonly number[]): number {
  const found = commits.find((at) => at >= begin);
  if (found === undefined) throw new Error('Nothing was committed.');
  return found;
}

/** Runs in every page before its scripts: notes when Enter was pressed, requests left and frames came. */
function observePage(): void {
  const offset = benchClock() - performance.now();
  const marks: Marks = { input: 0, requested: 0, answered: 0, framed: 0, shown: 0, painted: 0 };
  globalThis.benchMarks = marks;
  globalThis.benchFrame = null;
  addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Enter') marks.input = offset + event.timeStamp;
    },
    { capture: true },
  );
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      if (!/\/rpc\/(chat|desk)_send$/.test(entry.name)) continue;
      marks.requested = offset + entry.startTime;
      marks.answered = offset + entry.responseEnd;
    }
  }).observe({ type: 'resource' });
  const decoder = new TextDecoder();
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => {
        const at = benchClock();
        if (!benchFrame || !(data instanceof ArrayBuffer)) return;
        if (decoder.decode(data).includes(benchFrame.text)) benchFrame.heard(at);
      });
    }
  };
}

/** Runs in the receiving page: has `benchArrival` resolve when the text is in the log and on the screen. */
function awaitText(log: Element, text: string): void {
  benchFrame = {
    topic: '',
    text,
    heard: (at) => {
      benchMarks.framed = at;
      benchFrame = null;
    },
  };
  globalThis.benchArrival = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!log.textContent.includes(text)) return;
      observer.disconnect();
      benchMarks.shown = benchClock();
      // The task after the next frame's callbacks is the first one after the frame.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          benchMarks.painted = benchClock();
          resolve();
        };
        port2.postMessage(null);
      });
    });
    observer.observe(log, { childList: true, characterData: true, subtree: true });
  });
}

interface BareVisitor {
  readonly token: string;
  readonly session: string;
  readonly topic: string;
}

/** A page without our code: it calls the functions by `fetch` and joins topics by `WebSocket`. */
class BarePage {
  readonly #page: Page;
  readonly #key: string;
  readonly #visitor: BareVisitor;
  readonly #agentToken: string;
  readonly #commits: readonly number[];

  private constructor(
    page: Page,
    key: string,
    visitor: BareVisitor,
    agentToken: string,
    commits: readonly number[],
  ) {
    this.#page = page;
    this.#key = key;
    this.#visitor = visitor;
    this.#agentToken = agentToken;
    this.#commits = commits;
  }

  static async open(page: Page, backend: Backend, commits: readonly number[]): Promise<BarePage> {
    await page.context().addInitScript(`globalThis.benchClock = (${systemClock})();`);
    await page.goto('/favicon.svg');
    const key = backend.publishableKey;
    const token = `sv1_${randomBytes(32).toString('base64url')}`;
    const started = (await post(page, key, null, '/rest/v1/rpc/chat_start', {
      p_token: token,
      p_session_client_id: randomUUID(),
      p_client_id: randomUUID(),
      p_content: 'Bare: hello',
    })) as { topic: string; session: { id: string } };
    const { access_token: agentToken } = (await post(page, key, null, '/auth/v1/token?grant_type=password', {
      email: 'agent2@example.com',
      password: 'support-demo',
    })) as { access_token: string };
    const desk = (await post(page, key, agentToken, '/rest/v1/rpc/desk_open', {})) as { topic: string };
    const visitor = { token, session: started.session.id, topic: started.topic };
    const bare = new BarePage(page, key, visitor, agentToken, commits);
    await page.evaluate(joinTopics, { key, topics: { [started.topic]: null, [desk.topic]: agentToken } });
    return bare;
  }

  /** Inserts a row and broadcasts it, which is the least that Realtime can be asked for. */
  async insert(backend: Backend, clock: () => number): Promise<Floor> {
    const earlier = this.#commits.length;
    const text = `Bare ${randomUUID()}`;
    await this.#page.evaluate(awaitFrame, { topic: 'support-chat:', text });
    const begun = clock();
    await backend.database.transaction(async (queries) => {
      await queries.query('insert into public.bench (content) values ($1)', [text]);
      await queries.query(`select realtime.send(jsonb_build_object('text', $1::text), 'bench', $2, true)`, [
        text,
        this.#visitor.topic,
      ]);
    });
    return this.#heard(begun, earlier);
  }

  /** Until the agents' topic has it. */
  chatSend(): Promise<Floor> {
    const { token, session } = this.#visitor;
    return this.#call('chat_send', null, { p_token: token, p_session: session }, 'support-desk:');
  }

  /** Until the visitor's topic has it. */
  deskSend(): Promise<Floor> {
    return this.#call('desk_send', this.#agentToken, { p_session: this.#visitor.session }, 'support-chat:');
  }

  async #call(name: string, token: string | null, args: Record<string, string>, topic: string) {
    const earlier = this.#commits.length;
    const text = `Bare ${randomUUID()}`;
    await this.#page.evaluate(awaitFrame, { topic, text });
    const begun = await this.#page.evaluate(
      ({ name, headers, body }) => {
        const at = benchClock();
        void fetch(`/rest/v1/rpc/${name}`, { method: 'POST', headers, body });
        return at;
      },
      {
        name,
        headers: headersOf(this.#key, token),
        body: JSON.stringify({ ...args, p_client_id: randomUUID(), p_content: text }),
      },
    );
    return this.#heard(begun, earlier);
  }

  async #heard(begun: number, earlier: number): Promise<Floor> {
    await this.#page.evaluate(() => benchArrival);
    const framed = await this.#page.evaluate(() => benchMarks.framed);
    const committed = commitAfter(begun, this.#commits.slice(earlier));
    await sleep(PAUSE / 4);
    return { total: framed - begun, commit: committed - begun, socket: framed - committed };
  }
}

function headersOf(key: string, token: string | null): Record<string, string> {
  return {
    apikey: key,
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
  };
}

async function post(page: Page, key: string, token: string | null, path: string, data: object) {
  const answer = await page.request.post(path, { headers: headersOf(key, token), data });
  if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
  return answer.json() as Promise<unknown>;
}

/** Runs in the bare page: one socket for each topic. */
async function joinTopics(joins: { key: string; topics: Record<string, string | null> }): Promise<void> {
  const decoder = new TextDecoder();
  globalThis.benchMarks = { input: 0, requested: 0, answered: 0, framed: 0, shown: 0, painted: 0 };
  for (const [topic, token] of Object.entries(joins.topics)) {
    const origin = location.origin.replace('http', 'ws');
    const socket = new WebSocket(`${origin}/realtime/v1/websocket?apikey=${joins.key}&vsn=2.0.0`);
    socket.binaryType = 'arraybuffer';
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    setInterval(() => socket.send(JSON.stringify([null, '2', 'phoenix', 'heartbeat', {}])), 25_000);
    const config = { private: true };
    socket.send(
      JSON.stringify([
        '1',
        '1',
        `realtime:${topic}`,
        'phx_join',
        { config, ...(token && { access_token: token }) },
      ]),
    );
    await new Promise<void>((resolve, reject) => {
      socket.onmessage = ({ data }) =>
        String(data).includes('"ok"') ? resolve() : reject(new Error(String(data)));
    });
    socket.onmessage = ({ data }) => {
      const at = benchClock();
      if (!benchFrame || !(data instanceof ArrayBuffer)) return;
      const frame = decoder.decode(data);
      if (frame.includes(benchFrame.topic) && frame.includes(benchFrame.text)) benchFrame.heard(at);
    };
  }
}

/** Runs in the bare page: has `benchArrival` resolve when a frame with the text comes. */
function awaitFrame({ topic, text }: { topic: string; text: string }): void {
  globalThis.benchArrival = new Promise((resolve) => {
    globalThis.benchFrame = {
      topic,
      text,
      heard: (at) => {
        benchMarks.framed = at;
        benchFrame = null;
        resolve();
      },
    };
  });
}
