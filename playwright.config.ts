import { defineConfig } from '@playwright/test';
import { ensureShell, launchOptions } from './scripts/chromium.ts';

export default defineConfig({
  testDir: 'e2e',
  // The longest first, so that at the end nobody waits for it alone.
  projects: [
    { name: 'chaos', testMatch: 'chaos.spec.ts' },
    { name: 'all others', testMatch: '*.spec.ts', testIgnore: 'chaos.spec.ts' },
  ],
  fullyParallel: true,
  // On two cores: every third test waits for something.
  workers: 3,
  // Far more than anything takes: a machine that is busy with something else must not look like a fault.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env.CI === 'true',
  outputDir: 'test-results',
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    browserName: 'chromium',
    launchOptions: { ...launchOptions, executablePath: ensureShell() },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    screenshot: 'only-on-failure',
    // Tracing every test costs more than the tests themselves; `npx playwright test --trace on` records one.
    trace: 'off',
  },
});
