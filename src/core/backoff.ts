import type { ChatError } from './errors.ts';
import type { Clock } from './ports.ts';

export const FIRST_WAIT = 3_000;
const LONGEST_WAIT = 30_000;

/** How long to wait before try `attempt` (0, 1, 2 …): from 3 s to 30 s, spread so that clients do not march in step. */
export function backoff(clock: Clock, attempt: number): number {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 1.6 ** attempt);
  return wait * (0.85 + 0.3 * clock.random());
}

/** The same after a failure: never sooner than the server asks, and slowly where only a change elsewhere helps. */
export function backoffAfter(clock: Clock, error: ChatError, failures: number): number {
  const asked = (error.retryAfter ?? 0) * 1_000;
  const wait = error.retryable ? backoff(clock, failures - 1) : LONGEST_WAIT * (1 + clock.random());
  return Math.max(asked, wait);
}
