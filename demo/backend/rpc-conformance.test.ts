import { request as sendRaw } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeys } from './keys.ts';
import { createRpc } from './rpc.ts';
import type { Backend } from './server.ts';
import { startFixture } from './testing/clients.ts';

// What PostgREST answers, row by row, and where it says so: a page of its manual with the section, or,
// for what the manual leaves out, a file of its source. The platform runs version 14.
const MANUAL = 'https://docs.postgrest.org/en/v14/references/';
const SOURCE = 'https://github.com/PostgREST/postgrest/blob/v14.1/';

const CODES = `${MANUAL}errors.html#http-status-codes`;
const RAISE = `${MANUAL}errors.html#raise-errors-with-http-status-codes`;
const RAISE_ALL = `${MANUAL}errors.html#add-http-headers-with-raise`;
const code = (name: string) => `${MANUAL}errors.html#${name.toLowerCase()}`;
const POST = `${MANUAL}api/functions.html#calling-with-post`;
const GET = `${MANUAL}api/functions.html#calling-with-get`;
const SCALAR = `${MANUAL}api/functions.html#scalar-functions`;
const TABLE = `${MANUAL}api/functions.html#table-valued-functions`;
const WHOLE = `${MANUAL}api/functions.html#functions-with-a-single-unnamed-json-parameter`;
const UNNAMED = `${MANUAL}api/functions.html#functions-with-a-single-unnamed-parameter`;
const OVERLOADED = `${MANUAL}api/functions.html#overloaded-functions`;
const SINGULAR = `${MANUAL}api/resource_representation.html#singular-or-plural`;
const FORMAT = `${MANUAL}api/resource_representation.html#response-format`;
const SCHEMAS = `${MANUAL}api/schemas.html#restricted-schemas`;
const STRICT = `${MANUAL}api/preferences.html#strict-or-lenient-handling`;
const TIMEZONE = `${MANUAL}api/preferences.html#timezone`;
const ROLLBACK = `${MANUAL}api/preferences.html#transaction-end-preference`;
const AFFECTED = `${MANUAL}api/preferences.html#max-affected`;
const COUNT = `${MANUAL}api/pagination_count.html#exact-count`;
const ACCESS = `${MANUAL}transactions.html#access-mode-on-functions`;
const SETTINGS = `${MANUAL}transactions.html#request-headers-cookies-and-jwt-claims`;
const PATH = `${MANUAL}transactions.html#request-path-and-method`;
const TIMEOUT = `${MANUAL}transactions.html#impersonated-role-settings`;
const OWN_TIMEOUT = `${MANUAL}transactions.html#function-settings`;
const STATUS = `${MANUAL}transactions.html#response-status-code`;
const HEADERS = `${MANUAL}transactions.html#response-headers`;
const CORS = `${MANUAL}api/cors.html`;
const ERROR_HS = `${SOURCE}src/PostgREST/Error.hs`;
const REQUEST_HS = `${SOURCE}src/PostgREST/ApiRequest.hs`;
const PAYLOAD_HS = `${SOURCE}src/PostgREST/ApiRequest/Payload.hs`;
const RESPONSE_HS = `${SOURCE}src/PostgREST/Response.hs`;
const PLAN_HS = `${SOURCE}src/PostgREST/Plan.hs`;

interface Sent {
  /** Below `/rest/v1`; `/rpc/` and the name if it starts with no slash. */
  readonly to: string;
  readonly method?: string;
  readonly body?: BodyInit | null;
  readonly headers?: Record<string, string>;
  /** The claims of the token that goes along. */
  readonly as?: Record<string, unknown>;
}

interface Answered {
  readonly status: number;
  /** The JSON of the body, compared by `toMatchObject`; a string is the whole body as text. */
  readonly body?: unknown;
  /** Null for one that is not there. */
  readonly headers?: Record<string, string | null>;
}

type Row = readonly [what: string, reference: string, sent: Sent, answered: Answered];

