// Whatever is down for a while, both sides get everything afterwards.
import { Team } from './colleagues.ts';
import {
  type Desk,
  expect,
  expectDelivered,
  expectThread,
  meet,
  Sockets,
  say,
  stopTime,
  test,
  type Widget,
} from './delivery.ts';

const OFFLINE = 'You are offline. What you write is kept.';
const BAR = 'No connection. What you write is kept, and sent as soon as there is one.';

for (const side of ['visitor', 'agent'] as const) {
  test(`after a minute in an aeroplane the ${side} has everything, and so has the other side`, async ({
    widget,
    desk,
    backend,
    unique,
  }) => {
    const [away, home]: (Widget | Desk)[] = side === 'visitor' ? [widget, desk] : [desk, widget];
    const hello = unique('Hello');
    await meet(widget, desk, hello);
    await expectDelivered(widget);
    await away!.page.context().setOffline(true);
    backend.faults.dropSockets();
    const up = [unique('From above'), unique('Still flying')];
    const down = [unique('From the ground'), unique('Come back')];
    await say(away!, up[0]!);
    await say(home!, down[0]!);
    await say(home!, down[1]!);
    await say(away!, up[1]!);
    await away!.page.clock.fastForward(60_000);
    await expect(away!.page.getByText(side === 'visitor' ? OFFLINE : BAR)).toBeVisible();
    await expectThread(away!.messages, [hello, ...up]);
    await expect(away!.messages.getByText('Sending…')).toBeVisible();
    await expectThread(home!.messages, [hello, ...down]);
    await expectDelivered(home!);

    await away!.page.context().setOffline(false);
    // What was accepted first stands first, and on both screens alike.
    await expectThread(away!.messages, [hello, ...down, ...up]);
    await expectThread(home!.messages, [hello, ...down, ...up]);
    await expectDelivered(away!);
    await expect(away!.page.getByText(side === 'visitor' ? OFFLINE : BAR)).toHaveCount(0);
  });
}

for (const side of ['visitor', 'agent'] as const) {
  test(`a conversation that is closed while the ${side} is offline is closed to them as well`, async ({
    widget,
    desk,
    backend,
    unique,
  }) => {
    const hello = unique('Hello');
    await meet(widget, desk, hello);
    await expectDelivered(widget);
    const away: Widget | Desk = side === 'visitor' ? widget : desk;
    const field = away.page.getByRole('textbox', { name: side === 'visitor' ? 'Message' : 'Reply' });
    const reopen = away.page.getByRole('button', { name: 'Reopen conversation' });
    await away.page.context().setOffline(true);
    backend.faults.dropSockets();
    if (side === 'visitor') await desk.button('Close conversation').click();
    else {
      await widget.window.getByRole('button', { name: 'More options' }).click();
      await widget.window.getByRole('button', { name: 'End conversation' }).click();
    }
    const home: Widget | Desk = side === 'visitor' ? desk : widget;
    await expect(home.page.getByRole('button', { name: 'Reopen conversation' })).toBeVisible();
    await expect(field).toBeVisible();
    await expect(reopen).toHaveCount(0);
    await away.page.context().setOffline(false);
    await expect(reopen).toBeVisible();
    await expect(field).toHaveCount(0);
  });
}

