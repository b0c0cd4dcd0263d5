import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { PGlite } from '@electric-sql/pglite';
import type { SqlFile } from './migrate.ts';

const MODULES = new URL('../../node_modules/', import.meta.url);
const CACHE = new URL('.cache/support-chat/', MODULES);
const OLD_MS = 3_600_000;
/** To be raised when what `save` does to a database changes. */
const VERSION = 2;

/** Its bytes in one go: Node reads those of its own Blobs a piece at a time, which takes longer than all the rest. */
class Dump extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super();
    this.#bytes = bytes;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.slice().buffer;
  }
}

/**
 * A prepared database on disk, which loads several times faster than making one. It is named after
 * everything it was made from, so a stale one is never read; without one everything works the same.
 */
export class Template {
  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  static async of(files: readonly SqlFile[]): Promise<Template> {
    const hash = createHash('sha256').update(`${VERSION}`);
    for (const name of ['@electric-sql/pglite', '@supabase/lite']) {
      hash.update(await readFile(new URL(`${name}/package.json`, MODULES)));
    }
    for (const file of files) hash.update(`${file.name} ${file.sql.length}\n${file.sql}\n`);
    return new Template(`pglite-${hash.digest('hex').slice(0, 32)}.tar`);
  }

  async load(): Promise<Blob | null> {
    try {
      return new Dump(await readFile(new URL(this.#name, CACHE)));
    } catch {
      return null;
    }
  }

  /** Written aside and then renamed, so that whoever starts meanwhile sees all of it or nothing. */
  async save(pglite: PGlite): Promise<void> {
    try {
      await mkdir(CACHE, { recursive: true });
      // To fill the 128 MB of its default with zeros took half of each start; and there is nothing to recover.
      await pglite.exec("alter system set shared_buffers = '32MB'");
      await pglite.exec('checkpoint');
      const dump = await pglite.dumpDataDir('none');
      const aside = new URL(`${this.#name}.${process.pid}.${Date.now()}`, CACHE);
      await writeFile(aside, Buffer.from(await dump.arrayBuffer()));
      await rename(aside, new URL(this.#name, CACHE));
      await this.#forgetOthers();
    } catch {
      // A read-only or full disk costs time at the next start, nothing else.
    }
  }

  async #forgetOthers(): Promise<void> {
    for (const name of await readdir(CACHE)) {
      if (name === this.#name || !name.startsWith('pglite-')) continue;
      const file = new URL(name, CACHE);
      if (Date.now() - (await stat(file)).mtimeMs > OLD_MS) await rm(file, { force: true });
    }
  }
}
