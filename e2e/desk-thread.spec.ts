// What agents do in a conversation besides talking: answers at hand, notes that call colleagues, what follows a message.
import { readFile } from 'node:fs/promises';
import { violations } from './axe.ts';
import { Desk, expect, test, Widget } from './fixtures.ts';

/** A conversation of a visitor's, open in front of an agent who has taken it. */
async function begin(widget: Widget, desk: Desk, question: string): Promise<void> {
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  await desk.button('Assign to me').first().click();
  await expect(desk.button('Assign to me')).toHaveCount(0);
}

/** The second agent, with the same conversation in front of them. */
async function join(page: Desk['page'], question: string): Promise<Desk> {
  const second = new Desk(page);
  await second.signIn('agent2@example.com');
  await second.showTab('All');
  await second.row(question).click();
  await expect(second.messages.getByText(question, { exact: true })).toBeVisible();
  return second;
}

test('a saved answer is found by its shortcut, filled in, and held back while something is missing', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  await backend.database.query(
    `insert into support_chat.canned_responses (shortcut, title, content)
     values ('from-us', 'A word from the team', 'Dear {{visitor.name}}, {{team.name}} says hello.')
     on conflict do nothing`,
  );
  await begin(widget, desk, unique('Anybody there?'));
  const reply = desk.page.getByRole('textbox', { name: 'Reply' });
  await reply.pressSequentially('/from');
  const list = desk.page.getByRole('listbox', { name: 'Saved answers' });
  await expect(list.getByRole('option', { name: /from-us/ })).toHaveAttribute('aria-selected', 'true');
  await expect(desk.page.getByRole('group', { name: 'What it says' })).toContainText(
    'Northbound Coffee says hello',
  );
  expect(await violations(desk.page)).toEqual([]);

  await reply.press('Enter');
  await expect(reply).toHaveValue('Dear {{visitor.name}}, Northbound Coffee says hello.');
  await reply.press('Enter');
  await expect(desk.page.getByText(/is empty here\. Fill it in first/)).toBeVisible();
  await expect(desk.messages.getByText('says hello')).toHaveCount(0);
  expect(await violations(desk.page)).toEqual([]);

  // What is missing is selected, so that the name only has to be typed.
  await reply.pressSequentially('Vera');
  await reply.press('Enter');
  await expect(widget.messages.getByText('Dear Vera, Northbound Coffee says hello.')).toBeVisible();
});

test('a colleague who is called in a note is told, and finds it', async ({
  widget,
  desk,
  newPerson,
  unique,
}) => {
  const second = new Desk(await newPerson('/dashboard.html'));
  await second.signIn('agent2@example.com');
  await begin(widget, desk, unique('My grinder is broken.'));

  await desk.button('Note').click();
  const note = desk.page.getByRole('textbox', { name: 'Note' });
  await note.pressSequentially('@to');
  await expect(desk.page.getByRole('option', { name: 'Tom Okafor' })).toBeVisible();
  await note.press('Enter');
  const words = unique('do you know this grinder?');
  await note.pressSequentially(words);
  await note.press('Enter');
  await expect(desk.messages.getByText(`@Tom Okafor ${words}`)).toBeVisible();

  const mention = second.page.getByText(/^Maya Brandt mentioned you/);
  await expect(mention).toBeVisible();
  expect(await violations(second.page)).toEqual([]);
  // Nobody misses it who comes later.
  await second.page.reload();
  await expect(mention).toBeVisible();
  await second.button('Open').click();
  await expect(second.messages.getByText(words)).toBeVisible();
  await expect(mention).toHaveCount(0);
  await expect(async () => {
    await second.page.reload();
    await expect(second.page.getByRole('tab', { name: 'Mine' })).toBeVisible();
    await expect(mention).toHaveCount(0);
  }).toPass();
  await expect(widget.page.getByText(words)).toHaveCount(0);
});

