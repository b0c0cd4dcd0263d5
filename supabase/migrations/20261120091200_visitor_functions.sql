-- What visitors can do. Each function asks the resolver first and then works as `support_chat_visitor`,
-- so the policies hold inside it whatever it forgets. `public.chat_*` lead here.

-- Refuses what is no message: nothing to see, too long, or too heavy.
create function support_chat.check_text(p_content text)
returns void
language plpgsql stable
set search_path = ''
as $$
declare
  allowed constant integer := support_chat.max_length();
begin
  if octet_length(p_content) > 16000 or char_length(p_content) > allowed then
    perform support_chat.refuse('PT413', 'The message is too long.', jsonb_build_object('max_length', allowed));
  end if;
  if not support_chat.is_visible(p_content) then
    perform support_chat.refuse('PT400', 'The message is empty.', '{"field": "content"}');
  end if;
end
$$;

-- Foreign, deleted and invented ids get this same answer.
create function support_chat.refuse_session()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform support_chat.refuse('PT404', 'No such conversation.');
end
$$;

-- Puts a visitor's text into one of their sessions, once per client id.
create function support_chat.post_as_visitor(p_session uuid, p_client_id uuid, p_content text)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  session support_chat.sessions;
  message support_chat.messages;
begin
  if p_client_id is null then
    perform support_chat.refuse('PT400', 'The message needs a client id.', '{"field": "client_id"}');
  end if;

  -- The lock comes first: it orders the numbers, and makes a repeat wait for the first attempt.
  select s.* into session from support_chat.sessions s where s.id = p_session for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;

  select m.* into message
  from support_chat.messages m
  where m.session_id = p_session and m.client_id = p_client_id and m.sender_type = 'customer';

  if not found then
    if session.status = 'closed' then
      perform support_chat.refuse('PT409', 'The conversation is closed.', '{"reason": "closed"}');
    end if;
    perform support_chat.check_text(p_content);
    perform support_chat.count_use('visitor:' || session.visitor_id, 'send');

    insert into support_chat.messages (session_id, client_id, sender_type, kind, content)
    values (p_session, p_client_id, 'customer', 'text', p_content)
    returning * into message;
    select s.* into session from support_chat.sessions s where s.id = p_session;
  end if;

  return jsonb_build_object(
    'session', support_chat.session_for_visitor(session),
    'message', support_chat.message_for_visitor(message)
  );
end
$$;

-- A text in an object from a browser; null where it is missing or null.
create function support_chat.text_field(p_object jsonb, p_key text)
returns text
language plpgsql stable
set search_path = ''
as $$
begin
  if jsonb_typeof(p_object -> p_key) not in ('string', 'null') then
    perform support_chat.refuse('PT400', 'This field is a text.', jsonb_build_object('field', p_key));
  end if;
  return p_object ->> p_key;
end
$$;

-- What a client says it holds of each session, [{id, seq, rev}, …], read as far as 200.
create function support_chat.known_sessions(p_known jsonb)
returns table (id uuid, seq integer, rev integer)
language plpgsql stable rows 20
set search_path = ''
as $$
declare
  known jsonb := coalesce(nullif(p_known, 'null'), '[]');
begin
  if jsonb_typeof(known) = 'array' and jsonb_array_length(known) > 200 then
    known := jsonb_path_query_array(known, '$[0 to 199]');
  end if;
  return query
    select k.id, coalesce(max(k.seq), 0), coalesce(max(k.rev), 0)
    from jsonb_to_recordset(known) k (id uuid, seq integer, rev integer)
    group by k.id;
  if exists (select from jsonb_array_elements(known) e where e.value ->> 'id' is null) then
    raise exception using errcode = '22023';
  end if;
exception when data_exception then
  perform support_chat.refuse('PT400', 'What is known is a list of {id, seq, rev}.', '{"field": "known"}');
end
$$;

