import type { Locator, Page, WebSocket } from '@playwright/test';
import { test as base, Desk, expect, Widget } from './fixtures.ts';

export { Desk, expect, Widget };

/** A slow machine needs time; what has to be quick is measured on the page's own clock. */
const PATIENCE = { timeout: 20_000 };

/** Everybody's clock is in the test's hands, and goes on by itself until the test says otherwise. */
export const test = base.extend<{ tidy: undefined }>({
  tidy: [
    async ({ backend }, use, info) => {
      info.setTimeout(180_000);
      const [begin] = await backend.database.query<{ now: string }>('select now()::text as now');
      await use(undefined);
      backend.faults.reset();
      await backend.database.query(
        'delete from support_chat.visitors where first_seen_at > $1::timestamptz',
        [begin!.now],
      );
    },
    { auto: true },
  ],

  widget: async ({ newPerson }, use) => {
    await use(new Widget(await openWithClock(newPerson, '/')));
  },

  desk: async ({ newPerson }, use) => {
    await use(new Desk(await openWithClock(newPerson, '/dashboard.html')));
  },
});

/** Another person with a clock like that, which may be wrong. */
export async function openWithClock(
  newPerson: (path: string) => Promise<Page>,
  path: string,
  time = Date.now(),
): Promise<Page> {
  const page = await newPerson('about:blank');
  await page.clock.install({ time });
  await page.goto(path);
  return page;
}

/** One more tab of the same visitor. */
export async function anotherTab({ page }: Widget): Promise<Widget> {
  const tab = await page.context().newPage();
  await tab.goto('/');
  return new Widget(tab);
}

/** The visitor says something, and the agent has the conversation on screen. */
export async function meet(widget: Widget, desk: Desk, text: string): Promise<void> {
  await widget.open();
  await widget.send(text);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(text).click();
  await expectThread(desk.messages, [text]);
}

/** Writes into the conversation; whether it gets through is another matter. */
export async function say(side: Widget | Desk, text: string): Promise<void> {
  if (side instanceof Widget) await side.send(text);
  else await side.reply(text);
}

/** Of these lines, each is there once and in this order, whatever stands between them. */
export async function expectThread(messages: Locator, texts: readonly string[]): Promise<void> {
  await expect
    .poll(async () => {
      const said = await messages.locator('[part~="bubble"]').allTextContents();
      return said.filter((text) => texts.includes(text));
    }, PATIENCE)
    .toEqual(texts);
}

/** Nothing that was written here is still on its way, and nothing was refused. */
export async function expectDelivered({ messages }: Widget | Desk): Promise<void> {
  await expect(messages.getByText(/^(Sent|Seen)$/)).toHaveCount(1, PATIENCE);
  await expect(messages.getByText(/^(Sending…|Not sent)/)).toHaveCount(0);
}

/**
 * Time stands still on this person's pages from here on: nothing is polled, looked after or tried again. What
 * still comes was pushed.
 */
export async function stopTime(page: Page): Promise<void> {
  const now = await page.evaluate(() => Date.now());
  await page.clock.pauseAt(now + 5_000);
}

/** To the page it is as if another tab or application came to the front, or this one came back. */
export async function setVisible(page: Page, visible: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    visible ? 'visible' : 'hidden',
  );
}

/** The Realtime sockets of some pages, from before they open them. */
export class Sockets {
  /** How many joins were granted. */
  joined = 0;
  /** All that came, as text. */
  heard = '';
  readonly #all: (readonly [Page, WebSocket])[] = [];

  constructor(...pages: readonly Page[]) {
    for (const page of pages) this.watch(page);
  }

  get opened(): number {
    return this.#all.length;
  }

  get open(): number {
    return this.#holders().length;
  }

  /** The page that has the only open socket. */
  get holder(): Page {
    const holders = this.#holders();
    expect(holders).toHaveLength(1);
    return holders[0]!;
  }

  watch(page: Page): void {
    page.on('websocket', (socket) => {
      if (!socket.url().includes('/realtime/')) return;
      this.#all.push([page, socket]);
      socket.on('framereceived', ({ payload }) => {
        const text = payload.toString();
        this.heard += text;
        if (/^\["1","1",.*"phx_reply".*"status":"ok"/.test(text)) this.joined += 1;
      });
    });
  }

  #holders(): Page[] {
    return this.#all.filter(([page, socket]) => !page.isClosed() && !socket.isClosed()).map(([page]) => page);
  }
}
