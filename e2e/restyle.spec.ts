import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { isRestyledBy, type Restylable, readContract } from '../demo/restyle/contract.ts';
import { THEMES } from '../demo/restyle/themes.ts';
import { violations } from './axe.ts';
import { expect, test } from './fixtures.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const contract = readContract(read('src/chat/support-chat.ts'));
const sites = THEMES.map(({ name }) => ({
  name,
  html: read(`demo/restyle/${name}.html`),
  css: read(`demo/restyle/${name}.css`),
}));

function firstSiteFor(one: Restylable): string | null {
  return sites.find(({ html, css }) => isRestyledBy(one, html, css))?.name ?? null;
}

async function openSite(newPerson: (path: string) => Promise<Page>, name: string): Promise<Page> {
  const page = await newPerson(`/${name}.html`);
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))),
  );
  return page;
}

/** How many elements of the chat look different without what the page's style sheet says of this token or part. */
function countChanged(page: Page, one: Restylable): Promise<number> {
  return page.evaluate(async ({ kind, name }) => {
    const look = (element: Element) => {
      const styles = getComputedStyle(element);
      return [...styles]
        .filter((property) => !property.startsWith('--'))
        .map((property) => styles.getPropertyValue(property))
        .join('|');
    };
    const within = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap((element) => [
        element,
        ...(element.shadowRoot ? within(element.shadowRoot) : []),
      ]);
    const chat = document.querySelector('support-chat');
    const elements = chat?.shadowRoot ? within(chat.shadowRoot) : [];
    const before = elements.map(look);
    for (const sheet of document.styleSheets) {
      for (const rule of sheet.cssRules) {
        if (!(rule instanceof CSSStyleRule)) continue;
        if (kind === 'token') rule.style.removeProperty(name);
        else if (rule.selectorText.includes(`::part(${name})`)) {
          // What stays stands for the other parts of the same rule.
          const others = rule.selectorText.split(',').filter((part) => !part.includes(`::part(${name})`));
          rule.selectorText = others.join(',') || 'no-element';
        }
      }
    }
    // Some changes begin when they are looked at, and take their time.
    elements.map(look);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return elements.filter((element, index) => look(element) !== before[index]).length;
  }, one);
}

test.use({ motion: 'no-preference' });

test('the element’s documentation lists tokens, parts and slots', () => {
  const count = (kind: Restylable['kind']) => contract.filter((one) => one.kind === kind).length;
  expect([count('token'), count('part'), count('slot')].map((some) => some >= 3)).toEqual([true, true, true]);
  expect(count('token') + count('part') + count('slot')).toBe(
    read('src/chat/support-chat.ts').match(/^ \* @(?:cssproperty|csspart|slot) /gm)?.length,
  );
});

test('every token, part and slot is restyled by a site of the gallery', () => {
  const missing = contract.filter((one) => firstSiteFor(one) === null);
  expect(missing.map(({ name }) => name)).toEqual([]);
});

for (const { name } of sites) {
  test(`what “${name}” shows first looks different by it`, async ({ newPerson }) => {
    const page = await openSite(newPerson, name);
    const shown = contract.filter((one) => firstSiteFor(one) === name);
    for (const one of shown.filter(({ kind }) => kind === 'slot')) {
      const own = page.locator(`support-chat > [slot="${one.name}"]`);
      await expect(own).toBeVisible();
      expect(await own.evaluate((element) => element.assignedSlot?.name)).toBe(one.name);
    }
    const withoutEffect: string[] = [];
    for (const one of shown.filter(({ kind }) => kind !== 'slot')) {
      if ((await countChanged(page, one)) === 0) withoutEffect.push(one.name);
    }
    expect(withoutEffect).toEqual([]);
  });
}

test('what is not there changes nothing: the count can be zero', async ({ newPerson }) => {
  const page = await openSite(newPerson, 'block');
  const missing = { standard: '', description: '' };
  expect(await countChanged(page, { kind: 'token', name: '--support-nothing', ...missing })).toBe(0);
  expect(await countChanged(page, { kind: 'part', name: 'nothing', ...missing })).toBe(0);
});

for (const { name } of THEMES) {
  test(`axe finds nothing in the chat of “${name}”, and it answers`, async ({ newPerson }) => {
    const page = await openSite(newPerson, name);
    const launcher = page.getByRole('button', { name: /^Open chat/ });
    if (await launcher.isVisible()) await launcher.click();
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('Hello?');
    await box.press('Enter');
    await expect(page.getByRole('log').getByText('Hello?')).toBeVisible();
    await expect(page.getByRole('log').getByText(/only for show/)).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the gallery shows every site and lists everything, and axe finds nothing (${colorScheme})`, async ({
    newPerson,
  }) => {
    const page = await newPerson('/restyle.html');
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('iframe')).toHaveCount(THEMES.length);
    await expect(page.locator('.row')).toHaveCount(contract.length);
    await expect(page.locator('.links:empty')).toHaveCount(0);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(overflow)).toBe(0);
  });
}
