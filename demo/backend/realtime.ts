import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { Database } from './database.ts';
import type { Faults } from './faults.ts';
import type { Claims, Keys } from './keys.ts';
import { describeProblem, TOPIC_PREFIX } from './realtime-channel.ts';
import { type Broadcast, startFeed } from './realtime-feed.ts';
import { broadcastFrame } from './realtime-frames.ts';
import { DEFAULT_LIMITS, RateCounter, type RealtimeLimits } from './realtime-limits.ts';
import { RealtimeSocket } from './realtime-socket.ts';

export interface RealtimeSettings {
  readonly limits?: Partial<RealtimeLimits>;
  /** Milliseconds before a refused join is answered; the platform takes 5000. */
  readonly joinErrorDelay?: number;
  /** Milliseconds before a refused connection is answered; the platform takes 2000. */
  readonly connectErrorDelay?: number;
  /** Milliseconds without a frame after which a connection is closed. */
  readonly idleTimeout?: number;
  /** Milliseconds between two looks for connections without channels. */
  readonly sweepInterval?: number;
}

export interface Realtime {
  /** Answers an upgrade to WebSocket at `/realtime/v1/websocket`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;

/**
 * Supabase Realtime, as far as receiving private broadcasts from the database goes. There are only
 * private channels; presence, Postgres Changes and broadcasts of clients are refused.
 */
export async function startRealtime(
  database: Database,
  keys: Keys,
  faults: Faults,
  settings: RealtimeSettings = {},
): Promise<Realtime> {
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const connectErrorDelay = settings.connectErrorDelay ?? 2000;
  const sockets = new Set<RealtimeSocket>();
  const events = new RateCounter(limits.eventsPerSecond);
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.frameBytes });
  const closed = new AbortController();
  const server = {
    database,
    keys,
    faults,
    limits,
    joinErrorDelay: settings.joinErrorDelay ?? 5000,
    idleTimeout: settings.idleTimeout ?? 60_000,
    joins: new RateCounter(limits.joinsPerSecond),
    sockets,
  };

  const deliver = async ({ id, topic, event, payload }: Broadcast) => {
    await faults.delayed(faults.eventDelay);
    if (faults.takeLostEvent()) return;
    if (Buffer.byteLength(payload) > limits.payloadBytes) return;
    const wireTopic = TOPIC_PREFIX + topic;
    const receivers = [...sockets].filter((socket) => socket.listener(wireTopic));
    events.add(1 + receivers.length);
    if (events.exceeded) {
      for (const socket of receivers) {
        const channel = socket.listener(wireTopic);
        if (channel) socket.endChannel(channel, 'Too many messages per second');
      }
      return;
    }
    const frame = broadcastFrame(wireTopic, event, payload, id);
    if (frame) for (const socket of receivers) socket.send(frame);
  };

  await database.query('select realtime.create_partitions()');
  const stopFeed = await startFeed(database, deliver);
  const janitor = setInterval(() => {
    database.query('select realtime.create_partitions()').catch(() => {});
  }, DAY_MS).unref();
  const sweep = setInterval(() => {
    for (const socket of sockets) if (!socket.hasChannels) socket.cut();
  }, settings.sweepInterval ?? 600_000).unref();

  faults.attach({
    cut: () => each((socket) => socket.cut()),
    close: (code) => each((socket) => socket.close(code)),
    endChannels: (message) => [...sockets].reduce((count, socket) => count + socket.endChannels(message), 0),
  });

  function each(act: (socket: RealtimeSocket) => void): number {
    const all = [...sockets];
    for (const socket of all) act(socket);
    return all.length;
  }

  async function admit(url: URL, request: IncomingMessage): Promise<Claims | Refusal> {
    if (faults.refuseSockets !== null) return { status: faults.refuseSockets, body: '' };
    if (url.pathname !== '/realtime/v1/websocket') return { status: 404, body: '' };
    if (url.searchParams.get('vsn') !== '2.0.0') return { status: 403, body: '' };
    const header = request.headers['x-api-key'];
    const apiKey = (typeof header === 'string' && header) || url.searchParams.get('apikey') || '';
    const refuse = async (status: number, error: string): Promise<Refusal> => {
      await sleep(connectErrorDelay, undefined, { signal: closed.signal }).catch(() => {});
      return { status, body: JSON.stringify({ error }) };
    };
    if (!apiKey) return refuse(401, 'API key is missing');
    if (sockets.size >= limits.sockets) return refuse(429, 'Too many connected users');
    const claims = await keys.claimsOf(apiKey);
    if (claims) return claims;
    const verified = await keys.verify(apiKey);
    if (verified.ok) return verified.claims;
    const { problem } = verified;
    return refuse(401, problem.kind === 'expired' ? 'Token has expired' : describeProblem(problem));
  }

  return {
    upgrade: async (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const admitted = await admit(new URL(request.url ?? '/', 'http://localhost'), request);
      if (isRefusal(admitted)) {
        refuseUpgrade(socket, admitted);
        return;
      }
      if (closed.signal.aborted) {
        socket.destroy();
        return;
      }
      webSockets.handleUpgrade(request, socket, head, (connection) => {
        const client = new RealtimeSocket(connection, server, admitted, extraHeaders(request));
        sockets.add(client);
        connection.on('close', () => sockets.delete(client));
      });
    },
    close: async () => {
      closed.abort();
      clearInterval(janitor);
      clearInterval(sweep);
      for (const client of webSockets.clients) client.terminate();
      await stopFeed();
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly body: string;
}

function isRefusal(admitted: Claims | Refusal): admitted is Refusal {
  return 'status' in admitted && 'body' in admitted;
}

function refuseUpgrade(socket: Duplex, { status, body }: Refusal): void {
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** Policies see only headers that start with `x-`. */
function extraHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).filter(
      (entry): entry is [string, string] => entry[0].startsWith('x-') && typeof entry[1] === 'string',
    ),
  );
}
