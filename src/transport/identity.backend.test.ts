// Who a visitor is: the real client code against the real SQL and the real sign-in.
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Backend, startBackend } from '../../demo/backend/server.ts';
import { createClock } from '../browser/clock.ts';
import { FakeDisk, FakeEnvironment, FakeStorage } from '../core/testing/fake-browser.ts';
import { loneTab } from '../core/testing/lone-tab.ts';
import type { IdentifiedChat } from '../core/visitor-chat.ts';
import { connectVisitor } from './connect-visitor.ts';
import type { LiveChannelOptions } from './live-channel.ts';

const transport = WebSocket as unknown as NonNullable<LiveChannelOptions<never>['transport']>;
const PASSWORD = 'a-long-password';

let backend: Backend;
let secret: string;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  backend = await startBackend();
  const [row] = await backend.database.query<{ secret: string }>(
    "insert into support_chat.identity_keys (kid) values ('main') returning secret",
  );
  secret = row?.secret ?? '';
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  backend.faults.reset();
});

afterAll(async () => {
  await backend?.close();
});

/** The page of a site, with who is signed in there; `disk` is the browser's. */
function openPage(disk = new FakeDisk()) {
  const storage = new FakeStorage(disk);
  const environment = new FakeEnvironment();
  const site = {
    accessToken: null as null | (() => Promise<string | null>),
    identityToken: null as string | null,
  };
  const chat = connectVisitor(
    {
      url: backend.url,
      key: backend.publishableKey,
      accessToken: () => site.accessToken?.() ?? null,
      identityToken: () => site.identityToken,
      transport,
    },
    { storage, environment, clock: createClock(), openTabs: () => loneTab },
  );
  const errors: string[] = [];
  chat.onEvent((event) => {
    if (event.type === 'error') errors.push(event.error.message);
  });
  const close = () => {
    chat.stop();
    disk.detach(storage);
  };
  undo.push(close);
  return {
    chat,
    errors,
    environment,
    storage,
    close,
    open() {
      chat.start();
      chat.setOpen(true);
    },
    /** Signs in a Supabase user, or out. */
    signIn(jwt: string | null) {
      site.accessToken = async () => jwt;
      chat.identify();
    },
    /** What the site's backend vouches for. */
    vouch(jwt: string | null) {
      site.identityToken = jwt;
      chat.identify();
    },
  };
}

