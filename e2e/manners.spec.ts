import { expect, test, Widget } from './fixtures.ts';

test('a visitor who never chats causes no request, no socket and no storage', async ({
  newPerson,
  backend,
}) => {
  const page = await newPerson('about:blank');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  page.on('websocket', (socket) => requests.push(new URL(socket.url()).pathname));
  await page.goto(backend.url);
  await expect(page.getByRole('button', { name: 'Open chat' })).toBeVisible();
  await page.waitForTimeout(1500);
  expect(requests.filter((path) => /^\/(rest|realtime|auth)\//.test(path))).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(await page.context().cookies()).toEqual([]);
});

test('opening the window without writing stores nothing', async ({ widget }) => {
  await widget.open();
  await widget.page.waitForTimeout(500);
  expect(await widget.page.evaluate(() => localStorage.length)).toBe(0);
});

test('focus goes into the window, Escape closes it, and focus returns to the launcher', async ({
  widget,
}) => {
  await widget.open();
  await expect(widget.textbox).toBeFocused();
  await widget.page.keyboard.press('Escape');
  await expect(widget.window).toBeHidden();
  await expect(widget.page.getByRole('button', { name: 'Open chat' })).toBeFocused();
});

test('Enter sends, Shift and Enter break the line', async ({ widget, unique }) => {
  await widget.open();
  const first = unique('First line');
  await widget.textbox.fill(first);
  await widget.textbox.press('Shift+Enter');
  await widget.textbox.pressSequentially('second line');
  await widget.textbox.press('Enter');
  await expect(widget.messages.getByText(first)).toContainText('second line');
  await expect(widget.textbox).toHaveValue('');
});

test('markup in a message is text on both sides', async ({ widget, desk, unique }) => {
  const dialogs: string[] = [];
  for (const { page } of [widget, desk]) {
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  }
  const payload = unique('<img src=x onerror=alert(1)><script>alert(2)</script>');
  await widget.open();
  await widget.send(payload);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(payload).click();
  await expect(desk.messages.getByText(payload, { exact: true })).toBeVisible();
  await widget.page.waitForTimeout(300);
  expect(dialogs).toEqual([]);
});

test('links open safely and strange schemes stay text', async ({ widget, unique }) => {
  await widget.open();
  const text = unique('See https://example.com/a?b=c and javascript:alert(1)');
  await widget.textbox.fill(text);
  await widget.textbox.press('Enter');
  const links = widget.messages.getByRole('link');
  await expect(links).toHaveCount(1);
  await expect(links).toHaveAttribute('href', 'https://example.com/a?b=c');
  await expect(links).toHaveAttribute('rel', /noopener/);
});

test('two snippets on a page give one widget', async ({ newPerson, backend }) => {
  const page = await newPerson('/');
  await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const script = document.createElement('script');
        script.src = `${url}/support-chat.js`;
        script.onload = resolve;
        document.body.append(script);
      }),
    backend.url,
  );
  await expect(page.locator('support-chat')).toHaveCount(1);
  await new Widget(page).open();
});

test('the element works on a page that resets everything', async ({ newPerson, unique }) => {
  const page = await newPerson('/');
  await page.addStyleTag({
    content:
      'html { font-size: 62.5% } * { all: unset !important } body { display: block; transform: scale(1) }',
  });
  const widget = new Widget(page);
  await widget.open();
  const box = await widget.window.boundingBox();
  expect(box?.width).toBeGreaterThan(380);
  await widget.send(unique('Still here?'));
});

test('on a phone the window fills the screen', async ({ widget }) => {
  await widget.page.setViewportSize({ width: 390, height: 844 });
  await widget.open();
  await expect(async () => {
    const box = await widget.window.boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
  }).toPass();
});
