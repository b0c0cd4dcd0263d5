import { Desk, expect, test, Widget } from './fixtures.ts';

test.use({ motion: 'no-preference' });

test('a message reaches the agent, the answer comes back, and closing shows on both sides', async ({
  widget,
  desk,
  unique,
}) => {
  await desk.signIn();
  await desk.showTab('Unassigned');

  const question = unique('Do you ship to Norway?');
  await widget.open();
  await widget.send(question);

  await desk.row(question).click();
  await expect(desk.messages.getByText(question, { exact: true })).toBeVisible();
  await desk.button('Assign to me').first().click();
  await expect(widget.messages.getByText(/joined/)).toBeVisible();
  await desk.showTab('Mine');
  await expect(desk.row(question)).toBeVisible();

  const answer = unique('We do, within five days.');
  await desk.reply(answer);
  await expect(widget.messages.getByText(answer, { exact: true })).toBeVisible();

  await desk.button('Close conversation').click();
  await expect(desk.button('Reopen conversation').first()).toBeVisible();
  await expect(widget.messages.getByText(/closed/i)).toBeVisible();

  await desk.button('Reopen conversation').first().click();
  await expect(desk.button('Close conversation')).toBeVisible();
  await expect(widget.messages.getByText(/reopened/i)).toBeVisible();
  await expect(widget.textbox).toBeVisible();
});

test('a conversation survives a reload on both sides', async ({ widget, desk, unique }) => {
  const question = unique('Is the grinder back in stock?');
  await widget.open();
  await widget.send(question);
  await widget.page.reload();
  await widget.open();
  await expect(widget.messages.getByText(question, { exact: true })).toBeVisible();

  await desk.signIn();
  await desk.showTab('Unassigned');
  await expect(desk.row(question)).toBeVisible();
  await desk.page.reload();
  await desk.showTab('Unassigned');
  await expect(desk.row(question)).toBeVisible();
});

test('an answer while the window is closed shows on the launcher', async ({ widget, desk, unique }) => {
  const question = unique('Which filter fits the V60?');
  await widget.open();
  await widget.send(question);
  await widget.page.getByRole('button', { name: 'Close chat' }).first().click();
  await expect(widget.window).toBeHidden();

  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  await desk.reply('The size 02 fits.');
  await desk.reply('They are on the filters page.');

  const launcher = widget.page.getByRole('button', { name: 'Open chat, 2 unread messages' });
  await expect(launcher).toBeVisible();
  await launcher.click();
  await expect(widget.messages.getByText('The size 02 fits.')).toBeVisible();
  await expect(widget.messages.getByText('New', { exact: true })).toBeVisible();
  await expect(widget.page.getByRole('button', { name: /unread/ })).toHaveCount(0);
});

test('a note stays with the agents and leaves no gap for the visitor', async ({ widget, desk, unique }) => {
  const question = unique('Can I change my address?');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();

  const note = unique('Customer is a friend of the boss.');
  await desk.page.getByRole('button', { name: 'Note', exact: true }).click();
  await desk.page.getByRole('textbox', { name: 'Note' }).fill(note);
  await desk.button('Send').click();
  await expect(desk.messages.getByText(note, { exact: true })).toBeVisible();
  await desk.page.getByRole('button', { name: 'Reply', exact: true }).click();
  const answer = unique('Of course, which address?');
  await desk.reply(answer);

  await expect(widget.messages.getByText(answer, { exact: true })).toBeVisible();
  await expect(widget.page.getByText(note)).toHaveCount(0);
  await widget.page.reload();
  await widget.open();
  await expect(widget.messages.getByText(answer, { exact: true })).toBeVisible();
  await expect(widget.page.getByText(note)).toHaveCount(0);
});

test('of two agents who take a conversation at once, one has it and the other is told who', async ({
  widget,
  desk,
  newPerson,
  unique,
}) => {
  const question = unique('My parcel is late.');
  await widget.open();
  await widget.send(question);

  const second = new Desk(await newPerson('/dashboard.html'));
  await desk.signIn();
  await second.signIn('agent2@example.com');
  for (const agent of [desk, second]) {
    await agent.showTab('Unassigned');
    await agent.row(question).click();
    await expect(agent.messages.getByText(question, { exact: true })).toBeVisible();
  }
  // The second agent's screen is stale: nothing of the first one's click reaches it.
  await second.page.route('**/rpc/desk_sync', (route) => route.abort());
  await second.page.route('**/rpc/desk_assign', async (route) => {
    await desk.button('Assign to me').first().click();
    await expect(desk.button('Assign to me')).toHaveCount(0);
    await route.continue();
  });
  await second.button('Assign to me').first().click();
  await expect(second.page.getByRole('alert')).toHaveText(/Maya Brandt took it first/);
});

test('the agent sees the visitor type, and the visitor the agent', async ({ widget, desk, unique }) => {
  const question = unique('Is there a discount for students?');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  await expect(desk.messages.getByText(question, { exact: true })).toBeVisible();

  // A notice that comes before the other side listens is lost; whoever goes on typing gives the next one.
  await expect(async () => {
    await desk.page.getByRole('textbox', { name: 'Reply' }).pressSequentially('x');
    await expect(widget.window.getByText(/is typing/)).toBeAttached({ timeout: 2500 });
  }).toPass();
  await expect(async () => {
    await widget.textbox.pressSequentially('x');
    await expect(desk.page.getByText(/is typing/)).toBeAttached({ timeout: 2500 });
  }).toPass();
});

test('a second tab of the same visitor shows what the first one sends', async ({ widget, unique }) => {
  const question = unique('Do you roast on weekends?');
  await widget.open();
  await widget.send(question);
  const tab = await widget.page.context().newPage();
  await tab.goto(widget.page.url());
  const second = new Widget(tab);
  await second.open();
  await expect(second.messages.getByText(question, { exact: true })).toBeVisible();
  const more = unique('Saturdays, I mean.');
  await widget.send(more);
  await expect(second.messages.getByText(more, { exact: true })).toBeVisible();
});
