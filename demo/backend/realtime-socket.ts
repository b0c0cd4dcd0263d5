import { setTimeout as sleep } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import type { Database } from './database.ts';
import type { Faults } from './faults.ts';
import type { Claims, Keys, Verified } from './keys.ts';
import { type Extension, readableExtensions } from './realtime-authorize.ts';
import {
  asRecord,
  type Channel,
  describeProblem,
  type JoinRequest,
  joinRefusal,
  readJoin,
  TOPIC_PREFIX,
} from './realtime-channel.ts';
import { type Push, readFrame, textFrame } from './realtime-frames.ts';
import type { RateCounter, RealtimeLimits } from './realtime-limits.ts';

/** What all sockets share. */
export interface RealtimeServer {
  readonly database: Database;
  readonly keys: Keys;
  readonly faults: Faults;
  readonly limits: RealtimeLimits;
  readonly joinErrorDelay: number;
  readonly idleTimeout: number;
  readonly joins: RateCounter;
  readonly sockets: ReadonlySet<RealtimeSocket>;
}

// The platform looks at a token again after five minutes at the latest.
const LONGEST_TOKEN_CHECK_MS = 300_000;

/** One client's connection. Frames are handled strictly one after the other, as the platform does. */
export class RealtimeSocket {
  readonly #connection: WebSocket;
  readonly #server: RealtimeServer;
  readonly #claims: Claims;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #channels = new Map<string, Channel>();
  readonly #closed = new AbortController();
  #turn: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | null = null;

