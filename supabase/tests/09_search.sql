-- Search in the agents' inbox: what is found, where it says it matched, and what no query can do.
begin;
\ir helpers.psql
select plan(160);

-- A conversation of a new visitor.
create function tests.meet(p_name text default '', p_email text default '') returns uuid language sql as $$
  with visitor as (
    insert into support_chat.visitors (name, email) values (p_name, p_email) returning id
  )
  insert into support_chat.sessions (visitor_id, client_id) select v.id, gen_random_uuid() from visitor v returning id
$$;

create function tests.say(p_session uuid, p_content text, p_kind text default 'text') returns uuid language sql as $$
  insert into support_chat.messages (session_id, client_id, sender_type, sender_id, kind, content)
  values (
    p_session, gen_random_uuid(), case p_kind when 'note' then 'agent' else 'customer' end,
    case p_kind when 'note' then tests.id('agent') end, p_kind, p_content
  )
  returning id
$$;

create function tests.answer(p_query text, p_limit integer default 30) returns jsonb language sql as $$
  select tests.call('agent', format('public.desk_search(%L, %L)', p_query, p_limit))
$$;

-- A text with what is highlighted in brackets.
create function tests.marked(p_text text, p_highlights jsonb) returns text language plpgsql as $$
declare
  h jsonb;
begin
  for h in select r.h from jsonb_array_elements(p_highlights) with ordinality r (h, place) order by r.place desc loop
    p_text := left(p_text, (h ->> 0)::integer) || '[' || substr(p_text, (h ->> 0)::integer + 1, (h ->> 1)::integer) || ']'
      || substr(p_text, (h ->> 0)::integer + (h ->> 1)::integer + 1);
  end loop;
  return p_text;
end
$$;

-- What a query finds, as an agent would see it.
create function tests.found(p_query text, p_limit integer default 30) returns text[] language sql as $$
  select coalesce(array_agg(tests.marked(
    case h.hit ->> 'matched' when 'message' then h.hit #>> '{message,content}' else h.hit #>> array['session', 'visitor', h.hit ->> 'matched'] end,
    h.hit -> 'highlights'
  ) order by h.place), '{}')
  from jsonb_array_elements(tests.answer(p_query, p_limit) -> 'hits') with ordinality h (hit, place)
$$;

create table tests.sessions (name text primary key, id uuid not null default tests.meet());

-- Who may.
select is(tests.refusal('visitor', 'public.desk_search(''hi'')'), 'PT401', 'a visitor is told to sign in');
select is(tests.refusal('user', 'public.desk_search(''hi'')'), 'PT403', 'a user who is no agent learns nothing');

-- Words.
insert into tests.sessions values ('words'), ('other');
select tests.say(id, 'The delivery of my umbrella was late, and UMBRELLAS are fragile.') from tests.sessions where name = 'words';
select tests.say(id, 'It rains; order #A-1234 via https://shop.example/umbrella-stands?x=1 please') from tests.sessions where name = 'other';
select is(tests.found(q.query), q.found, q.what)
from (values
  ('umbrella', array['It rains; order #A-1234 via https://shop.example/[umbrella]-stands?x=1 please', 'The delivery of my [umbrella] was late, and [UMBRELLA]S are fragile.'],
    'a word is found in every conversation, the newest first, in whatever case, in addresses as well'),
  ('umb', array['It rains; order #A-1234 via https://shop.example/[umb]rella-stands?x=1 please', 'The delivery of my [umb]rella was late, and [UMB]RELLAS are fragile.'],
    'three letters that a word begins with are enough'),
  ('um', '{}', 'two are not'),
  ('my', array['The delivery of [my] umbrella was late, and UMBRELLAS are fragile.'], 'unless they are the word'),
  ('brella', '{}', 'the end of a word is not found'),
  ('late umbrella', array['The delivery of my [umbrella] was [late], and [UMBRELLA]S are fragile.'], 'of several words all must be there, in whatever order'),
  ('late rain', '{}', 'and in one message'),
  ('umbrella umbrella', array['It rains; order #A-1234 via https://shop.example/[umbrella]-stands?x=1 please', 'The delivery of my [umbrella] was late, and [UMBRELLA]S are fragile.'],
    'saying a word twice changes nothing'),
  ('a-1234', array['It rains; order #[A-1234] via https://shop.example/umbrella-stands?x=1 please'], 'a number with signs in it is found'),
  ('1234', array['It rains; order #A-[1234] via https://shop.example/umbrella-stands?x=1 please'], 'and without them'),
  ('1234-a', '{}', 'what is joined must be there as it is joined'),
  ('shop.example/umbrella', array['It rains; order #A-1234 via https://[shop.example/umbrella]-stands?x=1 please'], 'an address is found as it stands'),
  ('umbrella.stands', array['It rains; order #A-1234 via https://shop.example/[umbrella-stands]?x=1 please'], 'by whatever sign it is joined'),
  ('xyzzy', '{}', 'what nobody said is not found')
) q (query, found, what);

