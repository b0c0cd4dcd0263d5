/**
 * What went wrong, by what the reader can do about it.
 *
 * - `offline`: no answer from the server: try again later, nothing is lost
 * - `unavailable`: the server answered that it cannot (5xx): try again later
 * - `rate-limited`: too much too quickly; `retryAfter` says how many seconds to wait
 * - `unauthorized`: the token or sign-in is not valid (any more)
 * - `forbidden`: known, but not allowed
 * - `not-found`: not there or not yours, which look the same
 * - `conflict`: somebody else was first; `details` may say who
 * - `too-long`: more text than allowed
 * - `invalid`: the server refused the input as malformed
 * - `not-installed`: the project has no Support Chat migrations
 * - `not-configured`: attributes are missing or wrong; the message says which
 * - `unknown`: none of these
 */
export type ChatErrorCode =
  | 'offline'
  | 'unavailable'
  | 'rate-limited'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-long'
  | 'invalid'
  | 'not-installed'
  | 'not-configured'
  | 'unknown';

/** The only error that leaves `transport/` and the drivers. Branch on `code`; `message` is for developers. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ChatErrorCode;
  /** Seconds to wait, for `rate-limited`. */
  readonly retryAfter: number | null;
  /** What the server added, for example who won a conflict. */
  readonly details: unknown;

  constructor(
    code: ChatErrorCode,
    message: string,
    options: { cause?: unknown; retryAfter?: number | null; details?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfter = options.retryAfter ?? null;
    this.details = options.details ?? null;
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return this.code === 'offline' || this.code === 'unavailable' || this.code === 'rate-limited';
  }
}

export function toChatError(reason: unknown): ChatError {
  if (reason instanceof ChatError) return reason;
  const message = reason instanceof Error ? reason.message : String(reason);
  return new ChatError('unknown', message, { cause: reason });
}
