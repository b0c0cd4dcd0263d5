// That what the README says of files, settings and misbehaviour is so.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Faults } from '../faults.ts';
import { DEFAULT_SETTINGS } from '../realtime.ts';
import { startBackend } from '../server.ts';
import { RawSocket, refusal } from '../testing/raw-socket.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** What stands under a heading, up to the next one. */
function section(heading: string): string {
  return README.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? '';
}

/** The first two cells of each row, without their markup. */
function rows(text: string): (readonly [string, string])[] {
  const cells = [...text.matchAll(/^\| `(.+?)` \| (.+?) \|/gm)];
  return cells.map(([, name = '', value = '']) => [name, value.replace(/[` ]/g, '')]);
}

test('each file of cases is in the table of topics', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.ts'));
  const listed = [...README.matchAll(/^\| [^|]+ \| `([\w-]+\.test\.ts)` \|$/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(files.sort());
});

test('each setting is in the table of settings, with its default', () => {
  const { limits, ...others } = DEFAULT_SETTINGS;
  const flat = {
    ...others,
    ...Object.fromEntries(Object.entries(limits).map(([k, v]) => [`limits.${k}`, v])),
  };
  expect(Object.fromEntries(rows(section('Settings')))).toEqual(
    Object.fromEntries(Object.entries(flat).map(([name, value]) => [name, String(value)])),
  );
});

test('each misbehaviour is described, and none that there is not', () => {
  const faults = new Faults();
  const members = [...Object.keys(faults), ...Object.getOwnPropertyNames(Faults.prototype)];
  // These are for the endpoint that misbehaves.
  const own = members.filter((name) => !/^(?:constructor|attach|delayed|arrange|take[A-Z]\w*)$/.test(name));
  const [intro = '', table = '', calls = ''] = section('Misbehaviour').split('\n\n');
  const cells = [...table.matchAll(/^\| (`.+?) \|/gm)].map(([, cell = '']) => cell);
  const described = [...cells, calls].flatMap((text) =>
    [...text.matchAll(/`(\w+)/g)].map(([, name]) => name),
  );
  if (intro.includes('`faults.reset()`')) described.push('reset');
  expect(described.sort()).toEqual(own.sort());
});

test('without any setting refusals take the platform’s time: two seconds for a connection, five for a join', async () => {
  const backend = await startBackend({ migrations: new URL('../testing/migrations/', import.meta.url) });
  onTestFinished(() => backend.close());
  const socket = await RawSocket.open(backend);
  const started = performance.now();
  const [connection, join] = await Promise.all([
    refusal(backend, { key: null }).then(() => performance.now() - started),
    socket.refused('realtime:elsewhere', '1').then(() => performance.now() - started),
  ]);
  expect(connection).toBeGreaterThanOrEqual(1999);
  expect(join).toBeGreaterThanOrEqual(4999);
});
