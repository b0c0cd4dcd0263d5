// The emoji that support agents use, each with the words by which it is found.

export interface Emoji {
  readonly character: string;
  /** What it is called, without spaces. */
  readonly name: string;
  /** Other words for it. */
  readonly words: readonly string[];
}

const LISTED = `🙂 smile happy|😊 blush happy pleased|😀 grin happy|😅 relief sweat phew|😂 joy tears laugh lol|🤣 rofl laugh
😉 wink|😇 angel innocent|🥰 adore hearts love|😍 love eyes heart|😎 cool sunglasses|🤩 starstruck wow
🥳 party celebrate|🤗 hug|🤔 thinking hmm|😶 speechless|🙄 eyeroll|😌 relieved calm|😕 confused|😢 cry sad tear
😭 sob crying sad|😬 grimace awkward oops|😮 surprised oh wow|😱 scream shocked|🥺 pleading please
👍 thumbsup yes good ok|👌 perfect ok|👏 clap bravo applause|🙌 hooray praise|🙏 thanks please pray
👋 wave hello hi bye|🤝 handshake deal agree|💪 strong muscle|🤞 fingerscrossed luck hope|✌️ victory peace
✋ stop hand|🫶 hearthands love|🤷 shrug dunno|🤦 facepalm|🙋 raisedhand question|👀 eyes look|❤️ heart love red
💔 brokenheart|✨ sparkles new shiny|⭐ star favourite|💯 hundred perfect|🔥 fire hot lit
🎉 tada party celebrate congratulations|🎁 gift present|🎂 cake birthday|🏆 trophy win
🚀 rocket launch ship fast|⚡ zap fast lightning|💡 idea bulb tip|📌 pin important|📝 memo note write
📅 calendar date|⏰ alarm time|⏳ hourglass wait|🔔 bell notification|🔍 search magnifier|🔑 key|🔒 lock secure
🔧 wrench fix repair|⚙️ gear settings|🐛 bug insect|💻 laptop computer|📱 phone mobile|📞 receiver call
📧 email mail|📦 package parcel box|🚚 delivery truck shipping|✈️ plane flight travel|🏠 home house
🏪 shop store|🛒 cart basket shopping|💳 card payment credit|💰 money bag|🧾 receipt invoice bill
📈 growth up chart|🔗 link url|🌐 web globe internet|🌱 seedling grow|🍀 clover luck|☕ coffee cup
🥂 cheers toast|📷 camera photo|✅ check done yes|✔️ tick done|❌ cross no wrong|🚫 prohibited no
⚠️ warning caution|❗ exclamation important|❓ question|ℹ️ info information|🆕 new|🆗 okay|🆘 sos help
➡️ right arrow|🔄 refresh reload sync|➕ plus add|💬 speech message chat|🟢 green online|🟡 yellow away
🔴 red offline`;

let parsed: readonly Emoji[] | null = null;

function allEmoji(): readonly Emoji[] {
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
