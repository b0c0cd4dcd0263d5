import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { type RestartableBackend, startRestartableBackend } from './backend.ts';
import {
  DeskPerson,
  openBrowser,
  readScreen,
  type Screen,
  sightings,
  type Until,
  VisitorPerson,
} from './people.ts';
import {
  AGENTS,
  type ChaosOptions,
  type FaultPlan,
  type Line,
  makePlan,
  type Plan,
  visitorName,
} from './plan.ts';
import { type ChaosProxy, type Door, type FaultCounts, type ServedFiles, startProxy } from './proxy.ts';
import {
  type Evidence,
  judge,
  type ScreenText,
  type StoredMessage,
  type Verdict,
  type Watched,
} from './verdict.ts';
import { countInLog } from './watch.ts';

export interface ChaosResult {
  readonly verdict: Verdict;
  /** Lines that a text box or a window did not take; nobody can say they were sent. */
  readonly unwritten: number;
  /** One for each visitor's browser, and one for each agent's. */
  readonly traffic: Readonly<Record<'visitors' | 'agents', readonly Traffic[]>>;
  readonly faults: FaultCounts & { readonly restarts: number };
  /** Whether both sides were quiet before the time for that was over. */
  readonly settled: boolean;
}

export interface Traffic {
  readonly requests: number;
  readonly mostSockets: number;
}

const LATENCY = [50, 800] as const;
const CUT_SHARE = 0.25;
const DOWN_MS = 1500;
/** Longer than between two looks of a client that believes itself to be up to date. */
const STALL_MS = 75_000;
/** What is left to write when the time for that, and the last fault, is over may be written a little later. */
const OVERTIME_MS = 30_000;

const NO_LIMITS = '{}';

/** Lets visitors and agents write to each other through everything that can go wrong, and judges what became of it. */
export async function runChaos(
  browser: Browser,
  options: ChaosOptions,
  say: (progress: string) => void = () => {},
): Promise<ChaosResult> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    return await run(browser, options, say, undo);
  } finally {
    // What failed first is what matters.
    for (const step of undo.reverse()) await step().catch(() => {});
  }
}

async function run(
  browser: Browser,
  options: ChaosOptions,
  say: (progress: string) => void,
  undo: (() => Promise<unknown>)[],
): Promise<ChaosResult> {
  const plan = makePlan(options);
  const tasks: Promise<unknown>[] = [];
  undo.push(() => Promise.allSettled(tasks));
  const backend = await startRestartableBackend();
  undo.push(() => backend.close());
  const proxy = startProxy({
    seed: options.seed,
    port: () => backend.port,
    files: await filesFor(backend.key),
  });
  undo.push(() => proxy.close());
  await setLimits(backend, NO_LIMITS);

  const giveUp = new AbortController();
  setMaxListeners(0, giveUp.signal);
  browser.once('disconnected', () => giveUp.abort());
  let startedAt = Number.NaN;
  let faults: Promise<number> | null = null;
  const waitUntil: Until = (time) =>
    sleep(Math.max(0, startedAt + time - Date.now()), undefined, { signal: giveUp.signal });
  // What belongs to the calm end waits for it, however long a slow machine takes for the rest.
  const until: Until = async (time) => {
    await waitUntil(time);
    if (time > plan.faults.end) await faults;
  };
  const doors = { visitors: [] as Door[], agents: [] as Door[] };
  const enter = async (side: keyof typeof doors, size: { width: number; height: number }) => {
    const door = await proxy.openDoor();
    doors[side].push(door);
    const context = await openBrowser(browser, door, size);
    undo.push(() => context.close());
    return context;
  };

  const offices = [];
  for (const _ of AGENTS) offices.push(await enter('agents', { width: 1280, height: 800 }));
  const desks: DeskPerson[] = [];
  for (const desk of plan.desks) {
    const office = offices[desk.agent];
    if (office) desks.push(await DeskPerson.open(desk, office, AGENTS[desk.agent] ?? '', until));
  }
  const visitors: VisitorPerson[] = [];
  for (const visitor of plan.visitors) {
    const person = new VisitorPerson(visitor, await enter('visitors', { width: 420, height: 700 }), until);
    await person.openTab();
    visitors.push(person);
  }
  say(`${visitors.length} visitors and ${desks.length} windows of agents are there.`);

  startedAt = Date.now();
  faults = makeFaults(plan.faults, options.lowLimit, backend, proxy, say, waitUntil);
  let deadline = Number.POSITIVE_INFINITY;
  tasks.push(
    faults.then(() => {
      deadline = Math.max(Date.now(), startedAt + options.writingMs) + OVERTIME_MS;
    }),
    ...visitors.map(async (visitor) => {
      await visitor.begin((line) => isStored(backend, line));
      await visitor.goOn();
    }),
    ...desks.map((desk) => desk.work(() => Date.now() > deadline, visitorName)),
  );
  // The first thing undone.
  undo.push(async () => giveUp.abort());
  await Promise.all(tasks);
  say('Everything is written.');
  const settled = await settle(backend, plan, visitors, options.settleMs);
  say(settled ? 'Both sides are quiet.' : 'It never got quiet.');
  proxy.weather.latency = null;
  const traffic = { visitors: doors.visitors.map(toTraffic), agents: doors.agents.map(toTraffic) };

  const evidence = await gather(backend, plan, visitors, desks);
  return {
    verdict: judge(evidence),
    unwritten: [...visitors, ...desks].flatMap((person) => person.unwritten).length,
    traffic,
    faults: { ...proxy.counts, restarts: await faults },
    settled,
  };
}

