-- The rules that hold for every table and function of ours, asked of the catalogue.
begin;
\ir helpers.psql
select plan(25);

select is_empty($$
  select c.relname from pg_class c
  where c.relnamespace = 'support_chat'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
$$, 'every table has row level security');

select set_eq($$
  select c.relname::text from pg_class c where c.relnamespace = 'support_chat'::regnamespace and c.relkind = 'r'
$$, array[
  'agents', 'audit_log', 'canned_responses', 'messages', 'migrations', 'rate_limits', 'sessions', 'settings', 'visitor_tokens', 'visitors'
], 'these are the tables');

select is_empty($$
  select c.relname from pg_class c
  where c.relnamespace = 'support_chat'::regnamespace and c.relkind = 'r'
    and not exists (select from pg_policy p where p.polrelid = c.oid)
$$, 'every table has a policy');

select is_empty($$
  select c.relname || ' to ' || r.rolname
  from pg_class c, pg_roles r, (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p (privilege)
  where c.relnamespace = 'support_chat'::regnamespace and c.relkind in ('r', 'S', 'v', 'm')
    and r.rolname in ('anon', 'authenticated', 'service_role')
    and case when c.relkind = 'S' then has_sequence_privilege(r.oid, c.oid, 'USAGE')
      else has_table_privilege(r.oid, c.oid, p.privilege) end
$$, 'the API roles hold nothing on any table');

select is_empty($$
  select c.relname || '.' || a.attname || ' to ' || r.rolname
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped,
    pg_roles r, (values ('SELECT'), ('INSERT'), ('UPDATE'), ('REFERENCES')) p (privilege)
  where c.relnamespace = 'support_chat'::regnamespace and c.relkind = 'r'
    and r.rolname in ('anon', 'authenticated', 'service_role')
    and has_column_privilege(r.oid, c.oid, a.attnum, p.privilege)
$$, 'the API roles hold nothing on any column');

select is_empty($$
  select r.rolname from pg_roles r
  where r.rolname in ('anon', 'authenticated', 'service_role')
    and (has_schema_privilege(r.oid, 'support_chat', 'USAGE') or has_schema_privilege(r.oid, 'support_chat', 'CREATE'))
$$, 'the API roles cannot even name what is in the schema');

select is_empty($$
  select r.rolname from pg_roles r
  where r.rolname in ('support_chat_visitor', 'support_chat_agent')
    and (r.rolcanlogin or r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolinherit
      or has_schema_privilege(r.oid, 'support_chat', 'CREATE'))
$$, 'the two acting roles cannot log in, bypass row level security or create anything');

select is_empty($$
  select r.rolname || ' ' || c.relname from pg_class c, pg_roles r
  where c.relnamespace in ('auth'::regnamespace, 'realtime'::regnamespace) and c.relkind in ('r', 'p')
    and r.rolname in ('support_chat_visitor', 'support_chat_agent')
    and (has_table_privilege(r.oid, c.oid, 'SELECT') or has_table_privilege(r.oid, c.oid, 'INSERT'))
$$, 'the two acting roles hold nothing in auth and realtime');

select is_empty($$
  select p.oid::regprocedure from pg_proc p
  where (p.pronamespace = 'support_chat'::regnamespace
      or p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_')
    and not ('search_path=""' = any(coalesce(p.proconfig, '{}')))
$$, 'every function pins its search path');

select is_empty($$
  select p.oid::regprocedure from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_' and p.prosecdef
$$, 'no function in public runs with the rights of its owner');

select set_eq($$
  select p.proname::text from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_'
$$, array[
  'chat_open', 'chat_start', 'chat_send', 'chat_history', 'chat_sync', 'chat_read', 'chat_typing', 'chat_close',
  'chat_reopen', 'chat_rate', 'chat_update_profile',
  'desk_open', 'desk_inbox', 'desk_sync', 'desk_session', 'desk_history', 'desk_send', 'desk_assign', 'desk_close',
  'desk_reopen', 'desk_read', 'desk_typing', 'desk_presence'
], 'these are the functions of the API, one of each name');

select is_empty($$
  select p.oid::regprocedure || ' to ' || r.rolname from pg_proc p, pg_roles r
  where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_'
    and r.rolname in ('anon', 'authenticated') and not has_function_privilege(r.oid, p.oid, 'EXECUTE')
$$, 'anon and authenticated may call every function of the API');

select is_empty($$
  select p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  where (p.pronamespace = 'support_chat'::regnamespace
      or p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_')
    and a.grantee = 0
$$, 'no function of ours may be called by PUBLIC');

select is_empty($$
  select p.proname || ' to ' || r.rolname from pg_proc p, pg_roles r
  where p.pronamespace = 'support_chat'::regnamespace and r.rolname in ('anon', 'authenticated')
    and has_function_privilege(r.oid, p.oid, 'EXECUTE')
    and p.proname <> 'can_listen' and p.proname !~ '^(chat|desk)_[a-z_]+$'
$$, 'behind the API, anon and authenticated may execute the functions of the same names and can_listen');

select is_empty($$
  select p.oid::regprocedure from pg_proc p, pg_roles r
  where p.pronamespace = 'support_chat'::regnamespace and r.oid = p.proowner and p.prosecdef
    and p.proname ~ '^(chat|desk)_' and p.proname <> 'desk_counts'
    and r.rolname <> case when p.proname ~ '^chat_' then 'support_chat_visitor' else 'support_chat_agent' end
$$, 'functions behind the API belong to the role of their side');

select is_empty($$
  select p.proname from pg_proc p
  where p.pronamespace = 'support_chat'::regnamespace
    and p.proname in ('chat_open', 'chat_start', 'chat_send', 'chat_history', 'chat_sync', 'chat_read', 'chat_typing',
      'chat_close', 'chat_reopen', 'chat_rate', 'chat_update_profile', 'desk_open', 'desk_inbox', 'desk_sync',
      'desk_session', 'desk_history', 'desk_send', 'desk_assign', 'desk_close', 'desk_reopen', 'desk_read',
      'desk_typing', 'desk_presence')
    and p.prosrc !~ ('support_chat\.' || case when p.proname ~ '^chat_' then 'as_visitor' else 'as_agent' end || '\(')
$$, 'every function behind the API asks its resolver');

-- Rights are checked when a call is reached, which no other test may ever do: so they are followed through the
-- source of every function, for each role that may run it, as owner, as caller, or by writing to a table.
create table tests.runs as
with recursive names as (
  select p.oid, p.proname, p.prosecdef, p.proowner, coalesce(nullif(p.prosrc, ''), pg_get_functiondef(p.oid)) as source
  from pg_proc p
  where p.pronamespace = 'support_chat'::regnamespace
    or p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_'
), calls as (
  select f.oid as caller, g.oid as callee
  from names f
  join names g on g.oid <> f.oid and f.source ~ ('support_chat\.' || g.proname || '\(')
    and (select n.pronamespace from pg_proc n where n.oid = g.oid) = 'support_chat'::regnamespace
), runs (function, role) as (
  select f.oid, r.oid
  from names f, pg_roles r
  where r.rolname in ('anon', 'authenticated') and f.oid in (select p.oid from pg_proc p where p.pronamespace = 'public'::regnamespace)
  union
  select t.tgfoid, r.oid
  from pg_trigger t
  join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'support_chat'::regnamespace, pg_roles r
  where not t.tgisinternal and r.rolname in ('support_chat_visitor', 'support_chat_agent')
    and has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE')
  union
  select c.callee, case when f.prosecdef then f.proowner else u.role end
  from runs u
  join names f on f.oid = u.function
  join calls c on c.caller = f.oid
)
select function, role from runs;
select is_empty($$
  select c.callee::regprocedure || ' by ' || r.rolname
  from tests.runs c (callee, role)
  join pg_roles r on r.oid = c.role
  join pg_proc p on p.oid = c.callee and p.prorettype <> 'trigger'::regtype
  where not has_function_privilege(c.role, c.callee, 'EXECUTE')
$$, 'whoever runs a function may execute every function that it names');
select ok(exists (
  select from tests.runs c
  where c.function = 'support_chat.reopen_window()'::regprocedure and c.role = 'support_chat_agent'::regrole
), 'which includes what triggers call');

select is_empty($$
  select p.proname from pg_proc p
  where p.pronamespace = 'support_chat'::regnamespace and p.prosrc ~* '\mexecute\M'
$$, 'no function builds SQL from text');

select is_empty($$
  select c.relname || ': ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
  where (c.relnamespace = 'support_chat'::regnamespace or p.polname like 'support chat:%')
    and 'true' in (pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
$$, 'no policy simply says true');

select is_empty($$
  select c.relname || ': ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
  where c.relnamespace = 'support_chat'::regnamespace
    and coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) <> 'false'
    and replace(coalesce(pg_get_expr(p.polqual, p.polrelid), '') || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''), E'\n', ' ')
      !~ 'SELECT support_chat\.(visitor|agent)_id\(\)'
$$, 'every other policy asks who is calling, once per statement');

select is_empty($$
  select c.relname || ' ' || p.polcmd::text || ' ' || r.rolname
  from pg_policy p join pg_class c on c.oid = p.polrelid, unnest(p.polroles) o (oid) join pg_roles r using (oid)
  where c.relnamespace = 'support_chat'::regnamespace and p.polpermissive
  group by c.relname, p.polcmd, r.rolname having count(*) > 1 or p.polcmd = '*'
$$, 'there is one policy per table, action and role, and none for all actions');

select is_empty($$
  select k.conrelid::regclass || ' ' || k.conname from pg_constraint k
  where k.contype = 'f' and k.connamespace = 'support_chat'::regnamespace
    and (k.confdeltype = 'a' or not exists (
      select from pg_index i
      where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1]
    ))
$$, 'every foreign key has an index and a rule for deletion');

select is_empty($$
  select c.relname || '.' || a.attname
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'support_chat'::regnamespace and c.relkind = 'r'
    and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'bytea'::regtype, 'text[]'::regtype)
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any(k.conkey))
$$, 'every text and JSON column is bounded by a check');

select is_empty($$
  select t.typname from pg_type t where t.typnamespace = 'support_chat'::regnamespace and t.typtype = 'e'
$$, 'there are no enum types, which no index serves under row level security');

select * from finish();
rollback;