-- Remembers the page a visitor is on, when it says something new.
create function support_chat.note_page(p_visitor uuid, p_page jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  page constant jsonb := support_chat.clean_page(p_page);
begin
  update support_chat.visitors v
  set
    page_url = coalesce(page ->> 'url', v.page_url),
    page_title = case when page ->> 'url' is not null then page ->> 'title' else v.page_title end,
    referrer = coalesce(v.referrer, page ->> 'referrer'),
    locale = coalesce(page ->> 'locale', v.locale),
    time_zone = coalesce(page ->> 'zone', v.time_zone),
    user_agent = coalesce(page ->> 'user_agent', v.user_agent)
  where v.id = p_visitor
    and (
      v.last_seen_at < now() - interval '1 minute'
      or page ->> 'url' is not null
        and (page ->> 'url', page ->> 'title') is distinct from (v.page_url, v.page_title)
      or page ->> 'user_agent' <> coalesce(v.user_agent, '')
      or page ->> 'zone' <> coalesce(v.time_zone, '')
    );
end
$$;

-- Everything the window needs in one round trip. Creates nothing, and answers an unknown token like none.
create function support_chat.chat_open(p_token text, p_page jsonb)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token, false);
begin
  if me is not null then
    perform support_chat.note_page(me, p_page);
  end if;
  return jsonb_build_object(
    'settings', support_chat.settings_for_visitors(),
    'availability', support_chat.availability(),
    'visitor', support_chat.visitor_for_visitor(me),
    'topic', support_chat.own_topic(p_token),
    'sessions', coalesce((
      select jsonb_agg(
        jsonb_build_object(
          'session', support_chat.session_for_visitor(t.session),
          'messages', case
            when t.place = 1 then support_chat.messages_for_visitor((t.session).id, null, null, 50)
            else '[]'
          end
        )
        order by t.place
      )
      from (
        select s as session, row_number() over (order by s.last_message_at desc, s.id desc) as place
        from support_chat.sessions s
        where s.visitor_id = me
        order by s.last_message_at desc, s.id desc
        limit 50
      ) t
    ), '[]')
  );
end
$$;

-- Begins a conversation with its first message, and makes the visitor if this is their first ever.
-- Repeating it with the same ids gives the same conversation and the same message.
create function support_chat.chat_start(
  p_token text, p_session_client_id uuid, p_client_id uuid, p_content text, p_page jsonb, p_profile jsonb
)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me uuid := support_chat.as_visitor(p_token, false);
  page constant jsonb := support_chat.clean_page(p_page);
  session_id uuid;
begin
  if me is null then
    me := support_chat.enrol(p_token);
  end if;
  if p_session_client_id is null then
    perform support_chat.refuse('PT400', 'The conversation needs a client id.', '{"field": "session_client_id"}');
  end if;

  -- One start at a time per visitor, so that two tabs cannot make two of the same.
  perform from support_chat.visitors v where v.id = me for no key update;
  if not found then
    perform support_chat.refuse('PT401', 'Unknown or malformed token.');
  end if;
  select s.id into session_id
  from support_chat.sessions s
  where s.visitor_id = me and s.client_id = p_session_client_id;

  if not found then
    perform support_chat.check_text(p_content);
    perform support_chat.count_start(me);
    perform support_chat.note_page(me, p_page);
    perform support_chat.write_profile(
      me, support_chat.text_field(p_profile, 'name'), support_chat.text_field(p_profile, 'email'), null,
      nullif(p_profile -> 'attributes', 'null')
    );
    insert into support_chat.sessions (visitor_id, client_id, page_url, page_title)
    values (me, p_session_client_id, page ->> 'url', page ->> 'title')
    returning id into session_id;
  end if;

  return support_chat.post_as_visitor(session_id, p_client_id, p_content) || jsonb_build_object(
    'topic', support_chat.own_topic(p_token),
    'visitor', support_chat.visitor_for_visitor(me)
  );
end
$$;

