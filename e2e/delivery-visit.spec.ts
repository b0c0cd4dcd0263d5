// What ends a visit, slows it down or confuses it: nobody's words get lost.
import {
  anotherTab,
  Desk,
  expect,
  expectDelivered,
  expectThread,
  meet,
  openWithClock,
  say,
  test,
  Widget,
} from './delivery.ts';

const SEND = '**/rpc/chat_send';
const DAY = 24 * 60 * 60 * 1_000;

/** Calls a function as whoever this browser's visitor is. */
async function call(
  { page }: Widget,
  { url, publishableKey }: { url: string; publishableKey: string },
  name: string,
  user: Record<string, string> = {},
): Promise<void> {
  const token = await page.evaluate(() => {
    const key = Object.keys(localStorage).find((one) => one.endsWith(':visitor'));
    return (JSON.parse(localStorage.getItem(key!)!) as { token: string }).token;
  });
  const response = await fetch(`${url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { apikey: publishableKey, 'content-type': 'application/json', ...user },
    body: JSON.stringify({ p_token: token }),
  });
  expect(response.status, await response.text()).toBe(200);
}

for (const [end, name] of [
  ['claimed by an account', 'chat_claim'],
  ['erased', 'chat_erase'],
] as const) {
  test(`a visitor who is ${end} elsewhere begins anew here, with every unsent word`, async ({
    widget,
    desk,
    backend,
    unique,
  }) => {
    const [hello, stuck, draft] = [unique('Hello'), unique('Stuck'), unique('Half a thought')];
    await meet(widget, desk, hello);
    await expectDelivered(widget);
    const other = await anotherTab(widget);
    await other.open();
    await expectThread(other.messages, [hello]);
    for (const { page } of [widget, other]) await page.route(SEND, (route) => route.abort());
    await say(widget, stuck);
    await widget.textbox.fill(draft);

    const email = `${unique('shopper').replace(/[ #]/g, '-')}-${Date.now()}@example.com`;
    let user = {};
    if (name === 'chat_claim') {
      await backend.signUp(email, 'a-long-password');
      const response = await fetch(`${backend.url}/auth/v1/token?grant_type=password`, {
        method: 'POST',
        headers: { apikey: backend.publishableKey, 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: 'a-long-password' }),
      });
      const { access_token } = (await response.json()) as { access_token: string };
      user = { authorization: `Bearer ${access_token}` };
    }
    await call(widget, backend, name, user);

    for (const tab of [widget, other]) {
      await expectThread(tab.messages, [stuck]);
      await expectDelivered(tab);
      await expect(tab.page.getByText(hello)).toHaveCount(0);
    }
    await expect(widget.textbox).toHaveValue(draft);
    await desk.showTab('All');
    await desk.row(stuck).click();
    await expectThread(desk.messages, [stuck]);
    for (const { page } of [widget, other]) await page.unroute(SEND);
    await widget.window.getByRole('button', { name: 'Send message' }).click();
    await expectThread(desk.messages, [stuck, draft]);
    await expectThread(other.messages, [stuck, draft]);
  });
}

test('a visitor who is blocked is told so, and keeps what is not sent', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const [hello, stuck, draft] = [unique('Hello'), unique('Stuck'), unique('Half a thought')];
  await meet(widget, desk, hello);
  await expectDelivered(widget);
  await widget.page.route(SEND, (route) => route.abort());
  await say(widget, stuck);
  await widget.textbox.fill(draft);
  await backend.database.query(
    `update support_chat.visitors v set blocked_until = 'infinity' from support_chat.sessions s
     where s.visitor_id = v.id and s.last_message_preview = $1`,
    [hello],
  );
  await expect(widget.window.getByText('You cannot write here at the moment.')).toBeVisible();
  await widget.page.unroute(SEND);
  await expect(widget.messages.getByText('Not sent: you cannot write here')).toBeVisible();
  await expectThread(widget.messages, [hello, stuck]);
  await expect(widget.textbox).toHaveValue(draft);
  await expectThread(desk.messages, [hello]);

  await backend.database.query(
    `update support_chat.visitors v set blocked_until = null from support_chat.sessions s
     where s.visitor_id = v.id and s.last_message_preview = $1`,
    [hello],
  );
  await widget.window.getByRole('button', { name: 'Retry' }).click();
  await expectDelivered(widget);
  await expectThread(desk.messages, [hello, stuck]);
});

test('nothing is sent before the wait that the server asked for is over', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const limits = (value: string) =>
    backend.database.query(`update support_chat.settings set limits = limits || $1::jsonb where id`, [value]);
  const texts = [unique('Hello'), unique('One'), unique('Two'), unique('Three')];
  await meet(widget, desk, texts[0]!);
  await expectDelivered(widget);
  const tries: { begin: number; end: number; wait: number }[] = [];
  widget.page.on('response', async (response) => {
    if (!response.url().endsWith('/chat_send')) return;
    const { startTime, responseStart } = response.request().timing();
    const refused = response.status() === 429;
    const { details } = refused ? ((await response.json()) as { details: string }) : { details: '{}' };
    const { retry_after: wait = 0 } = JSON.parse(details) as { retry_after?: number };
    tries.push({ begin: startTime, end: startTime + responseStart, wait: wait * 1_000 });
  });
  await limits('{"send": [[1, 5]]}');
  try {
    for (const text of texts.slice(1)) await say(widget, text);
    await expect(widget.window).toContainText(/Your messages go on in \d seconds?\./);
    await expectThread(widget.messages, texts);
    await expectThread(desk.messages, texts);
    await expectDelivered(widget);
    await expect(widget.window).not.toContainText(/Your messages go on/);
  } finally {
    await limits('{"send": [[10, 10], [60, 300]]}');
  }
  tries.sort((one, next) => one.begin - next.begin);
  const pauses = tries.slice(1).map(({ begin }, index) => begin - tries[index]!.end);
  expect(tries.filter(({ wait }) => wait > 0).length).toBeGreaterThan(0);
  // The browser's own times, in milliseconds and a fraction.
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(tries[index]!.wait - 5);
  }
});

for (const [name, ahead] of [
  ['ahead', DAY],
  ['behind', -DAY],
] as const) {
  test(`messages keep their order, both ways, with the visitor's clock a day ${name} and the agent's the other way`, async ({
    newPerson,
    unique,
  }) => {
    const [widget, desk] = [
      new Widget(await openWithClock(newPerson, '/', Date.now() + ahead)),
      new Desk(await openWithClock(newPerson, '/dashboard.html', Date.now() - ahead)),
    ];
    const texts = [unique('Hello')];
    await meet(widget, desk, texts[0]!);
    for (const side of [desk, widget, widget, desk]) {
      texts.push(unique('And then'));
      await say(side, texts.at(-1)!);
      await expectDelivered(side);
      for (const { messages } of [widget, desk]) await expectThread(messages, texts);
    }
    await widget.page.reload();
    await widget.open();
    await expectThread(widget.messages, texts);
  });
}
