-- What agents do about a conversation and its visitor besides talking: put it off, rank it, label it, and know
-- or stop who is behind it. They work as `support_chat_agent`, like the functions before.

-- Puts a conversation off until a moment, or with 'infinity' until the visitor writes again, which ends every
-- snooze; null ends it now. Nothing runs when the time comes: a snooze is judged when it is read. `p_seen`: the newest
-- message that was on screen.
create function support_chat.desk_snooze(p_session uuid, p_until timestamptz, p_seen integer)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  perform support_chat.as_agent();
  if p_until <= now() or p_until > now() + interval '1 year' and p_until <> 'infinity' then
    perform support_chat.refuse('PT400', 'A snooze ends within a year, or when the visitor writes.', '{"field": "until"}');
  end if;
  select s.* into session from support_chat.sessions s where s.id = p_session for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;
  if session.status = 'closed' and p_until is not null then
    perform support_chat.refuse('PT409', 'The conversation is closed.', '{"reason": "closed"}');
  end if;
  if p_until is not null then
    perform support_chat.refuse_unseen(p_session, p_seen);
  end if;
  update support_chat.sessions set snoozed_until = p_until where id = p_session;
  select s.* into session from support_chat.sessions s where s.id = p_session;
  return jsonb_build_object('session', support_chat.session_for_desk(session));
end
$$;

