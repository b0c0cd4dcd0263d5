// A connection without a project: state is set by hand, commands are written down and take effect at once.
import type { AgentDesk, AgentDeskEvent, AgentDeskState } from '../../core/agent-desk.ts';
import type { DeskAction } from '../../core/desk-actions.ts';
import type { DeskPreferences } from '../../core/desk-preferences.ts';
import { NO_FILTER } from '../../core/inbox.ts';
import type { CannedResponse, InboxView, SearchHit } from '../../core/model.ts';
import type { AgentAuth, AgentConnection } from '../../core/ports.ts';
import { createStore } from '../../core/store.ts';
import { deskSettings, me } from '../../core/testing/samples.ts';

const ready: AgentDeskState = {
  phase: 'ready',
  error: null,
  connection: 'live',
  me,
  agents: [me],
  settings: deskSettings,
  counts: { mine: 0, mineUnread: 0, unassigned: 0, unassignedUnread: 0 },
  tab: 'mine',
  sort: 'waiting',
  filter: NO_FILTER,
  inbox: [],
  inboxPhase: 'ready',
  hasMore: false,
  loadingMore: false,
  current: null,
  threadPhase: 'idle',
  messages: [],
  hasEarlier: false,
  loadingEarlier: false,
  visitor: null,
  earlier: [],
  visitorTyping: false,
  agentTyping: null,
  notice: null,
  done: null,
  preferences: { letterKeys: true, notifications: false, views: [] },
};

export class ScriptedDesk implements AgentDesk {
  /** Every command, as `name:argument:…`. */
  readonly calls: string[] = [];
  /** What `send` rejects with, once. */
  refuse: Error | null = null;
  running = false;
  /** Whether colleagues were told that this agent goes. */
  left = false;
  /** What a search finds; an error is what it rejects with. */
  hits: readonly SearchHit[] | Error = [];
  canned: readonly CannedResponse[] = [];
  readonly #store;
  readonly #listeners = new Set<(event: AgentDeskEvent) => void>();
  readonly #drafts = new Map<string, string>();

  constructor(patch: Partial<AgentDeskState> = {}) {
    this.#store = createStore<AgentDeskState>({ ...ready, ...patch });
  }

  get state(): AgentDeskState {
    return this.#store.get();
  }

  set(patch: Partial<AgentDeskState>): void {
    this.#store.set(patch);
  }