const FUNCTIONS = `
  create function public.json_one() returns jsonb language sql as $$ select '{"a": [1, null]}'::jsonb $$;
  create function public.json_null() returns jsonb language sql as $$ select null::jsonb $$;
  create function public.a_text() returns text language sql as $$ select 'say "hi"' $$;
  create function public.a_number() returns numeric language sql as $$ select 1.50 $$;
  create function public.no_row() returns public.notes language sql
    as $$ select null::public.notes $$;
  create function public.optional(p_a int default 1, p_b int default 2) returns int language sql
    as $$ select p_a + p_b $$;
  create function public.whole(jsonb) returns jsonb language sql as $$ select $1 $$;
  create function public.whole_text(text) returns text language sql as $$ select upper($1) $$;
  create function public.over(a int) returns text language sql as $$ select 'one' $$;
  create function public.over(a int, b int) returns text language sql as $$ select 'two' $$;
  create function public.twin(a int) returns text language sql as $$ select 'int' $$;
  create function public.twin(a text) returns text language sql as $$ select 'text' $$;
  create function public.slow() returns text language sql set statement_timeout = '4s'
    as $$ select current_setting('statement_timeout') $$;
  create function public.setting(p_name text) returns text language sql
    as $$ select current_setting(p_name) $$;
  create function public.respond(p_status text default null, p_headers text default null) returns jsonb
  language plpgsql as $$
  begin
    perform set_config('response.status', p_status, true), set_config('response.headers', p_headers, true);
    return '{"a": 1}';
  end $$;
  create function public.respond_void() returns void language plpgsql as $$
  begin perform set_config('response.status', '202', true); end $$;
  create table public.parents (id int primary key);
  create table public.children (id int not null, parent int references public.parents);
  create function public.add_child(p_id int, p_parent int) returns void language sql security definer
    as $$ insert into public.children values (p_id, p_parent) $$;
  create function public.too_many() returns int language sql
    as $$ select (select x from (values (1), (2)) v (x)) $$;
  create function public."Odd näme"() returns int language sql as $$ select 7 $$;
  create sequence public.counted;
  create function public.counter() returns int language sql
    as $$ select nextval('public.counted')::int $$;
  grant usage on sequence public.counted to anon;
`;

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({ maxBodyBytes: 100_000 });
  await backend.database.execute(FUNCTIONS);
});
afterAll(() => backend.close());

async function send({ to, method = 'POST', body, headers, as }: Sent): Promise<Response> {
  const path = to.startsWith('/') ? to : `/rpc/${to}`;
  return fetch(`${backend.url}/rest/v1${path}`, {
    method,
    body: ['GET', 'HEAD'].includes(method) ? null : body === undefined ? '{}' : body,
    headers: {
      apikey: backend.publishableKey,
      'content-type': 'application/json',
      ...(as && { authorization: `Bearer ${await backend.keys.sign(as)}` }),
      ...headers,
    },
  });
}

function check(rows: readonly Row[]): void {
  test.each(rows)('%s', async (_what, reference, sent, answered) => {
    const response = await send(sent);
    const text = await response.text();
    const isText = typeof answered.body === 'string' || answered.body === undefined;
    const said = isText ? text : (JSON.parse(text) as unknown);
    expect({ status: response.status, said }, reference).toMatchObject({
      status: answered.status,
      ...(answered.body !== undefined && { said: answered.body }),
    });
    for (const [name, value] of Object.entries(answered.headers ?? {})) {
      expect(`${name}: ${response.headers.get(name)}`, reference).toBe(`${name}: ${value}`);
    }
  });
}

const ADA = { role: 'authenticated', sub: 'ada' };
const json = 'application/json; charset=utf-8';

// biome-ignore format: one row, one line.
check([
  ['an object', SCALAR, { to: 'json_one' }, { status: 200, body: '{"a": [1, null]}', headers: { 'content-type': json } }],
  ['a null', SCALAR, { to: 'json_null' }, { status: 200, body: 'null', headers: { 'content-type': json } }],
  ['a text is a JSON string', SCALAR, { to: 'a_text' }, { status: 200, body: '"say \\"hi\\""' }],
  ['a number keeps its digits', SCALAR, { to: 'a_number' }, { status: 200, body: '1.50' }],
  ['a set is a list', TABLE, { to: 'people' }, { status: 200, body: [{ name: 'Ada', age: 36 }, { name: 'Alan', age: 41 }] }],
  ['a set of scalars is a list of them', TABLE, { to: 'numbers' }, { status: 200, body: [1, 2, 3] }],
  ['an empty set is an empty list', TABLE, { to: 'no_numbers' }, { status: 200, body: '[]' }],
  ['void is no content', RESPONSE_HS, { to: 'nothing' }, { status: 204, body: '', headers: { 'content-type': null } }],
  ['an answer says its schema, as several are exposed', RESPONSE_HS, { to: 'json_one' }, { status: 200, headers: { 'content-profile': 'public' } }],
  ['void says none', RESPONSE_HS, { to: 'nothing' }, { status: 204, headers: { 'content-profile': null } }],
  ['a single value is one row', COUNT, { to: 'json_one' }, { status: 200, headers: { 'content-range': '0-0/*' } }],
  ['a set has a range', COUNT, { to: 'numbers' }, { status: 200, headers: { 'content-range': '0-2/*' } }],
  ['an empty set has none', COUNT, { to: 'no_numbers' }, { status: 200, headers: { 'content-range': '*/*' } }],
  ['a range counts for GET only', REQUEST_HS, { to: 'numbers', headers: { range: '0-0' } }, { status: 200, body: [1, 2, 3] }],
]);

