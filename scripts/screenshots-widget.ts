// Takes a picture of every state of the widget, in both themes, desktop and phone, and right to left:
// `npx tsx scripts/screenshots-widget.ts [part of a name]`. They go to screenshots/.
import { mkdirSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { buildStage } from './build-stage.ts';
import { ensureChromium, launchOptions } from './chromium.ts';

const origin = 'http://stage.test';
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; " +
  "require-trusted-types-for 'script'; trusted-types lit-html 'allow-duplicates'";
const directory = new URL('../screenshots/', import.meta.url).pathname;
const desktop = { width: 640, height: 820 };
const phone = { width: 390, height: 844 };

interface Shot {
  readonly name: string;
  readonly scene: string;
  readonly attributes?: string;
  readonly phone?: boolean;
  readonly dark?: boolean;
  readonly dir?: 'rtl';
  readonly page?: string;
  readonly size?: { readonly width: number; readonly height: number };
  /** Device pixels to one of CSS: more of them in a smaller window are what zooming in does. */
  readonly zoom?: number;
  readonly forcedColors?: boolean;
  readonly act?: (page: Page) => Promise<unknown>;
}

const hostilePage = 'html{font-size:62.5%} *{all:unset} body{display:block;transform:scale(1)}';

const states: readonly Omit<Shot, 'phone' | 'dark' | 'dir'>[] = [
  { name: 'launcher', scene: 'idle', attributes: '' },
  { name: 'badge', scene: 'unread', attributes: '' },
  { name: 'preview', scene: 'unread', attributes: '', act: receive },
  { name: 'loading', scene: 'loading' },
  { name: 'empty', scene: 'empty' },
  { name: 'away', scene: 'away' },
  { name: 'pre-chat', scene: 'pre-chat' },
  { name: 'contact', scene: 'contact' },
  { name: 'contact-known', scene: 'contact-known' },
  {
    name: 'menu',
    scene: 'conversation',
    act: (page) => page.getByRole('button', { name: 'More options' }).click(),
  },
  {
    name: 'proactive',
    scene: 'empty',
    attributes: 'proactive-message=Questions about the new roast? We are here.',
    act: (page) => page.waitForTimeout(900),
  },
  { name: 'conversation', scene: 'conversation' },
  { name: 'typing', scene: 'typing' },
  { name: 'hostile', scene: 'hostile' },
  { name: 'sending', scene: 'sending', act: (page) => page.waitForTimeout(700) },
  { name: 'failed', scene: 'failed' },
  { name: 'offline', scene: 'offline', act: (page) => page.waitForTimeout(2200) },
  { name: 'closed', scene: 'closed' },
  { name: 'rating', scene: 'closed', act: (page) => page.getByRole('button', { name: /^4 of 5/ }).click() },
  { name: 'rated', scene: 'rated' },
  {
    name: 'list',
    scene: 'list',
    act: (page) => page.getByRole('button', { name: 'Conversations' }).click(),
  },
  { name: 'unreachable', scene: 'unreachable' },
  { name: 'not-installed', scene: 'not-installed' },
  { name: 'not-configured', scene: 'not-configured' },
  { name: 'too-long', scene: 'conversation', act: (page) => write(page, 'a'.repeat(4012)) },
  {
    name: 'five-lines',
    scene: 'conversation',
    act: (page) => write(page, 'One\nTwo\nThree\nFour\nFive\nSix'),
  },
  { name: 'waiting', scene: 'waiting' },
  { name: 'scrolled-up', scene: 'conversation', act: scrollUp },
];

function shots(): Shot[] {
  const more: Shot[] = [
    { name: 'start', scene: 'conversation', attributes: 'open&position=bottom-start' },
    { name: 'inline', scene: 'conversation', attributes: 'inline' },
    { name: 'no-launcher', scene: 'conversation', attributes: 'open&hide-launcher' },
    { name: 'hostile-page', scene: 'conversation', page: hostilePage },
    { name: 'yellow', scene: 'conversation', page: 'support-chat{--support-accent:#ffd23f}' },
    { name: 'yellow-list', scene: 'list', page: 'support-chat{--support-accent:#ffd23f}', act: openList },
  ];
  const rtl = ['launcher', 'preview', 'conversation', 'hostile', 'empty', 'list', 'failed'];
  // What is done in the others is found by its English name.
  const pseudo = states.flatMap(({ name, act }) => (act && name !== 'preview' ? [] : name));
  const sizes = ['launcher', 'preview', 'empty', 'conversation', 'pre-chat', 'closed', 'list', 'menu'];
  const pick = (names: readonly string[]) => states.filter(({ name }) => names.includes(name));
  return [
    ...states,
    ...states.map((state) => ({ ...state, name: `${state.name}-dark`, dark: true })),
    ...states.map((state) => ({ ...state, name: `${state.name}-phone`, phone: true })),
    ...pick(rtl).map((state) => ({ ...state, name: `${state.name}-rtl`, dir: 'rtl' as const })),
    ...pick(pseudo).map((state) => ({
      ...state,
      name: `${state.name}-pseudo`,
      dir: 'rtl' as const,
      attributes: `${state.attributes ?? 'open'}&pseudo`,
    })),
    ...states.map((state) => ({ ...state, name: `${state.name}-contrast`, forcedColors: true })),
    ...pick(sizes).flatMap((state) => [
      { ...state, name: `${state.name}-zoom`, size: { width: 640, height: 400 }, zoom: 2 },
      { ...state, name: `${state.name}-320`, size: { width: 320, height: 480 } },
      { ...state, name: `${state.name}-4k`, size: { width: 3840, height: 2160 } },
    ]),
    ...more,
  ];
}

function openList(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Conversations' }).click();
}

function write(page: Page, text: string): Promise<void> {
  return page.getByRole('textbox', { name: 'Message' }).fill(text);
}

function receive(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { chat } = globalThis as unknown as {
      chat: import('../src/chat/testing/scripted-chat.ts').ScriptedChat;
    };
    const { current, messages } = chat.state;
    const message = messages.find(({ senderType }) => senderType === 'agent');
    if (current && message) chat.emit({ type: 'message', message, session: current, direction: 'in' });
  });
}

