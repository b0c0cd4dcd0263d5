import type { Locator, Page } from '@playwright/test';
import { violations } from './axe.ts';
import type { Backend } from './backend.ts';
import { Desk, expect, test } from './fixtures.ts';

/** Conversations of visitors who have waited for nine days, the first one longest; `patch` sets columns of all of them. */
async function visitors(backend: Backend, names: readonly string[], patch = 'rating = null'): Promise<void> {
  await backend.database.execute(
    names
      .map(
        (name, place) => `do $$
    declare v uuid; c uuid;
    begin
      insert into support_chat.visitors (name) values ('${name}') returning id into v;
      insert into support_chat.sessions (visitor_id, client_id) values (v, gen_random_uuid()) returning id into c;
      insert into support_chat.messages (session_id, client_id, sender_type, kind, content, created_at)
      values (
        c, gen_random_uuid(), 'customer', 'text', 'Question of ${name}',
        now() - interval '9 days' + interval '${place} seconds'
      );
      update support_chat.sessions set ${patch} where id = c;
    end $$;`,
      )
      .join('\n'),
  );
}

const thread = (page: Page) => page.getByRole('heading', { level: 2 }).first();

/** Signs in and opens a conversation of a tab. */
async function open(desk: Desk, tab: 'Unassigned' | 'All', name: string): Promise<void> {
  await desk.signIn();
  await desk.showTab(tab);
  await desk.row(name).click();
  await expect(thread(desk.page)).toHaveText(name);
}

test('from the list to close and next by keys alone, and back again', async ({ desk, backend, unique }) => {
  const names = [unique('Abel'), unique('Berta'), unique('Carl')];
  const [abel = '', berta = ''] = names;
  await visitors(backend, names);
  await desk.signIn();
  const { keyboard } = desk.page;
  await desk.page.getByRole('tab', { name: 'Unassigned' }).focus();
  await keyboard.press('Enter');
  await expect(desk.row(abel)).toBeVisible();
  await desk.page.getByRole('tab', { name: 'Unassigned' }).press('j');
  await expect(desk.row(abel)).toBeFocused();
  await keyboard.press('Enter');
  await expect(thread(desk.page)).toHaveText(abel);
  await keyboard.press('e');
  await expect(thread(desk.page)).toHaveText(berta);
  await expect(desk.row(abel)).toHaveCount(0);
  await expect(desk.page.getByText(`${abel}: closed`)).toBeVisible();
  await keyboard.press('Control+z');
  await expect(thread(desk.page)).toHaveText(abel);
  await expect(desk.button('Close conversation')).toBeVisible();
  // It waits as it did, and not from now on.
  await expect(desk.row(abel)).toContainText('waiting 9 days');
});

test('what left the list stays what keys are about while it is on screen', async ({
  desk,
  backend,
  unique,
}) => {
  const [abel, berta] = [unique('Abel'), unique('Berta')];
  await visitors(backend, [abel, berta]);
  await desk.signIn();
  await desk.showTab('Unassigned');
  const { keyboard } = desk.page;
  await desk.row(abel).focus();
  await keyboard.press('Enter');
  await expect(thread(desk.page)).toHaveText(abel);
  await keyboard.press('i');
  await expect(desk.row(abel)).toHaveCount(0);
  // The keyboard's place goes to the row that came up, which nobody chose.
  await expect(desk.row(berta)).toBeFocused();
  await keyboard.press('Shift+E');
  await expect(desk.page.getByText(`${abel}: closed`)).toBeVisible();
  await expect(desk.row(berta)).toBeVisible();
  // A row somebody goes to is meant.
  await keyboard.press('j');
  await keyboard.press('k');
  await expect(desk.row(berta)).toBeFocused();
  await keyboard.press('e');
  await expect(desk.page.getByText(`${berta}: closed`)).toBeVisible();
});

test('a reply that closes leads on as closing does, and can be taken back', async ({
  desk,
  backend,
  unique,
}) => {
  const [abel, berta] = [unique('Abel'), unique('Berta')];
  await visitors(backend, [abel, berta]);
  await open(desk, 'Unassigned', abel);
  await desk.page.getByRole('textbox', { name: 'Reply' }).fill('Goodbye');
  await desk.button('More ways to send').click();
  await desk.page.getByRole('menuitem', { name: 'Send and close' }).click();
  await expect(thread(desk.page)).toHaveText(berta);
  await expect(desk.page.getByText(`${abel}: closed`)).toBeVisible();
  await desk.page.getByRole('button', { name: 'Reopen conversation' }).click();
  await expect(thread(desk.page)).toHaveText(abel);
  await expect(desk.messages.getByText('Goodbye')).toBeVisible();
});