create function support_chat.desk_set_priority(p_session uuid, p_priority text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  perform support_chat.as_agent();
  if p_priority is null or p_priority not in ('low', 'normal', 'high', 'urgent') then
    perform support_chat.refuse('PT400', 'A priority is low, normal, high or urgent.', '{"field": "priority"}');
  end if;
  update support_chat.sessions set priority = p_priority where id = p_session;
  select s.* into session from support_chat.sessions s where s.id = p_session;
  if not found then
    perform support_chat.refuse_session();
  end if;
  return jsonb_build_object('session', support_chat.session_for_desk(session));
end
$$;

-- Tags as they are kept: one line each, of 40 characters at most, no two that differ in case only, in the order
-- they were given.
create function support_chat.clean_tags(p_tags text[])
returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  cleaned text[];
begin
  if cardinality(p_tags) > 40 or exists (
    select from unnest(p_tags) t (tag)
    where t.tag is null or char_length(t.tag) > 40 or not support_chat.is_visible(support_chat.plain_line(t.tag))
  ) then
    perform support_chat.refuse('PT400', 'A tag has 1 to 40 characters.', '{"field": "tags"}');
  end if;
  select coalesce(array_agg(f.tag order by f.place), '{}')
  into cleaned
  from (
    select distinct on (lower(support_chat.plain_line(t.tag))) support_chat.plain_line(t.tag) as tag, t.place
    from unnest(p_tags) with ordinality t (tag, place)
    order by lower(support_chat.plain_line(t.tag)), t.place
  ) f;
  return cleaned;
end
$$;

-- Adds some tags and takes others away, so that two agents who tag at once both get what they wanted.
create function support_chat.desk_tag(p_session uuid, p_add text[], p_remove text[])
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
  added text[];
  removed text[];
  wanted text[];
begin
  perform support_chat.as_agent();
  added := support_chat.clean_tags(coalesce(p_add, '{}'));
  removed := array(select lower(r) from unnest(support_chat.clean_tags(coalesce(p_remove, '{}'))) r);
  select s.* into session from support_chat.sessions s where s.id = p_session for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;
  wanted := support_chat.clean_tags(array(
    select t.tag
    from unnest(session.tags || added) with ordinality t (tag, place)
    where lower(t.tag) <> all (removed)
    order by t.place
  ));
  if cardinality(wanted) > 20 then
    perform support_chat.refuse('PT400', 'A conversation has at most 20 tags.', '{"field": "tags"}');
  end if;
  if wanted <> session.tags then
    update support_chat.sessions set tags = wanted where id = p_session;
    select s.* into session from support_chat.sessions s where s.id = p_session;
  end if;
  return jsonb_build_object('session', support_chat.session_for_desk(session));
end
$$;

-- The tags in use, those of most conversations first: what the newest 2,000 conversations with tags have.
create function support_chat.desk_tags()
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  return jsonb_build_object('tags', array(
    select min(t.tag)
    from (
      select s.tags from support_chat.sessions s
      where s.tags <> '{}'
      order by s.last_message_at desc
      limit 2000
    ) newest, unnest(newest.tags) t (tag)
    group by lower(t.tag)
    order by count(*) desc, lower(t.tag)
    limit 300
  ));
end
$$;

-- The one answer about a visitor who is not there.
create function support_chat.refuse_visitor()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform support_chat.refuse('PT404', 'No such visitor.');
end
$$;

-- A visitor with their conversations, newest first, after a place in them; the cursor is "<time> <id>" of the last.
create function support_chat.desk_visitor(p_visitor uuid, p_cursor text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  visitor jsonb;
  before_at timestamptz := 'infinity';
  before_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  page support_chat.sessions[];
  last support_chat.sessions;
begin
  perform support_chat.as_agent();
  visitor := support_chat.visitor_for_desk(p_visitor);
  if visitor is null then
    perform support_chat.refuse_visitor();
  end if;
  if p_cursor is not null then
    begin
      before_at := split_part(p_cursor, ' ', 1)::timestamptz;
      before_id := split_part(p_cursor, ' ', 2)::uuid;
    exception when data_exception then
      perform support_chat.refuse('PT400', 'The cursor is not one of ours.', '{"field": "cursor"}');
    end;
  end if;
  page := array(
    select s
    from support_chat.sessions s
    where s.visitor_id = p_visitor and (s.last_message_at, s.id) < (before_at, before_id)
    order by s.last_message_at desc, s.id desc
    limit 50
  );
  last := page[cardinality(page)];
  return jsonb_build_object(
    'visitor', visitor,
    'sessions', to_jsonb(support_chat.sessions_for_desk(page)),
    'cursor', case
      when cardinality(page) = 50 then concat_ws(' ', to_jsonb(last.last_message_at) #>> '{}', last.id)
    end
  );
end
$$;

-- Corrects what is known of a visitor, null leaves as it is. Who somebody is that Supabase Auth or the host's backend
-- vouches for is not an agent's to change; notes always are.
create function support_chat.desk_update_visitor(p_visitor uuid, p_name text, p_email text, p_notes text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  visitor support_chat.visitors;
begin
  perform support_chat.as_agent();
  select v.name, v.email, v.verified_at, v.user_id
  into visitor.name, visitor.email, visitor.verified_at, visitor.user_id
  from support_chat.visitors v
  where v.id = p_visitor;
  if not found then
    perform support_chat.refuse_visitor();
  end if;
  if p_name <> visitor.name and visitor.verified_at is not null
    or p_email <> visitor.email and (visitor.verified_at is not null or visitor.user_id is not null)
  then
    perform support_chat.refuse('PT409', 'Who this is has been verified.', '{"reason": "verified"}');
  end if;
  if char_length(p_notes) > 4000 then
    perform support_chat.refuse('PT413', 'The notes are too long.', '{"max_length": 4000}');
  end if;
  update support_chat.visitors v
  set
    name = coalesce(p_name, v.name),
    email = coalesce(p_email, v.email),
    notes = coalesce(p_notes, v.notes)
  where v.id = p_visitor;
  return jsonb_build_object('visitor', support_chat.visitor_for_desk(p_visitor));
end
$$;

-- Blocks a visitor until a moment, 'infinity' for good; null lets them in again. Their open windows go silent at
-- once, since their topic changes its name.
create function support_chat.desk_block(p_visitor uuid, p_until timestamptz)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  if p_until <= now() then
    perform support_chat.refuse('PT400', 'A block ends in the future.', '{"field": "until"}');
  end if;
  if p_until > now() + interval '100 years' and p_until <> 'infinity' then
    perform support_chat.refuse('PT400', 'A block ends within 100 years, or never.', '{"field": "until"}');
  end if;
  update support_chat.visitors set blocked_until = p_until where id = p_visitor;
  if not found then
    perform support_chat.refuse_visitor();
  end if;
  return jsonb_build_object('visitor', support_chat.visitor_for_desk(p_visitor));
end
$$;

revoke all on function
  support_chat.clean_tags(text[]),
  support_chat.refuse_visitor(),
  support_chat.desk_snooze(uuid, timestamptz, integer),
  support_chat.desk_set_priority(uuid, text),
  support_chat.desk_tag(uuid, text[], text[]),
  support_chat.desk_tags(),
  support_chat.desk_visitor(uuid, text),
  support_chat.desk_update_visitor(uuid, text, text, text),
  support_chat.desk_block(uuid, timestamptz)
from public, anon, authenticated, service_role;

grant execute on function
  support_chat.clean_tags(text[]),
  support_chat.refuse_visitor()
to support_chat_agent;

-- To both roles, so that who is not signed in hears "sign in first" and not a database error.
grant execute on function
  support_chat.desk_snooze(uuid, timestamptz, integer),
  support_chat.desk_set_priority(uuid, text),
  support_chat.desk_tag(uuid, text[], text[]),
  support_chat.desk_tags(),
  support_chat.desk_visitor(uuid, text),
  support_chat.desk_update_visitor(uuid, text, text, text),
  support_chat.desk_block(uuid, timestamptz)
to anon, authenticated;

grant create on schema support_chat to support_chat_agent;
alter function support_chat.desk_snooze(uuid, timestamptz, integer) owner to support_chat_agent;
alter function support_chat.desk_set_priority(uuid, text) owner to support_chat_agent;
alter function support_chat.desk_tag(uuid, text[], text[]) owner to support_chat_agent;
alter function support_chat.desk_tags() owner to support_chat_agent;
alter function support_chat.desk_visitor(uuid, text) owner to support_chat_agent;
alter function support_chat.desk_update_visitor(uuid, text, text, text) owner to support_chat_agent;
alter function support_chat.desk_block(uuid, timestamptz) owner to support_chat_agent;
revoke create on schema support_chat from support_chat_agent;

insert into support_chat.migrations (version, topic) values ('20261120091310', 'triage_functions');
