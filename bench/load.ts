// What the chat costs the page it stands on, on a CPU four times as slow: from the script's evaluation to the
// launcher, and from the click on it to the window.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { build } from 'vite';
import { startDemoBackend } from '../e2e/backend.ts';
import { Widget } from '../e2e/fixtures.ts';
import { atMost, type Backend, exactly, median, newPerson, pointer, sleep, Table, worst } from './harness.ts';

const SLOWDOWN = 4;
const RUNS = 7;
const BLOCKING = 50;
const OPENING = 100;
/** Lighthouse blames a task for what it takes beyond this. */
const LONG_TASK = 50;
const CATEGORIES = ['devtools.timeline', 'toplevel'];

declare global {
  var benchShift: number;
  var benchClick: number | null;
}

/** CPU milliseconds of the page's main thread, but for `wall`. */
interface Start {
  /** What tasks take beyond what is forgiven them. */
  readonly blocking: number;
  /** All that the thread does from the script's beginning until the launcher is painted. */
  readonly busy: number;
  /** Compiling and running the file. */
  readonly evaluation: number;
  /** The same by the clock on the wall, with what other processes took meanwhile. */
  readonly wall: number;
  readonly shift: number;
}

interface Opening {
  /** From the click to the next painted frame, as Event Timing has it. */
  readonly painted: number;
  /** What the main thread itself worked of it, in CPU milliseconds. */
  readonly busy: number;
  readonly requests: number;
}

export async function* load(browser: Browser): AsyncGenerator<Table> {
  const backend = await startDemoBackend();
  try {
    const floor = await emptyScript();
    const starts: Start[] = [];
    const openings: Opening[] = [];
    const floorStarts: Start[] = [];
    const floorOpenings: Opening[] = [];
    // The first run warms up.
    for (let run = -1; run < RUNS; run += 1) {
      for (const script of [null, floor]) {
        const person = await newPerson(browser, backend);
        const start = await measureStart(browser, person, backend, script);
        const opening = await measureOpening(browser, person, backend, script);
        await person.close();
        if (run < 0) continue;
        (script === null ? starts : floorStarts).push(start);
        (script === null ? openings : floorOpenings).push(opening);
      }
    }
    const table = new Table(`load, CPU ${SLOWDOWN} × slower, ${RUNS} runs`, ['median', 'worst']);
    const row = (name: string, list: readonly number[], bound?: number) => {
      const verdict = bound === undefined ? undefined : atMost(median(list), bound, ' ms');
      table.row(name, [median(list), worst(list)], verdict);
    };
    const of = (part: keyof Start) => starts.map((start) => start[part]);
    row('script → launcher: total blocking time, ms', of('blocking'), BLOCKING);
    row('  main thread busy in all', of('busy'));
    row('  of it compiling and running the file', of('evaluation'));
    row('  the same on the wall clock', of('wall'));
    const least = (part: keyof Start) => floorStarts.map((start) => start[part]);
    row('floor, an empty Lit element: total blocking time, ms', least('blocking'));
    row('  main thread busy in all', least('busy'));
    row('  of it compiling and running the file', least('evaluation'));
    const shifts = of('shift');
    table.row('layout shift', [median(shifts), worst(shifts)], exactly(worst(shifts), 0));
    row(
      'click → window painted, ms',
      openings.map(({ painted }) => painted),
      OPENING,
    );
    row(
      '  main thread busy',
      openings.map(({ busy }) => busy),
    );
    row(
      'floor, an empty Lit element: click → painted, ms',
      floorOpenings.map(({ painted }) => painted),
    );
    row(
      '  main thread busy',
      floorOpenings.map(({ busy }) => busy),
    );
    const requests = openings.map((opening) => opening.requests);
    table.row(
      '  requests until its content',
      [median(requests), worst(requests)],
      exactly(worst(requests), 1),
    );
    yield table;
  } finally {
    await backend.close();
  }
}

/** An element with next to nothing in it, in a file as large as ours: what does not run is ours as well. */
async function emptyScript(): Promise<string> {
  const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: pathOf('empty-element.ts'), formats: ['iife'], name: 'empty' },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('Nothing was built.');
  const ours = await readFile(pathOf('../dist/support-chat.js'), 'utf8');
  return `${output.output[0].code}\nfunction never() {\n${ours}\n}`;
}

async function serveScript(page: Page, script: string | null, ready: Promise<void>): Promise<void> {
  await page.route('**/support-chat.js', async (route) => {
    await ready;
    if (script === null) await route.continue();
    else await route.fulfill({ contentType: 'text/javascript', body: script });
  });
}

