-- The keepers: what cannot run under a policy, because it makes or ends an identity, counts across
-- everybody, or touches another schema. They run with the rights of whoever migrated, so each is short
-- and says who may call it.

-- The address Supabase Auth has confirmed for a user, else ''. An address that somebody only typed must never
-- stand under a verified mark; one that `check_profile` refuses must not keep its user from writing to us.
create function support_chat.email_of(p_user uuid)
returns text
language sql stable
set search_path = ''
as $$
  select coalesce((
    select u.email from auth.users u
    where u.id = p_user and u.email_confirmed_at is not null
      and char_length(u.email) <= 254 and u.email ~ '^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+$'
      and u.email = support_chat.plain_line(u.email)
  ), '')
$$;

-- Waits until nobody else works on the person of this name, and holds them until the end of the transaction.
create function support_chat.take_lock(p_name text)
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('support_chat ' || p_name, 0))
$$;

-- Makes a visitor of a well-formed token, or without one of the signed-in user, or finds them; two tabs may do
-- so at once. Called by `chat_start`.
create function support_chat.enrol(p_token text)
returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  hash constant bytea := support_chat.token_hash(p_token);
  made constant uuid := gen_random_uuid();
begin
  if p_token is null then
    perform support_chat.take_lock('user ' || support_chat.signed_in_user());
    insert into support_chat.visitors (user_id, email)
    select u.id, support_chat.email_of(u.id) from auth.users u where u.id = support_chat.signed_in_user()
    on conflict (user_id) where user_id is not null do nothing;
  elsif hash is not null then
    insert into support_chat.visitors (id) values (made);
    insert into support_chat.visitor_tokens (token_hash, visitor_id) values (hash, made)
    on conflict (token_hash) do nothing;
    if not found then
      delete from support_chat.visitors where id = made;
    end if;
  end if;
  return support_chat.as_visitor(p_token);
end
$$;

-- Counts one use against every limit the settings name for this action, and refuses when one is used up.
-- A refusal rolls its own count back: what failed costs nothing.
create function support_chat.count_use(p_subject text, p_action text, p_refusal text default 'PT429')
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  allowed integer;
  span integer;
  counter support_chat.rate_limits;
begin
  for allowed, span in
    select (l.value ->> 0)::integer, (l.value ->> 1)::integer
    from support_chat.settings s, jsonb_array_elements(s.limits -> p_action) l
  loop
    insert into support_chat.rate_limits as r (subject, action, seconds, resets_at)
    values (p_subject, p_action, span, now() + make_interval(secs => span))
    on conflict (subject, action, seconds) do update
    set
      used = case when r.resets_at <= now() then 1 else r.used + 1 end,
      resets_at = case when r.resets_at <= now() then excluded.resets_at else r.resets_at end
    returning r.* into counter;

    if counter.used > allowed then
      perform support_chat.refuse(p_refusal, 'Too much, too quickly.', jsonb_build_object(
        'retry_after', greatest(1, ceil(extract(epoch from counter.resets_at - now())))::integer
      ));
    end if;
  end loop;
end
$$;

-- True at most once in so many seconds, without refusing.
create function support_chat.take_turn(p_subject text, p_action text, p_seconds integer)
returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into support_chat.rate_limits as r (subject, action, seconds, resets_at)
  values (p_subject, p_action, p_seconds, now() + make_interval(secs => p_seconds))
  on conflict (subject, action, seconds) do update
  set resets_at = excluded.resets_at
  where r.resets_at <= now();
  return found;
end
$$;

-- The client's address as a salted hash that changes daily, null where no trusted header is set. An
-- IPv6 client owns a /64, so that is what counts.
create function support_chat.client_address()
returns text
language plpgsql stable security definer
set search_path = ''
as $$
declare
  header text;
  salt text;
  address inet;
begin
  select s.ip_header, s.ip_salt into header, salt from support_chat.settings s;
  if header is null then
    return null;
  end if;
  begin
    address := (nullif(current_setting('request.headers', true), '')::json ->> header)::inet;
  exception when others then
    return null;
  end;
  if address is null then
    return null;
  end if;
  if family(address) = 6 then
    address := network(set_masklen(address, 64))::inet;
  end if;
  return encode(sha256(convert_to(salt || (now() at time zone 'utc')::date || host(address), 'UTF8')), 'hex');
end
$$;

