-- What the team manages: its settings, its agents and invites, the keys of the host's backend, canned answers,
-- and the record of all that. As for every agent's function, the resolver comes first; what only admins may do
-- asks `require_admin` next, here or in the keeper.

-- Ends the call unless the agent of this transaction is an admin.
create function support_chat.require_admin()
returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not support_chat.is_admin() then
    perform support_chat.refuse('PT403', 'Only admins may do this.', '{"reason": "admin"}');
  end if;
end
$$;

create function support_chat.require_role(p_role text)
returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if p_role is null or p_role not in ('agent', 'admin') then
    perform support_chat.refuse('PT400', 'A role is agent or admin.', '{"field": "role"}');
  end if;
end
$$;

-- The settings.

create function support_chat.settings_for_admins()
returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'team_name', s.team_name,
    'greeting', s.greeting,
    'away_text', s.away_text,
    'suggested_questions', to_jsonb(s.suggested_questions),
    'office_hours', s.office_hours,
    'time_zone', s.time_zone,
    'pre_chat_fields', s.pre_chat_fields,
    'max_length', s.max_length,
    'reopen_hours', s.reopen_hours,
    'waiting_amber', s.waiting_amber,
    'waiting_red', s.waiting_red,
    'limits', s.limits,
    'ip_header', s.ip_header,
    'require_mfa', s.require_mfa
  )
  from support_chat.settings s
$$;

-- Which JSON a setting takes, and what its reader is told when a value is anything else or out of bounds. Null for
-- what is no setting, or none that can be saved.
create function support_chat.setting_rule(p_name text, out types text[], out rule text)
language sql immutable
set search_path = ''
as $$
  select r.types::text[], r.rule
  from (values
    ('team_name', '{string}', 'The team name has 1 to 80 characters.'),
    ('greeting', '{string}', 'The greeting has at most 500 characters.'),
    ('away_text', '{string}', 'The text for when nobody is there has at most 500 characters.'),
    ('suggested_questions', '{array}', 'Suggested questions are a list of at most six texts of up to 200 characters.'),
    ('office_hours', '{object,"null"}', 'Office hours are an object of days, or null for always open, and no longer than 2,000 bytes.'),
    ('time_zone', '{string}', 'The time zone is a name like Europe/Berlin.'),
    ('pre_chat_fields', '{array}', 'The fields before a chat are a list, no longer than 4,000 bytes.'),
    ('max_length', '{integer}', 'The longest message has 1 to 4,000 characters.'),
    ('reopen_hours', '{integer}', 'The time to reopen is 0 to 8,760 hours.'),
    ('waiting_amber', '{integer}', 'Waiting turns amber after 1 to 604,800 seconds.'),
    ('waiting_red', '{integer}', 'Waiting turns red after 1 to 604,800 seconds.'),
    ('limits', '{object}', 'Limits are an object of lists of [times, seconds], no longer than 4,000 bytes.'),
    ('ip_header', '{string,"null"}', 'The header with the client''s address is a name in lower case like cf-connecting-ip, or null.'),
    ('require_mfa', '{boolean}', 'Whether a second factor is required is true or false.')
  ) r (name, types, rule)
  where r.name = p_name
$$;

