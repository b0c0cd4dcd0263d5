import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleaned, describeProblem } from './realtime-payload.ts';
import type { Opening, SocketServer } from './realtime-socket.ts';

/** Where connections are let in, or refused before there is any WebSocket. */
export interface Door {
  /** Who is let in; null after the refusal has been answered. */
  admit(request: IncomingMessage, socket: Duplex): Promise<Opening | null>;
  close(): void;
}

interface Refusal {
  readonly status: number;
  readonly error: string | null;
}

/** What the platform says of these itself; any other status comes from something in front of it. */
const REFUSALS = new Map([
  [403, 'Realtime was disabled for this tenant'],
  [404, 'Tenant not found'],
  [429, 'Too many connected users'],
  [500, 'Error connecting to Realtime'],
]);

export function createDoor(server: SocketServer, errorDelay: number): Door {
  const closed = new AbortController();

  /** Only the version that our clients speak. The platform takes 1.0.0, too, and takes none for that. */
  async function judge(request: IncomingMessage): Promise<Opening | Refusal> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/realtime/v1/websocket') return { status: 404, error: null };
    if (searchParams.get('vsn') !== '2.0.0') return { status: 403, error: null };
    const ordered = server.faults.refuseSockets;
    if (ordered !== null) return { status: ordered, error: REFUSALS.get(ordered) ?? null };
    const header = request.headers['x-api-key'];
    const key = typeof header === 'string' ? header : searchParams.get('apikey');
    if (key === null) return { status: 401, error: 'API key is missing' };
    const token = cleaned(key);
    const known = await server.keys.claimsOf(token);
    const verified = known ? { ok: true as const, claims: known } : await server.keys.verify(token);
    if (!verified.ok) {
      const { problem } = verified;
      return {
        status: 401,
        error: problem.kind === 'expired' ? 'Token has expired' : describeProblem(problem),
      };
    }
    if (server.connectedUsers() >= server.limits.sockets) {
      return { status: 429, error: 'Too many connected users' };
    }
    if (server.joins.exceeded) return { status: 429, error: 'Too many joins per second' };
    return { token, claims: verified.claims, headers: extraHeaders(request) };
  }

  return {
    admit: async (request, socket) => {
      socket.on('error', () => socket.destroy());
      const judged = await judge(request);
      if ('status' in judged) {
        if (judged.error !== null) {
          await sleep(errorDelay, undefined, { signal: closed.signal }).catch(() => {});
        }
        refuse(socket, judged);
        return null;
      }
      if (!closed.signal.aborted) return judged;
      socket.destroy();
      return null;
    },
    close: () => closed.abort(),
  };
}

function refuse(socket: Duplex, { status, error }: Refusal): void {
  const body = error === null ? '' : JSON.stringify({ error });
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
