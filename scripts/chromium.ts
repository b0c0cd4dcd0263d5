import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Where a Chromium is: `CHROMIUM_PATH`, the system's, Playwright's own download; null if nowhere. */
function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`);
    return named;
  }
  return [...SYSTEM, chromium.executablePath()].find((path) => existsSync(path)) ?? null;
}

/** Finds Chromium, or installs Debian's where that is wanted (`CI=true`), or says what to do. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== null) return found;
  if (process.env.CI === 'true' && existsSync('/usr/bin/apt-get')) {
    const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
    for (const args of [
      ['apt-get', 'update'],
      ['apt-get', 'install', '--yes', '--no-install-recommends', 'chromium'],
    ]) {
      const [command = '', ...rest] = [...sudo, ...args];
      execFileSync(command, rest, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    }
    const installed = findChromium();
    if (installed !== null) return installed;
  }
  throw new Error(
    'No Chromium found. Run "npx playwright install chromium", install your system\'s chromium package, ' +
      'or set CHROMIUM_PATH to a Chrome or Chromium executable.',
  );
}

/** Launch options that work as root, in containers and without a network. */
export const launchOptions = {
  args: [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
