import { expect, test } from '@playwright/test';
import { runChaos } from '../bench/chaos/chaos.ts';
import { report } from '../bench/chaos/report.ts';

// `npm run chaos` does the same for longer, and with more people.
test('a visitor with three tabs and two agents lose, double and mix up nothing, whatever the network does', async ({
  browser,
}) => {
  // Less than a minute, but for a busy machine, on which the backend takes long to come back.
  test.setTimeout(480_000);
  const result = await runChaos(browser, {
    seed: 7,
    conversations: 1,
    messages: 20,
    atOnce: 1,
    writingMs: 16_000,
    calmShare: 0.2,
    lowLimit: [0, 2],
    dropsOneIn: 3,
    settleMs: 90_000,
  });
  const { text } = report(result);
  const none = { lost: 0, missing: 0, duplicated: 0, outOfOrder: 0, misplaced: 0, flickered: 0, refused: 0 };
  expect(result.verdict.visitor, text).toMatchObject({ sent: 20, received: 20, ...none });
  expect(result.verdict.agent, text).toMatchObject({ sent: 20, received: 20, ...none });
  expect(result.verdict.surplusConversations, text).toBe(0);
  const sockets = Object.values(result.traffic).flatMap((all) => all.map(({ mostSockets }) => mostSockets));
  expect(sockets, text).toEqual([1, 1, 1]);

  // Everything that should go wrong did: shares are dealt out exactly, and phases last until they have hit.
  const { droppedEvents, lostAnswers, cutSockets, refusedSockets, rateLimited, restarts } = result.faults;
  for (const count of [droppedEvents, lostAnswers, cutSockets, refusedSockets, rateLimited]) {
    expect(count, text).toBeGreaterThan(0);
  }
  expect(restarts).toBe(1);
});
