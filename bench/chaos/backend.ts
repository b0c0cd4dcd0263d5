import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A backend that can be killed and comes back with what it had stored. */
export interface RestartableBackend {
  /** Null while it is down. */
  readonly port: number | null;
  readonly key: string;
  query<Row>(sql: string): Promise<Row[]>;
  /** Kills it without a warning, leaves it down for a while, and starts it again on the same data. */
  restart(downMs: number): Promise<void>;
  /** Ends it, and removes its data. */
  close(): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('./backend-process.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export async function startRestartableBackend(): Promise<RestartableBackend> {
  const dataDir = await mkdtemp(join(tmpdir(), 'support-chat-chaos-'));
  const backend = new Backend(dataDir);
  try {
    await backend.start();
  } catch (reason) {
    await backend.close();
    throw reason;
  }
  return backend;
}

interface Waiting {
  resolve(rows: never[]): void;
  reject(reason: Error): void;
}

class Backend implements RestartableBackend {
  readonly #dataDir: string;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | null = null;
  #port: number | null = null;
  #key = '';
  #lastId = 0;
  #closed = false;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  get port(): number | null {
    return this.#port;
  }

  get key(): string {
    return this.#key;
  }

  start(): Promise<void> {
    const child = fork(SCRIPT, {
      cwd: ROOT,
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, CHAOS_DATA_DIR: this.#dataDir },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    let said = '';
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
    });
    return new Promise((resolve, reject) => {
      child.on('message', (message) => {
        if ('port' in (message as object)) {
          const { port, key } = message as { port: number; key: string };
          this.#port = port;
          this.#key = key;
          resolve();
        } else {
          this.#answer(message as { id: number; rows?: never[]; error?: string });
        }
      });
      child.once('exit', () => {
        if (this.#child === child) this.#child = null;
        this.#port = null;
        for (const { reject: give } of this.#waiting.values()) give(new Error('The backend is down.'));
        this.#waiting.clear();
        reject(new Error(`The backend ended: ${said}`));
      });
    });
  }

  query<Row>(sql: string): Promise<Row[]> {
    const child = this.#child;
    if (child === null) return Promise.reject(new Error('The backend is down.'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<Row[]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // It is not told at once that it is gone.
      child.send({ id, sql }, (error) => {
        if (error) this.#answer({ id, error: error.message });
      });
    });
  }

  async restart(downMs: number): Promise<void> {
    await this.#kill();
    await new Promise((resolve) => setTimeout(resolve, downMs));
    if (!this.#closed) await this.start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#kill();
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #answer({ id, rows, error }: { id: number; rows?: never[]; error?: string }): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (rows) waiting?.resolve(rows);
    else waiting?.reject(new Error(error));
  }
}