async function slowPage(person: BrowserContext): Promise<Page> {
  const page = await person.newPage();
  const devtools = await person.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  return page;
}

async function measureStart(
  browser: Browser,
  person: BrowserContext,
  backend: Backend,
  script: string | null,
): Promise<Start> {
  const page = await slowPage(person);
  await page.addInitScript(() => {
    globalThis.benchShift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) benchShift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  // The page's own layout and its shifts are none of ours, so the script comes when they are over.
  let release = () => {};
  const settled = new Promise<void>((resolve) => {
    release = resolve;
  });
  await serveScript(page, script, settled);
  await page.goto(backend.url, { waitUntil: 'domcontentloaded' });
  await sleep(1500);
  const shiftBefore = await page.evaluate(() => benchShift);
  await browser.startTracing(page, { categories: CATEGORIES });
  release();
  // Nothing looks for the launcher meanwhile: that would work on the same thread.
  await sleep(1500);
  if (!(await new Widget(page).launcher.isVisible())) throw new Error('No launcher came.');
  const shift = (await page.evaluate(() => benchShift)) - shiftBefore;
  const events = await stopTracing(browser);
  await page.close();
  return { ...startCosts(events), shift };
}

/** Times are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** What the thread itself worked of `dur`. */
  readonly tdur?: number;
  readonly args: { readonly data?: { readonly url?: string; readonly type?: string } };
}

function startCosts(events: readonly TraceEvent[]): Omit<Start, 'shift'> {
  const evaluated = events.find(
    ({ name, args }) => name === 'EvaluateScript' && args.data?.url?.endsWith('/support-chat.js'),
  );
  if (!evaluated) throw new Error('The script was not seen to run.');
  const tasks = tasksFrom(evaluated, events);
  return {
    blocking: sum(tasks.map((task) => Math.max(0, task - LONG_TASK))),
    busy: sum(tasks),
    evaluation: cpu(evaluated),
    wall: (evaluated.dur ?? Number.NaN) / 1000,
  };
}

/** The CPU milliseconds of each of the thread's tasks from an event on, until something is painted after it. */
function tasksFrom(begin: TraceEvent, events: readonly TraceEvent[]): number[] {
  const thread = events.filter(({ pid, tid }) => pid === begin.pid && tid === begin.tid);
  const painted = thread.find(({ name, ts }) => name === 'Paint' && ts > end(begin));
  if (!painted) throw new Error('Nothing was painted.');
  const tasks = thread
    .filter(({ name, ph }) => ph === 'X' && name === 'ThreadControllerImpl::RunTask')
    .filter((task) => end(task) >= begin.ts && task.ts <= painted.ts);
  if (tasks.length === 0) throw new Error('The trace has no tasks.');
  return tasks.map(cpu);
}

async function stopTracing(browser: Browser): Promise<TraceEvent[]> {
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  return traceEvents.sort((a, b) => a.ts - b.ts);
}

const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
const end = ({ ts, dur = 0 }: TraceEvent) => ts + dur;
const cpu = ({ tdur, dur }: TraceEvent) => (tdur ?? dur ?? Number.NaN) / 1000;

async function measureOpening(
  browser: Browser,
  person: BrowserContext,
  backend: Backend,
  script: string | null,
): Promise<Opening> {
  const page = await slowPage(person);
  await page.addInitScript(() => {
    globalThis.benchClick = null;
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'click') benchClick = duration;
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    // Event Timing has it that something was painted; this, that it was the window.
    addEventListener('click', () =>
      requestAnimationFrame(() => {
        const root = document.querySelector('support-chat')?.shadowRoot;
        if (!root?.querySelector('[role=dialog]')?.checkVisibility()) throw new Error('No window yet.');
      }),
    );
  });
  const problems: Error[] = [];
  page.on('pageerror', (problem) => problems.push(problem));
  await serveScript(page, script, Promise.resolve());
  await page.goto(backend.url);
  const widget = new Widget(page);
  await widget.launcher.waitFor();
  const click = await pointer(widget.launcher);
  await browser.startTracing(page, { categories: CATEGORIES });
  let requests = 0;
  page.on('request', () => {
    requests += 1;
  });
  await click();
  await widget.textbox.waitFor();
  await sleep(500);
  const painted = await page.evaluate(() => benchClick ?? 16);
  const events = await stopTracing(browser);
  const clicked = events.find(({ name, args }) => name === 'EventDispatch' && args.data?.type === 'click');
  if (!clicked) throw new Error('The click was not seen.');
  await page.close();
  if (problems.length > 0) throw new AggregateError(problems, 'The page had errors.');
  return { painted, busy: sum(tasksFrom(clicked, events)), requests };
}