create function support_chat.refuse_setting(p_name text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform support_chat.refuse(
    'PT400',
    coalesce((support_chat.setting_rule(p_name)).rule, format('There is no setting "%s".', left(p_name, 60))),
    jsonb_build_object('field', left(p_name, 60))
  );
end
$$;

-- Refuses the first value of a patch that is no setting or not the JSON that the setting takes.
create function support_chat.check_settings_patch(p_patch jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  entry record;
begin
  if p_patch is null or jsonb_typeof(p_patch) <> 'object' then
    perform support_chat.refuse('PT400', 'Settings are an object.', '{"field": "settings"}');
  end if;
  for entry in
    select e.key, e.value, r.types, case
      when jsonb_typeof(e.value) <> 'number' then jsonb_typeof(e.value)
      when e.value::text ~ '^-?[0-9]{1,9}$' then 'integer'
    end as type
    from jsonb_each(p_patch) e, support_chat.setting_rule(e.key) r
  loop
    if (entry.type = any (entry.types)) is not true then
      perform support_chat.refuse_setting(entry.key);
    end if;
    if entry.key = 'suggested_questions'
      and exists (select from jsonb_array_elements(entry.value) q where jsonb_typeof(q.value) <> 'string')
    then
      perform support_chat.refuse_setting(entry.key);
    end if;
  end loop;
end
$$;

-- Whether the caller has signed in with a second factor. A keeper, because their token is read with `auth`.
create function support_chat.has_second_factor()
returns boolean
language sql stable security definer
set search_path = ''
as $$
  select coalesce(auth.jwt() ->> 'aal' = 'aal2', false)
$$;

create function support_chat.desk_settings_read()
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  perform support_chat.require_admin();
  return jsonb_build_object('settings', support_chat.settings_for_admins());
end
$$;

-- Changes the settings that are given and leaves the others. Only who has a second factor may require one, so that
-- nobody locks themselves out.
create function support_chat.desk_settings_save(p_settings jsonb)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  broken text;
begin
  perform support_chat.as_agent();
  perform support_chat.require_admin();
  perform support_chat.check_settings_patch(p_settings);
  if p_settings -> 'require_mfa' = 'true' and not support_chat.has_second_factor() then
    perform support_chat.refuse('PT409', 'Sign in with a second factor before you require one.', '{"reason": "mfa"}');
  end if;

  -- The lock comes first: another admin's patch must not be read before and overwritten after.
  perform from support_chat.settings s where s.id for no key update;
  begin
    update support_chat.settings s
    set
      team_name = n.team_name,
      greeting = n.greeting,
      away_text = n.away_text,
      suggested_questions = n.suggested_questions,
      office_hours = n.office_hours,
      time_zone = n.time_zone,
      pre_chat_fields = n.pre_chat_fields,
      max_length = n.max_length,
      reopen_hours = n.reopen_hours,
      waiting_amber = n.waiting_amber,
      waiting_red = n.waiting_red,
      limits = n.limits,
      ip_header = n.ip_header,
      require_mfa = n.require_mfa
    from jsonb_populate_record(null::support_chat.settings, support_chat.settings_for_admins() || p_settings) n
    where s.id;
  exception when check_violation then
    get stacked diagnostics broken = constraint_name;
    perform support_chat.refuse_setting(substring(broken from '^settings_(.+)_check$'));
  end;
  return jsonb_build_object('settings', support_chat.settings_for_admins());
end
$$;

-- Agents. Making one and ending one is for keepers; each asks for itself whether an admin calls, because no policy
-- holds inside it.

create function support_chat.agent_for_admins(p_agent support_chat.agents)
returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_agent.user_id,
    'name', p_agent.display_name,
    'avatar', p_agent.avatar_url,
    'role', p_agent.role,
    'active', p_agent.active,
    'email', (select u.email from auth.users u where u.id = p_agent.user_id),
    'availability', support_chat.agent_for_desk(p_agent) -> 'availability',
    'last_seen_at', p_agent.last_seen_at,
    'created_at', p_agent.created_at
  )
$$;

-- All agents with their addresses, at most 200, the active ones first. Called by `desk_agents_list`.
create function support_chat.list_agents()
returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform support_chat.require_admin();
  return coalesce((
    select jsonb_agg(
      support_chat.agent_for_admins(t.agent)
      order by (t.agent).active desc, (t.agent).display_name, (t.agent).user_id
    )
    from (
      select a as agent from support_chat.agents a
      order by a.active desc, a.display_name, a.user_id
      limit 200
    ) t
  ), '[]');
end
$$;

-- Changes an agent's role, name, or whether they are one. One call at a time: of two admins who demote each other,
-- the second is none any more when their turn comes. Called by `desk_agents_save`.
create function support_chat.save_agent(p_agent uuid, p_role text, p_active boolean, p_name text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  agent support_chat.agents;
begin
  perform support_chat.take_lock('team');
  perform support_chat.as_agent();
  perform support_chat.require_admin();

  select a.* into agent from support_chat.agents a where a.user_id = p_agent for no key update;
  if not found then
    perform support_chat.refuse('PT404', 'No such agent.');
  end if;
  if agent.active and agent.role = 'admin'
    and (p_role <> 'admin' or not p_active)
    and not exists (
      select from support_chat.agents a where a.user_id <> p_agent and a.active and a.role = 'admin'
    )
  then
    perform support_chat.refuse('PT409', 'This is the last admin.', '{"reason": "last-admin"}');
  end if;

  update support_chat.agents a
  set
    role = coalesce(p_role, a.role),
    active = coalesce(p_active, a.active),
    display_name = coalesce(p_name, a.display_name)
  where a.user_id = p_agent
  returning a.* into agent;
  return support_chat.agent_for_admins(agent);
end
$$;

-- Makes the signed-in user an agent, with an invite that is theirs from then on. Whatever is wrong with the invite,
-- the answer is the same. Called by `desk_agents_join`.
create function support_chat.accept_invite(p_token text, p_name text)
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  hash constant bytea := sha256(convert_to(p_token, 'UTF8'));
  caller constant uuid := support_chat.signed_in_user();
  inviter uuid;
  granted text;
begin
  perform support_chat.require_post();
  perform support_chat.be_nobody();
  if caller is null and auth.jwt() ->> 'sub' is null then
    perform support_chat.refuse('PT401', 'Sign in first.');
  end if;
  if not exists (select from auth.users u where u.id = caller) then
    perform support_chat.refuse('PT403', 'Sign in with an account of your own.');
  end if;
  if exists (select from support_chat.agents a where a.user_id = caller and a.active) then
    perform support_chat.refuse('PT409', 'You are an agent already.', '{"reason": "agent"}');
  end if;

  -- Who invited is held, so that nobody becomes an agent by somebody who stops being an admin right now.
  select a.user_id into inviter
  from support_chat.invites i
  join support_chat.agents a on a.user_id = i.created_by and a.active and a.role = 'admin'
  where i.token_hash = hash
  for share of a;
  update support_chat.invites i
  set used_by = caller, used_at = now()
  where i.token_hash = hash and i.created_by = inviter and i.used_at is null and i.expires_at > now()
  returning i.role into granted;
  if granted is null then
    perform support_chat.refuse('PT404', 'This invite is not valid, or not any more.');
  end if;

  insert into support_chat.agents as a (user_id, display_name, role)
  values (caller, p_name, granted)
  on conflict (user_id) do update
  set display_name = excluded.display_name, role = excluded.role, active = true
  where not a.active;
  if not found then
    perform support_chat.refuse('PT409', 'You are an agent already.', '{"reason": "agent"}');
  end if;
end
$$;

-- The invites that can still be accepted.
create function support_chat.live_invites(out id uuid, out created_at timestamptz, out invite jsonb)
returns setof record
language sql stable
set search_path = ''
as $$
  select i.id, i.created_at, jsonb_build_object(
    'id', i.id,
    'role', i.role,
    'created_at', i.created_at,
    'expires_at', i.expires_at,
    'created_by', jsonb_build_object('id', a.user_id, 'name', a.display_name)
  )
  from support_chat.invites i
  join support_chat.agents a on a.user_id = i.created_by and a.active and a.role = 'admin'
  where i.used_at is null and i.expires_at > now()
$$;

create function support_chat.desk_agents_list()
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  return jsonb_build_object(
    'agents', support_chat.list_agents(),
    'invites', coalesce((
      select jsonb_agg(t.invite order by t.created_at desc, t.id)
      from (
        select l.* from support_chat.live_invites() l order by l.created_at desc, l.id limit 100
      ) t
    ), '[]')
  );
end
$$;

create function support_chat.desk_agents_save(p_agent uuid, p_role text, p_active boolean, p_name text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  perform support_chat.require_admin();
  if p_role is not null then
    perform support_chat.require_role(p_role);
  end if;
  return jsonb_build_object('agent', support_chat.save_agent(p_agent, p_role, p_active, p_name));
end
$$;

-- Makes an invite. Its token is shown here and never again: whoever has it and signs in becomes an agent.
create function support_chat.desk_agents_invite(p_role text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_agent();
  token constant text := 'inv1_' || support_chat.new_key();
  made uuid;
begin
  perform support_chat.require_admin();
  perform support_chat.require_role(p_role);

  -- One at a time, or two at once would be one too many.
  perform support_chat.take_lock('invites');
  if (select count(*) from support_chat.live_invites()) >= 50 then
    perform support_chat.refuse(
      'PT409', 'There are 50 open invites. Withdraw some, or wait until they are used or over.', '{"reason": "full"}'
    );
  end if;
  delete from support_chat.invites i where i.expires_at < now() - interval '30 days';
  insert into support_chat.invites (token_hash, role, created_by)
  values (sha256(convert_to(token, 'UTF8')), p_role, me)
  returning id into made;
  return jsonb_build_object(
    'invite', (select l.invite from support_chat.live_invites() l where l.id = made),
    'token', token
  );
end
$$;

create function support_chat.desk_agents_uninvite(p_invite uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  perform support_chat.require_admin();
  delete from support_chat.invites i
  where i.id = p_invite and i.id in (select l.id from support_chat.live_invites() l);
  if not found then
    perform support_chat.refuse('PT404', 'No such invite.');
  end if;
  return '{}';
end
$$;

-- Asks the resolver last: only then is the caller an agent.
create function support_chat.desk_agents_join(p_token text, p_name text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me uuid;
begin
  perform support_chat.accept_invite(p_token, p_name);
  me := support_chat.as_agent();
  return jsonb_build_object(
    'me', (select support_chat.agent_for_desk(a) from support_chat.agents a where a.user_id = me)
  );
end
$$;

-- Changes the caller's own name and picture, what is null stays; '' removes the picture.
create function support_chat.desk_profile_save(p_name text, p_avatar text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_agent();
begin
  update support_chat.agents a
  set
    display_name = coalesce(p_name, a.display_name),
    avatar_url = case when p_avatar is null then a.avatar_url else nullif(p_avatar, '') end
  where a.user_id = me;
  return jsonb_build_object(
    'me', (select support_chat.agent_for_desk(a) from support_chat.agents a where a.user_id = me)
  );
end
$$;

-- The keys the host's backend signs identities with: kept by keepers, since no role may read a secret.

create function support_chat.audit_identity_key()
returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into support_chat.audit_log (actor_id, action, subject)
  values (
    support_chat.agent_id(),
    case tg_op when 'INSERT' then 'identity.added' else 'identity.removed' end,
    coalesce(new.kid, old.kid)
  );
  return null;
end
$$;

create trigger audit_identity_key
after insert or delete on support_chat.identity_keys
for each row execute function support_chat.audit_identity_key();

create function support_chat.list_identity_keys()
returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform support_chat.require_admin();
  return coalesce((
    select jsonb_agg(jsonb_build_object('kid', k.kid, 'created_at', k.created_at) order by k.created_at, k.kid)
    from support_chat.identity_keys k
  ), '[]');
end
$$;

-- Two keys may live, so that a backend can go from one to the other without a gap.
create function support_chat.add_identity_key()
returns support_chat.identity_keys
language plpgsql security definer
set search_path = ''
as $$
declare
  made support_chat.identity_keys;
begin
  perform support_chat.require_admin();
  perform support_chat.take_lock('identity keys');
  if (select count(*) from support_chat.identity_keys) >= 2 then
    perform support_chat.refuse(
      'PT409', 'There are two keys. Remove the one that is not in use.', '{"reason": "full"}'
    );
  end if;
  insert into support_chat.identity_keys (kid) values (left(support_chat.new_key(), 16)) returning * into made;
  return made;
end
$$;

create function support_chat.remove_identity_key(p_kid text)
returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.require_admin();
  delete from support_chat.identity_keys k where k.kid = p_kid;
  return found;
end
$$;

create function support_chat.desk_identity_list()
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  return jsonb_build_object('keys', support_chat.list_identity_keys());
end
$$;

-- Makes a key. Its secret is shown here and never again.
create function support_chat.desk_identity_add()
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  made support_chat.identity_keys;
begin
  perform support_chat.as_agent();
  made := support_chat.add_identity_key();
  return jsonb_build_object(
    'key', jsonb_build_object('kid', made.kid, 'created_at', made.created_at),
    'secret', made.secret
  );
end
$$;

create function support_chat.desk_identity_remove(p_kid text)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  if not support_chat.remove_identity_key(p_kid) then
    perform support_chat.refuse('PT404', 'No such key.');
  end if;
  return '{}';
end
$$;

-- Canned answers.

create function support_chat.canned_for_desk(p_response support_chat.canned_responses)
returns jsonb
language sql immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_response.id,
    'shortcut', p_response.shortcut,
    'title', p_response.title,
    'content', p_response.content,
    'shared', p_response.owner_id is null,
    'updated_at', p_response.updated_at
  )
$$;

create function support_chat.desk_canned_list()
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
begin
  perform support_chat.as_agent();
  return jsonb_build_object('responses', coalesce((
    select jsonb_agg(
      support_chat.canned_for_desk(t.response)
      order by (t.response).shortcut, (t.response).owner_id nulls first
    )
    from (
      select c as response from support_chat.canned_responses c
      order by c.shortcut, c.owner_id nulls first
      limit 1000
    ) t
  ), '[]'));
end
$$;

-- Makes an answer, or changes it, all of it. What is shared, before or after, is for admins.
create function support_chat.desk_canned_save(
  p_id uuid, p_shortcut text, p_title text, p_content text, p_shared boolean
)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  me constant uuid := support_chat.as_agent();
  owner constant uuid := case when p_shared then null else me end;
  response support_chat.canned_responses;
begin
  if p_id is not null then
    select c.* into response from support_chat.canned_responses c where c.id = p_id;
    if not found then
      perform support_chat.refuse('PT404', 'No such answer.');
    end if;
  end if;
  if owner is null or p_id is not null and response.owner_id is null then
    perform support_chat.require_admin();
  end if;

  if p_id is null or response.owner_id is distinct from owner then
    -- One at a time, or two at once would be one too many.
    perform support_chat.take_lock('answers of ' || coalesce(owner::text, 'all'));
    if (select count(*) from support_chat.canned_responses c where c.owner_id is not distinct from owner) >= 500 then
      perform support_chat.refuse('PT409', 'There are 500 answers. Remove some first.', '{"reason": "full"}');
    end if;
  end if;

  begin
    if p_id is null then
      insert into support_chat.canned_responses (owner_id, shortcut, title, content)
      values (owner, p_shortcut, p_title, p_content)
      returning * into response;
    else
      update support_chat.canned_responses c
      set owner_id = owner, shortcut = p_shortcut, title = p_title, content = p_content
      where c.id = p_id
      returning c.* into response;
      if not found then
        perform support_chat.refuse('PT404', 'No such answer.');
      end if;
    end if;
  exception when unique_violation then
    perform support_chat.refuse('PT409', 'There is an answer with this shortcut.', '{"reason": "shortcut"}');
  end;
  return jsonb_build_object('response', support_chat.canned_for_desk(response));
end
$$;

create function support_chat.desk_canned_delete(p_id uuid)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  response support_chat.canned_responses;
begin
  perform support_chat.as_agent();
  select c.* into response from support_chat.canned_responses c where c.id = p_id;
  if not found then
    perform support_chat.refuse('PT404', 'No such answer.');
  end if;
  if response.owner_id is null then
    perform support_chat.require_admin();
  end if;
  delete from support_chat.canned_responses c where c.id = p_id;
  return '{}';
end
$$;

-- What was changed and by whom, newest first, before an entry. Who has been removed is an id with an empty name.
create function support_chat.desk_audit_list(p_before bigint, p_limit integer)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  capped integer;
  page support_chat.audit_log[];
begin
  perform support_chat.as_agent();
  perform support_chat.require_admin();
  capped := least(greatest(coalesce(p_limit, 50), 1), 100);
  page := array(
    select l from support_chat.audit_log l
    where l.id < coalesce(p_before, 9223372036854775807)
    order by l.id desc
    limit capped + 1
  );
  return jsonb_build_object(
    'entries', coalesce((
      select jsonb_agg(
        jsonb_build_object(
          'id', e.id,
          'at', e.at,
          'actor', case when e.actor_id is not null then jsonb_build_object(
            'id', e.actor_id,
            'name', coalesce((select a.display_name from support_chat.agents a where a.user_id = e.actor_id), '')
          ) end,
          'action', e.action,
          'subject', e.subject,
          'details', e.details
        )
        order by e.id desc
      )
      from unnest(page[:capped]) e
    ), '[]'),
    'more', cardinality(page) > capped
  );
end
$$;

revoke all on function
  support_chat.require_admin(),
  support_chat.require_role(text),
  support_chat.settings_for_admins(),
  support_chat.setting_rule(text),
  support_chat.refuse_setting(text),
  support_chat.check_settings_patch(jsonb),
  support_chat.live_invites(),
  support_chat.canned_for_desk(support_chat.canned_responses),
  support_chat.agent_for_admins(support_chat.agents),
  support_chat.audit_identity_key(),
  support_chat.has_second_factor(),
  support_chat.list_agents(),
  support_chat.save_agent(uuid, text, boolean, text),
  support_chat.accept_invite(text, text),
  support_chat.list_identity_keys(),
  support_chat.add_identity_key(),
  support_chat.remove_identity_key(text),
  support_chat.desk_settings_read(),
  support_chat.desk_settings_save(jsonb),
  support_chat.desk_agents_list(),
  support_chat.desk_agents_save(uuid, text, boolean, text),
  support_chat.desk_agents_invite(text),
  support_chat.desk_agents_uninvite(uuid),
  support_chat.desk_agents_join(text, text),
  support_chat.desk_profile_save(text, text),
  support_chat.desk_identity_list(),
  support_chat.desk_identity_add(),
  support_chat.desk_identity_remove(text),
  support_chat.desk_canned_list(),
  support_chat.desk_canned_save(uuid, text, text, text, boolean),
  support_chat.desk_canned_delete(uuid),
  support_chat.desk_audit_list(bigint, integer)
from public, anon, authenticated, service_role;

grant execute on function
  support_chat.new_key(),
  support_chat.take_lock(text),
  support_chat.require_admin(),
  support_chat.require_role(text),
  support_chat.settings_for_admins(),
  support_chat.setting_rule(text),
  support_chat.refuse_setting(text),
  support_chat.check_settings_patch(jsonb),
  support_chat.live_invites(),
  support_chat.canned_for_desk(support_chat.canned_responses),
  support_chat.has_second_factor(),
  support_chat.list_agents(),
  support_chat.save_agent(uuid, text, boolean, text),
  support_chat.accept_invite(text, text),
  support_chat.list_identity_keys(),
  support_chat.add_identity_key(),
  support_chat.remove_identity_key(text)
to support_chat_agent;

-- To both roles, so that who is not signed in hears "sign in first" and not a database error.
grant execute on function
  support_chat.desk_settings_read(),
  support_chat.desk_settings_save(jsonb),
  support_chat.desk_agents_list(),
  support_chat.desk_agents_save(uuid, text, boolean, text),
  support_chat.desk_agents_invite(text),
  support_chat.desk_agents_uninvite(uuid),
  support_chat.desk_agents_join(text, text),
  support_chat.desk_profile_save(text, text),
  support_chat.desk_identity_list(),
  support_chat.desk_identity_add(),
  support_chat.desk_identity_remove(text),
  support_chat.desk_canned_list(),
  support_chat.desk_canned_save(uuid, text, text, text, boolean),
  support_chat.desk_canned_delete(uuid),
  support_chat.desk_audit_list(bigint, integer)
to anon, authenticated;

grant create on schema support_chat to support_chat_agent;
alter function support_chat.desk_settings_read() owner to support_chat_agent;
alter function support_chat.desk_settings_save(jsonb) owner to support_chat_agent;
alter function support_chat.desk_agents_list() owner to support_chat_agent;
alter function support_chat.desk_agents_save(uuid, text, boolean, text) owner to support_chat_agent;
alter function support_chat.desk_agents_invite(text) owner to support_chat_agent;
alter function support_chat.desk_agents_uninvite(uuid) owner to support_chat_agent;
alter function support_chat.desk_agents_join(text, text) owner to support_chat_agent;
alter function support_chat.desk_profile_save(text, text) owner to support_chat_agent;
alter function support_chat.desk_identity_list() owner to support_chat_agent;
alter function support_chat.desk_identity_add() owner to support_chat_agent;
alter function support_chat.desk_identity_remove(text) owner to support_chat_agent;
alter function support_chat.desk_canned_list() owner to support_chat_agent;
alter function support_chat.desk_canned_save(uuid, text, text, text, boolean) owner to support_chat_agent;
alter function support_chat.desk_canned_delete(uuid) owner to support_chat_agent;
alter function support_chat.desk_audit_list(bigint, integer) owner to support_chat_agent;
revoke create on schema support_chat from support_chat_agent;

insert into support_chat.migrations (version, topic) values ('20261120091320', 'team_functions');
