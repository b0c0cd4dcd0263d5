import type { Page } from '@playwright/test';
import { expect, test, Widget } from './fixtures.ts';

/** A page of the same origin with this body; the elements' script is loaded first. */
async function pageWith(page: Page, body: string, script = 'support-chat.js'): Promise<void> {
  await page.route('**/custom.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title><body>
        <script>window.errors = []; addEventListener('support-error', (e) => errors.push(e.detail));</script>
        ${body}<script src="/${script}"></script></body></html>`,
    }),
  );
  await page.goto(new URL('/custom.html', page.url()).href);
}

function errorsOf(page: Page): Promise<{ code: string; message: string }[]> {
  return page.evaluate(() => (window as unknown as { errors: { code: string; message: string }[] }).errors);
}

test('without attributes the visitor sees a friendly window and the developer what is missing', async ({
  newPerson,
}) => {
  const page = await newPerson('/');
  await pageWith(page, '<support-chat></support-chat>');
  await page.getByRole('button', { name: 'Open chat' }).click();
  await expect(page.getByRole('dialog')).toContainText(/not available/i);
  const errors = await errorsOf(page);
  expect(errors[0]).toMatchObject({ code: 'not-configured' });
  expect(errors[0]!.message).toContain('supabase-url');
});

test('a malformed URL is named in the error', async ({ newPerson }) => {
  const page = await newPerson('/');
  await pageWith(
    page,
    '<support-chat supabase-url="my project" supabase-key="sb_publishable_x"></support-chat>',
  );
  await page.getByRole('button', { name: 'Open chat' }).click();
  await expect(page.getByRole('dialog')).toContainText(/not available/i);
  expect((await errorsOf(page))[0]!.message).toContain('my project');
});

test('a secret key is refused before anything is sent', async ({ newPerson, backend }) => {
  const page = await newPerson('/');
  const sent: string[] = [];
  page.on('request', (request) => {
    if (/\/(rest|realtime)\//.test(request.url())) sent.push(request.url());
  });
  await pageWith(
    page,
    `<support-chat supabase-url="${backend.url}" supabase-key="sb_secret_abc"></support-chat>`,
  );
  await page.getByRole('button', { name: 'Open chat' }).click();
  await expect(page.getByRole('dialog')).toContainText(/not available/i);
  const [error] = await errorsOf(page);
  expect(error).toMatchObject({ code: 'not-configured' });
  expect(error!.message).toMatch(/secret/i);
  expect(error!.message).not.toContain('sb_secret_abc');
  expect(sent).toEqual([]);
});

test('a project without the migrations says so', async ({ newPerson, backend }) => {
  const page = await newPerson('/');
  await page.route('**/rest/v1/rpc/*', (route) =>
    route.fulfill({
      status: 404,
      headers: { 'access-control-allow-origin': '*' },
      json: {
        code: 'PGRST202',
        message: 'Could not find the function public.chat_open(p_page, p_token) in the schema cache',
        details: null,
        hint: null,
      },
    }),
  );
  await pageWith(
    page,
    `<support-chat supabase-url="${backend.url}" supabase-key="${backend.publishableKey}"></support-chat>`,
  );
  await page.getByRole('button', { name: 'Open chat' }).click();
  await expect(page.getByRole('dialog')).toContainText(/not available/i);
  const [error] = await errorsOf(page);
  expect(error).toMatchObject({ code: 'not-installed' });
  expect(error!.message).toMatch(/install\.sql/);
});

test('a backend that is down says so, and the window fills when it is back', async ({ widget }) => {
  await widget.page.route('**/rest/v1/rpc/*', (route) => route.abort());
  await widget.launcher.click();
  await expect(widget.window).toContainText(/can.t connect|could not connect|no connection/i);
  await widget.page.unroute('**/rest/v1/rpc/*');
  await widget.window.getByRole('button', { name: /try again|retry/i }).click();
  await expect(widget.textbox).toBeVisible();
});

test('a message that does not get through goes on by itself, and arrives once', async ({
  widget,
  desk,
  unique,
}) => {
  await widget.open();
  await widget.send(unique('Hello'));
  await widget.page.route('**/rpc/chat_send', (route) => route.abort());
  const text = unique('This one gets stuck');
  await widget.textbox.fill(text);
  await widget.textbox.press('Enter');
  await expect(widget.messages.getByText('Sending…')).toBeVisible();
  await expect(widget.messages.getByText(text, { exact: true })).toBeVisible();

  // The answer is lost after the commit: the next try must not write it twice.
  await widget.page.unroute('**/rpc/chat_send');
  await widget.page.route(
    '**/rpc/chat_send',
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  await expect(widget.messages.getByText('Sent')).toBeVisible({ timeout: 20_000 });
  await expect(widget.messages.getByText(text, { exact: true })).toHaveCount(1);
  await expect(widget.window.getByRole('button', { name: 'Retry' })).toHaveCount(0);

  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(text).click();
  await expect(desk.messages.getByText(text, { exact: true })).toHaveCount(1);
});

test('a refused message keeps its text over a reload, and Retry sends it once', async ({
  widget,
  unique,
}) => {
  await widget.open();
  await widget.send(unique('Hello'));
  const refusal = { code: 'PT403', message: 'forbidden', details: null, hint: null };
  await widget.page.route('**/rpc/chat_send', (route) => route.fulfill({ status: 403, json: refusal }));
  const text = unique('Not lost');
  await widget.textbox.fill(text);
  await widget.textbox.press('Enter');
  const retry = widget.window.getByRole('button', { name: 'Retry' });
  await expect(retry).toBeVisible();
  await widget.page.reload();
  await widget.page.unroute('**/rpc/chat_send');
  await widget.open();
  await expect(widget.messages.getByText(text, { exact: true })).toBeVisible();
  await retry.click();
  await expect(retry).toHaveCount(0);
  await expect(widget.messages.getByText('Sent')).toBeVisible();
  await expect(widget.messages.getByText(text, { exact: true })).toHaveCount(1);
});

test('a first message that did not get through is sent after a reload, and the draft behind it stays', async ({
  widget,
  unique,
}) => {
  await widget.open();
  await widget.page.route('**/rpc/chat_start', (route) => route.abort());
  const text = unique('First of all');
  await widget.textbox.fill(text);
  await widget.textbox.press('Enter');
  await expect(widget.messages.getByText('Sending…')).toBeVisible();
  await widget.textbox.fill('And then');
  await widget.page.reload();
  await widget.page.unroute('**/rpc/chat_start');
  await widget.open();
  await expect(widget.messages.getByText(text, { exact: true })).toBeVisible();
  await expect(widget.messages.getByText('Sent')).toBeVisible({ timeout: 20_000 });
  await expect(widget.textbox).toHaveValue('And then');
});

test('a draft survives closing the window and reloading the page', async ({ widget, unique }) => {
  await widget.open();
  await widget.send(unique('Hello'));
  const draft = unique('Half a thought');
  await widget.textbox.fill(draft);
  await widget.page.keyboard.press('Escape');
  await widget.open();
  await expect(widget.textbox).toHaveValue(draft);
  await widget.page.reload();
  await widget.open();
  await expect(widget.textbox).toHaveValue(draft);
});

test('text over the limit is not sent and not lost', async ({ widget }) => {
  await widget.open();
  const long = 'ä'.repeat(4001);
  await widget.textbox.fill(long);
  await expect(widget.window.getByRole('button', { name: 'Send message' })).toBeDisabled();
  await widget.textbox.press('Enter');
  await expect(widget.textbox).toHaveValue(long);
  await widget.textbox.fill('ä'.repeat(4000));
  await widget.textbox.press('Enter');
  await expect(widget.textbox).toHaveValue('');
  await expect(widget.window.getByRole('button', { name: 'Retry' })).toHaveCount(0);
});

test('lone surrogates and NUL do not break sending', async ({ widget, desk }) => {
  await widget.open();
  const mark = `nul ${Date.now()}`;
  await widget.textbox.evaluate((box, text) => {
    (box as HTMLTextAreaElement).value = text;
    box.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  }, `${mark} \u0000 \ud800 end`);
  await widget.textbox.press('Enter');
  await expect(widget.messages.getByText(mark)).toContainText('end');
  await expect(widget.window.getByRole('button', { name: 'Retry' })).toHaveCount(0);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await expect(desk.row(new RegExp(mark))).toBeVisible();
});

for (const [name, breakStorage] of Object.entries({
  blocked: () => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  },
  full: () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  },
})) {
  test(`with localStorage ${name} the chat works for as long as the page lives`, async ({
    newPerson,
    unique,
  }) => {
    const page = await newPerson('about:blank');
    await page.addInitScript(breakStorage);
    await page.goto('/');
    const widget = new Widget(page);
    await widget.open();
    await widget.send(unique('Works without storage'));
    await widget.send(unique('And again'));
    await expect(widget.window.getByRole('button', { name: 'Retry' })).toHaveCount(0);
  });
}

test('when sockets drop, messages still arrive and the notice goes away', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const question = unique('Anybody there?');
  await widget.open();
  await widget.send(question);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  backend.faults.dropSockets();
  const answer = unique('Yes, here.');
  await desk.reply(answer);
  await expect(widget.messages.getByText(answer, { exact: true })).toBeVisible();
});

test('too many messages at once say how long to wait, and none is lost', async ({
  widget,
  backend,
  unique,
}) => {
  const limits = (value: string) =>
    backend.database.query(`update support_chat.settings set limits = limits || $1::jsonb where id`, [value]);
  await limits('{"send": [[2, 10]]}');
  try {
    await widget.open();
    const texts = Array.from({ length: 5 }, () => unique('Quick'));
    for (const text of texts) {
      await widget.textbox.fill(text);
      await widget.textbox.press('Enter');
    }
    await expect(widget.window).toContainText(/Your messages go on in \d+ seconds?\./);
    for (const text of texts) await expect(widget.messages.getByText(text, { exact: true })).toBeVisible();
    await expect(widget.messages.getByText('Sent')).toBeVisible({ timeout: 60_000 });
    await expect(widget.window).not.toContainText(/Your messages go on/);
    await widget.page.reload();
    await widget.open();
    for (const text of texts) await expect(widget.messages.getByText(text, { exact: true })).toHaveCount(1);
  } finally {
    await limits('{"send": [[10, 10], [60, 300]]}');
  }
});

test('a visitor who is erased while writing is heard as a new one', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const before = unique('Before');
  await widget.open();
  await widget.send(before);
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  await backend.database.query(
    `delete from support_chat.visitors v using support_chat.sessions s
     where s.visitor_id = v.id and s.last_message_preview = $1`,
    [before],
  );
  const after = unique('After');
  await widget.send(after);
  await expect(widget.messages.getByText(before)).toHaveCount(0);
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  await expect(widget.window.getByRole('button', { name: 'Retry' })).toHaveCount(0);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await expect(desk.row(after)).toHaveCount(1);
});
