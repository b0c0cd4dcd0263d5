import { ChatError, type ChatErrorCode, toChatError } from './errors.ts';
import { digest, NOBODY, type Person, userOf, vouchedFor } from './identity.ts';
import type { Clock, IdentityApi, KeyValueStorage, PageEnvironment, ProfilePatch } from './ports.ts';
import type { IdentifiedChat, VisitorChat, VisitorChatEvent, VisitorChatState } from './visitor-chat.ts';
import { newToken, SIGNED_OUT, tokenKey, VisitorToken } from './visitor-token.ts';

/** Sends something as the person a chat belongs to; rejects where the page speaks for somebody else by now. */
export type AsPerson = <T>(send: (jwt: string | null) => Promise<T>) => Promise<T>;

export interface ChatOpening {
  readonly storagePrefix: string;
  /** Requests carry the JWT of a user, who needs no token. */
  readonly isSignedIn: boolean;
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
  readonly api: IdentityApi;
  /** The chat of one person. */
  open(opening: ChatOpening): VisitorChat;
}

/** Makes the chat. It does nothing at all before `start`, `setOpen` or `send`. */
export function createIdentifiedChat(options: IdentifiedChatOptions): IdentifiedChat {
  return new FollowingChat(options);
}

const PATIENCE = 10_000;
const LOOK_EVERY = 15_000;
/** After these the same request is refused again. */
const REFUSALS: readonly ChatErrorCode[] = ['unauthorized', 'conflict', 'invalid', 'too-long'];
/** What chats store, whoever they belong to. */
const STORED = /^(~\w+:)?(visitor$|vouched$|draft:|unsent:)/;

type Jwt = string | null | undefined;

/** One person's chat, which lives as long as the page speaks for them. */
interface Place {
  readonly person: Person;
  readonly chat: VisitorChat;
  /** What is on its way to the server. */
  readonly underWay: Set<Promise<unknown>>;
  undo: readonly (() => void)[];
}

/**
 * One chat for each person the page speaks for, one after the other, each with storage, token and tabs of its own:
 * so nothing of one can show under another. No request leaves before it is certain who is there.
 *
 * Nobody's chat is where everybody begins. Who turns out to be somebody takes along what was said and written
 * there; until that is done it stays on screen, and what is sent meanwhile waits in it.
 */
class FollowingChat implements IdentifiedChat {
  readonly #options: IdentifiedChatOptions;
  readonly #listeners = new Set<() => void>();
  readonly #eventListeners = new Set<(event: VisitorChatEvent) => void>();
  #place: Place;
  /** Shown until the chat of who has just come is loaded. */
  #shown: VisitorChatState | null = null;
  #started = false;
  #open = false;
  #profile: ProfilePatch = {};
  #looking: Promise<Person> | null = null;
  #vouching: Promise<boolean> | null = null;
  /** What the page gave last, identity token and access token, and what of it does not count: refused, signed out of. */
  #seen: readonly Jwt[] = [];
  #ignored: readonly Jwt[] = [];
  /** Grows with every sign-out. */
  #turn = 0;
  #reported = '';
  #timer: unknown = null;
  #undo: readonly (() => void)[] = [];

  constructor(options: IdentifiedChatOptions) {
    this.#options = options;
    this.#place = this.#settle(NOBODY, undefined);
  }

