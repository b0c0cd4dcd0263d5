-- Who is calling. Decided here and nowhere else; the policies read what these two write.

-- Secrets never travel in a URL, so a GET is refused before anything is looked up. PostgREST leaves ''
-- behind on pooled connections where no request set the method.
create function support_chat.require_post()
returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if coalesce(current_setting('request.method', true), '') in ('GET', 'HEAD') then
    perform support_chat.refuse('PT405', 'Use POST.');
  end if;
end
$$;

-- The sha256 of a well-formed token, else null: 256 random bits in base64url, not somebody's email.
create function support_chat.token_hash(p_token text)
returns bytea
language sql immutable
set search_path = ''
as $$
  select case
    when octet_length(p_token) = 47
      and p_token ~ '^sv1_[A-Za-z0-9_-]{43}$'
      and (select count(distinct c) from regexp_split_to_table(substr(p_token, 5), '') c) >= 16
    then sha256(convert_to(p_token, 'UTF8'))
  end
$$;

-- Forgets who an earlier call in this transaction was made by.
create function support_chat.be_nobody()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('support_chat.visitor_id', '', true), set_config('support_chat.agent_id', '', true),
    set_config('support_chat.agent_role', '', true);
end
$$;

-- The signed-in user, null for nobody, for anonymous sign-ins and for a `sub` that is no uuid: projects
-- with third-party sign-in have those, and `auth.uid()` raises on them.
create function support_chat.signed_in_user()
returns uuid
language sql stable
set search_path = ''
as $$
  select case
    when c.claims ->> 'sub' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      and coalesce(c.claims ->> 'is_anonymous', 'false') <> 'true'
    then (c.claims ->> 'sub')::uuid
  end
  from (select auth.jwt() as claims) c
$$;

-- Verifies a visitor's token, or without one the signed-in user, and makes them the visitor of this
-- transaction. Whatever is wrong, the answer is the same; with `p_required` false it is null.
create function support_chat.as_visitor(p_token text, p_required boolean default true)
returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  hash constant bytea := support_chat.token_hash(p_token);
  found_id uuid;
  blocked boolean;
begin
  perform support_chat.require_post();
  perform support_chat.be_nobody();

  if p_token is null then
    select v.id, coalesce(v.blocked_until > now(), false)
    into found_id, blocked
    from support_chat.visitors v
    where v.user_id = support_chat.signed_in_user();
  else
    select v.id, coalesce(v.blocked_until > now(), false)
    into found_id, blocked
    from support_chat.visitor_tokens t
    join support_chat.visitors v on v.id = t.visitor_id
    where t.token_hash = hash;
  end if;

  if found_id is null then
    if p_required then
      perform support_chat.refuse('PT401', 'Unknown or malformed token.');
    end if;
    return null;
  end if;
  if blocked then
    perform support_chat.refuse('PT403', 'This visitor is blocked.', '{"reason": "blocked"}');
  end if;
  perform set_config('support_chat.visitor_id', found_id::text, true);
  return found_id;
end
$$;

-- Verifies that the signed-in user is an active agent and makes them the agent of this transaction.
-- Asked anew on every request: a token outlives its owner's rights. With `require_mfa` in the settings, a
-- sign-in without a second factor is not enough.
create function support_chat.as_agent()
returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  caller constant uuid := support_chat.signed_in_user();
  found_role text;
begin
  perform support_chat.require_post();
  perform support_chat.be_nobody();

  if caller is null then
    if auth.jwt() ->> 'sub' is null then
      perform support_chat.refuse('PT401', 'Sign in first.');
    end if;
    perform support_chat.refuse('PT403', 'Only agents may do this.');
  end if;
  select a.role into found_role from support_chat.agents a where a.user_id = caller and a.active;
  if not found then
    perform support_chat.refuse('PT403', 'Only agents may do this.');
  end if;
  if (select s.require_mfa from support_chat.settings s) and auth.jwt() ->> 'aal' is distinct from 'aal2' then
    perform support_chat.refuse('PT403', 'Sign in with your second factor.', '{"reason": "mfa"}');
  end if;
  perform set_config('support_chat.agent_id', caller::text, true),
    set_config('support_chat.agent_role', found_role, true);
  return caller;
end
$$;

revoke all on function
  support_chat.require_post(),
  support_chat.token_hash(text),
  support_chat.be_nobody(),
  support_chat.as_visitor(text, boolean),
  support_chat.signed_in_user(),
  support_chat.as_agent()
from public, anon, authenticated, service_role;
grant execute on function support_chat.as_visitor(text, boolean) to support_chat_visitor;
grant execute on function support_chat.as_agent() to support_chat_agent;

insert into support_chat.migrations (version, topic) values ('20261120090800', 'resolvers');
