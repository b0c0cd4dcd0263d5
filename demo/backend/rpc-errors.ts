import type { SqlError } from './database.ts';
import { errorResponse } from './gateway.ts';

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
  return errorResponse(statusOf(error, role), {
    code: error.code,
    message: error.message,
    details: error.detail,
    hint: error.hint,
  });
}

function statusOf({ code, message }: SqlError, role: string): number {
  const chosen = /^PT([1-5]\d\d)$/.exec(code);
  if (chosen) return Number(chosen[1]);
  if (code.startsWith('PT')) return 500;
  if (code === '42501') return role === 'anon' ? 401 : 403;
  if (code === '21000') return message.endsWith('requires a WHERE clause') ? 400 : 500;
  return STATUS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}

/** No function of that name takes these arguments. */
export function unknownFunction(name: string, names: readonly string[], isGet: boolean): Response {
  const called = `public.${name}`;
  const list = names.join(', ');
  const orSingle = isGet ? '' : ' or with a single unnamed json/jsonb parameter';
  return errorResponse(404, {
    code: 'PGRST202',
    message:
      names.length > 0
        ? `Could not find the function ${called}(${list}) in the schema cache`
        : `Could not find the function ${called} without parameters in the schema cache`,
    details:
      names.length > 0
        ? `Searched for the function ${called} with ${names.length > 1 ? 'parameters' : 'parameter'} ${list}${orSingle}, but no matches were found in the schema cache.`
        : `Searched for the function ${called} without parameters${orSingle}, but no matches were found in the schema cache.`,
  });
}

export function unknownTable(name: string): Response {
  return errorResponse(404, {
    code: 'PGRST205',
    message: `Could not find the table 'public.${name}' in the schema cache`,
  });
}
