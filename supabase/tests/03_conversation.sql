-- A conversation from its first message to its rating: numbers, retries, notes, system lines, states.
begin;
\ir helpers.psql
select plan(70);

create function tests.session() returns support_chat.sessions language sql stable as $$
  select s.* from support_chat.sessions s where s.id = current_setting('tests.session')::uuid
$$;
create function tests.desk() returns jsonb language sql as $$
  select tests.call('agent', 'public.desk_session(:session)') -> 'session'
$$;
create function tests.window() returns jsonb language sql as $$
  select tests.call('visitor', 'public.chat_sync(:token)') #> '{sessions,0,session}'
$$;

-- Starting.
select is(
  (select count(*)::integer from support_chat.visitors), 0, 'nobody is a visitor before they write'
);
select is(
  tests.call('visitor', 'public.chat_open(:token)') - 'settings' - 'availability',
  '{"visitor": null, "topic": null, "sessions": []}',
  'opening the window with a new token shows nothing of anybody'
);
select is((select count(*)::integer from support_chat.visitors), 0, 'and makes no visitor');

create table tests.answers (what text primary key, body jsonb);
insert into tests.answers
select 'start', tests.call('visitor', $$ public.chat_start(
  :token, '11111111-0000-4000-8000-000000000001', '22222222-0000-4000-8000-000000000001', 'Hello',
  '{"url": "https://shop.example/cart?token=secret#x", "title": "Cart", "referrer": "https://search.example/?q=1", "locale": "de-DE"}',
  '{"name": "Zoe", "email": "zoe@example.com", "attributes": {"plan": "pro"}}'
) $$);
select set_config('tests.session', (select body #>> '{session,id}' from tests.answers where what = 'start'), true);

select is(
  (select array_agg(k order by k) from tests.answers, jsonb_object_keys(body) k where what = 'start'),
  array['message', 'session', 'topic', 'visitor'],
  'a start returns topic, visitor, session and message'
);
select is(
  (select body -> 'visitor' from tests.answers where what = 'start'),
  '{"name": "Zoe", "email": "zoe@example.com", "verified": false, "attributes": {"plan": "pro"}}',
  'a visitor sees what they said about themselves'
);
select is(
  (select array_agg(k order by k) from tests.answers, jsonb_object_keys(body -> 'session') k where what = 'start'),
  array['agent', 'client_id', 'closed_at', 'created_at', 'id', 'last_message_at', 'last_seq', 'preview', 'rating',
    'read_seq', 'rev', 'seen_seq', 'status', 'unread'],
  'a visitor''s session has these fields and no others'
);
select is(
  (select array_agg(k order by k) from tests.answers, jsonb_object_keys(body -> 'message') k where what = 'start'),
  array['client_id', 'content', 'created_at', 'event', 'id', 'kind', 'sender', 'sender_type', 'seq', 'session_id'],
  'a visitor''s message has these fields and no others'
);
select is(
  (select body #> '{message,seq}' from tests.answers where what = 'start'), '1', 'the first message has number 1'
);
select is((tests.session()).page_url, 'https://shop.example/cart', 'of a page''s address, origin and path are kept');
select is(
  tests.call('visitor', $$ public.chat_start(
    :token, '11111111-0000-4000-8000-000000000001', '22222222-0000-4000-8000-000000000001', 'Hello') $$),
  (select body from tests.answers where what = 'start'),
  'starting again with the same ids returns the very same objects'
);
select is((select count(*)::integer from support_chat.messages), 1, 'and makes no second message');
select is((select count(*)::integer from support_chat.sessions), 1, 'nor a second session');
select is(
  (select token_hash from support_chat.visitor_tokens), sha256(convert_to(tests.token('visitor'), 'UTF8')),
  'of the token only the hash is stored'
);
select is(
  (select count(*)::integer from support_chat.visitors v where position(tests.token('visitor') in v::text) > 0), 0,
  'nowhere is the token itself'
);

-- Sending, and sending again.
insert into tests.answers
select 'send', tests.call('visitor', $$ public.chat_send(:token, :session, '22222222-0000-4000-8000-000000000002', 'Anybody there?') $$);
select is((select body #> '{message,seq}' from tests.answers where what = 'send'), '2', 'the next message has the next number');
select is(
  (select tests.call('visitor', $$ public.chat_send(:token, :session, '22222222-0000-4000-8000-000000000002', 'Anybody there?') $$)),
  (select body from tests.answers where what = 'send'),
  'a retry returns the same message'
);
select is(
  (select tests.call('visitor', $$ public.chat_send(:token, :session, '22222222-0000-4000-8000-000000000002', 'Different words') $$) #>> '{message,content}'),
  'Anybody there?',
  'a retry with other words changes nothing'
);
select is((tests.session()).last_seq, 2, 'a retry burns no number');
select is(
  tests.call('visitor', $$ public.chat_send(:token, :session, gen_random_uuid(), 'Third') $$) #> '{message,seq}', '3',
  'so the message after it leaves no gap'
);
select is((tests.session()).desk_unread, 3, 'agents have three messages to read');
select is(
  (tests.session()).waiting_since, (select m.created_at from support_chat.messages m where m.seq = 1),
  'the visitor waits since the first unanswered message'
);

-- Agents write a note and a reply.
insert into tests.answers
select 'before note', tests.window();
select is(
  tests.call('agent', $$ public.desk_send(:session, '33333333-0000-4000-8000-000000000001', 'Careful with this one', 'note') $$) #> '{message,seq}',
  '4',
  'a note has a number for agents'
);
select is(tests.window(), (select body from tests.answers where what = 'before note'), 'a note leaves no trace in what the visitor sees, rev included');
select is(
  (select tests.call('agent', $$ public.desk_send(:session, '33333333-0000-4000-8000-000000000001', 'Careful with this one', 'note') $$) #> '{session,last_seq}'),
  '4',
  'a retried note is one note'
);
select is(
  tests.refusal('other agent', $$ public.desk_send(:session, '33333333-0000-4000-8000-000000000001', 'Mine') $$), 'PT409 {"reason": "client-id"}',
  'nobody else sends under the id of it'
);
select isnt((tests.session()).waiting_since, null, 'a note is no answer: the visitor still waits');
insert into tests.answers
select 'reply', tests.call('agent', $$ public.desk_send(:session, gen_random_uuid(), 'Here I am') $$);
select is((select body #> '{message,seq}' from tests.answers where what = 'reply'), '5', 'a reply has number 5 for agents');
select is(
  tests.call('visitor', 'public.chat_history(:token, :session)') -> 'messages' -> -1 -> 'seq', '4',
  'and number 4 for the visitor, without a gap'
);
select is(
  (select array_agg((m ->> 'seq')::integer) from jsonb_array_elements(tests.call('visitor', 'public.chat_history(:token, :session)') -> 'messages') m),
  array[1, 2, 3, 4],
  'the visitor''s history counts 1 to 4'
);
select is(
  tests.call('visitor', 'public.chat_history(:token, :session)') -> 'messages' -> -1 -> 'sender',
  '{"id": null, "name": "Agent", "avatar": null}',
  'a visitor learns an agent''s name, not the id'
);
select is(
  tests.call('visitor', 'public.chat_history(:token, :session)') -> 'messages' -> -1 -> 'client_id', 'null',
  'nor the agent''s client id'
);
select is(
  position('Careful' in tests.call('visitor', 'public.chat_open(:token)')::text
    || tests.call('visitor', 'public.chat_sync(:token)')::text
    || tests.call('visitor', 'public.chat_history(:token, :session)')::text),
  0, 'no function shows a visitor a note'
);
select is((tests.session()).waiting_since, null, 'a reply ends the waiting');
select is(
  (tests.session()).first_response_at, (select m.created_at from support_chat.messages m where m.seq = 5),
  'the first reply is remembered'
);
select is((tests.session()).visitor_unread, 1, 'the visitor has one message to read');
select is((tests.session()).status, 'open', 'a reply does not take the conversation');
select is(
  (select body -> 'session' -> 'visitor' from tests.answers where what = 'reply') - 'id',
  '{"name": "Zoe", "email": "zoe@example.com", "verified": false}',
  'agents see who it is, and that nobody vouches for it'
);

-- Reading, in both numberings.
select is(
  tests.call('visitor', 'public.chat_read(:token, :session, 4)') #> '{session,unread}', '0', 'reading clears the count'
);
select is(tests.desk() -> 'seen_seq', '5', 'agents see how far the visitor has read, in their numbers');
select is(
  tests.call('visitor', 'public.chat_read(:token, :session, 2)') #> '{session,read_seq}', '4', 'a read mark never goes back'
);
select is(
  tests.call('visitor', 'public.chat_read(:token, :session, 9999)') #> '{session,read_seq}', '4', 'nor beyond the last message'
);
select is(tests.call('agent', 'public.desk_read(:session, 4)') #> '{session,unread}', '0', 'agents read up to the note');
select is(tests.window() -> 'seen_seq', '3', 'the visitor sees it as their own third message, the last before the note');
-- A row says who holds it; what is begun anew after a savepoint holds it anew.
select set_config('tests.holder', s.xmax::text, true) from support_chat.sessions s;
savepoint again;
select tests.call('visitor', $$ public.chat_send(:token, :session, '22222222-0000-4000-8000-000000000002', 'Anybody there?') $$);
select isnt(
  (select s.xmax::text from support_chat.sessions s), current_setting('tests.holder'), 'a retry holds the conversation, so that it waits for the first attempt'
);
rollback to again;
savepoint marks;
update support_chat.sessions set visitor_read_seq = 0, desk_read_seq = 9999 where id = current_setting('tests.session')::uuid;
select is(
  array[(tests.session()).visitor_read_seq, (tests.session()).desk_read_seq], array[4, 5], 'no statement at all moves a mark back, or beyond the last message'
);
rollback to marks;

-- Taking it.
select is(
  tests.refusal('agent', $$ public.desk_assign(:session, gen_random_uuid()) $$), 'PT400 {"field": "agent"}', 'nobody can be given to who is no agent'
);
select is(
  tests.outcome('agent', $$ public.desk_assign(:session, tests.id('deactivated agent')) $$), '42501', 'helpers stay out of reach'
);
select is(
  tests.refusal('agent', $$ public.desk_assign(:session, 'aaaaaaaa-0000-4000-8000-000000000005') $$), 'PT400 {"field": "agent"}', 'nor to a deactivated agent'
);
select throws_ok(
  $$ update support_chat.sessions set agent_id = tests.id('deactivated agent') where id = current_setting('tests.session')::uuid $$, 'PT400', null, 'by no statement at all'
);
select is(
  tests.call('agent', $$ public.desk_assign(:session, 'aaaaaaaa-0000-4000-8000-000000000003') $$) #> '{session,status}', '"assigned"', 'an agent takes it'
);
select is(
  tests.refusal('other agent', $$ public.desk_assign(:session, 'aaaaaaaa-0000-4000-8000-000000000004') $$),
  'PT409 {"agent": {"id": "aaaaaaaa-0000-4000-8000-000000000003", "name": "Agent"}, "reason": "assigned"}',
  'the second one hears who was first'
);
select is(
  tests.call('agent', $$ public.desk_assign(:session, 'aaaaaaaa-0000-4000-8000-000000000003') $$) #> '{session,last_seq}', '6',
  'taking it again changes nothing'
);
select is(
  tests.call('visitor', 'public.chat_history(:token, :session)') -> 'messages' -> -1 -> 'event',
  '{"type": "assigned", "actor": {"kind": "agent", "name": "Agent"}, "agent": {"id": null, "name": "Agent"}}',
  'the visitor reads that somebody took it, without ids'
);
select is(
  tests.call('other agent', $$ public.desk_assign(:session, null, 'aaaaaaaa-0000-4000-8000-000000000003') $$) #> '{session,status}', '"open"',
  'given to nobody it is open again'
);
select is(
  tests.window() #> '{last_seq}', '5', 'which is no line in the visitor''s conversation'
);
select is(tests.window() -> 'agent', 'null', 'although they see that nobody has it');

-- Closing, rating, reopening.
select is(
  tests.call('visitor', 'public.chat_close(:token, :session)') #> '{session,status}', '"closed"', 'a visitor closes it'
);
select is(tests.call('visitor', 'public.chat_close(:token, :session)') #> '{session,last_seq}', '6', 'closing twice is closing once');
select is(
  tests.refusal('visitor', $$ public.chat_send(:token, :session, gen_random_uuid(), 'One more') $$), 'PT409 {"reason": "closed"}',
  'nothing is written into a closed conversation by a visitor'
);
select is(
  tests.refusal('agent', $$ public.desk_send(:session, gen_random_uuid(), 'One more') $$), 'PT409 {"reason": "closed"}', 'nor by an agent'
);
select is(
  tests.refusal('agent', $$ public.desk_assign(:session, 'aaaaaaaa-0000-4000-8000-000000000004') $$), 'PT409 {"reason": "closed"}', 'who gives it to nobody either'
);
select is(
  tests.outcome('agent', $$ public.desk_send(:session, gen_random_uuid(), 'Was fine', 'note') $$), 'ok', 'but a note is welcome'
);
select is(
  tests.call('visitor', $$ public.chat_rate(:token, :session, 5, 'Great') $$) #> '{session,rating}', '5', 'a closed conversation is rated'
);
select is(tests.desk() -> 'rating_comment', '"Great"', 'agents read the comment');
select is(
  tests.call('visitor', 'public.chat_reopen(:token, :session)') #> '{session,status}', '"open"', 'a visitor reopens it in time'
);
select tests.call('agent', 'public.desk_close(:session)');
update support_chat.sessions set closed_at = now() - interval '73 hours' where id = current_setting('tests.session')::uuid;
select is(
  tests.refusal('visitor', 'public.chat_reopen(:token, :session)'), 'PT409 {"reason": "too-late"}', 'but not days later'
);
select is(tests.call('agent', 'public.desk_reopen(:session)') #> '{session,status}', '"open"', 'which an agent still may');

-- Whoever answered it has left.
select tests.call('other agent', 'public.desk_assign(:session, ''aaaaaaaa-0000-4000-8000-000000000004'')');
select tests.call('visitor', 'public.chat_close(:token, :session)');
savepoint before_leaving;
update support_chat.agents set active = false where user_id = tests.id('other agent');
select is(
  tests.call('visitor', 'public.chat_reopen(:token, :session)') #> '{session,status}', '"open"',
  'what a deactivated agent had is open to all when it is reopened'
);
rollback to before_leaving;
select is(
  tests.call('visitor', 'public.chat_reopen(:token, :session)') #> '{session,status}', '"assigned"',
  'otherwise it goes back to who had it'
);

-- A customer's text wakes what was put off.
update support_chat.sessions set snoozed_until = now() + interval '1 day' where id = current_setting('tests.session')::uuid;
select tests.call('visitor', $$ public.chat_send(:token, :session, gen_random_uuid(), 'I am back') $$);
select is((tests.session()).snoozed_until, null, 'a text from the visitor ends a snooze');

select * from finish();
rollback;
