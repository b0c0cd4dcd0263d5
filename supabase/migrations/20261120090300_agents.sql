-- An agent answers. A row here, with `active`, is what makes a signed-in user one; nothing a user can
-- edit about themselves does.

create table support_chat.agents (
  user_id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null check (char_length(display_name) between 1 and 80),
  avatar_url text check (
    avatar_url ~ '^data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+={0,2}$' and octet_length(avatar_url) <= 16384
  ),
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

-- Names and pictures are checked here, whichever function writes them: both are shown to every visitor.
create function support_chat.check_agent()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- What no cleaning makes short enough is not cleaned: that would take seconds.
  if char_length(new.display_name) <= 800 then
    new.display_name := support_chat.plain_line(new.display_name);
  end if;
  if char_length(new.display_name) > 80 or not support_chat.is_visible(new.display_name) then
    perform support_chat.refuse('PT400', 'The name has 1 to 80 characters.', '{"field": "name"}');
  end if;
  if octet_length(new.avatar_url) > 16384
    or new.avatar_url !~ '^data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+={0,2}$'
  then
    perform support_chat.refuse(
      'PT400', 'The picture is a PNG, JPEG, WebP or GIF as a data: URL of at most 16 kB.', '{"field": "avatar"}'
    );
  end if;
  return new;
end
$$;
revoke all on function support_chat.check_agent() from public, anon, authenticated, service_role;

create trigger check_agent
before insert or update of display_name, avatar_url on support_chat.agents
for each row execute function support_chat.check_agent();

-- An invite lets one signed-in person become an agent, once, while whoever made it is an active admin. Its token
-- is a secret, of which only the hash is kept.
create table support_chat.invites (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  role text not null check (role in ('agent', 'admin')),
  created_by uuid not null references support_chat.agents (user_id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '72 hours',
  -- It outlives the agent.
  used_by uuid,
  used_at timestamptz
);
create index invites_by_creator on support_chat.invites (created_by);
revoke all on support_chat.invites from public, anon, authenticated, service_role;
grant select (id, role, created_by, created_at, expires_at, used_by, used_at)
on support_chat.invites to support_chat_agent;
grant insert (token_hash, role, created_by) on support_chat.invites to support_chat_agent;
grant delete on support_chat.invites to support_chat_agent;
alter table support_chat.invites enable row level security;

create policy "admins read the invites"
on support_chat.invites for select
to support_chat_agent
using ((select support_chat.agent_id()) is not null and (select support_chat.is_admin()));

create policy "admins invite in their own name"
on support_chat.invites for insert
to support_chat_agent
with check (created_by = (select support_chat.agent_id()) and (select support_chat.is_admin()));

create policy "admins withdraw invites"
on support_chat.invites for delete
to support_chat_agent
using ((select support_chat.agent_id()) is not null and (select support_chat.is_admin()));

insert into support_chat.migrations (version, topic) values ('20261120090300', 'agents');
