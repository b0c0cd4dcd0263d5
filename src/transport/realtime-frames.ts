// Frames of Supabase Realtime, protocol 2.0.0. A client writes JSON arrays; a server answers with the same, but
// sends broadcasts from the database as binary frames of kind 4. Both are as in `@supabase/realtime-js`
// (lib/serializer.ts) and in the server's `V2Serializer`; the rest of the protocol is that of Phoenix channels.
import { parseJson } from '../core/json.ts';

/** What topics begin with on the wire. */
export const TOPIC_PREFIX = 'realtime:';

export interface Frame {
  readonly ref: string | null;
  readonly topic: string;
  /** `broadcast` for broadcasts of either kind; their own event and payload are in the payload. */
  readonly event: string;
  readonly payload: unknown;
}

const USER_BROADCAST = 4;
const JSON_ENCODING = 1;
/** Kind, lengths of topic, event and metadata, encoding. */
const HEADER = 5;

export function writeFrame(
  joinRef: string | null,
  ref: string,
  topic: string,
  event: string,
  payload: object,
): string {
  return JSON.stringify([joinRef, ref, topic, event, payload]);
}

/** Null for what is no frame, or none this protocol knows. */
export function readFrame(data: string | ArrayBuffer): Frame | null {
  return typeof data === 'string' ? readText(data) : readBroadcast(new Uint8Array(data));
}

function readText(data: string): Frame | null {
  const parts = parseJson(data);
  if (!Array.isArray(parts)) return null;
  const [, ref, topic, event, payload] = parts as unknown[];
  if (typeof topic !== 'string' || typeof event !== 'string') return null;
  return { ref: typeof ref === 'string' ? ref : null, topic, event, payload };
}

function readBroadcast(bytes: Uint8Array): Frame | null {
  const [kind, topicLength = 0, eventLength = 0, metadataLength = 0, encoding] = bytes;
  const eventStart = HEADER + topicLength;
  const metadataStart = eventStart + eventLength;
  const payloadStart = metadataStart + metadataLength;
  if (kind !== USER_BROADCAST || bytes.length < payloadStart) return null;
  const decoder = new TextDecoder();
  const text = (start: number, end?: number) => decoder.decode(bytes.subarray(start, end));
  // Data that cannot be read stays undefined: that something came is worth knowing, too.
  const payload = {
    event: text(eventStart, metadataStart),
    payload: encoding === JSON_ENCODING ? parseJson(text(payloadStart)) : undefined,
  };
  return { ref: null, topic: text(HEADER, eventStart), event: 'broadcast', payload };
}
