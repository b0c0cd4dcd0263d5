import { isObject } from '../core/json.ts';
import type { ChatSession } from '../core/model.ts';
import type { LiveChannel, LiveHandlers, PageEnvironment, Tabs } from '../core/ports.ts';
import { Timer } from '../core/timer.ts';
import { parseLiveEvent } from './live-events.ts';
import { RealtimeSocket, type RealtimeSocketOptions } from './realtime-socket.ts';

export interface LiveChannelOptions<S extends ChatSession> extends RealtimeSocketOptions {
  readonly parseSession: (value: unknown, where: string) => S;
  readonly environment: PageEnvironment;
  readonly tabs: Tabs;
}

const WAITS = [1_000, 2_000, 5_000, 10_000, 30_000];
/** A channel that lasted this long was fine; the next loss starts over with short waits. */
const STEADY = 30_000;

/** What tabs tell each other about a topic. */
type Relayed =
  /** By who listens without a socket: how is it? */
  | { readonly live: 'listening' }
  /** The rest by who holds the socket. */
  | { readonly live: 'joined' | 'lost' | 'ready' }
  | { readonly live: 'broadcast'; readonly event: string; readonly payload: unknown };

/**
 * Receives broadcasts on one topic. The tab that leads does so over a socket, which lives as long as it listens,
 * and tells the others what it hears.
 *
 * A channel can end in many ways, some of them for good: closed by the server, over a limit, with a token that
 * has expired on its socket. Here every loss is treated alike: the socket is closed and, after a wait, a new one
 * is opened with a new token. So there is one way back, and it is always the full one.
 */
export function createLiveChannel<S extends ChatSession>(options: LiveChannelOptions<S>): LiveChannel<S> {
  let current: Listening<S> | null = null;
  return {
    listen(topic, handlers) {
      const before = current;
      const listening = new Listening(options, topic, handlers);
      current = listening;
      before?.stop();
      return () => listening.stop();
    },
  };
}

class Listening<S extends ChatSession> {
  readonly #options: LiveChannelOptions<S>;
  readonly #topic: string;
  readonly #handlers: LiveHandlers<S>;
  readonly #undo: readonly (() => void)[];
  #socket: RealtimeSocket | null = null;
  #joined = false;
  #joinedAt = 0;
  #losses = 0;
  readonly #timer: Timer;
  #stopped = false;

  constructor(options: LiveChannelOptions<S>, topic: string, handlers: LiveHandlers<S>) {
    this.#options = options;
    this.#timer = new Timer(options.clock);
    this.#topic = topic;
    this.#handlers = handlers;
    const { environment, tabs } = options;
    this.#undo = [
      environment.onWake(() => this.#wake()),
      tabs.enter({ onLead: () => this.#begin(), onMessage: (message) => this.#hear(message) }),
    ];
    this.#begin();
  }

  stop(): void {
    this.#stopped = true;
    for (const undo of this.#undo) undo();
    this.#hangUp();
  }

  /** Begins anew as who this tab is now: the one with the socket, or one that is told. */
  #begin(): void {
    if (this.#stopped) return;
    this.#hangUp();
    this.#losses = 0;
    this.#setJoined(false);
    if (this.#options.tabs.leads) this.#join();
    else this.#ask();
  }

  /** How is it? Again and again until it is well: the word of a tab that leads no more may come last. */
  #ask(): void {
    this.#tell({ live: 'listening' });
    this.#later(() => this.#ask());
  }

  #join(): void {
    this.#socket = new RealtimeSocket(this.#options, this.#topic, {
      onJoined: () => {
        this.#setJoined(true);
        this.#tell({ live: 'joined' });
      },
      onReady: () => {
        this.#handlers.onReady();
        this.#tell({ live: 'ready' });
      },
      onBroadcast: (event, payload) => {
        this.#tell({ live: 'broadcast', event, payload });
        this.#receive(event, payload);
      },
      onLost: () => this.#lost(),
    });
  }

  #hangUp(): void {
    this.#socket?.close();
    this.#socket = null;
    this.#timer.cancel();
  }

  #lost(): void {
    const isSteady = this.#joined && this.#options.clock.now() - this.#joinedAt > STEADY;
    if (isSteady) this.#losses = 0;
    this.#tell({ live: 'lost' });
    this.#setJoined(false);
    // Who heard that may have stopped listening.
    if (!this.#stopped) this.#later(() => this.#join());
  }

  #later(run: () => void): void {
    const { clock } = this.#options;
    const longest = WAITS[Math.min(this.#losses, WAITS.length - 1)] ?? STEADY;
    this.#losses += 1;
    this.#timer.set(longest * (0.5 + 0.5 * clock.random()), run);
  }

  /** The page is back: no use in waiting any longer, nor in trusting a line that may have died meanwhile. */
  #wake(): void {
    if (!this.#options.tabs.leads) {
      // What was told meanwhile is missed.
      this.#losses = 0;
      this.#ask();
    } else if (!this.#timer.isSet) {
      this.#socket?.probe();
    } else {
      this.#timer.cancel();
      this.#losses = 0;
      this.#join();
    }
  }

  // Between tabs

  #tell(relayed: Relayed): void {
    this.#options.tabs.tell({ topic: this.#topic, ...relayed });
  }

  #hear(message: unknown): void {
    if (!isObject(message) || !('live' in message)) return;
    const isMine = message.topic === this.#topic;
    if (this.#options.tabs.leads) {
      if (message.live !== 'listening') return;
      this.#tell({ live: this.#joined ? 'joined' : 'lost' });
      // One of the two listens where nothing comes any more: who asks the database again knows better.
      if (!isMine) this.#handlers.onEvent({ type: 'resync' });
      return;
    }
    if (!isMine) return;
    if (message.live === 'joined') {
      this.#timer.cancel();
      this.#setJoined(true);
    } else if (message.live === 'lost') {
      if (this.#joined) this.#losses = 0;
      this.#setJoined(false);
      this.#later(() => this.#ask());
    } else if (message.live === 'ready') this.#handlers.onReady();
    else if (message.live === 'broadcast' && typeof message.event === 'string') {
      this.#receive(message.event, message.payload);
    }
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
}
