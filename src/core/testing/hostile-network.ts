import { ChatError } from '../errors.ts';
import type { Clock } from '../ports.ts';

interface Request {
  readonly name: string;
  readonly sentAt: number;
  arrive(): void;
  answer(): void;
  lose(): void;
}

/** When a request without an answer is given up, as requests are in the browser. */
const TIMEOUT = 15_000;

/**
 * A network that does what it is told with each request: takes it to the server, brings the answer back, in any
 * order among the others, or loses it on either way.
 */
export class HostileNetwork {
  /** Whether requests are answered at once and in order, as on a good day. */
  calm = false;
  readonly #clock: Clock;
  #underWay: readonly Request[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The names of the requests under way, as they were sent. */
  get underWay(): readonly string[] {
    return this.#underWay.map(({ name }) => name);
  }

  /** Sends a request; `commit` is what the server does when it arrives. */
  readonly call = <T>(name: string, commit: () => T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      let outcome: (() => void) | null = null;
      const request: Request = {
        name,
        sentAt: this.#clock.now(),
        arrive: () => {
          outcome ??= settled(commit, resolve, reject);
        },
        answer: () => {
          this.#underWay = this.#underWay.filter((other) => other !== request);
          request.arrive();
          outcome?.();
        },
        lose: () => {
          this.#underWay = this.#underWay.filter((other) => other !== request);
          reject(new ChatError('offline', `The answer to ${name} got lost.`));
        },
      };
      this.#underWay = [...this.#underWay, request];
      if (this.calm) request.answer();
    });

  /** One request, any of those under way, arrives; its answer is still to come. */
  arrive(which: number): void {
    this.#pick(which)?.arrive();
  }

  /** One request is answered, with what was true when it arrived. */
  answer(which: number): void {
    this.#pick(which)?.answer();
  }

  /** One request is never answered, whether or not it arrived. */
  lose(which: number): void {
    this.#pick(which)?.lose();
  }

  /** What has waited too long is given up. */
  expire(): void {
    for (const request of this.#underWay) {
      if (this.#clock.now() - request.sentAt >= TIMEOUT) request.lose();
    }
  }

  /** From now on everything arrives, what is under way first. */
  calmDown(): void {
    this.calm = true;
    for (const request of this.#underWay) request.answer();
  }

  #pick(which: number): Request | undefined {
    return this.#underWay[which % Math.max(1, this.#underWay.length)];
  }
}

/** Runs it now, for an answer later. */
function settled<T>(
  commit: () => T,
  resolve: (value: T) => void,
  reject: (reason: unknown) => void,
): () => void {
  try {
    const value = commit();
    return () => resolve(value);
  } catch (reason) {
    return () => reject(reason);
  }
}
