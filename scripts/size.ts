// Prints the gzip size of each bundle beside its budget; exits 1 where one is over.
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KB = 1000;
const BUDGETS: Record<string, number> = {
  'dist/support-chat.js': 45 * KB,
  'dist/support-dashboard.js': 120 * KB,
};

let over = false;
for (const [file, budget] of Object.entries(BUDGETS)) {
  if (!existsSync(file)) {
    console.error(`${file} is missing: run "npm run build" first.`);
    process.exit(1);
  }
  const size = gzipSync(readFileSync(file), { level: 9 }).length;
  const verdict = size <= budget ? 'ok' : 'OVER';
  over ||= size > budget;
  console.log(`${file}: ${(size / KB).toFixed(1)} kB gzip, budget ${budget / KB} kB: ${verdict}`);
}
process.exit(over ? 1 : 0);
