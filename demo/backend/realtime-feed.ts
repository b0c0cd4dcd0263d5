import type { Database } from './database.ts';

/** A committed row of `realtime.messages`. */
export interface Broadcast {
  readonly id: string;
  readonly topic: string;
  readonly event: string;
  /** JSON text, passed on as it is. */
  readonly payload: string;
}

const BATCH = 500;

/** Hands every committed private broadcast to `deliver`, one after the other in commit order. */
export async function startFeed(
  database: Database,
  deliver: (broadcast: Broadcast) => Promise<void>,
): Promise<() => Promise<void>> {
  const waiting: { id: string; inserted_at: string }[] = [];
  let draining: Promise<void> | null = null;
  let stopped = false;

  const drain = async () => {
    while (waiting.length > 0 && !stopped) {
      const batch = waiting.splice(0, BATCH);
      const rows = await database.query<Broadcast>(
        `select m.id::text as id, m.topic, m.event, m.payload::text as payload
         from json_to_recordset($1::text::json) as wanted (id uuid, inserted_at timestamp)
         join realtime.messages m on m.id = wanted.id and m.inserted_at = wanted.inserted_at
         where m.private and m.event is not null and m.payload is not null`,
        [JSON.stringify(batch)],
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const { id } of batch) {
        const broadcast = byId.get(id);
        if (broadcast && !stopped) await deliver(broadcast);
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