test('a key that is held down is not typed into what it opened, and does not send', async ({
  desk,
  backend,
  unique,
}) => {
  const name = unique('Held');
  await visitors(backend, [name]);
  await open(desk, 'All', name);
  const { keyboard } = desk.page;
  const reply = desk.page.getByRole('textbox', { name: 'Reply' });
  const hold = async (key: string, field: Locator) => {
    await keyboard.down(key);
    await expect(field).toBeFocused();
    for (let count = 0; count < 3; count++) await keyboard.down(key);
    await keyboard.up(key);
  };
  await hold('r', reply);
  await expect(reply).toHaveValue('');
  await keyboard.press('r');
  await keyboard.down('o');
  await keyboard.down('o');
  await keyboard.up('o');
  await expect(reply).toHaveValue('roo');
  await keyboard.press('Escape');
  await keyboard.press('Control+k');
  await keyboard.type('Reply');
  await hold('Enter', reply);
  await expect(reply).toHaveValue('roo');
  await keyboard.press('Escape');
  const palette = desk.page.getByRole('combobox', { name: 'Tag' });
  await hold('l', palette);
  await expect(palette).toHaveValue('');
});

test('the menu of a row is where it was asked for', async ({ desk, backend, unique }) => {
  const name = unique('Mona');
  await visitors(backend, [name]);
  await desk.signIn();
  await desk.showTab('All');
  const row = await desk.row(name).boundingBox();
  if (!row) throw new Error('There is no row.');
  const [x, y] = [row.x + 40, row.y + 20];
  await desk.page.mouse.click(x, y, { button: 'right' });
  const menu = await desk.page.getByRole('menu').boundingBox();
  expect(menu?.x).toBeCloseTo(x, -1);
  expect(menu?.y).toBeCloseTo(Math.min(y, 720 - 430), -1);
});

test('of two agents who take one at once, the second hears who was first', async ({
  desk,
  backend,
  newPerson,
  unique,
}) => {
  const name = unique('Dora');
  await visitors(backend, [name]);
  await open(desk, 'Unassigned', name);
  const colleague = new Desk(await newPerson('/dashboard.html'));
  await colleague.signIn('agent2@example.com');
  await colleague.showTab('Unassigned');
  await colleague.row(name).click();
  // What the colleague does is not heard of here before the own try.
  await desk.page.route('**/rpc/desk_sync', (route) => route.abort());
  backend.faults.dropSockets();
  await colleague.page.keyboard.press('i');
  await expect(colleague.page.getByText(`${name}: assigned to you`)).toBeVisible();
  await desk.page.keyboard.press('i');
  await expect(desk.page.getByRole('alert')).toContainText('took it first');
  await desk.page.unroute('**/rpc/desk_sync');
});

test('several are chosen, given to a colleague, tagged, and taken back', async ({
  desk,
  backend,
  unique,
}) => {
  const names = [unique('Emil'), unique('Frida')];
  const [emil = '', frida = ''] = names;
  await visitors(backend, names);
  await desk.signIn();
  await desk.showTab('Unassigned');
  const { keyboard } = desk.page;
  await desk.row(emil).focus();
  await keyboard.press('x');
  await keyboard.press('j');
  await keyboard.press('x');
  await expect(desk.page.getByText('2 selected')).toBeVisible();
  await desk.button('Tag').click();
  await keyboard.type('bulky');
  await keyboard.press('Enter');
  await expect(desk.button('Select')).toBeFocused();
  await expect(desk.row(frida)).toContainText('bulky');
  await expect(desk.row(emil)).toContainText('bulky');
  await desk.row(emil).focus();
  await keyboard.press('x');
  await keyboard.press('j');
  await keyboard.press('x');
  await desk.button('Assign').click();
  await desk.page.getByRole('option', { name: /^Tom/ }).click();
  await expect(desk.row(emil)).toHaveCount(0);
  await expect(desk.row(frida)).toHaveCount(0);
  await desk.button('Undo').click();
  await expect(desk.row(emil)).toBeVisible();
  await expect(desk.row(frida)).toBeVisible();
});

test('a phone reaches what others do by keys, and no message covers a menu', async ({
  newPerson,
  backend,
  unique,
}) => {
  const name = unique('Pia');
  await visitors(backend, [name]);
  const desk = new Desk(
    await newPerson('/dashboard.html', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    }),
  );
  const { page } = desk;
  await desk.signIn();
  await desk.showTab('All');
  await desk.row(name).tap();
  await desk.button('More about this conversation').tap();
  await page.getByRole('menuitem', { name: 'Set priority…' }).tap();
  await page.getByRole('option', { name: 'Urgent' }).tap();
  await expect(page.getByText(`${name}: priority set to urgent`)).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Urgent priority');
  await desk.button('Back to the list').tap();
  await page.getByRole('button', { name: /^Account/ }).tap();
  await page.getByRole('menuitemradio', { name: /^Online/ }).tap({ timeout: 2_000 });
  await expect(page.getByRole('menu')).toHaveCount(0);
});

