-- What Realtime is given to deliver, to whom, and who may listen.
begin;
\ir helpers.psql
select plan(75);

-- Events, one per topic and change.
select tests.start('visitor');
select is(tests.heard('desk'), array['message text'], 'a new conversation is one event for agents');
select is(tests.heard('visitor'), array['message text'], 'and one for the visitor''s other tabs');
select is(
  (select array_agg(k order by k) from tests.sent('visitor') s, jsonb_object_keys(s.payload) k), array['id', 'message', 'session'],
  'it carries the message and the session'
);
select ok(
  (select bool_and(s.private and s.extension = 'broadcast') from realtime.messages s where s.topic like 'support-%'),
  'everything is sent to private channels'
);
select is(
  (select s.payload -> 'message' from tests.sent('visitor') s),
  tests.call('visitor', 'public.chat_history(:token, :session)') #> '{messages,0}',
  'a delivered message is the very object that history returns'
);
select is(
  (select s.payload -> 'session' from tests.sent('visitor') s),
  tests.call('visitor', 'public.chat_sync(:token)') #> '{sessions,0,session}',
  'a delivered session is the very object that sync returns'
);
select is(
  (select s.payload -> 'session' from tests.sent('desk') s),
  tests.call('agent', 'public.desk_session(:session)') -> 'session',
  'for agents too'
);

create function tests.after(p_actor text, p_sql text) returns text[] language plpgsql as $$
begin
  perform tests.forget();
  perform tests.call(p_actor, p_sql);
  return array['desk: ' || array_to_string(tests.heard('desk'), ', '), 'visitor: ' || array_to_string(tests.heard('visitor'), ', ')];
end
$$;
update support_chat.settings set limits = '{}' where id;

select is(tests.after(t.actor, t.sql), array['desk: ' || t.desk, 'visitor: ' || t.visitor], t.what)
from (values
  (1, 'visitor', 'public.chat_send(:token, :session, ''dddddddd-0000-4000-8000-000000000001'', ''Hi'')', 'message text', 'message text', 'a message is announced once to each side'),
  (2, 'visitor', 'public.chat_send(:token, :session, ''dddddddd-0000-4000-8000-000000000001'', ''Hi'')', '', '', 'a retry announces nothing'),
  (3, 'agent', 'public.desk_send(:session, gen_random_uuid(), ''Psst'', ''note'')', 'message note', '', 'a note is announced to agents only'),
  (4, 'agent', 'public.desk_send(:session, gen_random_uuid(), ''Hello'')', 'message text', 'message text', 'a reply to both'),
  (5, 'agent', 'public.desk_assign(:session, ''aaaaaaaa-0000-4000-8000-000000000003'')', 'message event', 'message event', 'taking it is one event line to each'),
  (6, 'agent', 'public.desk_assign(:session, ''aaaaaaaa-0000-4000-8000-000000000003'')', '', '', 'taking it again is none'),
  (7, 'agent', 'public.desk_assign(:session, null, ''aaaaaaaa-0000-4000-8000-000000000003'')', 'message event', 'session', 'giving it back is a line for agents, and a changed session for the visitor'),
  (8, 'agent', 'public.desk_read(:session, 3)', 'read', 'read', 'that agents have read is told to both'),
  (9, 'agent', 'public.desk_read(:session, 3)', '', '', 'reading the same again is not told'),
  (10, 'visitor', 'public.chat_read(:token, :session, 3)', 'read', 'read', 'that the visitor has read is told to both'),
  (11, 'visitor', 'public.chat_update_profile(:token, ''Zoe'')', 'session', '', 'a new name reaches the agents'),
  (12, 'visitor', 'public.chat_update_profile(:token, ''Zoe'')', '', '', 'the same name does not'),
  (13, 'visitor', 'public.chat_open(:token, ''{"url": "https://shop.example/b"}'')', '', '', 'a page view is told to nobody'),
  (14, 'visitor', 'public.chat_close(:token, :session)', 'message event', 'message event', 'closing is a line for both'),
  (15, 'visitor', 'public.chat_rate(:token, :session, 4)', 'session', 'session', 'a rating is a changed session'),
  (16, 'agent', 'public.desk_reopen(:session)', 'message event', 'message event', 'reopening is a line for both'),
  (17, 'agent', 'public.desk_presence(''online'')', '', '', 'presence is not told'),
  (18, 'visitor', 'public.chat_typing(:token, :session)', '', '', 'typing nobody looks at is told to nobody'),
  (19, 'agent', 'public.desk_presence(''online'', :session)', '', '', 'nor what an agent has on screen'),
  (20, 'visitor', 'public.chat_typing(:token, :session)', 'typing', '', 'typing is told to agents who look'),
  (21, 'visitor', 'public.chat_typing(:token, :session)', '', '', 'but not twice in four seconds'),
  (22, 'agent', 'public.desk_typing(:session)', 'typing', 'typing', 'an agent''s typing is told to both'),
  (23, 'agent', 'public.desk_typing(:session)', '', '', 'but not twice in four seconds either'),
  (24, 'other agent', 'public.desk_typing(:session)', 'typing', 'typing', 'another agent''s is their own'),
  (25, 'agent', 'public.desk_read(:session, 4)', 'read', 'read', 'reading a reply moves the visitor''s mark'),
  (26, 'agent', 'public.desk_unread(:session)', 'session', '', 'what is put back among the unread is told to agents'),
  (27, 'agent', 'public.desk_unread(:session)', '', '', 'but not twice')
) t (place, actor, sql, desk, visitor, what)
order by t.place;
select tests.forget();
update support_chat.sessions set priority = 'urgent', tags = '{vip}', snoozed_until = now() + interval '1 hour' where id = current_setting('tests.session')::uuid;
select is(tests.heard('desk'), array['session'], 'what only agents see is told to agents');
select is(tests.heard('visitor'), '{}', 'and only to them');

