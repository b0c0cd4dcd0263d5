import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { type Backend, startBackend } from './backend/server.ts';
import { eventually, listenTo, realtime } from './backend/testing/clients.ts';
import { freePort } from './backend/testing/ports.ts';
import { DEMO_AGENTS, DEMO_PASSWORD } from './seed.ts';

// CRASHES=50 kills the demo that often at work and that often at its start, instead of three times.
const ROUNDS = Number(process.env.CRASHES ?? 3);
const SCRIPT = fileURLToPath(new URL('./start.ts', import.meta.url));
const KEY = 'sb_publishable_local_development_only';
const VISITORS = 4;

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const demo of running) kill(demo);
});

interface Demo {
  readonly url: string;
  /** Resolves with what it said once it is ready, rejects if it ends before. */
  readonly ready: Promise<string>;
  /** What it said on its standard error. */
  complaints(): string;
  readonly exited: Promise<void>;
  kill(): Promise<void>;
}

async function runDemo(dataDir: string): Promise<Demo> {
  const port = await freePort();
  const demo = spawn(process.execPath, ['--import', 'tsx', SCRIPT], {
    env: {
      ...process.env,
      PORT: String(port),
      DATA_DIR: dataDir,
      DATABASE_URL: '',
      // As npm does: with its parent gone, say because the tests were killed, it ends by itself.
      npm_lifecycle_event: 'demo',
    },
    // A group of its own, so that whatever it may have started dies with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(demo);
  let said = '';
  let complaints = '';
  demo.stderr.on('data', (data: Buffer) => {
    complaints += data.toString();
  });
  const exited = new Promise<void>((resolve) => {
    demo.once('close', () => {
      running.delete(demo);
      resolve();
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    for (const stream of [demo.stdout, demo.stderr]) {
      stream.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes('Stop with Ctrl+C.')) resolve(said);
      });
    }
    void exited.then(() => reject(new Error(`The demo ended: ${said}`)));
  });
  ready.catch(() => {});
  return {
    url: `http://localhost:${port}`,
    ready,
    complaints: () => complaints,
    exited,
    kill: () => {
      kill(demo);
      return exited;
    },
  };
}

function kill(demo: ChildProcess): void {
  try {
    if (demo.pid !== undefined) process.kill(-demo.pid, 'SIGKILL');
  } catch {
    // It had ended by itself.
  }
}

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'support-chat-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Looks into what a demo left behind, and runs on it as the next start would. */
async function inspect<Result>(
  dataDir: string,
  look: (backend: Backend) => Promise<Result>,
): Promise<Result> {
  const backend = await startBackend({ dataDir });
  try {
    return await look(backend);
  } finally {
    await backend.close();
  }
}

interface Stored {
  readonly id: string;
  readonly session: string;
  readonly client_id: string;
  readonly seq: number;
  readonly visitor_seq: number | null;
  readonly content: string;
}

const allMessages = `
  select id, session_id as session, client_id, seq, visitor_seq, content
  from support_chat.messages order by session_id, seq`;

/** One side of a conversation, which sends as fast as it is answered, and again what was not. */
class Writer {
  readonly acknowledged: Partial<Stored>[] = [];
  readonly token =
    `sv1_${Array.from({ length: 43 }, () => 'abcdefghijkmnpqrstuvwxyz23456789'[Math.floor(Math.random() * 32)]).join('')}`;
  readonly #sessionClientId = crypto.randomUUID();
  readonly #isAgent: boolean;
  #session: string | null;
  #pending: { clientId: string; content: string } | null = null;

  constructor(session: string | null = null) {
    this.#isAgent = session !== null;
    this.#session = session;
  }

  get session(): string | null {
    return this.#session;
  }

  /** Until the demo is gone. */
  async write(url: string): Promise<void> {
    const bearer = this.#isAgent ? await signIn(url).catch(nullIfGone) : null;
    if (this.#isAgent && bearer === null) return;
    for (;;) {
      this.#pending ??= { clientId: crypto.randomUUID(), content: `message ${this.acknowledged.length + 1}` };
      const { clientId, content } = this.#pending;
      const ids = { p_client_id: clientId, p_content: content };
      const [name, body] = this.#isAgent
        ? ['desk_send', { ...ids, p_session: this.#session }]
        : this.#session === null
          ? ['chat_start', { ...ids, p_token: this.token, p_session_client_id: this.#sessionClientId }]
          : ['chat_send', { ...ids, p_token: this.token, p_session: this.#session }];
      const answer = await call(url, name as string, body, bearer).catch(nullIfGone);
      if (answer === null) return;
      const { message } = answer as { message: { id: string; session_id: string; seq: number } };
      this.#session = message.session_id;
      this.acknowledged.push({
        id: message.id,
        session: message.session_id,
        client_id: clientId,
        // Visitors are told the number of their own counting.
        ...(this.#isAgent ? { seq: message.seq } : { visitor_seq: message.seq }),
        content,
      });
      this.#pending = null;
    }
  }
}

/** What `fetch` throws when the other side is gone is expected here, and nothing else. */
function nullIfGone(reason: unknown): null {
  if (reason instanceof TypeError) return null;
  throw reason;
}

async function call(url: string, name: string, body: unknown, bearer: string | null): Promise<unknown> {
  const response = await fetch(`${url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: {
      apikey: KEY,
      'content-type': 'application/json',
      ...(bearer && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  expect(response.status, `${name}: ${text}`).toBe(200);
  return JSON.parse(text);
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ email: DEMO_AGENTS[0], password: DEMO_PASSWORD }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { access_token: string }).access_token;
}

function checkNumbers(messages: readonly Stored[]): void {
  for (const session of new Set(messages.map((message) => message.session))) {
    const own = messages.filter((message) => message.session === session);
    expect(own.map((message) => message.seq)).toEqual(own.map((_, at) => at + 1));
    const shown = own.flatMap((message) => message.visitor_seq ?? []);
    expect(shown).toEqual(shown.map((_, at) => at + 1));
  }
}

test(
  'a demo killed at any moment has kept all that it had acknowledged, and starts again',
  async () => {
    const dataDir = await temporary();
    for (let round = 1; round < ROUNDS; round += 1) {
      const demo = await runDemo(dataDir);
      await Promise.race([sleep(Math.random() * 1500), demo.ready, demo.exited]);
      await demo.kill();
    }
    // This one is killed as soon as it listens, which is before the sample conversations are in.
    const seeding = await runDemo(dataDir);
    await Promise.race([answers(seeding.url), seeding.exited]);
    await seeding.kill();
    await inspect(dataDir, (backend) =>
      backend.database.execute(`update support_chat.settings set limits = '{}'`),
    );

    const visitors = Array.from({ length: VISITORS }, () => new Writer());
    const writers = [...visitors];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const demo = await runDemo(dataDir);
      expect(await demo.ready).toContain(`Everything is kept in ${dataDir}.`);
      expect(demo.complaints()).toBe('');
      const enough = writers.map((writer) => writer.acknowledged.length + 4);
      const writing = writers.map((writer) => writer.write(demo.url));
      const isEnough = () => writers.every((writer, at) => writer.acknowledged.length >= (enough[at] ?? 0));
      await Promise.race([eventually(isEnough, 60_000), Promise.all(writing)]);
      expect(isEnough()).toBe(true);
      await sleep(Math.random() * 300);
      await demo.kill();
      await Promise.all(writing);
      // From the second round on the agent writes into one of the conversations as well.
      if (round === 1) writers.push(new Writer(visitors[0]?.session));
    }

    await inspect(dataDir, async (backend) => {
      const stored = await backend.database.query<Stored>(allMessages);
      checkNumbers(stored);
      for (const message of writers.flatMap((writer) => writer.acknowledged)) {
        expect(stored.filter((one) => one.client_id === message.client_id)).toMatchObject([message]);
      }
      const [seeded] = await backend.database.query(
        `select (select count(*)::int from auth.users) as users,
         (select count(*)::int from support_chat.agents) as agents,
         (select count(*)::int from supabase_migrations.seed_files) as seeds,
         (select count(*)::int from support_chat.sessions where id = '5eed0000-0000-4000-8000-000000000001') as marked`,
      );
      expect(seeded).toEqual({ users: 2, agents: 2, seeds: 1, marked: 1 });

      const { token, session } = visitors[0] as Writer;
      const { topic } = (await call(backend.url, 'chat_open', { p_token: token }, null)) as { topic: string };
      const listening = listenTo(realtime(backend), topic);
      await listening.until('SUBSCRIBED');
      const ids = { p_token: token, p_session: session, p_client_id: crypto.randomUUID() };
      await call(backend.url, 'chat_send', { ...ids, p_content: 'still here' }, null);
      await listening.untilHeard(1);
    });
    expect((await readdir(dataDir)).sort()).toEqual(['database']);
  },
  60_000 + ROUNDS * 80_000,
);

async function answers(url: string): Promise<void> {
  while ((await fetch(url, { method: 'HEAD' }).catch(() => null)) === null) await sleep(5);
}
