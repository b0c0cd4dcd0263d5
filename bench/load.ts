// What the chat costs the page it stands on, on a CPU four times as slow: from the script's evaluation to the
// launcher, and from the click on it to the window.
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { startDemoBackend } from '../e2e/backend.ts';
import { Widget } from '../e2e/fixtures.ts';
import { atMost, type Backend, exactly, median, newPerson, sleep, Table, worst } from './harness.ts';

const SLOWDOWN = 4;
const RUNS = 7;
const BLOCKING = 50;
const OPENING = 100;
/** Lighthouse blames a task for what it takes beyond this. */
const LONG_TASK = 50;

declare global {
  var benchShift: number;
  var benchClick: number | null;
}

/** Milliseconds of the page's main thread. */
interface Start {
  /** Compiling and running the file. */
  readonly evaluation: number;
  /** All that the main thread does from there until the launcher is painted. */
  readonly busy: number;
  readonly longestTask: number;
  readonly blocking: number;
  readonly shift: number;
}

interface Opening {
  /** From the click to the next painted frame, as Event Timing has it. */
  readonly painted: number;
  readonly requests: number;
}

export async function* load(browser: Browser): AsyncGenerator<Table> {
  const backend = await startDemoBackend();
  try {
    const starts: Start[] = [];
    const openings: Opening[] = [];
    // The first run warms up.
    for (let run = -1; run < RUNS; run += 1) {
      const person = await newPerson(browser, backend);
      const start = await measureStart(browser, person, backend);
      const opening = await measureOpening(person, backend);
      await person.close();
      if (run < 0) continue;
      starts.push(start);
      openings.push(opening);
    }
    const table = new Table(`load, CPU ${SLOWDOWN} × slower, ${RUNS} runs`, ['median', 'worst']);
    const row = (name: string, list: readonly number[], bound?: number) => {
      const verdict = bound === undefined ? undefined : atMost(median(list), bound, ' ms');
      table.row(name, [median(list), worst(list)], verdict);
    };
    row(
      'script → launcher: main thread busy, ms',
      starts.map(({ busy }) => busy),
      BLOCKING,
    );
    row(
      '  of it compiling and running the file',
      starts.map(({ evaluation }) => evaluation),
    );
    row(
      '  longest task',
      starts.map(({ longestTask }) => longestTask),
    );
    row(
      `  beyond ${LONG_TASK} ms a task (total blocking time)`,
      starts.map(({ blocking }) => blocking),
    );
    const shifts = starts.map(({ shift }) => shift);
    table.row('layout shift', [median(shifts), worst(shifts)], exactly(worst(shifts), 0));
    row(
      'click → window painted, ms',
      openings.map(({ painted }) => painted),
      OPENING,
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

async function slowPage(person: BrowserContext): Promise<Page> {
  const page = await person.newPage();
  const devtools = await person.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  return page;
}

async function measureStart(browser: Browser, person: BrowserContext, backend: Backend): Promise<Start> {
  const page = await slowPage(person);
  await page.addInitScript(() => {
    globalThis.benchShift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) benchShift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await browser.startTracing(page, { categories: ['devtools.timeline', 'v8', 'toplevel'] });
  await page.goto(backend.url);
  await page.getByRole('button', { name: 'Open chat' }).waitFor();
  await sleep(500);
  const shift = await page.evaluate(() => benchShift);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  await page.close();
  return { ...mainThread(trace.traceEvents), shift };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  readonly args: { readonly data?: { readonly url?: string } };
}

function mainThread(events: readonly TraceEvent[]): Omit<Start, 'shift'> {
  const ours = (event: TraceEvent) => event.args.data?.url?.endsWith('/support-chat.js') === true;
  const evaluated = events.find((event) => event.name === 'EvaluateScript' && ours(event));
  if (!evaluated) throw new Error('The script was not seen to run.');
  const thread = events.filter(({ pid, tid }) => pid === evaluated.pid && tid === evaluated.tid);
  const painted = thread.find(({ name, ts }) => name === 'Paint' && ts > end(evaluated));
  if (!painted) throw new Error('Nothing was painted after the script.');
  const tasks = thread
    .filter(({ name, ph }) => ph === 'X' && /^(?:RunTask|ThreadControllerImpl::RunTask)$/.test(name))
    .filter((task) => end(task) >= evaluated.ts && task.ts <= painted.ts)
    .map((task) => (end(task) - Math.max(task.ts, evaluated.ts)) / 1000);
  if (tasks.length === 0) throw new Error('The trace has no tasks.');
  return {
    evaluation: (evaluated.dur ?? 0) / 1000,
    busy: tasks.reduce((sum, task) => sum + task, 0),
    longestTask: worst(tasks),
    blocking: tasks.reduce((sum, task) => sum + Math.max(0, task - LONG_TASK), 0),
  };
}

const end = ({ ts, dur = 0 }: TraceEvent) => ts + dur;

async function measureOpening(person: BrowserContext, backend: Backend): Promise<Opening> {
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
  await page.goto(backend.url);
  const widget = new Widget(page);
  await widget.launcher.waitFor();
  await sleep(300);
  let requests = 0;
  page.on('request', () => {
    requests += 1;
  });
  await widget.open();
  await sleep(1500);
  const painted = await page.evaluate(() => benchClick ?? 16);
  await page.close();
  if (problems.length > 0) throw new AggregateError(problems, 'The page had errors.');
  return { painted, requests };
}
