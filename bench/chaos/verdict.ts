import type { Line, Side } from './plan.ts';
import { codeOf, type Sightings } from './watch.ts';

/** A message in the database. */
export interface StoredMessage {
  readonly session: string;
  readonly visitor: string;
  readonly seq: number;
  readonly text: string;
}

/** What one tab or window showed of one conversation at the end, from the top to the end. */
export interface ScreenText {
  readonly conversation: number;
  readonly side: Side;
  readonly texts: readonly string[];
}

/** A tab or window, and what was seen in it over time. */
export interface Watched {
  readonly writer: string;
  readonly side: Side;
  /** Null: all of them. */
  readonly conversation: number | null;
  readonly openedAt: number;
  readonly sightings: Sightings;
}

export interface Evidence {
  readonly lines: readonly Line[];
  readonly stored: readonly StoredMessage[];
  readonly screens: readonly ScreenText[];
  readonly watched: readonly Watched[];
  /** The visitor's name in a conversation. */
  nameOf(conversation: number): string;
}

/** The figures of one direction. */
export interface Figures {
  readonly planned: number;
  readonly sent: number;
  /** In the database and, at the end, on every screen of the other side. */
  readonly received: number;
  /** Sent, but not in the database. */
  readonly lost: number;
  /** In the database, but not on one of the screens of its conversation; each message once. */
  readonly missing: number;
  /** More than once in the database, or on one of the screens. */
  readonly duplicated: number;
  /** Not in the order of sending, or on a screen not in the database's. */
  readonly outOfOrder: number;
  /** In another conversation than it was written in, or with another text. */
  readonly misplaced: number;
  /** Twice on a screen at a time, if only for a moment. */
  readonly flickered: number;
  readonly refused: number;
  /** Milliseconds from sending to the first sight on a screen of the other side, ascending. */
  readonly latencies: readonly number[];
}

export interface Verdict {
  readonly visitor: Figures;
  readonly agent: Figures;
  /** Conversations beyond one for each visitor. */
  readonly surplusConversations: number;
  /** Codes of what went wrong, for whoever has to find out why. */
  readonly cases: Readonly<
    Record<'lost' | 'missing' | 'duplicated' | 'outOfOrder' | 'misplaced' | 'flickered', readonly string[]>
  >;
}

/** Compares what was sent, what the database holds and what all screens show. */
export function judge(evidence: Evidence): Verdict {
  const found = findings(evidence);
  const sessions = new Set(evidence.stored.map(({ session }) => session));
  const visitors = new Set(evidence.stored.map(({ visitor }) => visitor));
  const cases = Object.fromEntries(
    (['lost', 'missing', 'duplicated', 'outOfOrder', 'misplaced', 'flickered'] as const).map((kind) => [
      kind,
      [...found[kind]].sort(),
    ]),
  ) as unknown as Verdict['cases'];
  return {
    visitor: figures('visitor', evidence, found),
    agent: figures('agent', evidence, found),
    surplusConversations: sessions.size - visitors.size,
    cases,
  };
}

interface Findings {
  /** Code to when and, among all of its writer's, as which it was sent. */
  readonly sent: ReadonlyMap<string, { readonly at: number; readonly place: number }>;
  readonly refused: ReadonlySet<string>;
  readonly lost: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
  readonly duplicated: ReadonlySet<string>;
  readonly outOfOrder: ReadonlySet<string>;
  readonly misplaced: ReadonlySet<string>;
  readonly flickered: ReadonlySet<string>;
}