-- Whole words are better than beginnings, then the newest come first.
insert into tests.sessions values ('whole'), ('beginning'), ('newest whole');
select tests.say(id, 'A kettle') from tests.sessions where name = 'whole';
select tests.say(id, 'Two kettledrums') from tests.sessions where name = 'beginning';
select is(tests.found('kettle'), array['A [kettle]', 'Two [kettle]drums'], 'a whole word comes before the beginning of one');
select tests.say(id, 'That kettle') from tests.sessions where name = 'newest whole';
select is(tests.found('kettle'), array['That [kettle]', 'A [kettle]', 'Two [kettle]drums'], 'among equals the newest comes first');
select tests.say(id, 'Kettle, again') from tests.sessions where name = 'whole';
select is(tests.found('kettle'), array['[Kettle], again', 'That [kettle]', 'Two [kettle]drums'], 'of a conversation only the best hit comes, and there the newest');
select tests.say(id, 'Kettledrum, again') from tests.sessions where name = 'whole';
select is((tests.found('kettle'))[1], '[Kettle], again', 'which is the whole word, even when the beginning is newer');

-- Case, accents, width.
insert into tests.sessions values ('accents'), ('Straße'), ('Greek'), ('Russian'), ('Vietnamese'), ('Arabic'), ('Hebrew'), ('taken apart'), ('wide'), ('Turkish'), ('Danish');
select tests.say(s.id, t.content)
from (values
  ('accents', 'Le Café Crème'), ('Straße', 'Wo ist die Straße?'), ('Greek', 'Ο ΟΔΥΣΣΕΎΣ ήρθε'), ('Russian', 'Где мой ЗАКАЗ, ёлки'),
  ('Vietnamese', 'Đơn hàng của tôi'), ('Arabic', 'أين طَلَبِي الآن'), ('Hebrew', 'שָׁלוֹם לכולם'), ('taken apart', E'un re\u0301sume\u0301 complet'),
  ('wide', 'ＦＵＬＬ ｗｉｄｔｈ ﬁne'), ('Turkish', 'İSTANBUL ışık'), ('Danish', 'Smørrebrød æble')
) t (name, content)
join tests.sessions s using (name);
select is(tests.found(q.query), array[q.found], q.what)
from (values
  ('cafe', 'Le [Café] Crème', 'accents in a text need not be typed'),
  ('CRÈME', 'Le Café [Crème]', 'and may be'),
  ('cafè creme', 'Le [Café] [Crème]', 'or be others'),
  ('strasse', 'Wo ist die [Straße]?', 'ss finds ß'),
  ('straße', 'Wo ist die [Straße]?', 'and so does ß'),
  ('stras', 'Wo ist die [Straß]e?', 'a letter that is half matched is marked'),
  ('οδυσσευς', 'Ο [ΟΔΥΣΣΕΎΣ] ήρθε', 'a final sigma is a sigma'),
  ('заказ', 'Где мой [ЗАКАЗ], ёлки', 'case is no matter in Russian'),
  ('елки', 'Где мой ЗАКАЗ, [ёлки]', 'nor is ё'),
  ('don hang', '[Đơn] [hàng] của tôi', 'Vietnamese is found without its signs'),
  ('طلبي', 'أين [طَلَبِي] الآن', 'Arabic without its vowels'),
  ('اين', '[أين] طَلَبِي الآن', 'and without its hamza'),
  ('שלום', '[שָׁלוֹם] לכולם', 'Hebrew without its points'),
  ('resume', E'un [re\u0301sume\u0301] complet', 'accents that are characters of their own are marked with their letters'),
  ('full width', '[ＦＵＬＬ] [ｗｉｄｔｈ] ﬁne', 'wide letters are letters'),
  ('fine', 'ＦＵＬＬ ｗｉｄｔｈ [ﬁne]', 'and ligatures too'),
  ('istanbul isik', '[İSTANBUL] [ışık]', 'an i may lack its dot, or have one'),
  ('smorrebrod aeble', '[Smørrebrød] [æble]', 'ø is an o and æ an ae')
) q (query, found, what);
select is(tests.found('ine'), '{}', 'within a ligature no word begins');

