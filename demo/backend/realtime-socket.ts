import { setTimeout as sleep } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import type { Claims } from './keys.ts';
import { type Context, mayBroadcast } from './realtime-authorize.ts';
import {
  asRecord,
  type Channel,
  cleaned,
  closingMessage,
  type JoinRequest,
  readJoin,
  TOPIC_PREFIX,
} from './realtime-channel.ts';
import type { StoredBroadcast } from './realtime-feed.ts';
import { broadcastFrame, type Push, readFrame, textFrame } from './realtime-frames.ts';
import type { Hub, Outgoing, Receiver } from './realtime-hub.ts';
import {
  type Admission,
  admitJoin,
  cannotRead,
  type JoinRules,
  readableBy,
  TOO_MANY_JOINS,
} from './realtime-join.ts';

/** What all sockets share. */
export interface RealtimeServer extends JoinRules {
  readonly hub: Hub<RealtimeSocket>;
  readonly joinErrorDelay: number;
  readonly idleTimeout: number;
  readonly replicationTimeout: number;
}

/** How a connection was opened, and what that makes of whoever opened it. */
export interface Opening {
  readonly token: string;
  readonly claims: Claims;
  readonly headers: Readonly<Record<string, string>>;
}

// The platform looks at a token again after five minutes at the latest.
const LONGEST_TOKEN_CHECK_MS = 300_000;
const PRESENCE_CALLS = 5;
const PRESENCE_WINDOW_MS = 30_000;

/** One client's connection. Frames are handled strictly one after the other, as the platform does. */
export class RealtimeSocket implements Receiver {
  readonly #connection: WebSocket;
  readonly #server: RealtimeServer;
  readonly #opening: Opening;
  readonly #channels = new Map<string, Channel>();
  readonly #closed = new AbortController();
  #isCounted = false;
  #turn: Promise<void> = Promise.resolve();
  /** While a join is judged, nothing else gets out. */
  #held: (string | Buffer)[] | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(connection: WebSocket, server: RealtimeServer, opening: Opening) {
    this.#connection = connection;
    this.#server = server;
    this.#opening = opening;
    connection.on('message', (data, isBinary) => this.#receive(data, isBinary));
    connection.on('ping', () => this.#stayAwake());
    connection.on('close', () => this.#end());
    connection.on('error', () => connection.terminate());
    this.#stayAwake();
  }

  get hasChannels(): boolean {
    return this.#channels.size > 0;
  }

  /** From its first channel to its end a connection is a connected user. */
  get isCounted(): boolean {
    return this.#isCounted;
  }

  listener({ topic, isPrivate, id }: Outgoing): Channel | null {
    const channel = this.#channels.get(topic);
    if (!channel?.readsBroadcast || channel.isPrivate !== isPrivate) return null;
    return id !== null && channel.replayed.has(id) ? null : channel;
  }

  send(frame: string | Buffer): void {
    if (this.#held) this.#held.push(frame);
    else this.#write(frame);
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
    this.#sayClosed(channel);
  }

  endChannels(message: string): number {
    return this.#eachChannel((channel) => this.endChannel(channel, message));
  }

  crashChannels(): number {
    return this.#eachChannel((channel) => {
      this.#forget(channel);
      this.send(textFrame(channel.joinRef, channel.joinRef, channel.topic, 'phx_error', {}));
    });
  }

  /** The project's settings have changed: every channel hears of it, and the client is to come back. */
  disconnect(): void {
    const payload = { extension: 'system', status: 'ok', message: 'Server requested disconnect' };
    this.#eachChannel((channel) => this.send(textFrame(null, null, channel.topic, 'system', payload)));
    this.close(1012);
  }

  #eachChannel(act: (channel: Channel) => void): number {
    const channels = [...this.#channels.values()];
    for (const channel of channels) act(channel);
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
    const channel = this.#channels.get(push.topic);
    if (push.topic === 'phoenix' && push.event === 'heartbeat') {
      this.#reply(push, 'ok', {});
    } else if (push.event === 'phx_join' && push.topic.startsWith(TOPIC_PREFIX)) {
      if (channel) this.#forget(channel);
      await this.#join(push);
      // The reply to the new join comes before the close of the old one.
      if (channel) this.#sayClosed(channel);
    } else if (channel) {
      // The platform compares no join reference: a push from before a rejoin counts like any other.
      await this.#handleOn(channel, { ...push, joinRef: channel.joinRef });
    } else if (push.event === 'phx_leave') {
      this.#reply(push, 'ok', {});
    } else {
      this.#reply(push, 'error', { reason: 'unmatched topic' });
    }
  }

  /** What is unknown is passed over without a word. */
  async #handleOn(channel: Channel, push: Push): Promise<void> {
    switch (push.event) {
      case 'phx_leave':
        this.#forget(channel);
        this.#reply(push, 'ok', {});
        this.#sayClosed(channel);
        break;
      case 'access_token':
        await this.#changeToken(channel, asRecord(push.payload).access_token);
        break;
      case 'broadcast':
        await this.#broadcast(channel, push);
        break;
      case 'presence':
        this.#presence(channel, push);
    }
  }

