import { Refusal, refuse } from './rpc-errors.ts';

/** The schemas that a Supabase project exposes unless its owner changes it. */
const SCHEMAS = ['public', 'graphql_public'];

const RAW_TYPES: Readonly<Record<string, string>> = {
  'text/plain': 'text',
  'text/xml': 'xml',
  'application/octet-stream': 'bytea',
};

/** What a call passes on, and in which form. */
export interface Arguments {
  readonly names: ReadonlySet<string>;
  /** JSON with the named arguments, or the raw body if `single` asks for that. */
  readonly body: string;
  /** An array of objects stands for its first object. */
  readonly isArray: boolean;
  /** The types an only, unnamed parameter may have to be given the whole body. */
  readonly single: readonly string[];
  /** The body is no arguments at all, but one value of the type in `single`. */
  readonly isRaw: boolean;
}

/** The name of the function that a path below `/rest/v1` calls. */
export function readName(path: string, method: string): string {
  const [first = '', second, ...more] = path.slice(1).split('/').map(decodeSegment);
  if (more.length > 0 || (second !== undefined && first !== 'rpc')) {
    return refuse(404, 'PGRST125', 'Invalid path specified in request URL');
  }
  if (second !== undefined) {
    if (['GET', 'HEAD', 'POST'].includes(method)) return second;
    return refuse(405, 'PGRST101', `Cannot use the ${method} method on RPC`);
  }
  if (first === '') return refuse(404, 'PGRST126', 'Root endpoint metadata is disabled');
  if (!['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'].includes(method)) {
    return refuse(405, 'PGRST117', `Unsupported HTTP method: ${method}`);
  }
  return refuse(404, 'PGRST205', `Could not find the table 'public.${first}' in the schema cache`);
}

/** Leaves alone what is no escape, and replaces bytes that are no UTF-8. */
function decodeSegment(segment: string): string {
  const bytes = segment.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

export function readSchema(request: Request): string {
  const header = request.method === 'POST' ? 'content-profile' : 'accept-profile';
  const schema = request.headers.get(header) ?? 'public';
  if (SCHEMAS.includes(schema)) return schema;
  return refuse(406, 'PGRST106', `Invalid schema: ${schema}`, {
    hint: `Only the following schemas are exposed: ${SCHEMAS.join(', ')}`,
  });
}

/** GET passes its arguments in the query, POST in its body. */
export async function readArguments(request: Request, maxBodyBytes: number): Promise<Arguments> {
  if (request.method !== 'POST') return named(readQuery(request).values);
  const type = mediaType(request.headers.get('content-type') ?? 'application/json');
  const bytes = await readBytes(request, maxBodyBytes);
  const raw = RAW_TYPES[type];
  if (raw !== undefined) {
    return {
      names: new Set(),
      body: Buffer.from(bytes).toString('utf8'),
      isArray: false,
      single: [raw],
      isRaw: true,
    };
  }
  if (type === 'application/x-www-form-urlencoded') {
    return named(new URLSearchParams(Buffer.from(bytes).toString('utf8')));
  }
  if (type === 'application/json') return fromJson(bytes);
  if (type === 'text/csv') return notHere('arguments as CSV');
  return refuse(400, 'PGRST102', `Content-Type not acceptable: ${type}`);
}

/** `type/subtype` without its parameters. */
export function mediaType(header: string): string {
  return header.split(';')[0]?.trim().toLowerCase() ?? '';
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  // PostgREST knows no limit, and what the platform's gateway says beyond its own is not documented.
  const tooLarge = () => new Refusal(new Response('Payload Too Large', { status: 413 }));
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > limit) throw tooLarge();
  return bytes;
}