function findings({ lines, stored, screens, watched, nameOf }: Evidence): Findings {
  const byText = new Map(lines.map((line) => [line.text, line]));
  const byCode = new Map(lines.map((line) => [codeOf(line.text), line]));
  const sent = new Map<string, { at: number; place: number }>();
  for (const { sightings } of watched) {
    for (const [place, { code, at }] of sightings.sent.entries()) sent.set(code, { at, place });
  }
  const refused = new Set(watched.flatMap(({ sightings }) => Object.keys(sightings.refused)));
  const duplicated = new Set<string>();
  const outOfOrder = new Set<string>();
  const misplaced = new Set<string>();
  const missing = new Set<string>();

  /** The order of the database: code to place in its session. */
  const order = new Map<string, number>();
  const inDatabase = new Map<number, string[]>();
  for (const message of [...stored].sort((a, b) => a.seq - b.seq)) {
    const line = byText.get(message.text);
    const code = codeOf(message.text);
    if (!line || nameOf(line.conversation) !== message.visitor) misplaced.add(code);
    if (!line) continue;
    if (order.has(code)) duplicated.add(code);
    order.set(code, message.seq);
    const conversation = inDatabase.get(line.conversation) ?? [];
    conversation.push(code);
    inDatabase.set(line.conversation, conversation);
  }
  for (const codes of inDatabase.values()) {
    for (const writer of new Set(codes.map((code) => byCode.get(code)?.writer))) {
      const own = codes.filter((code) => byCode.get(code)?.writer === writer);
      for (const code of descents(own, (code) => sent.get(code)?.place ?? 0)) outOfOrder.add(code);
    }
  }

  for (const { conversation, texts } of screens) {
    const codes: string[] = [];
    for (const text of texts) {
      const line = byText.get(text);
      const code = codeOf(text);
      if (!line || line.conversation !== conversation) misplaced.add(code);
      else if (codes.includes(code)) duplicated.add(code);
      else codes.push(code);
    }
    const shown = codes.filter((code) => order.has(code));
    for (const code of descents(shown, (code) => order.get(code) ?? 0)) outOfOrder.add(code);
    for (const code of inDatabase.get(conversation) ?? []) if (!codes.includes(code)) missing.add(code);
  }

  return {
    sent,
    refused,
    lost: new Set([...sent.keys()].filter((code) => !order.has(code) && !refused.has(code))),
    missing,
    duplicated,
    outOfOrder,
    misplaced,
    flickered: new Set(watched.flatMap(({ sightings }) => sightings.doubled)),
  };
}

function figures(side: Side, evidence: Evidence, found: Findings): Figures {
  const own = evidence.lines.filter((line) => line.side === side);
  const codes = own.map(({ text }) => codeOf(text));
  const count = (set: ReadonlySet<string>) => codes.filter((code) => set.has(code)).length;
  const sent = codes.filter((code) => found.sent.has(code));
  const other = evidence.screens.filter((screen) => screen.side !== side);
  const received = own.filter(({ text, conversation }) => {
    const screens = other.filter((screen) => screen.conversation === conversation);
    const isStored = evidence.stored.some((message) => message.text === text);
    return isStored && screens.length > 0 && screens.every((screen) => screen.texts.includes(text));
  });
  return {
    planned: own.length,
    sent: sent.length,
    received: received.length,
    lost: count(found.lost),
    missing: count(found.missing),
    duplicated: count(found.duplicated),
    outOfOrder: count(found.outOfOrder),
    misplaced: count(found.misplaced),
    flickered: count(found.flickered),
    refused: count(found.refused),
    latencies: latencies(side, evidence, found).sort((a, b) => a - b),
  };
}

/**
 * One figure for each message and each screen of the other side that was open when it was sent. A visitor's tab
 * shows its conversation all the time. An agent's window shows all of them in its list, of each the newest message:
 * there, a message counts as seen with the first one that is not older, unless that was written in this window.
 */
function latencies(side: Side, { lines, stored, watched }: Evidence, { sent }: Findings): number[] {
  const seqOf = new Map(stored.map((message) => [codeOf(message.text), message.seq]));
  const newestFirst = lines
    .map(({ text, ...line }) => ({ ...line, code: codeOf(text), seq: seqOf.get(codeOf(text)) ?? 0 }))
    .filter(({ seq }) => seq > 0)
    .sort((a, b) => b.seq - a.seq);
  const result: number[] = [];
  for (const { writer, conversation, openedAt, sightings } of watched.filter((one) => one.side !== side)) {
    const listed = new Map<number, number>();
    for (const line of newestFirst) {
      if (line.writer === writer || line.conversation !== (conversation ?? line.conversation)) continue;
      const inList = Math.min(
        listed.get(line.conversation) ?? Number.POSITIVE_INFINITY,
        sightings.inList[line.code] ?? Number.POSITIVE_INFINITY,
      );
      listed.set(line.conversation, inList);
      const at = sent.get(line.code)?.at;
      const seen = Math.min(inList, sightings.inLog[line.code] ?? Number.POSITIVE_INFINITY);
      if (line.side === side && at !== undefined && at >= openedAt && Number.isFinite(seen))
        result.push(seen - at);
    }
  }
  return result;
}

/** Those that come after one that should come later. */
function descents(codes: readonly string[], place: (code: string) => number): string[] {
  let highest = Number.NEGATIVE_INFINITY;
  return codes.filter((code) => {
    const isLate = place(code) < highest;
    highest = Math.max(highest, place(code));
    return isLate;
  });
}

/** The value that so many percent of the sorted values do not exceed; null where there is none. */
export function percentile(sorted: readonly number[], percent: number): number | null {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? null;
}
