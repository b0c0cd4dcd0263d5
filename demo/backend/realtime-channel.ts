import type { Database } from './database.ts';
import type { Faults } from './faults.ts';
import type { Claims, Keys } from './keys.ts';
import { type Context, type Extension, mayBroadcast } from './realtime-authorize.ts';
import type { StoredBroadcast } from './realtime-feed.ts';
import { broadcastFrame, type Push, textFrame } from './realtime-frames.ts';
import type { Hub, Outgoing, Receiver } from './realtime-hub.ts';
import { type Admission, cannotRead, readableBy } from './realtime-join.ts';
import type { RealtimeLimits } from './realtime-limits.ts';
import { asRecord, cleaned, closingMessage, type JoinRequest, TOPIC_PREFIX } from './realtime-payload.ts';

/** What channels need of the server. */
export interface ChannelServer {
  readonly database: Database;
  readonly keys: Keys;
  readonly faults: Faults;
  readonly limits: RealtimeLimits;
  readonly hub: Pick<Hub<Receiver>, 'publish' | 'events'>;
  readonly replicationTimeout: number;
}

/** The connection that a channel is on. */
interface Line {
  /** What it was opened with, for joins without a token. */
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  send(frame: string | Buffer): void;
  /** The channel is over. */
  forget(channel: Channel): void;
}

// The platform looks at a token again after five minutes at the latest.
const LONGEST_TOKEN_CHECK_MS = 300_000;
const PRESENCE_CALLS = 5;
const PRESENCE_WINDOW_MS = 30_000;

