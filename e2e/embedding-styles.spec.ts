import type { Page } from '@playwright/test';
import type { SupportChat } from '../src/chat/support-chat.ts';
import { expect, Widget } from './fixtures.ts';
import { test } from './host-page.ts';

const file = '<script src="/support-chat.js" async></script>';

/** Where the launcher is and how it looks, and the same of the window and the text box. */
function looks(page: Page): Promise<Record<string, readonly unknown[]>> {
  return page.evaluate(async () => {
    const root = document.querySelector('support-chat')!.shadowRoot!;
    const composer = root.querySelector('support-message-composer')!.shadowRoot!;
    await Promise.all(root.getAnimations().map((animation) => animation.finished.catch(() => {})));
    const look = (element: Element | null) => {
      const { x, y, width, height } = element!.getBoundingClientRect();
      const {
        fontSize,
        fontFamily,
        color,
        backgroundColor,
        direction,
        textTransform,
        letterSpacing,
        opacity,
      } = getComputedStyle(element!);
      return [
        [x, y, width, height].map(Math.round).join(' '),
        ...[fontSize, fontFamily, color, backgroundColor, direction, textTransform, letterSpacing, opacity],
      ];
    };
    return {
      launcher: look(root.querySelector('[part=launcher]')),
      window: look(root.querySelector('[part=window]')),
      title: look(root.querySelector('h2')),
      input: look(composer.querySelector('textarea')),
      send: look(composer.querySelector('button')),
    };
  });
}

test('inside a form it submits nothing and adds nothing to it', async ({ openHost, element, unique }) => {
  const page = await openHost({
    head: file,
    body: `<form action="/sent"><input name="q" value="theirs">${element()}<button>Theirs</button></form>`,
  });
  await page.evaluate(() => {
    document.querySelector('form')!.addEventListener('submit', (event) => {
      event.preventDefault();
      document.title = 'submitted';
    });
    for (const type of ['input', 'change', 'invalid', 'keydown'])
      document.querySelector('form')!.addEventListener(type, (event) => {
        if (event.target instanceof HTMLInputElement) document.title = `${type} in the form`;
      });
  });
  const widget = new Widget(page);
  await widget.open();
  await widget.send(unique('By button'));
  await widget.textbox.fill(unique('By key'));
  await widget.textbox.press('Enter');
  await expect(widget.textbox).toHaveValue('');
  await widget.textbox.fill('A draft');
  await widget.window.getByRole('button', { name: 'More options' }).click();
  await widget.window.getByRole('button', { name: 'End conversation' }).click();
  await widget.window.getByRole('button', { name: /^4 of 5/ }).click();
  const comment = widget.window.getByRole('textbox');
  await comment.fill('Kind');
  await widget.window.locator('button[type=submit]').click();
  await expect(widget.window.getByRole('status').filter({ hasText: /thank/i })).toBeVisible();
  await widget.window.getByRole('button', { name: 'New conversation' }).last().click();
  expect(await page.title()).toBe('Host');
  const theirs = await page.evaluate(() => {
    const form = document.querySelector('form')!;
    return { data: [...new FormData(form).entries()], controls: form.elements.length };
  });
  expect(theirs).toEqual({ data: [['q', 'theirs']], controls: 2 });
  await page.getByRole('button', { name: 'Theirs' }).click();
  expect(await page.title()).toBe('submitted');
});

test('no ancestor moves or cuts the window, whatever traps fixed boxes', async ({ openHost, element }) => {
  const page = await openHost({ head: file, body: `${element()}<div></div>` });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const widget = new Widget(page);
  await widget.open();
  const free = await widget.window.boundingBox();
  for (const style of [
    'transform: rotate(3deg)',
    'perspective: 300px',
    'filter: blur(0)',
    'backdrop-filter: blur(1px)',
    'will-change: transform',
    'clip-path: inset(0)',
    'contain: paint',
    'contain: strict',
    'content-visibility: auto',
    'container-type: inline-size',
    'overflow: hidden; position: relative; z-index: 0',
    '',
  ]) {
    await page.evaluate((style) => {
      const box = document.querySelector('div')!;
      box.style.cssText = `width: 90px; height: 90px; ${style}`;
      box.append(document.querySelector('support-chat')!);
    }, style);
    await expect(async () => expect(await widget.window.boundingBox(), style).toEqual(free)).toPass({
      timeout: 5_000,
    });
    await widget.textbox.click({ timeout: 5_000 });
  }
});

