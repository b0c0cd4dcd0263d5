// How long a visitor has been waiting, and how bad that is.
import { isSnoozed } from '../core/inbox.ts';
import type { DeskSession, DeskSettings } from '../core/model.ts';

/** `calm` until the first threshold, then `amber`, then `red`; `none` where nobody waits. */
export type WaitingLevel = 'none' | 'calm' | 'amber' | 'red';

/** Used until the settings have come; what the database begins with. */
const defaults = { waitingAmber: 120, waitingRed: 600 };

/** Whole seconds since the first unanswered message; null where nobody waits, or it was put off until later. */
export function waitingSeconds(session: DeskSession, now: number): number | null {
  if (session.status === 'closed' || session.waitingSince === null) return null;
  if (isSnoozed(session, now)) return null;
  const since = Date.parse(session.waitingSince);
  return Number.isNaN(since) ? null : Math.max(0, Math.floor((now - since) / 1000));
}

export function waitingLevel(
  seconds: number | null,
  settings: Pick<DeskSettings, 'waitingAmber' | 'waitingRed'> | null,
): WaitingLevel {
  if (seconds === null) return 'none';
  const { waitingAmber, waitingRed } = settings ?? defaults;
  if (seconds >= waitingRed) return 'red';
  return seconds >= waitingAmber ? 'amber' : 'calm';
}