async function scrollUp(page: Page): Promise<void> {
  await page.getByRole('log').evaluate((log) => log.scrollTo({ top: 40 }));
  await page.waitForTimeout(100);
  await page.evaluate(() => {
    const { chat } = globalThis as unknown as {
      chat: import('../src/chat/testing/scripted-chat.ts').ScriptedChat;
    };
    const { messages } = chat.state;
    const last = messages.findLast(({ senderType }) => senderType === 'agent');
    if (last) chat.set({ messages: [...messages, { ...last, id: 'new', content: 'Anything else?' }] });
  });
}

function css(shot: Shot): string {
  const colours = shot.dark ? '#101013;color:#ddd' : '#faf9f7;color:#222';
  return `body{margin:0;min-height:100vh;background:${colours};font:16px sans-serif} ${shot.page ?? ''}`;
}

const wanted = process.argv[2] ?? '';
const code = await buildStage('src/chat/testing/stage.ts');
mkdirSync(directory, { recursive: true });
const browser = await chromium.launch({ executablePath: ensureChromium(), ...launchOptions });
try {
  for (const shot of shots().filter(({ name }) => name.includes(wanted))) {
    const page = await browser.newPage({
      viewport: shot.size ?? (shot.phone ? phone : desktop),
      deviceScaleFactor: shot.zoom ?? 1,
      forcedColors: shot.forcedColors ? 'active' : 'none',
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
      if (pathname === '/stage.css') return route.fulfill({ body: css(shot), contentType: 'text/css' });
      if (pathname !== '/') return route.fulfill({ status: 404 });
      const body = `<!doctype html><html lang="en" dir="${shot.dir ?? 'ltr'}"><meta charset="utf-8"><title>Shop</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/stage.css"><body><p>A page of a shop.</p><script src="/stage.js"></script></body></html>`;
      return route.fulfill({
        body,
        contentType: 'text/html',
        headers: { 'content-security-policy': policy },
      });
    });
    await page.goto(`${origin}/?scene=${shot.scene}&${shot.attributes ?? 'open'}`);
    await page.waitForTimeout(250);
    await shot.act?.(page);
    await page.waitForTimeout(200);
    await page.screenshot({ path: `${directory}widget-${shot.name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
}
