-- Whatever a browser may send: too much, too little, malformed, hostile. It is data or it is refused.
begin;
\ir helpers.psql
select plan(138);

select tests.start('visitor');
create function tests.say(p_sql text) returns text language sql as $$
  select tests.refusal('visitor', format('public.chat_send(:token, :session, gen_random_uuid(), %s)', p_sql))
$$;

select is(tests.say(t.sql), t.outcome, t.what)
from (values
  ('repeat(''x'', 4000)', 'ok', '4,000 characters are a message'),
  ('repeat(''x'', 4001)', 'PT413 {"max_length": 4000}', '4,001 are too long, and the limit is said'),
  ('repeat(''🦊'', 4000)', 'ok', '4,000 characters outside the basic plane are a message'),
  ('repeat(''🦊'', 4001)', 'PT413 {"max_length": 4000}', 'one more is too long'),
  ('repeat(''x'', 5000000)', 'PT413 {"max_length": 4000}', 'five megabytes are too long'),
  ('null', 'PT400 {"field": "content"}', 'nothing is no message'),
  ('''''', 'PT400 {"field": "content"}', 'an empty text is no message'),
  ('E'' \n\t ''', 'PT400 {"field": "content"}', 'white space is no message'),
  ('U&''\200B\200D\FEFF\00AD\2060''', 'PT400 {"field": "content"}', 'invisible characters are no message'),
  ('U&''\3164\115F\2800\+0E0041''', 'PT400 {"field": "content"}', 'characters that only look like nothing are no message'),
  ('U&''\FFF9\FFFB\+01D173\+01BCA0\+01D159\+013430''', 'PT400 {"field": "content"}', 'nor are marks for annotations, notes and hieroglyphs without any'),
  ('''.''', 'ok', 'a full stop is a message'),
  ('''👍''', 'ok', 'an emoji is a message'),
  ('''<script>alert(1)</script>''', 'ok', 'markup is just text'),
  ('''Robert''''); drop table support_chat.messages; --''', 'ok', 'SQL is just text')
) t (sql, outcome, what);
select is(
  tests.call('visitor', $$ public.chat_send(:token, :session, gen_random_uuid(), '%s \x27 ; -- {} <b>"\') $$) #>> '{message,content}',
  '%s \x27 ; -- {} <b>"\', 'a text comes back exactly as it was sent'
);
update support_chat.settings set max_length = 10 where id;
select is(tests.say('repeat(''x'', 11)'), 'PT413 {"max_length": 10}', 'a project may allow less');
update support_chat.settings set max_length = 4000 where id;
select is(
  tests.refusal('visitor', 'public.chat_send(:token, :session, null, ''Hi'')'), 'PT400 {"field": "client_id"}', 'a message needs a client id'
);
select is(
  tests.refusal('visitor', 'public.chat_start(:token, null, gen_random_uuid(), ''Hi'')'), 'PT400 {"field": "session_client_id"}', 'a conversation too'
);
select is(tests.outcome('outsider', 'public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), '' '')'), 'PT400', 'a conversation cannot begin with nothing');
select is(
  tests.outcome('visitor', format('public.chat_start(%s, gen_random_uuid(), gen_random_uuid(), ''Hi'')', t.token)), 'PT401', format('nor with %s as the token', t.what)
)
from (values
  ('''me@example.com''', 'an address'), ('''sv1_'' || repeat(''A'', 43)', 'one letter 43 times'),
  ('''sv2_'' || substr(:token, 5)', 'another kind of token'), ('''sv1_'' || repeat(''é!'', 14)', 'other characters')
) t (token, what);
select is(tests.refusal('agent', 'public.desk_send(:session, gen_random_uuid(), ''Hi'', ''event'')'), 'PT400 {"field": "kind"}', 'an agent sends texts and notes only');
select is(tests.refusal('agent', 'public.desk_send(:session, gen_random_uuid(), repeat(''x'', 4001))'), 'PT413 {"max_length": 4000}', 'an agent''s text has the same limit');
select is(tests.refusal('agent', 'public.desk_presence(''busy'')'), 'PT400 {"field": "availability"}', 'availability is one of three');
select is(tests.refusal('visitor', 'public.chat_read(:token, :session, null)'), 'PT400 {"field": "seq"}', 'reading up to nowhere is refused');
select is(tests.outcome('visitor', 'public.chat_read(:token, :session, -5)'), 'ok', 'reading up to a negative number does nothing');
select is(jsonb_array_length(tests.call('visitor', 'public.chat_history(:token, :session, null, null, -1)') -> 'messages'), 1, 'a negative limit is one');
select is(tests.outcome('visitor', 'public.chat_history(:token, :session, 2147483647)'), 'ok', 'the largest number is a number');

-- What PostgREST makes of JSON that PostgreSQL cannot hold, before any of our functions runs.
select throws_ok($$ select a.p_content from json_to_record('{"p_content": "a\u0000b"}') as a (p_content text) $$, '22P05', null, 'NUL is refused');
select throws_ok($$ select a.p_content from json_to_record('{"p_content": "a\ud83d"}') as a (p_content text) $$, '22P02', null, 'a lone surrogate is refused');
select throws_ok($$ select a.p_page from json_to_record('{"p_page": {"title": "\udc00"}}') as a (p_page jsonb) $$, '22P02', null, 'within an object too');
select throws_ok($$ select a.p_session from json_to_record('{"p_session": "1; drop"}') as a (p_session uuid) $$, '22P02', null, 'an id that is none is refused');

-- A secret in a URL.
create function tests.get(p_sql text) returns text language plpgsql as $$
declare
  command constant text := tests.fill('visitor', p_sql);
begin
  perform set_config('request.method', 'GET', true);
  perform set_config('role', 'anon', true);
  execute command;
  return 'ok';
exception when others then
  return sqlstate;
end
$$;
select is(tests.get('select public.chat_open(:token)'), 'PT405', 'GET is refused, since a token must not be in a URL');
select is(tests.get('select public.chat_open()'), 'PT405', 'even without a token');
select is(tests.get('select public.desk_open()'), 'PT405', 'for agents as well');

-- The page a browser claims to be on never stops anything.
select is(
  array[
    tests.outcome('visitor', format('public.chat_open(:token, %L)', p.page)),
    tests.outcome('visitor', format('public.chat_sync(:token, ''[]'', %L)', p.page))
  ],
  array['ok', 'ok'], format('%s as the page stops nothing', p.what)
)
from (values
  ('null', 'null'), ('"x"', 'a text'), ('[1, 2]', 'a list'), ('{"url": {"a": 1}, "title": [1]}', 'nested objects'),
  ('{"url": "javascript:alert(1)"}', 'a script'), (json_build_object('title', repeat('x', 100000))::text, 'an endless title'),
  (json_build_object('url', 'https://x.example/' || repeat('x', 100000))::text, 'an endless address'),
  ('{"locale": "; drop table"}', 'nonsense as the language'), ('{"zone": "Mars; drop"}', 'nonsense as the time zone'),
  (json_build_object('zone', repeat('x', 100000))::text, 'an endless time zone')
) p (page, what);
select set_config('request.headers', '{"user-agent": "Browser/1.0"}', true);
select tests.call('visitor', $$ public.chat_open(:token, '{"url": "https://user:pw@shop.example/a?b=c#d", "title": "A\u202eB", "referrer": "https://search.example/find?q=secret", "locale": "en"}') $$);
select is(v.page_url, null, 'an address with a password in it is dropped') from support_chat.visitors v;
select tests.call('visitor', $$ public.chat_open(:token, '{"url": "https://shop.example/a?b=c#access_token=x", "title": "A\u202eB", "referrer": "https://search.example/find?q=secret", "locale": "en", "zone": "America/Argentina/Buenos_Aires"}') $$);
select is(
  (v.page_url, v.page_title, v.referrer, v.locale, v.time_zone, v.user_agent)::text,
  '(https://shop.example/a,AB,https://search.example/find,en,America/Argentina/Buenos_Aires,Browser/1.0)',
  'otherwise origin and path are kept, and a title without control characters'
) from support_chat.visitors v;
select tests.call('visitor', $$ public.chat_open(:token, '{"url": "https://shop.example/a", "title": "AB", "zone": "Asia/Tokyo"}') $$);
select is(v.time_zone, 'Asia/Tokyo', 'whoever travels takes their clock along, on the same page as well') from support_chat.visitors v;
select tests.call('visitor', $$ public.chat_open(:token, '{"url": "https://shop.example/b\u202e\u0007c", "title": "T"}') $$);
select is(v.page_url, 'https://shop.example/bc', 'an address loses control and direction characters as well') from support_chat.visitors v;
select set_config('tests.place', v.ctid::text, true) from support_chat.visitors v;
select tests.call('visitor', 'public.chat_open(:token)');
select is(v.ctid::text, current_setting('tests.place'), 'opening the window again without a page writes nothing') from support_chat.visitors v;
select set_config('request.headers', '', true);
select is(tests.outcome('visitor', 'public.chat_open(:token)'), 'ok', 'the empty headers of a pooled connection stop nothing');

-- Profiles.
select is(tests.refusal('visitor', format('public.chat_update_profile(:token, %s)', p.args)), p.outcome, p.what)
from (values
  ('null, null, null, null', 'ok', 'a profile may stay as it is'),
  ('repeat(''x'', 81)', 'PT400 {"field": "name"}', 'a name has 80 characters'),
  ('null, ''not an email''', 'PT400 {"field": "email"}', 'an email looks like one'),
  ('null, repeat(''x'', 250) || ''@x.example''', 'PT400 {"field": "email"}', 'and has 254 characters'),
  ('null, ''a@b, c@d''', 'PT400 {"field": "email"}', 'and is one'),
  ('null, null, ''not a language''', 'PT400 {"field": "locale"}', 'a language is a language tag'),
  ('null, null, null, ''[1]''', 'PT400 {"field": "attributes"}', 'attributes are an object'),
  ('null, null, null, ''{"a": {"b": 1}}''', 'PT400 {"field": "attributes"}', 'a flat one'),
  ('null, null, null, ''{"a": [1]}''', 'PT400 {"field": "attributes"}', 'without lists'),
  ('null, null, null, ''{"__proto__": 1}''', 'PT400 {"field": "attributes"}', 'whose names are plain'),
  ('null, null, null, ''{"Plan": 1}''', 'PT400 {"field": "attributes"}', 'and small'),
  ('null, null, null, jsonb_build_object(''a'', repeat(''x'', 501))', 'PT400 {"field": "attributes"}', 'whose values are short'),
  ('null, null, null, ''{"a": 1e400}''', 'PT400 {"field": "attributes"}', 'also the numbers'),
  ('null, null, null, (select jsonb_object_agg(''k'' || n, n) from generate_series(1, 21) n)', 'PT400 {"field": "attributes"}', 'and no more than 20'),
  ('null, null, null, (select jsonb_object_agg(''k'' || n, repeat(''🦊'', 500)) from generate_series(1, 20) n)', 'ok', '20 long ones fit')
) p (args, outcome, what);
select is(
  tests.call('visitor', $$ public.chat_update_profile(:token, U&'  Zoe\202E\200B \0007 ') $$) #>> '{visitor,name}', 'Zoe', 'a name loses what could disguise it'
);
select is(
  tests.call('visitor', $$ public.chat_update_profile(:token, null, 'zoe@example.com') $$) -> 'visitor',
  '{"name": "Zoe", "email": "zoe@example.com", "verified": false, "attributes": {}}', 'what is not given stays'
);
select is(
  tests.call('visitor', $$ public.chat_update_profile(:token, '') $$) #>> '{visitor,name}', '', 'an empty name clears it'
);
update support_chat.visitors set name = 'Ada', email = 'ada@example.com', verified_at = now() where id is not null;
select is(
  tests.call('visitor', $$ public.chat_update_profile(:token, 'Mallory', 'mallory@example.com', null, '{"plan": "pro"}') $$) -> 'visitor',
  '{"name": "Ada", "email": "ada@example.com", "verified": true, "attributes": {}}',
  'nobody becomes somebody else under a verified mark'
);
select is(tests.refusal('outsider', $$ public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), 'Hi', null, '{"email": "nope"}') $$), 'PT400 {"field": "email"}', 'a profile is checked at the start as well');
select is(tests.outcome('outsider', $$ public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), 'Hi', null, '"x"') $$), 'ok', 'a profile that is no object is none');
select is(
  tests.refusal('outsider', format('public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Hi'', null, %L)', p.profile)),
  p.outcome, format('%s as the profile is %s', p.profile, split_part(p.outcome, ' ', 1))
)
from (values
  ('{"name": {"a": 1}}', 'PT400 {"field": "name"}'), ('{"email": 1}', 'PT400 {"field": "email"}'),
  ('{"attributes": []}', 'PT400 {"field": "attributes"}'), ('{"name": null, "email": null, "attributes": null}', 'ok'), ('[]', 'ok'), ('{}', 'ok')
) p (profile, outcome);
update support_chat.visitors set name = '', email = '', verified_at = null where id is not null;
select is(tests.call('visitor', format('public.chat_update_profile(:token, %L)', n)) #>> '{visitor,name}', '', 'a name nobody can see is none')
from unnest(array[U&'\00A0\3000\2003', U&'\200D\200C', U&'\034F\FE0F\17B4']) n;
select is(
  tests.refusal('visitor', format('public.chat_update_profile(:token, null, %L)', e)), 'PT400 {"field": "email"}', 'an email has no hidden characters'
)
from unnest(array[U&'ada\202E@example.com', U&'ada@example.com\200B', E'ada\u0007@example.com']) e;
select is(tests.refusal('visitor', 'public.chat_update_profile(:token, repeat(''x'', 30000000))'), 'PT400 {"field": "name"}', 'an endless name is refused');
select is(tests.refusal('visitor', 'public.chat_update_profile(:token, null, repeat(''x'', 30000000))'), 'PT400 {"field": "email"}', 'so is an endless email');

-- What a client says it knows is read or refused, in our own words.
select is(
  tests.refusal(c.actor, format('public.%s', replace(c.call, ':known', quote_literal(k.known)))), k.outcome,
  format('%s with %s is %s', split_part(c.call, '(', 1), left(k.known, 40), split_part(k.outcome, ' ', 1))
)
from (values ('visitor', 'chat_sync(:token, :known)'), ('agent', 'desk_sync(:known)')) c (actor, call),
(values
  ('null', 'ok'), ('[]', 'ok'),
  ('{"a": 1}', 'PT400 {"field": "known"}'), ('"x"', 'PT400 {"field": "known"}'), ('[1]', 'PT400 {"field": "known"}'), ('[null]', 'PT400 {"field": "known"}'),
  ('[[[[]]]]', 'PT400 {"field": "known"}'), ('[{"id": "x"}]', 'PT400 {"field": "known"}'), ('[{"id": {"a": []}}]', 'PT400 {"field": "known"}'), ('[{}]', 'PT400 {"field": "known"}'),
  ('[{"id": "cccccccc-0000-4000-8000-000000000001", "seq": 1e400, "rev": 1}]', 'PT400 {"field": "known"}'),
  ('[{"id": "cccccccc-0000-4000-8000-000000000001", "seq": "1; drop", "rev": 1}]', 'PT400 {"field": "known"}'),
  ('[{"id": "cccccccc-0000-4000-8000-000000000001", "seq": null}]', 'ok'),
  ('[{"id": "cccccccc-0000-4000-8000-000000000001", "seq": -1, "rev": 2}, {"id": "cccccccc-0000-4000-8000-000000000001", "seq": 3, "rev": 1}]', 'ok')
) k (known, outcome);
select is(
  tests.outcome('visitor', 'public.chat_sync(:token, (select jsonb_agg(jsonb_build_object(''id'', gen_random_uuid(), ''seq'', 1, ''rev'', 1)) from generate_series(1, 20000)))'), 'ok',
  'of an endless list the beginning is read'
);
select is(tests.outcome('agent', format('public.desk_sync(''[]'', %L)', t)), 'ok', format('changes since %s are changes', t))
from unnest(array['infinity', '-infinity', '4713-01-01 BC', '294276-12-31']) t;
select is(tests.refusal('agent', format('public.desk_inbox(%L, %L, %L)', c.tab, c.sort, c.cursor)), c.outcome, c.what)
from (values
  ('closed', 'waiting', 'w 2026-01-01 cccccccc-0000-4000-8000-000000000001', 'PT400 {"field": "cursor"}', 'a cursor of another order is refused'),
  ('all', 'waiting', 'w 2026-13-45 cccccccc-0000-4000-8000-000000000001', 'PT400 {"field": "cursor"}', 'so is a day that is none'),
  ('all', 'waiting', repeat('w ', 500000), 'PT400 {"field": "cursor"}', 'and an endless one'),
  ('all', 'newest', 'w 2026-01-01 cccccccc-0000-4000-8000-000000000001', 'PT400 {"field": "cursor"}', 'so is one of what waits where that comes with the rest'),
  ('all', 'priority', 'r 2026-01-01 cccccccc-0000-4000-8000-000000000001', 'PT400 {"field": "cursor"}', 'or without a priority where there is one'),
  ('all', 'priority', 'high 2026-01-01 cccccccc-0000-4000-8000-000000000001', 'ok', 'a priority begins a cursor too'),
  ('all', 'waiting', 'r infinity cccccccc-0000-4000-8000-000000000001', 'ok', 'the end of time is a time')
) c (tab, sort, cursor, outcome, what);
select is(tests.refusal('agent', format('public.desk_inbox(''all'', p_filter => %L)', c.filter)), c.outcome, c.what)
from (values
  ('[]', 'PT400 {"field": "filter"}', 'a filter is an object'),
  ('null', 'PT400 {"field": "filter"}', 'not JSON''s null'),
  ('{"colour": "red"}', 'PT400 {"field": "filter"}', 'it names what there is'),
  ('{"agent": "me"}', 'PT400 {"field": "filter"}', 'an agent by id'),
  ('{"unread": "perhaps"}', 'PT400 {"field": "filter"}', 'yes or no'),
  ('{"before": "2026-13-45"}', 'PT400 {"field": "filter"}', 'and a time that is one'),
  ('{"tag": null, "unread": false, "after": "-infinity"}', 'ok', 'what it leaves open does not matter'),
  ('{}', 'ok', 'and it may leave everything open')
) c (filter, outcome, what);

-- Ratings.
select tests.call('agent', 'public.desk_close(:session)');
select is(tests.refusal('visitor', 'public.chat_rate(:token, :session, 6)'), 'PT400 {"field": "rating"}', 'six stars are refused');

select * from finish();
rollback;
