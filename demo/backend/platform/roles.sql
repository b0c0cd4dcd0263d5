-- The roles every Supabase project has, as far as our migrations and policies name them.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['anon', 'authenticated', 'service_role', 'supabase_realtime_admin'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
      execute format('create role %I nologin noinherit', wanted);
    end if;
  end loop;
end
$$;

alter role service_role bypassrls;

grant anon, authenticated, service_role to current_user;
grant usage on schema public to anon, authenticated, service_role;
