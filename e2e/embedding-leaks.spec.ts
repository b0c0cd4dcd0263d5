import type { CDPSession } from '@playwright/test';
import { expect, Widget } from './fixtures.ts';
import { test } from './host-page.ts';

interface Holdings {
  readonly nodes: number;
  readonly listeners: number;
  readonly elements: number;
  readonly sockets: number;
}

/** What is alive in the page after a garbage collection. */
async function holdings(devtools: CDPSession): Promise<Holdings> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  const count = async (expression: string) => {
    const { result } = await devtools.send('Runtime.evaluate', { expression });
    const { objects } = await devtools.send('Runtime.queryObjects', {
      prototypeObjectId: result.objectId ?? '',
    });
    const { result: length } = await devtools.send('Runtime.callFunctionOn', {
      objectId: objects.objectId ?? '',
      functionDeclaration: 'function () { return this.length }',
      returnByValue: true,
    });
    await devtools.send('Runtime.releaseObject', { objectId: objects.objectId ?? '' });
    await devtools.send('Runtime.releaseObject', { objectId: result.objectId ?? '' });
    return length.value as number;
  };
  return {
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    elements: await count(`customElements.get('support-chat').prototype`),
    sockets: await count('WebSocket.prototype'),
  };
}

/** What is under way, like a socket that is closing, is let go of in the end. */
async function expectNoMoreThan(bound: Holdings, devtools: CDPSession): Promise<void> {
  await expect
    .poll(async () => {
      const now = await holdings(devtools);
      return Object.entries(now).filter(([name, value]) => value > bound[name as keyof Holdings]);
    })
    .toEqual([]);
}

test('a hundred elements that came and went leave nothing behind', async ({ openHost, element, unique }) => {
  const page = await openHost({ head: '<script src="/support-chat.js" async></script>' });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  // Playwright's own scripts are there from the first look on.
  await expect(page.locator('support-chat')).toHaveCount(0);
  const empty = await holdings(devtools);
  await page.evaluate((markup) => document.body.insertAdjacentHTML('beforeend', markup), element());
  const widget = new Widget(page);
  await widget.open();
  await widget.send(unique('A conversation to keep a socket for'));
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  const round = (times: number, markup: string) =>
    page.evaluate(
      async ([times, markup]) => {
        const template = document.createElement('template');
        template.innerHTML = markup;
        for (let time = 0; time < times; time++) {
          document.querySelector('support-chat')!.remove();
          document.body.append(template.content.cloneNode(true));
          const chat = document.querySelector('support-chat')!;
          chat.open = time % 2 === 0;
          await chat.updateComplete;
          // Some go at once, some when they are at work.
          if (time % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
        }
      },
      [times, markup] as const,
    );
  await round(10, element());
  // The last one has to be up: its driver comes in a task of its own, and the socket there is may be one that closes.
  let before = empty;
  await expect(async () => {
    before = await holdings(devtools);
    expect(before).toMatchObject({ elements: 1, sockets: 1 });
    await page.waitForTimeout(500);
    expect(await holdings(devtools)).toEqual(before);
  }).toPass();
  await round(100, element());
  await expectNoMoreThan(before, devtools);
  await page.evaluate(() => document.querySelector('support-chat')!.remove());
  // No listener on window, document or anything else that stays; of nodes only Lit's templates.
  await expectNoMoreThan({ ...empty, nodes: before.nodes }, devtools);
});

test('one element taken off and put back a hundred times holds no more than at first', async ({
  openHost,
  element,
  unique,
}) => {
  const page = await openHost({ head: '<script src="/support-chat.js" async></script>', body: element() });
  const sockets = new Set<unknown>();
  page.on('websocket', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const widget = new Widget(page);
  await widget.open();
  await widget.send(unique('Before'));
  await expect(widget.messages.getByText('Sent', { exact: true })).toBeVisible();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const before = await holdings(devtools);
  expect(before).toMatchObject({ elements: 1, sockets: 1 });
  await page.evaluate(async () => {
    const chat = document.querySelector('support-chat')!;
    for (let round = 0; round < 100; round++) {
      chat.remove();
      if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      (round % 3 === 0 ? document.documentElement : document.body).append(chat);
      if (round % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await expect(widget.textbox).toBeVisible();
  await widget.send(unique('After'));
  await expect.poll(() => sockets.size).toBe(1);
  // One more message, and its parts.
  const more = { nodes: before.nodes + 30, listeners: before.listeners + 5 };
  await expectNoMoreThan({ ...before, ...more }, devtools);
  await page.evaluate(() => document.querySelector('support-chat')!.remove());
  await expect.poll(() => sockets.size).toBe(0);
});
