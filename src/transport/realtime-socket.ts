import { type Fields, isObject } from '../core/json.ts';
import type { Clock } from '../core/ports.ts';
import { Timer } from '../core/timer.ts';
import { readFrame, TOPIC_PREFIX, writeFrame } from './realtime-frames.ts';

export interface RealtimeSocketOptions {
  readonly url: string;
  readonly key: string;
  /** The signed-in user's JWT, or null where nobody is signed in. */
  readonly accessToken?: (() => Promise<string | null>) | null;
  readonly clock: Clock;
  /** A WebSocket class where there is no global one. */
  readonly transport?: typeof WebSocket;
}

export interface RealtimeSocketHandlers {
  onJoined(): void;
  /** The server's own connection to the database stands: nothing gets lost on that side any more. */
  onReady(): void;
  onBroadcast(event: string, payload: unknown): void;
  /** The end of this connection, whatever the cause. Told once, and nothing is told after it. */
  onLost(): void;
}

/** For the connection to open, and then for the answer to the join. */
const DEADLINE = 10_000;
/** The server hangs up on whoever is silent for a minute. */
const HEARTBEAT = 25_000;
/** For a sign of life when the page wakes up. */
const PROBE = 10_000;
const JOIN_REF = '1';

/**
 * One WebSocket to Supabase Realtime that joins one private topic and receives its broadcasts. It ends with the
 * first thing that goes wrong, and never comes back: who needs the topic again makes a new one.
 */
export class RealtimeSocket {
  readonly #options: RealtimeSocketOptions;
  readonly #handlers: RealtimeSocketHandlers;
  readonly #topic: string;
  #socket: WebSocket | null = null;
  #token: string | null = null;
  #lastRef = Number(JOIN_REF);
  #joined = false;
  #heard = false;
  #over = false;
  readonly #timer: Timer;

  constructor(options: RealtimeSocketOptions, topic: string, handlers: RealtimeSocketHandlers) {
    this.#options = options;
    this.#timer = new Timer(options.clock);
    this.#handlers = handlers;
    this.#topic = TOPIC_PREFIX + topic;
    // An open socket would keep the page out of the back-forward cache. There is no window in Node.
    globalThis.addEventListener?.('pagehide', this.#lose);
    void this.#open();
  }

  /** Ends the connection without a word to the handlers. */
  close(): void {
    this.#over = true;
    globalThis.removeEventListener?.('pagehide', this.#lose);
    this.#timer.cancel();
    this.#socket?.close();
  }

  /** Asks for a sign of life now. A line may have died while the page slept, and its timers with it. */
  probe(): void {
    if (this.#joined && !this.#over) this.#beat(PROBE);
  }

  async #open(): Promise<void> {
    this.#timer.set(DEADLINE, this.#lose);
    try {
      const { url, key, accessToken, transport: WebSocketClass = WebSocket } = this.#options;
      this.#token = (await accessToken?.()) ?? null;
      if (this.#over) return;
      const query = new URLSearchParams({ apikey: key, vsn: '2.0.0' });
      const socket = new WebSocketClass(`${url.replace(/^http/, 'ws')}/realtime/v1/websocket?${query}`);
      this.#socket = socket;
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => this.#join();
      socket.onmessage = ({ data }) => this.#receive(data);
      socket.onerror = this.#lose;
      socket.onclose = this.#lose;
    } catch {
      // No token to be had, no WebSocket at all, or a content security policy against it.
      this.#lose();
    }
  }

  /** Without a user the token stays away, and the key of the connection decides: a publishable key is no JWT. */
  #join(): void {
    if (this.#over) return;
    this.#timer.set(DEADLINE, this.#lose);
    this.#socket?.send(
      writeFrame(JOIN_REF, JOIN_REF, this.#topic, 'phx_join', {
        config: {
          broadcast: { ack: false, self: false, replication_ready: true },
          presence: { key: '', enabled: false },
          postgres_changes: [],
          private: true,
        },
        ...(this.#token === null ? {} : { access_token: this.#token }),
      }),
    );
  }

  #receive(data: string | ArrayBuffer): void {
    if (this.#over) return;
    this.#heard = true;
    const frame = readFrame(data);
    // A timer set here and not by a timer is one that browsers do not slow down to a minute in a hidden page:
    // https://developer.chrome.com/blog/timer-throttling-in-chrome-88
    if (frame?.topic === 'phoenix' && this.#joined) this.#timer.set(HEARTBEAT, this.#check);
    if (frame?.topic !== this.#topic) return;
    const payload: Fields = isObject(frame.payload) ? frame.payload : {};
    switch (frame.event) {
      case 'broadcast':
        if (typeof payload.event === 'string') this.#handlers.onBroadcast(payload.event, payload.payload);
        break;
      case 'phx_reply':
        // A refused join, or a frame of ours that the server has no channel for.
        if (payload.status === 'error') this.#lose();
        else if (payload.status === 'ok' && frame.ref === JOIN_REF) this.#succeed();
        break;
      case 'system':
        if (payload.extension !== 'system') break;
        if (payload.status === 'ok') this.#handlers.onReady();
        // An expired token, a limit, a permission withdrawn: the server closes the channel next.
        if (payload.status === 'error') this.#lose();
        break;
      case 'phx_close':
      case 'phx_error':
        this.#lose();
    }
  }

  #succeed(): void {
    if (this.#joined) return;
    this.#joined = true;
    this.#timer.set(HEARTBEAT, this.#check);
    this.#handlers.onJoined();
  }

  /** A half-open line looks fine from here but for the silence after a heartbeat. */
  readonly #check = (): void => {
    if (!this.#heard) {
      this.#lose();
      return;
    }
    this.#beat(HEARTBEAT);
    void this.#renewToken();
  };

  #beat(patience: number): void {
    this.#heard = false;
    this.#socket?.send(writeFrame(null, this.#nextRef(), 'phoenix', 'heartbeat', {}));
    this.#timer.set(patience, this.#check);
  }

  /** The server closes a channel whose token has expired, unless it gets the next one in time. */
  async #renewToken(): Promise<void> {
    let token: string | null = null;
    try {
      token = (await this.#options.accessToken?.()) ?? null;
    } catch {
      // The next heartbeat asks again.
    }
    if (token === null || token === this.#token || this.#over) return;
    this.#token = token;
    this.#socket?.send(
      writeFrame(JOIN_REF, this.#nextRef(), this.#topic, 'access_token', { access_token: token }),
    );
  }

  readonly #lose = (): void => {
    if (this.#over) return;
    this.close();
    this.#handlers.onLost();
  };

  #nextRef(): string {
    this.#lastRef += 1;
    return String(this.#lastRef);
  }
}
