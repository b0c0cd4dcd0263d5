-- What admins manage: settings, agents, invites, keys, shared answers; what agents manage for themselves; that all of
-- it is written down; and that who leaves leaves nothing behind.
begin;
\ir helpers.psql
select plan(348);

-- As an actor with more in their token than who they are.
create function tests.refusal_with(p_actor text, p_claims jsonb, p_sql text) returns text language plpgsql as $$
declare
  answer jsonb;
  details text;
begin
  perform tests.become(p_actor);
  perform set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb || p_claims)::text, true);
  execute 'select ' || p_sql into answer;
  raise exception 'undo' using errcode = 'TST00';
exception
  when sqlstate 'TST00' then
    return 'ok';
  when others then
    get stacked diagnostics details = pg_exception_detail;
    return sqlstate || coalesce(' ' || nullif(nullif(details, ''), '{}'), '');
end
$$;
-- What a refusal says to people.
create function tests.words(p_actor text, p_sql text) returns text language plpgsql as $$
begin
  perform tests.call(p_actor, p_sql);
  return null;
exception when others then
  return sqlerrm;
end
$$;
create function tests.keys(p_object jsonb) returns text[] language sql immutable as $$
  select array_agg(k order by k) from jsonb_object_keys(p_object) k
$$;
create table tests.kept (name text primary key, value jsonb);
create function tests.kept(p_name text) returns jsonb language sql stable security definer as $$
  select k.value from tests.kept k where k.name = p_name
$$;
-- What was written down since this was last asked: who, what, about whom.
create table tests.last_entry as select max(l.id) as id from support_chat.audit_log l;
create function tests.written_down() returns text[] language plpgsql as $$
declare
  lines text[];
begin
  select array_agg(coalesce(u.actor, 'nobody') || ': ' || l.action order by l.id) into lines
  from support_chat.audit_log l left join tests.users u on u.id = l.actor_id
  where l.id > (select e.id from tests.last_entry e);
  update tests.last_entry set id = (select max(l.id) from support_chat.audit_log l) where id is not null;
  return lines;
end
$$;

-- Settings: read.
insert into tests.kept select 'before', tests.call('admin', 'public.desk_settings_read()') -> 'settings';
select is(
  tests.keys(tests.kept('before')),
  array['away_text', 'greeting', 'ip_header', 'limits', 'max_length', 'office_hours', 'pre_chat_fields', 'reopen_hours',
    'require_mfa', 'suggested_questions', 'team_name', 'time_zone', 'waiting_amber', 'waiting_red'],
  'an admin reads these settings: neither the agents'' key nor the salt'
);

-- Settings: a patch.
insert into tests.kept select 'after', tests.call('admin', $$ public.desk_settings_save('{
  "team_name": "  Northbound\u202e ", "greeting": "", "suggested_questions": ["Where is \"it\"?", "{a,b}", "NULL"],
  "office_hours": {"mon": [["09:00", "12:30"], ["13:00", "24:00"]], "sun": []}, "time_zone": "Europe/Berlin",
  "pre_chat_fields": [{"name": "email", "required": true}, {"name": "plan", "label": "Plan", "type": "select", "options": ["Free", "Pro"]}], "max_length": 2000, "reopen_hours": 0, "waiting_amber": 60, "waiting_red": 604800,
  "limits": {"send": [[5, 10]]}, "ip_header": "cf-connecting-ip", "require_mfa": false
}') $$) -> 'settings';
select is(
  tests.kept('after'),
  '{
    "team_name": "Northbound", "greeting": "", "suggested_questions": ["Where is \"it\"?", "{a,b}", "NULL"],
    "office_hours": {"mon": [["09:00", "12:30"], ["13:00", "24:00"]], "sun": []}, "time_zone": "Europe/Berlin",
    "pre_chat_fields": [{"name": "email", "required": true}, {"name": "plan", "label": "Plan", "type": "select", "options": ["Free", "Pro"]}], "max_length": 2000, "reopen_hours": 0, "waiting_amber": 60, "waiting_red": 604800,
    "limits": {"send": [[5, 10]]}, "ip_header": "cf-connecting-ip", "require_mfa": false
  }'::jsonb || jsonb_build_object('away_text', tests.kept('before') -> 'away_text'),
  'what is given changes, what is not given stays, and the answer is what is so now'
);
select is(tests.call('admin', 'public.desk_settings_read()') -> 'settings', tests.kept('after'), 'which is what reading gives');
select is(
  tests.call('admin', $$ public.desk_settings_save('{"office_hours": null, "ip_header": null}') $$) -> 'settings',
  tests.kept('after') || '{"office_hours": null, "ip_header": null}', 'null is always open, and no header'
);
select is(
  tests.call('outsider', 'public.chat_open()') #>> '{settings,team_name}', 'Northbound', 'visitors see the new name at once'
);
select is(
  tests.written_down(), array['admin: settings.changed', 'admin: settings.changed'], 'who changed settings is written down'
);
select is(
  (select l.details from support_chat.audit_log l order by l.id desc limit 1), '{"office_hours": null, "ip_header": null}',
  'with what they changed, and nothing else'
);
select tests.call('admin', $$ public.desk_settings_save('{}') $$);
select tests.call('admin', $$ public.desk_settings_save('{"team_name": "Northbound"}') $$);
select is(tests.written_down(), null, 'saving what is so already is no change');

