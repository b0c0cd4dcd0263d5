-- A message has its place in the session: `seq` for agents, who see everything, and `visitor_seq` for the
-- visitor, null for what only agents see. Neither has gaps, so a gap always means a lost message.

create table support_chat.messages (
  id uuid primary key default gen_random_uuid(),
  session_id uuid not null references support_chat.sessions (id) on delete cascade,
  seq integer not null,
  visitor_seq integer,
  -- The sender's idempotency key; system lines have none.
  client_id uuid,
  sender_type text not null check (sender_type in ('customer', 'agent', 'bot', 'system')),
  -- The agent who wrote it. No foreign key: an agent who leaves must not touch every line they wrote.
  sender_id uuid,
  kind text not null default 'text' check (kind in ('text', 'note', 'event')),
  content text not null default ''
    check (octet_length(content) <= 16000 and char_length(content) <= 4000),
  event jsonb check (octet_length(event::text) <= 2000),
  created_at timestamptz not null default clock_timestamp(),
  unique (session_id, seq),
  unique (session_id, visitor_seq),
  unique (session_id, client_id),
  constraint messages_say_something check ((kind = 'event') = (event is not null) and (kind = 'event') = (content = '')),
  constraint messages_notes_stay_inside check (kind <> 'note' or (visitor_seq is null and sender_type = 'agent')),
  constraint messages_senders check ((sender_type = 'agent') = (sender_id is not null))
);
revoke all on support_chat.messages from public, anon, authenticated, service_role;
grant select on support_chat.messages to support_chat_visitor, support_chat_agent;
grant insert (session_id, client_id, sender_type, kind, content) on support_chat.messages to support_chat_visitor;
grant insert (session_id, client_id, sender_type, sender_id, kind, content)
on support_chat.messages to support_chat_agent;
alter table support_chat.messages enable row level security;

create policy "visitors read messages of their own sessions"
on support_chat.messages for select
to support_chat_visitor
using (
  visitor_seq is not null
  and session_id in (
    select s.id from support_chat.sessions s where s.visitor_id = (select support_chat.visitor_id())
  )
);

create policy "visitors write texts into their own sessions"
on support_chat.messages for insert
to support_chat_visitor
with check (
  sender_type = 'customer'
  and kind = 'text'
  and client_id is not null
  and session_id in (
    select s.id from support_chat.sessions s
    where s.visitor_id = (select support_chat.visitor_id()) and s.status <> 'closed'
  )
);

create policy "agents read all messages"
on support_chat.messages for select
to support_chat_agent
using ((select support_chat.agent_id()) is not null);

create policy "agents write texts and notes in their own name"
on support_chat.messages for insert
to support_chat_agent
with check (
  sender_type = 'agent'
  and sender_id = (select support_chat.agent_id())
  and kind in ('text', 'note')
  and client_id is not null
);

-- Numbers a message and carries what it means into its session, in one update under the session's lock.
-- Only plain inserts come here: a duplicate is found before, so it burns no number.
create function support_chat.number_message()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  is_text constant boolean := new.kind = 'text';
  from_customer constant boolean := is_text and new.sender_type = 'customer';
  from_agent constant boolean := is_text and new.sender_type = 'agent';
  from_team constant boolean := is_text and new.sender_type in ('agent', 'bot');
  for_visitor constant boolean := is_text or (new.kind = 'event' and new.event ->> 'type' <> 'unassigned');
begin
  update support_chat.sessions s
  set
    last_seq = s.last_seq + 1,
    last_visitor_seq = s.last_visitor_seq + for_visitor::integer,
    last_message_at = case when is_text then new.created_at else s.last_message_at end,
    last_message_preview = case when is_text then left(new.content, 280) else s.last_message_preview end,
    visitor_unread = s.visitor_unread + from_team::integer,
    desk_unread = s.desk_unread + from_customer::integer,
    waiting_since = case
      when from_customer and s.status <> 'closed' then coalesce(s.waiting_since, new.created_at)
      when from_agent then null
      else s.waiting_since
    end,
    first_response_at = case
      when from_agent then coalesce(s.first_response_at, new.created_at)
      else s.first_response_at
    end,
    snoozed_until = case when from_customer then null else s.snoozed_until end
  where s.id = new.session_id
  returning s.last_seq, case when for_visitor then s.last_visitor_seq end
  into new.seq, new.visitor_seq;
  return new;
end
$$;

-- What was said stays said, whoever asks.
create function support_chat.keep_message()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'Messages are never changed.' using errcode = '55000';
end
$$;

revoke all on function support_chat.number_message(), support_chat.keep_message()
from public, anon, authenticated, service_role;

create trigger number_message
before insert on support_chat.messages
for each row execute function support_chat.number_message();

create trigger keep_message
before update on support_chat.messages
for each row execute function support_chat.keep_message();

insert into support_chat.migrations (version, topic) values ('20261120090500', 'messages');