  emit(event: AgentDeskEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  onEvent(listener: (event: AgentDeskEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listening(): number {
    return this.#listeners.size;
  }

  start(): void {
    this.running = true;
  }

  stop(): void {
    this.running = false;
  }

  async reload(): Promise<void> {
    this.calls.push('reload');
  }

  async showTab(tab: AgentDeskState['tab']): Promise<void> {
    this.calls.push(`showTab:${tab}`);
    this.set({ tab });
  }

  async sortBy(sort: AgentDeskState['sort']): Promise<void> {
    this.calls.push(`sortBy:${sort}`);
    this.set({ sort });
  }

  async showView({ tab, sort, filter }: InboxView): Promise<void> {
    const asked = Object.entries(filter).filter(([, value]) => value !== null && value !== false);
    this.calls.push(`showView:${tab}:${sort}:${asked.map(([key, value]) => `${key}=${value}`).join('&')}`);
    this.set({ tab, sort, filter });
  }

  async loadMore(): Promise<void> {
    this.calls.push('loadMore');
  }

  async select(id: string | null): Promise<void> {
    this.calls.push(`select:${id}`);
    const { inbox, earlier } = this.state;
    const current = [...inbox, ...earlier].find((session) => session.id === id) ?? null;
    this.set({ current, threadPhase: current ? 'ready' : 'idle' });
  }

  async loadEarlier(): Promise<void> {
    this.calls.push('loadEarlier');
  }

  async send(text: string, kind: 'text' | 'note'): Promise<void> {
    const { refuse } = this;
    this.refuse = null;
    if (refuse) throw refuse;
    this.calls.push(`send:${kind}:${text}`);
  }

  async retry(clientId: string): Promise<void> {
    this.calls.push(`retry:${clientId}`);
  }

  discard(clientId: string): void {
    this.calls.push(`discard:${clientId}`);
  }

  async assign(agentId: string | null): Promise<void> {
    this.calls.push(`assign:${agentId}`);
    const agent = this.state.agents.find(({ id }) => id === agentId) ?? null;
    const { current } = this.state;
    if (current) this.set({ current: { ...current, agent, status: agent ? 'assigned' : 'open' } });
  }

  async close(): Promise<void> {
    this.calls.push('close');
    const { current } = this.state;
    if (current) this.set({ current: { ...current, status: 'closed', closedAt: new Date().toISOString() } });
  }

  async reopen(): Promise<void> {
    this.calls.push('reopen');
    const { current } = this.state;
    if (current) this.set({ current: { ...current, status: current.agent ? 'assigned' : 'open' } });
  }

  async act(action: DeskAction, ids: readonly string[]): Promise<void> {
    const { type, ...how } = action;
    const details = Object.values(how).map((value) => `:${JSON.stringify(value)}`);
    this.calls.push(`act:${type}${details.join('')}:${ids.join(',')}`);
    const { inbox, current } = this.state;
    const before = [...inbox, ...(current ? [current] : [])].filter(
      ({ id }, index, all) => ids.includes(id) && all.findIndex((one) => one.id === id) === index,
    );
    this.set({ done: { action, before } });
    if (type === 'close' && current && ids.includes(current.id)) {
      this.set({ current: { ...current, status: 'closed', closedAt: new Date().toISOString() } });
    }
  }

  async undo(): Promise<void> {
    this.calls.push('undo');
    this.set({ done: null });
  }

  async find(query: string): Promise<{ hits: readonly SearchHit[]; more: boolean }> {
    this.calls.push(`find:${query}`);
    if (this.hits instanceof Error) throw this.hits;
    return { hits: this.hits, more: false };
  }

  async cannedResponses(): Promise<readonly CannedResponse[]> {
    return this.canned;
  }

  noteActivity(): void {}

  async leave(): Promise<void> {
    this.left = true;
  }

  setPreferences(patch: Partial<DeskPreferences>): void {
    this.set({ preferences: { ...this.state.preferences, ...patch } });
  }

  dismissDone(): void {
    this.set({ done: null });
  }

  noteTyping(): void {
    this.calls.push('typing');
  }

  setAvailability(availability: 'online' | 'away'): void {
    this.calls.push(`availability:${availability}`);
    const { me: self } = this.state;
    if (self) this.set({ me: { ...self, availability } });
  }

  dismissNotice(): void {
    this.set({ notice: null });
  }

  draft(id: string): string {
    return this.#drafts.get(id) ?? '';
  }

  setDraft(id: string, text: string): void {
    this.#drafts.set(id, text);
  }
}

export class ScriptedConnection implements AgentConnection {
  readonly desk: ScriptedDesk;
  closed = false;
  /** What signing in rejects with; null lets everybody in. */
  refusal: Error | null = null;
  readonly #auth = createStore<Pick<AgentAuth, 'state' | 'email'>>({
    state: 'signed-in',
    email: 'ada@example.com',
  });

  constructor(patch: Partial<AgentDeskState> = {}, auth: AgentAuth['state'] = 'signed-in') {
    this.desk = new ScriptedDesk(patch);
    this.#auth.set({ state: auth, email: auth === 'signed-in' ? 'ada@example.com' : null });
  }

  readonly auth: AgentAuth = this.#makeAuth();

  openDesk(): AgentDesk {
    return this.desk;
  }

  close(): void {
    this.closed = true;
  }

  /** As when the sign-in is revoked, or ended in another tab. */
  endSignIn(): void {
    this.#auth.set({ state: 'signed-out', email: null });
  }

  #makeAuth(): AgentAuth {
    const store = this.#auth;
    const refusal = () => this.refusal;
    return {
      get state() {
        return store.get().state;
      },
      get email() {
        return store.get().email;
      },
      subscribe: (listener) => store.subscribe(listener),
      async signIn(email) {
        const refused = refusal();
        if (refused) throw refused;
        store.set({ state: 'signed-in', email });
      },
      async signOut() {
        store.set({ state: 'signed-out', email: null });
      },
    };
  }
}
