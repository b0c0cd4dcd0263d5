import type { Page } from '@playwright/test';
import { buildStage } from '../scripts/build-stage.ts';
import type { SupportChat } from '../src/chat/support-chat.ts';
import { expect, Widget } from './fixtures.ts';
import { test } from './host-page.ts';

const file = '<script src="/support-chat.js" async></script>';

test('the snippet works wherever and however a page loads it', async ({ openHost, snippet, newPerson }) => {
  const page = await newPerson('about:blank');
  const look = 'data-heading="Shop talk" data-position="bottom-start" data-theme="dark"';
  for (const parts of [
    { head: snippet(`async ${look}`) },
    { head: snippet(`defer ${look}`) },
    { head: snippet(`type="module" ${look}`) },
    { head: snippet(look) },
    { body: `<p>Before.</p>${snippet(look)}<p>After.</p>` },
    { body: `<p>Text.</p>${snippet(`async ${look}`)}` },
    { body: `<p>Text.</p>${snippet(`type="module" async ${look}`)}` },
  ]) {
    await openHost(parts, page);
    await page.getByRole('button', { name: 'Open chat' }).click();
    await expect(page.getByRole('dialog', { name: 'Shop talk' })).toBeVisible();
    const element = page.locator('body > support-chat');
    await expect(element).toHaveCount(1);
    await expect(element).toHaveAttribute('theme', 'dark');
    expect(await element.evaluate(({ position }: SupportChat) => position)).toBe('bottom-start');
  }
});

test('all that a page loads of ours is one file, and one answer when the window opens', async ({
  openHost,
  snippet,
  newPerson,
}) => {
  const page = await newPerson('about:blank');
  const loaded: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!/^\/(?:host|favicon\.ico)$/.test(pathname)) loaded.push(pathname);
  });
  await openHost({ body: snippet() }, page);
  const widget = new Widget(page);
  await expect(widget.launcher).toBeVisible();
  expect(loaded).toEqual(['/support-chat.js']);
  await widget.open();
  expect(loaded).toEqual(['/support-chat.js', '/rest/v1/rpc/chat_open']);
});

test('a tag manager adds the snippet by script', async ({ openHost, backend }) => {
  const page = await openHost({});
  await page.evaluate(
    ([url, key]) => {
      const script = document.createElement('script');
      script.src = `${url}/support-chat.js`;
      script.async = true;
      script.dataset.supabaseUrl = url;
      script.dataset.supabaseKey = key;
      document.head.append(script);
    },
    [backend.url, backend.publishableKey] as const,
  );
  await new Widget(page).open();
});

test('a page with more than one snippet, or an element of its own as well, has one widget', async ({
  openHost,
  snippet,
  element,
  newPerson,
}) => {
  const page = await newPerson('about:blank');
  for (const parts of [
    { head: snippet('data-heading="First"'), body: snippet('data-heading="Second"') },
    { head: snippet('async data-heading="First"'), body: `${element('heading="First"')}${snippet()}` },
    { head: snippet('data-heading="Second"'), body: element('heading="First"') },
    { head: file, body: `${element('heading="First"')}${file}${snippet()}` },
    { head: snippet('data-heading="First"'), body: '<script type="module" src="/support-chat.js"></script>' },
  ]) {
    await openHost(parts, page);
    await page.waitForLoadState('load');
    await page.getByRole('button', { name: 'Open chat' }).click();
    await expect(page.getByRole('dialog', { name: 'First' })).toBeVisible();
    await expect(page.locator('support-chat')).toHaveCount(1);
  }
});

test('properties set before the file loads are honoured', async ({ openHost, element, backend, unique }) => {
  const page = await openHost({ body: element() });
  await page.evaluate(() => {
    const early = document.querySelector('support-chat') as SupportChat;
    const w = window as unknown as { heard: string[]; asked: number };
    w.heard = [];
    w.asked = 0;
    for (const type of ['support-ready', 'support-open', 'support-error'])
      document.addEventListener(type, () => w.heard.push(type));
    Object.assign(early, {
      open: true,
      heading: 'Set early',
      greeting: 'Hello from the page',
      theme: 'dark',
      noSound: true,
      visitor: { name: 'Early Bird', email: 'early@example.com', attributes: { plan: 'pro' } },
      messages: { sendMessage: 'Off it goes' },
      accessToken: async () => {
        w.asked += 1;
        return null;
      },
    });
  });
  await page.addScriptTag({ url: '/support-chat.js' });
  const dialog = page.getByRole('dialog', { name: 'Set early' });
  await expect(dialog).toContainText('Hello from the page');
  await expect(page.locator('support-chat')).toHaveAttribute('theme', 'dark');
  const text = unique('As whom?');
  await dialog.getByRole('textbox', { name: 'Message' }).fill(text);
  await dialog.getByRole('button', { name: 'Off it goes' }).click();
  await expect(dialog.getByText('Sent', { exact: true })).toBeVisible();
  const visitors = await backend.database.query<{ name: string; email: string; attributes: unknown }>(
    `select v.name, v.email, v.attributes from support_chat.visitors v
     join support_chat.sessions s on s.visitor_id = v.id where s.last_message_preview = $1`,
    [text],
  );
  expect(visitors).toEqual([{ name: 'Early Bird', email: 'early@example.com', attributes: { plan: 'pro' } }]);
  const { heard, asked } = await page.evaluate(() => {
    const { heard, asked } = window as unknown as { heard: string[]; asked: number };
    return { heard, asked };
  });
  expect(heard).toEqual(['support-ready']);
  expect(asked).toBeGreaterThan(0);
});

