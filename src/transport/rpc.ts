import type { Answer, Arguments, FunctionName } from '../core/api.ts';
import { ChatError, type ChatErrorCode } from '../core/errors.ts';
import { type Fields, isObject, parseJson } from '../core/json.ts';
import { object } from './read.ts';

/** Calls one database function. Rejects with a ChatError and nothing else. */
export type Rpc = <Name extends FunctionName>(name: Name, args: Arguments<Name>) => Promise<Answer<Name>>;

export interface RpcOptions {
  readonly url: string;
  readonly key: string;
  /** The signed-in user's JWT, or null where nobody is signed in. */
  readonly accessToken?: (() => Promise<string | null>) | null;
  readonly fetch?: typeof fetch;
  readonly timeout?: number;
  /**
   * What a refused JWT means: for an agent the sign-in is over; a visitor's own token stands, and the page's
   * sign-in may come back by itself.
   */
  readonly refusedJwt: 'unauthorized' | 'unavailable';
}

const TIMEOUT = 15_000;

export function createRpc(options: RpcOptions): Rpc {
  const { url, key, accessToken, timeout = TIMEOUT, refusedJwt } = options;
  const send = options.fetch ?? ((input, init) => fetch(input, init));
  return async <Name extends FunctionName>(name: Name, args: Arguments<Name>) => {
    const token = await currentToken(accessToken, key);
    const headers = {
      apikey: key,
      Accept: 'application/json',
      'Content-Type': 'application/json',
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    };
    const { ok, status, body } = await exchange(send, timeout, `${url}/rest/v1/rpc/${name}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(args),
    });
    const answer = body === '' ? null : parseJson(body);
    if (ok && answer !== undefined) return object<Answer<Name>>(answer, name);
    throw toRpcError(status, isObject(answer) ? answer : { body }, refusedJwt);
  };
}

/**
 * What goes into Authorization: a user's JWT, else a legacy key, which is a JWT itself. A publishable key is
 * none, and gateways refuse it there.
 */
async function currentToken(accessToken: RpcOptions['accessToken'], key: string): Promise<string | null> {
  const token = await accessToken?.().catch((cause: unknown) => {
    throw new ChatError('unavailable', 'The access token could not be fetched.', { cause });
  });
  return token ?? (key.startsWith('sb_') ? null : key);
}

/** One request and its whole answer within `timeout`; a deadline for the headers alone would wait for ever. */
async function exchange(send: typeof fetch, timeout: number, url: string, init: RequestInit) {
  try {
    const response = await send(url, { ...init, signal: AbortSignal.timeout(timeout) });
    return { ok: response.ok, status: response.status, body: await response.text() };
  } catch (cause) {
    throw new ChatError('offline', 'The server did not answer.', { cause });
  }
}

const BY_STATUS: Readonly<Record<number, ChatErrorCode>> = {
  400: 'invalid',
  403: 'forbidden',
  405: 'invalid',
  409: 'conflict',
  413: 'too-long',
  422: 'invalid',
  429: 'rate-limited',
};

/** Which ChatError a failed call is, by status and SQLSTATE; message texts decide nothing. */
function toRpcError(status: number, failure: Fields, refusedJwt: RpcOptions['refusedJwt']): ChatError {
  const details = parseDetails(failure.details);
  const code = codeOf(status, typeof failure.code === 'string' ? failure.code : '', refusedJwt);
  const said = failure.message || `The server answered ${status}.`;
  return new ChatError(code, `${HINTS[code] ?? ''}${said}`, {
    cause: failure,
    details,
    retryAfter: retryAfter(details),
  });
}

const HINTS: Partial<Readonly<Record<ChatErrorCode, string>>> = {
  'not-installed':
    'This Supabase project has no Support Chat functions. Run install.sql in its SQL editor. The server said: ',
  'not-configured':
    'The project at supabase-url refuses this request. Check supabase-url and supabase-key. The server said: ',
};

/**
 * Our own functions say what they mean with `PT…`. A 401 or 404 without it comes from the gateway: the key or
 * the address is wrong, and the visitor's token is not to blame.
 */
function codeOf(status: number, code: string, refusedJwt: RpcOptions['refusedJwt']): ChatErrorCode {
  if (code === 'PT401') return 'unauthorized';
  if (code === 'PT404') return 'not-found';
  if (code === 'PGRST202') return 'not-installed';
  if (code === '42501') return 'forbidden';
  if (status === 401 && code.startsWith('PGRST3')) return refusedJwt;
  if (status === 401 || status === 404) return 'not-configured';
  if (status >= 500) return 'unavailable';
  return BY_STATUS[status] ?? 'unknown';
}

function parseDetails(details: unknown): unknown {
  return (typeof details === 'string' ? (parseJson(details) ?? details) : details) || null;
}

function retryAfter(details: unknown): number | null {
  const seconds = isObject(details) ? Number(details.retry_after) : -1;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
