import { type Chance, chance } from './random.ts';

/** What can be chosen about a run. */
export interface ChaosOptions {
  readonly seed: number;
  readonly conversations: number;
  /** In each conversation, from each side. */
  readonly messages: number;
  /** How long is written. */
  readonly writingMs: number;
  /** The share of the writing, at its end, that is free of faults: a short run cannot wait for the slowest look. */
  readonly calmShare: number;
  /** While visitors have to slow down: so many messages in so many seconds. */
  readonly lowLimit: readonly [times: number, seconds: number];
  /** How long to wait at most until both sides are quiet. */
  readonly settleMs: number;
}

/** One message: who writes what into which conversation. Every text is there only once. */
export interface Line {
  readonly text: string;
  readonly conversation: number;
  /** The tab or window it is written in, `v03:t2` or `d1`. */
  readonly writer: string;
  readonly side: Side;
}

export type Side = 'visitor' | 'agent';

interface VisitorTurn {
  readonly at: number;
  readonly tab: number;
  /** By hand in the window, or by the page through the element's `send()`. */
  readonly way: 'composer' | 'method';
  /** The tab is closed right after it. */
  readonly closes: boolean;
  readonly line: Line;
}

export interface Visitor {
  readonly conversation: number;
  readonly name: string;
  readonly tabs: number;
  readonly turns: readonly VisitorTurn[];
}

/** An agent turns to a conversation and writes some lines. */
export interface DeskVisit {
  readonly at: number;
  readonly conversation: number;
  /** Whether this agent takes the conversation as well. */
  readonly takes: boolean;
  readonly lines: readonly Line[];
}

export interface DeskWindow {
  readonly id: string;
  readonly agent: number;
  readonly visits: readonly DeskVisit[];
}

