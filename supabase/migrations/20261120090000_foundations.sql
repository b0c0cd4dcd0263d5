-- The ground everything else stands on: the schema, the two roles that own the functions behind the
-- API, and the few words every later file uses. It refuses to touch a project where it would clash.

do $$
declare
  strangers text;
  misfits text;
begin
  if exists (select from pg_catalog.pg_namespace where nspname = 'support_chat') then
    raise exception 'Support Chat cannot be installed: there is a schema named support_chat already.'
      using hint = 'If it is an earlier Support Chat, run install.sql: it applies only what is missing.';
  end if;

  select pg_catalog.string_agg(p.oid::pg_catalog.regprocedure::text, ', ' order by p.proname)
  into strangers
  from pg_catalog.pg_proc p
  where p.pronamespace = 'public'::pg_catalog.regnamespace
    and (pg_catalog.starts_with(p.proname, 'chat_') or pg_catalog.starts_with(p.proname, 'desk_'));
  if strangers is not null then
    raise exception 'Support Chat cannot be installed: schema public already has functions named chat_… or desk_…: %', strangers
      using hint = 'Rename them or move them to another schema, then try again. Nothing has been changed.';
  end if;

  select pg_catalog.string_agg(r.rolname, ', ' order by r.rolname)
  into misfits
  from pg_catalog.pg_roles r
  where r.rolname in ('support_chat_visitor', 'support_chat_agent')
    and (
      r.rolsuper or r.rolbypassrls or r.rolcanlogin or r.rolcreaterole or r.rolcreatedb or r.rolreplication
      or exists (select from pg_catalog.pg_auth_members m where m.member = r.oid)
    );
  if misfits is not null then
    raise exception 'Support Chat cannot be installed: these roles exist but may do more than ours may: %', misfits
      using hint = 'They must not log in, bypass row level security, create roles or databases, replicate, or be members of other roles. Change or rename them, then try again. Nothing has been changed.';
  end if;

  -- Roles belong to the whole cluster, so another database may have made them.
  if not exists (select from pg_catalog.pg_roles where rolname = 'support_chat_visitor') then
    create role support_chat_visitor nologin noinherit;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'support_chat_agent') then
    create role support_chat_agent nologin noinherit;
  end if;
end
$$;

-- Whoever migrates must be a member to hand functions over to them.
grant support_chat_visitor, support_chat_agent to current_user;

create schema support_chat;
revoke all on schema support_chat from public, anon, authenticated, service_role;
grant usage on schema support_chat to support_chat_visitor, support_chat_agent;

-- What is applied; every migration file adds itself. It lets install.sql skip what is there.
create table support_chat.migrations (
  version text primary key check (version ~ '^[0-9]{14}$'),
  topic text not null check (char_length(topic) <= 80),
  applied_at timestamptz not null default now()
);
alter table support_chat.migrations enable row level security;
revoke all on support_chat.migrations from public, anon, authenticated, service_role;

create policy "nobody reads the list of migrations through the API"
on support_chat.migrations for select
to support_chat_visitor, support_chat_agent
using (false);

-- Ends the call with an expected refusal. PostgREST turns PTxyz into HTTP status xyz; clients branch on
-- the code and read the details, never the message.
create function support_chat.refuse(p_code text, p_message text, p_details jsonb default '{}')
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = p_code, message = p_message, detail = coalesce(p_details, '{}')::text;
end
$$;

-- Here and below, what runs for every statement, row or message is plpgsql: its plan is kept for the
-- session, while a function in SQL that cannot be inlined is planned anew at each call.

-- The visitor whom `as_visitor` has verified in this transaction; null where nobody was.
create function support_chat.visitor_id()
returns uuid
language plpgsql stable parallel safe
set search_path = ''
as $$
begin
  return nullif(current_setting('support_chat.visitor_id', true), '')::uuid;
end
$$;

-- The agent whom `as_agent` has verified in this transaction; null where nobody was.
create function support_chat.agent_id()
returns uuid
language plpgsql stable parallel safe
set search_path = ''
as $$
begin
  return nullif(current_setting('support_chat.agent_id', true), '')::uuid;
end
$$;

-- Whether that agent is an admin, as `as_agent` found it.
create function support_chat.is_admin()
returns boolean
language plpgsql stable parallel safe
set search_path = ''
as $$
begin
  return coalesce(current_setting('support_chat.agent_role', true) = 'admin', false);
end
$$;

-- Whether a text has anything to see: one character that is neither space nor invisible.
create function support_chat.is_visible(p_text text)
returns boolean
language sql immutable
set search_path = ''
as $$
  select coalesce(p_text ~ (
    '[^\s\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
    '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U00013455'
    '\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'
  ), false)
$$;

-- A line of text without the characters that could disguise it: control, direction and invisible ones.
-- ZWJ and ZWNJ stay, which emoji and several scripts need.
create function support_chat.plain_line(p_text text)
returns text
language sql immutable
set search_path = ''
as $$
  select btrim(regexp_replace(
    p_text,
    '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]',
    '', 'g'
  ))
$$;

-- 256 random bits in hex, from core functions only.
create function support_chat.new_key()
returns text
language sql volatile
set search_path = ''
as $$
  select encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex')
$$;

revoke all on function
  support_chat.refuse(text, text, jsonb),
  support_chat.visitor_id(),
  support_chat.agent_id(),
  support_chat.is_admin(),
  support_chat.is_visible(text),
  support_chat.plain_line(text),
  support_chat.new_key()
from public, anon, authenticated, service_role;

grant execute on function
  support_chat.refuse(text, text, jsonb),
  support_chat.visitor_id(),
  support_chat.agent_id(),
  support_chat.is_admin(),
  support_chat.is_visible(text),
  support_chat.plain_line(text)
to support_chat_visitor, support_chat_agent;

insert into support_chat.migrations (version, topic) values ('20261120090000', 'foundations');
