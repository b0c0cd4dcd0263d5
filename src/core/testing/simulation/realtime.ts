import type { ChatSession } from '../../model.ts';
import type { LiveEvent } from '../../ports.ts';
import type { Browser, Page } from './browser.ts';
import { CALM, type Climate } from './climate.ts';

type Frame = readonly [
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: object,
];

const PREFIX = 'realtime:';
/** How long the server keeps whoever it refuses waiting. */
const REFUSAL = 5_000;

/** A WebSocket on a page, both ends of it. */
class Socket {
  readonly page: Page;
  readonly browser: Browser;
  binaryType = 'blob';
  onopen: ((event: object) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  onclose: ((event: object) => void) | null = null;
  /** What comes over one line comes in order. */
  readonly line: string;
  /** As the page sees it. */
  isClosed = false;
  /** As the server sees it. */
  isServed = false;
  /** The line is dead, and neither end knows. */
  isSilent = false;
  topic: string | null = null;
  /** The server's own connection to the database stands. */
  isReady = false;
  readonly #server: Realtime;

  constructor(server: Realtime, page: Page, browser: Browser) {
    this.#server = server;
    this.page = page;
    this.browser = browser;
    this.line = server.newLine();
    server.connect(this);
  }

  send(frame: string): void {
    if (this.isClosed) return;
    this.#server.hear(this, JSON.parse(frame) as Frame);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#server.leave(this);
  }
}

/** Supabase Realtime as a page meets it, in the weather of this world. */
export class Realtime {
  climate: Pick<Climate, 'events' | 'sockets'>;
  readonly sockets = new Set<Socket>();
  readonly #isTopic: (topic: string) => boolean;
  #ids = 0;

  constructor(climate: Climate, isTopic: (topic: string) => boolean) {
    this.climate = climate;
    this.#isTopic = isTopic;
  }

  calmDown(): void {
    this.climate = CALM;
  }

  /** The WebSocket class of a page. */
  transportFor(page: Page, browser: Browser): typeof WebSocket {
    const server = this;
    class PageSocket extends Socket {
      constructor() {
        super(server, page, browser);
      }
    }
    return PageSocket as unknown as typeof WebSocket;
  }

  /** The sockets a page has open, as it sees them. */
  openOn(page: Page): readonly Socket[] {
    return [...this.sockets].filter((socket) => socket.page === page && !socket.isClosed);
  }

  newLine(): string {
    return `line ${this.#next()}`;
  }

  connect(socket: Socket): void {
    const { chance } = socket.browser;
    const { sockets } = this.climate;
    this.sockets.add(socket);
    if (!socket.browser.isOnline || chance.happens(sockets.refused)) {
      this.#end(socket, this.#hop(socket));
    } else if (!chance.happens(sockets.hanging)) {
      socket.isServed = true;
      socket.page.post(socket.line, this.#hop(socket), () => {
        if (!socket.isClosed) socket.onopen?.({});
      });
    }
  }

  hear(socket: Socket, [, ref, topic, event]: Frame): void {
    const { time, chance } = socket.browser;
    time.after(this.#hop(socket), () => {
      if (!socket.isServed || socket.isSilent || !socket.browser.isOnline) return;
      if (event === 'heartbeat')
        this.#say(socket, [null, ref, topic, 'phx_reply', { status: 'ok', response: {} }]);
      if (event !== 'phx_join') return;
      const name = topic.slice(PREFIX.length);
      if (!this.#isTopic(name) || chance.happens(this.climate.sockets.notJoined)) {
        const response = {
          reason: 'Unauthorized: You do not have permissions to read from this Channel topic',
        };
        const refusal = { status: 'error', response };
        time.after(REFUSAL, () => this.#say(socket, [ref, ref, topic, 'phx_reply', refusal]));
        return;
      }
      socket.topic = name;
      this.#say(socket, [ref, ref, topic, 'phx_reply', { status: 'ok', response: {} }]);
      time.after(chance.between(0, 2_000), () => {
        socket.isReady = true;
        const ready = { extension: 'system', status: 'ok', message: 'Replication connection established' };
        this.#say(socket, [ref, null, topic, 'system', { ...ready, channel: name }]);
      });
    });
  }

  leave(socket: Socket): void {
    this.sockets.delete(socket);
    socket.browser.time.after(this.#hop(socket), () => {
      socket.isServed = false;
    });
  }

  /** The database tells everybody who listens there. */
  broadcast(topic: string, event: LiveEvent<ChatSession>): void {
    const { type, ...payload } = event;
    const row = toRow(payload) as object;
    for (const socket of this.sockets) {
      if (socket.topic !== topic) continue;
      const { chance, time } = socket.browser;
      const { events } = this.climate;
      if (chance.happens(socket.isReady ? events.lost : 0.5)) continue;
      const content = { type: 'broadcast', event: type, payload: { ...row, id: `b${this.#next()}` } };
      for (let copies = chance.happens(events.doubled) ? 2 : 1; copies > 0; copies -= 1) {
        const late = chance.happens(events.late) ? chance.between(0, 10_000) : 0;
        time.after(late, () => this.#say(socket, [null, null, PREFIX + topic, 'broadcast', content]));
      }
    }
  }

  /** The connection ends, and the page is told. */
  cut(socket: Socket): void {
    socket.isServed = false;
    this.#end(socket, this.#hop(socket));
  }

  /** The server ends the channel: a limit, an expired token. */
  kick(socket: Socket): void {
    if (socket.topic === null) return;
    const topic = PREFIX + socket.topic;
    const message = 'Too many messages per second';
    this.#say(socket, ['1', null, topic, 'system', { extension: 'system', status: 'error', message }]);
    this.#say(socket, ['1', '1', topic, 'phx_close', {}]);
    socket.topic = null;
  }

  /** A page is gone, and its sockets with it. */
  forget(page: Page): void {
    for (const socket of this.sockets) if (socket.page === page) socket.close();
  }

  #say(socket: Socket, frame: Frame): void {
    if (!socket.isServed || socket.isSilent || !socket.browser.isOnline) return;
    const data = JSON.stringify(frame);
    socket.page.post(socket.line, this.#hop(socket), () => {
      if (!socket.isClosed && !socket.isSilent) socket.onmessage?.({ data });
    });
  }

  #end(socket: Socket, delay: number): void {
    socket.page.post(socket.line, delay, () => {
      if (socket.isClosed) return;
      socket.isClosed = true;
      this.sockets.delete(socket);
      socket.onerror?.({});
      socket.onclose?.({});
    });
  }

  #hop(socket: Socket): number {
    return socket.browser.chance.between(1, this.climate.events.slowest);
  }

  #next(): number {
    this.#ids += 1;
    return this.#ids;
  }
}

/** The model as the database's functions write it. */
function toRow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toRow);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [toColumn(key), toRow(entry)]));
}

const columns = new Map<string, string>();

function toColumn(key: string): string {
  const column = columns.get(key) ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  columns.set(key, column);
  return column;
}
