import type { Callable } from './rpc-catalogue.ts';
import { refuse } from './rpc-errors.ts';
import type { Preferences } from './rpc-negotiate.ts';

/** What a call came to. */
export interface Outcome {
  /** The answer as JSON. */
  readonly answer: string | null;
  /** How many rows, 1 for what is no set. */
  readonly amount: number;
  /** The settings `response.status` and `response.headers`, as the function left them. */
  readonly status: string | null;
  readonly headers: string | null;
}

// https://fetch.spec.whatwg.org/#null-body-status
const BODILESS = [204, 205, 304];

/** The answer to a call that was committed. */
export function successResponse(
  callable: Callable,
  { answer, amount, status, headers }: Outcome,
  asked: { readonly type: string; readonly schema: string; readonly isHead: boolean },
  preferences: Preferences,
): Response {
  const isVoid = callable.returns === 'void';
  const built = new Headers({ 'content-range': contentRange(amount, preferences.count !== null) });
  if (preferences.applied) built.set('preference-applied', preferences.applied);
  if (!isVoid) {
    built.set('content-type', `${asked.type}; charset=utf-8`);
    built.set('content-profile', asked.schema);
  }
  const chosen = status === null ? (isVoid ? 204 : 200) : readStatus(status);
  for (const [name, values] of readHeaders(headers)) {
    built.delete(name);
    for (const value of values) built.append(name, value);
  }
  const body = isVoid || asked.isHead || BODILESS.includes(chosen) ? null : (answer ?? 'null');
  return new Response(body, { status: chosen, headers: built });
}

function contentRange(amount: number, isCounted: boolean): string {
  const rows = amount === 0 ? '*' : `0-${amount - 1}`;
  return `${rows}/${isCounted ? amount : '*'}`;
}

/** Leading digits count; Node can only send statuses from 200 to 599 in an answer. */
function readStatus(setting: string): number {
  const status = Number(/^\d+/.exec(setting)?.[0] ?? 0);
  if (status >= 200 && status <= 599) return status;
  return refuse(500, 'PGRST112', 'response.status guc must be a valid status code');
}

/** From an array of objects with one key each, as a header may be there several times. */
function readHeaders(setting: string | null): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  if (setting === null) return headers;
  try {
    for (const entry of JSON.parse(setting) as unknown[]) {
      const [[name, value] = [], ...more] = Object.entries(entry as object);
      if (name === undefined || typeof value !== 'string' || more.length > 0) throw new TypeError();
      // Throws if HTTP cannot say it.
      new Headers([[name, value]]);
      const key = name.toLowerCase();
      headers.set(key, [...(headers.get(key) ?? []), value]);
    }
    return headers;
  } catch {
    return refuse(
      500,
      'PGRST111',
      'response.headers guc must be a JSON array composed of objects with a single key and a string value',
    );
  }
}
