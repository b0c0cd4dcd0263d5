// What an agent does about conversations besides talking, to one or to many, and how each of it is taken back.
import { ChatError } from './errors.ts';
import type { DeskSession, DeskVisitor, Priority } from './model.ts';
import type { AgentApi } from './ports.ts';

export type DeskAction =
  /** `agentId` null: to nobody. */
  | { readonly type: 'assign'; readonly agentId: string | null }
  | { readonly type: 'close' }
  | { readonly type: 'reopen' }
  /** `until`: ISO 8601, `infinity` for until the visitor writes, null for no longer. */
  | { readonly type: 'snooze'; readonly until: string | null }
  | { readonly type: 'priority'; readonly priority: Priority }
  | { readonly type: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly type: 'unread' }
  /** Of the visitors, not only of the conversation. `until`: ISO 8601, `infinity` for good, null to let them in again. */
  | { readonly type: 'block'; readonly until: string | null };

/** What was just done and can be taken back. */
export interface DeskDone {
  readonly action: DeskAction;
  /** The conversations it was done to, as they were. */
  readonly before: readonly DeskSession[];
}

export interface DeskActionsOptions {
  readonly api: Pick<
    AgentApi,
    'assign' | 'close' | 'reopen' | 'snooze' | 'setPriority' | 'tag' | 'unread' | 'read' | 'block' | 'session'
  >;
  /** A conversation as it is known now. */
  readonly session: (id: string) => DeskSession | null;
  /** Undefined where that visitor is not loaded. */
  readonly blockedUntil: (visitorId: string) => string | null | undefined;
  readonly now: () => number;
  readonly changed: (session: DeskSession) => void;
  readonly visitorChanged: (visitor: DeskVisitor) => void;
}

/** How long something can be taken back, in ms, counted anew while its toast is looked at. */
export const UNDO_FOR = 8_000;
/** Requests that are under way at once where many conversations are meant. */
const AT_ONCE = 4;

interface Change {
  readonly before: DeskSession;
  readonly after: DeskSession;
  readonly blockedUntil: string | null;
}

interface Doing {
  readonly done: DeskDone;
  readonly changes: readonly Change[];
  readonly at: number;
}

export class DeskActions {
  readonly #options: DeskActionsOptions;
  /** What can be taken back, the latest at the end. */
  #done: readonly Doing[] = [];

  constructor(options: DeskActionsOptions) {
    this.#options = options;
  }

  /**
   * Does it to those it changes something about. Says what was done, and rejects with the first refusal after all were
   * tried. `seen`: the newest message that was on screen, where that is not the newest there is.
   */
  async run(
    action: DeskAction,
    sessions: readonly DeskSession[],
    onDone: (done: DeskDone) => void,
    seen?: number,
  ): Promise<void> {
    const changes: Change[] = [];
    const refused = await inTurns(
      sessions.filter((session) => concerns(action, session)),
      async (before) => {
        const blockedUntil = action.type === 'block' ? await this.#blockedUntil(before) : null;
        const after = await this.#do(action, before, seen ?? before.lastSeq);
        this.#options.changed(after);
        changes.push({ before, after, blockedUntil });
      },
    );
    if (changes.length > 0) {
      const done = { action, before: changes.map(({ before }) => before) };
      this.#done = [
        ...this.#done.filter((one) => this.#isRecent(one)),
        { done, changes, at: this.#options.now() },
      ];
      onDone(done);
    }
    if (refused) throw refused;
  }

  /** What was done before the last of it, and can still be taken back after that. */
  get earlier(): DeskDone | null {
    const earlier = this.#done.at(-2);
    return earlier && this.#isRecent(earlier) ? earlier.done : null;
  }

  /** Takes back what was done last, as far as nobody has changed it since. */
  async undo(): Promise<void> {
    const last = this.#done.at(-1);
    this.#done = this.#done.slice(0, -1);
    if (!last) return;
    const { action } = last.done;
    const refused = await inTurns(last.changes, async (change) => {
      const session = await this.#undo(action, change);
      if (session) this.#options.changed(session);
    });
    if (refused) throw refused;
  }

  /** It is too late now. */
  forget(): void {
    this.#done = [];
  }

