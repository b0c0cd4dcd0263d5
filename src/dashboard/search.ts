// Finds conversations: at once among those that are loaded, and a moment later among all there are.
import type { ReactiveControllerHost } from 'lit';
import type { AgentDesk } from '../core/agent-desk.ts';
import { type ChatError, toChatError } from '../core/errors.ts';
import type { DeskSession, SearchHit } from '../core/model.ts';

export function matching(sessions: readonly DeskSession[], query: string): readonly DeskSession[] {
  if (query.trim() === '') return sessions;
  return sessions.filter(({ visitor, preview, tags }) =>
    hasWords([visitor.name, visitor.email, preview, ...tags].join('\n'), query),
  );
}

/** Whether a text has every word of a query, or what begins with it. */
export function hasWords(text: string, query: string): boolean {
  const folded = fold(text);
  return fold(query)
    .split(/\s+/u)
    .filter(Boolean)
    .every((word) => folded.includes(word));
}

/** Without case and accents, so that "jose" finds "José". */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Long enough to type another letter. */
const PAUSE = 200;

export interface SearchState {
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  readonly hits: readonly SearchHit[];
  /** Whether there are more than `hits`. */
  readonly more: boolean;
  readonly error: ChatError | null;
}

const IDLE: SearchState = { phase: 'idle', hits: [], more: false, error: null };

/** Asks the database when the typing pauses. Answers to what is no longer asked are dropped. */
export class DeskSearch {
  state: SearchState = IDLE;
  query = '';
  readonly #host: Pick<ReactiveControllerHost, 'requestUpdate'>;
  readonly #desk: () => AgentDesk | null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #turn = 0;

  constructor(host: Pick<ReactiveControllerHost, 'requestUpdate'>, desk: () => AgentDesk | null) {
    this.#host = host;
    this.#desk = desk;
  }

  ask(query: string): void {
    if (query === this.query) return;
    this.query = query;
    this.#stop();
    // What was found stays in sight until there is something newer.
    this.state = query.trim() === '' ? IDLE : { ...this.state, phase: 'loading', error: null };
    if (this.state.phase === 'loading') this.#timer = setTimeout(() => void this.#run(), PAUSE);
    this.#host.requestUpdate();
  }

  retry(): void {
    this.#stop();
    this.state = { ...this.state, phase: 'loading', error: null };
    this.#host.requestUpdate();
    void this.#run();
  }

  clear(): void {
    this.#stop();
    this.query = '';
    this.state = IDLE;
  }

  async #run(): Promise<void> {
    this.#timer = null;
    const turn = this.#turn;
    let state: SearchState;
    try {
      const found = await this.#desk()?.find(this.query.trim());
      state = { phase: 'ready', hits: found?.hits ?? [], more: found?.more ?? false, error: null };
    } catch (reason) {
      state = { ...IDLE, phase: 'failed', error: toChatError(reason) };
    }
    if (turn !== this.#turn) return;
    this.state = state;
    this.#host.requestUpdate();
  }

  #stop(): void {
    this.#turn += 1;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