savepoint many;
select tests.call('visitor', 'public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Hi'')') from generate_series(1, 8);
select is(
  array_length(string_to_array((tests.after('visitor', 'public.chat_update_profile(:token, ''Zora'')'))[1], ','), 1), 5,
  'a new name is told for the newest five conversations, however many there are'
);
rollback to many;

-- What is in them.
select tests.forget();
update support_chat.rate_limits set resets_at = now() where subject <> '';
select tests.call('agent', 'public.desk_typing(:session)');
select is(
  (select s.payload - 'id' from tests.sent('visitor') s),
  jsonb_build_object('session_id', current_setting('tests.session'), 'by', 'agent', 'person', '{"id": null, "name": "Agent"}'::jsonb),
  'visitors see the name of who types'
);
select is(
  (select s.payload #>> '{person,id}' from tests.sent('desk') s), tests.id('agent')::text, 'agents see who it is'
);
select tests.forget();
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''Secret plan'', ''note'')');
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''Open words'')');
select is(
  (select count(*)::integer from tests.sent('visitor') s where s.payload::text ~ 'Secret|note|priority|tags|email|aaaaaaaa-'), 0,
  'no event to a visitor has a note, an internal field, an email or an agent''s id'
);
select is(
  (select count(*)::integer from tests.sent('desk') s join support_chat.visitors v on position(v.channel_key in s.payload::text) > 0), 0,
  'no event to agents has a visitor''s channel key'
);
select tests.forget();
savepoint before_rollback;
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''Never said'')');
rollback to before_rollback;
select is(tests.heard('desk') || tests.heard('visitor'), '{}', 'what is rolled back is never sent');

-- Who may listen: everybody asks for every topic, as Realtime does, with a probe that is rolled back.
create table tests.topics (what text, topic text);
insert into tests.topics
select 'their own topic', tests.call('visitor', 'public.chat_sync(:token)') ->> 'topic'
union all select 'the agents'' topic', tests.call('agent', 'public.desk_open()') ->> 'topic'
union all select 'a made-up visitor''s topic', 'support-chat:' || repeat('0', 64)
union all select 'a made-up agents'' topic', 'support-desk:' || repeat('0', 64)
union all select 'a prefix', 'support-chat:'
union all select 'a pattern', 'support-chat:%'
union all select 'the hash of a token', 'support-chat:' || encode(sha256(convert_to(tests.token('visitor'), 'UTF8')), 'hex')
union all select 'the host''s own topic', 'room:1';

create function tests.may_listen(p_actor text, p_topic text, p_extension text default 'broadcast') returns boolean language plpgsql as $$
declare
  probe constant uuid := gen_random_uuid();
  seen boolean;
begin
  insert into realtime.messages (id, topic, extension) values (probe, p_topic, p_extension);
  perform set_config('realtime.topic', p_topic, true);
  perform tests.become(p_actor);
  select exists (select from realtime.messages m where m.id = probe) into seen;
  perform set_config('role', 'none', true);
  delete from realtime.messages where id = probe;
  return seen;
end
$$;

select is(
  (select array_agg(t.what order by t.what) from tests.topics t where tests.may_listen(a.actor, t.topic)),
  a.may, format('%s may listen to %s', a.actor, coalesce(array_to_string(a.may, ' and '), 'nothing'))
)
from (values
  ('visitor', array['their own topic']),
  ('user', array['their own topic']),
  ('agent', array['the agents'' topic', 'their own topic']),
  ('deactivated agent', array['their own topic']),
  ('anonymous user', array['their own topic'])
) a (actor, may);
select is(
  tests.may_listen('visitor', (select topic from tests.topics where what = 'their own topic'), 'presence'), false, 'presence is not for listening to'
);
select lives_ok(format('select support_chat.can_listen(%L)', t), format('asking for "%s" never raises', left(coalesce(t, 'null'), 20)))
from unnest(array[null, '', 'x', '%', repeat('x', 1000000), 'support-desk:' || chr(1), 'support-chat:'' or true']) t;
select lives_ok($$
  select set_config('request.jwt.claims', '{"sub": "auth0|12345", "role": "authenticated"}', true), support_chat.can_listen(topic) from tests.topics
$$, 'a user id that is no uuid never raises');

