// Takes a picture of every state of the dashboard, in both themes, four sizes and right to left:
// `npx tsx scripts/screenshots-dashboard.ts [parts of names]`. They go to screenshots/.
import { mkdirSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { scenes } from '../src/dashboard/testing/scenes.ts';
import { buildStage } from './build-stage.ts';
import { ensureChromium, launchOptions } from './chromium.ts';

const origin = 'http://stage.test';
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; " +
  "require-trusted-types-for 'script'; trusted-types lit-html 'allow-duplicates'";
const directory = new URL('../screenshots/', import.meta.url).pathname;

interface Shot {
  readonly name: string;
  readonly scene: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly dir?: 'rtl';
  readonly act?: (page: Page) => Promise<void>;
}

const desktop = { width: 1440, height: 900 };
const tablet = { width: 1024, height: 768 };
const phone = { width: 390, height: 844 };

function shots(): Shot[] {
  const list: Shot[] = [];
  for (const scene of Object.keys(scenes)) {
    list.push({ name: `${scene}-light`, scene, ...desktop });
  }
  for (const scene of [
    'sign-in',
    'inbox',
    'thread',
    'unassigned',
    'collision',
    'closed',
    'failed',
    'not-configured',
    'empty-mine',
    'filtered',
    'done',
  ]) {
    list.push({ name: `${scene}-dark`, scene, ...desktop, dark: true });
  }
  for (const scene of [
    'sign-in',
    'not-configured',
    'inbox',
    'thread',
    'unassigned',
    'closed',
    'failed',
    'conflict',
    'done',
    'filtered',
  ]) {
    list.push({ name: `${scene}-phone`, scene, ...phone });
  }
  list.push(
    { name: 'thread-tablet', scene: 'thread', ...tablet },
    { name: 'thread-tablet-details', scene: 'thread', ...tablet, act: (page) => button(page, 'Details') },
    { name: 'thread-phone-details', scene: 'thread', ...phone, act: (page) => button(page, 'Details') },
    { name: 'thread-phone-dark', scene: 'thread', ...phone, dark: true },
    { name: 'inbox-phone-dark', scene: 'inbox', ...phone, dark: true },
    { name: 'thread-rtl', scene: 'thread', ...desktop, dir: 'rtl' },
    { name: 'unassigned-rtl-phone', scene: 'unassigned', ...phone, dir: 'rtl' },
    { name: 'menu-account', scene: 'inbox', ...desktop, act: (page) => button(page, /^Account/) },
    { name: 'menu-assignee', scene: 'thread', ...desktop, act: (page) => button(page, /^Assignee/) },
    {
      name: 'menu-assignee-dark',
      scene: 'thread',
      ...desktop,
      dark: true,
      act: (page) => button(page, /^Assignee/),
    },
    { name: 'menu-assignee-phone', scene: 'thread', ...phone, act: (page) => button(page, /^Assignee/) },
    { name: 'note', scene: 'thread', ...desktop, act: writeNote },
    { name: 'note-dark', scene: 'thread', ...desktop, dark: true, act: writeNote },
    { name: 'note-on-closed', scene: 'closed', ...desktop, act: (page) => button(page, 'Add a note') },
    { name: 'keys', scene: 'thread', ...desktop, act: (page) => page.keyboard.press('?') },
    { name: 'search-offline', scene: 'search-offline', ...desktop, act: (page) => search(page, 'card') },
    { name: 'filters', scene: 'filtered', ...desktop, act: (page) => button(page, /^Filter/) },
    { name: 'filters-days', scene: 'filtered-days', ...desktop, act: (page) => button(page, /^Filter/) },
    {
      name: 'filters-days-phone-dark',
      scene: 'filtered-days',
      ...phone,
      dark: true,
      act: (page) => button(page, /^Filter/),
    },
    {
      name: 'filters-phone-dark',
      scene: 'filtered',
      ...phone,
      dark: true,
      act: (page) => button(page, /^Filter/),
    },
    { name: 'bulk', scene: 'inbox', ...desktop, act: chooseRows },
    { name: 'bulk-phone', scene: 'inbox', ...phone, act: chooseRows },
    { name: 'row-menu', scene: 'thread', ...desktop, act: rowMenu },
    { name: 'row-menu-dark', scene: 'thread', ...desktop, dark: true, act: rowMenu },
    { name: 'palette', scene: 'thread', ...desktop, act: (page) => page.keyboard.press('Control+k') },
    {
      name: 'palette-dark',
      scene: 'thread',
      ...desktop,
      dark: true,
      act: (page) => page.keyboard.press('Control+k'),
    },
    { name: 'palette-phone', scene: 'thread', ...phone, act: (page) => page.keyboard.press('Control+k') },
    {
      name: 'palette-rtl',
      scene: 'thread',
      ...desktop,
      dir: 'rtl',
      act: (page) => page.keyboard.press('Control+k'),
    },
    { name: 'palette-found', scene: 'thread', ...desktop, act: paletteSearch },
    { name: 'palette-snooze', scene: 'thread', ...desktop, act: (page) => page.keyboard.press('z') },
    { name: 'palette-snooze-at', scene: 'thread', ...desktop, act: pickTime },
    { name: 'palette-tags', scene: 'unassigned', ...desktop, act: (page) => page.keyboard.press('l') },
    { name: 'search', scene: 'inbox', ...desktop, act: (page) => search(page, 'card') },
    {
      name: 'search-none',
      scene: 'search-none',
      ...desktop,
      act: (page) => search(page, 'espresso machine'),
    },
    { name: 'focus', scene: 'inbox', ...desktop, act: focusRow },
    { name: 'sign-in-wrong', scene: 'sign-in', ...desktop, act: (page) => button(page, 'Sign in') },
    { name: 'write-answers', scene: 'thread', ...desktop, act: (page) => write(page, '/') },
    { name: 'write-answers-dark', scene: 'thread', ...desktop, dark: true, act: (page) => write(page, '/p') },
    { name: 'write-answers-phone', scene: 'thread', ...phone, act: (page) => write(page, '/') },
    { name: 'write-answers-rtl', scene: 'thread', ...desktop, dir: 'rtl', act: (page) => write(page, '/') },
    { name: 'write-mention', scene: 'thread', ...desktop, act: (page) => write(page, 'Ask @', 'Note') },
    {
      name: 'write-mention-dark',
      scene: 'thread',
      ...desktop,
      dark: true,
      act: (page) => write(page, '@', 'Note'),
    },
    { name: 'write-emoji', scene: 'thread', ...desktop, act: (page) => button(page, 'Insert an emoji') },
    {
      name: 'write-emoji-phone',
      scene: 'thread',
      ...phone,
      dark: true,
      act: (page) => button(page, 'Insert an emoji'),
    },
    { name: 'write-missing', scene: 'thread', ...desktop, act: sendUnfilled },
    { name: 'write-send-menu', scene: 'thread', ...desktop, act: openSendMenu },
    { name: 'write-send-menu-phone', scene: 'thread', ...phone, act: openSendMenu },
    { name: 'write-take', scene: 'unassigned', ...desktop, act: (page) => write(page, 'Let me look') },
    {
      name: 'write-several-lines',
      scene: 'thread',
      ...desktop,
      act: (page) => write(page, 'One\nTwo\nThree\nFour'),
    },
    {
      name: 'menu-thread',
      scene: 'thread',
      ...desktop,
      act: (page) => button(page, 'More about this conversation'),
    },
    { name: 'edit-visitor', scene: 'unverified-visitor', ...desktop, act: editVisitor },
    { name: 'edit-visitor-phone', scene: 'unverified-visitor', ...phone, act: editVisitor },
    { name: 'mentioned-dark', scene: 'mentioned', ...desktop, dark: true },
    { name: 'mentioned-phone', scene: 'mentioned', ...phone },
  );
  list.push(...managing());
  return list;
}

/** Settings and reports, page by page. */
function managing(): Shot[] {
  const list: Shot[] = [];
  for (const page of [
    'Your profile',
    'Canned responses',
    'Team',
    'Agents',
    'Before a chat',
    'Office hours',
    'Waiting',
    'Limits and security',
    'Identity keys',
    'Allowed domains',
    'Audit log',
  ]) {
    const name = `settings-${page.toLowerCase().replaceAll(' ', '-')}`;
    const act = (on: Page) => settings(on, page);
    list.push({ name, scene: 'inbox', ...desktop, act });
    if (['Team', 'Office hours', 'Limits and security', 'Agents'].includes(page)) {
      list.push({ name: `${name}-phone`, scene: 'inbox', ...phone, act });
      list.push({ name: `${name}-dark`, scene: 'inbox', ...desktop, dark: true, act });
    }
  }
  list.push({ name: 'settings-phone', scene: 'inbox', ...phone, act: (page) => account(page, 'Settings') });
  list.push({
    name: 'settings-rtl',
    scene: 'inbox',
    ...desktop,
    dir: 'rtl',
    act: (page) => settings(page, 'Agents'),
  });
  const reports = (page: Page) => account(page, 'Reports');
  list.push({ name: 'reports', scene: 'inbox', width: 1440, height: 1700, act: reports });
  list.push({ name: 'reports-dark', scene: 'inbox', width: 1440, height: 1700, dark: true, act: reports });
  list.push({ name: 'reports-phone', scene: 'inbox', ...phone, act: reports });
  list.push({ name: 'reports-year', scene: 'inbox', ...desktop, act: reportsOfYear });
  list.push(
    {
      name: 'sign-in-reset',
      scene: 'sign-in',
      ...phone,
      act: (page) => button(page, 'Forgot your password?'),
    },
    { name: 'sign-in-sent', scene: 'sign-in', ...desktop, act: askForLink },
    { name: 'sign-in-invited', scene: 'sign-in', ...desktop, act: (page) => invited(page, 'sign-in') },
    { name: 'sign-in-join', scene: 'not-an-agent', ...phone, act: (page) => invited(page, 'not-an-agent') },
  );
  list.push({ name: 'settings-problems', scene: 'inbox', ...desktop, act: problems });
  list.push({ name: 'settings-leave', scene: 'inbox', ...desktop, act: leave });
  return list;
}

async function account(page: Page, item: string): Promise<void> {
  await button(page, /^Account/);
  await page.getByRole('menuitem', { name: item }).click();
}

async function askForLink(page: Page): Promise<void> {
  await button(page, 'Email me a sign-in link');
  await page.getByRole('textbox', { name: 'Email' }).fill('maya@example.com');
  await button(page, 'Send the link');
}

async function invited(page: Page, scene: string): Promise<void> {
  await page.evaluate((name) => {
    location.hash = '#invite=inv1_abc';
    return window.stage(name);
  }, scene);
}

async function reportsOfYear(page: Page): Promise<void> {
  await account(page, 'Reports');
  await page.getByRole('combobox', { name: 'Period' }).selectOption('365');
}

async function settings(page: Page, name: string): Promise<void> {
  await account(page, 'Settings');
  await button(page, name);
  await page.waitForTimeout(100);
  if (name === 'Agents') await button(page, 'Create invite link');
  if (name === 'Identity keys') await button(page, 'Add a key');
  if (name === 'Office hours') await page.getByRole('checkbox', { name: 'Always open' }).uncheck();
}

async function problems(page: Page): Promise<void> {
  await settings(page, 'Team');
  await page.getByRole('textbox', { name: 'Team name' }).fill('');
  await button(page, 'Save changes');
}

async function leave(page: Page): Promise<void> {
  await settings(page, 'Team');
  await page.getByRole('textbox', { name: 'Team name' }).fill('Another');
  await button(page, 'Agents');
}

async function button(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
}

async function writeNote(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Reply' }).fill('Half a reply');
  await button(page, 'Note');
  await page.getByRole('textbox', { name: 'Note' }).fill('Reship from stock if it has not moved by noon.');
}

async function write(page: Page, text: string, mode: 'Reply' | 'Note' = 'Reply'): Promise<void> {
  if (mode === 'Note') await button(page, 'Note');
  await page.getByRole('textbox', { name: mode }).fill(text);
}

async function sendUnfilled(page: Page): Promise<void> {
  await write(page, 'Is {{attribute.phone}} still your number?');
  await page.keyboard.press('Enter');
}

async function openSendMenu(page: Page): Promise<void> {
  await write(page, 'All done, have a lovely birthday!');
  await button(page, 'More ways to send');
}

async function editVisitor(page: Page): Promise<void> {
  if (await page.getByRole('button', { name: 'Edit name and email' }).isHidden())
    await button(page, 'Details');
  await button(page, 'Edit name and email');
}

async function search(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Search conversations' }).fill(text);
  await page.waitForTimeout(300);
}

async function chooseRows(page: Page): Promise<void> {
  await button(page, 'Select');
  await page.getByRole('checkbox', { name: /^Select Oliver/ }).click();
  await page.getByRole('checkbox', { name: /^Select Kenji/ }).click();
}

async function rowMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Oliver Grant/ }).click({ button: 'right' });
}

