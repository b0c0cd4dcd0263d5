import type { Clock } from '../../ports.ts';
import { FakeEnvironment } from '../fake-browser.ts';
import type { Chance } from './chance.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface PageHost {
  readonly time: VirtualTime;
  readonly chance: Chance;
  /** What the browser's clock is ahead of the truth, in ms. */
  skew: number;
  /** How long the timers of a hidden page may be late, in ms. */
  readonly throttle: number;
  /** Something has just happened on this page. */
  onTask(page: Page): void;
}

/**
 * One page as a browser runs it: everything that reaches it from outside is a task. A frozen page keeps its tasks
 * for later, a dead one has none. Tasks from one source come in order, others in any.
 */
export class Page {
  readonly name: string;
  readonly environment = new FakeEnvironment();
  readonly clock: Clock;
  readonly #host: PageHost;
  /** `parked`: frozen in the back-forward cache. */
  #state: 'running' | 'frozen' | 'parked' | 'dead' = 'running';
  /** What came due while nothing ran. */
  #held: (() => void)[] = [];
  /** Tasks of a source that keeps its order, and when the last of them is due. */
  readonly #sources = new Map<string, { readonly tasks: (() => void)[]; due: number }>();
  /** Timers that are set. */
  timers = 0;

  constructor(name: string, host: PageHost) {
    this.name = name;
    this.#host = host;
    const { time, chance } = host;
    let ids = 0;
    this.clock = {
      now: () => time.now + host.skew,
      random: () => chance.next(),
      uuid: () => `${Math.floor(chance.next() * 0xffffffff).toString(16)}-${name}-${ids++}`,
      secret: () => `${name}-${ids++}`.padEnd(43, String(chance.below(1e9))).slice(0, 43),
      setTimeout: (callback, ms) => {
        const timer = { isSet: true };
        this.timers += 1;
        const late = this.environment.isVisible() ? 0 : chance.between(0, host.throttle);
        time.after(ms + late, () =>
          this.#arrive(() => {
            if (!timer.isSet) return;
            timer.isSet = false;
            this.timers -= 1;
            callback();
          }),
        );
        return timer;
      },
      clearTimeout: (handle) => {
        const timer = handle as { isSet: boolean } | null;
        if (!timer?.isSet) return;
        timer.isSet = false;
        this.timers -= 1;
      },
    };
  }

  get isAlive(): boolean {
    return this.#state !== 'dead';
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isParked(): boolean {
    return this.#state === 'parked';
  }

  /** Something from outside happens here, in order with what comes from the same source, if it has one. */
  post(source: string | null, delay: number, run: () => void): void {
    const { time } = this.#host;
    if (source === null) {
      time.after(delay, () => this.#arrive(run));
      return;
    }
    const queue = this.#sources.get(source) ?? { tasks: [], due: 0 };
    this.#sources.set(source, queue);
    queue.tasks.push(run);
    queue.due = Math.max(queue.due, time.now + delay);
    time.at(queue.due, () => this.#arrive(() => queue.tasks.shift()?.()));
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  park(): void {
    this.environment.leave();
    this.#state = 'parked';
  }

  /** What waited happens now. */
  thaw(): void {
    if (this.#state !== 'frozen' && this.#state !== 'parked') return;
    const isBack = this.#state === 'parked';
    this.#state = 'running';
    const held = this.#held;
    this.#held = [];
    if (isBack) this.post(null, 0, () => this.environment.wake());
    let delay = 0;
    for (const run of held) {
      delay += this.#host.chance.between(0, 5);
      this.post(null, delay, run);
    }
  }

  die(): void {
    this.#state = 'dead';
    this.#held = [];
  }

  /** The page itself does something. */
  act(run: () => void): void {
    run();
    this.#host.onTask(this);
  }

  #arrive(run: () => void): void {
    if (this.#state === 'running') this.act(run);
    else if (this.#state !== 'dead') this.#held.push(run);
  }
}