create function support_chat.chat_send(p_token text, p_session uuid, p_client_id uuid, p_content text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_visitor(p_token);
  return support_chat.post_as_visitor(p_session, p_client_id, p_content);
end
$$;

create function support_chat.chat_history(
  p_token text, p_session uuid, p_after integer, p_before integer, p_limit integer
)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token);
begin
  if p_after is not null and p_before is not null then
    perform support_chat.refuse('PT400', 'Ask for messages after or before, not both.', '{"field": "before"}');
  end if;
  if not exists (select from support_chat.sessions s where s.id = p_session and s.visitor_id = me) then
    perform support_chat.refuse_session();
  end if;
  perform support_chat.count_use('visitor:' || me, 'history');
  return jsonb_build_object(
    'messages', support_chat.messages_for_visitor(p_session, p_after, p_before, p_limit)
  );
end
$$;

-- What is newer than the client knows: of the sessions it names, and of the newest 50, which are what
-- `chat_open` gives. An answer holds the newest 20 of those, so that it stays small; once they are known, the
-- next one holds the others. What it names and does not have any more is `gone`. Notes the page on the way: in a
-- single-page app nothing else tells where the visitor went.
create function support_chat.chat_sync(p_token text, p_known jsonb, p_page jsonb)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token);
begin
  if p_page is not null then
    perform support_chat.note_page(me, p_page);
  end if;
  return jsonb_build_object(
    'topic', support_chat.own_topic(p_token),
    'availability', support_chat.availability(),
    'gone', coalesce((
      select jsonb_agg(k.id)
      from support_chat.known_sessions(p_known) k
      where not exists (select from support_chat.sessions s where s.id = k.id and s.visitor_id = me)
    ), '[]'),
    'sessions', coalesce((
      select jsonb_agg(
        jsonb_build_object(
          'session', support_chat.session_for_visitor(t.session),
          'messages', case
            when t.known_seq is null then support_chat.messages_for_visitor((t.session).id, null, null, 50)
            else support_chat.messages_for_visitor((t.session).id, t.known_seq, null, 100)
          end
        )
        order by (t.session).last_message_at desc, (t.session).id desc
      )
      from (
        select s as session, k.seq as known_seq
        from support_chat.sessions s
        left join support_chat.known_sessions(p_known) k on k.id = s.id
        where s.visitor_id = me and case
          when k.id is not null then s.visitor_rev > k.rev or s.last_visitor_seq > k.seq
          else s.id in (
            select n.id
            from support_chat.sessions n
            where n.visitor_id = me
            order by n.last_message_at desc, n.id desc
            limit 50
          )
        end
        order by s.last_message_at desc, s.id desc
        limit 20
      ) t
    ), '[]')
  );
end
$$;

create function support_chat.chat_read(p_token text, p_session uuid, p_seq integer)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token);
  session support_chat.sessions;
begin
  if p_seq is null then
    perform support_chat.refuse('PT400', 'Say up to where it was read.', '{"field": "seq"}');
  end if;
  update support_chat.sessions s
  set visitor_read_seq = p_seq
  where s.id = p_session and s.visitor_id = me and s.visitor_read_seq < least(p_seq, s.last_visitor_seq);
  -- Only a mark that moves is told to the agents, so only that counts.
  if found then
    perform support_chat.count_use('visitor:' || me, 'read');
  end if;
  select s.* into session from support_chat.sessions s where s.id = p_session and s.visitor_id = me;
  if not found then
    perform support_chat.refuse_session();
  end if;
  return jsonb_build_object('session', support_chat.session_for_visitor(session));
end
$$;

create function support_chat.chat_typing(p_token text, p_session uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token);
  status text;
begin
  select s.status into status from support_chat.sessions s where s.id = p_session and s.visitor_id = me;
  if not found then
    perform support_chat.refuse_session();
  end if;
  perform support_chat.count_use('visitor:' || me, 'typing');
  if status <> 'closed' then
    perform support_chat.announce_visitor_typing(p_session);
  end if;
  return '{}';
end
$$;

create function support_chat.chat_close(p_token text, p_session uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token);
  session support_chat.sessions;
begin
  select s.* into session
  from support_chat.sessions s
  where s.id = p_session and s.visitor_id = me
  for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;
  if session.status <> 'closed' then
    perform support_chat.count_use('visitor:' || me, 'status');
    update support_chat.sessions set status = 'closed' where id = p_session;
    select s.* into session from support_chat.sessions s where s.id = p_session;
  end if;
  return jsonb_build_object('session', support_chat.session_for_visitor(session));