-- Counts a new conversation: per visitor, per address, and over everybody, where refusing is a breaker
-- that keeps the agents able to work. Sweeps up some counters nobody needs any more.
create function support_chat.count_start(p_visitor uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  address constant text := support_chat.client_address();
begin
  perform support_chat.count_use('visitor:' || p_visitor, 'start');
  if address is not null then
    perform support_chat.count_use('address:' || address, 'start_ip');
  end if;
  perform support_chat.count_use('all', 'start_all', 'PT503');

  delete from support_chat.rate_limits r
  where (r.subject, r.action, r.seconds) in (
    select o.subject, o.action, o.seconds
    from support_chat.rate_limits o
    where o.resets_at < now() - interval '1 hour'
    order by o.resets_at
    limit 50
    for update skip locked
  );
end
$$;

-- Origin and path of a web address, since the rest may hold secrets; null for anything else.
create function support_chat.clean_url(p_url text)
returns text
language sql immutable
set search_path = ''
as $$
  select left(
    substring(support_chat.plain_line(left(p_url, 4000)) from '^https?://[^/?#\s@]+(?:/[^?#\s]*)?(?=[?#\s]|$)'), 2000
  )
$$;

-- What a browser says about its page, made storable: origin and path of URLs, everything cut to size.
-- Whatever is unusable is dropped, since a page title must never stop a message.
create function support_chat.clean_page(p_page jsonb)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  user_agent text;
begin
  begin
    user_agent := nullif(current_setting('request.headers', true), '')::json ->> 'user-agent';
  exception when others then
    user_agent := null;
  end;
  return jsonb_build_object(
    'url', support_chat.clean_url(p_page ->> 'url'),
    'title', nullif(left(support_chat.plain_line(left(p_page ->> 'title', 1000)), 200), ''),
    'referrer', support_chat.clean_url(p_page ->> 'referrer'),
    'locale', case
      when p_page ->> 'locale' ~ '^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,4}$' and char_length(p_page ->> 'locale') <= 35
      then p_page ->> 'locale'
    end,
    'zone', substring(p_page ->> 'zone' from '^[A-Za-z0-9_+/-]{1,64}$'),
    'user_agent', left(support_chat.plain_line(left(user_agent, 1000)), 400)
  );
end
$$;

-- How long after closing a visitor may reopen.
create function support_chat.reopen_window()
returns interval
language sql stable security definer
set search_path = ''
as $$
  select make_interval(hours => s.reopen_hours) from support_chat.settings s
$$;

-- The longest message in characters.
create function support_chat.max_length()
returns integer
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (select s.max_length from support_chat.settings s);
end
$$;

-- What anybody who opens the window is shown of the settings.
create function support_chat.settings_for_visitors()
returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'team_name', s.team_name,
    'greeting', s.greeting,
    'away_text', s.away_text,
    'suggested_questions', to_jsonb(s.suggested_questions),
    'pre_chat_fields', s.pre_chat_fields,
    'max_length', s.max_length,
    'reopen_hours', s.reopen_hours
  )
  from support_chat.settings s
$$;

