-- Reports, against numbers worked out by hand.
begin;
\ir helpers.psql
select plan(34);

update support_chat.settings
set time_zone = 'Europe/Berlin', office_hours = '{
  "mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]], "wed": [["09:00", "12:00"], ["11:00", "17:00"]],
  "thu": [["09:00", "17:00"]], "fri": [["09:00", "17:00"]]
}';

insert into support_chat.visitors (id) values ('bbbbbbbb-0000-4000-8000-00000000000b');

-- A conversation by the clock on Berlin's walls.
create function tests.talk(
  p_began text, p_answered text, p_closed text, p_actor text default null, p_rating integer default null,
  p_waits boolean default false
) returns void language sql as $$
  insert into support_chat.sessions (
    visitor_id, client_id, agent_id, status, created_at, first_response_at, closed_at, rating, waiting_since
  )
  select 'bbbbbbbb-0000-4000-8000-00000000000b', gen_random_uuid(), tests.id(p_actor),
    case when p_closed is not null then 'closed' when p_actor is not null then 'assigned' else 'open' end,
    p_began::timestamp at time zone 'Europe/Berlin', p_answered::timestamp at time zone 'Europe/Berlin',
    p_closed::timestamp at time zone 'Europe/Berlin', p_rating,
    case when p_waits then p_began::timestamp at time zone 'Europe/Berlin' end
$$;

-- In November 2025 the 3rd was a Monday.
select tests.talk('2025-11-03 10:00', '2025-11-03 10:05', '2025-11-03 11:00', 'agent', 5);
select tests.talk('2025-11-03 16:30', '2025-11-04 09:30', '2025-11-04 10:30', 'agent', 3);
select tests.talk('2025-11-07 18:00', '2025-11-10 09:10', null, 'other agent');
select tests.talk('2025-11-05 08:00', '2025-11-05 11:30', '2025-11-05 17:30');
select tests.talk('2025-11-09 12:00', null, null, p_waits => true);
select tests.talk('2025-11-03 00:30', null, '2025-11-03 00:40');
-- Over the night the clocks were put back.
select tests.talk('2025-10-24 16:00', '2025-10-27 10:00', '2025-10-27 17:00', 'deactivated agent');

create table tests.reports (name text primary key, report jsonb);
insert into tests.reports values
  ('plain', tests.call('agent', 'public.desk_report(''2025-11-03'', ''2025-11-09'')')),
  ('office', tests.call('agent', 'public.desk_report(''2025-11-03'', ''2025-11-09'', null, true)')),
  ('UTC', tests.call('agent', 'public.desk_report(''2025-11-03'', ''2025-11-09'', ''UTC'')')),
  ('empty', tests.call('agent', 'public.desk_report(''2024-02-29'', ''2024-02-29'')')),
  ('autumn', tests.call('agent', 'public.desk_report(''2025-10-24'', ''2025-10-24'')')),
  ('autumn in the office', tests.call('agent', 'public.desk_report(''2025-10-24'', ''2025-10-24'', null, true)'));
create function tests.report(p_name text, p_path text) returns jsonb language sql as $$
  select r.report #> p_path::text[] from tests.reports r where r.name = p_name
$$;

select is(
  tests.report('plain', '{total}') - 'longest_wait',
  '{
    "conversations": 6, "answered": 4, "first_response": 36900, "first_response_p90": 177540, "closed": 4,
    "resolution": 18900, "resolution_p90": 55620, "waiting": 1, "rated": 2, "rating_sum": 8
  }'::jsonb,
  'all of a week in Berlin'
);
select is(
  tests.report('plain', '{total,longest_wait}')::bigint,
  extract(epoch from now())::bigint - extract(epoch from '2025-11-09 12:00'::timestamp at time zone 'Europe/Berlin')::bigint,
  'who waits has waited until now'
);
select is(
  tests.report('office', '{total}') - 'longest_wait',
  '{
    "conversations": 6, "answered": 4, "first_response": 2100, "first_response_p90": 7380, "closed": 4,
    "resolution": 5400, "resolution_p90": 22320, "waiting": 1, "rated": 2, "rating_sum": 8
  }'::jsonb,
  'the same week, but only time within office hours'
);
select cmp_ok(tests.report('office', '{total,longest_wait}')::bigint, '<', tests.report('plain', '{total,longest_wait}')::bigint,
  'nobody waits while the office is closed');
