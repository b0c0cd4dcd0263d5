import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from './backend/testing/ports.ts';

const SCRIPT = fileURLToPath(new URL('./start.ts', import.meta.url));

/** Runs the demo, and gives what it says. */
function runDemo(port: string | number, env: NodeJS.ProcessEnv, ...flags: string[]) {
  const demo = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...flags], {
    env: { ...process.env, PORT: String(port), DATABASE_URL: '', ...env },
  });
  onTestFinished(() => void demo.kill('SIGKILL'));
  const said = { out: '', error: '' };
  demo.stdout.on('data', (data: Buffer) => {
    said.out += data.toString();
  });
  demo.stderr.on('data', (data: Buffer) => {
    said.error += data.toString();
  });
  const exited = new Promise<number | null>((resolve) => demo.once('close', resolve));
  return { demo, said, exited };
}

async function takePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

test('a port in use is one clear line', async () => {
  const port = await takePort();
  const { said, exited } = runDemo(port, {}, '--memory');
  expect(await exited).toBe(1);
  expect(said.error).toBe(
    `Port ${port} is in use. Choose another one, for example: PORT=${port + 1} npm run demo\n`,
  );
});

test('a port that is none is one clear line', async () => {
  const { said, exited } = runDemo('shop', {}, '--memory');
  expect(await exited).toBe(1);
  expect(said.error).toBe('PORT must be a number from 1 to 65535, not “shop”.\n');
});

test.each([[[]], [['--fresh']]])(
  'a place that cannot be written is one clear line, with flags %j',
  async (flags) => {
    const directory = await mkdtemp(join(tmpdir(), 'support-chat-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const dataDir = join(directory, 'file', 'data');
    await writeFile(join(directory, 'file'), '');
    const { said, exited } = runDemo(await freePort(), { DATA_DIR: dataDir }, ...flags);
    expect(await exited).toBe(1);
    expect(said.error).toBe(`${dataDir} cannot be written: a part of this path is a file.\n`);
  },
);

test('an unknown flag shows what there is', async () => {
  const { said, exited } = runDemo(4349, {}, '--frehs');
  expect(await exited).toBe(1);
  expect(said.error).toContain("Unknown option '--frehs'");
  expect(said.error).toContain('--fresh   forget what earlier demos stored');
});
