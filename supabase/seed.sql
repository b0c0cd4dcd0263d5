-- Demo data: Northbound Coffee, a small shop for coffee and brewing gear, on an ordinary day. It needs the
-- users agent@example.com and agent2@example.com, and does nothing where it has run before.
do $seed$
declare
  marker constant uuid := '5eed0000-0000-4000-8000-000000000001';
  maya uuid;
  tom uuid;
  story jsonb;
  line jsonb;
  began timestamptz;
  at timestamptz;
  holder uuid;
  speaker uuid;
  who text;
  what text;
  visitor uuid;
  session uuid;
  place integer := 0;
begin
  if exists (select from support_chat.sessions where id = marker) then
    return;
  end if;

  select u.id into maya from auth.users u where u.email = 'agent@example.com';
  select u.id into tom from auth.users u where u.email = 'agent2@example.com';
  if maya is null or tom is null then
    raise exception 'The demo data needs the users agent@example.com and agent2@example.com.'
      using hint = 'Create them under Authentication, Users, then run this again.';
  end if;

  insert into support_chat.agents (user_id, display_name, role) values (maya, 'Maya Brandt', 'admin'), (tom, 'Tom Okafor', 'agent')
  on conflict (user_id) do nothing;

  update support_chat.settings
  set
    team_name = 'Northbound Coffee',
    greeting = 'Hello! Ask us anything about coffee, gear or your order.',
    away_text = 'We are out roasting. Leave a message and we will answer here, usually within a few hours.',
    suggested_questions = array['Where is my order?', 'Which grinder suits a V60?', 'Do you ship abroad?'],
    waiting_amber = 300,
    waiting_red = 1800
  where id;

  insert into support_chat.canned_responses (owner_id, shortcut, title, content) values
    (null, 'hello', 'Greeting', 'Hi, thanks for writing to Northbound Coffee! How can I help?'),
    (null, 'shipping', 'Shipping times', 'Orders placed before noon leave the roastery the same day. Within the country they take one to two days, to the rest of Europe three to five.'),
    (null, 'returns', 'Returns', 'You can send gear back within 30 days, used or not. I will email you a label; the refund follows when the parcel is here.'),
    (null, 'grind', 'Grind size', 'As a rule of thumb: espresso like fine sand, V60 like table salt, French press like breadcrumbs. Go finer when it tastes sour, coarser when it tastes bitter.'),
    (null, 'order-number', 'Ask for the order number', 'Could you send me your order number, {{visitor.first_name}}? It starts with NB and is in the confirmation email.'),
    (maya, 'wholesale', 'Wholesale', 'We would love to roast for you. Tell me roughly how many kilos a month you need and which machine you use, and I will send our wholesale list.');

  -- Each story: who, when it began, who has it, and the lines as [who does what, minutes later, words].
  for story in select value from jsonb_array_elements($stories$[
    {
      "visitor": {"name": "Hannah Lindqvist", "email": "hannah.lindqvist@example.com", "locale": "sv-SE"},
      "page": ["/products/hario-v60-starter-kit", "Hario V60 Starter Kit – Northbound Coffee"], "began": "2 minutes",
      "lines": [
        ["visitor", 0, "Hi! Does the V60 starter kit come with filters, or do I order those separately?"],
        ["visitor", 1, "And would it be here before Saturday? It's a birthday present 🙂"]
      ]
    },
    {
      "visitor": {},
      "page": ["/shipping", "Shipping & returns – Northbound Coffee"], "began": "9 minutes",
      "lines": [["visitor", 0, "do you ship to switzerland and who pays customs"]]
    },
    {
      "visitor": {"name": "Marcus Feld", "email": "m.feld@example.com", "locale": "de-DE", "attributes": {"orders": 3, "plan": "subscription"}},
      "page": ["/account/orders/NB-20418", "Order NB-20418 – Northbound Coffee"], "began": "47 minutes", "priority": "high", "tags": ["delivery"],
      "lines": [
        ["visitor", 0, "My order NB-20418 shows as delivered since yesterday but nothing is here. I asked the neighbours already."],
        ["visitor", 12, "Is anybody there? I'm home all day if the driver comes back."],
        ["tom notes", 20, "Carrier says left with a neighbour at no. 14. Marcus lives at 41, so probably swapped digits. Calling them."]
      ]
    },
    {
      "visitor": {"name": "سلمى الهاشمي", "email": "salma@example.com", "locale": "ar"},
      "page": ["/products/ethiopia-guji", "Ethiopia Guji – Northbound Coffee"], "began": "16 minutes", "seen": 1,
      "lines": [
        ["visitor", 0, "السلام عليكم، هل قهوة Ethiopia Guji مناسبة للتقطير بالـ V60؟"],
        ["visitor", 1, "وهل يمكنكم طحنها قبل الشحن؟ ليس لدي مطحنة في البيت حاليًا."]
      ]
    },
    {
      "visitor": {"name": "Priya Raman", "email": "priya.raman@example.com", "locale": "en-GB", "attributes": {"orders": 11, "vip": true}},
      "page": ["/products/niche-zero", "Niche Zero – Northbound Coffee"], "began": "38 minutes", "agent": "maya", "tags": ["gear", "advice"],
      "lines": [
        ["visitor", 0, "Hello! I'm torn between the Niche Zero and the DF64. Mostly espresso, a pour-over at weekends."],
        ["maya takes", 3],
        ["maya", 4, "Hi Priya, good to hear from you again! For mostly espresso with the odd pour-over I'd take the Niche: you can switch between the two without losing your espresso setting."],
        ["visitor", 7, "That's exactly my worry with the DF64. How loud is it? We have a baby 😅"],
        ["maya", 9, "Quieter than most: about as loud as an electric toothbrush, for ten seconds or so. The DF64 is noticeably louder."],
        ["maya notes", 10, "Long-time customer. Fine to give her the 10 % from the spring sale if she asks."],
        ["visitor", 33, "Sold. Is the white one in stock?"]
      ]
    },
    {
      "visitor": {"name": "Diego Santos", "email": "diego.santos@example.com", "locale": "pt-BR"},
      "page": ["/account/subscription", "Your subscription – Northbound Coffee"], "began": "3 hours", "agent": "maya", "tags": ["subscription"], "read": true,
      "lines": [
        ["visitor", 0, "Hi, can I pause my subscription for August? We're away for the whole month."],
        ["maya takes", 5],
        ["maya", 6, "Of course! I've paused it from 1 August; the next bag goes out on 2 September. You can change that any time on this page."],
        ["visitor", 9, "Perfect, thank you 🙏"],
        ["maya", 10, "Enjoy the holidays, and don't let anybody serve you instant coffee."]
      ]
    },
    {
      "visitor": {"name": "Ines Moreau", "email": "ines.moreau@example.com", "locale": "fr-FR"},
      "page": ["/products/moccamaster-kbg", "Moccamaster KBG – Northbound Coffee"], "began": "1 hour 20 minutes", "agent": "tom", "tags": ["repair"],
      "lines": [
        ["visitor", 0, "Bonjour, my Moccamaster drips from the outlet arm even when it's switched off. I bought it from you in March."],
        ["tom takes", 2],
        ["tom", 3, "Bonjour Ines! That is usually just scale in the valve. Have you descaled it since March?"],
        ["visitor", 8, "Never, to be honest. Our water is quite hard."],
        ["tom", 11, "Then let's try that first: run it once with a descaler, then twice with fresh water. If it still drips, it's on us, the warranty is five years."],
        ["visitor", 66, "Done twice now and it still drips, a little less than before."]
      ]
    },
    {
      "visitor": {"name": "Kenji Watanabe", "email": "kenji@example.com", "locale": "ja-JP"},
      "page": ["/wholesale", "Wholesale – Northbound Coffee"], "began": "5 hours", "agent": "tom", "tags": ["wholesale"], "priority": "low", "read": true,
      "lines": [
        ["visitor", 0, "Hello, we are opening a small café in November and look for a house espresso. Do you supply cafés?"],
        ["tom takes", 8],
        ["tom", 9, "Congratulations! We do. About how many kilos a month do you expect, and which machine will you use?"],
        ["visitor", 14, "Around 15 kg to begin with, on a Linea Mini and a Mythos."],
        ["tom notes", 16, "Maya, could you do the price list for 15–20 kg? He seems serious."],
        ["maya notes", 22, "On it. I'll have it ready by tomorrow noon."],
        ["tom", 24, "Lovely setup. We'll send you our wholesale list and two sample roasts this week. Which address should they go to?"],
        ["visitor", 41, "2-14-3 Jingumae, Shibuya. Thank you very much, we look forward to tasting."],
        ["tom", 43, "They go out tomorrow morning."]
      ]
    },
    {
      "visitor": {"name": "Ada 🦊", "locale": "en-US"},
      "page": ["/", "Northbound Coffee"], "began": "22 minutes", "agent": "maya",
      "lines": [
        ["visitor", 0, "☕️☕️☕️"],
        ["maya takes", 1],
        ["maya", 2, "That's what we like to hear! What can I do for you?"],
        ["visitor", 4, "👩‍👩‍👧‍👦 + 🎁 = ❓"],
        ["maya", 6, "A coffee present for a whole family? Our tasting box has four small bags, from gentle to wild. 🎁"],
        ["visitor", 7, "😍 🏳️‍🌈 🇮🇸 ✅"]
      ]
    },
    {
      "visitor": {"name": "Jürgen Donaudampfschifffahrtsgesellschaftskapitän-Hottentottenstottertrottelmutter", "email": "juergen@example.com", "locale": "de-DE"},
      "page": ["/products/comandante-c40", "Comandante C40 – Northbound Coffee"], "began": "31 minutes", "seen": 2,
      "lines": [
        ["visitor", 0, "Guten Tag, ich suche eine RechtsschutzversicherungsgesellschaftstauglicheKaffeebohnenmahlwerkreinigungsbürstenersatzteilnummernübersicht. Gibt es so etwas?"],
        ["visitor", 1, "The manual links to https://www.example.com/downloads/manuals/comandante/c40/mk4/replacement-parts/brushes-and-burrs-overview-complete-edition.pdf but that gives me an error."]
      ]
    },
    {
      "visitor": {"name": "Oliver Grant", "email": "oliver.grant@example.com", "locale": "en-GB"},
      "page": ["/products/acaia-pearl", "Acaia Pearl – Northbound Coffee"], "began": "1 day 2 hours", "agent": "tom", "snooze": "19 hours", "tags": ["stock"], "read": true,
      "lines": [
        ["visitor", 0, "When is the black Acaia Pearl back in stock?"],
        ["tom takes", 4],
        ["tom", 5, "The next delivery is due tomorrow. Shall I write to you here once it's on the shelf?"],
        ["visitor", 6, "Yes please!"],
        ["tom notes", 7, "Snoozed until the delivery is here."]
      ]
    },
    {
      "visitor": {"name": "Sofia Rossi", "email": "sofia.rossi@example.com", "locale": "it-IT", "attributes": {"orders": 2}},
      "page": ["/account/orders/NB-20377", "Order NB-20377 – Northbound Coffee"], "began": "1 day 5 hours", "agent": "maya", "rating": [5, "So quick and so kind, thank you!"], "tags": ["exchange"], "read": true,
      "lines": [
        ["visitor", 0, "I ordered whole beans by mistake and I need them ground for a moka pot."],
        ["maya takes", 2],
        ["maya", 3, "No problem at all! Your parcel hasn't left yet, so I've changed it to moka grind. Nothing else for you to do."],
        ["visitor", 5, "Wow, that was fast. Grazie mille!"],
        ["maya", 6, "Prego! Enjoy it."],
        ["maya closes", 9]
      ]
    },
    {
      "visitor": {"name": "Lena Schuster", "email": "lena.schuster@example.com", "locale": "de-AT"},
      "page": ["/returns", "Returns – Northbound Coffee"], "began": "2 days 3 hours", "agent": "tom", "rating": [3, "Fine in the end, but I had to ask twice."], "tags": ["return"], "read": true,
      "lines": [
        ["visitor", 0, "I'd like to return the gooseneck kettle, the handle gets too hot for me."],
        ["visitor", 55, "Hello?"],
        ["tom takes", 58],
        ["tom", 59, "Sorry for the wait, Lena! Of course you can. I've just sent the label to your email; the refund follows as soon as the kettle is here."],
        ["visitor", 63, "Got it, thanks."],
        ["visitor closes", 64]
      ]
    },
    {
      "visitor": {"name": "Noah Williams", "email": "noah.w@example.com", "locale": "en-US", "attributes": {"orders": 1}},
      "page": ["/guides/dialing-in", "Dialing in espresso – Northbound Coffee"], "began": "3 days 1 hour", "agent": "maya", "rating": [4, ""], "tags": ["advice"], "read": true,
      "lines": [
        ["visitor", 0, "Hey, my espresso tastes sour no matter what I do. Bambino Plus, your Ridgeline blend, grinder is a Sette 270."],
        ["maya takes", 4],
        ["maya", 5, "Hi Noah! Let's fix that. What goes in, what comes out, and in how many seconds?"],
        ["visitor", 7, "18 g in, 40 out, 19 seconds"],
        ["maya", 8, "That's too quick: the water has no time to get the sweetness out. Go finer until 18 g give you 36 g in about 28 seconds."],
        ["visitor", 9, "how much finer?"],
        ["maya", 10, "On the Sette two or three small clicks at a time. Change nothing else in between, or you won't know what helped."],
        ["visitor", 31, "ok 3 clicks: 24 seconds. better but still kinda sharp"],
        ["maya", 33, "Getting there. Two more, and let the machine heat up for a few minutes before you pull."],
        ["visitor", 34, "it says ready after 3 seconds though?"],
        ["maya", 36, "The boiler is, the group and the portafilter aren't. Run a blank shot through the empty portafilter first; it makes a real difference with lighter roasts."],
        ["visitor", 52, "29 seconds now!!"],
        ["maya", 53, "And? The suspense …"],
        ["visitor", 55, "holy. it's like a different coffee. chocolate, some cherry"],
        ["maya", 56, "That's the Ridgeline we know! Write down the setting, and when you open the next bag expect to go a click finer or coarser."],
        ["visitor", 58, "one more thing, how long do the beans keep once open?"],
        ["maya", 60, "About four weeks in the bag, squeezed flat and out of the sun. You can also freeze portions; take them out and grind them frozen."],
        ["visitor", 61, "frozen?? ok mind blown"],
        ["maya", 62, "It even grinds more evenly that way. Here is how we do it, step by step:\n\n1. Weigh 18 g into a small jar or bag.\n2. Press the air out and close it well.\n3. Freeze it, for up to three months.\n4. Grind it straight from the freezer.\n\nNever thaw and refreeze: the water that condenses on the beans ruins them."],
        ["visitor", 65, "you're the best. thanks Maya!"],
        ["maya", 66, "Any time. Happy brewing!"],
        ["maya closes", 70]
      ]
    }
  ]$stories$) loop
    place := place + 1;
    began := now() - (story ->> 'began')::interval;
    holder := case story ->> 'agent' when 'maya' then maya when 'tom' then tom end;

    insert into support_chat.visitors (
      name, email, locale, attributes, page_url, page_title, referrer, user_agent, first_seen_at, last_seen_at
    )
    values (
      left(coalesce(story #>> '{visitor,name}', ''), 80),
      coalesce(story #>> '{visitor,email}', ''),
      story #>> '{visitor,locale}',
      coalesce(story #> '{visitor,attributes}', '{}'),
      'https://northbound.example' || (story #>> '{page,0}'),
      story #>> '{page,1}',
      'https://www.example.com/search',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      began - interval '4 days',
      began + make_interval(mins => (story #>> '{lines,-1,1}')::integer)
    )
    returning id into visitor;

    select now() - (story ->> 'began')::interval + make_interval(mins => (l.value ->> 1)::integer)
    into at
    from jsonb_array_elements(story -> 'lines') l
    where l.value ->> 0 like '% closes';

    insert into support_chat.sessions (
      id, visitor_id, client_id, agent_id, status, page_url, page_title, priority, tags, created_at,
      last_message_at, closed_at
    )
    values (
      case when place = 1 then marker else gen_random_uuid() end,
      visitor,
      gen_random_uuid(),
      holder,
      case when at is not null then 'closed' when holder is null then 'open' else 'assigned' end,
      'https://northbound.example' || (story #>> '{page,0}'),
      story #>> '{page,1}',
      coalesce(story ->> 'priority', 'normal'),
      coalesce((select array_agg(t.value) from jsonb_array_elements_text(story -> 'tags') t), '{}'),
      began,
      began,
      at
    )
    returning id into session;

    for line in select value from jsonb_array_elements(story -> 'lines') loop
      at := began + make_interval(mins => (line ->> 1)::integer);
      who := split_part(line ->> 0, ' ', 1);
      what := split_part(line ->> 0, ' ', 2);
      speaker := case who when 'maya' then maya when 'tom' then tom end;

      if what in ('takes', 'closes') then
        insert into support_chat.messages (session_id, sender_type, kind, event, created_at)
        values (session, 'system', 'event', jsonb_build_object(
          'type', case what when 'takes' then 'assigned' else 'closed' end,
          'actor', jsonb_build_object(
            'kind', case when speaker is null then 'visitor' else 'agent' end,
            'name', (select a.display_name from support_chat.agents a where a.user_id = speaker)
          ),
          'agent', case when what = 'takes' then (
            select jsonb_build_object('id', a.user_id, 'name', a.display_name)
            from support_chat.agents a
            where a.user_id = speaker
          ) end
        ), at);
      else
        insert into support_chat.messages (session_id, client_id, sender_type, sender_id, kind, content, created_at)
        values (
          session,
          gen_random_uuid(),
          case when speaker is null then 'customer' else 'agent' end,
          speaker,
          case what when 'notes' then 'note' else 'text' end,
          line ->> 2,
          at
        );
      end if;
    end loop;

    update support_chat.sessions s
    set
      -- Visitors have read what was answered; agents what they took part in, unless the story says how far.
      visitor_read_seq = s.last_visitor_seq,
      desk_read_seq = case
        when story -> 'read' = 'true' then s.last_seq
        when story -> 'seen' is not null then (story ->> 'seen')::integer
        else coalesce((
          select max(m.seq) from support_chat.messages m where m.session_id = s.id and m.sender_type = 'agent'
        ), 0)
      end,
      snoozed_until = now() + (story ->> 'snooze')::interval,
      rating = (story #>> '{rating,0}')::smallint,
      rating_comment = nullif(story #>> '{rating,1}', '')
    where s.id = session;
  end loop;
end
$seed$;