  constructor(
    connection: WebSocket,
    server: RealtimeServer,
    claims: Claims,
    headers: Readonly<Record<string, string>>,
  ) {
    this.#connection = connection;
    this.#server = server;
    this.#claims = claims;
    this.#headers = headers;
    connection.on('message', (data, isBinary) => this.#receive(data, isBinary));
    connection.on('close', () => this.#end());
    connection.on('error', () => connection.terminate());
    this.#stayAwake();
  }

  get hasChannels(): boolean {
    return this.#channels.size > 0;
  }

  /** The joined channel of a topic that may read its broadcasts. */
  listener(topic: string): Channel | null {
    const channel = this.#channels.get(topic);
    return channel?.readsBroadcast ? channel : null;
  }

  send(frame: string | Buffer): void {
    if (this.#server.faults.silent || this.#connection.readyState !== this.#connection.OPEN) return;
    this.#connection.send(frame);
  }

  close(code: number): void {
    this.#connection.close(code);
  }

  cut(): void {
    this.#connection.terminate();
  }

  /** System error, then the terminal close. */
  endChannel(channel: Channel, message: string): void {
    if (this.#channels.get(channel.topic) !== channel) return;
    this.#system(channel, 'error', message);
    this.#forget(channel);
    this.send(textFrame(channel.joinRef, channel.joinRef, channel.topic, 'phx_close', {}));
  }

  endChannels(message: string): number {
    const channels = [...this.#channels.values()];
    for (const channel of channels) this.endChannel(channel, message);
    return channels.length;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#server.faults.silent) return;
    this.#stayAwake();
    const push = readFrame(data as Buffer, isBinary);
    if (!push) {
      this.close(1011);
      return;
    }
    this.#turn = this.#turn
      .then(() => (this.#closed.signal.aborted ? undefined : this.#handle(push)))
      .catch(() => this.close(1011));
  }

  async #handle(push: Push): Promise<void> {
    if (push.topic === 'phoenix' && push.event === 'heartbeat') {
      this.#reply(push, 'ok', {});
      return;
    }
    const channel = this.#channels.get(push.topic);
    if (push.event === 'phx_join' && push.topic.startsWith(TOPIC_PREFIX)) {
      if (channel) this.#forget(channel);
      await this.#join(push);
      // The reply to the new join comes before the close of the old one.
      if (channel) {
        this.send(textFrame(channel.joinRef, channel.joinRef, channel.topic, 'phx_close', {}));
      }
    } else if (push.event === 'phx_leave') {
      this.#reply(push, 'ok', {});
      if (!channel) return;
      this.#forget(channel);
      this.send(textFrame(channel.joinRef, channel.joinRef, channel.topic, 'phx_close', {}));
    } else if (!channel) {
      this.#reply(push, 'error', { reason: 'unmatched topic' });
    } else if (push.event === 'access_token') {
      await this.#changeToken(channel, asRecord(push.payload).access_token);
    } else if (push.event === 'presence') {
      this.#reply(push, 'error', {});
    }
    // A broadcast without permission to write is dropped without a word, and so is what is unknown.
  }

  async #join(push: Push): Promise<void> {
    const topic = push.topic.slice(TOPIC_PREFIX.length);
    const request = readJoin(push.payload);
    this.#server.joins.add(1);
    const admitted = await this.#admit(topic, request);
    if (typeof admitted === 'string') {
      await this.#pause(this.#server.joinErrorDelay);
      this.#reply(push, 'error', { reason: admitted });
      if (admitted.startsWith('ClientJoinRateLimitReached')) this.close(1001);
      return;
    }
    if (this.#closed.signal.aborted) return;
    const channel: Channel = {
      topic: push.topic,
      joinRef: push.joinRef ?? push.ref ?? '',
      claims: admitted.claims,
      accessToken: request.accessToken,
      presence: request.presence,
      readsBroadcast: admitted.readable.has('broadcast'),
      readsPresence: admitted.readable.has('presence'),
      expiry: null,
    };
    this.#channels.set(channel.topic, channel);
    this.#watchExpiry(channel);
    this.#reply(push, 'ok', {
      postgres_changes: request.postgresChanges.map((change, id) => ({ ...change, id: id + 1 })),
    });
    this.#greet(channel, request);
  }

  /** What follows the reply to a join. */
  #greet(channel: Channel, request: JoinRequest): void {
    if (channel.readsPresence) {
      this.send(textFrame(channel.joinRef, null, channel.topic, 'presence_state', {}));
    }
    for (const change of request.postgresChanges) {
      const { event = '*', schema = 'public', table = '*' } = change;
      this.#system(
        channel,
        'error',
        `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [event: ${event}, schema: ${schema}, table: ${table}, filters: []]`,
        'postgres_changes',
      );
    }
    if (!request.replicationReady) return;
    setTimeout(() => {
      if (this.#channels.get(channel.topic) !== channel) return;
      this.#system(channel, 'ok', 'Replication connection established');
    }, this.#server.faults.replicationDelay).unref();
  }

  /** The checks of a join, in the platform's order: what it may read, or why not. */
  async #admit(
    topic: string,
    request: JoinRequest,
  ): Promise<string | { claims: Claims; readable: ReadonlySet<Extension> }> {
    const { limits, faults, joins, sockets } = this.#server;
    const ordered = faults.takeRefusedJoin();
    if (ordered !== null) return ordered;
    if (topic === '') return 'TopicNameRequired: You must provide a topic name';
    if (!request.isPrivate) return 'PrivateOnly: This project only allows private channels';
    if (sockets.size > limits.sockets) {
      return 'ConnectionRateLimitReached: Too many connected users';
    }
    if (joins.exceeded) return 'ClientJoinRateLimitReached: Too many joins per second';
    if (this.#channels.size >= limits.channelsPerSocket) {
      return 'ChannelRateLimitReached: Too many channels';
    }
    const verified = await this.#verify(request.accessToken);
    if (!verified.ok) return joinRefusal(verified.problem);
    const readable = await this.#readable(topic, verified.claims, request.presence);
    return readable.size > 0
      ? { claims: verified.claims, readable }
      : `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`;
  }

  async #changeToken(channel: Channel, token: unknown): Promise<void> {
    if (typeof token !== 'string' || token === channel.accessToken) return;
    if (token.startsWith('sb_')) return;
    const verified = await this.#server.keys.verify(cleaned(token));
    if (!verified.ok) {
      this.endChannel(channel, describeProblem(verified.problem));
      return;
    }
    const topic = channel.topic.slice(TOPIC_PREFIX.length);
    const readable = await this.#readable(topic, verified.claims, channel.presence);
    const had = channel.readsBroadcast || channel.readsPresence;
    const lost =
      (channel.readsBroadcast && !readable.has('broadcast')) ||
      (channel.readsPresence && !readable.has('presence'));
    if (lost || readable.size === 0) {
      this.endChannel(
        channel,
        lost && had
          ? `You no longer have permission to read from this Channel topic: ${topic}`
          : `You do not have permissions to read from this Channel topic: ${topic}`,
      );
      return;
    }
    channel.accessToken = token;
    channel.claims = verified.claims;
    channel.readsBroadcast = readable.has('broadcast');
    channel.readsPresence = readable.has('presence');
    this.#watchExpiry(channel);
  }

  /** A publishable key, or no token, stands for whatever the socket itself was opened with. */
  async #verify(token: string | null): Promise<Verified> {
    if (token !== null && !token.startsWith('sb_')) return this.#server.keys.verify(cleaned(token));
    const secondsAgo = Math.floor(Date.now() / 1000) - (this.#claims.exp ?? 0);
    return secondsAgo >= 0
      ? { ok: false, problem: { kind: 'expired', secondsAgo } }
      : { ok: true, claims: this.#claims };
  }

  #readable(topic: string, claims: Claims, presence: boolean): Promise<ReadonlySet<Extension>> {
    const extensions: Extension[] = presence ? ['broadcast', 'presence'] : ['broadcast'];
    return readableExtensions(this.#server.database, topic, claims, this.#headers, extensions);
  }

  #watchExpiry(channel: Channel): void {
    if (channel.expiry) clearTimeout(channel.expiry);
    const left = (channel.claims.exp ?? 0) * 1000 - Date.now();
    if (left <= 0) {
      const secondsAgo = Math.floor(-left / 1000);
      this.endChannel(channel, describeProblem({ kind: 'expired', secondsAgo }));
      return;
    }
    const again = () => this.#watchExpiry(channel);
    channel.expiry = setTimeout(again, Math.min(left, LONGEST_TOKEN_CHECK_MS)).unref();
  }

  #reply(push: Push, status: 'ok' | 'error', response: unknown): void {
    this.send(textFrame(push.joinRef, push.ref, push.topic, 'phx_reply', { status, response }));
  }

  #system(channel: Channel, status: 'ok' | 'error', message: string, extension = 'system'): void {
    this.send(
      textFrame(channel.joinRef, null, channel.topic, 'system', {
        extension,
        status,
        message,
        channel: channel.topic.slice(TOPIC_PREFIX.length),
      }),
    );
  }

  #forget(channel: Channel): void {
    if (channel.expiry) clearTimeout(channel.expiry);
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic);
  }

  #stayAwake(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(1000), this.#server.idleTimeout).unref();
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#closed.signal }).catch(() => {});
  }

  #end(): void {
    this.#closed.abort();
    if (this.#idle) clearTimeout(this.#idle);
    for (const channel of [...this.#channels.values()]) this.#forget(channel);
  }
}

/** Tokens may come with white space or URL-encoded. */
function cleaned(token: string): string {
  try {
    return decodeURIComponent(token).replace(/\s/g, '');
  } catch {
    return token.replace(/\s/g, '');
  }
}
