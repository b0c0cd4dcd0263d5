import type { Locator } from '@playwright/test';
import type { Backend } from './backend.ts';
import { expect, test, type Widget } from './fixtures.ts';

const LINES = 600;

/** Puts lines of many heights before the last one of a conversation, past all triggers, as an import does. */
async function makeLong(backend: Backend, last: string): Promise<void> {
  await backend.database.execute(`
    set session_replication_role = replica;
    create temporary table long on commit preserve rows as
      select session_id, (select min(user_id::text)::uuid from support_chat.agents) as agent
      from support_chat.messages where content = '${last}';
    update support_chat.messages set seq = ${LINES}, visitor_seq = ${LINES} where content = '${last}';
    update support_chat.sessions
    set last_seq = ${LINES}, last_visitor_seq = ${LINES}, desk_read_seq = ${LINES}, visitor_read_seq = ${LINES}, desk_unread = 0
    where id = (select session_id from long);
    insert into support_chat.messages (session_id, seq, visitor_seq, client_id, sender_type, sender_id, content, created_at)
    select
      session_id, n, n, gen_random_uuid(), case when n % 5 < 2 then 'agent' else 'customer' end, case when n % 5 < 2 then agent end,
      'Line ' || n || case when n % 7 = 0 then repeat(' of words that fill a line and then one more', n % 4 * 2) else '' end,
      now() - make_interval(mins => ${LINES} - n)
    from generate_series(1, ${LINES - 1}) n, long;
    drop table long;
    set session_replication_role = origin;
  `);
}

interface Look {
  /** The numbers of the lines in view, from the top. */
  readonly lines: readonly number[];
  /** Where each of them is, by its number. */
  readonly tops: Readonly<Record<number, number>>;
  /** What the list holds. */
  readonly elements: number;
  readonly scrollTop: number;
}

/** Scrolls, and looks when that is on screen. */
function look(messages: Locator, by = 0): Promise<Look> {
  return messages.evaluate(async (log, by) => {
    const frames = async () => {
      for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
    };
    if (by !== 0) log.scrollTop += by;
    await frames();
    const view = log.getBoundingClientRect();
    const lines: number[] = [];
    const tops: Record<number, number> = {};
    for (const bubble of log.querySelectorAll('[part~="bubble"]')) {
      const { top, bottom } = bubble.getBoundingClientRect();
      const number = Number(/Line (\d+)/.exec(bubble.textContent ?? '')?.[1]);
      if (bottom <= view.top || top >= view.bottom || !number) continue;
      lines.push(number);
      tops[number] = top;
    }
    return { lines, tops, elements: log.querySelectorAll('*').length, scrollTop: log.scrollTop };
  }, by);
}

/** Scrolls up to the first line. What is in view moves as far as one scrolls, and not at all otherwise. */
async function readBack(messages: Locator): Promise<{ seen: Set<number>; elements: number }> {
  let elements = 0;
  let before = await look(messages);
  const seen = new Set(before.lines);
  for (let steps = 0; !seen.has(1); steps++) {
    expect(steps, 'steps').toBeLessThan(LINES * 2);
    const step = before.scrollTop > 300 ? -300 : -before.scrollTop;
    const after = await look(messages, step);
    for (const number of after.lines) {
      seen.add(number);
      const from = before.tops[number];
      if (from !== undefined)
        expect(Math.abs(after.tops[number]! - from + step), `line ${number}`).toBeLessThan(2);
    }
    expect(after.lines).toEqual(after.lines.map((_, at) => after.lines[0]! + at));
    elements = Math.max(elements, after.elements);
    before = after;
  }
  return { seen, elements };
}

/** The visitor has said `last` after all the other lines, and sees it. */
async function showLong(widget: Widget, backend: Backend, last: string): Promise<void> {
  await widget.open();
  await widget.send(last);
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  await makeLong(backend, last);
  await widget.page.reload();
  await widget.open();
  await expect(widget.messages.getByText(last, { exact: true })).toBeInViewport();
}

