// What a visit is besides the conversation: before it, outside office hours, after it, and being spoken to first.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Backend } from './backend.ts';
import { expect, test, Widget } from './fixtures.ts';

/** Runs `action` with other settings, which are shared by all that use this backend. */
async function withSettings(backend: Backend, settings: string, action: () => Promise<void>): Promise<void> {
  const [before] = await backend.database.query<{ fields: unknown; hours: unknown; zone: string }>(
    'select pre_chat_fields as fields, office_hours as hours, time_zone as zone from support_chat.settings',
  );
  await backend.database.query(`update support_chat.settings set ${settings} where id`);
  try {
    await action();
  } finally {
    await backend.database.query(
      'update support_chat.settings set pre_chat_fields = $1::jsonb, office_hours = $2::jsonb, time_zone = $3 where id',
      [
        JSON.stringify(before?.fields),
        before?.hours ? JSON.stringify(before.hours) : null,
        before?.zone ?? 'UTC',
      ],
    );
  }
}

const FIELDS = `pre_chat_fields = '[
  {"name": "name"}, {"name": "email", "required": true},
  {"name": "topic", "label": "Topic", "type": "select", "required": true, "options": ["Order", "Beans"]},
  {"name": "news", "label": "Send me news", "type": "checkbox"}
]'`;

test('what is asked before a chat survives a reload, reaches the agents, and is asked once', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  await withSettings(backend, FIELDS, async () => {
    const { page, window } = widget;
    await page.getByRole('button', { name: 'Open chat' }).click();
    await expect(widget.textbox).toHaveCount(0);
    await window.getByRole('textbox', { name: 'Name' }).fill('Ada Lovelace');
    await page.reload();
    await page.getByRole('button', { name: 'Open chat' }).click();
    await expect(window.getByRole('textbox', { name: 'Name' })).toHaveValue('Ada Lovelace');
    await window.getByRole('button', { name: 'Start chat' }).click();
    // The browser itself says what is missing.
    await expect(window.getByRole('textbox', { name: 'Email' })).toBeFocused();
    await window.getByRole('textbox', { name: 'Email' }).fill('ada@example.com');
    await window.getByRole('combobox', { name: 'Topic' }).selectOption('Beans');
    await window.getByRole('checkbox', { name: 'Send me news' }).check();
    await window.getByRole('button', { name: 'Start chat' }).click();
    await expect(widget.textbox).toBeFocused();

    // Handed in and not lost, though nothing has been sent yet.
    await page.reload();
    await widget.open();
    const question = unique('Which beans for a moka pot?');
    await widget.send(question);
    await expect(widget.window.getByText('Sent', { exact: true })).toBeVisible();
    await widget.window.getByRole('button', { name: 'New conversation' }).click();
    await expect(widget.textbox).toBeVisible();
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(kept).not.toContain('ada@example.com');

    await desk.signIn();
    await desk.showTab('Unassigned');
    await desk.row(question).click();
    const facts = desk.page.getByRole('complementary');
    await expect(facts.getByRole('heading', { name: 'Ada Lovelace' })).toBeVisible();
    await expect(facts.getByRole('link', { name: 'ada@example.com' })).toBeVisible();
    await expect(facts.getByText('Beans', { exact: true })).toBeVisible();
  });
});

test('who was told by the page who the visitor is asks only for the rest', async ({ widget, backend }) => {
  await withSettings(backend, FIELDS, async () => {
    await widget.page.evaluate(() => {
      const chat = document.querySelector('support-chat');
      if (chat) chat.visitor = { name: 'Kim', email: 'kim@example.com' };
    });
    await widget.page.getByRole('button', { name: 'Open chat' }).click();
    await expect(widget.window.getByRole('combobox', { name: 'Topic' })).toBeVisible();
    await expect(widget.window.getByRole('textbox')).toHaveCount(0);
  });
});

