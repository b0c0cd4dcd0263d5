-- How much is too much, for whom, and when it is over. Time stands still in here, so windows are ended by hand.
begin;
\ir helpers.psql
select plan(34);

create function tests.repeat(p_actor text, p_times integer, p_sql text) returns void language sql as $$
  select tests.call(p_actor, p_sql) from generate_series(1, p_times)
$$;
create function tests.pass(p_action text) returns void language sql as $$
  update support_chat.rate_limits set resets_at = now() where action = p_action
$$;

-- Sending: 10 in 10 seconds, 60 in 5 minutes.
select tests.start('visitor');
select tests.repeat('visitor', 9, 'public.chat_send(:token, :session, gen_random_uuid(), ''Hi'')');
select is(
  tests.refusal('visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Hi'')'), 'PT429 {"retry_after": 10}',
  'the eleventh message in ten seconds is refused, and the wait is said'
);
select is(
  tests.outcome('visitor', format('public.chat_send(:token, :session, %L, ''Hi'')', m.client_id)), 'ok', 'a retry of one that arrived is not'
) from support_chat.messages m where m.seq = 10;
select is((select r.used from support_chat.rate_limits r where r.action = 'send' and r.seconds = 10), 10, 'a refusal is not counted');
update support_chat.rate_limits set resets_at = now() where action = 'send' and seconds = 10;
select is(tests.outcome('visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Hi'')'), 'ok', 'when the time is over it goes on');
update support_chat.rate_limits set used = 60 where action = 'send' and seconds = 300;
select is(
  tests.refusal('visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Hi'')'), 'PT429 {"retry_after": 300}', 'the longer limit holds as well'
);
select tests.start('other visitor');
select is(tests.outcome('other visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Hi'')'), 'ok', 'one visitor''s flood does not stop another');
select is(tests.outcome('agent', 'public.desk_send(:session, gen_random_uuid(), ''Hi'')'), 'ok', 'nor the agents');

-- Starting: 5 an hour, 300 an hour over everybody.
delete from support_chat.rate_limits where subject <> '';
select tests.repeat('visitor', 5, 'public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Hi'')');
select is(
  tests.refusal('visitor', 'public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Hi'')'), 'PT429 {"retry_after": 3600}', 'the sixth conversation in an hour is refused'
);
select is(
  tests.outcome('visitor', format('public.chat_start(:token, %L, gen_random_uuid(), ''Hi'')', s.client_id)), 'ok', 'starting one that is there is no new one'
) from support_chat.sessions s
where s.visitor_id = tests.visitor('visitor')
order by s.id limit 1;
update support_chat.rate_limits set used = 300 where action = 'start_all';
select is(
  tests.refusal('outsider', 'public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Hi'')'), 'PT503 {"retry_after": 3600}', 'after 300 conversations in an hour nobody starts one'
);
select is(tests.outcome('other visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Hi'')'), 'ok', 'while those under way go on');
select is((select count(*)::integer from support_chat.visitors), 2, 'whoever was refused has left no row');

-- By address, where a header can be trusted.
delete from support_chat.rate_limits where subject <> '';
create function tests.start_from(p_headers text) returns text language plpgsql as $$
begin
  perform set_config('request.headers', p_headers, true);
  update support_chat.settings set limits = limits || '{"start": [], "send": []}' where id;
  return tests.refusal('outsider', 'public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Hi'')');
end
$$;
create function tests.use_up(p_headers text) returns void language plpgsql as $$
begin
  delete from support_chat.rate_limits where subject <> '';
  perform set_config('request.headers', p_headers, true);
  perform tests.repeat('outsider', 10, 'public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Hi'')');
