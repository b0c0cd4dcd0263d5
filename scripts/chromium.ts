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

/** Chromium without a window at all, which runs the browser tests in two thirds of the time. */
const SYSTEM_SHELL = ['/usr/bin/chromium-headless-shell'];

function named(): string | null {
  const path = process.env.CHROMIUM_PATH;
  if (path === undefined || path === '') return null;
  if (!existsSync(path)) throw new Error(`CHROMIUM_PATH names ${path}, which does not exist.`);
  return path;
}

/** Where a Chromium is: `CHROMIUM_PATH`, the system's, Playwright's own download; null if nowhere. */
function findChromium(): string | null {
  return named() ?? [...SYSTEM, chromium.executablePath()].find((path) => existsSync(path)) ?? null;
}

function findShell(): string | null {
  return named() ?? SYSTEM_SHELL.find((path) => existsSync(path)) ?? null;
}

/** Installs Debian's packages where that is wanted. */
function install(...packages: string[]): void {
  if (process.env.CI !== 'true' || !existsSync('/usr/bin/apt-get')) return;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  for (const args of [
    ['apt-get', 'update'],
    ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages],
  ]) {
    const [command = '', ...rest] = [...sudo, ...args];
    execFileSync(command, rest, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
}

/** Finds Chromium, or installs Debian's where that is wanted (`CI=true`), or says what to do. */
export function ensureChromium(): string {
  if (findChromium() === null) install('chromium', 'chromium-headless-shell');
  const found = findChromium();
  if (found !== null) return found;
  throw new Error(
    'No Chromium found. Run "npx playwright install chromium", install your system\'s chromium package, ' +
      'or set CHROMIUM_PATH to a Chrome or Chromium executable.',
  );
}

/** The quickest Chromium there is: the headless shell, else any other. */
export function ensureShell(): string {
  if (findShell() === null) {
    try {
      install('chromium-headless-shell');
    } catch {
      // Any other will do.
    }
  }
  return findShell() ?? ensureChromium();
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
