import type { Clock, KeyValueStorage, PageEnvironment, Tabs } from '../core/ports.ts';
import type { VisitorChat } from '../core/visitor-chat.ts';
import { createVisitorChat } from '../core/visitor-driver.ts';
import { createLiveChannel, type LiveChannelOptions } from './live-channel.ts';
import { toProject } from './project.ts';
import { parseSession } from './rows.ts';
import { createRpc } from './rpc.ts';
import { createVisitorApi } from './visitor-api.ts';

export interface VisitorConnectionOptions {
  readonly url: string;
  /** The publishable key, or the legacy anon key. */
  readonly key: string;
  /** The JWT of the host's signed-in Supabase user. */
  readonly accessToken?: (() => Promise<string | null>) | null;
  /** A WebSocket class where there is no global one. */
  readonly transport?: LiveChannelOptions<never>['transport'];
}

/** What the drivers need of a browser. */
export interface Browser {
  readonly storage: KeyValueStorage;
  readonly environment: PageEnvironment;
  readonly clock: Clock;
  /** The tabs of this browser that use the same name. */
  readonly openTabs: (name: string) => Tabs;
}

/** A visitor's chat with one project. Throws a ChatError `not-configured` where url or key cannot work. */
export function connectVisitor(options: VisitorConnectionOptions, browser: Browser): VisitorChat {
  const { url, key, storagePrefix } = toProject(options.url, options.key);
  const accessToken = options.accessToken ?? null;
  const { transport } = options;
  const { storage, environment, clock } = browser;
  const tabs = browser.openTabs(storagePrefix);
  return createVisitorChat({
    storage,
    environment,
    clock,
    tabs,
    storagePrefix,
    api: createVisitorApi(createRpc({ url, key, accessToken, refusedJwt: 'unavailable' })),
    live: createLiveChannel({
      url,
      key,
      accessToken,
      parseSession,
      clock,
      environment,
      tabs,
      ...(transport ? { transport } : {}),
    }),
  });
}