-- Scripts without spaces.
insert into tests.sessions values
  ('Japanese'), ('Chinese'), ('mixed'), ('Thai'), ('Korean'), ('Lao'), ('Khmer'), ('Burmese'), ('half width'), ('rare Han'), ('apart');
select tests.say(s.id, t.content)
from (values
  ('Japanese', '注文した商品がまだ届きません'), ('Chinese', '我的订单在哪里？谢谢你'), ('mixed', '無料wifiはありますか'),
  ('Thai', 'ผมอยากสอบถามเกี่ยวกับคำสั่งซื้อ'), ('Korean', '무료배송이 언제 되나요'), ('Lao', 'ຂ້ອຍຕ້ອງການຄວາມຊ່ວຍເຫຼືອ'), ('Khmer', 'ខ្ញុំត្រូវការជំនួយ'),
  ('Burmese', 'ကျွန်တော်အကူအညီလိုတယ်'), ('half width', 'ｶﾞｲﾄﾞをください'), ('rare Han', '𠮷野家に行く'), ('apart', '日中と中国、国語')
) t (name, content)
join tests.sessions s using (name);
select is(tests.found(q.query), array[q.found], q.what)
from (values
  ('商品', '注文した[商品]がまだ届きません', 'two characters in the middle of a sentence are found'),
  ('届きません', '注文した商品がまだ[届きません]', 'more of them too, to the end'),
  ('商品 注文', '[注文]した[商品]がまだ届きません', 'several of them must all be there'),
  ('订单', '我的[订单]在哪里？谢谢你', 'Chinese'),
  ('你', '我的订单在哪里？谢谢[你]', 'a single character, even the last'),
  ('谢', '我的订单在哪里？[谢][谢]你', 'as often as it is there'),
  ('里？谢', '我的订单在哪[里？谢]谢你', 'signs between them may be typed'),
  ('wifi', '無料[wifi]はありますか', 'a word between them is a word'),
  ('無料wifi', '[無料wifi]はありますか', 'together with what is before it'),
  ('wifiはあ', '無料[wifiはあ]りますか', 'and behind it'),
  ('สั่งซื้อ', 'ผมอยากสอบถามเกี่ยวกับคำ[สั่งซื้อ]', 'Thai'),
  ('배송', '무료[배송]이 언제 되나요', 'Korean, within a word'),
  ('ຊ່ວຍ', 'ຂ້ອຍຕ້ອງການຄວາມ[ຊ່ວຍ]ເຫຼືອ', 'Lao'),
  ('ជំនួយ', 'ខ្ញុំត្រូវការ[ជំនួយ]', 'Khmer'),
  ('အကူအညီ', 'ကျွန်တော်[အကူအညီ]လိုတယ်', 'Burmese'),
  ('ガイド', '[ｶﾞｲﾄﾞ]をください', 'half-width kana are kana'),
  ('𠮷野', '[𠮷野]家に行く', 'characters beyond the first plane count as one')
) q (query, found, what);
select is(tests.found('日中国語'), '{}', 'pairs that are there, but not in a row, are no hit');
select is(tests.found('文商'), '{}', 'nor is what stands apart');

