import type { Claims, TokenProblem } from './keys.ts';

/** What a join asks for. Whatever is malformed falls back to its default, as on the platform. */
export interface JoinRequest {
  readonly isPrivate: boolean;
  readonly presence: boolean;
  readonly replicationReady: boolean;
  readonly postgresChanges: readonly Record<string, unknown>[];
  readonly accessToken: string | null;
}

/** One joined topic of one socket. */
export interface Channel {
  /** As on the wire, with the prefix. */
  readonly topic: string;
  readonly joinRef: string;
  claims: Claims;
  accessToken: string | null;
  presence: boolean;
  readsBroadcast: boolean;
  readsPresence: boolean;
  expiry: NodeJS.Timeout | null;
}

export const TOPIC_PREFIX = 'realtime:';

export function readJoin(payload: unknown): JoinRequest {
  const root = asRecord(payload);
  const config = asRecord(root.config);
  const changes = config.postgres_changes;
  const token = root.access_token ?? root.user_token;
  return {
    isPrivate: asBoolean(config.private),
    presence: asBoolean(asRecord(config.presence).enabled),
    replicationReady: asBoolean(asRecord(config.broadcast).replication_ready),
    postgresChanges: Array.isArray(changes) ? changes.map(asRecord) : [],
    accessToken: typeof token === 'string' ? token : null,
  };
}

/** The platform's words for a token it does not take. */
export function describeProblem(problem: TokenProblem): string {
  switch (problem.kind) {
    case 'expired':
      return `Token has expired ${problem.secondsAgo} seconds ago`;
    case 'claims':
      return 'Fields `role` and `exp` are required in JWT';
    case 'signature':
      return 'Failed to validate JWT signature';
    case 'malformed':
    case 'not-yet':
      return 'The token provided is not a valid JWT';
  }
}

/** The same as the reason of a refused join, which has a code in front. */
export function joinRefusal(problem: TokenProblem): string {
  const codes = {
    expired: 'InvalidJWTToken',
    claims: 'InvalidJWTToken',
    signature: 'JwtSignatureError',
    malformed: 'MalformedJWT',
    'not-yet': 'MalformedJWT',
  } as const;
  return `${codes[problem.kind]}: ${describeProblem(problem)}`;
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function asBoolean(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
