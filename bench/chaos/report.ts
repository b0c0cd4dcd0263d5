import type { ChaosResult, Traffic } from './chaos.ts';
import { type Figures, percentile } from './verdict.ts';

interface Row {
  readonly name: string;
  readonly values: readonly [string, string];
  readonly budget: string;
  readonly isBad: boolean;
}

/** The figures of a run beside their budgets, and whether all of them hold. */
export interface Report {
  readonly text: string;
  readonly isGood: boolean;
}

export function report(result: ChaosResult): Report {
  const rows = rowsOf(result);
  const bad = rows.filter((row) => row.isBad);
  return {
    text: [...table(rows), '', ...wrongs(result), ...cases(result)].join('\n'),
    isGood: bad.length === 0,
  };
}

function rowsOf({ verdict, unwritten, traffic, faults, settled }: ChaosResult): Row[] {
  const { visitor, agent } = verdict;
  const none = (name: string, figure: (figures: Figures) => number): Row => ({
    name,
    values: [number(figure(visitor)), number(figure(agent))],
    budget: '0',
    isBad: figure(visitor) !== 0 || figure(agent) !== 0,
  });
  const all = (name: string, figure: (figures: Figures) => number): Row => ({
    name,
    values: [number(figure(visitor)), number(figure(agent))],
    budget: number(visitor.planned),
    isBad: figure(visitor) !== visitor.planned || figure(agent) !== agent.planned,
  });
  const free = (name: string, values: readonly [string, string]): Row => ({
    name,
    values,
    budget: '',
    isBad: false,
  });
  const latency = (percent: number) =>
    free(`latency p${percent}, s`, [seconds(visitor.latencies, percent), seconds(agent.latencies, percent)]);
  const sockets = [most(traffic.visitors), most(traffic.agents)] as const;
  return [
    all('sent', ({ sent }) => sent),
    all('received on all screens of the other side', ({ received }) => received),
    none('lost: sent, not in the database', ({ lost }) => lost),
    none('stored, missing on a screen', ({ missing }) => missing),
    none('duplicated', ({ duplicated }) => duplicated),
    none('out of order', ({ outOfOrder }) => outOfOrder),
    none('in the wrong place, or changed', ({ misplaced }) => misplaced),
    none('twice on a screen for a moment', ({ flickered }) => flickered),
    none('refused by send()', ({ refused }) => refused),
    {
      name: 'not taken by a text box, in time',
      values: [number(unwritten), ''],
      budget: '0',
      isBad: unwritten !== 0,
    },
    {
      name: 'conversations too many',
      values: [number(verdict.surplusConversations), ''],
      budget: '0',
      isBad: verdict.surplusConversations !== 0,
    },
    {
      name: 'kinds of faults that never happened',
      values: [number(neverHappened(faults)), ''],
      budget: '0',
      isBad: neverHappened(faults) > 0,
    },
    { name: 'quiet in time', values: [settled ? 'yes' : 'no', ''], budget: 'yes', isBad: !settled },
    latency(50),
    latency(95),
    latency(99),
    {
      name: 'WebSockets of one browser, at most',
      values: [number(sockets[0]), number(sockets[1])],
      budget: '1',
      isBad: sockets[0] > 1 || sockets[1] > 1,
    },
    free('requests of one browser, median', [
      number(median(traffic.visitors)),
      number(median(traffic.agents)),
    ]),
  ];
}

function table(rows: readonly Row[]): string[] {
  const head: Row = {
    name: '',
    values: ['visitors → agents', 'agents → visitors'],
    budget: 'budget',
    isBad: false,
  };
  const name = Math.max(...rows.map((row) => row.name.length));
  return [head, ...rows].map((row) =>
    [
      row.name.padEnd(name),
      ...row.values.map((value) => value.padStart(17)),
      row.budget.padStart(8),
      row.isBad ? ' ✗' : '',
    ]
      .join('  ')
      .trimEnd(),
  );
}

function wrongs({ faults }: ChaosResult): string[] {
  const {
    requests,
    lostAnswers,
    events,
    droppedEvents,
    cutSockets,
    refusedSockets,
    rateLimited,
    unreachable,
    restarts,
  } = faults;
  return [
    `What went wrong: ${number(cutSockets)} WebSockets cut, ${number(refusedSockets)} refused; ` +
      `${number(droppedEvents)} of ${number(events)} events dropped; of ${number(requests)} requests, ` +
      `${number(lostAnswers)} carried out whose answers got lost, ${number(rateLimited)} refused as too many, ` +
      `${number(unreachable)} while the backend was down; ${restarts} restart.`,
  ];
}

/** A run without them would show nothing. */
function neverHappened({
  lostAnswers,
  droppedEvents,
  cutSockets,
  refusedSockets,
  rateLimited,
  restarts,
}: ChaosResult['faults']): number {
  const counts = [lostAnswers, droppedEvents, cutSockets, refusedSockets, rateLimited, restarts];
  return counts.filter((count) => count === 0).length;
}

const SHOWN = 12;

function cases({ verdict }: ChaosResult): string[] {
  return Object.entries(verdict.cases)
    .filter(([, codes]) => codes.length > 0)
    .map(([kind, codes]) => {
      const more = codes.length > SHOWN ? ` … (${number(codes.length)})` : '';
      return `${kind}: ${codes.slice(0, SHOWN).join(' ')}${more}`;
    });
}

function most(traffic: readonly Traffic[]): number {
  return Math.max(0, ...traffic.map(({ mostSockets }) => mostSockets));
}

function median(traffic: readonly Traffic[]): number {
  const sorted = traffic.map(({ requests }) => requests).sort((a, b) => a - b);
  return percentile(sorted, 50) ?? 0;
}

function seconds(sorted: readonly number[], percent: number): string {
  const value = percentile(sorted, percent);
  return value === null ? '–' : (value / 1000).toFixed(2);
}

function number(value: number): string {
  return value.toLocaleString('en');
}
