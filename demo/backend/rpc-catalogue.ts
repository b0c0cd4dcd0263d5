import type { Database } from './database.ts';
import { refuse } from './rpc-errors.ts';
import { nearest } from './rpc-hint.ts';
import type { Arguments } from './rpc-request.ts';

/** A function of an exposed schema, as far as calling it by argument names needs. */
export interface Callable {
  readonly schema: string;
  readonly name: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
  }[];
  readonly returns: 'void' | 'scalar' | 'row' | 'set';
  readonly returnsTable: boolean;
  readonly volatile: boolean;
  /** The `statement_timeout` it was created with. */
  readonly timeout: string | null;
}

/** The function of that name that takes exactly these arguments, defaults left out. */
export async function findFunction(
  database: Database,
  schema: string,
  name: string,
  given: Arguments,
  isPost: boolean,
): Promise<Callable> {
  const overloads = await overloadsOf(database, schema, name);
  const fits = overloads.filter((callable) => takes(callable, given));
  const whole = overloads.filter((callable) => takesWhole(callable, given));
  const [found, other] = fits.length > 0 ? fits : whole;
  if (!found) return refuseUnknown(database, schema, name, given, isPost, overloads);
  return other ? refuseAmbiguous(fits.length > 0 ? fits : whole) : found;
}

async function overloadsOf(database: Database, schema: string, name: string): Promise<Callable[]> {
  // PostgreSQL knows no names with this character, and cannot even be asked for one.
  if (name.includes('\0')) return [];
  const rows = await database.query<{ callable: Callable }>(
    `select json_build_object(
       'schema', n.nspname,
       'name', p.proname,
       'returns', case
         when p.prorettype = 'void'::regtype then 'void'
         when p.proretset then 'set'
         when t.typtype = 'c' or p.prorettype = 'record'::regtype then 'row'
         else 'scalar'
       end,
       'returnsTable', t.typtype = 'c' or p.prorettype = 'record'::regtype,
       'volatile', p.provolatile = 'v',
       'timeout', (
         select substr(setting, length('statement_timeout=') + 1)
         from unnest(p.proconfig) setting where setting like 'statement\\_timeout=%'
       ),
       'arguments', coalesce((
         select json_agg(json_build_object(
           'name', coalesce(a.name, ''),
           'type', format_type(a.type, null),
           'required', a.place <= p.pronargs - p.pronargdefaults
         ) order by a.place)
         from (
           select type, name, row_number() over (order by place) as place
           from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes)
             with ordinality as every (type, name, mode, place)
           where type is not null and coalesce(mode, 'i') in ('i', 'b', 'v')
         ) a
       ), '[]')
     ) as callable
     from pg_catalog.pg_proc p
     join pg_catalog.pg_type t on t.oid = p.prorettype
     join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname = $1 and p.prokind = 'f' and p.proname = $2
       and p.prorettype <> 'trigger'::regtype`,
    [schema, name],
  );
  return rows
    .map((row) => row.callable)
    .sort((a, b) => a.arguments.length - b.arguments.length || (signature(a) < signature(b) ? -1 : 1));
}

function takes(callable: Callable, given: Arguments): boolean {
  const names = new Set(callable.arguments.map((argument) => argument.name));
  if (names.size === 0 && given.isRaw) return false;
  return (
    [...given.names].every((name) => names.has(name)) &&
    callable.arguments.every((argument) => !argument.required || given.names.has(argument.name))
  );
}

/** Whether its only argument has no name, and so is the whole body. */
function takesWhole({ arguments: [first, ...more] }: Callable, given: Arguments): boolean {
  return first?.name === '' && more.length === 0 && given.single.includes(first.type);
}

