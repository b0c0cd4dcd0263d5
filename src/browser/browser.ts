import type { Clock, KeyValueStorage, PageEnvironment } from '../core/ports.ts';
import { createClock } from './clock.ts';
import { createEnvironment } from './environment.ts';
import { createStorage } from './storage.ts';

/** What the drivers need of the window they run in. Makes nothing happen by itself. */
export function createBrowser(): {
  readonly storage: KeyValueStorage;
  readonly environment: PageEnvironment;
  readonly clock: Clock;
} {
  return { storage: createStorage(), environment: createEnvironment(), clock: createClock() };
}
