-- The one row that says how this project's support works: words, hours, limits, and the agents' topic key.

create table support_chat.settings (
  id boolean primary key default true check (id),
  team_name text not null default 'Support' check (char_length(team_name) between 1 and 80),
  greeting text not null default 'Hi there! How can we help?' check (char_length(greeting) <= 500),
  away_text text not null default 'Leave us a message and we will get back to you.'
    check (char_length(away_text) <= 500),
  suggested_questions text[] not null default '{}'
    check (cardinality(suggested_questions) <= 6 and octet_length(suggested_questions::text) <= 5000),
  -- {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], …}, days left out are closed; null is always open.
  office_hours jsonb check (octet_length(office_hours::text) <= 2000),
  time_zone text not null default 'UTC' check (char_length(time_zone) <= 60),
  -- [{"name": "email", "required": true}, {"name": "size", "label": "Team size", "type": "select", "options": ["1", "2+"]}, …]
  pre_chat_fields jsonb not null default '[]'
    check (jsonb_typeof(pre_chat_fields) = 'array' and octet_length(pre_chat_fields::text) <= 4000),
  max_length integer not null default 4000 check (max_length between 1 and 4000),
  reopen_hours integer not null default 72 check (reopen_hours between 0 and 8760),
  waiting_amber integer not null default 120 check (waiting_amber between 1 and 604800),
  waiting_red integer not null default 600 check (waiting_red between 1 and 604800),
  -- Per action a list of [times, seconds]; every pair must hold.
  limits jsonb not null default '{
    "start_ip": [[10, 3600]],
    "start": [[5, 3600]],
    "start_all": [[300, 3600]],
    "send": [[10, 10], [60, 300]],
    "history": [[60, 60]],
    "typing": [[1, 2]],
    "read": [[60, 60]],
    "status": [[10, 60]],
    "profile": [[20, 3600]],
    "claim": [[10, 3600]],
    "identify": [[10, 3600]]
  }' check (jsonb_typeof(limits) = 'object' and octet_length(limits::text) <= 4000),
  -- The request header that carries the client's address and that no client can forge: cf-connecting-ip
  -- on hosted Supabase, x-real-ip behind the self-hosted gateway. Null leaves limits by address off.
  ip_header text check (ip_header ~ '^[a-z0-9-]{1,60}$'),
  -- Whether agents must have signed in with a second factor (`aal2` in their token).
  require_mfa boolean not null default false,
  ip_salt text not null default support_chat.new_key() check (char_length(ip_salt) = 64),
  desk_key text not null default support_chat.new_key() check (desk_key ~ '^[0-9a-f]{64}$')
);
revoke all on support_chat.settings from public, anon, authenticated, service_role;
grant select (
  id, team_name, greeting, away_text, suggested_questions, office_hours, time_zone, pre_chat_fields,
  max_length, reopen_hours, waiting_amber, waiting_red, limits, ip_header, require_mfa, desk_key
) on support_chat.settings to support_chat_agent;
grant update (
  team_name, greeting, away_text, suggested_questions, office_hours, time_zone, pre_chat_fields,
  max_length, reopen_hours, waiting_amber, waiting_red, limits, ip_header, require_mfa
) on support_chat.settings to support_chat_agent;
alter table support_chat.settings enable row level security;

create policy "agents read the settings"
on support_chat.settings for select
to support_chat_agent
using ((select support_chat.agent_id()) is not null);

create policy "admins change the settings"
on support_chat.settings for update
to support_chat_agent
using ((select support_chat.agent_id()) is not null and (select support_chat.is_admin()))
with check ((select support_chat.agent_id()) is not null and (select support_chat.is_admin()));

-- `name` and `email` are the visitor's own and have a type and words already; every other field becomes an attribute
-- and needs a label.
create function support_chat.check_pre_chat_fields(p_fields jsonb)
returns void
language plpgsql stable
set search_path = ''
as $$
declare
  field jsonb;
  reason text;