-- Names and addresses.
insert into tests.sessions select 'Ada', tests.meet('Ada Lovelace', 'countess@analytical.example');
select tests.say(id, 'Hello') from tests.sessions where name = 'Ada';
insert into tests.sessions select 'Mary', tests.meet('Mary-Ann O''Neill', 'mary.ann@mail.example');
select tests.say(id, 'Please write to ann.oneill@work.example') from tests.sessions where name = 'Mary';
select is(tests.found(q.query), q.found, q.what)
from (values
  ('lovelace', array['Ada [Lovelace]'], 'a name is found'),
  ('ada love', array['[Ada] [Love]lace'], 'from its beginnings'),
  ('countess@analytical.example', array['[countess@analytical.example]'], 'an address is found'),
  ('countess', array['[countess]@analytical.example'], 'so is what is before its sign'),
  ('analytical.example', array['countess@[analytical.example]'], 'and what is behind'),
  ('@analytical', array['countess@[analytical].example'], 'with the sign'),
  ('analytical@countess', '{}', 'but in its order'),
  ('ada analytical', array['[Ada] Lovelace'], 'one word may be in the name and another in the address'),
  ('o''neill', array['Mary-Ann [O''Neill]'], 'an apostrophe does no harm'),
  ('ann', array['Mary-[Ann] O''Neill'], 'a person comes before what they wrote'),
  ('oneill', array['Please write to ann.[oneill]@work.example'], 'an address in a message is found as well'),
  ('ada hello', '{}', 'a name and a message are two things')
) q (query, found, what);
select is(
  (select array_agg(h ->> 'matched') from jsonb_array_elements(tests.answer('countess') -> 'hits') h), array['email'], 'a hit says where it matched'
);
select is(tests.answer('countess') #> '{hits,0,message}', 'null', 'a person comes without a message');
select tests.say(id, 'Lovelace here') from tests.sessions where name = 'Ada';
select is(
  (select array_agg(k order by k) from jsonb_object_keys(tests.answer('hello') #> '{hits,0}') k),
  array['highlights', 'matched', 'message', 'session'], 'a hit has these fields'
);
select is(
  tests.answer('hello') #> '{hits,0,session}', tests.call('agent', format('public.desk_session(%L)', id)) -> 'session',
  'its session is the one agents know'
) from tests.sessions where name = 'Ada';
insert into support_chat.sessions (visitor_id, client_id)
select v.id, gen_random_uuid() from support_chat.visitors v where v.name = 'Ada Lovelace';
select is(tests.found('lovelace'), array['Ada [Lovelace]', 'Ada [Lovelace]'], 'all conversations of a person are found');

-- A profile changes.
update support_chat.visitors set name = 'Augusta King' where name = 'Ada Lovelace';
select is(tests.found('augusta king'), array['[Augusta] [King]', '[Augusta] [King]'], 'a new name is found');
select is(tests.found('ada'), '{}', 'an old one is not');
select is(tests.found('lovelace'), array['[Lovelace] here'], 'but where it was said');
update support_chat.visitors set name = '', email = '' where name = 'Augusta King';
select is(tests.found('countess'), '{}', 'nor is an address that was removed');
select tests.start('visitor', 'Good evening');
select tests.call('visitor', 'public.chat_update_profile(:token, ''Grace Hopper'', ''grace@navy.example'')');
select is(tests.found('hopper'), array['Grace [Hopper]'], 'what a visitor says of themselves is found');

-- What agents see and others do not.
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''Probably a scoundrel'', ''note'')');
select is(tests.found('scoundrel'), array['Probably a [scoundrel]'], 'notes are found');
select tests.call('agent', 'public.desk_send(:session, gen_random_uuid(), ''Bonjour, Madame'')');
select is(tests.found('madame'), array['Bonjour, [Madame]'], 'so is what agents say');
select tests.call('agent', 'public.desk_close(:session)');
select is((select count(*) from support_chat.messages where kind = 'event' and session_id = current_setting('tests.session')::uuid), 1::bigint, 'a line says that it was closed');
select is(tests.found('closed'), '{}', 'which is not found');
select is(tests.found('evening'), array['Good [evening]'], 'closed conversations are');

-- Highlights.
insert into tests.sessions values ('emoji'), ('many'), ('markup');
select tests.say(id, E'👩‍👩‍👧 🇩🇪 ok\n\tvelvet 👍velvet') from tests.sessions where name = 'emoji';
select tests.say(id, repeat('plum ', 300)) from tests.sessions where name = 'many';
select tests.say(id, '<b>tulip</b> "tulip" \tulip \1') from tests.sessions where name = 'markup';
select is(tests.answer('velvet') #> '{hits,0,highlights}', '[[13, 6], [21, 6]]', 'highlights are counted in code points');
select is(tests.found('velvet'), array[E'👩‍👩‍👧 🇩🇪 ok\n\t[velvet] 👍[velvet]'], 'behind an emoji as anywhere');
select is(jsonb_array_length(tests.answer('plum') #> '{hits,0,highlights}'), 100, 'there are at most a hundred');
select is(tests.found('tulip'), array['<b>[tulip]</b> "[tulip]" \[tulip] \1'], 'markup is text');

-- How many.
insert into tests.sessions select 'crowd ' || n from generate_series(1, 105) n;
select tests.say(s.id, 'One of a crowd') from tests.sessions s where s.name like 'crowd %';
select is(
  array[jsonb_array_length(a -> 'hits')::text, a ->> 'more'], array[l.hits::text, l.more], l.what
)
from (values
  (null, 30, 'true', 'without a limit it is thirty'), (7, 7, 'true', 'a limit is kept'), (-1, 1, 'true', 'it is at least 1'),
  (2000000000, 100, 'true', 'and at most 100')
) l (given, hits, more, what), tests.answer('crowd', l.given) a;
select is(tests.answer('kettle', 3) -> 'more', 'false', 'when that is all, it says so');
select is(
  jsonb_array_length(tests.call('agent', 'public.desk_search(''crowd'')') -> 'hits'), 30, 'a limit may be left out'
);
alter table support_chat.messages disable trigger user;
insert into support_chat.messages (session_id, seq, client_id, sender_type, content, created_at)
select s.id, n, gen_random_uuid(), 'customer', case when n % 100 = 0 then 'flood' else 'floods' end, now() + make_interval(secs => n)
from tests.sessions s, generate_series(1000, 2099) n
where s.name = 'many';
alter table support_chat.messages enable trigger user;
select is(tests.found('flood'), '{}', 'what came past the triggers is not found');
select support_chat.index_missing();
select is(tests.found('flood'), array['[flood]'], 'until the owner says so');
select support_chat.index_missing();
select is((select count(*) from support_chat.message_words w join support_chat.messages m on m.id = w.message_id where m.content ~ 'flood'), 1100::bigint, 'which may be said again');
select is(tests.answer('flood') #>> '{hits,0,message,seq}', '2000', 'the best of the newest thousand is the newest of those that say the word');
select is(tests.answer('flood') -> 'more', 'true', 'when there are more than a thousand it does not say that this is all');

-- What lies in the stretches next to the newest places. One word in ten is whole.
create function tests.pour(p_from integer, p_to integer) returns void language plpgsql as $$
begin
  alter table support_chat.messages disable trigger user;
  insert into support_chat.messages (session_id, seq, client_id, sender_type, content, created_at)
  select s.id, n, gen_random_uuid(), 'customer', case when n % 10 = 0 then 'tide' else 'tides' end, now() + make_interval(secs => n)
  from tests.sessions s, generate_series(p_from, p_to) n
  where s.name = 'many';
  alter table support_chat.messages enable trigger user;
  perform support_chat.index_missing();
end
$$;
select tests.pour(3001, 4260);
select setval('support_chat.message_words_place_seq', 10000);
select tests.pour(5001, 5060);
create function tests.tide(p_query text, out matches bigint, out whole bigint, out oldest integer) language sql as $$
  select count(*), count(*) filter (where w.is_whole), min(m.seq)
  from support_chat.search_terms(p_query) t
  cross join support_chat.newest_matches('m', t.terms, t.whole, t.narrow) w
  join support_chat.messages m on m.id = w.id
$$;
select results_eq($$ select * from tests.tide('tid') $$, $$ values (1000::bigint, 0::bigint, 3321) $$, 'a beginning is found in the nearest stretches, the newest thousand times');
select results_eq($$ select matches, whole from tests.tide('tide') $$, $$ values (1000::bigint, 132::bigint) $$, 'a whole word there before what begins with it');
select results_eq($$ select * from tests.tide('tides') $$, $$ values (1000::bigint, 1000::bigint, 3209) $$, 'and nothing else where that is enough');

-- What lies far back.
select setval('support_chat.message_words_place_seq', 150000), setval('support_chat.visitor_words_place_seq', 5000000);
insert into tests.sessions select 'later ' || n, tests.meet('Later ' || n) from generate_series(1, 3) n;
select tests.say(s.id, 'A kettle, later') from tests.sessions s where s.name like 'later %';
select is(
  tests.found('kettle'),
  array['A [kettle], later', 'A [kettle], later', 'A [kettle], later', '[Kettle], again', 'That [kettle]', 'Two [kettle]drums'],
  'a word is found however long ago it was said'
);
select is(tests.found('neill'), array['Mary-Ann O''[Neill]'], 'and a person however long ago they came');
select is(tests.found('flood'), array['[flood]'], 'in the nearest stretches of the index');
select results_eq($$ select * from tests.tide('tide') $$, $$ values (1000::bigint, 100::bigint, 3321) $$, 'of very many the newest thousand, some of them whole words');
select is(tests.answer('flood') -> 'more', 'true', 'as many as a thousand of them');
select is(tests.found('商品'), array['注文した[商品]がまだ届きません'], 'in every script');
select is(tests.found('two kettle'), array['[Two] [kettle]drums'], 'with all its words');
select is(tests.found('kettle xyzzy'), '{}', 'and nothing else');
select is(tests.found('kettle again abc'), '{}', 'of however many beginnings');

-- What no query can do.
select is(tests.answer(q.query), '{"hits": [], "more": false}', format('nothing can be searched for in %s', q.what))
from (values
  (null, 'null'), ('', 'an empty query'), ('   ', 'spaces'), ('''', 'an apostrophe'), ('\', 'a backslash'), ('& | ! <-> :* ( ) [ ] { } ^ $ . + ?', 'signs'),
  (E'\u0001\t\n', 'control characters'), ('👍🏽', 'an emoji'), ('。、！', 'foreign signs'), (E'\u0301', 'an accent'), (repeat(' ', 200) || 'kettle', 'what follows the first 200 characters')
) q (query, what);
select is((tests.found(q.query))[1], 'A [kettle], later', format('%s is searched for as what words are in it', q.query))
from unnest(array['!kettle', 'kettle:*', '''kettle', '(kettle', '<kettle>', '\kettle\', '"kettle"', '%kettle%', 'kettle.*', '[kettle', 'kettle$$']) q (query);
select is(tests.found(q.query), '{}', format('%s has no hit', q.query))
from unnest(array['kettle | xyzzy', 'xyzzy:*', 'ket_tle', 'kettle''); drop table support_chat.messages; --', '.*', 'kettle:*A']) q (query);
select is(tests.outcome('agent', format('public.desk_search(%L)', q.query)), 'ok', format('%s do no harm', q.what))
from (values
  ((select string_agg(chr(19968 + n), '') from generate_series(1, 200) n), '200 Han characters'),
  ((select string_agg(chr(97 + n % 26), ' ') from generate_series(1, 100) n), 'a hundred words'),
  ((select string_agg(left(md5(n::text), 3), ' ') from generate_series(1, 50) n), 'fifty beginnings'),
  ('a a a', 'repetitions'), (repeat('kettle ', 100000), 'very many words'), (repeat('x', 1000000), 'a word without end'),
  (repeat('a-', 100), 'a hundred joined words'), (repeat(E'e\u0301', 100), 'a hundred accents')
) q (query, what);

-- What messages may be.
insert into tests.sessions values ('long Han'), ('long word'), ('other long word'), ('marks'), ('only signs'), ('half');
select tests.say(s.id, t.content)
from (values
  ('long Han', (select string_agg(chr(19968 + n), '') from generate_series(1, 3998) n) || '龘龘'), ('long word', repeat('w', 150)),
  ('other long word', repeat('w', 100) || 'v'), ('marks', 'a' || repeat(E'\u0316\u0301', 1999)), ('only signs', '?!'), ('half', E'\u0e49\u0e38 x')
) t (name, content)
join tests.sessions s using (name);
select is(jsonb_array_length(tests.answer('龘龘') -> 'hits'), 1, 'the end of the longest message is found');
select is(jsonb_array_length(tests.answer(repeat('w', 60)) -> 'hits'), 2, 'a very long word is found by its beginning');
select is(tests.found(repeat('w', 110)), array['[' || repeat('w', 110) || ']' || repeat('w', 40)], 'the more of it, the fewer');
select is((select array_agg(s.name order by s.name) from tests.sessions s join support_chat.messages m on m.session_id = s.id left join support_chat.message_words w on w.message_id = m.id where w is null), array['only signs'],
  'a message without words needs no entry');

-- What is erased is gone.
select tests.start('other visitor', 'My pancreas hurts');
select tests.call('other visitor', 'public.chat_update_profile(:token, ''Zebulon'', ''zeb@clinic.example'')');
select is(tests.found('pancreas'), array['My [pancreas] hurts'], 'before it is erased');
select tests.call('other visitor', 'public.chat_erase(:token)');
select is(tests.found(q), '{}', format('nothing is found by %s', q)) from unnest(array['pancreas', 'zebulon', 'clinic.example']) q;
select is_empty($$ select w.words from support_chat.message_words w where w.words @@ 'pancreas' $$, 'no words of a message are left');
select is_empty($$ select w.words from support_chat.visitor_words w where w.words @@ 'zebulon | clinic' $$, 'nor of a name or an address');
delete from support_chat.sessions where id = (select s.id from tests.sessions s where s.name = 'newest whole');
select is(tests.found('that kettle'), '{}', 'a deleted conversation is not found');
select is(
  (select count(*) from support_chat.message_words w where not exists (select from support_chat.messages m where m.id = w.message_id)), 0::bigint,
  'and leaves nothing'
);

select * from finish();
rollback;