end
$$;

create function support_chat.chat_reopen(p_token text, p_session uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token);
  session support_chat.sessions;
begin
  select s.* into session
  from support_chat.sessions s
  where s.id = p_session and s.visitor_id = me
  for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;
  if session.status = 'closed' then
    perform support_chat.count_use('visitor:' || me, 'status');
    update support_chat.sessions set status = 'open' where id = p_session;
    select s.* into session from support_chat.sessions s where s.id = p_session;
  end if;
  return jsonb_build_object('session', support_chat.session_for_visitor(session));
end
$$;

create function support_chat.chat_rate(p_token text, p_session uuid, p_rating integer, p_comment text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token);
  session support_chat.sessions;
begin
  select s.* into session
  from support_chat.sessions s
  where s.id = p_session and s.visitor_id = me
  for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;
  if session.status <> 'closed' then
    perform support_chat.refuse('PT409', 'Only closed conversations are rated.', '{"reason": "open"}');
  end if;
  if p_rating is null or p_rating not between 1 and 5 then
    perform support_chat.refuse('PT400', 'A rating is 1 to 5.', '{"field": "rating"}');
  end if;
  if char_length(p_comment) > 1000 then
    perform support_chat.refuse('PT413', 'The comment is too long.', '{"max_length": 1000}');
  end if;
  perform support_chat.count_use('visitor:' || me, 'status');
  update support_chat.sessions
  set rating = p_rating, rating_comment = nullif(p_comment, '')
  where id = p_session;
  select s.* into session from support_chat.sessions s where s.id = p_session;
  return jsonb_build_object('session', support_chat.session_for_visitor(session));
end
$$;

-- Writes what is not null. Name, email and attributes of somebody the host's backend vouches for stay as it said:
-- a visitor must not become somebody else under a verified mark.
create function support_chat.write_profile(
  p_visitor uuid, p_name text, p_email text, p_locale text, p_attributes jsonb
)
returns void
language sql
set search_path = ''
as $$
  update support_chat.visitors v
  set
    name = case when v.verified_at is null then coalesce(p_name, v.name) else v.name end,
    email = case when v.verified_at is null and v.user_id is null then coalesce(p_email, v.email) else v.email end,
    locale = coalesce(p_locale, v.locale),
    attributes = case when v.verified_at is null then coalesce(p_attributes, v.attributes) else v.attributes end
  where v.id = p_visitor
$$;

create function support_chat.chat_update_profile(
  p_token text, p_name text, p_email text, p_locale text, p_attributes jsonb
)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_visitor(p_token);
begin
  perform support_chat.count_use('visitor:' || me, 'profile');
  perform support_chat.write_profile(me, p_name, p_email, p_locale, p_attributes);
  return jsonb_build_object('visitor', support_chat.visitor_for_visitor(me));
end
$$;

