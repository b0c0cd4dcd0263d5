import type { Locator, Page } from '@playwright/test';
import type { Block } from '../demo/configurator/snippets.ts';
import { violations } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { plainPage, type Site, tagManagerPage, vitePage, wordPressPage } from './hosts.ts';

interface Host {
  readonly tab: string;
  readonly make: (blocks: readonly Block[]) => Site | Promise<Site>;
}

const HOSTS: readonly Host[] = [
  { tab: 'Script tag', make: plainPage },
  { tab: 'Element', make: plainPage },
  { tab: 'Google Tag Manager', make: tagManagerPage },
  { tab: 'WordPress', make: wordPressPage },
  { tab: 'npm', make: vitePage },
];

/** The groups of settings that are folded at first are unfolded. */
async function configurator(newPerson: (path: string) => Promise<Page>): Promise<Page> {
  const page = await newPerson('/configurator.html');
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  return page;
}

async function choose(page: Page, label: string): Promise<void> {
  await page.getByLabel(label).check();
}

/** What the tab has to copy. */
async function blocksOf(page: Page, tab: string): Promise<Block[]> {
  await page.getByRole('tab', { name: tab, exact: true }).click();
  return page
    .getByRole('tabpanel')
    .locator('article')
    .evaluateAll((articles) =>
      articles.map((article) => ({
        title: article.querySelector('h3')?.textContent ?? '',
        code: article.querySelector('code')?.textContent ?? '',
      })),
    );
}

/** Another person on a page of the host's, and what goes wrong there. */
async function visit(newPerson: (path: string) => Promise<Page>, url: string, site: Site) {
  const page = await newPerson('about:blank');
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => {
    faults.push(dialog.message());
    void dialog.dismiss();
  });
  await page.route(/\/host(?:\.html|\/)/, async (route) => {
    const { pathname } = new URL(route.request().url());
    const body = site.get(pathname);
    const type =
      { html: 'text/html', css: 'text/css' }[pathname.split('.').at(-1) ?? ''] ?? 'text/javascript';
    await (body === undefined
      ? route.abort()
      : route.fulfill({ body, contentType: `${type}; charset=utf-8` }));
  });
  await page.goto(`${url}/host.html`);
  return { page, faults };
}

/** As it is painted: computed, an accent is in whatever colour space it was worked out in. */
async function expectColour(locator: Locator, wanted: string): Promise<void> {
  const painted = () =>
    locator.evaluate((element) => {
      const canvas = new OffscreenCanvas(1, 1).getContext('2d')!;
      canvas.fillStyle = getComputedStyle(element).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      return `rgb(${[...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).join(', ')})`;
    });
  await expect.poll(painted).toBe(wanted);
}

async function sendFrom(page: Page, heading: string, text: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: heading });
  await dialog.getByRole('textbox', { name: 'Message' }).fill(text);
  const accepted = page.waitForResponse('**/rpc/chat_start');
  await dialog.getByRole('button', { name: 'Send message' }).click();
  expect((await accepted).ok()).toBe(true);
  await expect(dialog.getByRole('log').getByText(text, { exact: true })).toBeVisible();
}

for (const { tab, make } of HOSTS) {
  test(`the snippet “${tab}” brings the chosen chat to its host`, async ({ newPerson, backend, unique }) => {
    const page = await configurator(newPerson);
    await page.getByLabel('Accent', { exact: true }).fill('#0f766e');
    await choose(page, 'Bottom left');
    await page.getByLabel('Launcher', { exact: true }).fill('64');
    await page.getByLabel('Heading').fill('Ask the roasters');
    await page.getByLabel('Greeting').fill('What are you brewing?');
    const host = await visit(newPerson, backend.url, await make(await blocksOf(page, tab)));

    const launcher = host.page.getByRole('button', { name: 'Open chat' });
    await expect(launcher).toBeVisible();
    await expectColour(launcher, 'rgb(15, 118, 110)');
    await expect(launcher).toHaveCSS('width', '64px');
    expect((await launcher.boundingBox())?.x).toBe(20);
    await launcher.click();
    const dialog = host.page.getByRole('dialog', { name: 'Ask the roasters' });
    await expect(dialog.getByText('What are you brewing?')).toBeVisible();
    await sendFrom(host.page, 'Ask the roasters', unique(`From ${tab}`));
    await expect(host.page.locator('support-chat')).toHaveCount(1);
    expect(host.faults).toEqual([]);
  });

  test(`the snippet “${tab}” takes a button of the page’s own, and any text`, async ({
    newPerson,
    backend,
  }) => {
    const hostile = `"It's" <b>&amp; &copy; &nosuch; \\n</script><!-- '); ?> {{Page URL}} 👩‍👩‍👧`;
    const page = await configurator(newPerson);
    await choose(page, 'A button of your own');
    await page.getByLabel('Heading').fill(hostile);
    await page.getByLabel('Greeting').fill(`One\n${hostile}`);
    await page.getByLabel('With a message').fill(hostile);
    await page.getByLabel('After seconds').fill('3000');
    const host = await visit(newPerson, backend.url, await make(await blocksOf(page, tab)));

    const chat = host.page.locator('support-chat');
    await expect(chat).toHaveAttribute('heading', hostile);
    await expect(chat).toHaveAttribute('greeting', `One\n${hostile}`);
    await expect(chat).toHaveAttribute('proactive-message', hostile);
    await expect(chat).toHaveAttribute('open-after', '3000');
    await expect(host.page.getByRole('button', { name: 'Open chat' })).toHaveCount(0);
    await host.page.getByRole('button', { name: 'Chat with us' }).click();
    await expect(host.page.getByRole('dialog', { name: hostile })).toBeVisible();
    expect(host.faults).toEqual([]);
  });
}