-- Nobody but the database speaks, whatever policies the host has.
create policy "the host lets everybody speak everywhere" on realtime.messages for insert to anon, authenticated with check (true);
create policy "the host lets everybody read what they write" on realtime.messages for select to anon, authenticated using (extension = 'presence');
create function tests.may_speak(p_actor text, p_topic text, p_extension text) returns text language plpgsql as $$
begin
  perform set_config('realtime.topic', p_topic, true);
  perform tests.become(p_actor);
  insert into realtime.messages (topic, extension) values (p_topic, p_extension);
  raise exception 'undo' using errcode = 'TST00';
exception
  when sqlstate 'TST00' then return 'ok';
  when others then return sqlstate;
end
$$;
select is(
  (select array_agg(distinct tests.may_speak(a.actor, t.topic, e)) from tests.topics t, unnest(array['broadcast', 'presence']) e where t.topic like 'support-%'),
  array['42501'], format('%s may speak on none of our topics', a.actor)
)
from (values ('visitor'), ('user'), ('agent'), ('admin')) a (actor);
select is(tests.may_speak('visitor', 'room:1', 'broadcast'), 'ok', 'on the host''s topics the host''s policies decide');

-- Access ends: blocked, deactivated, removed.
select tests.forget();
update support_chat.visitors set blocked_until = now() + interval '1 day' where id is not null;
select is(
  (select array_agg(s.event || ' ' || s.topic) from tests.sent('visitor') s), array['resync ' || (select topic from tests.topics where what = 'their own topic')],
  'a blocked visitor hears "resync" on the old topic'
);
select is(tests.may_listen('visitor', (select topic from tests.topics where what = 'their own topic')), false, 'which nobody may join any more');
select is(
  tests.may_listen('visitor', (select 'support-chat:' || v.channel_key from support_chat.visitors v)), false, 'nor the new one while they are blocked'
);
select is(tests.refusal('visitor', 'public.chat_sync(:token)'), 'PT403 {"reason": "blocked"}', 'and whoever is blocked is told so');
select is(tests.refusal('visitor', 'public.chat_open(:token)'), 'PT403 {"reason": "blocked"}', 'also the one that opens the window');
update support_chat.visitors set blocked_until = now() where id is not null;
select is(tests.outcome('visitor', 'public.chat_sync(:token)'), 'ok', 'until the block is over');
select tests.forget();
update support_chat.agents set active = false where user_id = tests.id('other agent');
select is(
  (select array_agg(s.event || ' ' || s.topic) from tests.sent('desk') s), array['resync ' || (select topic from tests.topics where what = 'the agents'' topic')],
  'when an agent is deactivated, the agents hear "resync" on the old topic'
);
select is(tests.may_listen('agent', (select topic from tests.topics where what = 'the agents'' topic')), false, 'which goes silent');
select is(tests.may_listen('agent', tests.call('agent', 'public.desk_sync()') ->> 'topic'), true, 'and the next sync names the new one');
select is(tests.may_listen('other agent', tests.call('agent', 'public.desk_sync()') ->> 'topic'), false, 'to all but who was deactivated');
select tests.call('agent', 'public.desk_assign(:session, ''aaaaaaaa-0000-4000-8000-000000000003'')');
insert into tests.topics select 'before removal', tests.call('admin', 'public.desk_sync()') ->> 'topic';
select tests.forget();
select set_config('support_chat.agent_id', '', true);
delete from auth.users where id = tests.id('agent');
select is(
  (select status || coalesce(agent_id::text, '') from support_chat.sessions where id = current_setting('tests.session')::uuid), 'open', 'the conversations of a removed user are open again'
);
select is(tests.may_listen('admin', (select topic from tests.topics where what = 'before removal')), false, 'and the agents'' topic has changed');
select is(
  (select m.event -> 'actor' from support_chat.messages m where m.session_id = current_setting('tests.session')::uuid order by m.seq desc limit 1),
  '{"kind": "system", "name": null}', 'nobody is said to have done it'
);
select is(
  tests.call('visitor', 'public.chat_history(:token, :session)') #> '{messages,2,sender}', 'null', 'what they wrote stays, without a name'
);

select * from finish();
rollback;
