import { type AuthError, GoTrueClient } from '@supabase/auth-js';
import { ChatError } from '../core/errors.ts';
import type { AgentAuth, KeyValueStorage } from '../core/ports.ts';
import type { Project } from './project.ts';

/** What is used of Supabase Auth; the `auth` of a host's own client has it, too. */
export type SupabaseAuth = Pick<
  GoTrueClient,
  'getSession' | 'onAuthStateChange' | 'signInWithPassword' | 'signOut'
>;

/** A sign-in of the dashboard's own, remembered in `storage`. */
export function createSupabaseAuth(
  { url, key, storagePrefix }: Project,
  storage: KeyValueStorage,
): { readonly auth: SupabaseAuth; readonly close: () => void } {
  const auth = new GoTrueClient({
    url: `${url}/auth/v1`,
    headers: { apikey: key },
    storageKey: `${storagePrefix}:agent`,
    storage: {
      getItem: (name) => storage.get(name),
      setItem: (name, value) => void storage.set(name, value),
      removeItem: (name) => storage.remove(name),
    },
    // The address bar belongs to the host's page: nothing is taken from it but a code that was asked for here.
    flowType: 'pkce',
    detectSessionInUrl: () => false,
  });
  // The client begins to listen at the end of its initialization, so ending it earlier would end nothing.
  return { auth, close: () => void auth.initialize().then(() => auth.dispose()) };
}

/** Sign-in through Supabase Auth. Returns it with who it is, and the undo of what it listens to. */
export function createAgentAuth(supabase: SupabaseAuth): {
  readonly auth: AgentAuth;
  readonly userId: () => string | null;
  readonly close: () => void;
} {
  const listeners = new Set<() => void>();
  let state: AgentAuth['state'] = 'unknown';
  let email: string | null = null;
  let userId: string | null = null;

  const { data } = supabase.onAuthStateChange((_event, session) => {
    const next = session ? 'signed-in' : 'signed-out';
    const address = session?.user.email ?? null;
    userId = session?.user.id ?? null;
    if (next === state && address === email) return;
    state = next;
    email = address;
    for (const listener of [...listeners]) listener();
  });

  const auth: AgentAuth = {
    get state() {
      return state;
    },
    get email() {
      return email;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async signIn(address, password) {
      const { error } = await supabase.signInWithPassword({ email: address, password });
      if (error) throw toSignInError(error);
    },
    async signOut() {
      // Of this browser only: an agent's other devices are none of this page's business.
      const { error } = await supabase.signOut({ scope: 'local' });
      if (error) throw toSignInError(error);
    },
  };
  return { auth, userId: () => userId, close: () => data.subscription.unsubscribe() };
}

function toSignInError(error: AuthError): ChatError {
  const { message, status, code } = error;
  const options = { cause: error };
  if (code === 'invalid_credentials') {
    return new ChatError('unauthorized', 'E-mail and password do not match.', options);
  }
  if (status === 429) return new ChatError('rate-limited', message, options);
  if (status === undefined || status === 0) return new ChatError('offline', message, options);
  if (status >= 500) return new ChatError('unavailable', message, options);
  if (status === 403) return new ChatError('forbidden', message, options);
  if (status === 401) return new ChatError('not-configured', message, options);
  // GoTrue of some versions answers a wrong password with a bare 400.
  if (status === 400) return new ChatError('unauthorized', message, options);
  return new ChatError('unknown', message, options);
}
