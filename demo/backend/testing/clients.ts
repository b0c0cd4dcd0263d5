import { PostgrestClient } from '@supabase/postgrest-js';
import { type RealtimeChannel, RealtimeClient } from '@supabase/realtime-js';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Backend, type BackendOptions, startBackend } from '../server.ts';

/** A backend with the fixture functions, nothing kept, and short waits where the platform takes seconds. */
export function startFixture(options: BackendOptions = {}): Promise<Backend> {
  return startBackend({
    migrations: new URL('./migrations/', import.meta.url),
    ...options,
    realtime: { joinErrorDelay: 20, connectErrorDelay: 20, ...options.realtime },
  });
}

export function postgrest(backend: Backend, headers: Record<string, string> = {}): PostgrestClient {
  return new PostgrestClient(`${backend.url}/rest/v1`, {
    headers: { apikey: backend.publishableKey, ...headers },
  });
}

export function realtime(backend: Backend, apikey = backend.publishableKey): RealtimeClient {
  const client = new RealtimeClient(`${backend.url.replace('http', 'ws')}/realtime/v1`, {
    params: { apikey },
    transport: WebSocket as never,
    reconnectAfterMs: () => 20,
  });
  onTestFinished(async () => {
    await client.disconnect();
  });
  return client;
}

export interface Listening {
  readonly channel: RealtimeChannel;
  readonly heard: unknown[];
  readonly states: string[];
  /** The reason of the last refusal. */
  reason(): string;
  until(state: string, times?: number): Promise<void>;
  untilHeard(count: number): Promise<void>;
}

export function listenTo(client: RealtimeClient, topic: string, isPrivate = true): Listening {
  const heard: unknown[] = [];
  const states: string[] = [];
  let reason = '';
  const channel = client
    .channel(topic, { config: { private: isPrivate } })
    .on('broadcast', { event: '*' }, (message) => heard.push(message.payload))
    .subscribe((state, error) => {
      states.push(state);
      if (error) reason = error.message;
    });
  return {
    channel,
    heard,
    states,
    reason: () => reason,
    until: (state, times = 1) => eventually(() => states.filter((one) => one === state).length >= times),
    untilHeard: (count) => eventually(() => heard.length >= count),
  };
}

export async function eventually(holds: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Frame = [joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown];

/** A bare connection, for what the client library hides. */
export class RawSocket {
  readonly frames: Frame[] = [];
  readonly binary: Buffer[] = [];
  closeCode: number | null = null;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.binary.push(data);
      else this.frames.push(JSON.parse(data.toString()) as Frame);
    });
    socket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  static async open(backend: Backend, apikey = backend.publishableKey): Promise<RawSocket> {
    const url = `ws://localhost:${backend.port}/realtime/v1/websocket?apikey=${apikey}&vsn=2.0.0`;
    const socket = new WebSocket(url);
    const raw = new RawSocket(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    onTestFinished(() => socket.terminate());
    return raw;
  }

  send(...frame: Frame): void {
    this.#socket.send(JSON.stringify(frame));
  }

  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  join(topic: string, ref: string, payload: Record<string, unknown> = {}, config = {}): void {
    this.send(ref, ref, topic, 'phx_join', { config: { private: true, ...config }, ...payload });
  }

  /** The first frame that fits, as soon as it is there. */
  async frame(fits: (frame: Frame) => boolean): Promise<Frame> {
    await eventually(() => this.frames.some(fits));
    return this.frames.find(fits)!;
  }

  async reply(ref: string): Promise<{ status: string; response: Record<string, unknown> }> {
    const frame = await this.frame(([, own, , event]) => own === ref && event === 'phx_reply');
    return frame[4] as { status: string; response: Record<string, unknown> };
  }
}
