import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import type { DeskVisit, DeskWindow, Line, Visitor } from './plan.ts';
import type { Door } from './proxy.ts';
import { readWholeLog, type Sightings, sendByMethod, sightingsOf, watchPages } from './watch.ts';

const PASSWORD = 'support-demo';
/** How long somebody waits for a page to react before they give up. */
const PATIENCE = 20_000;
/** How long a new tab may take, which may be opened just when the backend is down. */
const OPENING_PATIENCE = 120_000;

/** Waits until so many milliseconds of the plan are over; rejects where the run is given up. */
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
  context.setDefaultNavigationTimeout(60_000);
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
  readonly #until: Until;

  constructor(plan: Visitor, context: BrowserContext, until: Until) {
    this.plan = plan;
    this.#context = context;
    this.#until = until;
  }

  async openTab(): Promise<void> {
    const page = await this.#context.newPage();
    await page.goto('/visitor.html');
    await page.evaluate(async (name) => {
      await customElements.whenDefined('support-chat');
      const chat = document.querySelector('support-chat') as HTMLElement & { visitor: unknown; show(): void };
      chat.visitor = { name };
      chat.show();
    }, this.plan.name);
    const writer = this.plan.turns.find((turn) => turn.tab === this.tabs.length)?.line.writer ?? '';
    this.tabs.push({ writer, page, openedAt: Date.now(), closed: null });
    await this.#box(page).waitFor({ timeout: OPENING_PATIENCE });
  }

  /** The first message, and then the other tabs, which know the conversation. */
  async begin(isStored: (line: Line) => Promise<boolean>): Promise<void> {
    const first = this.plan.turns[0];
    if (!first) return;
    await this.#until(first.at);
    await this.#write(first.line, 0, first.way);
    const givesUp = Date.now() + PATIENCE;
    while (!(await isStored(first.line)) && Date.now() < givesUp) await sleep(500);
    while (this.tabs.length < this.plan.tabs) {
      await this.openTab();
      const { page } = this.tabs.at(-1) as Screen;
      await page.getByRole('log', { name: 'Messages' }).waitFor({ timeout: OPENING_PATIENCE });
    }
  }

  async goOn(): Promise<void> {
    for (const { at, line, tab, way, closes } of this.plan.turns.slice(1)) {
      await this.#until(at);
      await this.#write(line, tab, way);
      if (closes) await this.#close(tab);
    }
  }

  async #close(tab: number): Promise<void> {
    const screen = this.tabs[tab];
    if (!screen) return;
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
  readonly plan: DeskWindow;
  readonly screen: Screen;
  /** Lines that could not be written in time. */
  readonly unwritten: Line[] = [];
  readonly #page: Page;
  readonly #until: Until;

  private constructor(plan: DeskWindow, page: Page, until: Until) {
    this.plan = plan;
    this.#page = page;
    this.#until = until;
    this.screen = { writer: plan.id, page, openedAt: Date.now(), closed: null };
  }

  /** Opens the dashboard, and signs in where nobody is signed in yet. */
  static async open(
    plan: DeskWindow,
    context: BrowserContext,
    email: string,
    until: Until,
  ): Promise<DeskPerson> {
    const page = await context.newPage();
    await page.goto('/desk.html');
    const all = page.getByRole('tab', { name: 'All' });
    const address = page.getByRole('textbox', { name: 'Email' });
    await all.or(address).first().waitFor();
    if (await address.isVisible()) {
      await address.fill(email);
      await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
    }
    await all.click();
    return new DeskPerson(plan, page, until);
  }

  /** Makes all visits. One that does not succeed is made again later, until it is over. */
  async work(isOver: () => boolean, nameOf: (conversation: number) => string): Promise<void> {
    const visits = [...this.plan.visits];
    for (let visit = visits.shift(); visit; visit = visits.shift()) {
      await this.#until(visit.at);
      if (isOver()) {
        this.unwritten.push(...visit.lines);
        continue;
      }
      const written = await this.#visit(visit, nameOf(visit.conversation));
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

/** What a screen shows of the conversation that is on it, and what was seen there all the time. */
export async function readScreen({ page }: Screen): Promise<string[]> {
  return readWholeLog(page);
}

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
