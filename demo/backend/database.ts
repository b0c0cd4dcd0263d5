import type { PGlite, Transaction } from '@electric-sql/pglite';
import postgres from 'postgres';

/** What a statement may be given. JSON and arrays travel as text and are cast in SQL. */
type Parameter = string | number | boolean | null;

export interface Queries {
  query<Row>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  /** Runs a whole script of statements. */
  execute(script: string): Promise<void>;
}

interface TransactionOptions {
  readonly readOnly?: boolean;
  /** Undo everything even when the work succeeds. */
  readonly rollback?: boolean;
}

/** The database, whichever kind it is. */
export interface Database extends Queries {
  readonly kind: 'pglite' | 'postgres';
  transaction<Result>(
    work: (queries: Queries) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** Calls back after commits, in commit order. Returns its own undo. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** The fields of an error that PostgreSQL reports, whichever driver threw it. */
export interface SqlError {
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
}

export function asSqlError(reason: unknown): SqlError | null {
  // Node's own errors have such codes as well, `EPIPE` for one.
  if (!(reason instanceof Error) || !('code' in reason) || 'syscall' in reason) return null;
  const { code, message, detail, hint } = reason as Error & Record<'code' | 'detail' | 'hint', unknown>;
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return null;
  return {
    code,
    message,
    detail: typeof detail === 'string' ? detail : null,
    hint: typeof hint === 'string' ? hint : null,
  };
}

/** PGlite talks through one session, so transactions wait for each other. */
export function pgliteDatabase(pglite: PGlite, close: () => Promise<void> = () => pglite.close()): Database {
  const queries = (session: PGlite | Transaction): Queries => ({
    query: async <Row>(sql: string, parameters: readonly Parameter[] = []) =>
      (await session.query<Row>(sql, [...parameters])).rows as Row[],
    execute: async (script) => {
      await session.exec(script);
    },
  });
  return {
    kind: 'pglite',
    ...queries(pglite),
    transaction: (work, options = {}) =>
      pglite.transaction(async (session) => {
        if (options.readOnly) await session.query('set transaction read only');
        const result = await work(queries(session));
        if (options.rollback) await session.rollback();
        return result;
      }),
    listen: (channel, heard) => pglite.listen(channel, heard),
    close,
  };
}

export function openPostgres(url: string): Database {
  const sql = postgres(url, { max: 10, onnotice: () => {} });
  const queries = (session: postgres.Sql | postgres.TransactionSql): Queries => ({
    query: async <Row>(text: string, parameters: readonly Parameter[] = []) =>
      [...(await session.unsafe(text, [...parameters]))] as Row[],
    execute: async (script) => {
      await session.unsafe(script).simple();
    },
  });
  return {
    kind: 'postgres',
    ...queries(sql),
    transaction: async <Result>(
      work: (queries: Queries) => Promise<Result>,
      options: TransactionOptions = {},
    ) => {
      const undo = new Error('rolled back on purpose');
      let result: { value: Result } | null = null;
      try {
        await sql.begin(options.readOnly ? 'read only' : 'read write', async (session) => {
          result = { value: await work(queries(session)) };
          if (options.rollback) throw undo;
        });
      } catch (reason) {
        if (reason !== undo) throw reason;
      }
      return (result as unknown as { value: Result }).value;
    },
    listen: async (channel, heard) => {
      const { unlisten } = await sql.listen(channel, heard);
      return async () => unlisten();
    },
    close: () => sql.end({ timeout: 2 }),
  };
}
