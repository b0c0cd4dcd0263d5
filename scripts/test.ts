// Runs everything there is to check and ends with one line: "N passed, N failed, N skipped".
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { ensureChromium, ensureShell } from './chromium.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const VITEST_REPORT = 'test-results/vitest.json';
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

function run(command: string): boolean {
  console.log(`\n$ ${command}`);
  const [file = '', ...args] = command.split(' ');
  return spawnSync(file, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** Checks that pass or fail as a whole, all at once; what they print comes one after the other. */
async function check(commands: Readonly<Record<string, string>>): Promise<ReadonlySet<string>> {
  const passed = new Set<string>();
  const running = Object.entries(commands).map(([name, command]) => ({ name, command, run: start(command) }));
  for (const { name, command, run } of running) {
    const { ok, output } = await run;
    console.log(`\n$ ${command}\n${output}`);
    total[ok ? 'passed' : 'failed'] += 1;
    if (ok) passed.add(name);
    else failures.push(name);
  }
  return passed;
}

async function start(command: string): Promise<{ readonly ok: boolean; readonly output: string }> {
  const child = spawn(`${command} 2>&1`, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const output = await text(child.stdout);
  return { ok: (await ended) === 0, output };
}

/** A test runner: counts come from its report, and a run without a report, or without a test, has failed. */
function suite(name: string, command: string, report: string, count: (report: unknown) => Counts): void {
  rmSync(report, { force: true });
  const ok = run(command);
  const counts: Counts = existsSync(report)
    ? count(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 1, skipped: 0 };
  if (counts.passed === 0 && counts.failed === 0) counts.failed = 1;
  if (!ok && counts.failed === 0) counts.failed = 1;
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (counts.failed > 0) failures.push(name);
}

function vitestCounts(report: unknown): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } =
    report as Record<string, number>;
  return {
    passed: numPassedTests ?? 0,
    failed: Math.max(numFailedTests ?? 0, numFailedTestSuites ?? 0),
    skipped: (numPendingTests ?? 0) + (numTodoTests ?? 0),
  };
}

/** What failed, once more at the end: among thousands of lines it is far up. */
function vitestFailures(report: string): string[] {
  if (!existsSync(report)) return [];
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: {
      name: string;
      status: string;
      message: string;
      assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
    }[];
  };
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      const tests = failed.map(({ fullName, failureMessages }) => [fullName, ...failureMessages].join('\n'));
      return (tests.length > 0 ? tests : [message]).map((text) => `${name}\n${text}`);
    });
}

function playwrightCounts(report: unknown): Counts {
  const { stats, errors } = report as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
    errors: unknown[];
  };
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
}

ensureChromium();
ensureShell();
const passed = await check({
  build: 'npm run --silent build',
  types: 'npx tsc --noEmit',
  templates: 'npm run --silent templates',
  'format, lint and import boundaries': 'npx biome ci --error-on-warnings .',
  'dead code and dependencies': 'npx knip',
});
const built = passed.has('build');
await check({ 'bundle sizes': 'npx tsx scripts/size.ts' });
suite(
  'unit, SQL and Realtime tests',
  `npx vitest run --reporter=default --reporter=json --outputFile.json=${VITEST_REPORT}`,
  VITEST_REPORT,
  vitestCounts,
);
// The browser tests empty the folder.
const unitFailures = vitestFailures(VITEST_REPORT);
if (built) {
  suite('browser tests', 'npx playwright test', 'test-results/e2e.json', playwrightCounts);
} else {
  total.failed += 1;
  failures.push('browser tests (not run: the build failed)');
}

for (const failure of unitFailures) console.log(`\n${failure}`);
if (failures.length > 0) console.log(`\nFailed: ${failures.join('; ')}.`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
