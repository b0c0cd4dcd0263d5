import { type BrowserContextOptions, test as base, expect, type Locator, type Page } from '@playwright/test';
import { type Backend, startDemoBackend } from './backend.ts';

export { expect };

/** The visitor's side of the shop page, by what a visitor can name. */
export class Widget {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get launcher(): Locator {
    return this.page.getByRole('button', { name: /^(Open chat|Close chat)/ });
  }

  get window(): Locator {
    return this.page.getByRole('dialog', { name: 'Chat with us' });
  }

  get messages(): Locator {
    return this.window.getByRole('log', { name: 'Messages' });
  }

  get textbox(): Locator {
    return this.window.getByRole('textbox', { name: 'Message' });
  }

  async open(): Promise<void> {
    await this.page.getByRole('button', { name: /^Open chat/ }).click();
    await expect(this.textbox).toBeVisible();
  }

  async send(text: string): Promise<void> {
    await this.textbox.fill(text);
    await this.window.getByRole('button', { name: 'Send message' }).click();
    await expect(this.messages.getByText(text, { exact: true })).toBeVisible();
  }
}

/** The agents' page, by what an agent can name. */
export class Desk {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get inbox(): Locator {
    return this.page.getByRole('list', { name: 'Conversations' });
  }

  get messages(): Locator {
    return this.page.getByRole('log', { name: 'Messages' });
  }

  async signIn(email = 'agent@example.com', password = 'support-demo'): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Email' }).fill(email);
    await this.page.getByRole('textbox', { name: 'Password' }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(this.page.getByRole('tab', { name: 'Mine' })).toBeVisible();
  }

  async showTab(name: 'Mine' | 'Unassigned' | 'All' | 'Closed'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
    await expect(this.page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
  }

  row(preview: string | RegExp): Locator {
    return this.inbox.getByRole('button', { name: preview });
  }

  async reply(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Reply' }).fill(text);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(this.messages.getByText(text, { exact: true })).toBeVisible();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
}

interface Fixtures {
  /** A visitor who has the shop page open. */
  widget: Widget;
  /** An agent who has the dashboard open, not signed in yet. */
  desk: Desk;
  /** Opens a page of its own browser profile: another person. */
  newPerson(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** A text no other test uses. */
  unique(text: string): string;
  /** Whether people like things to move. Without a graphics card it takes a third of the time; some tests ask for it. */
  motion: 'reduce' | 'no-preference';
}

let counter = 0;

export const test = base.extend<Fixtures, { backend: Backend }>({
  backend: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use) => {
      const backend = await startDemoBackend();
      await use(backend);
      await backend.close();
    },
    { scope: 'worker', timeout: 180_000 },
  ],

  motion: ['reduce', { option: true }],

  newPerson: async ({ backend, browser, motion }, use) => {
    const [clock] = await backend.database.query<{ now: string }>('select now()::text as now');
    const contexts: { close(): Promise<void> }[] = [];
    const uncaught: string[] = [];
    await use(async (path, options) => {
      const context = await browser.newContext({
        baseURL: backend.url,
        reducedMotion: motion,
        ...options,
      });
      contexts.push(context);
      context.on('weberror', (problem) => uncaught.push(String(problem.error().stack)));
      const page = await context.newPage();
      await page.goto(path);
      return page;
    });
    for (const context of contexts) await context.close();
    // The next test finds the inbox as this one did: a full one has more than a page.
    await backend.database.query('delete from support_chat.visitors where first_seen_at >= $1', [
      clock?.now ?? '',
    ]);
    // Whatever happens to them, pages get no errors from us that nobody catches.
    expect(uncaught).toEqual([]);
  },

  widget: async ({ newPerson }, use) => {
    await use(new Widget(await newPerson('/')));
  },

  desk: async ({ newPerson }, use) => {
    await use(new Desk(await newPerson('/dashboard.html')));
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
  unique: async ({}, use, info) => {
    await use((text) => {
      counter += 1;
      return `${text} #${info.workerIndex}-${counter}`;
    });
  },
});
