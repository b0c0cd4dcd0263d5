import { expect, test } from 'vitest';
import { ChatError } from '../core/errors.ts';
import { createRpc, type RpcOptions } from './rpc.ts';

interface Seen {
  url: string;
  headers: Headers;
  body: unknown;
}

function setup(answer: () => Promise<Response> | Response, options: Partial<RpcOptions> = {}) {
  const seen: Seen[] = [];
  const rpc = createRpc({
    url: 'https://abcd.supabase.co',
    key: 'sb_publishable_abc',
    refusedJwt: 'unauthorized',
    fetch: async (input, init) => {
      seen.push({
        url: String(input),
        headers: new Headers(init?.headers),
        body: JSON.parse(String(init?.body)),
      });
      return answer();
    },
    ...options,
  });
  return { rpc, seen };
}

const refuse = (status: number, body: object) => () => Response.json(body, { status });

async function failure(answer: () => Promise<Response> | Response, options: Partial<RpcOptions> = {}) {
  const error: unknown = await setup(answer, options)
    .rpc('chat_open', {})
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ChatError);
  return error as ChatError;
}

test('a call posts its arguments with the key', async () => {
  const { rpc, seen } = setup(() => Response.json({ ok: true }));
  expect(await rpc('chat_open', { p_token: null })).toEqual({ ok: true });
  expect(seen[0]?.url).toBe('https://abcd.supabase.co/rest/v1/rpc/chat_open');
  expect(seen[0]?.body).toEqual({ p_token: null });
  expect(seen[0]?.headers.get('apikey')).toBe('sb_publishable_abc');
});

test('a publishable key is never sent as a bearer', async () => {
  const { rpc, seen } = setup(() => Response.json({}));
  await rpc('chat_open', {});
  expect(seen[0]?.headers.has('authorization')).toBe(false);
});

test('a legacy key is sent as a bearer, a user in its place', async () => {
  const legacy = setup(() => Response.json({}), { key: 'a.b.c' });
  await legacy.rpc('chat_open', {});
  expect(legacy.seen[0]?.headers.get('authorization')).toBe('Bearer a.b.c');
  const user = setup(() => Response.json({}), { key: 'a.b.c', accessToken: async () => 'user.jwt.x' });
  await user.rpc('chat_open', {});
  expect(user.seen[0]?.headers.get('authorization')).toBe('Bearer user.jwt.x');
});

test.each([
  [401, 'PT401', 'unauthorized'],
  [401, 'PGRST301', 'unauthorized'],
  [401, '', 'not-configured'],
  [403, 'PT403', 'forbidden'],
  [403, '42501', 'forbidden'],
  [401, '42501', 'forbidden'],
  [404, 'PT404', 'not-found'],
  [404, 'PGRST202', 'not-installed'],
  [404, '', 'not-configured'],
  [400, 'PT400', 'invalid'],
  [400, '22P02', 'invalid'],
  [400, '23514', 'invalid'],
  [405, 'PT405', 'invalid'],
  [409, 'PT409', 'conflict'],
  [413, 'PT413', 'too-long'],
  [429, 'PT429', 'rate-limited'],
  [500, 'XX000', 'unavailable'],
  [503, '', 'unavailable'],
  [504, '57014', 'unavailable'],
  [418, '', 'unknown'],
] as const)('%i %s is %s', async (status, code, expected) => {
  expect((await failure(refuse(status, { code, message: 'said' }))).code).toBe(expected);
});

test('a refused sign-in of the page does not cost the visitor the token', async () => {
  const error = await failure(refuse(401, { code: 'PGRST303', message: 'JWT expired' }), {
    refusedJwt: 'unavailable',
  });
  expect(error.code).toBe('unavailable');
});

test('the wait and who was first travel in the details', async () => {
  const slow = await failure(refuse(429, { code: 'PT429', message: 'x', details: '{"retry_after": 3}' }));
  expect(slow.retryAfter).toBe(3);
  const late = await failure(
    refuse(409, { code: 'PT409', message: 'x', details: '{"agent":{"name":"Bo"}}' }),
  );
  expect(late.details).toEqual({ agent: { name: 'Bo' } });
});

test('a project without the migrations is told apart, with the fix', async () => {
  const error = await failure(refuse(404, { code: 'PGRST202', message: 'Could not find the function' }));
  expect(error.message).toContain('install.sql');
});

test('no answer is offline', async () => {
  expect((await failure(() => Promise.reject(new TypeError('fetch failed')))).code).toBe('offline');
});

test('an answer that takes too long is offline', async () => {
  const rpc = createRpc({
    url: 'https://abcd.supabase.co',
    key: 'sb_publishable_abc',
    refusedJwt: 'unauthorized',
    timeout: 20,
    fetch: (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      }),
  });
  await expect(rpc('chat_open', {})).rejects.toMatchObject({ code: 'offline' });
});

test('an answer whose body never ends is offline', async () => {
  const rpc = createRpc({
    url: 'https://abcd.supabase.co',
    key: 'sb_publishable_abc',
    refusedJwt: 'unauthorized',
    timeout: 20,
    fetch: async (_input, init) => {
      const body = new ReadableStream({
        start: (stream) => init?.signal?.addEventListener('abort', () => stream.error(init.signal?.reason)),
      });
      return new Response(body);
    },
  });
  await expect(rpc('chat_open', {})).rejects.toMatchObject({ code: 'offline' });
});

test('an answer that breaks off is offline', async () => {
  const broken = () =>
    new Response(new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) }));
  expect((await failure(broken)).code).toBe('offline');
});

test.each([
  ['nothing', () => new Response(null, { status: 204 })],
  ['an empty text', () => new Response('')],
  ['a list', () => Response.json([])],
])('an answer that is %s is not understood', async (_what, answer) => {
  expect((await failure(answer)).code).toBe('unknown');
});

test('a call says what it sends and wants, and is not repeated by itself', async () => {
  const { rpc, seen } = setup(() => new Response('busy', { status: 503 }));
  await rpc('chat_open', {}).catch(() => {});
  expect(seen).toHaveLength(1);
  expect(seen[0]?.headers.get('content-type')).toBe('application/json');
  expect(seen[0]?.headers.get('accept')).toBe('application/json');
});

test('a token no header can carry is an error like others', async () => {
  const error = await failure(() => Response.json({}), { accessToken: async () => 'a\nb' });
  expect(error.code).toBe('offline');
});

test.each([null, 7, 'no', [], { code: 7, message: 7 }])(
  'a refusal that says %j is known by its status',
  async (said) => {
    expect((await failure(() => Response.json(said, { status: 403 }))).code).toBe('forbidden');
  },
);

test('an error page that is no JSON is understood by its status', async () => {
  expect((await failure(() => new Response('<html>Bad Gateway</html>', { status: 502 }))).code).toBe(
    'unavailable',
  );
});

test('a page in place of an answer is an error', async () => {
  expect((await failure(() => new Response('<html>Log in</html>'))).code).toBe('unknown');
});

test('a sign-in that cannot be read is worth another try', async () => {
  const error = await failure(() => Response.json({}), {
    accessToken: () => Promise.reject(new Error('storage')),
  });
  expect(error.code).toBe('unavailable');
});
