// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { createBrowser } from '../browser/browser.ts';
import { ChatError } from '../core/errors.ts';
import { FakeStorage } from '../core/testing/fake-browser.ts';
import { type AgentConnectionOptions, connectAgent } from './connect-agent.ts';

const KEY = 'sb_publishable_abc';

const undo: (() => void)[] = [];

afterEach(() => {
  for (const step of undo.splice(0)) step();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  history.replaceState(null, '', '/');
});

interface Request {
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Supabase Auth, answered by the test; every request is kept. */
function authServer(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const request = {
      url: String(url),
      headers: new Headers(init.headers),
      body: init.body ? JSON.parse(String(init.body)) : null,
    };
    requests.push(request);
    return answer(request);
  });
  return requests;
}

function jwt(lifetime: number): string {
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '');
  const exp = Math.floor(Date.now() / 1000) + lifetime;
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'u1', role: 'authenticated', exp })}.c2ln`;
}

function session(lifetime = 3600) {
  return {
    access_token: jwt(lifetime),
    token_type: 'bearer',
    expires_in: lifetime,
    expires_at: Math.floor(Date.now() / 1000) + lifetime,
    refresh_token: 'refresh-1',
    user: { id: 'u1', email: 'ada@example.com' },
  };
}

let projects = 0;

/** Each to a project of its own, as the sign-ins of one project share more than their storage. */
function connect(storage = new FakeStorage(), client: object | null = null, project = nextProject()) {
  const connection = connectAgent(
    { url: project.url, key: KEY, client: client as AgentConnectionOptions['client'] & object },
    { ...createBrowser(), storage },
  );
  undo.push(() => connection.close());
  return { ...connection, ...project, storage };
}

function nextProject() {
  projects += 1;
  return { url: `https://project${projects}.supabase.co`, stored: `support-chat:project${projects}:agent` };
}

function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  window.dispatchEvent(new Event('visibilitychange'));
}

test('a sign-in asks Supabase Auth with the key alone, and is remembered under a name of its own', async () => {
  const requests = authServer(() => Response.json(session()));
  const { auth, storage, url, stored } = connect();
  await auth.signIn('ada@example.com', 'a-long-password');
  expect(requests[0]?.url).toBe(`${url}/auth/v1/token?grant_type=password`);
  expect(requests[0]?.headers.get('apikey')).toBe(KEY);
  expect(requests[0]?.headers.get('authorization')).toBeNull();
  expect(requests[0]?.body).toMatchObject({ email: 'ada@example.com', password: 'a-long-password' });
  expect([auth.state, auth.email]).toEqual(['signed-in', 'ada@example.com']);
  expect([...storage.values.keys()]).toEqual([stored]);
  expect(localStorage.length).toBe(0);
});

test.each([
  [400, { code: 'invalid_credentials', message: 'Invalid login credentials' }, 'unauthorized'],
  [400, { error: 'invalid_grant', error_description: 'Invalid login credentials' }, 'unauthorized'],
  [429, { message: 'Too many requests' }, 'rate-limited'],
  [401, { message: 'Invalid API key' }, 'not-configured'],
  [403, { message: 'No' }, 'forbidden'],
  [500, { message: 'Oops' }, 'unavailable'],
])('a refusal with %i and %j is %s', async (status, body, code) => {
  authServer(() => Response.json(body, { status }));
  const error = await connect()
    .auth.signIn('ada@example.com', 'x')
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ChatError);
  expect((error as ChatError).code).toBe(code);
});

test('what one agent has not sent is not shown to the next at the same browser', async () => {
  let who = { id: 'u1', email: 'ada@example.com' };
  authServer(({ url }) =>
    url.includes('/token') ? Response.json({ ...session(), user: who }) : new Response(null, { status: 204 }),
  );
  const { auth, openDesk } = connect();
  await auth.signIn('ada@example.com', 'a-long-password');
  openDesk().setDraft('s1', 'between us');
  await auth.signOut();
  who = { id: 'u2', email: 'bob@example.com' };
  await auth.signIn('bob@example.com', 'a-long-password');
  expect(openDesk().draft('s1')).toBe('');
  await auth.signOut();
  who = { id: 'u1', email: 'ada@example.com' };
  await auth.signIn('ada@example.com', 'a-long-password');
  expect(openDesk().draft('s1')).toBe('between us');
});

