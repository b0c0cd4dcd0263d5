import type { Database } from './database.ts';
import type { Faults } from './faults.ts';
import type { Claims, Keys, Verified } from './keys.ts';
import { type Context, type Extension, readableExtensions } from './realtime-authorize.ts';
import { type StoredBroadcast, storedSince } from './realtime-feed.ts';
import type { RateCounter, RealtimeLimits } from './realtime-limits.ts';
import { cleaned, type JoinRequest, joinRefusal } from './realtime-payload.ts';

/** What joins are judged by, the same for all sockets. */
export interface JoinRules {
  readonly database: Database;
  readonly keys: Keys;
  readonly faults: Faults;
  readonly limits: RealtimeLimits;
  readonly publicAccess: boolean;
  readonly joins: RateCounter;
  /** How many connections have a channel, or had one. */
  connectedUsers(): number;
}

/** What is known of the connection on which somebody joins. */
export interface Connected {
  readonly claims: Claims;
  readonly headers: Readonly<Record<string, string>>;
  readonly channels: number;
  /** Whether it is among the connected users. */
  readonly isCounted: boolean;
}

export interface Admission {
  readonly claims: Claims;
  readonly readable: ReadonlySet<Extension>;
  readonly replay: readonly StoredBroadcast[];
}

export const TOO_MANY_JOINS = 'ClientJoinRateLimitReached: Too many joins per second';

/** The checks of a join, in the platform's order: what it may read, or the reason why not. */
export async function admitJoin(
  rules: JoinRules,
  connected: Connected,
  topic: string,
  request: JoinRequest,
): Promise<Admission | string> {
  const { limits, joins } = rules;
  const ordered = rules.faults.takeRefusedJoin();
  if (ordered !== null) return ordered;
  if (topic === '') return 'TopicNameRequired: You must provide a topic name';
  if (!request.isPrivate && !rules.publicAccess) {
    return 'PrivateOnly: This project only allows private channels';
  }
  if (!connected.isCounted && rules.connectedUsers() >= limits.sockets) {
    return 'ConnectionRateLimitReached: Too many connected users';
  }
  if (joins.exceeded) return TOO_MANY_JOINS;
  joins.add(1);
  if (connected.channels >= limits.channelsPerSocket) return 'ChannelRateLimitReached: Too many channels';
  const verified = await verifyToken(rules.keys, request.accessToken, connected.claims);
  if (!verified.ok) return joinRefusal(verified.problem);
  const context = { topic, claims: verified.claims, headers: connected.headers };
  const readable = await readableBy(rules.database, context, request);
  if (readable.size === 0 || (request.replay && !readable.has('broadcast')))
    return `Unauthorized: ${cannotRead(topic)}`;
  const replay = await replayed(rules.database, topic, request);
  return typeof replay === 'string' ? replay : { claims: verified.claims, readable, replay };
}

/** Null is for the connection's own claims, which may have expired since it was opened. */
async function verifyToken(keys: Keys, token: string | null, own: Claims): Promise<Verified> {
  if (token !== null) return keys.verify(cleaned(token));
  const secondsAgo = Math.floor(Date.now() / 1000) - (own.exp ?? 0);
  return secondsAgo >= 0
    ? { ok: false, problem: { kind: 'expired', secondsAgo } }
    : { ok: true, claims: own };
}

/** On public channels no policy is asked. */
export async function readableBy(
  database: Database,
  context: Context,
  { isPrivate, presence }: Pick<JoinRequest, 'isPrivate' | 'presence'>,
): Promise<ReadonlySet<Extension>> {
  const extensions: Extension[] = presence ? ['broadcast', 'presence'] : ['broadcast'];
  return isPrivate ? readableExtensions(database, context, extensions) : new Set(extensions);
}

export function cannotRead(topic: string): string {
  return `You do not have permissions to read from this Channel topic: ${topic}`;
}

async function replayed(
  database: Database,
  topic: string,
  { replay, isPrivate }: JoinRequest,
): Promise<readonly StoredBroadcast[] | string> {
  if (replay === null) return [];
  if (!isPrivate) return 'UnableToReplayMessages: Replay is not allowed for public channels';
  if (replay === 'ignored') return [];
  if (replay === 'malformed') return 'UnableToReplayMessages: Replay params are not valid';
  try {
    return await storedSince(database, topic, replay);
  } catch {
    return 'UnableToReplayMessages: Realtime was unable to replay messages';
  }
}
