import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { chance, onceIn } from './random.ts';

export interface ProxyOptions {
  readonly seed: number;
  /** Where the backend listens; null while it is down. */
  port(): number | null;
  readonly files: ServedFiles;
  /** One event in so many is dropped: ten, unless given. */
  readonly dropsOneIn?: number | undefined;
}

/** Pages and scripts that are served without any fault, by path. `{{origin}}` in pages is the door's address. */
export type ServedFiles = Readonly<Record<string, { readonly type: string; readonly body: string }>>;

/** What goes wrong at the moment. */
interface Weather {
  /** Milliseconds that each request and each frame takes, at random between the two; null for none. */
  latency: readonly [number, number] | null;
  /** One event in ten is dropped, and the answer to one function call in twenty gets lost. */
  lossy: boolean;
  /** Nobody gets a connection to Realtime. */
  noRealtime: boolean;
}

/** What one browser did. Each has a door of its own, so that its traffic can be told from the others'. */
export interface Door {
  readonly url: string;
  readonly requests: number;
  readonly sockets: number;
  readonly mostSockets: number;
}

export interface FaultCounts {
  requests: number;
  lostAnswers: number;
  /** While some of them get lost. */
  events: number;
  droppedEvents: number;
  cutSockets: number;
  refusedSockets: number;
  /** Answers of the backend that said "slow down". */
  rateLimited: number;
  /** Requests that found no backend. */
  unreachable: number;
}

export interface ChaosProxy {
  readonly weather: Weather;
  readonly counts: FaultCounts;
  openDoor(): Promise<Door>;
  /** Cuts one in four WebSockets without a word. */
  cut(): void;
  cutAll(): void;
  close(): Promise<void>;
}

const DROPPED = 10;
const LOST = 20;
const CUT = 4;
const USER_BROADCAST = 4;
const CALL = /^\/rest\/v1\/rpc\/(\w+)/;
const WRITING = /^(chat_start|chat_send|desk_send)$/;

/** Stands between browsers and backend, HTTP and WebSocket, and does to their traffic what networks do. */
export function startProxy(options: ProxyOptions): ChaosProxy {
  return new FaultProxy(options);
}

class FaultProxy implements ChaosProxy {
  readonly weather: Weather = { latency: null, lossy: false, noRealtime: false };
  readonly counts: FaultCounts = {
    requests: 0,
    lostAnswers: 0,
    events: 0,
    droppedEvents: 0,
    cutSockets: 0,
    refusedSockets: 0,
    rateLimited: 0,
    unreachable: 0,
  };
  readonly #options: ProxyOptions;
  readonly #webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #doors: Server[] = [];
  readonly #connections = new Set<Socket>();
  readonly #wires = new Set<Wire>();
  readonly #latency;
  readonly #cuts;
  readonly #losesAnswer;
  readonly #losesMessage;
  readonly #dropsEvent;

  constructor(options: ProxyOptions) {
    const { seed } = options;
    this.#options = options;
    this.#latency = chance(seed, 'latency');
    this.#cuts = onceIn(CUT, chance(seed, 'cuts'));
    this.#losesAnswer = onceIn(LOST, chance(seed, 'answers'));
    this.#losesMessage = onceIn(LOST, chance(seed, 'answers to messages'));
    this.#dropsEvent = onceIn(options.dropsOneIn ?? DROPPED, chance(seed, 'events'));
  }