test('an agent who was away finds all that a colleague answered meanwhile, however much', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const team = await Team.hire(backend, 1);
  try {
    const texts = [unique('Hello')];
    await meet(widget, desk, texts[0]!);
    const colleague = (await team.work(team.emails[0]!)).desk;
    const [session] = await backend.database.query<{ id: string }>(
      'select s.id from support_chat.sessions s where s.last_message_preview = $1',
      [texts[0]!],
    );
    await colleague.select(session!.id);
    await desk.page.context().setOffline(true);
    backend.faults.dropSockets();
    // More than one answer of the server holds.
    for (let count = 0; count < 130; count += 1) {
      texts.push(unique('Answer'));
      await colleague.send(texts.at(-1)!, 'text');
    }
    await expect(widget.messages.getByText(texts.at(-1)!, { exact: true })).toBeVisible({ timeout: 60_000 });
    await desk.page.context().setOffline(false);
    await expect(desk.messages.getByText(texts.at(-1)!, { exact: true })).toBeVisible();
    // Only what is on screen is drawn, so that it is all there shows on the way back.
    const seen = new Set<string>();
    const scroller = desk.messages;
    await expect(async () => {
      for (const text of await desk.messages.locator('[part~="bubble"]').allTextContents()) seen.add(text);
      await scroller.evaluate((log) => log.scrollBy(0, -log.clientHeight / 2));
      expect(texts.filter((text) => !seen.has(text))).toEqual([]);
    }).toPass({ intervals: [100], timeout: 60_000 });
  } finally {
    await team.leave();
  }
});

test('where no socket gets through, an answer takes five seconds at most, on either side', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  backend.faults.goAway();
  const sockets = new Sockets(widget.page, desk.page);
  const hello = unique('Hello');
  await meet(widget, desk, hello);
  await expectDelivered(widget);
  const texts = [hello];
  for (const [from, to] of [
    [desk, widget],
    [widget, desk],
  ] as const) {
    const text = unique('Polled');
    await stopTime(to.page);
    await say(from, text);
    await expectDelivered(from);
    texts.push(text);
    // Five seconds on its own clock, however busy the machine is.
    await to.page.clock.runFor(5_000);
    await expectThread(to.messages, texts);
    await to.page.clock.resume();
  }
  expect(sockets.joined).toBe(0);
});

test('events that get lost without a word are found within half a minute at the desk, a minute at the visitor', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const sockets = new Sockets(widget.page, desk.page);
  const texts = [unique('Hello')];
  await meet(widget, desk, texts[0]!);
  await expectDelivered(widget);
  await expect.poll(() => sockets.joined).toBe(2);
  backend.faults.loseEvents(Infinity);

  for (const [from, to, seconds] of [
    [widget, desk, 30],
    [desk, widget, 60],
  ] as const) {
    // What has begun to happen is over, then nothing but the regular look is left.
    await stopTime(to.page);
    const text = unique('Unheard');
    await say(from, text);
    await expectDelivered(from);
    texts.push(text);
    await to.page.clock.fastForward(seconds * 1_000);
    await expectThread(to.messages, texts);
    await to.page.clock.resume();
  }
  expect(sockets.opened).toBe(2);
});

test('a project that is paused for a while loses nothing, and everybody is told', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const hello = unique('Hello');
  await meet(widget, desk, hello);
  await expectDelivered(widget);
  backend.faults.failCalls({ count: Infinity, status: 540 });
  backend.faults.goAway(540);
  const [question, answer] = [unique('Are you there?'), unique('We are.')];
  await say(widget, question);
  await say(desk, answer);
  await expect(widget.window.getByText('Reconnecting…')).toBeVisible();
  await expect(desk.page.getByText(BAR)).toBeVisible();
  for (const side of [widget, desk]) {
    await side.page.clock.fastForward(60_000);
    await expect(side.messages.getByText('Sending…')).toBeVisible();
  }
  await expectThread(widget.messages, [hello, question]);
  await expectThread(desk.messages, [hello, answer]);

  backend.faults.reset();
  // The longest wait between two tries. One after the other, so that the order is certain.
  await widget.page.clock.fastForward(40_000);
  await expectDelivered(widget);
  await desk.page.clock.fastForward(40_000);
  await expectDelivered(desk);
  await expectThread(widget.messages, [hello, question, answer]);
  await expectThread(desk.messages, [hello, question, answer]);
  await expect(widget.window.getByText('Reconnecting…')).toHaveCount(0);
  await expect(desk.page.getByText(BAR)).toHaveCount(0);
});
