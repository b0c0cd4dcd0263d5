import { type RealtimeChannel, RealtimeClient, type RealtimeClientOptions } from '@supabase/realtime-js';
import type { ChatSession } from '../core/model.ts';
import type { Clock, LiveChannel, LiveHandlers, PageEnvironment } from '../core/ports.ts';
import { parseLiveEvent } from './live-events.ts';

export interface LiveChannelOptions<S extends ChatSession> {
  readonly url: string;
  readonly key: string;
  /** The signed-in user's JWT, or null where nobody is signed in. */
  readonly accessToken?: (() => Promise<string | null>) | null;
  readonly parseSession: (value: unknown, where: string) => S;
  readonly clock: Clock;
  readonly environment: PageEnvironment;
  /** A WebSocket class where there is no global one. */
  readonly transport?: RealtimeClientOptions['transport'];
}

const WAITS = [1_000, 2_000, 5_000, 10_000, 30_000];
/** The longest time a timer can hold: never. */
const NEVER = 2 ** 31 - 1;
/** A channel that lasted this long was fine; the next loss starts over with short waits. */
const STEADY = 30_000;

/**
 * Receives broadcasts on one topic over a socket that lives as long as somebody listens.
 *
 * The client library recovers from some losses by itself, from others never (a closed channel, a hidden page, a
 * token that expired on its socket). Here every loss is treated alike: the socket is closed and, after a wait, a
 * new one is opened with a new token and a new channel. So there is one way back, and it is always the full one.
 */
export function createLiveChannel<S extends ChatSession>(options: LiveChannelOptions<S>): LiveChannel<S> {
  const connector = new Connector(options);
  let end: (() => void) | null = null;
  return {
    listen(topic, handlers) {
      end?.();
      const listening = new Listening(options, connector, topic, handlers);
      const stop = () => {
        listening.stop();
        if (end === stop) end = null;
      };
      end = stop;
      return stop;
    },
  };
}

/** The library's client, made at the first need: its constructor leaves listeners on the window for good. */
class Connector {
  readonly #options: Omit<LiveChannelOptions<ChatSession>, 'parseSession'>;
  #client: RealtimeClient | null = null;
  #closing: Promise<unknown> = Promise.resolve();

  constructor(options: Omit<LiveChannelOptions<ChatSession>, 'parseSession'>) {
    this.#options = options;
  }

  /** A client with a fresh token, once the last socket is gone. */
  async open(): Promise<RealtimeClient> {
    await this.#closing;
    this.#client ??= this.#create();
    // The token must be there before a channel is made, or the join goes out without it.
    await this.#client.setAuth();
    return this.#client;
  }

  /** Leaves the channel and closes the socket. */
  close(channel: RealtimeChannel): void {
    const client = this.#client;
    if (!client) return;
    void client.removeChannel(channel);
    // The library may still be in the middle of telling about the loss; what it does next must not undo this.
    this.#closing = Promise.resolve()
      .then(() => client.disconnect())
      .then(() => {
        client.reconnectTimer.reset();
        // What a dead channel still wanted to say would be said on the next socket.
        client.sendBuffer.length = 0;
        // Each connect adds callbacks that nothing ever removes.
        for (const callbacks of Object.values(client.stateChangeCallbacks)) callbacks.length = 0;
      });
  }

  #create(): RealtimeClient {
    const { url, key, accessToken, transport } = this.#options;
    return new RealtimeClient(`${url.replace(/^http/, 'ws')}/realtime/v1`, {
      params: { apikey: key },
      accessToken: async () => (await accessToken?.()) ?? null,
      reconnectAfterMs: () => NEVER,
      disconnectOnEmptyChannelsAfterMs: NEVER,
      ...(transport ? { transport } : {}),
    });
  }
}

class Listening<S extends ChatSession> {
  readonly #options: LiveChannelOptions<S>;
  readonly #connector: Connector;
  readonly #topic: string;
  readonly #handlers: LiveHandlers<S>;
  readonly #unwatch: () => void;
  #channel: RealtimeChannel | null = null;
  #joined = false;
  #joinedAt = 0;
  #losses = 0;
  #timer: unknown = null;
  #attempt = 0;
  #stopped = false;

  constructor(
    options: LiveChannelOptions<S>,
    connector: Connector,
    topic: string,
    handlers: LiveHandlers<S>,
  ) {
    this.#options = options;
    this.#connector = connector;
    this.#topic = topic;
    this.#handlers = handlers;
    this.#unwatch = options.environment.onWake(() => this.#wake());
    void this.#join();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#unwatch();
    this.#dropChannel();
    this.#cancelTimer();
  }

  async #join(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    let channel: RealtimeChannel;
    try {
      const client = await this.#connector.open();
      if (attempt !== this.#attempt || this.#stopped) return;
      channel = client.channel(this.#topic, {
        config: { private: true, broadcast: { self: false, ack: false, replication_ready: true } },
      });
      this.#channel = channel;
      const isCurrent = () => channel === this.#channel;
      channel
        .on('broadcast', { event: '*' }, ({ event, payload }) => {
          if (isCurrent()) this.#receive(event, payload);
        })
        .on('system', {}, ({ extension, status }) => {
          if (isCurrent() && extension === 'system' && status === 'ok') this.#handlers.onReady();
        })
        .subscribe((status) => {
          if (!isCurrent()) return;
          if (status === 'SUBSCRIBED') this.#setJoined(true);
          else this.#lost();
        });
    } catch {
      // No WebSocket at all, or a content security policy against it: the core polls meanwhile.
      if (attempt === this.#attempt && !this.#stopped) this.#lost();
    }
  }

  #lost(): void {
    this.#dropChannel();
    if (this.#joined && this.#options.clock.now() - this.#joinedAt > STEADY) this.#losses = 0;
    const longest = WAITS[Math.min(this.#losses, WAITS.length - 1)] ?? STEADY;
    this.#losses += 1;
    this.#setJoined(false);
    this.#cancelTimer();
    this.#timer = this.#options.clock.setTimeout(
      () => {
        this.#timer = null;
        void this.#join();
      },
      longest * (0.5 + 0.5 * this.#options.clock.random()),
    );
  }

  /** The page is back: no use in waiting any longer. */
  #wake(): void {
    if (this.#timer === null) return;
    this.#cancelTimer();
    this.#losses = 0;
    void this.#join();
  }

  #receive(event: string, payload: unknown): void {
    try {
      const parsed = parseLiveEvent(event, payload, this.#options.parseSession);
      if (parsed) this.#handlers.onEvent(parsed);
    } catch {
      // Not understood: whatever it was, a sync fetches it.
      this.#handlers.onEvent({ type: 'resync' });
    }
  }

  #setJoined(joined: boolean): void {
    if (!joined && !this.#joined) return;
    this.#joined = joined;
    if (joined) this.#joinedAt = this.#options.clock.now();
    this.#handlers.onJoined(joined);
  }

  #dropChannel(): void {
    const channel = this.#channel;
    this.#channel = null;
    if (channel) this.#connector.close(channel);
  }

  #cancelTimer(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
