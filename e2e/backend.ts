import { fileURLToPath } from 'node:url';
import { type Backend, startBackend } from '../demo/backend/server.ts';
import { seedDemo } from '../demo/seed.ts';

export type { Backend };

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The demo as a visitor of the README gets it, in memory, on a free port. */
export async function startDemoBackend(): Promise<Backend> {
  const backend = await startBackend({
    staticDirs: [pathOf('../dist'), pathOf('../dist/demo'), pathOf('../demo'), pathOf('../demo/restyle')],
    // One test's hundreds of conversations at once must not cost its neighbours their events.
    realtime: { limits: { eventsPerSecond: 10_000, joinsPerSecond: 1_000 } },
  });
  await seedDemo(backend);
  return backend;
}
