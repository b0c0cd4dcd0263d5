/** What a view can drive: state to render, a way to hear of changes, and a life of its own. */
export interface Driver<S> {
  readonly state: S;
  /** Returns its undo. */
  subscribe(listener: () => void): () => void;
  start(): void;
  stop(): void;
}

/**
 * How fresh what is shown can be: `live` by socket, `polling` without one, `connecting` before either is known,
 * `offline` when no request gets through.
 */
export type Connection = 'idle' | 'connecting' | 'live' | 'polling' | 'offline';
