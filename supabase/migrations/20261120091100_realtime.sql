-- Who is told what, and who may listen. Triggers speak, so no function can forget to; nobody but the
-- database speaks on our topics.

-- A change of status or of the agent becomes a line in the conversation, written here and nowhere else.
-- Every other change of a session that came without a message is announced as itself. One event per topic.
create function support_chat.announce_session()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  happened text;
  word text;
  agent constant uuid := support_chat.agent_id();
begin
  -- A message was numbered: it announces itself, and the session with it. And whoever moves sessions to another
  -- visitor says so once for all of them.
  if new.last_seq <> old.last_seq or new.visitor_id <> old.visitor_id then
    return null;
  end if;

  if new.status = 'closed' and old.status <> 'closed' then
    happened := 'closed';
  elsif new.status <> 'closed' and old.status = 'closed' then
    happened := 'reopened';
  elsif new.agent_id is distinct from old.agent_id then
    if new.status = 'closed' then
      -- An agent left: their closed conversations, however many, are nobody's news.
      return null;
    end if;
    happened := case when new.agent_id is null then 'unassigned' else 'assigned' end;
  end if;

  if happened is not null then
    insert into support_chat.messages (session_id, sender_type, kind, event)
    values (new.id, 'system', 'event', jsonb_build_object(
      'type', happened,
      'actor', jsonb_build_object(
        'kind', case
          when agent is not null then 'agent'
          when support_chat.visitor_id() is not null then 'visitor'
          else 'system'
        end,
        'name', (select a.display_name from support_chat.agents a where a.user_id = agent)
      ),
      'agent', case when happened = 'assigned' then (
        select jsonb_build_object('id', a.user_id, 'name', a.display_name)
        from support_chat.agents a
        where a.user_id = new.agent_id
      ) end
    ));
    return null;
  end if;

  word := case
    when new.visitor_read_seq <> old.visitor_read_seq or new.desk_read_seq <> old.desk_read_seq then 'read'
    else 'session'
  end;
  if new.visitor_rev <> old.visitor_rev then
    perform support_chat.tell_visitor(new.visitor_id, word,
      jsonb_build_object('session', support_chat.session_for_visitor(new)));
  end if;
  if new.rev <> old.rev then
    perform support_chat.tell_desk(word, jsonb_build_object('session', support_chat.session_for_desk(new)));
  end if;
  return null;
end
$$;

-- Whether agents hear nothing for now, because many conversations change at once.
create function support_chat.desk_is_quiet()
returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(current_setting('support_chat.quiet_desk', true) = 'on', false);
end
$$;

-- A message goes to both sides, each in its own shape; what only agents see reaches the visitor's topic
-- at most as a session that has changed.
create function support_chat.announce_message()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  select s.* into session from support_chat.sessions s where s.id = new.session_id;
  if new.visitor_seq is not null then
    perform support_chat.tell_visitor(session.visitor_id, 'message', jsonb_build_object(
      'session', support_chat.session_for_visitor(session),
      'message', support_chat.message_for_visitor(new)
    ));
  elsif new.kind = 'event' then
    perform support_chat.tell_visitor(session.visitor_id, 'session',
      jsonb_build_object('session', support_chat.session_for_visitor(session)));
  end if;
  if not support_chat.desk_is_quiet() then
    perform support_chat.tell_desk('message', jsonb_build_object(
      'session', support_chat.session_for_desk(session),
      'message', support_chat.message_for_desk(new)
    ));
  end if;
  return null;
end
$$;

-- A visitor's new name belongs to the conversations that agents have in front of them: the newest five, for
-- every one of them is an event, and too many at once make Realtime close all channels.
create function support_chat.announce_visitor()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update support_chat.sessions set rev = rev + 1
  where id in (
    select s.id from support_chat.sessions s
    where s.id in (
      select n.id from support_chat.sessions n
      where n.visitor_id = new.id and n.status <> 'closed'
      order by n.last_message_at desc
      limit 5
    )
    order by s.id
    for no key update
  );
  return null;
end
$$;

-- Whoever is blocked, or whose account is gone, stops listening.
create function support_chat.end_visitor_access()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.rotate_channel_key(new.id);
  return null;
end
$$;

