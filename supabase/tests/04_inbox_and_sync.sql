-- What agents have in front of them, page by page, and how either side catches up.
begin;
\ir helpers.psql
select plan(81);

-- Ten conversations of ten visitors, an hour old to a minute old: 1-3 wait unassigned, 4 answered and
-- unassigned, 5-6 wait with the agent, 7 snoozed with the agent, 8 with the other agent, 9-10 closed.
insert into support_chat.visitors (id, name)
select format('bbbbbbbb-0000-4000-8000-0000000000%s', lpad(n::text, 2, '0'))::uuid, 'Visitor ' || n from generate_series(1, 10) n;
insert into support_chat.sessions (
  id, visitor_id, client_id, agent_id, status, last_message_at, created_at, waiting_since, snoozed_until, closed_at, desk_unread
)
select
  format('cccccccc-0000-4000-8000-0000000000%s', lpad(n::text, 2, '0'))::uuid,
  format('bbbbbbbb-0000-4000-8000-0000000000%s', lpad(n::text, 2, '0'))::uuid,
  gen_random_uuid(),
  case when n in (5, 6, 7, 9) then tests.id('agent') when n = 8 then tests.id('other agent') end,
  case when n in (9, 10) then 'closed' when n in (5, 6, 7, 8) then 'assigned' else 'open' end,
  now() - make_interval(mins => 60 - n),
  now() - interval '2 hours',
  case when n in (1, 2, 3, 5, 6, 7) then now() - make_interval(mins => 50 - n * 2) end,
  case when n = 7 then now() + interval '1 day' end,
  case when n in (9, 10) then now() end,
  case when n in (2, 3, 5) then 1 else 0 end
from generate_series(1, 10) n;

