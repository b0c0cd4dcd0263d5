import type { ChatError } from './errors.ts';
import type { Clock } from './ports.ts';

export const FIRST_WAIT = 3_000;
const LONGEST_WAIT = 30_000;

/** How long to wait before try `attempt` (0, 1, 2 …), in ms, spread so that clients do not march in step. */
export function backoff(clock: Clock, attempt: number, first = FIRST_WAIT, longest = LONGEST_WAIT): number {
  const wait = Math.min(longest, first * 1.6 ** attempt);
  return wait * (0.85 + 0.3 * clock.random());
}

/** The same after a failure: never sooner than the server asks, and slowly where only a change elsewhere helps. */
export function backoffAfter(clock: Clock, error: ChatError, failures: number, first = FIRST_WAIT): number {
  const asked = (error.retryAfter ?? 0) * 1_000;
  const wait = error.retryable ? backoff(clock, failures - 1, first) : LONGEST_WAIT * (1 + clock.random());
  return Math.max(asked, wait);
}
