import { backoffAfter } from './backoff.ts';
import { type ChatError, type ChatErrorCode, toChatError } from './errors.ts';
import { isObject, parseJson } from './json.ts';
import type { Clock, KeyValueStorage, Tabs } from './ports.ts';
import { lastSeq, type Timeline } from './timeline.ts';
import { Timer } from './timer.ts';

export interface Unsent {
  /** The idempotency key: the same for every try. */
  readonly clientId: string;
  /** Which conversation it belongs to; what that means is the driver's. */
  readonly conversation: string;
  readonly content: string;
  readonly kind: 'text' | 'note';
  readonly createdAt: string;
  /** Grows from one message to the next, whatever the clock does. */
  readonly order: number;
  /** `sending`: until it is accepted, for as long as it takes. `sent`: accepted, its row is not held yet. */
  readonly status: 'sending' | 'failed' | 'sent';
  /** Why it was refused. */
  readonly error: ChatErrorCode | null;
  /** Where its row is in the session, once that is known. */
  readonly seq: number | null;
}

/** Where a message was accepted, which is not always where it was meant for when it was sent. */
export interface Place {
  readonly conversation: string;
  readonly seq: number;
}

export interface OutboxOptions {
  readonly clock: Clock;
  readonly storage: KeyValueStorage;
  readonly tabs: Tabs;
  /** What the storage keys begin with: one key a message, so that tabs cannot overwrite each other's. */
  readonly storagePrefix: string;
  /** Sends it, and can tell where its row is; null where its conversation is gone at that moment. */
  deliver(message: Unsent): Promise<() => Place | null>;
  /** What is held of a conversation: an accepted message is listed here until it is listed there. */
  timeline(conversation: string): Timeline | null;
  /** Whether a conversation has messages that are not held, or not yet. */
  lacks(conversation: string): boolean;
  onChange(): void;
  /** It was refused, and waits for a decision. */
  onFailure(error: ChatError, message: Unsent): void;
  /** It does not get through, and is tried again; told once for each reason in a row. */
  onDelay(error: ChatError, message: Unsent): void;
  /** Another tab seems to have sent something; a sync tells. */
  onTaken(): void;
  /** What was written on this page is held as a row now, whichever tab has sent it. */
  onArrived(message: Unsent): void;
  /** Another tab keeps what was said in one conversation under another name. */
  onRenamed(from: string, to: string): void;
}

/** One conversation's messages on their way, one at a time. */
interface Lane {
  conversation: string;
  /** Failed tries in a row. */
  failures: number;
  error: ChatError | null;
  /** Until the next try; not set while one is under way. */
  readonly timer: Timer;
  /** When the next try is, on the clock. */
  until: number;
}

const FIRST_RETRY = 1_000;

