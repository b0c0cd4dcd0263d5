import { chromium, type Page } from '@playwright/test';
import { ensureChromium, launchOptions } from '../scripts/chromium.ts';
import { openWithClock } from './delivery.ts';
import { Desk, expect, Widget } from './fixtures.ts';
import { test } from './host-page.ts';

const file = '<script src="/support-chat.js" async></script>';

/** Counts sockets that were ever opened. */
function countSockets(page: Page): { readonly opened: number } {
  const count = { opened: 0 };
  page.on('websocket', () => {
    count.opened += 1;
  });
  return count;
}

/** A conversation longer than the window, scrolled up a bit, with something half written. */
async function beginWriting(widget: Widget, unique: (text: string) => string): Promise<void> {
  await widget.open();
  await widget.send(unique('First'));
  await widget.send(unique('Many words that need many lines. '.repeat(40)));
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  await widget.textbox.fill('Half a sent');
  await widget.messages.evaluate(async (log) => {
    log.scrollTo({ top: 100 });
    // Nobody exchanges a page in the frame in which they scroll.
    for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
  });
}

async function expectStillWriting(widget: Widget): Promise<void> {
  await expect(widget.textbox).toHaveValue('Half a sent');
  await expect.poll(() => widget.messages.evaluate((log) => Math.round(log.scrollTop))).toBe(100);
}

test.use({ motion: 'no-preference' });

test('moved to another place in the page, it goes on where it was', async ({ openHost, element, unique }) => {
  const page = await openHost({ head: file, body: `${element()}<main><section></section></main>` });
  const widget = new Widget(page);
  const sockets = countSockets(page);
  await beginWriting(widget, unique);
  await page.evaluate(() => {
    const chat = document.querySelector('support-chat')!;
    document.querySelector('section')!.append(chat);
    document.querySelector('main')!.before(chat);
    document.querySelector('main')!.prepend(chat);
  });
  await expectStillWriting(widget);
  // Frameworks take out now and put in a moment later.
  await page.evaluate(async () => {
    const chat = document.querySelector('support-chat')!;
    chat.remove();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    document.body.append(chat);
  });
  await expectStillWriting(widget);
  await widget.send(unique('On we go'));
  expect(sockets.opened).toBe(1);
});

test('a body that is exchanged takes nothing of the snippet along', async ({ openHost, snippet, unique }) => {
  const page = await openHost({ body: `<p>Page one</p>${snippet()}` });
  const widget = new Widget(page);
  const sockets = countSockets(page);
  await beginWriting(widget, unique);
  for (const way of ['replaceWith', 'property', 'emptied', 'empty for a while'] as const) {
    await page.evaluate(async (way) => {
      const body = document.createElement('body');
      const script = document.querySelector('script')!;
      // Turbo makes the scripts of the new body anew, so that they run.
      const again = document.createElement('script');
      for (const { name, value } of script.attributes) again.setAttribute(name, value);
      body.append(document.createElement('p'), again);
      const loaded = new Promise((resolve) => again.addEventListener('load', resolve));
      if (way === 'replaceWith') document.body.replaceWith(body);
      else if (way === 'property') document.body = body;
      else {
        document.body.remove();
        if (way === 'empty for a while') await new Promise((resolve) => setTimeout(resolve));
        document.documentElement.append(body);
      }
      await loaded;
    }, way);
    await expect(page.locator('support-chat')).toHaveCount(1);
    // Away for longer than a move takes, it begins anew, at the end of what was said.
    if (way === 'empty for a while') await expect(widget.textbox).toHaveValue('Half a sent');
    else await expectStillWriting(widget);
  }
  await widget.send(unique('Page five'));
  expect(sockets.opened).toBe(2);
  await page.evaluate(() => document.querySelector('support-chat')!.remove());
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')));
  await expect(page.locator('support-chat')).toHaveCount(0);
});

