import type { ChatSession } from '../core/model.ts';
import type { LiveChannel, LiveHandlers, PageEnvironment } from '../core/ports.ts';
import { parseLiveEvent } from './live-events.ts';
import { RealtimeSocket, type RealtimeSocketOptions } from './realtime-socket.ts';

export interface LiveChannelOptions<S extends ChatSession> extends RealtimeSocketOptions {
  readonly parseSession: (value: unknown, where: string) => S;
  readonly environment: PageEnvironment;
}

const WAITS = [1_000, 2_000, 5_000, 10_000, 30_000];
/** A channel that lasted this long was fine; the next loss starts over with short waits. */
const STEADY = 30_000;

/**
 * Receives broadcasts on one topic over a socket that lives as long as somebody listens.
 *
 * A channel can end in many ways, some of them for good: closed by the server, over a limit, with a token that
 * has expired on its socket. Here every loss is treated alike: the socket is closed and, after a wait, a new one
 * is opened with a new token. So there is one way back, and it is always the full one.
 */
export function createLiveChannel<S extends ChatSession>(options: LiveChannelOptions<S>): LiveChannel<S> {
  let current: Listening<S> | null = null;
  return {
    listen(topic, handlers) {
      current?.stop();
      const listening = new Listening(options, topic, handlers);
      current = listening;
      return () => listening.stop();
    },
  };
}

class Listening<S extends ChatSession> {
  readonly #options: LiveChannelOptions<S>;
  readonly #topic: string;
  readonly #handlers: LiveHandlers<S>;
  readonly #unwatch: () => void;
  #socket: RealtimeSocket | null = null;
  #joined = false;
  #joinedAt = 0;
  #losses = 0;
  #timer: unknown = null;
  #stopped = false;

  constructor(options: LiveChannelOptions<S>, topic: string, handlers: LiveHandlers<S>) {
    this.#options = options;
    this.#topic = topic;
    this.#handlers = handlers;
    this.#unwatch = options.environment.onWake(() => this.#wake());
    this.#join();
  }

  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    this.#socket?.close();
    this.#cancelTimer();
  }

  #join(): void {
    this.#timer = null;
    this.#socket = new RealtimeSocket(this.#options, this.#topic, {
      onJoined: () => this.#setJoined(true),
      onReady: () => this.#handlers.onReady(),
      onBroadcast: (event, payload) => this.#receive(event, payload),
      onLost: () => this.#lost(),
    });
  }

  #lost(): void {
    const { clock } = this.#options;
    if (this.#joined && clock.now() - this.#joinedAt > STEADY) this.#losses = 0;
    const longest = WAITS[Math.min(this.#losses, WAITS.length - 1)] ?? STEADY;
    this.#losses += 1;
    this.#setJoined(false);
    // Who heard that may have stopped listening.
    if (this.#stopped) return;
    this.#timer = clock.setTimeout(() => this.#join(), longest * (0.5 + 0.5 * clock.random()));
  }

  /** The page is back: no use in waiting any longer, nor in trusting a line that may have died meanwhile. */
  #wake(): void {
    if (this.#timer === null) {
      this.#socket?.probe();
      return;
    }
    this.#cancelTimer();
    this.#losses = 0;
    this.#join();
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

  #cancelTimer(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
