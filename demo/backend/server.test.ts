import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Backend, type BackendOptions, startBackend } from './server.ts';
import { listenTo, postgrest, realtime, startFixture } from './testing/clients.ts';
import './quiet.ts';
import { createClient } from '@supabase/supabase-js';
import { WebSocket } from 'ws';

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'support-chat-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A backend that ends with the test, if the test has not ended it. */
async function started(options?: BackendOptions): Promise<Backend> {
  const backend = await startFixture(options);
  onTestFinished(() => backend.close());
  return backend;
}

const heldByClients = `
  select count(*)::int as count from information_schema.role_table_grants
  where grantee in ('anon', 'authenticated', 'PUBLIC') and table_schema = 'support_chat'`;

describe('Auth', () => {
  test('signs in with supabase-js, and the token is a user’s for calls and channels', async () => {
    const backend = await started();
    await backend.signUp('ada@example.com', 'correct horse');
    const client = createClient(backend.url, backend.publishableKey, {
      auth: { persistSession: false },
      realtime: { transport: WebSocket as never },
    });
    const wrong = await client.auth.signInWithPassword({ email: 'ada@example.com', password: 'wrong' });
    expect(wrong.error?.code).toBe('invalid_credentials');
    const { data } = await client.auth.signInWithPassword({
      email: 'ada@example.com',
      password: 'correct horse',
    });
    const answer = await client.rpc('whoami');
    expect(answer.data).toMatchObject({ role: 'authenticated', claims: { sub: data.user?.id } });
    await backend.database.query('insert into public.members values ($1)', [data.user?.id ?? '']);
    await client.realtime.setAuth();
    await listenTo(client.realtime, 'club').until('SUBSCRIBED');
    await client.auth.signOut();
    await client.realtime.disconnect();
  });

  test('lets pages of any origin sign in', async () => {
    const backend = await started();
    const init = { headers: { origin: 'https://shop.example', apikey: backend.publishableKey } };
    const url = `${backend.url}/auth/v1/token?grant_type=password`;
    for (const method of ['OPTIONS', 'POST']) {
      const response = await fetch(url, { ...init, method });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});

describe('data', () => {
  test('in a directory outlives a restart, and clients still hold nothing', async () => {
    const dataDir = await temporary();
    const first = await startBackend({ dataDir });
    await first.signUp('ada@example.com', 'correct horse');
    await first.database.execute(`create table public.kept as select 'yes' as word`);
    await first.close();

    const second = await startBackend({ dataDir });
    onTestFinished(() => second.close());
    expect(await second.database.query('select word from public.kept')).toEqual([{ word: 'yes' }]);
    const signIn = await fetch(`${second.url}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      headers: { apikey: second.publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', password: 'correct horse' }),
    });
    expect(signIn.status).toBe(200);
    expect(await second.database.query(heldByClients)).toEqual([{ count: 0 }]);
  }, 120_000);

  test('in a directory belongs to one backend at a time', async () => {
    const dataDir = await temporary();
    await started({ dataDir });
    await expect(startFixture({ dataDir })).rejects.toThrow(/is in use by another demo \(process \d+\)/);
  }, 120_000);

  test('whose lock names a process that is gone can be used', async () => {
    const dataDir = await temporary();
    await writeFile(join(dataDir, 'lock'), '999999999');
    await started({ dataDir });
  }, 120_000);

  test('of a first start that was cut short is made anew', async () => {
    const dataDir = await temporary();
    await mkdir(join(dataDir, 'database'));
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '18');
    await writeFile(join(dataDir, 'unfinished'), '');
    await (await startFixture({ dataDir })).close();
    expect((await readdir(dataDir)).sort()).toEqual(['database']);
  }, 120_000);

  test('that is broken is kept, and the error says what to do', async () => {
    const dataDir = await temporary();
    await mkdir(join(dataDir, 'database'));
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '18');
    await expect(startFixture({ dataDir })).rejects.toThrow(
      `The data in ${dataDir} cannot be opened. Start afresh with --fresh.`,
    );
    expect(await readdir(join(dataDir, 'database'))).toContain('PG_VERSION');
  }, 120_000);

  test('made by another version of a migration is refused', async () => {
    const dataDir = await temporary();
    const folder = await temporary();
    const options = { dataDir, migrations: pathToFileURL(`${folder}/`) };
    const file = join(folder, '20200101000000_first.sql');
    await writeFile(file, 'create table public.one ();');
    await (await startFixture(options)).close();
    await writeFile(file, 'create table public.two ();');
    await expect(startFixture(options)).rejects.toThrow(
      'migrations/20200101000000_first.sql has changed since it was applied to this database.',
    );
  }, 120_000);

  test('in memory is each backend’s own, however many start at once', async () => {
    const backends = await Promise.all([started(), started()]);
    await postgrest(backends[0]!).rpc('note', { p_id: 1, p_body: 'mine' });
    expect(await backends[1]!.database.query('select from public.notes')).toEqual([]);
  }, 120_000);
});

describe('starting', () => {
  test('fails where clients hold a privilege behind the API', async () => {
    const folder = await temporary();
    const name = join(folder, '20200101000000_careless.sql');
    const start = async (grant: string) => {
      await writeFile(
        name,
        `create schema support_chat; create table support_chat.messages (id int, body text); ${grant};`,
      );
      return started({ migrations: pathToFileURL(`${folder}/`) });
    };
    await expect(start('grant usage on schema support_chat to anon')).rejects.toThrow(
      /^Refusing to start: clients hold privileges on support_chat: anon may USAGE schema support_chat/,
    );
    await expect(start('grant select (body) on support_chat.messages to authenticated')).rejects.toThrow(
      'authenticated may SELECT messages',
    );
    await expect(start('grant insert on support_chat.messages to public')).rejects.toThrow(
      'anon may INSERT messages',
    );
  }, 120_000);

  test('fails with the file and the reason where a migration does', async () => {
    const folder = await temporary();
    await writeFile(join(folder, '20200101000000_good.sql'), 'create table public.good ();');
    await writeFile(join(folder, '20200102000000_bad.sql'), 'create table public.bad (); select 1 / 0;');
    await expect(startBackend({ migrations: pathToFileURL(`${folder}/`) })).rejects.toThrow(
      'migrations/20200102000000_bad.sql failed: division by zero (22012)',
    );
  }, 120_000);

  test('fails on a port in use, and lets go of everything', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const dataDir = await temporary();
    await expect(startFixture({ dataDir, port })).rejects.toThrow('EADDRINUSE');
    await started({ dataDir });
  }, 120_000);

  test('records migrations where Supabase’s CLI does', async () => {
    const backend = await started();
    const rows = await backend.database.query(
      'select version, name, cardinality(statements) as files from supabase_migrations.schema_migrations',
    );
    expect(rows).toEqual([{ version: '20200101000000', name: 'fixture', files: 1 }]);
  });

  test('makes the partitions that broadcasts need', async () => {
    const backend = await started();
    const rows = await backend.database.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'realtime.messages'::regclass`,
    );
    expect(rows.map((row) => row.name)).toContain(
      `realtime.messages_${new Date().toISOString().slice(0, 10).replaceAll('-', '_')}`,
    );
  });
});

describe('stopping', () => {
  test('cuts connections and finishes what calls have begun', async () => {
    const backend = await startFixture();
    await listenTo(realtime(backend), 'room:1').until('SUBSCRIBED');
    const call = postgrest(backend).rpc('note', { p_id: 1, p_body: 'x' });
    void call.then(
      () => {},
      () => {},
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    await backend.close();
    await backend.close();
    await expect(fetch(backend.url)).rejects.toThrow();
  });
});

describe('pages', () => {
  let backend: Backend;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'support-chat-'));
    await writeFile(join(directory, 'index.html'), '<p data-a="{{supabase-url}}" data-b="{{supabase-key}}">');
    await writeFile(join(directory, 'strict.html'), 'strict');
    await writeFile(join(directory, 'app.js'), '"{{supabase-url}}"');
    await writeFile(join(directory, 'secret.ts'), 'secret');
    await writeFile(join(directory, '.env'), 'secret');
    await mkdir(join(directory, 'below'));
    await writeFile(join(directory, 'below', 'app.js'), 'secret');
    backend = await startFixture({ staticDirs: [join(directory, 'missing'), directory] });
  });
  afterAll(async () => {
    await backend.close();
    await rm(directory, { recursive: true });
  });

  test('get the project’s address and key', async () => {
    const response = await fetch(`${backend.url}/`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toBe(`<p data-a="${backend.url}" data-b="${backend.publishableKey}">`);
    const script = await fetch(`${backend.url}/app.js`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await script.text()).toBe('"{{supabase-url}}"');
  });

  test('that are strict get the strictest policy we support, others none', async () => {
    const policy = (await fetch(`${backend.url}/strict.html`)).headers.get('content-security-policy');
    expect(policy).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; connect-src ${backend.url} ${backend.url.replace('http', 'ws')}; img-src blob: data:; require-trusted-types-for 'script'; trusted-types lit-html 'allow-duplicates'`,
    );
    expect((await fetch(backend.url)).headers.has('content-security-policy')).toBe(false);
  });

  test.each([
    '/secret.ts',
    '/.env',
    '/below/app.js',
    '/below%2fapp.js',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/nope.js',
  ])('do not include %s', async (path) => {
    expect((await fetch(backend.url + path)).status).toBe(404);
  });

  test('are only read', async () => {
    expect((await fetch(`${backend.url}/`, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await fetch(`${backend.url}/storage/v1/bucket`)).status).toBe(404);
  });
});