test('Tag Manager’s stand-in takes data attributes away, as Tag Manager does', async ({
  newPerson,
  backend,
}) => {
  const page = await configurator(newPerson);
  const site = tagManagerPage(await blocksOf(page, 'Script tag'));
  const host = await visit(newPerson, backend.url, site);
  await host.page.waitForFunction(() => customElements.get('support-chat') !== undefined);
  await expect(host.page.locator('support-chat')).toHaveCount(0);
  expect(() => tagManagerPage([{ title: '', code: '<script>const a = 1</script>' }])).toThrow('ES5');
  expect(() => tagManagerPage([{ title: '', code: '{{Page URL}}' }])).toThrow('variable');
});

test('the preview follows every choice at once', async ({ newPerson }) => {
  const page = await configurator(newPerson);
  const frame = page.frameLocator('#preview');
  const chat = frame.locator('support-chat');
  const window = frame.getByRole('dialog');
  await expect(window).toBeVisible();
  await page.getByRole('button', { name: 'Accent #be185d' }).click();
  const launcher = frame.locator('[part="launcher"]');
  await expectColour(launcher, 'rgb(190, 24, 93)');
  await page.getByLabel('Heading').fill('Ask us');
  await expect(frame.getByRole('heading', { name: 'Ask us' })).toBeVisible();
  await choose(page, 'Dark');
  await expect(window).toHaveCSS('background-color', 'rgb(24, 24, 27)');
  await page.getByLabel('Corner radius').fill('4');
  await expect(window).toHaveCSS('border-top-left-radius', '4px');
  await page.getByLabel('Window width').fill('360');
  await expect(window).toHaveCSS('width', '360px');
  await page.getByLabel('Font', { exact: true }).selectOption('Serif');
  await expect(frame.getByRole('heading', { name: 'Ask us' })).toHaveCSS('font-family', /^Georgia/);
  await choose(page, 'Bottom left');
  await expect(chat).toHaveAttribute('position', 'bottom-start');
  await choose(page, 'A button of your own');
  await expect(launcher).toHaveCount(0);
  await frame.getByRole('dialog').getByRole('button', { name: 'Close chat' }).click();
  await frame.getByRole('button', { name: 'Chat with us' }).click();
  await expect(window).toBeVisible();
  await page.getByRole('button', { name: 'Start over' }).click();
  await expectColour(launcher, 'rgb(79, 70, 229)');
  await expect(chat).not.toHaveAttribute('heading');
});

test('the largest distances and launcher leave the window on the screen', async ({ newPerson }) => {
  const page = await configurator(newPerson);
  await page.getByLabel('Launcher', { exact: true }).fill('80');
  await page.getByLabel('Window height, at most').fill('900');
  await page.getByLabel('Distance from below').fill('120');
  const frame = page.frameLocator('#preview');
  await expect(frame.getByRole('dialog')).toBeVisible();
  const top = () => frame.getByRole('dialog').evaluate((dialog) => dialog.getBoundingClientRect().top);
  await expect.poll(top).toBe(16);
});

test('the preview opens by itself only when asked to play', async ({ newPerson }) => {
  const page = await configurator(newPerson);
  const chat = page.frameLocator('#preview').locator('support-chat');
  await page.getByLabel('At scrolled per cent').fill('50');
  await page.getByLabel('On these addresses').fill('/pricing*');
  await expect(chat).not.toHaveAttribute('open-on-scroll');
  await page.getByRole('button', { name: 'Play it in the preview' }).click();
  await expect(chat).toHaveAttribute('open-on-scroll', '50');
  await expect(chat).toHaveAttribute('open-on-url', '/pricing*');
  await expect(chat).not.toHaveAttribute('open');
});

test('the copy button copies, and says so', async ({ newPerson }) => {
  const page = await configurator(newPerson);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const [block] = await blocksOf(page, 'Script tag');
  await page.getByRole('button', { name: 'Copy: Before </body>' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Copied to the clipboard.' })).toHaveCount(1);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(block?.code);
});

test('the kinds of page are tabs for the keyboard, too', async ({ newPerson }) => {
  const page = await configurator(newPerson);
  await page.getByRole('tab', { name: 'Script tag' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Google Tag Manager' })).toBeFocused();
  await expect(page.getByRole('tabpanel', { name: 'Google Tag Manager' })).toContainText('createElement');
  await page.keyboard.press('End');
  await expect(page.getByRole('tab', { name: 'npm' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Script tag' })).toBeFocused();
});

test('colours that are hard to see and secret keys are pointed out', async ({ newPerson }) => {
  const page = await configurator(newPerson);
  const says = (text: string) => expect(page.getByRole('status').filter({ hasText: text })).toBeVisible();
  await says('White text on it, 6.3 : 1. Easy to see on the page.');
  await page.getByLabel('Accent', { exact: true }).fill('#ffe14a');
  await says('Hard to see on a white page.');
  await page.getByLabel('Accent', { exact: true }).fill('#ffe1');
  await says('six hexadecimal digits');
  await page.getByLabel('Publishable key').fill('sb_secret_abc');
  await says('supabase-key is a secret key');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`axe finds nothing in the configurator (${colorScheme}, ${width} px)`, async ({ newPerson }) => {
      const page = await configurator(newPerson);
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const { tab } of HOSTS) {
        await blocksOf(page, tab);
        expect(await violations(page)).toEqual([]);
      }
      const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(overflow)).toBe(0);
    });
  }
}
