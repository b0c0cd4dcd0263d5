import type { ChatSession } from '../model.ts';
import type { LiveChannel, LiveEvent, LiveHandlers } from '../ports.ts';

/** A channel that joins, delivers and breaks when told to. */
export class FakeLive<S extends ChatSession> implements LiveChannel<S> {
  /** Every topic ever listened on. */
  readonly topics: string[] = [];
  topic: string | null = null;
  #handlers: LiveHandlers<S> | null = null;

  listen(topic: string, handlers: LiveHandlers<S>): () => void {
    this.topics.push(topic);
    this.topic = topic;
    this.#handlers = handlers;
    return () => {
      if (this.#handlers !== handlers) return;
      this.topic = null;
      this.#handlers = null;
    };
  }

  join(): void {
    this.#handlers?.onJoined(true);
  }

  lose(): void {
    this.#handlers?.onJoined(false);
  }

  ready(): void {
    this.#handlers?.onReady();
  }

  deliver(event: LiveEvent<S>): void {
    this.#handlers?.onEvent(event);
  }
}
