// Lets 20 visitors and two agents write a thousand messages each way with the built elements, in a real browser,
// while WebSockets are cut, events dropped, answers lost, requests slowed down and refused, Realtime shut and the
// backend killed and started again; then compares what was sent, what the database holds and what every screen shows.
// Prints each figure beside its budget and exits 1 where one is over. `-- --help` names the options.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { ensureChromium, launchOptions } from '../../scripts/chromium.ts';
import { runChaos } from './chaos.ts';
import type { ChaosOptions } from './plan.ts';
import { report } from './report.ts';

const USAGE = `npm run chaos -- [options]

  --seed N           repeats the plan of an earlier run, as far as the machine's own pace allows
  --conversations N  visitors, with one conversation each (20)
  --messages N       in each conversation, from each side (50)
  --at-once N        visitors that are there at a time, with three tabs each (5)
  --seconds N        that each such wave writes (84)`;

try {
  process.exitCode = await main();
} catch (reason) {
  console.error(reason instanceof Error ? reason.message : reason);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const options = readArguments();
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  const { seed, conversations, messages, atOnce, writingMs } = options;
  console.log(
    `Chaos, seed ${seed}: ${conversations} conversations of ${messages} messages each way, ` +
      `${atOnce} at a time in ${writingMs / 1000} seconds.`,
  );
  const browser = await chromium.launch({
    ...launchOptions,
    executablePath: ensureChromium(),
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  // Without its browser the run ends by itself, and leaves nothing behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void browser.close());
  const begun = Date.now();
  const clock = () => new Date(Date.now() - begun).toISOString().slice(14, 19);
  try {
    const result = await runChaos(browser, options, (progress) => console.log(`${clock()}  ${progress}`));
    const { text, isGood } = report(result);
    console.log(
      `\n${text}\n\nSeed ${seed}, ${clock()} minutes: ${isGood ? 'all budgets hold' : 'over budget'}.`,
    );
    return isGood ? 0 : 1;
  } finally {
    await browser.close();
  }
}

function readArguments(): ChaosOptions | null {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      conversations: { type: 'string', default: '20' },
      messages: { type: 'string', default: '50' },
      'at-once': { type: 'string', default: '5' },
      seconds: { type: 'string', default: '84' },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  if (values.help) return null;
  const whole = (name: string, text: string, most: number) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new Error(`--${name} must be a whole number from 1 to ${most}.\n\n${USAGE}`);
    }
    return value;
  };
  return {
    seed: whole('seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000) + 1), 1_000_000_000),
    // More would not fit on the first page of the inbox.
    conversations: whole('conversations', values.conversations, 25),
    messages: whole('messages', values.messages, 999),
    atOnce: whole('at-once', values['at-once'], 25),
    writingMs: 1000 * whole('seconds', values.seconds, 3600),
    calmShare: 0.1,
    lowLimit: [1, 3],
    settleMs: 100_000,
  };
}