async function paletteSearch(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('card');
  await page.waitForTimeout(300);
}

async function pickTime(page: Page): Promise<void> {
  await page.keyboard.press('z');
  await page.getByRole('option', { name: /Pick a time/ }).click();
}

async function focusRow(page: Page): Promise<void> {
  await page.keyboard.press('j');
  await page.keyboard.press('j');
}

const parts = process.argv.slice(2);
const isWanted = (name: string) => parts.length === 0 || parts.some((part) => name.includes(part));
const code = await buildStage('src/dashboard/testing/stage.ts');
mkdirSync(directory, { recursive: true });
const browser = await chromium.launch({ executablePath: ensureChromium(), ...launchOptions });
try {
  for (const shot of shots().filter(({ name }) => isWanted(name))) {
    const page = await browser.newPage({
      viewport: { width: shot.width, height: shot.height },
      colorScheme: shot.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') console.warn(shot.name, message.text());
    });
    page.on('pageerror', (error) => console.error(shot.name, error));
    await page.route(`${origin}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/stage.js') return route.fulfill({ body: code, contentType: 'text/javascript' });
      if (pathname === '/stage.css')
        return route.fulfill({ body: 'body{margin:0}', contentType: 'text/css' });
      if (pathname !== '/') return route.fulfill({ status: 404 });
      const body = `<!doctype html><html lang="en" dir="${shot.dir ?? 'ltr'}"><meta charset="utf-8"><title>Inbox</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/stage.css"><body><script src="/stage.js"></script></body></html>`;
      return route.fulfill({
        body,
        contentType: 'text/html',
        headers: { 'content-security-policy': policy },
      });
    });
    await page.goto(`${origin}/`);
    await page.evaluate((scene) => window.stage(scene), shot.scene);
    await shot.act?.(page);
    await page.waitForTimeout(150);
    await page.screenshot({ path: `${directory}dashboard-${shot.name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
}