test('whatever the style sheet of the page says, it looks the same', async ({ openHost, element }) => {
  const page = await openHost({ head: `${file}<style></style>`, body: element() });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const widget = new Widget(page);
  await widget.open();
  const plain = await looks(page);
  for (const css of [
    'html { font-size: 62.5% }',
    '* { all: unset !important } body { display: block }',
    '* { all: unset } support-chat { all: unset }',
    'div, section, span, header { display: none !important }',
    '* { box-sizing: content-box; letter-spacing: 4px; text-transform: uppercase; line-height: 3; cursor: none }',
    'button, textarea, input { width: 3px !important; font: 40px serif !important; display: none !important }',
    'body { color: red; font: italic 30px cursive; text-align: center; white-space: pre; user-select: none }',
    'support-chat { position: relative; display: block; margin: 40px; padding: 9px; font-size: 40px; color: red }',
    'body > * { position: absolute; top: 0; left: 0; width: 100%; height: 100% }',
    ':not(:defined) { display: none } svg { width: 100%; fill: red !important } ::placeholder { color: red }',
    '.launcher, .window, .box, .root, .header, .send { display: none !important }',
    'html { scroll-behavior: smooth; overflow: hidden } body { height: 3000px; margin: 90px }',
  ]) {
    await page.evaluate((css) => {
      document.querySelector('style')!.textContent = css;
    }, css);
    await expect(async () => expect(await looks(page), css).toEqual(plain)).toPass({ timeout: 5_000 });
    // What is on top is what is used.
    await widget.textbox.click({ timeout: 5_000 });
  }
});

test('hidden hides all of it, and shows it again as it was', async ({ openHost, element, unique }) => {
  const page = await openHost({ head: file, body: element('hidden') });
  const chat = page.locator('support-chat');
  const set = (hidden: boolean) =>
    chat.evaluate((one: SupportChat, hidden) => {
      one.hidden = hidden;
    }, hidden);
  await expect(chat).toBeAttached();
  const drawn = () =>
    chat.evaluate(({ shadowRoot }) =>
      [...(shadowRoot?.querySelectorAll('*') ?? [])].some((one) => one.getClientRects().length > 0),
    );
  await page.evaluate(() => customElements.whenDefined('support-chat'));
  expect(await drawn()).toBe(false);
  await set(false);
  const widget = new Widget(page);
  await widget.open();
  await widget.send(unique('Before'));
  await widget.textbox.fill('Half a sent');
  for (const hide of ['attribute', 'style'] as const) {
    if (hide === 'attribute') await set(true);
    else await page.addStyleTag({ content: 'support-chat { display: none }' });
    await expect.poll(drawn).toBe(false);
    await expect(page.getByRole('button', { name: 'Close chat' })).toHaveCount(0);
    if (hide === 'attribute') await set(false);
    else await page.evaluate(() => document.querySelector('style:last-of-type')!.remove());
    await expect(widget.textbox).toHaveValue('Half a sent');
    await widget.send(unique('Shown again'));
    await widget.textbox.fill('Half a sent');
  }
});

test('the page around it stays clickable, and all of it where the file does not load', async ({
  openHost,
  element,
  newPerson,
}) => {
  const page = await newPerson('about:blank');
  // Buttons wherever one can click.
  const body = `<style>main { position: fixed; inset: 0; display: grid; grid-template-columns: repeat(20, 1fr) }</style>
    <main>${'<button>Theirs</button>'.repeat(200)}</main>${element()}`;
  const covered = () =>
    page.evaluate(
      () =>
        [...document.querySelectorAll('main button')].filter((button) => {
          const { x, y, width, height } = button.getBoundingClientRect();
          return document.elementFromPoint(x + width / 2, y + height / 2) !== button;
        }).length,
    );
  await page.route('**/support-chat.js', (route) => route.abort());
  await openHost({ head: file, body }, page);
  expect(await covered()).toBe(0);
  await page.unroute('**/support-chat.js');
  await openHost({ head: file, body }, page);
  const widget = new Widget(page);
  await expect(widget.launcher).toBeVisible();
  const underLauncher = await covered();
  expect([1, 2, 3, 4]).toContain(underLauncher);
  await widget.open();
  expect(await covered()).toBeGreaterThan(underLauncher);
  await page.keyboard.press('Escape');
  await expect(widget.window).toBeHidden();
  expect(await covered()).toBe(underLauncher);
});

