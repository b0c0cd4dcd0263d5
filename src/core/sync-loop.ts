import { backoff, backoffAfter, FIRST_WAIT } from './backoff.ts';
import type { Connection } from './driver.ts';
import { type ChatError, toChatError } from './errors.ts';
import type { ChatSession } from './model.ts';
import type { Clock, LiveChannel, LiveEvent, PageEnvironment, Tabs } from './ports.ts';
import { Timer } from './timer.ts';

export interface SyncLoopOptions<S extends ChatSession> {
  readonly live: LiveChannel<S>;
  readonly environment: PageEnvironment;
  /** A hidden tab looks after nothing that another one looks after. */
  readonly tabs: Tabs;
  readonly clock: Clock;
  /** One pass: fetches what is newer and applies it. */
  sync(): Promise<Synced>;
  onEvent(event: Exclude<LiveEvent<S>, { type: 'resync' }>): void;
  onConnection(connection: Connection): void;
  /** A pass failed. The loop goes on unless it is stopped here. */
  onFailure(error: ChatError): void;
  /** How often to look although joined, in ms (a lost last event shows no gap); null: never. */
  checkEvery(): number | null;
  /** Whether anything can be missed while not joined. */
  pollWanted(visible: boolean): boolean;
  /** What the waits between polls grow to while nothing comes, in ms. */
  readonly longestPoll: number;
}

export interface Synced {
  /** Where to listen from now on. */
  readonly topic: string;
  /** Whether it brought anything: then more may follow soon. */
  readonly changed: boolean;
}

const HIDDEN_POLL = 60_000;
/** Polls without news before they slow down: most of a minute, in which an answer is likely. */
const EAGER_POLLS = 15;

/**
 * Decides when to sync: after each join, when delivery is ready, when the page wakes, on `resync`, on request
 * (a gap), now and then although joined, and by polling while not joined. One pass at a time; what is asked for
 * during a pass makes one more.
 */
export class SyncLoop<S extends ChatSession> {
  readonly #options: SyncLoopOptions<S>;
  #topic: string | null = null;
  #undo: (() => void)[] = [];
  #unlisten: (() => void) | null = null;
  #joined = false;
  #lostAt = 0;
  #polls = 0;
  #failures = 0;
  #failure: ChatError | null = null;
  readonly #timer: Timer;
  #pass: Promise<void> | null = null;
  #again = false;
  /** Tells a pass that began before a stop from one that belongs to the present. */
  #life = 0;

  constructor(options: SyncLoopOptions<S>) {
    this.#options = options;
    this.#timer = new Timer(options.clock);
  }

  get running(): boolean {
    return this.#topic !== null;
  }

  start(topic: string): void {
    if (this.running) {
      if (topic === this.#topic) return;
      this.#listen(topic);
      this.#report();
      this.#schedule();
      return;
    }
    const { environment, tabs } = this.#options;
    this.#life += 1;
    this.#undo = [
      tabs.enter({ onLead: () => this.reconsider(), onMessage: () => {} }),
      environment.onWake(() => this.#wake()),
      environment.onChange(() => {
        this.#report();
        this.#schedule();
      }),
    ];
    this.#listen(topic);
    this.#report();
    this.#schedule();
  }

  stop(): void {
    if (!this.running) return;
    this.#life += 1;
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#unlisten?.();
    this.#unlisten = null;
    this.#topic = null;
    this.#joined = false;
    this.#polls = 0;
    this.#failures = 0;
    this.#failure = null;
    this.#pass = null;
    this.#again = false;
    this.#timer.cancel();
    this.#report();
  }

  /** Syncs now. Resolves when a pass that began after the call has ended, whichever way. */
  request(): Promise<void> {
    if (!this.running) return Promise.resolve();
    if (this.#pass !== null) {
      this.#again = true;
      return this.#pass;
    }
    this.#timer.cancel();
    this.#pass = this.#run(this.#life);
    return this.#pass;
  }

  /** What there is to miss may have changed: plans a look where none is planned. */
  reconsider(): void {
    if (this.#timer.isSet || this.#pass !== null) return;
    this.#polls = Math.min(this.#polls, 1);
    this.#schedule();
  }

  async #run(life: number): Promise<void> {
    do {
      this.#again = false;
      try {
        const { topic, changed } = await this.#options.sync();
        if (life !== this.#life) return;
        this.#failures = 0;
        this.#failure = null;
        if (!this.#joined) this.#polls = changed ? 1 : this.#polls + 1;
        this.#listen(topic);
      } catch (reason) {
        if (life !== this.#life) return;
        this.#failures += 1;
        this.#failure = toChatError(reason);
        this.#options.onFailure(this.#failure);
        if (life !== this.#life) return;
      }
      this.#report();
    } while (this.#again);
    this.#pass = null;
    this.#schedule();
  }

  #listen(topic: string): void {
    if (topic === this.#topic) return;
    this.#unlisten?.();
    this.#topic = topic;
    this.#joined = false;
    this.#lostAt = this.#options.clock.now();
    this.#unlisten = this.#options.live.listen(topic, {
      onJoined: (joined) => {
        if (topic === this.#topic) this.#setJoined(joined);
      },
      onReady: () => {
        if (topic === this.#topic) void this.request();
      },
      onEvent: (event) => {
        if (topic !== this.#topic) return;
        if (event.type === 'resync') void this.request();
        else this.#options.onEvent(event);
      },
    });
  }

  #setJoined(joined: boolean): void {
    if (!joined && !this.#joined) return;
    this.#joined = joined;
    this.#polls = 0;
    if (!joined) this.#lostAt = this.#options.clock.now();
    this.#report();
    if (joined) void this.request();
    else this.#schedule();
  }

  #wake(): void {
    this.#polls = Math.min(this.#polls, 1);
    void this.request();
  }

  #schedule(): void {
    this.#timer.cancel();
    if (!this.running || this.#pass !== null) return;
    const wait = this.#nextWait();
    if (wait !== null) this.#timer.set(wait, () => void this.request());
  }

  #nextWait(): number | null {
    const { clock, environment, tabs } = this.#options;
    const visible = environment.isVisible();
    if (!visible && !tabs.leads) return null;
    const wanted = this.#options.pollWanted(visible);
    if (this.#failure) {
      if (!wanted && !this.#joined) return null;
      return Math.max(backoffAfter(clock, this.#failure, this.#failures), visible ? 0 : HIDDEN_POLL);
    }
    if (this.#joined) return this.#options.checkEvery();
    if (!wanted) return null;
    if (this.#polls === 0) return Math.max(0, this.#lostAt + FIRST_WAIT - clock.now());
    if (!visible) return HIDDEN_POLL;
    return backoff(clock, Math.max(0, this.#polls - EAGER_POLLS), FIRST_WAIT, this.#options.longestPoll);
  }

  #report(): void {
    this.#options.onConnection(this.#connection());
  }

  #connection(): Connection {
    if (!this.running) return 'idle';
    if (!this.#options.environment.isOnline()) return 'offline';
    if (this.#failure?.code === 'offline' || this.#failure?.code === 'unavailable') return 'offline';
    if (this.#joined) return 'live';
    return this.#polls > 0 ? 'polling' : 'connecting';
  }
}