end
$$;
select is(tests.start_from('{"x-forwarded-for": "1.2.3.4", "cf-connecting-ip": "1.2.3.4"}'), 'ok', 'without a trusted header');
select tests.use_up('{"cf-connecting-ip": "1.2.3.4"}');
select is(tests.start_from('{"cf-connecting-ip": "1.2.3.4"}'), 'ok', 'addresses are not counted');
update support_chat.settings set ip_header = 'cf-connecting-ip' where id;
select tests.use_up('{"cf-connecting-ip": "1.2.3.4"}');
select is(tests.start_from('{"cf-connecting-ip": "1.2.3.4"}'), 'PT429 {"retry_after": 3600}', 'with one, the eleventh start from an address is refused');
select is(tests.start_from('{"cf-connecting-ip": "1.2.3.4", "x-forwarded-for": "9.9.9.9"}'), 'PT429 {"retry_after": 3600}', 'whatever else the request claims');
select is(tests.start_from('{"cf-connecting-ip": "1.2.3.5"}'), 'ok', 'the neighbour is somebody else');
select is(tests.start_from('{"cf-connecting-ip": "nonsense"}'), 'ok', 'nonsense in the header stops nothing');
select is(
  (select count(*)::integer from support_chat.rate_limits r where r.subject like '%1.2.3.4%'), 0, 'the address itself is nowhere'
);
select tests.use_up('{"cf-connecting-ip": "2001:db8:1:2:aaaa::1"}');
select is(tests.start_from('{"cf-connecting-ip": "2001:db8:1:2:bbbb::2"}'), 'PT429 {"retry_after": 3600}', 'an IPv6 network of 64 bits counts as one');
select is(tests.start_from('{"cf-connecting-ip": "2001:db8:1:3::1"}'), 'ok', 'the next network does not');
update support_chat.settings set ip_header = null where id;
select set_config('request.headers', '', true);

-- The other limits.
delete from support_chat.rate_limits where subject <> '';
select tests.start('visitor') is not null;
select tests.repeat('visitor', 60, 'public.chat_history(:token, :session)');
select is(tests.outcome('visitor', 'public.chat_history(:token, :session)'), 'PT429', 'history is read 60 times a minute');
select tests.pass('history');
select is(tests.outcome('visitor', 'public.chat_history(:token, :session)'), 'ok', 'and then again');
select tests.repeat('visitor', 1, 'public.chat_typing(:token, :session)');
select is(tests.refusal('visitor', 'public.chat_typing(:token, :session)'), 'PT429 {"retry_after": 2}', 'typing is told every two seconds');
select tests.repeat('visitor', 20, 'public.chat_update_profile(:token, ''Zoe'')');
select is(tests.outcome('visitor', 'public.chat_update_profile(:token, ''Zoe'')'), 'PT429', 'a profile changes 20 times an hour');
select tests.repeat('visitor', 5, 'public.chat_close(:token, :session) || public.chat_reopen(:token, :session)');
select is(tests.outcome('visitor', 'public.chat_close(:token, :session)'), 'PT429', 'opening and closing in turns ends after ten times a minute');

delete from support_chat.rate_limits where subject <> '';
select tests.repeat('visitor', 60, 'public.chat_read(:token, :session, 1)');
select is((select count(*)::integer from support_chat.rate_limits where action = 'read'), 1, 'reading what is read is not counted');
update support_chat.rate_limits set used = 60 where action = 'read';
update support_chat.settings set limits = limits - 'send' where id;
select tests.call('visitor', 'public.chat_send(:token, :session, gen_random_uuid(), ''Hi'')');
select is(tests.outcome('visitor', 'public.chat_read(:token, :session, 1)'), 'ok', 'also when the limit is reached');
select is(tests.outcome('visitor', 'public.chat_read(:token, :session, 2147483647)'), 'PT429', 'a read mark moves 60 times a minute');

-- Old counters go away by themselves.
update support_chat.rate_limits set resets_at = now() - interval '2 hours' where subject <> '';
insert into support_chat.rate_limits (subject, action, seconds, resets_at)
select 'old ' || n, 'send', 10, now() - interval '1 day' from generate_series(1, 40) n;
select tests.start('other visitor') is not null;
select is((select count(*)::integer from support_chat.rate_limits r where r.subject like 'old %'), 0, 'a start sweeps up old counters');

-- Settings that could not be read are refused when written, by whomever.
select throws_ok(format('update support_chat.settings set %s where id', c.sql), 'PT400', null, c.what)
from (values
  ('limits = ''{"send": 5}''', 'limits are lists'),
  ('limits = ''{"send": [[1, 0]]}''', 'of so many times in so many seconds'),
  ('time_zone = ''Mars/Olympus''', 'a time zone exists'),
  ('office_hours = ''{"mon": [["17:00", "09:00"]]}''', 'an office opens before it closes')
) c (sql, what);

select * from finish();
rollback;
