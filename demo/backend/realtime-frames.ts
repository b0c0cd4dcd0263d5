/** One message of a client, as protocol 2.0.0 frames it. */
export interface Push {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

const USER_PUSH = 3;
const USER_BROADCAST = 4;
const JSON_ENCODING = 1;

/** Reads a frame, or gives null for what is none; the platform's process dies of those. */
export function readFrame(data: Buffer, isBinary: boolean): Push | null {
  if (isBinary) return readBinary(data);
  let parts: unknown;
  try {
    parts = JSON.parse(data.toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 5) return null;
  const [joinRef, ref, topic, event, payload] = parts as unknown[];
  if (typeof topic !== 'string' || typeof event !== 'string') return null;
  return {
    joinRef: typeof joinRef === 'string' ? joinRef : null,
    ref: typeof ref === 'string' ? ref : null,
    topic,
    event,
    payload,
  };
}

/** Kind 3, a client's broadcast. Nobody may send one here, so its payload is not looked at. */
function readBinary(data: Buffer): Push | null {
  if (data.length < 7 || data[0] !== USER_PUSH) return null;
  let offset = 7;
  const fields = [1, 2, 3, 4].map((place) => {
    const length = data[place] ?? 0;
    const text = data.toString('utf8', offset, offset + length);
    offset += length;
    return text;
  });
  const [joinRef = '', ref = '', topic = ''] = fields;
  if (offset > data.length) return null;
  return { joinRef: joinRef || null, ref: ref || null, topic, event: 'broadcast', payload: null };
}

export function textFrame(
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: unknown,
): string {
  return JSON.stringify([joinRef, ref, topic, event, payload]);
}

/** Kind 4, a broadcast to subscribers; null when a name is longer than its length byte can say. */
export function broadcastFrame(topic: string, event: string, payload: string, id: string): Buffer | null {
  const strings = [topic, event, JSON.stringify({ id })].map((text) => Buffer.from(text, 'utf8'));
  if (strings.some((text) => text.length > 255)) return null;
  return Buffer.concat([
    Buffer.from([USER_BROADCAST, ...strings.map((text) => text.length), JSON_ENCODING]),
    ...strings,
    Buffer.from(payload, 'utf8'),
  ]);
}
