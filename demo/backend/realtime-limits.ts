/** What a project may do at most. The defaults are those of a self-hosted platform. */
export interface RealtimeLimits {
  /** Connections with a channel; those without do not count. */
  readonly sockets: number;
  readonly channelsPerSocket: number;
  readonly joinsPerSecond: number;
  readonly eventsPerSecond: number;
  readonly payloadBytes: number;
  readonly frameBytes: number;
}

export const DEFAULT_LIMITS: RealtimeLimits = {
  sockets: 200,
  channelsPerSocket: 100,
  joinsPerSecond: 100,
  eventsPerSecond: 100,
  payloadBytes: 3_000_500,
  frameBytes: 5_000_000,
};

export const RATE_INTERVAL_MS = 5000;
const BUCKETS = 12;

interface RateOptions {
  /** How long one bucket is filled before it counts. */
  readonly intervalMs?: number;
  readonly now?: () => number;
}

/** A rolling average over twelve intervals that is judged only when an interval is over. */
export class RateCounter {
  readonly #perSecond: number;
  readonly #intervalMs: number;
  readonly #now: () => number;
  #buckets: number[] = [];
  #current = 0;
  #started: number;

  constructor(perSecond: number, { intervalMs = RATE_INTERVAL_MS, now = Date.now }: RateOptions = {}) {
    this.#perSecond = perSecond;
    this.#intervalMs = intervalMs;
    this.#now = now;
    this.#started = now();
  }

  add(count: number): void {
    this.#roll();
    this.#current += count;
  }

  /** Per second. */
  get average(): number {
    this.#roll();
    if (this.#buckets.length === 0) return 0;
    const sum = this.#buckets.reduce((total, bucket) => total + bucket, 0);
    return sum / (this.#buckets.length * (this.#intervalMs / 1000));
  }

  get exceeded(): boolean {
    return this.average >= this.#perSecond;
  }

  /** Whether that many more at once would be too many. */
  exceededBy(count: number): boolean {
    return this.average + count > this.#perSecond;
  }

  #roll(): void {
    const over = Math.floor((this.#now() - this.#started) / this.#intervalMs);
    if (over <= 0) return;
    const idle = Array.from({ length: Math.min(over - 1, BUCKETS) }, () => 0);
    this.#buckets = [...this.#buckets, this.#current, ...idle].slice(-BUCKETS);
    this.#current = 0;
    this.#started += over * this.#intervalMs;
  }
}
