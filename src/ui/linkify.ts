// Finds links in plain text. Looks at every character a bounded number of times, whatever the text.
export type TextPart = string | { readonly text: string; readonly href: string };

const LONGEST_LINK = 2048;

// Invisible and direction-changing characters make a link look like another one.
const DECEPTIVE = /[\p{Cc}\p{Cf}]/u;
const SCHEME = /^(?:https?:\/\/|mailto:)/iu;
const ADDRESS = /^[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)+$/iu;

/** Splits `text` into plain pieces and links; joined, the pieces are the text again. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let plain = '';
  for (const token of text.split(/([\s<>"“”]+)/u)) {
    const [before, link, after] = findLink(token);
    plain += before;
    if (!link) continue;
    if (plain) parts.push(plain);
    parts.push(link);
    plain = after;
  }
  if (plain) parts.push(plain);
  return parts;
}

type Found = [before: string, link: Exclude<TextPart, string> | null, after: string];

function findLink(token: string): Found {
  const none: Found = [token, null, ''];
  if (token.length > LONGEST_LINK) return none;
  // Opening brackets and quotes stand before the link.
  const start = /^[([{'‘*_«]*/u.exec(token)?.[0].length ?? 0;
  const end = start + trimmedLength(token.slice(start));
  const text = token.slice(start, end);
  const href = hrefOf(text);
  return href ? [token.slice(0, start), { text, href }, token.slice(end)] : none;
}

/** Length without the punctuation that belongs to the sentence; a closing bracket stays where one was opened. */
function trimmedLength(text: string): number {
  let open = 0;
  for (const character of text) {
    if (character === '(') open++;
    else if (character === ')') open--;
  }
  let end = text.length;
  for (; end > 0; end--) {
    const last = text[end - 1] ?? '';
    if (last === ')' && open < 0) open++;
    else if (!".,;:!?'’*_]}»…".includes(last)) break;
  }
  return end;
}

function hrefOf(text: string): string | null {
  const candidate = SCHEME.test(text)
    ? text
    : /^www\.[^.]+\./iu.test(text)
      ? `https://${text}`
      : ADDRESS.test(text) && `mailto:${text}`;
  if (!candidate || DECEPTIVE.test(text)) return null;
  try {
    const { protocol, pathname, username, password, href } = new URL(candidate);
    // https://your-bank.com@evil.example/ leads to evil.example.
    const isSafe =
      protocol === 'mailto:'
        ? pathname.includes('@')
        : /^https?:$/.test(protocol) && username + password === '';
    return isSafe ? href : null;
  } catch {
    return null;
  }
}
