import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const held = new Set<string>();

/**
 * Makes sure that only one process works on a directory, as two would destroy it. Returns the release.
 * A lock whose process is gone, say because it was killed, does not count.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'lock');
  const own = `${process.pid} ${(await startOf(process.pid)) ?? ''}`.trim();
  const aside = `${path}.${process.pid}`;
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      // Written aside and then linked, so that nobody ever sees a lock that does not say whose it is.
      await writeFile(aside, own);
      try {
        await link(aside, path);
        held.add(path);
        await removeAsides(directory);
        return async () => {
          held.delete(path);
          await rm(path, { force: true });
        };
      } catch (reason) {
        // Not there any more: whoever got the lock has tidied up, and is to be seen at the next attempt.
        if (!['EEXIST', 'ENOENT'].includes((reason as NodeJS.ErrnoException).code ?? '')) throw reason;
      }
      const owner = await readFile(path, 'utf8').catch(() => '');
      if (await isHeld(owner, path)) {
        throw new Error(
          `${directory} is in use by another demo (process ${Number.parseInt(owner, 10)}). Stop that one first, or start with --memory.`,
        );
      }
      await rm(path, { force: true });
    }
  } finally {
    await rm(aside, { force: true });
  }
  throw new Error(`${path} cannot be locked.`);
}

async function isHeld(owner: string, path: string): Promise<boolean> {
  const [pid = 0, start] = owner.split(' ').map(Number);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  // In containers a new process often gets the number of the one that was killed.
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = await startOf(pid);
  return start === undefined || now === null || now === start;
}

/** When a process began, in a unit of the system's own; null where the system does not tell. */
async function startOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may hold anything. Of what comes after it, this is the 20th.
  const start = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isInteger(start) && start > 0 ? start : null;
}

/** Somebody may have been killed before removing theirs. */
async function removeAsides(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/^lock\.\d+$/.test(name)) await rm(join(directory, name), { force: true });
  }
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

/** Makes the next start begin with an empty database, even if we are killed in the middle of this. */
export async function forgetDatabase(directory: string): Promise<void> {
  const release = await lockDirectory(directory);
  await writeFile(unfinishedMark(directory), 'The database is being forgotten.\n');
  await rm(join(directory, 'database'), { recursive: true, force: true });
  await rm(unfinishedMark(directory), { force: true });
  await release();
}

/** Says in one line that a disk is full or read-only if that is why something failed, else gives it back. */
export async function explained(reason: unknown, directory: string): Promise<unknown> {
  const code = codeOf(reason) ?? (await tryToWrite(directory));
  const problem = PROBLEMS[code ?? ''];
  return problem === undefined ? reason : new Error(`${directory} ${problem}`, { cause: reason });
}

const FULL = 'cannot be written: the disk is full. Make room, or start with --memory.';
const READ_ONLY =
  'cannot be written. Make it writable, name another place with DATA_DIR, or start with --memory.';
const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: READ_ONLY,
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  ENOTDIR: 'cannot be written: a part of this path is a file.',
};

/** The first code in a chain of causes that says what is wrong. */
function codeOf(reason: unknown): string | null {
  if (!(reason instanceof Error)) return null;
  const { code } = reason as NodeJS.ErrnoException;
  return code !== undefined && code in PROBLEMS ? code : codeOf(reason.cause);
}

/** PGlite does not always say why it could not write, so we try to. */
async function tryToWrite(directory: string): Promise<string | null> {
  const path = join(directory, 'probe');
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(path, new Uint8Array(1_000_000));
    return null;
  } catch (reason) {
    const { code = null } = reason as NodeJS.ErrnoException;
    // What Node says of a directory that it may not make.
    return code === 'ENOENT' ? 'EACCES' : code;
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

/** The database is complete: from now on it is never made anew. */
export async function markFinished(directory: string): Promise<void> {
  await rm(unfinishedMark(directory), { force: true });
}

function unfinishedMark(directory: string): string {
  return join(directory, 'unfinished');
}