-- The visitor has signed up in the host's app: their conversations move to the account, and from then on the
-- signed-in user's JWT is the way to them; the token is dead.
create function support_chat.chat_claim(p_token text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me uuid := support_chat.as_visitor(p_token, false);
begin
  me := support_chat.claim();
  return jsonb_build_object(
    'visitor', support_chat.visitor_for_visitor(me),
    'topic', (select 'support-chat:' || v.channel_key from support_chat.visitors v where v.id = me)
  );
end
$$;

-- The host's backend says who this is, by a JWT signed with one of the identity keys. The browser goes on with the
-- new token, which it made itself; the old one is dead.
create function support_chat.chat_identify(p_token text, p_identity text, p_new_token text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me uuid := support_chat.as_visitor(p_token, false);
begin
  me := support_chat.identify(p_token, p_identity, p_new_token);
  return jsonb_build_object(
    'visitor', support_chat.visitor_for_visitor(me),
    'topic', (select 'support-chat:' || v.channel_key from support_chat.visitors v where v.id = me)
  );
end
$$;

-- Erases the visitor and all that was said with them. There is no way back.
create function support_chat.chat_erase(p_token text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_visitor(p_token);
  perform support_chat.erase();
  return '{}';
end
$$;

revoke all on function
  support_chat.check_text(text),
  support_chat.refuse_session(),
  support_chat.text_field(jsonb, text),
  support_chat.known_sessions(jsonb),
  support_chat.post_as_visitor(uuid, uuid, text),
  support_chat.note_page(uuid, jsonb),
  support_chat.write_profile(uuid, text, text, text, jsonb),
  support_chat.chat_open(text, jsonb),
  support_chat.chat_start(text, uuid, uuid, text, jsonb, jsonb),
  support_chat.chat_send(text, uuid, uuid, text),
  support_chat.chat_history(text, uuid, integer, integer, integer),
  support_chat.chat_sync(text, jsonb, jsonb),
  support_chat.chat_read(text, uuid, integer),
  support_chat.chat_typing(text, uuid),
  support_chat.chat_close(text, uuid),
  support_chat.chat_reopen(text, uuid),
  support_chat.chat_rate(text, uuid, integer, text),
  support_chat.chat_update_profile(text, text, text, text, jsonb),
  support_chat.chat_claim(text),
  support_chat.chat_identify(text, text, text),
  support_chat.chat_erase(text)
from public, anon, authenticated, service_role;

grant execute on function
  support_chat.check_text(text),
  support_chat.refuse_session(),
  support_chat.known_sessions(jsonb)
to support_chat_visitor, support_chat_agent;
grant execute on function
  support_chat.text_field(jsonb, text),
  support_chat.post_as_visitor(uuid, uuid, text),
  support_chat.note_page(uuid, jsonb),
  support_chat.write_profile(uuid, text, text, text, jsonb)
to support_chat_visitor;

-- Without USAGE on the schema nobody can name these; the wrappers in `public` can.
grant execute on function
  support_chat.chat_open(text, jsonb),
  support_chat.chat_start(text, uuid, uuid, text, jsonb, jsonb),
  support_chat.chat_send(text, uuid, uuid, text),
  support_chat.chat_history(text, uuid, integer, integer, integer),
  support_chat.chat_sync(text, jsonb, jsonb),
  support_chat.chat_read(text, uuid, integer),
  support_chat.chat_typing(text, uuid),
  support_chat.chat_close(text, uuid),
  support_chat.chat_reopen(text, uuid),
  support_chat.chat_rate(text, uuid, integer, text),
  support_chat.chat_update_profile(text, text, text, text, jsonb),
  support_chat.chat_claim(text),
  support_chat.chat_identify(text, text, text),
  support_chat.chat_erase(text)
to anon, authenticated;

grant create on schema support_chat to support_chat_visitor;
alter function support_chat.chat_open(text, jsonb) owner to support_chat_visitor;
alter function support_chat.chat_start(text, uuid, uuid, text, jsonb, jsonb) owner to support_chat_visitor;
alter function support_chat.chat_send(text, uuid, uuid, text) owner to support_chat_visitor;
alter function support_chat.chat_history(text, uuid, integer, integer, integer) owner to support_chat_visitor;
alter function support_chat.chat_sync(text, jsonb, jsonb) owner to support_chat_visitor;
alter function support_chat.chat_read(text, uuid, integer) owner to support_chat_visitor;
alter function support_chat.chat_typing(text, uuid) owner to support_chat_visitor;
alter function support_chat.chat_close(text, uuid) owner to support_chat_visitor;
alter function support_chat.chat_reopen(text, uuid) owner to support_chat_visitor;
alter function support_chat.chat_rate(text, uuid, integer, text) owner to support_chat_visitor;
alter function support_chat.chat_update_profile(text, text, text, text, jsonb) owner to support_chat_visitor;
alter function support_chat.chat_claim(text) owner to support_chat_visitor;
alter function support_chat.chat_identify(text, text, text) owner to support_chat_visitor;
alter function support_chat.chat_erase(text) owner to support_chat_visitor;
revoke create on schema support_chat from support_chat_visitor;

insert into support_chat.migrations (version, topic) values ('20261120091200', 'visitor_functions');