-- Whether the office is open at a moment, and when it opens next; null for the latter while it is open.
create function support_chat.office_at(
  p_hours jsonb, p_zone text, p_now timestamptz, out is_open boolean, out opens_at timestamptz
)
language plpgsql stable
set search_path = ''
as $$
declare
  days constant text[] := array['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  today constant date := (p_now at time zone p_zone)::date;
begin
  if p_hours is null then
    is_open := true;
    return;
  end if;
  is_open := exists (
    select from jsonb_array_elements(p_hours -> days[extract(dow from today)::integer + 1]) h
    where p_now >= (today + (h.value ->> 0)::time) at time zone p_zone
      and (p_now at time zone p_zone)::time < (h.value ->> 1)::time
  );
  if is_open then
    return;
  end if;
  select min(o.at)
  into opens_at
  from (
    select (today + d.ahead + (h.value ->> 0)::time) at time zone p_zone as at
    from generate_series(0, 7) d (ahead),
      jsonb_array_elements(p_hours -> days[extract(dow from today + d.ahead)::integer + 1]) h
  ) o
  where o.at > p_now;
end
$$;

-- What anybody who opens the window may expect now: who is there, how quickly answers come, and when the
-- office opens. The reply time is the median of the newest 50 first answers, if there are three.
create function support_chat.availability()
returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  office record;
  online jsonb := '[]';
  reply_seconds integer;
begin
  select o.* into office
  from support_chat.settings s, support_chat.office_at(s.office_hours, s.time_zone, now()) o;

  if office.is_open then
    select coalesce(jsonb_agg(support_chat.person_for_visitor(t.user_id)), '[]')
    into online
    from (
      select a.user_id
      from support_chat.agents a
      where a.active and a.availability = 'online' and a.last_seen_at > now() - interval '90 seconds'
      order by a.last_seen_at desc
      limit 4
    ) t;
  end if;

  select case
    when count(*) >= 3 then round(percentile_cont(0.5) within group (order by t.seconds))::integer
  end
  into reply_seconds
  from (
    select extract(epoch from s.first_response_at - s.created_at)::double precision as seconds
    from support_chat.sessions s
    where s.first_response_at is not null
    order by s.first_response_at desc
    limit 50
  ) t;

  return jsonb_build_object(
    'online', online <> '[]',
    'agents', online,
    'reply_seconds', reply_seconds,
    'opens_at', office.opens_at
  );
end
$$;

-- Sends one event to the visitor's topic. Called by triggers and keepers only.
create function support_chat.tell_visitor(p_visitor uuid, p_event text, p_payload jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform realtime.send(p_payload, p_event, 'support-chat:' || v.channel_key, true)
  from support_chat.visitors v
  where v.id = p_visitor;
end
$$;

-- Sends one event to the agents' topic. Called by triggers and keepers only.
create function support_chat.tell_desk(p_event text, p_payload jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform realtime.send(p_payload, p_event, 'support-desk:' || s.desk_key, true)
  from support_chat.settings s;
end
$$;

-- Waits until what is being said in a visitor's conversations is said, and lets nobody say more until the end of
-- the transaction. The visitor comes first, then the conversations in the order of their ids: whoever holds
-- several does it so, or two would wait for each other. The visitor is not held against references, which a
-- conversation that changes twice checks anew; what changes a key of theirs, or deletes them, comes after this.
create function support_chat.hold_visitor(p_visitor uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform from support_chat.visitors v where v.id = p_visitor for no key update;
  perform from support_chat.sessions s where s.visitor_id = p_visitor order by s.id for no key update;
end
$$;

-- Ends who listens to a visitor's topic: says so on the old one, then goes on under a new name. Realtime
-- authorises at the join only, so this is the way access ends. The visitor is held, since who has read the old
-- name would still speak there afterwards.
create function support_chat.rotate_channel_key(p_visitor uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.hold_visitor(p_visitor);
  perform support_chat.tell_visitor(p_visitor, 'resync', '{}');
  update support_chat.visitors set channel_key = support_chat.new_key() where id = p_visitor;
end
$$;

-- The same for the agents' topic, but nobody is held: it would be everybody. What is being said at that moment may
-- still go out under the old name; agents who stay fetch it.
create function support_chat.rotate_desk_key()
returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.tell_desk('resync', '{}');
  update support_chat.settings set desk_key = support_chat.new_key() where id;
end
$$;

-- The visitor types. The desk hears of it at most every 4 seconds, and only while an agent has the session
-- on screen: every delivery counts against the project's messages per second. Called by `chat_typing`,
-- which has checked whose session it is.
create function support_chat.announce_visitor_typing(p_session uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (
    select from support_chat.agents a
    where a.viewing = p_session and a.active and a.last_seen_at > now() - interval '90 seconds'
  ) and support_chat.take_turn('session:' || p_session, 'visitor_typing', 4) then
    perform support_chat.tell_desk('typing',
      jsonb_build_object('session_id', p_session, 'by', 'visitor', 'person', null));
  end if;
end
$$;

-- An agent types: the visitor sees dots, the other agents see who. At most every 4 seconds. Called by
-- `desk_typing`.
create function support_chat.announce_agent_typing(p_session uuid)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.agent_id();
  owner uuid;
  typist text;
begin
  select s.visitor_id into owner from support_chat.sessions s where s.id = p_session and s.status <> 'closed';
  select a.display_name into typist from support_chat.agents a where a.user_id = me;
  if owner is not null and typist is not null
    and support_chat.take_turn('agent:' || me, 'typing:' || p_session, 4)
  then
    perform support_chat.tell_visitor(owner, 'typing', jsonb_build_object(
      'session_id', p_session, 'by', 'agent', 'person', jsonb_build_object('id', null, 'name', typist)));
    perform support_chat.tell_desk('typing', jsonb_build_object(
      'session_id', p_session, 'by', 'agent', 'person', jsonb_build_object('id', me, 'name', typist)));
  end if;
end
$$;

-- The topic of this transaction's visitor, null for nobody. The secret is looked at once more, in the same instant as
-- the name: it may have ended since the resolver looked, and must not lead to the name that came after it.
create function support_chat.own_topic(p_token text)
returns text
language plpgsql stable security definer
set search_path = ''
as $$
declare
  hash constant bytea := support_chat.token_hash(p_token);
  topic text;
begin
  if support_chat.visitor_id() is null then
    return null;
  end if;
  select 'support-chat:' || v.channel_key
  into topic
  from support_chat.visitors v
  where v.id = support_chat.visitor_id()
    and coalesce(v.blocked_until <= now(), true)
    and case
      when p_token is null then v.user_id = support_chat.signed_in_user()
      else exists (select from support_chat.visitor_tokens t where t.visitor_id = v.id and t.token_hash = hash)
    end;
  if topic is null then
    perform support_chat.refuse('PT401', 'Unknown or malformed token.');
  end if;
  return topic;
end
$$;

-- Whether the caller may listen to a Realtime topic. An equality look-up that never raises: it runs at
-- every join of the whole project, the host's own channels included.
create function support_chat.can_listen(p_topic text)
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select case
    when starts_with(p_topic, 'support-chat:') then exists (
      select from support_chat.visitors v
      where v.channel_key = substr(p_topic, 14) and coalesce(v.blocked_until <= now(), true)
    )
    when starts_with(p_topic, 'support-desk:') then
      exists (
        select from support_chat.settings s
        where s.desk_key = substr(p_topic, 14) and (not s.require_mfa or auth.jwt() ->> 'aal' = 'aal2')
      )
      and exists (
        select from support_chat.agents a
        where a.user_id = support_chat.signed_in_user() and a.active
      )
    else false
  end
$$;

-- Makes an agent of a user, or changes their name and role. For the project's owner, in the SQL editor:
--   select support_chat.make_agent('ada@example.com', 'Ada', 'admin');
create function support_chat.make_agent(p_email text, p_name text, p_role text default 'agent')
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  candidates uuid[];
begin
  select array_agg(u.id) into candidates from auth.users u where lower(u.email) = lower(btrim(p_email));
  if candidates is null then
    raise exception 'There is no user with the email %.', p_email
      using hint = 'Create the user first (Supabase dashboard: Authentication, Users, Add user), then run this again.';
  end if;
  if cardinality(candidates) > 1 then
    raise exception 'There are % users with the email %.', cardinality(candidates), p_email
      using hint = 'Insert the right one into support_chat.agents (user_id, display_name, role) yourself.';
  end if;
  insert into support_chat.agents (user_id, display_name, role)
  values (candidates[1], p_name, p_role)
  on conflict (user_id) do update
  set display_name = excluded.display_name, role = excluded.role, active = true;
  return candidates[1];
end
$$;

revoke all on function
  support_chat.email_of(uuid),
  support_chat.take_lock(text),
  support_chat.enrol(text),
  support_chat.count_use(text, text, text),
  support_chat.take_turn(text, text, integer),
  support_chat.client_address(),
  support_chat.count_start(uuid),
  support_chat.clean_url(text),
  support_chat.clean_page(jsonb),
  support_chat.reopen_window(),
  support_chat.max_length(),
  support_chat.settings_for_visitors(),
  support_chat.office_at(jsonb, text, timestamptz),
  support_chat.availability(),
  support_chat.tell_visitor(uuid, text, jsonb),
  support_chat.tell_desk(text, jsonb),
  support_chat.hold_visitor(uuid),
  support_chat.rotate_channel_key(uuid),
  support_chat.rotate_desk_key(),
  support_chat.announce_visitor_typing(uuid),
  support_chat.announce_agent_typing(uuid),
  support_chat.own_topic(text),
  support_chat.can_listen(text),
  support_chat.make_agent(text, text, text)
from public, anon, authenticated, service_role;

grant execute on function
  support_chat.enrol(text),
  support_chat.count_use(text, text, text),
  support_chat.count_start(uuid),
  support_chat.clean_url(text),
  support_chat.clean_page(jsonb),
  support_chat.reopen_window(),
  support_chat.max_length(),
  support_chat.settings_for_visitors(),
  support_chat.availability(),
  support_chat.announce_visitor_typing(uuid),
  support_chat.own_topic(text)
to support_chat_visitor;

grant execute on function
  support_chat.reopen_window(),
  support_chat.max_length(),
  support_chat.announce_agent_typing(uuid)
to support_chat_agent;

-- The policy on realtime.messages asks on behalf of these two.
grant execute on function support_chat.can_listen(text) to anon, authenticated;

insert into support_chat.migrations (version, topic) values ('20261120091000', 'keepers');
