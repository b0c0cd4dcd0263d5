import { dirname } from 'node:path';
import { type PostgresServer, startPostgres } from '../../../supabase/tests/postgres.ts';
import type { Backend } from '../server.ts';
import { startFixture } from './clients.ts';

const VARIABLES = ['PGHOST', 'PGPORT', 'PGUSER'] as const;

interface OnPostgres {
  readonly postgres: PostgresServer;
  readonly backend: Backend;
  stop(): Promise<void>;
}

/** The backend with the fixture functions on a PostgreSQL server of its own. */
export async function startOnPostgres(): Promise<OnPostgres> {
  const postgres = await startPostgres();
  const owner = postgres.connect('postgres');
  const { path, host, port, user } = owner.options;
  await owner.end();
  // A socket in the file system has no place in an address.
  process.env.PGHOST = typeof path === 'string' ? dirname(path) : host[0];
  process.env.PGPORT = String(port[0]);
  process.env.PGUSER = user;
  try {
    const backend = await startFixture({ databaseUrl: 'postgres:///postgres' });
    return {
      postgres,
      backend,
      stop: async () => {
        await backend.close();
        await postgres.stop();
        for (const name of VARIABLES) delete process.env[name];
      },
    };
  } catch (reason) {
    await postgres.stop();
    throw reason;
  }
}
