-- Answers agents keep at hand: shared by the team, or one agent's own.

create table support_chat.canned_responses (
  id uuid primary key default gen_random_uuid(),
  -- Null is shared by everybody.
  owner_id uuid references support_chat.agents (user_id) on delete cascade,
  shortcut text not null check (shortcut ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
  title text not null check (char_length(title) between 1 and 120),
  content text not null check (char_length(content) between 1 and 4000 and octet_length(content) <= 16000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index canned_responses_own on support_chat.canned_responses (owner_id, shortcut);
create unique index canned_responses_shared on support_chat.canned_responses (shortcut) where owner_id is null;
revoke all on support_chat.canned_responses from public, anon, authenticated, service_role;
grant select on support_chat.canned_responses to support_chat_agent;
alter table support_chat.canned_responses enable row level security;

create policy "agents read shared answers and their own"
on support_chat.canned_responses for select
to support_chat_agent
using (
  (select support_chat.agent_id()) is not null
  and (owner_id is null or owner_id = (select support_chat.agent_id()))
);

insert into support_chat.migrations (version, topic) values ('20261120090700', 'canned_responses');