async function refuseUnknown(
  database: Database,
  schema: string,
  name: string,
  given: Arguments,
  isPost: boolean,
  overloads: readonly Callable[],
): Promise<never> {
  const called = `${schema}.${name}`;
  const names = [...given.names].sort();
  const list = names.join(', ');
  const [rawType] = given.isRaw ? given.single : [];
  const missing = (what: string) => `Could not find the function ${called}${what} in the schema cache`;
  const searched = (what: string) =>
    `Searched for the function ${called}${what}, but no matches were found in the schema cache.`;
  if (isPost && rawType !== undefined) {
    return refuse(404, 'PGRST202', missing(''), {
      details: searched(` with a single unnamed ${rawType} parameter`),
    });
  }
  const wanted =
    names.length === 0
      ? ' without parameters'
      : ` with ${names.length > 1 ? 'parameters' : 'parameter'} ${list}`;
  const orWhole = given.single.includes('json') ? ' or with a single unnamed json/jsonb parameter' : '';
  const hint = overloads.length > 0 ? likeArguments(overloads, list) : await likeName(database, schema, name);
  return refuse(404, 'PGRST202', missing(names.length === 0 ? wanted : `(${list})`), {
    details: searched(wanted + orWhole),
    hint: hint === null ? null : `Perhaps you meant to call the function ${schema}.${hint}`,
  });
}

function likeArguments(overloads: readonly Callable[], list: string): string | null {
  const lists = overloads.map(
    (callable) =>
      `(${callable.arguments
        .map((argument) => argument.name)
        .sort()
        .join(', ')})`,
  );
  const found = nearest(lists, `(${list})`, 0.33);
  return found === null ? null : `${overloads[0]?.name}${found}`;
}

async function likeName(database: Database, schema: string, name: string): Promise<string | null> {
  const rows = await database.query<{ name: string }>(
    `select distinct p.proname as name
     from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname = $1 and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype`,
    [schema],
  );
  const names = rows.map((row) => row.name);
  return nearest(names, name, 0.75);
}

function refuseAmbiguous(candidates: readonly Callable[]): never {
  return refuse(
    300,
    'PGRST203',
    `Could not choose the best candidate function between: ${candidates.map(signature).join(', ')}`,
    {
      hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
    },
  );
}

function signature({ schema, name, arguments: wanted }: Callable): string {
  return `${schema}.${name}(${wanted.map((argument) => `${argument.name} => ${argument.type}`).join(', ')})`;
}

/**
 * One statement that takes the body as `$1` and gives the JSON answer as text, the number of rows, and
 * what the function wants the response to be.
 */
export function callStatement(callable: Callable, given: Arguments): string {
  return `with called as materialized (${innerStatement(callable, given)})
    select answer, amount, nullif(current_setting('response.status', true), '') as status,
      nullif(current_setting('response.headers', true), '') as headers
    from called`;
}

function innerStatement(callable: Callable, given: Arguments): string {
  const { call, source } = callOf(callable, given);
  switch (callable.returns) {
    case 'void':
      return `select null::text as answer, 1 as amount, ${call} is null as done ${source}`;
    case 'scalar':
      return `select coalesce(to_json(${call}), 'null')::text as answer, 1 as amount ${source}`;
    case 'row':
    case 'set': {
      const all = `coalesce(json_agg(result), '[]')`;
      const answer = callable.returns === 'set' ? all : `coalesce(${all} -> 0, 'null')`;
      const from = `${source} cross join lateral ${call} as result`;
      return `select (${answer})::text as answer, count(*)::int as amount ${from}`;
    }
  }
}

function callOf(callable: Callable, given: Arguments): { call: string; source: string } {
  const name = `${quote(callable.schema)}.${quote(callable.name)}`;
  const source = 'from (select $1::text as whole) as body';
  if (takesWhole(callable, given)) {
    return { call: `${name}(body.whole::${callable.arguments[0]?.type})`, source };
  }
  const used = callable.arguments.filter((argument) => given.names.has(argument.name));
  if (used.length === 0) return { call: `${name}()`, source };
  const columns = used.map(({ name: column, type }) => `${quote(column)} ${type}`).join(', ');
  const passed = used.map(({ name: column }) => `${quote(column)} := body.${quote(column)}`).join(', ');
  const record = given.isArray
    ? `(select * from json_to_recordset($1::text::json) as row (${columns}) limit 1) as body`
    : `json_to_record($1::text::json) as body (${columns})`;
  return { call: `${name}(${passed})`, source: `from ${record}` };
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
