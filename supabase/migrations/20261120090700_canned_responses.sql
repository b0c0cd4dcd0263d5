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
grant select, delete on support_chat.canned_responses to support_chat_agent;
grant insert (owner_id, shortcut, title, content), update (owner_id, shortcut, title, content)
on support_chat.canned_responses to support_chat_agent;
alter table support_chat.canned_responses enable row level security;

create policy "agents read shared answers and their own"
on support_chat.canned_responses for select
to support_chat_agent
using (
  (select support_chat.agent_id()) is not null
  and (owner_id is null or owner_id = (select support_chat.agent_id()))
);

create policy "agents write answers of their own, admins shared ones"
on support_chat.canned_responses for insert
to support_chat_agent
with check (
  owner_id = (select support_chat.agent_id())
  or owner_id is null and (select support_chat.agent_id()) is not null and (select support_chat.is_admin())
);

create policy "agents change answers of their own, admins shared ones"
on support_chat.canned_responses for update
to support_chat_agent
using (
  owner_id = (select support_chat.agent_id())
  or owner_id is null and (select support_chat.agent_id()) is not null and (select support_chat.is_admin())
)
with check (
  owner_id = (select support_chat.agent_id())
  or owner_id is null and (select support_chat.agent_id()) is not null and (select support_chat.is_admin())
);

create policy "agents remove answers of their own, admins shared ones"
on support_chat.canned_responses for delete
to support_chat_agent
using (
  owner_id = (select support_chat.agent_id())
  or owner_id is null and (select support_chat.agent_id()) is not null and (select support_chat.is_admin())
);

-- What an answer is made of is checked here, whichever function writes it.
create function support_chat.check_canned_response()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.shortcut is null or new.shortcut !~ '^[a-z0-9][a-z0-9_-]{0,39}$' then
    perform support_chat.refuse(
      'PT400', 'A shortcut has 1 to 40 characters: a to z, 0 to 9, _ and -, and begins with a letter or a digit.',
      '{"field": "shortcut"}'
    );
  end if;

  -- What no cleaning makes short enough is not cleaned: that would take seconds.
  if char_length(new.title) <= 1200 then
    new.title := support_chat.plain_line(new.title);
  end if;
  if char_length(new.title) > 120 or not support_chat.is_visible(new.title) then
    perform support_chat.refuse('PT400', 'A title has 1 to 120 characters.', '{"field": "title"}');
  end if;

  if octet_length(new.content) > 16000 or char_length(new.content) > 4000
    or not support_chat.is_visible(new.content)
  then
    perform support_chat.refuse('PT400', 'An answer has 1 to 4,000 characters.', '{"field": "content"}');
  end if;

  new.updated_at := now();
  return new;
end
$$;

-- Writes down what happens to shared answers. An agent's own are nobody else's business.
create function support_chat.audit_canned_response()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  was_shared constant boolean := coalesce(tg_op <> 'INSERT' and old.owner_id is null, false);
  is_shared constant boolean := coalesce(tg_op <> 'DELETE' and new.owner_id is null, false);
begin
  if was_shared or is_shared then
    insert into support_chat.audit_log (actor_id, action, subject, details)
    values (
      support_chat.agent_id(),
      case when not was_shared then 'canned.added' when not is_shared then 'canned.removed' else 'canned.changed' end,
      coalesce(new.id, old.id)::text,
      jsonb_build_object(
        'shortcut', case when is_shared then new.shortcut else old.shortcut end,
        'title', case when is_shared then new.title else old.title end
      )
    );
  end if;
  return null;
end
$$;

revoke all on function support_chat.check_canned_response(), support_chat.audit_canned_response()
from public, anon, authenticated, service_role;

create trigger check_canned_response
before insert or update on support_chat.canned_responses
for each row execute function support_chat.check_canned_response();

create trigger audit_canned_response
after insert or update or delete on support_chat.canned_responses
for each row execute function support_chat.audit_canned_response();

insert into support_chat.migrations (version, topic) values ('20261120090700', 'canned_responses');
