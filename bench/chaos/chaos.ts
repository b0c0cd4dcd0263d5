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
  DESKS,
  type FaultPlan,
  type Line,
  makePlan,
  visitorName,
  type Wave,
} from './plan.ts';
import { type ChaosProxy, type Door, type FaultCounts, type ServedFiles, startProxy } from './proxy.ts';
import { type Chance, chance } from './random.ts';
import {
  type Evidence,
  judge,
  type ScreenText,
  type StoredMessage,
  type Verdict,
  type Watched,
} from './verdict.ts';
import { countSeen } from './watch.ts';

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
const CUT_EVERY_MS = [2000, 5000] as const;
const DOWN_MS = 1500;
/** Longer than between two looks of a client that believes itself to be up to date. */
const STALL_MS = 75_000;
/** Whatever is doubled or comes too late has time to show. */
const STILL_MS = 3000;
/** What is left to write when the time for that, and the last fault, is over may be written later: on a busy machine. */
const OVERTIME_MS = 150_000;
/** So many of their messages may be on their way before somebody waits for them. */
const MOST_UNSENT = 8;
/** Nobody waits any longer once somebody did for so long: what never gets through is for the verdict to tell. */
const PACE_MS = 60_000;

/** How much longer than planned a fault lasts at most until it has hit somebody. */
const HIT_MS = 20_000;

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
  const waves = makePlan(options);
  const backend = await startRestartableBackend();
  undo.push(() => backend.close());
  const proxy = startProxy({
    seed: options.seed,
    dropsOneIn: options.dropsOneIn,
    port: () => backend.port,
    files: await filesFor(backend.key),
  });
  undo.push(() => proxy.close());
  await setLimits(backend, NO_LIMITS);

  const giveUp = new AbortController();
  setMaxListeners(0, giveUp.signal);
  browser.once('disconnected', () => giveUp.abort());
  const world: World = {
    backend,
    proxy,
    options,
    cuts: chance(options.seed, 'times of cuts'),
    say,
    undo,
    signal: giveUp.signal,
  };
  const doors = { visitors: [] as Door[], agents: [] as Door[] };
  const enter = async (side: keyof typeof doors, size: { width: number; height: number }) => {
    const door = await proxy.openDoor();
    doors[side].push(door);
    const context = await openBrowser(browser, door, size);
    undo.push(() => context.close());
    return context;
  };

  const desks: DeskPerson[] = [];
  for (const [agent, email] of AGENTS.entries()) {
    const office = await enter('agents', { width: 1280, height: 800 });
    for (const { id } of DESKS.filter((desk) => desk.agent === agent))
      desks.push(await DeskPerson.open(id, office, email));
  }
  say(`${desks.length} windows of ${AGENTS.length} agents are open.`);

  const visitors: VisitorPerson[] = [];
  const screens: ScreenText[] = [];
  const lines: Line[] = [];
  let restarts = 0;
  let settled = true;
  for (const [index, wave] of waves.entries()) {
    // Nothing goes wrong while pages open: that is what they cost the machine, not what this is about.
    const present: VisitorPerson[] = [];
    for (const visitor of wave.visitors) {
      const person = new VisitorPerson(visitor, await enter('visitors', { width: 420, height: 700 }));
      await person.arrive();
      present.push(person);
    }
    visitors.push(...present);
    lines.push(...wave.lines);
    say(`Wave ${index + 1} of ${waves.length}: ${present.length} visitors are there.`);
    restarts += await writeThrough(world, wave, present, desks);
    say('Everything is written.');
    const unwritten = unwrittenBy([...visitors, ...desks]);
    if (unwritten.length > 0) say(`${unwritten.length} lines could not be written.`);
    const isQuiet = await settle(world, lines, present, unwritten);
    settled &&= isQuiet;
    say(isQuiet ? 'Both sides are quiet.' : 'It never got quiet.');
    proxy.weather.latency = null;
    screens.push(
      ...(await Promise.all(present.map((visitor) => leaveShowing(visitor, 2 * options.messages)))).flat(),
    );
  }

  const evidence = await gather(backend, lines, visitors, desks, screens);
  return {
    verdict: judge(evidence),
    unwritten: unwrittenBy([...visitors, ...desks]).length,
    traffic: { visitors: doors.visitors.map(toTraffic), agents: doors.agents.map(toTraffic) },
    faults: { ...proxy.counts, restarts },
    settled,
  };
}

function unwrittenBy(people: readonly (VisitorPerson | DeskPerson)[]): Line[] {
  return people.flatMap((person) => person.unwritten);
}

