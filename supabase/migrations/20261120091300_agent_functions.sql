-- What agents can do. Each function asks the resolver first and then works as `support_chat_agent`, so the
-- policies hold inside it whatever it forgets. `public.desk_*` lead here.

create function support_chat.settings_for_desk()
returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'team_name', s.team_name,
    'greeting', s.greeting,
    'away_text', s.away_text,
    'suggested_questions', to_jsonb(s.suggested_questions),
    'max_length', s.max_length,
    'reopen_hours', s.reopen_hours,
    'waiting_amber', s.waiting_amber,
    'waiting_red', s.waiting_red
  )
  from support_chat.settings s
$$;

-- How much there is to do. Counting stops at 1000, so it costs the same in any project.
create function support_chat.desk_counts(p_me uuid)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'mine', (
      select count(*) from (
        select from support_chat.sessions s
        where s.agent_id = p_me and s.status = 'assigned'
          and (s.snoozed_until is null or s.snoozed_until <= now())
        limit 1000
      ) t
    ),
    'mine_unread', (
      select count(*) from (
        select from support_chat.sessions s
        where s.agent_id = p_me and s.status = 'assigned' and (s.desk_unread > 0 or s.marked_unread)
          and (s.snoozed_until is null or s.snoozed_until <= now())
        limit 1000
      ) t
    ),
    'unassigned', (
      select count(*) from (
        select from support_chat.sessions s
        where s.agent_id is null and s.status = 'open'
          and (s.snoozed_until is null or s.snoozed_until <= now())
        limit 1000
      ) t
    ),
    'unassigned_unread', (
      select count(*) from (
        select from support_chat.sessions s
        where s.agent_id is null and s.status = 'open' and (s.desk_unread > 0 or s.marked_unread)
          and (s.snoozed_until is null or s.snoozed_until <= now())
        limit 1000
      ) t
    )
  );
end
$$;

-- The part of a tab that waits for an answer, longest first, after a place in it; with `p_snoozed` also what was put off.
create function support_chat.inbox_waiting(
  p_me uuid, p_tab text, p_snoozed boolean, p_at timestamptz, p_id uuid, p_limit integer
)
returns setof support_chat.sessions
language plpgsql stable
set search_path = ''
as $$
begin
  if p_tab = 'mine' then
    return query
      select s.* from support_chat.sessions s
      where s.agent_id = p_me and s.waiting_since is not null and (s.waiting_since, s.id) > (p_at, p_id)
        and (p_snoozed or s.snoozed_until is null or s.snoozed_until <= now())
      order by s.waiting_since, s.id
      limit p_limit;
  elsif p_tab = 'unassigned' then
    return query
      select s.* from support_chat.sessions s
      where s.agent_id is null and s.status = 'open' and s.waiting_since is not null and (s.waiting_since, s.id) > (p_at, p_id)
        and (p_snoozed or s.snoozed_until is null or s.snoozed_until <= now())
      order by s.waiting_since, s.id
      limit p_limit;
  elsif p_tab = 'all' then
    return query
      select s.* from support_chat.sessions s
      where s.waiting_since is not null and (s.waiting_since, s.id) > (p_at, p_id)
      order by s.waiting_since, s.id
      limit p_limit;
  end if;
end
$$;

