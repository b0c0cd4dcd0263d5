import type { ChatMessage, ChatSession } from './model.ts';
import type { HistoryRange, Known } from './ports.ts';
import { isBehind, lastSeq, prepend, receive, refresh, startTimeline, type Timeline } from './timeline.ts';

/** As a known seq it asks for nothing but the session: no number is higher in the database. */
export const NO_MESSAGES = 2_147_483_647;

interface Entry<S extends ChatSession> {
  session: S;
  /** Null until its messages are asked for. */
  timeline: Timeline | null;
  /** Highest `seq` heard of; tells news from repeats where no timeline does. */
  heard: number;
}

/** Every session a client knows of, with the messages of those that were opened. Stale and repeated input is harmless. */
export class SessionBook<S extends ChatSession> {
  readonly #entries = new Map<string, Entry<S>>();
  /** Sessions that are no more: what is still on its way does not bring them back. */
  readonly #gone = new Set<string>();
  #sessions: readonly S[] | null = null;

  get(id: string): S | null {
    return this.#entries.get(id)?.session ?? null;
  }

  timeline(id: string): Timeline | null {
    return this.#entries.get(id)?.timeline ?? null;
  }

  /** All sessions, the same array until one changes. */
  sessions(): readonly S[] {
    this.#sessions ??= [...this.#entries.values()].map((entry) => entry.session);
    return this.#sessions;
  }

  /** Takes a session unless what is held is newer. */
  put(session: S): void {
    const entry = this.#entries.get(session.id);
    if (this.#gone.has(session.id) || (entry && entry.session.rev > session.rev)) return;
    this.#sessions = null;
    if (entry) entry.session = session;
    else this.#entries.set(session.id, { session, timeline: null, heard: session.lastSeq });
  }

  /** Takes a session with messages that came along. Returns those that are news, in order. */
  take(session: S, messages: readonly ChatMessage[]): readonly ChatMessage[] {
    const before = this.#entries.get(session.id);
    this.put(session);
    const entry = this.#entries.get(session.id);
    if (!entry) return [];
    if (!before && messages.length > 0) {
      entry.heard = Math.min(...messages.map((message) => message.seq)) - 1;
    }
    const heard = entry.heard;
    if (entry.timeline) {
      const { timeline, fresh } = receive(entry.timeline, messages);
      entry.timeline = timeline;
      entry.heard = Math.max(heard, lastSeq(timeline));
      // A page on its way to the timeline may be older than what was heard without one.
      return fresh.filter((message) => message.seq > heard);
    }
    const fresh = messages.filter((message) => message.seq > heard).sort((a, b) => a.seq - b.seq);
    entry.heard = fresh.at(-1)?.seq ?? heard;
    return fresh;
  }

  /** What was said in a session so far is no news any more, though its messages are not held. */
  hear(id: string): void {
    const entry = this.#entries.get(id);
    if (entry && !entry.timeline) entry.heard = Math.max(entry.heard, entry.session.lastSeq);
  }

  /** Takes the newest page of a session; from now on its timeline is kept. Returns what is new at its end. */
  open(session: S, page: readonly ChatMessage[]): readonly ChatMessage[] {
    const isNew = !this.#entries.has(session.id);
    this.put(session);
    const entry = this.#entries.get(session.id);
    if (!entry) return [];
    if (isNew) entry.heard = 0;
    const started = startTimeline(page);
    const { timeline, fresh } = entry.timeline
      ? refresh(entry.timeline, page)
      : { timeline: started, fresh: started.messages };
    entry.timeline = timeline;
    entry.heard = isNew ? lastSeq(timeline) : Math.max(entry.heard, lastSeq(timeline));
    return fresh;
  }

  prepend(id: string, page: readonly ChatMessage[]): void {
    const entry = this.#entries.get(id);
    if (entry?.timeline) entry.timeline = prepend(entry.timeline, page);
  }

  /** Lets go of a session that is no more. */
  forget(id: string): void {
    this.#gone.add(id);
    if (this.#entries.delete(id)) this.#sessions = null;
  }

  /** Lets go of a session's messages, not of the session. */
  closeTimeline(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) entry.timeline = null;
  }

  /** What the client holds, for a sync; only opened sessions with `opened`. */
  known(scope: 'all' | 'opened'): readonly Known[] {
    const known: Known[] = [];
    for (const { session, timeline } of this.#entries.values()) {
      if (scope === 'opened' && !timeline) continue;
      known.push({
        id: session.id,
        seq: timeline ? lastSeq(timeline) : session.lastSeq,
        rev: session.rev,
      });
    }
    return known;
  }

  isBehind(id: string): boolean {
    const entry = this.#entries.get(id);
    return entry?.timeline ? isBehind(entry.timeline, entry.session.lastSeq) : false;
  }

  /** Whether there are messages of a session that are not held, or not yet. */
  lacks(id: string): boolean {
    const entry = this.#entries.get(id);
    return entry !== undefined && (entry.timeline === null || this.isBehind(id));
  }

  /** Fetches what opened timelines still miss, page by page. Returns the news by session. */
  async catchUp(
    history: (sessionId: string, range: HistoryRange) => Promise<readonly ChatMessage[]>,
  ): Promise<readonly { readonly session: S; readonly fresh: readonly ChatMessage[] }[]> {
    const news: { session: S; fresh: readonly ChatMessage[] }[] = [];
    for (const id of [...this.#entries.keys()]) {
      for (;;) {
        const timeline = this.timeline(id);
        if (!timeline || !this.isBehind(id)) break;
        const page = await history(id, { after: lastSeq(timeline), limit: 100 });
        const session = this.get(id);
        if (!session) break;
        const fresh = this.take(session, page);
        if (fresh.length > 0) news.push({ session, fresh });
        // A page that brings nothing must end it, or a wrong number in one row would ask for ever.
        else if (this.timeline(id) === timeline) break;
      }
    }
    return news;
  }

  clear(): void {
    this.#entries.clear();
    this.#gone.clear();
    this.#sessions = null;
  }
}
