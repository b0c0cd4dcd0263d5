// Supabase's own Auth client, through the links in mails and back.
import { GoTrueClient } from '@supabase/auth-js';
import { Window } from 'happy-dom';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { createBrowser } from '../../src/browser/browser.ts';
import { FakeStorage } from '../../src/core/testing/fake-browser.ts';
import { connectAgent } from '../../src/transport/connect-agent.ts';
import { startBackend } from './server.ts';

const backend = await startBackend();
const PAGE = 'http://localhost:3000/inbox.html';

// Only what the client looks for: the backend beside it needs Node's own everything.
const page = new Window({ url: PAGE });
const { document, location, history, navigator } = page;
for (const [name, value] of Object.entries({ window: page, document, location, history, navigator })) {
  vi.stubGlobal(name, value);
}
const undo: (() => void)[] = [];

afterEach(() => {
  for (const step of undo.splice(0)) step();
  history.replaceState(null, '', '/');
});
// One client in each browser, as it should be; but all of these are in one process.
vi.spyOn(console, 'warn').mockImplementation(() => {});

afterAll(async () => {
  await page.happyDOM.close();
  vi.unstubAllGlobals();
  await backend.close();
});

function connect(storage: FakeStorage) {
  const connection = connectAgent(
    { url: backend.url, key: backend.publishableKey },
    { ...createBrowser(), storage },
  );
  undo.push(() => connection.close());
  const { account } = connection.auth;
  if (!account) throw new Error('There is an account here.');
  return { ...connection, account };
}

/** Where the newest mail's link leads to. */
async function follow(): Promise<string> {
  const link = backend.mails.at(-1)?.link ?? '';
  const { headers } = await fetch(link, { redirect: 'manual' });
  return headers.get('location') ?? '';
}

/** The page that a link leads back to, in the browser that asked for it. */
async function arrive(storage: FakeStorage, address: string) {
  history.replaceState(null, '', new URL(address).pathname + new URL(address).search);
  const arrived = connect(storage);
  await vi.waitFor(() => expect(arrived.auth.state).not.toBe('unknown'));
  return arrived;
}

async function visit(email: string) {
  await backend.signUp(email, 'first-password');
  history.replaceState(null, '', new URL(PAGE).pathname);
  const storage = new FakeStorage();
  return { storage, ...connect(storage) };
}

test('a link by mail signs in, on the page and in the browser that asked for it', async () => {
  const { storage, account } = await visit('link@example.com');
  await account.sendLink('link@example.com');
  const address = await follow();
  expect(new URL(address).pathname).toBe('/inbox.html');
  const { auth } = await arrive(storage, address);
  await vi.waitFor(() => expect(auth.state).toBe('signed-in'));
  expect(auth.email).toBe('link@example.com');
  expect(location.search).toBe('');
});

test('a link by mail is worth nothing in another browser', async () => {
  const { account } = await visit('stolen@example.com');
  await account.sendLink('stolen@example.com');
  const { auth } = await arrive(new FakeStorage(), await follow());
  expect(auth.state).toBe('signed-out');
});

test('a link by mail works once, and then says that it does not any more', async () => {
  const { storage, account } = await visit('once@example.com');
  await account.sendLink('once@example.com');
  await follow();
  const again = await arrive(storage, await follow());
  expect(again.auth.state).toBe('signed-out');
  expect(again.account.linkExpired).toBe(true);
});

test('a forgotten password is replaced by a new one', async () => {
  const { storage, account } = await visit('reset@example.com');
  await account.sendPasswordReset('reset@example.com');
  const arrived = await arrive(storage, await follow());
  await vi.waitFor(() => expect(arrived.account.recovering).toBe(true));
  await expect(arrived.account.setPassword('x')).rejects.toMatchObject({ code: 'invalid' });
  expect(arrived.account.recovering).toBe(true);
  await arrived.account.setPassword('second-password');
  expect(arrived.account.recovering).toBe(false);
  await arrived.auth.signOut();
  await expect(arrived.auth.signIn('reset@example.com', 'first-password')).rejects.toMatchObject({
    code: 'unauthorized',
  });
  await arrived.auth.signIn('reset@example.com', 'second-password');
  expect(arrived.auth.state).toBe('signed-in');
});

test('nobody learns from a request for a mail whether there is an account', async () => {
  const { account } = await visit('known@example.com');
  const before = backend.mails.length;
  await account.sendLink('unknown@example.com');
  await account.sendPasswordReset('unknown@example.com');
  expect(backend.mails.length).toBe(before);
});

test('an account is made with a password, and only once', async () => {
  const { account, auth } = await visit('first@example.com');
  expect(await account.signUp('second@example.com', 'long-enough')).toBe('signed-in');
  await vi.waitFor(() => expect(auth.email).toBe('second@example.com'));
  await auth.signOut();
  await expect(account.signUp('first@example.com', 'long-enough')).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('signing out everywhere ends the sign-in of another browser', async () => {
  const { auth, account } = await visit('everywhere@example.com');
  await auth.signIn('everywhere@example.com', 'first-password');
  const other = new GoTrueClient({
    url: `${backend.url}/auth/v1`,
    headers: { apikey: backend.publishableKey },
    persistSession: false,
    autoRefreshToken: false,
  });
  await other.signInWithPassword({ email: 'everywhere@example.com', password: 'first-password' });
  await account.signOutEverywhere();
  expect(auth.state).toBe('signed-out');
  const { error } = await other.refreshSession();
  expect(error).not.toBeNull();
});
