-- What agents do about a conversation and its visitor besides talking.
begin;
\ir helpers.psql
select plan(139);

create function tests.session(p_field text) returns jsonb language sql as $$
  select tests.call('agent', 'public.desk_session(:session)') -> 'session' -> p_field
$$;
create function tests.in_tab(p_tab text) returns boolean language sql as $$
  select exists (
    select from jsonb_array_elements(tests.call('agent', format('public.desk_inbox(%L, ''newest'')', p_tab)) -> 'sessions') s
    where s ->> 'id' = current_setting('tests.session')
  )
$$;
-- What an action changes for the visitor: nothing, not even a number.
create function tests.visitor_sees() returns jsonb language sql as $$
  select tests.call('visitor', 'public.chat_sync(:token)') -> 'sessions'
$$;
create table tests.before (seen jsonb);

select tests.start('visitor');
insert into tests.before select tests.visitor_sees();

-- Snooze.
select is(tests.refusal('agent', format('public.desk_snooze(:session, %s)', c.until)), c.outcome, c.what)
from (values
  ('now()', 'PT400 {"field": "until"}', 'a snooze that is over at once is refused'),
  ('now() - interval ''1 day''', 'PT400 {"field": "until"}', 'so is one in the past'),
  ('''-infinity''', 'PT400 {"field": "until"}', 'or before all time'),
  ('now() + interval ''1 year 1 second''', 'PT400 {"field": "until"}', 'or longer than a year'),
  ('now() + interval ''1 minute''', 'ok', 'a minute is fine'),
  ('''infinity''', 'ok', 'until the visitor writes is fine')
) c (until, outcome, what);
select is(tests.refusal('agent', 'public.desk_snooze(gen_random_uuid(), ''infinity'')'), 'PT404', 'what is not there cannot be put off');
select ok(tests.in_tab('unassigned'), 'a conversation stands in its tab');
select tests.forget();
select is(
  (tests.call('agent', 'public.desk_snooze(:session, now() + interval ''1 hour'')') #>> '{session,snoozed_until}')::timestamptz, now() + interval '1 hour',
  'it is put off by an hour'
);
select is(tests.heard('desk'), array['session'], 'the other agents hear of it');
select is(tests.heard('visitor'), '{}', 'the visitor does not');
select ok(not tests.in_tab('unassigned'), 'and it is out of the way');
select ok(tests.in_tab('all'), 'but not lost');
select is(tests.call('agent', 'public.desk_inbox(''unassigned'')') #> '{counts,unassigned}', '0', 'it does not count as work');
update support_chat.sessions set snoozed_until = now() where id::text = current_setting('tests.session');
select ok(tests.in_tab('unassigned'), 'when the hour is over it is back, though nothing ran');
select tests.call('agent', 'public.desk_snooze(:session, ''infinity'')');
select is(tests.session('snoozed_until'), '"infinity"', 'until the visitor writes is a snooze without end');
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''For later'', ''note'')');
select is(tests.session('snoozed_until'), '"infinity"', 'which a note does not end');
select is(tests.visitor_sees() = (select b.seen from tests.before b), true, 'nothing of this can be seen by the visitor');
select tests.call('visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Are you there?'')');
select is(tests.session('snoozed_until'), 'null', 'and the visitor''s next message does');
select tests.call('agent', 'public.desk_snooze(:session, ''infinity'')');
select is(tests.call('agent', 'public.desk_snooze(:session)') #> '{session,snoozed_until}', 'null', 'an agent ends it too');
select tests.call('agent', 'public.desk_snooze(:session, ''infinity'')');
select tests.call('agent', 'public.desk_close(:session)');
select is(tests.session('snoozed_until'), 'null', 'closing ends it as well');
select is(tests.refusal('agent', 'public.desk_snooze(:session, ''infinity'')'), 'PT409 {"reason": "closed"}', 'what is closed is not put off');
select is(tests.outcome('agent', 'public.desk_snooze(:session)'), 'ok', 'though saying that it is not does no harm');
select tests.call('agent', 'public.desk_reopen(:session)');

-- What was not seen is neither put off nor closed.
create table tests.seen as select tests.session('last_seq')::text::integer as seq;
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''A reply'')');
select is(tests.refusal('agent', format('public.%s', c.call)), 'ok', c.what)
from tests.seen s, lateral (values
  (format('desk_snooze(:session, ''infinity'', %s)', s.seq), 'what a colleague wrote since keeps nobody from putting it off'),
  (format('desk_close(:session, %s)', s.seq), 'nor from closing it')
) c (call, what);
select tests.call('visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Wait!'')');
select is(tests.refusal('agent', format('public.%s', c.call)), c.outcome, c.what)
from tests.seen s, lateral (values
  (format('desk_snooze(:session, ''infinity'', %s)', s.seq), 'PT409 {"reason": "written"}', 'what the visitor wrote since does'),
  (format('desk_close(:session, %s)', s.seq), 'PT409 {"reason": "written"}', 'so it does when it is to be closed'),
  (format('desk_snooze(:session, null, %s)', s.seq), 'ok', 'a snooze ends all the same'),
  (format('desk_snooze(:session, ''infinity'', %s)', (tests.session('last_seq'))::integer - 1), 'PT409 {"reason": "written"}', 'all but one is not all'),
  (format('desk_close(:session, %s)', tests.session('last_seq')), 'ok', 'who has seen all closes it'),
  ('desk_close(:session)', 'ok', 'who does not say what was seen does not mind')
) c (call, outcome, what);
select tests.call('agent', 'public.desk_close(:session)');
select is(tests.refusal('agent', format('public.desk_close(:session, %s)', s.seq)), 'ok', 'what is closed already is closed') from tests.seen s;
select tests.call('agent', 'public.desk_reopen(:session)');

-- Priority.
delete from tests.before where seen is not null;
insert into tests.before select tests.visitor_sees();
select tests.forget();
select is(tests.session('priority'), '"normal"', 'every conversation begins normal');
select is(tests.call('agent', format('public.desk_set_priority(:session, %L)', p.priority)) #>> '{session,priority}', p.priority, 'it may be ' || p.priority)
from (values ('low'), ('high'), ('urgent')) p (priority);
select is(tests.refusal('agent', 'public.desk_set_priority(:session, ' || p.priority || ')'), 'PT400 {"field": "priority"}', p.what)
from (values ('''blocker''', 'but nothing else'), ('''''', 'not even nothing'), ('null', 'or unknown')) p (priority, what);
select is(tests.refusal('agent', 'public.desk_set_priority(gen_random_uuid(), ''high'')'), 'PT404', 'what is not there has none');
select is(tests.heard('desk'), array['session', 'session', 'session'], 'agents hear of each change');
select tests.forget();
select tests.call('agent', 'public.desk_set_priority(:session, ''urgent'')');
select is(tests.heard('desk'), '{}', 'but not of what changes nothing');

-- Tags.
select is(tests.call('agent', 'public.desk_tag(:session, ''{billing,VIP}'')') #> '{session,tags}', '["billing", "VIP"]', 'tags are added');
select is(tests.call('other agent', 'public.desk_tag(:session, ''{vip,Refund}'', ''{Billing}'')') #> '{session,tags}', '["VIP", "Refund"]', 'whatever their case, no tag comes twice and one leaves');
select is(tests.call('agent', 'public.desk_tag(:session, ''{}'', ''{nonsense}'')') #> '{session,tags}', '["VIP", "Refund"]', 'taking away what is not there changes nothing');
select is(tests.call('agent', 'public.desk_tag(:session, null, null)') #> '{session,tags}', '["VIP", "Refund"]', 'nor does nothing');
select is(tests.call('agent', 'public.desk_tag(:session, array[E''  two\nlines ''], ''{vip}'')') #> '{session,tags}', '["Refund", "twolines"]', 'a tag is one line');
select is(tests.call('agent', 'public.desk_tag(:session, ''{a}'', ''{A}'')') #> '{session,tags}', '["Refund", "twolines"]', 'a tag that is added and taken away at once is not there');
select is(tests.refusal('agent', format('public.desk_tag(:session, %s)', t.tags)), t.outcome, t.what)
from (values
  ('array[repeat(''x'', 40)]', 'ok', 'a tag may have 40 characters'),
  ('array[repeat(''x'', 41)]', 'PT400 {"field": "tags"}', 'but no more'),
  ('array['''']', 'PT400 {"field": "tags"}', 'and at least one'),
  ('array[E''\u200b'']', 'PT400 {"field": "tags"}', 'that can be seen'),
  ('array[null]::text[]', 'PT400 {"field": "tags"}', 'unknown is no tag'),
  ('array(select n::text from generate_series(1, 18) n)', 'ok', 'a conversation may have 20'),
  ('''{{a,b,c},{d,e,f}}''', 'ok', 'they may come in rows'),
  ('array(select n::text from generate_series(1, 19) n)', 'PT400 {"field": "tags"}', 'but no more of them either'),
  ('array(select n::text from generate_series(1, 100000) n)', 'PT400 {"field": "tags"}', 'and a flood of them is refused')
) t (tags, outcome, what);
select is(tests.refusal('agent', 'public.desk_tag(gen_random_uuid(), ''{x}'')'), 'PT404', 'what is not there has no tags');
select is(tests.visitor_sees() = (select b.seen from tests.before b), true, 'nothing of rank and tags can be seen by the visitor');

-- Who is behind a conversation.
select tests.call('visitor', 'public.chat_update_profile(:token, ''Zoe'', ''zoe@example.com'')');
create table tests.ids as select tests.visitor('visitor') as visitor;
create function tests.fill_visitor(p_sql text) returns text language sql stable as $$
  select replace(p_sql, ':visitor', quote_literal((select i.visitor from tests.ids i)))
$$;
create function tests.desk(p_sql text, p_actor text default 'agent') returns jsonb language sql as $$
  select tests.call(p_actor, tests.fill_visitor('public.' || p_sql))
$$;
create function tests.desk_refusal(p_sql text, p_actor text default 'agent') returns text language sql as $$
  select tests.refusal(p_actor, tests.fill_visitor('public.' || p_sql))
$$;
select is(tests.desk('desk_visitor(:visitor)') #>> '{visitor,name}', 'Zoe', 'an agent looks a visitor up');
select is(jsonb_array_length(tests.desk('desk_visitor(:visitor)') -> 'sessions'), 1, 'with their conversations');
insert into support_chat.sessions (visitor_id, client_id, last_message_at, last_message_preview)
select (select i.visitor from tests.ids i), gen_random_uuid(), now() - make_interval(days => n / 2), n::text from generate_series(2, 120) n;
create table tests.pages as
with recursive page (number, answer) as (
  select 1, tests.desk('desk_visitor(:visitor)')
  union all
  select p.number + 1, tests.desk(format('desk_visitor(:visitor, %L)', p.answer ->> 'cursor'))
  from page p where p.answer ->> 'cursor' is not null
) select * from page;
select is(
  (select array_agg(jsonb_array_length(p.answer -> 'sessions') order by p.number) from tests.pages p), array[50, 50, 20], 'many conversations come in pages'
);
select is(
  (select count(distinct s ->> 'id')::integer from tests.pages p, jsonb_array_elements(p.answer -> 'sessions') s), 120, 'none is left out or comes twice'
);
select is(tests.desk_refusal(c.call), c.outcome, c.what)
from (values
  ('desk_visitor(gen_random_uuid())', 'PT404', 'an unknown visitor is not there'),
  ('desk_visitor(:visitor, ''nonsense'')', 'PT400 {"field": "cursor"}', 'a cursor is one of ours'),
  ('desk_visitor(:visitor, ''2026-01-01 x'')', 'PT400 {"field": "cursor"}', 'whole'),
  ('desk_update_visitor(gen_random_uuid(), ''x'')', 'PT404', 'nor can an unknown one be corrected'),
  ('desk_update_visitor(:visitor, repeat(''x'', 81))', 'PT400 {"field": "name"}', 'a name keeps its length'),
  ('desk_update_visitor(:visitor, null, ''nonsense'')', 'PT400 {"field": "email"}', 'an address its shape'),
  ('desk_update_visitor(:visitor, null, null, repeat(''x'', 4001))', 'PT413 {"max_length": 4000}', 'notes their length'),
  ('desk_block(gen_random_uuid(), ''infinity'')', 'PT404', 'nor can an unknown one be blocked'),
  ('desk_block(:visitor, now())', 'PT400 {"field": "until"}', 'a block that is over at once is refused'),
  ('desk_block(:visitor, ''-infinity'')', 'PT400 {"field": "until"}', 'so is one that ended before all time'),
  ('desk_block(:visitor, ''12000-01-01'')', 'PT400 {"field": "until"}', 'or ends in a year that no browser can read')
) c (call, outcome, what);
select is(tests.desk('desk_update_visitor(:visitor, ''Zoë'', ''zoe@example.org'')') #>> '{visitor,email}', 'zoe@example.org', 'an agent corrects what the visitor typed');
select is(tests.desk('desk_update_visitor(:visitor, null, null, ''Likes tea'')') -> 'visitor' ->> 'notes', 'Likes tea', 'and notes something about them');
select is(tests.desk('desk_visitor(:visitor)') #>> '{visitor,name}', 'Zoë', 'which leaves the rest as it was');
select is(tests.call('visitor', 'public.chat_open(:token)') #>> '{visitor,name}', 'Zoë', 'the visitor sees the name');
select is(tests.call('visitor', 'public.chat_open(:token)')::text like '%Likes tea%', false, 'and never the note');
select is((select v.last_seen_at = now() from support_chat.visitors v where v.id = (select i.visitor from tests.ids i)), true, 'an agent''s work is no visit');
update support_chat.visitors set verified_at = now() where id = (select i.visitor from tests.ids i);
select is(tests.desk_refusal('desk_update_visitor(:visitor, ''Someone else'')'), 'PT409 {"reason": "verified"}', 'whom the host vouches for is not renamed');
select is(tests.desk_refusal('desk_update_visitor(:visitor, null, ''else@example.com'')'), 'PT409 {"reason": "verified"}', 'nor given another address');
select is(tests.desk_refusal('desk_update_visitor(:visitor, ''Zoë'', ''zoe@example.org'', ''Still likes tea'')'), 'ok', 'but notes are the agents'' own');
update support_chat.visitors set verified_at = null, user_id = tests.id('user') where id = (select i.visitor from tests.ids i);
select is(tests.desk_refusal('desk_update_visitor(:visitor, ''Zoe'')'), 'ok', 'a name that Supabase Auth does not know may be corrected');
select is(tests.desk_refusal('desk_update_visitor(:visitor, null, ''else@example.com'')'), 'PT409 {"reason": "verified"}', 'an address it has confirmed may not');
update support_chat.visitors set user_id = null where id = (select i.visitor from tests.ids i);

-- Who corrected what is written down, but not the words: they are the visitor's.
select is(
  (select (l.actor_id, l.action, l.details)::text from support_chat.audit_log l where l.subject = (select i.visitor::text from tests.ids i) and (l.details ->> 'email')::boolean order by l.id limit 1),
  format('(%s,visitor.changed,"{""name"": true, ""email"": true, ""notes"": false}")', tests.id('agent')), 'who corrected what is written down'
);
select is((select count(*)::integer from support_chat.audit_log l where l.action = 'visitor.changed' and l.details::text ~ 'Zo|tea|zoe'), 0, 'without the words');
select is(
  (select count(*)::integer from support_chat.audit_log l where l.action = 'visitor.changed' and l.actor_id is null), 0, 'and what visitors change themselves is not'
);

-- Where the visitor was before.
create function tests.goes_to(p_path text, p_title text default null) returns void language sql as $$
  select tests.call('visitor', format('public.chat_sync(:token, ''[]'', %L)', jsonb_build_object('url', 'https://shop.example/' || p_path, 'title', p_title)))
$$;
create function tests.trail() returns text language sql as $$
  select string_agg(p.value ->> 'url', ' ' order by p.ordinality)
  from jsonb_array_elements(tests.desk('desk_visitor(:visitor)') #> '{visitor,page_trail}') with ordinality p
$$;
select tests.goes_to('a', 'First');
select is(tests.trail(), null, 'whoever has seen one page was nowhere before');
select tests.goes_to('a', 'A title that comes late');
select is(tests.trail(), null, 'and is still there when its title changes');
select tests.goes_to('b');
select is(tests.trail(), 'https://shop.example/a', 'the page before is remembered');
select is(tests.desk('desk_visitor(:visitor)') #>> '{visitor,page_trail,0,title}', 'A title that comes late', 'with its title');
select is((tests.desk('desk_visitor(:visitor)') #>> '{visitor,page_trail,0,left_at}')::timestamptz, now(), 'and when they went on');
select tests.goes_to('a');
select is(tests.trail(), 'https://shop.example/b', 'where they are now is none of it');
select tests.goes_to(p) from unnest(array['b', 'c', 'd', 'e', 'f', 'g']) p;
select is(tests.trail(), 'https://shop.example/f https://shop.example/e https://shop.example/d https://shop.example/c https://shop.example/b', 'five are kept, the newest first');
select tests.desk('desk_update_visitor(:visitor, null, null, ''Likes coffee'')');
select is(left(tests.trail(), 22), 'https://shop.example/f', 'an agent''s work leaves no trail');
select is(
  tests.call('visitor', c.call)::text ~ 'coffee|shop.example/[b-f]|page_trail|notes', false, 'the visitor hears neither notes nor trail: ' || c.call
)
from (values
  ('public.chat_open(:token)'), ('public.chat_sync(:token)'), ('public.chat_history(:token, :session)'),
  ('public.chat_update_profile(:token)'), ('public.chat_read(:token, :session, 1)'),
  ('public.chat_send(:token, :session, gen_random_uuid(), ''Hi'')')
) c (call);

-- Calling a colleague.
create function tests.mentioned(p_actor text) returns integer language sql as $$
  select jsonb_array_length(tests.call(p_actor, 'public.desk_sync()') -> 'mentions')
$$;
create function tests.notes(p_text text, p_kind text default 'note') returns text language sql as $$
  select tests.call('agent', format('public.desk_send(:session, gen_random_uuid(), %L, %L)', p_text, p_kind)) #>> '{message,content}'
$$;
create function tests.looks(p_actor text) returns void language sql as $$
  select tests.call(p_actor, 'public.desk_presence(''online'', :session)')
$$;
update support_chat.agents set display_name = 'Jo (EU)' where user_id = tests.id('admin');
select is(tests.mentioned('other agent'), 0, 'at first nobody is called');
select is(tests.notes('@Other Agent, have you seen this?'), '@Other Agent, have you seen this?', 'a note calls a colleague');
select is(tests.mentioned('other agent'), 1, 'who hears of it');
select is(tests.mentioned('admin'), 0, 'and nobody else does');
select is(tests.mentioned('agent'), 0, 'least of all who wrote it, though their name is in the other one');
select is(
  tests.call('other agent', 'public.desk_open()') #> '{mentions,0,by}', jsonb_build_object('id', tests.id('agent'), 'name', 'Agent'), 'they learn who called'
);
select is(tests.call('other agent', 'public.desk_open()') #>> '{mentions,0,session,id}', current_setting('tests.session'), 'and where');
select tests.notes('@other agent!');
select is(tests.mentioned('other agent'), 1, 'being called twice is being called');
select tests.call('other agent', 'public.desk_presence(''online'')');
select is(tests.mentioned('other agent'), 1, 'it stays while they look elsewhere');
select tests.looks('admin');
select is(tests.mentioned('other agent'), 1, 'or somebody else looks');
select tests.looks('other agent');
select is(tests.mentioned('other agent'), 0, 'and ends when they look');
select is(
  (select tests.mentioned(c.actor) from (select tests.notes(c.text, c.kind)) n), c.count, c.what
)
from (values
  ('Ask @jo (eu).', 'note', 'admin', 1, 'a name may have any signs in it'),
  ('@Other Agents are welcome', 'note', 'other agent', 0, 'a longer word is another one'),
  ('write to me@other agent', 'note', 'other agent', 0, 'an address is no call'),
  ('Other Agent', 'note', 'other agent', 0, 'nor is a name alone'),
  ('@Agent, remember', 'note', 'agent', 0, 'nobody calls themselves'),
  ('@Other Agent', 'text', 'other agent', 0, 'and what the visitor reads calls nobody')
) c (text, kind, actor, count, what);
select tests.notes('@Deactivated Agent');
select is((select count(*)::integer from support_chat.mentions m where m.agent_id = tests.id('deactivated agent')), 0, 'who has left is not called');
select is(tests.call('visitor', 'public.chat_sync(:token)')::text ~ '@Other Agent, have', false, 'the visitor hears nothing of it');

-- Blocking.
create table tests.topics as select 'support-chat:' || v.channel_key as topic from support_chat.visitors v where v.id = (select i.visitor from tests.ids i);
select tests.forget();
select is(tests.desk('desk_block(:visitor, ''infinity'')') #>> '{visitor,blocked_until}', 'infinity', 'a visitor is blocked for good');
select is(tests.refusal('visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''But'')'), 'PT403 {"reason": "blocked"}', 'and speaks no more');
select is(tests.outcome('visitor', 'public.chat_open(:token)'), 'PT403', 'nor opens the window');
select is(
  (select array_agg(m.event) from realtime.messages m where m.topic = (select t.topic from tests.topics t)), array['resync'], 'their topic has ended'
);
select ok(not support_chat.can_listen((select t.topic from tests.topics t)), 'and nobody joins it any more');
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''They cannot hear this'')');
select is((select count(*)::integer from realtime.messages m where m.topic = (select t.topic from tests.topics t)), 1, 'what is said after that is not sent there');
select is(
  (select (l.actor_id, l.action, l.details ->> 'until')::text from support_chat.audit_log l where l.subject = (select i.visitor::text from tests.ids i) order by l.id desc limit 1),
  format('(%s,visitor.blocked,infinity)', tests.id('agent')), 'who blocked whom is written down'
);
select tests.desk('desk_block(:visitor, now() + interval ''1 hour'')');
update support_chat.visitors set blocked_until = now() where id = (select i.visitor from tests.ids i);
select is(tests.outcome('visitor', 'public.chat_sync(:token)'), 'ok', 'a block with an end ends by itself');
select tests.desk('desk_block(:visitor, ''infinity'')');
select is(tests.desk('desk_block(:visitor)') #> '{visitor,blocked_until}', 'null', 'and every block can be lifted');
select is(tests.outcome('visitor', 'public.chat_sync(:token)'), 'ok', 'then they are back');

-- None of it from somebody else's mouth.
select is(tests.outcome(a.actor, tests.fill_visitor('public.' || c.call)), a.outcome, format('%s cannot %s', a.actor, c.what))
from (values ('visitor', 'PT401'), ('deactivated agent', 'PT403')) a (actor, outcome),
(values ('desk_block(:visitor)', 'lift a block'), ('desk_update_visitor(:visitor, ''Boss'')', 'rename')) c (call, what);

-- Which tags there are.
insert into support_chat.sessions (id, visitor_id, client_id, tags, last_message_at)
select ('bbbbbbbb-0000-4000-8000-0000000000' || t.n)::uuid, s.visitor_id, gen_random_uuid(), t.tags, now() - t.age
from support_chat.sessions s, (values
  ('c1', '{Seldom,often}'::text[], interval '1 hour'), ('c2', '{Often}', interval '2 hours'), ('c3', '{}', interval '3 hours'),
  ('c4', '{OFTEN,never again}', interval '1 year')
) t (n, tags, age)
where s.id::text = current_setting('tests.session');
select is(tests.call('other agent', 'public.desk_tags()') #> '{tags,0}', to_jsonb(t.tag), 'the tag that most conversations have comes first, once')
from (select min(x) as tag from unnest('{often,Often,OFTEN}'::text[]) x) t;
select is(tests.call('agent', 'public.desk_tags()') -> 'tags' @> '["Seldom", "never again"]', true, 'and all others after it, wherever they are');
update support_chat.sessions set tags = '{}' where id = 'bbbbbbbb-0000-4000-8000-0000000000c4';
select is(tests.call('agent', 'public.desk_tags()') -> 'tags' ? 'never again', false, 'what no conversation has any more is gone');
insert into support_chat.sessions (visitor_id, client_id, tags)
select s.visitor_id, gen_random_uuid(), array_agg('z' || n)
from support_chat.sessions s, generate_series(1, 400) n
where s.id::text = current_setting('tests.session')
group by s.visitor_id, n % 40;
select is(jsonb_array_length(tests.call('agent', 'public.desk_tags()') -> 'tags'), 300, 'and of very many some are enough');

select * from finish();
rollback;
