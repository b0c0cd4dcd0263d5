// What only a real PostgreSQL does to a call, and what PostgREST makes of it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from './server.ts';
import { startOnPostgres } from './testing/on-postgres.ts';

const CODES = 'https://docs.postgrest.org/en/v14/references/errors.html#http-status-codes';

let backend: Backend;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ backend, stop } = await startOnPostgres());
  await backend.database.execute(`
    create function public.endless() returns void language sql set statement_timeout = '100ms'
      as $$ select pg_sleep(60) $$;
    create function public.patient() returns void language sql set statement_timeout = '60s'
      as $$ select pg_sleep(3.2) $$;
    create function public.as_long_as_allowed() returns void language sql
      as $$ select pg_sleep(60) $$;
    create function public.deep(p_number int) returns int language plpgsql
      as $$ begin return public.deep(p_number + 1); end $$;
  `);
}, 120_000);
afterAll(() => stop());

async function call(name: string, body = '{}'): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${backend.url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    body,
    headers: { apikey: backend.publishableKey, 'content-type': 'application/json' },
  });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

const timeout = {
  status: 500,
  body: {
    code: '57014',
    message: 'canceling statement due to statement timeout',
    details: null,
    hint: null,
  },
};

test('a call over its function’s time limit is 500', async () => {
  expect(await call('endless'), CODES).toEqual(timeout);
});

test('a function’s time limit counts before its role’s, which is shorter', async () => {
  expect((await call('patient')).status).toBe(204);
});

test('a call over its role’s time limit is 500, after three seconds for anon', async () => {
  const started = performance.now();
  expect(await call('as_long_as_allowed'), CODES).toEqual(timeout);
  expect(performance.now() - started).toBeGreaterThan(2900);
});

test('a call that fills the stack is 500, and the next one is answered', async () => {
  expect(await call('deep', '{"p_number": 0}'), CODES).toMatchObject({
    status: 500,
    body: { code: '54001', message: 'stack depth limit exceeded' },
  });
  expect((await call('nothing')).status).toBe(204);
});

test('of two calls that write the same key at once one is 409', async () => {
  const answers = await Promise.all([1, 2].map(() => call('note', '{"p_id": 1, "p_body": "x"}')));
  expect(answers.map(({ status }) => status).sort(), CODES).toEqual([204, 409]);
});
