-- Reports: how many conversations began when, how soon they were answered and ended, and how they were rated.

-- For each minute of a week, from Monday on, how many seconds of office hours lie before it; 10,081 of them, so that
-- the end of the week has one, too. The time between two moments is then a subtraction, however long it was.
create function support_chat.office_week(p_hours jsonb)
returns integer[]
language sql stable
set search_path = ''
as $$
  with spans as (
    select d.place * 1440 + extract(epoch from (h.value ->> 0)::time)::integer / 60 as first_minute,
      d.place * 1440 + case h.value ->> 1
        when '24:00' then 1440
        else extract(epoch from (h.value ->> 1)::time)::integer / 60
      end as last_minute
    from unnest(array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) with ordinality t (day, number)
    cross join lateral (select t.day, (t.number - 1)::integer as place) d
    cross join jsonb_array_elements(p_hours -> d.day) h
  ),
  -- Spans of one day may overlap, and a minute counts once.
  open as (
    select distinct m.minute + 1 as minute from spans s, generate_series(s.first_minute, s.last_minute - 1) m (minute)
  )
  select array_agg(b.seconds order by b.minute)
  from (
    select m.minute, (60 * count(o.minute) over (order by m.minute))::integer as seconds
    from generate_series(0, 10080) m (minute)
    left join open o using (minute)
  ) b
$$;

-- Of the conversations that began on these days, at most the 100,000 newest: figures in all, by day, by hour of the
-- week and by who has the conversation. Days and hours are those of a zone, the team's own if it is null. With
-- `p_office_hours` only time within the office hours counts, so that a question from the night waits from the morning
-- on; the clock is the one on the team's wall, an hour more or less on the nights it is put forward and back.
create function support_chat.desk_report(p_from text, p_to text, p_zone text, p_office_hours boolean)
returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  most constant integer := 100000;
  team record;
  zone text;
  first_day date;
  last_day date;
  since timestamptz;
  until timestamptz;
  week integer[];
  answer jsonb;
begin
  perform support_chat.as_agent();
  select s.office_hours, s.time_zone into team from support_chat.settings s;
  zone := coalesce(p_zone, team.time_zone);
  begin
    perform now() at time zone zone;
  exception when others then
    perform support_chat.refuse('PT400', 'That is no time zone. Use a name like Europe/Berlin.', '{"field": "zone"}');
  end;
  if (p_from ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and p_to ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') is not true then
    perform support_chat.refuse('PT400', 'A day is written like 2026-11-20.', '{"field": "from"}');
  end if;
  begin
    first_day := p_from::date;
    last_day := p_to::date;
  exception when others then
    perform support_chat.refuse('PT400', 'There is no such day.', '{"field": "from"}');
  end;
  if last_day not between first_day and first_day + 365 then
    perform support_chat.refuse('PT400', 'A report is about 1 to 366 days, from the first to the last.', '{"field": "to"}');
  end if;
  since := first_day::timestamp at time zone zone;
  until := (last_day + 1)::timestamp at time zone zone;
  if p_office_hours and team.office_hours is not null then
    week := support_chat.office_week(team.office_hours);
  end if;

  with begun as (
    select s.agent_id, s.rating, s.status, s.created_at at time zone zone as began, c.clock
    from (
      select s.* from support_chat.sessions s
      where s.created_at >= since and s.created_at < until
      order by s.created_at desc
      limit most
    ) s
    -- Each moment as seconds on a clock that stands still while nothing counts.
    cross join lateral (
      select array_agg(
        case
          when week is null then extract(epoch from m.at)::bigint
          else l.second / 604800 * week[10081] + week[l.minute] + case
            when week[l.minute + 1] > week[l.minute] then l.second % 60
            else 0
          end
        end
        order by m.place
      ) as clock
      from unnest(array[
        s.created_at, s.first_response_at, s.closed_at, s.waiting_since, case when s.waiting_since is not null then now() end
      ]) with ordinality m (at, place)
      cross join lateral (
        -- 5 January 1970 was a Monday.
        select extract(epoch from m.at at time zone team.time_zone)::bigint - 345600 as second
      ) e
      cross join lateral (select e.second, (e.second % 604800 / 60)::integer + 1 as minute) l
    ) c
  ),
  timed as (
    select b.agent_id, b.rating, b.status, b.began::date as day, extract(isodow from b.began)::integer as weekday,
      extract(hour from b.began)::integer as hour,
      b.clock[2] - b.clock[1] as response,
      b.clock[3] - b.clock[1] as resolution,
      b.clock[5] - b.clock[4] as wait
    from begun b
  ),
  counted as (
    select grouping(t.day) = 0 as by_day, grouping(t.weekday) = 0 as by_hour, grouping(t.agent_id) = 0 as by_agent,
      t.day, t.weekday, t.hour, t.agent_id, count(*) as conversations, jsonb_build_object(
        'conversations', count(*),
        'answered', count(t.response),
        'first_response', round(percentile_cont(0.5) within group (order by t.response)),
        'first_response_p90', round(percentile_cont(0.9) within group (order by t.response)),
        'closed', count(t.resolution),
        'resolution', round(percentile_cont(0.5) within group (order by t.resolution)),
        'resolution_p90', round(percentile_cont(0.9) within group (order by t.resolution)),
        'waiting', count(t.wait),
        'longest_wait', max(t.wait),
        'rated', count(t.rating),
        'rating_sum', coalesce(sum(t.rating), 0)
      ) as figures
    from timed t
    group by grouping sets ((t.day), (t.weekday, t.hour), (t.agent_id), ())
  )
  select jsonb_build_object(
    'from', first_day,
    'to', last_day,
    'zone', zone,
    'office_hours', team.office_hours is not null,
    'more', coalesce(max(c.conversations) filter (where not (c.by_day or c.by_hour or c.by_agent)) >= most, false),
    'total', (jsonb_agg(c.figures) filter (where not (c.by_day or c.by_hour or c.by_agent))) -> 0,
    'days', coalesce(
      jsonb_agg(jsonb_build_object('day', c.day, 'figures', c.figures) order by c.day) filter (where c.by_day), '[]'
    ),
    'hours', coalesce(
      jsonb_agg(
        jsonb_build_object('weekday', c.weekday, 'hour', c.hour, 'figures', c.figures) order by c.weekday, c.hour
      ) filter (where c.by_hour),
      '[]'
    ),
    'agents', coalesce(
      jsonb_agg(
        jsonb_build_object(
          'agent', (
            select jsonb_build_object('id', a.user_id, 'name', a.display_name)
            from support_chat.agents a where a.user_id = c.agent_id
          ),
          'figures', c.figures
        )
        order by c.conversations desc, c.agent_id
      ) filter (where c.by_agent),
      '[]'
    )
  )
  into answer
  from counted c;
  return answer;
end
$$;

revoke all on function
  support_chat.office_week(jsonb),
  support_chat.desk_report(text, text, text, boolean)
from public, anon, authenticated, service_role;

grant execute on function support_chat.office_week(jsonb) to support_chat_agent;

-- To both roles, so that who is not signed in hears "sign in first" and not a database error.
grant execute on function support_chat.desk_report(text, text, text, boolean) to anon, authenticated;

grant create on schema support_chat to support_chat_agent;
alter function support_chat.desk_report(text, text, text, boolean) owner to support_chat_agent;
revoke create on schema support_chat from support_chat_agent;

insert into support_chat.migrations (version, topic) values ('20261120091330', 'reports');