-- A tab by its newest message, before a place in it; with `p_answered`, only what waits for nobody.
create function support_chat.inbox_recent(
  p_me uuid, p_tab text, p_snoozed boolean, p_answered boolean, p_at timestamptz, p_id uuid, p_limit integer
)
returns setof support_chat.sessions
language plpgsql stable
set search_path = ''
as $$
begin
  if p_tab = 'mine' then
    return query
      select s.* from support_chat.sessions s
      where s.agent_id = p_me and s.status = 'assigned' and (s.last_message_at, s.id) < (p_at, p_id)
        and (p_snoozed or s.snoozed_until is null or s.snoozed_until <= now())
        and (not p_answered or s.waiting_since is null)
      order by s.last_message_at desc, s.id desc
      limit p_limit;
  elsif p_tab = 'unassigned' then
    return query
      select s.* from support_chat.sessions s
      where s.agent_id is null and s.status = 'open' and (s.last_message_at, s.id) < (p_at, p_id)
        and (p_snoozed or s.snoozed_until is null or s.snoozed_until <= now())
        and (not p_answered or s.waiting_since is null)
      order by s.last_message_at desc, s.id desc
      limit p_limit;
  elsif p_tab = 'all' then
    return query
      select s.* from support_chat.sessions s
      where s.status <> 'closed' and (s.last_message_at, s.id) < (p_at, p_id)
        and (not p_answered or s.waiting_since is null)
      order by s.last_message_at desc, s.id desc
      limit p_limit;
  else
    return query
      select s.* from support_chat.sessions s
      where s.status = 'closed' and (s.last_message_at, s.id) < (p_at, p_id)
      order by s.last_message_at desc, s.id desc
      limit p_limit;
  end if;
end
$$;

-- What a tab has of one priority, by its newest message, before a place in it.
create function support_chat.inbox_ranked(
  p_me uuid, p_tab text, p_snoozed boolean, p_priority text, p_at timestamptz, p_id uuid, p_limit integer
)
returns setof support_chat.sessions
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    select s.* from support_chat.sessions s
    where s.priority = p_priority and s.status <> 'closed' and (s.last_message_at, s.id) < (p_at, p_id)
      and (
        p_tab = 'all'
        or (p_tab = 'mine' and s.agent_id = p_me or p_tab = 'unassigned' and s.agent_id is null)
          and (p_snoozed or s.snoozed_until is null or s.snoozed_until <= now())
      )
    order by s.last_message_at desc, s.id desc
    limit p_limit;
end
$$;

-- The first of some conversations that are what a filter asks for. What it does not name does not matter.
create function support_chat.inbox_matching(p_sessions support_chat.sessions[], p_filter jsonb, p_limit integer)
returns support_chat.sessions[]
language plpgsql stable
set search_path = ''
as $$
declare
  agent constant uuid := p_filter ->> 'agent';
  tag constant text := lower(p_filter ->> 'tag');
  rank constant text := p_filter ->> 'priority';
  unread constant boolean := coalesce((p_filter ->> 'unread')::boolean, false);
  snoozed constant boolean := coalesce((p_filter ->> 'snoozed')::boolean, false);
  after_at constant timestamptz := p_filter ->> 'after';
  before_at constant timestamptz := p_filter ->> 'before';
begin
  return array(
    select p_sessions[s.ordinality]
    from unnest(p_sessions) with ordinality s
    where (agent is null or s.agent_id = agent)
      and (tag is null or s.tags <> '{}' and exists (select from unnest(s.tags) t where lower(t) = tag))
      and (rank is null or s.priority = rank)
      and (not unread or s.desk_unread > 0 or s.marked_unread)
      and (not snoozed or coalesce(s.snoozed_until > now(), false))
      and (after_at is null or s.last_message_at >= after_at)
      and (before_at is null or s.last_message_at < before_at)
    order by s.ordinality
    limit p_limit
  );
end
$$;

create function support_chat.check_filter(p_filter jsonb)
returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform support_chat.refuse('PT400', 'A filter is an object.', '{"field": "filter"}');
  end if;
  if exists (
    select from jsonb_object_keys(p_filter) k
    where k not in ('agent', 'tag', 'priority', 'unread', 'snoozed', 'after', 'before')
  ) then
    perform support_chat.refuse('PT400', 'A filter names agent, tag, priority, unread, snoozed, after and before.', '{"field": "filter"}');
  end if;
  begin
    -- Whatever is no uuid, boolean or time raises here.
    perform (p_filter ->> 'agent')::uuid, (p_filter ->> 'unread')::boolean, (p_filter ->> 'snoozed')::boolean,
      (p_filter ->> 'after')::timestamptz, (p_filter ->> 'before')::timestamptz;
  exception when data_exception then
    perform support_chat.refuse('PT400', 'The filter is not understood.', '{"field": "filter"}');
  end;
