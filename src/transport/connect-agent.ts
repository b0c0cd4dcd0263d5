import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { createAgentDesk } from '../core/agent-driver.ts';
import { ChatError } from '../core/errors.ts';
import type { AgentAuth, AgentConnection, KeyValueStorage } from '../core/ports.ts';
import { createAgentApi } from './agent-api.ts';
import { createAgentAuth } from './agent-auth.ts';
import type { Browser } from './connect-visitor.ts';
import { createLiveChannel, type LiveChannelOptions } from './live-channel.ts';
import { type Project, toProject } from './project.ts';
import { parseDeskSession } from './rows.ts';
import { createRpc } from './rpc.ts';

export interface AgentConnectionOptions {
  readonly url: string;
  readonly key: string;
  /** The host's own client, signed in by the host. */
  readonly client?: SupabaseClient | null;
  /** A WebSocket class where there is no global one. */
  readonly transport?: LiveChannelOptions<never>['transport'];
}

/** What a host's client knows of its project; url and key attributes are not needed beside it. */
interface ClientInternals {
  readonly supabaseUrl?: unknown;
  readonly supabaseKey?: unknown;
  readonly accessToken?: () => Promise<string | null>;
}

/** An agent's way to one project. Throws a ChatError `not-configured` where url or key cannot work. */
export function connectAgent(options: AgentConnectionOptions, browser: Browser): AgentConnection {
  const host = options.client ?? null;
  const internals = host as (ClientInternals & SupabaseClient) | null;
  const project = toProject(options.url || internals?.supabaseUrl, options.key || internals?.supabaseKey);
  const { url, key, storagePrefix } = project;
  const client = host ?? createOwnClient(project, browser.storage, options.transport);
  // A client with an access token of the host's making has no Auth of its own: there, the host signs in and out.
  const hostToken = internals?.accessToken;
  const accessToken = hostToken ? () => hostToken() : () => sessionToken(client);
  const { auth, close } = hostToken ? hostAuth() : createAgentAuth(client);

  return {
    auth,
    openDesk: () =>
      createAgentDesk({
        ...browser,
        storagePrefix,
        api: createAgentApi(createRpc({ url, key, accessToken, refusedJwt: 'unauthorized' })),
        live: createLiveChannel({
          url,
          key,
          accessToken,
          parseSession: parseDeskSession,
          clock: browser.clock,
          environment: browser.environment,
          ...(options.transport ? { transport: options.transport } : {}),
        }),
      }),
    close() {
      close();
      if (!host) void client.auth.stopAutoRefresh();
    },
  };
}

function createOwnClient(
  { url, key, storagePrefix }: Project,
  storage: KeyValueStorage,
  transport: AgentConnectionOptions['transport'],
): SupabaseClient {
  return createClient(url, key, {
    auth: {
      storageKey: `${storagePrefix}:agent`,
      storage: {
        getItem: (name) => storage.get(name),
        setItem: (name, value) => storage.set(name, value),
        removeItem: (name) => storage.remove(name),
      },
      // The address bar belongs to the host's page.
      detectSessionInUrl: false,
    },
    ...(transport ? { realtime: { transport } } : {}),
  });
}

async function sessionToken(client: SupabaseClient): Promise<string | null> {
  const { data } = await client.auth.getSession();
  return data.session?.access_token ?? null;
}

function hostAuth(): { readonly auth: AgentAuth; readonly close: () => void } {
  const refuse = () =>
    Promise.reject(new ChatError('not-configured', 'The page signs agents in and out by itself.'));
  const auth: AgentAuth = {
    state: 'signed-in',
    email: null,
    subscribe: () => () => {},
    signIn: refuse,
    signOut: refuse,
  };
  return { auth, close: () => {} };
}
