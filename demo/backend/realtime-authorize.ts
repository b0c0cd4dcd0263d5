import { randomUUID } from 'node:crypto';
import { asSqlError, type Database, type Queries } from './database.ts';
import type { Claims } from './keys.ts';

export type Extension = 'broadcast' | 'presence';

/** Who asks for what, as policies see it. */
export interface Context {
  /** Without the prefix of the wire. */
  readonly topic: string;
  readonly claims: Claims;
  readonly headers: Readonly<Record<string, string>>;
}

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * What the policies on `realtime.messages` let these claims read, asked as the platform asks: a probe
 * row each, looked at as the client's role, and everything rolled back. The row has no event and no
 * payload and is not private, so a policy that looks at those denies. A policy that raises denies too.
 */
export async function readableExtensions(
  database: Database,
  context: Context,
  extensions: readonly Extension[],
): Promise<ReadonlySet<Extension>> {
  const probes = new Map(extensions.map((extension) => [randomUUID() as string, extension]));
  try {
    return await database.transaction(
      async (queries) => {
        for (const [id, extension] of probes) {
          await queries.query(
            `insert into realtime.messages (topic, extension, id, inserted_at, updated_at)
             values ($1, $2, $3::text::uuid, now(), now())`,
            [context.topic, extension, id],
          );
        }
        await becomeClient(queries, context);
        const rows = await queries.query<{ id: string }>(
          `select id::text as id from realtime.messages
           where id in (select value::uuid from json_array_elements_text($1::text::json))`,
          [JSON.stringify([...probes.keys()])],
        );
        return new Set(rows.flatMap((row) => probes.get(row.id) ?? []));
      },
      { rollback: true },
    );
  } catch {
    return new Set();
  }
}

/**
 * Whether the policies let these claims broadcast: they may if they could insert a row of that topic.
 * Null where a policy raised, which the platform forgets at once and asks again next time.
 */
export async function mayBroadcast(database: Database, context: Context): Promise<boolean | null> {
  try {
    return await database.transaction(
      async (queries) => {
        await becomeClient(queries, context);
        await queries.query(
          `insert into realtime.messages (topic, extension, inserted_at, updated_at)
           values ($1, 'broadcast', now(), now())`,
          [context.topic],
        );
        return true;
      },
      { rollback: true },
    );
  } catch (reason) {
    return asSqlError(reason)?.code === INSUFFICIENT_PRIVILEGE ? false : null;
  }
}

async function becomeClient(queries: Queries, { topic, claims, headers }: Context): Promise<void> {
  await queries.query(
    `select set_config('role', $1, true), set_config('realtime.topic', $2, true),
       set_config('request.jwt.claims', $3, true), set_config('request.jwt.claim.sub', $4, true),
       set_config('request.jwt.claim.role', $1, true), set_config('request.headers', $5, true)`,
    [claims.role, topic, JSON.stringify(claims), claims.sub ?? '', JSON.stringify(headers)],
  );
}