end
$$;

-- One page of a tab and where the next one begins. The cursor is "<part> <time> <id>" of the last row: "w" for what
-- waits, "r" for what does not, or a priority. With a filter a page is what matches of the next thousand rows, be it
-- nothing, so that a rare tag costs no more than a common one.
create function support_chat.inbox_page(
  p_me uuid, p_tab text, p_sort text, p_cursor text, p_limit integer, p_filter jsonb
)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  capped constant integer := least(greatest(coalesce(p_limit, 50), 1), 100);
  looked_at constant integer := case when p_filter is null then capped else 1000 end;
  snoozed constant boolean := coalesce((p_filter ->> 'snoozed')::boolean, false);
  parts constant text[] := case
    when p_tab = 'closed' or p_sort = 'newest' then '{r}'
    when p_sort = 'waiting' then '{w,r}'
    else '{urgent,high,normal,low}'
  end;
  part text := parts[1];
  after_at timestamptz;
  after_id uuid;
  found_rows support_chat.sessions[] := '{}';
  page support_chat.sessions[];
  last support_chat.sessions;
begin
  if p_tab is null or p_tab not in ('mine', 'unassigned', 'all', 'closed') then
    perform support_chat.refuse('PT400', 'A tab is mine, unassigned, all or closed.', '{"field": "tab"}');
  end if;
  if p_sort is null or p_sort not in ('waiting', 'newest', 'priority') then
    perform support_chat.refuse('PT400', 'A sort is waiting, newest or priority.', '{"field": "sort"}');
  end if;
  if p_cursor is not null then
    begin
      part := split_part(p_cursor, ' ', 1);
      after_at := split_part(p_cursor, ' ', 2)::timestamptz;
      after_id := split_part(p_cursor, ' ', 3)::uuid;
    exception when others then
      part := null;
    end;
    if part is null or part <> all (parts) or after_at is null or after_id is null then
      perform support_chat.refuse('PT400', 'The cursor is not one of ours.', '{"field": "cursor"}');
    end if;
  end if;

  for place in array_position(parts, part)..cardinality(parts) loop
    found_rows := found_rows || case parts[place]
      when 'w' then array(
        select w from support_chat.inbox_waiting(
          p_me, p_tab, snoozed,
          coalesce(after_at, '-infinity'), coalesce(after_id, '00000000-0000-0000-0000-000000000000'), looked_at
        ) w
      )
      when 'r' then array(
        select r from support_chat.inbox_recent(
          p_me, p_tab, snoozed, cardinality(parts) = 2,
          coalesce(after_at, 'infinity'), coalesce(after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
          looked_at - cardinality(found_rows)
        ) r
      )
      else array(
        select r from support_chat.inbox_ranked(
          p_me, p_tab, snoozed, parts[place],
          coalesce(after_at, 'infinity'), coalesce(after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
          looked_at - cardinality(found_rows)
        ) r
      )
    end;
    exit when cardinality(found_rows) = looked_at;
    after_at := null;
    after_id := null;
  end loop;

  page := found_rows;
  if p_filter is not null then
    page := support_chat.inbox_matching(found_rows, p_filter, capped);
  end if;
  last := case
    when cardinality(page) = capped then page[capped]
    when cardinality(found_rows) = looked_at then found_rows[looked_at]
  end;
  return jsonb_build_object(
    'sessions', to_jsonb(support_chat.sessions_for_desk(page)),
    'cursor', case
      when last.id is null then null
      when 'r' <> all (parts) then concat_ws(' ', last.priority, to_jsonb(last.last_message_at) #>> '{}', last.id)
      when parts[1] = 'w' and last.waiting_since is not null
        then concat_ws(' ', 'w', to_jsonb(last.waiting_since) #>> '{}', last.id)
      else concat_ws(' ', 'r', to_jsonb(last.last_message_at) #>> '{}', last.id)
    end
  );
end
$$;

-- The conversations in which others call an agent by name and which that agent has not opened since, newest first.
create function support_chat.mentions_for_desk(p_me uuid)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(
      jsonb_build_object(
        'session', support_chat.session_for_desk(s),
        'by', (
          select jsonb_build_object('id', a.user_id, 'name', a.display_name)
          from support_chat.agents a
          where a.user_id = m.sender_id
        ),
        'at', m.created_at
      )
      order by m.created_at desc, s.id
    )
    from (
      select n.session_id, n.sender_id, n.created_at
      from support_chat.mentions n
      where n.agent_id = p_me
      order by n.created_at desc
      limit 20
    ) m
    join support_chat.sessions s on s.id = m.session_id
  ), '[]');
end
$$;

-- The other agents whom a text calls by an "@" and their name. Of two names the longer one counts, and agents of one
-- name are all meant.
create function support_chat.mentioned_agents(p_content text, p_me uuid)
returns setof uuid
language plpgsql stable
set search_path = ''
as $$
declare
  rest text := p_content;
  called record;
  pattern text;
begin
  if position('@' in rest) = 0 then
    return;
  end if;
  for called in
    select lower(a.display_name) as name, array_agg(a.user_id) as agents
    from support_chat.agents a
    where a.active
    group by lower(a.display_name)
    order by char_length(lower(a.display_name)) desc
  loop
    pattern := '(^|[^[:alnum:]])@' || regexp_replace(called.name, '([^[:alnum:][:space:]])', '\\\1', 'g') || '(?![[:alnum:]])';
    if rest ~* pattern then
      return query select u from unnest(called.agents) u where u <> p_me;
      rest := regexp_replace(rest, pattern, '\1', 'gi');
    end if;
  end loop;
end
$$;

create function support_chat.desk_open(p_tab text, p_sort text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_agent();
begin
  return support_chat.inbox_page(me, p_tab, p_sort, null, 50, null) || jsonb_build_object(
    'me', (select support_chat.agent_for_desk(a) from support_chat.agents a where a.user_id = me),
    'agents', support_chat.agents_for_desk(),
    'settings', support_chat.settings_for_desk(),
    'counts', support_chat.desk_counts(me),
    'mentions', support_chat.mentions_for_desk(me),
    'topic', (select 'support-desk:' || s.desk_key from support_chat.settings s),
    'since', now()
  );
end
$$;

create function support_chat.desk_inbox(
  p_tab text, p_sort text, p_cursor text, p_limit integer, p_filter jsonb
)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_agent();
begin
  if p_filter is not null then
    perform support_chat.check_filter(p_filter);
  end if;
  return support_chat.inbox_page(me, p_tab, p_sort, p_cursor, p_limit, p_filter)
    || jsonb_build_object('counts', support_chat.desk_counts(me));
end
$$;

-- What has changed: every known session that is newer, with its messages, and whatever else changed since or was put
-- off until now.
-- Transactions commit out of order, so "since" reaches 30 seconds further back; a rev makes repeats harmless.
create function support_chat.desk_sync(p_known jsonb, p_since timestamptz)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_agent();
  since constant timestamptz := greatest(coalesce(p_since, now()), 'epoch') - interval '30 seconds';
  changed support_chat.sessions[];
begin
  select array_agg(t.session order by (t.session).updated_at)
  into changed
  from (
    (select s as session from support_chat.sessions s where s.updated_at > since order by s.updated_at limit 101)
    union all
    (
      select s
      from support_chat.sessions s
      where s.snoozed_until > since and s.snoozed_until <= now() and s.updated_at <= since
      order by s.snoozed_until
      limit 101
    )
  ) t;

  return jsonb_build_object(
    'topic', (select 'support-desk:' || s.desk_key from support_chat.settings s),
    'agents', support_chat.agents_for_desk(),
    'counts', support_chat.desk_counts(me),
    'mentions', support_chat.mentions_for_desk(me),
    'since', now(),
    'more', coalesce(cardinality(changed), 0) > 100,
    'gone', coalesce((
      select jsonb_agg(k.id)
      from support_chat.known_sessions(p_known) k
      where not exists (select from support_chat.sessions s where s.id = k.id)
    ), '[]'),
    'sessions', coalesce((
      with known as (
        select k.id, k.seq, k.rev from support_chat.known_sessions(p_known) k
      ),
      news as (
        select s as session, k.seq
        from known k
        join support_chat.sessions s on s.id = k.id
        where s.rev > k.rev or s.last_seq > k.seq
        union all
        select c as session, null
        from unnest(changed[:100]) c
        where not exists (select from known k where k.id = c.id)
      )
      select jsonb_agg(
        jsonb_build_object(
          'session', u.session,
          'messages', case
            when u.seq is null then '[]'
            else support_chat.messages_for_desk((u.session ->> 'id')::uuid, u.seq, null, 100)
          end
        )
        order by u.place
      )
      from (
        select
          array_agg(n.session order by (n.session).updated_at, (n.session).id) as sessions,
          array_agg(n.seq order by (n.session).updated_at, (n.session).id) as seqs
        from news n
      ) a
      cross join lateral unnest(support_chat.sessions_for_desk(a.sessions), a.seqs)
        with ordinality u (session, seq, place)
    ), '[]')
  );
end
$$;

create function support_chat.desk_session(p_session uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  perform support_chat.as_agent();
  select s.* into session from support_chat.sessions s where s.id = p_session;
  if not found then
    perform support_chat.refuse_session();
  end if;
  return jsonb_build_object(
    'session', support_chat.session_for_desk(session),
    'messages', support_chat.messages_for_desk(p_session, null, null, 50),
    'visitor', support_chat.visitor_for_desk(session.visitor_id),
    'earlier', to_jsonb(support_chat.sessions_for_desk(array(
      select s
      from support_chat.sessions s
      where s.visitor_id = session.visitor_id and s.id <> session.id
      order by s.last_message_at desc, s.id desc
      limit 20
    )))
  );
end
$$;

create function support_chat.desk_history(p_session uuid, p_after integer, p_before integer, p_limit integer)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  if p_after is not null and p_before is not null then
    perform support_chat.refuse('PT400', 'Ask for messages after or before, not both.', '{"field": "before"}');
  end if;
  if not exists (select from support_chat.sessions s where s.id = p_session) then
    perform support_chat.refuse_session();
  end if;
  return jsonb_build_object(
    'messages', support_chat.messages_for_desk(p_session, p_after, p_before, p_limit)
  );
end
$$;

-- Writes a reply or a note, once per client id. A note may follow the closing of a session, a reply not.
create function support_chat.desk_send(p_session uuid, p_client_id uuid, p_content text, p_kind text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_agent();
  session support_chat.sessions;
  message support_chat.messages;
begin
  if p_client_id is null then
    perform support_chat.refuse('PT400', 'The message needs a client id.', '{"field": "client_id"}');
  end if;
  if p_kind is null or p_kind not in ('text', 'note') then
    perform support_chat.refuse('PT400', 'A message is a text or a note.', '{"field": "kind"}');
  end if;

  -- The lock comes first: it orders the numbers, and makes a repeat wait for the first attempt.
  select s.* into session from support_chat.sessions s where s.id = p_session for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;

  select m.* into message
  from support_chat.messages m
  where m.session_id = p_session and m.client_id = p_client_id;

  if not found then
    if session.status = 'closed' and p_kind = 'text' then
      perform support_chat.refuse('PT409', 'The conversation is closed.', '{"reason": "closed"}');
    end if;
    perform support_chat.check_text(p_content);
    insert into support_chat.messages (session_id, client_id, sender_type, sender_id, kind, content)
    values (p_session, p_client_id, 'agent', me, p_kind, p_content)
    returning * into message;
    select s.* into session from support_chat.sessions s where s.id = p_session;
    if p_kind = 'note' then
      insert into support_chat.mentions (session_id, agent_id, sender_id)
      select p_session, a, me from support_chat.mentioned_agents(p_content, me) a
      on conflict do nothing;
    end if;
  elsif message.sender_id is distinct from me then
    perform support_chat.refuse('PT409', 'Somebody else sent a message with this id.', '{"reason": "client-id"}');
  end if;

  return jsonb_build_object(
    'session', support_chat.session_for_desk(session),
    'message', support_chat.message_for_desk(message)
  );
end
$$;

-- Gives a session to an agent, or to nobody, provided it is still where the caller saw it. Of two agents
-- who take it at once one wins, and the other learns who.
create function support_chat.desk_assign(p_session uuid, p_agent uuid, p_from uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  perform support_chat.as_agent();
  select s.* into session from support_chat.sessions s where s.id = p_session for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;
  if session.agent_id is distinct from p_agent then
    if session.status = 'closed' then
      perform support_chat.refuse('PT409', 'The conversation is closed.', '{"reason": "closed"}');
    end if;
    if session.agent_id is distinct from p_from then
      perform support_chat.refuse('PT409', 'Somebody else was first.', jsonb_build_object(
        'reason', 'assigned',
        'agent', (
          select jsonb_build_object('id', a.user_id, 'name', a.display_name)
          from support_chat.agents a
          where a.user_id = session.agent_id
        )
      ));
    end if;
    if p_agent is not null
      and not exists (select from support_chat.agents a where a.user_id = p_agent and a.active)
    then
      perform support_chat.refuse('PT400', 'That is no active agent.', '{"field": "agent"}');
    end if;
    update support_chat.sessions set agent_id = p_agent where id = p_session;
    select s.* into session from support_chat.sessions s where s.id = p_session;
  end if;
  return jsonb_build_object('session', support_chat.session_for_desk(session));
end
$$;

-- Nobody puts away what they have not read: refuses where the visitor wrote after the number that was seen last. Null:
-- whoever calls does not mind.
create function support_chat.refuse_unseen(p_session uuid, p_seen integer)
returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if exists (
    select from support_chat.messages m
    where m.session_id = p_session and m.seq > p_seen and m.sender_type = 'customer' and m.kind = 'text'
  ) then
    perform support_chat.refuse('PT409', 'The visitor has written since.', '{"reason": "written"}');
  end if;
end
$$;

-- `p_seen`: the newest message that was on screen.
create function support_chat.desk_close(p_session uuid, p_seen integer)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  perform support_chat.as_agent();
  select s.* into session from support_chat.sessions s where s.id = p_session for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;
  if session.status <> 'closed' then
    perform support_chat.refuse_unseen(p_session, p_seen);
    update support_chat.sessions set status = 'closed' where id = p_session;
    select s.* into session from support_chat.sessions s where s.id = p_session;
  end if;
  return jsonb_build_object('session', support_chat.session_for_desk(session));
end
$$;

create function support_chat.desk_reopen(p_session uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  perform support_chat.as_agent();
  select s.* into session from support_chat.sessions s where s.id = p_session for no key update;
  if not found then
    perform support_chat.refuse_session();
  end if;
  if session.status = 'closed' then
    update support_chat.sessions set status = 'open' where id = p_session;
    select s.* into session from support_chat.sessions s where s.id = p_session;
  end if;
  return jsonb_build_object('session', support_chat.session_for_desk(session));
end
$$;

create function support_chat.desk_read(p_session uuid, p_seq integer)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  perform support_chat.as_agent();
  if p_seq is null then
    perform support_chat.refuse('PT400', 'Say up to where it was read.', '{"field": "seq"}');
  end if;
  update support_chat.sessions s
  set desk_read_seq = p_seq, marked_unread = false
  where s.id = p_session and (s.desk_read_seq < least(p_seq, s.last_seq) or s.marked_unread);
  select s.* into session from support_chat.sessions s where s.id = p_session;
  if not found then
    perform support_chat.refuse_session();
  end if;
  return jsonb_build_object('session', support_chat.session_for_desk(session));
end
$$;

-- Puts a conversation back among the unread, for later or for a colleague. How far the team has read stays: visitors
-- who were shown that their message was seen go on seeing it.
create function support_chat.desk_unread(p_session uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  session support_chat.sessions;
begin
  perform support_chat.as_agent();
  update support_chat.sessions set marked_unread = true where id = p_session and desk_unread = 0;
  select s.* into session from support_chat.sessions s where s.id = p_session;
  if not found then
    perform support_chat.refuse_session();
  end if;
  return jsonb_build_object('session', support_chat.session_for_desk(session));
end
$$;

create function support_chat.desk_typing(p_session uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  if not exists (select from support_chat.sessions s where s.id = p_session) then
    perform support_chat.refuse_session();
  end if;
  perform support_chat.announce_agent_typing(p_session);
  return '{}';
end
$$;

-- Says that the agent is here, how available, and what is on their screen. A session that is gone is none. The answer
-- holds the visitor on that screen as well, who goes on to other pages meanwhile.
create function support_chat.desk_presence(p_availability text, p_viewing uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_agent();
begin
  if p_availability is null or p_availability not in ('online', 'away', 'offline') then
    perform support_chat.refuse('PT400', 'Availability is online, away or offline.', '{"field": "availability"}');
  end if;
  update support_chat.agents
  set
    availability = p_availability,
    viewing = (select s.id from support_chat.sessions s where s.id = p_viewing)
  where user_id = me;
  delete from support_chat.mentions where session_id = p_viewing and agent_id = me;
  return jsonb_build_object(
    'agents', support_chat.agents_for_desk(),
    'visitor', support_chat.visitor_for_desk((select s.visitor_id from support_chat.sessions s where s.id = p_viewing))
  );
end
$$;

-- Conversations in which something was said, or whose visitor is called so. The keeper finds them; what is
-- shown of them is read here, under the policies.
create function support_chat.desk_search(p_query text, p_limit integer)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  answer jsonb;
begin
  perform support_chat.as_agent();
  answer := support_chat.search(p_query, p_limit);
  return jsonb_build_object(
    'hits', coalesce((
      select jsonb_agg(jsonb_build_object('session', u.session) || u.hit order by u.place)
      from (
        select
          array_agg(s.session order by h.ordinality) as sessions,
          array_agg(
            jsonb_build_object(
              'message', case when (m.message).id is not null then support_chat.message_for_desk(m.message) end,
              'matched', h.matched,
              'highlights', h.highlights
            )
            order by h.ordinality
          ) as hits
        -- Read as columns first, and then one by one: under a policy no index serves a condition that takes JSON
        -- apart, and the planner would rather read a whole table than expect few hits.
        from rows from (
          jsonb_to_recordset(answer -> 'hits') as (session uuid, message uuid, matched text, highlights jsonb)
        ) with ordinality h
        cross join lateral (select s as session from support_chat.sessions s where s.id = h.session offset 0) s
        left join lateral (select m as message from support_chat.messages m where m.id = h.message offset 0) m on true
      ) found
      cross join lateral unnest(support_chat.sessions_for_desk(found.sessions), found.hits)
        with ordinality u (session, hit, place)
    ), '[]'),
    'more', answer -> 'more'
  );
end
$$;

revoke all on function
  support_chat.settings_for_desk(),
  support_chat.desk_counts(uuid),
  support_chat.inbox_waiting(uuid, text, boolean, timestamptz, uuid, integer),
  support_chat.inbox_recent(uuid, text, boolean, boolean, timestamptz, uuid, integer),
  support_chat.inbox_ranked(uuid, text, boolean, text, timestamptz, uuid, integer),
  support_chat.inbox_matching(support_chat.sessions[], jsonb, integer),
  support_chat.check_filter(jsonb),
  support_chat.inbox_page(uuid, text, text, text, integer, jsonb),
  support_chat.mentions_for_desk(uuid),
  support_chat.mentioned_agents(text, uuid),
  support_chat.desk_open(text, text),
  support_chat.desk_inbox(text, text, text, integer, jsonb),
  support_chat.desk_sync(jsonb, timestamptz),
  support_chat.desk_session(uuid),
  support_chat.desk_history(uuid, integer, integer, integer),
  support_chat.desk_send(uuid, uuid, text, text),
  support_chat.desk_assign(uuid, uuid, uuid),
  support_chat.refuse_unseen(uuid, integer),
  support_chat.desk_close(uuid, integer),
  support_chat.desk_reopen(uuid),
  support_chat.desk_read(uuid, integer),
  support_chat.desk_unread(uuid),
  support_chat.desk_typing(uuid),
  support_chat.desk_presence(text, uuid),
  support_chat.desk_search(text, integer)
from public, anon, authenticated, service_role;

grant execute on function
  support_chat.settings_for_desk(),
  support_chat.desk_counts(uuid),
  support_chat.inbox_waiting(uuid, text, boolean, timestamptz, uuid, integer),
  support_chat.inbox_recent(uuid, text, boolean, boolean, timestamptz, uuid, integer),
  support_chat.inbox_ranked(uuid, text, boolean, text, timestamptz, uuid, integer),
  support_chat.inbox_matching(support_chat.sessions[], jsonb, integer),
  support_chat.check_filter(jsonb),
  support_chat.inbox_page(uuid, text, text, text, integer, jsonb),
  support_chat.mentions_for_desk(uuid),
  support_chat.mentioned_agents(text, uuid),
  support_chat.refuse_unseen(uuid, integer)
to support_chat_agent;

-- To both roles, so that who is not signed in hears "sign in first" and not a database error.
grant execute on function
  support_chat.desk_open(text, text),
  support_chat.desk_inbox(text, text, text, integer, jsonb),
  support_chat.desk_sync(jsonb, timestamptz),
  support_chat.desk_session(uuid),
  support_chat.desk_history(uuid, integer, integer, integer),
  support_chat.desk_send(uuid, uuid, text, text),
  support_chat.desk_assign(uuid, uuid, uuid),
  support_chat.desk_close(uuid, integer),
  support_chat.desk_reopen(uuid),
  support_chat.desk_read(uuid, integer),
  support_chat.desk_unread(uuid),
  support_chat.desk_typing(uuid),
  support_chat.desk_presence(text, uuid),
  support_chat.desk_search(text, integer)
to anon, authenticated;

grant create on schema support_chat to support_chat_agent;
alter function support_chat.desk_open(text, text) owner to support_chat_agent;
alter function support_chat.desk_inbox(text, text, text, integer, jsonb) owner to support_chat_agent;
alter function support_chat.desk_sync(jsonb, timestamptz) owner to support_chat_agent;
alter function support_chat.desk_session(uuid) owner to support_chat_agent;
alter function support_chat.desk_history(uuid, integer, integer, integer) owner to support_chat_agent;
alter function support_chat.desk_send(uuid, uuid, text, text) owner to support_chat_agent;
alter function support_chat.desk_assign(uuid, uuid, uuid) owner to support_chat_agent;
alter function support_chat.desk_close(uuid, integer) owner to support_chat_agent;
alter function support_chat.desk_reopen(uuid) owner to support_chat_agent;
alter function support_chat.desk_read(uuid, integer) owner to support_chat_agent;
alter function support_chat.desk_unread(uuid) owner to support_chat_agent;
alter function support_chat.desk_typing(uuid) owner to support_chat_agent;
alter function support_chat.desk_presence(text, uuid) owner to support_chat_agent;
alter function support_chat.desk_search(text, integer) owner to support_chat_agent;
revoke create on schema support_chat from support_chat_agent;

insert into support_chat.migrations (version, topic) values ('20261120091300', 'agent_functions');
