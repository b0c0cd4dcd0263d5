import type { Clock } from '../ports.ts';

/** Time that passes only when told to. `random` is always the middle, ids count up. */
export class FakeClock implements Clock {
  #now = Date.parse('2026-11-23T10:00:00Z');
  #timers: { readonly at: number; readonly callback: () => void }[] = [];
  #ids = 0;

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers = this.#timers.filter((timer) => timer !== handle);
  }

  random(): number {
    return 0.5;
  }

  uuid(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  secret(): string {
    this.#ids += 1;
    return `abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN${String(this.#ids).padStart(3, '0')}`;
  }

  get pending(): number {
    return this.#timers.length;
  }

  /** How long until the next timer, in ms; null where none is set. */
  get wait(): number | null {
    return this.#timers.length === 0 ? null : Math.min(...this.#timers.map(({ at }) => at)) - this.#now;
  }

  /** Lets time pass, timer by timer, with everything that follows from each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets everything that waits for nothing but promises happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
