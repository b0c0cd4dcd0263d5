// The rules of `rules/`: our schema breaks none of them, and each names exactly what its plants put in the ground.
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { migrationFiles } from '../../demo/backend/migrate.ts';
import { migratedDatabase } from './harness.ts';
import { type Project, pgliteProject } from './project.ts';

interface Plant {
  readonly rule: string;
  readonly plant: string;
  readonly sql: string;
  readonly offenders: readonly string[];
  readonly also: readonly string[];
}

interface BrokenRule {
  readonly rule: string;
  readonly offenders: readonly string[];
}

const BROKEN = 'select rule, offenders from tests.broken_rules()';

/** What the pgTAP file includes, as one script. */
async function rulesScript(): Promise<string> {
  const here = new URL('./', import.meta.url);
  const catalog = await readFile(new URL('00_catalog.sql', here), 'utf8');
  const included = [...catalog.matchAll(/^\\ir (\S+)$/gm)].map(([, file = '']) => new URL(file, here));
  return (await Promise.all(included.map((file) => readFile(file, 'utf8')))).join('\n');
}

const rules = await rulesScript();
const database = await migratedDatabase();
afterAll(() => database.close());

// Everything happens in one transaction that is never committed.
await database.exec(`begin; ${rules}`);
const plants = (await database.query<Plant>('select * from tests.plants order by number')).rows;

async function brokenRules(): Promise<BrokenRule[]> {
  return (await database.query<BrokenRule>(BROKEN)).rows;
}

// So that a rule which is broken already is one red test and not as many as there are plants.
const brokenBefore = new Map((await brokenRules()).map(({ rule, offenders }) => [rule, offenders]));

/** Who breaks which rules on account of this alone. */
async function brokenBy(sql: string): Promise<Map<string, readonly string[]>> {
  await database.exec('savepoint unplanted');
  try {
    await database.exec(sql);
    const broken = (await brokenRules()).map(({ rule, offenders }): [string, readonly string[]] => {
      const before = brokenBefore.get(rule) ?? [];
      return [rule, offenders.filter((offender) => !before.includes(offender))];
    });
    return new Map(broken.filter(([, offenders]) => offenders.length > 0));
  } finally {
    await database.exec('rollback to savepoint unplanted');
  }
}

it('finds every rule kept', async () => {
  expect([...brokenBefore]).toEqual([]);
});

it('has a plant for every rule', async () => {
  const { rows } = await database.query(
    'select r.rule from tests.rules r where r.rule not in (select p.rule from tests.plants p)',
  );
  expect(rows).toEqual([]);
});

describe.each([...new Set(plants.map(({ rule }) => rule))])('%s', (rule) => {
  const planted = plants.filter((plant) => plant.rule === rule);
  it.each(planted.map((plant) => [plant.plant, plant] as const))(
    'is broken by: %s',
    async (_name, { sql, offenders, also }) => {
      const broken = await brokenBy(sql);
      expect(broken.get(rule)).toEqual(offenders);
      expect([...broken.keys()].sort()).toEqual([rule, ...also].sort());
    },
  );
});

it('finds every rule kept where a project grants everything by default and its owner is no superuser', async () => {
  const project = await pgliteProject('hosted');
  try {
    for (const where of ['', 'in schema public']) {
      for (const what of ['tables', 'functions', 'sequences']) {
        await project.run(
          `alter default privileges ${where} grant all on ${what} to anon, authenticated, service_role`,
        );
      }
    }
    for (const { sql } of migrations) await project.run(sql);
    expect(await brokenRulesOf(project)).toEqual([]);
  } finally {
    await project.close();
  }
}, 120_000);

async function brokenRulesOf(project: Project): Promise<unknown> {
  const results = await project.run(`begin; ${rules}; ${BROKEN}; rollback`);
  return results.at(-2);
}

const migrations = await migrationFiles();

describe('migrations', () => {
  async function boundlessWrites(sql: string): Promise<unknown[]> {
    const { rows } = await database.query<{ write: string }>(
      'select write from tests.boundless_writes($1) w (write)',
      [sql],
    );
    return rows.map(({ write }) => write);
  }

  it.each(migrations)('$name changes or deletes every row of no table', async ({ sql }) => {
    expect(await boundlessWrites(sql)).toEqual([]);
  });

  it.each([
    "update support_chat.settings set team_name = 'where'",
    'update only support_chat.settings as s set team_name = (select name from t where id)',
    'delete from support_chat.messages',
    'with gone as (delete from support_chat.messages returning id) select id from gone where id is null',
    'create function f() returns void begin atomic select 1; update t set a = 1; end; select 1 where true',
    'update t set a = 1 -- where b\n',
  ])('would be seen to: %s', async (sql) => {
    expect(await boundlessWrites(`${sql};\nselect 1 where false;`)).toHaveLength(1);
  });

  it.each([
    'update t set a = 1 where b',
    'delete from t using u where t.id = u.id',
    'insert into t values (1) on conflict (a) do update set a = 1',
    'create trigger x before update or delete on t for each row execute function f()',
    'create table t (a uuid references u on update set null on delete cascade)',
    'grant update (a), delete on t to r',
    'select a from t for update',
  ])('are not suspected for: %s', async (sql) => {
    expect(await boundlessWrites(sql)).toEqual([]);
  });
});

it('leaves the schema out of what the API exposes', async () => {
  const config = await readFile(new URL('../config.toml', import.meta.url), 'utf8');
  const schemas = /^schemas = \[(.*)\]$/m.exec(config)?.[1];
  expect(schemas).toBe('"public", "graphql_public"');
});
