// The local backend in a process of its own, which its parent may kill like any other server: it tells its port,
// runs the SQL it is sent as the database's owner, and ends with its parent.
import { startBackend } from '../../demo/backend/server.ts';
import { AGENTS } from './plan.ts';

const PASSWORD = 'support-demo';

const { CHAOS_DATA_DIR: dataDir } = process.env;
if (dataDir === undefined || process.send === undefined) throw new Error('Started by backend.ts only.');

process.on('disconnect', () => process.exit(0));
// A Ctrl+C reaches the whole group; the parent still has something to do with us before it ends.
process.on('SIGINT', () => {});

const backend = await startBackend({
  dataDir,
  realtime: { limits: { sockets: 1000, eventsPerSecond: 100_000, joinsPerSecond: 10_000 } },
});
for (const email of AGENTS) {
  const known = await backend.database.query('select from auth.users where email = $1', [email]);
  if (known.length > 0) continue;
  await backend.signUp(email, PASSWORD);
  await backend.database.query('select support_chat.make_agent($1, $2)', [
    email,
    email.replace('@example.com', ''),
  ]);
}

process.on('message', (message) => {
  const { id, sql } = message as { id: number; sql: string };
  backend.database.query(sql).then(
    (rows) => process.send?.({ id, rows }),
    (reason: unknown) => process.send?.({ id, error: String(reason) }),
  );
});
process.send({ port: backend.port, key: backend.publishableKey });