test('a message closes the conversation behind it, or puts it off', async ({ widget, desk, unique }) => {
  await begin(widget, desk, unique('Thanks, that was all.'));
  const farewell = unique('You are welcome!');
  await desk.page.getByRole('textbox', { name: 'Reply' }).fill(farewell);
  await desk.button('More ways to send').click();
  expect(await violations(desk.page)).toEqual([]);
  await desk.page.getByRole('menuitem', { name: 'Send and close' }).click();
  await expect(desk.button('Reopen conversation').first()).toBeVisible();
  await expect(widget.messages.getByText(farewell)).toBeVisible();
  await expect(widget.messages.getByText(/closed/i)).toBeVisible();

  await desk.button('Reopen conversation').first().click();
  const later = unique('I will look again tomorrow.');
  await desk.page.getByRole('textbox', { name: 'Reply' }).fill(later);
  await desk.button('More ways to send').click();
  await desk.page.getByRole('menuitem', { name: /until tomorrow/ }).click();
  await desk.showTab('All');
  await expect(desk.row(later)).toHaveAccessibleName(/snoozed/);
});

test('what is being written survives a reload, as what it was', async ({ widget, desk, unique }) => {
  const question = unique('Can you keep a secret?');
  await begin(widget, desk, question);
  await desk.button('Note').click();
  await desk.page.getByRole('textbox', { name: 'Note' }).fill('Half a note');
  await desk.page.reload();
  await desk.showTab('Mine');
  await desk.row(question).click();
  await expect(desk.page.getByRole('textbox', { name: 'Note' })).toHaveValue('Half a note');
  await desk.button('Reply').click();
  await desk.page.getByRole('textbox', { name: 'Reply' }).fill('Half a reply');
  await desk.page.reload();
  await desk.showTab('Mine');
  await desk.row(question).click();
  await expect(desk.page.getByRole('textbox', { name: 'Reply' })).toHaveValue('Half a reply');
});

test('two agents see that both are looking, and that one is replying', async ({
  widget,
  desk,
  newPerson,
  unique,
}) => {
  const question = unique('Who answers me?');
  await begin(widget, desk, question);
  const second = await join(await newPerson('/dashboard.html'), question);
  await expect(desk.page.getByText('Tom Okafor is looking at this too')).toBeVisible({ timeout: 60_000 });
  await expect(second.page.getByText('Maya Brandt is looking at this too')).toBeVisible({ timeout: 60_000 });
  await expect(async () => {
    await second.page.getByRole('textbox', { name: 'Reply' }).pressSequentially('x');
    await expect(desk.page.getByText('Tom Okafor is replying…')).toBeVisible({ timeout: 2_500 });
  }).toPass();
});

test('whoever begins to answer what nobody has is asked to take it', async ({ widget, desk, unique }) => {
  const question = unique('Hello?');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  await desk.page.getByRole('textbox', { name: 'Reply' }).pressSequentially('Hi');
  await expect(
    desk.page.getByText('Take this conversation, so that nobody else answers it too.'),
  ).toBeVisible();
  await desk.button('Assign to me').first().click();
  await expect(desk.page.getByText('Take this conversation')).toHaveCount(0);
  await expect(desk.page.getByRole('textbox', { name: 'Reply' })).toHaveValue('Hi');
});

test('the sending key is chosen once, and a line is begun with the other', async ({
  widget,
  desk,
  unique,
}) => {
  await begin(widget, desk, unique('One thing.'));
  await desk.button('More ways to send').click();
  await desk.page.getByRole('menuitemradio', { name: /Ctrl or ⌘/ }).click();
  await desk.page.reload();
  await desk.showTab('Mine');
  await desk.inbox.getByRole('button').first().click();
  const reply = desk.page.getByRole('textbox', { name: 'Reply' });
  await reply.pressSequentially('One');
  await reply.press('Enter');
  await reply.pressSequentially('Two');
  await expect(reply).toHaveValue('One\nTwo');
  await reply.press('ControlOrMeta+Enter');
  await expect(reply).toHaveValue('');
});

test('an emoji is found by its name', async ({ widget, desk, unique }) => {
  await begin(widget, desk, unique('It works now.'));
  await desk.button('Insert an emoji').click();
  expect(await violations(desk.page)).toEqual([]);
  await desk.page.getByRole('combobox', { name: 'Search emoji' }).fill('tada');
  await desk.page.keyboard.press('Enter');
  const reply = desk.page.getByRole('textbox', { name: 'Reply' });
  await expect(reply).toBeFocused();
  await expect(reply).toHaveValue('🎉');
});