  async #join(push: Push): Promise<void> {
    const topic = push.topic.slice(TOPIC_PREFIX.length);
    const request = readJoin(topic, push.payload);
    const { claims, headers } = this.#opening;
    const held: (string | Buffer)[] = [];
    this.#held = held;
    const connected = { claims, headers, channels: this.#channels.size, isCounted: this.#isCounted };
    const admitted = await admitJoin(this.#server, connected, topic, request);
    if (typeof admitted === 'string') await this.#pause(this.#server.joinErrorDelay);
    this.#held = null;
    if (this.#closed.signal.aborted) return;
    if (typeof admitted === 'string') {
      this.#reply(push, 'error', { reason: admitted });
      for (const frame of held) this.send(frame);
      if (admitted === TOO_MANY_JOINS) this.close(1001);
      return;
    }
    const channel = this.#open(push, request, admitted);
    this.#reply(push, 'ok', { postgres_changes: request.postgresChanges });
    for (const frame of held) this.send(frame);
    this.#greet(channel, request, admitted);
  }

  #open(push: Push, request: JoinRequest, { claims, readable, replay }: Admission): Channel {
    const { isPrivate, presence, acknowledges, hearsItself } = request;
    const channel: Channel = {
      topic: push.topic,
      joinRef: push.joinRef ?? push.ref ?? null,
      isPrivate,
      presence,
      acknowledges,
      hearsItself,
      replayed: new Set(replay.map(({ id }) => id)),
      claims,
      accessToken: request.accessToken ?? this.#opening.token,
      readsBroadcast: readable.has('broadcast'),
      readsPresence: readable.has('presence'),
      mayBroadcast: isPrivate ? null : true,
      presenceCalls: { count: 0, until: 0 },
      expiry: null,
    };
    this.#channels.set(channel.topic, channel);
    this.#isCounted = true;
    this.#watchExpiry(channel);
    return channel;
  }

  /** What follows the reply to a join. */
  #greet(channel: Channel, request: JoinRequest, { replay }: Admission): void {
    for (const stored of replay) {
      const frame = replayFrame(channel, stored);
      if (frame) this.send(frame);
    }
    if (request.replicationReady) this.#tellWhenReady(channel);
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
  }

  #tellWhenReady(channel: Channel): void {
    const { replicationTimeout, faults } = this.#server;
    const comes = faults.replicationDelay <= replicationTimeout;
    const wait = comes ? faults.replicationDelay : replicationTimeout;
    const tell = () => {
      if (this.#channels.get(channel.topic) !== channel) return;
      if (comes) this.#system(channel, 'ok', 'Replication connection established');
      else this.endChannel(channel, 'Replication connection was not established in time');
    };
    if (wait > 0) setTimeout(tell, wait).unref();
    else tell();
  }