create function tests.numbers(p_answer jsonb) returns integer[] language sql as $$
  select array_agg(right(coalesce(s ->> 'id', s #>> '{session,id}'), 2)::integer)
  from jsonb_array_elements(p_answer -> 'sessions') s
$$;

select is(tests.numbers(tests.call('agent', 'public.desk_open(''mine'')')), array[5, 6], 'Mine has what I took and did not put off');
select is(tests.numbers(tests.call('agent', 'public.desk_inbox(''unassigned'')')), array[1, 2, 3, 4], 'Unassigned has the longest waiting first, then who waits for nobody');
select is(tests.numbers(tests.call('agent', 'public.desk_inbox(''unassigned'', ''newest'')')), array[4, 3, 2, 1], 'or the newest first');
select is(tests.numbers(tests.call('agent', 'public.desk_inbox(''all'')')), array[1, 2, 3, 5, 6, 7, 8, 4], 'All has everything that is not closed');
select is(tests.numbers(tests.call('agent', 'public.desk_inbox(''closed'')')), array[10, 9], 'Closed has the rest');
select is(
  tests.call('agent', 'public.desk_open()') -> 'counts',
  '{"mine": 2, "mine_unread": 1, "unassigned": 4, "unassigned_unread": 2}',
  'counts say how many there are and how many have something unread'
);

-- Pages.
create table tests.pages (page integer, body jsonb);
insert into tests.pages select 1, tests.call('agent', 'public.desk_inbox(''all'', ''waiting'', null, 4)');
insert into tests.pages select 2, tests.call('agent', format('public.desk_inbox(''all'', ''waiting'', %L, 4)', p.body ->> 'cursor')) from tests.pages p;
insert into tests.pages select 3, tests.call('agent', format('public.desk_inbox(''all'', ''waiting'', %L, 4)', p.body ->> 'cursor')) from tests.pages p where p.page = 2;
select is((select tests.numbers(body) from tests.pages where page = 1), array[1, 2, 3, 5], 'a first page');
select is((select tests.numbers(body) from tests.pages where page = 2), array[6, 7, 8, 4], 'a second page crosses from the waiting to the others');
select is((select body -> 'sessions' from tests.pages where page = 3), '[]', 'then there is nothing');
select is((select body -> 'cursor' from tests.pages where page = 3), 'null', 'and no cursor');
insert into tests.pages
select 11, tests.call('agent', 'public.desk_inbox(''all'', ''newest'', null, 5)');
select is((select tests.numbers(body) from tests.pages where page = 11), array[8, 7, 6, 5, 4], 'newest first pages too');
select is(
  tests.numbers(tests.call('agent', format('public.desk_inbox(''all'', ''newest'', %L, 5)', p.body ->> 'cursor'))), array[3, 2, 1],
  'without repeating or missing any'
) from tests.pages p where page = 11;
-- By priority, and what a filter leaves.
savepoint sorted;
update support_chat.sessions set priority = 'urgent' where id in ('cccccccc-0000-4000-8000-000000000004', 'cccccccc-0000-4000-8000-000000000009');
update support_chat.sessions set priority = 'low' where id = 'cccccccc-0000-4000-8000-000000000002';
update support_chat.sessions set priority = 'high' where id in ('cccccccc-0000-4000-8000-000000000005', 'cccccccc-0000-4000-8000-000000000007');
update support_chat.sessions set tags = '{VIP,refund}' where id in ('cccccccc-0000-4000-8000-000000000001', 'cccccccc-0000-4000-8000-000000000008', 'cccccccc-0000-4000-8000-000000000010');
create function tests.found(p_filter jsonb, p_tab text default 'all', p_sort text default 'waiting') returns integer[] language sql as $$
  select tests.numbers(tests.call('agent', format('public.desk_inbox(%L, %L, p_filter => %L)', p_tab, p_sort, p_filter)))
$$;
select is(tests.numbers(tests.call('agent', 'public.desk_inbox(''all'', ''priority'')')), array[4, 7, 5, 8, 6, 3, 1, 2], 'by priority, the newest of each first');
select is(tests.numbers(tests.call('agent', 'public.desk_inbox(''mine'', ''priority'')')), array[5, 6], 'of mine what is not put off');
select is(tests.numbers(tests.call('agent', 'public.desk_inbox(''unassigned'', ''priority'')')), array[4, 3, 1, 2], 'or of what nobody has');
select is(tests.numbers(tests.call('agent', 'public.desk_inbox(''closed'', ''priority'')')), array[10, 9], 'what is closed has one order');
insert into tests.pages select 21, tests.call('agent', 'public.desk_inbox(''all'', ''priority'', null, 3)');
insert into tests.pages select 22, tests.call('agent', format('public.desk_inbox(''all'', ''priority'', %L, 3)', p.body ->> 'cursor')) from tests.pages p where p.page = 21;
insert into tests.pages select 23, tests.call('agent', format('public.desk_inbox(''all'', ''priority'', %L, 3)', p.body ->> 'cursor')) from tests.pages p where p.page = 22;
select is((select array_agg(tests.numbers(body) order by page) from tests.pages where page in (21, 22)), array[[4, 7, 5], [8, 6, 3]], 'priorities page');
select is((select tests.numbers(body) from tests.pages where page = 23), array[1, 2], 'to the end');
select is(tests.found(f.filter, f.tab), f.numbers, f.what)
from (values
  ('{}'::jsonb, 'all', array[1, 2, 3, 5, 6, 7, 8, 4], 'a filter that asks for nothing leaves everything'),
  (jsonb_build_object('agent', tests.id('other agent')), 'all', array[8], 'one agent''s'),
  ('{"tag": "vip"}', 'all', array[1, 8], 'what has a tag, in whatever case'),
  ('{"tag": "vip"}', 'closed', array[10], 'among the closed as well'),
  ('{"tag": "vi"}', 'all', null, 'not part of a tag'),
  ('{"priority": "high"}', 'all', array[5, 7], 'of one priority'),
  ('{"unread": true}', 'all', array[2, 3, 5], 'what is unread'),
  ('{"snoozed": true}', 'all', array[7], 'what is put off'),
  ('{"snoozed": true}', 'mine', array[7], 'which a tab shows then as well'),
  (jsonb_build_object('after', now() - interval '52 minutes 30 seconds'), 'all', array[8], 'what was active since'),
  (jsonb_build_object('before', now() - interval '57 minutes 30 seconds'), 'all', array[1, 2], 'or not since'),
  ('{"tag": "vip", "priority": "normal", "unread": false}', 'unassigned', array[1], 'and all of it at once')
) f (filter, tab, numbers, what);
select is(tests.found('{"snoozed": true}', 'mine', 'priority'), array[7], 'in any order');
insert into tests.pages select 31, tests.call('agent', 'public.desk_inbox(''all'', ''waiting'', null, 1, ''{"tag": "vip"}'')');
select is(tests.numbers(tests.call('agent', format('public.desk_inbox(''all'', ''waiting'', %L, 1, ''{"tag": "vip"}'')', body ->> 'cursor'))), array[8], 'what is left pages too')
from tests.pages where page = 31;
insert into support_chat.sessions (visitor_id, client_id, last_message_at)
select 'bbbbbbbb-0000-4000-8000-000000000001', gen_random_uuid(), now() from generate_series(1, 1200);
insert into tests.pages select 41, tests.call('agent', 'public.desk_inbox(''unassigned'', ''newest'', p_filter => ''{"tag": "vip"}'')');
select is((select body -> 'sessions' from tests.pages where page = 41), '[]', 'of a thousand rows perhaps none');
select is(tests.numbers(tests.call('agent', format('public.desk_inbox(''unassigned'', ''newest'', %L, 50, ''{"tag": "vip"}'')', body ->> 'cursor'))), array[1], 'and the rest is where the cursor points')
from tests.pages where page = 41;
rollback to sorted;

-- Closed by mistake.
savepoint mistake;
insert into support_chat.messages (session_id, client_id, sender_type, kind, content, created_at)
select 'cccccccc-0000-4000-8000-000000000005', gen_random_uuid(), 'customer', 'text', 'Hello?', now() - make_interval(mins => n) from unnest(array[40, 20]) n;
select tests.call('agent', 'public.desk_close(''cccccccc-0000-4000-8000-000000000005'')');
select is(
  (tests.call('agent', 'public.desk_reopen(''cccccccc-0000-4000-8000-000000000005'')') #>> '{session,waiting_since}')::timestamptz,
  now() - interval '40 minutes', 'what is closed and reopened within a minute waits as it did'
);
select tests.call('agent', 'public.desk_send(''cccccccc-0000-4000-8000-000000000005'', gen_random_uuid(), ''Hi'')');
select tests.call('agent', 'public.desk_close(''cccccccc-0000-4000-8000-000000000005'')');
select is(tests.call('agent', 'public.desk_reopen(''cccccccc-0000-4000-8000-000000000005'')') #> '{session,waiting_since}', 'null', 'and what was answered does not wait');
rollback to mistake;
select is(tests.call('agent', 'public.desk_reopen(''cccccccc-0000-4000-8000-000000000009'')') #> '{session,waiting_since}', 'null', 'nor what nobody wrote into');
rollback to mistake;

-- Back among the unread.
savepoint unread;
select is(tests.call('agent', 'public.desk_unread(''cccccccc-0000-4000-8000-000000000006'')') #>> '{session,unread}', '1', 'an agent puts a conversation back among the unread');
select is(tests.call('agent', 'public.desk_inbox(''mine'')') #> '{counts,mine_unread}', '2', 'where it counts');
select is(tests.call('agent', 'public.desk_unread(''cccccccc-0000-4000-8000-000000000005'')') #>> '{session,unread}', '1', 'what is unread anyway stays as it is');
select is(tests.call('agent', 'public.desk_read(''cccccccc-0000-4000-8000-000000000006'', 0)') #>> '{session,unread}', '0', 'until somebody reads it');
select is(tests.refusal('agent', 'public.desk_unread(gen_random_uuid())'), 'PT404', 'what is not there is not unread');
rollback to unread;

select is(tests.refusal('agent', 'public.desk_inbox(''spam'')'), 'PT400 {"field": "tab"}', 'an unknown tab is refused');
select is(tests.refusal('agent', 'public.desk_inbox(''all'', ''random'')'), 'PT400 {"field": "sort"}', 'so is an unknown sort');
select is(tests.refusal('agent', format('public.desk_inbox(''all'', ''waiting'', %L)', c)), 'PT400 {"field": "cursor"}', format('and the cursor "%s"', c))
from unnest(array['', 'x', 'w now', 'z 2026-01-01 cccccccc-0000-4000-8000-000000000001', 'w 2026-01-01 1; drop table']) c;
select is(jsonb_array_length(tests.call('agent', 'public.desk_inbox(''all'', ''newest'', null, -5)') -> 'sessions'), 1, 'a limit is at least 1');
select is(jsonb_array_length(tests.call('agent', 'public.desk_inbox(''all'', ''newest'', null, 2000000000)') -> 'sessions'), 8, 'and may be too large');

-- Counting ends at a thousand.
create function tests.counts() returns jsonb language sql as $$
  select tests.call('agent', 'public.desk_inbox(''closed'')') -> 'counts'
$$;
savepoint many;
insert into support_chat.sessions (visitor_id, client_id, agent_id, status, desk_unread, snoozed_until)
select 'bbbbbbbb-0000-4000-8000-000000000001', gen_random_uuid(), case when n % 2 = 0 then tests.id('agent') end,
  case when n % 2 = 0 then 'assigned' else 'open' end, n % 4, case when n % 3 = 0 then now() + interval '1 day' end
from generate_series(1, 900) n;
select is(tests.counts(), '{"mine": 302, "mine_unread": 151, "unassigned": 304, "unassigned_unread": 302}', 'until then it is exact');
insert into support_chat.sessions (visitor_id, client_id, agent_id, status, desk_unread)
select 'bbbbbbbb-0000-4000-8000-000000000001', gen_random_uuid(), case when n % 2 = 0 then tests.id('agent') end,
  case when n % 2 = 0 then 'assigned' else 'open' end, 1
from generate_series(1, 2100) n;
select is(tests.counts(), '{"mine": 1000, "mine_unread": 1000, "unassigned": 1000, "unassigned_unread": 1000}', 'counting ends at a thousand');
rollback to many;

-- One conversation in full.
select is(
  (select array_agg(k order by k) from jsonb_object_keys(tests.call('agent', 'public.desk_session(''cccccccc-0000-4000-8000-000000000001'')') -> 'session') k),
  array['agent', 'client_id', 'closed_at', 'created_at', 'first_response_at', 'id', 'last_message_at', 'last_seq', 'page_title',
    'page_url', 'preview', 'priority', 'rating', 'rating_comment', 'read_seq', 'rev', 'seen_seq', 'snoozed_until', 'status',
    'tags', 'unread', 'updated_at', 'visitor', 'waiting_since'],
  'an agent''s session has these fields and no others'
);
select is(
  (select array_agg(k order by k) from jsonb_object_keys(tests.call('agent', 'public.desk_session(''cccccccc-0000-4000-8000-000000000001'')') -> 'visitor') k),
  array['attributes', 'blocked_until', 'email', 'external_id', 'first_seen_at', 'id', 'last_seen_at', 'locale', 'name',
    'notes', 'page_title', 'page_trail', 'page_url', 'referrer', 'time_zone', 'user_agent', 'verified'],
  'and a visitor these: neither token nor channel'
);
select is(tests.outcome('agent', 'public.desk_session(gen_random_uuid())'), 'PT404', 'an unknown id is not found');

-- Catching up, as an agent.
alter table support_chat.sessions disable trigger settle_session;
update support_chat.sessions set updated_at = now() - interval '1 hour' where id is not null;
alter table support_chat.sessions enable trigger settle_session;
select is(tests.call('agent', 'public.desk_sync(''[]'', now())') -> 'sessions', '[]', 'nothing is new');
alter table support_chat.sessions disable trigger settle_session;
update support_chat.sessions set snoozed_until = now() - interval '10 seconds' where id = 'cccccccc-0000-4000-8000-000000000007';
select is(tests.numbers(tests.call('agent', 'public.desk_sync(''[]'', now())')), array[7], 'what was put off until now is news');
update support_chat.sessions set snoozed_until = now() - interval '1 minute' where id = 'cccccccc-0000-4000-8000-000000000007';
select is(tests.call('agent', 'public.desk_sync(''[]'', now())') -> 'sessions', '[]', 'but not for ever');
update support_chat.sessions set snoozed_until = now() + interval '1 day' where id = 'cccccccc-0000-4000-8000-000000000007';
alter table support_chat.sessions enable trigger settle_session;
select tests.call('agent', 'public.desk_send(''cccccccc-0000-4000-8000-000000000004'', gen_random_uuid(), ''News'')');
select is(tests.numbers(tests.call('agent', 'public.desk_sync(''[]'', now() - interval ''1 minute'')')), array[4], 'what has changed since arrives');
select is(
  tests.call('agent', 'public.desk_sync(''[]'', now())') #> '{sessions,0,messages}', '[]', 'without messages where none were known'
);
select is(
  tests.call('agent', 'public.desk_sync(''[{"id": "cccccccc-0000-4000-8000-000000000004", "seq": 0, "rev": 1}]'', now())') #>> '{sessions,0,messages,0,content}',
  'News', 'with the missing messages where it was known'
);
select is(
  jsonb_array_length(tests.call('agent', 'public.desk_sync(''[{"id": "cccccccc-0000-4000-8000-000000000004", "seq": 0, "rev": 1}]'', now())') -> 'sessions'),
  1, 'and only once'
);
select is(
  tests.call('agent', format('public.desk_sync(%L, now())', jsonb_build_array(jsonb_build_object('id', s.id, 'seq', s.last_seq, 'rev', s.rev)))) -> 'sessions',
  '[]', 'what is known is not sent again'
) from support_chat.sessions s where s.id = 'cccccccc-0000-4000-8000-000000000004';
insert into support_chat.sessions (visitor_id, client_id)
select 'bbbbbbbb-0000-4000-8000-000000000001', gen_random_uuid() from generate_series(1, 101);
select is(tests.call('agent', 'public.desk_sync(''[]'', now())') -> 'more', 'true', 'with more than a hundred it says so');
select is(jsonb_array_length(tests.call('agent', 'public.desk_sync(''[]'', now())') -> 'sessions'), 100, 'and sends a hundred');
select is(jsonb_array_length(tests.call('agent', 'public.desk_session(''cccccccc-0000-4000-8000-000000000001'')') -> 'earlier'), 20, 'of a visitor''s other conversations, 20 come along');

-- Catching up, as a visitor.
select tests.start('visitor');
select tests.call('visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Second'')');
select is(
  jsonb_array_length(tests.call('visitor', 'public.chat_sync(:token, ''[]'')') #> '{sessions,0,messages}'), 2, 'an unknown conversation comes with its messages'
);
select is(
  tests.call('visitor', format('public.chat_sync(:token, %L)', jsonb_build_array(jsonb_build_object('id', s.id, 'seq', s.last_visitor_seq, 'rev', s.visitor_rev)))) -> 'sessions',
  '[]', 'a known one does not come at all'
) from support_chat.sessions s where s.id = current_setting('tests.session')::uuid;
select is(
  tests.call('visitor', format('public.chat_sync(:token, %L)', jsonb_build_array(jsonb_build_object('id', current_setting('tests.session'), 'seq', 1, 'rev', 1)))) #>> '{sessions,0,messages,0,content}',
  'Second', 'one known in part comes with what is missing'
);
select is(
  (select array_agg((m ->> 'seq')::integer) from jsonb_array_elements(tests.call('visitor', 'public.chat_history(:token, :session, 0, null, 1)') -> 'messages') m),
  array[1], 'history goes forward from a number'
);
select is(
  (select array_agg((m ->> 'seq')::integer) from jsonb_array_elements(tests.call('visitor', 'public.chat_history(:token, :session, null, 2, 1)') -> 'messages') m),
  array[1], 'and back from one'
);
select is(tests.refusal('visitor', 'public.chat_history(:token, :session, 1, 2)'), 'PT400 {"field": "before"}', 'but not both');

insert into support_chat.sessions (visitor_id, client_id, last_message_at)
select s.visitor_id, gen_random_uuid(), now() - interval '1 day'
from support_chat.sessions s, generate_series(1, 30)
where s.id = current_setting('tests.session')::uuid;
select is(
  (select array[jsonb_array_length(a -> 'sessions'), (a #>> '{sessions,0,session,id}' = current_setting('tests.session'))::integer]
  from tests.call('visitor', 'public.chat_sync(:token)') a),
  array[20, 1], 'of very many conversations the newest 20 come first'
);
select is(
  jsonb_array_length(tests.call('visitor', format('public.chat_sync(:token, %L)', (
    select jsonb_agg(jsonb_build_object('id', s #>> '{session,id}', 'seq', 100, 'rev', 100))
    from jsonb_array_elements(tests.call('visitor', 'public.chat_sync(:token)') -> 'sessions') s
  ))) -> 'sessions'),
  11, 'and the others when those are known'
);

insert into support_chat.sessions (visitor_id, client_id, last_message_at)
select s.visitor_id, gen_random_uuid(), now() - interval '2 days'
from support_chat.sessions s, generate_series(1, 30)
where s.id = current_setting('tests.session')::uuid;
select is(
  tests.call('visitor', format('public.chat_sync(:token, %L)', (
    select jsonb_agg(jsonb_build_object('id', n.id, 'seq', 100, 'rev', 100))
    from (
      select s.id
      from support_chat.sessions s
      where s.visitor_id = (select o.visitor_id from support_chat.sessions o where o.id = current_setting('tests.session')::uuid)
      order by s.last_message_at desc, s.id desc
      limit 50
    ) n
  ))) -> 'sessions',
  '[]', 'what is older than the newest 50 is history, no news'
);

-- However much there is, a page is a page.
insert into support_chat.messages (session_id, client_id, sender_type, content)
select current_setting('tests.session')::uuid, gen_random_uuid(), 'customer', 'More' from generate_series(1, 101);
select is(jsonb_array_length(tests.call(p.actor, format('public.%s', p.call)) -> 'messages'), p.size, p.what)
from (values
  ('visitor', 'chat_history(:token, :session)', 50, 'history has the newest 50 messages'),
  ('visitor', 'chat_history(:token, :session, null, null, 1000)', 100, 'and never more than a hundred'),
  ('visitor', 'chat_history(:token, :session, 0, null, 1000)', 100, 'not even forwards'),
  ('agent', 'desk_history(:session, null, null, 1000)', 100, 'nor for agents'),
  ('agent', 'desk_history(:session, 0, null, 1000)', 100, 'forwards or back')
) p (actor, call, size, what);

select * from finish();
rollback;
