import { expect, test, Widget } from './fixtures.ts';

test('a visitor who never chats causes no request, no socket and no storage', async ({
  newPerson,
  backend,
}) => {
  const page = await newPerson('about:blank');
  await page.clock.install();
  const requests: string[] = [];
  const note = (address: string) => {
    const { pathname, search } = new URL(address);
    requests.push(pathname + search);
  };
  page.on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => note(socket.url()));
  await page.goto(backend.url);
  const launcher = page.getByRole('button', { name: 'Open chat' });
  await expect(launcher).toBeVisible();
  // Coming near it is not opening it.
  await launcher.hover();
  await launcher.focus();
  await page.clock.runFor('10:00');
  // What was asked for before this is known by the time that this is.
  await page.evaluate(() => fetch('/demo.css?last'));
  await expect.poll(() => requests).toContain('/demo.css?last');
  expect(requests.filter((path) => /^\/(rest|realtime|auth)\//.test(path))).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(await page.context().cookies()).toEqual([]);
});

test('opening the window without writing stores nothing', async ({ widget }) => {
  const answered = widget.page.waitForResponse('**/rpc/chat_open');
  await widget.open();
  await (await answered).finished();
  await widget.page.keyboard.press('Escape');
  await expect(widget.window).toBeHidden();
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

test('whoever sends with the button goes on writing', async ({ widget, unique }) => {
  await widget.open();
  await expect(widget.textbox).toBeFocused();
  await widget.page.keyboard.type(unique('By keyboard alone'));
  await widget.page.keyboard.press('Tab');
  await widget.page.keyboard.press('Enter');
  await expect(widget.textbox).toHaveValue('');
  await expect(widget.textbox).toBeFocused();
});

test('whoever ends and reopens a conversation keeps the focus in the window', async ({ widget, unique }) => {
  await widget.open();
  await widget.send(unique('Bye'));
  await widget.window.getByRole('button', { name: 'More options' }).press('Enter');
  await widget.window.getByRole('button', { name: 'End conversation' }).press('Enter');
  const reopen = widget.window.getByRole('button', { name: 'Reopen conversation' });
  await reopen.press('Enter');
  await expect(reopen).toHaveCount(0);
  await expect(widget.textbox).toBeFocused();
  await widget.page.keyboard.press('Escape');
  await expect(widget.window).toBeHidden();
});

test('a window that changes its size stays at the newest message', async ({ widget, unique }) => {
  await widget.page.setViewportSize({ width: 900, height: 420 + 80 });
  await widget.open();
  await widget.send(unique('First'));
  for (let line = 0; line < 4; line++)
    await widget.send(unique(`Many words that need many lines. `.repeat(12)));
  const last = unique('The last one');
  await widget.send(last);
  for (const [width, height] of [
    [320, 568],
    [640, 360],
    [900, 500],
  ] as const) {
    await widget.page.setViewportSize({ width, height });
    await expect(widget.messages.getByText(last, { exact: true })).toBeInViewport();
  }
  await expect(widget.window.getByRole('button', { name: 'New messages' })).toHaveCount(0);
});

test('what is read in one tab is no news in another', async ({ widget, desk, unique }) => {
  const question = unique('Two tabs here');
  await widget.open();
  await widget.send(question);
  const second = new Widget(await widget.page.context().newPage());
  await second.page.goto('/');
  await expect(second.launcher).toBeVisible();
  await widget.page.keyboard.press('Escape');
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(question).click();
  const answer = unique('One answer');
  await desk.reply(answer);
  const preview = widget.page.getByRole('button', { name: answer });
  await expect(second.page.getByRole('button', { name: answer })).toBeVisible();
  await expect(preview).toBeVisible();
  await second.page.getByRole('button', { name: 'Open chat, 1 unread message' }).click();
  await expect(second.messages.getByText(answer, { exact: true })).toBeVisible();
  await expect(widget.page.getByRole('button', { name: 'Open chat', exact: true })).toBeVisible();
  await expect(preview).toHaveCount(0);
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
  // An image that fails now fails after any that the message brought.
  for (const { page } of [widget, desk]) {
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          const image = new Image();
          image.onerror = resolve;
          image.src = 'y';
        }),
    );
  }
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

test('on a phone the window fills the screen', async ({ widget }) => {
  await widget.page.setViewportSize({ width: 390, height: 844 });
  await widget.open();
  await expect(async () => {
    const box = await widget.window.boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
  }).toPass();
});

test('a phone’s keyboard hides neither the text box nor what was said last', async ({
  newPerson,
  unique,
}) => {
  const page = await newPerson('about:blank');
  await page.setViewportSize({ width: 390, height: 844 });
  // An iPhone's keyboard makes the visual viewport smaller and nothing else, and scrolls it.
  await page.addInitScript(() => {
    const left = Object.assign(new EventTarget(), { height: 844, offsetTop: 0, scale: 1 });
    Object.defineProperty(window, 'visualViewport', { value: left });
  });
  await page.goto('/');
  const widget = new Widget(page);
  await widget.open();
  for (let line = 0; line < 4; line++)
    await widget.send(unique('Many words that need many lines. '.repeat(8)));
  const last = unique('The last one');
  await widget.send(last);
  for (const [height, offsetTop] of [
    [480, 0],
    [480, 120],
    [844, 0],
  ] as const) {
    await page.evaluate(
      ([height, offsetTop]) => {
        Object.assign(window.visualViewport!, { height, offsetTop });
        window.visualViewport!.dispatchEvent(new Event('resize'));
      },
      [height, offsetTop] as const,
    );
    await expect.poll(() => widget.window.boundingBox()).toEqual({ x: 0, y: offsetTop, width: 390, height });
    for (const part of [widget.textbox, widget.messages.getByText(last, { exact: true })]) {
      await expect(async () => {
        const box = (await part.boundingBox())!;
        expect(box.y).toBeGreaterThanOrEqual(offsetTop);
        expect(box.y + box.height).toBeLessThanOrEqual(offsetTop + height);
      }).toPass();
    }
  }
});
