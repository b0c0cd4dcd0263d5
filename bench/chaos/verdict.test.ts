import { expect, test } from 'vitest';
import type { Line } from './plan.ts';
import {
  type Evidence,
  judge,
  percentile,
  type ScreenText,
  type StoredMessage,
  type Watched,
} from './verdict.ts';
import { codeOf, type Sightings } from './watch.ts';

const NAMES = ['Ann', 'Bob'];

function line(writer: string, place: number, conversation = 0): Line {
  const side = writer.startsWith('v') ? 'visitor' : 'agent';
  return { text: `[c${conversation + 1}/${writer}/${place}] words`, conversation, writer, side };
}

const asked = line('v1:t1', 1);
const answered = line('d1', 1);
const asksAgain = line('v1:t1', 2);

function stored(lines: readonly Line[]): StoredMessage[] {
  return lines.map(({ text, conversation }, index) => ({
    session: `session ${conversation}`,
    visitor: NAMES[conversation] ?? '',
    seq: index + 1,
    text,
  }));
}

function screen(side: ScreenText['side'], lines: readonly Line[], conversation = 0): ScreenText {
  return { conversation, side, texts: lines.map(({ text }) => text) };
}

function watched(writer: string, sent: readonly Line[], sightings: Partial<Sightings> = {}): Watched {
  return {
    writer,
    side: writer.startsWith('v') ? 'visitor' : 'agent',
    conversation: writer.startsWith('v') ? 0 : null,
    openedAt: 0,
    sightings: {
      sent: sent.map(({ text }, at) => ({ code: codeOf(text), at })),
      inLog: {},
      inList: {},
      doubled: [],
      refused: {},
      ...sightings,
    },
  };
}

/** A conversation of three messages in which nothing went wrong, but for what is given. */
function evidence(changed: Partial<Evidence> = {}): Evidence {
  const lines = [asked, answered, asksAgain];
  return {
    lines,
    stored: stored(lines),
    screens: [screen('visitor', lines), screen('agent', lines)],
    watched: [watched('v1:t1', [asked, asksAgain]), watched('d1', [answered])],
    nameOf: (conversation) => NAMES[conversation] ?? '',
    ...changed,
  };
}

test('a run in which nothing went wrong has nothing but zeros', () => {
  const { visitor, agent, surplusConversations, cases } = judge(evidence());
  const zeros = { lost: 0, missing: 0, duplicated: 0, outOfOrder: 0, misplaced: 0, flickered: 0, refused: 0 };
  expect(visitor).toMatchObject({ planned: 2, sent: 2, received: 2, ...zeros });
  expect(agent).toMatchObject({ planned: 1, sent: 1, received: 1, ...zeros });
  expect(surplusConversations).toBe(0);
  expect(Object.values(cases).flat()).toEqual([]);
});

test('what was sent and is not in the database is lost, even where screens still show it', () => {
  const { visitor, agent, cases } = judge(evidence({ stored: stored([asked, answered]) }));
  expect(visitor).toMatchObject({ sent: 2, lost: 1, received: 1, missing: 0 });
  expect(agent.lost).toBe(0);
  expect(cases.lost).toEqual(['c1/v1:t1/2']);
});

test('what was never sent is not lost', () => {
  const { visitor } = judge(
    evidence({
      stored: stored([asked]),
      watched: [watched('v1:t1', [asked])],
      screens: [screen('agent', [asked])],
    }),
  );
  expect(visitor).toMatchObject({ planned: 2, sent: 1, lost: 0, received: 1 });
});

test('what send() refused is told apart from what got lost', () => {
  const refusing = watched('v1:t1', [asked, asksAgain], {
    refused: { [codeOf(asksAgain.text)]: 'too-long' },
  });
  const { visitor } = judge(evidence({ stored: stored([asked, answered]), watched: [refusing] }));
  expect(visitor).toMatchObject({ lost: 0, refused: 1 });
});

test('a stored message that one of several screens does not show is missing, and not received', () => {
  const all = [asked, answered, asksAgain];
  const { visitor, agent } = judge(
    evidence({ screens: [screen('visitor', all), screen('agent', all), screen('agent', [asked, answered])] }),
  );
  expect(visitor).toMatchObject({ received: 1, missing: 1, lost: 0 });
  expect(agent).toMatchObject({ received: 1, missing: 0 });
});

test('a message missing on the sender’s own screen is missing, though it was received', () => {
  const all = [asked, answered, asksAgain];
  const { visitor } = judge(
    evidence({ screens: [screen('visitor', [answered, asksAgain]), screen('agent', all)] }),
  );
  expect(visitor).toMatchObject({ received: 2, missing: 1 });
});

