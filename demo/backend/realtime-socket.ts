import { setTimeout as sleep } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import type { Claims } from './keys.ts';
import { Channel, type ChannelServer } from './realtime-channel.ts';
import { type Push, readFrame, textFrame } from './realtime-frames.ts';
import type { Outgoing, Receiver } from './realtime-hub.ts';
import { admitJoin, type JoinRules, TOO_MANY_JOINS } from './realtime-join.ts';
import { readJoin, TOPIC_PREFIX } from './realtime-payload.ts';

/** What all sockets share. */
export interface SocketServer extends JoinRules, ChannelServer {
  readonly joinErrorDelay: number;
  readonly idleTimeout: number;
}

/** How a connection was opened, and what that makes of whoever opened it. */
export interface Opening {
  readonly token: string;
  readonly claims: Claims;
  readonly headers: Readonly<Record<string, string>>;
}

/** One client's connection. Frames are handled strictly one after the other, as the platform does. */
export class RealtimeSocket implements Receiver {
  readonly #connection: WebSocket;
  readonly #server: SocketServer;
  readonly #opening: Opening;
  readonly #channels = new Map<string, Channel>();
  readonly #closed = new AbortController();
  #isCounted = false;
  #turn: Promise<void> = Promise.resolve();
  /** While a join is judged, nothing else gets out. */
  #held: (string | Buffer)[] | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(connection: WebSocket, server: SocketServer, opening: Opening) {
    this.#connection = connection;
    this.#server = server;
    this.#opening = opening;
    connection.on('message', (data, isBinary) => this.#receive(data, isBinary));
    connection.on('ping', () => this.#stayAwake());
    connection.on('close', () => this.#end());
    connection.on('error', () => connection.terminate());
    this.#stayAwake();
  }

  get hasChannels(): boolean {
    return this.#channels.size > 0;
  }

  /** From its first channel to its end a connection is a connected user. */
  get isCounted(): boolean {
    return this.#isCounted;
  }

  listener(broadcast: Outgoing): Channel | null {
    const channel = this.#channels.get(broadcast.topic);
    return channel?.hears(broadcast) ? channel : null;
  }

  send(frame: string | Buffer): void {
    if (this.#held) this.#held.push(frame);
    else this.#write(frame);
  }

  close(code: number): void {
    this.#connection.close(code);
  }

  cut(): void {
    this.#connection.terminate();
  }

  endChannels(message: string): number {
    return this.#eachChannel((channel) => channel.end(message));
  }

  crashChannels(): number {
    return this.#eachChannel((channel) => channel.crash());
  }

  /** The project's settings have changed: every channel hears of it, and the client is to come back. */
  disconnect(): void {
    const payload = { extension: 'system', status: 'ok', message: 'Server requested disconnect' };
    this.#eachChannel(({ topic }) => this.send(textFrame(null, null, topic, 'system', payload)));
    this.close(1012);
  }

  #eachChannel(act: (channel: Channel) => void): number {
    const channels = [...this.#channels.values()];
    for (const channel of channels) act(channel);
    return channels.length;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#server.faults.silent) return;
    this.#stayAwake();
    const push = readFrame(data as Buffer, isBinary);
    if (!push) {
      this.close(1011);
      return;
    }
    this.#turn = this.#turn
      .then(() => (this.#closed.signal.aborted ? undefined : this.#handle(push)))
      .catch(() => this.close(1011));
  }

  async #handle(push: Push): Promise<void> {
    const channel = this.#channels.get(push.topic);
    if (push.topic === 'phoenix' && push.event === 'heartbeat') {
      this.#reply(push, 'ok', {});
    } else if (push.event === 'phx_join' && push.topic.startsWith(TOPIC_PREFIX)) {
      channel?.stop();
      await this.#join(push);
      // The reply to the new join comes before the close of the old one.
      channel?.sayClosed();
    } else if (channel) {
      await channel.handle(push);
    } else if (push.event === 'phx_leave') {
      this.#reply(push, 'ok', {});
    } else {
      this.#reply(push, 'error', { reason: 'unmatched topic' });
    }
  }

  async #join(push: Push): Promise<void> {
    const topic = push.topic.slice(TOPIC_PREFIX.length);
    const request = readJoin(topic, push.payload);
    const { claims, headers } = this.#opening;
    const held: (string | Buffer)[] = [];
    this.#held = held;
    const connected = { claims, headers, channels: this.#channels.size, isCounted: this.#isCounted };
    const admitted = await admitJoin(this.#server, connected, topic, request);
    if (typeof admitted === 'string') await this.#pause(this.#server.joinErrorDelay);
    this.#held = null;
    if (this.#closed.signal.aborted) return;
    if (typeof admitted === 'string') {
      this.#reply(push, 'error', { reason: admitted });
      for (const frame of held) this.send(frame);
      if (admitted === TOO_MANY_JOINS) this.close(1001);
      return;
    }
    this.#reply(push, 'ok', { postgres_changes: request.postgresChanges });
    for (const frame of held) this.send(frame);
    const line = {
      ...this.#opening,
      send: (frame: string | Buffer) => this.send(frame),
      forget: (channel: Channel) => this.#forget(channel),
    };
    const channel = new Channel(this.#server, line, push, request, admitted);
    this.#channels.set(push.topic, channel);
    this.#isCounted = true;
    channel.begin();
  }

  #reply(push: Push, status: 'ok' | 'error', response: unknown): void {
    this.send(textFrame(push.joinRef, push.ref, push.topic, 'phx_reply', { status, response }));
  }

  #forget(channel: Channel): void {
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic);
  }

  #write(frame: string | Buffer): void {
    if (this.#server.faults.silent || this.#connection.readyState !== this.#connection.OPEN) return;
    this.#connection.send(frame);
  }

  #stayAwake(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(1000), this.#server.idleTimeout).unref();
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#closed.signal }).catch(() => {});
  }

  #end(): void {
    this.#closed.abort();
    if (this.#idle) clearTimeout(this.#idle);
    this.#eachChannel((channel) => channel.stop());
  }
}