test('a profile the database refuses does not cost the first message', async ({ widget, unique }) => {
  await widget.page.evaluate(() => {
    const chat = document.querySelector('support-chat');
    if (chat) chat.visitor = { name: 'Kim', email: 'not an address' };
  });
  const said = widget.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('support-error', (event) => resolve((event as CustomEvent).detail.message));
      }),
  );
  await widget.open();
  await widget.send(unique('Hello'));
  expect(await said).toContain('email');
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
});

test('outside office hours it says when somebody is back, and takes an address to answer to', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const tomorrow = new Date(Date.now() + 86_400_000).toLocaleDateString('en', {
    weekday: 'short',
    timeZone: 'UTC',
  });
  const hours = `office_hours = '{"${tomorrow.toLowerCase()}": [["09:00", "17:00"]]}', time_zone = 'UTC'`;
  await withSettings(backend, hours, async () => {
    await widget.page.getByRole('button', { name: 'Open chat' }).click();
    const opening = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T09:00Z`;
    const time = await widget.page.evaluate(
      (at) => new Date(at).toLocaleTimeString('en', { hour: 'numeric', minute: '2-digit' }),
      opening,
    );
    // In the visitor's own time zone.
    await expect(widget.window.getByText(`Back tomorrow at ${time}`)).toBeVisible();
    const question = unique('Are you there?');
    await widget.send(question);
    await widget.window.getByRole('textbox', { name: /Leave your email/ }).fill('late@example.com');
    await widget.window.getByRole('button', { name: 'Save' }).click();
    await expect(widget.window.getByText('We can also answer you at late@example.com.')).toBeVisible();

    await desk.signIn();
    await desk.showTab('Unassigned');
    await desk.row(question).click();
    const mail = desk.page.getByRole('link', { name: 'late@example.com' });
    await expect
      .poll(async () => new URL((await mail.getAttribute('href')) ?? '').searchParams.get('body'))
      .toContain(question);
    await expect(mail).toHaveAttribute('href', /^mailto:late@example\.com\?/);
  });
});

test('a conversation is ended, rated and reopened by its visitor, and taken home as text', async ({
  widget,
  desk,
  unique,
}) => {
  const question = unique('Do you repair grinders?');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  await desk.button('Assign to me').first().click();
  await desk.reply('We do.\nSend it in.');
  await expect(widget.messages.getByText('We do.')).toBeVisible();

  const more = widget.window.getByRole('button', { name: 'More options' });
  await more.click();
  const downloading = widget.page.waitForEvent('download');
  await widget.window.getByRole('button', { name: 'Download transcript' }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toMatch(/^\d{4}-\d\d-\d\d\.txt$/);
  const text = await readFile(await file.path(), 'utf8');
  expect(text).toContain(`You: ${question}\n`);
  expect(text).toMatch(/joined the conversation\n.*: We do\.\n {4}Send it in\./);

  await more.click();
  await widget.page.keyboard.press('Escape');
  await expect(more).toBeFocused();
  await expect(widget.window).toBeVisible();
  await more.click();
  await widget.window.getByRole('button', { name: 'End conversation' }).click();
  await widget.window.getByRole('button', { name: /^5 of 5/ }).click();
  await widget.window.getByRole('textbox', { name: /Anything you would like to add/ }).fill('Quick!');
  await widget.window.getByRole('button', { name: 'Send rating' }).click();
  await expect(widget.window.getByText('Thank you for your rating.')).toBeVisible();
  await expect(desk.page.getByText('Quick!')).toBeVisible();
  await widget.window.getByRole('button', { name: 'Reopen conversation' }).click();
  await expect(widget.textbox).toBeVisible();
});

test('a muted widget stays silent, on the next page as well', async ({ widget, desk, unique }) => {
  const question = unique('Hello?');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  const hearTones = (page: Page) =>
    page.evaluate(() => {
      document.body.dataset['tones'] = '0';
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number): void {
        document.body.dataset['tones'] = String(Number(document.body.dataset['tones']) + 1);
        start.call(this, when);
      };
    });
  const tones = () => widget.page.evaluate(() => document.body.dataset['tones']);
  const close = () => widget.page.getByRole('button', { name: 'Close chat' }).first().click();

  await hearTones(widget.page);
  await close();
  await desk.reply(unique('Heard'));
  await expect.poll(tones).toBe('2');

  await widget.open();
  await expect(desk.messages.getByText('Seen', { exact: true })).toBeVisible();
  await widget.window.getByRole('button', { name: 'More options' }).click();
  await widget.window.getByRole('button', { name: 'Mute sounds' }).click();
  await widget.page.reload();
  await hearTones(widget.page);
  await widget.open();
  await close();
  await desk.reply(unique('Not heard'));
  await expect(widget.page.getByRole('button', { name: 'Open chat, 1 unread message' })).toBeVisible();
  await widget.page.waitForTimeout(400);
  expect(await tones()).toBe('0');

  await widget.open();
  await widget.window.getByRole('button', { name: 'More options' }).click();
  await widget.window.getByRole('button', { name: 'Unmute sounds' }).click();
  await close();
  await desk.reply(unique('Heard again'));
  await expect.poll(tones).toBe('2');
});

test.describe('speaking first', () => {
  const set = (page: Page, attributes: Readonly<Record<string, string>>) =>
    page.evaluate((given) => {
      const chat = document.querySelector('support-chat');
      for (const [name, value] of Object.entries(given)) chat?.setAttribute(name, value);
    }, attributes);

  test('the window opens after a while, once, and takes no focus', async ({ newPerson }) => {
    const page = await newPerson('/');
    const widget = new Widget(page);
    await page.evaluate(() => {
      document.addEventListener('support-open', (event) => {
        document.body.dataset['opened'] = event.detail.reason;
      });
    });
    await set(page, { 'open-after': '1' });
    await expect(widget.window).toBeVisible();
    expect(await page.evaluate(() => document.body.dataset['opened'])).toBe('proactive');
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    await page.reload();
    await set(page, { 'open-after': '1' });
    await page.waitForTimeout(2_500);
    await expect(widget.window).toBeHidden();
  });

  test('a message stands beside the launcher on the pages it is for, however one gets there', async ({
    newPerson,
  }) => {
    const page = await newPerson('/');
    const widget = new Widget(page);
    const words = 'Which plan fits? We can help.';
    const bubble = page.getByRole('button', { name: words });
    await set(page, { 'open-on-url': '/pricing*, */plans?from=*', 'proactive-message': words });
    await page.waitForTimeout(1_200);
    await expect(bubble).toHaveCount(0);
    await page.evaluate(() => history.pushState(null, '', '/pricing/pro'));
    await expect(bubble).toBeVisible();
    await bubble.click();
    await expect(widget.window.getByText(words)).toBeVisible();
    await page.reload();
    await set(page, { 'open-on-url': '/pricing*, */plans?from=*', 'proactive-message': words });
    await page.waitForTimeout(1_200);
    await expect(bubble).toHaveCount(0);
  });

  test('it waits for the page to be read as far as wanted, and leaves those alone who have chatted', async ({
    newPerson,
    unique,
  }) => {
    const words = 'Still looking?';
    const page = await newPerson('/');
    await set(page, { 'open-on-scroll': '50', 'proactive-message': words });
    await page.waitForTimeout(1_200);
    await expect(page.getByRole('button', { name: words })).toHaveCount(0);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expect(page.getByRole('button', { name: words })).toBeVisible();

    const other = await newPerson('/');
    const widget = new Widget(other);
    await widget.open();
    await widget.send(unique('Just asking'));
    await other.reload();
    await set(other, { 'proactive-message': words });
    await other.waitForTimeout(2_000);
    await expect(other.getByRole('button', { name: words })).toHaveCount(0);
  });

  test('on a phone nothing covers the page', async ({ newPerson }) => {
    const page = await newPerson('/');
    await page.setViewportSize({ width: 390, height: 844 });
    await set(page, { 'open-after': '0' });
    await expect(page.getByRole('button', { name: /Hello! How can we help\?/ })).toBeVisible();
    await expect(new Widget(page).window).toBeHidden();
  });
});