function fromJson(bytes: Uint8Array): Arguments {
  const invalid = () => refuse(400, 'PGRST102', 'Empty or invalid json');
  const unequal = () => refuse(400, 'PGRST102', 'All object keys must match');
  let body: string;
  let parsed: unknown;
  try {
    body = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) || '{}';
    parsed = JSON.parse(body);
  } catch {
    return invalid();
  }
  if (hasLoneSurrogate(body)) return invalid();
  const json = { body, isArray: false, single: ['json', 'jsonb'], isRaw: false };
  if (isObject(parsed)) return { ...json, names: new Set(Object.keys(parsed)) };
  // PostgREST takes whatever else is valid JSON for an empty list.
  if (!Array.isArray(parsed) || parsed.length === 0) return { ...json, body: '[]', names: new Set() };
  const [first] = parsed as unknown[];
  if (!isObject(first)) return unequal();
  const names = new Set(Object.keys(first));
  const same = (one: unknown) =>
    isObject(one) &&
    Object.keys(one).length === names.size &&
    Object.keys(one).every((key) => names.has(key));
  return parsed.every(same) ? { ...json, names, isArray: true } : unequal();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JavaScript's parser allows half a surrogate pair as an escape; PostgREST's does not. */
function hasLoneSurrogate(json: string): boolean {
  const escapes = json.replace(/\\[^u]/g, ' ');
  return /\\ud[89ab]..(?!\\ud[c-f]..)|(?<!\\ud[89ab]..)\\ud[c-f]../i.test(escapes);
}

/** How deeply the brackets of a JSON text are nested. */
export function nesting(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (token === '[' || token === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (token === ']' || token === '}') depth -= 1;
  }
  return deepest;
}

function named(values: Iterable<[string, string]>): Arguments {
  const last = new Map(values);
  return {
    names: new Set(last.keys()),
    body: JSON.stringify(Object.fromEntries(last)),
    isArray: false,
    single: [],
    isRaw: false,
  };
}

interface Query {
  readonly values: readonly [string, string][];
  readonly filters: readonly [string, string][];
  /** The columns asked for, or null for all. */
  readonly select: string | null;
  /** Some other part of the query language: order, limit, columns … */
  readonly more: string | null;
}

const OPERATORS =
  /^(?:eq|neq|gte?|lte?|like|ilike|i?match|in|is|isdistinct|fts|plfts|phfts|wfts|cs|cd|ov|sl|sr|nxr|nxl|adj)(?:[.(]|$)|^not\./;

/** The query string, `apikey` left out, which is the gateway's. */
function readQuery(request: Request): Query {
  const isPost = request.method === 'POST';
  const values: [string, string][] = [];
  const filters: [string, string][] = [];
  let select: string | null = null;
  let more: string | null = null;
  for (const [key, value] of new URL(request.url).searchParams) {
    if (key === 'apikey') continue;
    if (key === 'select') select = value === '*' ? null : value;
    else if (/(?:^|\.)(?:order|limit|offset|and|or)$/.test(key)) more ??= key;
    else if (['columns', 'on_conflict'].includes(key)) more ??= key;
    else if (isPost || key.includes('.') || OPERATORS.test(value)) filters.push([key, value]);
    else values.push([key, value]);
  }
  return { values, filters, select, more };
}

/**
 * Of PostgREST's query language only the refusals: what a function returns that is no table has one
 * column without a usable name, so that nothing can be asked of it; of tables we can ask nothing.
 */
export function refuseQuery(request: Request, returnsTable: boolean): void {
  const { filters, select, more } = readQuery(request);
  for (const [, value] of filters) {
    if (OPERATORS.test(value)) continue;
    const found = value === '' ? 'end of input' : `"${value[0]}"`;
    // Where exactly its parser stopped is not worked out.
    refuse(400, 'PGRST100', `"failed to parse filter (${value})" (line 1, column 1)`, {
      details: `unexpected ${found} expecting "not" or operator (eq, gt, ...)`,
    });
  }
  const column = select === null ? filters[0]?.[0] : /^[^,]*/.exec(select)?.[0];
  if (column !== undefined && !returnsTable && /^\w+$/.test(column)) {
    refuse(400, '42703', `column pgrst_source.${column} does not exist`);
  }
  if (column !== undefined || more !== null) notHere(`the query parameter ${column ?? more}`);
}

/** What PostgREST can do and this endpoint, made for functions that return JSON, cannot. */
export function notHere(what: string): never {
  return refuse(400, 'PGRST127', 'Feature not implemented', {
    details: `The local backend does not know ${what}.`,
  });
}
