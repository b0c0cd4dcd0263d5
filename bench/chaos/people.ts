import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { type DeskVisit, type Line, TABS, type Visitor, visitorName, writerIn } from './plan.ts';
import type { Door } from './proxy.ts';
import { countSeen, readWholeLog, type Sightings, sendByMethod, sightingsOf, watchPages } from './watch.ts';

const PASSWORD = 'support-demo';
/** How long somebody waits for a page to react before they give up. */
const PATIENCE = 20_000;
/** How long a page may take to open on a busy machine. */
const OPENING_PATIENCE = 60_000;

/** Waits until so many milliseconds of a wave are over; rejects where the run is given up. */
export type Until = (time: number) => Promise<void>;

/** A tab or window that can be read at the end. */
export interface Screen {
  readonly writer: string;
  readonly page: Page;
  readonly openedAt: number;
  /** What was seen in it until it was closed; null while it is open. */
  readonly closed: Sightings | null;
}

/** Opens a browser profile of its own: another person at another machine. */
export async function openBrowser(
  browser: Browser,
  door: Door,
  size: { width: number; height: number },
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: door.url,
    viewport: size,
    locale: 'en-GB',
    // Dozens of pages on a small machine have no time for ornament.
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE);
  context.setDefaultNavigationTimeout(OPENING_PATIENCE);
  await watchPages(context);
  return context;
}

/** A visitor at the widget, who writes in some tabs in turn. */
export class VisitorPerson {
  readonly plan: Visitor;
  readonly tabs: Screen[] = [];
  /** Lines that the text box did not take. */
  readonly unwritten: Line[] = [];
  readonly #context: BrowserContext;

  constructor(plan: Visitor, context: BrowserContext) {
    this.plan = plan;
    this.#context = context;
  }

  /** Opens the window in all tabs. */
  async arrive(): Promise<void> {
    for (let tab = 0; tab < TABS; tab++) {
      const page = await this.#context.newPage();
      await page.goto('/visitor.html');
      await page.evaluate(async (name) => {
        await customElements.whenDefined('support-chat');
        const chat = document.querySelector('support-chat') as HTMLElement & {
          visitor: unknown;
          show(): void;
        };
        chat.visitor = { name };
        chat.show();
      }, this.plan.name);
      await this.#box(page).waitFor({ timeout: OPENING_PATIENCE });
      const writer = writerIn(this.plan.conversation, tab);
      this.tabs.push({ writer, page, openedAt: Date.now(), closed: null });
    }
  }

  async write(until: Until, pace: (line: Line, written: number) => Promise<void>): Promise<void> {
    for (const [place, { at, line, tab, way, closes }] of this.plan.turns.entries()) {
      await until(at);
      await pace(line, place - this.unwritten.length);
      await this.#write(line, tab, way);
      // Nobody goes on in another tab before the conversation is there.
      if (place === 0) await this.#seeFirst();
      if (closes) await this.#close(tab);
    }
  }

  /** Closes everything. What was seen is kept. */
  async leave(): Promise<void> {
    for (const tab of this.tabs.keys()) await this.#close(tab);
    await this.#context.close();
  }

  async #seeFirst(): Promise<void> {
    const givesUp = Date.now() + OPENING_PATIENCE;
    for (const { page } of this.tabs)
      while ((await countSeen(page)) === 0 && Date.now() < givesUp) await sleep(100);
  }

  async #close(tab: number): Promise<void> {
    const screen = this.tabs[tab];
    if (!screen || screen.closed) return;
    this.tabs[tab] = { ...screen, closed: await sightings(screen) };
    await screen.page.close();
  }

  async #write(line: Line, tab: number, way: 'composer' | 'method'): Promise<void> {
    const page = this.tabs[tab]?.page;
    try {
      if (!page) throw new Error(`${line.writer} has no such tab.`);
      if (way === 'method') await sendByMethod(page, line.text);
      else await writeInto(this.#box(page), line.text);
    } catch {
      this.unwritten.push(line);
    }
  }

  #box(page: Page): Locator {
    return page.getByRole('textbox', { name: 'Message' });
  }
}

