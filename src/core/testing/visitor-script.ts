import { ChatError } from '../errors.ts';
import type { ChatMessage, ChatSession, PageInfo } from '../model.ts';
import type { HistoryRange, Known, ProfilePatch, VisitorApi } from '../ports.ts';
import { availability, message, session, settings } from './samples.ts';

/**
 * The visitor's API by script: it holds one visitor with one conversation, and every call can be made to fail
 * (`fail`) or to commit without an answer (`loseAnswer`).
 */
export class VisitorScript {
  readonly calls: string[] = [];
  topic = 'support-chat:one';
  /** Conversations that are no more. */
  gone: readonly string[] = [];
  token: string | null = null;
  session: ChatSession | null = null;
  messages: ChatMessage[] = [];
  /** What the last start told about the visitor. */
  profile: ProfilePatch | null = null;
  /** Where the visitor was at each sync; null where they did not look. */
  readonly syncedPages: (PageInfo | null)[] = [];
  #failures = new Map<string, { error: ChatError; times: number }>();
  #lost = new Set<string>();
  #held = new Map<string, Promise<void>>();
  #answersHeld = new Map<string, Promise<void>>();

  fail(name: keyof VisitorApi, code: ChatError['code'], times = 1, retryAfter: number | null = null): void {
    this.#failures.set(name, { error: new ChatError(code, `scripted ${code}`, { retryAfter }), times });
  }

  loseAnswer(name: keyof VisitorApi): void {
    this.#lost.add(name);
  }

  /** Holds calls of this name back until the returned function is called. */
  hold(name: keyof VisitorApi): () => void {
    let release = (): void => {};
    this.#held.set(name, new Promise((resolve) => (release = resolve)));
    return () => {
      this.#held.delete(name);
      release();
    };
  }

  /** The same for their answers: what is asked is decided at once, and told later. */
  holdAnswer(name: keyof VisitorApi): () => void {
    let release = (): void => {};
    this.#answersHeld.set(name, new Promise((resolve) => (release = resolve)));
    return () => {
      this.#answersHeld.delete(name);
      release();
    };
  }

  count(name: keyof VisitorApi): number {
    return this.calls.filter((call) => call === name).length;
  }

  /** Somebody says something; it is in the database, whether or not anybody hears of it. */
  say(content: string, patch: Partial<ChatMessage> = {}): { session: ChatSession; message: ChatMessage } {
    const before = this.session ?? session({ rev: 0 });
    const said = message(before.lastSeq + 1, { content, sessionId: before.id, ...patch });
    const unread = said.senderType === 'agent' ? before.unread + 1 : 0;
    this.messages.push(said);
    this.session = { ...before, rev: before.rev + 1, lastSeq: said.seq, unread, preview: content };
    return { session: this.session, message: said };
  }

  change(patch: Partial<ChatSession>): ChatSession {
    const before = this.session ?? session();
    this.session = { ...before, ...patch, rev: before.rev + 1 };
    return this.session;
  }

  #accept(clientId: string, content: string): { session: ChatSession; message: ChatMessage } {
    const known = this.messages.find((candidate) => candidate.clientId === clientId);
    if (known && this.session) return { session: this.session, message: known };
    return this.say(content, { clientId, senderType: 'customer', sender: null });
  }

  async #answer<T>(name: keyof VisitorApi, commit: () => T): Promise<T> {
    this.calls.push(name);
    await this.#held.get(name);
    const failure = this.#failures.get(name);
    if (failure && failure.times > 0) {
      failure.times -= 1;
      throw failure.error;
    }
    const result = commit();
    await this.#answersHeld.get(name);
    if (this.#lost.delete(name)) throw new ChatError('offline', 'scripted loss');
    return result;
  }

  #own(token: string): ChatSession {
    if (token !== this.token || !this.session) throw new ChatError('unauthorized', 'unknown token');
    return this.session;
  }

  readonly api: VisitorApi = {
    open: (token) =>
      this.#answer('open', () => {
        const known = token !== null && token === this.token && this.session !== null;
        return {
          settings,
          availability,
          visitor: known ? { name: '', email: '', verified: false, attributes: {} } : null,
          topic: known ? this.topic : null,
          sessions:
            known && this.session ? [{ session: this.session, messages: this.messages.slice(-50) }] : [],
        };
      }),
    start: (token, { sessionClientId, clientId, content, profile }) =>
      this.#answer('start', () => {
        this.profile = profile;
        this.token = token;
        this.session ??= session({ clientId: sessionClientId, rev: 0 });
        return {
          ...this.#accept(clientId, content),
          topic: this.topic,
          visitor: { name: '', email: '', verified: false, attributes: {} },
        };
      }),
    send: (token, _sessionId, clientId, content) =>
      this.#answer('send', () => {
        this.#own(token);
        return this.#accept(clientId, content);
      }),
    history: (_token, _sessionId, range) => this.#answer('history', () => this.#page(range)),
    sync: (token, known, page) =>
      this.#answer('sync', () => {
        this.syncedPages.push(page);
        return this.#newer(this.#own(token), known);
      }),
    read: (token, _sessionId, seq) =>
      this.#answer('read', () => {
        this.#own(token);
        return this.change({ readSeq: seq, unread: 0 });
      }),
    typing: () => this.#answer('typing', () => undefined),
    close: () => this.#answer('close', () => this.change({ status: 'closed' })),
    reopen: () => this.#answer('reopen', () => this.change({ status: 'open' })),
    rate: (_token, _sessionId, rating) => this.#answer('rate', () => this.change({ rating })),
    updateProfile: (_token, patch) =>
      this.#answer('updateProfile', () => ({
        name: patch.name ?? '',
        email: patch.email ?? '',
        verified: false,
        attributes: {},
      })),
  };

  #page(range: HistoryRange): ChatMessage[] {
    const limit = range.limit ?? 50;
    if ('after' in range) return this.messages.filter(({ seq }) => seq > range.after).slice(0, limit);
    return this.messages.filter(({ seq }) => seq < range.before).slice(-limit);
  }

  #newer(current: ChatSession, known: readonly Known[]) {
    const held = known.find(({ id }) => id === current.id);
    const isNews = !held || held.rev < current.rev || held.seq < current.lastSeq;
    const unheld = this.messages.filter(({ seq }) => seq > (held?.seq ?? 0)).slice(0, 100);
    return {
      topic: this.topic,
      availability,
      sessions: isNews ? [{ session: current, messages: unheld }] : [],
      gone: this.gone,
    };
  }
}
