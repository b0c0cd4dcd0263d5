// The emoji that support agents use, each with the words by which it is found.

export interface Emoji {
  readonly character: string;
  /** What it is called, without spaces. */
  readonly name: string;
  /** Other words for it. */
  readonly words: readonly string[];
}

const LISTED = `🙂 smile happy|😊 blush happy pleased|😀 grin happy|😃 smiley happy|😄 laughing happy|😁 beaming teeth
😅 relief sweat phew|😂 joy tears laugh lol|🤣 rofl laugh|😉 wink|😇 angel innocent|🥰 adore hearts love|😍 love eyes heart
😘 kiss|😋 yummy tasty|😎 cool sunglasses|🤩 starstruck wow|🥳 party celebrate|🤗 hug|🤔 thinking hmm|🤨 doubt eyebrow
😐 neutral meh|😶 speechless|🙄 eyeroll|😏 smirk|😌 relieved calm|😴 sleeping tired|😕 confused|🙁 frown sad|😢 cry sad tear
😭 sob crying sad|😬 grimace awkward oops|😮 surprised oh wow|😳 flushed embarrassed|😱 scream shocked|😨 fearful scared
😤 huff annoyed|😡 angry mad|🤯 mindblown|🥲 bittersweet|🫠 melting|🤒 sick ill|🥺 pleading please|🫡 salute yes
👍 thumbsup yes good ok|👎 thumbsdown no bad|👌 perfect ok|👏 clap bravo applause|🙌 hooray praise|🙏 thanks please pray
👋 wave hello hi bye|🤝 handshake deal agree|💪 strong muscle|🤞 fingerscrossed luck hope|✌️ victory peace|🤙 callme
👉 pointright|👈 pointleft|👆 pointup|👇 pointdown|☝️ one note|✋ stop hand|🖐️ hand five|🫶 hearthands love|🤷 shrug dunno
🤦 facepalm|🙋 raisedhand question|🙇 bow sorry|💁 information help|👀 eyes look|🧠 brain smart|👤 person user|👥 people team
❤️ heart love red|🧡 orangeheart|💛 yellowheart|💚 greenheart|💙 blueheart|💜 purpleheart|🖤 blackheart|💔 brokenheart
✨ sparkles new shiny|⭐ star favourite|🌟 glowingstar|💯 hundred perfect|🔥 fire hot lit|🎉 tada party celebrate congratulations
🎊 confetti|🎁 gift present|🎂 cake birthday|🎈 balloon|🏆 trophy win|🥇 gold first|🚀 rocket launch ship fast|⚡ zap fast lightning
💡 idea bulb tip|📌 pin important|📎 paperclip attach|✏️ pencil edit|📝 memo note write|📄 page document|📁 folder|📅 calendar date
⏰ alarm time|⏳ hourglass wait|🕐 clock time|🔔 bell notification|🔕 mute quiet|🔍 search magnifier|🔑 key|🔒 lock secure
🔓 unlock open|🔧 wrench fix repair|🔨 hammer build|⚙️ gear settings|🧪 test experiment|🐛 bug insect|💻 laptop computer
🖥️ desktop computer|📱 phone mobile|☎️ telephone call|📞 receiver call|📧 email mail|✉️ envelope letter mail|📬 mailbox
📦 package parcel box|🚚 delivery truck shipping|✈️ plane flight travel|🚗 car|🚲 bike|🏠 home house|🏢 office building
🏪 shop store|🛒 cart basket shopping|💳 card payment credit|💰 money bag|💵 cash dollar|💶 euro money|🧾 receipt invoice bill
🏷️ label price tag|📈 growth up chart|📉 decline down chart|📊 chart report|🔗 link url|🌐 web globe internet|🌍 world earth
☀️ sun sunny|🌧️ rain|❄️ snow cold|🌈 rainbow|🌱 seedling grow|🌸 blossom flower|🌹 rose flower|🍀 clover luck|🐶 dog|🐱 cat
☕ coffee cup|🍵 tea|🍕 pizza|🍰 dessert cake|🍎 apple|🍻 beers cheers|🥂 cheers toast|⚽ football|🎵 music note|🎧 headphones
📷 camera photo|🎬 film video|🎨 art design|✅ check done yes|☑️ checkbox done|✔️ tick done|❌ cross no wrong|⛔ forbidden no
🚫 prohibited no|⚠️ warning caution|❗ exclamation important|❓ question|ℹ️ info information|🆕 new|🆗 okay|🆘 sos help
➡️ right arrow|⬅️ left arrow|⬆️ up arrow|⬇️ down arrow|🔄 refresh reload sync|🔁 repeat again|➕ plus add|➖ minus|💬 speech message chat
💤 zzz sleep|🟢 green online|🟡 yellow away|🔴 red offline`;

let parsed: readonly Emoji[] | null = null;

export function allEmoji(): readonly Emoji[] {
  parsed ??= LISTED.split(/[|\n]/).map((entry) => {
    const [character = '', name = '', ...words] = entry.split(' ');
    return { character, name, words };
  });
  return parsed;
}

/** Emoji of which a name or a word begins with `query`, the one of that name first; all of them for nothing. */
export function findEmoji(query: string): readonly Emoji[] {
  const wanted = query.trim().toLowerCase();
  const byName: Emoji[] = [];
  const byWord: Emoji[] = [];
  for (const emoji of allEmoji()) {
    if (emoji.name === wanted) byName.unshift(emoji);
    else if (emoji.name.startsWith(wanted)) byName.push(emoji);
    else if (emoji.words.some((word) => word.startsWith(wanted))) byWord.push(emoji);
  }
  return [...byName, ...byWord];
}