/** Everything that goes wrong, in its time. Returns how often the backend was restarted. */
async function makeFaults(
  plan: FaultPlan,
  lowLimit: ChaosOptions['lowLimit'],
  backend: RestartableBackend,
  proxy: ChaosProxy,
  say: (progress: string) => void,
  until: Until,
): Promise<number> {
  const { weather } = proxy;
  let restarts = 0;
  const turns: readonly (readonly [time: number, turn: () => unknown])[] = [
    ...plan.cuts.map((time) => [time, () => proxy.cut(CUT_SHARE)] as const),
    [
      plan.slowDown.from,
      () => {
        say(`Visitors may send ${lowLimit[0]} in ${lowLimit[1]} seconds.`);
        return setLimits(backend, JSON.stringify({ send: [lowLimit] }));
      },
    ],
    [
      plan.slowDown.to,
      () => {
        say('They may send as they like again.');
        return setLimits(backend, NO_LIMITS);
      },
    ],
    [
      plan.restart,
      async () => {
        say('The backend is killed.');
        await backend.restart(DOWN_MS);
        restarts += 1;
        say('It is back.');
      },
    ],
    [
      plan.noRealtime.from,
      () => {
        say('Nobody gets a connection to Realtime.');
        weather.noRealtime = true;
        proxy.cut(1);
      },
    ],
    [
      plan.noRealtime.to,
      () => {
        say('Realtime is back.');
        weather.noRealtime = false;
      },
    ],
  ];
  weather.latency = LATENCY;
  weather.lossy = true;
  const begun: Promise<unknown>[] = [];
  for (const [time, turn] of [...turns].sort(([a], [b]) => a - b)) {
    await until(time);
    const done = Promise.resolve(turn());
    // Heard of at the end of all.
    done.catch(() => {});
    begun.push(done);
  }
  await Promise.all(begun);
  await until(plan.end);
  weather.lossy = false;
  return restarts;
}

