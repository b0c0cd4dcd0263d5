import type { Page } from '@playwright/test';
import { violations } from './axe.ts';
import { Desk, expect, test, Widget } from './fixtures.ts';

/** Collects what the browser reports against the page's policy, from its very first script on. */
async function watchPolicy(page: Page): Promise<string[]> {
  const reports: string[] = [];
  page.on('console', (message) => {
    if (/content security policy|trusted ?type|refused to/i.test(message.text()))
      reports.push(message.text());
  });
  await page.exposeFunction('reportViolation', (text: string) => reports.push(text));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      (window as unknown as { reportViolation(text: string): void }).reportViolation(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`,
      );
    });
  });
  return reports;
}

test('both elements work under the strictest policy without a violation', async ({ newPerson, unique }) => {
  const shop = await newPerson('about:blank');
  const office = await newPerson('about:blank');
  const reports = [await watchPolicy(shop), await watchPolicy(office)];
  await shop.goto('/strict.html');
  await office.goto('/strict-dashboard.html');
  const policy = await shop.evaluate(
    async () => (await fetch(location.href).catch(() => null))?.status ?? 'refused',
  );
  expect(['refused', 200]).toContain(policy);

  const widget = new Widget(shop);
  const question = unique('Strict?');
  await widget.open();
  await widget.send(question);
  const desk = new Desk(office);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  await desk.button('Assign to me').first().click();
  const answer = unique('Very.');
  await desk.reply(answer);
  await expect(widget.messages.getByText(answer, { exact: true })).toBeVisible();
  expect(reports.flat()).toEqual([]);
});

test('the policy test can fail: an inline style is reported', async ({ newPerson }) => {
  const page = await newPerson('about:blank');
  const reports = await watchPolicy(page);
  await page.goto('/strict.html');
  await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  await expect.poll(() => reports.length).toBeGreaterThan(0);
});

// The widget's states are looked at in accessibility.spec.ts.
test('axe finds nothing in the dashboard, light or dark', async ({ desk }) => {
  const { page } = desk;
  const look = async (colorScheme: 'light' | 'dark') => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page), colorScheme).toEqual([]);
  };
  await look('dark');
  await look('light');
  await desk.signIn();
  await desk.showTab('All');
  await desk.inbox.getByRole('button').first().click();
  await expect(desk.messages).toBeVisible();
  await look('light');
  await look('dark');
});
