-- What the backend's own tests call: small functions that show one thing each.
create table public.notes (id int primary key, body text check (length(body) < 10));

create function public.echo(p_text text, p_number int default 7) returns jsonb
language sql stable
as $$ select jsonb_build_object('text', p_text, 'number', p_number) $$;

create function public.whoami() returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'role', current_user,
    'claims', current_setting('request.jwt.claims')::jsonb,
    'method', current_setting('request.method'),
    'path', current_setting('request.path'),
    'headers', current_setting('request.headers')::jsonb,
    'search_path', current_setting('search_path'),
    'timeout', current_setting('statement_timeout')
  )
$$;

create function public.refuse(
  p_code text, p_message text default 'No.', p_detail text default null, p_hint text default null
) returns jsonb
language plpgsql
as $$
begin
  raise exception using errcode = p_code, message = p_message,
    detail = coalesce(p_detail, ''), hint = coalesce(p_hint, '');
end
$$;

create function public.only_post() returns jsonb
language plpgsql
as $$
begin
  if current_setting('request.method') <> 'POST' then
    raise exception 'Use POST.' using errcode = 'PT405';
  end if;
  return '{}'::jsonb;
end
$$;

create function public.note(p_id int, p_body text) returns void
language sql security definer
set search_path = ''
as $$ insert into public.notes values (p_id, p_body) $$;

create function public.nothing() returns void language sql as $$ select $$;
create function public.numbers() returns setof int language sql as $$ values (1), (2), (3) $$;
create function public.no_numbers() returns setof int language sql as $$ select 1 where false $$;
create function public.people() returns table (name text, age int)
language sql as $$ values ('Ada', 36), ('Alan', 41) $$;
create function public.first_note() returns public.notes
language sql security definer as $$ select * from public.notes order by id limit 1 $$;

create function public.members_only() returns text language sql as $$ select 'welcome' $$;
revoke execute on function public.members_only() from public, anon;
grant execute on function public.members_only() to authenticated;

create function public.say(p_topic text, p_text text, p_fail boolean default false) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(jsonb_build_object('text', p_text), 'said', p_topic, true);
  if p_fail then
    raise exception 'Changed my mind.' using errcode = 'PT409';
  end if;
end
$$;

create table public.members (sub text primary key);

create function public.is_member(p_sub text) returns boolean
language sql stable security definer
set search_path = ''
as $$ select exists (select from public.members where sub = p_sub) $$;

create policy "everybody reads rooms" on realtime.messages for select to anon, authenticated
using (extension = 'broadcast' and (select realtime.topic()) like 'room:%');

create policy "members read the club" on realtime.messages for select to authenticated
using (
  extension = 'broadcast' and (select realtime.topic()) = 'club'
  and (select public.is_member(auth.jwt() ->> 'sub'))
);

create policy "broken topics raise" on realtime.messages for select to anon, authenticated
using (case when (select realtime.topic()) like 'broken:%' then 1 / (length(topic) - length(topic)) = 1 else false end);
