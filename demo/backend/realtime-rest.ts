import { allowCors, json, preflight } from './gateway.ts';
import type { Claims } from './keys.ts';
import { mayBroadcast } from './realtime-authorize.ts';
import { broadcastFrame, textFrame } from './realtime-frames.ts';
import { asRecord, cleaned, TOPIC_PREFIX } from './realtime-payload.ts';
import type { SocketServer } from './realtime-socket.ts';

interface Message {
  readonly topic: string;
  readonly event: string;
  readonly payload: Record<string, unknown>;
  readonly isPrivate: boolean;
}

type Fields = Record<string, unknown>;

const ONE = /^\/realtime\/v1\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/;
const UNSUPPORTED = 'Unsupported Media Type. Use application/json or application/octet-stream';

/**
 * Broadcasts over HTTP: many at once, of which those that the caller may not send are left out without a
 * word, or a single one, which is refused then. Topics come without the prefix of the wire.
 */
export function createBroadcastApi(server: SocketServer): (request: Request) => Promise<Response> {
  const { hub, keys, database, limits } = server;

  async function route(request: Request): Promise<Response> {
    if (request.method === 'OPTIONS') return preflight(request);
    const { pathname, searchParams } = new URL(request.url);
    const [, topic, event] = ONE.exec(pathname) ?? [];
    const isBatch = pathname === '/realtime/v1/api/broadcast';
    if (request.method !== 'POST' || (!isBatch && (!topic || !event))) {
      return json(404, { message: 'no Route matched with those values' });
    }
    const claims = await callerOf(request);
    if (!claims) return json(401, { message: 'Unauthorized' });
    if (isBatch) return many(request, claims);
    const names = decoded(topic ?? '', event ?? '');
    if (!names) return json(400, { message: 'Bad Request' });
    return one(request, claims, { ...names, isPrivate: searchParams.get('private') === 'true' });
  }

  async function many(request: Request, claims: Claims): Promise<Response> {
    const { messages, errors } = readBatch(asRecord(await request.json().catch(() => null)));
    if (errors) return json(422, { errors });
    if (hub.events.exceeded) return json(429, { message: 'You have exceeded your rate limit' });
    if (hub.events.exceededBy(messages.length)) {
      return json(429, { message: 'Too many messages to broadcast, please reduce the batch size' });
    }
    for (const message of messages) {
      const { topic, event, payload, isPrivate } = message;
      if (isPrivate && !(await may(topic, claims, request))) continue;
      const wireTopic = TOPIC_PREFIX + topic;
      const frame = textFrame(null, null, wireTopic, 'broadcast', { payload, event, type: 'broadcast' });
      if (Buffer.byteLength(frame) > limits.payloadBytes) continue;
      hub.publish({ topic: wireTopic, isPrivate, id: null, frame });
    }
    return new Response(null, { status: 202 });
  }

  async function one(
    request: Request,
    claims: Claims,
    { topic, event, isPrivate }: Omit<Message, 'payload'>,
  ): Promise<Response> {
    const type = request.headers.get('content-type') ?? 'application/json';
    const isJson = type.startsWith('application/json');
    if (!isJson && !type.startsWith('application/octet-stream')) return json(415, { error: UNSUPPORTED });
    const body = Buffer.from(await request.arrayBuffer());
    if (body.length > limits.payloadBytes) {
      return json(422, { errors: { payload: ['Payload size exceeds tenant limit'] } });
    }
    if (hub.events.exceeded) return json(429, { message: 'You have exceeded your rate limit' });
    if (isPrivate && !(await may(topic, claims, request))) return json(403, { message: 'Unauthorized' });
    const wireTopic = TOPIC_PREFIX + topic;
    const frame = broadcastFrame(wireTopic, event, isJson ? body.toString('utf8') : body, null);
    if (frame) hub.publish({ topic: wireTopic, isPrivate, id: null, frame });
    return new Response(null, { status: 202 });
  }

  async function callerOf(request: Request): Promise<Claims | null> {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const token = cleaned(bearer ?? request.headers.get('apikey') ?? '');
    const known = await keys.claimsOf(token);
    if (known) return known;
    const verified = await keys.verify(token);
    return verified.ok ? verified.claims : null;
  }

  /** Here policies see every header of the request. */
  async function may(topic: string, claims: Claims, request: Request): Promise<boolean> {
    const headers = Object.fromEntries(request.headers);
    return (await mayBroadcast(database, { topic, claims, headers })) === true;
  }

  return async (request) => allowCors(await route(request));
}

function decoded(topic: string, event: string): { topic: string; event: string } | null {
  try {
    return { topic: decodeURIComponent(topic), event: decodeURIComponent(event) };
  } catch {
    return null;
  }
}

function readBatch(body: Fields): { messages: Message[]; errors: Fields | null } {
  if (!('messages' in body)) return { messages: [], errors: { messages: ["can't be blank"] } };
  if (!Array.isArray(body.messages)) return { messages: [], errors: { messages: ['is invalid'] } };
  const messages: Message[] = [];
  const errors = body.messages.map((value) => {
    const { topic, event, payload, private: isPrivate } = asRecord(value);
    const found = {
      ...problemOf('topic', topic, typeof topic === 'string'),
      ...problemOf('event', event, typeof event === 'string'),
      ...problemOf('payload', payload, asRecord(payload) === payload),
    };
    messages.push({
      topic: String(topic),
      event: String(event),
      payload: asRecord(payload),
      isPrivate: isPrivate === true || isPrivate === 'true',
    });
    return found;
  });
  const isFine = errors.every((found) => Object.keys(found).length === 0);
  return { messages, errors: isFine ? null : { messages: errors } };
}

function problemOf(name: string, value: unknown, fits: boolean): Fields {
  if (value === undefined || value === null || value === '') return { [name]: ["can't be blank"] };
  return fits ? {} : { [name]: ['is invalid'] };
}
