// Wherever the migrations are applied, by whom and in which way, they make the same, and nothing of the host's
// changes.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { migrationFiles, type SqlFile } from '../../demo/backend/migrate.ts';
import { installSql } from '../../scripts/install-sql.ts';
import { catalogue, contents } from './catalogue.ts';
import { type Owner, PostgresProjects, type Project, pgliteProject } from './project.ts';

vi.setConfig({ testTimeout: 120_000 });

const server = await PostgresProjects.start();
afterAll(() => server.stop());

const migrations = await migrationFiles();
const install = installSql(migrations);

const ENGINES = {
  PGlite: pgliteProject,
  PostgreSQL: (owner: Owner) => server.create(owner),
};
type Engine = keyof typeof ENGINES;

async function onProject(
  engine: Engine,
  owner: Owner,
  work: (project: Project) => Promise<void>,
): Promise<void> {
  const project = await ENGINES[engine](owner);
  try {
    await work(project);
  } finally {
    await project.close();
  }
}

// As older projects have it, and wider: whatever the owner makes is everybody's.
const GRANTING = ['in schema public', '']
  .flatMap((where) =>
    ['tables', 'functions', 'sequences'].map(
      (kind) =>
        `alter default privileges ${where} grant all on ${kind} to anon, authenticated, service_role;`,
    ),
  )
  .join('\n');

// What a project may have already: names like ours, triggers on what we refer to, policies on what we use.
const BUSY = `
  create table public.user_profiles (
    id uuid primary key references auth.users (id) on delete cascade, full_name text, is_support_agent boolean default false
  );
  alter table public.user_profiles enable row level security;
  create policy "people see themselves" on public.user_profiles for select to authenticated using (auth.uid() = id);
  create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
    begin insert into public.user_profiles (id) values (new.id); return new; end
  $$;
  create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();

  create table public.sessions (id bigint generated always as identity primary key, note text);
  create table public.messages (id serial primary key, session_id bigint references public.sessions, body text);
  create table public.settings (key text primary key, value jsonb);
  create table public.agents (id uuid primary key);
  create view public.recent_messages as select m.id, m.body from public.messages m;
  create schema support;
  create function support.visitor_id() returns text language sql as $$ select 'mine' $$;
  create function public.visitor_id() returns text language sql as $$ select 'mine' $$;
  create function public.chatter(text) returns text language sql as $$ select $1 $$;
  create function public.new_key() returns text language sql as $$ select 'not random' $$;
  insert into public.sessions (note) values ('first');
  insert into public.messages (session_id, body) values (1, 'kept');

  create policy "members speak" on realtime.messages for insert to authenticated with check (true);
  create policy "members listen to rooms" on realtime.messages for select to authenticated
    using (extension = 'broadcast' and realtime.topic() like 'room:%');
`;

// Only the platform may make these; projects get them from templates and tools.
const BUSY_PLATFORM = `
  create function public.announce_ddl() returns event_trigger language plpgsql as $$ begin notify pgrst, 'reload schema'; end $$;
  create event trigger announce_ddl on ddl_command_end execute function public.announce_ddl();
  create function public.secure_new_tables() returns event_trigger language plpgsql as $$
    declare made record;
    begin
      for made in select * from pg_event_trigger_ddl_commands() where command_tag = 'CREATE TABLE' and schema_name = 'public' loop
        execute format('alter table %s enable row level security', made.object_identity);
      end loop;
    end
  $$;
  create event trigger secure_new_tables on ddl_command_end when tag in ('CREATE TABLE') execute function public.secure_new_tables();
`;

interface Cell {
  readonly engine: Engine;
  readonly owner: Owner;
  readonly grants: 'granting' | 'granting nothing';
  readonly host: 'an empty project' | 'a busy project';
  readonly way: 'file by file' | 'install.sql';
}

const OWNERS = ['superuser', 'hosted'] as const;
const GRANTS = ['granting', 'granting nothing'] as const;
const HOSTS = ['an empty project', 'a busy project'] as const;
const WAYS = ['file by file', 'install.sql'] as const;

