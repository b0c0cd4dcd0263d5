import { expect, test } from './fixtures.ts';

test('a wrong password says so and keeps the address', async ({ desk }) => {
  const { page } = desk;
  await page.getByRole('textbox', { name: 'Email' }).fill('agent@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText(/password/i);
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue('agent@example.com');
});

test('somebody who is signed in but no agent gets a clear page, and can sign out', async ({
  desk,
  backend,
}) => {
  const response = await fetch(`${backend.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: backend.publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email: `customer-${Date.now()}@example.com`, password: 'a-long-password' }),
  });
  const { user } = (await response.json()) as { user: { email: string } };
  const { page } = desk;
  await page.getByRole('textbox', { name: 'Email' }).fill(user.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('a-long-password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText(/not an agent/i)).toBeVisible();
  await page.getByRole('button', { name: /Sign out/ }).click();
  await expect(page.getByRole('textbox', { name: 'Email' })).toBeVisible();
});

test('the four tabs show the seeded conversations', async ({ desk }) => {
  await desk.signIn();
  for (const tab of ['Mine', 'Unassigned', 'All', 'Closed'] as const) {
    await desk.showTab(tab);
    await expect(desk.inbox.getByRole('button').first()).toBeVisible();
  }
});

test('a reload keeps the agent signed in; signing out does not', async ({ desk }) => {
  await desk.signIn();
  await desk.page.reload();
  await expect(desk.page.getByRole('tab', { name: 'Mine' })).toBeVisible();
  await desk.page
    .getByRole('button', { name: /Maya Brandt/ })
    .first()
    .click();
  await desk.page.getByText('Sign out', { exact: true }).click();
  await expect(desk.page.getByRole('textbox', { name: 'Email' })).toBeVisible();
  await desk.page.reload();
  await expect(desk.page.getByRole('textbox', { name: 'Email' })).toBeVisible();
});

test('typing in the search narrows the list', async ({ desk, widget, unique }) => {
  const question = unique('Searching for zebra beans');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await expect(desk.row(question)).toBeVisible();
  await desk.page.getByRole('textbox', { name: 'Search conversations' }).fill('zebra');
  await expect(desk.inbox.getByRole('button', { name: /zebra/ }).first()).toBeVisible();
  await expect(desk.inbox.getByRole('button').filter({ hasNotText: /zebra/ })).toHaveCount(0);
});

test('keys move through the list, take a conversation, write and leave', async ({ desk, widget, unique }) => {
  const question = unique('Keyboard only');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  await desk.messages.click();
  await desk.page.keyboard.press('r');
  await expect(desk.page.getByRole('textbox', { name: 'Reply' })).toBeFocused();
  const answer = unique('From the keyboard');
  await desk.page.keyboard.type(answer);
  await desk.page.keyboard.press('Control+Enter');
  await expect(widget.messages.getByText(answer, { exact: true })).toBeVisible();
  await desk.page.keyboard.press('Escape');
  await desk.page.keyboard.press('?');
  await expect(desk.page.getByRole('dialog', { name: /keyboard/i })).toBeVisible();
});

test('on a phone the list and the thread take turns', async ({ desk, widget, unique }) => {
  const question = unique('Pocket inbox');
  await widget.open();
  await widget.send(question);
  await desk.page.setViewportSize({ width: 390, height: 844 });
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  await expect(desk.messages).toBeVisible();
  await expect(desk.inbox).toBeHidden();
  await desk.page.getByRole('button', { name: /Back/ }).click();
  await expect(desk.inbox).toBeVisible();
});
