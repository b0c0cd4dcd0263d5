import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from './server.ts';
import { postgrest, startFixture } from './testing/clients.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({ maxBodyBytes: 10_000 });
});
afterAll(() => backend.close());

function call(name: string, body: BodyInit | null = '{}', init: RequestInit = {}): Promise<Response> {
  return fetch(`${backend.url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    body,
    ...init,
    headers: { apikey: backend.publishableKey, 'content-type': 'application/json', ...init.headers },
  });
}

async function bearer(claims: Record<string, unknown>, lifetime?: number) {
  return { authorization: `Bearer ${await backend.keys.sign(claims, lifetime)}` };
}

describe('a call', () => {
  test('passes arguments by name and leaves the others to their defaults', async () => {
    const { data, error } = await postgrest(backend).rpc('echo', { p_text: 'Grüße 👋' });
    expect(error).toBeNull();
    expect(data).toEqual({ text: 'Grüße 👋', number: 7 });
  });

  test('runs as anon with the publishable key and with the older anon key', async () => {
    for (const apikey of [backend.publishableKey, backend.anonKey]) {
      for (const headers of [{ apikey }, { apikey, authorization: `Bearer ${apikey}` }]) {
        const answer = await (await call('whoami', '{}', { headers })).json();
        expect(answer).toMatchObject({ role: 'anon', claims: { role: 'anon' }, timeout: '3s' });
      }
    }
  });

  test('runs as authenticated with a user’s token, and sees its claims', async () => {
    const headers = await bearer({ role: 'authenticated', sub: 'ada' });
    const answer = await (await call('whoami', '{}', { headers })).json();
    expect(answer).toMatchObject({ role: 'authenticated', claims: { sub: 'ada' }, timeout: '8s' });
  });

  test('sees the request: method, path, lower-case headers, search path', async () => {
    const headers = { 'X-Wanted': 'Yes' };
    const answer = await (await call('whoami', '{}', { headers })).json();
    expect(answer).toMatchObject({
      method: 'POST',
      path: '/rpc/whoami',
      headers: { 'x-wanted': 'Yes' },
      search_path: '"public", "extensions"',
    });
  });

  test('leaves nothing behind for the next one', async () => {
    await call('whoami', '{}', { headers: await bearer({ role: 'authenticated', sub: 'ada' }) });
    const [row] = await backend.database.query<{ user: string; claims: string | null }>(
      `select current_user as user, nullif(current_setting('request.jwt.claims', true), '') as claims`,
    );
    expect(row).toEqual({ user: 'postgres', claims: null });
  });

  test('gives rows of a set, an object for one row, and no content for void', async () => {
    expect(await (await call('numbers')).json()).toEqual([1, 2, 3]);
    expect(await (await call('no_numbers')).json()).toEqual([]);
    expect(await (await call('people')).json()).toEqual([
      { name: 'Ada', age: 36 },
      { name: 'Alan', age: 41 },
    ]);
    expect(await (await call('note', '{"p_id": 1, "p_body": "one"}')).text()).toBe('');
    expect(await (await call('first_note')).json()).toEqual({ id: 1, body: 'one' });
    expect((await call('nothing')).status).toBe(204);
  });

  test('without a body is one without arguments', async () => {
    expect((await call('nothing', null)).status).toBe(204);
  });
});

describe('an error', () => {
  const refuse = (code: string) => ['refuse', JSON.stringify({ p_code: code })] as const;

  test.each([
    ['unknown function', 404, 'PGRST202', 'no_such', '{}'],
    ['unknown argument', 404, 'PGRST202', 'echo', '{"p_text": "a", "p_other": 1}'],
    ['missing argument', 404, 'PGRST202', 'echo', '{"p_number": 1}'],
    ['broken JSON', 400, 'PGRST102', 'echo', '{"p_text": '],
    ['value of the wrong type', 400, '22P02', 'echo', '{"p_text": "a", "p_number": "b"}'],
    ['NUL character', 400, '22P05', 'echo', '{"p_text": "\\u0000"}'],
    ['lone surrogate', 400, 'PGRST102', 'echo', '{"p_text": "\\ud83d"}'],
    ['constraint', 400, '23514', 'note', '{"p_id": 50, "p_body": "far too long"}'],
    ['privilege', 401, '42501', 'members_only', '{}'],
    ['chosen status', 429, 'PT429', ...refuse('PT429')],
    ['chosen status', 401, 'PT401', ...refuse('PT401')],
    ['raise', 400, 'P0001', ...refuse('P0001')],
    ['invalid parameter', 400, '22023', ...refuse('22023')],
    ['unique violation', 409, '23505', ...refuse('23505')],
    ['foreign key violation', 409, '23503', ...refuse('23503')],
    ['timeout', 500, '57014', ...refuse('57014')],
    ['serialisation failure', 500, '40001', ...refuse('40001')],
    ['too many connections', 503, '53300', ...refuse('53300')],
    ['anything else', 400, '22012', ...refuse('22012')],
  ])('%s gives %i %s', async (_what, status, code, name, body) => {
    const response = await call(name, body);
    const answer = await response.json();
    expect([response.status, answer.code]).toEqual([status, code]);
    expect(Object.keys(answer).sort()).toEqual(['code', 'details', 'hint', 'message']);
  });

  test('carries message, details and hint as they were raised', async () => {
    const body = { p_code: 'PT409', p_message: 'Too late.', p_detail: '{"by":"Ada"}', p_hint: 'Reload.' };
    const { error, status } = await postgrest(backend).rpc('refuse', body);
    expect(status).toBe(409);
    expect(error).toMatchObject({
      code: 'PT409',
      message: 'Too late.',
      details: '{"by":"Ada"}',
      hint: 'Reload.',
    });
  });

  test('names the function and arguments that were looked for', async () => {
    const one = await (await call('no_such', '{"p_a": 1, "p_b": 2}')).json();
    expect(one.message).toBe('Could not find the function public.no_such(p_a, p_b) in the schema cache');
    expect(one.details).toBe(
      'Searched for the function public.no_such with parameters p_a, p_b or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.',
    );
    const none = await (await call('no_such')).json();
    expect(none.message).toBe(
      'Could not find the function public.no_such without parameters in the schema cache',
    );
  });

  test('of missing privileges is 403 for somebody signed in', async () => {
    await backend.database.execute('revoke execute on function public.members_only() from authenticated');
    const headers = await bearer({ role: 'authenticated', sub: 'ada' });
    expect((await call('members_only', '{}', { headers })).status).toBe(403);
    await backend.database.execute('grant execute on function public.members_only() to authenticated');
    expect(await (await call('members_only', '{}', { headers })).json()).toBe('welcome');
  });

  test('undoes what the call had done', async () => {
    await backend.database.execute(`create or replace function public.half() returns void language plpgsql
      security definer as $$ begin insert into public.notes values (99, 'x'); raise 'no'; end $$`);
    expect((await call('half')).status).toBe(400);
    expect(await backend.database.query('select from public.notes where id = 99')).toEqual([]);
  });
});

describe('the gateway', () => {
  test('refuses calls without a key and with an unknown one', async () => {
    const url = `${backend.url}/rest/v1/rpc/whoami`;
    const none = await fetch(url, { method: 'POST' });
    expect([none.status, await none.json()]).toEqual([
      401,
      {
        message: 'No API key found in request',
        hint: 'No `apikey` request header or url param was found.',
      },
    ]);
    const wrong = await call('whoami', '{}', { headers: { apikey: 'sb_publishable_other' } });
    expect([wrong.status, (await wrong.json()).message]).toEqual([401, 'Invalid API key']);
  });

  test('refuses expired, forged and malformed tokens in PostgREST’s words', async () => {
    const expired = await bearer({ role: 'authenticated' }, -60);
    const valid = await backend.keys.sign({ role: 'authenticated' });
    const forged = `${valid.slice(0, -4)}AAAA`;
    const answers = [];
    for (const authorization of [expired.authorization, `Bearer ${forged}`, 'Bearer nonsense']) {
      const response = await call('whoami', '{}', { headers: { authorization } });
      const { code, message } = await response.json();
      answers.push([response.status, code, message]);
    }
    expect(answers).toEqual([
      [401, 'PGRST303', 'JWT expired'],
      [401, 'PGRST301', 'No suitable key or wrong key type'],
      [401, 'PGRST301', 'Expected 3 parts in JWT; got 1'],
    ]);
  });

  test('lets pages of any origin in, and hides Retry-After from them', async () => {
    const preflight = await fetch(`${backend.url}/rest/v1/rpc/echo`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'apikey,content-type,x-client-info',
      },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain(
      'apikey, content-type, x-client-info',
    );
    for (const response of [await call('whoami'), await call('no_such'), await call('nothing')]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).not.toContain('Retry-After');
    }
  });

  test('refuses tables, other methods, other content and bodies that are too large', async () => {
    const headers = { apikey: backend.publishableKey };
    const table = await fetch(`${backend.url}/rest/v1/notes?select=*`, { headers });
    expect([table.status, await table.json()]).toEqual([
      404,
      {
        code: 'PGRST205',
        details: null,
        hint: null,
        message: "Could not find the table 'public.notes' in the schema cache",
      },
    ]);
    expect((await call('echo', '{}', { method: 'PATCH' })).status).toBe(405);
    expect((await call('echo', 'p_text=a', { headers: { 'content-type': 'text/html' } })).status).toBe(400);
    expect((await call('echo', JSON.stringify({ p_text: 'x'.repeat(20_000) }))).status).toBe(413);
  });

  test('runs GET read-only, so that functions can refuse it', async () => {
    const get = (path: string) =>
      fetch(`${backend.url}/rest/v1/rpc/${path}`, { headers: { apikey: backend.publishableKey } });
    expect((await get('only_post')).status).toBe(405);
    expect((await get('note?p_id=7&p_body=x')).status).toBe(405);
    expect(await (await get('echo?p_text=a&p_number=3')).json()).toEqual({ text: 'a', number: 3 });
  });
});

describe('faults', () => {
  test('fail the next calls of one function without running it', async () => {
    backend.faults.failCalls({ count: 2, status: 503, name: 'echo' });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await call('echo', '{"p_text": "a"}')).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  test('lose the answer of a call that did commit', async () => {
    backend.faults.loseAnswers({ name: 'note' });
    await expect(call('note', '{"p_id": 77, "p_body": "kept"}')).rejects.toThrow();
    expect(await backend.database.query('select body from public.notes where id = 77')).toEqual([
      { body: 'kept' },
    ]);
    expect((await call('nothing')).status).toBe(204);
  });
});
