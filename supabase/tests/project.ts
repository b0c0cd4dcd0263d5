// A Supabase project without Support Chat, to install into: in this process or on a real PostgreSQL, migrated by
// a superuser or by whom hosted projects are migrated by.
import { readFile } from 'node:fs/promises';
import type postgres from 'postgres';
import { platformFiles } from '../../demo/backend/migrate.ts';
import { platformDatabase } from './harness.ts';
import { type PostgresServer, SUPERUSER, startPostgres } from './postgres.ts';

export type Owner = 'superuser' | 'hosted';
type Row = readonly unknown[];

/** The role that migrates, and the one behind everything that is the platform's. */
type Who = 'owner' | 'platform';

const HOSTED_OWNER = 'project_owner';
const PGLITE_SUPERUSER = 'postgres';

export interface Project {
  /** The role that migrates. */
  readonly owner: string;
  /** Runs a script and returns the rows of each of its statements. One that fails leaves no transaction open. */
  run(script: string, who?: Who): Promise<Row[][]>;
  close(): Promise<void>;
}

// The platform lets that role write policies on Realtime's table, which is not its own: an extension runs these
// statements, and no others, as a superuser.
const REALTIME_POLICY = /^ *(?:create|alter|drop) policy "[^"]*"\s+on realtime\.messages\b[^;$]*;/gm;

function asHosted(script: string, superuser: string): string {
  return script.replace(
    REALTIME_POLICY,
    (policy) =>
      `set session authorization ${superuser};\n${policy}\nset session authorization ${HOSTED_OWNER};`,
  );
}

export async function pgliteProject(owner: Owner): Promise<Project> {
  const database = await platformDatabase();
  if (owner === 'hosted') await database.exec(await hostedSql());
  let speaking: Who | undefined;
  return {
    owner: owner === 'hosted' ? HOSTED_OWNER : PGLITE_SUPERUSER,
    run: async (script, who = 'owner') => {
      if (who !== speaking && owner === 'hosted') {
        await database.exec(
          who === 'owner'
            ? `set session authorization ${HOSTED_OWNER}`
            : `set session authorization ${PGLITE_SUPERUSER}`,
        );
      }
      speaking = who;
      try {
        const asked = who === 'owner' && owner === 'hosted' ? asHosted(script, PGLITE_SUPERUSER) : script;
        const results = await database.exec(asked, { rowMode: 'array' });
        return results.map(({ rows }) => rows as unknown as Row[]);
      } catch (reason) {
        await database.exec('rollback');
        speaking = undefined;
        throw reason;
      }
    },
    close: () => database.close(),
  };
}

/** One server for many projects, one after the other: roles belong to all databases, and go with each project. */
export class PostgresProjects {
  readonly #server: PostgresServer;
  readonly #admin: postgres.Sql;

  private constructor(server: PostgresServer, admin: postgres.Sql) {
    this.#server = server;
    this.#admin = admin;
  }

  static async start(): Promise<PostgresProjects> {
    const server = await startPostgres();
    const admin = server.connect('postgres');
    const platform = (await platformFiles()).map(({ sql }) => sql);
    const templates = { superuser: platform, hosted: [...platform, await hostedSql()] };
    for (const [name, scripts] of Object.entries(templates)) {
      await admin.unsafe(`create database ${name}`);
      const sql = server.connect(name);
      for (const script of scripts) await sql.unsafe(script).simple();
      await sql.end();
    }
    return new PostgresProjects(server, admin);
  }

  async create(kind: Owner): Promise<Project> {
    await this.#admin.unsafe(`create database project template ${kind}`);
    const owner = kind === 'hosted' ? HOSTED_OWNER : SUPERUSER;
    await this.#admin.unsafe(`alter database project owner to ${owner}`);
    const connections = {
      platform: this.#server.connect('project'),
      owner: this.#server.connect('project'),
    };
    if (kind === 'hosted') await connections.owner.unsafe(`set session authorization ${HOSTED_OWNER}`);
    return {
      owner,
      run: async (script, who = 'owner') => {
        const sql = connections[who];
        try {
          const asked = who === 'owner' && kind === 'hosted' ? asHosted(script, SUPERUSER) : script;
          return resultsOf(await sql.unsafe(asked).values().simple());
        } catch (reason) {
          await sql.unsafe('rollback');
          throw reason;
        }
      },
      close: async () => {
        await Promise.all([connections.platform.end(), connections.owner.end()]);
        await this.#admin.unsafe('drop database project with (force)');
        await this.#admin.unsafe('drop role if exists support_chat_visitor, support_chat_agent');
      },
    };
  }

  /** Further connections to the project, as one of the cluster's roles. */
  connect(role: string, connections: number): postgres.Sql {
    return this.#server.connect('project', role, connections);
  }

  async stop(): Promise<void> {
    await this.#admin.end();
    await this.#server.stop();
  }
}

/** The driver gives a list of results for several statements, and the result itself for one. */
function resultsOf(answer: unknown): Row[][] {
  const results = (
    answer !== null && typeof answer === 'object' && 'command' in answer ? [answer] : answer
  ) as Row[][];
  return results.map((rows) => [...rows]);
}

function hostedSql(): Promise<string> {
  return readFile(new URL('hosted.psql', import.meta.url), 'utf8');
}
