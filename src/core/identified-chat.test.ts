import { expect, test } from 'vitest';
import { ChatError, type ChatErrorCode } from './errors.ts';
import { type AsPerson, createIdentifiedChat } from './identified-chat.ts';
import type { ChatSession } from './model.ts';
import type { VisitorApi } from './ports.ts';
import { FakeDisk, FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { loneTab } from './testing/lone-tab.ts';
import { VisitorScript } from './testing/visitor-script.ts';
import { createVisitorChat } from './visitor-driver.ts';

const ANONYMOUS = `sv1_${'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'}`;
const PREFIX = 'support-chat:demo';
const TEN_O_CLOCK = Date.parse('2026-11-23T10:00:00Z');

function jwt(claims: Readonly<Record<string, unknown>>): string {
  return `head.${btoa(JSON.stringify(claims))}.${JSON.stringify(claims).length}signature`;
}

const uuid = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const ADA = jwt({ sub: uuid(1) });
const BO = jwt({ sub: uuid(2) });
const VERA = jwt({ sub: 'vera@example.com' });

/** A visitor without anything said yet, or one who chatted. */
function visitor(token: string, ...said: readonly string[]): VisitorScript {
  const script = new VisitorScript();
  if (said.length > 0) script.token = token;
  for (const text of said) script.say(text);
  return script;
}

/** The same API for whoever asks: with the JWT or the token given, or else with the chat's own. */
function apiOf(scriptOf: (who: string) => VisitorScript, asPerson: AsPerson): VisitorApi {
  return new Proxy({} as VisitorApi, {
    get:
      (_, name: keyof VisitorApi) =>
      (own: string | null, ...args: readonly unknown[]) =>
        asPerson((jwt, token) => {
          const who = jwt ?? (token === undefined ? own : token);
          const call = scriptOf(who ?? '').api[name] as (...args: readonly unknown[]) => Promise<never>;
          return call(who, ...args);
        }),
  });
}

/** One page of a browser, and the visitors of the project by their token or JWT. */
function openPage({ disk = new FakeDisk(), scripts = new Map<string, VisitorScript>() } = {}) {
  const storage = new FakeStorage(disk);
  const clock = new FakeClock();
  const environment = new FakeEnvironment();
  const live = new FakeLive<ChatSession>();
  const site = {
    accessToken: null as null | (() => Promise<string | null>),
    identityToken: null as string | null,
  };
  const calls: string[] = [];
  const refusals: ChatError[] = [];
  const scriptOf = (who: string) => {
    const script = scripts.get(who) ?? new VisitorScript();
    scripts.set(who, script);
    return script;
  };
  const move = (from: string | null, to: string) => {
    const before = scripts.get(from ?? '');
    const target = scriptOf(to);
    target.token = to;
    if (before && from !== to) {
      target.session ??= before.session;
      target.messages.push(...before.messages);
      before.token = null;
      before.session = null;
    }
  };
  const chat = createIdentifiedChat({
    storage,
    clock,
    environment,
    storagePrefix: PREFIX,
    accessToken: () => site.accessToken?.() ?? null,
    identityToken: () => site.identityToken,
    digest: async (text) => btoa(text),
    api: {
      async claim(jwt, token) {
        calls.push(`claim ${token.slice(0, 6)}`);
        const refusal = refusals.shift();
        if (refusal) throw refusal;
        move(token, jwt);
      },
      async identify(token, _identity, newToken) {
        calls.push(`identify ${token?.slice(0, 6) ?? 'nobody'}`);
        const refusal = refusals.shift();
        if (refusal) throw refusal;
        move(token, newToken);
      },
    },
    open: ({ asPerson, ...opening }) =>
      createVisitorChat({
        ...opening,
        storage,
        clock,
        environment,
        live,
        tabs: loneTab,
        api: apiOf(scriptOf, asPerson),
      }),
  });
  const errors: string[] = [];
  chat.onEvent((event) => {
    if (event.type === 'error') errors.push(event.error.message);
  });
  return {
    chat,
    site,
    storage,
    disk,
    clock,
    environment,
    live,
    calls,
    errors,
    scripts,
    refuse: (code: ChatErrorCode, details: unknown = null) =>
      refusals.push(new ChatError(code, `scripted ${code}`, { details })),
    /** All requests so far, whoever's. */
    get requests() {
      return [...calls, ...[...scripts.values()].flatMap((script) => script.calls)];
    },
    async signIn(jwt: string | null) {
      site.accessToken = async () => jwt;
      chat.identify();
      await settle();
    },
    async vouch(jwt: string | null) {
      site.identityToken = jwt;
      chat.identify();
      await settle();
    },
    async open() {
      chat.start();
      chat.setOpen(true);
      await settle();
    },
    texts: () => chat.state.messages.map(({ content }) => content),
  };
}

/** Who said “hello” without signing in. */
function chatted() {
  const disk = new FakeDisk();
  disk.values.set(`${PREFIX}:visitor`, JSON.stringify({ token: ANONYMOUS, activeAt: TEN_O_CLOCK }));
  return openPage({ disk, scripts: new Map([[ANONYMOUS, visitor(ANONYMOUS, 'hello')]]) });
}

test('being signed in causes no request and no storage where nobody ever chatted', async () => {
  const page = openPage();
  page.chat.start();
  await page.signIn(ADA);
  await page.vouch(VERA);
  page.environment.wake();
  await page.clock.advance(600_000);
  expect(page.requests).toEqual([]);
  expect(page.storage.writes).toBe(0);
  expect(page.live.topics).toEqual([]);
});

test('a claim is made as soon as somebody is signed in, though the window is closed', async () => {
  const page = chatted();
  page.chat.start();
  await page.signIn(ADA);
  expect(page.calls).toEqual(['claim sv1_ab']);
  expect([...page.disk.values.values()].join()).not.toContain('sv1_');
});

test('what is on screen stays there while it becomes the account’s', async () => {
  const page = chatted();
  await page.open();
  const shown: string[] = [];
  // As elements do: what changes in one go is drawn once.
  page.chat.subscribe(() => queueMicrotask(() => shown.push(`${page.chat.state.phase} ${page.texts()}`)));
  await page.signIn(ADA);
  await page.clock.advance(1_000);
  expect(page.texts()).toEqual(['hello']);
  expect(new Set(shown)).toEqual(new Set(['ready hello']));
});

test('the conversation on screen stays there, and so does what is typed into a new one', async () => {
  const page = chatted();
  page.scripts.set(ADA, visitor(ADA, 'long ago'));
  await page.open();
  page.chat.startConversation();
  page.chat.setDraft('another question');
  await page.signIn(ADA);
  expect(page.chat.state.current).toBeNull();
  expect(page.chat.draft).toBe('another question');
});

test('what is typed here stays in the box, whatever another tab types', async () => {
  const page = chatted();
  const other = openPage({ disk: page.disk, scripts: page.scripts });
  for (const tab of [page, other]) await tab.open();
  page.chat.setDraft('typed here');
  other.chat.setDraft('typed there');
  await page.signIn(ADA);
  expect(page.chat.draft).toBe('typed here');
});

test('a message that waits goes to the account and to nobody else', async () => {
  const page = chatted();
  await page.open();
  page.scripts.get(ANONYMOUS)?.fail('send', 'offline', 99);
  await page.chat.send('on its way');
  await settle();
  await page.signIn(ADA);
  await page.clock.advance(5_000);
  expect(page.scripts.get(ADA)?.messages.map(({ content }) => content)).toEqual(['hello', 'on its way']);
  expect(page.texts()).toEqual(['hello', 'on its way']);
});

test('what is sent before it is known who is there waits for that', async () => {
  const page = openPage();
  let answer = (_: string | null): void => {};
  page.site.accessToken = () => new Promise((resolve) => (answer = resolve));
  await page.open();
  await page.chat.send('first');
  await settle();
  expect(page.requests).toEqual([]);
  expect(page.texts()).toEqual(['first']);
  answer(ADA);
  await page.clock.advance(5_000);
  answer(ADA);
  await settle();
  expect(page.scripts.get(ADA)?.calls).toContain('start');
  expect([...page.scripts.keys()]).toEqual([ADA]);
});

test('whoever is gone is gone from the screen, whatever the next one’s server does', async () => {
  const page = openPage();
  page.scripts.set(ADA, visitor(ADA, 'private'));
  page.site.accessToken = async () => ADA;
  await page.open();
  page.chat.setDraft('half a secret');
  expect(page.texts()).toEqual(['private']);
  const bo = new VisitorScript();
  bo.fail('open', 'offline', 99);
  page.scripts.set(BO, bo);
  await page.signIn(BO);
  expect(page.texts()).toEqual([]);
  expect(page.chat.draft).toBe('');
  expect(page.chat.state).toMatchObject({ phase: 'failed', visitor: null, sessions: [], unread: 0 });
  page.site.accessToken = null;
  page.chat.identify();
  await settle();
  expect(page.chat.state).toMatchObject({ phase: 'ready', sessions: [] });
  expect(page.texts()).toEqual([]);
});

test('a sign-out that nobody tells of is noticed while the page is looked at', async () => {
  const page = openPage();
  page.scripts.set(ADA, visitor(ADA, 'private'));
  page.site.accessToken = async () => ADA;
  await page.open();
  page.live.join();
  // Nothing is to be asked any more for most of a minute.
  await page.clock.advance(1_000);
  page.site.accessToken = async () => null;
  await page.clock.advance(20_000);
  expect(page.texts()).toEqual([]);
});

test.each([
  ['throws', () => Promise.reject(new Error('no network')), 'accessToken: no network', 0],
  ['never answers', () => new Promise<never>(() => {}), 'accessToken: no answer', 10_000],
  ['gives something else', async () => 'session', 'accessToken: not a JWT', 0],
])('an access token that %s makes nobody anonymous', async (_, accessToken, message, wait) => {
  const page = chatted();
  page.site.accessToken = accessToken;
  await page.open();
  await page.clock.advance(wait);
  expect(page.requests).toEqual([]);
  expect(new Set(page.errors)).toEqual(new Set([message]));
  expect(page.chat.state).toMatchObject({ phase: 'failed', error: { code: 'unavailable' } });
  expect(page.texts()).toEqual([]);

  page.site.accessToken = async () => ADA;
  await page.clock.advance(60_000);
  expect(page.texts()).toEqual(['hello']);
  expect(page.scripts.get(ANONYMOUS)?.calls).toEqual([]);
});

test.each([
  ['an anonymous sign-in', jwt({ sub: uuid(3), is_anonymous: true })],
  ['a user of another service', jwt({ sub: 'auth0|1234' })],
])('%s is nobody, as to the database', async (_, token) => {
  const page = chatted();
  page.site.accessToken = async () => token;
  await page.open();
  expect(page.calls).toEqual([]);
  expect(page.texts()).toEqual(['hello']);
});

test.each(['offline', 'unavailable', 'rate-limited', 'not-installed'] as const)(
  'a claim that meets “%s” is made again, and nothing is asked as anybody until then',
  async (code) => {
    const page = chatted();
    page.site.accessToken = async () => ADA;
    page.refuse(code);
    await page.open();
    expect(page.requests).toEqual(['claim sv1_ab']);
    await page.clock.advance(60_000);
    expect(page.calls).toEqual(['claim sv1_ab', 'claim sv1_ab']);
    expect(page.texts()).toEqual(['hello']);
  },
);

test.each(['unauthorized', 'conflict', 'forbidden'] as const)(
  'a claim that is refused with “%s” ends in the account, without what was said',
  async (code) => {
    const page = chatted();
    page.scripts.set(ADA, visitor(ADA, 'long ago'));
    page.site.accessToken = async () => ADA;
    page.refuse(code);
    await page.open();
    expect(page.calls).toEqual(['claim sv1_ab']);
    expect(page.texts()).toEqual(['long ago']);
    expect([...page.disk.values.values()].join()).not.toContain('sv1_');
  },
);

test('a token is vouched for before anything is asked with it, and once for each identity', async () => {
  const page = openPage();
  await page.vouch(VERA);
  await page.open();
  await page.chat.send('hello');
  await settle();
  expect(page.calls).toEqual(['identify nobody']);
  expect(page.texts()).toEqual(['hello']);
  await page.vouch(`${VERA}2`);
  await page.chat.reload();
  await page.chat.reload();
  expect(page.calls).toEqual(['identify nobody', expect.stringMatching(/^identify sv1_/)]);
  expect(page.texts()).toEqual(['hello']);
  expect(JSON.stringify([...page.disk.values])).not.toContain('vera@');
});

test('an identity whose answer was lost is told again with the same new token', async () => {
  const page = chatted();
  page.site.identityToken = VERA;
  page.refuse('offline');
  await page.open();
  const [first] = [...page.disk.values].filter(([key]) => key.endsWith(':vouched'));
  await page.clock.advance(60_000);
  const [second] = [...page.disk.values].filter(([key]) => key.endsWith(':vouched'));
  expect(page.calls).toEqual(['identify sv1_ab', 'identify sv1_ab']);
  expect(second?.[1].split(' ')[1]).toBe(first?.[1].split(' ')[1]);
  expect(page.texts()).toEqual(['hello']);
});

test('a refused identity leaves the visitor who they were, and is not tried again', async () => {
  const page = chatted();
  page.site.identityToken = VERA;
  page.refuse('unauthorized', { reason: 'expired' });
  await page.open();
  await page.chat.send('still here');
  await settle();
  page.environment.wake();
  await page.clock.advance(60_000);
  expect(page.errors).toEqual(['visitor.identityToken is refused: expired']);
  expect(page.calls).toEqual(['identify sv1_ab']);
  expect(page.texts()).toEqual(['hello', 'still here']);
});

test.each([
  ['before it is known who is there', 0],
  ['as who the page says', 1],
])('a refused identity of a new visitor keeps what they wrote %s', async (_, isKnown) => {
  const page = openPage();
  page.site.identityToken = VERA;
  page.refuse('unauthorized', { reason: 'used' });
  page.chat.start();
  if (isKnown) await settle();
  await page.chat.send('first');
  await page.clock.advance(5_000);
  page.chat.setOpen(true);
  await settle();
  expect(page.texts()).toEqual(['first']);
  expect(page.chat.state.messages[0]?.status).toBe('sent');
  expect([...page.disk.values.keys()]).toEqual([`${PREFIX}:visitor`]);
});

test('who was vouched for earlier remains who they are when a later identity is refused', async () => {
  const page = openPage();
  await page.vouch(VERA);
  await page.open();
  await page.chat.send('hello');
  await settle();
  page.refuse('unauthorized', { reason: 'expired' });
  await page.vouch(`${VERA}2`);
  await page.chat.reload();
  expect(page.errors).toEqual(['visitor.identityToken is refused: expired']);
  expect(page.texts()).toEqual(['hello']);
  await page.chat.send('still Vera');
  await settle();
  expect(page.texts()).toEqual(['hello', 'still Vera']);
});

test('a reset forgets everybody in every tab, and leaves the agents’ sign-in alone', async () => {
  const disk = new FakeDisk();
  const scripts = new Map([[ADA, visitor(ADA, 'private')]]);
  const pages = [openPage({ disk, scripts }), openPage({ disk, scripts })];
  disk.values.set(`${PREFIX}:agent`, 'sign-in');
  disk.values.set(`${PREFIX}:desk-draft:1`, 'reply');
  for (const page of pages) {
    page.site.accessToken = async () => ADA;
    await page.open();
    expect(page.texts()).toEqual(['private']);
    page.chat.setDraft('half a secret');
  }
  pages[0]?.chat.reset();
  await settle();
  for (const page of pages) {
    expect(page.texts()).toEqual([]);
    expect(page.chat.draft).toBe('');
    await page.clock.advance(60_000);
    expect(page.texts()).toEqual([]);
  }
  expect([...disk.values.keys()]).toEqual([`${PREFIX}:agent`, `${PREFIX}:desk-draft:1`]);
  // The next sign-in is another one.
  await pages[1]?.signIn(`${ADA}2`);
  expect(pages[1]?.chat.state.phase).toBe('ready');
});

test('what the page says of somebody new is not told of who was here before', async () => {
  const page = openPage();
  for (const person of [ADA, BO]) page.scripts.set(person, visitor(person, 'private'));
  page.site.accessToken = async () => ADA;
  await page.open();
  page.site.accessToken = async () => BO;
  page.chat.identify();
  await page.chat.updateProfile({ name: 'Bo' });
  page.chat.startConversation();
  await page.chat.send('hello');
  await settle();
  expect(page.scripts.get(ADA)?.calls).not.toContain('updateProfile');
  expect(page.scripts.get(BO)?.profile).toEqual({ name: 'Bo' });
});

test('a stopped chat listens to nothing', async () => {
  const page = chatted();
  await page.open();
  await page.signIn(ADA);
  page.chat.stop();
  expect(page.environment.listeners).toBe(0);
  expect(page.live.topic).toBeNull();
  await page.clock.advance(20_000);
  expect(page.clock.pending).toBe(0);
});