interface World {
  readonly backend: RestartableBackend;
  readonly proxy: ChaosProxy;
  readonly options: ChaosOptions;
  readonly cuts: Chance;
  say(progress: string): void;
  readonly undo: (() => Promise<unknown>)[];
  /** Aborted where the run is given up. */
  readonly signal: AbortSignal;
}

/** Lets a wave write all it has to, while everything goes wrong. Returns how often the backend was restarted. */
async function writeThrough(
  world: World,
  wave: Wave,
  visitors: readonly VisitorPerson[],
  desks: readonly DeskPerson[],
): Promise<number> {
  const giveUp = new AbortController();
  const signal = AbortSignal.any([world.signal, giveUp.signal]);
  setMaxListeners(0, signal);
  const { writingMs } = world.options;
  const startedAt = Date.now();
  const waitUntil: Until = (time) => sleep(Math.max(0, startedAt + time - Date.now()), undefined, { signal });
  const pace = keepPace(world.backend, signal);
  let isWritten = false;
  const faults = makeFaults(world, wave.faults, waitUntil, () => isWritten);
  // What belongs to the calm end waits for it, however long a slow machine takes for the rest.
  const until: Until = async (time) => {
    await waitUntil(time);
    if (wave.faults.end !== null && time > wave.faults.end) await faults;
  };
  const isOver = () => Date.now() > startedAt + writingMs + OVERTIME_MS;
  const writing = [
    ...visitors.map((visitor) => visitor.write(until, pace.wait)),
    ...desks.map((desk) => desk.work(wave.visits[desk.screen.writer] ?? [], until, isOver)),
  ];
  world.undo.push(() => Promise.allSettled([faults, ...writing]));
  // Undone before that.
  world.undo.push(async () => giveUp.abort());
  await Promise.race([Promise.all(writing), faults.then(() => Promise.all(writing))]);
  isWritten = true;
  const restarts = await faults;
  giveUp.abort();
  return restarts;
}

/** Knows what the database holds, so that a visitor who has much unsent can wait, as people do. */
function keepPace(
  backend: RestartableBackend,
  signal: AbortSignal,
): { wait(line: Line, written: number): Promise<void> } {
  let stored = new Map<number, number>();
  let isStuck = false;
  const look = async () => {
    while (!signal.aborted) {
      const rows = await backend
        .query<{ conversation: number; count: number }>(
          `select substring(content from '^\\[c(\\d+)/v')::int - 1 as conversation, count(*)::int as count
           from support_chat.messages where content ~ '^\\[c\\d+/v' group by 1`,
        )
        .catch(() => []);
      if (rows.length > 0) stored = new Map(rows.map(({ conversation, count }) => [conversation, count]));
      await sleep(1000, undefined, { signal }).catch(() => {});
    }
  };
  void look();
  return {
    wait: async ({ conversation }, written) => {
      const givesUp = Date.now() + PACE_MS;
      while (!isStuck && written - (stored.get(conversation) ?? 0) >= MOST_UNSENT) {
        await sleep(200, undefined, { signal });
        isStuck = Date.now() > givesUp;
      }
    },
  };
}

/** Everything that goes wrong, in its time. Returns how often the backend was restarted. */
async function makeFaults(
  world: World,
  plan: FaultPlan,
  until: Until,
  isWritten: () => boolean,
): Promise<number> {
  const { backend, proxy, say, signal } = world;
  const { weather, counts } = proxy;
  const { lowLimit } = world.options;
  const { slowDown, noRealtime, restart } = plan;
  let restarts = 0;
  // Every fault hits at least once, however the machine's pace and the plan's fall together.
  const hits = async (fault: keyof FaultCounts, before: number) => {
    const givesUp = Date.now() + HIT_MS;
    while (counts[fault] === before && Date.now() < givesUp) await sleep(100, undefined, { signal });
  };
  const turns: (readonly [time: number, turn: () => Promise<void>])[] = [];
  if (slowDown) {
    turns.push([
      slowDown.from,
      async () => {
        const before = counts.rateLimited;
        say(`Visitors may send ${lowLimit[0]} in ${lowLimit[1]} seconds.`);
        await setLimits(backend, JSON.stringify({ send: [lowLimit] }));
        await until(slowDown.to);
        await hits('rateLimited', before);
        await setLimits(backend, NO_LIMITS);
        say('They may send as they like again.');
      },
    ]);
  }
  if (noRealtime) {
    turns.push([
      noRealtime.from,
      async () => {
        const before = counts.refusedSockets;
        say('Nobody gets a connection to Realtime.');
        weather.noRealtime = true;
        proxy.cutAll();
        await until(noRealtime.to);
        await hits('refusedSockets', before);
        weather.noRealtime = false;
        say('Realtime is back.');
      },
    ]);
  }
  if (restart !== null) {
    turns.push([
      restart,
      async () => {
        say('The backend is killed.');
        await backend.restart(DOWN_MS);
        restarts += 1;
        say('It is back.');
      },
    ]);
  }
  weather.latency = LATENCY;
  weather.lossy = true;
  let isOver = false;
  const phases = async () => {
    for (const [time, turn] of turns) {
      await until(time);
      await turn();
    }
    await until(plan.end ?? 0);
    await Promise.all([hits('droppedEvents', 0), hits('lostAnswers', 0)]);
  };
  const cutting = async () => {
    while (!isOver || (plan.end === null && !isWritten())) {
      await sleep(world.cuts.between(...CUT_EVERY_MS), undefined, { signal });
      proxy.cut();
    }
  };
  await Promise.all([
    phases().finally(() => {
      isOver = true;
    }),
    cutting(),
  ]);
  weather.lossy = false;
  return restarts;
}

