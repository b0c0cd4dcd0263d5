import type { SqlError } from './database.ts';
import { errorResponse } from './gateway.ts';

/** Thrown wherever PostgREST itself refuses a request. */
export class Refusal extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`Refused with ${response.status}.`);
    this.response = response;
  }
}

export function refuse(
  status: number,
  code: string,
  message: string,
  more: { details?: unknown; hint?: unknown } = {},
): never {
  throw new Refusal(errorResponse(status, { code, message, ...more }));
}

// PostgREST's table, https://docs.postgrest.org/en/v14/references/errors.html: the first prefix wins.
const STATUS: readonly (readonly [prefix: string, status: number])[] = [
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53400', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57P01', 503],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0001', 400],
  ['P0', 500],
  ['XX', 500],
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
];

/** The HTTP answer to an error that a function raised. */
export function sqlErrorResponse(error: SqlError, role: string): Response {
  if (error.code === 'PGRST') return customResponse(error);
  const status = statusOf(error, role);
  return errorResponse(
    status,
    { code: error.code, message: error.message, details: error.detail, hint: error.hint },
    status === 401 ? { 'www-authenticate': 'Bearer' } : {},
  );
}

function statusOf({ code, message }: SqlError, role: string): number {
  // Node can only send statuses from 200 to 599 in an answer.
  const chosen = /^PT([2-5]\d\d)$/.exec(code);
  if (chosen) return Number(chosen[1]);
  if (code.startsWith('PT')) return 500;
  if (code === '42501') return role === 'anon' ? 401 : 403;
  if (code === '21000') return message.endsWith('requires a WHERE clause') ? 400 : 500;
  if (code === '22023') return /^role.*does not exist$/s.test(message) ? 401 : 400;
  return STATUS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}

/** SQLSTATE `PGRST` writes the whole answer: its body in the message, status and headers in the detail. */
function customResponse({ message, detail }: SqlError): Response {
  const body = parseObject(message);
  if (
    !isText(body?.code) ||
    !isText(body.message) ||
    !isTextOrNone(body.details) ||
    !isTextOrNone(body.hint)
  ) {
    return unreadable(
      `Invalid JSON value for MESSAGE: '${message}'`,
      "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.",
    );
  }
  const hint =
    "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'.";
  if (detail === null) return unreadable('DETAIL is missing in the RAISE statement', hint);
  const answer = parseObject(detail);
  const { status, headers } = answer ?? {};
  const isStatus = Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599;
  if (!isStatus || !isHeaders(headers)) {
    return unreadable(`Invalid JSON value for DETAIL: '${detail}'`, hint);
  }
  const { code, details, hint: advice } = body;
  return errorResponse(Number(status), { code, message: body.message, details, hint: advice }, headers);
}

function unreadable(details: string, hint: string): Response {
  const message = `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`;
  return errorResponse(500, { code: 'PGRST121', message, details, hint });
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || value === null || isText(value);
}

function isHeaders(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    new Headers(value as Record<string, string>);
    return Object.values(value).every(isText);
  } catch {
    return false;
  }
}
