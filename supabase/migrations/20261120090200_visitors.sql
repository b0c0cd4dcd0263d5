-- A visitor is a person on the website: known by the hashes of the secrets their browsers keep, by the user
-- they signed up as, or by the name the host's own backend has for them.

create table support_chat.visitors (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references auth.users (id) on delete set null,
  -- Who the host's own backend says this is, and since when it vouches for it.
  external_id text unique check (char_length(external_id) between 1 and 255),
  verified_at timestamptz,
  -- Names the visitor's Realtime topic. Never derived from the token, and rotated when access ends.
  channel_key text not null unique default support_chat.new_key() check (channel_key ~ '^[0-9a-f]{64}$'),
  name text not null default '' check (char_length(name) <= 80),
  email text not null default '' check (char_length(email) <= 254),
  locale text check (char_length(locale) <= 35),
  -- Where their clock stands, by its name in the time zone database.
  time_zone text check (char_length(time_zone) <= 64),
  attributes jsonb not null default '{}'
    check (jsonb_typeof(attributes) = 'object' and octet_length(attributes::text) <= 70000),
  blocked_until timestamptz,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  page_url text check (char_length(page_url) <= 2000),
  page_title text check (char_length(page_title) <= 200),
  referrer text check (char_length(referrer) <= 2000),
  user_agent text check (char_length(user_agent) <= 400),
  -- The five pages they were on before, newest first; each once.
  page_trail jsonb not null default '[]'
    check (jsonb_typeof(page_trail) = 'array' and octet_length(page_trail::text) <= 60000),
  -- What agents write down about them; never shown to the visitor.
  notes text not null default '' check (char_length(notes) <= 4000)
);
-- Of use to no reference, so that Auth can remove a user whose conversations are being written to: the change of a
-- key would wait for them, and they for it.
create unique index visitors_by_user on support_chat.visitors (user_id) where user_id is not null;
revoke all on support_chat.visitors from public, anon, authenticated, service_role;
-- Agents never learn a channel key, nor visitors what is noted about them.
grant select (
  id, user_id, external_id, verified_at, channel_key, name, email, locale, time_zone, attributes,
  blocked_until, first_seen_at, last_seen_at, page_url, page_title, referrer, user_agent
) on support_chat.visitors to support_chat_visitor;
grant select (
  id, user_id, external_id, verified_at, name, email, locale, time_zone, attributes, blocked_until,
  first_seen_at, last_seen_at, page_url, page_title, referrer, user_agent, page_trail, notes
) on support_chat.visitors to support_chat_agent;
grant update (name, email, locale, time_zone, attributes, page_url, page_title, referrer, user_agent)
on support_chat.visitors to support_chat_visitor;
grant update (name, email, notes, blocked_until) on support_chat.visitors to support_chat_agent;
alter table support_chat.visitors enable row level security;

create policy "visitors read themselves"
on support_chat.visitors for select
to support_chat_visitor
using (id = (select support_chat.visitor_id()));

create policy "visitors change their own profile"
on support_chat.visitors for update
to support_chat_visitor
using (id = (select support_chat.visitor_id()))
with check (id = (select support_chat.visitor_id()));

create policy "agents read all visitors"
on support_chat.visitors for select
to support_chat_agent
using ((select support_chat.agent_id()) is not null);

create policy "agents change what they may of all visitors"
on support_chat.visitors for update
to support_chat_agent
using ((select support_chat.agent_id()) is not null)
with check ((select support_chat.agent_id()) is not null);

-- One secret a browser: an anonymous visitor has one, whoever the host vouches for has one in each browser.
-- The hashes are for the resolver and the keepers alone.
create table support_chat.visitor_tokens (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  visitor_id uuid not null references support_chat.visitors (id) on delete cascade,
  created_at timestamptz not null default now()
);
create index visitor_tokens_by_visitor on support_chat.visitor_tokens (visitor_id, created_at);
revoke all on support_chat.visitor_tokens from public, anon, authenticated, service_role;
alter table support_chat.visitor_tokens enable row level security;

create policy "nobody reads tokens through the API"
on support_chat.visitor_tokens for select
to support_chat_visitor, support_chat_agent
using (false);

-- A visitor who writes to their own row is here, and where they were before stays known for a while.
create function support_chat.note_visit()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if current_user = 'support_chat_visitor' then
    new.last_seen_at := now();
  end if;
  if new.page_url <> old.page_url then
    new.page_trail := jsonb_path_query_array(
      jsonb_build_object('url', old.page_url, 'title', old.page_title, 'left_at', now()) || (
        select coalesce(jsonb_agg(p.value order by p.ordinality), '[]')
        from jsonb_array_elements(old.page_trail) with ordinality p
        where p.value ->> 'url' not in (old.page_url, new.page_url)
      ),
      '$[0 to 4]'
    );
  end if;
  return new;
end
$$;

-- What a visitor may write into their profile is checked here, whichever function writes it: a short name
-- without control and direction characters, something like an address, a flat object of attributes.
create function support_chat.check_profile()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  entry record;
begin
  if new.name <> '' then
    -- What no cleaning makes short enough is not cleaned: that would take seconds.
    if char_length(new.name) <= 800 then
      new.name := support_chat.plain_line(new.name);
    end if;
    if char_length(new.name) > 80 then
      perform support_chat.refuse('PT400', 'The name is longer than 80 characters.', '{"field": "name"}');
    end if;
    if not support_chat.is_visible(new.name) then
      new.name := '';
    end if;
  end if;

  if new.email <> '' then
    new.email := btrim(new.email);
    if char_length(new.email) > 254
      or new.email !~ '^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+$'
      or new.email <> support_chat.plain_line(new.email)
    then
      perform support_chat.refuse('PT400', 'The email is not valid.', '{"field": "email"}');
    end if;
  end if;

  if new.locale !~ '^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,4}$' or char_length(new.locale) > 35 then
    perform support_chat.refuse('PT400', 'The locale is not a language tag.', '{"field": "locale"}');
  end if;

  if new.attributes <> '{}' then
    if jsonb_typeof(new.attributes) <> 'object' then
      perform support_chat.refuse('PT400', 'Attributes must be a flat object.', '{"field": "attributes"}');
    end if;
    if (select count(*) from jsonb_object_keys(new.attributes)) > 20 then
      perform support_chat.refuse('PT400', 'There are more than 20 attributes.', '{"field": "attributes"}');
    end if;
    for entry in select key, value from jsonb_each(new.attributes) loop
      if entry.key !~ '^[a-z][a-z0-9_]{0,39}$'
        or jsonb_typeof(entry.value) in ('object', 'array')
        or (jsonb_typeof(entry.value) = 'string' and char_length(entry.value #>> '{}') > 500)
        or (jsonb_typeof(entry.value) = 'number' and char_length(entry.value #>> '{}') > 40)
      then
        perform support_chat.refuse(
          'PT400',
          'Attribute names are like plan_name; values are short strings, numbers, booleans or null.',
          '{"field": "attributes"}'
        );
      end if;
    end loop;
  end if;

  return new;
end
$$;

revoke all on function support_chat.note_visit(), support_chat.check_profile()
from public, anon, authenticated, service_role;

create trigger a_check_profile_on_insert
before insert on support_chat.visitors
for each row execute function support_chat.check_profile();

create trigger a_check_profile_on_update
before update of name, email, locale, attributes on support_chat.visitors
for each row execute function support_chat.check_profile();

create trigger note_visit
before update on support_chat.visitors
for each row execute function support_chat.note_visit();

insert into support_chat.migrations (version, topic) values ('20261120090200', 'visitors');
