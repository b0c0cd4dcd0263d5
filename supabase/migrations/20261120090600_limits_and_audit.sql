-- Counters that slow down whoever does too much, and the record of who changed what.

create table support_chat.rate_limits (
  subject text not null check (char_length(subject) <= 120),
  action text not null check (char_length(action) <= 60),
  seconds integer not null check (seconds > 0),
  used integer not null default 1,
  resets_at timestamptz not null,
  primary key (subject, action, seconds)
);
create index rate_limits_by_reset on support_chat.rate_limits (resets_at);
revoke all on support_chat.rate_limits from public, anon, authenticated, service_role;
alter table support_chat.rate_limits enable row level security;

create policy "nobody reads the counters through the API"
on support_chat.rate_limits for select
to support_chat_visitor, support_chat_agent
using (false);

create table support_chat.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- The agent who did it; null for SQL by the project's owner. It outlives the agent.
  actor_id uuid,
  action text not null check (char_length(action) <= 60),
  subject text not null check (char_length(subject) <= 120),
  details jsonb not null default '{}' check (octet_length(details::text) <= 40000)
);
revoke all on support_chat.audit_log from public, anon, authenticated, service_role;
revoke all on sequence support_chat.audit_log_id_seq from public, anon, authenticated, service_role;
grant select on support_chat.audit_log to support_chat_agent;
alter table support_chat.audit_log enable row level security;

create policy "admins read the audit log"
on support_chat.audit_log for select
to support_chat_agent
using ((select support_chat.agent_id()) is not null and (select support_chat.is_admin()));

-- Writes down who made, changed or removed an agent. Who accepts an invite is none yet, but signed in.
create function support_chat.audit_agent()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  actor constant uuid := coalesce(support_chat.agent_id(), support_chat.signed_in_user());
begin
  if tg_op = 'INSERT' then
    insert into support_chat.audit_log (actor_id, action, subject, details)
    values (actor, 'agent.added', new.user_id::text,
      jsonb_build_object('name', new.display_name, 'role', new.role));
  elsif tg_op = 'DELETE' then
    insert into support_chat.audit_log (actor_id, action, subject, details)
    values (actor, 'agent.removed', old.user_id::text,
      jsonb_build_object('name', old.display_name, 'role', old.role));
  elsif (new.role, new.active, new.display_name) is distinct from (old.role, old.active, old.display_name) then
    insert into support_chat.audit_log (actor_id, action, subject, details)
    values (actor, 'agent.changed', new.user_id::text, jsonb_build_object(
      'from', jsonb_build_object('name', old.display_name, 'role', old.role, 'active', old.active),
      'to', jsonb_build_object('name', new.display_name, 'role', new.role, 'active', new.active)
    ));
  end if;
  return null;
end
$$;

-- Writes down who made, accepted or withdrew an invite.
create function support_chat.audit_invite()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into support_chat.audit_log (actor_id, action, subject, details)
    values (support_chat.agent_id(), 'invite.made', new.id::text,
      jsonb_build_object('role', new.role, 'expires_at', new.expires_at));
  elsif tg_op = 'UPDATE' then
    insert into support_chat.audit_log (actor_id, action, subject, details)
    values (new.used_by, 'invite.accepted', new.id::text, jsonb_build_object('role', new.role));
  else
    insert into support_chat.audit_log (actor_id, action, subject, details)
    values (support_chat.agent_id(), 'invite.withdrawn', old.id::text, jsonb_build_object('role', old.role));
  end if;
  return null;
end
$$;

-- Writes down who changed the settings and which of them, but no key and no salt.
create function support_chat.audit_settings()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  changed jsonb;
begin
  select jsonb_object_agg(n.key, n.value)
  into changed
  from jsonb_each(to_jsonb(new)) n
  where n.key not in ('desk_key', 'ip_salt') and n.value is distinct from to_jsonb(old) -> n.key;
  if changed is not null then
    insert into support_chat.audit_log (actor_id, action, subject, details)
    values (support_chat.agent_id(), 'settings.changed', 'settings', changed);
  end if;
  return null;
end
$$;

-- Writes down who blocked or unblocked a visitor.
create function support_chat.audit_block()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into support_chat.audit_log (actor_id, action, subject, details)
  values (support_chat.agent_id(), 'visitor.blocked', new.id::text, jsonb_build_object('until', new.blocked_until));
  return null;
end
$$;

-- Writes down which agent corrected what is known of a visitor, but not what it says: a visitor who is erased is not
-- to live on in here.
create function support_chat.audit_visitor()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Visitors change their own as they like.
  if support_chat.agent_id() is null then
    return null;
  end if;
  insert into support_chat.audit_log (actor_id, action, subject, details)
  values (support_chat.agent_id(), 'visitor.changed', new.id::text, jsonb_build_object(
    'name', new.name <> old.name, 'email', new.email <> old.email, 'notes', new.notes <> old.notes
  ));
  return null;
end
$$;

revoke all on function
  support_chat.audit_agent(),
  support_chat.audit_invite(),
  support_chat.audit_settings(),
  support_chat.audit_block(),
  support_chat.audit_visitor()
from public, anon, authenticated, service_role;

create trigger audit_agent
after insert or update or delete on support_chat.agents
for each row execute function support_chat.audit_agent();

create trigger audit_invite
after insert on support_chat.invites
for each row execute function support_chat.audit_invite();

create trigger audit_invite_on_update
after update on support_chat.invites
for each row when (old.used_at is null and new.used_at is not null)
execute function support_chat.audit_invite();

-- What was used, or is long over, is only cleared away.
create trigger audit_invite_on_delete
after delete on support_chat.invites
for each row when (old.used_at is null and old.expires_at > now())
execute function support_chat.audit_invite();

create trigger audit_settings
after update on support_chat.settings
for each row execute function support_chat.audit_settings();

create trigger audit_block
after update on support_chat.visitors
for each row when (new.blocked_until is distinct from old.blocked_until)
execute function support_chat.audit_block();

create trigger audit_visitor
after update on support_chat.visitors
for each row when ((new.name, new.email, new.notes) is distinct from (old.name, old.email, old.notes))
execute function support_chat.audit_visitor();

insert into support_chat.migrations (version, topic) values ('20261120090600', 'limits_and_audit');
