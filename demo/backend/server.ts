import './quiet.ts';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Connection } from '@supabase/lite';
import { PgliteConnection } from '@supabase/lite/pglite';
import { PostgresConnection } from '@supabase/lite/postgres';
import { startAuth } from './auth.ts';
import { databaseFolder, explained, lockDirectory, markFinished } from './data-directory.ts';
import { type Database, openPostgres, pgliteDatabase } from './database.ts';
import { Faults } from './faults.ts';
import { allowCors, json, preflight } from './gateway.ts';
import { createKeys, type Keys } from './keys.ts';
import type { Mail } from './mail-links.ts';
import { assertLockedDown, migrate, migrationFiles, platformFiles } from './migrate.ts';
import { createPages } from './pages.ts';
import { type RealtimeSettings, startRealtime } from './realtime.ts';
import { AnswerLost, createRpc } from './rpc.ts';
import { Template } from './template.ts';

export interface BackendOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Keeps the data in this directory; without it, and without `databaseUrl`, nothing is kept. */
  readonly dataDir?: string;
  /** Works on this PostgreSQL database instead of a built-in one. */
  readonly databaseUrl?: string;
  /** Files directly in these directories are served, the first directory that has one wins. */
  readonly staticDirs?: readonly string[];
  /** Another directory of migrations than the project's own. */
  readonly migrations?: URL;
  readonly realtime?: RealtimeSettings;
  /** Hears of every mail the Auth server would send. */
  readonly onMail?: (mail: Mail) => void;
  readonly maxBodyBytes?: number;
}

/** A running local Supabase project. */
export interface Backend {
  /** `http://localhost:<port>`, to be used as the project's address. */
  readonly url: string;
  readonly port: number;
  readonly publishableKey: string;
  /** The older kind of anonymous key, a JWT. */
  readonly anonKey: string;
  readonly keys: Keys;
  /** The database as its owner sees it, past every policy. */
  readonly database: Database;
  readonly faults: Faults;
  signUp(email: string, password: string): Promise<void>;
  /** What the Auth server would have sent, oldest first. */
  readonly mails: readonly Mail[];
  close(): Promise<void>;
}

/**
 * Starts what a Supabase project offers that Support Chat needs (Auth, functions over HTTP, Realtime),
 * with the migrations applied. For demos, development and tests only.
 */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const undo: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await start(options, undo, close);
  } catch (reason) {
    // A disk that is full can be what fails here, too; what failed first is what matters.
    await close().catch(() => {});
    throw options.dataDir === undefined ? reason : await explained(reason, options.dataDir);
  }
}

async function start(
  options: BackendOptions,
  undo: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Backend> {
  const keys = await createKeys();
  const faults = new Faults();
  const platform = await platformFiles();
  const migrations = await migrationFiles(options.migrations);
  const template = await Template.of([...platform, ...migrations]);

  if (options.dataDir !== undefined) undo.push(await lockDirectory(options.dataDir));
  const { connection, database, pristine } = await openDatabase(options, template);
  undo.push(() => database.close());
  const auth = await startAuth(connection, keys, options.onMail);
  await migrate(database, platform, migrations);
  await assertLockedDown(database);
  if (options.dataDir !== undefined) await markFinished(options.dataDir);
  if (pristine) await template.save(pristine);

  const realtime = await startRealtime(database, keys, faults, options.realtime);
  undo.push(() => realtime.close());
  const rpc = createRpc(database, keys, faults, { maxBodyBytes: options.maxBodyBytes ?? 10_485_760 });
  const pages = createPages(options.staticDirs ?? [], keys);

  const route = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/rest/v1/')) return rpc(request);
    if (pathname.startsWith('/auth/v1/')) {
      return request.method === 'OPTIONS' ? preflight(request) : allowCors(await auth.fetch(request));
    }
    if (pathname.startsWith('/realtime/v1/api/broadcast')) return realtime.broadcast(request);
    if (/^\/(?:rest|auth|realtime|storage|functions)\/v1(?:\/|$)/.test(pathname)) {
      return json(404, { message: 'no Route matched with those values' });
    }
    return pages(request);
  };
  const { server, port, stop } = await listen(options, route);
  undo.push(stop);
  server.on('upgrade', (request, socket, head) => {
    realtime.upgrade(request, socket, head).catch(() => socket.destroy());
  });

  return {
    url: `http://localhost:${port}`,
    port,
    publishableKey: keys.publishable,
    anonKey: keys.anon,
    keys,
    database,
    faults,
    signUp: auth.signUp,
    mails: auth.mails,
    close,
  };
}

interface OpenedDatabase {
  readonly connection: Connection;
  readonly database: Database;
  /** The PGlite that nobody has used yet and no template was found for. */
  readonly pristine: PgliteConnection['driver'] | null;
}

async function openDatabase(options: BackendOptions, template: Template): Promise<OpenedDatabase> {
  if (options.databaseUrl !== undefined) {
    const connection = new PostgresConnection({
      url: options.databaseUrl,
      postgresOptions: { onnotice: () => {} },
    });
    const own = openPostgres(options.databaseUrl);
    const closeBoth = async () => {
      await own.close();
      await connection.close();
    };
    return { connection, database: { ...own, close: closeBoth }, pristine: null };
  }
  const { dataDir } = options;
  const { url, isNew } =
    dataDir === undefined ? { url: 'memory://', isNew: true } : await databaseFolder(dataDir);
  const prepared = isNew ? await template.load() : null;
  const connection = new PgliteConnection({
    url,
    ...(prepared && { pgliteOptions: { loadDataDir: prepared } }),
  });
  try {
    await connection.driver.waitReady;
  } catch (cause) {
    if (dataDir === undefined) throw cause;
    throw new Error(`The data in ${dataDir} cannot be opened. Start afresh with --fresh.`, { cause });
  }
  return {
    connection,
    database: pgliteDatabase(connection.driver, () => connection.close()),
    pristine: isNew && !prepared ? connection.driver : null,
  };
}

interface Listening {
  readonly server: Server;
  readonly port: number;
  /** Cuts every connection, and waits for what they had begun. */
  stop(): Promise<void>;
}

async function listen(
  options: BackendOptions,
  route: (request: Request) => Promise<Response>,
): Promise<Listening> {
  const sockets = new Set<Socket>();
  const answering = new Set<Promise<Response>>();
  const server = createAdaptorServer({
    fetch: (request, { outgoing }) => {
      const answer = route(request).catch((reason) => {
        if (reason instanceof AnswerLost) (outgoing as ServerResponse).destroy();
        const message = reason instanceof Error ? reason.message : String(reason);
        return json(500, { code: 'XX000', details: null, hint: null, message });
      });
      answering.add(answer);
      return answer.finally(() => answering.delete(answer));
    },
  }) as Server;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // WebSockets are no connections to the HTTP server any more, but it waits for them.
      for (const socket of sockets) socket.destroy();
      await closed;
      await Promise.all(answering);
    },
  };
}
