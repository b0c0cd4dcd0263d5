// Which conversations a tab of the inbox lists and in what order, kept in step as sessions change.
import type { DeskSession, InboxFilter, InboxSort, InboxTab, InboxView } from './model.ts';

export const NO_FILTER: InboxFilter = {
  agent: null,
  tag: null,
  priority: null,
  unread: false,
  snoozed: false,
  active: null,
};

const DAY = 86_400_000;
/** Most urgent first. */
export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;

/** The loaded part of one tab's list. */
export interface InboxList extends InboxView {
  readonly ids: ReadonlySet<string>;
  readonly cursor: string | null;
  /** The last row of the last page as it was then: what sorts behind it belongs to pages not loaded. */
  readonly edge: DeskSession | null;
}

export function firstPage(
  { tab, sort, filter }: InboxView,
  sessions: readonly DeskSession[],
  cursor: string | null,
): InboxList {
  const ids = new Set(sessions.map((session) => session.id));
  return { tab, sort, filter, ids, cursor, edge: sessions.at(-1) ?? null };
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
export function belongs(
  session: DeskSession,
  tab: InboxTab,
  me: string | null,
  now: number,
  filter: InboxFilter = NO_FILTER,
): boolean {
  if (!passes(session, filter, now)) return false;
  if (tab === 'closed') return session.status === 'closed';
  if (session.status === 'closed') return false;
  if (tab === 'all') return true;
  if (isSnoozed(session, now) && !filter.snoozed) return false;
  const agent = session.agent?.id ?? null;
  return tab === 'unassigned' ? agent === null : agent !== null && agent === me;
}

function passes(session: DeskSession, filter: InboxFilter, now: number): boolean {
  const { agent, priority, unread, snoozed } = filter;
  const tag = filter.tag?.toLowerCase() ?? null;
  if (agent !== null && session.agent?.id !== agent) return false;
  if (tag !== null && !session.tags.some((one) => one.toLowerCase() === tag)) return false;
  if (priority !== null && session.priority !== priority) return false;
  if (unread && session.unread === 0) return false;
  if (snoozed && !isSnoozed(session, now)) return false;
  const { after, before } = span(filter, now);
  const at = Date.parse(lastActive(session));
  return at >= after && at < before;
}

/** The first and the last of the days that are asked for, in whichever order; one may be empty, both are where none are. */
export function spanDays(active: InboxFilter['active']): readonly [first: string, last: string] {
  const [first = '', last] = (active ?? '').split('/');
  if (last === undefined) return ['', ''];
  return first !== '' && last !== '' && first > last ? [last, first] : [first, last];
}

/** In this browser's time zone. */
export function startOf(day: string): Date {
  return new Date(`${day}T00:00`);
}

/** From when to when the last message came. */
function span({ active }: InboxFilter, now: number): { after: number; before: number } {
  const [first, last] = spanDays(active);
  if (first || last) {
    const end = startOf(last);
    end.setDate(end.getDate() + 1);
    return {
      after: first ? startOf(first).getTime() : Number.NEGATIVE_INFINITY,
      before: last ? end.getTime() : Number.POSITIVE_INFINITY,
    };
  }
  const days = { day: 1, week: 7, month: 30 }[active as string] ?? 0;
  return {
    after: days === 0 ? Number.NEGATIVE_INFINITY : now - days * DAY,
    before: active === 'before-week' ? now - 7 * DAY : Number.POSITIVE_INFINITY,
  };
}

export function isFiltered(filter: InboxFilter): boolean {
  return Object.values(filter).some((asked) => asked !== null && asked !== false);
}

/** A filter as the database takes it; null where it asks for nothing. */
export function toDatabaseFilter(
  filter: InboxFilter,
  now: number,
): Readonly<Record<string, string | boolean>> | null {
  if (!isFiltered(filter)) return null;
  const { active, ...rest } = filter;
  const asked = Object.entries(rest).filter(([, value]) => value !== null && value !== false);
  const { after, before } = span(filter, now);
  return {
    ...(Object.fromEntries(asked) as Record<string, string | boolean>),
    ...(Number.isFinite(after) ? { after: new Date(after).toISOString() } : {}),
    ...(Number.isFinite(before) ? { before: new Date(before).toISOString() } : {}),
  };
}

/** Order of a tab, as the database pages it: who waits longest first, then by newest; newest first; or most urgent first. */
export function compareInTab(a: DeskSession, b: DeskSession, tab: InboxTab, sort: InboxSort): number {
  if (tab !== 'closed' && sort === 'waiting' && (a.waitingSince !== null || b.waitingSince !== null)) {
    if (a.waitingSince === null) return 1;
    if (b.waitingSince === null) return -1;
    return compareTime(a.waitingSince, b.waitingSince) || compareText(a.id, b.id);
  }
  if (tab !== 'closed' && sort === 'priority' && a.priority !== b.priority) {
    return PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority);
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
  const wanted = belongs(session, list.tab, me, now, list.filter) && !isBeyond(list, session);
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
