-- Every function of the API, called by everybody: what each of them gets.
begin;
\ir helpers.psql
select plan(494);

-- The visitor has an open conversation, the other visitor one of their own; the outsider has a good token
-- that nobody knows; the blocked visitor has one that was good until now.
insert into tests.tokens values ('blocked visitor', 'sv1_BlockedVisitor0123456789abcdefghijklmnopqrs');
select tests.start('blocked visitor');
update support_chat.visitors set blocked_until = 'infinity' where id = tests.visitor('blocked visitor');
select tests.start('other visitor');
select tests.start('visitor');

insert into support_chat.visitors (id) values ('aaaaaaaa-0000-4000-8000-00000000000a');

create table tests.expected (call text, actor text, outcome text);
insert into tests.expected
select c.call, a.actor, case
  when a.actor = 'visitor' then c.own
  when a.actor = 'other visitor' then c.foreign_one
  when a.actor = 'blocked visitor' and c.call like '%:token%' then 'PT403'
  else c.stranger
end
from (values
  ('chat_open(:token)', 'ok', 'ok', 'ok'),
  ('chat_open()', 'ok', 'ok', 'ok'),
  ('chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Hi'')', 'ok', 'ok', 'ok'),
  ('chat_send(:token, :session, gen_random_uuid(), ''Hi'')', 'ok', 'PT404', 'PT401'),
  ('chat_history(:token, :session)', 'ok', 'PT404', 'PT401'),
  ('chat_sync(:token)', 'ok', 'ok', 'PT401'),
  ('chat_read(:token, :session, 1)', 'ok', 'PT404', 'PT401'),
  ('chat_typing(:token, :session)', 'ok', 'PT404', 'PT401'),
  ('chat_close(:token, :session)', 'ok', 'PT404', 'PT401'),
  ('chat_reopen(:token, :session)', 'ok', 'PT404', 'PT401'),
  ('chat_rate(:token, :session, 5)', 'PT409', 'PT404', 'PT401'),
  ('chat_update_profile(:token, ''Zoe'')', 'ok', 'ok', 'PT401'),
  ('chat_claim(:token)', 'PT401', 'PT401', 'PT401'),
  ('chat_identify(:token, ''a.b.c'', ''sv1_New0123456789abcdefghijklmnopqrstuvwxyzABCD'')', 'PT401', 'PT401', 'PT401'),
  ('chat_erase(:token)', 'ok', 'ok', 'PT401')
) c (call, own, foreign_one, stranger),
(values
  ('outsider'), ('visitor'), ('other visitor'), ('blocked visitor'), ('user'), ('anonymous user'), ('agent'), ('admin'),
  ('deactivated agent')
) a (actor);

-- Who signed in anonymously is told that this is not enough, once they have anything to claim.
update tests.expected set outcome = 'PT403' where call = 'chat_claim(:token)' and actor = 'anonymous user';

insert into tests.expected
select c.call, a.actor, case
  when a.actor in ('agent', 'admin') then 'ok'
  when a.actor in ('outsider', 'visitor') then 'PT401'
  else 'PT403'
end
from (values
  ('desk_open()'),
  ('desk_open(''unassigned'', ''newest'')'),
  ('desk_inbox(''all'')'),
  ('desk_report(''2026-11-01'', ''2026-11-30'')'),
  ('desk_inbox(''all'', p_filter => ''{"tag": "vip"}'')'),
  ('desk_sync()'),
  ('desk_session(:session)'),
  ('desk_history(:session)'),
  ('desk_send(:session, gen_random_uuid(), ''Hi'')'),
  ('desk_send(:session, gen_random_uuid(), ''Hi'', ''note'')'),
  ('desk_assign(:session, ''aaaaaaaa-0000-4000-8000-000000000003'')'),
  ('desk_close(:session)'),
  ('desk_reopen(:session)'),
  ('desk_read(:session, 1)'),
  ('desk_unread(:session)'),
  ('desk_typing(:session)'),
  ('desk_snooze(:session, ''infinity'')'),
  ('desk_set_priority(:session, ''high'')'),
  ('desk_tag(:session, ''{vip}'')'),
  ('desk_tags()'),
  ('desk_visitor(''aaaaaaaa-0000-4000-8000-00000000000a'')'),
  ('desk_update_visitor(''aaaaaaaa-0000-4000-8000-00000000000a'', ''Zoe'')'),
  ('desk_block(''aaaaaaaa-0000-4000-8000-00000000000a'', ''infinity'')'),
  ('desk_presence(''online'', :session)'),
  ('desk_search(''hi'')'),
  ('desk_profile_save(''Zoe'')'),
  ('desk_canned_list()'),
  ('desk_canned_save(null, ''hi'', ''Hi'', ''Hello'')')
) c (call),
(values ('outsider'), ('visitor'), ('user'), ('anonymous user'), ('agent'), ('admin'), ('deactivated agent')) a (actor);

-- What is for admins. Everybody else hears so before anything is looked up.
insert into support_chat.invites (id, token_hash, role, created_by)
values ('eeeeeeee-0000-4000-8000-000000000001', sha256(convert_to('inv1_' || repeat('0', 64), 'UTF8')), 'agent', tests.id('admin'));
insert into support_chat.canned_responses (id, shortcut, title, content)
values ('eeeeeeee-0000-4000-8000-000000000002', 'all', 'All', 'For all of us');
insert into support_chat.identity_keys (kid) values ('main');
insert into tests.expected
select c.call, a.actor, case
  when a.actor = 'admin' then c.outcome
  when a.actor in ('outsider', 'visitor') then 'PT401'
  else 'PT403'
