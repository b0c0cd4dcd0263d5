-- What each side is shown: the JSON objects that functions return and Realtime delivers, one function per
-- object and side. They run as whoever calls them, so the policies apply to what they look up.

create function support_chat.person_for_visitor(p_agent uuid)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  if p_agent is null then
    return null;
  end if;
  return (
    select jsonb_build_object('id', null, 'name', a.display_name, 'avatar', a.avatar_url)
    from support_chat.agents a
    where a.user_id = p_agent
  );
end
$$;

create function support_chat.person_for_desk(p_agent uuid)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  if p_agent is null then
    return null;
  end if;
  return (
    select jsonb_build_object('id', a.user_id, 'name', a.display_name, 'avatar', a.avatar_url)
    from support_chat.agents a
    where a.user_id = p_agent
  );
end
$$;

-- A system line without the ids of agents.
create function support_chat.event_for_visitor(p_event jsonb)
returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when jsonb_typeof(p_event -> 'agent') = 'object' then jsonb_set(p_event, '{agent,id}', 'null')
    else p_event
  end;
end
$$;

create function support_chat.message_for_visitor(p_message support_chat.messages)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', p_message.id,
    'session_id', p_message.session_id,
    'seq', p_message.visitor_seq,
    'client_id', case when p_message.sender_type = 'customer' then p_message.client_id end,
    'sender_type', p_message.sender_type,
    'sender', support_chat.person_for_visitor(p_message.sender_id),
    'kind', p_message.kind,
    'content', p_message.content,
    'event', support_chat.event_for_visitor(p_message.event),
    'created_at', p_message.created_at
  );
end
$$;

create function support_chat.message_for_desk(p_message support_chat.messages)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', p_message.id,
    'session_id', p_message.session_id,
    'seq', p_message.seq,
    'client_id', p_message.client_id,
    'sender_type', p_message.sender_type,
    'sender', support_chat.person_for_desk(p_message.sender_id),
    'kind', p_message.kind,
    'content', p_message.content,
    'event', p_message.event,
    'created_at', p_message.created_at
  );
end
$$;

create function support_chat.session_for_visitor(p_session support_chat.sessions)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', p_session.id,
    'client_id', p_session.client_id,
    'status', p_session.status,
    'rev', p_session.visitor_rev,
    'last_seq', p_session.last_visitor_seq,
    'read_seq', p_session.visitor_read_seq,
    'seen_seq', p_session.desk_read_visitor_seq,
    'unread', p_session.visitor_unread,
    'agent', support_chat.person_for_visitor(p_session.agent_id),
    'preview', p_session.last_message_preview,
    'last_message_at', p_session.last_message_at,
    'rating', p_session.rating,
    'created_at', p_session.created_at,
    'closed_at', p_session.closed_at
  );
end
$$;

-- Many at once and in their order, so that visitors and agents are looked up, and the policies asked, once for all.
-- A visitor is verified by the host's backend, or by an address that Supabase Auth has confirmed: an account alone
-- says nothing about the name that stands beside the mark.
create function support_chat.sessions_for_desk(p_sessions support_chat.sessions[])
returns jsonb[]
language plpgsql stable
set search_path = ''
-- For a single one a plan of its own looks cheaper, and making it takes longer than all the rest.
set plan_cache_mode = force_generic_plan
as $$
begin
  return array(
    select jsonb_build_object(
      'id', s.id,
      'client_id', s.client_id,
      'status', s.status,
      'rev', s.rev,
      'last_seq', s.last_seq,
      'read_seq', s.desk_read_seq,
      'seen_seq', s.visitor_read_desk_seq,
      'unread', greatest(s.desk_unread, s.marked_unread::integer),
      'agent', case
        when a.user_id is not null
          then jsonb_build_object('id', a.user_id, 'name', a.display_name, 'avatar', a.avatar_url)
      end,
      'preview', s.last_message_preview,
      'last_message_at', s.last_message_at,
      'rating', s.rating,
      'created_at', s.created_at,
      'closed_at', s.closed_at,
      'visitor', case
        when v.id is not null then jsonb_build_object(
          'id', v.id, 'name', v.name, 'email', v.email,
          'verified', v.verified_at is not null or v.user_id is not null and v.email <> ''
        )
      end,
      'waiting_since', s.waiting_since,
      'first_response_at', s.first_response_at,
      'priority', s.priority,
      'tags', to_jsonb(s.tags),
      'snoozed_until', s.snoozed_until,
      'rating_comment', s.rating_comment,
      'page_url', s.page_url,
      'page_title', s.page_title,
      'updated_at', s.updated_at
    )
    from unnest(p_sessions) with ordinality s
    left join support_chat.visitors v on v.id = s.visitor_id
    left join support_chat.agents a on a.user_id = s.agent_id
    order by s.ordinality
  );
end
$$;

create function support_chat.session_for_desk(p_session support_chat.sessions)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (support_chat.sessions_for_desk(array[p_session]))[1];
end
$$;

create function support_chat.visitor_for_visitor(p_visitor uuid)
returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'name', v.name,
    'email', v.email,
    'verified', v.verified_at is not null or v.user_id is not null and v.email <> '',
    'attributes', v.attributes
  )
  from support_chat.visitors v
  where v.id = p_visitor
