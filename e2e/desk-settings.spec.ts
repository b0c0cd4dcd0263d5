import type { Page } from '@playwright/test';
import { violations } from './axe.ts';
import { Desk, expect, test, Widget } from './fixtures.ts';

async function openMenu(page: Page, item: 'Settings' | 'Reports'): Promise<void> {
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function openPage(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
}

const PAGES = [
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
];

test('what an admin changes is what visitors read, and stands in the audit log', async ({
  desk,
  backend,
  newPerson,
  unique,
}) => {
  const { page } = desk;
  await desk.signIn();
  await openMenu(page, 'Settings');
  await openPage(page, 'Team');
  const before = (
    await backend.database.query<{ greeting: string }>('select greeting from support_chat.settings')
  )[0]?.greeting;
  const greeting = unique('Good day');
  await page.getByRole('textbox', { name: 'Greeting' }).fill(greeting);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();

  const widget = new Widget(await newPerson('/'));
  await widget.open();
  await expect(widget.window.getByText(greeting)).toBeVisible();

  await openPage(page, 'Audit log');
  await expect(page.getByRole('row', { name: /Changed settings: greeting/ }).first()).toBeVisible();
  // Other tests read what the seed has.
  await backend.database.query('update support_chat.settings set greeting = $1 where id', [before ?? '']);
});

test('changes are not lost by going elsewhere, nor by a lost connection', async ({ desk }) => {
  const { page } = desk;
  await desk.signIn();
  await openMenu(page, 'Settings');
  await openPage(page, 'Waiting');
  const amber = page.getByRole('textbox', { name: 'Amber after (seconds)' });
  const field = page.getByRole('spinbutton', { name: 'Amber after (seconds)' }).or(amber);
  await field.fill('90');
  await page.getByRole('button', { name: 'Back to the inbox' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(field).toHaveValue('90');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText(/cannot be reached\. Nothing was changed/)).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
});

test('an invite makes an agent, and deactivating ends their access in an open window', async ({
  desk,
  newPerson,
  unique,
}) => {
  const { page } = desk;
  await desk.signIn();
  await openMenu(page, 'Settings');
  await openPage(page, 'Agents');
  await page.getByRole('button', { name: 'Create invite link' }).click();
  const link = await page.getByRole('textbox', { name: 'Invite link' }).inputValue();

  const name = unique('Nora');
  const newcomer = await newPerson(new URL(link).pathname + new URL(link).hash);
  await newcomer.getByRole('button', { name: 'Create an account' }).click();
  await newcomer.getByRole('textbox', { name: 'Email' }).fill(`nora-${Date.now()}@example.com`);
  await newcomer.getByRole('textbox', { name: 'Password' }).fill('a-long-password');
  await newcomer.getByRole('button', { name: 'Create an account' }).click();
  await newcomer.getByRole('textbox', { name: 'Your name' }).fill(name);
  await newcomer.getByRole('button', { name: 'Join' }).click();
  await expect(newcomer.getByRole('tab', { name: 'Mine' })).toBeVisible();
  expect(newcomer.url()).not.toContain('invite');

  await openMenu(newcomer, 'Settings');
  await expect(newcomer.getByRole('navigation', { name: 'Settings' }).getByRole('button')).toHaveText([
    'Your profile',
    'Canned responses',
  ]);
  await newcomer.getByRole('button', { name: 'Back to the inbox' }).click();

  await openPage(page, 'Team');
  await openPage(page, 'Agents');
  await page.getByRole('button', { name: `Deactivate: ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByRole('button', { name: `Activate: ${name}` })).toBeVisible();
  await expect(newcomer.getByText(/not an agent/)).toBeVisible();
});

test('a link in a mail signs in, and another one brings a new password', async ({
  desk,
  backend,
  newPerson,
}) => {
  const { page } = desk;
  const email = `mail-${Date.now()}@example.com`;
  await backend.signUp(email, 'the-first-one');
  await backend.database.query('select support_chat.make_agent($1, $2)', [email, 'Mail']);
  const mailed = () => backend.mails.filter(({ to }) => to === email).at(-1)?.link ?? '';

  await page.getByRole('button', { name: 'Email me a sign-in link' }).click();
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await page.goto(mailed());
  await expect(page.getByRole('tab', { name: 'Mine' })).toBeVisible();
  expect(new URL(page.url()).search).toBe('');

  const forgetful = await newPerson('/dashboard.html');
  await forgetful.getByRole('button', { name: 'Forgot your password?' }).click();
  await forgetful.getByRole('textbox', { name: 'Email' }).fill(email);
  await forgetful.getByRole('button', { name: 'Send the link' }).click();
  await expect(forgetful.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await forgetful.goto(mailed());
  await forgetful.getByRole('textbox', { name: 'New password' }).fill('the-second-one');
  await forgetful.getByRole('button', { name: 'Save password' }).click();
  await expect(forgetful.getByRole('tab', { name: 'Mine' })).toBeVisible();
  await openMenu(forgetful, 'Settings');
  await forgetful.getByRole('button', { name: 'Sign out everywhere' }).click();
  await forgetful.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await new Desk(forgetful).signIn(email, 'the-second-one');
});

test('reports count what happened, and give it as a file', async ({ desk, newPerson, unique }) => {
  const widget = new Widget(await newPerson('/'));
  await widget.open();
  await widget.send(unique('Counted?'));
  const { page } = desk;
  await desk.signIn();
  await openMenu(page, 'Reports');
  await expect(page.getByRole('img', { name: /^Bar chart: \d+ conversations/ })).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV: By agent' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^agents-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  await page.getByRole('combobox', { name: 'Period' }).selectOption('365');
  await expect(page.getByRole('heading', { name: 'Conversations by week' })).toBeVisible();
});

test('axe finds nothing on any page, and the strictest policy nothing to refuse', async ({ newPerson }) => {
  test.setTimeout(120_000);
  const page = await newPerson('about:blank');
  const reports: string[] = [];
  page.on('console', (message) => {
    if (/content security policy|trusted ?type|refused to/i.test(message.text()))
      reports.push(message.text());
  });
  await page.goto('/strict-dashboard.html');
  await new Desk(page).signIn();
  await openMenu(page, 'Settings');
  for (const name of PAGES) {
    await openPage(page, name);
    await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(0);
    if (name === 'Office hours') {
      await page.getByRole('checkbox', { name: 'Always open' }).setChecked(false);
      expect(await violations(page), name).toEqual([]);
      await page.getByRole('button', { name: 'Discard', exact: true }).click();
    } else {
      expect(await violations(page), name).toEqual([]);
    }
  }
  await page.getByRole('button', { name: 'Back to the inbox' }).click();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await openMenu(page, 'Reports');
    await expect(page.getByRole('term').first()).toBeVisible();
    expect(await violations(page), `reports, ${colorScheme}`).toEqual([]);
    await page.getByRole('button', { name: 'Back to the inbox' }).click();
  }
  // Axe itself puts style elements on the page, which the policy refuses, and says so.
  expect(reports.filter((text) => !/axe/i.test(text))).toEqual([]);
});

test('on a phone there is one pane, and the focus is never lost', async ({ desk }) => {
  const { page } = desk;
  await page.setViewportSize({ width: 390, height: 844 });
  await desk.signIn();
  await openMenu(page, 'Settings');
  await expect(page.getByRole('heading', { name: 'Your profile' })).toBeHidden();
  await page.getByRole('button', { name: 'Team', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Team', exact: true })).toBeFocused();
  await expect(page.getByRole('navigation', { name: 'Settings' })).toBeHidden();
  await page.getByRole('button', { name: 'All settings' }).click();
  await expect(page.getByRole('button', { name: 'Your profile' })).toBeFocused();
  await page.getByRole('button', { name: 'Back to the inbox' }).click();
  await expect(page.getByRole('button', { name: /^Account/ })).toBeFocused();
});
