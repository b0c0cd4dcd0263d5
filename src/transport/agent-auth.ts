import type { AuthError, SupabaseClient } from '@supabase/supabase-js';
import { ChatError } from '../core/errors.ts';
import type { AgentAuth } from '../core/ports.ts';

/** Sign-in through Supabase Auth. Returns it with the undo of what it listens to. */
export function createAgentAuth(client: SupabaseClient): {
  readonly auth: AgentAuth;
  readonly close: () => void;
} {
  const listeners = new Set<() => void>();
  let state: AgentAuth['state'] = 'unknown';
  let email: string | null = null;

  const { data } = client.auth.onAuthStateChange((_event, session) => {
    const next = session ? 'signed-in' : 'signed-out';
    const address = session?.user.email ?? null;
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
      const { error } = await client.auth.signInWithPassword({ email: address, password });
      if (error) throw toSignInError(error);
    },
    async signOut() {
      // Of this browser only: an agent's other devices are none of this page's business.
      const { error } = await client.auth.signOut({ scope: 'local' });
      if (error) throw toSignInError(error);
    },
  };
  return { auth, close: () => data.subscription.unsubscribe() };
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
