// Started as a process of its own and killed in the middle of its work: prints each note it has stored.
import { startBackend } from '../server.ts';

const backend = await startBackend({
  dataDir: process.argv[2] ?? '',
  migrations: new URL('./migrations/', import.meta.url),
});
for (let id = 1; ; id += 1) {
  await backend.database.query('insert into public.notes values ($1, $2)', [id, 'kept']);
  process.stdout.write(`${id}\n`);
}
