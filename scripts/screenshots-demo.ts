// Takes pictures of the configurator and the restyled page from the running demo, in both themes, desktop and phone:
// `npx tsx scripts/screenshots-demo.ts [part of a name]`. They go to screenshots/.
import { mkdirSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { startDemoBackend } from '../e2e/backend.ts';
import { ensureChromium, launchOptions } from './chromium.ts';

const directory = new URL('../screenshots/', import.meta.url).pathname;

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly phone?: boolean;
  readonly dark?: boolean;
  readonly whole?: boolean;
  readonly act?: (page: Page) => Promise<unknown>;
}

const states: readonly Shot[] = [
  { name: 'configurator', path: '/configurator.html' },
  { name: 'configurator-chosen', path: '/configurator.html', act: choose },
  { name: 'configurator-whole', path: '/configurator.html', whole: true, act: openAll },
  { name: 'restyle', path: '/restyle.html', whole: true, act: lookAround },
];

async function choose(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Accent #0f766e' }).click();
  await page.getByLabel('Bottom left').check({ force: true });
  await page.getByLabel('Heading').fill('Ask the roasters');
  await page.getByLabel('Greeting').fill('Good morning! What are you brewing?');
  const frame = page.frameLocator('#preview');
  const launcher = frame.getByRole('button', { name: 'Open chat' });
  if (await launcher.isVisible()) await launcher.click();
  await frame.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.mouse.move(0, 0);
}

function openAll(page: Page): Promise<void> {
  return page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

async function lookAround(page: Page): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let top = 0; top < height; top += 500) {
    await page.evaluate((to) => scrollTo({ top: to, behavior: 'instant' }), top);
    await page.waitForTimeout(150);
  }
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await page.waitForTimeout(800);
}

const wanted = process.argv[2] ?? '';
const shots: Shot[] = states.flatMap((state) => [
  state,
  { ...state, name: `${state.name}-dark`, dark: true },
  { ...state, name: `${state.name}-phone`, phone: true },
  { ...state, name: `${state.name}-phone-dark`, phone: true, dark: true },
]);

mkdirSync(directory, { recursive: true });
const backend = await startDemoBackend();
const browser = await chromium.launch({ executablePath: ensureChromium(), ...launchOptions });
try {
  for (const shot of shots.filter(({ name }) => name.includes(wanted))) {
    const page = await browser.newPage({
      viewport: shot.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
      colorScheme: shot.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      locale: 'en-GB',
    });
    page.on('pageerror', (error) => console.error(shot.name, error));
    await page.goto(`${backend.url}${shot.path}`);
    await page.waitForTimeout(600);
    await shot.act?.(page);
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${directory}demo-${shot.name}.png`, fullPage: shot.whole ?? false });
    await page.close();
  }
} finally {
  await browser.close();
  await backend.close();
}