test('calls wait for whenDefined, and work from then on', async ({ openHost, element, unique }) => {
  const page = await openHost({ body: element() });
  const text = unique('Sent by the page');
  const called = page.evaluate(async (text) => {
    await customElements.whenDefined('support-chat');
    const chat = document.querySelector('support-chat') as SupportChat;
    const before = [chat.unread, chat.open];
    await chat.send(text);
    chat.show();
    chat.toggle();
    chat.show();
    return [...before, chat.open];
  }, text);
  await page.addScriptTag({ url: '/support-chat.js' });
  expect(await called).toEqual([0, false, true]);
  const widget = new Widget(page);
  await expect(widget.messages.getByText(text, { exact: true })).toBeVisible();
  // A new conversation whose first message is on its way would be shown again.
  await expect(widget.window.getByText('Sent', { exact: true })).toBeVisible();
  await page.evaluate(() => (document.querySelector('support-chat') as SupportChat).startConversation());
  await expect(widget.messages).toHaveCount(0);
  await page.evaluate(() => (document.querySelector('support-chat') as SupportChat).hide());
  await expect(widget.window).toBeHidden();
});

test('an element made by a script and configured later works, without a false alarm', async ({
  openHost,
  backend,
}) => {
  const page = await openHost({ head: file });
  await page.waitForLoadState('load');
  const errors = await page.evaluate(
    async ([url, key]) => {
      const heard: string[] = [];
      document.addEventListener('support-error', (event) => heard.push(event.type));
      const chat = document.createElement('support-chat') as SupportChat;
      document.body.append(chat);
      chat.setAttribute('supabase-url', url);
      chat.supabaseKey = key;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return heard;
    },
    [backend.url, backend.publishableKey] as const,
  );
  expect(errors).toEqual([]);
  await new Widget(page).open();
});

test('another Lit on the page, before ours or after it, disturbs neither', async ({
  openHost,
  snippet,
  newPerson,
  unique,
}) => {
  const page = await newPerson('about:blank');
  const other = await buildStage('e2e/other-lit.ts');
  await page.route('**/other-lit.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: other }),
  );
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const theirs = '<script src="/other-lit.js"></script>';
  for (const head of [theirs + snippet(''), snippet('') + theirs]) {
    await openHost({ head, body: '<other-lit></other-lit>' }, page);
    const widget = new Widget(page);
    await widget.open();
    await page.getByRole('button', { name: 'Clicked 0 times' }).click();
    await widget.send(unique('Two of them'));
    await expect(page.getByRole('button', { name: 'Clicked 1 times' })).toBeVisible();
  }
  expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
});

test('two elements with two projects on a page have nothing in common', async ({
  openHost,
  backend,
  unique,
}) => {
  // One server under two names: two projects, as far as a browser can tell.
  const names = { left: backend.url, right: backend.url.replace('localhost', '127.0.0.1') };
  const one = (id: keyof typeof names, position: string) =>
    `<support-chat id="${id}" heading="${id}" supabase-url="${names[id]}" supabase-key="${backend.publishableKey}" position="${position}"></support-chat>`;
  const page = await openHost({ head: file, body: one('left', 'bottom-start') + one('right', 'bottom-end') });
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(new URL(socket.url()).hostname));
  for (const side of ['left', 'right'] as const) {
    const chat = page.locator(`#${side}`);
    await chat.getByRole('button', { name: 'Open chat' }).click();
    await chat.getByRole('textbox', { name: 'Message' }).fill(unique(`To the ${side}`));
    await chat.getByRole('button', { name: 'Send message' }).click();
    await expect(chat.getByText('Sent', { exact: true })).toBeVisible();
    await chat.getByRole('textbox', { name: 'Message' }).fill(`Draft on the ${side}`);
  }
  for (const [side, other] of [
    ['left', 'right'],
    ['right', 'left'],
  ]) {
    const chat = page.locator(`#${side}`);
    await expect(chat.getByRole('dialog', { name: side! })).toContainText(`To the ${side}`);
    await expect(chat.getByRole('log')).not.toContainText(`To the ${other}`);
    await expect(chat.getByRole('textbox', { name: 'Message' })).toHaveValue(`Draft on the ${side}`);
  }
  await expect.poll(() => [...sockets].sort()).toEqual(['127.0.0.1', 'localhost']);
  const { hosts, tokens } = await visitorTokens(page);
  expect(hosts).toEqual(
    Object.values(names)
      .map((url) => new URL(url).host)
      .sort(),
  );
  expect(new Set(tokens).size).toBe(2);
  await page.locator('#left').getByRole('button', { name: 'Close chat' }).first().click();
  await expect(page.locator('#right').getByRole('dialog')).toBeVisible();
  await page.evaluate(() => (document.querySelector('#left') as SupportChat).reset());
  await expect.poll(async () => (await visitorTokens(page)).hosts).toEqual([new URL(names.right).host]);
  await expect(page.locator('#right').getByRole('log')).toContainText('To the right');
});

/** Of which projects the browser keeps the visitor's secret, and those secrets. */
function visitorTokens(page: Page): Promise<{ hosts: string[]; tokens: string[] }> {
  return page.evaluate(() => {
    const kept = Object.entries(localStorage)
      .map(([name, value]) => [/^support-chat:(.+):visitor$/.exec(name)?.[1], value] as const)
      .filter((entry): entry is [string, string] => entry[0] !== undefined)
      .sort();
    return { hosts: kept.map(([host]) => host), tokens: kept.map(([, value]) => value) };
  });
}
