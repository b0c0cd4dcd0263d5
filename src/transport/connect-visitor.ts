import { createIdentifiedChat } from '../core/identified-chat.ts';
import type { ChatSession } from '../core/model.ts';
import type { Clock, KeyValueStorage, LiveChannel, PageEnvironment, Tabs } from '../core/ports.ts';
import type { IdentifiedChat } from '../core/visitor-chat.ts';
import { createVisitorChat } from '../core/visitor-driver.ts';
import { createLiveChannel, type LiveChannelOptions } from './live-channel.ts';
import { toProject } from './project.ts';
import { parseSession } from './rows.ts';
import { createRpc, type Rpc } from './rpc.ts';
import { createIdentityApi, createVisitorApi } from './visitor-api.ts';

export interface VisitorConnectionOptions {
  readonly url: string;
  /** The publishable key, or the legacy anon key. */
  readonly key: string;
  /** The JWT of the host's signed-in Supabase user; null where there is none, at once if nobody ever signs in. */
  readonly accessToken?: () => Promise<string | null> | null;
  /** The JWT of the host's backend for who is signed in there. */
  readonly identityToken?: () => string | null;
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
export function connectVisitor(options: VisitorConnectionOptions, browser: Browser): IdentifiedChat {
  const { url, key, storagePrefix } = toProject(options.url, options.key);
  const { accessToken = () => null, identityToken = () => null, transport } = options;
  const { storage, environment, clock } = browser;
  const rpcAs = (jwt: string | null): Rpc =>
    createRpc({ url, key, accessToken: async () => jwt, refusedJwt: 'unavailable' });
  return createIdentifiedChat({
    storage,
    environment,
    clock,
    storagePrefix,
    accessToken,
    identityToken,
    api: createIdentityApi(rpcAs),
    digest,
    open({ asPerson, ...opening }) {
      const tabs = browser.openTabs(opening.storagePrefix);
      const rpc: Rpc = (name, args) =>
        asPerson((jwt, token) => rpcAs(jwt)(name, token === undefined ? args : { ...args, p_token: token }));
      const live = createLiveChannel({
        url,
        key,
        accessToken: () => asPerson(async (jwt) => jwt),
        parseSession,
        clock,
        environment,
        tabs,
        ...(transport ? { transport } : {}),
      });
      return createVisitorChat({
        ...opening,
        storage,
        environment,
        clock,
        tabs,
        api: createVisitorApi(rpc),
        live: onlyWhile(asPerson, live),
      });
    },
  });
}

/** Where there is no hash, as on pages without https, the text itself has to do. */
async function digest(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle?.digest('SHA-256', bytes);
  return btoa(String.fromCharCode(...(hash ? new Uint8Array(hash) : bytes)));
}

/** What comes by socket shows only while its person is signed in, which no request asks about then. */
function onlyWhile(
  asPerson: (show: () => Promise<void>) => Promise<void>,
  live: LiveChannel<ChatSession>,
): LiveChannel<ChatSession> {
  return {
    listen: (topic, handlers) =>
      live.listen(topic, {
        ...handlers,
        onEvent(event) {
          asPerson(async () => handlers.onEvent(event)).catch(() => {
            // A sync brings it, if it is theirs.
          });
        },
      }),
  };
}
