-- A session is one conversation. Its row carries everything the inbox needs, so that no list ever
-- counts messages; both numberings and both revisions live here, under one lock.

create table support_chat.sessions (
  id uuid primary key default gen_random_uuid(),
  visitor_id uuid not null references support_chat.visitors (id) on delete cascade,
  -- The visitor's idempotency key: starting twice gives one session.
  client_id uuid not null,
  agent_id uuid references support_chat.agents (user_id) on delete set null,
  status text not null default 'open' check (status in ('open', 'assigned', 'closed')),
  -- Bumped by every change, and by every change the visitor can see.
  rev integer not null default 1,
  visitor_rev integer not null default 1,
  -- The newest number in each side's numbering.
  last_seq integer not null default 0,
  last_visitor_seq integer not null default 0,
  -- How far each side has read: in its own numbering, and translated into the other's.
  visitor_read_seq integer not null default 0,
  visitor_read_desk_seq integer not null default 0,
  desk_read_seq integer not null default 0,
  desk_read_visitor_seq integer not null default 0,
  visitor_unread integer not null default 0,
  desk_unread integer not null default 0,
  -- An agent put it back among the unread, whatever has been read of it.
  marked_unread boolean not null default false,
  last_message_at timestamptz not null default now(),
  last_message_preview text not null default '' check (char_length(last_message_preview) <= 280),
  waiting_since timestamptz,
  first_response_at timestamptz,
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  tags text[] not null default '{}' check (cardinality(tags) <= 20 and octet_length(tags::text) <= 4000),
  snoozed_until timestamptz,
  rating smallint check (rating between 1 and 5),
  rating_comment text check (char_length(rating_comment) <= 1000),
  page_url text check (char_length(page_url) <= 2000),
  page_title text check (char_length(page_title) <= 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (visitor_id, client_id),
  constraint sessions_status_follows_agent
    check (status = 'closed' or (status = 'assigned') = (agent_id is not null)),
  constraint sessions_closed_at_follows_status check ((status = 'closed') = (closed_at is not null))
);

create index sessions_by_visitor on support_chat.sessions (visitor_id, last_message_at desc, id desc);
create index sessions_by_agent on support_chat.sessions (agent_id, status, last_message_at desc, id desc);
create index sessions_tagged on support_chat.sessions (last_message_at desc) where tags <> '{}';
create index sessions_snoozed on support_chat.sessions (snoozed_until) where snoozed_until is not null;
-- For counting alone: without it the planner reads the table from its beginning, where all that is closed lies.
create index sessions_open on support_chat.sessions (agent_id) include (status, snoozed_until) where status <> 'closed';
create index sessions_by_agent_waiting on support_chat.sessions (agent_id, waiting_since, id)
  where waiting_since is not null;
create index sessions_unread on support_chat.sessions (agent_id, status) where desk_unread > 0 or marked_unread;
create index sessions_waiting on support_chat.sessions (waiting_since, id) where waiting_since is not null;
create index sessions_alive on support_chat.sessions (last_message_at desc, id desc) where status <> 'closed';
create index sessions_by_priority on support_chat.sessions (priority, last_message_at desc, id desc)
  where status <> 'closed';
create index sessions_closed on support_chat.sessions (last_message_at desc, id desc) where status = 'closed';
create index sessions_by_creation on support_chat.sessions (created_at);
create index sessions_by_change on support_chat.sessions (updated_at);
create index sessions_by_response on support_chat.sessions (first_response_at desc)
  where first_response_at is not null;

revoke all on support_chat.sessions from public, anon, authenticated, service_role;
grant select on support_chat.sessions to support_chat_visitor, support_chat_agent;
grant insert (visitor_id, client_id, page_url, page_title) on support_chat.sessions to support_chat_visitor;
grant update (status, visitor_read_seq, rating, rating_comment) on support_chat.sessions to support_chat_visitor;
grant update (status, agent_id, desk_read_seq, marked_unread, priority, tags, snoozed_until)
on support_chat.sessions to support_chat_agent;
alter table support_chat.sessions enable row level security;

create policy "visitors read their own sessions"
on support_chat.sessions for select
to support_chat_visitor
using (visitor_id = (select support_chat.visitor_id()));

create policy "visitors start sessions of their own"
on support_chat.sessions for insert
to support_chat_visitor
with check (visitor_id = (select support_chat.visitor_id()));

create policy "visitors change their own sessions"
on support_chat.sessions for update
to support_chat_visitor
using (visitor_id = (select support_chat.visitor_id()))
with check (visitor_id = (select support_chat.visitor_id()));

create policy "agents read all sessions"
on support_chat.sessions for select
to support_chat_agent
using ((select support_chat.agent_id()) is not null);

create policy "agents change all sessions"
on support_chat.sessions for update
to support_chat_agent
using ((select support_chat.agent_id()) is not null)
with check ((select support_chat.agent_id()) is not null);

-- Everything that follows from a change: status follows the agent, a closed session waits for nobody,
-- read marks only grow and are translated for the other side, and the revisions count.
create function support_chat.settle_session()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new is not distinct from old then
    return new;
  end if;

  -- The only transitions there are: alive to closed and back. Open or assigned is no choice of anybody's.
  if new.status <> 'closed' then
    new.status := case when new.agent_id is null then 'open' else 'assigned' end;
  end if;
  if new.status = 'closed' and old.status <> 'closed' then
    new.closed_at := now();
    new.waiting_since := null;
    new.snoozed_until := null;
  elsif new.status <> 'closed' and old.status = 'closed' then
    if current_user = 'support_chat_visitor'
      and old.closed_at + support_chat.reopen_window() <= now()
    then
      perform support_chat.refuse('PT409', 'The conversation was closed too long ago.', '{"reason": "too-late"}');
    end if;
    new.closed_at := null;
    -- What was closed by mistake waits as it did before.
    if old.closed_at > now() - interval '1 minute' then
      select min(m.created_at) into new.waiting_since
      from support_chat.messages m
      where m.session_id = new.id and m.kind = 'text' and m.sender_type = 'customer' and m.seq > coalesce((
        select max(a.seq) from support_chat.messages a
        where a.session_id = new.id and a.kind = 'text' and a.sender_type = 'agent'
      ), 0);
    end if;
  end if;

  if new.visitor_read_seq <> old.visitor_read_seq then
    new.visitor_read_seq := greatest(old.visitor_read_seq, least(new.visitor_read_seq, new.last_visitor_seq));
    if new.visitor_read_seq > old.visitor_read_seq then
      select m.seq into new.visitor_read_desk_seq
      from support_chat.messages m
      where m.session_id = new.id and m.visitor_seq = new.visitor_read_seq;
      select count(*) into new.visitor_unread
      from support_chat.messages m
      where m.session_id = new.id and m.visitor_seq > new.visitor_read_seq
        and m.kind = 'text' and m.sender_type in ('agent', 'bot');
    end if;
  end if;

  if new.desk_read_seq <> old.desk_read_seq then
    new.desk_read_seq := greatest(old.desk_read_seq, least(new.desk_read_seq, new.last_seq));
    if new.desk_read_seq > old.desk_read_seq then
      new.desk_read_visitor_seq := coalesce((
        select m.visitor_seq
        from support_chat.messages m
        where m.session_id = new.id and m.seq <= new.desk_read_seq and m.visitor_seq is not null
        order by m.seq desc
        limit 1
      ), 0);
      select count(*) into new.desk_unread
      from support_chat.messages m
      where m.session_id = new.id and m.seq > new.desk_read_seq
        and m.kind = 'text' and m.sender_type = 'customer';
    end if;
  end if;

  if new is not distinct from old then
    return new;
  end if;

  new.rev := old.rev + 1;
  new.updated_at := clock_timestamp();
  -- Notes, tags, priority and snooze are not among these: they must not betray themselves.
  if (
    new.visitor_id, new.status, new.agent_id, new.last_visitor_seq, new.visitor_read_seq, new.desk_read_visitor_seq,
    new.visitor_unread, new.last_message_at, new.last_message_preview, new.rating, new.closed_at
  ) is distinct from (
    old.visitor_id, old.status, old.agent_id, old.last_visitor_seq, old.visitor_read_seq, old.desk_read_visitor_seq,
    old.visitor_unread, old.last_message_at, old.last_message_preview, old.rating, old.closed_at
  ) then
    new.visitor_rev := old.visitor_rev + 1;
  end if;
  return new;
end
$$;
revoke all on function support_chat.settle_session() from public, anon, authenticated, service_role;

create trigger settle_session
before update on support_chat.sessions
for each row execute function support_chat.settle_session();

insert into support_chat.migrations (version, topic) values ('20261120090400', 'sessions');
