import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Database } from './database.ts';
import type { Faults } from './faults.ts';
import type { Keys } from './keys.ts';
import { type StoredBroadcast, startFeed } from './realtime-feed.ts';
import { broadcastFrame } from './realtime-frames.ts';
import { Hub } from './realtime-hub.ts';
import { DEFAULT_LIMITS, RATE_INTERVAL_MS, RateCounter, type RealtimeLimits } from './realtime-limits.ts';
import { TOPIC_PREFIX } from './realtime-payload.ts';
import { createBroadcastApi } from './realtime-rest.ts';
import { RealtimeSocket, type SocketServer } from './realtime-socket.ts';
import { createDoor } from './realtime-upgrade.ts';

export interface RealtimeSettings {
  /** Whether channels may be public. Off, as a project can be set; the platform's default is on. */
  readonly publicAccess?: boolean;
  readonly limits?: Partial<RealtimeLimits>;
  /** Milliseconds that joins and broadcasts are counted before they are judged; the platform takes 5000. */
  readonly rateInterval?: number;
  /** Milliseconds before a refused join is answered; the platform takes 5000. */
  readonly joinErrorDelay?: number;
  /** Milliseconds before a refused connection is answered; the platform takes 2000. */
  readonly connectErrorDelay?: number;
  /** Milliseconds without a frame after which a connection is closed; the platform takes 60 000. */
  readonly idleTimeout?: number;
  /** Milliseconds between two looks for connections without channels; the platform takes 600 000. */
  readonly sweepInterval?: number;
  /** Milliseconds a channel waits for replication, if it asked to hear of it; the platform takes 60 000. */
  readonly replicationTimeout?: number;
}

export interface Realtime {
  /** Answers an upgrade to WebSocket at `/realtime/v1/websocket`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Answers requests under `/realtime/v1/api/broadcast`. */
  broadcast(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export const DEFAULT_SETTINGS: Required<RealtimeSettings> = {
  publicAccess: false,
  limits: DEFAULT_LIMITS,
  rateInterval: RATE_INTERVAL_MS,
  joinErrorDelay: 5000,
  connectErrorDelay: 2000,
  idleTimeout: 60_000,
  sweepInterval: 600_000,
  replicationTimeout: 60_000,
};

const DAY_MS = 86_400_000;

/**
 * Supabase Realtime: broadcasts from the database, from clients and over HTTP, as policies allow them.
 * Nobody is present and no table is subscribed to; both are asked for in vain, as the README tells.
 */
export async function startRealtime(
  database: Database,
  keys: Keys,
  faults: Faults,
  settings: RealtimeSettings = {},
): Promise<Realtime> {
  const all = { ...DEFAULT_SETTINGS, ...settings };
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const hub = new Hub<RealtimeSocket>(limits, all.rateInterval);
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.frameBytes });
  const server: SocketServer = {
    database,
    keys,
    faults,
    limits,
    hub,
    publicAccess: all.publicAccess,
    joinErrorDelay: all.joinErrorDelay,
    idleTimeout: all.idleTimeout,
    replicationTimeout: all.replicationTimeout,
    joins: new RateCounter(limits.joinsPerSecond, { intervalMs: all.rateInterval }),
    connectedUsers: () => [...hub.sockets].filter((socket) => socket.isCounted).length,
  };
  const door = createDoor(server, all.connectErrorDelay);

  const deliver = async (stored: StoredBroadcast) => {
    await faults.delayed(faults.eventDelay);
    if (faults.takeLostEvent() || Buffer.byteLength(stored.payload) > limits.payloadBytes) return;
    if (hub.events.exceeded) return;
    const { id, isPrivate } = stored;
    const topic = TOPIC_PREFIX + stored.topic;
    const frame = broadcastFrame(topic, stored.event, stored.payload, id);
    if (!frame) return;
    for (const send of faults.arrange(() => hub.publish({ topic, isPrivate, id, frame }))) send();
  };

  await database.query('select realtime.create_partitions()');
  const stopFeed = await startFeed(database, deliver);
  const janitor = setInterval(() => {
    database.query('select realtime.create_partitions()').catch(() => {});
  }, DAY_MS).unref();
  const sweep = setInterval(() => {
    for (const socket of hub.sockets) if (!socket.hasChannels) socket.cut();
  }, all.sweepInterval).unref();

  faults.attach({
    cut: () => each((socket) => socket.cut()),
    close: (code) => each((socket) => socket.close(code)),
    disconnect: () => each((socket) => socket.disconnect()),
    endChannels: (message) => sum((socket) => socket.endChannels(message)),
    crashChannels: () => sum((socket) => socket.crashChannels()),
  });

  function each(act: (socket: RealtimeSocket) => void): number {
    const all = [...hub.sockets];
    for (const socket of all) act(socket);
    return all.length;
  }

  function sum(act: (socket: RealtimeSocket) => number): number {
    return [...hub.sockets].reduce((count, socket) => count + act(socket), 0);
  }

  return {
    upgrade: async (request, socket, head) => {
      const opening = await door.admit(request, socket);
      if (!opening) return;
      webSockets.handleUpgrade(request, socket, head, (connection) => {
        const client = new RealtimeSocket(connection, server, opening);
        hub.sockets.add(client);
        connection.on('close', () => hub.sockets.delete(client));
      });
    },
    broadcast: createBroadcastApi(server),
    close: async () => {
      door.close();
      clearInterval(janitor);
      clearInterval(sweep);
      for (const client of webSockets.clients) client.terminate();
      await stopFeed();
    },
  };
}
