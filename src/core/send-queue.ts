import { type ChatError, type ChatErrorCode, toChatError } from './errors.ts';
import type { Clock, KeyValueStorage } from './ports.ts';
import { parseJson } from './stored.ts';
import { lastSeq, type Timeline } from './timeline.ts';

export interface Unsent {
  /** The idempotency key: the same for every try. */
  readonly clientId: string;
  /** Which conversation it belongs to; what that means is the driver's. */
  readonly conversation: string;
  readonly content: string;
  readonly kind: 'text' | 'note';
  readonly createdAt: string;
  /** `sent`: accepted, its row has not come into the timeline yet. */
  readonly status: 'sending' | 'failed' | 'sent';
  readonly error: ChatErrorCode | null;
  /** Where its row is in the session, once it is accepted. */
  readonly seq: number | null;
}

export interface SendQueueOptions {
  readonly clock: Clock;
  readonly storage: KeyValueStorage;
  readonly storageKey: string;
  /** Sends it, and tells the `seq` of its row; null where its conversation is gone by then. */
  deliver(message: Unsent): Promise<number | null>;
  /** What is held of a conversation: an accepted message is listed here until it is listed there. */
  timeline(conversation: string): Timeline | null;
  onChange(): void;
  onFailure(error: ChatError, message: Unsent): void;
}

/**
 * Messages on their way: in order and one at a time per conversation, stored until they are accepted. What fails
 * waits for a retry by hand, and so does everything behind it, since order is part of what was said.
 */
export class SendQueue {
  readonly #options: SendQueueOptions;
  readonly #busy = new Set<{ conversation: string }>();
  /** Ids this queue has ever held: in the stored list, the others are another tab's. */
  readonly #own = new Set<string>();
  #items: readonly Unsent[] = [];

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  get items(): readonly Unsent[] {
    return this.#items;
  }

  /** Brings back what an earlier page could not send, as failed. */
  restore(): void {
    const stored = readStored(this.#options.storage.get(this.#options.storageKey));
    const missing = stored.filter((message) => !this.#own.has(message.clientId));
    if (missing.length === 0) return;
    for (const message of missing) this.#own.add(message.clientId);
    this.#items = [...missing, ...this.#items];
    this.#options.onChange();
  }

  add(conversation: string, content: string, kind: 'text' | 'note'): void {
    const clientId = this.#options.clock.uuid();
    const createdAt = new Date(this.#options.clock.now()).toISOString();
    this.#own.add(clientId);
    this.#change([
      ...this.#items,
      { clientId, conversation, content, kind, createdAt, status: 'sending', error: null, seq: null },
    ]);
    void this.#pump(conversation);
  }

  retry(clientIds: readonly string[]): void {
    const again = new Set(clientIds);
    this.#change(
      this.#items.map((item) =>
        again.has(item.clientId) && item.status === 'failed'
          ? { ...item, status: 'sending', error: null }
          : item,
      ),
    );
    for (const conversation of new Set(this.#items.map((item) => item.conversation))) {
      void this.#pump(conversation);
    }
  }

  /** Drops a failed message; one that is on its way cannot be called back. */
  discard(clientId: string): void {
    this.#change(this.#items.filter((item) => item.clientId !== clientId || item.status !== 'failed'));
  }

  /** Lets go of messages whose rows are there by now. */
  confirm(): void {
    if (this.#items.some((item) => this.#isThere(item))) {
      this.#change(this.#items.filter((item) => !this.#isThere(item)));
    }
  }

  /** A conversation got another name, for example its id. */
  rename(from: string, to: string): void {
    if (from === to) return;
    for (const lane of this.#busy) if (lane.conversation === from) lane.conversation = to;
    if (!this.#items.some((item) => item.conversation === from)) return;
    this.#change(
      this.#items.map((item) => (item.conversation === from ? { ...item, conversation: to } : item)),
    );
  }

  /** A conversation is no more: what was accepted there went with it, the rest goes on in another. */
  move(from: string, to: string): void {
    this.#change(this.#items.filter((item) => item.conversation !== from || item.status !== 'sent'));
    this.rename(from, to);
  }

  clear(): void {
    this.#change([]);
  }

  async #pump(conversation: string): Promise<void> {
    for (const lane of this.#busy) if (lane.conversation === conversation) return;
    const lane = { conversation };
    this.#busy.add(lane);
    for (;;) {
      const next = this.#items.find(
        (item) => item.conversation === lane.conversation && item.status === 'sending',
      );
      if (!next) break;
      try {
        const seq = await this.#options.deliver(next);
        this.#settle(next.clientId, seq);
      } catch (reason) {
        this.#fail(next, toChatError(reason), lane.conversation);
      }
    }
    this.#busy.delete(lane);
  }

  #settle(clientId: string, seq: number | null): void {
    const items = this.#items.map(
      (item): Unsent => (item.clientId === clientId ? { ...item, status: 'sent', error: null, seq } : item),
    );
    const isOver = (item: Unsent) => seq === null && item.clientId === clientId;
    this.#change(items.filter((item) => !isOver(item) && !this.#isThere(item)));
  }

  /** The row of a message that was accepted long ago may be further up than what is held. */
  #isThere({ clientId, conversation, seq }: Unsent): boolean {
    const timeline = this.#options.timeline(conversation);
    if (!timeline) return false;
    if (seq !== null && seq <= lastSeq(timeline)) return true;
    return timeline.messages.some((message) => message.clientId === clientId);
  }

  #fail(message: Unsent, error: ChatError, conversation: string): void {
    if (!this.#items.some((item) => item.clientId === message.clientId)) return;
    this.#change(
      this.#items.map((item) =>
        item.status === 'sending' && item.conversation === conversation
          ? { ...item, status: 'failed', error: error.code }
          : item,
      ),
    );
    this.#options.onFailure(error, message);
  }

  #change(items: readonly Unsent[]): void {
    const { storage, storageKey } = this.#options;
    this.#items = items;
    const others = readStored(storage.get(storageKey)).filter((item) => !this.#own.has(item.clientId));
    const unsent = [...others, ...items.filter((item) => item.status !== 'sent')];
    if (unsent.length > 0) storage.set(storageKey, JSON.stringify(unsent.map(toStored)));
    else if (storage.get(storageKey) !== null) storage.remove(storageKey);
    this.#options.onChange();
  }
}

function toStored({ clientId, conversation, content, kind, createdAt }: Unsent): object {
  return { clientId, conversation, content, kind, createdAt };
}

function readStored(text: string | null): readonly Unsent[] {
  const value = parseJson(text);
  return Array.isArray(value) ? value.map(parseUnsent).filter((message) => message !== null) : [];
}

function parseUnsent(value: unknown): Unsent | null {
  if (typeof value !== 'object' || value === null) return null;
  const { clientId, conversation, content, kind, createdAt } = value as Record<string, unknown>;
  if (typeof clientId !== 'string' || typeof conversation !== 'string') return null;
  if (typeof content !== 'string' || typeof createdAt !== 'string') return null;
  return {
    clientId,
    conversation,
    content,
    kind: kind === 'note' ? 'note' : 'text',
    createdAt,
    status: 'failed',
    error: 'offline',
    seq: null,
  };
}
