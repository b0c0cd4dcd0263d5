-- The team as visitors see it: who is there, how quickly answers come, when the office opens. And how
-- somebody becomes an agent.
begin;
\ir helpers.psql
select plan(37);

create function tests.available() returns jsonb language sql as $$
  select tests.call('outsider', 'public.chat_open()') -> 'availability'
$$;

-- Who is there.
select is(tests.available(), '{"online": false, "agents": [], "reply_seconds": null, "opens_at": null}', 'at first nobody is there');
select tests.call('agent', 'public.desk_presence(''online'')');
select is(tests.available() -> 'online', 'true', 'an agent who says so is there');
select is(tests.available() -> 'agents', '[{"id": null, "name": "Agent", "avatar": null}]', 'visitors see a name, not an id');
select is(
  (select a -> 'availability' from jsonb_array_elements(tests.call('other agent', 'public.desk_open()') -> 'agents') a where a ->> 'name' = 'Agent'),
  '"online"', 'other agents see it too'
);
select is(
  (select array_agg(k order by k) from jsonb_object_keys(tests.call('agent', 'public.desk_open()') -> 'me') k),
  array['availability', 'avatar', 'id', 'name', 'role', 'viewing'], 'agents see this of each other, and no email'
);
select is(jsonb_array_length(tests.call('agent', 'public.desk_open()') -> 'agents'), 3, 'deactivated agents are not listed');
select tests.call('agent', 'public.desk_presence(''away'')');
select is(tests.available() -> 'online', 'false', 'who is away is not there for visitors');
select tests.call('agent', 'public.desk_presence(''online'')');
update support_chat.agents set last_seen_at = now() - interval '91 seconds' where user_id = tests.id('agent');
select is(tests.available() -> 'online', 'false', 'who was not heard of for 90 seconds is not there');
select is(
  (select a -> 'availability' from jsonb_array_elements(tests.call('other agent', 'public.desk_open()') -> 'agents') a where a ->> 'name' = 'Agent'),
  '"offline"', 'for agents they are offline'
);
select tests.start('visitor');
select is(
  (select a ->> 'viewing' from jsonb_array_elements(tests.call('agent', 'public.desk_presence(''online'', :session)') -> 'agents') a where a ->> 'name' = 'Agent'),
  current_setting('tests.session'), 'agents see what each other has on screen'
);
select is(
  (select a -> 'viewing' from jsonb_array_elements(tests.call('agent', 'public.desk_presence(''online'', gen_random_uuid())') -> 'agents') a where a ->> 'name' = 'Agent'),
  'null', 'a conversation that is gone is on nobody''s screen'
);
select is(
  tests.call('agent', 'public.desk_presence(''online'', gen_random_uuid())') -> 'visitor', 'null', 'and no visitor is with it'
);
select tests.call('visitor', $$ public.chat_sync(:token, '[]', '{"url": "https://shop.example/next?q=1", "title": "Next"}') $$);
select tests.call('visitor', 'public.chat_sync(:token)');
select is(
  tests.call('agent', 'public.desk_presence(''online'', :session)') #> '{visitor,page_url}', '"https://shop.example/next"',
  'the page of the visitor on an agent''s screen follows them'
);
update support_chat.agents set active = false where user_id = tests.id('agent');
select is(tests.available() -> 'online', 'false', 'a deactivated agent is not there');
update support_chat.agents set active = true where user_id = tests.id('agent');
select tests.call(a.actor, 'public.desk_presence(''online'')') from (values ('agent'), ('other agent'), ('admin')) a (actor);
select is(jsonb_array_length(tests.available() -> 'agents'), 3, 'all who are there are shown');

-- How quickly answers come.
insert into support_chat.visitors (id) values ('bbbbbbbb-0000-4000-8000-000000000001');
insert into support_chat.sessions (visitor_id, client_id, created_at, first_response_at)
select 'bbbbbbbb-0000-4000-8000-000000000001', gen_random_uuid(), now() - interval '1 day', now() - interval '1 day' + make_interval(secs => s)
from unnest(array[60, 120]) s;
select is(tests.available() -> 'reply_seconds', 'null', 'two answers are too few to say how quick they are');
insert into support_chat.sessions (visitor_id, client_id, created_at, first_response_at)
values ('bbbbbbbb-0000-4000-8000-000000000001', gen_random_uuid(), now() - interval '1 day', now() - interval '1 day' + interval '9999 seconds');
select is(tests.available() -> 'reply_seconds', '120', 'of three it is the one in the middle');

