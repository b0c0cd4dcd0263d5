import { ChatError, toChatError } from './errors.ts';
import { claimsOf, isUser, NOBODY, type Person } from './identity.ts';
import type { ChatMessage } from './model.ts';
import type { Clock, IdentityApi, KeyValueStorage, PageEnvironment, ProfilePatch } from './ports.ts';
import { createStore, type Store } from './store.ts';
import { Timer } from './timer.ts';
import type { IdentifiedChat, VisitorChat, VisitorChatEvent, VisitorChatState } from './visitor-chat.ts';
import { newToken, SIGNED_OUT, tokenKey, VisitorToken } from './visitor-token.ts';

/**
 * Sends something as the person a chat belongs to: with the JWT of a user, and with the token given instead of the
 * chat's own. Rejects where the page speaks for somebody else by now.
 */
export type AsPerson = <T>(send: (jwt: string | null, token?: string | null) => Promise<T>) => Promise<T>;

interface ChatOpening {
  readonly storagePrefix: string;
  /** It is not an anonymous visitor's. */
  readonly isKnown: boolean;
  /** The one to show at first, null for a new one; the newest if undefined. */
  readonly conversation: string | null | undefined;
  readonly asPerson: AsPerson;
}

export interface IdentifiedChatOptions {
  readonly storage: KeyValueStorage;
  readonly environment: PageEnvironment;
  readonly clock: Clock;
  /** What the storage keys of the project begin with. */
  readonly storagePrefix: string;
  /** The JWT of the host's signed-in Supabase user. */
  accessToken(): Promise<string | null> | null;
  /** What the host's backend signed for who is signed in there. */
  identityToken(): string | null;
  /** The same for the same text, and from it nobody can tell the text. */
  digest(text: string): Promise<string>;
  readonly api: IdentityApi;
  /** The chat of one person. */
  open(opening: ChatOpening): VisitorChat;
}

/** Makes the chat. It does nothing at all before `start`, `setOpen` or `send`. */
export function createIdentifiedChat(options: IdentifiedChatOptions): IdentifiedChat {
  return new FollowingChat(options);
}

const PATIENCE = 10_000;
const LOOK_EVERY = 20_000;
/**
 * One chat for each person the page speaks for, one after the other, each with storage, token and tabs of its own:
 * so nothing of one can show under another. No request leaves before it is certain who is there.
 *
 * Everybody begins as nobody. Who turns out to be somebody takes along what was said and written so far; until that
 * is done nobody's chat stays on screen, and what is sent meanwhile waits in it.
 */
class FollowingChat implements IdentifiedChat {
  readonly #options: IdentifiedChatOptions;
  readonly #listeners = new Set<(event: VisitorChatEvent) => void>();
  readonly #store: Store<VisitorChatState>;
  /** Who is here, where their keys are, and their chat. */
  #person = NOBODY;
  #prefix: string;
  #chat: VisitorChat;
  #deafen = (): void => {};
  /** What is on its way to the server. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** What is on screen stays there until the chat of who has just come is loaded. */
  #isHeld = false;
  #started = false;
  #open = false;
  #looking: Promise<Person> | null = null;
  #vouching: Promise<string | null> | null = null;
  /** JWTs that say nothing any more: refused, or signed out of. */
  readonly #spent = new Set<string | null>();
  /** Grows with every sign-out and where the page says something else: what was seen before may not hold. */
  #turn = 0;
  readonly #timer: Timer;
  #undo: readonly (() => void)[] = [];

  constructor(options: IdentifiedChatOptions) {
    this.#options = options;
    this.#prefix = options.storagePrefix;
    this.#timer = new Timer(options.clock);
    this.#chat = this.#enter(NOBODY, undefined);
    this.#store = createStore(this.#chat.state);
    this.#hearken();
  }

  get state(): VisitorChatState {
    return this.#store.get();
  }

