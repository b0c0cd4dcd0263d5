// Whoever sends and goes away has been heard.
import {
  anotherTab,
  expect,
  expectDelivered,
  expectThread,
  meet,
  say,
  stopTime,
  test,
  Widget,
} from './delivery.ts';

const SEND = '**/rpc/chat_send';

test('what was on its way when the page was reloaded arrives once, and so does what waited behind it', async ({
  widget,
  desk,
  unique,
}) => {
  const texts = [unique('Hello'), unique('Reloaded on this'), unique('And on this')];
  await meet(widget, desk, texts[0]!);
  // The first is carried out, and whoever asked is gone before the answer; nothing is tried again until then.
  await widget.page.route(SEND, () => {});
  await widget.page.route(SEND, (route) => void route.fetch(), { times: 1 });
  await stopTime(widget.page);
  await say(widget, texts[1]!);
  await say(widget, texts[2]!);
  await expectThread(desk.messages, texts.slice(0, 2));
  await expect(widget.messages.getByText('Sending…')).toBeVisible();
  await widget.page.unroute(SEND);
  await widget.page.reload();
  await widget.page.clock.resume();
  await widget.open();
  await expectThread(widget.messages, texts);
  await expectDelivered(widget);
  await expectThread(desk.messages, texts);
});

test('a message whose tab was closed on it is sent by the next page, window closed', async ({
  widget,
  desk,
  unique,
}) => {
  const texts = [unique('Hello'), unique('Closed on this'), unique('And on this')];
  await meet(widget, desk, texts[0]!);
  await widget.page.route(SEND, () => {});
  await say(widget, texts[1]!);
  await say(widget, texts[2]!);
  await expectThread(desk.messages, texts.slice(0, 1));
  const context = widget.page.context();
  await widget.page.close();

  const page = await context.newPage();
  await page.goto('/');
  await expectThread(desk.messages, texts);
  const later = new Widget(page);
  await later.open();
  await expectThread(later.messages, texts);
  await expectDelivered(later);
});

test('a message whose tab was closed on it is sent by a tab that is open already', async ({
  widget,
  desk,
  unique,
}) => {
  const texts = [unique('Hello'), unique('Closed on this')];
  await meet(widget, desk, texts[0]!);
  await widget.page.route(SEND, () => {});
  const other = await anotherTab(widget);
  await other.open();
  await expectThread(other.messages, texts.slice(0, 1));
  await say(widget, texts[1]!);
  await expectThread(other.messages, texts);
  await expect(other.messages.getByText('Sending…')).toBeVisible();
  await widget.page.close();
  await expectDelivered(other);
  await expectThread(other.messages, texts);
  await expectThread(desk.messages, texts);
});

test('with storage blocked two tabs are two visitors, and both are answered', async ({
  widget,
  desk,
  unique,
}) => {
  const { page } = widget;
  await page.context().addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  await page.reload();
  const tabs = [widget, await anotherTab(widget)];
  const questions = [unique('First tab'), unique('Second tab')];
  for (const [index, tab] of tabs.entries()) {
    await tab.open();
    await say(tab, questions[index]!);
  }
  await desk.signIn();
  await desk.showTab('All');
  for (const [index, tab] of tabs.entries()) {
    const question = questions[index]!;
    const answer = unique('Answer');
    await desk.row(question).click();
    await expectThread(desk.messages, [question]);
    await say(desk, answer);
    await expectThread(tab.messages, [question, answer]);
    await expectDelivered(tab);
    await expect(tab.messages.getByText(questions[1 - index]!)).toHaveCount(0);
  }
});
