// Whatever is down for a while, both sides get everything afterwards.
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
const BAR = 'No connection. What cannot be sent stays here for you to send again.';

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