  async openDoor(): Promise<Door> {
    const door = { url: '', requests: 0, sockets: 0, mostSockets: 0 };
    const server = createServer((request, response) => {
      const file = this.#options.files[request.url ?? ''];
      if (file) {
        const isPage = file.type.startsWith('text/html');
        response.writeHead(200, { 'content-type': file.type, 'cache-control': 'max-age=600' });
        response.end(isPage ? file.body.replaceAll('{{origin}}', door.url) : file.body);
        return;
      }
      door.requests += 1;
      this.#pass(request, response).catch(() => response.destroy());
    });
    server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      this.#connect(door, request, socket, head).catch(() => socket.destroy());
    });
    this.#doors.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    door.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return door;
  }

  cut(): void {
    for (const wire of [...this.#wires]) if (this.#cuts()) this.#cut(wire);
  }

  cutAll(): void {
    for (const wire of [...this.#wires]) this.#cut(wire);
  }

  async close(): Promise<void> {
    for (const wire of [...this.#wires]) wire.cut();
    for (const socket of this.#connections) socket.destroy();
    await Promise.all(this.#doors.map((door) => new Promise((resolve) => door.close(resolve))));
  }

  /** How long the next request or frame takes. */
  wait(): number {
    const { latency } = this.weather;
    return latency ? this.#latency.between(...latency) : 0;
  }

  /** Whether this frame of the server gets lost. */
  drops(data: Buffer, isBinary: boolean): boolean {
    if (!this.weather.lossy || !isEvent(data, isBinary)) return false;
    this.counts.events += 1;
    if (!this.#dropsEvent()) return false;
    this.counts.droppedEvents += 1;
    return true;
  }

  #cut(wire: Wire): void {
    this.counts.cutSockets += 1;
    wire.cut();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.counts.requests += 1;
    const wait = this.wait();
    const body = await read(request);
    await sleep(wait / 2);
    const port = this.#options.port();
    const answer = port === null ? null : await ask(port, request, body).catch(() => null);
    if (answer === null) {
      this.counts.unreachable += 1;
      response.destroy();
      return;
    }
    if (answer.status === 429) this.counts.rateLimited += 1;
    await sleep(wait / 2);
    const called = request.method === 'POST' ? CALL.exec(request.url ?? '')?.[1] : undefined;
    // Messages have a deck of their own, so that they get their share however many calls are about something else.
    const loses = WRITING.test(called ?? '') ? this.#losesMessage : this.#losesAnswer;
    if (called !== undefined && this.weather.lossy && loses()) {
      this.counts.lostAnswers += 1;
      response.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async #connect(
    door: { sockets: number; mostSockets: number },
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    await sleep(this.wait());
    const port = this.#options.port();
    if (port === null) {
      this.counts.refusedSockets += 1;
      socket.destroy();
      return;
    }
    const upstream = new WebSocket(`ws://127.0.0.1:${port}${request.url ?? ''}`, {
      perMessageDeflate: false,
    });
    await new Promise<void>((resolve, reject) => {
      upstream.once('open', resolve);
      upstream.once('error', reject);
    });
    upstream.on('error', () => upstream.terminate());
    if (this.weather.noRealtime || socket.destroyed) {
      this.counts.refusedSockets += 1;
      upstream.terminate();
      socket.destroy();
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (downstream) => {
      const wire = new Wire(this, downstream, upstream);
      this.#wires.add(wire);
      door.sockets += 1;
      door.mostSockets = Math.max(door.mostSockets, door.sockets);
      downstream.once('close', () => {
        this.#wires.delete(wire);
        door.sockets -= 1;
      });
    });
  }
}

/** One WebSocket through the proxy. Frames wait, and those behind them wait for them, as TCP has it. */
class Wire {
  readonly #downstream: WebSocket;
  readonly #upstream: WebSocket;

  constructor(proxy: FaultProxy, downstream: WebSocket, upstream: WebSocket) {
    this.#downstream = downstream;
    this.#upstream = upstream;
    const up = new Pipe(upstream, () => proxy.wait());
    const down = new Pipe(downstream, () => proxy.wait());
    downstream.on('message', (data, isBinary) => up.push(data, isBinary));
    upstream.on('message', (data, isBinary) => {
      if (!proxy.drops(toBuffer(data), isBinary)) down.push(data, isBinary);
    });
    downstream.on('error', () => this.cut());
    downstream.on('close', () => upstream.terminate());
    // What the backend sent before it closed the line still arrives.
    upstream.on('close', () => down.end());
  }

  cut(): void {
    this.#downstream.terminate();
    this.#upstream.terminate();
  }
}

class Pipe {
  readonly #target: WebSocket;
  readonly #wait: () => number;
  #last: Promise<void> = Promise.resolve();

  constructor(target: WebSocket, wait: () => number) {
    this.#target = target;
    this.#wait = wait;
  }

  push(data: RawData, isBinary: boolean): void {
    this.#then(() => {
      if (this.#target.readyState === WebSocket.OPEN) this.#target.send(data, { binary: isBinary });
    });
  }

  end(): void {
    this.#then(() => this.#target.terminate());
  }

  #then(act: () => void): void {
    const due = sleep(this.#wait());
    this.#last = this.#last.then(() => due).then(act);
  }
}

/** A broadcast to subscribers: a binary frame of kind 4, or a text frame of that name. */
function isEvent(data: Buffer, isBinary: boolean): boolean {
  if (isBinary) return data[0] === USER_BROADCAST;
  const frame: unknown = JSON.parse(data.toString('utf8'));
  return Array.isArray(frame) && frame[3] === 'broadcast';
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function ask(port: number, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (answer) => {
      // The browser's connection to us outlives ours to the backend.
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = answer.headers;
      read(answer).then(
        (read) => resolve({ status: answer.statusCode ?? 502, headers: rest, body: read }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
