// Agents whose rights end, for good or for a moment.
import { PASSWORD, Team } from './colleagues.ts';
import {
  Desk,
  expect,
  expectDelivered,
  expectThread,
  meet,
  openWithClock,
  Sockets,
  say,
  stopTime,
  test,
} from './delivery.ts';

/** Everything that has been shown in the bar about the connection from here on. */
async function watchBar({ page }: Desk): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    const bar = document.querySelector('support-dashboard')!.shadowRoot!.querySelector('#connection')!;
    new MutationObserver(() => shown.push(bar.textContent!.trim())).observe(bar, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  return () => page.evaluate(() => (window as unknown as { shown: string[] }).shown.join(''));
}

test('an agent who is dismissed while ten others work hears nothing more, and nobody else notices', async ({
  widget,
  desk,
  backend,
  newPerson,
  unique,
}) => {
  const team = await Team.hire(backend, 10);
  const [leaver, ...emails] = team.emails;
  try {
    const hello = unique('Hello');
    await meet(widget, desk, hello);
    const dismissed = new Desk(await newPerson('/dashboard.html'));
    const present = new Desk(await openWithClock(newPerson, '/dashboard.html'));
    const sockets = new Sockets(dismissed.page);
    for (const [person, email] of [
      [dismissed, leaver!],
      [present, emails.pop()!],
    ] as const) {
      await person.signIn(email, PASSWORD);
      await person.showTab('Unassigned');
      await person.row(hello).click();
      await expectThread(person.messages, [hello]);
    }
    const colleagues = await Promise.all(emails.map((email) => team.work(email)));
    await expect.poll(() => sockets.joined).toBe(1);
    const bars = [await watchBar(desk), await watchBar(present)];

    // Whoever stays changes lines before any time passes, so there is nothing to tell of.
    for (const { page } of [desk, present]) await stopTime(page);
    await team.dismiss(leaver!);
    await expect(
      dismissed.page.getByRole('heading', { name: 'You are not on the support team' }),
    ).toBeVisible();
    await expect(dismissed.page.getByText(hello)).toHaveCount(0);
    await expect.poll(() => sockets.open).toBe(0);
    const heard = sockets.heard;

    const [question, answer] = [unique('Still there?'), unique('We are')];
    await say(widget, question);
    for (const { messages } of [desk, present]) await expectThread(messages, [hello, question]);
    await say(present, answer);
    for (const { messages } of [desk, widget]) await expectThread(messages, [hello, question, answer]);
    await expectDelivered(present);
    for (const { heard: texts, desk: one, connections } of colleagues) {
      await expect
        .poll(() => texts.filter((text) => [question, answer].includes(text)))
        .toEqual([question, answer]);
      await expect.poll(() => one.state.connection).toBe('live');
      expect([...connections]).not.toContain('offline');
    }
    for (const bar of bars) expect(await bar()).toBe('');
    expect(sockets.heard).toBe(heard);
  } finally {
    await team.leave();
  }
});

test('a sign-in that ran out while a reply was written is renewed, and the reply goes out', async ({
  widget,
  desk,
  backend,
  unique,
}) => {
  const texts = [unique('Hello'), unique('Written for an hour'), unique('Thanks')];
  await meet(widget, desk, texts[0]!);
  const field = desk.page.getByRole('textbox', { name: 'Reply' });
  await field.fill(texts[1]!);

  const [user] = await backend.database.query<{ id: string }>(
    `select id from auth.users where email = 'agent@example.com'`,
  );
  const expired = await backend.keys.sign(
    { sub: user!.id, role: 'authenticated', aud: 'authenticated' },
    -60,
  );
  await desk.page.evaluate((token) => {
    const key = Object.keys(localStorage).find((one) => one.endsWith(':agent'))!;
    const session = JSON.parse(localStorage.getItem(key)!) as Record<string, unknown>;
    const ended = { access_token: token, expires_in: 0, expires_at: Math.floor(Date.now() / 1000) - 60 };
    localStorage.setItem(key, JSON.stringify({ ...session, ...ended }));
  }, expired);
  // The server ends what was joined with that token, too.
  backend.faults.endChannels('Token has expired 60 seconds ago');

  await expect(field).toHaveValue(texts[1]!);
  await desk.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expectThread(widget.messages, texts.slice(0, 2));
  await expectDelivered(desk);
  await expect(field).toHaveValue('');
  await say(widget, texts[2]!);
  await expectThread(desk.messages, texts);
});