$$;

create function support_chat.visitor_for_desk(p_visitor uuid)
returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', v.id,
    'name', v.name,
    'email', v.email,
    'verified', v.verified_at is not null or v.user_id is not null and v.email <> '',
    'locale', v.locale,
    'time_zone', v.time_zone,
    'attributes', v.attributes,
    'first_seen_at', v.first_seen_at,
    'last_seen_at', v.last_seen_at,
    'page_url', v.page_url,
    'page_title', v.page_title,
    'referrer', v.referrer,
    'user_agent', v.user_agent,
    'page_trail', v.page_trail,
    'blocked_until', v.blocked_until,
    'external_id', v.external_id,
    'notes', v.notes
  )
  from support_chat.visitors v
  where v.id = p_visitor
$$;

-- An agent's presence is judged when read: who has not been heard of for 90 seconds is offline.
create function support_chat.agent_for_desk(p_agent support_chat.agents)
returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_agent.user_id,
    'name', p_agent.display_name,
    'avatar', p_agent.avatar_url,
    'role', p_agent.role,
    'availability', case when fresh then p_agent.availability else 'offline' end,
    'viewing', case when fresh then p_agent.viewing end
  )
  from (select coalesce(p_agent.last_seen_at > now() - interval '90 seconds', false) as fresh) f
$$;

create function support_chat.agents_for_desk()
returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(support_chat.agent_for_desk(a) order by a.display_name, a.user_id), '[]')
  from support_chat.agents a
  where a.active
$$;

-- The messages of one session after or before a number, or the newest: oldest first, at most 100.
create function support_chat.messages_for_visitor(p_session uuid, p_after integer, p_before integer, p_limit integer)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  capped constant integer := least(greatest(coalesce(p_limit, 50), 1), 100);
begin
  if p_after is not null then
    return coalesce((
      select jsonb_agg(support_chat.message_for_visitor(t.row) order by (t.row).visitor_seq)
      from (
        select m as row
        from support_chat.messages m
        where m.session_id = p_session and m.visitor_seq > p_after
        order by m.visitor_seq
        limit capped
      ) t
    ), '[]');
  end if;
  return coalesce((
    select jsonb_agg(support_chat.message_for_visitor(t.row) order by (t.row).visitor_seq)
    from (
      select m as row
      from support_chat.messages m
      where m.session_id = p_session and m.visitor_seq < coalesce(p_before, 2147483647)
      order by m.visitor_seq desc
      limit capped
    ) t
  ), '[]');
end
$$;

create function support_chat.messages_for_desk(p_session uuid, p_after integer, p_before integer, p_limit integer)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  capped constant integer := least(greatest(coalesce(p_limit, 50), 1), 100);
begin
  if p_after is not null then
    return coalesce((
      select jsonb_agg(support_chat.message_for_desk(t.row) order by (t.row).seq)
      from (
        select m as row
        from support_chat.messages m
        where m.session_id = p_session and m.seq > p_after
        order by m.seq
        limit capped
      ) t
    ), '[]');
  end if;
  return coalesce((
    select jsonb_agg(support_chat.message_for_desk(t.row) order by (t.row).seq)
    from (
      select m as row
      from support_chat.messages m
      where m.session_id = p_session and m.seq < coalesce(p_before, 2147483647)
      order by m.seq desc
      limit capped
    ) t
  ), '[]');
end
$$;

revoke all on function
  support_chat.person_for_visitor(uuid),
  support_chat.person_for_desk(uuid),
  support_chat.event_for_visitor(jsonb),
  support_chat.message_for_visitor(support_chat.messages),
  support_chat.message_for_desk(support_chat.messages),
  support_chat.session_for_visitor(support_chat.sessions),
  support_chat.sessions_for_desk(support_chat.sessions[]),
  support_chat.session_for_desk(support_chat.sessions),
  support_chat.visitor_for_visitor(uuid),
  support_chat.visitor_for_desk(uuid),
  support_chat.agent_for_desk(support_chat.agents),
  support_chat.agents_for_desk(),
  support_chat.messages_for_visitor(uuid, integer, integer, integer),
  support_chat.messages_for_desk(uuid, integer, integer, integer)
from public, anon, authenticated, service_role;

grant execute on function
  support_chat.person_for_visitor(uuid),
  support_chat.event_for_visitor(jsonb),
  support_chat.message_for_visitor(support_chat.messages),
  support_chat.session_for_visitor(support_chat.sessions),
  support_chat.visitor_for_visitor(uuid),
  support_chat.messages_for_visitor(uuid, integer, integer, integer)
to support_chat_visitor;

grant execute on function
  support_chat.person_for_desk(uuid),
  support_chat.message_for_desk(support_chat.messages),
  support_chat.sessions_for_desk(support_chat.sessions[]),
  support_chat.session_for_desk(support_chat.sessions),
  support_chat.visitor_for_desk(uuid),
  support_chat.agent_for_desk(support_chat.agents),
  support_chat.agents_for_desk(),
  support_chat.messages_for_desk(uuid, integer, integer, integer)
to support_chat_agent;

insert into support_chat.migrations (version, topic) values ('20261120090900', 'shapes');
