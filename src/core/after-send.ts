// What an agent wants done with a conversation as soon as a message is in it, and not before: a conversation that is
// closed first would refuse the message. Kept on this page only: after a reload the message goes out all the same, and
// the conversation stays where it is.
import type { Unsent } from './outbox.ts';

/** `snooze`: until a moment, ISO 8601, or `infinity`: until the visitor writes. */
export type AfterSend = { readonly type: 'close' } | { readonly type: 'snooze'; readonly until: string };

export interface Expected {
  readonly conversation: string;
  readonly then: AfterSend;
  /** The newest message when it was asked for: what a visitor says later was not seen. */
  readonly seen: number;
}

export class AfterSending {
  readonly #run: (expected: Expected) => void;
  readonly #waiting = new Map<string, Expected>();

  constructor(run: (expected: Expected) => void) {
    this.#run = run;
  }

  /** The newest of these messages is to be followed by `then`. */
  expect(items: readonly Unsent[], then: AfterSend, seen: number): void {
    const message = items.at(-1);
    if (message) this.#waiting.set(message.clientId, { conversation: message.conversation, then, seen });
  }

  /** A message is there. Of those that are not yet, one more may have been written to the same conversation. */
  arrived(clientId: string | null, items: readonly Unsent[]): void {
    const expected = this.#waiting.get(clientId ?? '');
    if (!clientId || !expected) return;
    this.#waiting.delete(clientId);
    const last = items.findLast(
      (item) =>
        item.conversation === expected.conversation &&
        item.status === 'sending' &&
        item.clientId !== clientId,
    );
    if (last) this.#waiting.set(last.clientId, expected);
    else this.#run(expected);
  }
}
