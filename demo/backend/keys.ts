import { randomBytes } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';

/** What a verified JWT says. */
export type Claims = JWTPayload & { readonly role: string };

/** Why a JWT was refused; each caller has its own words for it. */
export type TokenProblem =
  | { readonly kind: 'malformed'; readonly parts: number }
  | { readonly kind: 'signature' }
  | { readonly kind: 'claims' }
  | { readonly kind: 'expired'; readonly secondsAgo: number }
  | { readonly kind: 'not-yet' };

export type Verified =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly problem: TokenProblem };

/**
 * The keys of a local project. The publishable key and the JWT secret are the same on every machine,
 * so that sign-ins outlive a restart: they protect nothing but a demo.
 */
export interface Keys {
  readonly publishable: string;
  /** The older kind of anonymous key: a JWT of role `anon`. */
  readonly anon: string;
  readonly secret: string;
  readonly jwtSecret: string;
  sign(claims: Record<string, unknown>, lifetimeSeconds?: number): Promise<string>;
  verify(token: string, toleranceSeconds?: number): Promise<Verified>;
  /** The claims an API key stands for, or null if it is none of ours. */
  claimsOf(apiKey: string): Promise<Claims | null>;
}

const JWT_SECRET = 'local-development-only-jwt-secret-of-support-chat';
const DAY = 86_400;

export async function createKeys(): Promise<Keys> {
  const key = new TextEncoder().encode(JWT_SECRET);
  const publishable = 'sb_publishable_local_development_only';
  const secret = `sb_secret_${randomBytes(24).toString('base64url')}`;

  const sign: Keys['sign'] = (claims, lifetimeSeconds = 3600) => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: 'support-chat-local', iat: now, exp: now + lifetimeSeconds, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(key);
  };

  const verify: Keys['verify'] = async (token, toleranceSeconds = 0) => {
    const problem = (found: TokenProblem): Verified => ({ ok: false, problem: found });
    const parts = token.split('.').length;
    if (parts !== 3) return problem({ kind: 'malformed', parts });
    try {
      decodeProtectedHeader(token);
    } catch {
      return problem({ kind: 'malformed', parts });
    }
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        clockTolerance: toleranceSeconds,
      });
      if (typeof payload.role !== 'string' || typeof payload.exp !== 'number') {
        return problem({ kind: 'claims' });
      }
      return { ok: true, claims: payload as Claims };
    } catch (reason) {
      if (reason instanceof errors.JWTExpired) {
        const expired = Number(reason.payload.exp ?? 0);
        return problem({
          kind: 'expired',
          secondsAgo: Math.max(0, Math.floor(Date.now() / 1000) - expired),
        });
      }
      if (reason instanceof errors.JWTClaimValidationFailed) return problem({ kind: 'not-yet' });
      if (reason instanceof errors.JWSSignatureVerificationFailed) return problem({ kind: 'signature' });
      if (reason instanceof errors.JOSEAlgNotAllowed) return problem({ kind: 'signature' });
      return problem({ kind: 'malformed', parts });
    }
  };

  const anon = await sign({ role: 'anon', iat: 1_700_000_000 }, 3650 * DAY);
  return {
    publishable,
    anon,
    secret,
    jwtSecret: JWT_SECRET,
    sign,
    verify,
    // The platform's gateway exchanges a new-style key for a JWT that lives no longer than a day.
    claimsOf: async (apiKey) => {
      const role = apiKey === publishable ? 'anon' : apiKey === secret ? 'service_role' : null;
      if (role) {
        const now = Math.floor(Date.now() / 1000);
        return { iss: 'support-chat-local', role, iat: now, exp: now + DAY };
      }
      const verified = await verify(apiKey);
      return verified.ok && ['anon', 'service_role'].includes(verified.claims.role) ? verified.claims : null;
    },
  };
}
