import { type AuthError, GoTrueClient } from '@supabase/auth-js';
import { ChatError } from '../core/errors.ts';
import type { AgentAccount, AgentAuth, KeyValueStorage } from '../core/ports.ts';
import type { Project } from './project.ts';

/** What is used of Supabase Auth; the `auth` of a host's own client has it, too. */
export type SupabaseAuth = Pick<
  GoTrueClient,
  | 'getSession'
  | 'onAuthStateChange'
  | 'refreshSession'
  | 'resetPasswordForEmail'
  | 'signInWithOtp'
  | 'signInWithPassword'
  | 'signOut'
  | 'signUp'
  | 'updateUser'
>;

/** A sign-in of the dashboard's own, remembered in `storage`. */
export function createSupabaseAuth(
  { url, key, storagePrefix }: Project,
  storage: KeyValueStorage,
): { readonly auth: SupabaseAuth; readonly askedForLink: boolean; readonly close: () => void } {
  const storageKey = `${storagePrefix}:agent`;
  const askedForLink = storage.get(`${storageKey}-code-verifier`) !== null;
  const auth = new GoTrueClient({
    url: `${url}/auth/v1`,
    headers: { apikey: key },
    storageKey,
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
  return { auth, askedForLink, close: () => void auth.initialize().then(() => auth.dispose()) };
}

/**
 * Sign-in through Supabase Auth, at a page of this address. Returns it with who it is, and the undo of what it
 * listens to. `askedForLink`: somebody here waits for a mail, so that an error in the address is theirs.
 */
export function createAgentAuth(
  supabase: SupabaseAuth,
  address: () => string,
  askedForLink: boolean,
): {
  readonly auth: AgentAuth;
  readonly userId: () => string | null;
  readonly close: () => void;
} {
  const listeners = new Set<() => void>();
  let state: AgentAuth['state'] = 'unknown';
  let email: string | null = null;
  let userId: string | null = null;
  let recovering = false;
  let linkExpired = askedForLink && saysRefused(address());

  const { data } = supabase.onAuthStateChange((event, session) => {
    const next = session ? 'signed-in' : 'signed-out';
    const mail = session?.user.email ?? null;
    const recovers = session !== null && (recovering || event === 'PASSWORD_RECOVERY');
    userId = session?.user.id ?? null;
    if (next === state && mail === email && recovers === recovering) return;
    state = next;
    email = mail;
    recovering = recovers;
    if (session) linkExpired = false;
    for (const listener of [...listeners]) listener();
  });

  /** Where a link in a mail leads: the allow list of a project knows pages, not what stands behind `?` or `#`. */
  const back = (): string => address().replace(/[?#].*$/, '');

  const account: AgentAccount = {
    get recovering() {
      return recovering;
    },
    get linkExpired() {
      return linkExpired;
    },
    async signUp(mail, password) {
      const { data: made, error } = await supabase.signUp({
        email: mail,
        password,
        options: { emailRedirectTo: back() },
      });
      if (error) throw toAccountError(error);
      return made.session ? 'signed-in' : 'confirm';
    },
    async sendLink(mail) {
      linkExpired = false;
      const { error } = await supabase.signInWithOtp({
        email: mail,
        options: { emailRedirectTo: back(), shouldCreateUser: false },
      });
      // Whether there is an account is not told to whoever asks.
      if (error && error.code !== 'otp_disabled' && error.code !== 'user_not_found') {
        throw toAccountError(error);
      }
    },
    async sendPasswordReset(mail) {
      linkExpired = false;
      const { error } = await supabase.resetPasswordForEmail(mail, { redirectTo: back() });
      if (error) throw toAccountError(error);
    },
    async setPassword(password) {
      const { error } = await supabase.updateUser({ password });
      // It is theirs already: nothing is left to do.
      if (error && error.code !== 'same_password') throw toAccountError(error);
      recovering = false;
      for (const listener of [...listeners]) listener();
    },
    async signOutEverywhere() {
      const { error } = await supabase.signOut({ scope: 'global' });
      if (error) throw toSignInError(error);
    },
  };

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
    account,
    async signOut() {
      // Of this browser only: an agent's other devices are none of this page's business.
      const { error } = await supabase.signOut({ scope: 'local' });
      if (error) throw toSignInError(error);
    },
  };
  return { auth, userId: () => userId, close: () => data.subscription.unsubscribe() };
}

function saysRefused(address: string): boolean {
  return /[?#&]error_code=(?:otp_expired|access_denied|flow_state_\w+|bad_code_verifier)\b/.test(address);
}

/** Of what is asked for with an address or a new password: what is wrong there is wrong with the input. */
function toAccountError(error: AuthError): ChatError {
  const { message, status, code } = error;
  if (code === 'user_already_exists' || code === 'email_exists') {
    return new ChatError('conflict', message, { cause: error });
  }
  if (code === 'signup_disabled') return new ChatError('forbidden', message, { cause: error });
  if (status === 400 || status === 422) return new ChatError('invalid', message, { cause: error });
  return toSignInError(error);
}

export function toSignInError(error: AuthError): ChatError {
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