test('a visitor reads a long conversation back, line by line', async ({ widget, backend, unique }) => {
  await showLong(widget, backend, unique(`Line ${LINES} is the newest`));
  const { seen, elements } = await readBack(widget.messages);
  expect(seen.size).toBe(LINES);
  expect(elements).toBeLessThan(1200);
});

test('an agent reads it as well, in a small document, and goes on where it ends', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const last = unique(`Line ${LINES} is the newest`);
  await widget.open();
  await widget.send(last);
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  await makeLong(backend, last);
  await desk.signIn();
  await desk.showTab('Unassigned');
  await desk.row(last).click();
  await expect(desk.messages.getByText(last, { exact: true })).toBeInViewport();
  expect((await readBack(desk.messages)).seen.size).toBe(LINES);
  expect(
    await desk.page.evaluate(
      () => document.querySelector('support-dashboard')!.shadowRoot!.querySelectorAll('*').length,
    ),
  ).toBeLessThan(1000);

  // Far away at once, and to both ends by key.
  for (const share of [0.5, 0.2, 0.8, 0.01, 0.99]) {
    await desk.messages.evaluate((log, share) => log.scrollTo(0, log.scrollHeight * share), share);
    const { lines, elements } = await look(desk.messages);
    expect(lines.length, `lines at ${share}`).toBeGreaterThan(3);
    expect(Math.abs(lines[0]! / LINES - share), `line ${lines[0]} at ${share}`).toBeLessThan(0.05);
    expect(lines).toEqual(lines.map((_, at) => lines[0]! + at));
    expect(elements).toBeLessThan(1200);
  }
  await desk.messages.focus();
  await desk.page.keyboard.press('Home');
  await expect(desk.messages.getByText('Line 1', { exact: true })).toBeInViewport();
  await desk.page.keyboard.press('End');
  await expect(desk.messages.getByText(last, { exact: true })).toBeInViewport();

  // New messages leave whoever reads in the middle alone.
  await desk.messages.evaluate((log) => log.scrollTo(0, log.scrollHeight / 2));
  const before = await look(desk.messages);
  const news = unique('Are you still there?');
  await widget.page.reload();
  await widget.open();
  await widget.send(news);
  const pill = desk.page.getByRole('button', { name: 'New messages' });
  await expect(pill).toBeVisible();
  expect((await look(desk.messages)).tops).toEqual(before.tops);
  await pill.click();
  await expect(desk.messages.getByText(news, { exact: true })).toBeInViewport();
  await expect(pill).toHaveCount(0);
  await expect(desk.messages).toBeFocused();
  for (let count = 1; count <= 3; count++) {
    const more = unique(`More ${count}`);
    await widget.send(more);
    await expect(widget.messages.getByText(more, { exact: true })).toBeInViewport();
    await expect(desk.messages.getByText(more, { exact: true })).toBeInViewport();
  }
});

test('what is selected stays while one scrolls on', async ({ widget, backend, unique }) => {
  await showLong(widget, backend, unique(`Line ${LINES} is the newest`));
  let place = await look(widget.messages);
  while (place.lines[0]! > LINES - 250) place = await look(widget.messages, -400);
  const start = place.lines[2]!;
  const { x, y } = (await widget.messages.getByText(new RegExp(`^Line ${start}\\b`)).boundingBox())!;
  await widget.page.mouse.move(x + 1, y + 4);
  await widget.page.mouse.down();
  await widget.page.mouse.move(x + 30, y + 60, { steps: 3 });
  for (let steps = 0; steps < 30; steps++) await look(widget.messages, 300);
  const box = (await widget.messages.boundingBox())!;
  await widget.page.mouse.move(box.x + box.width / 2, box.y + 200, { steps: 4 });
  await widget.page.mouse.up();
  const { lines } = await look(widget.messages);
  const text = await widget.page.evaluate(() => String(getSelection()));
  for (let line = start; line < lines[0]!; line++) expect(text).toContain(`Line ${line}`);
});