  get state(): VisitorChatState {
    return this.#shown ?? this.#place.chat.state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onEvent(listener: (event: VisitorChatEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    const { environment, storage, storagePrefix } = this.#options;
    this.#undo = [
      environment.onWake(() => this.#check()),
      storage.watch(`${storagePrefix}:`, (key, value) => this.#hear(key, value)),
    ];
    this.#place.chat.start();
    this.#watch();
    this.#check();
  }

  stop(): void {
    this.#started = false;
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#options.clock.clearTimeout(this.#timer);
    this.#place.chat.stop();
  }

  identify(): void {
    // One that is under way may have asked too early.
    const again = () => this.#check();
    Promise.resolve(this.#looking).then(again, again);
  }

  setOpen(open: boolean): void {
    const isNew = open && !this.#open;
    this.#open = open;
    if (isNew && this.#started) this.#check();
    this.#place.chat.setOpen(open);
  }

  reset(): void {
    const { storage, storagePrefix, clock } = this.#options;
    if (this.#place.person === NOBODY) this.#place.chat.reset();
    for (const key of storage.keys(`${storagePrefix}:`)) {
      if (!STORED.test(key.slice(storagePrefix.length + 1))) continue;
      // So that other tabs hear of it.
      if (key.endsWith(':visitor')) new VisitorToken(storage, key, clock).signOut();
      else storage.remove(key);
    }
    this.#signOut();
    this.#check();
  }

  async updateProfile(patch: ProfilePatch): Promise<void> {
    // What the page says of somebody new is not for who was here before.
    await this.#look().catch(() => {});
    this.#profile = { ...this.#profile, ...patch };
    await this.#place.chat.updateProfile(patch);
  }

  reload = (): Promise<void> => this.#place.chat.reload();
  send = (text: string): Promise<void> => this.#place.chat.send(text);
  retry = (clientId: string): Promise<void> => this.#place.chat.retry(clientId);
  discard = (clientId: string): void => this.#place.chat.discard(clientId);
  startConversation = (): void => this.#place.chat.startConversation();
  select = (sessionId: string): Promise<void> => this.#place.chat.select(sessionId);
  loadEarlier = (): Promise<void> => this.#place.chat.loadEarlier();
  noteTyping = (): void => this.#place.chat.noteTyping();
  closeConversation = (): Promise<void> => this.#place.chat.closeConversation();
  reopenConversation = (): Promise<void> => this.#place.chat.reopenConversation();
  rate = (rating: number, comment: string | null): Promise<void> => this.#place.chat.rate(rating, comment);
  setDraft = (text: string): void => this.#place.chat.setDraft(text);

  get draft(): string {
    return this.#place.chat.draft;
  }

  // Who is there

  #check(): void {
    this.#look().catch(() => {
      // Said already, and looked at again before anything is asked.
    });
  }

  /** The page need not tell when somebody signs in or out. */
  #watch(): void {
    const { clock, environment } = this.#options;
    this.#timer = clock.setTimeout(() => {
      const isSomebodyHere = this.#place.person !== NOBODY || this.#tokenOf(NOBODY).value !== null;
      if (environment.isVisible() && isSomebodyHere) this.#check();
      this.#watch();
    }, LOOK_EVERY);
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
    const isHere = () => this.#place.person.key === person.key;
    // Nothing of who was here is shown from here on.
    if (!isHere() && this.#place.person !== NOBODY) this.#become(NOBODY);
    if (isHere()) return person;
    const token = this.#tokenOf(NOBODY).value;
    if (person.kind === 'account') {
      if (token !== null) await this.#claim(person, token);
    } else if (token !== null || !this.#isKnown(person)) {
      const { storage, storagePrefix } = this.#options;
      const isWanted = this.#open || token !== null || storage.keys(`${storagePrefix}:unsent:`).length > 0;
      if (!isWanted) return person;
      if (!(await this.#vouch(person, token))) return this.#follow();
    }
    // Somebody signed out meanwhile.
    if (turn !== this.#turn) return this.#follow();
    this.#become(person, true);
    return person;
  }

  async #who(): Promise<Person> {
    const { accessToken, identityToken } = this.#options;
    const identity = identityToken();
    this.#see([identity, this.#seen[1]]);
    if (this.#counts(identity)) {
      const person = vouchedFor(identity);
      if (person) return person;
      this.#refuse(new ChatError('invalid', 'it is not a JWT with a sub'));
      this.#ignored = [...this.#ignored, identity];
    }
    try {
      const answer = accessToken();
      const access = answer && (await this.#within(answer));
      this.#see([identity, access]);
      const person = this.#counts(access) ? userOf(access) : NOBODY;
      this.#reported = '';
      return person;
    } catch (cause) {
      const error = new ChatError('unavailable', `accessToken failed: ${toChatError(cause).message}`, {
        cause,
      });
      if (this.#reported !== error.message) this.#emit({ type: 'error', error });
      this.#reported = error.message;
      throw error;
    }
  }

  async #within<T>(answer: Promise<T>): Promise<T> {
    const { clock } = this.#options;
    let timer: unknown;
    const late = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(() => reject(new Error('no answer')), PATIENCE);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clock.clearTimeout(timer);
    }
  }

  /** What is ignored is so until the page gives something else. */
  #see(seen: readonly Jwt[]): void {
    this.#seen = seen;
    this.#ignored = this.#ignored.filter((jwt) => seen.includes(jwt));
  }

  #counts(jwt: Jwt): jwt is string {
    return !!jwt && !this.#ignored.includes(jwt);
  }

  /** Whoever was here signs out, whatever the page goes on saying. */
  #signOut(): void {
    this.#turn += 1;
    this.#ignored = [...this.#seen, this.#options.identityToken()];
    if (this.#place.person !== NOBODY) this.#become(NOBODY);
  }

  /** Another tab let go of a token: somebody signed out, or became somebody else. */
  #hear(key: string | null, value: string | null): void {
    if (!value?.startsWith(SIGNED_OUT)) return;
    const { person } = this.#place;
    if (person !== NOBODY && key === tokenKey(this.#prefixOf(person))) this.#signOut();
    this.#check();
  }

  // Becoming somebody

  async #claim({ jwt }: Person, token: string): Promise<void> {
    await Promise.allSettled(this.#place.underWay);
    try {
      await this.#options.api.claim(String(jwt), token);
    } catch (reason) {
      const error = toChatError(reason);
      if (!REFUSALS.includes(error.code) && error.code !== 'forbidden') throw error;
      // A token without a visitor: nothing was said yet, or another tab claimed it.
      if (error.code !== 'unauthorized') this.#emit({ type: 'error', error });
    }
  }

  /** Whether this browser has a token of theirs. */
  #isKnown(person: Person): boolean {
    const { value } = this.#tokenOf(person);
    return value !== null && this.#vouched(person)[1] === value;
  }

  /** What this browser was vouched for with, and its token since then. */
  #vouched(person: Person): readonly (string | undefined)[] {
    return this.#options.storage.get(`${this.#prefixOf(person)}:vouched`)?.split(' ') ?? [];
  }

  /** Resolves with whether they are who the page says. What was said under the token `from` becomes theirs. */
  #vouch(person: Person, from: string | null): Promise<boolean> {
    this.#vouching ??= this.#introduce(person, from).finally(() => {
      this.#vouching = null;
    });
    return this.#vouching;
  }

  async #introduce(person: Person, from: string | null): Promise<boolean> {
    const { storage, clock, api } = this.#options;
    const jwt = String(person.jwt);
    const token = this.#tokenOf(person);
    const { value, activeAt } = token;
    const isKnown = this.#isKnown(person);
    const [before, known = null] = this.#vouched(person);
    const proof = digest(jwt);
    if (isKnown && from === null && before === proof) return true;
    const keep = (held: string, at: number) => {
      token.take(held, at);
      storage.set(`${this.#prefixOf(person)}:vouched`, `${proof} ${held}`);
      return true;
    };
    // Stored before it is used: who gets no answer says the same again.
    const own = value === null || (isKnown && from !== null) ? newToken(clock) : value;
    token.take(own, from === null ? activeAt : this.#tokenOf(NOBODY).activeAt);
    if (from !== null) await Promise.allSettled(this.#place.underWay);
    try {
      await api.identify(from ?? known, jwt, own);
      return keep(own, token.activeAt);
    } catch (reason) {
      const error = toChatError(reason);
      if (!REFUSALS.includes(error.code)) throw error;
      const [other, theirs] = this.#vouched(person);
      // Another tab was quicker.
      if (other === proof && theirs !== undefined) return keep(theirs, activeAt);
      this.#refuse(error);
      if (isKnown && known !== null) return keep(known, activeAt);
      token.forget();
      this.#ignored = [...this.#ignored, jwt];
      return false;
    }
  }

  #refuse(error: ChatError): void {
    const { code, message, details } = error;
    const reason = (details as { readonly reason?: unknown } | null)?.reason ?? message;
    this.#emit({
      type: 'error',
      error: new ChatError(code, `visitor.identityToken is refused: ${reason}.`, { cause: error, details }),
    });
  }

  /** From here on the page speaks for this person. `isSame`: it is who was here, and is known as somebody else now. */
  #become(person: Person, isSame = false): void {
    const { person: before, chat: left, undo } = this.#place;
    const { state, draft } = left;
    for (const step of undo) step();
    left.stop();
    if (isSame) this.#takeAlong(before, person);
    else this.#profile = {};
    const place = this.#settle(
      person,
      isSame ? (state.current?.id ?? (draft ? null : undefined)) : undefined,
    );
    this.#place = place;
    if (isSame) {
      // Another tab may have stored another text.
      if (draft) place.chat.setDraft(draft);
      void place.chat.updateProfile(this.#profile);
    }
    place.chat.setOpen(this.#open);
    if (this.#started) place.chat.start();
    this.#shown = isSame && place.chat.state.phase === 'loading' ? state : null;
    this.#tell();
  }

  /** Nothing is lost, and nothing stays for who comes next. */
  #takeAlong(before: Person, person: Person): void {
    const { storage } = this.#options;
    const [from, to] = [this.#prefixOf(before), this.#prefixOf(person)];
    const keys = ['draft', 'unsent'].flatMap((kind) => storage.keys(`${from}:${kind}:`));
    for (const key of keys) storage.set(to + key.slice(from.length), storage.get(key) ?? '');
    const token = this.#tokenOf(before);
    if (token.value === null && keys.length === 0) return;
    if (person.kind === 'account') {
      const theirs = this.#tokenOf(person);
      theirs.take(theirs.value ?? '', Math.max(theirs.activeAt, token.activeAt));
    }
    // First, so that other tabs hear why before they miss anything.
    token.signOut();
    for (const key of keys) storage.remove(key);
  }

  #settle(person: Person, conversation: string | null | undefined): Place {
    const place: Place = {
      person,
      underWay: new Set(),
      chat: this.#options.open({
        storagePrefix: this.#prefixOf(person),
        isSignedIn: person.kind === 'account',
        conversation,
        asPerson: (send) => this.#send(place, send),
      }),
      undo: [],
    };
    place.undo = [
      place.chat.subscribe(() => this.#changed()),
      place.chat.onEvent((event) => this.#emit(event)),
    ];
    return place;
  }

  async #send<T>(place: Place, send: (jwt: string | null) => Promise<T>): Promise<T> {
    const isThere = (person: Person) => this.#place === place && place.person.key === person.key;
    let person = await this.#look();
    // It may not have been known yet that something is wanted.
    if (this.#place === place && !isThere(person)) person = await this.#look();
    if (isThere(person) && person.kind === 'vouched' && !(await this.#vouch(person, null))) {
      if (this.#place === place) this.#become(NOBODY, true);
    }
    if (!isThere(person)) throw new ChatError('unavailable', 'Somebody else is here now.');
    const sent = send(person.jwt);
    place.underWay.add(sent);
    try {
      return await sent;
    } finally {
      place.underWay.delete(sent);
    }
  }

  #prefixOf({ key }: Person): string {
    const { storagePrefix } = this.#options;
    return key === '' ? storagePrefix : `${storagePrefix}:~${key}`;
  }

  #tokenOf(person: Person): VisitorToken {
    const { storage, clock } = this.#options;
    const key = tokenKey(this.#prefixOf(person));
    const token = new VisitorToken(storage, key, clock, person.kind === 'account');
    token.follow();
    return token;
  }

  #changed(): void {
    if (this.#place.chat.state.phase !== 'loading') this.#shown = null;
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #emit(event: VisitorChatEvent): void {
    for (const listener of [...this.#eventListeners]) listener(event);
  }
}
