import { createAgentDesk } from '../core/agent-driver.ts';
import { ChatError, toChatError } from '../core/errors.ts';
import type { AgentAuth, AgentConnection } from '../core/ports.ts';
import { createAdminApi } from './admin-api.ts';
import { createAgentApi } from './agent-api.ts';
import { createAgentAuth, createSupabaseAuth, type SupabaseAuth, toSignInError } from './agent-auth.ts';
import type { Browser } from './connect-visitor.ts';
import { parseDeskSession } from './desk-rows.ts';
import { createLiveChannel, type LiveChannelOptions } from './live-channel.ts';
import { type Project, toProject } from './project.ts';
import { createRpc, type Rpc } from './rpc.ts';

export interface AgentConnectionOptions {
  readonly url: string;
  readonly key: string;
  /** The host's own Supabase client, signed in by the host. */
  readonly client?: HostClient | null;
  /** A WebSocket class where there is no global one. */
  readonly transport?: LiveChannelOptions<never>['transport'];
}

interface HostClient {
  readonly auth: SupabaseAuth;
}

/** What a host's client knows of its project; url and key attributes are not needed beside it. */
interface ClientInternals {
  readonly supabaseUrl?: unknown;
  readonly supabaseKey?: unknown;
  readonly accessToken?: () => Promise<string | null>;
}

/** An agent's way to one project. Throws a ChatError `not-configured` where url or key cannot work. */
export function connectAgent(options: AgentConnectionOptions, browser: Browser): AgentConnection {
  const host: (HostClient & ClientInternals) | null = options.client ?? null;
  const project = toProject(options.url || host?.supabaseUrl, options.key || host?.supabaseKey);
  const { url, key, storagePrefix } = project;
  const { storage, environment, clock } = browser;
  const { auth, userId, accessToken, close } = host
    ? signInOfHost(host, browser)
    : signInOwn(project, browser);
  /** A refused token says nothing of the sign-in: by a clock that is slow it was valid. Once more, with the next one. */
  const rpc: Rpc = async (name, args) => {
    let token: string | null = null;
    const call = createRpc({
      url,
      key,
      async accessToken() {
        token = await accessToken(token);
        return token;
      },
      refusedJwt: 'unauthorized',
    });
    try {
      return await call(name, args);
    } catch (reason) {
      if (!token || toChatError(reason).code !== 'unauthorized') throw reason;
      return call(name, args);
    }
  };

  return {
    auth,
    admin: createAdminApi(rpc),
    projectUrl: url,
    openDesk() {
      // What an agent has not sent yet is theirs: the next one at this browser must not see or send it.
      const owned = [storagePrefix, userId()].filter((part) => part !== null).join(':');
      const tabs = browser.openTabs(`${owned}:desk`);
      return createAgentDesk({
        storage,
        environment,
        clock,
        tabs,
        storagePrefix: owned,
        api: createAgentApi(rpc),
        live: createLiveChannel({
          url,
          key,
          accessToken,
          parseSession: parseDeskSession,
          clock,
          environment,
          tabs,
          ...(options.transport ? { transport: options.transport } : {}),
        }),
      });
    },
    close,
  };
}

interface SignIn {
  readonly auth: AgentAuth;
  /** Null where only the host knows. */
  readonly userId: () => string | null;
  /** Another one than `refused`, where there is one. */
  readonly accessToken: (refused?: string | null) => Promise<string | null>;
  readonly close: () => void;
}

function signInOwn(project: Project, browser: Browser): SignIn {
  const supabase = createSupabaseAuth(project, browser.storage);
  const signIn = signInWith(supabase.auth, browser, supabase.askedForLink);
  return {
    ...signIn,
    close() {
      signIn.close();
      supabase.close();
    },
  };
}

/** A client with an access token of the host's making has no Auth of its own: there, the host signs in and out. */
function signInOfHost(client: HostClient & ClientInternals, browser: Browser): SignIn {
  const { accessToken } = client;
  return accessToken
    ? { ...hostAuth(), accessToken: () => accessToken() }
    : signInWith(client.auth, browser, false);
}

function signInWith(supabase: SupabaseAuth, { environment }: Browser, askedForLink: boolean): SignIn {
  const current = async () => {
    const { data, error } = await supabase.getSession();
    // A sign-in that cannot be renewed right now is not the same as none.
    if (error) throw error;
    return data.session?.access_token ?? null;
  };
  const accessToken = async (refused?: string | null) => {
    const token = await current();
    // Another request, or another tab, may have renewed it already.
    if (token === null || token !== refused) return token;
    const { error } = await supabase.refreshSession();
    if (error && toSignInError(error).retryable) throw error;
    return current();
  };
  return { ...createAgentAuth(supabase, () => environment.page().url, askedForLink), accessToken };
}

function hostAuth(): Pick<SignIn, 'auth' | 'userId' | 'close'> {
  const refuse = () =>
    Promise.reject(new ChatError('not-configured', 'The page signs agents in and out by itself.'));
  const auth: AgentAuth = {
    state: 'signed-in',
    email: null,
    subscribe: () => () => {},
    signIn: refuse,
    signOut: refuse,
    account: null,
  };
  return { auth, userId: () => null, close: () => {} };
}