async function until(condition: () => boolean, within = 15_000): Promise<void> {
  const end = Date.now() + within;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not within ${within} ms: ${condition}`);
    await sleep(10);
  }
}

const texts = (chat: IdentifiedChat) =>
  chat.state.messages.flatMap(({ kind, content }) => (kind === 'event' ? [] : [content]));

async function say(chat: IdentifiedChat, text: string): Promise<void> {
  await chat.send(text);
  await until(() => chat.state.messages.at(-1)?.content === text);
  await until(() => chat.state.messages.at(-1)?.status === 'sent');
}

/** Another user of Supabase Auth. */
async function newUser(): Promise<string> {
  const email = `${crypto.randomUUID()}@example.com`;
  await backend.signUp(email, PASSWORD);
  const answer = await fetch(`${backend.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: backend.publishableKey, 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function identity(sub: string, more: Record<string, unknown> = {}, audience = 'support-chat') {
  return new SignJWT({ name: `${sub} by name`, ...more })
    .setProtectedHeader({ alg: 'HS256', kid: 'main' })
    .setAudience(audience)
    .setSubject(sub)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
}

interface Owner {
  readonly user_id: string | null;
  readonly external_id: string | null;
  readonly verified: boolean;
}

/** Whose each message with this text is. */
async function ownersOf(text: string): Promise<readonly Owner[]> {
  return backend.database.query<Owner & Record<string, unknown>>(
    `select v.user_id, v.external_id, v.verified_at is not null as verified
     from support_chat.messages m
     join support_chat.sessions s on s.id = m.session_id join support_chat.visitors v on v.id = s.visitor_id
     where m.content = $1`,
    [text],
  );
}

const subOf = (jwt: string) => (JSON.parse(atob(jwt.split('.')[1] ?? '')) as { sub: string }).sub;
const unique = (text: string) => `${text} ${crypto.randomUUID()}`;

test('who signs up keeps what they said, in their account, and no secret is left in the browser', async () => {
  const page = openPage();
  page.open();
  const [before, after] = [unique('before'), unique('after')];
  await say(page.chat, before);
  const jwt = await newUser();
  page.signIn(jwt);
  await until(() => ![...page.storage.values.values()].join().includes('sv1_'));
  expect(texts(page.chat)).toEqual([before]);
  await say(page.chat, after);
  expect(texts(page.chat)).toEqual([before, after]);
  for (const text of [before, after]) {
    expect(await ownersOf(text)).toEqual([{ user_id: subOf(jwt), external_id: null, verified: false }]);
  }
  expect(JSON.stringify([...page.storage.values])).not.toContain(subOf(jwt));

  page.close();
  const elsewhere = openPage();
  elsewhere.signIn(jwt);
  elsewhere.open();
  await until(() => texts(elsewhere.chat).length === 2);
  expect(texts(elsewhere.chat)).toEqual([before, after]);
});

test('another user, and nobody, see nothing of who was signed in before', async () => {
  const page = openPage();
  page.open();
  const [ada, bo] = [await newUser(), await newUser()];
  const [secretText, other] = [unique('of Ada'), unique('of Bo')];
  page.signIn(ada);
  await say(page.chat, secretText);
  page.chat.setDraft('half a secret');
  page.signIn(bo);
  await until(() => page.chat.state.phase === 'ready' && texts(page.chat).length === 0);
  expect(page.chat.draft).toBe('');
  await say(page.chat, other);
  expect(texts(page.chat)).toEqual([other]);
  expect(await ownersOf(other)).toMatchObject([{ user_id: subOf(bo) }]);

  page.signIn(null);
  await until(() => page.chat.state.phase === 'ready' && texts(page.chat).length === 0);
  expect(page.chat.state.sessions).toEqual([]);
  const third = unique('of nobody');
  await say(page.chat, third);
  expect(await ownersOf(third)).toEqual([{ user_id: null, external_id: null, verified: false }]);

  page.chat.reset();
  page.signIn(ada);
  await until(() => texts(page.chat).length === 1);
  expect(texts(page.chat)).toEqual([secretText]);
  expect(page.chat.draft).toBe('');
});

test('a claim whose answer was lost is made again, also by the next page', async () => {
  const disk = new FakeDisk();
  const page = openPage(disk);
  page.open();
  const before = unique('before');
  await say(page.chat, before);
  const jwt = await newUser();
  backend.faults.loseAnswers({ name: 'chat_claim' });
  page.signIn(jwt);
  await until(() => disk.values.size > 0 && ![...disk.values.values()].join().includes('known'));
  await sleep(300);
  page.close();
  expect([...disk.values.values()].join()).toContain('sv1_');
  expect(await ownersOf(before)).toMatchObject([{ user_id: subOf(jwt) }]);

  const next = openPage(disk);
  next.signIn(jwt);
  next.open();
  await until(() => texts(next.chat).length === 1);
  await say(next.chat, unique('after'));
  expect(texts(next.chat)[0]).toBe(before);
  expect([...disk.values.values()].join()).not.toContain('sv1_');
});

test('what could not be sent before the sign-up is sent to the account, once', async () => {
  const page = openPage();
  page.open();
  await say(page.chat, unique('before'));
  const [unsent, first] = [unique('unsent'), unique('unsent and first')];
  backend.faults.goAway();
  await page.chat.send(unsent);
  page.chat.startConversation();
  await page.chat.send(first);
  page.chat.setDraft('half a sentence');
  await sleep(300);
  backend.faults.comeBack();
  const jwt = await newUser();
  page.signIn(jwt);
  await until(
    () => page.chat.state.messages.at(-1)?.status === 'sent' && page.chat.state.sessions.length === 2,
  );
  expect(page.chat.draft).toBe('half a sentence');
  for (const text of [unsent, first]) {
    await sleep(200);
    expect(await ownersOf(text)).toMatchObject([{ user_id: subOf(jwt) }]);
  }
});

test('a tab that has not heard of the sign-in follows the one that has claimed, and makes no ghost', async () => {
  const disk = new FakeDisk();
  const [page, other] = [openPage(disk), openPage(disk)];
  page.open();
  const before = unique('before');
  await say(page.chat, before);
  other.open();
  await until(() => texts(other.chat).length === 1);
  const jwt = await newUser();
  let isSignedIn = false;
  for (const tab of [page, other]) tab.signIn(null);
  await sleep(50);
  page.signIn(jwt);
  await until(() => ![...disk.values.values()].join().includes('sv1_'));
  await until(() => texts(other.chat).length === 0);
  // Its page has heard by now.
  isSignedIn = true;
  other.signIn(isSignedIn ? jwt : null);
  await until(() => texts(other.chat).length === 1);
  const after = unique('after');
  await say(other.chat, after);
  expect(await ownersOf(after)).toMatchObject([{ user_id: subOf(jwt) }]);
  expect([...disk.values.values()].join()).not.toContain('sv1_');
});

test('two tabs that claim at the same time both show the account', async () => {
  const disk = new FakeDisk();
  const [page, other] = [openPage(disk), openPage(disk)];
  page.open();
  const before = unique('before');
  await say(page.chat, before);
  other.open();
  await until(() => texts(other.chat).length === 1);
  const jwt = await newUser();
  for (const tab of [page, other]) tab.signIn(jwt);
  await until(() => ![...disk.values.values()].join().includes('sv1_'));
  for (const [index, { chat }] of [page, other].entries()) {
    await until(() => texts(chat)[0] === before);
    await say(chat, unique(`after ${index}`));
    expect(texts(chat)[0]).toBe(before);
  }
  expect(await ownersOf(before)).toMatchObject([{ user_id: subOf(jwt) }]);
});

test('whom the backend vouches for is verified, and keeps what they said', async () => {
  const page = openPage();
  page.open();
  const [before, after] = [unique('before'), unique('after')];
  await say(page.chat, before);
  const sub = unique('customer');
  page.vouch(await identity(sub));
  await until(() => page.chat.state.visitor?.verified === true);
  expect(page.chat.state.visitor?.name).toBe(`${sub} by name`);
  expect(texts(page.chat)).toEqual([before]);
  await say(page.chat, after);
  for (const text of [before, after]) {
    expect(await ownersOf(text)).toEqual([{ user_id: null, external_id: sub, verified: true }]);
  }
  expect(JSON.stringify([...page.storage.values])).not.toContain(sub);
  page.close();

  const elsewhere = openPage();
  elsewhere.vouch(await identity(sub));
  elsewhere.open();
  await until(() => texts(elsewhere.chat).length === 2);
  expect(elsewhere.errors).toEqual([]);
});

test('a lost answer to an identity is asked for again with the same token', async () => {
  const disk = new FakeDisk();
  const page = openPage(disk);
  page.open();
  const before = unique('before');
  await say(page.chat, before);
  const sub = unique('customer');
  const jwt = await identity(sub);
  backend.faults.loseAnswers({ name: 'chat_identify' });
  page.vouch(jwt);
  await sleep(500);
  page.close();
  expect(await ownersOf(before)).toMatchObject([{ external_id: sub }]);

  const next = openPage(disk);
  next.vouch(jwt);
  next.open();
  await until(() => next.chat.state.visitor?.verified === true);
  expect(texts(next.chat)).toEqual([before]);
  expect(next.errors).toEqual([]);
});

test('an identity that is refused is reported with the reason, and the chat goes on as not verified', async () => {
  const page = openPage();
  page.vouch(await identity('somebody', {}, 'another-service'));
  page.open();
  const text = unique('not verified');
  await say(page.chat, text);
  expect(page.errors).toEqual(['visitor.identityToken is refused: audience']);
  expect(page.chat.state.visitor?.verified).toBe(false);
  expect(await ownersOf(text)).toEqual([{ user_id: null, external_id: null, verified: false }]);
});

test('an identity that was used in another browser is refused, and shows nothing', async () => {
  const page = openPage();
  const jwt = await identity(unique('customer'));
  page.vouch(jwt);
  page.open();
  await say(page.chat, unique('private'));
  const thief = openPage();
  thief.vouch(jwt);
  thief.open();
  await until(() => thief.errors.length > 0);
  expect(thief.errors).toEqual(['visitor.identityToken is refused: used']);
  await until(() => thief.chat.state.phase === 'ready');
  expect(texts(thief.chat)).toEqual([]);
});

test('on a shared computer the next customer sees nothing of the one before, who finds everything again', async () => {
  const page = openPage();
  const [ada, bo] = [unique('Ada'), unique('Bo')];
  page.vouch(await identity(ada));
  page.open();
  const text = unique('of Ada');
  await say(page.chat, text);
  page.vouch(await identity(bo));
  await until(() => texts(page.chat).length === 0 && page.chat.state.phase === 'ready');
  await say(page.chat, unique('of Bo'));
  expect(texts(page.chat)).toHaveLength(1);
  page.vouch(null);
  await until(() => texts(page.chat).length === 0);
  page.vouch(await identity(ada));
  await until(() => texts(page.chat).length === 1);
  expect(texts(page.chat)).toEqual([text]);
  expect(page.errors).toEqual([]);
});

test('a reset signs out although the site goes on vouching, until it says something else', async () => {
  const disk = new FakeDisk();
  const [page, other] = [openPage(disk), openPage(disk)];
  const jwt = await identity(unique('customer'));
  for (const tab of [page, other]) {
    tab.vouch(jwt);
    tab.open();
  }
  const text = unique('mine');
  await say(page.chat, text);
  await until(() => texts(other.chat).length === 1);
  page.chat.reset();
  for (const { chat } of [page, other]) {
    await until(() => chat.state.phase === 'ready' && texts(chat).length === 0);
  }
  expect([...disk.values.keys()]).toEqual([]);
  await say(other.chat, unique('of nobody'));
  await until(() => texts(page.chat).length === 1);
  expect(await ownersOf(texts(page.chat)[0] ?? '')).toMatchObject([{ external_id: null }]);
});

test('a customer who was erased is heard at once, and vouched for with the next identity', async () => {
  const page = openPage();
  const sub = unique('customer');
  page.vouch(await identity(sub));
  page.open();
  await say(page.chat, unique('forget me'));
  await backend.database.query('delete from support_chat.visitors where external_id = $1', [sub]);
  const again = unique('me again');
  await page.chat.send(again);
  await until(() => page.chat.state.messages.at(-1)?.status === 'sent' && texts(page.chat).includes(again));
  page.vouch(await identity(sub));
  await page.chat.reload();
  expect(await ownersOf(again)).toEqual([{ user_id: null, external_id: sub, verified: true }]);
  expect(page.chat.state.visitor?.verified).toBe(true);
  expect(texts(page.chat)).toEqual([again]);
});
