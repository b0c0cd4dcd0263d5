import type { Clock, KeyValueStorage, PageEnvironment, Tabs } from '../core/ports.ts';
import { createClock } from './clock.ts';
import { createEnvironment } from './environment.ts';
import { createStorage } from './storage.ts';
import { createTabs } from './tabs.ts';

/** What the drivers need of the window they run in. Makes nothing happen by itself. */
export function createBrowser(): {
  readonly storage: KeyValueStorage;
  readonly environment: PageEnvironment;
  readonly clock: Clock;
  readonly openTabs: (name: string) => Tabs;
} {
  const environment = createEnvironment();
  const clock = createClock();
  return {
    storage: createStorage(),
    environment,
    clock,
    openTabs: (name) => createTabs(name, { environment, clock }),
  };
}