  /** Without permission to write, a broadcast is dropped without a word, acknowledgement or not. */
  async #broadcast(channel: Channel, push: Push): Promise<void> {
    channel.mayBroadcast ??= await mayBroadcast(this.#server.database, this.#context(channel));
    if (!channel.mayBroadcast) return;
    const { hub, limits } = this.#server;
    const { binary, topic, payload } = push;
    const size = Buffer.byteLength(binary ? binary.payload : (JSON.stringify(payload) ?? ''));
    if (size > limits.payloadBytes) {
      hub.events.add(1);
      if (channel.acknowledges) this.#reply(push, 'error', { error: 'payload_size_exceeded' });
      return;
    }
    // One in text goes out as it came, whatever is in it; one in binary goes without its metadata.
    const frame = binary
      ? broadcastFrame(topic, binary.event, binary.payload, null)
      : textFrame(null, null, topic, 'broadcast', payload);
    if (!frame) return;
    const { isPrivate, hearsItself, acknowledges } = channel;
    hub.publish({ topic, isPrivate, id: null, frame }, hearsItself ? null : channel);
    if (acknowledges) this.#reply(push, 'ok', {});
  }

  /** There is no presence here: tracking is refused as where the permission is missing. */
  #presence(channel: Channel, push: Push): void {
    const { event } = asRecord(push.payload);
    if (typeof event !== 'string') {
      this.#reply(push, 'ok', {});
      return;
    }
    const calls = channel.presenceCalls;
    if (Date.now() > calls.until) {
      channel.presenceCalls = { count: 1, until: Date.now() + PRESENCE_WINDOW_MS };
    } else if (calls.count >= PRESENCE_CALLS) {
      this.endChannel(channel, 'Client presence rate limit exceeded');
      return;
    } else {
      calls.count += 1;
    }
    this.#reply(push, event.toLowerCase() === 'untrack' ? 'ok' : 'error', {});
  }

  async #changeToken(channel: Channel, token: unknown): Promise<void> {
    if (typeof token !== 'string' || token === channel.accessToken || token.startsWith('sb_')) return;
    const { keys, database } = this.#server;
    const verified = await keys.verify(cleaned(token));
    if (!verified.ok) {
      this.endChannel(channel, closingMessage(verified.problem));
      return;
    }
    const topic = channel.topic.slice(TOPIC_PREFIX.length);
    const context = { ...this.#context(channel), claims: verified.claims };
    const readable = await readableBy(database, context, channel);
    if (readable.size === 0) {
      this.endChannel(channel, cannotRead(topic));
      return;
    }
    const hasLost =
      (channel.readsBroadcast && !readable.has('broadcast')) ||
      (channel.readsPresence && !readable.has('presence'));
    if (hasLost) {
      this.endChannel(channel, `You no longer have permission to read from this Channel topic: ${topic}`);
      return;
    }
    channel.accessToken = token;
    channel.claims = verified.claims;
    channel.readsBroadcast = readable.has('broadcast');
    channel.readsPresence = readable.has('presence');
    channel.mayBroadcast = channel.isPrivate ? null : true;
    if (this.#channels.get(channel.topic) === channel) this.#watchExpiry(channel);
  }

  #context({ topic, claims }: Channel): Context {
    return { topic: topic.slice(TOPIC_PREFIX.length), claims, headers: this.#opening.headers };
  }

  #watchExpiry(channel: Channel): void {
    if (channel.expiry) clearTimeout(channel.expiry);
    const left = (channel.claims.exp ?? 0) * 1000 - Date.now();
    if (left <= 0) {
      const secondsAgo = Math.floor(-left / 1000);
      this.endChannel(channel, closingMessage({ kind: 'expired', secondsAgo }));
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

  #sayClosed({ joinRef, topic }: Channel): void {
    this.send(textFrame(joinRef, joinRef, topic, 'phx_close', {}));
  }

  #forget(channel: Channel): void {
    if (channel.expiry) clearTimeout(channel.expiry);
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic);
  }

  #write(frame: string | Buffer): void {
    if (this.#server.faults.silent || this.#connection.readyState !== this.#connection.OPEN) return;
    this.#connection.send(frame);
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
    this.#eachChannel((channel) => this.#forget(channel));
  }
}

/** Of a stored broadcast: text, unlike the same one live, unless there is no text in it. */
function replayFrame(channel: Channel, { id, event, payload }: StoredBroadcast): string | Buffer | null {
  if (typeof payload !== 'string') return broadcastFrame(channel.topic, event, payload, id, true);
  const meta = { replayed: true, id };
  const message = { payload: JSON.parse(payload) as unknown, event, type: 'broadcast', meta };
  return textFrame(channel.joinRef, null, channel.topic, 'broadcast', message);
}
