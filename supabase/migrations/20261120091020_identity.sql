-- More keepers: who a visitor is beyond the secret of one browser, and how all of it ends. Signing up claims
-- what an anonymous visitor said; the host's own backend may vouch for who somebody is; erasing leaves nothing.

-- The secrets the host's backend signs with. Two may live at once, so that one can replace the other.
create table support_chat.identity_keys (
  kid text primary key check (kid ~ '^[A-Za-z0-9_-]{1,40}$'),
  secret text not null default support_chat.new_key() check (secret ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now()
);
revoke all on support_chat.identity_keys from public, anon, authenticated, service_role;
alter table support_chat.identity_keys enable row level security;

create policy "nobody reads the signing secrets through the API"
on support_chat.identity_keys for select
to support_chat_visitor, support_chat_agent
using (false);

-- Which browser used which identity token, so that a stolen one is of no use in another.
create table support_chat.identity_uses (
  identity_hash bytea primary key check (octet_length(identity_hash) = 32),
  token_hash bytea not null check (octet_length(token_hash) = 32),
  expires_at timestamptz not null
);
create index identity_uses_by_expiry on support_chat.identity_uses (expires_at);
revoke all on support_chat.identity_uses from public, anon, authenticated, service_role;
alter table support_chat.identity_uses enable row level security;

create policy "nobody reads used identities through the API"
on support_chat.identity_uses for select
to support_chat_visitor, support_chat_agent
using (false);

-- HMAC-SHA-256 (RFC 2104) on the core function, since an extension may not be there.
create function support_chat.hmac_sha256(p_key bytea, p_data bytea)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
declare
  block bytea := case when octet_length(p_key) > 64 then sha256(p_key) else p_key end;
  inner_pad bytea;
  outer_pad bytea;
begin
  block := block || decode(repeat('00', 64 - octet_length(block)), 'hex');
  inner_pad := block;
  outer_pad := block;
  for place in 0..63 loop
    inner_pad := set_byte(inner_pad, place, get_byte(block, place) # 54);
    outer_pad := set_byte(outer_pad, place, get_byte(block, place) # 92);
  end loop;
  return sha256(outer_pad || sha256(inner_pad || p_data));
end
$$;

-- The bytes behind base64url, which has no padding; null for anything else.
create function support_chat.from_base64url(p_text text)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
  if p_text !~ '^[A-Za-z0-9_-]*$' then
    return null;
  end if;
  return decode(translate(p_text, '-_', '+/') || repeat('=', (4 - char_length(p_text) % 4) % 4), 'base64');
exception when data_exception then
  return null;
end
$$;

-- The JSON object in one part of a JWT; null for anything else.
create function support_chat.jwt_part(p_text text)
returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  part jsonb;
begin
  part := convert_from(support_chat.from_base64url(p_text), 'UTF8')::jsonb;
  return case when jsonb_typeof(part) = 'object' then part end;
exception when data_exception or statement_too_complex then
  return null;
end
$$;

-- What a JWT of the host's backend says, once it is certain that it is one: HS256 with one of our keys, made for
-- us, valid now and for a day at most. Before the signature is verified every refusal is the same; after it
-- the reason is told, which helps whoever builds the backend.
create function support_chat.verify_identity(p_identity text)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  parts constant text[] := case when octet_length(p_identity) <= 8000 then string_to_array(p_identity, '.') end;
  header constant jsonb := support_chat.jwt_part(parts[1]);
  claims constant jsonb := support_chat.jwt_part(parts[2]);
  signature constant bytea := support_chat.from_base64url(parts[3]);
  now_seconds constant numeric := extract(epoch from now());
  reason text;
begin
  if cardinality(parts) = 3 and claims is not null and octet_length(signature) = 32
    and header ->> 'alg' = 'HS256' and not header ? 'crit'
    and exists (
      select from support_chat.identity_keys k
      where (not header ? 'kid' or k.kid = header ->> 'kid')
        -- Hashed once more, so that the time a comparison takes says nothing about the right value.
        and sha256(support_chat.hmac_sha256(
          convert_to(k.secret, 'UTF8'), convert_to(parts[1] || '.' || parts[2], 'UTF8')
        )) = sha256(signature)
    )
  then
    reason := case
      when not coalesce(
        claims -> 'aud' = '"support-chat"'
          or jsonb_typeof(claims -> 'aud') = 'array' and claims -> 'aud' @> '["support-chat"]',
        false
      ) then 'audience'
      when jsonb_typeof(claims -> 'sub') is distinct from 'string'
        or char_length(claims ->> 'sub') not between 1 and 255 then 'subject'
      when jsonb_typeof(claims -> 'exp') is distinct from 'number'
        or jsonb_typeof(claims -> 'iat') is distinct from 'number' then 'lifetime'
      when (claims ->> 'exp')::numeric <= now_seconds then 'expired'
      -- Clocks differ by a minute.
      when (claims ->> 'iat')::numeric > now_seconds + 60
        or jsonb_typeof(claims -> 'nbf') = 'number' and (claims ->> 'nbf')::numeric > now_seconds + 60 then 'early'
      when (claims ->> 'exp')::numeric - (claims ->> 'iat')::numeric > 86400 then 'lifetime'
    end;
    if reason is null then
      return claims;
    end if;
  end if;
  perform support_chat.refuse('PT401', 'The identity token is not valid.', jsonb_build_object(
    'reason', coalesce(reason, 'identity')
  ));
end
$$;

-- Moves everything one visitor said to another, who is the same person, and ends the first. One event per topic:
-- whoever listens fetches what has changed. Called by those who hold both.
create function support_chat.merge_visitor(p_from uuid, p_into uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform support_chat.hold_visitor(p_from);

  update support_chat.sessions s
  set
    visitor_id = p_into,
    client_id = case
      when exists (select from support_chat.sessions o where o.visitor_id = p_into and o.client_id = s.client_id)
      then gen_random_uuid()
      else s.client_id
    end
  where s.visitor_id = p_from;

  update support_chat.visitors v
  set
    name = case when v.name = '' and v.verified_at is null then f.name else v.name end,
    notes = left(concat_ws(E'\n', nullif(v.notes, ''), nullif(f.notes, '')), 4000),
    attributes = case when v.attributes = '{}' then f.attributes else v.attributes end,
    locale = coalesce(v.locale, f.locale),
    time_zone = coalesce(f.time_zone, v.time_zone),
    -- An agent may have blocked them since the resolver looked.
    blocked_until = greatest(v.blocked_until, f.blocked_until),
    first_seen_at = least(v.first_seen_at, f.first_seen_at),
    last_seen_at = greatest(v.last_seen_at, f.last_seen_at),
    page_url = coalesce(f.page_url, v.page_url),
    page_title = case when f.page_url is not null then f.page_title else v.page_title end,
    referrer = coalesce(v.referrer, f.referrer),
    user_agent = coalesce(f.user_agent, v.user_agent)
  from support_chat.visitors f
  where v.id = p_into and f.id = p_from;

  perform support_chat.tell_visitor(p_from, 'resync', '{}');
  delete from support_chat.visitors where id = p_from;
  perform support_chat.tell_visitor(p_into, 'resync', '{}');
  perform support_chat.tell_desk('resync', '{}');
end
$$;

-- The visitor of this transaction has signed up: what they said belongs to their account now, and the secret that
-- led to it leads nowhere any more, whoever else may know it. Called by `chat_claim`.
create function support_chat.claim()
returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  caller constant uuid := support_chat.signed_in_user();
  here constant uuid := support_chat.visitor_id();
  own uuid;
  blocked boolean;
begin
  if caller is null then
    if auth.jwt() ->> 'sub' is null then
      perform support_chat.refuse('PT401', 'Sign in first.');
    end if;
    perform support_chat.refuse('PT403', 'An anonymous sign-in claims nothing.', '{"reason": "anonymous"}');
  end if;

  -- One at a time per user, so that two tabs cannot make two visitors of one person.
  perform support_chat.take_lock('user ' || caller);
  select v.id, coalesce(v.blocked_until > now(), false)
  into own, blocked
  from support_chat.visitors v
  where v.user_id = caller;
  if blocked then
    perform support_chat.refuse('PT403', 'This visitor is blocked.', '{"reason": "blocked"}');
  end if;

  if here is null or here = own then
    if own is null then
      perform support_chat.refuse('PT401', 'Unknown or malformed token.');
    end if;
    perform set_config('support_chat.visitor_id', own::text, true);
    return own;
  end if;

  perform support_chat.count_use('user:' || caller, 'claim');
  perform from support_chat.visitors v where v.id in (here, own) order by v.id for no key update;
  -- Another user may have been quicker with the same secret, and another tab may have erased either.
  if not exists (select from support_chat.visitors v where v.id = here and v.user_id is null) then
    perform support_chat.refuse('PT401', 'Unknown or malformed token.');
  end if;
  -- Else who finds a browser somebody left would read along for ever, whatever the backend says in others.
  if exists (select from support_chat.visitors v where v.id = here and v.external_id is not null) then
    perform support_chat.refuse('PT409', 'Your site vouches for this visitor already.', '{"reason": "identified"}');
  end if;
  select v.id into own from support_chat.visitors v where v.user_id = caller;
  if own is not null then
    perform support_chat.merge_visitor(here, own);
    perform set_config('support_chat.visitor_id', own::text, true);
    return own;
  end if;

  if not exists (select from auth.users u where u.id = caller) then
    perform support_chat.refuse('PT403', 'This user is unknown to Supabase Auth.', '{"reason": "unknown-user"}');
  end if;
  delete from support_chat.visitor_tokens where visitor_id = here;
  perform support_chat.rotate_channel_key(here);
  update support_chat.visitors set user_id = caller, email = support_chat.email_of(caller) where id = here;
  return here;
end
$$;

-- Makes the new token of a browser that of the person with this external id, and ends the old one. Returns who
-- that person is. Called by `identify`, which holds the person's lock.
create function support_chat.move_browser(p_old_hash bytea, p_new_hash bytea, p_subject text, p_target uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  here uuid;
  target uuid := p_target;
begin
  if p_new_hash = p_old_hash then
    perform support_chat.refuse('PT401', 'Unknown or malformed token.');
  end if;
  -- Whom this browser was so far; somebody who signed up or was vouched for as another stays apart.
  select v.id into here
  from support_chat.visitors v
  where v.id = support_chat.visitor_id() and v.user_id is null and coalesce(v.external_id, p_subject) = p_subject
  for no key update;
  perform support_chat.hold_visitor(here);
  delete from support_chat.visitor_tokens where token_hash = p_old_hash;
  if found and here is null then
    -- Somebody else was here, whose topic this browser knows.
    perform support_chat.rotate_channel_key(support_chat.visitor_id());
  end if;

  if target is null and here is not null then
    target := here;
    delete from support_chat.visitor_tokens where visitor_id = target;
    update support_chat.visitors set external_id = p_subject where id = target;
  elsif target is null then
    insert into support_chat.visitors (external_id) values (p_subject) returning id into target;
  elsif here <> target then
    perform support_chat.merge_visitor(here, target);
  end if;
  if here = target then
    perform support_chat.rotate_channel_key(target);
  end if;

  insert into support_chat.visitor_tokens (token_hash, visitor_id) values (p_new_hash, target)
  on conflict (token_hash) do nothing;
  if not found then
    perform support_chat.refuse('PT401', 'Unknown or malformed token.');
  end if;
  delete from support_chat.visitor_tokens
  where token_hash in (
    select t.token_hash from support_chat.visitor_tokens t
    where t.visitor_id = target
    order by t.created_at desc, t.token_hash
    offset 20
  );
  return target;
end
$$;

-- The host's backend vouches for who this is. The browser gets a new secret, since somebody else may have planted
-- the old one; what it said so far moves along, unless it was said as somebody else. Called by `chat_identify`.
create function support_chat.identify(p_token text, p_identity text, p_new_token text)
returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  claims constant jsonb := support_chat.verify_identity(p_identity);
  subject constant text := claims ->> 'sub';
  old_hash constant bytea := support_chat.token_hash(p_token);
  new_hash constant bytea := support_chat.token_hash(p_new_token);
  -- What was signed, since a signature has more than one spelling.
  proof constant bytea := sha256(convert_to(substring(p_identity from '^[^.]+\.[^.]+'), 'UTF8'));
  counted constant text := 'subject:' || encode(sha256(convert_to(subject, 'UTF8')), 'hex');
  target support_chat.visitors;
  said support_chat.visitors;
  is_known boolean;
  used_by bytea;
begin
  if new_hash is null then
    perform support_chat.refuse('PT401', 'Unknown or malformed token.');
  end if;
  perform support_chat.take_lock('subject ' || subject);

  -- Both are held, or one could be erased before they are joined; in the order of their ids, as wherever two are.
  perform from support_chat.visitors v
  where v.external_id = subject or v.id = support_chat.visitor_id()
  order by v.id
  for no key update;
  select v.* into target from support_chat.visitors v where v.external_id = subject;
  if target.blocked_until > now() then
    perform support_chat.refuse('PT403', 'This visitor is blocked.', '{"reason": "blocked"}');
  end if;

  insert into support_chat.identity_uses (identity_hash, token_hash, expires_at)
  values (proof, new_hash, to_timestamp((claims ->> 'exp')::double precision))
  on conflict (identity_hash) do nothing;
  if not found then
    select u.token_hash into used_by from support_chat.identity_uses u where u.identity_hash = proof;
    if used_by is distinct from new_hash and used_by is distinct from old_hash then
      perform support_chat.refuse('PT401', 'The identity token is not valid.', '{"reason": "used"}');
    end if;
    update support_chat.identity_uses set token_hash = new_hash where identity_hash = proof;
  end if;

  -- Else it is a repeat whose answer was lost, or the same browser with news about the same person.
  is_known := exists (
    select from support_chat.visitor_tokens t where t.token_hash = new_hash and t.visitor_id = target.id
  );
  if not is_known then
    perform support_chat.count_use(counted, 'identify');
    target.id := support_chat.move_browser(old_hash, new_hash, subject, target.id);
  end if;

  -- Nothing that was only typed stays under the verified mark.
  update support_chat.visitors v
  set
    verified_at = now(),
    name = coalesce(support_chat.text_claim(claims, 'name'), ''),
    email = case when v.user_id is null then coalesce(support_chat.text_claim(claims, 'email'), '') else v.email end,
    attributes = coalesce(nullif(claims -> 'attributes', 'null'), '{}')
  where v.id = target.id
  returning v.* into said;
  -- Agents are told of a new name, so that counts as well.
  if is_known and (said.name, said.email) is distinct from (target.name, target.email) then
    perform support_chat.count_use(counted, 'identify');
  end if;
  delete from support_chat.identity_uses
  where identity_hash in (
    select u.identity_hash from support_chat.identity_uses u
    where u.expires_at < now() - interval '1 hour'
    order by u.expires_at
    limit 50
    for update skip locked
  );
  perform set_config('support_chat.visitor_id', target.id::text, true);
  return target.id;
end
$$;

-- Erases the visitor of this transaction with everything they said, and what Realtime still keeps of it. Called by
-- `chat_erase`.
create function support_chat.erase()
returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  here support_chat.visitors;
  session_ids uuid[];
begin
  -- Held, or what is being said right now would stay in Realtime.
  perform support_chat.hold_visitor(support_chat.visitor_id());
  select v.* into here from support_chat.visitors v where v.id = support_chat.visitor_id();
  if not found then
    perform support_chat.refuse('PT401', 'Unknown or malformed token.');
  end if;
  select array_agg(s.id) into session_ids from support_chat.sessions s where s.visitor_id = here.id;
  perform support_chat.forget_broadcasts(here.channel_key, here.first_seen_at, session_ids);
  perform support_chat.tell_visitor(here.id, 'resync', '{}');

  update support_chat.agents set viewing = null where viewing = any (session_ids);
  delete from support_chat.visitors where id = here.id;
  delete from support_chat.rate_limits r
  where r.subject = 'visitor:' || here.id
    or r.subject in (select 'session:' || i from unnest(session_ids) i);
  perform support_chat.tell_desk('resync', '{}');
  insert into support_chat.audit_log (actor_id, action, subject)
  values (null, 'visitor.erased', here.id::text);
end
$$;

-- Removes what Realtime keeps for replay: the visitor's topic, and their conversations from all our topics, former
-- names included; of the newest 50,000 events of the whole project, so that the cost is bounded whatever else it
-- broadcasts. What is older is dropped by the platform within three days.
create function support_chat.forget_broadcasts(p_channel_key text, p_since timestamptz, p_sessions uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  since timestamp := p_since at time zone 'utc' - interval '1 minute';
begin
  if not has_table_privilege('realtime.messages', 'DELETE') then
    return;
  end if;
  since := greatest(since, (
    select m.inserted_at
    from realtime.messages m
    where m.extension = 'broadcast' and m.private and m.inserted_at >= since
    order by m.inserted_at desc
    offset 50000
    limit 1
  ));
  delete from realtime.messages m
  where m.extension = 'broadcast' and m.private and m.inserted_at >= since
    and (
      m.topic = 'support-chat:' || p_channel_key
      or (starts_with(m.topic, 'support-chat:') or starts_with(m.topic, 'support-desk:'))
        and coalesce(m.payload #>> '{session,id}', m.payload ->> 'session_id') = any (p_sessions::text[])
    );
end
$$;

-- A text that a JWT may carry; refused where it is something else.
create function support_chat.text_claim(p_claims jsonb, p_name text)
returns text
language plpgsql stable
set search_path = ''
as $$
begin
  if jsonb_typeof(p_claims -> p_name) not in ('string', 'null') then
    perform support_chat.refuse('PT400', 'This claim is a text.', jsonb_build_object('field', p_name));
  end if;
  return p_claims ->> p_name;
end
$$;

revoke all on function
  support_chat.hmac_sha256(bytea, bytea),
  support_chat.from_base64url(text),
  support_chat.jwt_part(text),
  support_chat.verify_identity(text),
  support_chat.merge_visitor(uuid, uuid),
  support_chat.claim(),
  support_chat.move_browser(bytea, bytea, text, uuid),
  support_chat.identify(text, text, text),
  support_chat.erase(),
  support_chat.forget_broadcasts(text, timestamptz, uuid[]),
  support_chat.text_claim(jsonb, text)
from public, anon, authenticated, service_role;

grant execute on function
  support_chat.claim(),
  support_chat.identify(text, text, text),
  support_chat.erase()
to support_chat_visitor;

insert into support_chat.migrations (version, topic) values ('20261120091020', 'identity');