-- Whoever leaves gives back what they had, since nobody waits for them. That may be hundreds of conversations:
-- one "resync" tells the agents of all of them. Closed ones stay as they are.
create function support_chat.release_sessions()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform set_config('support_chat.quiet_desk', 'on', true);
  update support_chat.sessions set agent_id = null
  where id in (
    select s.id from support_chat.sessions s
    where s.agent_id = old.user_id and s.status <> 'closed'
    order by s.id
    for no key update
  );
  perform set_config('support_chat.quiet_desk', '', true);
  return old;
end
$$;

-- Whoever leaves waits until the conversations that are just being given to them are theirs, and is given none from
-- then on.
create function support_chat.hold_leaver()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.take_lock('agent ' || old.user_id);
  return new;
end
$$;

-- Gives a conversation to nobody who is leaving or being removed, nor back to them when it is reopened. They are not
-- waited for: they wait for conversations, perhaps for this one.
create function support_chat.hold_agent()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  is_active boolean;
begin
  if pg_try_advisory_xact_lock_shared(hashtextextended('support_chat agent ' || new.agent_id, 0)) then
    select a.active into is_active
    from support_chat.agents a
    where a.user_id = new.agent_id
    for key share skip locked;
  end if;
  if is_active is not true then
    if new.agent_id is distinct from old.agent_id then
      perform support_chat.refuse('PT400', 'That is no active agent.', '{"field": "agent"}');
    end if;
    new.agent_id := null;
  end if;
  return new;
end
$$;

-- Whoever is no agent any more stops listening, and so do all when a second factor becomes required: who has one
-- is told the new topic.
create function support_chat.end_agent_access()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.rotate_desk_key();
  return null;
end
$$;

revoke all on function
  support_chat.announce_session(),
  support_chat.desk_is_quiet(),
  support_chat.announce_message(),
  support_chat.announce_visitor(),
  support_chat.end_visitor_access(),
  support_chat.release_sessions(),
  support_chat.hold_leaver(),
  support_chat.hold_agent(),
  support_chat.end_agent_access()
from public, anon, authenticated, service_role;

create trigger announce_session
after update on support_chat.sessions
for each row execute function support_chat.announce_session();

create trigger announce_message
after insert on support_chat.messages
for each row execute function support_chat.announce_message();

create trigger announce_visitor
after update on support_chat.visitors
for each row when (
  (new.name, new.email, new.verified_at is null, new.user_id is null)
  is distinct from (old.name, old.email, old.verified_at is null, old.user_id is null)
)
execute function support_chat.announce_visitor();

create trigger end_visitor_access
after update on support_chat.visitors
for each row when (
  new.blocked_until > now() and new.blocked_until is distinct from old.blocked_until
  or new.user_id is null and old.user_id is not null
)
execute function support_chat.end_visitor_access();

create trigger hold_leaver
before update on support_chat.agents
for each row when (old.active and not new.active)
execute function support_chat.hold_leaver();

create trigger release_sessions_on_update
after update on support_chat.agents
for each row when (old.active and not new.active)
execute function support_chat.release_sessions();

-- Before, because the foreign key would release them one by one, aloud.
create trigger release_sessions_on_delete
before delete on support_chat.agents
for each row execute function support_chat.release_sessions();

create trigger hold_agent
before update on support_chat.sessions
for each row when (
  new.agent_id is not null and new.status <> 'closed'
  and (new.agent_id is distinct from old.agent_id or old.status = 'closed')
)
execute function support_chat.hold_agent();

create trigger end_agent_access_on_update
after update on support_chat.agents
for each row when (old.active and not new.active)
execute function support_chat.end_agent_access();

create trigger end_agent_access_on_delete
after delete on support_chat.agents
for each row execute function support_chat.end_agent_access();

create trigger end_agent_access_on_mfa
after update on support_chat.settings
for each row when (new.require_mfa and not old.require_mfa)
execute function support_chat.end_agent_access();

create policy "support chat: people listen to the topic they were given"
on realtime.messages for select
to anon, authenticated
using (extension = 'broadcast' and (select support_chat.can_listen((select realtime.topic()))));

-- A host's own INSERT policy, however wide, opens none of our topics.
create policy "support chat: only the database speaks on its topics"
on realtime.messages as restrictive for insert
to public
with check (not starts_with(topic, 'support-chat:') and not starts_with(topic, 'support-desk:'));

insert into support_chat.migrations (version, topic) values ('20261120091100', 'realtime');