// All combinations on a real PostgreSQL; in this process half of them, in which any three appear together.
const CELLS: Cell[] = [];
for (const [a, owner] of OWNERS.entries()) {
  for (const [b, grants] of GRANTS.entries()) {
    for (const [c, host] of HOSTS.entries()) {
      for (const [d, way] of WAYS.entries()) {
        CELLS.push({ engine: 'PostgreSQL', owner, grants, host, way });
        if ((a + b + c + d) % 2 === 0) CELLS.push({ engine: 'PGlite', owner, grants, host, way });
      }
    }
  }
}

async function apply(project: Project, files: readonly SqlFile[]): Promise<void> {
  for (const { sql } of files) await project.run(sql);
}

// What the migrations make on a real PostgreSQL, to compare with.
let expected: readonly string[] = [];
await onProject('PostgreSQL', 'superuser', async (project) => {
  await apply(project, migrations);
  expected = (await catalogue(project)).ours;
});

it('the catalogue has what is to be compared', () => {
  const kinds = new Map<string, number>();
  for (const line of expected) {
    const kind = line.split(' ')[0] ?? '';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  expect([...kinds.keys()]).toEqual(
    expect.arrayContaining([
      'column',
      'constraint',
      'function',
      'member',
      'policy',
      'relation',
      'role',
      'schema',
      'trigger',
    ]),
  );
  expect(kinds.get('function')).toBeGreaterThan(80);
  expect(expected).toContain('member whoever_migrates of support_chat_visitor');
});

describe.each(CELLS)(
  '$engine, $owner, $grants by default, $host, $way',
  ({ engine, owner, grants, host, way }) => {
    it('gets the same, the host keeps its own, and a second run changes nothing', async () => {
      await onProject(engine, owner, async (project) => {
        if (grants === 'granting') await project.run(GRANTING);
        if (host === 'a busy project') {
          await project.run(BUSY);
          await project.run(BUSY_PLATFORM, 'platform');
        }
        const before = { ...(await catalogue(project)), contents: await contents(project) };
        expect(before.ours).toEqual([]);

        if (way === 'install.sql') await project.run(install);
        else await apply(project, migrations);
        const after = { ...(await catalogue(project)), contents: await contents(project) };
        expect(after.ours).toEqual(expected);
        expect(after.host).toEqual(before.host);
        expect(after.contents.filter((line) => !line.startsWith('support_chat.'))).toEqual(before.contents);

        await project.run(install);
        expect({ ...(await catalogue(project)), contents: await contents(project) }).toEqual(after);
      });
    });
  },
);

it.each([1, 5, migrations.length - 1])(
  'install.sql goes on where %i pushed migrations end',
  async (count) => {
    await onProject('PostgreSQL', 'hosted', async (project) => {
      await apply(project, migrations.slice(0, count));
      await project.run(install);
      expect((await catalogue(project)).ours).toEqual(expected);
    });
  },
);

const CLASHES: Record<string, { there: string; message: RegExp; hint: RegExp }> = {
  'functions of the same prefix': {
    there: `create function public.chat_with_us(text) returns text language sql as $$ select $1 $$;
      create function public.desk_light() returns text language sql as $$ select 'on' $$`,
    message: /functions named .*: chat_with_us\(text\), desk_light\(\)/,
    hint: /Rename them .* Nothing has been changed/,
  },
  'another schema of the name': {
    there: 'create schema support_chat',
    message: /a schema named support_chat already/,
    hint: /run install\.sql/,
  },
  'another schema of the name with a list of migrations': {
    there: 'create schema support_chat; create table support_chat.migrations (id integer)',
    message: /a schema named support_chat already/,
    hint: /run install\.sql/,
  },
  'roles of the name that log in': {
    there: 'create role support_chat_visitor login; create role support_chat_agent nologin',
    message: /these roles exist but may do more than ours may: support_chat_visitor$/,
    hint: /must not log in/,
  },
  'roles of the name that are somebody else as well': {
    there: 'create role support_chat_agent nologin; grant service_role to support_chat_agent',
    message: /these roles exist but may do more than ours may: support_chat_agent$/,
    hint: /members of other roles/,
  },
};

describe.each(Object.entries(CLASHES))('%s', (_title, { there, message, hint }) => {
  it.each([
    ['file by file', () => migrations[0]?.sql ?? ''],
    ['install.sql', () => install],
  ])('stop the installation %s, which says so and leaves nothing behind', async (_way, script) => {
    await onProject('PostgreSQL', 'hosted', async (project) => {
      await project.run(there);
      const before = await catalogue(project);
      await expect(project.run(script())).rejects.toMatchObject({
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
      expect(await catalogue(project)).toEqual(before);
    });
  });
});

describe.each(['PostgreSQL', 'PGlite'] as const)('on %s', (engine) => {
  it('an installation that fails at its end leaves nothing behind', async () => {
    const last = migrations.at(-1);
    if (!last) throw new Error('There are no migrations.');
    const failing = installSql([
      ...migrations.slice(0, -1),
      { name: last.name, sql: `${last.sql}\nselect 1 / 0;` },
    ]);
    await onProject(engine, 'hosted', async (project) => {
      const before = await catalogue(project);
      await expect(project.run(failing)).rejects.toThrow('division by zero');
      expect(await catalogue(project)).toEqual(before);
      await project.run(install);
      expect((await catalogue(project)).ours).toEqual(expected);
    });
  });
});

describe.each(['PostgreSQL', 'PGlite'] as const)('the owner of a hosted project on %s', (engine) => {
  it('is who the platform makes of it', async () => {
    await onProject(engine, 'hosted', async (project) => {
      const [attributes, owned, memberships] = await project.run(`
        select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user and rolname = session_user;
        select c.oid::regclass from pg_class c
        where c.relnamespace::regnamespace::text in ('auth', 'realtime', 'storage') and pg_has_role(c.relowner, 'USAGE');
        select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid
        where m.member = current_user::text::regrole order by 1;
      `);
      expect(attributes).toEqual([[false, true, true]]);
      expect(owned).toEqual([]);
      expect(memberships).toEqual([['anon'], ['authenticated'], ['service_role']]);
    });
  });

  it.each([
    'create trigger t before insert on realtime.messages for each row execute function public.f()',
    'create index on realtime.messages (event)',
    'alter table realtime.messages add note text',
    'alter table auth.users add note text',
    'create table realtime.notes ()',
    'create role another superuser',
  ])('may not: %s', async (statement) => {
    await onProject(engine, 'hosted', async (project) => {
      await project.run(
        "create function public.f() returns trigger language plpgsql as 'begin return new; end'",
      );
      await expect(project.run(statement)).rejects.toMatchObject({ code: '42501' });
    });
  });
});

describe.each(['PostgreSQL', 'PGlite'] as const)('a hosted project on %s', (engine) => {
  const USER = 'aaaaaaaa-0000-4000-8000-000000000001';
  const TOKEN = 'sv1_VisitorVisitor0123456789abcdefghijklmnopqrs';

  /** Runs a statement in a request as PostgREST and Realtime make them, and gives its first value. */
  async function request(
    project: Project,
    role: 'anon' | 'authenticated',
    statement: string,
    { sub, topic = '' }: { sub?: string; topic?: string } = {},
  ): Promise<unknown> {
    const claims = JSON.stringify({ role, ...(sub === undefined ? {} : { sub }) });
    const results = await project.run(`
      begin;
      select set_config('request.method', 'POST', true), set_config('request.jwt.claims', '${claims}', true),
        set_config('realtime.topic', '${topic}', true), set_config('role', '${role}', true);
      ${statement};
      commit;
    `);
    return results.map((rows) => rows[0]?.[0])[2];
  }

  /** Whether whoever asks may join the private topic: Realtime inserts a row, and looks whether they see it. */
  async function joins(
    project: Project,
    role: 'anon' | 'authenticated',
    topic: string,
    sub?: string,
  ): Promise<boolean> {
    const id = crypto.randomUUID();
    await project.run(
      `insert into realtime.messages (id, topic, extension) values ('${id}', '${topic}', 'broadcast')`,
      'platform',
    );
    const seen = await request(
      project,
      role,
      `select count(*)::integer from realtime.messages where id = '${id}'`,
      {
        topic,
        ...(sub === undefined ? {} : { sub }),
      },
    );
    await project.run(`delete from realtime.messages where id = '${id}'`, 'platform');
    return seen === 1;
  }

  async function installed(work: (project: Project) => Promise<void>): Promise<void> {
    await onProject(engine, 'hosted', async (project) => {
      await project.run(BUSY);
      await project.run(
        `insert into auth.users (id, email) values ('${USER}', 'ada@example.com')`,
        'platform',
      );
      await project.run(install);
      await project.run("select support_chat.make_agent('ada@example.com', 'Ada', 'admin')");
      await work(project);
    });
  }

  it('serves a conversation, both ways', async () => {
    await installed(async (project) => {
      const started = (await request(
        project,
        'anon',
        `select public.chat_start('${TOKEN}', gen_random_uuid(), gen_random_uuid(), 'Hello')`,
      )) as { session: { id: string }; topic: string };
      const inbox = (await request(project, 'authenticated', "select public.desk_open('unassigned')", {
        sub: USER,
      })) as {
        sessions: unknown[];
        topic: string;
      };
      expect(inbox.sessions).toMatchObject([{ id: started.session.id, preview: 'Hello' }]);
      const session = `'${started.session.id}'`;
      await request(project, 'authenticated', `select public.desk_assign(${session}, '${USER}')`, {
        sub: USER,
      });
      await request(
        project,
        'authenticated',
        `select public.desk_send(${session}, gen_random_uuid(), 'Hi, I am Ada')`,
        { sub: USER },
      );
      await request(
        project,
        'authenticated',
        `select public.desk_send(${session}, gen_random_uuid(), 'Psst', 'note')`,
        { sub: USER },
      );

      const read = await request(project, 'anon', `select public.chat_history('${TOKEN}', ${session})`);
      expect(read).toMatchObject({
        messages: [{ content: 'Hello' }, { event: { type: 'assigned' } }, { content: 'Hi, I am Ada' }],
      });
      const [sent] = await project.run(
        "select topic, event, payload #>> '{message,content}' from realtime.messages order by payload #>> '{message,created_at}', topic",
        'platform',
      );
      expect(
        sent?.filter(([topic]) => topic === started.topic).map(([, event, content]) => `${event} ${content}`),
      ).toEqual(['message Hello', 'message ', 'message Hi, I am Ada']);
      expect(sent?.filter(([topic]) => topic === inbox.topic)).toHaveLength(4);

      expect(await joins(project, 'anon', started.topic)).toBe(true);
      expect(await joins(project, 'authenticated', inbox.topic, USER)).toBe(true);
      expect(await joins(project, 'anon', inbox.topic)).toBe(false);
      expect(await joins(project, 'anon', `${started.topic}0`)).toBe(false);

      // Auth removes users with rights of its own.
      await project.run(
        `begin; set local role supabase_auth_admin; delete from auth.users where id = '${USER}'; commit`,
        'platform',
      );
      const [left] = await project.run('select status, agent_id from support_chat.sessions');
      expect(left).toEqual([['open', null]]);
      expect(await joins(project, 'authenticated', inbox.topic, USER)).toBe(false);
    });
  });

  it('keeps its own channels: its users join and speak there, and nobody speaks on ours', async () => {
    await installed(async (project) => {
      const speak = (topic: string) =>
        request(
          project,
          'authenticated',
          `insert into realtime.messages (topic, extension) values ('${topic}', 'broadcast')`,
          { sub: USER, topic },
        );
      expect(await joins(project, 'authenticated', 'room:1', USER)).toBe(true);
      expect(await joins(project, 'authenticated', 'room:1', 'auth0|no-uuid')).toBe(true);
      expect(await joins(project, 'authenticated', 'other:1', USER)).toBe(false);
      expect(await joins(project, 'anon', 'room:1')).toBe(false);
      await speak('room:1');
      await speak('support');
      for (const topic of ['support-chat:', 'support-chat:room', 'support-desk:room']) {
        await expect(speak(topic)).rejects.toMatchObject({ code: '42501' });
      }
      const [profiles] = await project.run('select id from public.user_profiles', 'platform');
      expect(profiles).toEqual([[USER]]);
    });
  });
});
