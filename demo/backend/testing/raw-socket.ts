import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Backend } from '../server.ts';
import { eventually } from './clients.ts';

type Frame = [joinRef: unknown, ref: unknown, topic: string, event: string, payload: unknown];

/** A frame of kind 4, taken apart. */
interface Broadcast {
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
  readonly meta: unknown;
}

interface Opening {
  /** Null leaves the parameter out. */
  readonly key?: string | null;
  /** Null leaves the parameter out. */
  readonly vsn?: string | null;
  readonly headers?: Record<string, string>;
}

interface Reply {
  readonly status: string;
  readonly response: Record<string, unknown>;
}

const OK: Reply = { status: 'ok', response: { postgres_changes: [] } };

/** A bare connection that speaks in frames, for what a client library hides. */
export class RawSocket {
  /** Text frames as they came. */
  readonly frames: Frame[] = [];
  /** Binary frames as they came. */
  readonly binary: Buffer[] = [];
  /** One word for each frame of either kind, in the order in which they came. */
  readonly order: string[] = [];
  closeCode: number | null = null;
  readonly #socket: WebSocket;
  #fences = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        this.binary.push(data);
        this.order.push('kind 4');
        return;
      }
      const frame = JSON.parse(data.toString()) as Frame;
      this.frames.push(frame);
      this.order.push(frame[3] === 'phx_reply' ? `reply ${frame[1]}` : frame[3]);
    });
    socket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  static async open(backend: Backend, opening?: Opening): Promise<RawSocket> {
    const socket = connect(backend, opening);
    const raw = new RawSocket(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    onTestFinished(() => socket.terminate());
    return raw;
  }

  get broadcasts(): Broadcast[] {
    return this.binary.map(decode);
  }

  /** The texts of the broadcasts, which most tests send. */
  get texts(): unknown[] {
    return this.broadcasts.map(({ payload }) => (payload as { text?: unknown }).text);
  }

  send(...frame: Frame): void {
    this.#socket.send(JSON.stringify(frame));
  }

  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** Kind 3, a broadcast; as JSON unless it is bytes. */
  sendBroadcast(ref: string, topic: string, event: string, payload: unknown, joinRef = ''): void {
    const isBinary = Buffer.isBuffer(payload);
    const strings = [joinRef, ref, topic, event, ''].map((text) => Buffer.from(text));
    this.#socket.send(
      Buffer.concat([
        Buffer.from([3, ...strings.map((text) => text.length), isBinary ? 0 : 1]),
        ...strings,
        isBinary ? payload : Buffer.from(JSON.stringify(payload)),
      ]),
    );
  }

  join(topic: string, ref: string, config: Record<string, unknown> = {}, rest: object = {}): void {
    this.send(ref, ref, topic, 'phx_join', { config: { private: true, ...config }, ...rest });
  }

  /** Joins and waits until that has succeeded. */
  async joined(
    topic: string,
    ref = '1',
    config: Record<string, unknown> = {},
    rest: object = {},
  ): Promise<void> {
    this.join(topic, ref, config, rest);
    const reply = await this.reply(ref);
    if (JSON.stringify(reply) !== JSON.stringify(OK)) throw new Error(`Not joined: ${JSON.stringify(reply)}`);
  }

  /** The reason for which a join is refused. */
  async refused(topic: string, ref: string, config: Record<string, unknown> = {}, rest: object = {}) {
    this.join(topic, ref, config, rest);
    const { status, response } = await this.reply(ref);
    return status === 'error' ? response.reason : `not refused: ${JSON.stringify(response)}`;
  }

  /** The first text frame that fits, as soon as it is there. */
  async frame(fits: (frame: Frame) => boolean): Promise<Frame> {
    await eventually(() => this.frames.some(fits));
    return this.frames.find(fits)!;
  }

  /** The first text frame of an event, as soon as it is there. */
  event(name: string): Promise<Frame> {
    return this.frame(([, , , event]) => event === name);
  }

  async reply(ref: unknown): Promise<Reply> {
    const frame = await this.frame(([, own, , event]) => own === ref && event === 'phx_reply');
    return frame[4] as Reply;
  }

  /** Waits until everything sent so far has been handled. */
  async handled(): Promise<void> {
    this.#fences += 1;
    const ref = `fence ${this.#fences}`;
    this.send(null, ref, 'phoenix', 'heartbeat', {});
    await this.reply(ref);
    this.frames.splice(
      this.frames.findIndex(([, own]) => own === ref),
      1,
    );
    this.order.splice(this.order.indexOf(`reply ${ref}`), 1);
  }

  async heard(count: number): Promise<void> {
    await eventually(() => this.binary.length >= count);
  }

  async closed(): Promise<number | null> {
    await eventually(() => this.closeCode !== null);
    return this.closeCode;
  }
}

/** Tries to open a connection and gives the HTTP answer that refuses it. */
export function refusal(backend: Backend, opening?: Opening): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(backend, opening);
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('The connection was let in.'));
    });
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (data: Buffer) => {
        body += data.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}

function connect(backend: Backend, { key, vsn = '2.0.0', headers = {} }: Opening = {}): WebSocket {
  const query = new URLSearchParams();
  if (key !== null) query.set('apikey', key ?? backend.publishableKey);
  if (vsn !== null) query.set('vsn', vsn);
  return new WebSocket(`ws://localhost:${backend.port}/realtime/v1/websocket?${query}`, { headers });
}

function decode(frame: Buffer): Broadcast {
  const [kind, ...lengths] = frame.subarray(0, 4);
  if (kind !== 4) throw new Error(`A frame of kind ${kind} came.`);
  let offset = 5;
  const [topic = '', event = '', meta = ''] = lengths.map((length) => {
    offset += length;
    return frame.toString('utf8', offset - length, offset);
  });
  const rest = frame.subarray(offset);
  const payload: unknown = frame[4] === 1 ? JSON.parse(rest.toString()) : rest;
  return { topic, event, payload, meta: meta ? JSON.parse(meta) : null };
}
