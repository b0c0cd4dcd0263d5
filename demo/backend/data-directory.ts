import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const held = new Set<string>();

/**
 * Makes sure that only one process works on a directory, as two would destroy it. Returns the release.
 * A lock whose process is gone, say because it was killed, does not count.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'lock');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      held.add(path);
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    } catch (reason) {
      if (!isExists(reason)) throw reason;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isAlive(owner, path)) {
      throw new Error(
        `${directory} is in use by another demo (process ${owner}). Stop that one first, or start with --memory.`,
      );
    }
    await rm(path, { force: true });
  }
  throw new Error(`${path} cannot be locked.`);
}

function isAlive(owner: number, path: string): boolean {
  if (!Number.isInteger(owner) || owner <= 0) return false;
  // In containers a new process often gets the number of the one that was killed.
  if (owner === process.pid) return held.has(path);
  try {
    process.kill(owner, 0);
    return true;
  } catch (reason) {
    return (reason as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isExists(reason: unknown): boolean {
  return (reason as NodeJS.ErrnoException).code === 'EEXIST';
}

/**
 * Where in the directory the database lies. One whose first start never got to its end, which only we
 * can know from our own mark, holds nothing yet and is made anew.
 */
export async function databaseFolder(directory: string): Promise<{ url: string; isNew: boolean }> {
  const url = join(directory, 'database');
  const mark = unfinishedMark(directory);
  if (existsSync(mark)) await rm(url, { recursive: true, force: true });
  const isNew = !existsSync(url);
  if (isNew) await writeFile(mark, 'The first start has not come to its end.\n');
  return { url, isNew };
}

/** The database is complete: from now on it is never made anew. */
export async function markFinished(directory: string): Promise<void> {
  await rm(unfinishedMark(directory), { force: true });
}

function unfinishedMark(directory: string): string {
  return join(directory, 'unfinished');
}
