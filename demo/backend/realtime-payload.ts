import { createHash } from 'node:crypto';
import type { TokenProblem } from './keys.ts';

/** What a join asks for. Whatever is malformed falls back to its default, as on the platform. */
export interface JoinRequest {
  readonly isPrivate: boolean;
  readonly presence: boolean;
  /** Whether broadcasts are answered. */
  readonly acknowledges: boolean;
  /** Whether the channel gets its own broadcasts. */
  readonly hearsItself: boolean;
  readonly replicationReady: boolean;
  /** Null where there is no word of it; what is no object is judged, but not followed. */
  readonly replay: Replay | 'malformed' | 'ignored' | null;
  readonly postgresChanges: readonly Record<string, unknown>[];
  /** Null stands for whatever the connection was opened with. */
  readonly accessToken: string | null;
}

export interface Replay {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly limit: number;
}

export const TOPIC_PREFIX = 'realtime:';

const MOST_REPLAYED = 25;

export function readJoin(topic: string, payload: unknown): JoinRequest {
  const root = asRecord(payload);
  const config = asRecord(root.config);
  const broadcast = asRecord(config.broadcast);
  return {
    isPrivate: asBoolean(config.private),
    presence: asBoolean(asRecord(config.presence).enabled),
    acknowledges: asBoolean(broadcast.ack),
    hearsItself: asBoolean(broadcast.self),
    replicationReady: asBoolean(broadcast.replication_ready),
    replay: 'replay' in broadcast ? readReplay(broadcast.replay) : null,
    postgresChanges: ('config' in root ? readChanges(config.postgres_changes) : [changesOfTopic(topic)]).map(
      (change) => ({ ...change, id: changeId(change) }),
    ),
    accessToken: readToken(root),
  };
}

/** The older `user_token` wins, unless there is a new-style key: that is no JWT and stands for the connection's. */
function readToken({ access_token, user_token }: Record<string, unknown>): string | null {
  const first = access_token ?? user_token;
  if (typeof first === 'string' && first.startsWith('sb_')) return null;
  if (typeof user_token === 'string') return user_token;
  return typeof access_token === 'string' ? access_token : null;
}

function readReplay(value: unknown): JoinRequest['replay'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'ignored';
  const { since, limit = MOST_REPLAYED } = value as Record<string, unknown>;
  if (!Number.isInteger(since) || !Number.isInteger(limit)) return 'malformed';
  return { since: since as number, limit: Math.max(1, Math.min(limit as number, MOST_REPLAYED)) };
}

function readChanges(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((change) => change !== null).map(asRecord) : [];
}

/** Clients from before there was a `config` named a table by their topic. */
function changesOfTopic(topic: string): Record<string, unknown> {
  const [schema, table, ...filter] = topic.split(':');
  return {
    schema,
    ...(table !== undefined && { table }),
    ...(filter.length > 0 && { filter: filter.join(':') }),
  };
}

function changeId(change: Record<string, unknown>): number {
  return createHash('sha256').update(JSON.stringify(change)).digest().readUInt32BE() >>> 5;
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

/** The same once more for a token that comes later; a wrong signature has no words there, only its atom. */
export function closingMessage(problem: TokenProblem): string {
  return problem.kind === 'signature' ? ':signature_error' : describeProblem(problem);
}

/** Tokens may come with white space or URL-encoded. */
export function cleaned(token: string): string {
  try {
    return decodeURIComponent(token).replace(/\s/g, '');
  } catch {
    return token.replace(/\s/g, '');
  }
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function asBoolean(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
