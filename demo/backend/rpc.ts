import { asSqlError, type Database, type Queries } from './database.ts';
import type { Faults } from './faults.ts';
import { allowCors, errorResponse, identify, preflight } from './gateway.ts';
import type { Claims, Keys } from './keys.ts';
import { type Outcome, successResponse } from './rpc-answer.ts';
import { type Callable, callStatement, findFunction } from './rpc-catalogue.ts';
import { Refusal, refuse, sqlErrorResponse } from './rpc-errors.ts';
import { negotiate, type Preferences, readPreferences } from './rpc-negotiate.ts';
import { nesting, readArguments, readName, readSchema, refuseQuery } from './rpc-request.ts';

/** The roles a token may name. Those without a time limit of their own have that of PostgREST's own role. */
const TIMEOUTS: Readonly<Record<string, string>> = { anon: '3s', authenticated: '8s', service_role: '8s' };

/** PGlite neither stops at its stack's end nor survives it: it hangs from about three times as deep. */
const DEEPEST_FOR_PGLITE = 2000;

export interface RpcOptions {
  readonly maxBodyBytes: number;
}

/** Thrown when a test asked for the answer of a committed call to get lost. */
export class AnswerLost extends Error {}

/**
 * PostgREST, as far as one route goes: `POST /rest/v1/rpc/<name>`, and GET for what changes nothing.
 * Anything else is refused, in the words PostgREST has for it where it has some.
 */
export function createRpc(database: Database, keys: Keys, faults: Faults, options: RpcOptions) {
  return async (request: Request): Promise<Response> => {
    if (request.method === 'OPTIONS') return preflight(request);
    return allowCors(await answer(request));
  };

  async function answer(request: Request): Promise<Response> {
    const caller = await identify(request, keys);
    if ('refusal' in caller) return caller.refusal;
    try {
      const path = new URL(request.url).pathname.replace(/^\/rest\/v1/, '');
      const name = readName(path, request.method);
      await faults.delayed(faults.rpcDelay);
      const failure = faults.takeRpcFailure(name);
      if (failure !== null) {
        return errorResponse(failure, { code: '', message: 'The server is asked to fail.' });
      }
      const response = await call(request, path, name, caller.claims);
      if (response.ok && faults.takeLostAnswer(name)) throw new AnswerLost();
      return response;
    } catch (reason) {
      if (reason instanceof Refusal) return reason.response;
      const error = asSqlError(reason);
      if (error) return sqlErrorResponse(error, caller.claims.role);
      if (isConnectionLoss(reason)) {
        return errorResponse(503, {
          code: 'PGRST001',
          message: 'Database client error. Retrying the connection.',
        });
      }
      throw reason;
    }
  }

  async function call(request: Request, path: string, name: string, claims: Claims): Promise<Response> {
    const isPost = request.method === 'POST';
    const schema = readSchema(request);
    const given = await readArguments(request, options.maxBodyBytes);
    const callable = await findFunction(database, schema, name, given, isPost);
    refuseQuery(request, callable.returnsTable);
    const { type, isSingular } = negotiate(request);
    const preferences = await readPreferences(request, database);
    refuseMaxAffected(callable, preferences);
    if (database.kind === 'pglite' && nesting(given.body) > DEEPEST_FOR_PGLITE) refuseDepth();
    const outcome = await database.transaction(
      async (queries) => {
        await setRequest(queries, { request, path, claims, schema, callable, preferences });
        const statement = callStatement(callable, given);
        const [first] = await queries.query<Outcome>(statement, [given.body]);
        const result = first ?? { answer: null, amount: 0, status: null, headers: null };
        refuseAmount(result.amount, isSingular, preferences);
        return isSingular && callable.returns === 'set' ? onlyOne(result) : result;
      },
      { readOnly: !isPost || !callable.volatile },
    );
    const isHead = request.method === 'HEAD';
    return successResponse(callable, outcome, { type, schema, isHead }, preferences);
  }
}

interface RequestSettings {
  readonly request: Request;
  readonly path: string;
  readonly claims: Claims;
  readonly schema: string;
  readonly callable: Callable;
  readonly preferences: Preferences;
}

/** What PostgREST tells the transaction about the request, role included. */
async function setRequest(queries: Queries, settings: RequestSettings): Promise<void> {
  const { request, path, claims, schema, callable, preferences } = settings;
  const roleTimeout = TIMEOUTS[claims.role] ?? (await refuseRole(queries, claims.role));
  const { cookie = '', ...headers } = Object.fromEntries(request.headers);
  await queries.query(
    `select set_config('search_path', $1, true), set_config('statement_timeout', $2, true),
       set_config('lock_timeout', '8s', true), set_config('role', $3, true),
       set_config('request.jwt.claims', $4, true), set_config('request.method', $5, true),
       set_config('request.path', $6, true), set_config('request.headers', $7, true),
       set_config('request.cookies', $8, true),
       set_config('timezone', coalesce($9, current_setting('timezone')), true)`,
    [
      `"${schema}", "extensions"`,
      callable.timeout ?? roleTimeout,
      claims.role,
      JSON.stringify(claims),
      request.method,
      path,
      JSON.stringify(headers),
      JSON.stringify(readCookies(cookie)),
      preferences.timezone,
    ],
  );
}

function readCookies(header: string): Record<string, string> {
  const pairs = header.split(';').filter((pair) => pair.trim());
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.trim().split('=');
      return [name, value.join('=')];
    }),
  );
}

/** PostgREST's own role may become no other than those three. */
async function refuseRole(queries: Queries, role: string): Promise<never> {
  const known = await queries.query('select from pg_catalog.pg_roles where rolname = $1', [role]);
  return known.length > 0
    ? refuse(403, '42501', `permission denied to set role "${role}"`)
    : refuse(401, '22023', `role "${role}" does not exist`);
}

/** The words are PostgreSQL's own for a stack that is full. */
function refuseDepth(): never {
  refuse(500, '54001', 'stack depth limit exceeded', {
    hint: `Increase the configuration parameter "max_stack_depth" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.`,
  });
}

function refuseMaxAffected(callable: Callable, { maxAffected }: Preferences): void {
  if (maxAffected === null || callable.returns === 'set') return;
  refuse(
    400,
    'PGRST128',
    'Function must return SETOF or TABLE when max-affected preference is used with handling=strict',
  );
}

function refuseAmount(amount: number, isSingular: boolean, { maxAffected }: Preferences): void {
  if (maxAffected !== null && amount > maxAffected) {
    refuse(400, 'PGRST124', 'Query result exceeds max-affected preference constraint', {
      details: `The query affects ${amount} rows`,
    });
  }
  if (isSingular && amount !== 1) {
    refuse(406, 'PGRST116', 'Cannot coerce the result to a single JSON object', {
      details: `The result contains ${amount} rows`,
    });
  }
}

function onlyOne(outcome: Outcome): Outcome {
  return { ...outcome, answer: outcome.answer?.trim().slice(1, -1).trim() ?? null };
}

/** The ways the driver and Node say that there is no database to talk to. */
function isConnectionLoss(reason: unknown): boolean {
  return /^(?:CONNECT|ECONN|EPIPE|ETIMEDOUT)/.test(String((reason as { code?: unknown } | null)?.code));
}