end
from (values
  ('desk_settings_read()', 'ok'),
  ('desk_settings_save(''{"team_name": "Mine"}'')', 'ok'),
  ('desk_settings_save(null)', 'PT400'),
  ('desk_agents_list()', 'ok'),
  ('desk_agents_save(''aaaaaaaa-0000-4000-8000-000000000003'', ''admin'')', 'ok'),
  ('desk_agents_save(''aaaaaaaa-0000-4000-8000-000000000001'', ''boss'')', 'PT400'),
  ('desk_agents_save(gen_random_uuid())', 'PT404'),
  ('desk_agents_invite(''admin'')', 'ok'),
  ('desk_agents_uninvite(''eeeeeeee-0000-4000-8000-000000000001'')', 'ok'),
  ('desk_agents_uninvite(gen_random_uuid())', 'PT404'),
  ('desk_identity_list()', 'ok'),
  ('desk_identity_add()', 'ok'),
  ('desk_identity_remove(''main'')', 'ok'),
  ('desk_identity_remove(''other'')', 'PT404'),
  ('desk_canned_save(null, ''hi'', ''Hi'', ''Hello'', true)', 'ok'),
  ('desk_canned_save(''eeeeeeee-0000-4000-8000-000000000002'', ''hi'', ''Hi'', ''Hello'')', 'ok'),
  ('desk_canned_delete(''eeeeeeee-0000-4000-8000-000000000002'')', 'ok'),
  ('desk_audit_list()', 'ok')
) c (call, outcome),
(values ('outsider'), ('visitor'), ('user'), ('anonymous user'), ('agent'), ('admin'), ('deactivated agent')) a (actor);

-- What is for those who are no agents: with an invite, and without one.
insert into tests.expected
select format('desk_agents_join(%L, ''Zoe'')', 'inv1_' || repeat(case when a.invited = 'ok' then '0' else '1' end, 64)), a.actor,
  coalesce(a.refused, a.invited)
from (
  select p.actor, p.refused, i.invited
  from (values
    ('outsider', 'PT401'), ('visitor', 'PT401'), ('user', null), ('anonymous user', 'PT403'), ('agent', 'PT409'),
    ('admin', 'PT409'), ('deactivated agent', null)
  ) p (actor, refused), (values ('ok'), ('PT404')) i (invited)
) a;

select is_empty($$
  select p.proname, e.actor
  from pg_proc p, (select distinct e.actor, left(e.call, 5) as side from tests.expected e) e
  where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(chat|desk)_' and left(p.proname, 5) = e.side
    and not exists (select from tests.expected o where o.actor = e.actor and o.call like p.proname || '(%')
$$, 'no function and nobody is left out');

select is(
  tests.outcome(e.actor, 'public.' || e.call), e.outcome,
  format('%s %s gets %s from %s', case when e.actor ~ '^[aeiou]' then 'an' else 'a' end, e.actor, e.outcome, e.call)
)
from tests.expected e;

-- Agents' functions do not tell strangers which ids exist.
select is(
  tests.refusal('user', 'public.desk_session(gen_random_uuid())'),
  tests.refusal('user', 'public.desk_session(:session)'),
  'a user learns nothing from whether an id exists'
);

-- Closed long ago, which only agents may undo; asked before any visitor reopened anything.
select tests.call('agent', 'public.desk_close(:session)');
select is(tests.outcome('agent', 'public.desk_reopen(:session)'), 'ok', 'an agent reopens a closed conversation');

-- Foreign, random and deleted look the same to a visitor.
create table tests.gone (id uuid);
insert into tests.gone select tests.start('visitor');
delete from support_chat.sessions where id = (select id from tests.gone);
select is(
  tests.refusal('visitor', format('public.%s', replace(c.call, ':session', quote_literal(i.id)))),
  'PT404',
  format('%s answers a %s id with not found and nothing else', split_part(c.call, '(', 1), i.kind)
)
from (values
  ('chat_send(:token, :session, gen_random_uuid(), ''Hi'')'),
  ('chat_history(:token, :session)'),
  ('chat_read(:token, :session, 1)'),
  ('chat_close(:token, :session)')
) c (call),
(
  select 'random' as kind, gen_random_uuid() as id
  union all select 'deleted', g.id from tests.gone g
  union all
  select 'foreign', s.id from support_chat.sessions s
  where s.visitor_id = tests.visitor('other visitor')
) i;

-- Tokens.
select is(
  tests.outcome('visitor', replace('public.chat_sync(:bad)', ':bad', b.token)), 'PT401',
  format('%s is no token', b.what)
)
from (values
  ('null', 'null'), ('''''', 'the empty text'), ('''null''', 'the word null'),
  ('''someone@example.com''', 'an email'), ('''sv1_'' || repeat(''A'', 43)', 'one letter 43 times'),
  ('repeat(''x'', 1000000)', 'a megabyte'),
  ('encode(sha256(convert_to(:token, ''UTF8'')), ''hex'')', 'a stored hash'),
  (':token || E''\n''', 'a token with a line break')
) b (token, what);

select * from finish();
rollback;
