// Everything a database says about itself, as sorted lines: what is Support Chat's, and what is the host's.
import type { Project } from './project.ts';

export interface Catalogue {
  readonly ours: readonly string[];
  readonly host: readonly string[];
}

// Privileges of an object, those of its owner included, whether written out or by default. PostgreSQL 17 added
// MAINTAIN to what an owner has.
function privileges(acl: string, kind: string, owner: string): string {
  const grant = `case a.grantee when ${owner} then 'owner' when 0 then 'PUBLIC' else a.grantee::regrole::text end
    || '=' || a.privilege_type || case when a.is_grantable then '*' else '' end`;
  return `(
    select coalesce(string_agg(distinct ${grant}, ' ' order by ${grant}), '')
    from aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) a
    where a.privilege_type <> 'MAINTAIN'
  )`;
}

const LINES = `
with schemas as (
  select n.oid, n.nspname, n.nspowner, n.nspacl, n.nspname = 'support_chat' as ours
  from pg_namespace n
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
), relations as (
  select c.*, s.nspname || '.' || c.relname as name, s.ours
  from pg_class c
  join schemas s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f', 'c')
)
select ours, 'schema ' || nspname || ' of ' || nspowner::regrole || ': ' || ${privileges('nspacl', 'n', 'nspowner')}
from schemas
union all
select ours, concat_ws(' ', 'relation', relkind, name, 'of', relowner::regrole, relpersistence, relrowsecurity,
  relforcerowsecurity, reloptions::text, relispartition,
  case when relkind in ('r', 'p', 'v', 'm', 'f') then ${privileges('relacl', 'r', 'relowner')} end,
  case when relkind = 'S' then ${privileges('relacl', 's', 'relowner')} end,
  case when relkind in ('i', 'I') then pg_get_indexdef(oid) end,
  case when relkind in ('v', 'm') then pg_get_viewdef(oid) end)
from relations
union all
select ours, concat_ws(' ', 'sequence', name, seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle)
from pg_sequence join relations on oid = seqrelid
union all
select ours, concat_ws(' ', 'column', name || '.' || attname, attnum, format_type(atttypid, atttypmod),
  case when attnotnull then 'not null' end, 'identity:' || attidentity::text, 'generated:' || attgenerated::text,
  nullif(attcollation, 0)::regcollation, pg_get_expr(adbin, adrelid),
  case when attacl is not null then ${privileges('attacl', 'c', 'relowner')} end)
from relations
join pg_attribute on attrelid = relations.oid and attnum > 0 and not attisdropped
left join pg_attrdef on adrelid = relations.oid and adnum = attnum
where relkind not in ('i', 'I', 'S')
union all
select ours, concat_ws(' ', 'constraint', name, conname, convalidated, pg_get_constraintdef(pg_constraint.oid))
from pg_constraint join relations on relations.oid = conrelid
where contype <> 'n'
union all
select ours, concat_ws(' ', 'trigger', name, tgenabled, pg_get_triggerdef(pg_trigger.oid))
from pg_trigger join relations on relations.oid = tgrelid
where not tgisinternal
union all
select ours or polname ~ '^support chat:', concat_ws(' ', 'policy', name, polname, polpermissive, polcmd,
  (select string_agg(coalesce(nullif(r, 0)::regrole::text, 'PUBLIC'), ' ' order by r::regrole::text) from unnest(polroles) r),
  'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid))
from pg_policy join relations on relations.oid = polrelid
union all
select ours or nspname = 'public' and proname ~ '^(chat|desk)_', concat_ws(' ', 'function', p.oid::regprocedure, 'of', proowner::regrole,
  ${privileges('proacl', 'f', 'proowner')}, pg_get_functiondef(p.oid))
from pg_proc p join schemas s on s.oid = p.pronamespace
where prokind in ('f', 'p')
union all
select ours, concat_ws(' ', 'type', nspname || '.' || typname, typtype, 'of', typowner::regrole, ${privileges('typacl', 'T', 'typowner')})
from pg_type join schemas s on s.oid = typnamespace
union all
select rolname ~ '^support_chat', concat_ws(' ', 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
  rolreplication, rolbypassrls, rolconnlimit, (select string_agg(c, ' ') from pg_db_role_setting, unnest(setconfig) c where setrole = pg_roles.oid))
from pg_roles
where rolname !~ '^pg_'
union
select roleid::regrole::text ~ '^support_chat' or member::regrole::text ~ '^support_chat',
  'member ' || member::regrole || ' of ' || roleid::regrole
from pg_auth_members
union all
select false, concat_ws(' ', 'default privileges', defaclrole::regrole, nullif(defaclnamespace, 0)::regnamespace, defaclobjtype, defaclacl::text)
from pg_default_acl
union all
select false, concat_ws(' ', 'event trigger', evtname, evtevent, evtowner::regrole, evtenabled, evtfoid::regprocedure, evttags::text)
from pg_event_trigger
union all
select false, concat_ws(' ', 'publication', pubname, prrelid::regclass) from pg_publication left join pg_publication_rel on prpubid = pg_publication.oid
union all
select false, 'extension ' || extname from pg_extension
union all
select false, concat_ws(' ', 'database of', datdba::regrole, ${privileges('datacl', 'd', 'datdba')})
from pg_database where datname = current_database()
union all
select false, concat_ws(' ', 'others', (select count(*) from pg_operator), (select count(*) from pg_cast), (select count(*) from pg_collation),
  (select count(*) from pg_ts_config), (select count(*) from pg_statistic_ext), (select count(*) from pg_rewrite),
  (select count(*) from pg_aggregate), (select count(*) from pg_language), (select count(*) from pg_description where objoid >= 16384))
`;

/** The catalogue, with the role that migrates called so whoever it is. */
export async function catalogue(project: Project): Promise<Catalogue> {
  const [rows = []] = await project.run(LINES, 'platform');
  const owner = new RegExp(`\\b${project.owner}\\b`, 'g');
  const lines = (wanted: boolean) =>
    rows
      .filter(([ours]) => ours === wanted)
      .map(([, line]) => String(line).replace(owner, 'whoever_migrates'));
  return { ours: lines(true).sort(), host: lines(false).sort() };
}

/** Every row of every table. */
export async function contents(project: Project): Promise<string[]> {
  const [tables = []] = await project.run(
    `select oid::regclass::text from pg_class
     where relkind in ('r', 'p') and not relispartition
       and relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
     order by 1`,
    'platform',
  );
  const lines: string[] = [];
  for (const [table] of tables) {
    const [rows = []] = await project.run(`select to_jsonb(t)::text from ${table} t order by 1`, 'platform');
    lines.push(...rows.map(([row]) => `${table} ${row}`));
  }
  return lines;
}
