/** One message of a client, as protocol 2.0.0 frames it. */
export interface Push {
  /** References are echoed as they came, whatever they are. */
  readonly joinRef: unknown;
  readonly ref: unknown;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
  /** What a broadcast in a binary frame carries; its `payload` is null. */
  readonly binary: UserBroadcast | null;
}

/** A broadcast as its sender named it: text is JSON and passed on as it is, anything else is bytes. */
export interface UserBroadcast {
  readonly event: string;
  readonly payload: string | Buffer;
}

const USER_PUSH = 3;
const USER_BROADCAST = 4;
const LONGEST_NAME = 255;

/** Reads a frame, or gives null for what is none; the platform's process dies of those. */
export function readFrame(data: Buffer, isBinary: boolean): Push | null {
  if (isBinary) return readBinary(data);
  let parts: unknown;
  try {
    parts = JSON.parse(data.toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length < 5) return null;
  const [joinRef, ref, topic, event, payload] = parts as unknown[];
  if (typeof topic !== 'string' || typeof event !== 'string') return null;
  return { joinRef, ref, topic, event, payload, binary: null };
}

/** Kind 3, a client's broadcast. Its metadata, the fifth of its strings, decides nothing. */
function readBinary(data: Buffer): Push | null {
  if (data.length < 7 || data[0] !== USER_PUSH) return null;
  let offset = 7;
  const fields = [1, 2, 3, 4, 5].map((place) => {
    const start = offset;
    offset += data[place] ?? 0;
    return data.toString('utf8', start, offset);
  });
  if (offset > data.length) return null;
  const [joinRef = '', ref = '', topic = '', event = ''] = fields;
  const bytes = data.subarray(offset);
  const payload = data[6] === 0 ? bytes : bytes.toString('utf8');
  return { joinRef, ref, topic, event: 'broadcast', payload: null, binary: { event, payload } };
}

export function textFrame(
  joinRef: unknown,
  ref: unknown,
  topic: string,
  event: string,
  payload: unknown,
): string {
  return JSON.stringify([joinRef, ref, topic, event, payload]);
}

/** Kind 4, a broadcast to subscribers; null when a name is longer than its length byte can say. */
export function broadcastFrame(
  topic: string,
  event: string,
  payload: string | Buffer,
  id: string | null,
  replayed = false,
): Buffer | null {
  const metadata = id === null ? '' : JSON.stringify({ ...(replayed && { replayed }), id });
  const strings = [topic, event, metadata].map((text) => Buffer.from(text, 'utf8'));
  if (strings.some((text) => text.length > LONGEST_NAME)) return null;
  return Buffer.concat([
    Buffer.from([USER_BROADCAST, ...strings.map((text) => text.length), typeof payload === 'string' ? 1 : 0]),
    ...strings,
    typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload,
  ]);
}