test('a sign-in without a network is offline', async () => {
  authServer(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(connect().auth.signIn('ada@example.com', 'x')).rejects.toMatchObject({ code: 'offline' });
});

test('a remembered sign-in whose token has expired is renewed', async () => {
  const requests = authServer(() => Response.json({ ...session(), refresh_token: 'refresh-2' }));
  const storage = new FakeStorage();
  const project = nextProject();
  storage.values.set(project.stored, JSON.stringify(session(-60)));
  const { auth } = connect(storage, null, project);
  await vi.waitFor(() => expect(auth.state).toBe('signed-in'));
  expect(requests[0]?.url).toBe(`${project.url}/auth/v1/token?grant_type=refresh_token`);
  expect(JSON.parse(storage.values.get(project.stored) ?? '').refresh_token).toBe('refresh-2');
});

test('a token is renewed in time while the page is visible, not while hidden, never after the end', async () => {
  vi.useFakeTimers();
  const requests = authServer(() => Response.json(session(300)));
  const { auth, storage, stored, close } = connect();
  await auth.signIn('ada@example.com', 'a-long-password');
  const first = storage.values.get(stored);
  requests.length = 0;
  await vi.advanceTimersByTimeAsync(240_000);
  expect(requests.map(({ url }) => url)).toEqual([
    expect.stringMatching(/\/token\?grant_type=refresh_token$/),
  ]);
  expect(storage.values.get(stored)).not.toBe(first);
  show('hidden');
  await vi.advanceTimersByTimeAsync(240_000);
  expect(requests).toHaveLength(1);
  show('visible');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(requests).toHaveLength(2);
  close();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(requests).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('a connection that ends before its sign-in is read leaves nothing running', async () => {
  vi.useFakeTimers();
  const { close } = connect();
  close();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('nothing in the address bar of the page is taken for a sign-in', async () => {
  const requests = authServer(() => Response.json(session().user));
  const hash = `#access_token=${jwt(3600)}&refresh_token=x&expires_in=3600&token_type=bearer`;
  for (const address of [`/?code=of-the-host`, `/${hash}`, '/#error=access_denied&error_description=No']) {
    history.replaceState(null, '', address);
    const { auth } = connect();
    await vi.waitFor(() => expect(auth.state).toBe('signed-out'));
    expect(location.href.endsWith(address)).toBe(true);
  }
  expect(requests).toEqual([]);
});

test('a sign-in that cannot be renewed just now is not taken for none', async () => {
  authServer(({ url }) =>
    url.includes('/auth/') ? Promise.reject(new TypeError('Failed to fetch')) : Response.json({}),
  );
  const refused = { data: { session: null }, error: new Error('Failed to fetch') };
  const client = {
    supabaseUrl: 'https://abcd.supabase.co',
    supabaseKey: KEY,
    auth: {
      onAuthStateChange: () => ({ data: { subscription: { unsubscribe: () => {} } } }),
      getSession: async () => refused,
    },
  };
  const desk = connect(new FakeStorage(), client).openDesk();
  undo.push(() => desk.stop());
  desk.start();
  await vi.waitFor(() => expect(desk.state.error?.code).toBe('unavailable'));
});

test('a host’s client brings project and sign-in, and is left alone at the end', async () => {
  const unsubscribe = vi.fn();
  let tell: (event: string, session: unknown) => void = () => {};
  const client = {
    supabaseUrl: 'https://abcd.supabase.co',
    supabaseKey: KEY,
    auth: {
      onAuthStateChange(listener: typeof tell) {
        tell = listener;
        return { data: { subscription: { unsubscribe } } };
      },
      getSession: async () => ({ data: { session: session() }, error: null }),
    },
  };
  const connection = connectAgent(
    { url: '', key: '', client: client as never },
    { ...createBrowser(), storage: new FakeStorage() },
  );
  const told = vi.fn();
  connection.auth.subscribe(told);
  tell('INITIAL_SESSION', session());
  tell('TOKEN_REFRESHED', session());
  expect(told).toHaveBeenCalledTimes(1);
  expect([connection.auth.state, connection.auth.email]).toEqual(['signed-in', 'ada@example.com']);
  const requests = authServer(() => Response.json({}));
  const desk = connection.openDesk();
  desk.start();
  await vi.waitFor(() => expect(requests[0]?.headers.get('authorization')).toMatch(/^Bearer ey/));
  desk.stop();
  connection.close();
  expect(unsubscribe).toHaveBeenCalledTimes(1);
});

test('a host that makes its own tokens signs in and out by itself', async () => {
  const client = {
    supabaseUrl: 'https://abcd.supabase.co',
    supabaseKey: KEY,
    accessToken: async () => 'host.jwt.x',
    get auth(): never {
      throw new Error('Not with the accessToken option.');
    },
  };
  const requests = authServer(() => Response.json({}));
  const connection = connect(new FakeStorage(), client);
  expect(connection.auth.state).toBe('signed-in');
  await expect(connection.auth.signOut()).rejects.toMatchObject({ code: 'not-configured' });
  const desk = connection.openDesk();
  undo.push(() => desk.stop());
  desk.start();
  await vi.waitFor(() => expect(requests[0]?.headers.get('authorization')).toBe('Bearer host.jwt.x'));
});

test('a sign-in lasts for days, its page visible, hidden and asleep in turn', async () => {
  vi.useFakeTimers();
  let renewals = 0;
  let offline = false;
  authServer(({ url, body }) => {
    if (offline) return Promise.reject(new TypeError('Failed to fetch'));
    if (url.includes('refresh_token')) {
      // Each refresh token works once: using an old one would end the sign-in.
      const expected = `refresh-${renewals}`;
      if ((body as { refresh_token: string }).refresh_token !== expected) {
        return Response.json({ code: 'refresh_token_already_used', message: 'No' }, { status: 400 });
      }
      renewals += 1;
    }
    return Response.json({ ...session(), refresh_token: `refresh-${renewals}` });
  });
  const { auth } = connect();
  await auth.signIn('ada@example.com', 'a-long-password');
  const ended = vi.fn();
  auth.subscribe(ended);
  const HOUR = 3_600_000;
  for (let day = 0; day < 5; day++) {
    await vi.advanceTimersByTimeAsync(9 * HOUR);
    show('hidden');
    // A closed lid: time goes on, timers do not.
    vi.setSystemTime(Date.now() + 12 * HOUR);
    offline = true;
    show('visible');
    await vi.advanceTimersByTimeAsync(20_000);
    offline = false;
    await vi.advanceTimersByTimeAsync(3 * HOUR);
  }
  expect(auth.state).toBe('signed-in');
  expect(ended).not.toHaveBeenCalled();
  expect(renewals).toBeGreaterThan(50);
});

test('whoever opens a page without having asked for a link is not told that one was refused', async () => {
  authServer(() => Response.json({}));
  history.replaceState(null, '', '/?error=access_denied&error_code=otp_expired');
  const { auth } = connect();
  await vi.waitFor(() => expect(auth.state).toBe('signed-out'));
  expect(auth.account?.linkExpired).toBe(false);
});

/** A project whose first access token has ended, whatever this page's clock says; `renew` answers for the next one. */
async function afterTheEnd(renew: () => Response | Promise<Response>) {
  const refused = new Set(['Bearer first']);
  const requests = authServer(({ url, headers }) => {
    if (url.includes('=refresh_token')) return renew();
    if (url.includes('/auth/')) return Response.json({ ...session(), access_token: 'first' });
    return refused.has(headers.get('authorization') ?? '')
      ? Response.json({ code: 'PGRST303', message: 'JWT expired' }, { status: 401 })
      : Response.json({});
  });
  const connection = connect();
  await connection.auth.signIn('ada@example.com', 'a-long-password');
  requests.length = 0;
  const renewals = () => requests.filter(({ url }) => url.includes('=refresh_token')).length;
  return { ...connection, refused, requests, renewals };
}

const renewed = () => Response.json({ ...session(), access_token: 'second', refresh_token: 'refresh-2' });

test('requests that are refused together are repeated after one renewal', async () => {
  let ready = (): void => {};
  const wait = new Promise<void>((resolve) => (ready = resolve));
  const { admin, requests, renewals } = await afterTheEnd(async () => {
    await wait;
    return renewed();
  });
  const both = [admin.saveName('Ada'), admin.withdrawInvite('i1')];
  await vi.waitFor(() => expect(renewals()).toBe(1));
  const third = admin.saveName('Ada L.');
  // Not before it was refused as well.
  await vi.waitFor(() => expect(requests).toHaveLength(4));
  ready();
  await Promise.all([...both, third]);
  expect(renewals()).toBe(1);
  const tokens = requests.map(({ headers }) => headers.get('authorization'));
  expect(tokens.filter((token) => token === 'Bearer first')).toHaveLength(3);
  expect(tokens.filter((token) => token === 'Bearer second')).toHaveLength(3);
});

test('a refusal that comes after the renewal needs no other one', async () => {
  const { admin, renewals, requests } = await afterTheEnd(renewed);
  const answers: (() => void)[] = [];
  const fetchNow = fetch;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const response = await fetchNow(url, init);
    if (answers.length === 0 && response.status === 401) {
      await new Promise<void>((resolve) => answers.push(resolve));
    }
    return response;
  });
  const late = admin.saveName('Ada');
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  await admin.withdrawInvite('i1');
  answers[0]?.();
  await late;
  expect(renewals()).toBe(1);
  expect(requests.at(-1)?.headers.get('authorization')).toBe('Bearer second');
});

test('a renewed token that is refused as well ends the sign-in', async () => {
  const { admin, renewals, refused, requests } = await afterTheEnd(renewed);
  refused.add('Bearer second');
  await expect(admin.saveName('Ada')).rejects.toMatchObject({ code: 'unauthorized' });
  expect(renewals()).toBe(1);
  expect(requests).toHaveLength(3);
});

test('a sign-in that is renewed no more is over', async () => {
  const { admin, renewals } = await afterTheEnd(() =>
    Response.json({ error_code: 'refresh_token_not_found', msg: 'Invalid' }, { status: 400 }),
  );
  await expect(admin.saveName('Ada')).rejects.toMatchObject({ code: 'unauthorized' });
  expect(renewals()).toBe(1);
});

test.each([
  ['no network', () => Promise.reject(new TypeError('Failed to fetch'))],
  ['a broken server', () => Response.json({ msg: 'Oops' }, { status: 503 })],
  ['too many requests', () => Response.json({ msg: 'Later' }, { status: 429 })],
])('a renewal that fails for %s is tried again, and nobody is signed out', async (_, fail) => {
  vi.useFakeTimers();
  let isBack = false;
  const { admin, auth, openDesk, renewals } = await afterTheEnd(() => (isBack ? renewed() : fail()));
  const told = vi.fn();
  auth.subscribe(told);
  const answer = admin.saveName('Ada').catch((reason: unknown) => reason);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await answer).toMatchObject({ retryable: true });
  const desk = openDesk();
  undo.push(() => desk.stop());
  desk.start();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(desk.state.error?.retryable).toBe(true);
  isBack = true;
  const before = renewals();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(renewals()).toBe(before + 1);
  await admin.saveName('Ada');
  expect([auth.state, told.mock.calls.length]).toEqual(['signed-in', 0]);
});

test('a host’s client is asked for its next token when one is refused', async () => {
  const tokens = { of: 'first' };
  const client = {
    supabaseUrl: 'https://abcd.supabase.co',
    supabaseKey: KEY,
    auth: {
      onAuthStateChange: () => ({ data: { subscription: { unsubscribe: () => {} } } }),
      getSession: async () => ({ data: { session: { access_token: tokens.of } }, error: null }),
      refreshSession: vi.fn(async () => {
        tokens.of = 'second';
        return { data: {}, error: null };
      }),
    },
  };
  authServer(({ headers }) =>
    headers.get('authorization') === 'Bearer second'
      ? Response.json({})
      : Response.json({ code: 'PGRST303' }, { status: 401 }),
  );
  const { admin } = connect(new FakeStorage(), client);
  await admin.saveName('Ada');
  expect(client.auth.refreshSession).toHaveBeenCalledTimes(1);
});
