import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { databaseFolder, explained, forgetDatabase, lockDirectory } from './data-directory.ts';

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'support-chat-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** The number of a process that lives as long as the test. */
async function otherProcess(): Promise<number> {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void other.kill('SIGKILL'));
  await new Promise((resolve) => other.once('spawn', resolve));
  return other.pid as number;
}

test('a lock is held until it is released, and leaves nothing', async () => {
  const directory = await temporary();
  const release = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toThrow(`in use by another demo (process ${process.pid})`);
  await release();
  await (await lockDirectory(directory))();
  expect(await readdir(directory)).toEqual([]);
});

test('what a killed process had half locked with is tidied up', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 'lock.123'), '123');
  const release = await lockDirectory(directory);
  expect(await readdir(directory)).toEqual(['lock']);
  await release();
});

test('of many who lock at once one wins', async () => {
  const directory = await temporary();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
});

test('a lock of a process that lives is respected', async () => {
  const directory = await temporary();
  const pid = await otherProcess();
  await writeFile(join(directory, 'lock'), String(pid));
  await expect(lockDirectory(directory)).rejects.toThrow(`in use by another demo (process ${pid})`);
});

test.each([
  ['is gone', async () => '999999999 5'],
  ['never said who it was', async () => ''],
  ['had our number before us', async () => `${process.pid} 5`],
])('a lock of a process that %s is none', async (_why, content) => {
  const directory = await temporary();
  await writeFile(join(directory, 'lock'), await content());
  await (await lockDirectory(directory))();
});

test.runIf(process.platform === 'linux')(
  'a lock of a process whose number another one has now is none',
  async () => {
    const directory = await temporary();
    await writeFile(join(directory, 'lock'), `${await otherProcess()} 5`);
    const release = await lockDirectory(directory);
    expect(await readFile(join(directory, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} \\d+$`));
    await release();
  },
);

test('a database that was half forgotten is made anew', async () => {
  const directory = await temporary();
  await mkdir(join(directory, 'database'));
  await writeFile(join(directory, 'unfinished'), '');
  expect(await databaseFolder(directory)).toEqual({ url: join(directory, 'database'), isNew: true });
});

test('forgetting leaves an empty directory that nobody holds', async () => {
  const directory = await temporary();
  await mkdir(join(directory, 'database', 'base'), { recursive: true });
  await forgetDatabase(directory);
  expect(await readdir(directory)).toEqual([]);
});

test.each([
  ['ENOSPC', 'the disk is full. Make room, or start with --memory.'],
  ['EDQUOT', 'the disk is full. Make room, or start with --memory.'],
  ['EROFS', 'Make it writable, name another place with DATA_DIR, or start with --memory.'],
  ['EACCES', 'Make it writable, name another place with DATA_DIR, or start with --memory.'],
])('%s, however deep, is one line that says what to do', async (code, advice) => {
  const directory = await temporary();
  const deep = new Error('PGlite failed', { cause: Object.assign(new Error('write'), { code }) });
  const { message } = (await explained(deep, directory)) as Error;
  expect(message.startsWith(`${directory} cannot be written`)).toBe(true);
  expect(message.endsWith(advice)).toBe(true);
  expect(message).not.toContain('\n');
});

test('a path through a file is one line, too, though nothing says so but the attempt', async () => {
  const file = join(await temporary(), 'file');
  await writeFile(file, '');
  const { message } = (await explained(new Error('aborted'), join(file, 'data'))) as Error;
  expect(message).toBe(`${join(file, 'data')} cannot be written: a part of this path is a file.`);
});

test('any other failure stays what it is', async () => {
  const directory = await temporary();
  const reason = new Error('migrations/1.sql failed');
  expect(await explained(reason, directory)).toBe(reason);
  expect(await readdir(directory)).toEqual([]);
});
