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
export function toProject(givenUrl: unknown, givenKey: unknown): Project {
  const { origin, pathname, hostname, host } = parseUrl(String(givenUrl ?? '').trim());
  const ref = /^([^.]+)\.supabase\.(?:co|in|red)$/.exec(hostname)?.[1];
  return {
    url: (origin + pathname).replace(/\/+$/, ''),
    key: checkedKey(String(givenKey ?? '').trim()),
    storagePrefix: `support-chat:${ref ?? host}`,
  };
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // Told below.
  }
  throw refusal(
    `supabase-url must be the URL of your project, like https://abcd.supabase.co, not "${text}".`,
  );
}

function checkedKey(key: string): string {
  const role = claimsOf(key)?.role;
  if (key.startsWith('sb_secret_') || role === 'service_role') {
    throw refusal(
      'supabase-key is a secret key, which must never be on a page: whoever sees it owns your data. ' +
        'Rotate it, and use the publishable key (sb_publishable_…).',
    );
  }
  if (/^[\w.-]+$/.test(key) && (key.startsWith('sb_publishable_') || role)) return key;
  throw refusal(
    'supabase-key must be the publishable key (sb_publishable_…) or the anon key of your project.',
  );
}

function refusal(message: string): ChatError {
  return new ChatError('not-configured', message);
}