test('what agents correct and remember of a visitor is there for the next one, and not for the visitor', async ({
  widget,
  desk,
  newPerson,
  unique,
}) => {
  const question = unique('I am new here.');
  const answers: string[] = [];
  widget.page.on('response', async (response) => {
    if (response.url().includes('/rpc/')) answers.push(await response.text().catch(() => ''));
  });
  await begin(widget, desk, question);
  const memo = unique('Prefers tea');
  await desk.page.getByRole('textbox', { name: 'Memo for the team' }).fill(memo);
  await desk.button('Save').click();
  await expect(desk.button('Save')).toHaveCount(0);
  await desk.button('Edit name and email').click();
  expect(await violations(desk.page)).toEqual([]);
  const name = unique('Zoe Martin');
  await desk.page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await desk.page.getByRole('textbox', { name: 'Email address' }).fill('nonsense');
  await desk.button('Save').click();
  await expect(desk.page.getByText('This is not an email address.')).toBeVisible();
  await desk.page.getByRole('textbox', { name: 'Email address' }).fill('zoe@example.com');
  await desk.button('Save').click();
  await desk.showTab('Mine');
  await expect(desk.row(name).first()).toBeVisible();

  const second = await join(await newPerson('/dashboard.html'), question);
  await expect(second.page.getByRole('textbox', { name: 'Memo for the team' })).toHaveValue(memo);
  await widget.page.reload();
  await widget.open();
  await widget.send(unique('Still here.'));
  expect(answers.length).toBeGreaterThan(2);
  expect(answers.filter((answer) => answer.includes('Prefers tea'))).toEqual([]);
});

test('the pages that a visitor came by are shown, the newest first, and what time it is there', async ({
  newPerson,
  desk,
  unique,
}) => {
  const question = unique('Where was I?');
  const widget = new Widget(await newPerson('/', { timezoneId: 'Asia/Kathmandu' }));
  await widget.open();
  await widget.send(question);
  for (const path of ['/grinders', '/cart']) {
    const noted = widget.page.waitForResponse((response) =>
      Boolean(response.url().includes('/rpc/chat_sync') && response.request().postData()?.includes(path)),
    );
    await widget.page.evaluate((to) => history.pushState(null, '', to), path);
    await noted;
  }
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  const details = desk.page.getByRole('complementary', { name: 'About the visitor' });
  await expect(details.getByText('Pages before')).toBeVisible();
  await expect(details.getByRole('listitem').first().getByRole('link')).toHaveAttribute(
    'href',
    /\/grinders$/,
  );
  // A quarter to or past what it is anywhere near here.
  const clock = new Intl.DateTimeFormat('en', { timeStyle: 'short', timeZone: 'Asia/Kathmandu' });
  const shown = details.locator('dt:has-text("Local time") + dd');
  await expect.poll(async () => (await shown.textContent()) === clock.format()).toBe(true);
});

test('a transcript for the visitor has no notes, a table has them, and no formula', async ({
  widget,
  desk,
  unique,
}) => {
  const question = unique('=HYPERLINK("https://evil.example")');
  await begin(widget, desk, question);
  const note = unique('Be careful');
  await desk.button('Note').click();
  await desk.page.getByRole('textbox', { name: 'Note' }).fill(note);
  await desk.button('Send').click();
  await expect(desk.messages.getByText(note)).toBeVisible();
  const save = async (item: string) => {
    await desk.button('More about this conversation').click();
    const [file] = await Promise.all([
      desk.page.waitForEvent('download'),
      desk.page.getByRole('menuitem', { name: item, exact: true }).click(),
    ]);
    return readFile(await file.path(), 'utf8');
  };
  const text = await save('Download as text');
  expect(text).toContain(question);
  expect(text).not.toContain(note);
  const csv = await save('Download as CSV, with notes');
  expect(csv).toContain(`"${note}"`);
  expect(csv).toContain(`"'=HYPERLINK(""https://evil.example"")`);
});
