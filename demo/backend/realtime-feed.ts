import type { Database } from './database.ts';
import type { UserBroadcast } from './realtime-frames.ts';
import type { Replay } from './realtime-payload.ts';

/** A committed row of `realtime.messages` that can be broadcast. */
export interface StoredBroadcast extends UserBroadcast {
  readonly id: string;
  /** Without the prefix of the wire. */
  readonly topic: string;
  readonly isPrivate: boolean;
}

interface Row {
  readonly id: string;
  readonly topic: string;
  readonly event: string;
  readonly private: boolean;
  /** JSON text, passed on as it is. */
  readonly payload: string | null;
  readonly binary_payload: string | null;
}

const BATCH = 500;

const COLUMNS = `m.id::text as id, m.topic, m.event, m.private, m.payload::text as payload,
  encode(m.binary_payload, 'base64') as binary_payload`;

/** Without one of these a row is stored, but never broadcast. */
const COMPLETE = `m.private is not null and m.event is not null
  and (m.payload is not null or m.binary_payload is not null)`;

/** Hands every committed broadcast to `deliver`, one after the other in commit order. */
export async function startFeed(
  database: Database,
  deliver: (broadcast: StoredBroadcast) => Promise<void>,
): Promise<() => Promise<void>> {
  const waiting: { id: string; inserted_at: string }[] = [];
  let draining: Promise<void> | null = null;
  let stopped = false;

  const drain = async () => {
    while (waiting.length > 0 && !stopped) {
      const batch = waiting.splice(0, BATCH);
      const rows = await database.query<Row>(
        `select ${COLUMNS}
         from json_to_recordset($1::text::json) as wanted (id uuid, inserted_at timestamp)
         join realtime.messages m on m.id = wanted.id and m.inserted_at = wanted.inserted_at
         where ${COMPLETE}`,
        [JSON.stringify(batch)],
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const { id } of batch) {
        const row = byId.get(id);
        if (row && !stopped) await deliver(stored(row));
      }
    }
  };

  const stop = await database.listen('realtime_messages', (heard) => {
    const space = heard.indexOf(' ');
    waiting.push({ id: heard.slice(0, space), inserted_at: heard.slice(space + 1) });
    // Errors here are the database going away; what is lost then is lost on the platform, too.
    draining ??= drain()
      .catch(() => {})
      .finally(() => {
        draining = null;
      });
  });
  return async () => {
    stopped = true;
    await stop();
    await draining;
  };
}

/** The newest private broadcasts of a topic since a moment, oldest first. Row policies are not asked again. */
export async function storedSince(
  database: Database,
  topic: string,
  { since, limit }: Replay,
): Promise<StoredBroadcast[]> {
  const rows = await database.query<Row>(
    `select ${COLUMNS}
     from realtime.messages m
     where m.topic = $1 and m.private and m.extension = 'broadcast' and ${COMPLETE}
       and m.inserted_at >= to_timestamp($2::text::numeric / 1000) at time zone 'utc'
       and m.inserted_at < (now() at time zone 'utc') + interval '1 minute'
     order by m.inserted_at desc
     limit $3`,
    [topic, String(since), limit],
  );
  return rows.reverse().map(stored);
}

function stored({ id, topic, event, private: isPrivate, payload, binary_payload }: Row): StoredBroadcast {
  return {
    id,
    topic,
    event,
    isPrivate,
    payload: payload ?? Buffer.from(binary_payload ?? '', 'base64'),
  };
}