/** Waits until everything sent is on the visitors' screens and in the database, or nothing moves any more. */
async function settle(
  backend: RestartableBackend,
  plan: Plan,
  visitors: readonly VisitorPerson[],
  mostMs: number,
): Promise<boolean> {
  const givesUp = Date.now() + mostMs;
  let last = '';
  let movedAt = Date.now();
  for (;;) {
    const [row] = await backend.query<{ count: number }>(
      `select count(*)::int as count from support_chat.messages where kind = 'text'`,
    );
    const tabs = visitors.flatMap((visitor) => visitor.tabs).filter(({ closed }) => !closed);
    const shown = await Promise.all(tabs.map(({ page }) => countInLog(page)));
    const state = `${row?.count} ${shown.join(' ')}`;
    if (state !== last) movedAt = Date.now();
    last = state;
    const isStill = Date.now() - movedAt > 5000;
    if (row?.count === plan.lines.length && isStill) return true;
    if (Date.now() - movedAt > STALL_MS) return true;
    if (Date.now() > givesUp) return false;
    await sleep(1000);
  }
}

async function gather(
  backend: RestartableBackend,
  plan: Plan,
  visitors: readonly VisitorPerson[],
  desks: readonly DeskPerson[],
): Promise<Evidence> {
  const watched: Watched[] = [];
  const see = async (screen: Screen, side: Watched['side'], conversation: number | null) => {
    const { writer, openedAt } = screen;
    watched.push({ writer, side, conversation, openedAt, sightings: await sightings(screen) });
  };
  // First of all: what is turned to from here on is seen for the first time because of that.
  for (const { plan, tabs } of visitors) for (const tab of tabs) await see(tab, 'visitor', plan.conversation);
  for (const { screen } of desks) await see(screen, 'agent', null);

  const screens: ScreenText[] = [];
  for (const { plan, tabs } of visitors) {
    for (const tab of tabs) {
      if (tab.closed) continue;
      screens.push({ conversation: plan.conversation, side: 'visitor', texts: await readScreen(tab) });
    }
  }
  await Promise.all(
    desks.map(async (desk) => {
      for (const { conversation, name } of plan.visitors) {
        const isThere = await desk.turnTo(name);
        const texts = isThere ? await readScreen(desk.screen) : [];
        screens.push({ conversation, side: 'agent', texts });
      }
    }),
  );
  const stored = await backend.query<StoredMessage>(
    `select m.session_id as session, coalesce(v.name, '') as visitor, m.seq::int as seq, m.content as text
     from support_chat.messages m
     join support_chat.sessions s on s.id = m.session_id
     join support_chat.visitors v on v.id = s.visitor_id
     where m.kind = 'text'`,
  );
  return { lines: plan.lines, stored, screens, watched, nameOf: visitorName };
}

async function isStored(backend: RestartableBackend, { text }: Line): Promise<boolean> {
  const rows = await backend
    .query(`select from support_chat.messages where content = '${text}'`)
    .catch(() => []);
  return rows.length > 0;
}

async function setLimits(backend: RestartableBackend, limits: string): Promise<void> {
  await backend.query(`update support_chat.settings set limits = '${limits}' where id`);
}

/** The pages, as a site would have them. Their own origin is the project's: no browser asks for leave first. */
async function filesFor(key: string): Promise<ServedFiles> {
  const script = async (name: string) => ({
    type: 'text/javascript; charset=utf-8',
    body: await readFile(new URL(`../../dist/${name}`, import.meta.url), 'utf8'),
  });
  const page = (body: string) => ({
    type: 'text/html; charset=utf-8',
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Chaos</title><body>${body}</body></html>`,
  });
  return {
    '/support-chat.js': await script('support-chat.js'),
    '/support-dashboard.js': await script('support-dashboard.js'),
    '/visitor.html': page(
      `<script src="/support-chat.js" data-supabase-url="{{origin}}" data-supabase-key="${key}" async></script>`,
    ),
    '/desk.html': page(
      `<script src="/support-dashboard.js" async></script>
       <support-dashboard supabase-url="{{origin}}" supabase-key="${key}"></support-dashboard>`,
    ),
    '/favicon.ico': { type: 'image/x-icon', body: '' },
  };
}

function toTraffic({ requests, mostSockets }: Door): Traffic {
  return { requests, mostSockets };
}
