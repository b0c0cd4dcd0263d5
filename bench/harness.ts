// What the parts of the benchmark share: a stage to play on, statistics, and the table of figures beside their bounds.
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
  type WebSocket,
} from '@playwright/test';
import type { Backend } from '../e2e/backend.ts';
import { Desk, Widget } from '../e2e/fixtures.ts';
import { ensureChromium, launchOptions } from '../scripts/chromium.ts';

export type { Backend, Page };

/** A bound and whether a figure keeps it. */
export interface Verdict {
  readonly bound: string;
  readonly kept: boolean;
}

export function atMost(figure: number, bound: number, unit = ''): Verdict {
  return { bound: `≤ ${bound.toLocaleString('en')}${unit}`, kept: figure <= bound };
}

export function below(figure: number, bound: number, unit = ''): Verdict {
  return { bound: `< ${bound.toLocaleString('en')}${unit}`, kept: figure < bound };
}

export function exactly(figure: number, bound: number): Verdict {
  return { bound: String(bound), kept: figure === bound };
}

type Cell = number | string | null;

/** Figures under a heading; those with a verdict can miss it. */
export class Table {
  readonly #rows: { readonly name: string; readonly cells: readonly string[]; readonly verdict?: Verdict }[] =
    [];
  readonly #title: string;
  readonly #columns: readonly string[];

  constructor(title: string, columns: readonly string[] = ['']) {
    this.#title = title;
    this.#columns = columns;
  }

  /** Null is what could not be measured. */
  row(name: string, cells: Cell | readonly Cell[], verdict?: Verdict): void {
    const list = Array.isArray(cells) ? (cells as readonly Cell[]) : [cells as Cell];
    this.#rows.push({ name, cells: list.map(cellText), ...(verdict && { verdict }) });
  }

  get missed(): number {
    return this.#rows.filter(({ verdict }) => verdict && !verdict.kept).length;
  }

  print(): void {
    const nameWidth = Math.max(...[this.#title, ...this.#rows.map(({ name }) => name)].map(width)) + 2;
    const widths = this.#columns.map((column, at) =>
      Math.max(width(column), ...this.#rows.map(({ cells }) => width(cells[at] ?? ''))),
    );
    const line = (name: string, cells: readonly string[], end: string) =>
      `${pad(name, nameWidth)}${widths.map((wide, at) => (cells[at] ?? '').padStart(wide)).join('  ')}   ${end}`.trimEnd();
    console.log(`\n${line(this.#title, this.#columns, 'budget')}`);
    for (const { name, cells, verdict } of this.#rows) {
      const end = verdict ? `${pad(verdict.bound, 12)}${verdict.kept ? 'ok' : 'MISSED'}` : '';
      console.log(line(`  ${name}`, cells, end));
    }
  }
}

function cellText(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  return Number.isInteger(cell)
    ? cell.toLocaleString('en')
    : cell.toFixed(cell < 0.1 ? 4 : cell < 10 ? 2 : 1);
}

const width = (text: string) => [...text].length;
const pad = (text: string, wide: number) => text + ' '.repeat(Math.max(0, wide - width(text)));

export function percentile(list: readonly number[], share: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (list: readonly number[]) => percentile(list, 0.5);
export const worst = (list: readonly number[]) => Math.max(...list);

/** Measures one part; each table is given as soon as it is full. */
export type Part = (browser: Browser) => AsyncIterable<Table>;

export function launch(): Promise<Browser> {
  return chromium.launch({ ...launchOptions, executablePath: ensureChromium() });
}

/** A browser profile: one person, with as many pages as they like. */
export async function newPerson(browser: Browser, backend: Backend): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: backend.url,
    locale: 'en-GB',
    viewport: { width: 1440, height: 900 },
  });
  // tsx names functions by a helper of its own, which a function handed to a page does not find there.
  await context.addInitScript('globalThis.__name = (named) => named');
  return context;
}

export async function openShop(person: BrowserContext): Promise<Widget> {
  const page = await person.newPage();
  await page.goto('/');
  const widget = new Widget(page);
  await widget.launcher.waitFor();
  return widget;
}

export async function openDesk(person: BrowserContext, email?: string): Promise<Desk> {
  const page = await person.newPage();
  await page.goto('/dashboard.html');
  const desk = new Desk(page);
  await desk.signIn(email);
  return desk;
}

/**
 * A click that is nothing but the mouse: where it goes is found out before, and the page is left alone until it has
 * answered. Playwright's own click and its waiting work on the page's main thread, which is what we measure. As a hand
 * does it: the mouse is there before, and the button is down for 80 ms. All at once, what is drawn for the one would be
 * counted with the answer to the other.
 */
export async function pointer(target: Locator): Promise<() => Promise<void>> {
  await target.hover({ trial: true });
  const box = await target.boundingBox();
  if (!box) throw new Error('There is nothing to click on.');
  const { mouse } = target.page();
  await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await sleep(300);
  return async () => {
    await mouse.down();
    await sleep(80);
    await mouse.up();
    await sleep(1000);
  };
}

/** Nobody is refused for being quick: a benchmark sends more than people may. */
export async function liftLimits(backend: Backend): Promise<void> {
  await backend.database.execute(`update support_chat.settings set limits = '{}' where id`);
}

/** The open WebSockets of some pages, as they come and go. */
export class Sockets {
  readonly #open = new Map<WebSocket, Page>();

  watch(page: Page, onJoined?: (page: Page) => void): void {
    page.on('websocket', (socket) => {
      this.#open.set(socket, page);
      socket.on('close', () => this.#open.delete(socket));
      socket.on('framereceived', ({ payload }) => {
        if (onJoined && isJoined(payload)) onJoined(page);
      });
    });
    const gone = () => {
      for (const [socket, holder] of this.#open) if (holder === page) this.#open.delete(socket);
    };
    page.on('close', gone);
    page.on('crash', gone);
  }

  get count(): number {
    return this.#open.size;
  }

  get holders(): Page[] {
    return [...new Set(this.#open.values())];
  }
}

/** Whether a frame says that a channel was joined. */
function isJoined(payload: string | Buffer): boolean {
  if (typeof payload !== 'string') return false;
  const [, , topic, event, reply] = JSON.parse(payload) as unknown[];
  return (
    topic !== 'phoenix' && event === 'phx_reply' && (reply as { status?: unknown } | null)?.status === 'ok'
  );
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Whether something came true in time. */
export async function until(holds: () => boolean | Promise<boolean>, timeout: number): Promise<boolean> {
  const deadline = performance.now() + timeout;
  while (!(await holds())) {
    if (performance.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

/**
 * The system's clock in milliseconds, finer than `Date` shows it, and the same in Node and in every page: where
 * the clock ticks, the page's own time is read. Runs in pages as well.
 */
export function systemClock(): () => number {
  const begin = Date.now();
  let tick = begin;
  while (tick === begin) tick = Date.now();
  const offset = tick - performance.now();
  return () => offset + performance.now();
}
