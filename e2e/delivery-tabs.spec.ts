// Several tabs of one visitor, several windows of one agent.
import {
  anotherTab,
  Desk,
  expect,
  expectDelivered,
  expectThread,
  meet,
  Sockets,
  say,
  setVisible,
  stopTime,
  test,
} from './delivery.ts';

const WITHOUT_NEWS = 'Open chat';

test('five tabs hold one socket between them, and hand it on at once', async ({ widget, desk, unique }) => {
  const sockets = new Sockets(widget.page);
  widget.page.context().on('page', (page) => sockets.watch(page));
  const texts = [unique('Hello'), unique('Any news?'), unique('To all five'), unique('To those left')];
  await meet(widget, desk, texts[0]!);
  await widget.page.keyboard.press('Escape');
  const tabs = [widget];
  for (let count = 1; count < 5; count += 1) tabs.push(await anotherTab(widget));

  await say(desk, texts[1]!);
  for (const { page } of tabs) {
    await expect(page.getByRole('button', { name: 'Open chat, 1 unread message' })).toBeVisible();
  }
  await tabs[2]!.open();
  await expectThread(tabs[2]!.messages, texts.slice(0, 2));
  for (const { page } of tabs.toSpliced(2, 1)) {
    await expect(page.getByRole('button', { name: WITHOUT_NEWS, exact: true })).toBeVisible();
  }

  for (const tab of tabs.toSpliced(2, 1)) await tab.open();
  await expect.poll(() => sockets.open).toBe(1);
  await stopTime(widget.page);
  await say(desk, texts[2]!);
  for (const tab of tabs) await expectThread(tab.messages, texts.slice(0, 3));

  const holder = sockets.holder;
  await holder.close();
  const left = tabs.filter(({ page }) => page !== holder);
  // No time passes on their clocks: the next one has to begin at once.
  await expect.poll(() => sockets.joined).toBe(2);
  expect(sockets.open).toBe(1);
  const follower = left.find(({ page }) => page !== sockets.holder)!;
  await say(follower, texts[3]!);
  for (const tab of left) {
    await expectThread(tab.messages, texts);
    await expectDelivered(tab);
  }
  await expectThread(desk.messages, texts);
});

test('a sign-out in one tab signs out the others, and nothing comes after it', async ({
  widget,
  desk,
  unique,
}) => {
  const hello = unique('Hello');
  await meet(widget, desk, hello);
  const other = await anotherTab(widget);
  await other.open();
  await expectThread(other.messages, [hello]);
  await other.textbox.fill(unique('Half a secret'));

  await widget.page.evaluate(() => document.querySelector('support-chat')!.reset());
  const late = unique('For who is gone');
  await say(desk, late);
  await expectDelivered(desk);
  for (const tab of [widget, other]) {
    await expect(tab.window.getByText(/^Hello! Ask us anything/)).toBeVisible();
    await expect(tab.textbox).toHaveValue('');
    await expect(tab.page.getByText(hello)).toHaveCount(0);
    await expect(tab.page.getByText(late)).toHaveCount(0);
  }
  expect(await widget.page.evaluate(() => JSON.stringify(localStorage))).not.toContain('sv1_');

  const again = unique('Somebody else');
  await say(other, again);
  await expectDelivered(other);
  await expectThread(widget.messages, [again]);
  await expect(desk.row(again)).toBeVisible();
  await expect(desk.messages.getByText(again)).toHaveCount(0);
});

test('a hidden tab keeps its socket while a conversation is open, and gives it back after five minutes without', async ({
  widget,
  desk,
  unique,
}) => {
  const sockets = new Sockets(widget.page);
  const hello = unique('Hello');
  await meet(widget, desk, hello);
  await expect.poll(() => sockets.joined).toBe(1);
  const wait = () => widget.page.clock.fastForward(5 * 60_000 + 1_000);
  await setVisible(widget.page, false);
  await wait();
  const answer = unique('Answer');
  await say(desk, answer);
  await expectThread(widget.messages, [hello, answer]);
  expect(sockets.opened).toBe(1);
  expect(sockets.open).toBe(1);

  await desk.button('Close conversation').click();
  await expect(widget.messages.getByText(/closed the conversation/)).toBeVisible();
  await setVisible(widget.page, true);
  await setVisible(widget.page, false);
  await wait();
  await expect.poll(() => sockets.open).toBe(0);

  await setVisible(widget.page, true);
  await expect.poll(() => sockets.joined).toBe(2);
});

test('answers to hidden tabs are told by one sound and by every title, and by none while somebody looks', async ({
  widget,
  desk,
  unique,
}) => {
  await meet(widget, desk, unique('Hello'));
  const other = await anotherTab(widget);
  const pages = [widget.page, other.page];
  for (const page of pages) await page.evaluate(countTones);
  const tones = async () => {
    const counts = await Promise.all(
      pages.map((page) => page.evaluate(() => Number(document.body.dataset['tones']))),
    );
    return counts[0]! + counts[1]!;
  };
  const titles = () => Promise.all(pages.map((page) => page.title()));
  const [title] = await titles();

  for (const page of pages) await setVisible(page, false);
  await say(desk, unique('Answer'));
  await expect.poll(titles).toEqual([`(1) ${title}`, `(1) ${title}`]);
  await expect.poll(tones).toBe(2);

  await setVisible(widget.page, true);
  await expect.poll(titles).toEqual([title, title]);
  const seen = unique('Seen at once');
  await say(desk, seen);
  await expect(widget.messages.getByText(seen)).toBeVisible();
  // Longer than a hidden tab waits for one that is looked at.
  await widget.page.waitForTimeout(500);
  await setVisible(widget.page, false);
  await say(desk, unique('And again'));
  await expect.poll(tones).toBe(4);
});

/** Counts, in the page, the tones it plays. */
function countTones(): void {
  const { dataset } = document.body;
  dataset['tones'] = '0';
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number): void {
    dataset['tones'] = String(Number(dataset['tones']) + 1);
    start.call(this, when);
  };
}

test('two windows of one agent hold one socket, share what is sent, and keep a draft', async ({
  widget,
  desk,
  unique,
}) => {
  const sockets = new Sockets(desk.page);
  desk.page.context().on('page', (page) => sockets.watch(page));
  const texts = [unique('Hello'), unique('From the first window'), unique('Thanks')];
  await meet(widget, desk, texts[0]!);
  const second = new Desk(await desk.page.context().newPage());
  await second.page.goto('/dashboard.html');
  await second.showTab('Unassigned');
  await second.row(texts[0]!).click();
  const field = second.page.getByRole('textbox', { name: 'Reply' });
  const draft = unique('Half a reply');
  await field.fill(draft);

  await say(desk, texts[1]!);
  await expectThread(second.messages, texts.slice(0, 2));
  await expect(field).toHaveValue(draft);
  await expect.poll(() => sockets.open).toBe(1);
  await stopTime(desk.page);
  await sockets.holder.close();
  expect(desk.page.isClosed()).toBe(true);
  // No time passes on the clock of the other: it has to begin at once.
  await expect.poll(() => sockets.joined).toBe(2);
  await say(widget, texts[2]!);
  await expectThread(second.messages, texts);
  await expect(field).toHaveValue(draft);
  await second.page.getByRole('button', { name: 'Send', exact: true }).click();
  for (const { messages } of [widget, second]) await expectThread(messages, [...texts, draft]);
});
