import { connect } from 'node:net';
import { resolve as toAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { explained, forgetDatabase } from './backend/data-directory.ts';
import { type BackendOptions, startBackend } from './backend/server.ts';
import { DEMO_AGENTS, DEMO_PASSWORD, seedDemo } from './seed.ts';

const USAGE = `npm run demo -- [--fresh] [--memory]

  --fresh   forget what earlier demos stored
  --memory  store nothing
  PORT=…    listen on another port than 4173
  DATA_DIR=…  keep the data there instead of in demo/.data
  DATABASE_URL=…  use this PostgreSQL database instead of the built-in one`;

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

async function main(): Promise<void> {
  const { fresh, memory, help } = readArguments();
  if (help) {
    say(USAGE);
    return;
  }
  const port = readPort(process.env.PORT);
  if (await isTaken(port)) throw new Error(portTaken(port));
  const databaseUrl = process.env.DATABASE_URL;
  const dataDir = process.env.DATA_DIR ? toAbsolute(process.env.DATA_DIR) : pathOf('./.data');
  if (fresh && !databaseUrl && !memory) await forget(dataDir);
  const storage: BackendOptions = databaseUrl ? { databaseUrl } : memory ? {} : { dataDir };
  const backend = await startBackend({
    ...storage,
    port,
    onMail: ({ to, subject, link }) => say(`\n  Mail to ${to}: ${subject}\n  ${link}\n`),
    ...(process.env.HOST && { host: process.env.HOST }),
    staticDirs: [pathOf('../dist'), pathOf('../dist/demo'), pathOf('.'), pathOf('./restyle')],
  });

  // Signals are heard before the seed runs, so that stopping early leaves a sound database, too.
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    backend.close().then(
      () => process.exit(0),
      (reason) => fail(reason),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // npm and its shell do not pass on a signal meant for them: without them we are an orphan.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) {
    setInterval(() => {
      if (process.ppid !== parent) stop();
    }, 1000).unref();
  }

  try {
    await seedDemo(backend);
  } catch (reason) {
    if (stopping) return;
    await backend.close();
    throw reason;
  }
  say(`
  Support Chat demo. For development only: its keys are public.

  Shop with the chat   ${backend.url}/
  Agents' dashboard    ${backend.url}/dashboard.html
  Configurator         ${backend.url}/configurator.html
  Restyled             ${backend.url}/restyle.html

  Sign in as ${DEMO_AGENTS.join(' or ')}, password ${DEMO_PASSWORD}
  ${kept(storage, dataDir)} Stop with Ctrl+C.
`);
}

function readArguments(): { fresh: boolean; memory: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        memory: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
    return values;
  } catch (reason) {
    throw new Error(`${reason instanceof Error ? reason.message : reason}\n${USAGE}`);
  }
}

function readPort(value = '4173'): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`PORT must be a number from 1 to 65535, not “${value}”.`);
  }
  return port;
}

/** Another server on the same port, but a different address of `localhost`, would get our visitors. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: 'localhost', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function forget(dataDir: string): Promise<void> {
  try {
    await forgetDatabase(dataDir);
  } catch (reason) {
    throw await explained(reason, dataDir);
  }
}

function kept(storage: BackendOptions, dataDir: string): string {
  if (storage.databaseUrl) return 'Everything is kept in DATABASE_URL.';
  return storage.dataDir ? `Everything is kept in ${dataDir}.` : 'Nothing is kept.';
}

function portTaken(port: number): string {
  return `Port ${port} is in use. Choose another one, for example: PORT=${port + 1} npm run demo`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(reason: unknown): never {
  const taken = (reason as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const message = taken
    ? portTaken(readPort(process.env.PORT))
    : reason instanceof Error
      ? reason.message
      : String(reason);
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

main().catch(fail);
