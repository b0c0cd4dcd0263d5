import { Desk, expect, test, Widget } from './fixtures.ts';

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

test('the demo accounts are shown for signing in, and out of the way after it', async ({ desk }) => {
  await expect(desk.page.getByText('support-demo')).toBeVisible();
  await desk.signIn();
  await expect(desk.page.getByText('support-demo')).toBeHidden();
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
  await expect(desk.messages.getByText(question, { exact: true })).toBeVisible();
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

test('a conversation closed by a colleague lets the sentence be finished, and no letter acts', async ({
  desk,
  widget,
  newPerson,
  unique,
}) => {
  const question = unique('Closing time');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  const colleague = new Desk(await newPerson('/dashboard.html'));
  await colleague.signIn('agent2@example.com');
  await colleague.showTab('Unassigned');
  await colleague.row(question).click();
  const field = desk.page.getByRole('textbox', { name: 'Reply' });
  await field.fill('I was about to');
  await colleague.button('Close conversation').click();
  await expect(desk.button('Reopen conversation')).toBeVisible();
  await desk.page.keyboard.type(' answer');
  await desk.page.keyboard.press('Enter');
  await expect(field).toHaveValue('I was about to answer');
  await expect(field).toBeFocused();
  await desk.button('Reopen conversation').click();
  await expect(desk.button('Close conversation')).toBeVisible();
  await field.press('Enter');
  await expect(widget.messages.getByText('I was about to answer', { exact: true })).toBeVisible();
});

test('the focus stays on a row when another one jumps over it', async ({
  desk,
  widget,
  newPerson,
  unique,
}) => {
  const early = unique('Early bird');
  await widget.open();
  await widget.send(early);
  const other = new Widget(await newPerson('/'));
  await other.open();
  const late = unique('Night owl');
  await other.send(late);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.page.getByRole('combobox', { name: 'Sort' }).selectOption('newest');
  await expect(desk.inbox.getByRole('button').first()).toContainText(late);
  await desk.row(late).focus();
  const more = unique('Early bird again');
  await widget.send(more);
  await expect(desk.inbox.getByRole('button').first()).toContainText(more);
  await expect(desk.row(late)).toBeFocused();
});

test('an agent who is deactivated gets a clear page, and colleagues notice nothing', async ({
  desk,
  newPerson,
  widget,
  backend,
  unique,
}) => {
  const email = `leaver-${Date.now()}@example.com`;
  await backend.signUp(email, 'support-demo');
  await backend.database.query(
    `insert into support_chat.agents (user_id, display_name) select id, 'Leaver' from auth.users where email = $1`,
    [email],
  );
  const leaver = new Desk(await newPerson('/dashboard.html'));
  await leaver.signIn(email);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await backend.database.query(
    `update support_chat.agents set active = false where user_id = (select id from auth.users where email = $1)`,
    [email],
  );
  await expect(leaver.page.getByText(/not an agent/i)).toBeVisible();
  await expect(leaver.inbox).toHaveCount(0);
  const question = unique('Still served');
  await widget.open();
  await widget.send(question);
  await expect(desk.row(question)).toBeVisible();
  await expect(desk.page.getByText('No connection')).toHaveCount(0);
});

test('J walks through hundreds of conversations in a small document', async ({ desk, backend }) => {
  await backend.database.execute(`do $$
    declare v uuid; c uuid;
    begin
      for i in 1..300 loop
        insert into support_chat.visitors (name) values ('Crowd ' || i) returning id into v;
        insert into support_chat.sessions (visitor_id, client_id) values (v, gen_random_uuid()) returning id into c;
        insert into support_chat.messages (session_id, client_id, sender_type, kind, content)
        values (c, gen_random_uuid(), 'customer', 'text', 'Crowded ' || i);
      end loop;
    end $$`);
  await desk.signIn();
  await desk.showTab('Unassigned');
  const row = desk.inbox.getByRole('button');
  await expect(row.first()).toBeVisible();
  const focus = () =>
    desk.page.evaluate(() => {
      const root = document.querySelector('support-dashboard')?.shadowRoot;
      const active = root?.activeElement;
      const panel = root?.querySelector('#inbox-panel')?.getBoundingClientRect();
      if (!root || !panel || !active?.matches('.row__button')) return null;
      const { top, bottom } = active.getBoundingClientRect();
      return {
        place: Number(active.parentElement?.getAttribute('aria-posinset')),
        inView: top >= panel.top - 1 && bottom <= panel.bottom + 1,
        nodes: root.querySelectorAll('*').length,
      };
    });
  for (let place = 1; place <= 90; place++) {
    await desk.page.keyboard.press('j');
    await expect.poll(focus, { intervals: [10, 20, 50, 100] }).toMatchObject({ place, inView: true });
  }
  expect((await focus())?.nodes).toBeLessThan(2000);
  await backend.database.execute(`delete from support_chat.visitors where name like 'Crowd %'`);
});
