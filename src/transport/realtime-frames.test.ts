import { expect, test } from 'vitest';
import { broadcastFrame } from '../../demo/backend/realtime-frames.ts';
import { readFrame, writeFrame } from './realtime-frames.ts';

const TOPIC = 'realtime:support-chat:abc';

/** As the server sends it. */
function binary(topic: string, event: string, payload: string, id = 'm1'): ArrayBuffer {
  const frame = broadcastFrame(topic, event, payload, id);
  return frame!.buffer.slice(frame!.byteOffset, frame!.byteOffset + frame!.length) as ArrayBuffer;
}

test('a frame is an array of five', () => {
  expect(JSON.parse(writeFrame('1', '2', TOPIC, 'phx_join', { config: {} }))).toEqual([
    '1',
    '2',
    TOPIC,
    'phx_join',
    { config: {} },
  ]);
});

test('a text frame is read', () => {
  const payload = { status: 'ok', response: {} };
  expect(readFrame(JSON.stringify(['1', '2', TOPIC, 'phx_reply', payload]))).toEqual({
    ref: '2',
    topic: TOPIC,
    event: 'phx_reply',
    payload,
  });
});

test.each([
  ['plain', 'message', { text: 'hello' }],
  ['names beyond ASCII', 'schön', { text: '👋 é' }],
  ['an empty event', '', {}],
  ['lengths of 255', 'e'.repeat(255), { text: 'x'.repeat(100_000) }],
  ['no object', 'message', ['a', 1, null]],
])('a broadcast from the database is read: %s', (_what, event, payload) => {
  const topic = `realtime:room:${'ü'.repeat(100)}`;
  expect(readFrame(binary(topic, event, JSON.stringify(payload)))).toEqual({
    ref: null,
    topic,
    event: 'broadcast',
    payload: { event, payload },
  });
});

test('a broadcast without metadata is read', () => {
  const bytes = new TextEncoder().encode('\u0004\u0001\u0002\u0000\u0001tev{"a":1}');
  expect(readFrame(bytes.buffer)).toMatchObject({ topic: 't', payload: { event: 'ev', payload: { a: 1 } } });
});

test('that a broadcast came is known where its data cannot be read', () => {
  expect(readFrame(binary(TOPIC, 'message', '{"half":'))?.payload).toEqual({ event: 'message' });
  const bytes = new Uint8Array(binary(TOPIC, 'message', '{}'));
  bytes[4] = 0;
  expect(readFrame(bytes.buffer)?.payload).toEqual({ event: 'message' });
});

test.each([
  ['nothing', ''],
  ['no JSON', '<html>'],
  ['no array', '{"topic":"x"}'],
  ['null', 'null'],
  ['too short', '["1","2"]'],
  ['a topic that is no text', '["1","2",7,"phx_reply",{}]'],
  ['an event that is no text', '["1","2","t",{},{}]'],
  ['no bytes', new ArrayBuffer(0)],
  ['another kind', new Uint8Array([2, 0, 0, 0, 1, 123, 125]).buffer],
  ['lengths beyond the end', new Uint8Array([4, 200, 200, 200, 1, 65]).buffer],
])('%s is no frame', (_what, data) => {
  expect(readFrame(data)).toBeNull();
});

test('a ref that is no text is none', () => {
  expect(readFrame(`[1,${'9'.repeat(400)},"t","phx_reply",{}]`)?.ref).toBeNull();
});

test('a frame that was cut off is no frame, or its data is unknown', () => {
  const whole = new Uint8Array(binary(TOPIC, 'message', '{"a":"é"}'));
  for (let length = 0; length < whole.length; length += 1) {
    const frame = readFrame(whole.slice(0, length).buffer);
    if (frame) expect(frame.payload).toEqual({ event: 'message' });
  }
});

test('no bytes whatever make it throw', () => {
  let seed = 7;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  for (let round = 0; round < 5_000; round += 1) {
    const bytes = Uint8Array.from({ length: next() % 40 }, () => next());
    bytes[0] = 4;
    readFrame(bytes.buffer);
    readFrame(String.fromCharCode(...bytes));
  }
});