/** One window of an agent, who goes from conversation to conversation. */
export class DeskPerson {
  readonly screen: Screen;
  /** Lines that could not be written in time. */
  readonly unwritten: Line[] = [];
  readonly #page: Page;

  private constructor(id: string, page: Page) {
    this.#page = page;
    this.screen = { writer: id, page, openedAt: Date.now(), closed: null };
  }

  /** Opens the dashboard, and signs in where nobody is signed in yet. */
  static async open(id: string, context: BrowserContext, email: string): Promise<DeskPerson> {
    const page = await context.newPage();
    await page.goto('/desk.html');
    const all = page.getByRole('tab', { name: 'All' });
    const address = page.getByRole('textbox', { name: 'Email' });
    await all.or(address).first().waitFor({ timeout: OPENING_PATIENCE });
    if (await address.isVisible()) {
      await address.fill(email);
      await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
    }
    await all.click({ timeout: OPENING_PATIENCE });
    return new DeskPerson(id, page);
  }

  /** Makes all visits. One that does not succeed is made again later, until it is over. */
  async work(planned: readonly DeskVisit[], until: Until, isOver: () => boolean): Promise<void> {
    const visits = [...planned];
    for (let visit = visits.shift(); visit; visit = visits.shift()) {
      await until(visit.at);
      if (isOver()) {
        this.unwritten.push(...visit.lines);
        continue;
      }
      const written = await this.#visit(visit, visitorName(visit.conversation));
      if (written < visit.lines.length) visits.push({ ...visit, lines: visit.lines.slice(written) });
    }
  }

  /** Turns to a conversation; false if it does not come on screen. */
  async turnTo(name: string): Promise<boolean> {
    const list = this.#page.getByRole('list', { name: 'Conversations' });
    const row = list.getByRole('button').filter({ hasText: name });
    try {
      await row.waitFor({ state: 'attached' });
      // Rows move while others write; a person would follow them with the pointer.
      await row.evaluate((button) => (button as HTMLElement).click());
      await list.locator('[aria-current="true"]').filter({ hasText: name }).waitFor();
      await this.#box.waitFor();
      await this.#page.getByRole('log', { name: 'Messages' }).waitFor();
      return true;
    } catch {
      return false;
    }
  }

  async #visit(visit: DeskVisit, name: string): Promise<number> {
    if (!(await this.turnTo(name))) return 0;
    let written = 0;
    try {
      if (visit.takes) {
        const take = this.#page.getByRole('button', { name: 'Assign to me' });
        if (await take.isVisible()) await take.click();
      }
      for (const line of visit.lines) {
        // What is typed may be sent even where the box looks full afterwards, so it is never typed again.
        written += 1;
        await writeInto(this.#box, line.text);
      }
    } catch {
      const line = visit.lines[written - 1];
      if (line) this.unwritten.push(line);
    }
    return written;
  }

  get #box(): Locator {
    return this.#page.getByRole('textbox', { name: 'Reply' });
  }
}

/** What a screen shows of the conversation that is on it, once it shows so many messages, or does not for long. */
export async function readScreen({ page }: Screen, count: number): Promise<string[]> {
  const givesUp = Date.now() + PATIENCE;
  for (;;) {
    const texts = await readWholeLog(page);
    if (texts.length >= count || Date.now() > givesUp) return texts;
    await sleep(200);
  }
}

/** What was seen on a screen all the time. */
export async function sightings({ page, closed }: Screen): Promise<Sightings> {
  return closed ?? sightingsOf(page);
}

/** Types and sends, and waits until the box is empty again, which is how a writer knows. */
async function writeInto(box: Locator, text: string): Promise<void> {
  await box.fill(text);
  await box.press('Enter');
  const givesUp = Date.now() + PATIENCE;
  while ((await box.inputValue()) === text) {
    if (Date.now() > givesUp) throw new Error('The text box keeps its text.');
    await sleep(50);
  }
}
