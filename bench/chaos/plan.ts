import { type Chance, chance } from './random.ts';

/** What can be chosen about a run. */
export interface ChaosOptions {
  readonly seed: number;
  readonly conversations: number;
  /** In each conversation, from each side. */
  readonly messages: number;
  /** How many visitors are there at a time: a machine cannot be sixty. They come in waves, one after the other. */
  readonly atOnce: number;
  /** How long each wave writes. */
  readonly writingMs: number;
  /** The share of the writing, at its end, that is free of faults: a short run cannot wait for the slowest look. */
  readonly calmShare: number;
  /** While visitors have to slow down: so many messages in so many seconds. */
  readonly lowLimit: readonly [times: number, seconds: number];
  /** A short run has few events, so more of them are dropped: one in so many, instead of ten. */
  readonly dropsOneIn?: number;
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

/** What goes wrong in a wave. */
export interface FaultPlan {
  readonly slowDown: Span | null;
  readonly noRealtime: Span | null;
  readonly restart: number | null;
  /** When all this ends, but for what is written later than planned; null where it lasts until all is written. */
  readonly end: number | null;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Some visitors who are there at the same time. Times are milliseconds after the first of them began to write. */
export interface Wave {
  readonly visitors: readonly Visitor[];
  /** By window of an agent. */
  readonly visits: Readonly<Record<string, readonly DeskVisit[]>>;
  readonly lines: readonly Line[];
  readonly faults: FaultPlan;
}

export const AGENTS = ['agent@example.com', 'agent2@example.com'] as const;

/** The first agent works in two windows. */
export const DESKS = [
  { id: 'd1', agent: 0 },
  { id: 'd2', agent: 0 },
  { id: 'd3', agent: 1 },
] as const;

export const TABS = 3;

const LINES_A_VISIT = 5;
/** The share of the time in which a wave's visitors arrive. */
const ARRIVALS = 0.1;
const CLOSES_AFTER = 0.6;
/** The first is free of what the others are named after, so that what goes on all the time has its time as well. */
const PHASES = ['plain', 'slowDown', 'noRealtime', 'restart'] as const;
const MINUTE = 60_000;
const MOST_SLOW_MS = 20_000;
const WORDS = 'coffee grinder order parcel Norway filter kettle roast invoice address return colour'.split(
  ' ',
);

export function visitorName(conversation: number): string {
  return `Visitor ${two(conversation)}`;
}

/** Everything that will be written and everything that will go wrong, out of one number. */
export function makePlan(options: ChaosOptions): Wave[] {
  const { conversations, messages, atOnce } = options;
  const count = Math.ceil(conversations / atOnce);
  const waves = Array.from({ length: count }, (_, wave) => planWave(wave, count, options));
  const lines = waves.flatMap((wave) => wave.lines);
  if (lines.length !== 2 * conversations * messages) throw new Error('The plan does not add up.');
  return waves;
}

function planWave(wave: number, waves: number, options: ChaosOptions): Wave {
  const { seed, conversations, atOnce } = options;
  const faults = planFaults(wave, waves, options);
  const first = wave * atOnce;
  const indices = Array.from(
    { length: Math.min(atOnce, conversations - first) },
    (_, place) => first + place,
  );
  const visitors = indices.map((index) => planVisitor(index, options, chance(seed, `visitor ${index}`)));
  const made = indices.flatMap((index) => planVisits(index, options, faults, chance(seed, `desk ${index}`)));
  const visits = Object.fromEntries(
    DESKS.map(({ id }) => [
      id,
      made
        .filter(({ desk }) => desk === id)
        .map(({ visit }) => visit)
        .sort((a, b) => a.at - b.at),
    ]),
  );
  const lines = [
    ...visitors.flatMap(({ turns }) => turns.map(({ line }) => line)),
    ...made.flatMap(({ visit }) => visit.lines),
  ];
  return { visitors, visits, lines, faults };
}

/** Not all come at the same moment. */
function beginning(index: number, { atOnce, writingMs }: ChaosOptions): number {
  return (ARRIVALS * writingMs * (index % atOnce)) / atOnce;
}

function planVisitor(index: number, options: ChaosOptions, chance: Chance): Visitor {
  const { messages, writingMs } = options;
  const from = beginning(index, options);
  // Every second one closes the first tab, with whatever it has not sent yet.
  const closing = index % 2 === 0 ? TABS * Math.floor((CLOSES_AFTER * messages) / TABS) : null;
  const turns = Array.from({ length: messages }, (_, place): VisitorTurn => {
    const isClosed = closing !== null && place > closing;
    const tab = isClosed ? 1 + (place % (TABS - 1)) : place % TABS;
    return {
      // The first one makes the conversation, the last one is among the last of all.
      at: place === 0 ? from : from + ((writingMs - from) * (place + 0.3 + 0.7 * chance.next())) / messages,
      tab,
      way: chance.next() < 0.4 ? 'composer' : 'method',
      closes: place === closing,
      line: line(writerIn(index, tab), 'visitor', index, place, chance),
    };
  });
  return { conversation: index, name: visitorName(index), turns };
}

/** What is written in a visitor's tab has this in its code. */
export function writerIn(conversation: number, tab: number): string {
  return `v${two(conversation)}:t${tab + 1}`;
}

function planVisits(
  index: number,
  options: ChaosOptions,
  faults: FaultPlan,
  chance: Chance,
): { readonly desk: string; readonly visit: DeskVisit }[] {
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
    const end = faults.end ?? writingMs;
    const at = isLast
      ? end + 0.3 * (writingMs - end)
      : from + ((0.95 * writingMs - from) * (turn + chance.next())) / sizes.length;
    return { desk: desk.id, visit: { at, conversation: index, takes: turn === 0, lines } };
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

/** What changes the whole world for a while is spread over the waves. */
function planFaults(wave: number, waves: number, { writingMs, calmShare }: ChaosOptions): FaultPlan {
  const end = Math.round(writingMs * (1 - calmShare));
  const here = PHASES.filter((_, place) => Math.floor((place * waves) / PHASES.length) === wave);
  const span = (phase: (typeof PHASES)[number], mostMs: number): Span | null => {
    const place = here.indexOf(phase);
    if (place === -1) return null;
    const from = Math.round(((place + 0.1) * end) / here.length);
    return { from, to: Math.min(from + mostMs, Math.round(((place + 0.9) * end) / here.length)) };
  };
  return {
    slowDown: span('slowDown', MOST_SLOW_MS),
    noRealtime: span('noRealtime', MINUTE),
    restart: span('restart', 0)?.from ?? null,
    end: calmShare > 0 ? end : null,
  };
}

function two(index: number): string {
  return String(index + 1).padStart(2, '0');
}

function three(number: number): string {
  return String(number).padStart(3, '0');
}
