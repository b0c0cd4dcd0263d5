// What an agent wants done with a conversation as soon as a message is in it, and not before: a conversation that is
// closed first would refuse the message. Kept on this page only: after a reload the message goes out all the same, and
// the conversation stays where it is.
import type { Unsent } from './outbox.ts';

/** `snooze`: until a moment, ISO 8601, or `infinity`: until the visitor writes. */
export type AfterSend = { readonly type: 'close' } | { readonly type: 'snooze'; readonly until: string };

export class AfterSending {
  readonly #run: (conversation: string, then: AfterSend) => void;
  readonly #waiting = new Map<string, { readonly conversation: string; readonly then: AfterSend }>();

  constructor(run: (conversation: string, then: AfterSend) => void) {
    this.#run = run;
  }

  /** The newest of these messages is to be followed by `then`. */
  expect(items: readonly Unsent[], then: AfterSend): void {
    const message = items.at(-1);
    if (message) this.#waiting.set(message.clientId, { conversation: message.conversation, then });
  }

  /** A message is there. */
  arrived(clientId: string | null): void {
    const expected = this.#waiting.get(clientId ?? '');
    if (!clientId || !expected) return;
    this.#waiting.delete(clientId);
    this.#run(expected.conversation, expected.then);
  }
}
