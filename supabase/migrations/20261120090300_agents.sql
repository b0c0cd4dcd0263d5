-- An agent answers. A row here, with `active`, is what makes a signed-in user one; nothing a user can
-- edit about themselves does.

create table support_chat.agents (
  user_id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null check (char_length(display_name) between 1 and 80),
  avatar_url text check (avatar_url ~ '^data:image/(png|jpeg|webp|gif);base64,' and octet_length(avatar_url) <= 16384),
  role text not null default 'agent' check (role in ('agent', 'admin')),
  active boolean not null default true,
  -- What the agent chose; it counts only while `last_seen_at` is fresh.
  availability text not null default 'online' check (availability in ('online', 'away', 'offline')),
  last_seen_at timestamptz,
  -- What this agent has on screen, for "is replying" and to know whether typing interests anybody. No foreign
  -- key: it is stale within seconds anyway, and must not tie the locks of agents to those of sessions.
  viewing uuid,
  created_at timestamptz not null default now()
);
create index agents_by_viewing on support_chat.agents (viewing) where viewing is not null;
revoke all on support_chat.agents from public, anon, authenticated, service_role;
grant select (user_id, display_name, avatar_url, active) on support_chat.agents to support_chat_visitor;
grant select on support_chat.agents to support_chat_agent;
grant update (availability, viewing, display_name, avatar_url) on support_chat.agents to support_chat_agent;
alter table support_chat.agents enable row level security;

create policy "visitors read the names of those who answer"
on support_chat.agents for select
to support_chat_visitor
using ((select support_chat.visitor_id()) is not null);

create policy "agents read all agents"
on support_chat.agents for select
to support_chat_agent
using ((select support_chat.agent_id()) is not null);

create policy "agents change their own name, picture and presence"
on support_chat.agents for update
to support_chat_agent
using (user_id = (select support_chat.agent_id()))
with check (user_id = (select support_chat.agent_id()));

-- An agent who writes to their own row is here.
create function support_chat.note_presence()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if current_user = 'support_chat_agent' then
    new.last_seen_at := now();
  end if;
  return new;
end
$$;
revoke all on function support_chat.note_presence() from public, anon, authenticated, service_role;

create trigger note_presence
before update on support_chat.agents
for each row execute function support_chat.note_presence();

insert into support_chat.migrations (version, topic) values ('20261120090300', 'agents');
