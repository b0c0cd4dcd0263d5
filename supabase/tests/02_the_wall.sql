-- What row level security and column privileges hold back when a function of ours is careless.
begin;
\ir helpers.psql
select plan(55);

select tests.start('other visitor', 'A secret');
select tests.start('visitor', 'My own words');
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''A note'', ''note'')');
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''A reply'')');
insert into support_chat.canned_responses (owner_id, shortcut, title, content)
values (tests.id('other agent'), 'own', 'Own', 'Not yours'), (null, 'shared', 'Shared', 'Ours');
insert into support_chat.mentions (session_id, agent_id, sender_id)
select s.id, tests.id('other agent'), tests.id('admin') from support_chat.sessions s;

-- Somebody writes functions without a single predicate. They ask who is calling, and nothing else.
grant usage on schema tests to support_chat_visitor, support_chat_agent;
grant create on schema support_chat to support_chat_visitor, support_chat_agent;

create function support_chat.careless_visitor(p_token text, p_resolve boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_resolve then
    perform support_chat.as_visitor(p_token);
  end if;
  return jsonb_build_object(
    'visitors', (select count(*) from support_chat.visitors),
    'sessions', (select count(*) from support_chat.sessions),
    'messages', (select jsonb_agg(m.content order by m.seq) from support_chat.messages m),
    'agents', (select count(a.user_id) from support_chat.agents a)
  );
end
$$;
alter function support_chat.careless_visitor(text, boolean) owner to support_chat_visitor;
grant execute on function support_chat.careless_visitor(text, boolean) to anon, authenticated;

create function support_chat.careless_agent(p_resolve boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_resolve then
    perform support_chat.as_agent();
  end if;
  return jsonb_build_object(
    'visitors', (select count(v.id) from support_chat.visitors v),
    'sessions', (select count(*) from support_chat.sessions),
    'messages', (select count(*) from support_chat.messages m),
    'settings', (select count(s.id) from support_chat.settings s),
    'canned', (select jsonb_agg(c.shortcut) from support_chat.canned_responses c),
    'audit', (select count(*) > 0 from support_chat.audit_log),
    'agents', (select count(*) from support_chat.agents)
  );
end
$$;
alter function support_chat.careless_agent(boolean) owner to support_chat_agent;
grant execute on function support_chat.careless_agent(boolean) to anon, authenticated;

create function tests.careless_visitor(boolean, text default null) returns jsonb language sql set search_path = ''
begin atomic select support_chat.careless_visitor($2, $1); end;
create function tests.careless_agent(boolean) returns jsonb language sql set search_path = ''
begin atomic select support_chat.careless_agent($1); end;
grant usage on schema tests to anon, authenticated;

select is(
  tests.call('visitor', 'tests.careless_visitor(true, :token)'),
  '{"visitors": 1, "sessions": 1, "messages": ["My own words", "A reply"], "agents": 4}',
  'a function without any predicate gives a visitor their own rows, and no note'
);
select is(
  tests.call('other visitor', 'tests.careless_visitor(true, :token)') -> 'messages',
  '["A secret"]',
  'and the other visitor theirs'
);
select set_config('support_chat.visitor_id', '', true), set_config('support_chat.agent_id', '', true);
select is(
  tests.call('visitor', 'tests.careless_visitor(false)'),
  '{"visitors": 0, "sessions": 0, "messages": null, "agents": 0}',
  'a visitor function that forgets its resolver returns nothing'
);
select is(
  tests.call('agent', 'tests.careless_agent(true)'),
  '{"visitors": 2, "sessions": 2, "messages": 4, "settings": 1, "canned": ["shared"], "audit": false, "agents": 4}',
  'an agent reads everything but others'' canned answers and the audit log'
);
select is(
  tests.call('admin', 'tests.careless_agent(true)') -> 'audit', 'true', 'an admin reads the audit log as well'
);
select set_config('support_chat.visitor_id', '', true), set_config('support_chat.agent_id', '', true);
select is(
  tests.call('agent', 'tests.careless_agent(false)'),
  '{"visitors": 0, "sessions": 0, "messages": 0, "settings": 0, "canned": null, "audit": false, "agents": 0}',
  'an agent function that forgets its resolver returns nothing, whoever is signed in'
);

select tests.call('agent', 'public.desk_open()'), tests.call('visitor', 'public.chat_open(:token)');
select is(
  (select array_agg(current_setting('support_chat.' || s) <> '') from unnest(array['visitor_id', 'agent_id', 'agent_role']) s),
  array[true, false, false], 'whoever calls next in a transaction is nobody else any more'
);
select tests.call('visitor', 'public.chat_open(:token)'), tests.call('admin', 'public.desk_open()');
select is(
  (select array_agg(current_setting('support_chat.' || s) <> '') from unnest(array['visitor_id', 'agent_id', 'agent_role']) s),
  array[false, true, true], 'on either side'
);

create function tests.foreign_session() returns uuid language sql stable security definer as $$
  select s.id from support_chat.sessions s where s.visitor_id = tests.visitor('other visitor')
$$;
grant select on tests.users, tests.tokens to support_chat_visitor, support_chat_agent;

-- One statement as an acting role, with a resolver's work done: what the database itself refuses.
create function tests.as_role(p_role text, p_sql text) returns text language plpgsql as $$
declare
  touched integer;
begin
  perform set_config('support_chat.visitor_id', tests.visitor('visitor')::text, true);
  perform set_config('support_chat.agent_id', tests.id('agent')::text, true);
  perform set_config('support_chat.agent_role', 'agent', true);
  perform set_config('role', p_role, true);
  execute replace(p_sql, ':session', quote_literal(current_setting('tests.session')));
  get diagnostics touched = row_count;
  raise exception '% rows', touched using errcode = 'TST00';
exception
  when sqlstate 'TST00' then return sqlerrm;
  when others then return sqlstate;
end
$$;

select is(tests.as_role('support_chat_visitor', c.sql), c.outcome, 'to a visitor''s function, ' || c.what)
from (values
  ('update support_chat.sessions set rating = 1 where id <> :session', '0 rows', 'other people''s sessions are not there to change'),
  ('update support_chat.sessions set rating = 1 where true', '1 rows', 'all sessions are their own'),
  ('update support_chat.sessions set rev = 9 where id = :session', '42501', 'a rev is not writable'),
  ('update support_chat.sessions set last_seq = 9 where id = :session', '42501', 'a number is not writable'),
  ('update support_chat.sessions set agent_id = null where id = :session', '42501', 'the agent is not writable'),
  ('update support_chat.sessions set priority = ''urgent'' where id = :session', '42501', 'the priority is not writable'),
  ('update support_chat.sessions set visitor_id = gen_random_uuid() where id = :session', '42501', 'the owner of a session is not writable'),
  ('update support_chat.visitors set channel_key = ''x'' where name = ''''', '42501', 'the channel key is not writable'),
  ('update support_chat.visitors set verified_at = now() where name = ''''', '42501', 'being verified is not writable'),
  ('update support_chat.visitors set blocked_until = null where name = ''''', '42501', 'a block is not writable'),
  ('update support_chat.visitors set name = ''X'' where id is not null', '1 rows', 'only their own profile is there to change'),
  ('select token_hash from support_chat.visitor_tokens', '42501', 'the hash of a token is not readable'),
  ('delete from support_chat.messages where session_id = :session', '42501', 'nothing is deletable'),
  ('update support_chat.messages set content = ''x'' where session_id = :session', '42501', 'messages are not changeable'),
  ('insert into support_chat.messages (session_id, client_id, sender_type, kind, content) values (:session, gen_random_uuid(), ''agent'', ''text'', ''I am support'')', '42501', 'speaking as an agent is refused'),
  ('insert into support_chat.messages (session_id, client_id, sender_type, kind, content) values (:session, gen_random_uuid(), ''system'', ''text'', ''x'')', '42501', 'speaking as the system is refused'),
  ('insert into support_chat.messages (session_id, client_id, sender_type, kind, content) select s, gen_random_uuid(), ''customer'', ''text'', ''x'' from tests.foreign_session() s', '42501', 'writing into a foreign session is refused'),
  ('insert into support_chat.messages (session_id, client_id, sender_type, kind, content, seq) values (:session, gen_random_uuid(), ''customer'', ''text'', ''x'', 7)', '42501', 'choosing a number is refused'),
  ('insert into support_chat.messages (session_id, client_id, sender_type, kind, content, created_at) values (:session, gen_random_uuid(), ''customer'', ''text'', ''x'', now())', '42501', 'choosing a time is refused'),
  ('insert into support_chat.sessions (visitor_id, client_id) select v, gen_random_uuid() from tests.visitor(''other visitor'') v', '42501', 'starting somebody else''s session is refused'),
  ('select desk_key from support_chat.settings', '42501', 'the agents'' key is not readable'),
  ('select * from support_chat.audit_log', '42501', 'the audit log is not readable'),
  ('select role from support_chat.agents', '42501', 'an agent''s role is not readable'),
  ('select * from auth.users', '42501', 'users are not readable')
) c (sql, outcome, what);

select is(tests.as_role('support_chat_agent', c.sql), c.outcome, 'to an agent''s function, ' || c.what)
from (values
  ('select channel_key from support_chat.visitors', '42501', 'a channel key is not readable'),
  ('select token_hash from support_chat.visitor_tokens', '42501', 'the hash of a token is not readable'),
  ('update support_chat.agents set role = ''admin'' where user_id is not null', '42501', 'a role is not writable'),
  ('update support_chat.agents set active = true where user_id is not null', '42501', 'being active is not writable'),
  ('update support_chat.agents set availability = ''away'' where user_id is not null', '1 rows', 'only their own presence is there to change'),
  ('insert into support_chat.agents (user_id, display_name) values (gen_random_uuid(), ''x'')', '42501', 'making agents is refused'),
  ('insert into support_chat.invites (token_hash, role, created_by) values (sha256(''x''), ''admin'', tests.id(''agent''))', '42501', 'so is inviting, to all but admins'),
  ('delete from support_chat.invites where true', '0 rows', 'invites are not there to withdraw'),
  ('update support_chat.settings set team_name = ''x'' where true', '0 rows', 'settings are not there to change'),
  ('insert into support_chat.canned_responses (owner_id, shortcut, title, content) values (null, ''x'', ''x'', ''x'')', '42501', 'sharing an answer is refused'),
  ('insert into support_chat.canned_responses (owner_id, shortcut, title, content) values (tests.id(''other agent''), ''x'', ''x'', ''x'')', '42501', 'so is making one for another'),
  ('update support_chat.canned_responses set title = ''x'' where true', '0 rows', 'neither shared answers nor those of others are there to change'),
  ('delete from support_chat.canned_responses where true', '0 rows', 'nor to remove'),
  ('insert into support_chat.messages (session_id, client_id, sender_type, sender_id, kind, content) select :session, gen_random_uuid(), ''agent'', tests.id(''other agent''), ''text'', ''x''', '42501', 'speaking in another agent''s name is refused'),
  ('insert into support_chat.mentions (session_id, agent_id, sender_id) select :session, tests.id(''admin''), tests.id(''other agent'')', '42501', 'and so is calling in it'),
  ('delete from support_chat.mentions where true', '0 rows', 'whom others call is not to be changed'),
  ('update support_chat.settings set desk_key = ''x'' where id', '42501', 'the settings are not writable')
) c (sql, outcome, what);

-- No policy holds inside a keeper, so it asks for itself.
create function tests.keeper(p_actor text, p_sql text) returns text language plpgsql as $$
begin
  perform tests.become(p_actor);
  perform set_config('role', 'none', true);
  perform support_chat.as_agent();
  execute 'select ' || p_sql;
  raise exception 'undo' using errcode = 'TST00';
exception
  when sqlstate 'TST00' then return 'ok';
  when others then return sqlstate;
end
$$;
select is(
  array[tests.keeper('agent', c.sql), tests.keeper('admin', c.sql)], array['PT403', 'ok'], format('%s is for admins, whoever calls it', split_part(c.sql, '(', 1))
)
from (values
  ('support_chat.list_agents()'), ('support_chat.save_agent(tests.id(''agent''), ''admin'', null, null)'),
  ('support_chat.list_identity_keys()'), ('support_chat.add_identity_key()'), ('support_chat.remove_identity_key(''x'')')
) c (sql);

select throws_ok(
  $$ update support_chat.messages set content = 'x' where session_id is not null $$, '55000', 'Messages are never changed.',
  'even the owner does not change what was said'
);

select * from finish();
rollback;