begin
  if jsonb_array_length(p_fields) > 8 then
    perform support_chat.refuse('PT400', 'At most 8 fields before a chat.', '{"field": "pre_chat_fields"}');
  end if;
  for field in select value from jsonb_array_elements(p_fields) loop
    reason := case
      when jsonb_typeof(field) <> 'object' then 'is no object'
      when coalesce(field ->> 'name', '') !~ '^[a-z][a-z0-9_]{0,39}$' then 'needs a name of a-z, 0-9 and _'
      when field - array['name', 'label', 'type', 'required', 'options'] <> '{}'
        then 'has more than name, label, type, required and options'
      when jsonb_typeof(coalesce(field -> 'required', 'true')) <> 'boolean' then 'needs true or false as required'
      when (field ->> 'name') in ('name', 'email') and field ?| array['type', 'options'] then 'has its type already'
      when field ? 'label' and (
        jsonb_typeof(field -> 'label') <> 'string' or char_length(field ->> 'label') > 80
        or not support_chat.is_visible(field ->> 'label')
      ) then 'has a label that is no text of 1 to 80 characters'
      when (field ->> 'name') not in ('name', 'email') and not field ? 'label' then 'needs a label'
      when coalesce(field -> 'type', '"text"') not in ('"text"', '"tel"', '"select"', '"checkbox"')
        then 'is not of type text, tel, select or checkbox'
      when (coalesce(field ->> 'type', '') = 'select') <> (field ? 'options') then 'has options where it is a select, and only there'
      when field ? 'options' and (
        jsonb_typeof(field -> 'options') <> 'array' or jsonb_array_length(field -> 'options') not between 1 and 20
        or exists (
          select from jsonb_array_elements(field -> 'options') o
          where jsonb_typeof(o.value) <> 'string' or char_length(o.value #>> '{}') > 80
            or not support_chat.is_visible(o.value #>> '{}')
        )
      ) then 'needs 1 to 20 options, texts of 1 to 80 characters'
      when (select count(*) from jsonb_array_elements(p_fields) f where f.value ->> 'name' = field ->> 'name') > 1
        then 'is there twice'
    end;
    if reason is not null then
      perform support_chat.refuse(
        'PT400', format('The field %s %s.', left(coalesce(field ->> 'name', field::text), 60), reason),
        '{"field": "pre_chat_fields"}'
      );
    end if;
  end loop;
end
$$;
revoke all on function support_chat.check_pre_chat_fields(jsonb) from public, anon, authenticated, service_role;
grant execute on function support_chat.check_pre_chat_fields(jsonb) to support_chat_agent;

-- Hours, zone and limits are read on every call, so what could not be read is refused when written, whoever
-- writes it. The details name the setting.
create function support_chat.check_settings()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  entry record;
  span jsonb;
begin
  -- What no cleaning makes short enough is not cleaned: that would take seconds.
  if char_length(new.team_name) <= 800 then
    new.team_name := support_chat.plain_line(new.team_name);
  end if;
  if not support_chat.is_visible(new.team_name) then
    perform support_chat.refuse('PT400', 'The team needs a name.', '{"field": "team_name"}');
  end if;

  if array_ndims(new.suggested_questions) > 1 or exists (
    select from unnest(new.suggested_questions) q
    where not support_chat.is_visible(q) or char_length(q) > 200
  ) then
    perform support_chat.refuse(
      'PT400', 'A suggested question has 1 to 200 characters.', '{"field": "suggested_questions"}'
    );
  end if;

  begin
    perform now() at time zone new.time_zone;
  exception when others then
    perform support_chat.refuse(
      'PT400', format('"%s" is no time zone. Use a name like Europe/Berlin.', left(new.time_zone, 60)),
      '{"field": "time_zone"}'
    );
  end;

  if new.office_hours is not null then
    if jsonb_typeof(new.office_hours) <> 'object' then
      perform support_chat.refuse(
        'PT400', 'Office hours are an object of days, or null for always open.', '{"field": "office_hours"}'
      );
    end if;
    for entry in select key, value from jsonb_each(new.office_hours) loop
      if entry.key not in ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun') or jsonb_typeof(entry.value) <> 'array' then
        perform support_chat.refuse(
          'PT400', format('"%s" must be one of mon … sun, with a list of [from, to].', left(entry.key, 60)),
          '{"field": "office_hours"}'
        );
      end if;
      for span in select value from jsonb_array_elements(entry.value) loop
        if jsonb_typeof(span) <> 'array'
          or jsonb_array_length(span) <> 2
          or coalesce(span ->> 0, '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
          or coalesce(span ->> 1, '') !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
          or (span ->> 0)::time >= (span ->> 1)::time
        then
          perform support_chat.refuse(
            'PT400',
            format('On %s, %s is not ["HH:MM", "HH:MM"] with the first before the second.', entry.key, left(span::text, 60)),
            '{"field": "office_hours"}'
          );
        end if;
      end loop;
    end loop;
  end if;

  perform support_chat.check_pre_chat_fields(new.pre_chat_fields);

  if jsonb_typeof(new.limits) <> 'object' then
    perform support_chat.refuse('PT400', 'Limits are an object of actions.', '{"field": "limits"}');
  end if;
  for entry in select key, value from jsonb_each(new.limits) loop
    if jsonb_typeof(entry.value) <> 'array' then
      perform support_chat.refuse(
        'PT400', format('The limit of "%s" must be a list of [times, seconds].', left(entry.key, 60)),
        '{"field": "limits"}'
      );
    end if;
    for span in select value from jsonb_array_elements(entry.value) loop
      if jsonb_typeof(span) <> 'array'
        or jsonb_array_length(span) <> 2
        or coalesce(span ->> 0, '') !~ '^[0-9]{1,7}$'
        or coalesce(span ->> 1, '') !~ '^[1-9][0-9]{0,6}$'
      then
        perform support_chat.refuse(
          'PT400', format('In the limit of "%s", %s is not [times, seconds].', left(entry.key, 60), left(span::text, 60)),
          '{"field": "limits"}'
        );
      end if;
    end loop;
  end loop;

  return new;
end
$$;
revoke all on function support_chat.check_settings() from public, anon, authenticated, service_role;

create trigger check_settings
before insert or update on support_chat.settings
for each row execute function support_chat.check_settings();

insert into support_chat.settings default values;

insert into support_chat.migrations (version, topic) values ('20261120090100', 'settings');
