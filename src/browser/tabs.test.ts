import { expect, test } from 'vitest';
import type { Tabs } from '../core/ports.ts';
import { FakeEnvironment } from '../core/testing/fake-browser.ts';
import { FakeClock, settle } from '../core/testing/fake-clock.ts';
import { FakeTabBrowser } from '../core/testing/fake-tab-browser.ts';
import { createTabs } from './tabs.ts';

interface Tab {
  readonly tabs: Tabs;
  readonly environment: FakeEnvironment;
  readonly heard: unknown[];
  /** How often the tab began or ceased to lead. */
  changes: number;
  leave(): void;
}

function setup() {
  const browser = new FakeTabBrowser();
  const clock = new FakeClock();
  const open = ({ visible = true } = {}): Tab => {
    const environment = new FakeEnvironment();
    environment.setVisible(visible);
    const tabs = createTabs('shop', { environment, clock, ...browser });
    const tab: Tab = { tabs, environment, heard: [], changes: 0, leave: () => {} };
    tab.leave = tabs.enter({
      onLead: () => {
        tab.changes += 1;
      },
      onMessage: (message) => void tab.heard.push(message),
    });
    return tab;
  };
  return { browser, clock, open };
}

const leading = (...tabs: Tab[]) => tabs.map(({ tabs: { leads } }) => leads);

test('of several tabs the first one leads', async () => {
  const { open, clock } = setup();
  const [a, b, c] = [open(), open(), open()];
  await clock.advance(5_000);
  expect(leading(a, b, c)).toEqual([true, false, false]);
});

test('another tab leads as soon as the leader goes', async () => {
  const { open, clock } = setup();
  const [a, b] = [open(), open()];
  await clock.advance(5_000);
  a.leave();
  await settle();
  expect(leading(a, b)).toEqual([false, true]);
});

test('a visible tab takes over from one that is hidden, and from one that turns hidden', async () => {
  const { open, clock } = setup();
  const a = open({ visible: false });
  await settle();
  const b = open();
  await settle();
  expect(leading(a, b)).toEqual([false, true]);
  a.environment.setVisible(true);
  await clock.advance(5_000);
  expect(leading(a, b)).toEqual([false, true]);
  b.environment.setVisible(false);
  await settle();
  expect(leading(a, b)).toEqual([true, false]);
});

test('a hidden tab takes nothing from another hidden one', async () => {
  const { open, clock } = setup();
  const [a, b] = [open({ visible: false }), open({ visible: false })];
  b.tabs.claim();
  await clock.advance(5_000);
  expect(leading(a, b)).toEqual([true, false]);
});

test('a leader that gives no sign of life is replaced when something is wanted of it', async () => {
  const { open, clock, browser } = setup();
  const [a, b] = [open(), open()];
  await clock.advance(5_000);
  browser.mute = true;
  b.tabs.claim();
  await clock.advance(900);
  expect(leading(b)).toEqual([false]);
  await clock.advance(200);
  expect(leading(a, b)).toEqual([false, true]);
});

test('a leader that is there keeps the lead, however often something is wanted', async () => {
  const { open, clock } = setup();
  const [a, b] = [open(), open()];
  for (let turn = 0; turn < 5; turn += 1) {
    b.tabs.claim();
    await clock.advance(3_000);
  }
  expect(leading(a, b)).toEqual([true, false]);
  expect([a.changes, b.changes]).toEqual([1, 0]);
});

test('who lost the lead waits for it again', async () => {
  const { open, clock } = setup();
  const a = open({ visible: false });
  await settle();
  const b = open();
  await clock.advance(5_000);
  b.leave();
  await settle();
  expect(leading(a, b)).toEqual([true, false]);
});

test('a tab that is left for the back-forward cache holds nothing, and takes part again when it is back', async () => {
  const { open, clock, browser } = setup();
  const a = open();
  await settle();
  a.environment.leave();
  await settle();
  expect(leading(a)).toEqual([false]);
  expect([browser.holders, browser.channels]).toEqual([0, 0]);
  const b = open();
  await settle();
  a.environment.wake();
  await clock.advance(5_000);
  expect(leading(a, b)).toEqual([false, true]);
  b.leave();
  await settle();
  expect(leading(a)).toEqual([true]);
});

test('what one tab tells, all others hear, and not itself', async () => {
  const { open } = setup();
  const [a, b, c] = [open(), open(), open()];
  b.tabs.tell({ news: 1 });
  await settle();
  expect([a.heard, b.heard, c.heard]).toEqual([[{ news: 1 }], [], [{ news: 1 }]]);
});

test('nonsense on the channel changes nothing', async () => {
  const { open, browser, clock } = setup();
  const [a, b] = [open(), open()];
  await clock.advance(5_000);
  const foreign = browser.openChannel('shop');
  for (const data of [null, 'hidden', 7, [], {}, { note: {} }, { note: null }, { note: 'whatever' }]) {
    foreign.postMessage(data);
  }
  await clock.advance(5_000);
  expect(leading(a, b)).toEqual([true, false]);
});

test('two parts of one tab take part as one, until both have left', async () => {
  const { open, browser } = setup();
  const a = open();
  const leaveToo = a.tabs.enter({ onLead: () => {}, onMessage: () => {} });
  await settle();
  a.leave();
  await settle();
  expect(leading(a)).toEqual([true]);
  expect(browser.channels).toBe(1);
  leaveToo();
  await settle();
  expect([browser.holders, browser.channels]).toEqual([0, 0]);
  expect(a.environment.listeners).toBe(0);
});

test('where the browser has no locks, or refuses them, every tab leads for itself', async () => {
  const { browser, clock } = setup();
  const environment = new FakeEnvironment();
  const alone = createTabs('shop', { environment, clock, locks: null });
  alone.enter({ onLead: () => {}, onMessage: () => {} });
  expect(alone.leads).toBe(true);

  const refused = createTabs('shop', {
    environment,
    clock,
    openChannel: browser.openChannel,
    locks: { request: () => Promise.reject(new DOMException('no', 'SecurityError')) },
  });
  refused.enter({ onLead: () => {}, onMessage: () => {} });
  await settle();
  expect(refused.leads).toBe(true);
});
