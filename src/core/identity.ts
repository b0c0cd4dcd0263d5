// Whom the page speaks for, as far as a browser can tell: it reads what the JWTs say, and the database verifies it.
import { claimsOf } from './jwt.ts';

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

/** Whom a JWT names; null where it is none, or names nobody. */
export function subjectOf(jwt: string): string | null {
  const sub = claimsOf(jwt)?.['sub'];
  return typeof sub === 'string' ? sub : null;
}

/** Whether the subject is a user of Supabase Auth to the database, which anonymous sign-ins are not. */
export function isUser(jwt: string, sub: string): boolean {
  return UUID.test(sub) && claimsOf(jwt)?.['is_anonymous'] !== true;
}
