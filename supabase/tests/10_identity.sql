-- Who a visitor is beyond one browser: signing up, being vouched for by the host's backend, and being forgotten.
begin;
\ir helpers.psql
select plan(133);

-- HMAC-SHA-256, by the test cases of RFC 4231.
select is(encode(substr(support_chat.hmac_sha256(decode(c.key, 'hex'), decode(c.data, 'hex')), 1, c.length), 'hex'), c.mac, 'RFC 4231, test case ' || c.number)
from (values
  (1, repeat('0b', 20), '4869205468657265', 32, 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'),
  (2, '4a656665', '7768617420646f2079612077616e7420666f72206e6f7468696e673f', 32, '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'),
  (3, repeat('aa', 20), repeat('dd', 50), 32, '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'),
  (4, '0102030405060708090a0b0c0d0e0f10111213141516171819', repeat('cd', 50), 32, '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b'),
  (5, repeat('0c', 20), '546573742057697468205472756e636174696f6e', 16, 'a3b6167473100ee06e0c796c2955552b'),
  (6, repeat('aa', 131), encode('Test Using Larger Than Block-Size Key - Hash Key First', 'hex'), 32, '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'),
  (7, repeat('aa', 131), encode('This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.', 'hex'), 32, '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2')
) c (number, key, data, length, mac);

-- The host's backend.
insert into support_chat.identity_keys (kid, secret) values ('old', repeat('0a', 32)), ('new', repeat('0b', 32));
create function tests.base64url(p_data bytea) returns text language sql immutable as $$
  select rtrim(translate(encode(p_data, 'base64'), E'+/\n', '-_'), '=')
$$;
create function tests.seconds(p_ahead interval default '0') returns bigint language sql stable as $$
  select floor(extract(epoch from now() + p_ahead))::bigint
$$;
create function tests.jwt(p_claims jsonb, p_header jsonb default '{"alg": "HS256", "typ": "JWT"}', p_secret text default repeat('0b', 32))
returns text language sql stable as $$
  select s.signed || '.' || tests.base64url(support_chat.hmac_sha256(convert_to(p_secret, 'UTF8'), convert_to(s.signed, 'UTF8')))
  from (
    select tests.base64url(convert_to(p_header::text, 'UTF8')) || '.' || tests.base64url(convert_to(p_claims::text, 'UTF8')) as signed
  ) s
$$;
-- A token as a good backend makes it; each has its own `jti`, so each is another.
create function tests.identity(p_sub text, p_more jsonb default '{}') returns text language sql volatile as $$
  select tests.jwt(jsonb_build_object(
    'aud', 'support-chat', 'sub', p_sub, 'iat', tests.seconds(), 'exp', tests.seconds('1 hour'), 'jti', gen_random_uuid()
  ) || p_more)
$$;
insert into tests.tokens values
  ('phone', 'sv1_Phone0123456789abcdefghijklmnopqrstuvwxyzAB'),
  ('laptop', 'sv1_Laptop0123456789abcdefghijklmnopqrstuvwxyzA'),
  ('tablet', 'sv1_Tablet0123456789abcdefghijklmnopqrstuvwxyzA');
create function tests.identify(p_from text, p_jwt text, p_to text, p_actor text default 'outsider') returns jsonb language sql as $$
  select tests.call(p_actor, format('public.chat_identify(%L, %L, %L)', tests.token(p_from), p_jwt, tests.token(p_to)))
$$;
create function tests.identify_refusal(p_from text, p_jwt text, p_to text, p_actor text default 'outsider') returns text language sql as $$
  select tests.refusal(p_actor, format('public.chat_identify(%L, %L, %L)', tests.token(p_from), p_jwt, tests.token(p_to)))
$$;
create function tests.said(p_answer jsonb) returns text[] language sql stable as $$
  select coalesce(array_agg(s #>> '{session,preview}' order by s #>> '{session,preview}'), '{}') from jsonb_array_elements(p_answer -> 'sessions') s
$$;
update support_chat.settings set limits = '{"claim": [[10, 3600]], "identify": [[10, 3600]]}' where id;

-- What is no identity.
select tests.start('visitor', 'Before anything');
select is(tests.identify_refusal('visitor', c.jwt, 'phone'), 'PT401 ' || c.details, c.what)
from (
  select tests.jwt(b.claims) as good, b.claims from (select jsonb_build_object(
    'aud', 'support-chat', 'sub', 'u1', 'iat', tests.seconds(), 'exp', tests.seconds('1 hour')) as claims) b
) g, lateral (values
  (null, '{"reason": "identity"}', 'no identity token at all is refused'),
  ('', '{"reason": "identity"}', 'so is an empty one'),
  ('a.b.c', '{"reason": "identity"}', 'and nonsense'),
  (repeat('a', 9000), '{"reason": "identity"}', 'and an endless one'),
  (g.good || '.x', '{"reason": "identity"}', 'and one with a fourth part'),
  (split_part(g.good, '.', 1) || '.' || split_part(g.good, '.', 2) || '.', '{"reason": "identity"}', 'and one without signature'),
  (left(g.good, -1) || case right(g.good, 1) when 'A' then 'Q' else 'A' end, '{"reason": "identity"}', 'and one with a flipped bit'),
  (split_part(g.good, '.', 1) || '.' || tests.base64url(convert_to((g.claims || '{"sub": "admin"}')::text, 'UTF8')) || '.' || split_part(g.good, '.', 3), '{"reason": "identity"}', 'and one whose claims were changed'),
  (tests.jwt(g.claims, '{"alg": "none"}'), '{"reason": "identity"}', 'and alg none'),
  (tests.base64url('{"alg":"none"}') || '.' || split_part(g.good, '.', 2) || '.', '{"reason": "identity"}', 'and alg none without signature'),
  (tests.jwt(g.claims, '{"alg": "HS512"}'), '{"reason": "identity"}', 'and alg HS512'),
  (tests.jwt(g.claims, '{"alg": "RS256"}'), '{"reason": "identity"}', 'and alg RS256'),
  (tests.jwt(g.claims, '{"alg": "hs256"}'), '{"reason": "identity"}', 'and another spelling of the algorithm'),
  (tests.jwt(g.claims, '{"alg": "HS256", "crit": ["exp"]}'), '{"reason": "identity"}', 'and demands that we do not know'),
  (tests.jwt(g.claims, '{"alg": "HS256", "kid": "old"}'), '{"reason": "identity"}', 'and the wrong key for its name'),
  (tests.jwt(g.claims, '{"alg": "HS256", "kid": "gone"}'), '{"reason": "identity"}', 'and the name of no key'),
  (tests.jwt(g.claims, '{"alg": "HS256"}', repeat('0c', 32)), '{"reason": "identity"}', 'and a foreign key'),
  (tests.jwt(g.claims, '{"alg": "HS256"}', ''), '{"reason": "identity"}', 'and an empty key'),
  (tests.jwt('[]'), '{"reason": "identity"}', 'and claims that are no object'),
  (tests.jwt(g.claims - 'aud'), '{"reason": "audience"}', 'one made for nobody is refused, and says so'),
  (tests.jwt(g.claims || '{"aud": "authenticated"}'), '{"reason": "audience"}', 'so is one made for somebody else'),
  (tests.jwt(g.claims - 'sub'), '{"reason": "subject"}', 'one about nobody is refused'),
  (tests.jwt(g.claims || '{"sub": 7}'), '{"reason": "subject"}', 'so is one about a number'),
  (tests.jwt(g.claims || '{"sub": ""}'), '{"reason": "subject"}', 'or an empty name'),
  (tests.jwt(g.claims || jsonb_build_object('sub', repeat('x', 256))), '{"reason": "subject"}', 'or an endless one'),
  (tests.jwt(g.claims - 'exp'), '{"reason": "lifetime"}', 'one that never ends is refused'),
  (tests.jwt(g.claims - 'iat'), '{"reason": "lifetime"}', 'so is one that never began'),
  (tests.jwt(g.claims || '{"exp": "9999999999"}'), '{"reason": "lifetime"}', 'or ends at a text'),
  (tests.jwt(g.claims || jsonb_build_object('exp', tests.seconds())), '{"reason": "expired"}', 'one that has just expired is refused'),
  (tests.jwt(g.claims || jsonb_build_object('exp', tests.seconds('86401 seconds'))), '{"reason": "lifetime"}', 'so is one that lives longer than a day'),
  (tests.jwt(g.claims || jsonb_build_object('iat', tests.seconds('2 minutes'))), '{"reason": "early"}', 'and one from the future'),
  (tests.jwt(g.claims || jsonb_build_object('nbf', tests.seconds('2 minutes'))), '{"reason": "early"}', 'and one that is not valid yet')
) c (jwt, details, what);
select ok(not exists (select from support_chat.visitors where verified_at is not null), 'after all that nobody is verified');
select ok(not exists (select from support_chat.identity_uses), 'and nothing was written down');
select is(tests.identify_refusal('visitor', tests.identity('u1'), 'nobody at all'), 'ok', 'a good one is accepted');
select is(
  tests.refusal('outsider', format('public.chat_identify(null, %L, %L)', tests.identity('u1'), t.token)), 'PT401', 'the new token must be a token, not ' || t.what
) from (values ('someone@example.com', 'an address'), (null, 'nothing')) t (token, what);
select is(tests.identify_refusal('visitor', tests.jwt(g.claims || m.more, m.header, m.secret), 'phone'), 'ok', m.what)
from (select jsonb_build_object('aud', 'support-chat', 'sub', 'u1', 'iat', tests.seconds(), 'exp', tests.seconds('1 day')) as claims) g,
(values
  ('{"aud": ["other", "support-chat"]}'::jsonb, '{"alg": "HS256"}'::jsonb, repeat('0b', 32), 'an audience may be a list with us in it'),
  ('{}', '{"alg": "HS256", "kid": "new"}', repeat('0b', 32), 'a key may be named'),
  ('{}', '{"alg": "HS256", "kid": "old"}', repeat('0a', 32), 'the other one too'),
  ('{}', '{"alg": "HS256"}', repeat('0a', 32), 'without a name every live key is tried'),
  (jsonb_build_object('iat', tests.seconds('50 seconds'), 'exp', tests.seconds('1 hour')), '{"alg": "HS256"}', repeat('0b', 32), 'clocks may differ by a minute')
) m (more, header, secret, what);

-- Being vouched for.
create table tests.notes (what text primary key, value text);
insert into tests.notes select 'old topic', 'support-chat:' || v.channel_key from support_chat.visitors v where v.id = tests.visitor('visitor');
select tests.call('visitor', 'public.chat_update_profile(:token, ''The Boss'', ''boss@example.com'')');
select tests.forget();
insert into tests.notes values ('identity', tests.identity('u1', '{"name": "Uma", "email": "uma@example.com", "attributes": {"plan": "pro"}}'));
create function tests.note(p_what text) returns text language sql stable as $$ select n.value from tests.notes n where n.what = p_what $$;
select is(
  tests.identify('visitor', tests.note('identity'), 'phone') -> 'visitor',
  '{"name": "Uma", "email": "uma@example.com", "verified": true, "attributes": {"plan": "pro"}}', 'the visitor is who the backend says'
);
select is(tests.said(tests.call('phone', 'public.chat_sync(:token)')), array['Before anything'], 'with the new token they have what they said before');
select is(tests.outcome('visitor', 'public.chat_sync(:token)'), 'PT401', 'the old token, which somebody may have planted, leads nowhere');
select ok(not exists (select from support_chat.visitors v where 'support-chat:' || v.channel_key = tests.note('old topic')), 'nor does the old topic');
select is(
  (select array_agg(m.event order by m.ctid) from realtime.messages m where m.topic = tests.note('old topic')), array['resync'], 'where whoever listened heard that it ended'
);
select is(
  tests.call('agent', 'public.desk_session(:session)') #>> '{session,visitor,verified}', 'true', 'agents see that somebody vouches for them'
);
select is(tests.identify('visitor', tests.note('identity'), 'phone') #>> '{visitor,name}', 'Uma', 'asking again with the same tokens gives the same');
select is(tests.identify('phone', tests.note('identity'), 'laptop') #>> '{visitor,name}', 'Uma', 'the same browser may use its identity again');
select is(tests.outcome('phone', 'public.chat_sync(:token)'), 'PT401', 'and goes on with its newest token only');
select is(tests.identify_refusal('other visitor', tests.note('identity'), 'tablet'), 'PT401 {"reason": "used"}', 'another browser may not use it');
select is(tests.identify_refusal('visitor', tests.note('identity'), 'tablet'), 'PT401 {"reason": "used"}', 'nor one with the token of long ago');
select is(
  tests.identify_refusal('other visitor', left(n.value, -1) || translate(right(n.value, 1), 'AEIMQUYcgkosw048', 'BFJNRVZdhlptx159'), 'tablet'), 'PT401 {"reason": "used"}',
  'nor in another spelling, which the last character of a signature has'
) from tests.notes n where n.what = 'identity';
select tests.call('laptop', 'public.chat_update_profile(:token, ''Support Agent'', ''evil@example.com'', null, ''{"plan": "free of charge"}'')');
select is(
  tests.call('laptop', 'public.chat_open(:token)') -> 'visitor',
  '{"name": "Uma", "email": "uma@example.com", "verified": true, "attributes": {"plan": "pro"}}', 'a verified visitor cannot take another name, address or plan'
);
select is(tests.identify('laptop', tests.identity('u1'), 'laptop') -> 'visitor', '{"name": "", "email": "", "verified": true, "attributes": {}}', 'what the backend does not say does not stand under its mark');
select is(tests.identify_refusal('laptop', tests.identity('u1', '{"name": {}}'), 'phone'), 'PT400 {"field": "name"}', 'a name that is no text is refused');
select is(tests.identify_refusal('laptop', tests.identity('u1', '{"email": "nonsense"}'), 'phone'), 'PT400 {"field": "email"}', 'an address that is none as well');

-- A second browser, and a person who wrote before they were known there.
select tests.start('other visitor', 'From the phone');
select is(tests.identify_refusal('other visitor', tests.identity('u1'), 'other visitor'), 'PT401', 'the token from before is no new one');
select is(
  (tests.identify('other visitor', tests.identity('u1', '{"name": "Uma"}'), 'tablet') #>> '{visitor,name}'), 'Uma', 'in another browser they are the same person'
);
select is(tests.said(tests.call('tablet', 'public.chat_sync(:token)')), array['Before anything', 'From the phone'], 'with everything from both');
select is(tests.said(tests.call('laptop', 'public.chat_sync(:token)')), array['Before anything', 'From the phone'], 'in the first browser too');
select is((select count(*)::integer from support_chat.visitors), 1, 'and one person to the agents');
select is(tests.outcome('other visitor', 'public.chat_sync(:token)'), 'PT401', 'the token from before is dead there too');
select is(tests.identify_refusal('tablet', tests.identity('u2'), 'laptop'), 'PT401', 'nobody takes a token that somebody has');

-- Somebody else at the same computer.
insert into tests.notes select 'topic of u1', 'support-chat:' || v.channel_key from support_chat.visitors v where v.external_id = 'u1';
select tests.forget();
select is(tests.identify('tablet', tests.identity('u2', '{"name": "Vik"}'), 'phone') #>> '{visitor,name}', 'Vik', 'another person signs in at the same browser');
select is(tests.said(tests.call('phone', 'public.chat_sync(:token)')), '{}', 'and sees nothing of the first');
select is(tests.outcome('tablet', 'public.chat_sync(:token)'), 'PT401', 'whose token this browser has lost');
select ok(not exists (select from support_chat.visitors v where 'support-chat:' || v.channel_key = tests.note('topic of u1')), 'and whose topic it cannot listen to any more');
select is(
  (select array_agg(m.event) from realtime.messages m where m.topic = tests.note('topic of u1')), array['resync'], 'while their other browsers hear that it has moved'
);
select is(tests.said(tests.call('laptop', 'public.chat_sync(:token)')), array['Before anything', 'From the phone'], 'while nothing of theirs has moved');

-- Limits and blocks.
insert into tests.notes values ('second identity', tests.identity('u2', '{"name": "Vik"}'));
update support_chat.visitors set verified_at = now() - interval '1 minute' where external_id = 'u2';
select tests.call('phone', 'public.chat_start(:token, gen_random_uuid(), gen_random_uuid(), ''Vik here'')') is not null;
select tests.forget();
update support_chat.rate_limits set used = 10 where action = 'identify';
select is(tests.identify('phone', tests.note('second identity'), 'phone') #>> '{visitor,name}', 'Vik', 'a browser that is known counts for nothing');
select is(tests.heard('desk'), '{}', 'and is no news to the agents');
select is(left(tests.identify_refusal('phone', tests.identity('u2', '{"name": "Vic"}'), 'phone'), 5), 'PT429', 'ten times an hour one is somebody new to them');
select is(left(tests.identify_refusal('phone', tests.identity('u2'), 'tablet'), 5), 'PT429', 'or vouched for in another browser');
delete from support_chat.rate_limits where subject <> '';
update support_chat.visitors set blocked_until = now() + interval '1 day' where external_id = 'u2';
select is(tests.identify_refusal('tablet', tests.identity('u2'), 'tablet'), 'PT403 {"reason": "blocked"}', 'who is blocked stays so in every browser');
update support_chat.visitors set blocked_until = null where external_id = 'u2';
insert into support_chat.identity_uses values (sha256('long ago'), sha256('x'), now() - interval '2 hours');
select tests.identify('phone', tests.identity('u2'), 'tablet') is not null;
select ok(not exists (select from support_chat.identity_uses where expires_at < now()), 'identities of long ago are forgotten');
select ok((
  select count(*) <= 20 from (
    select tests.call('outsider', format('public.chat_identify(null, %L, %L)', tests.identity('u3'), 'sv1_' || lpad(n::text, 4, '0') || 'bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN'))
    from generate_series(1, 9) n
  ) t
), 'a person may have many browsers');
update support_chat.rate_limits set used = 1 where subject <> '';
select tests.call('outsider', format('public.chat_identify(null, %L, %L)', tests.identity('u3'), 'sv1_' || lpad(n::text, 4, '1') || 'bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN'))
from generate_series(1, 9) n;
update support_chat.rate_limits set used = 1 where subject <> '';
select tests.call('outsider', format('public.chat_identify(null, %L, %L)', tests.identity('u3'), 'sv1_' || lpad(n::text, 4, '2') || 'bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN'))
from generate_series(1, 9) n;
select is(
  (select count(*)::integer from support_chat.visitor_tokens t join support_chat.visitors v on v.id = t.visitor_id where v.external_id = 'u3'), 20, 'but the oldest of more than twenty are forgotten'
);
delete from support_chat.visitors where id is not null;
delete from support_chat.rate_limits where subject <> '';

-- Signing up.
select tests.start('visitor', 'As nobody yet');
select tests.call('visitor', 'public.chat_update_profile(:token, ''Zoe'', ''zoe@typed.example'')');
insert into tests.notes select 'claimed topic', 'support-chat:' || v.channel_key from support_chat.visitors v where v.id = tests.visitor('visitor');
select is(tests.refusal(c.actor, format('public.chat_claim(%L)', tests.token('visitor'))), c.outcome, c.what)
from (values
  ('outsider', 'PT401', 'who is not signed in claims nothing'),
  ('anonymous user', 'PT403 {"reason": "anonymous"}', 'nor does an anonymous sign-in')
) c (actor, outcome, what);
select is(tests.refusal('user', format('public.chat_claim(%L)', tests.token('outsider'))), 'PT401', 'an unknown token is nothing to claim');
select is(tests.refusal('user', 'public.chat_claim()'), 'PT401', 'nor is none');
select tests.forget();
select is(
  tests.call('user', format('public.chat_claim(%L)', tests.token('visitor'))) -> 'visitor',
  '{"name": "Zoe", "email": "user@test.example", "verified": true, "attributes": {}}', 'who has signed up is known by their confirmed address'
);
select is(
  (select array_agg(m.event) from realtime.messages m where m.topic = tests.note('claimed topic')), array['resync'], 'whoever listened before hears that it is over'
);
select ok(not exists (select from support_chat.visitors v where 'support-chat:' || v.channel_key = tests.note('claimed topic')), 'on a topic that is no more');
select is(tests.outcome('visitor', 'public.chat_sync(:token)'), 'PT401', 'the token, which others may know, is dead');
select is(tests.said(tests.call('user', 'public.chat_open(null)')), array['As nobody yet'], 'signed in, they have what they said');
select is(tests.call('user', format('public.chat_claim(%L)', tests.token('visitor'))) #>> '{visitor,name}', 'Zoe', 'claiming twice gives the same');
select is(tests.call('user', 'public.chat_claim()') #>> '{visitor,name}', 'Zoe', 'also without the token');
select is(tests.outcome('user', format('public.chat_send(null, %L, gen_random_uuid(), ''Hi'')', s.id)), 'ok', 'and they go on with it') from support_chat.sessions s;
select is(tests.outcome('agent', format('public.chat_send(null, %L, gen_random_uuid(), ''Hi'')', s.id)), 'PT401', 'which nobody else does') from support_chat.sessions s;
select is(tests.outcome('user', format('public.chat_send(%L, %L, gen_random_uuid(), ''Hi'')', tests.token('outsider'), s.id)), 'PT401', 'a token that is given is what counts') from support_chat.sessions s;
select tests.call('user', 'public.chat_update_profile(null, null, ''other@typed.example'')');
select is(tests.call('user', 'public.chat_open()') #>> '{visitor,email}', 'user@test.example', 'a confirmed address is not overwritten');

-- Another browser, another anonymous visitor, the same person.
select tests.start('other visitor', 'From elsewhere');
select tests.forget();
insert into tests.notes select 'topic of the account', 'support-chat:' || v.channel_key from support_chat.visitors v where v.user_id = tests.id('user');
insert into tests.notes select 'rev', s.rev::text from support_chat.sessions s where s.id::text = current_setting('tests.session');
select is(
  tests.call('user', format('public.chat_claim(%L)', tests.token('other visitor'))) ->> 'topic', tests.note('topic of the account'), 'a second anonymous visitor joins the account'
);
select is(tests.said(tests.call('user', 'public.chat_open()')), array['As nobody yet', 'From elsewhere'], 'with everything they said');
select is(
  (select array_agg(m.event || case when m.topic like 'support-desk:%' then ' to the desk' when m.topic = tests.note('topic of the account') then ' to the account' else ' to the old' end order by m.ctid)
    from realtime.messages m where m.topic like 'support-%'),
  array['resync to the old', 'resync to the account', 'resync to the desk'], 'everybody is told once'
);
select is(
  (select jsonb_array_length(a -> 'sessions') from tests.call('agent', format('public.desk_sync(%L)', jsonb_build_array(jsonb_build_object(
    'id', current_setting('tests.session'), 'seq', 1, 'rev', tests.note('rev')::integer)))) a) > 0, true, 'and agents who ask get the conversation with its new owner'
);
select is((select count(*)::integer from support_chat.visitors), 1, 'the anonymous visitor is gone');
insert into support_chat.visitors (id) values ('bbbbbbbb-0000-4000-8000-000000000001');
insert into support_chat.visitor_tokens (token_hash, visitor_id) values (sha256(convert_to(tests.token('phone'), 'UTF8')), 'bbbbbbbb-0000-4000-8000-000000000001');
insert into support_chat.sessions (visitor_id, client_id) select 'bbbbbbbb-0000-4000-8000-000000000001', s.client_id from support_chat.sessions s limit 1;
select is(tests.outcome('user', format('public.chat_claim(%L)', tests.token('phone'))), 'ok', 'also where both chose the same id');
update support_chat.visitors set blocked_until = now() + interval '1 hour' where id = 'bbbbbbbb-0000-4000-8000-000000000001';
select is(tests.refusal('user', format('public.chat_claim(%L)', tests.token('phone'))), 'PT403 {"reason": "blocked"}', 'who is blocked does not escape into an account');
update support_chat.visitors set blocked_until = now() + interval '1 hour' where user_id = tests.id('user');
update support_chat.visitors set blocked_until = null where id = 'bbbbbbbb-0000-4000-8000-000000000001';
select is(tests.refusal('user', format('public.chat_claim(%L)', tests.token('phone'))), 'PT403 {"reason": "blocked"}', 'and a blocked account takes nothing in');
update support_chat.visitors set blocked_until = null where id is not null;
update support_chat.visitors set blocked_until = 'infinity' where id = 'bbbbbbbb-0000-4000-8000-000000000001';
savepoint merging;
select support_chat.merge_visitor('bbbbbbbb-0000-4000-8000-000000000001', v.id) from support_chat.visitors v where v.user_id = tests.id('user');
select is(v.blocked_until, 'infinity', 'and who is blocked at the very moment stays so') from support_chat.visitors v where v.user_id = tests.id('user');
rollback to merging;
select is(tests.outcome('agent', format('public.chat_claim(%L)', tests.token('visitor'))), 'PT401', 'what is claimed is nobody else''s to claim');
insert into support_chat.visitor_tokens (token_hash, visitor_id)
select sha256(convert_to(tests.token('tablet'), 'UTF8')), v.id from support_chat.visitors v where v.user_id = tests.id('user');
select is(tests.outcome('agent', format('public.chat_claim(%L)', tests.token('tablet'))), 'PT401', 'whatever token leads to it');
select is(
  tests.call('user', format('public.chat_identify(null, %L, %L)', tests.identity('u9', '{"name": "Wim"}'), tests.token('laptop'))) #>> '{visitor,name}', 'Wim',
  'whom the backend vouches for is another person than whom the browser signed in as'
);
select is(tests.said(tests.call('laptop', 'public.chat_sync(:token)')), '{}', 'who keeps to themselves what they said');
select is(
  tests.refusal(c.actor, format('public.chat_claim(%L)', tests.token('laptop'))), 'PT409 {"reason": "identified"}', c.what
) from (values
  ('user', 'an account does not take in whom the backend vouches for, and might vouch for elsewhere'),
  ('other agent', 'nor becomes them')
) c (actor, what);

-- Who was signed in before their first message.
select is(
  tests.call('other agent', 'public.chat_start(null, gen_random_uuid(), gen_random_uuid(), ''I am a customer here'')') -> 'visitor',
  '{"name": "", "email": "other-agent@test.example", "verified": true, "attributes": {}}', 'a signed-in user starts without any token'
);
update auth.users set email_confirmed_at = null where id = tests.id('admin');
select is(
  tests.call('admin', 'public.chat_start(null, gen_random_uuid(), gen_random_uuid(), ''Me too'', null, ''{"name": "Your CEO", "email": "ceo@typed.example"}'')') -> 'visitor',
  '{"name": "Your CEO", "email": "", "verified": false, "attributes": {}}', 'an address that nobody confirmed is not shown as theirs, and their name has no mark'
);
select is(
  (select s -> 'visitor' ->> 'verified' from jsonb_array_elements(tests.call('agent', 'public.desk_inbox(''all'')') -> 'sessions') s where s #>> '{visitor,name}' = 'Your CEO'),
  'false', 'nor to the agents'
);
update auth.users set email = E'de\u200bactivated@test.example' where id = tests.id('deactivated agent');
select is(
  tests.call('deactivated agent', 'public.chat_start(null, gen_random_uuid(), gen_random_uuid(), ''Me too'')') #>> '{visitor,email}', '', 'nor is one that we would refuse, which stops nobody'
);
select is(tests.outcome('anonymous user', 'public.chat_start(null, gen_random_uuid(), gen_random_uuid(), ''Hi'')'), 'PT401', 'an anonymous sign-in needs a token');
select set_config('request.jwt.claims', '{"sub": "auth0|123", "role": "authenticated"}', true);
insert into tests.notes select 'topic of the admin', 'support-chat:' || v.channel_key from support_chat.visitors v where v.user_id = tests.id('admin');
delete from auth.users where id = tests.id('admin');
select ok(not exists (select from support_chat.visitors v where 'support-chat:' || v.channel_key = tests.note('topic of the admin')), 'when an account goes, so does its topic');

-- Their conversation is nobody's now, so the project's owner forgets it for them.
select set_config('support_chat.visitor_id', s.visitor_id::text, true) from support_chat.sessions s where s.last_message_preview = 'Me too' order by s.id limit 1;
insert into tests.notes values ('orphan', current_setting('support_chat.visitor_id'));
select support_chat.erase();
select ok(not exists (select from support_chat.visitors v where v.id::text = tests.note('orphan')), 'the owner of the project forgets somebody in SQL');

-- Being forgotten.
insert into tests.tokens values ('canary', 'sv1_Canary0123456789abcdefghijklmnopqrstuvwxyzA');
select tests.start('canary', 'CANARY text');
-- Both topics have had other names, under which Realtime still keeps what was said.
select tests.call('agent', format('public.desk_block(%L, ''infinity'')', tests.visitor('canary')));
select tests.call('agent', format('public.desk_block(%L)', tests.visitor('canary')));
select support_chat.rotate_desk_key();
select tests.call('canary', 'public.chat_update_profile(:token, ''CANARY name'', ''canary@example.com'')');
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''CANARY reply'')');
select tests.call('agent', 'public.desk_presence(''online'', :session)');
select tests.call('canary', 'public.chat_typing(:token, :session)');
insert into tests.notes select 'canary topic', 'support-chat:' || v.channel_key from support_chat.visitors v where v.id = tests.visitor('canary');
insert into tests.notes select 'canary id', tests.visitor('canary')::text;
insert into tests.notes select 'canary session', current_setting('tests.session');
create function tests.traces() returns text[] language plpgsql as $$
declare
  found text[] := '{}';
  name text;
  hit boolean;
begin
  for name in
    select c.oid::regclass::text from pg_class c
    where c.relkind in ('r', 'p') and not c.relispartition
      and c.relnamespace in ('support_chat'::regnamespace, 'realtime'::regnamespace)
  loop
    execute format(
      'select exists (select from %s t where t::text ~* %L)', name, 'canary (text|name|reply)|canary@|' || tests.note('canary session')
    ) into hit;
    if hit then
      found := found || name;
    end if;
  end loop;
  return found;
end
$$;
select cmp_ok(cardinality(tests.traces()), '>=', 4, 'a visitor leaves traces in many places');
select is(tests.outcome('outsider', 'public.chat_erase(:token)'), 'PT401', 'nobody erases whom they are not');
select is(tests.outcome('outsider', 'public.chat_erase(null)'), 'PT401', 'or nobody at all');
select is(tests.call('canary', 'public.chat_erase(:token)'), '{}', 'a visitor erases themselves');
select is(tests.traces(), '{}', 'nothing of what they said or were is left, in no table');
select is(tests.outcome('canary', 'public.chat_sync(:token)'), 'PT401', 'their token is unknown');
select is(
  (select array_agg(m.event) from realtime.messages m where m.topic = tests.note('canary topic')), array['resync'], 'their other tabs hear that it is over'
);
select is(
  tests.call('agent', format('public.desk_sync(%L)', jsonb_build_array(jsonb_build_object('id', tests.note('canary session'), 'seq', 2, 'rev', 3)))) -> 'gone',
  jsonb_build_array(tests.note('canary session')), 'agents who had the conversation learn that it is gone'
);
select is(
  (select l.action from support_chat.audit_log l where l.subject = tests.note('canary id') order by l.id desc limit 1), 'visitor.erased', 'that somebody was erased is written down, not who'
);
select is(tests.said(tests.call('user', 'public.chat_open()')), array['As nobody yet', 'From elsewhere'], 'and nobody else has lost anything');

select * from finish();
rollback;
