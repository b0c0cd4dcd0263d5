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
