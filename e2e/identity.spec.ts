// Who the visitor is: a site with sign-in of its own, its pages and tabs, and the next person at the same computer.
import type { Page } from '@playwright/test';
import { SignJWT } from 'jose';
import type { Backend } from './backend.ts';
import { anotherTab, expect, expectDelivered, expectThread, meet, say, test, Widget } from './delivery.ts';

const GREETING = /^Hello! Ask us anything/;

/** On every page of this browser the site gives the chat what it knows of who is signed in, as supabase-js does. */
async function withSignIn({ page }: Widget): Promise<void> {
  await page.context().addInitScript(() => {
    document.addEventListener('support-ready', ({ target }) => {
      const chat = document.querySelector('support-chat');
      if (!chat || target !== chat) return;
      chat.accessToken = async () => localStorage.getItem('site-session');
      const identityToken = localStorage.getItem('site-identity');
      if (identityToken) chat.visitor = { identityToken };
    });
  });
  await page.reload();
}

/** Nobody tells the chat: it has to notice. */
async function signIn(page: Page, jwt: string | null): Promise<void> {
  await page.evaluate((session) => {
    if (session === null) localStorage.removeItem('site-session');
    else localStorage.setItem('site-session', session);
  }, jwt);
}

async function newUser(backend: Backend): Promise<string> {
  const email = `${crypto.randomUUID()}@example.com`;
  await backend.signUp(email, 'a-long-password');
  const answer = await fetch(`${backend.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: backend.publishableKey, 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password: 'a-long-password' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function identity(backend: Backend, sub: string, name: string): Promise<string> {
  await backend.database.query(
    "insert into support_chat.identity_keys (kid) values ('e2e') on conflict (kid) do nothing",
  );
  const [key] = await backend.database.query<{ secret: string }>(
    "select secret from support_chat.identity_keys where kid = 'e2e'",
  );
  return new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256', kid: 'e2e' })
    .setAudience('support-chat')
    .setSubject(sub)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(key!.secret));
}

async function vouch(page: Page, identityToken: string | null): Promise<void> {
  await page.evaluate((token) => {
    if (token === null) localStorage.removeItem('site-identity');
    else localStorage.setItem('site-identity', token);
    document.querySelector('support-chat')!.visitor = token === null ? null : { identityToken: token };
  }, identityToken);
}

const stored = (page: Page) => page.evaluate(() => JSON.stringify(localStorage));

test('who signs up in the page keeps the conversation, and goes on in it after a reload', async ({
  backend,
  widget,
  desk,
  unique,
}) => {
  await withSignIn(widget);
  const texts = [unique('Hello'), unique('As a customer'), unique('Welcome'), unique('Thanks')];
  await meet(widget, desk, texts[0]!);
  await signIn(widget.page, await newUser(backend));
  await say(widget, texts[1]!);
  await expectDelivered(widget);
  await expectThread(widget.messages, texts.slice(0, 2));
  expect(await stored(widget.page)).not.toContain('sv1_');
  await say(desk, texts[2]!);
  await expectThread(widget.messages, texts.slice(0, 3));

  await widget.page.reload();
  await widget.open();
  await expectThread(widget.messages, texts.slice(0, 3));
  await say(widget, texts[3]!);
  await expectThread(desk.messages, texts);
});

test('after a sign-out without a word the chat shows nothing of who was there, nor to who comes next', async ({
  backend,
  widget,
  desk,
  unique,
}) => {
  await withSignIn(widget);
  const { page } = widget;
  const [hello, late, other] = [unique('Hello'), unique('For who is gone'), unique('Somebody else')];
  await signIn(page, await newUser(backend));
  await meet(widget, desk, hello);
  await widget.textbox.fill('Half a secret');
  await signIn(page, null);
  // What comes by socket is not shown either, and tells that something has changed.
  await say(desk, late);
  await expect(widget.window.getByText(GREETING)).toBeVisible();
  await expect(widget.textbox).toHaveValue('');
  await expect(page.getByText(late)).toHaveCount(0);

  await signIn(page, await newUser(backend));
  await page.reload();
  await widget.open();
  await expect(widget.window.getByText(GREETING)).toBeVisible();
  await expect(widget.textbox).toHaveValue('');
  await say(widget, other);
  await expectDelivered(widget);
  await expectThread(widget.messages, [other]);
  await expect(page.getByText(hello)).toHaveCount(0);
  await expect(desk.row(other)).toBeVisible();
  await expect(desk.messages.getByText(other)).toHaveCount(0);
});

test('who signs in again goes on in the same conversation, here and in another browser', async ({
  backend,
  widget,
  desk,
  newPerson,
  unique,
}) => {
  await withSignIn(widget);
  const texts = [unique('Hello'), unique('Here again'), unique('On my phone')];
  const user = await newUser(backend);
  await signIn(widget.page, user);
  await meet(widget, desk, texts[0]!);
  await signIn(widget.page, null);
  await widget.page.evaluate(() => document.querySelector('support-chat')!.reset());
  await expect(widget.window.getByText(GREETING)).toBeVisible();

  await widget.page.reload();
  await signIn(widget.page, user);
  await widget.open();
  await expectThread(widget.messages, texts.slice(0, 1));
  await say(widget, texts[1]!);
  const phone = new Widget(await newPerson('/'));
  await withSignIn(phone);
  await signIn(phone.page, user);
  await phone.open();
  await expectThread(phone.messages, texts.slice(0, 2));
  await say(phone, texts[2]!);
  for (const { messages } of [widget, desk]) await expectThread(messages, texts);
});

test('another tab follows who signs up, and what is written there arrives in the account', async ({
  backend,
  widget,
  desk,
  unique,
}) => {
  await withSignIn(widget);
  const texts = [unique('Hello'), unique('From the first'), unique('From the second')];
  await meet(widget, desk, texts[0]!);
  const other = await anotherTab(widget);
  await other.open();
  await expectThread(other.messages, texts.slice(0, 1));
  await signIn(widget.page, await newUser(backend));
  await say(widget, texts[1]!);
  await expectThread(other.messages, texts.slice(0, 2));
  await say(other, texts[2]!);
  for (const { messages } of [widget, other, desk]) await expectThread(messages, texts);
  expect(await stored(widget.page)).not.toContain('sv1_');
  const visitors = await backend.database.query(
    `select from support_chat.visitors v where v.user_id is null
     and exists (select from support_chat.sessions s join support_chat.messages m on m.session_id = s.id
                 where s.visitor_id = v.id and m.content in ($1, $2, $3))`,
    texts,
  );
  expect(visitors).toHaveLength(0);
});

test('a reload while the answer to the claim is lost changes nothing', async ({
  backend,
  widget,
  desk,
  unique,
}) => {
  await withSignIn(widget);
  const texts = [unique('Hello'), unique('Still here')];
  await meet(widget, desk, texts[0]!);
  await widget.page.route('**/rpc/chat_claim', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await signIn(widget.page, await newUser(backend));
  const claimed = widget.page.waitForEvent('requestfailed', { timeout: 30_000 });
  await widget.textbox.fill(texts[1]!);
  await widget.page.keyboard.press('Enter');
  await claimed;
  expect(await stored(widget.page)).toContain('sv1_');
  await widget.page.unroute('**/rpc/chat_claim');
  await widget.page.reload();
  await widget.open();
  await expectThread(widget.messages, texts);
  await expectDelivered(widget);
  await expectThread(desk.messages, texts);
  expect(await stored(widget.page)).not.toContain('sv1_');
});

test('what was not sent yet when somebody signs up arrives once, and a draft stays in the box', async ({
  backend,
  widget,
  desk,
  unique,
}) => {
  await withSignIn(widget);
  const texts = [unique('Hello'), unique('On its way')];
  await meet(widget, desk, texts[0]!);
  await widget.page.route('**/rpc/chat_send', (route) => route.abort());
  await say(widget, texts[1]!);
  await widget.textbox.fill('Half a sentence');
  await signIn(widget.page, await newUser(backend));
  await widget.page.unroute('**/rpc/chat_send');
  await expectThread(desk.messages, texts);
  await expectDelivered(widget);
  await expectThread(widget.messages, texts);
  await expect(widget.textbox).toHaveValue('Half a sentence');
  expect(await stored(widget.page)).not.toContain('sv1_');
});

test('agents see that the backend vouches for somebody, and the token is of no use in another browser', async ({
  backend,
  widget,
  desk,
  newPerson,
  unique,
}) => {
  const [hello, name] = [unique('Hello'), unique('Vera Vouched')];
  const jwt = await identity(backend, unique('customer'), name);
  await meet(widget, desk, hello);
  await expect(desk.page.getByText(name)).toHaveCount(0);
  await vouch(widget.page, jwt);
  await expect(desk.page.getByText(name).first()).toBeVisible({ timeout: 20_000 });
  await expect(desk.page.getByText('Verified', { exact: true }).first()).toBeVisible();
  await expect(desk.page.getByText('Not verified')).toHaveCount(0);
  await expectThread(widget.messages, [hello]);
  await widget.page.reload();
  await vouch(widget.page, jwt);
  await widget.open();
  await expectThread(widget.messages, [hello]);

  const thief = new Widget(await newPerson('/'));
  await thief.page.evaluate(() => {
    document.addEventListener('support-error', (event) => {
      document.body.dataset['refused'] = (event as CustomEvent<{ message: string }>).detail.message;
    });
  });
  await vouch(thief.page, jwt);
  await thief.open();
  await expect(thief.window.getByText(GREETING)).toBeVisible();
  await expect(thief.page.locator('body')).toHaveAttribute(
    'data-refused',
    'visitor.identityToken is refused: used',
  );
});

test('a reset on a shared computer leaves nothing behind, in any tab', async ({
  backend,
  widget,
  unique,
}) => {
  await withSignIn(widget);
  const { page } = widget;
  const hello = unique('Hello');
  await signIn(page, await newUser(backend));
  await widget.open();
  await say(widget, hello);
  await expectDelivered(widget);
  const other = await anotherTab(widget);
  await other.open();
  await expectThread(other.messages, [hello]);
  await other.textbox.fill('Half a secret');
  await page.evaluate(() => document.querySelector('support-chat')!.reset());
  for (const tab of [widget, other]) {
    await expect(tab.window.getByText(GREETING)).toBeVisible();
    await expect(tab.textbox).toHaveValue('');
  }
  await signIn(page, null);
  expect(await stored(page)).toBe('{}');
});