-- Office hours. 2026-03-02 is a Monday; on 2026-03-29 Berlin's clocks go forward.
create function tests.office(p_at text, out is_open boolean, out opens_at timestamptz) language sql as $$
  select o.is_open, o.opens_at from support_chat.office_at(
    '{"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "fri": [["09:00", "24:00"]]}', 'Europe/Berlin', p_at::timestamptz) o
$$;
select is((o.is_open, o.opens_at), (t.is_open, t.opens_at::timestamptz), t.what)
from (values
  ('2026-03-02T08:59:59+01', false, '2026-03-02T09:00+01', 'a second too early'),
  ('2026-03-02T09:00:00+01', true, null, 'open from the first second'),
  ('2026-03-02T11:59:59+01', true, null, 'to the last'),
  ('2026-03-02T12:00:00+01', false, '2026-03-02T13:00+01', 'closed at lunch'),
  ('2026-03-02T17:00:00+01', false, '2026-03-06T09:00+01', 'after work it says the next day that opens'),
  ('2026-03-06T23:59:59+01', true, null, 'a day may end at midnight'),
  ('2026-03-07T00:00:00+01', false, '2026-03-09T09:00+01', 'but no later'),
  ('2026-03-28T12:00:00+01', false, '2026-03-30T09:00+02', 'when clocks change it is still nine')
) t (at, is_open, opens_at, what), lateral tests.office(t.at) o;
update support_chat.settings set office_hours = '{}' where id;
select is(tests.available() - 'reply_seconds', '{"online": false, "agents": [], "opens_at": null}', 'an office that never opens does not say when');
update support_chat.settings
set office_hours = jsonb_build_object(lower(to_char(now() at time zone 'utc' + interval '2 days', 'dy')), '[["09:00", "10:00"]]'::jsonb) where id;
select is(
  (tests.available() ->> 'opens_at')::timestamptz,
  (date_trunc('day', now() at time zone 'utc') + interval '2 days 9 hours') at time zone 'utc', 'visitors learn when it opens'
);
update support_chat.settings set office_hours = null where id;
select is(tests.available() -> 'online', 'true', 'without office hours it is open');

-- Becoming an agent.
select throws_ok($$ select support_chat.make_agent('nobody@example.com', 'Nobody') $$, 'P0001', 'There is no user with the email nobody@example.com.', 'only a user becomes an agent');
select is(support_chat.make_agent(' USER@test.example ', 'Ursula', 'admin'), tests.id('user'), 'a user is found by email');
select is(tests.call('user', 'public.desk_open()') #>> '{me,role}', 'admin', 'and is an agent at once');
select is(support_chat.make_agent('user@test.example', 'Ursula B.'), tests.id('user'), 'doing it again changes name and role');
select is(tests.call('user', 'public.desk_open()') #>> '{me,name}', 'Ursula B.', 'as it says');
select is(tests.outcome('anonymous user', 'public.desk_open()'), 'PT403', 'an anonymous user is none');
insert into support_chat.agents (user_id, display_name) values (tests.id('anonymous user'), 'Anonymous');
select is(tests.outcome('anonymous user', 'public.desk_open()'), 'PT403', 'not even with a row among the agents');
select is(
  (select array_agg(l.action order by l.id) from support_chat.audit_log l where l.subject = tests.id('user')::text),
  array['agent.added', 'agent.changed'], 'what happens to agents is written down'
);
select set_config('request.jwt.claims', '', true);
update support_chat.settings set team_name = 'Ours', desk_key = support_chat.new_key() where id;
select is(
  (select l.details from support_chat.audit_log l order by l.id desc limit 1), '{"team_name": "Ours"}', 'so is a change of settings, but no key'
);

select * from finish();
rollback;