test('the page’s own dialog stays above, a modal one by itself and any other by the token', async ({
  openHost,
  element,
}) => {
  const own = 'position: fixed; inset: 0; width: 100vw; height: 100vh; max-width: none; max-height: none';
  const page = await openHost({
    head: `${file}<style>.own { ${own} }</style>`,
    body: `${element('open')}<dialog class="own"><button class="own">Theirs</button></dialog>`,
  });
  const widget = new Widget(page);
  await widget.textbox.click();
  await page.evaluate(() => document.querySelector('dialog')!.showModal());
  const theirs = page.getByRole('button', { name: 'Theirs' });
  const launcher = () =>
    page.evaluate(() => {
      const chat = document.querySelector('support-chat')!;
      const { x, y } = chat.shadowRoot!.querySelector('[part=launcher]')!.getBoundingClientRect();
      return document.elementFromPoint(x + 20, y + 20)!.textContent;
    });
  expect(await launcher()).toBe('Theirs');
  await theirs.click();
  await page.evaluate(() => document.querySelector('dialog')!.close());
  await widget.textbox.click();

  await page.evaluate(() => {
    const box = document.querySelector('dialog button')!;
    document.body.append(box);
    (box as HTMLElement).style.zIndex = '50';
  });
  expect(await launcher()).not.toBe('Theirs');
  await page.addStyleTag({ content: 'support-chat { --support-z-index: 40 }' });
  expect(await launcher()).toBe('Theirs');
});

test('inline it fills its container, however large that is', async ({ openHost, element, unique }) => {
  const page = await openHost({
    head: `${file}<style>body { margin: 0 } div { margin: 30px } support-chat { display: block; height: 100% }</style>`,
    body: `<div>${element('inline')}</div>`,
  });
  const widget = new Widget(page);
  const box = page.locator('body > div');
  await widget.send(unique('In the page'));
  for (const size of ['width: 500px; height: 420px', 'margin: 0; width: 100vw; height: 100vh']) {
    await box.evaluate((one, size) => one.setAttribute('style', size), size);
    expect(await widget.window.boundingBox()).toEqual(await box.boundingBox());
    await expect(widget.textbox).toBeInViewport();
  }
  await expect(widget.launcher).toHaveCount(0);
});

test('where the page reads from right to left, so does the chat', async ({ openHost, element, unique }) => {
  const page = await openHost({ head: file, body: element() });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const widget = new Widget(page);
  await widget.open();
  await widget.send(unique('שלום'));
  const width = await page.evaluate(() => document.documentElement.clientWidth);
  const parts = {
    launcher: page.locator('[part=launcher]'),
    window: widget.window,
    message: widget.messages.locator('[part~="bubble"]'),
    send: widget.window.getByRole('button', { name: 'Send message' }),
    list: widget.window.getByRole('button', { name: 'Conversations' }),
  };
  const places = async () => {
    const all: Record<string, number[]> = {};
    for (const [name, part] of Object.entries(parts)) {
      const { x, y, width, height } = (await part.boundingBox())!;
      all[name] = [x, y, width, height].map(Math.round);
    }
    return all;
  };
  const before = await places();
  const mirrored = Object.fromEntries(
    Object.entries(before).map(([name, [x = 0, y = 0, wide = 0, high = 0]]) => [
      name,
      [width - x - wide, y, wide, high],
    ]),
  );
  expect(mirrored).not.toEqual(before);
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  expect(await places()).toEqual(mirrored);
  // Every text has a direction of its own.
  const words = unique('Left to right');
  await widget.send(words);
  const directions = await widget.messages
    .locator('[part~="bubble"]')
    .evaluateAll((bubbles) => bubbles.map((bubble) => bubble.matches(':dir(rtl)')));
  expect(directions).toEqual([true, false]);
});
