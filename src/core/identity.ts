// Whom the page speaks for, as far as a browser can tell: it reads what the JWTs say, and the database verifies it.
import { isObject, parseJson } from './json.ts';

export interface Person {
  /** An anonymous visitor, a user of Supabase Auth, or somebody the page's own backend vouches for. */
  readonly kind: 'nobody' | 'account' | 'vouched';
  /** Tells one person from another, in storage keys as well, and does not say who it is. */
  readonly key: string;
  /** What says so. */
  readonly jwt: string;
}

export const NOBODY: Person = { kind: 'nobody', key: '', jwt: '' };

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What is read of a JWT. */
interface Claims {
  readonly sub?: unknown;
  readonly role?: unknown;
  readonly is_anonymous?: unknown;
}

/** What a JWT says, unverified; null where it is none. Text beyond ASCII comes out garbled, the same each time. */
export function claimsOf(jwt: string): Claims | null {
  const [, body, signature] = jwt.split('.');
  if (body === undefined || signature === undefined) return null;
  try {
    const claims: unknown = parseJson(atob(body.replaceAll('-', '+').replaceAll('_', '/')));
    return isObject(claims) ? claims : null;
  } catch {
    return null;
  }
}

/** Whether the claims are a user's to the database: anonymous sign-ins and those of other services are nobody's. */
export function isUser({ sub, is_anonymous: isAnonymous }: Claims): boolean {
  return UUID.test(String(sub)) && isAnonymous !== true;
}