/** Times are milliseconds after the writing began. */
export interface FaultPlan {
  readonly cuts: readonly number[];
  readonly slowDown: Span;
  readonly restart: number;
  readonly noRealtime: Span;
  readonly end: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Plan {
  readonly visitors: readonly Visitor[];
  readonly desks: readonly DeskWindow[];
  readonly lines: readonly Line[];
  readonly faults: FaultPlan;
}

export const AGENTS = ['agent@example.com', 'agent2@example.com'] as const;

/** The first agent works in two windows. */
const DESKS = [
  { id: 'd1', agent: 0 },
  { id: 'd2', agent: 0 },
  { id: 'd3', agent: 1 },
] as const;

const MOST_TABS = 3;
const LINES_A_VISIT = 5;
/** The share of the time in which visitors arrive. */
const ARRIVALS = 0.1;
const CLOSES_AFTER = 0.6;
const MINUTE = 60_000;
const WORDS = 'coffee grinder order parcel Norway filter kettle roast invoice address return colour'.split(
  ' ',
);

export function visitorName(conversation: number): string {
  return `Visitor ${two(conversation)}`;
}

/** Everything that will be written and everything that will go wrong, out of one number. */
export function makePlan(options: ChaosOptions): Plan {
  const { seed, conversations, messages } = options;
  const faults = planFaults(options);
  const visitors = Array.from({ length: conversations }, (_, index) =>
    planVisitor(index, options, chance(seed, `visitor ${index}`)),
  );
  const visits = Array.from({ length: conversations }, (_, index) =>
    planVisits(index, options, faults, chance(seed, `desk ${index}`)),
  ).flat();
  const desks = DESKS.map((desk) => ({
    ...desk,
    visits: visits
      .filter((visit) => visit.desk === desk.id)
      .sort((a, b) => a.at - b.at)
      .map(({ desk: _, ...visit }) => visit),
  }));
  const lines = [
    ...visitors.flatMap(({ turns }) => turns.map(({ line }) => line)),
    ...desks.flatMap((desk) => desk.visits.flatMap((visit) => visit.lines)),
  ];
  if (lines.length !== 2 * conversations * messages) throw new Error('The plan does not add up.');
  return { visitors, desks, lines, faults };
}

/** Not all come at the same moment. */
function beginning(index: number, { conversations, writingMs }: ChaosOptions): number {
  return (ARRIVALS * writingMs * index) / conversations;
}

function planVisitor(index: number, options: ChaosOptions, chance: Chance): Visitor {
  const { messages, writingMs } = options;
  const from = beginning(index, options);
  const tabs = MOST_TABS - (index % MOST_TABS);
  // Who has many tabs closes the first one, with whatever it has not sent yet.
  const closing = tabs === MOST_TABS ? tabs * Math.floor((CLOSES_AFTER * messages) / tabs) : null;
  const turns = Array.from({ length: messages }, (_, place): VisitorTurn => {
    const isClosed = closing !== null && place > closing;
    const tab = isClosed ? 1 + (place % (tabs - 1)) : place % tabs;
    return {
      // The first one makes the conversation, the last one is among the last of all.
      at: place === 0 ? from : from + ((writingMs - from) * (place + 0.3 + 0.7 * chance.next())) / messages,
      tab,
      way: chance.next() < 0.4 ? 'composer' : 'method',
      closes: place === closing,
      line: line(`v${two(index)}:t${tab + 1}`, 'visitor', index, place, chance),
    };
  });
  return { conversation: index, name: visitorName(index), tabs, turns };
}

function planVisits(
  index: number,
  options: ChaosOptions,
  faults: FaultPlan,
  chance: Chance,
): (DeskVisit & { readonly desk: string })[] {
  const { messages, writingMs, calmShare } = options;
  const from = beginning(index, options);
  const sizes: number[] = [];
  // Where the end is calm, something is said in it, by which everybody learns of what they missed.
  const last = calmShare > 0 ? 1 : 0;
  for (let rest = messages - last; rest > 0; rest -= LINES_A_VISIT) sizes.push(Math.min(rest, LINES_A_VISIT));
  if (last > 0) sizes.push(last);
  let place = 0;
  return sizes.map((size, turn) => {
    const desk = DESKS[(index + turn) % DESKS.length] ?? DESKS[0];
    const isLast = last > 0 && turn === sizes.length - 1;
    const lines = Array.from({ length: size }, () => {
      place += 1;
      return line(desk.id, 'agent', index, place - 1, chance);
    });
    const at = isLast
      ? faults.end + 0.3 * (writingMs - faults.end)
      : from + ((0.95 * writingMs - from) * (turn + chance.next())) / sizes.length;
    return { desk: desk.id, at, conversation: index, takes: turn === 0, lines };
  });
}

function line(writer: string, side: Side, conversation: number, place: number, chance: Chance): Line {
  const words = Array.from(
    { length: chance.between(1, 8) },
    () => WORDS[chance.between(0, WORDS.length - 1)],
  );
  const code = `c${two(conversation)}/${writer}/${three(place + 1)}`;
  return { text: `[${code}] ${words.join(' ')}`, conversation, writer, side };
}

function planFaults({ seed, writingMs, calmShare }: ChaosOptions): FaultPlan {
  const { between } = chance(seed, 'faults');
  const end = Math.round(writingMs * (1 - calmShare));
  const cuts: number[] = [];
  for (let at = between(2000, 5000); at < end; at += between(2000, 5000)) cuts.push(at);
  const noRealtime = Math.round(end * 0.4);
  return {
    cuts,
    slowDown: { from: Math.round(end * 0.1), to: Math.round(end * 0.35) },
    restart: Math.round(end * 0.75),
    noRealtime: { from: noRealtime, to: noRealtime + Math.min(MINUTE, Math.round(end * 0.25)) },
    end,
  };
}

function two(index: number): string {
  return String(index + 1).padStart(2, '0');
}

function three(number: number): string {
  return String(number).padStart(3, '0');
}
