// Which conversations a tab of the inbox lists and in what order, kept in step as sessions change.
import type { DeskSession, InboxSort, InboxTab } from './model.ts';

/** The loaded part of one tab's list. */
export interface InboxList {
  readonly tab: InboxTab;
  readonly sort: InboxSort;
  readonly ids: ReadonlySet<string>;
  readonly cursor: string | null;
  /** The last row of the last page as it was then: what sorts behind it belongs to pages not loaded. */
  readonly edge: DeskSession | null;
}

export function firstPage(
  tab: InboxTab,
  sort: InboxSort,
  sessions: readonly DeskSession[],
  cursor: string | null,
): InboxList {
  const ids = new Set(sessions.map((session) => session.id));
  return { tab, sort, ids, cursor, edge: sessions.at(-1) ?? null };
}

export function nextPage(
  list: InboxList,
  sessions: readonly DeskSession[],
  cursor: string | null,
): InboxList {
  const ids = new Set([...list.ids, ...sessions.map((session) => session.id)]);
  return { ...list, ids, cursor, edge: sessions.at(-1) ?? list.edge };
}

/** Whether a session is put off: until a moment to come, or until its visitor writes. */
export function isSnoozed({ snoozedUntil }: DeskSession, now: number): boolean {
  return snoozedUntil !== null && (snoozedUntil === 'infinity' || Date.parse(snoozedUntil) > now);
}

/** Whether a tab lists a session. */
export function belongs(session: DeskSession, tab: InboxTab, me: string | null, now: number): boolean {
  if (tab === 'closed') return session.status === 'closed';
  if (session.status === 'closed') return false;
  if (tab === 'all') return true;
  if (isSnoozed(session, now)) return false;
  const agent = session.agent?.id ?? null;
  return tab === 'unassigned' ? agent === null : agent !== null && agent === me;
}

/** Order of a tab, as the database pages it: who waits longest first, then by newest; or newest first. */
export function compareInTab(a: DeskSession, b: DeskSession, tab: InboxTab, sort: InboxSort): number {
  if (tab !== 'closed' && sort === 'waiting' && (a.waitingSince !== null || b.waitingSince !== null)) {
    if (a.waitingSince === null) return 1;
    if (b.waitingSince === null) return -1;
    return compareTime(a.waitingSince, b.waitingSince) || compareText(a.id, b.id);
  }
  return compareTime(lastActive(b), lastActive(a)) || compareText(b.id, a.id);
}

/** The list after a session changed: rows come, move and go without asking the server. */
export function withChanged(
  list: InboxList,
  session: DeskSession,
  me: string | null,
  now: number,
): InboxList {
  const listed = list.ids.has(session.id);
  const wanted = belongs(session, list.tab, me, now) && !isBeyond(list, session);
  if (listed === wanted) return list;
  const ids = new Set(list.ids);
  if (wanted) ids.add(session.id);
  else ids.delete(session.id);
  return { ...list, ids };
}

/** The rows to show, in order. */
export function rowsOf(list: InboxList, sessions: readonly DeskSession[]): readonly DeskSession[] {
  return sessions
    .filter((session) => list.ids.has(session.id))
    .sort((a, b) => compareInTab(a, b, list.tab, list.sort));
}

function isBeyond(list: InboxList, session: DeskSession): boolean {
  if (list.cursor === null || list.edge === null) return false;
  return compareInTab(session, list.edge, list.tab, list.sort) > 0;
}

function lastActive(session: DeskSession): string {
  return session.lastMessageAt ?? session.createdAt;
}

/** By the moment, not the notation; below a millisecond the digits decide. */
function compareTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b) || compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