/** One joined topic of one connection. */
export class Channel {
  /** As on the wire, with the prefix. */
  readonly topic: string;
  readonly #server: ChannelServer;
  readonly #line: Line;
  readonly #joinRef: unknown;
  readonly #request: JoinRequest;
  readonly #replay: readonly StoredBroadcast[];
  #claims: Claims;
  #accessToken: string;
  #readable: ReadonlySet<Extension>;
  /** Null until the first broadcast asks. */
  #mayBroadcast: boolean | null;
  #presenceCalls = { count: 0, until: 0 };
  #expiry: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(server: ChannelServer, line: Line, join: Push, request: JoinRequest, admission: Admission) {
    this.topic = join.topic;
    this.#server = server;
    this.#line = line;
    this.#joinRef = join.joinRef ?? join.ref;
    this.#request = request;
    this.#replay = admission.replay;
    this.#claims = admission.claims;
    this.#accessToken = request.accessToken ?? line.token;
    this.#readable = admission.readable;
    this.#mayBroadcast = request.isPrivate ? null : true;
  }

  /** Whether a broadcast on its topic is for it. What came as a replay does not come again. */
  hears({ isPrivate, id }: Outgoing): boolean {
    if (!this.#readable.has('broadcast') || this.#request.isPrivate !== isPrivate) return false;
    return id === null || !this.#replay.some((stored) => stored.id === id);
  }

  /** What follows the answer to the join. */
  begin(): void {
    for (const stored of this.#replay) this.#sendAgain(stored);
    if (this.#request.replicationReady) this.#tellWhenReady();
    if (this.#readable.has('presence')) this.#push('presence_state', {});
    for (const { event = '*', schema = 'public', table = '*' } of this.#request.postgresChanges) {
      this.#system(
        'error',
        `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [event: ${event}, schema: ${schema}, table: ${table}, filters: []]`,
        'postgres_changes',
      );
    }
    this.#watchExpiry();
  }

  /**
   * What is unknown is passed over without a word. The platform compares no join reference: a push from
   * before a rejoin counts like any other.
   */
  async handle(push: Push): Promise<void> {
    switch (push.event) {
      case 'phx_leave':
        this.stop();
        this.#reply(push, 'ok', {});
        this.sayClosed();
        break;
      case 'access_token':
        await this.#changeToken(asRecord(push.payload).access_token);
        break;
      case 'broadcast':
        await this.#broadcast(push);
        break;
      case 'presence':
        this.#presence(push);
    }
  }

  /** System error, then the terminal close. */
  end(message: string): void {
    if (this.#isOver) return;
    this.#system('error', message);
    this.stop();
    this.sayClosed();
  }

  crash(): void {
    this.stop();
    this.#line.send(textFrame(this.#joinRef, this.#joinRef, this.topic, 'phx_error', {}));
  }

  /** Without a word: that is for `sayClosed()`, at its time. */
  stop(): void {
    this.#isOver = true;
    if (this.#expiry) clearTimeout(this.#expiry);
    this.#line.forget(this);
  }

  sayClosed(): void {
    this.#line.send(textFrame(this.#joinRef, this.#joinRef, this.topic, 'phx_close', {}));
  }

  /** As text, unlike the same one live, unless there is no text in it. */
  #sendAgain({ id, event, payload }: StoredBroadcast): void {
    if (typeof payload !== 'string') {
      const frame = broadcastFrame(this.topic, event, payload, id, true);
      if (frame) this.#line.send(frame);
      return;
    }
    const meta = { replayed: true, id };
    this.#push('broadcast', { payload: JSON.parse(payload) as unknown, event, type: 'broadcast', meta });
  }

  #tellWhenReady(): void {
    const { replicationTimeout, faults } = this.#server;
    const comes = faults.replicationDelay <= replicationTimeout;
    const wait = comes ? faults.replicationDelay : replicationTimeout;
    const tell = () => {
      if (this.#isOver) return;
      if (comes) this.#system('ok', 'Replication connection established');
      else this.end('Replication connection was not established in time');
    };
    if (wait > 0) setTimeout(tell, wait).unref();
    else tell();
  }

  /** Without permission to write, a broadcast is dropped without a word, acknowledgement or not. */
  async #broadcast(push: Push): Promise<void> {
    const { hub, limits, database } = this.#server;
    this.#mayBroadcast ??= await mayBroadcast(database, this.#context());
    if (!this.#mayBroadcast) return;
    const { isPrivate, acknowledges, hearsItself } = this.#request;
    const { binary, topic, payload } = push;
    const size = Buffer.byteLength(binary ? binary.payload : (JSON.stringify(payload) ?? ''));
    if (size > limits.payloadBytes) {
      hub.events.add(1);
      if (acknowledges) this.#reply(push, 'error', { error: 'payload_size_exceeded' });
      return;
    }
    // One in text goes out as it came, whatever is in it; one in binary goes without its metadata.
    const frame = binary
      ? broadcastFrame(topic, binary.event, binary.payload, null)
      : textFrame(null, null, topic, 'broadcast', payload);
    if (!frame) return;
    hub.publish({ topic, isPrivate, id: null, frame }, hearsItself ? null : this);
    if (acknowledges) this.#reply(push, 'ok', {});
  }

  /** There is no presence here: tracking is refused as where the permission is missing. */
  #presence(push: Push): void {
    const { event } = asRecord(push.payload);
    if (typeof event !== 'string') {
      this.#reply(push, 'ok', {});
      return;
    }
    if (Date.now() > this.#presenceCalls.until) {
      this.#presenceCalls = { count: 0, until: Date.now() + PRESENCE_WINDOW_MS };
    }
    if (this.#presenceCalls.count >= PRESENCE_CALLS) {
      this.end('Client presence rate limit exceeded');
      return;
    }
    this.#presenceCalls.count += 1;
    this.#reply(push, event.toLowerCase() === 'untrack' ? 'ok' : 'error', {});
  }

  async #changeToken(token: unknown): Promise<void> {
    if (typeof token !== 'string' || token === this.#accessToken || token.startsWith('sb_')) return;
    const verified = await this.#server.keys.verify(cleaned(token));
    if (!verified.ok) {
      this.end(closingMessage(verified.problem));
      return;
    }
    const context = { ...this.#context(), claims: verified.claims };
    const readable = await readableBy(this.#server.database, context, this.#request);
    if (readable.size === 0) {
      this.end(cannotRead(context.topic));
      return;
    }
    if ([...this.#readable].some((extension) => !readable.has(extension))) {
      this.end(`You no longer have permission to read from this Channel topic: ${context.topic}`);
      return;
    }
    this.#accessToken = token;
    this.#claims = verified.claims;
    this.#readable = readable;
    this.#mayBroadcast = this.#request.isPrivate ? null : true;
    this.#watchExpiry();
  }

  #watchExpiry(): void {
    if (this.#expiry) clearTimeout(this.#expiry);
    if (this.#isOver) return;
    const left = (this.#claims.exp ?? 0) * 1000 - Date.now();
    if (left <= 0) {
      const secondsAgo = Math.floor(-left / 1000);
      this.end(closingMessage({ kind: 'expired', secondsAgo }));
      return;
    }
    const again = () => this.#watchExpiry();
    this.#expiry = setTimeout(again, Math.min(left, LONGEST_TOKEN_CHECK_MS)).unref();
  }

  #context(): Context {
    const topic = this.topic.slice(TOPIC_PREFIX.length);
    return { topic, claims: this.#claims, headers: this.#line.headers };
  }

  #reply(push: Push, status: 'ok' | 'error', response: unknown): void {
    this.#line.send(textFrame(this.#joinRef, push.ref, this.topic, 'phx_reply', { status, response }));
  }

  #system(status: 'ok' | 'error', message: string, extension = 'system'): void {
    this.#push('system', { extension, status, message, channel: this.topic.slice(TOPIC_PREFIX.length) });
  }

  #push(event: string, payload: unknown): void {
    this.#line.send(textFrame(this.#joinRef, null, this.topic, event, payload));
  }
}
