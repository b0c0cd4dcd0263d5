// Agents whose rights end, for good or for a moment.
import type { Backend } from './backend.ts';
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

/** The access token at hand ends now, on the server; nothing else is wrong with the sign-in. */
async function endToken({ page }: Desk, backend: Backend): Promise<void> {
  const [user] = await backend.database.query<{ id: string }>(
    `select id from auth.users where email = 'agent@example.com'`,
  );
  const ended = {
    access_token: await backend.keys.sign(
      { sub: user!.id, role: 'authenticated', aud: 'authenticated' },
      -60,
    ),
    expires_in: 0,
    expires_at: Math.floor(Date.now() / 1000) - 60,
  };
  await page.evaluate((session) => {
    const key = Object.keys(localStorage).find((one) => one.endsWith(':agent'))!;
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)!), ...session }));
  }, ended);
  // The server ends what was joined with that token, too.
  backend.faults.endChannels('Token has expired 60 seconds ago');
}

const DAY = 86_400_000;

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

  await endToken(desk, backend);

  await expect(field).toHaveValue(texts[1]!);
  await desk.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expectThread(widget.messages, texts.slice(0, 2));
  await expectDelivered(desk);
  await expect(field).toHaveValue('');
  await say(widget, texts[2]!);
  await expectThread(desk.messages, texts);
});

test('an agent whose clock is a day slow stays signed in when the token ends', async ({
  widget,
  backend,
  newPerson,
  unique,
}) => {
  const desk = new Desk(await openWithClock(newPerson, '/dashboard.html', Date.now() - DAY));
  const renewals: string[] = [];
  desk.page.on('request', (request) => {
    if (request.url().includes('grant_type=refresh_token')) renewals.push(request.url());
  });
  const sockets = new Sockets(desk.page);
  const texts = [unique('Hello'), unique('A day late'), unique('Thanks'), unique('Bye')];
  await meet(widget, desk, texts[0]!);
  await expect.poll(() => sockets.joined).toBe(1);

  await endToken(desk, backend);
  await say(desk, texts[1]!);
  await expectThread(widget.messages, texts.slice(0, 2));
  await expectDelivered(desk);
  await expect.poll(() => sockets.joined).toBe(2);
  await say(widget, texts[2]!);
  await expectThread(desk.messages, texts.slice(0, 3));
  expect(renewals).toHaveLength(1);

  await endToken(desk, backend);
  await desk.page.reload();
  await desk.showTab('Unassigned');
  await desk.row(texts[2]!).click();
  await say(desk, texts[3]!);
  await expectThread(widget.messages, texts);
  await expectDelivered(desk);
  expect(renewals).toHaveLength(2);
});

test('a reply that was refused since the sign-in was over goes out after the next one', async ({
  widget,
  backend,
  newPerson,
  unique,
}) => {
  const desk = new Desk(await openWithClock(newPerson, '/dashboard.html', Date.now() - DAY));
  const texts = [unique('Hello'), unique('Too late'), unique('Thanks')];
  await meet(widget, desk, texts[0]!);
  await desk.page.route('**/token?grant_type=refresh_token', (route) =>
    route.fulfill({ status: 400, json: { error_code: 'refresh_token_not_found', msg: 'Invalid' } }),
  );
  await endToken(desk, backend);
  await desk.page.getByRole('textbox', { name: 'Reply' }).fill(texts[1]!);
  await desk.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(desk.page.getByRole('heading', { name: 'You have been signed out' })).toBeVisible();

  await desk.button('Sign in again').click();
  await desk.signIn();
  await expectThread(widget.messages, texts.slice(0, 2));
  await desk.showTab('Unassigned');
  await desk.row(texts[1]!).click();
  await expectDelivered(desk);
  await say(widget, texts[2]!);
  await expectThread(desk.messages, texts);
});