test('twice in the database is duplicated, and so is twice on a screen', () => {
  const all = [asked, answered, asksAgain];
  expect(judge(evidence({ stored: stored([...all, asked]) })).visitor.duplicated).toBe(1);
  const screens = [screen('visitor', all), screen('agent', [...all, answered])];
  expect(judge(evidence({ screens })).agent.duplicated).toBe(1);
});

test('a writer’s messages stored in another order than sent are out of order', () => {
  const swapped = [asksAgain, answered, asked];
  const { visitor, agent } = judge(
    evidence({ stored: stored(swapped), screens: [screen('visitor', swapped), screen('agent', swapped)] }),
  );
  expect(visitor.outOfOrder).toBe(1);
  expect(agent.outOfOrder).toBe(0);
});

test('a screen in another order than the database is out of order', () => {
  const screens = [
    screen('visitor', [answered, asked, asksAgain]),
    screen('agent', [asked, answered, asksAgain]),
  ];
  const { cases } = judge(evidence({ screens }));
  expect(cases.outOfOrder).toEqual(['c1/v1:t1/1']);
});

test('messages in a foreign conversation, or with another text, are misplaced', () => {
  const foreign = line('v2:t1', 1, 1);
  const lines = [asked, answered, asksAgain, foreign];
  const all = [asked, answered, asksAgain];
  const shown = judge(
    evidence({ lines, screens: [screen('visitor', all), screen('agent', [...all, foreign])] }),
  );
  expect(shown.cases.misplaced).toEqual(['c2/v2:t1/1']);
  const inSession = stored(all).map((message, index) =>
    index === 1 ? { ...message, visitor: 'Bob' } : message,
  );
  expect(judge(evidence({ stored: inSession })).cases.misplaced).toEqual(['c1/d1/1']);
  const changed = stored(all).map((message, index) =>
    index === 0 ? { ...message, text: `${message.text}!` } : message,
  );
  expect(judge(evidence({ stored: changed })).cases).toMatchObject({
    misplaced: ['c1/v1:t1/1'],
    lost: ['c1/v1:t1/1'],
  });
});

test('a second conversation of one visitor is one too many', () => {
  const split = stored([asked, answered, asksAgain]).map((message, index) =>
    index === 2 ? { ...message, session: 'another' } : message,
  );
  expect(judge(evidence({ stored: split })).surplusConversations).toBe(1);
});

test('a message that stood on a screen twice for a moment is told', () => {
  const doubled = [codeOf(answered.text)];
  const seeing = watched('v1:t1', [asked, asksAgain], { doubled });
  expect(judge(evidence({ watched: [seeing, watched('d1', [answered])] })).agent.flickered).toBe(1);
});

test('the latency of an answer is taken on each tab that was open when it was sent', () => {
  const code = codeOf(answered.text);
  const sender = watched('d1', []);
  const sent = { ...sender, sightings: { ...sender.sightings, sent: [{ code, at: 1000 }] } };
  const tabs = [
    watched('v1:t1', [], { inLog: { [code]: 1300 } }),
    watched('v1:t2', [], { inLog: { [code]: 1200 } }),
    { ...watched('v1:t3', [], { inLog: { [code]: 9000 } }), openedAt: 2000 },
    watched('v1:t4', []),
  ];
  expect(judge(evidence({ watched: [sent, ...tabs] })).agent.latencies).toEqual([200, 300]);
});

test('an agent has seen a message when the list shows it or what came after it, but not their own words', () => {
  const [first, own, second] = [codeOf(asked.text), codeOf(answered.text), codeOf(asksAgain.text)];
  const sender = watched('v1:t1', []);
  const sent = [
    { code: first, at: 1000 },
    { code: second, at: 1000 },
  ];
  const visitor = { ...sender, sightings: { ...sender.sightings, sent } };
  const late = watched('d1', [], { inList: { [own]: 1100, [second]: 1600 } });
  expect(judge(evidence({ watched: [visitor, late] })).visitor.latencies).toEqual([600, 600]);
  const reading = watched('d2', [], { inLog: { [first]: 1250 }, inList: { [own]: 1400, [second]: 1600 } });
  expect(judge(evidence({ watched: [visitor, reading] })).visitor.latencies).toEqual([250, 600]);
});

test('percentiles are values that occurred', () => {
  const sorted = Array.from({ length: 200 }, (_, index) => index + 1);
  expect([50, 95, 99, 100].map((percent) => percentile(sorted, percent))).toEqual([100, 190, 198, 200]);
  expect(percentile([7], 50)).toBe(7);
  expect(percentile([], 50)).toBeNull();
});
