import { ChatError } from '../core/errors.ts';
import { claimsOf } from '../core/identity.ts';

/** A project's address and public key, checked. */
export interface Project {
  /** Without a slash at the end. */
  readonly url: string;
  readonly key: string;
  /** What storage keys of this project begin with. */
  readonly storagePrefix: string;
}

/** Checks what a page author wrote into the attributes. Throws `not-configured` with the fix in the message. */
export function toProject(url: unknown, key: unknown): Project {
  const parsed = parseUrl(url);
  return {
    url: parsed.href.replace(/\/+$/, ''),
    key: parseKey(key),
    storagePrefix: `support-chat:${projectRef(parsed)}`,
  };
}

function parseUrl(value: unknown): URL {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') {
    throw refusal('supabase-url is missing. Set it to your project URL, like https://abcd.supabase.co.');
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refusal(
      `supabase-url is not a URL: "${text}". Set it to your project URL, like https://abcd.supabase.co.`,
    );
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refusal(`supabase-url must begin with https://, not ${url.protocol}.`);
  }
  url.search = '';
  url.hash = '';
  return url;
}

function parseKey(value: unknown): string {
  const key = typeof value === 'string' ? value.trim() : '';
  if (key === '') {
    throw refusal(
      'supabase-key is missing. Set it to the publishable key (sb_publishable_…) of your project.',
    );
  }
  if (key.startsWith('sb_secret_') || jwtRole(key) === 'service_role') {
    throw refusal(
      'supabase-key is a secret key, which must never be on a page: whoever sees it owns your data. ' +
        'Use the publishable key (sb_publishable_…) and rotate the secret one.',
    );
  }
  if (!/^[\w.-]+$/.test(key) || (jwtRole(key) === null && !key.startsWith('sb_publishable_'))) {
    throw refusal(
      'supabase-key is malformed. Use the publishable key (sb_publishable_…) or the anon key of your project.',
    );
  }
  return key;
}

function projectRef(url: URL): string {
  const ref = /^([^.]+)\.supabase\.(?:co|in|red)$/.exec(url.hostname)?.[1];
  return ref ?? url.host;
}

/** The role claim of a legacy key, which is a JWT; null where it is none. */
function jwtRole(key: string): string | null {
  const role = claimsOf(key)?.role;
  return typeof role === 'string' ? role : null;
}

function refusal(message: string): ChatError {
  return new ChatError('not-configured', message);
}