-- Settings: what is no setting, of the wrong type or out of bounds is refused, by name.
select is(
  tests.refusal('admin', format('public.desk_settings_save(%L)', jsonb_build_object(b.field, b.value))),
  format('PT400 {"field": "%s"}', b.field), format('%s is not %s', b.field, left(coalesce(b.value::text, 'null'), 60))
)
from (values
  ('desk_key', to_jsonb(repeat('0', 64))), ('ip_salt', to_jsonb(repeat('0', 64))), ('id', 'true'), ('colour', '"red"'),
  ('team_name', '""'), ('team_name', '" \u200b "'), ('team_name', '"\u3000\u00a0"'), ('team_name', to_jsonb(repeat('x', 81))), ('team_name', to_jsonb(repeat('x', 1000000))),
  ('team_name', '5'), ('team_name', 'null'), ('team_name', '["a"]'),
  ('greeting', to_jsonb(repeat('x', 501))), ('greeting', 'null'), ('away_text', to_jsonb(repeat('x', 501))),
  ('suggested_questions', '"{a,b}"'), ('suggested_questions', '["1","2","3","4","5","6","7"]'), ('suggested_questions', '[["a"],["b"]]'),
  ('suggested_questions', '[1]'), ('suggested_questions', '[null]'), ('suggested_questions', '["a", " "]'),
  ('suggested_questions', jsonb_build_array(repeat('x', 201))),
  ('office_hours', '[]'), ('office_hours', '"always"'), ('office_hours', '{"monday": []}'), ('office_hours', '{"mon": "09:00"}'),
  ('office_hours', '{"mon": [["9:00", "17:00"]]}'), ('office_hours', '{"mon": [["09:00"]]}'), ('office_hours', '{"mon": [["17:00", "09:00"]]}'),
  ('office_hours', '{"mon": [["24:00", "24:00"]]}'),
  ('office_hours', jsonb_build_object('mon', (select jsonb_agg('["09:00", "10:00"]'::jsonb) from generate_series(1, 200)))),
  ('time_zone', '"Mars/Olympus"'), ('time_zone', '""'), ('time_zone', 'null'),
  ('pre_chat_fields', '{}'), ('pre_chat_fields', jsonb_build_array(repeat('x', 4000))),
  ('pre_chat_fields', '["email"]'), ('pre_chat_fields', '[null]'), ('pre_chat_fields', '[{}]'),
  ('pre_chat_fields', '[{"name": "E-mail"}]'), ('pre_chat_fields', '[{"name": "email", "type": "text"}]'),
  ('pre_chat_fields', '[{"name": "email", "required": "yes"}]'), ('pre_chat_fields', '[{"name": "email", "colour": 1}]'),
  ('pre_chat_fields', '[{"name": "email"}, {"name": "email"}]'), ('pre_chat_fields', '[{"name": "plan"}]'),
  ('pre_chat_fields', '[{"name": "plan", "label": 5}]'), ('pre_chat_fields', '[{"name": "plan", "label": " \u200b"}]'),
  ('pre_chat_fields', jsonb_build_array(jsonb_build_object('name', 'plan', 'label', repeat('x', 81)))),
  ('pre_chat_fields', '[{"name": "plan", "label": "Plan", "type": "file"}]'),
  ('pre_chat_fields', '[{"name": "plan", "label": "Plan", "type": "select"}]'),
  ('pre_chat_fields', '[{"name": "plan", "label": "Plan", "options": ["a"]}]'),
  ('pre_chat_fields', '[{"name": "plan", "label": "Plan", "type": "select", "options": []}]'),
  ('pre_chat_fields', '[{"name": "plan", "label": "Plan", "type": "select", "options": [1]}]'),
  ('pre_chat_fields', '[{"name": "plan", "label": "Plan", "type": "select", "options": "a"}]'),
  ('pre_chat_fields', (select jsonb_agg(jsonb_build_object('name', 'a' || n, 'label', 'A')) from generate_series(1, 9) n)),
  ('max_length', '0'), ('max_length', '4001'), ('max_length', '1.5'), ('max_length', '"100"'), ('max_length', '1e400'), ('max_length', 'null'),
  ('reopen_hours', '-1'), ('reopen_hours', '8761'), ('waiting_amber', '0'), ('waiting_red', '604801'), ('waiting_red', 'true'),
  ('limits', '[]'), ('limits', 'null'), ('limits', '{"send": 5}'), ('limits', '{"send": [[1, 0]]}'), ('limits', '{"send": [[-1, 10]]}'),
  ('limits', jsonb_build_object(repeat('x', 4000), '[]'::jsonb)),
  ('ip_header', '""'), ('ip_header', '"X-Real-IP"'), ('ip_header', '"x real"'), ('ip_header', to_jsonb(repeat('x', 61))), ('ip_header', '5'),
  ('require_mfa', '"yes"'), ('require_mfa', '1'), ('require_mfa', 'null')
) b (field, value);
select is(tests.refusal('admin', format('public.desk_settings_save(%s)', b.patch)), 'PT400 {"field": "settings"}', format('%s is no patch', b.patch))
from (values ('null'), ('''null'''), ('''[]'''), ('''"team_name"''')) b (patch);
select is(
  tests.refusal('admin', $$ public.desk_settings_save('{"away_text": "Later", "max_length": 0}') $$), 'PT400 {"field": "max_length"}',
  'one bad value is enough'
);
select is(tests.words('admin', format('public.desk_settings_save(%L)', w.patch)), w.words, format('about %s it says what would be right', w.patch))
from (values
  ('{"max_length": 9000}', 'The longest message has 1 to 4,000 characters.'),
  ('{"max_length": "9"}', 'The longest message has 1 to 4,000 characters.'),
  ('{"time_zone": "Mars"}', '"Mars" is no time zone. Use a name like Europe/Berlin.'),
  ('{"office_hours": {"mon": [["9", "17"]]}}', 'On mon, ["9", "17"] is not ["HH:MM", "HH:MM"] with the first before the second.'),
  ('{"pre_chat_fields": [{"name": "plan"}]}', 'The field plan needs a label.'),
  ('{"colour": "red"}', 'There is no setting "colour".')
) w (patch, words);
select throws_ok(format('update support_chat.settings set %s where id', o.sql), 'PT400', o.words, format('the owner hears the same in SQL: %s', o.sql))
from (values
  ('time_zone = ''Mars''', '"Mars" is no time zone. Use a name like Europe/Berlin.'),
  ('office_hours = ''[]''', 'Office hours are an object of days, or null for always open.'),
  ('limits = ''[]''', 'Limits are an object of actions.'),
  ('suggested_questions = ''{{a},{b}}''', 'A suggested question has 1 to 200 characters.')
) o (sql, words);

select is(
  tests.refusal('admin', $$ public.desk_settings_save(jsonb_build_object(
    'greeting', repeat(chr(1), 500), 'away_text', repeat(chr(1), 500), 'pre_chat_fields', jsonb_build_array(jsonb_build_object(
      'name', 'a', 'label', 'x' || repeat(chr(1), 79), 'type', 'select',
      'options', (select jsonb_agg('x' || repeat(chr(1), 79)) from generate_series(1, 6))
    )),
    'suggested_questions', (select jsonb_agg('x' || repeat(chr(1), 199)) from generate_series(1, 6)),
    'limits', (select jsonb_object_agg('k' || n, '[]'::jsonb) from generate_series(1, 330) n)
  )) $$), 'ok', 'the record of a change has room for as much as can be changed at once'
);

