import type { Database } from './database.ts';

/** A function of schema `public`, as far as calling it by argument names needs. */
export interface Callable {
  readonly name: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
  }[];
  readonly returns: 'void' | 'scalar' | 'row' | 'set';
  readonly volatile: boolean;
}

/** The overload of `name` that takes exactly these arguments, defaults left out, or null. */
export async function findFunction(
  database: Database,
  name: string,
  given: ReadonlySet<string>,
): Promise<Callable | null> {
  const rows = await database.query<{ callable: Callable }>(
    `select json_build_object(
       'name', p.proname,
       'returns', case
         when p.prorettype = 'void'::regtype then 'void'
         when p.proretset then 'set'
         when t.typtype = 'c' or p.prorettype = 'record'::regtype then 'row'
         else 'scalar'
       end,
       'volatile', p.provolatile = 'v',
       'arguments', coalesce((
         select json_agg(json_build_object(
           'name', coalesce(p.proargnames[a.place], ''),
           'type', format_type(a.type, null),
           'required', a.place <= p.pronargs - p.pronargdefaults
         ) order by a.place)
         from unnest(p.proargtypes::oid[]) with ordinality a (type, place)
       ), '[]')
     ) as callable
     from pg_catalog.pg_proc p
     join pg_catalog.pg_type t on t.oid = p.prorettype
     where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.proname = $1`,
    [name],
  );
  const fits = rows
    .map((row) => row.callable)
    .filter(({ arguments: wanted }) => {
      const names = new Set(wanted.map((argument) => argument.name));
      return (
        [...given].every((argument) => names.has(argument)) &&
        wanted.every((argument) => !argument.required || given.has(argument.name))
      );
    });
  // Like PostgREST, prefer the overload that leaves fewest arguments to their defaults.
  fits.sort((a, b) => a.arguments.length - b.arguments.length);
  return fits[0] ?? null;
}

/** One statement that takes the JSON body as `$1` and gives the JSON answer as text. */
export function callStatement(callable: Callable, given: ReadonlySet<string>): string {
  const used = callable.arguments.filter((argument) => given.has(argument.name));
  const columns = used.map(({ name, type }) => `${quote(name)} ${type}`).join(', ');
  const passed = used.map(({ name }) => `${quote(name)} := body.${quote(name)}`).join(', ');
  const source =
    used.length > 0
      ? `from json_to_record($1::text::json) as body (${columns})`
      : 'from (select $1::text) as body';
  const call = `public.${quote(callable.name)}(${passed})`;
  switch (callable.returns) {
    case 'void':
      return `select null::text as answer, ${call} is null as called ${source}`;
    case 'scalar':
      return `select coalesce(to_json(${call}), 'null')::text as answer ${source}`;
    case 'row':
    case 'set': {
      const all = `coalesce(json_agg(result), '[]')`;
      const answer = callable.returns === 'set' ? all : `coalesce(${all} -> 0, 'null')`;
      return `select (${answer})::text as answer ${source} cross join lateral ${call} as result`;
    }
  }
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