// biome-ignore format: one row, one line.
check([
  ['no function of that name', code('PGRST202'), { to: 'no_such' }, { status: 404, body: { code: 'PGRST202', message: 'Could not find the function public.no_such without parameters in the schema cache', details: 'Searched for the function public.no_such without parameters or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.', hint: null } }],
  ['a name that is nearly one', ERROR_HS, { to: 'ecko' }, { status: 404, body: { hint: 'Perhaps you meant to call the function public.echo' } }],
  ['an argument too many, names sorted', code('PGRST202'), { to: 'echo', body: '{"p_text": "a", "a_more": 1}' }, { status: 404, body: { code: 'PGRST202', message: 'Could not find the function public.echo(a_more, p_text) in the schema cache', details: 'Searched for the function public.echo with parameters a_more, p_text or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.', hint: 'Perhaps you meant to call the function public.echo(p_number, p_text)' } }],
  ['an argument missing', code('PGRST202'), { to: 'echo', body: '{"p_number": 1}' }, { status: 404, body: { message: 'Could not find the function public.echo(p_number) in the schema cache', details: 'Searched for the function public.echo with parameter p_number or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.', hint: 'Perhaps you meant to call the function public.echo(p_number, p_text)' } }],
  ['no argument at all', code('PGRST202'), { to: 'echo' }, { status: 404, body: { message: 'Could not find the function public.echo without parameters in the schema cache' } }],
  ['arguments like none of its own', ERROR_HS, { to: 'over', body: '{"wholly_different": 1}' }, { status: 404, body: { hint: null } }],
  ['a name of other case', code('PGRST202'), { to: 'ECHO', body: '{"p_text": "a"}' }, { status: 404, body: { code: 'PGRST202', hint: 'Perhaps you meant to call the function public.echo' } }],
  ['defaults stand in', POST, { to: 'optional', body: '{"p_b": 5}' }, { status: 200, body: '6' }],
  ['no argument where all have defaults', POST, { to: 'optional' }, { status: 200, body: '3' }],
  ['overloads by number of arguments', OVERLOADED, { to: 'over', body: '{"a": 1}' }, { status: 200, body: '"one"' }],
  ['the longer overload', OVERLOADED, { to: 'over', body: '{"a": 1, "b": 2}' }, { status: 200, body: '"two"' }],
  ['overloads by type only', code('PGRST203'), { to: 'twin', body: '{"a": 1}' }, { status: 300, body: { code: 'PGRST203', message: 'Could not choose the best candidate function between: public.twin(a => integer), public.twin(a => text)', details: null, hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved' } }],
  ['a name with spaces and umlauts', POST, { to: 'Odd%20n%C3%A4me' }, { status: 200, body: '7' }],
  ['a name with a slash', code('PGRST202'), { to: 'a%2Fb' }, { status: 404, body: { message: 'Could not find the function public.a/b without parameters in the schema cache' } }],
  ['a name with NUL', code('PGRST202'), { to: '%00' }, { status: 404, body: { code: 'PGRST202' } }],
  ['a name with half an escape', code('PGRST202'), { to: 'a%zz' }, { status: 404, body: { message: 'Could not find the function public.a%zz without parameters in the schema cache' } }],
  ['a name that is no UTF-8', code('PGRST202'), { to: '%E0%A4%A' }, { status: 404, body: { code: 'PGRST202' } }],
  ['no name', code('PGRST202'), { to: '/rpc/' }, { status: 404, body: { code: 'PGRST202' } }],
  ['an only, unnamed argument is the whole body', WHOLE, { to: 'whole', body: '{"x": [4]}' }, { status: 200, body: '{"x": [4]}' }],
  ['an unnamed text argument', UNNAMED, { to: 'whole_text', body: 'abc', headers: { 'content-type': 'text/plain' } }, { status: 200, body: '"ABC"' }],
  ['text for a function without one', ERROR_HS, { to: 'echo', body: 'a', headers: { 'content-type': 'text/plain' } }, { status: 404, body: { code: 'PGRST202', message: 'Could not find the function public.echo in the schema cache', details: 'Searched for the function public.echo with a single unnamed text parameter, but no matches were found in the schema cache.', hint: null } }],
  ['bytes for a function without one', ERROR_HS, { to: 'echo', body: 'a', headers: { 'content-type': 'application/octet-stream' } }, { status: 404, body: { details: 'Searched for the function public.echo with a single unnamed bytea parameter, but no matches were found in the schema cache.' } }],
]);

const broken = {
  status: 400,
  body: { code: 'PGRST102', message: 'Empty or invalid json', details: null, hint: null },
};
// biome-ignore format: one row, one line.
check([
  ['an empty body is no arguments', PAYLOAD_HS, { to: 'nothing', body: null }, { status: 204 }],
  ['a body of spaces', code('PGRST102'), { to: 'nothing', body: ' ' }, broken],
  ['half a body', code('PGRST102'), { to: 'echo', body: '{"p_text": ' }, broken],
  ['two bodies', code('PGRST102'), { to: 'nothing', body: '{} {}' }, broken],
  ['a comma too many', code('PGRST102'), { to: 'echo', body: '{"p_text": "a",}' }, broken],
  ['a byte order mark', code('PGRST102'), { to: 'nothing', body: '\ufeff{}' }, broken],
  ['bytes that are no UTF-8', code('PGRST102'), { to: 'echo', body: new Uint8Array([0x22, 0xff, 0x22]) }, broken],
  ['a line break inside a string', code('PGRST102'), { to: 'echo', body: '{"p_text": "a\nb"}' }, broken],
  ['a lone high surrogate', code('PGRST102'), { to: 'echo', body: '{"p_text": "\\ud83d"}' }, broken],
  ['a lone low surrogate', code('PGRST102'), { to: 'echo', body: '{"p_text": "\\udc4b"}' }, broken],
  ['a pair of surrogates', POST, { to: 'echo', body: '{"p_text": "\\ud83d\\udc4b"}' }, { status: 200, body: { text: '👋' } }],
  ['a backslash before u', POST, { to: 'echo', body: '{"p_text": "\\\\ud83d"}' }, { status: 200, body: { text: '\\ud83d' } }],
  ['NUL as an escape', CODES, { to: 'echo', body: '{"p_text": "\\u0000"}' }, { status: 400, body: { code: '22P05', message: 'unsupported Unicode escape sequence' } }],
  ['an array stands for its first object', `${MANUAL}api/functions.html#functions`, { to: 'echo', body: '[{"p_text": "a"}, {"p_text": "b"}]' }, { status: 200, body: { text: 'a' } }],
  ['an empty array is no arguments', PAYLOAD_HS, { to: 'nothing', body: '[]' }, { status: 204 }],
  ['an array of unlike objects', PAYLOAD_HS, { to: 'echo', body: '[{"p_text": "a"}, {}]' }, { status: 400, body: { code: 'PGRST102', message: 'All object keys must match' } }],
  ['an array of numbers', PAYLOAD_HS, { to: 'nothing', body: '[1]' }, { status: 400, body: { code: 'PGRST102', message: 'All object keys must match' } }],
  ['a string, number, true or null is no arguments', PAYLOAD_HS, { to: 'nothing', body: '"a"' }, { status: 204 }],
  ['… and so finds no function that needs one', PAYLOAD_HS, { to: 'echo', body: 'null' }, { status: 404, body: { code: 'PGRST202' } }],
  ['the last of two equal keys counts', POST, { to: 'echo', body: '{"p_text": "a", "p_text": "b"}' }, { status: 200, body: { text: 'b' } }],
  ['a key named __proto__', code('PGRST202'), { to: 'echo', body: '{"__proto__": 1, "p_text": "a"}' }, { status: 404, body: { message: 'Could not find the function public.echo(__proto__, p_text) in the schema cache' } }],
  ['null is passed on', POST, { to: 'echo', body: '{"p_text": null}' }, { status: 200, body: { text: null, number: 7 } }],
  ['an object for text is its JSON', POST, { to: 'echo', body: '{"p_text": {"a": 1}}' }, { status: 200, body: { text: '{"a": 1}' } }],
  ['1e400 for an integer', CODES, { to: 'echo', body: '{"p_text": "a", "p_number": 1e400}' }, { status: 400, body: { code: '22P02' } }],
  ['an integer out of range', CODES, { to: 'echo', body: '{"p_text": "a", "p_number": 99999999999}' }, { status: 400, body: { code: '22003' } }],
  ['brackets 50,000 deep', CODES, { to: 'echo', body: `{"p_text": ${'['.repeat(45_000)}${']'.repeat(45_000)}}` }, { status: 500, body: { code: '54001', message: 'stack depth limit exceeded' } }],
  ['a charset after the type', POST, { to: 'nothing', headers: { 'content-type': 'Application/JSON; charset=utf-8' } }, { status: 204 }],
  ['a form', `${MANUAL}api/functions.html#variadic-functions`, { to: 'echo', body: 'p_text=a+b&p_number=3', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, { status: 200, body: { text: 'a b', number: 3 } }],
  ['another type', PAYLOAD_HS, { to: 'echo', body: '<p>', headers: { 'content-type': 'text/html' } }, { status: 400, body: { code: 'PGRST102', message: 'Content-Type not acceptable: text/html' } }],
  ['more than the backend takes', 'not PostgREST: what the gateway of the platform says is not documented', { to: 'echo', body: JSON.stringify({ p_text: 'x'.repeat(100_000) }) }, { status: 413 }],
]);

const raise = (p_code: string, more = {}) => ({ to: 'refuse', body: JSON.stringify({ p_code, ...more }) });
const said = { p_message: 'No.', p_detail: '{"retry_after": 3}', p_hint: 'Wait.' };
// biome-ignore format: one row, one line.
check([
  ['a status of the function’s choice', RAISE, raise('PT402', said), { status: 402, body: { code: 'PT402', message: 'No.', details: '{"retry_after": 3}', hint: 'Wait.' }, headers: { 'content-type': json, 'proxy-status': 'PostgREST; error=PT402' } }],
  ...[400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503].map((status): Row => [`PT${status}`, RAISE, raise(`PT${status}`), { status, body: { code: `PT${status}` } }]),
  ['PT and no number', ERROR_HS, raise('PT40A'), { status: 500, body: { code: 'PT40A' } }],
  ['a status without a body', RAISE, raise('PT204'), { status: 204, body: '' }],
  ['a 401 asks for a token', ERROR_HS, raise('PT401'), { status: 401, headers: { 'www-authenticate': 'Bearer' } }],
  ['the whole answer', RAISE_ALL, raise('PGRST', { p_message: '{"code": "123", "message": "Pay.", "details": "d", "hint": "h"}', p_detail: '{"status": 402, "headers": {"X-Powered-By": "Ada"}}' }), { status: 402, body: { code: '123', message: 'Pay.', details: 'd', hint: 'h' }, headers: { 'x-powered-by': 'Ada' } }],
  ['the whole answer, unreadable message', RAISE_ALL, raise('PGRST', { p_message: 'no JSON', p_detail: '{"status": 402, "headers": {}}' }), { status: 500, body: { code: 'PGRST121', message: `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`, details: "Invalid JSON value for MESSAGE: 'no JSON'", hint: "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'." } }],
  ['the whole answer, unreadable detail', RAISE_ALL, raise('PGRST', { p_message: '{"code": "1", "message": "m"}', p_detail: '[]' }), { status: 500, body: { code: 'PGRST121', details: "Invalid JSON value for DETAIL: '[]'", hint: "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'." } }],
]);

// The whole table of the manual, and what is in the source only.
const statuses: readonly (readonly [status: number, ...codes: string[]])[] = [
  [503, '08000', '08006'],
  [500, '09000'],
  [403, '0L000', '0P000'],
  [409, '23503', '23505'],
  [405, '25006'],
  [500, '25001', '25P02'],
  [403, '28000', '28P01'],
  [500, '2D000', '38000', '39000', '3B000', '40001', '40P01', '53400'],
  [503, '53000', '53100', '53200', '53300'],
  [500, '54000', '54001', '55000', '55006', '55P03', '57000', '57014', '58000', '58030'],
  [500, 'F0000', 'HV000'],
  [400, 'P0001'],
  [500, 'P0002', 'P0003', 'P0004', 'XX000', 'XX001'],
  [404, '42883', '42P01'],
  [500, '42P17'],
  [
    400,
    '22P02',
    '22P05',
    '22001',
    '22003',
    '22012',
    '22023',
    '23502',
    '23514',
    '42601',
    '42703',
    '42P02',
    '0A000',
  ],
];
// biome-ignore format: one row, one line.
check([
  ...statuses.flatMap(([status, ...codes]) => codes.map((name): Row => [`SQLSTATE ${name} is ${status}`, CODES, raise(name), { status, body: { code: name } }])),
  ['a shutdown of the database', ERROR_HS, raise('57P01'), { status: 503, body: { code: '57P01' } }],
  ['an update without WHERE', ERROR_HS, raise('21000', { p_message: 'UPDATE requires a WHERE clause' }), { status: 400 }],
  ['another violation of cardinality', ERROR_HS, { to: 'too_many' }, { status: 500, body: { code: '21000' } }],
  ['a privilege missing, anonymous', CODES, { to: 'members_only' }, { status: 401, body: { code: '42501', message: 'permission denied for function members_only' }, headers: { 'www-authenticate': 'Bearer', 'proxy-status': 'PostgREST; error=42501' } }],
  ['a privilege missing, signed in', CODES, { ...raise('42501'), as: ADA }, { status: 403, body: { code: '42501' }, headers: { 'www-authenticate': null } }],
  ['a missing value', CODES, { to: 'add_child', body: '{"p_id": null, "p_parent": null}' }, { status: 400, body: { code: '23502', message: 'null value in column "id" of relation "children" violates not-null constraint', details: 'Failing row contains (null, null).' } }],
  ['a missing parent', CODES, { to: 'add_child', body: '{"p_id": 1, "p_parent": 5}' }, { status: 409, body: { code: '23503', details: 'Key (parent)=(5) is not present in table "parents".' } }],
  ['a check', CODES, { to: 'note', body: '{"p_id": 50, "p_body": "far too long"}' }, { status: 400, body: { code: '23514' } }],
  ['a value of the wrong type', CODES, { to: 'echo', body: '{"p_text": "a", "p_number": "b"}' }, { status: 400, body: { code: '22P02', message: 'invalid input syntax for type integer: "b"', details: null, hint: null } }],
]);

// biome-ignore format: one row, one line.
check([
  ['any type is JSON', FORMAT, { to: 'json_one', headers: { accept: '*/*' } }, { status: 200, headers: { 'content-type': json } }],
  ['the best of several', FORMAT, { to: 'json_one', headers: { accept: 'text/html, application/json;q=0.5' } }, { status: 200, headers: { 'content-type': json } }],
  ['no type we have', code('PGRST107'), { to: 'json_one', headers: { accept: 'text/html, application/xml;q=0.9' } }, { status: 406, body: { code: 'PGRST107', message: 'None of these media types are available: text/html, application/xml', details: null, hint: null } }],
  ['an unknown function comes before the type', PLAN_HS, { to: 'no_such', headers: { accept: 'text/html' } }, { status: 404 }],
  ['one object', SINGULAR, { to: 'json_one', headers: { accept: 'application/vnd.pgrst.object+json' } }, { status: 200, body: { a: [1, null] }, headers: { 'content-type': 'application/vnd.pgrst.object+json; charset=utf-8' } }],
  ['one object of several', SINGULAR, { to: 'people', headers: { accept: 'application/vnd.pgrst.object+json' } }, { status: 406, body: { code: 'PGRST116', message: 'Cannot coerce the result to a single JSON object', details: 'The result contains 2 rows' } }],
  ['another exposed schema', `${MANUAL}api/schemas.html#multiple-schemas`, { to: 'json_one', headers: { 'content-profile': 'graphql_public' } }, { status: 404, body: { message: 'Could not find the function graphql_public.json_one without parameters in the schema cache' } }],
  ['a schema that is not exposed', SCHEMAS, { to: 'json_one', headers: { 'content-profile': 'support_chat' } }, { status: 406, body: { code: 'PGRST106', message: 'Invalid schema: support_chat', details: null, hint: 'Only the following schemas are exposed: public, graphql_public' } }],
  ['GET names it in another header', SCHEMAS, { to: 'json_one', method: 'GET', headers: { 'accept-profile': 'auth' } }, { status: 406, body: { code: 'PGRST106' } }],
  ['POST does not look there', SCHEMAS, { to: 'json_one', headers: { 'accept-profile': 'auth' } }, { status: 200 }],
]);

// biome-ignore format: one row, one line.
check([
  ['a preference nobody knows', STRICT, { to: 'json_one', headers: { prefer: 'foo, params=single-object' } }, { status: 200, headers: { 'preference-applied': null } }],
  ['the same, strictly', STRICT, { to: 'json_one', headers: { prefer: 'handling=strict, foo, params=single-object' } }, { status: 400, body: { code: 'PGRST122', message: 'Invalid preferences given with handling=strict', details: 'Invalid preferences: foo, params=single-object', hint: null } }],
  ['what is known, strictly', STRICT, { to: 'json_one', headers: { prefer: 'handling=strict, return=minimal, missing=default' } }, { status: 200, body: '{"a": [1, null]}', headers: { 'preference-applied': 'handling=strict' } }],
  ['a count', COUNT, { to: 'numbers', headers: { prefer: 'count=exact' } }, { status: 200, headers: { 'content-range': '0-2/3', 'preference-applied': 'count=exact' } }],
  ['a count of nothing', COUNT, { to: 'no_numbers', headers: { prefer: 'count=exact' } }, { status: 200, headers: { 'content-range': '*/0' } }],
  ['a time zone', TIMEZONE, { to: 'setting', body: '{"p_name": "timezone"}', headers: { prefer: 'timezone=America/Los_Angeles' } }, { status: 200, body: '"America/Los_Angeles"', headers: { 'preference-applied': 'timezone=America/Los_Angeles' } }],
  ['a time zone on Jupiter', TIMEZONE, { to: 'json_one', headers: { prefer: 'timezone=Jupiter/Red_Spot' } }, { status: 200, headers: { 'preference-applied': null } }],
  ['a limit for a function that returns no set', AFFECTED, { to: 'json_one', headers: { prefer: 'handling=strict, max-affected=1' } }, { status: 400, body: { code: 'PGRST128' } }],
  ['a limit that is exceeded', AFFECTED, { to: 'numbers', headers: { prefer: 'handling=strict, max-affected=2' } }, { status: 400, body: { code: 'PGRST124', details: 'The query affects 3 rows' } }],
  ['a rollback, which the platform does not allow', ROLLBACK, { to: 'note', body: '{"p_id": 601, "p_body": "x"}', headers: { prefer: 'tx=rollback' } }, { status: 204, headers: { 'preference-applied': null } }],
  ['… and so it is stored', ROLLBACK, { to: 'note', body: '{"p_id": 601, "p_body": "x"}' }, { status: 409 }],
]);

const unnamed = (column: string): Answered => ({
  status: 400,
  body: { code: '42703', message: `column pgrst_source.${column} does not exist` },
});
// biome-ignore format: one row, one line.
check([
  ['all columns of a value', FORMAT, { to: 'json_one?select=*' }, { status: 200 }],
  ['a column of what has none', SCALAR, { to: 'json_one?select=a' }, unnamed('a')],
  ['a filter on what has no columns', SCALAR, { to: 'json_one?id=eq.1' }, unnamed('id')],
  ['a filter that is none', code('PGRST100'), { to: 'echo?p_text=John', body: '{"p_text": "a"}' }, { status: 400, body: { code: 'PGRST100', message: '"failed to parse filter (John)" (line 1, column 1)', details: 'unexpected "J" expecting "not" or operator (eq, gt, ...)' } }],
  ['what this endpoint leaves out', code('PGRST127'), { to: 'people?order=age' }, { status: 400, body: { code: 'PGRST127', message: 'Feature not implemented', details: 'The local backend does not know the query parameter order.' } }],
  ['the gateway’s key in the query', 'https://supabase.com/docs/guides/api/api-keys', { to: 'json_one?apikey=x' }, { status: 200 }],
]);

// biome-ignore format: one row, one line.
check([
  ['GET runs what changes nothing', GET, { to: 'echo?p_text=a&p_number=3', method: 'GET' }, { status: 200, body: { text: 'a', number: 3 } }],
  ['GET takes the last of two', GET, { to: 'echo?p_text=a&p_text=b', method: 'GET' }, { status: 200, body: { text: 'b' } }],
  ['GET that would write', ACCESS, { to: 'note?p_id=602&p_body=x', method: 'GET' }, { status: 405, body: { code: '25006', message: 'cannot execute INSERT in a read-only transaction' } }],
  ['GET that counts', ACCESS, { to: 'counter', method: 'GET' }, { status: 405, body: { code: '25006', message: 'cannot execute nextval() in a read-only transaction' } }],
  ['GET that a function refuses', ACCESS, { to: 'only_post', method: 'GET' }, { status: 405, body: { code: 'PT405' } }],
  ['GET finds no whole body', PLAN_HS, { to: 'whole', method: 'GET' }, { status: 404, body: { details: 'Searched for the function public.whole without parameters, but no matches were found in the schema cache.' } }],
  ['HEAD has no body', RESPONSE_HS, { to: 'json_one', method: 'HEAD' }, { status: 200, body: '', headers: { 'content-type': json, 'content-range': '0-0/*' } }],
  ...['PUT', 'PATCH', 'DELETE', 'PROPFIND'].map((method): Row => [`${method} on a function`, code('PGRST101'), { to: 'json_one', method }, { status: 405, body: { code: 'PGRST101', message: `Cannot use the ${method} method on RPC`, details: null, hint: null } }]),
  ['a method nobody knows on a table', code('PGRST117'), { to: '/notes', method: 'PROPFIND' }, { status: 405, body: { code: 'PGRST117', message: 'Unsupported HTTP method: PROPFIND' } }],
  ['a table', code('PGRST205'), { to: '/orders?select=*', method: 'GET' }, { status: 404, body: { code: 'PGRST205', message: "Could not find the table 'public.orders' in the schema cache" }, headers: { 'proxy-status': 'PostgREST; error=PGRST205' } }],
  ['the root, whose description is turned off', code('PGRST126'), { to: '/', method: 'GET' }, { status: 404, body: { code: 'PGRST126', message: 'Root endpoint metadata is disabled' } }],
  ['a deeper path', code('PGRST125'), { to: '/rpc/echo/more' }, { status: 404, body: { code: 'PGRST125', message: 'Invalid path specified in request URL' } }],
  ['a slash at the end', REQUEST_HS, { to: 'nothing/' }, { status: 404, body: { code: 'PGRST125' } }],
]);

// biome-ignore format: one row, one line.
check([
  ['headers in lower case, the cookie left out', SETTINGS, { to: 'whoami', headers: { 'X-Wanted': 'Yes', cookie: 'a=1; b=2=3' } }, { status: 200, body: { headers: { 'x-wanted': 'Yes' } } }],
  ['cookies on their own', SETTINGS, { to: 'setting', body: '{"p_name": "request.cookies"}', headers: { cookie: 'a=1; b=2=3' } }, { status: 200, body: JSON.stringify('{"a":"1","b":"2=3"}') }],
  ['method and path', PATH, { to: 'whoami' }, { status: 200, body: { method: 'POST', path: '/rpc/whoami' } }],
  ['the path as it was sent', PATH, { to: 'who%61mi' }, { status: 200, body: { path: '/rpc/who%61mi' } }],
  ['claims and role', SETTINGS, { to: 'whoami', as: { ...ADA, extra: { a: [1] } } }, { status: 200, body: { role: 'authenticated', claims: { role: 'authenticated', sub: 'ada', extra: { a: [1] } } } }],
  ['the anonymous role, which is in the claims, too', SETTINGS, { to: 'whoami' }, { status: 200, body: { role: 'anon', claims: { role: 'anon' } } }],
  ['time limit of anon', TIMEOUT, { to: 'whoami' }, { status: 200, body: { timeout: '3s' } }],
  ['time limit of authenticated', TIMEOUT, { to: 'whoami', as: ADA }, { status: 200, body: { timeout: '8s' } }],
  ['time limit of whoever has none', TIMEOUT, { to: 'whoami', as: { role: 'service_role' } }, { status: 200, body: { role: 'service_role', timeout: '8s' } }],
  ['time limit of a function', OWN_TIMEOUT, { to: 'slow' }, { status: 200, body: '"4s"' }],
  ['a status set by a function', STATUS, { to: 'respond', body: '{"p_status": "429"}' }, { status: 429, body: '{"a": 1}', headers: { 'content-type': json } }],
  ['a status set by one without an answer', STATUS, { to: 'respond_void' }, { status: 202, body: '' }],
  ['a status without a body', STATUS, { to: 'respond', body: '{"p_status": "204"}' }, { status: 204, body: '' }],
  ['a status that is none', code('PGRST112'), { to: 'respond', body: '{"p_status": "soon"}' }, { status: 500, body: { code: 'PGRST112', message: 'response.status guc must be a valid status code' } }],
  ['headers set by a function', HEADERS, { to: 'respond', body: JSON.stringify({ p_headers: '[{"Cache-Control": "public"}, {"Cache-Control": "max-age=9"}]' }) }, { status: 200, headers: { 'cache-control': 'public, max-age=9', 'content-type': json } }],
  ['headers that replace ours', HEADERS, { to: 'respond', body: JSON.stringify({ p_headers: '[{"content-type": "text/x-mine"}]' }) }, { status: 200, headers: { 'content-type': 'text/x-mine' } }],
  ['headers that are none', code('PGRST111'), { to: 'respond', body: JSON.stringify({ p_headers: '{"a": "b"}' }) }, { status: 500, body: { code: 'PGRST111', message: 'response.headers guc must be a JSON array composed of objects with a single key and a string value' } }],
  ['settings of one call do not reach the next', HEADERS, { to: 'json_one' }, { status: 200, headers: { 'cache-control': null } }],
]);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const now = () => Math.floor(Date.now() / 1000);
// biome-ignore format: one row, one line.
check([
  ['a token that is none', code('PGRST301'), { to: 'whoami', headers: bearer('nonsense') }, { status: 401, body: { code: 'PGRST301', message: 'Expected 3 parts in JWT; got 1', details: null, hint: null }, headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="Expected 3 parts in JWT; got 1"', 'proxy-status': 'PostgREST; error=PGRST301' } }],
  ['a publishable key that is not the API key', code('PGRST301'), { to: 'whoami', headers: bearer('sb_publishable_other') }, { status: 401, body: { code: 'PGRST301' } }],
  ['no token after Bearer', `${SOURCE}src/PostgREST/Auth/Jwt.hs`, { to: 'whoami', headers: bearer('') }, { status: 401, body: { code: 'PGRST301', message: 'Empty JWT is sent in Authorization header' } }],
  ['another scheme is no token', `${MANUAL}auth.html#client-auth`, { to: 'whoami', headers: { authorization: 'Basic YTpi' } }, { status: 200, body: { role: 'anon' } }],
  ['an expired token', code('PGRST303'), { to: 'whoami', as: { ...ADA, exp: now() - 60 } }, { status: 401, body: { code: 'PGRST303', message: 'JWT expired' } }],
  ['a token that expired within half a minute', `${MANUAL}auth.html#jwt-time-based-claims-validation`, { to: 'whoami', as: { ...ADA, exp: now() - 5 } }, { status: 200 }],
  ['a token that is not valid yet', code('PGRST303'), { to: 'whoami', as: { ...ADA, nbf: now() + 600 } }, { status: 401, body: { code: 'PGRST303', message: 'JWT not yet valid' } }],
  ['a role that does not exist', ERROR_HS, { to: 'whoami', as: { role: 'nobody_like_that' } }, { status: 401, body: { code: '22023', message: 'role "nobody_like_that" does not exist' } }],
  ['a role that may not be taken', CODES, { to: 'whoami', as: { role: 'postgres' } }, { status: 403, body: { code: '42501', message: 'permission denied to set role "postgres"' } }],
]);

const anywhere = { origin: 'https://shop.example' };
const EXPOSED =
  'Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit';
// biome-ignore format: one row, one line.
check([
  ['a preflight', CORS, { to: 'echo', method: 'OPTIONS', headers: { ...anywhere, 'access-control-request-method': 'POST', 'access-control-request-headers': 'Foo,Bar' } }, { status: 200, body: '', headers: { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD', 'access-control-allow-headers': 'Authorization, Foo, Bar, Accept, Accept-Language, Content-Language', 'access-control-max-age': '86400' } }],
  ['an answer', CORS, { to: 'json_one', headers: anywhere }, { status: 200, headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED } }],
  ['an error', CORS, { ...raise('PT429'), headers: anywhere }, { status: 429, headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED } }],
]);

test('TRACE, which no browser sends, is refused like any other method', async () => {
  const status = await new Promise((resolve, reject) => {
    const headers = { apikey: backend.publishableKey };
    const { port } = backend;
    sendRaw(
      { host: '127.0.0.1', port, method: 'TRACE', path: '/rest/v1/rpc/json_one', headers },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(405);
});

test.each([{ code: 'CONNECTION_CLOSED' }, { code: 'EPIPE', syscall: 'write' }])(
  'a database that is gone is 503: $code',
  async (how) => {
    const keys = await createKeys();
    const gone = Object.assign(new Error('gone'), how);
    const database = { ...backend.database, query: () => Promise.reject(gone) };
    const rpc = createRpc(database, keys, backend.faults, { maxBodyBytes: 1000 });
    const url = 'http://localhost/rest/v1/rpc/json_one';
    const answer = await rpc(new Request(url, { method: 'POST', headers: { apikey: keys.publishable } }));
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'PGRST001' }]);
  },
);
