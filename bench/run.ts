// Measures what Support Chat promises beside its budgets, and exits 1 where one is missed.
// `npm run bench` runs every part, `npm run bench -- latency thrift` these two. See bench/README.md.
import { spawnSync } from 'node:child_process';
import { launch, type Part } from './harness.ts';
import { inbox } from './inbox.ts';
import { latency } from './latency.ts';
import { load } from './load.ts';
import { thrift } from './thrift.ts';

const PARTS: Readonly<Record<string, Part | 'size'>> = { size: 'size', load, latency, thrift, inbox };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. There are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

if (!succeeds('npm', ['run', '--silent', 'build'])) process.exit(1);
const missed: string[] = [];
const browser = await launch();
try {
  for (const [name, part] of Object.entries(PARTS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    if (part === 'size') {
      console.log('\nsize');
      if (!succeeds(process.execPath, ['--import', 'tsx', 'scripts/size.ts'])) missed.push(name);
      continue;
    }
    let ofPart = 0;
    for await (const table of part(browser)) {
      table.print();
      ofPart += table.missed;
    }
    if (ofPart > 0) missed.push(name);
  }
} finally {
  await browser.close();
}
console.log(missed.length === 0 ? '\nEvery budget is kept.' : `\nBudgets missed in: ${missed.join(', ')}.`);
process.exit(missed.length === 0 ? 0 : 1);

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0;
}
