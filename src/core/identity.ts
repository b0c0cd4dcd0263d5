// Whom the page speaks for, as far as a browser can tell: it reads what the JWTs say, and the database verifies it.
import { ChatError } from './errors.ts';
import { claimsOf } from './jwt.ts';

export interface Person {
  /** An anonymous visitor, a user of Supabase Auth, or somebody the page's own backend vouches for. */
  readonly kind: 'nobody' | 'account' | 'vouched';
  /** Tells one person from another, in storage keys as well, and does not say who it is. */
  readonly key: string;
  /** What says so. */
  readonly jwt: string | null;
}

export const NOBODY: Person = { kind: 'nobody', key: '', jwt: null };

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Anonymous sign-ins, and those without a user of Supabase Auth behind them, are nobody, as in the database. */
export function userOf(jwt: string): Person {
  const claims = claimsOf(String(jwt));
  // Somebody may be signed in after all, and must not be taken for an anonymous visitor.
  if (!claims) throw new ChatError('unavailable', 'accessToken gave something that is not a JWT.');
  const { sub, is_anonymous: isAnonymous } = claims;
  if (typeof sub !== 'string' || !UUID.test(sub) || isAnonymous === true) return NOBODY;
  return { kind: 'account', key: digest(`account ${sub.toLowerCase()}`), jwt };
}

/** Null where the token names nobody. */
export function vouchedFor(jwt: string): Person | null {
  const sub = claimsOf(String(jwt))?.['sub'];
  return typeof sub === 'string' ? { kind: 'vouched', key: digest(`vouched ${sub}`), jwt } : null;
}

/** 64 bits (cyrb53 without its last step): enough to tell texts apart, and no e-mail address is left standing around. */
export function digest(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  const c = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  const d = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(c ^ (c >>> 13), 3266489909);
  return (c >>> 0).toString(36) + (d >>> 0).toString(36);
}