test('an element of the page that comes with each body finds what was said', async ({
  openHost,
  element,
  unique,
}) => {
  const page = await openHost({ head: file, body: element() });
  const widget = new Widget(page);
  await widget.open();
  const text = unique('On the first body');
  await widget.send(text);
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  await widget.textbox.fill('Half a sent');
  await page.evaluate((markup) => {
    const body = document.createElement('body');
    body.innerHTML = markup;
    document.body.replaceWith(body);
  }, element());
  await expect(page.locator('support-chat')).toHaveCount(1);
  await widget.open();
  await expect(widget.messages.getByText(text, { exact: true })).toBeVisible();
  await expect(widget.textbox).toHaveValue('Half a sent');
});

test('an element that Turbo keeps as permanent goes on where it was', async ({
  openHost,
  element,
  unique,
}) => {
  const permanent = element('id="chat" data-turbo-permanent');
  const page = await openHost({ head: file, body: permanent });
  const widget = new Widget(page);
  const sockets = countSockets(page);
  await beginWriting(widget, unique);
  await page.evaluate(async (markup) => {
    // As Turbo does it: a placeholder in the new body, the exchange, a copy in the old one, then the original back.
    const body = new DOMParser().parseFromString(markup, 'text/html').body;
    const chat = document.querySelector('#chat')!;
    const placeholder = document.createElement('meta');
    body.querySelector('#chat')!.replaceWith(placeholder);
    document.adoptNode(body);
    await Promise.resolve();
    document.body.replaceWith(body);
    await Promise.resolve();
    chat.replaceWith(chat.cloneNode(true));
    placeholder.replaceWith(chat);
  }, permanent);
  await expectStillWriting(widget);
  await widget.send(unique('Next page'));
  await expect(page.locator('support-chat')).toHaveCount(1);
  expect(sockets.opened).toBe(1);
});

test('an agent sees the page that the visitor is on, wherever a single-page app goes', async ({
  openHost,
  snippet,
  newPerson,
  unique,
}) => {
  const page = await openHost({ body: snippet() });
  const widget = new Widget(page);
  const question = unique('Where am I?');
  await widget.open();
  await widget.send(question);
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  let syncs = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/chat_sync')) syncs += 1;
  });
  const desk = new Desk(await openWithClock(newPerson, '/dashboard.html'));
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  const place = desk.page.getByRole('complementary').getByRole('link', { name: 'Host' });
  await expect(place).toHaveAttribute('href', /\/host$/);
  syncs = 0;
  const told = page.waitForResponse((response) => /thanks/.test(response.request().postData() ?? ''));
  await page.evaluate(() => {
    // An app that writes every step into the address.
    for (let step = 0; step < 50; step++) history.replaceState(null, '', `/host/checkout?step=${step}`);
    history.pushState(null, '', '/host/thanks');
    document.title = 'Thank you';
  });
  await (await told).finished();
  await desk.page.clock.fastForward(46_000);
  await expect(desk.page.getByRole('link', { name: 'Thank you' })).toHaveAttribute('href', /\/host\/thanks$/);
  expect(syncs).toBeLessThan(3);
});

test('a page that comes back from the back-forward cache has what was missed, and one socket', async ({
  backend,
  desk,
  unique,
}) => {
  // Playwright turns the cache off, for every browser it starts itself.
  const browser = await chromium.launch({
    ...launchOptions,
    executablePath: ensureChromium(),
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  try {
    const page = await browser.newPage({ baseURL: backend.url, locale: 'en-GB' });
    await page.goto('/');
    const widget = new Widget(page);
    const question = unique('Before I leave');
    await widget.open();
    await widget.send(question);
    await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
    await widget.textbox.fill('Half a sent');
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => {
        document.title = persisted ? 'Back from the cache' : 'Loaded again';
      });
    });
    await page.goto('/demo.css');
    await desk.signIn();
    await desk.showTab('Unassigned');
    await desk.row(question).click();
    const answer = unique('While you were away');
    await desk.reply(answer);
    const sockets = countSockets(page);
    await page.goBack({ waitUntil: 'commit' });
    await expect(page).toHaveTitle('Back from the cache');
    await expect(widget.messages.getByText(answer, { exact: true })).toBeVisible();
    await expect(widget.textbox).toHaveValue('Half a sent');
    await widget.send(unique('Back again'));
    await expect.poll(() => sockets.opened).toBe(1);
  } finally {
    await browser.close();
  }
});
