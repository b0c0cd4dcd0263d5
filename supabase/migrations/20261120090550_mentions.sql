-- Whom a note calls by name, until they have looked: nobody is to miss it who was not there when it was written.

create table support_chat.mentions (
  session_id uuid not null references support_chat.sessions (id) on delete cascade,
  -- No foreign key: an agent who leaves would wait for conversations that are written to, and those for them.
  agent_id uuid not null,
  sender_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (session_id, agent_id)
);
create index mentions_of_agent on support_chat.mentions (agent_id, created_at);
revoke all on support_chat.mentions from public, anon, authenticated, service_role;
grant select, delete on support_chat.mentions to support_chat_agent;
grant insert (session_id, agent_id, sender_id) on support_chat.mentions to support_chat_agent;
alter table support_chat.mentions enable row level security;

create policy "agents read their own mentions"
on support_chat.mentions for select
to support_chat_agent
using (agent_id = (select support_chat.agent_id()));

create policy "agents mention others in their own name"
on support_chat.mentions for insert
to support_chat_agent
with check (sender_id = (select support_chat.agent_id()));

create policy "agents let go of their own mentions"
on support_chat.mentions for delete
to support_chat_agent
using (agent_id = (select support_chat.agent_id()));

insert into support_chat.migrations (version, topic) values ('20261120090550', 'mentions');