  get draft(): string {
    return this.#chat.draft;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  onEvent(listener: (event: VisitorChatEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#started = true;
    const { environment, storage, storagePrefix } = this.#options;
    this.#undo = [
      environment.onWake(() => void this.#check()),
      storage.watch(`${storagePrefix}:`, (key, value) => this.#hear(key, value)),
    ];
    this.#chat.start();
    void this.#check();
    this.#checkLater();
  }

  stop(): void {
    this.#started = false;
    for (const undo of this.#undo) undo();
    this.#timer.cancel();
    this.#chat.stop();
  }

  identify(): void {
    this.#turn += 1;
    void this.#check();
  }

  setOpen(open: boolean): void {
    const isNews = open && !this.#open;
    this.#open = open;
    this.#chat.setOpen(open);
    if (isNews) void this.#check();
  }

  async updateProfile(patch: ProfilePatch): Promise<void> {
    // What the page says of somebody new is not about who was here before.
    await this.#check();
    await this.#chat.updateProfile(patch);
  }

  reset(): void {
    const { storage, storagePrefix, clock } = this.#options;
    this.#chat.reset();
    for (const key of storage.keys(`${storagePrefix}:`)) {
      // The agents' are not the visitor's to forget, and what is about the device is about nobody.
      if (/:(agent$|desk-|device-)/.test(key)) continue;
      // So that other tabs hear of it.
      if (key.endsWith(tokenKey(''))) new VisitorToken(storage, key, clock).signOut();
      storage.remove(key);
    }
    this.#signOut();
    void this.#check();
  }

  reload(): Promise<void> {
    return this.#chat.reload();
  }

  send(text: string): Promise<void> {
    return this.#chat.send(text);
  }

  retry(clientId: string): Promise<void> {
    return this.#chat.retry(clientId);
  }

  discard(clientId: string): void {
    this.#chat.discard(clientId);
  }

  startConversation(): void {
    this.#chat.startConversation();
  }

  select(sessionId: string): Promise<void> {
    return this.#chat.select(sessionId);
  }

  loadEarlier(): Promise<void> {
    return this.#chat.loadEarlier();
  }

  noteTyping(): void {
    this.#chat.noteTyping();
  }

  closeConversation(): Promise<void> {
    return this.#chat.closeConversation();
  }

  reopenConversation(): Promise<void> {
    return this.#chat.reopenConversation();
  }

  rate(rating: number, comment: string | null): Promise<void> {
    return this.#chat.rate(rating, comment);
  }

  setDraft(text: string): void {
    this.#chat.setDraft(text);
  }

  get form(): string {
    return this.#chat.form;
  }

  setForm(text: string): void {
    this.#chat.setForm(text);
  }

  transcript(): Promise<readonly ChatMessage[]> {
    return this.#chat.transcript();
  }

  recall(name: string): string {
    return this.#options.storage.get(this.#deviceKey(name)) ?? '';
  }

  remember(name: string, text: string): void {
    this.#options.storage.set(this.#deviceKey(name), text);
  }

  // Who is there

  /** Looks who is there; what fails is told already, and looked at again before anything is sent. */
  #check(): Promise<unknown> {
    return this.#look().catch(() => {});
  }

  /** The page need not tell when somebody signs in or out. */
  #checkLater(): void {
    this.#timer.set(LOOK_EVERY, () => {
      const isUsed = this.#open || this.#person.key || this.#tokenAt(this.#prefix).value;
      if (isUsed && this.#options.environment.isVisible()) void this.#check();
      this.#checkLater();
    });
  }

  #look(): Promise<Person> {
    this.#looking ??= this.#follow().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #follow(): Promise<Person> {
    const turn = this.#turn;
    const person = await this.#who();
    const isHere = () => this.#person.key === person.key;
    if (turn === this.#turn) {
      // Nothing of who was here is shown from here on.
      if (!isHere() && this.#person.key) this.#become(NOBODY);
      if (isHere()) {
        this.#person = person;
        return person;
      }
      const { value } = this.#tokenAt(this.#prefix);
      if (value) await this.#bring(person, value);
    }
    // Somebody came or went meanwhile, or is not who the page says.
    if (turn !== this.#turn || this.#spent.has(person.jwt)) return this.#follow();
    this.#become(person, true);
    return person;
  }

  async #who(): Promise<Person> {
    const { accessToken, identityToken, clock } = this.#options;
    const identity = identityToken();
    if (identity && !this.#spent.has(identity)) {
      return this.#named('vouched', identity, claimsOf(identity));
    }
    try {
      const answer = accessToken();
      if (!answer) return NOBODY;
      const late = new Promise<never>((_, reject) => {
        clock.setTimeout(() => reject(new Error('no answer')), PATIENCE);
      });
      const jwt = await Promise.race([answer, late]);
      if (!jwt || this.#spent.has(jwt)) return NOBODY;
      const claims = claimsOf(jwt);
      // Somebody may be signed in after all, and is not to be taken for an anonymous visitor.
      if (!claims) throw new Error('not a JWT');
      return isUser(claims) ? this.#named('account', jwt, claims) : NOBODY;
    } catch (cause) {
      const error = new ChatError('unavailable', `accessToken: ${toChatError(cause).message}`, { cause });
      this.#emit({ type: 'error', error });
      throw error;
    }
  }

  async #named(kind: Person['kind'], jwt: string, claims: ReturnType<typeof claimsOf>): Promise<Person> {
    return { kind, key: await this.#options.digest(`${kind} ${claims?.sub}`), jwt };
  }

  /** Whoever is here signs out, whatever the page goes on saying. */
  #signOut(): void {
    this.#turn += 1;
    this.#spent.add(this.#person.jwt).add(this.#options.identityToken());
    if (this.#person.key) this.#become(NOBODY);
  }

  /** Another tab let go of a token: somebody signed out, or is somebody else now. */
  #hear(key: string | null, value: string | null): void {
    if (!value?.startsWith(SIGNED_OUT)) return;
    if (this.#person.key && key === tokenKey(this.#prefix)) {
      // What is still on its way must not be stored any more.
      this.#chat.reset();
      this.#signOut();
    }
    void this.#check();
  }

  // Becoming somebody

  /** What was said under the token becomes theirs. */
  async #bring(person: Person, token: string): Promise<void> {
    await Promise.allSettled(this.#underWay);
    if (person.kind === 'vouched') {
      await this.#introduce(person, token);
      return;
    }
    try {
      await this.#options.api.claim(person.jwt, token);
    } catch (reason) {
      // A token without a visitor: nothing was said yet, or another tab has claimed it.
      if (!isRefusal(reason)) throw reason;
    }
  }

  /**
   * Gives this browser's token of who the page says it is; null where they are not. What was said under the token
   * `from` becomes theirs.
   */
  async #introduce(person: Person, from: string | null): Promise<string | null> {
    const { storage, clock, api } = this.#options;
    const key = `${this.#prefixOf(person)}:vouched`;
    // What was accepted last, and the token since then. Without the first it is not known whether it was.
    const [last = '', known = ''] = storage.get(key)?.split(' ') ?? [];
    // Of the signature, which says nothing by itself.
    const proof = person.jwt.slice(-9);
    if (from === null && last === proof) return known;
    const token = known && !(last && from) ? known : newToken(clock);
    // Before it is used: who gets no answer says the same again.
    if (token !== known) storage.set(key, ` ${token}`);
    try {
      await api.identify(from ?? (last ? known : null), person.jwt, token);
    } catch (reason) {
      if (!isRefusal(reason)) throw reason;
      const { code, message, details } = reason;
      const { reason: said } = Object(details);
      if (last && from === null && code === 'unauthorized' && !said) {
        // The token is somebody else's by now: they were erased, and wrote again.
        storage.remove(key);
        return this.#introduce(person, known);
      }
      const error = new ChatError(code, `visitor.identityToken is refused: ${said ?? message}`, { details });
      this.#emit({ type: 'error', error });
      if (!last) {
        storage.remove(key);
        this.#spent.add(person.jwt);
        return null;
      }
      // Vouched for earlier, they remain who they are.
      storage.set(key, `${proof} ${known}`);
      return known;
    }
    storage.set(key, `${proof} ${token}`);
    return token;
  }

  /** From here on the page speaks for this person. `isSame`: who was here is known as somebody else now. */
  #become(person: Person, isSame = false): void {
    const [before, left] = [this.#prefix, this.#chat];
    const { state, draft } = left;
    this.#deafen();
    left.stop();
    const chat = this.#enter(person, isSame ? (state.current?.id ?? (draft ? null : undefined)) : undefined);
    if (isSame) {
      this.#takeAlong(before);
      // Another tab may have stored another text.
      if (draft) chat.setDraft(draft);
    }
    chat.setOpen(this.#open);
    if (this.#started) chat.start();
    this.#isHeld = isSame;
    this.#show();
    this.#hearken();
  }

  /** Nothing is lost, and nothing stays for who comes next. */
  #takeAlong(from: string): void {
    const { storage } = this.#options;
    const prefix = this.#prefix;
    const token = this.#tokenAt(from);
    const keys = storage.keys(`${from}:`).filter((key) => /^:(draft|unsent):/.test(key.slice(from.length)));
    if (token.value && this.#person.key) this.#tokenAt(prefix, true).ensure();
    // Before anything is missed, so that other tabs know why.
    if (token.value || keys.length > 0) token.signOut();
    for (const key of keys) {
      storage.set(prefix + key.slice(from.length), storage.get(key) ?? '');
      storage.remove(key);
    }
  }

  #enter(person: Person, conversation: string | null | undefined): VisitorChat {
    const chat = this.#options.open({
      storagePrefix: this.#prefixOf(person),
      isKnown: person.key !== '',
      conversation,
      asPerson: (send) => this.#send(chat, send),
    });
    this.#person = person;
    this.#prefix = this.#prefixOf(person);
    this.#chat = chat;
    this.#vouching = null;
    return chat;
  }

  #hearken(): void {
    const undo = [this.#chat.subscribe(() => this.#show()), this.#chat.onEvent((event) => this.#emit(event))];
    this.#deafen = () => {
      for (const step of undo) step();
    };
  }

  async #send<T>(
    chat: VisitorChat,
    send: (jwt: string | null, token?: string | null) => Promise<T>,
  ): Promise<T> {
    const person = await this.#look();
    const isThere = () => this.#chat === chat && this.#person.key === person.key;
    const isUser = person.kind === 'account';
    let token: string | null | undefined = isUser ? null : undefined;
    if (person.kind === 'vouched' && isThere()) {
      this.#vouching ??= this.#introduce(person, null).finally(() => {
        this.#vouching = null;
      });
      token = await this.#vouching;
      if (token === null && isThere()) this.#become(NOBODY, true);
    }
    if (!isThere()) throw new ChatError('unavailable', 'Somebody else is here.');
    const sent = send(isUser ? person.jwt : null, token);
    this.#underWay.add(sent);
    try {
      return await sent;
    } finally {
      this.#underWay.delete(sent);
    }
  }

  #deviceKey(name: string): string {
    return `${this.#options.storagePrefix}:device-${name}`;
  }

  #prefixOf({ key }: Person): string {
    return this.#options.storagePrefix + (key && `:~${key}`);
  }

  #tokenAt(prefix: string, isKnown = false): VisitorToken {
    const { storage, clock } = this.#options;
    const token = new VisitorToken(storage, tokenKey(prefix), clock, isKnown);
    token.follow();
    return token;
  }

  #show(): void {
    const { state } = this.#chat;
    if (state.phase !== 'loading') this.#isHeld = false;
    if (!this.#isHeld) this.#store.set(state);
  }

  #emit(event: VisitorChatEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Whether the same request would be refused again, for a reason that lies in it. */
function isRefusal(reason: unknown): reason is ChatError {
  const { retryable, code } = toChatError(reason);
  return !retryable && !/^(not-|unk)/.test(code);
}
