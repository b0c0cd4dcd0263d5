import type { Claims, Keys, TokenProblem } from './keys.ts';

/** Who a request speaks for, or the answer that refuses it. */
export type Caller = { readonly claims: Claims } | { readonly refusal: Response };

/** Answers in the shape PostgREST uses for every error. */
export function errorResponse(
  status: number,
  error: { code: string; message: string; details?: unknown; hint?: unknown },
  headers: Record<string, string> = {},
): Response {
  const { code, message, details = null, hint = null } = error;
  const named = code ? { 'proxy-status': `PostgREST; error=${code.replace(/[^\x20-\x7e]/g, '?')}` } : {};
  return json(status, { code, details, hint, message }, { ...named, ...headers });
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const isBodiless = [204, 205, 304].includes(status);
  return new Response(isBodiless ? null : typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}

/** The role of a request: from its bearer token if it has one of its own, else from its API key. */
export async function identify(request: Request, keys: Keys): Promise<Caller> {
  const apiKey = request.headers.get('apikey') ?? new URL(request.url).searchParams.get('apikey') ?? '';
  if (!apiKey) {
    return {
      refusal: json(401, {
        message: 'No API key found in request',
        hint: 'No `apikey` request header or url param was found.',
      }),
    };
  }
  const keyClaims = await keys.claimsOf(apiKey);
  if (!keyClaims) {
    return {
      refusal: json(401, {
        message: 'Invalid API key',
        hint: 'Double check your Supabase `anon` or `service_role` API key.',
      }),
    };
  }
  const authorization = request.headers.get('authorization') ?? '';
  if (!/^Bearer(?:\s|$)/i.test(authorization)) return { claims: keyClaims };
  const bearer = authorization.slice('Bearer'.length).trim();
  if (bearer === apiKey) return { claims: keyClaims };
  if (bearer === '') {
    return { refusal: unauthorized('PGRST301', 'Empty JWT is sent in Authorization header') };
  }
  // PostgREST forgives clocks that differ by half a minute.
  const verified = await keys.verify(bearer, 30);
  if (!verified.ok) return { refusal: tokenRefusal(verified.problem) };
  return { claims: verified.claims };
}

function unauthorized(code: string, message: string, details: string | null = null): Response {
  return errorResponse(
    401,
    { code, message, details },
    { 'www-authenticate': `Bearer error="invalid_token", error_description="${message}"` },
  );
}

function tokenRefusal(problem: TokenProblem): Response {
  switch (problem.kind) {
    case 'malformed':
      return problem.parts === 3
        ? unauthorized('PGRST301', "JWT couldn't be decoded")
        : unauthorized('PGRST301', `Expected 3 parts in JWT; got ${problem.parts}`);
    case 'signature':
      return unauthorized(
        'PGRST301',
        'No suitable key or wrong key type',
        'None of the keys was able to decode the JWT',
      );
    case 'expired':
      return unauthorized('PGRST303', 'JWT expired');
    case 'not-yet':
      return unauthorized('PGRST303', 'JWT not yet valid');
    case 'claims':
      return unauthorized('PGRST303', 'Parsing claims failed');
  }
}

/** The answer to a browser's question whether it may send the request. */
export function preflight(request: Request): Response {
  const asked = request.headers.get('access-control-request-headers');
  return new Response(null, {
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD',
      'access-control-allow-headers': [
        'Authorization',
        ...(asked?.split(',').map((name) => name.trim()) ?? []),
        'Accept',
        'Accept-Language',
        'Content-Language',
      ].join(', '),
      'access-control-max-age': '86400',
    },
  });
}

/** Lets pages of any origin read the answer, but no header that the platform does not expose. */
export function allowCors(answer: Response): Response {
  const response = new Response(answer.body, answer);
  response.headers.set('access-control-allow-origin', '*');
  response.headers.set(
    'access-control-expose-headers',
    'Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit',
  );
  return response;
}
