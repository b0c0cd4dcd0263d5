// A connection without a project: state is set by hand, commands are written down and take effect at once.
import type { AfterSend } from '../../core/after-send.ts';
import type { AgentDesk, AgentDeskEvent, AgentDeskState } from '../../core/agent-desk.ts';
import type { DeskAction } from '../../core/desk-actions.ts';
import type { DeskPreferences } from '../../core/desk-preferences.ts';
import { NO_FILTER } from '../../core/inbox.ts';
import type { ChatMessage, InboxView, Mention, SearchHit, VisitorSummary } from '../../core/model.ts';
import type { AgentAccount, AgentAuth, AgentConnection, VisitorPatch } from '../../core/ports.ts';
import { createStore } from '../../core/store.ts';
import { deskSettings, me } from '../../core/testing/samples.ts';
import { ScriptedAdmin } from './scripted-admin.ts';

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
  canned: null,
  tags: [],
  mentions: [],
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
  readonly #store;
  readonly #listeners = new Set<(event: AgentDeskEvent) => void>();
  readonly #mentionListeners = new Set<(mention: Mention) => void>();
  readonly #drafts = new Map<string, string>();
  readonly #preferences = new Map<string, string>();

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

  onMention(listener: (mention: Mention) => void): () => void {
    this.#mentionListeners.add(listener);
    return () => this.#mentionListeners.delete(listener);
  }

  mention(mention: Mention): void {
    this.set({ mentions: [mention, ...this.state.mentions] });
    for (const listener of this.#mentionListeners) listener(mention);
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

  async send(text: string, kind: 'text' | 'note', then: AfterSend | null = null): Promise<void> {
    const { refuse } = this;
    this.refuse = null;
    if (refuse) throw refuse;
    this.calls.push(`send:${kind}:${text}${then ? `:${then.type}` : ''}`);
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

  async loadTags(): Promise<void> {
    const { inbox, current } = this.state;
    this.set({
      tags: [...new Set([...inbox, ...(current ? [current] : [])].flatMap(({ tags }) => tags))].sort(),
    });
  }

  async loadCanned(): Promise<void> {
    this.calls.push('loadCanned');
  }

  async updateVisitor(patch: VisitorPatch): Promise<void> {
    const { refuse } = this;
    this.refuse = null;
    if (refuse) throw refuse;
    this.calls.push(`updateVisitor:${JSON.stringify(patch)}`);
    const { visitor, current } = this.state;
    if (visitor) this.set({ visitor: { ...visitor, ...patch } });
    const { name, email } = { ...current?.visitor, ...patch } as VisitorSummary;
    if (current) this.set({ current: { ...current, visitor: { ...current.visitor, name, email } } });
  }

  async transcript(): Promise<readonly ChatMessage[]> {
    const { refuse } = this;
    this.refuse = null;
    if (refuse) throw refuse;
    return this.state.messages;
  }

  dismissMention(sessionId: string): void {
    this.calls.push(`dismissMention:${sessionId}`);
    this.set({ mentions: this.state.mentions.filter(({ session }) => session.id !== sessionId) });
  }

  preference(name: string): string {
    return this.#preferences.get(name) ?? '';
  }

  setPreference(name: string, value: string): void {
    this.#preferences.set(name, value);
  }

  draft(id: string): string {
    return this.#drafts.get(id) ?? '';
  }

  setDraft(id: string, text: string): void {
    this.#drafts.set(id, text);
  }
}

class ScriptedAccount implements AgentAccount {
  /** Every request, as `name:argument`. */
  readonly calls: string[] = [];
  recovering = false;
  linkExpired = false;
  /** What signing up ends with. */
  outcome: 'signed-in' | 'confirm' = 'signed-in';
  readonly #refusal: () => Error | null;
  readonly #tell: (state: Pick<AgentAuth, 'state' | 'email'>) => void;

  constructor(refusal: () => Error | null, tell: (state: Pick<AgentAuth, 'state' | 'email'>) => void) {
    this.#refusal = refusal;
    this.#tell = tell;
  }

  async #ask(call: string): Promise<void> {
    this.calls.push(call);
    const refused = this.#refusal();
    if (refused) throw refused;
  }

  async signUp(email: string): Promise<'signed-in' | 'confirm'> {
    await this.#ask(`signUp:${email}`);
    if (this.outcome === 'signed-in') this.#tell({ state: 'signed-in', email });
    return this.outcome;
  }

  async sendLink(email: string): Promise<void> {
    await this.#ask(`sendLink:${email}`);
  }

  async sendPasswordReset(email: string): Promise<void> {
    await this.#ask(`sendPasswordReset:${email}`);
  }

  async setPassword(password: string): Promise<void> {
    await this.#ask(`setPassword:${password.length} characters`);
    this.recovering = false;
    this.#tell({ state: 'signed-in', email: 'ada@example.com' });
  }

  async signOutEverywhere(): Promise<void> {
    await this.#ask('signOutEverywhere');
    this.#tell({ state: 'signed-out', email: null });
  }
}

export class ScriptedConnection implements AgentConnection {
  readonly desk: ScriptedDesk;
  readonly admin = new ScriptedAdmin();
  readonly projectUrl = 'https://stage.supabase.co';
  readonly account = new ScriptedAccount(
    () => this.refusal,
    (state) => this.#auth.set(state),
  );
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
    const { account } = this;
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
      account,
      async signOut() {
        store.set({ state: 'signed-out', email: null });
      },
    };
  }
}