/**
 * Messages on their way: in order and one at a time per conversation, stored until they are accepted, and tried
 * again until they are accepted or refused. All tabs show what is stored, the one that leads sends it. What is
 * refused waits for a decision, and so does everything behind it, since order is part of what was said.
 *
 * Sending twice does no harm, for the database knows a repeat by its client id; so whenever it is not certain that
 * a message arrived, it is sent.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #lanes = new Set<Lane>();
  /** Written on this page: what becomes of these must be known before they are let go. */
  readonly #own = new Set<string>();
  /** Seen in the storage that tabs share. */
  readonly #stored = new Set<string>();
  /** No longer in storage, so it seems that another tab has sent them. */
  readonly #vanished = new Set<string>();
  /** What conversations that got another name were called before: other tabs may go on calling them that. */
  readonly #names = new Map<string, string>();
  #items: readonly Unsent[] = [];
  #leave: (() => void) | null = null;
  #unwatch: (() => void) | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get items(): readonly Unsent[] {
    return this.#items;
  }

  /** Whether a message is on its way, from whichever tab. */
  get isBusy(): boolean {
    return this.#items.some(({ status }) => status === 'sending') || this.#vanished.size > 0;
  }

  /** Whether a message was written on this page. */
  isOwn(clientId: string): boolean {
    return this.#own.has(clientId);
  }

  /** When a conversation's messages are tried again after the server asked for patience, on the clock. */
  resumesAt(conversation: string): number | null {
    for (const lane of this.#lanes) {
      const isAsked = lane.error?.code === 'rate-limited' && lane.timer.isSet;
      if (lane.conversation === conversation && isAsked) return lane.until;
    }
    return null;
  }

  /** Brings back what an earlier page, or another tab, has not sent yet, and goes on with it. */
  start(): void {
    const { storage, storagePrefix } = this.#options;
    const isBack = !this.#unwatch;
    this.#unwatch ??= storage.watch(`${storagePrefix}:`, (key) => {
      if (key === null) this.#storeAgain();
      this.#readStorage();
    });
    this.#readStorage();
    // Whoever comes back may have signed in again since. Without a stop before it, this would go in circles.
    const refused = this.#items.filter(({ error }) => isBack && error === 'unauthorized');
    this.retry(refused.map(({ clientId }) => clientId));
  }

  /** Begins nothing new until the next start. */
  stop(): void {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#leave?.();
    this.#leave = null;
    for (const lane of this.#lanes) this.#end(lane);
  }

  add(conversation: string, content: string, kind: 'text' | 'note'): void {
    const { clock, tabs } = this.#options;
    const last = this.#items.at(-1)?.order ?? 0;
    const message: Unsent = {
      clientId: clock.uuid(),
      conversation,
      content,
      kind,
      createdAt: new Date(clock.now()).toISOString(),
      order: Math.max(last + 1, clock.now()),
      status: 'sending',
      error: null,
      seq: null,
    };
    this.#own.add(message.clientId);
    this.#store(message);
    this.#change([...this.#items, message]);
    this.#pump();
    tabs.claim();
  }

  retry(clientIds: readonly string[]): void {
    const again = new Set(clientIds);
    for (const clientId of again) this.#vanished.delete(clientId);
    this.#changeEach((item) =>
      again.has(item.clientId) && item.status === 'failed'
        ? { ...item, status: 'sending', error: null }
        : item,
    );
    this.#pump();
  }

  /** Drops a failed message; one that is on its way cannot be called back. */
  discard(clientId: string): void {
    if (!this.#items.some((item) => item.clientId === clientId && item.status === 'failed')) return;
    this.#options.tabs.tell({ outbox: 'discarded', clientId });
    this.#drop((item) => item.clientId === clientId);
  }

  /** Lets go of messages whose rows are there by now. */
  confirm(): void {
    this.#arrive(this.#items.filter((item) => this.#isThere(item)));
    this.#pump();
  }

  #arrive(items: readonly Unsent[]): void {
    this.#drop((item) => items.includes(item));
    for (const item of items) if (this.#own.has(item.clientId)) this.#options.onArrived(item);
  }

  /**
   * A sync begins. What another tab seems to have sent until now must be there when it is over, which the returned
   * function is called for; what is not is sent again.
   */
  syncing(): () => void {
    const vanished = [...this.#vanished];
    return () => this.#synced(new Set(vanished.filter((clientId) => this.#vanished.has(clientId))));
  }

  #synced(asked: ReadonlySet<string>): void {
    this.confirm();
    const vanished = new Set<string>();
    for (const { clientId, conversation } of this.#items) {
      // Of what is not held yet nobody can say what is not there; one's own is rather sent once more.
      const isClear = this.#own.has(clientId) || !this.#options.lacks(conversation);
      if (asked.has(clientId) && isClear) vanished.add(clientId);
    }
    if (vanished.size === 0) return;
    for (const clientId of vanished) this.#vanished.delete(clientId);
    this.#drop(
      ({ clientId, status }) => vanished.has(clientId) && (status === 'failed' || !this.#own.has(clientId)),
    );
    // From here, and not from storage: whoever took it there might know its row, and take it again and again.
    for (const clientId of vanished) this.#stored.delete(clientId);
    this.#sendAgain(vanished);
    this.#pump();
  }

  #sendAgain(clientIds: ReadonlySet<string>): void {
    this.#change(
      this.#items.map((item) =>
        clientIds.has(item.clientId) && item.status === 'sent' ? { ...item, status: 'sending' } : item,
      ),
    );
  }

  /** A conversation got another name, for example its id. */
  rename(from: string, to: string): void {
    if (from === to) return;
    this.#names.delete(to);
    this.#names.set(from, to);
    const [lane, other] = [this.#laneOf(from), this.#laneOf(to)];
    if (lane) lane.conversation = to;
    // What goes one at a time goes on in the other.
    if (lane && other) this.#end(lane);
    this.#changeEach((item) => (item.conversation === from ? { ...item, conversation: to } : item));
  }

  /** A conversation is no more: what was accepted there went with it, the rest goes on in another. */
  move(from: string, to: string): void {
    this.#drop(
      ({ clientId, conversation, status }) =>
        conversation === from && status === 'sent' && !this.#vanished.has(clientId),
    );
    this.#changeEach((item) =>
      item.conversation === from && item.error === 'not-found'
        ? { ...item, status: 'sending', error: null }
        : item,
    );
    this.rename(from, to);
    this.#pump();
  }

  /** A conversation is no more, and nothing can be said there. */
  abandon(conversation: string): void {
    this.#drop((item) => item.conversation === conversation);
  }

  /** The page is back, perhaps from where it was told nothing of what other tabs did. */
  wake(): void {
    if (this.#unwatch) this.#readStorage();
    this.hurry();
  }

  /** The way may be free again: what waits for it goes now, unless the server asked for patience. */
  hurry(): void {
    for (const lane of this.#lanes) {
      if (!lane.timer.isSet || lane.error?.code === 'rate-limited') continue;
      lane.timer.cancel();
      void this.#run(lane);
    }
    if (this.#items.some(({ status }) => status === 'sending')) this.#options.tabs.claim();
  }

  /** Forgets everything, here and in storage, what other tabs have just put there as well. */
  clear(): void {
    const { storage, storagePrefix } = this.#options;
    for (const key of storage.keys(`${storagePrefix}:`)) storage.remove(key);
    this.forget();
  }

  /** Forgets everything here: what is in storage belongs to somebody else. */
  forget(): void {
    for (const lane of this.#lanes) this.#end(lane);
    this.#vanished.clear();
    this.#names.clear();
    this.#change([]);
  }

  // Sending

  /** Sets every conversation going that has something to send here. */
  #pump(): void {
    this.#takePart();
    if (!this.#unwatch) return;
    for (const item of this.#items) {
      if (!this.#isMine(item) || this.#laneOf(item.conversation)) continue;
      const lane = {
        conversation: item.conversation,
        failures: 0,
        error: null,
        timer: new Timer(this.#options.clock),
        until: 0,
      };
      this.#lanes.add(lane);
      void this.#run(lane);
    }
  }

  /**
   * Whether it is to be sent, and from here: no other tab knows what storage did not take, so that goes from here with
   * everything before it.
   */
  #isMine({ status, conversation }: Unsent): boolean {
    if (status !== 'sending' || this.#options.tabs.leads) return status === 'sending';
    return this.#items.some(
      (item) =>
        item.status === 'sending' && item.conversation === conversation && !this.#stored.has(item.clientId),
    );
  }

  async #run(lane: Lane): Promise<void> {
    for (;;) {
      const next = this.#items.find(
        ({ status, conversation }) => status === 'sending' && conversation === lane.conversation,
      );
      if (!next || !this.#isMine(next) || !this.#lanes.has(lane)) break;
      try {
        const place = (await this.#options.deliver(next))();
        lane.failures = 0;
        lane.error = null;
        // Where its conversation is gone, it may be meant for another one by now.
        if (place || this.#find(next)?.conversation === next.conversation) this.#settle(next.clientId, place);
      } catch (reason) {
        const error = toChatError(reason);
        if (error.retryable) {
          this.#delay(lane, error, next);
          return;
        }
        this.#fail(next, error, lane.conversation);
      }
    }
    this.#lanes.delete(lane);
  }

  #delay(lane: Lane, error: ChatError, message: Unsent): void {
    if (!this.#lanes.has(lane)) return;
    const { clock } = this.#options;
    const isNews = lane.error?.code !== error.code;
    lane.failures += 1;
    lane.error = error;
    const wait = backoffAfter(clock, error, lane.failures, FIRST_RETRY);
    lane.until = clock.now() + wait;
    lane.timer.set(wait, () => void this.#run(lane));
    if (isNews) this.#options.onDelay(error, message);
    this.#options.onChange();
  }

  #settle(clientId: string, place: Place | null): void {
    this.#unstore(clientId);
    this.#vanished.delete(clientId);
    if (!place) this.#drop((item) => item.clientId === clientId);
    const settled = (item: Unsent): Unsent =>
      item.clientId === clientId ? { ...item, ...place, status: 'sent', error: null } : item;
    this.#arrive(this.#items.filter((item) => item.clientId === clientId && this.#isThere(settled(item))));
    this.#changeEach(settled);
  }

  #fail(message: Unsent, error: ChatError, conversation: string): void {
    const item = this.#find(message);
    // Dropped, or meant for another conversation by now: the refusal says nothing about that one.
    if (!item || item.conversation !== message.conversation) return;
    this.#changeEach((item) =>
      item.status === 'sending' && item.conversation === conversation
        ? { ...item, status: 'failed', error: error.code }
        : item,
    );
    this.#options.onFailure(error, message);
  }

  #find({ clientId }: Unsent): Unsent | undefined {
    return this.#items.find((item) => item.clientId === clientId);
  }

  #nameOf(conversation: string): string {
    const name = this.#names.get(conversation);
    return name === undefined ? conversation : this.#nameOf(name);
  }

  #laneOf(conversation: string): Lane | null {
    for (const lane of this.#lanes) if (lane.conversation === conversation) return lane;
    return null;
  }

  /** What is under way still gets its answer; nothing follows it. */
  #end(lane: Lane): void {
    lane.timer.cancel();
    this.#lanes.delete(lane);
  }

  /** The row of a message that was accepted long ago may be further up than what is held. */
  #isThere({ clientId, conversation, seq }: Unsent): boolean {
    const timeline = this.#options.timeline(conversation);
    if (!timeline) return false;
    if (seq !== null && seq <= lastSeq(timeline)) return true;
    return timeline.messages.some((message) => message.clientId === clientId);
  }

  // Among tabs

  /** Takes part in the group for as long as something is to be sent. */
  #takePart(): void {
    const wanted = this.#unwatch !== null && this.#items.some(({ status }) => status === 'sending');
    if (!wanted) {
      this.#leave?.();
      this.#leave = null;
    } else {
      this.#leave ??= this.#options.tabs.enter({
        onLead: () => this.#leadChanged(),
        onMessage: (message) => this.#hear(message),
      });
    }
  }

  #leadChanged(): void {
    if (!this.#options.tabs.leads) {
      for (const lane of this.#lanes) if (lane.timer.isSet) this.#end(lane);
    }
    this.#pump();
  }

  #hear(message: unknown): void {
    if (!isObject(message) || message.outbox !== 'discarded') return;
    const { clientId } = message;
    this.#drop((item) => item.clientId === clientId && item.status === 'failed');
  }

  /** Takes over what other tabs wrote, refused, retried, renamed or sent. */
  #readStorage(): void {
    const { storage, storagePrefix } = this.#options;
    const found = new Map<string, Unsent>();
    for (const key of storage.keys(`${storagePrefix}:`)) {
      const message = parseUnsent(key.slice(storagePrefix.length + 1), storage.get(key));
      if (message)
        found.set(message.clientId, { ...message, conversation: this.#nameOf(message.conversation) });
    }
    const known = new Set(this.#items.map(({ clientId }) => clientId));
    const vanished = this.#vanished.size;
    const kept = this.#items.map((item) => this.#compare(item, found.get(item.clientId)));
    const renamed = new Map<string, string>();
    for (const { status, clientId, conversation } of this.#items) {
      const name = status === 'sent' ? undefined : found.get(clientId)?.conversation;
      if (name !== undefined && name !== conversation) renamed.set(conversation, name);
    }
    const others = [...found.values()].filter(({ clientId }) => !known.has(clientId));
    for (const { clientId } of others) this.#stored.add(clientId);
    this.#change([...kept, ...others].sort(byOrder));
    for (const [from, to] of renamed) this.#options.onRenamed(from, to);
    this.confirm();
    this.#pump();
    if (this.#vanished.size > vanished) this.#options.onTaken();
  }

  /** The storage was wiped, which calls nothing back that was said. */
  #storeAgain(): void {
    this.#sendAgain(this.#vanished);
    this.#vanished.clear();
    for (const item of this.#items) if (item.status !== 'sent') this.#store(item);
  }

  #compare(item: Unsent, stored: Unsent | undefined): Unsent {
    const { clientId, status } = item;
    if (status === 'sent') return item;
    if (stored) {
      const { conversation, error } = stored;
      return { ...item, conversation, error, status: stored.status };
    }
    if (!this.#stored.has(clientId)) return item;
    this.#vanished.add(clientId);
    // Sent after all, or discarded.
    return status === 'failed' ? item : { ...item, status: 'sent' };
  }

  #store(message: Unsent): void {
    const { clientId, conversation, content, kind, createdAt, order, error } = message;
    const value = { conversation, content, kind, createdAt, order, ...(error ? { error } : {}) };
    if (this.#options.storage.set(this.#keyOf(clientId), JSON.stringify(value))) this.#stored.add(clientId);
    else this.#stored.delete(clientId);
  }

  #unstore(clientId: string): void {
    this.#stored.delete(clientId);
    const key = this.#keyOf(clientId);
    if (this.#options.storage.get(key) !== null) this.#options.storage.remove(key);
  }

  #keyOf(clientId: string): string {
    return `${this.#options.storagePrefix}:${clientId}`;
  }

  #drop(isOver: (item: Unsent) => boolean): void {
    const over = this.#items.filter(isOver);
    if (over.length === 0) return;
    for (const { clientId } of over) {
      this.#unstore(clientId);
      this.#vanished.delete(clientId);
    }
    this.#change(this.#items.filter((item) => !over.includes(item)));
    this.#takePart();
  }

  #changeEach(change: (item: Unsent) => Unsent): void {
    const items = this.#items.map(change);
    const changed = items.filter((item, index) => item !== this.#items[index]);
    if (changed.length === 0) return;
    for (const item of changed) if (item.status !== 'sent') this.#store(item);
    this.#change(items);
    this.#takePart();
  }

  #change(items: readonly Unsent[]): void {
    this.#items = items;
    this.#options.onChange();
  }
}

function byOrder(a: Unsent, b: Unsent): number {
  return a.order - b.order || (a.clientId < b.clientId ? -1 : 1);
}

function parseUnsent(clientId: string, text: string | null): Unsent | null {
  const value = parseJson(text);
  if (!isObject(value)) return null;
  const { conversation, content, kind, createdAt, order, error } = value;
  if (typeof conversation !== 'string' || typeof content !== 'string') return null;
  if (typeof createdAt !== 'string' || !Number.isFinite(order)) return null;
  return {
    clientId,
    conversation,
    content,
    kind: kind === 'note' ? 'note' : 'text',
    createdAt,
    order: Number(order),
    status: typeof error === 'string' ? 'failed' : 'sending',
    // Stored by this version or another one: an unknown code is shown like any refusal.
    error: typeof error === 'string' ? (error as ChatErrorCode) : null,
    seq: null,
  };
}