select is(
  jsonb_path_query_array(tests.report('plain', '{days}'), '$[*].day'), '["2025-11-03", "2025-11-05", "2025-11-07", "2025-11-09"]',
  'days without a conversation are left out'
);
select is(
  tests.report('plain', '{days,0,figures}'),
  '{
    "conversations": 3, "answered": 2, "first_response": 30750, "first_response_p90": 55110, "closed": 3,
    "resolution": 3600, "resolution_p90": 52560, "waiting": 0, "longest_wait": null, "rated": 2, "rating_sum": 8
  }'::jsonb,
  'a day'
);
select is(
  tests.report('plain', '{days,3,figures}') - 'longest_wait',
  '{
    "conversations": 1, "answered": 0, "first_response": null, "first_response_p90": null, "closed": 0,
    "resolution": null, "resolution_p90": null, "waiting": 1, "rated": 0, "rating_sum": 0
  }'::jsonb,
  'a day on which nobody was answered'
);
select is(
  (select jsonb_agg(jsonb_build_array(h -> 'weekday', h -> 'hour', h #> '{figures,conversations}')) from jsonb_array_elements(tests.report('plain', '{hours}')) h),
  '[[1, 0, 1], [1, 10, 1], [1, 16, 1], [3, 8, 1], [5, 18, 1], [7, 12, 1]]',
  'hours of the week'
);
select is(tests.report('office', '{hours,2,figures,first_response}'), '3600', 'from half past four to half past nine the office was open for an hour');
select is(tests.report('office', '{hours,3,figures,first_response}'), '9000', 'spans that overlap count once');
select is(tests.report('office', '{hours,4,figures,first_response}'), '600', 'a weekend does not count');
select is(
  (select jsonb_agg(jsonb_build_array(a #> '{agent,name}', a #> '{figures,conversations}', a #> '{figures,rating_sum}')) from jsonb_array_elements(tests.report('plain', '{agents}')) a),
  '[[null, 3, 0], ["Agent", 2, 8], ["Other Agent", 1, 0]]',
  'by who has the conversation, nobody among them'
);
select is(tests.report('plain', '{agents,0,agent}'), 'null', 'nobody is null');
select is(tests.report('UTC', '{total,conversations}'), '5', 'what began at half past midnight in Berlin was the day before in London');
select is(tests.report('UTC', '{hours,0}') - 'figures', '{"weekday": 1, "hour": 9}'::jsonb, 'hours are those of the zone that was asked for');
select is(
  tests.call('agent', 'public.desk_report(''2025-11-03'', ''2025-11-09'', ''UTC'', true)') #> '{days,0,figures,first_response}',
  '1950', 'office hours stay those of the team'
);
select is(
  (select r.report - 'total' from tests.reports r where r.name = 'empty'),
  '{"from": "2024-02-29", "to": "2024-02-29", "zone": "Europe/Berlin", "office_hours": true, "more": false, "days": [], "hours": [], "agents": []}'::jsonb,
  'a report about nothing'
);
select is(
  tests.report('empty', '{total}'),
  '{
    "conversations": 0, "answered": 0, "first_response": null, "first_response_p90": null, "closed": 0, "resolution": null,
    "resolution_p90": null, "waiting": 0, "longest_wait": null, "rated": 0, "rating_sum": 0
  }'::jsonb,
  'has zeros'
);
select is(tests.report('autumn', '{total,first_response}'), '241200', 'a weekend with an hour more');
select is(tests.report('autumn in the office', '{total,first_response}'), '7200', 'in which the office had none');
select is(tests.report('autumn in the office', '{total,resolution}'), '32400', 'until the office closed');
select is(tests.report('autumn', '{agents,0,agent,name}'), '"Deactivated Agent"', 'who has left is still named');

update support_chat.settings set office_hours = null;
select is(
  tests.call('agent', 'public.desk_report(''2025-11-03'', ''2025-11-09'', null, true)') - 'office_hours',
  (select r.report - 'office_hours' from tests.reports r where r.name = 'plain'),
  'without office hours all time counts'
);
update support_chat.settings set office_hours = '{"sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}';
select is(
  tests.call('agent', 'public.desk_report(''2025-11-07'', ''2025-11-07'', null, true)') #> '{total,first_response}',
  '172800', 'a weekend that is all open has two whole days'
);
update support_chat.settings set office_hours = '{}';
select is(
  tests.call('agent', 'public.desk_report(''2025-11-03'', ''2025-11-09'', null, true)') #> '{total,resolution_p90}', '0',
  'where the office never opens, no time counts'
);

select is(tests.refusal('agent', format('public.desk_report(%s)', c.arguments)), c.outcome, c.what)
from (values
  ('''2025-01-01'', ''2026-01-01''', 'ok', 'a year and a day is the most'),
  ('''2025-01-01'', ''2026-01-02''', 'PT400 {"field": "to"}', 'more is refused'),
  ('''2025-01-02'', ''2025-01-01''', 'PT400 {"field": "to"}', 'so is an end before the start'),
  ('''2025-02-29'', ''2025-03-01''', 'PT400 {"field": "from"}', 'and a day there is not'),
  ('''infinity'', ''infinity''', 'PT400 {"field": "from"}', 'and what is no day'),
  ('null, ''2025-03-01''', 'PT400 {"field": "from"}', 'and nothing'),
  ('''2025-03-01'', ''2025-03-01'', ''Mars/Olympus''', 'PT400 {"field": "zone"}', 'and a zone there is not'),
  ('''2025-03-01'', ''2025-03-01'', ''UTC'', null', 'ok', 'office hours or not may be left open')
) c (arguments, outcome, what);

set local enable_seqscan = off;
create function tests.plan_of(p_sql text) returns text language plpgsql as $$
declare
  line text;
  lines text := '';
begin
  for line in execute 'explain ' || p_sql loop
    lines := lines || line;
  end loop;
  return lines;
end
$$;
select matches(
  tests.plan_of('select from support_chat.sessions s where s.created_at >= now() and s.created_at < now() order by s.created_at desc limit 9'),
  'sessions_by_creation', 'conversations of some days are found by an index'
);

select * from finish();
rollback;