  #isRecent({ at }: Doing): boolean {
    return this.#options.now() - at < UNDO_FOR;
  }

  async #blockedUntil({ id, visitor }: DeskSession): Promise<string | null> {
    const known = this.#options.blockedUntil(visitor.id);
    return known === undefined ? (await this.#options.api.session(id)).visitor.blockedUntil : known;
  }

  async #do(action: DeskAction, session: DeskSession, seen: number): Promise<DeskSession> {
    const { api } = this.#options;
    switch (action.type) {
      case 'assign':
        return api.assign(session.id, action.agentId, session.agent?.id ?? null);
      case 'close':
        return api.close(session.id, seen);
      case 'reopen':
        return api.reopen(session.id);
      case 'snooze':
        return api.snooze(session.id, action.until, seen);
      case 'priority':
        return api.setPriority(session.id, action.priority);
      case 'tag':
        return api.tag(session.id, action.add, action.remove);
      case 'unread':
        return api.unread(session.id);
      case 'block':
        this.#options.visitorChanged(await api.block(session.visitor.id, action.until));
        return session;
    }
  }

  async #undo(action: DeskAction, { before, after, blockedUntil }: Change): Promise<DeskSession | null> {
    const { api } = this.#options;
    const now = this.#options.session(before.id) ?? after;
    switch (action.type) {
      case 'assign':
        return api.assign(before.id, before.agent?.id ?? null, after.agent?.id ?? null);
      case 'close': {
        if (hasGoneOn(after, now)) throw changedMeanwhile();
        const session = await api.reopen(before.id);
        const until = this.#stillAhead(before.snoozedUntil);
        return until === null ? session : api.snooze(before.id, until, after.lastSeq);
      }
      case 'reopen':
        if (hasGoneOn(after, now)) throw changedMeanwhile();
        return api.close(before.id, after.lastSeq);
      case 'snooze':
        if (now.snoozedUntil !== after.snoozedUntil) throw changedMeanwhile();
        return api.snooze(before.id, this.#stillAhead(before.snoozedUntil), after.lastSeq);
      case 'priority':
        if (now.priority !== after.priority) throw changedMeanwhile();
        return api.setPriority(before.id, before.priority);
      case 'tag':
        return api.tag(before.id, without(before.tags, after.tags), without(after.tags, before.tags));
      case 'unread':
        return api.read(before.id, before.lastSeq);
      case 'block':
        this.#options.visitorChanged(await api.block(before.visitor.id, this.#stillAhead(blockedUntil)));
        return null;
    }
  }

  /** What has ended meanwhile is not begun again. */
  #stillAhead(until: string | null): string | null {
    if (until === null || until === 'infinity') return until;
    return Date.parse(until) > this.#options.now() ? until : null;
  }
}

/** Whether an action would change anything about a conversation. */
export function concerns(action: DeskAction, session: DeskSession): boolean {
  const closed = session.status === 'closed';
  switch (action.type) {
    case 'assign':
      return !closed && (session.agent?.id ?? null) !== action.agentId;
    case 'close':
      return !closed;
    case 'reopen':
      return closed;
    case 'snooze':
      return !closed && session.snoozedUntil !== action.until;
    case 'priority':
      return session.priority !== action.priority;
    case 'tag': {
      const has = new Set(session.tags.map((tag) => tag.toLowerCase()));
      return (
        action.add.some((tag) => !has.has(tag.toLowerCase())) ||
        action.remove.some((tag) => has.has(tag.toLowerCase()))
      );
    }
    case 'unread':
      return session.unread === 0;
    case 'block':
      return true;
  }
}

/** Runs a few at a time, all of them. Returns the first refusal. */
async function inTurns<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<unknown> {
  const waiting = [...items];
  let refused: unknown = null;
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await run(item);
      } catch (reason) {
        refused ??= reason;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return refused;
}

/** Whether somebody spoke there, or took, closed or opened it. */
function hasGoneOn(after: DeskSession, now: DeskSession): boolean {
  return now.lastSeq > after.lastSeq || now.status !== after.status || now.agent?.id !== after.agent?.id;
}

function changedMeanwhile(): ChatError {
  return new ChatError('conflict', 'Somebody else has changed it since.');
}

function without(tags: readonly string[], others: readonly string[]): readonly string[] {
  return tags.filter((tag) => !others.includes(tag));
}
