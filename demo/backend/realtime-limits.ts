/** What a project may do at most. The defaults are those of a self-hosted platform. */
export interface RealtimeLimits {
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

const BUCKET_MS = 5000;
const BUCKETS = 12;

/** A rolling average over the last minute that is judged only when five seconds are over. */
export class RateCounter {
  readonly #perSecond: number;
  readonly #now: () => number;
  #buckets: number[] = [];
  #current = 0;
  #started: number;

  constructor(perSecond: number, now: () => number = Date.now) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#started = now();
  }

  add(count: number): void {
    this.#roll();
    this.#current += count;
  }

  get exceeded(): boolean {
    this.#roll();
    if (this.#buckets.length === 0) return false;
    const sum = this.#buckets.reduce((total, bucket) => total + bucket, 0);
    return sum / (this.#buckets.length * (BUCKET_MS / 1000)) >= this.#perSecond;
  }

  #roll(): void {
    const over = Math.floor((this.#now() - this.#started) / BUCKET_MS);
    if (over <= 0) return;
    const idle = Array.from({ length: Math.min(over - 1, BUCKETS) }, () => 0);
    this.#buckets = [...this.#buckets, this.#current, ...idle].slice(-BUCKETS);
    this.#current = 0;
    this.#started += over * BUCKET_MS;
  }
}
