import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import type { Claims } from './keys.ts';

export type Extension = 'broadcast' | 'presence';

/**
 * What the policies on `realtime.messages` let these claims read, asked as the platform asks: a probe
 * row each, looked at as the client's role, and everything rolled back. The row has no event and no
 * payload and is not private, so a policy that looks at those denies. A policy that raises denies too.
 */
export async function readableExtensions(
  database: Database,
  topic: string,
  claims: Claims,
  headers: Readonly<Record<string, string>>,
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
            [topic, extension, id],
          );
        }
        await queries.query(
          `select set_config('role', $1, true), set_config('realtime.topic', $2, true),
             set_config('request.jwt.claims', $3, true), set_config('request.jwt.claim.sub', $4, true),
             set_config('request.jwt.claim.role', $1, true), set_config('request.headers', $5, true)`,
          [claims.role, topic, JSON.stringify(claims), claims.sub ?? '', JSON.stringify(headers)],
        );
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
