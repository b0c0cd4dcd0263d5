import { ChatError } from '../../errors.ts';
import type { Call } from '../truth.ts';
import type { Browser, Page } from './browser.ts';
import { CALM, type Climate } from './climate.ts';

/** When a request without an answer is given up, as requests are in the browser. */
const TIMEOUT = 15_000;

export interface Underway {
  readonly page: Page;
  readonly name: string;
}

/** The way from pages to the database and back, in the weather of this world. */
export class Network {
  climate: Pick<Climate, 'requests'>;
  /** Requests that pages wait for. */
  readonly underWay = new Set<Underway>();
  trace: (page: Page, line: () => string) => void = () => {};

  constructor(climate: Climate) {
    this.climate = climate;
  }

  calmDown(): void {
    this.climate = CALM;
  }

  /** Sends requests for a page; each commits, if it does, whatever becomes of the page meanwhile. */
  callFrom(page: Page, browser: Browser): Call {
    const { time, chance } = browser;
    return (name, commit) =>
      new Promise((resolve, reject) => {
        const { requests } = this.climate;
        const request: Underway = { page, name };
        this.underWay.add(request);
        let isOver = false;
        const settle = (delay: number, act: () => void) =>
          page.post(null, delay, () => {
            if (isOver) return;
            isOver = true;
            this.underWay.delete(request);
            act();
          });
        const fail = (delay: number, makeError: () => ChatError) =>
          settle(delay, () => {
            const error = makeError();
            this.trace(page, () => `${name}: ${error.code}`);
            reject(error);
          });
        const commitAfter = (delay: number, isAnswered: boolean) =>
          time.after(delay, () => {
            const back = chance.between(1, requests.slowest);
            try {
              const value = commit();
              this.trace(page, () => `${name} is committed${isAnswered ? '' : ', and not answered'}`);
              if (!isAnswered) fail(back, () => new ChatError('offline', 'The answer got lost.'));
              else settle(back, () => resolve(value));
            } catch (reason) {
              if (!(reason instanceof ChatError)) throw reason;
              fail(back, () => (isAnswered ? reason : new ChatError('offline', 'The answer got lost.')));
            }
          });

        const there = chance.between(1, requests.slowest);
        let luck = chance.next();
        const is = (share: number) => {
          const hit = luck < share;
          luck -= share;
          return hit;
        };
        fail(TIMEOUT, () => new ChatError('offline', 'No answer in time.'));
        if (!browser.isOnline) fail(5, () => new ChatError('offline', 'Not connected.'));
        else if (is(requests.lost)) fail(there, () => new ChatError('offline', 'The request got lost.'));
        else if (is(requests.unanswered)) commitAfter(there, false);
        else if (is(requests.limited)) {
          fail(
            there,
            () => new ChatError('rate-limited', 'Slow down.', { retryAfter: 1 + chance.below(30) }),
          );
        } else if (is(requests.failing)) {
          if (chance.happens(0.3)) commitAfter(there, false);
          fail(there + 1, () => new ChatError('unavailable', 'The server cannot.'));
        } else if (is(requests.stuck)) commitAfter(chance.between(TIMEOUT, 3 * TIMEOUT), true);
        else commitAfter(there, true);
      });
  }

  /** Nobody waits for what a page asked any more. */
  forget(page: Page): void {
    for (const request of this.underWay) if (request.page === page) this.underWay.delete(request);
  }
}
