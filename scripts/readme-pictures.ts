// Takes the README's two pictures from the running demo: docs/widget.png and docs/dashboard.png.
// Wants a font with emoji.
import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';
import { startDemoBackend } from '../e2e/backend.ts';
import { ensureChromium, launchOptions } from './chromium.ts';

const SIZE = { width: 1280, height: 832 };

async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: SIZE,
    deviceScaleFactor: 1.5,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function say(page: Page, box: string, button: string, text: string): Promise<void> {
  await page.getByRole('textbox', { name: box }).fill(text);
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('log', { name: 'Messages' }).getByText(text, { exact: true }).waitFor();
}

async function main(): Promise<void> {
  mkdirSync('docs', { recursive: true });
  const backend = await startDemoBackend();
  const browser = await chromium.launch({ ...launchOptions, executablePath: ensureChromium() });
  try {
    const desk = await openPage(browser, `${backend.url}/dashboard.html`);
    await desk.getByRole('textbox', { name: 'Email' }).fill('agent@example.com');
    await desk.getByRole('textbox', { name: 'Password' }).fill('support-demo');
    await desk.getByRole('button', { name: 'Sign in' }).click();
    await desk.getByRole('tab', { name: 'Unassigned' }).click();

    const shop = await openPage(browser, `${backend.url}/`);
    await shop.getByRole('button', { name: 'Open chat' }).click();
    const question = 'Hi! Which grinder would you take for a V60 and the odd espresso?';
    await say(shop, 'Message', 'Send message', question);

    const row = desk
      .getByRole('list', { name: 'Conversations' })
      .getByRole('button', { name: /Which grinder/ });
    await row.click();
    await desk.getByRole('button', { name: 'Assign to me', exact: true }).first().click();
    await say(desk, 'Reply', 'Send', 'Good question. For both, the Nord 64: it goes fine enough, and back.');
    await say(
      desk,
      'Reply',
      'Send',
      'If it is mostly V60, the hand grinder does the same for a third of the price.',
    );
    const messages = shop.getByRole('log', { name: 'Messages' });
    await messages.getByText(/third of the price/).waitFor();
    await say(shop, 'Message', 'Send message', 'Mostly V60, so that settles it. Thank you!');
    await desk
      .getByRole('log', { name: 'Messages' })
      .getByText(/settles it/)
      .waitFor();
    await shop.getByRole('log').getByText('Seen').waitFor();
    await shop.screenshot({ path: 'docs/widget.png' });

    await desk.getByRole('tab', { name: 'Mine' }).click();
    await desk.getByRole('list', { name: 'Conversations' }).getByRole('button', { name: /Priya/ }).click();
    await desk.getByRole('log', { name: 'Messages' }).getByText(/Sold/).waitFor();
    // Without what only the last steps have left there.
    const toast = desk.getByRole('button', { name: 'Dismiss' });
    while (await toast.isVisible()) await toast.click();
    await desk.mouse.move(SIZE.width / 2, 1);
    await desk.screenshot({ path: 'docs/dashboard.png' });
  } finally {
    await browser.close();
    await backend.close();
  }
}

await main();
