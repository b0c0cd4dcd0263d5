// Lines that die, end or move while everything looks fine.
import type { WebSocketRoute } from '@playwright/test';
import {
  type Desk,
  expect,
  expectDelivered,
  expectThread,
  meet,
  Sockets,
  say,
  setVisible,
  stopTime,
  test,
  type Widget,
} from './delivery.ts';

/** What is said now arrives though no time passes: it was pushed. */
async function expectPushed(
  from: Widget | Desk,
  to: Widget | Desk,
  texts: string[],
  text: string,
): Promise<void> {
  await stopTime(to.page);
  await say(from, text);
  texts.push(text);
  await expectThread(to.messages, texts);
  await to.page.clock.resume();
}

async function expectPushedBothWays(
  widget: Widget,
  desk: Desk,
  texts: string[],
  unique: (text: string) => string,
): Promise<void> {
  await expectPushed(desk, widget, texts, unique('Pushed to the visitor'));
  await expectPushed(widget, desk, texts, unique('Pushed to the agent'));
  await expectDelivered(widget);
  await expectDelivered(desk);
}

test('a channel ended by an expired token is left for a new socket, and messages are pushed again', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const sockets = { widget: new Sockets(widget.page), desk: new Sockets(desk.page) };
  const texts = [unique('Hello')];
  await meet(widget, desk, texts[0]!);
  for (const of of [sockets.widget, sockets.desk]) await expect.poll(() => of.joined).toBe(1);

  expect(backend.faults.endChannels('Token has expired 5 seconds ago')).toBe(2);
  for (const of of [sockets.widget, sockets.desk]) {
    await expect.poll(() => of.joined).toBe(2);
    await expect.poll(() => of.open).toBe(1);
    expect(of.opened).toBe(2);
  }
  await expectPushedBothWays(widget, desk, texts, unique);
});

test('after their topics got other names under open sockets, messages are pushed at once', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const sockets = { widget: new Sockets(widget.page), desk: new Sockets(desk.page) };
  const texts = [unique('Hello')];
  await meet(widget, desk, texts[0]!);
  for (const of of [sockets.widget, sockets.desk]) await expect.poll(() => of.joined).toBe(1);

  // No time passes while they move, either: they are told.
  for (const { page } of [widget, desk]) await stopTime(page);
  await backend.database.query(
    `select support_chat.rotate_channel_key(s.visitor_id), support_chat.rotate_desk_key()
     from support_chat.sessions s where s.last_message_preview = $1`,
    [texts[0]!],
  );
  for (const of of [sockets.widget, sockets.desk]) await expect.poll(() => of.joined).toBe(2);
  for (const { page } of [widget, desk]) await page.clock.resume();
  await expectPushedBothWays(widget, desk, texts, unique);
});

test('a phone that slept for an hour shows at once what came meanwhile, and gets a new line', async ({
  widget,
  desk,
  unique,
}) => {
  const { page } = widget;
  // A line of its own that can die unnoticed by either end.
  const lines: { dead: boolean }[] = [];
  await page.routeWebSocket(/realtime/, (socket: WebSocketRoute) => {
    const line = { dead: false };
    lines.push(line);
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      if (!line.dead) server.send(frame);
    });
    server.onMessage((frame) => {
      if (!line.dead) socket.send(frame);
    });
  });
  await page.reload();
  const texts = [unique('Hello')];
  await meet(widget, desk, texts[0]!);
  await expectPushed(desk, widget, texts, unique('A moment, please'));
  expect(lines).toHaveLength(1);

  await setVisible(page, false);
  const phone = await page.context().newCDPSession(page);
  await phone.send('Page.setWebLifecycleState', { state: 'frozen' });
  lines[0]!.dead = true;
  for (const text of [unique('Found it'), unique('It ships today')]) {
    await say(desk, text);
    texts.push(text);
  }
  await expectDelivered(desk);
  await phone.send('Page.setWebLifecycleState', { state: 'active' });
  await stopTime(page);
  await page.clock.fastForward(60 * 60_000);
  await setVisible(page, true);
  // At once, for no time passes.
  await expectThread(widget.messages, texts);

  await page.clock.resume();
  await page.clock.fastForward(15_000);
  await expect.poll(() => lines.length).toBe(2);
  await expect(async () => {
    await expectPushed(desk, widget, texts, unique('Are you back?'));
  }).toPass();
  await say(widget, unique('I am'));
  await expectDelivered(widget);
});