-- Settings: a second factor.
select is(
  tests.refusal('admin', $$ public.desk_settings_save('{"require_mfa": true}') $$), 'PT409 {"reason": "mfa"}',
  'who has no second factor cannot require one and lock themselves out'
);
select is(
  tests.refusal_with('admin', '{"aal": "aal1"}', $$ public.desk_settings_save('{"require_mfa": true}') $$), 'PT409 {"reason": "mfa"}',
  'nor who has one and did not use it'
);
select is(
  tests.refusal_with('admin', '{"aal": "aal2"}', $$ public.desk_settings_save('{"require_mfa": true}') $$), 'ok', 'who used it can'
);
insert into tests.kept select 'topic', tests.call('agent', 'public.desk_open()') -> 'topic';
select tests.forget();
update support_chat.settings set require_mfa = true where id;
select is(tests.refusal(a, 'public.desk_open()'), 'PT403 {"reason": "mfa"}', format('then an %s without one is refused', a))
from unnest(array['agent', 'admin']) a;
select is(tests.refusal_with('agent', '{"aal": "aal2"}', 'public.desk_open()'), 'ok', 'and one with it is not');
select isnt(tests.kept('topic') #>> '{}', 'support-desk:' || s.desk_key, 'whoever listens is cut off') from support_chat.settings s;
select is(tests.heard('desk'), array['resync'], 'and hears of it');
create function tests.listens(p_claims jsonb) returns boolean language plpgsql as $$
begin
  perform set_config('request.jwt.claims', (p_claims || jsonb_build_object('sub', tests.id('agent'), 'role', 'authenticated'))::text, true);
  return (select support_chat.can_listen('support-desk:' || s.desk_key) from support_chat.settings s);
end
$$;
select is(
  array[tests.listens('{"aal": "aal2"}'), tests.listens('{"aal": "aal1"}'), tests.listens('{}')], array[true, false, false],
  'nor does knowing the new topic let anybody listen without a second factor'
);
update support_chat.settings set require_mfa = false where id;

-- Agents: the list.
insert into tests.kept select 'team', tests.call('admin', 'public.desk_agents_list()');
select is(tests.keys(tests.kept('team')), array['agents', 'invites'], 'an admin sees agents and invites');
select is(
  tests.keys(tests.kept('team') #> '{agents,0}'),
  array['active', 'availability', 'avatar', 'created_at', 'email', 'id', 'last_seen_at', 'name', 'role'], 'of an agent these, and nothing else'
);
select is(
  (select array_agg(array[a ->> 'name', a ->> 'role', a ->> 'active', a ->> 'email'] order by o) from jsonb_array_elements(tests.kept('team') -> 'agents') with ordinality t (a, o)),
  array[
    array['Admin', 'admin', 'true', 'admin@test.example'], array['Agent', 'agent', 'true', 'agent@test.example'],
    array['Other Agent', 'agent', 'true', 'other-agent@test.example'],
    array['Deactivated Agent', 'agent', 'false', 'deactivated-agent@test.example']
  ],
  'who has left comes last'
);
savepoint few;
with many as (insert into auth.users (id) select gen_random_uuid() from generate_series(1, 300) returning id)
insert into support_chat.agents (user_id, display_name, active) select m.id, 'Aaron', false from many m;
select is(
  (select array[count(*), count(*) filter (where (a ->> 'active')::boolean)] from jsonb_array_elements(tests.call('admin', 'public.desk_agents_list()') -> 'agents') a),
  array[200, 3]::bigint[], 'of very many it is 200, and none who is active is missing'
);
rollback to few;
select is(
  position('@' in tests.call('agent', 'public.desk_open()')::text || tests.call('agent', 'public.desk_sync()')::text), 0,
  'agents learn each other''s email nowhere'
);

-- Agents: changing one.
create function tests.saving(p_agent text, p_rest text) returns text language sql stable as $$
  select format('public.desk_agents_save(%L, %s)', tests.id(p_agent), p_rest)
$$;
select tests.written_down();
select is(
  (tests.call('admin', tests.saving('agent', 'p_name => U&'' Aga\202E ''')) -> 'agent') - 'created_at' - 'last_seen_at',
  jsonb_build_object('id', tests.id('agent'), 'name', 'Aga', 'avatar', null, 'role', 'agent', 'active', true, 'email', 'agent@test.example', 'availability', 'offline'),
  'an admin renames an agent, without characters that disguise, and sees them as in the list'
);
select is(tests.call('admin', tests.saving('agent', '''admin''')) #>> '{agent,role}', 'admin', 'makes them an admin');
select is(tests.call('agent', 'public.desk_open()') #>> '{me,role}', 'admin', 'which they are at once');
select is(tests.call('admin', tests.saving('agent', '''agent''')) #>> '{agent,role}', 'agent', 'and an agent again');
select is(tests.refusal('agent', 'public.desk_agents_list()'), 'PT403 {"reason": "admin"}', 'which they are at once, too');
select is(tests.call('admin', tests.saving('agent', 'p_active => false')) #> '{agent,active}', 'false', 'lets them go');
select is(tests.outcome('agent', 'public.desk_open()'), 'PT403', 'their token is of no use from the next request on');
select is(tests.call('admin', tests.saving('agent', 'p_active => true')) #> '{agent,active}', 'true', 'and takes them back');
select is(tests.outcome('agent', 'public.desk_open()'), 'ok', 'as if they had not been gone');
select tests.call('admin', tests.saving('agent', 'null'));
select is(
  tests.written_down(), (select array_agg('admin: agent.changed'::text) from generate_series(1, 5)), 'every change is written down, no change is not'
);
select is(tests.refusal('admin', tests.saving('agent', b.rest)), b.outcome, b.what)
from (values
  ('''boss''', 'PT400 {"field": "role"}', 'there is no third role'),
  ('''''', 'PT400 {"field": "role"}', 'nor an empty one'),
  ('p_name => ''''', 'PT400 {"field": "name"}', 'an agent has a name'),
  ('p_name => U&''\200B''', 'PT400 {"field": "name"}', 'that can be seen'),
  ('p_name => repeat(''x'', 81)', 'PT400 {"field": "name"}', 'and is not endless'),
  ('p_name => repeat(''x'', 1000000)', 'PT400 {"field": "name"}', 'not even a megabyte')
) b (rest, outcome, what);
select is(tests.refusal('admin', 'public.desk_agents_save(gen_random_uuid(), p_active => true)'), 'PT404', 'who is no agent is not made one');
select is(tests.refusal('admin', tests.saving('user', '''admin''')), 'PT404', 'not even a user');
select is(tests.refusal('admin', 'public.desk_agents_save(null)'), 'PT404', 'nobody is no agent');

-- Agents: the last admin.
select is(tests.refusal('admin', tests.saving('admin', b.rest)), 'PT409 {"reason": "last-admin"}', b.what)
from (values
  ('''agent''', 'the last admin does not become an agent'), ('p_active => false', 'nor leave'), ('''agent'', false, ''Gone''', 'nor both')
) b (rest, what);
select is(tests.refusal('admin', tests.saving('admin', '''admin'', true, ''Ada''')), 'ok', 'but may stay and change their name');
update support_chat.agents set role = 'admin' where user_id in (tests.id('deactivated agent'), tests.id('other agent'));
select is(tests.refusal('admin', tests.saving('admin', '''agent''')), 'ok', 'of two, one may go');
update support_chat.agents set active = false where user_id = tests.id('other agent');
select is(tests.refusal('admin', tests.saving('admin', '''agent''')), 'PT409 {"reason": "last-admin"}', 'an admin who has left does not count');
update support_chat.agents set active = true where user_id = tests.id('other agent');
select tests.call('admin', tests.saving('other agent', '''agent'''));
select is(tests.refusal('other agent', tests.saving('admin', '''agent''')), 'PT403 {"reason": "admin"}', 'of two who demote each other, the second is none any more');

-- Nobody makes themselves an agent, or more than they are.
select is(tests.refusal('agent', tests.saving('agent', '''admin''')), 'PT403 {"reason": "admin"}', 'an agent does not promote themselves');
select is(tests.refusal('agent', tests.saving('other agent', '''admin''')), 'PT403 {"reason": "admin"}', 'nor anybody else');
select is(
  tests.refusal_with('user', '{"user_metadata": {"role": "admin", "is_agent": true}, "app_metadata": {"role": "admin"}, "role": "authenticated"}', 'public.desk_open()'),
  'PT403', 'what users write about themselves makes nobody an agent'
);
select is(tests.refusal('user', tests.saving('user', '''agent''')), 'PT403', 'nor does asking for it');

-- Invites.
select tests.written_down();
insert into tests.kept select 'invited', tests.call('admin', 'public.desk_agents_invite()');
select is(tests.keys(tests.kept('invited')), array['invite', 'token'], 'an admin gets an invite and its token');
select matches(tests.kept('invited') ->> 'token', '^inv1_[0-9a-f]{64}$', 'the token is 256 random bits');
select is(
  (tests.kept('invited') -> 'invite') - 'id' - 'created_at' - 'expires_at',
  jsonb_build_object('role', 'agent', 'created_by', jsonb_build_object('id', tests.id('admin'), 'name', 'Admin')), 'it says for which role and by whom'
);
select is(
  (tests.kept('invited') #>> '{invite,expires_at}')::timestamptz - (tests.kept('invited') #>> '{invite,created_at}')::timestamptz,
  interval '72 hours', 'it lives for 72 hours'
);
select is(
  (select i.token_hash from support_chat.invites i), sha256(convert_to(tests.kept('invited') ->> 'token', 'UTF8')), 'of the token only the hash is stored'
);
select is(
  (select count(*)::integer from support_chat.invites i, support_chat.audit_log l where position(tests.kept('invited') ->> 'token' in i::text || l::text) > 0), 0,
  'nowhere is the token itself'
);
select isnt(tests.kept('invited') ->> 'token', tests.call('admin', 'public.desk_agents_invite()') ->> 'token', 'no two are the same');
select is(
  tests.call('admin', 'public.desk_agents_list()') -> 'invites' @> jsonb_build_array(tests.kept('invited') -> 'invite'), true, 'the list has it'
);
select is(position('inv1_' in tests.call('admin', 'public.desk_agents_list()')::text), 0, 'without its token');
select is(tests.refusal('admin', format('public.desk_agents_invite(%s)', r)), 'PT400 {"field": "role"}', format('nobody is invited as %s', r))
from unnest(array['''boss''', '''''', 'null']) r;

create function tests.joining(p_name text default 'Ursula', p_token text default null) returns text language sql stable as $$
  select format('public.desk_agents_join(%L, %L)', coalesce(p_token, tests.kept('invited') ->> 'token'), p_name)
$$;
select is(tests.refusal(a.actor, tests.joining()), a.outcome, format('%s with an invite: %s', a.actor, a.outcome))
from (values
  ('outsider', 'PT401'), ('anonymous user', 'PT403'), ('agent', 'PT409 {"reason": "agent"}'), ('admin', 'PT409 {"reason": "agent"}'),
  ('user', 'ok'), ('deactivated agent', 'ok')
) a (actor, outcome);
select is(
  tests.refusal_with('user', '{"sub": "auth0|12345"}', tests.joining()), 'PT403', 'who signed in elsewhere, under a name that is no user, has no account to be an agent with'
);
select is(tests.refusal_with('user', '{"sub": "aaaaaaaa-0000-4000-8000-0000000000ff"}', tests.joining()), 'PT403', 'nor has a user who is gone');
select is(tests.refusal('user', tests.joining(n)), 'PT400 {"field": "name"}', 'joining needs a name')
from unnest(array['', ' ', repeat('x', 81)]) n;
select is(tests.refusal('user', 'public.desk_agents_join(:token, null)'), 'PT404', 'a visitor''s token is no invite');
select is(tests.refusal('user', tests.joining('Ursula', t.token)), 'PT404', format('%s is not found, and nothing else', t.what))
from (values
  ('inv1_' || repeat('0', 64), 'an unknown token'), ('', 'nothing'), (repeat('x', 1000000), 'a megabyte'),
  (upper(tests.kept('invited') ->> 'token'), 'a token in capitals'), ((tests.kept('invited') ->> 'token') || E'\n', 'a token with a line break'),
  ((select encode(i.token_hash, 'hex') from support_chat.invites i where i.id = (tests.kept('invited') #>> '{invite,id}')::uuid), 'a stored hash')
) t (token, what);
select is(tests.refusal('user', 'public.desk_agents_join(null, ''Ursula'')'), 'PT404', 'null is not found either');
select tests.become('user');
select set_config('request.method', 'GET', true);
select throws_ok($$ select public.desk_agents_join('inv1_', 'Ursula') $$, 'PT405', null, 'a token in a URL is not looked at');
select set_config('role', 'none', true);

savepoint lives;
update support_chat.invites set expires_at = now() where used_at is null;
select is(tests.refusal('user', tests.joining()), 'PT404', 'after 72 hours an invite is not found');
select is(tests.call('admin', 'public.desk_agents_list()') -> 'invites', '[]', 'nor listed');
rollback to lives;
update support_chat.agents set role = 'agent' where user_id = tests.id('admin');
select is(tests.refusal('user', tests.joining()), 'PT404', 'nor when who invited is no admin any more');
update support_chat.agents set role = 'admin' where user_id = tests.id('agent');
select is(tests.call('agent', 'public.desk_agents_list()') -> 'invites', '[]', 'then it is not listed either');
rollback to lives;
update support_chat.agents set role = 'admin' where user_id = tests.id('agent');
update support_chat.agents set active = false where user_id = tests.id('admin');
select is(tests.refusal('user', tests.joining()), 'PT404', 'or has left');
select is(tests.call('agent', 'public.desk_agents_list()') -> 'invites', '[]', 'and the list has it no more');
rollback to lives;
delete from auth.users where id = tests.id('admin');
select is((select count(*)::integer from support_chat.invites), 0, 'the invites of who is removed go with them');
rollback to lives;
update support_chat.settings set require_mfa = true where id;
select is(tests.refusal('user', tests.joining()), 'PT403 {"reason": "mfa"}', 'where a second factor is required, joining requires it');
rollback to lives;

select is(
  (tests.refusal('agent', tests.joining()), (select i.used_at from support_chat.invites i where i.id = (tests.kept('invited') #>> '{invite,id}')::uuid)),
  ('PT409 {"reason": "agent"}'::text, null::timestamptz), 'an invite opened by an agent stays unused'
);
select tests.written_down();
insert into tests.kept select 'me', tests.call('user', tests.joining(' Ursula ')) -> 'me';
select is(
  tests.kept('me'), tests.call('user', 'public.desk_open()') -> 'me', 'who joins gets what opening the desk says about them'
);
select is(array[tests.kept('me') ->> 'name', tests.kept('me') ->> 'role'], array['Ursula', 'agent'], 'with the name they chose and the role they were invited for');
select is(tests.written_down(), array['user: invite.accepted', 'user: agent.added'], 'that they joined, and by which invite, is written down');
select is(tests.refusal('deactivated agent', tests.joining()), 'PT404', 'an invite is good for one');
select is(
  tests.call('admin', 'public.desk_agents_list()') -> 'invites' @> jsonb_build_array(tests.kept('invited') -> 'invite'), false, 'the list has it no more'
);
select is(
  tests.refusal('admin', format('public.desk_agents_uninvite(%L)', tests.kept('invited') #> '{invite,id}' #>> '{}')), 'PT404', 'and it cannot be withdrawn any more'
);
update tests.kept set value = tests.call('admin', 'public.desk_agents_invite(''admin'')') where name = 'invited';
update support_chat.agents set role = 'agent' where user_id = tests.id('deactivated agent');
select is(
  (tests.call('deactivated agent', tests.joining('Back again')) -> 'me') - 'id' - 'avatar' - 'viewing',
  '{"name": "Back again", "role": "admin", "availability": "offline"}', 'who had left comes back as what they are invited for'
);
select tests.call('admin', tests.saving('deactivated agent', '''agent'', false'));

-- Invites: withdrawing, and how many.
update tests.kept set value = tests.call('admin', 'public.desk_agents_invite()') where name = 'invited';
select tests.written_down();
select is(tests.call('admin', format('public.desk_agents_uninvite(%L)', tests.kept('invited') #>> '{invite,id}')), '{}', 'an admin withdraws an invite');
select is(tests.written_down(), array['admin: invite.withdrawn'], 'which is written down');
select is(tests.refusal('deactivated agent', tests.joining()), 'PT404', 'and is not found any more');
select is(tests.refusal('admin', 'public.desk_agents_uninvite(null)'), 'PT404', 'nothing is no invite');
delete from support_chat.invites where id is not null;
select tests.call('admin', 'public.desk_agents_invite()') from generate_series(1, 50);
select is(tests.refusal('admin', 'public.desk_agents_invite()'), 'PT409 {"reason": "full"}', 'there are at most fifty');
update support_chat.invites set expires_at = now() where id = (select i.id from support_chat.invites i limit 1);
select is(tests.refusal('admin', 'public.desk_agents_invite()'), 'ok', 'who do not count when they are over');
update support_chat.invites set expires_at = now() - interval '31 days' where id is not null;
select tests.written_down();
select tests.call('admin', 'public.desk_agents_invite()');
select is((select count(*)::integer from support_chat.invites), 1, 'what is long over is cleared away by the next one');
select is(tests.written_down(), array['admin: invite.made'], 'which is nobody''s doing');
select hasnt_column('support_chat', 'invites', 'email', 'an invite names no address that somebody else could sign up with');

-- Everybody's own name and picture.
select is(
  (tests.call('agent', $$ public.desk_profile_save('Ada', 'data:image/png;base64,iVBORw0KGgo=') $$) -> 'me') - 'id' - 'availability' - 'viewing',
  '{"name": "Ada", "avatar": "data:image/png;base64,iVBORw0KGgo=", "role": "agent"}', 'an agent changes their own name and picture'
);
select is(
  (tests.call('agent', 'public.desk_profile_save()') -> 'me') - 'id' - 'availability' - 'viewing',
  '{"name": "Ada", "avatar": "data:image/png;base64,iVBORw0KGgo=", "role": "agent"}', 'what is not given stays'
);
select is(tests.call('agent', $$ public.desk_profile_save(p_avatar => '') $$) #> '{me,avatar}', 'null', 'an empty picture is none');
select is(tests.refusal('agent', format('public.desk_profile_save(%s)', b.value)), format('PT400 {"field": "%s"}', b.field), b.what)
from (values
  ('''''', 'name', 'an empty name is none'), ('U&''\2800\3164''', 'name', 'nor is one of blanks'), ('repeat(''x'', 81)', 'name', '81 characters are too many'),
  ('p_avatar => ''https://example.com/me.png''', 'avatar', 'a picture is not elsewhere'),
  ('p_avatar => ''data:image/svg+xml;base64,AAAA''', 'avatar', 'and no drawing, which may run scripts'),
  ('p_avatar => ''data:image/png;base64,'' || repeat(''A'', 16384)', 'avatar', 'nor large'),
  ('p_avatar => ''data:image/png;base64,AA"><img src=x>''', 'avatar', 'nor anything but base64'),
  ('p_avatar => E''data:image/png;base64,AAAA\n''', 'avatar', 'not even with a line break')
) b (value, field, what);
select is(
  (select a.display_name from support_chat.agents a where a.user_id = tests.id('other agent')), 'Other Agent', 'nobody else''s name has changed'
);
select tests.call('admin', tests.saving('agent', 'p_name => ''Agent'''));

-- Keys for the host's own backend.
delete from support_chat.identity_keys where kid is not null;
select tests.written_down();
insert into tests.kept select 'key', tests.call('admin', 'public.desk_identity_add()');
select matches(tests.kept('key') ->> 'secret', '^[0-9a-f]{64}$', 'a new key''s secret is shown');
select is(tests.call('admin', 'public.desk_identity_list()'), jsonb_build_object('keys', jsonb_build_array(tests.kept('key') -> 'key')), 'the list has the key');
select is(
  position(tests.kept('key') ->> 'secret' in tests.call('admin', 'public.desk_identity_list()')::text || tests.call('admin', 'public.desk_audit_list()')::text), 0,
  'and its secret is never shown again'
);
select isnt(tests.call('admin', 'public.desk_identity_add()') -> 'secret', tests.kept('key') -> 'secret', 'another key has another secret');
select is(tests.refusal('admin', 'public.desk_identity_add()'), 'PT409 {"reason": "full"}', 'two keys are enough to change from one to the other');
select is(tests.call('admin', format('public.desk_identity_remove(%L)', tests.kept('key') #>> '{key,kid}')), '{}', 'then the old one goes');
select is(tests.refusal('admin', format('public.desk_identity_remove(%L)', tests.kept('key') #>> '{key,kid}')), 'PT404', 'once');
select is(tests.refusal('admin', 'public.desk_identity_remove(null)'), 'PT404', 'nothing is no key');
select is(
  tests.written_down(), array['admin: identity.added', 'admin: identity.added', 'admin: identity.removed'], 'all of it is written down'
);
select is(
  (select l.subject from support_chat.audit_log l order by l.id desc limit 1), tests.kept('key') #>> '{key,kid}', 'with the name of the key'
);

-- Canned answers.
create function tests.answers(p_actor text) returns text[] language sql as $$
  select array_agg((r ->> 'shortcut') || case when (r ->> 'shared')::boolean then ' shared' else '' end order by o)
  from jsonb_array_elements(tests.call(p_actor, 'public.desk_canned_list()') -> 'responses') with ordinality t (r, o)
$$;
select is(tests.call('agent', 'public.desk_canned_list()'), '{"responses": []}', 'at first there are no answers');
insert into tests.kept select 'own', tests.call('agent', $$ public.desk_canned_save(null, 'thanks', U&' Thank\202E you ', E'Thanks!\nBye.') $$) -> 'response';
select is(
  tests.kept('own') - 'id' - 'updated_at', '{"shortcut": "thanks", "title": "Thank you", "content": "Thanks!\nBye.", "shared": false}',
  'an agent makes an answer of their own'
);
select is(tests.call('agent', 'public.desk_canned_list()'), jsonb_build_object('responses', jsonb_build_array(tests.kept('own'))), 'and has it in their list');
select is(tests.answers('other agent'), null, 'which nobody else sees');
select is(tests.answers('admin'), null, 'not even an admin');
select is(tests.written_down(), null, 'or reads about');
insert into tests.kept select 'shared', tests.call('admin', $$ public.desk_canned_save(null, 'thanks', 'Thanks from all', 'Thank you', true) $$) -> 'response';
select is(tests.answers('agent'), array['thanks shared', 'thanks'], 'an admin makes one for all, which may have the same shortcut');
select tests.call('other agent', $$ public.desk_canned_save(null, 'a', 'A', 'A') $$), tests.call('other agent', $$ public.desk_canned_save(null, 'z', 'Z', 'Z') $$);
select is(tests.answers('other agent'), array['a', 'thanks shared', 'z'], 'they come in the order of their shortcuts');

create function tests.answer(p_id jsonb, p_rest text) returns text language sql immutable as $$
  select format('public.desk_canned_save(%L, %s)', p_id #>> '{}', p_rest)
$$;
select is(
  (tests.call('agent', tests.answer(tests.kept('own') -> 'id', '''bye'', ''Bye'', ''Good bye''')) -> 'response') - 'updated_at',
  tests.kept('own') - 'updated_at' || '{"shortcut": "bye", "title": "Bye", "content": "Good bye"}', 'an agent changes their own'
);
select is(tests.refusal(a.actor, tests.answer(tests.kept(a.id) -> 'id', a.rest)), a.outcome, a.what)
from (values
  ('other agent', 'own', '''bye'', ''Bye'', ''x''', 'PT404', 'nobody changes somebody else''s'),
  ('admin', 'own', '''bye'', ''Bye'', ''x'', true', 'PT404', 'not even an admin'),
  ('agent', 'shared', '''bye'', ''Bye'', ''x'', true', 'PT403 {"reason": "admin"}', 'an agent changes no shared one'),
  ('agent', 'shared', '''own'', ''Own'', ''x''', 'PT403 {"reason": "admin"}', 'nor takes it for themselves'),
  ('agent', 'own', '''bye'', ''Bye'', ''x'', true', 'PT403 {"reason": "admin"}', 'nor shares their own'),
  ('agent', 'nothing', '''bye'', ''Bye'', ''x''', 'PT409 {"reason": "shortcut"}', 'a shortcut is there once'),
  ('agent', 'nothing', '''bye'', ''Bye'', ''x'', true', 'PT403 {"reason": "admin"}', 'and an agent makes none for all'),
  ('admin', 'nothing', '''thanks'', ''Bye'', ''x'', true', 'PT409 {"reason": "shortcut"}', 'also among the shared ones'),
  ('admin', 'nothing', '''bye'', ''Bye'', ''x'', true', 'ok', 'but an agent''s own shortcut is in nobody''s way'),
  ('agent', 'nothing', '''hey'', ''Hey'', ''x'', null', 'ok', 'what is not said to be shared is not')
) a (actor, id, rest, outcome, what);
select is(tests.refusal('agent', 'public.desk_canned_save(gen_random_uuid(), ''bye'', ''Bye'', ''x'')'), 'PT404', 'what is not there is not changed');
select is(tests.refusal('agent', tests.answer(null, b.rest)), format('PT400 {"field": "%s"}', b.field), format('%s is refused', b.rest))
from (values
  (''''', ''T'', ''x''', 'shortcut'), ('null, ''T'', ''x''', 'shortcut'), ('''Two words'', ''T'', ''x''', 'shortcut'), ('''-a'', ''T'', ''x''', 'shortcut'),
  ('E''a\n'', ''T'', ''x''', 'shortcut'), ('repeat(''a'', 41), ''T'', ''x''', 'shortcut'),
  ('''a'', '''', ''x''', 'title'), ('''a'', null, ''x''', 'title'), ('''a'', repeat(''x'', 121), ''x''', 'title'), ('''a'', U&''\200B'', ''x''', 'title'),
  ('''a'', ''T'', ''''', 'content'), ('''a'', ''T'', null', 'content'), ('''a'', ''T'', repeat(''x'', 4001)', 'content'), ('''a'', ''T'', E'' \n''', 'content')
) b (rest, field);
select tests.written_down();
select is(
  tests.call('admin', tests.answer(tests.kept('shared') -> 'id', '''merci'', ''Merci'', ''Merci'', false')) #> '{response,shared}', 'false', 'an admin takes a shared one for themselves'
);
select is(tests.answers('agent'), array['bye'], 'then the others have it no more');
select tests.call('admin', tests.answer(tests.kept('shared') -> 'id', '''merci'', ''Merci'', ''Merci'', true'));
select is(tests.answers('agent'), array['bye', 'merci shared'], 'and gives it back');
select tests.call('admin', tests.answer(tests.kept('shared') -> 'id', '''merci'', ''Merci'', ''Merci beaucoup'', true'));
select is(tests.refusal('agent', format('public.desk_canned_delete(%L)', tests.kept('shared') ->> 'id')), 'PT403 {"reason": "admin"}', 'an agent removes no shared one');
select is(tests.refusal('other agent', format('public.desk_canned_delete(%L)', tests.kept('own') ->> 'id')), 'PT404', 'nor somebody else''s');
select is(tests.refusal('agent', 'public.desk_canned_delete(null)'), 'PT404', 'nor nothing');
select is(tests.call('admin', format('public.desk_canned_delete(%L)', tests.kept('shared') ->> 'id')), '{}', 'an admin does');
select is(tests.call('agent', format('public.desk_canned_delete(%L)', tests.kept('own') ->> 'id')), '{}', 'and everybody their own');
select is(tests.answers('agent'), null, 'then they are gone');
select is(
  tests.written_down(), array['admin: canned.removed', 'admin: canned.added', 'admin: canned.changed', 'admin: canned.removed'],
  'what happens to shared ones is written down, and only that'
);
insert into support_chat.canned_responses (owner_id, shortcut, title, content)
select o.id, 'n' || n, 'N', 'N' from generate_series(1, 499) n, (values (null), (tests.id('agent'))) o (id);
select isnt(tests.call('agent', tests.answer(null, '''n500'', ''N'', ''N''')), null, 'an agent has 500 answers');
select isnt(tests.call('admin', tests.answer(null, '''n500'', ''N'', ''N'', true')), null, 'all together have 500');
select is(tests.refusal('agent', tests.answer(null, '''more'', ''More'', ''x''')), 'PT409 {"reason": "full"}', 'an agent has no more');
select is(tests.refusal('admin', tests.answer(null, '''more'', ''More'', ''x'', true')), 'PT409 {"reason": "full"}', 'and neither have all together');
select is(
  (select tests.refusal('agent', tests.answer(to_jsonb(c.id), '''more'', ''More'', ''x''')) from support_chat.canned_responses c where c.owner_id = tests.id('agent') limit 1),
  'ok', 'what is there can still be changed'
);
select is(tests.refusal('admin', tests.answer(null, '''more'', ''More'', ''x''')), 'ok', 'but each counts for themselves');
select is(jsonb_array_length(tests.call('agent', 'public.desk_canned_list()') -> 'responses'), 1000, 'the list has all of them');
delete from support_chat.canned_responses where shortcut like 'n%';

-- The record of it all.
insert into tests.kept select 'page', tests.call('admin', 'public.desk_audit_list(null, 3)');
select is(
  (select array_agg((e ->> 'id')::bigint order by o) from jsonb_array_elements(tests.kept('page') -> 'entries') with ordinality t (e, o)),
  (select array_agg(l.id order by l.id desc) from (select l.id from support_chat.audit_log l order by l.id desc limit 3) l), 'the newest entries come first'
);
select is(tests.keys(tests.kept('page') #> '{entries,0}'), array['action', 'actor', 'at', 'details', 'id', 'subject'], 'each with these fields');
select is(tests.kept('page') -> 'more', 'true', 'there are more');
select is(
  tests.call('admin', format('public.desk_audit_list(%s, 1)', tests.kept('page') #> '{entries,1,id}')) -> 'entries',
  jsonb_build_array(tests.kept('page') #> '{entries,2}'), 'which are those before the last one seen'
);
select is(tests.call('admin', 'public.desk_audit_list(1)'), '{"entries": [], "more": false}', 'before the first there is none');
insert into support_chat.audit_log (actor_id, action, subject) select null, 'test', 'many' from generate_series(1, 150);
select is(jsonb_array_length(tests.call('admin', format('public.desk_audit_list(null, %s)', l.asked)) -> 'entries'), l.got, format('asked for %s it gives %s', l.asked, l.got))
from (values (1000000, 100), (100, 100), (0, 1), (-5, 1)) l (asked, got);
select is(jsonb_array_length(tests.call('admin', 'public.desk_audit_list()') -> 'entries'), 50, 'asked for nothing, fifty');
select is(jsonb_array_length(tests.call('admin', 'public.desk_audit_list(null, null)') -> 'entries'), 50, 'asked for null as well');
select is(tests.call('admin', 'public.desk_audit_list(null, 1)') #> '{entries,0,actor}', 'null', 'what the project''s owner does has no actor');
insert into support_chat.audit_log (actor_id, action, subject) values (tests.id('admin'), 'test', 'x'), ('aaaaaaaa-0000-4000-8000-0000000000ff', 'test', 'x');
select is(
  (select jsonb_agg(e -> 'actor') from jsonb_array_elements(tests.call('admin', 'public.desk_audit_list(null, 2)') -> 'entries') e),
  jsonb_build_array('{"id": "aaaaaaaa-0000-4000-8000-0000000000ff", "name": ""}'::jsonb, jsonb_build_object('id', tests.id('admin'), 'name', 'Admin')),
  'who has been removed is an id without a name'
);

-- Who leaves gives back what they had.
update support_chat.settings set limits = '{}', reopen_hours = 72 where id;
create table tests.conversations (what text primary key, id uuid);
insert into tests.conversations select 'assigned', tests.start('visitor', 'One');
select tests.call('agent', format('public.desk_assign(:session, %L)', tests.id('agent')));
insert into tests.conversations select 'snoozed', tests.start('visitor', 'Two');
select tests.call('agent', format('public.desk_assign(:session, %L)', tests.id('agent')));
select tests.call('agent', 'public.desk_snooze(:session, now() + interval ''1 day'')');
insert into tests.conversations select 'closed', tests.start('visitor', 'Three');
select tests.call('agent', format('public.desk_assign(:session, %L)', tests.id('agent')));
select tests.call('agent', 'public.desk_close(:session)');
insert into tests.conversations select 'somebody else''s', tests.start('other visitor', 'Four');
select tests.call('agent', format('public.desk_assign(:session, %L)', tests.id('other agent')));
create function tests.state(p_what text) returns text language sql stable as $$
  select concat_ws(' ', s.status, a.display_name, s.rev)
  from tests.conversations c join support_chat.sessions s on s.id = c.id left join support_chat.agents a on a.user_id = s.agent_id
  where c.what = p_what
$$;
create function tests.last_line(p_what text) returns jsonb language sql stable as $$
  select m.event from tests.conversations c join support_chat.messages m on m.session_id = c.id
  where c.what = p_what order by m.seq desc limit 1
$$;
create table tests.states as select c.what, tests.state(c.what) as state from tests.conversations c;
create function tests.state_before(p_what text) returns text language sql stable as $$
  select s.state from tests.states s where s.what = p_what
$$;
insert into tests.kept select 'desk topic', tests.call('admin', 'public.desk_sync()') -> 'topic';
savepoint all_here;

select tests.forget();
select tests.call('admin', tests.saving('agent', 'p_active => false'));
select is(
  (select array_agg(s.status || coalesce(s.agent_id::text, '') order by c.what) from tests.conversations c join support_chat.sessions s using (id) where c.what in ('assigned', 'snoozed')),
  array['open', 'open'], 'what a deactivated agent had is open to all'
);
select is(tests.state('closed'), tests.state_before('closed'), 'what was closed stays untouched');
select is(tests.state('somebody else''s'), tests.state_before('somebody else''s'), 'so does what others have');
select is(
  tests.last_line('assigned'), '{"type": "unassigned", "actor": {"kind": "agent", "name": "Admin"}, "agent": null}', 'a line in each says so'
);
select is(tests.last_line('snoozed') ->> 'type', 'unassigned', 'in each');
select is(
  (select array_agg(to_jsonb(s.event || ' ' || s.topic)) from tests.sent('desk') s), array[to_jsonb('resync ' || (tests.kept('desk topic') #>> '{}'))],
  'agents hear "resync" once, however many there were'
);
select is(
  (select array_agg(s.event || ' ' || (s.payload #>> '{session,status}') || coalesce(s.payload #>> '{session,agent}', '')) from tests.sent('visitor') s),
  array['session open', 'session open'], 'the visitor is told of each'
);
select is(
  (select array_agg(c.what order by c.what) from jsonb_array_elements(tests.call('other agent', 'public.desk_sync()') -> 'sessions') s join tests.conversations c on c.id = (s #>> '{session,id}')::uuid
    where s #>> '{session,status}' = 'open'),
  array['assigned', 'snoozed'], 'agents learn of all of them by the next sync'
);
select tests.forget();
select tests.call('other agent', format('public.desk_assign(%L, %L)', (select id from tests.conversations where what = 'assigned'), tests.id('other agent')));
select is(tests.heard('desk'), array['message event'], 'after which they hear of everything again');
select is(
  tests.refusal('admin', format('public.desk_assign(%L, %L)', (select id from tests.conversations where what = 'snoozed'), tests.id('agent'))),
  'PT400 {"field": "agent"}', 'nothing is given to who has left'
);
select throws_ok(
  format('update support_chat.sessions set agent_id = %L where id = %L', tests.id('agent'), (select id from tests.conversations where what = 'snoozed')), 'PT400', null,
  'by whatever way'
);
select is(
  tests.call('visitor', format('public.chat_reopen(:token, %L)', (select id from tests.conversations where what = 'closed'))) #>> '{session,status}', 'open',
  'what they had closed is open to all when it is reopened'
);
rollback to all_here;

select tests.forget();
select tests.call('admin', tests.saving('agent', '''admin'', p_name => ''Agatha'''));
select is(tests.heard('desk') || tests.heard('visitor'), '{}', 'a new role or name releases nothing');
rollback to all_here;

select tests.forget();
select set_config('support_chat.agent_id', '', true), set_config('request.jwt.claims', '', true);
delete from auth.users where id = tests.id('agent');
select is(
  (select array_agg(s.status || coalesce(s.agent_id::text, '') order by c.what) from tests.conversations c join support_chat.sessions s using (id)),
  array['open', 'closed', 'open', 'assigned' || tests.id('other agent')], 'who is removed leaves nothing behind either, and closed ones without an agent'
);
select is(tests.last_line('assigned') -> 'actor', '{"kind": "system", "name": null}', 'nobody is said to have done it');
select is(tests.heard('desk'), array['resync'], 'agents hear "resync" once');
select is(
  (select array_agg(s.event || ' ' || (s.payload #>> '{session,status}')) from tests.sent('visitor') s), array['session open', 'session open'], 'visitors are told'
);
rollback to all_here;

select tests.forget();
select set_config('support_chat.agent_id', '', true), set_config('request.jwt.claims', '', true);
delete from auth.users where id in (tests.id('agent'), tests.id('other agent'));
select is(tests.heard('desk'), array['resync', 'resync'], 'of two who are removed at once, agents hear two');
select is(
  (select array_agg(distinct s.status) from support_chat.sessions s), array['closed', 'open'], 'and nothing is left with them'
);
rollback to all_here;

-- The wall: what the database itself refuses to a function that forgets everything, as an agent and as an admin.
create function tests.as_role(p_actor text, p_sql text) returns text language plpgsql as $$
declare
  touched integer;
begin
  perform set_config('support_chat.agent_id', coalesce(tests.id(p_actor)::text, ''), true),
    set_config('support_chat.agent_role', case p_actor when 'admin' then 'admin' when 'agent' then 'agent' else '' end, true),
    set_config('role', 'support_chat_agent', true);
  execute p_sql;
  get diagnostics touched = row_count;
  raise exception '% rows', touched using errcode = 'TST00';
exception
  when sqlstate 'TST00' then return sqlerrm;
  when others then return sqlstate;
end
$$;
grant usage on schema tests to support_chat_agent;
grant select on tests.users to support_chat_agent;
insert into support_chat.canned_responses (owner_id, shortcut, title, content)
values (tests.id('agent'), 'mine', 'Mine', 'x'), (tests.id('other agent'), 'theirs', 'Theirs', 'x'), (null, 'ours', 'Ours', 'x');
delete from support_chat.identity_keys where kid is not null;
insert into support_chat.identity_keys (kid) values ('wall');
select is(
  array[tests.as_role('nobody', c.sql), tests.as_role('agent', c.sql), tests.as_role('admin', c.sql)], c.outcome,
  format('%s: to nobody, an agent and an admin %s', c.what, array_to_string(c.outcome, ', '))
)
from (values
  ('update support_chat.settings set team_name = ''Mine'', require_mfa = true, limits = ''{}'', ip_header = ''x-forwarded-for'' where id', array['0 rows', '0 rows', '1 rows'], 'changing settings'),
  ('update support_chat.settings set desk_key = repeat(''0'', 64) where id', array['42501', '42501', '42501'], 'choosing the agents'' key'),
  ('update support_chat.settings set ip_salt = repeat(''0'', 64) where id', array['42501', '42501', '42501'], 'choosing the salt'),
  ('select ip_salt from support_chat.settings', array['42501', '42501', '42501'], 'reading the salt'),
  ('delete from support_chat.settings where id', array['42501', '42501', '42501'], 'removing the settings'),
  ('update support_chat.agents set role = ''admin'' where user_id is not null', array['42501', '42501', '42501'], 'choosing a role'),
  ('update support_chat.agents set active = true where user_id is not null', array['42501', '42501', '42501'], 'choosing who is active'),
  ('update support_chat.agents set display_name = ''Me'', avatar_url = null where user_id is not null', array['0 rows', '1 rows', '1 rows'], 'renaming everybody'),
  ('insert into support_chat.agents (user_id, display_name, role) select u.id, ''Me'', ''admin'' from tests.users u where u.actor = ''user''', array['42501', '42501', '42501'], 'making an agent'),
  ('delete from support_chat.agents where user_id is not null', array['42501', '42501', '42501'], 'removing agents'),
  ('select id, role from support_chat.invites', array['0 rows', '0 rows', '1 rows'], 'reading invites'),
  ('select token_hash from support_chat.invites', array['42501', '42501', '42501'], 'reading the hash of an invite'),
  ('insert into support_chat.invites (token_hash, role, created_by) select sha256(''x''), ''admin'', u.id from tests.users u where u.actor = ''admin''', array['42501', '42501', '1 rows'], 'inviting in an admin''s name'),
  ('insert into support_chat.invites (token_hash, role, created_by) select sha256(''x''), ''admin'', u.id from tests.users u where u.actor = ''agent''', array['42501', '42501', '42501'], 'inviting in an agent''s name'),
  ('insert into support_chat.invites (token_hash, role, created_by, expires_at) select sha256(''x''), ''admin'', u.id, ''infinity'' from tests.users u where u.actor = ''admin''', array['42501', '42501', '42501'], 'inviting for ever'),
  ('update support_chat.invites set expires_at = ''infinity'', role = ''admin'' where id is not null', array['42501', '42501', '42501'], 'changing an invite'),
  ('delete from support_chat.invites where true', array['0 rows', '0 rows', '1 rows'], 'withdrawing invites'),
  ('select kid from support_chat.identity_keys', array['42501', '42501', '42501'], 'reading keys'),
  ('insert into support_chat.identity_keys (kid) values (''mine'')', array['42501', '42501', '42501'], 'adding a key'),
  ('delete from support_chat.identity_keys where kid is not null', array['42501', '42501', '42501'], 'removing keys'),
  ('select content from support_chat.canned_responses', array['0 rows', '2 rows', '1 rows'], 'reading all answers'),
  ('update support_chat.canned_responses set content = ''y'' where id is not null', array['0 rows', '1 rows', '1 rows'], 'changing all answers'),
  ('delete from support_chat.canned_responses where id is not null', array['0 rows', '1 rows', '1 rows'], 'removing all answers'),
  ('insert into support_chat.canned_responses (owner_id, shortcut, title, content) values (null, ''new'', ''T'', ''x'')', array['42501', '42501', '1 rows'], 'writing an answer for all'),
  ('insert into support_chat.canned_responses (owner_id, shortcut, title, content) select u.id, ''new'', ''T'', ''x'' from tests.users u where u.actor = ''other agent''', array['42501', '42501', '42501'], 'writing an answer for somebody else'),
  ('update support_chat.canned_responses set owner_id = null where shortcut = ''mine''', array['0 rows', '42501', '0 rows'], 'sharing an own answer'),
  ('update support_chat.canned_responses set updated_at = ''infinity'' where id is not null', array['42501', '42501', '42501'], 'choosing a time'),
  ('select action from support_chat.audit_log where subject = ''settings'' limit 1', array['0 rows', '0 rows', '1 rows'], 'reading the record'),
  ('insert into support_chat.audit_log (action, subject) values (''x'', ''y'')', array['42501', '42501', '42501'], 'writing into the record'),
  ('delete from support_chat.audit_log where id is not null', array['42501', '42501', '42501'], 'clearing the record'),
  ('select support_chat.list_agents()', array['PT403', 'PT403', '1 rows'], 'asking a keeper for the agents'' addresses'),
  ('select support_chat.list_identity_keys()', array['PT403', 'PT403', '1 rows'], 'asking a keeper for the keys'),
  ('select support_chat.add_identity_key()', array['PT403', 'PT403', '1 rows'], 'asking a keeper for a new key'),
  ('select support_chat.remove_identity_key(''wall'')', array['PT403', 'PT403', '1 rows'], 'asking a keeper to remove a key')
) c (sql, outcome, what);
select set_config('request.jwt.claims', '', true);
select is(
  tests.as_role('admin', format('select support_chat.save_agent(%L, ''admin'', true, null)', tests.id('agent'))), 'PT401',
  'the keeper that changes agents asks who is calling once more'
);
select tests.become('agent');
select set_config('role', 'none', true);
select is(
  tests.as_role('admin', format('select support_chat.save_agent(%L, ''admin'', true, null)', tests.id('agent'))), 'PT403',
  'and whether they are an admin still'
);

-- A function of the agents' side that asks who is calling, and forgets to ask for an admin.
grant create on schema support_chat to support_chat_agent;
create function support_chat.careless_admin() returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  changed integer;
  removed integer;
begin
  perform support_chat.as_agent();
  update support_chat.settings set team_name = 'Careless' where id;
  get diagnostics changed = row_count;
  delete from support_chat.canned_responses where owner_id is null;
  get diagnostics removed = row_count;
  return jsonb_build_object('settings', changed, 'shared', removed, 'audit', (select count(*) > 0 from support_chat.audit_log));
end
$$;
alter function support_chat.careless_admin() owner to support_chat_agent;
grant execute on function support_chat.careless_admin() to anon, authenticated;
create function tests.careless_admin() returns jsonb language sql set search_path = '' begin atomic select support_chat.careless_admin(); end;
grant usage on schema tests to anon, authenticated;
select is(tests.call('agent', 'tests.careless_admin()'), '{"settings": 0, "shared": 0, "audit": false}', 'to an agent, a function that forgets to ask for an admin does nothing');
select is(tests.call('admin', 'tests.careless_admin()'), '{"settings": 1, "shared": 1, "audit": true}', 'to an admin it does');

select * from finish();
rollback;