/** Waits until all that was written is stored and seen in the visitors' tabs, or nothing moves any more. */
async function settle(
  { backend, options, say }: World,
  lines: readonly Line[],
  visitors: readonly VisitorPerson[],
  unwritten: readonly Line[],
): Promise<boolean> {
  const givesUp = Date.now() + options.settleMs;
  const tabs = visitors.flatMap(({ plan, tabs }) =>
    tabs
      .filter(({ closed }) => !closed)
      .map((tab) => ({ ...tab, missing: countWritten(plan.conversation, lines, unwritten) })),
  );
  const count = lines.length - unwritten.length;
  let last = '';
  let movedAt = Date.now();
  for (;;) {
    const [row] = await backend.query<{ count: number }>(
      `select count(*)::int as count from support_chat.messages where kind = 'text'`,
    );
    const seen = await Promise.all(
      tabs.map(async ({ writer, page, missing }) => ({ writer, missing: missing - (await countSeen(page)) })),
    );
    const notStored = count - (row?.count ?? 0);
    const behind = seen.filter(({ missing }) => missing !== 0);
    const state = `${notStored} not stored, ${behind.map(({ writer, missing }) => `${missing} not in ${writer}`).join(', ')}`;
    if (state !== last) movedAt = Date.now();
    last = state;
    const isAll = notStored === 0 && behind.length === 0;
    const isStill = Date.now() - movedAt > (isAll ? STILL_MS : STALL_MS);
    if (!isAll && (isStill || Date.now() > givesUp)) say(`Still ${state}.`);
    if (isStill) return true;
    if (Date.now() > givesUp) return false;
    await sleep(500);
  }
}

function countWritten(conversation: number, lines: readonly Line[], unwritten: readonly Line[]): number {
  return lines.filter((line) => line.conversation === conversation && !unwritten.includes(line)).length;
}

/** What all of a visitor's tabs show at the end, which are closed after that. */
async function leaveShowing(visitor: VisitorPerson, count: number): Promise<ScreenText[]> {
  const { conversation } = visitor.plan;
  const open = visitor.tabs.filter(({ closed }) => !closed);
  const screens = await Promise.all(
    open.map(async (tab) => ({
      conversation,
      side: 'visitor' as const,
      texts: await readScreen(tab, count),
    })),
  );
  await visitor.leave();
  return screens;
}

async function gather(
  backend: RestartableBackend,
  lines: readonly Line[],
  visitors: readonly VisitorPerson[],
  desks: readonly DeskPerson[],
  visitorScreens: readonly ScreenText[],
): Promise<Evidence> {
  const watched: Watched[] = [];
  const see = async (screen: Screen, side: Watched['side'], conversation: number | null) => {
    const { writer, openedAt } = screen;
    watched.push({ writer, side, conversation, openedAt, sightings: await sightings(screen) });
  };
  for (const { plan, tabs } of visitors) for (const tab of tabs) await see(tab, 'visitor', plan.conversation);
  // Before they turn to anything: what is on screen from here on is seen for the first time because of that.
  for (const { screen } of desks) await see(screen, 'agent', null);

  const screens = [...visitorScreens];
  await Promise.all(
    desks.map(async (desk) => {
      for (const { conversation, name } of visitors.map(({ plan }) => plan)) {
        const isThere = await desk.turnTo(name);
        const count = lines.filter((line) => line.conversation === conversation).length;
        const texts = isThere ? await readScreen(desk.screen, count) : [];
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
  return { lines, stored, screens, watched, nameOf: visitorName };
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
