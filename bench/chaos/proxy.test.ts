import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type ChaosProxy, type Door, startProxy } from './proxy.ts';

const DATABASE_EVENT = Buffer.from([4, 0, 0, 0, 1]);

interface Stand {
  readonly proxy: ChaosProxy;
  readonly door: Door;
  /** Paths of the requests that came through. */
  readonly asked: string[];
  /** Frames that came through. */
  readonly heard: string[];
  readonly sockets: Set<WebSocket>;
}

/** A proxy with one door before a server that answers everything and listens to everybody. */
async function stand(port?: null): Promise<Stand> {
  const asked: string[] = [];
  const heard: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(request.url?.includes('too-much') ? 429 : 200).end('{}');
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket) => socket.on('message', (data) => heard.push(String(data))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const files = { '/page.html': { type: 'text/html', body: 'at {{origin}}' } };
  const proxy = startProxy({ seed: 1, port: () => (port === null ? null : address.port), files });
  onTestFinished(async () => {
    await proxy.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { proxy, door: await proxy.openDoor(), asked, heard, sockets: webSockets.clients };
}

function call(door: Door, path: string): Promise<number | null> {
  return fetch(`${door.url}${path}`, { method: 'POST', body: '{}' }).then(
    (response) => response.status,
    () => null,
  );
}

async function connect(
  door: Door,
): Promise<{ socket: WebSocket; frames: Buffer[]; closed: Promise<number> }> {
  const socket = new WebSocket(`${door.url.replace('http', 'ws')}/realtime/v1/websocket`);
  const frames: Buffer[] = [];
  socket.on('message', (data) => frames.push(data as Buffer));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { socket, frames, closed };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

test('pages are served with the address of the door, and count as no request', async () => {
  const { door } = await stand();
  expect(await (await fetch(`${door.url}/page.html`)).text()).toBe(`at ${door.url}`);
  expect(door.requests).toBe(0);
});

test('one answer in twenty gets lost after the call was carried out', async () => {
  const { proxy, door, asked } = await stand();
  proxy.weather.lossy = true;
  const answers = await Promise.all(numbered(60).map((name) => call(door, `/rest/v1/rpc/${name}`)));
  expect(answers.filter((status) => status === null)).toHaveLength(3);
  expect(new Set(asked).size).toBe(60);
  expect(proxy.counts).toMatchObject({ requests: 60, lostAnswers: 3 });
  expect(door.requests).toBe(60);
});

test('answers to messages get their own share of what is lost', async () => {
  const { proxy, door } = await stand();
  proxy.weather.lossy = true;
  const names = numbered(20).flatMap((name) => ['desk_send', name, 'chat_send', name]);
  const answers = await Promise.all(names.map((name) => call(door, `/rest/v1/rpc/${name}`)));
  expect(answers.filter((status, index) => status === null && index % 2 === 0)).toHaveLength(2);
  expect(answers.filter((status, index) => status === null && index % 2 === 1)).toHaveLength(2);
});

test('other answers than those of function calls never get lost', async () => {
  const { proxy, door } = await stand();
  proxy.weather.lossy = true;
  const answers = await Promise.all(numbered(60).map(() => call(door, '/auth/v1/token')));
  expect(answers.every((status) => status === 200)).toBe(true);
});

test('one event in ten is dropped, and nothing else', async () => {
  const { proxy, door, sockets } = await stand();
  const { frames } = await connect(door);
  proxy.weather.lossy = true;
  const [server] = sockets;
  for (const number of numbered(50)) {
    server?.send(Buffer.concat([DATABASE_EVENT, Buffer.from(number)]));
    server?.send(JSON.stringify([null, null, 'realtime:x', 'broadcast', { number }]));
    server?.send(JSON.stringify([null, null, 'realtime:x', 'system', { number }]));
  }
  server?.send('["end"]');
  await expect.poll(() => String(frames.at(-1))).toBe('["end"]');
  expect(frames.filter((frame) => String(frame).includes('system'))).toHaveLength(50);
  expect(frames).toHaveLength(50 + 90 + 1);
  expect(proxy.counts).toMatchObject({ events: 100, droppedEvents: 10 });
});

test('frames take their time and keep their order, both ways', async () => {
  const { proxy, door, heard, sockets } = await stand();
  const { socket, frames } = await connect(door);
  proxy.weather.latency = [20, 80];
  const begun = Date.now();
  const [server] = sockets;
  for (const number of numbered(30)) {
    socket.send(number);
    server?.send(`["${number}"]`);
  }
  await expect.poll(() => [heard.length, frames.length]).toEqual([30, 30]);
  expect(heard).toEqual(numbered(30));
  expect(frames.map(String)).toEqual(numbered(30).map((number) => `["${number}"]`));
  expect(Date.now() - begun).toBeGreaterThanOrEqual(60);
});

test('requests take their time', async () => {
  const { proxy, door } = await stand();
  proxy.weather.latency = [60, 60];
  const begun = Date.now();
  await call(door, '/rest/v1/rpc/slow');
  expect(Date.now() - begun).toBeGreaterThanOrEqual(55);
});

test('a cut leaves a connection without a close frame on both sides', async () => {
  const { proxy, door, sockets } = await stand();
  const { closed } = await connect(door);
  proxy.cutAll();
  expect(await closed).toBe(1006);
  await expect.poll(() => sockets.size).toBe(0);
  expect(proxy.counts.cutSockets).toBe(1);
});

test('a cut goes through one connection in four', async () => {
  const { proxy, door, sockets } = await stand();
  for (const _ of numbered(8)) await connect(door);
  proxy.cut();
  await expect.poll(() => sockets.size).toBe(6);
  expect(proxy.counts.cutSockets).toBe(2);
});

test('nobody gets a connection while Realtime is shut', async () => {
  const { proxy, door } = await stand();
  proxy.weather.noRealtime = true;
  await expect(connect(door)).rejects.toThrow();
  expect(proxy.counts.refusedSockets).toBe(1);
  proxy.weather.noRealtime = false;
  await connect(door);
});

test('each door counts the connections of its own browser', async () => {
  const { proxy, door } = await stand();
  const other = await proxy.openDoor();
  const { socket, closed } = await connect(door);
  await connect(door);
  await connect(other);
  expect([door.mostSockets, other.mostSockets]).toEqual([2, 1]);
  socket.close();
  await closed;
  await expect.poll(() => door.sockets).toBe(1);
  await connect(door);
  expect(door.mostSockets).toBe(2);
});

test('what a backend refuses as too much is counted', async () => {
  const { proxy, door } = await stand();
  expect(await call(door, '/rest/v1/rpc/too-much')).toBe(429);
  expect(proxy.counts.rateLimited).toBe(1);
});

test('without a backend, requests and connections fail as those to a dead host', async () => {
  const { proxy, door } = await stand(null);
  expect(await call(door, '/rest/v1/rpc/hello')).toBeNull();
  await expect(connect(door)).rejects.toThrow();
  expect(proxy.counts).toMatchObject({ unreachable: 1, refusedSockets: 1 });
});
