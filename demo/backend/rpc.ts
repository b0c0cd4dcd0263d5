import { asSqlError, type Database, type Queries } from './database.ts';
import type { Faults } from './faults.ts';
import { allowCors, errorResponse, identify, preflight } from './gateway.ts';
import type { Claims, Keys } from './keys.ts';
import { callStatement, findFunction } from './rpc-catalogue.ts';
import { sqlErrorResponse, unknownFunction, unknownTable } from './rpc-errors.ts';

const TIMEOUTS: Readonly<Record<string, string>> = { anon: '3s', authenticated: '8s' };

export interface RpcOptions {
  readonly maxBodyBytes: number;
}

/** Thrown when a test asked for the answer of a committed call to get lost. */
export class AnswerLost extends Error {}

/**
 * PostgREST, as far as one route goes: `POST /rest/v1/rpc/<name>` with a JSON object as body. Anything
 * else is refused with the words PostgREST has for what it does not know.
 */
export function createRpc(database: Database, keys: Keys, faults: Faults, options: RpcOptions) {
  return async (request: Request): Promise<Response> => {
    if (request.method === 'OPTIONS') return preflight(request);
    return allowCors(await answer(request));
  };

  async function answer(request: Request): Promise<Response> {
    const caller = await identify(request, keys);
    if ('refusal' in caller) return caller.refusal;
    const path = new URL(request.url).pathname.replace(/^\/rest\/v1/, '');
    const name = /^\/rpc\/([^/]+)\/?$/.exec(path)?.[1];
    if (name === undefined) {
      const table = /^\/([^/]+)\/?$/.exec(path)?.[1];
      return table === undefined
        ? errorResponse(404, { code: 'PGRST125', message: 'Invalid path specified in request URL' })
        : unknownTable(decodeURIComponent(table));
    }
    if (!['GET', 'HEAD', 'POST'].includes(request.method)) {
      return errorResponse(405, {
        code: 'PGRST101',
        message: `Cannot use the ${request.method} method on RPC`,
      });
    }
    await faults.delayed(faults.rpcDelay);
    const failure = faults.takeRpcFailure(name);
    if (failure !== null) {
      return errorResponse(failure, { code: '', message: 'The server is asked to fail.' });
    }
    const response = await call(request, path, decodeURIComponent(name), caller.claims);
    if (response.ok && faults.takeLostAnswer(name)) throw new AnswerLost();
    return response;
  }

  async function call(request: Request, path: string, name: string, claims: Claims): Promise<Response> {
    const isGet = request.method !== 'POST';
    const body = isGet ? fromQuery(new URL(request.url)) : await readBody(request, options.maxBodyBytes);
    if (body instanceof Response) return body;
    const given = argumentNames(body);
    if (given === null) return errorResponse(400, { code: 'PGRST102', message: 'Empty or invalid json' });
    const callable = await findFunction(database, name, given);
    if (!callable) return unknownFunction(name, [...given], isGet);
    try {
      const rows = await database.transaction(
        async (queries) => {
          await setRequest(queries, request, path, claims);
          return queries.query<{ answer: string | null }>(callStatement(callable, given), [body]);
        },
        { readOnly: isGet || !callable.volatile },
      );
      if (callable.returns === 'void') return new Response(null, { status: 204 });
      return new Response(request.method === 'HEAD' ? null : (rows[0]?.answer ?? 'null'), {
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
      });
    } catch (reason) {
      const error = asSqlError(reason);
      if (!error) throw reason;
      return sqlErrorResponse(error, claims.role);
    }
  }
}

/** What PostgREST tells the transaction about the request, role included. */
async function setRequest(queries: Queries, request: Request, path: string, claims: Claims): Promise<void> {
  const headers = Object.fromEntries(
    [...request.headers].map(([name, value]) => [name.toLowerCase(), value]),
  );
  await queries.query(
    `select set_config('search_path', '"public", "extensions"', true),
       set_config('statement_timeout', $1, true), set_config('role', $2, true),
       set_config('request.jwt.claims', $3, true), set_config('request.method', $4, true),
       set_config('request.path', $5, true), set_config('request.headers', $6, true),
       set_config('request.cookies', '{}', true)`,
    [
      TIMEOUTS[claims.role] ?? '0',
      claims.role,
      JSON.stringify(claims),
      request.method,
      path,
      JSON.stringify(headers),
    ],
  );
}

async function readBody(request: Request, limit: number): Promise<string | Response> {
  const type = (request.headers.get('content-type') ?? 'application/json').split(';')[0]?.trim();
  if (type !== 'application/json') {
    return errorResponse(400, { code: 'PGRST102', message: `Content-Type not acceptable: ${type}` });
  }
  const tooLarge = () => new Response('Payload Too Large', { status: 413 });
  if (Number(request.headers.get('content-length') ?? 0) > limit) return tooLarge();
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > limit) return tooLarge();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes) || '{}';
  } catch {
    return errorResponse(400, { code: 'PGRST102', message: 'Empty or invalid json' });
  }
}

/** GET passes its arguments in the query; `apikey` is the gateway's. */
function fromQuery(url: URL): string {
  const values = Object.fromEntries(url.searchParams);
  delete values.apikey;
  return JSON.stringify(values);
}

function argumentNames(body: string): Set<string> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return new Set();
    return Array.isArray(parsed) ? null : new Set(Object.keys(parsed));
  } catch {
    return null;
  }
}