test('the palette finds a closed conversation and what can be done about it', async ({
  desk,
  backend,
  unique,
}) => {
  const name = unique('Gerda Quokkaberg');
  await visitors(backend, [name], `status = 'closed'`);
  await desk.signIn();
  const { keyboard } = desk.page;
  await desk.page.keyboard.press('Control+k');
  await expect(desk.page.getByRole('combobox', { name: /Search commands/ })).toBeFocused();
  await keyboard.type('quokkaberg');
  await expect(desk.page.getByRole('option', { name: new RegExp(name) })).toBeVisible();
  await keyboard.press('Enter');
  await expect(thread(desk.page)).toHaveText(name);
  await keyboard.press('Control+k');
  await keyboard.type('reopen');
  await keyboard.press('Enter');
  await expect(desk.button('Close conversation')).toBeVisible();
  await keyboard.press('z');
  await keyboard.type('hour');
  await keyboard.press('Enter');
  await expect(desk.page.getByText(`${name}: snoozed until`)).toBeVisible();
});

test('a search looks through everything there is, and marks what it finds', async ({
  desk,
  backend,
  unique,
}) => {
  const name = unique('Hugo');
  await visitors(backend, [name], `status = 'closed'`);
  await desk.signIn();
  await desk.page.getByRole('textbox', { name: 'Search conversations' }).fill('question of hugo');
  await expect(desk.row(name)).toBeVisible();
  await expect(desk.row(name).locator('mark').first()).toBeVisible();
  await desk.page.keyboard.press('Escape');
  await expect(desk.row(name)).toHaveCount(0);
});

test('a filter, a priority and the unread are found again after a reload where the address may tell', async ({
  desk,
  backend,
  unique,
}) => {
  const names = [unique('Ida'), unique('Jarl')];
  const [ida = '', jarl = ''] = names;
  await visitors(backend, names.slice(0, 1), `priority = 'urgent'`);
  await visitors(backend, names.slice(1));
  const allow = () =>
    desk.page.evaluate(() => document.querySelector('support-dashboard')?.setAttribute('hash', ''));
  await desk.signIn();
  await allow();
  await desk.showTab('Unassigned');
  await expect(desk.row(jarl)).toBeVisible();
  await desk.button('Filter').click();
  await desk.page.getByRole('combobox', { name: 'Priority' }).selectOption('Urgent');
  await expect(desk.row(jarl)).toHaveCount(0);
  await desk.row(ida).click();
  await expect(thread(desk.page)).toHaveText(ida);
  expect(new URL(desk.page.url()).hash).toMatch(/^#tab=unassigned&priority=urgent&conversation=/);
  await desk.page.reload();
  await allow();
  await expect(thread(desk.page)).toHaveText(ida);
  await expect(desk.page.getByRole('button', { name: 'Remove filter: Urgent priority' })).toBeVisible();
  await desk.page.keyboard.press('u');
  await expect(desk.row(ida)).toContainText('1 unread message');
  await desk.row(ida).click();
  await expect(thread(desk.page)).toHaveText(ida);
  await desk.page.keyboard.press('Escape');
  await expect(thread(desk.page)).toHaveCount(0);
  // Back to the conversation, and on to the list again.
  await desk.page.goBack();
  await expect(thread(desk.page)).toHaveText(ida);
  await desk.page.goForward();
  await expect(thread(desk.page)).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in what is new, in ${colorScheme}`, async ({ desk, backend, unique }) => {
    const name = unique('Kuno');
    await visitors(backend, [name], `priority = 'high', tags = '{vip}', snoozed_until = 'infinity'`);
    const { page } = desk;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await desk.signIn();
    await desk.showTab('All');
    await desk.button('Filter').click();
    expect(await violations(page), 'filters').toEqual([]);
    await page.keyboard.press('Escape');
    await desk.button('Select').click();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    expect(await violations(page), 'bulk bar').toEqual([]);
    await desk.button('Clear selection').click();
    await desk.row(name).click({ button: 'right' });
    await expect(page.getByRole('menu')).toBeVisible();
    expect(await violations(page), 'menu of a row').toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    expect(await violations(page), 'palette').toEqual([]);
    await page.keyboard.press('Escape');
    await desk.row(name).focus();
    await page.keyboard.press('z');
    await page.getByRole('option', { name: /Pick a time/ }).click();
    expect(await violations(page), 'time').toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Search conversations' }).fill(name);
    await expect(page.getByText('1 conversation found')).toBeVisible();
    expect(await violations(page), 'search').toEqual([]);
  });
}
