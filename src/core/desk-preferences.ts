// How one agent likes to work, kept in the browser.
import { NO_FILTER, startOf } from './inbox.ts';
import { parseJson } from './json.ts';
import type { InboxFilter, InboxView } from './model.ts';
import type { KeyValueStorage } from './ports.ts';

export interface SavedView extends InboxView {
  readonly name: string;
}

export interface DeskPreferences {
  /** Whether single letters are commands. */
  readonly letterKeys: boolean;
  /** Whether the desktop tells of messages while nobody looks. */
  readonly notifications: boolean;
  readonly views: readonly SavedView[];
}

const USUAL: DeskPreferences = { letterKeys: true, notifications: false, views: [] };

export class PreferenceBook {
  readonly #storage: KeyValueStorage;
  readonly #key: string;

  constructor(storage: KeyValueStorage, key: string) {
    this.#storage = storage;
    this.#key = key;
  }

  read(): DeskPreferences {
    return parsePreferences(parseJson(this.#storage.get(this.#key)));
  }

  /** Calls back when another window has changed them. Returns its undo. */
  watch(listener: () => void): () => void {
    return this.#storage.watch(this.#key, listener);
  }

  write(preferences: DeskPreferences): void {
    this.#storage.set(this.#key, JSON.stringify(preferences));
  }
}

function parsePreferences(stored: unknown): DeskPreferences {
  if (typeof stored !== 'object' || stored === null) return USUAL;
  const { letterKeys, notifications, views } = stored as Record<string, unknown>;
  return {
    letterKeys: letterKeys !== false,
    notifications: notifications === true,
    views: Array.isArray(views) ? views.flatMap(parseView) : [],
  };
}

function parseView(stored: unknown): SavedView[] {
  if (typeof stored !== 'object' || stored === null) return [];
  const { name, ...view } = stored as Record<string, unknown>;
  return typeof name === 'string' && name !== '' ? [{ name, ...parseInboxView(view) }] : [];
}

/** A list as something else remembers it, a link perhaps; what does not fit is left out. */
export function parseInboxView(remembered: Readonly<Record<string, unknown>>): InboxView {
  const { tab, sort, filter } = remembered;
  const asked = typeof filter === 'object' && filter !== null ? (filter as Record<string, unknown>) : {};
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  return {
    tab: oneOf(tab, ['mine', 'unassigned', 'all', 'closed']) ?? 'mine',
    sort: oneOf(sort, ['waiting', 'newest', 'priority']) ?? 'waiting',
    filter: {
      ...NO_FILTER,
      agent: isId(asked.agent) ? asked.agent : null,
      tag: text(asked.tag),
      priority: oneOf(asked.priority, ['urgent', 'high', 'normal', 'low']),
      unread: asked.unread === true,
      snoozed: asked.snoozed === true,
      active: oneOf(asked.active, ['day', 'week', 'month', 'before-week']) ?? days(asked.active),
    },
  };
}

/** Whether it can be the id of a row: the database would refuse anything else. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value);
}

function days(value: unknown): InboxFilter['active'] {
  const text = typeof value === 'string' ? value : '';
  const given = text.split('/').filter((day) => day !== '');
  const isDay = (day: string) => /^[1-9]\d{3}-\d\d-\d\d$/.test(day) && !Number.isNaN(startOf(day).getTime());
  if (text.split('/').length !== 2 || given.length === 0 || !given.every(isDay)) return null;
  return text as `${string}/${string}`;
}

function oneOf<Word extends string>(value: unknown, words: readonly Word[]): Word | null {
  return words.find((word) => word === value) ?? null;
}
