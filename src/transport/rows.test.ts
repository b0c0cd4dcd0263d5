import { expect, test } from 'vitest';
import { parseDeskSession } from './desk-rows.ts';
import { parseLiveEvent } from './live-events.ts';
import { parseMessage, parseSession, parseSettings, parseSlices } from './rows.ts';

const messageRow = {
  id: 'm1',
  session_id: 's1',
  seq: 1,
  client_id: null,
  sender_type: 'agent',
  sender: { id: null, name: 'Ada', avatar: null },
  kind: 'text',
  content: 'Hello',
  event: null,
  created_at: '2026-11-23T09:00:00Z',
};

const sessionRow = {
  id: 's1',
  client_id: 'c1',
  status: 'open',
  rev: 3,
  last_seq: 2,
  read_seq: 1,
  seen_seq: 2,
  unread: 1,
  agent: null,
  preview: 'Hello',
  last_message_at: '2026-11-23T09:00:00Z',
  rating: null,
  created_at: '2026-11-23T09:00:00Z',
  closed_at: null,
};

test('a message row becomes a message', () => {
  expect(parseMessage(messageRow)).toEqual({
    id: 'm1',
    sessionId: 's1',
    seq: 1,
    clientId: null,
    senderType: 'agent',
    sender: { id: null, name: 'Ada', avatar: null },
    kind: 'text',
    content: 'Hello',
    event: null,
    createdAt: '2026-11-23T09:00:00Z',
  });
});

test('a session row becomes a session', () => {
  expect(parseSession(sessionRow)).toMatchObject({ id: 's1', clientId: 'c1', lastSeq: 2, seenSeq: 2 });
});

test('columns a newer server adds are no reason to fail', () => {
  expect(parseSession({ ...sessionRow, mood: 'sunny' })).not.toHaveProperty('mood');
  expect(parseMessage({ ...messageRow, kind: 'file' }).kind).toBe('text');
  const event = { type: 'renamed', actor: { kind: 'robot', name: null }, agent: null };
  expect(parseMessage({ ...messageRow, event }).event).toMatchObject({ type: '', actor: { kind: 'system' } });
  expect(parseMessage({ ...messageRow, sender_type: 'ghost' }).senderType).toBe('system');
});

test.each([
  [null, /message is null, not an object/],
  [{ ...messageRow, seq: '1' }, /message\.seq is string, not number/],
  [{ ...messageRow, seq: Number.NaN }, /message\.seq is number, not number/],
  [{ ...messageRow, content: 7 }, /message\.content is number, not string/],
  [{ ...messageRow, sender_type: null }, /message\.sender_type/],
  [{ ...messageRow, sender: [] }, /message\.sender is a list, not an object/],
])('a wrong row %# is named', (row, message) => {
  expect(() => parseMessage(row)).toThrow(
    expect.objectContaining({ code: 'unknown', message: expect.stringMatching(message) }),
  );
});

test('messages of a slice come in order', () => {
  const [slice] = parseSlices(
    [{ session: sessionRow, messages: [{ ...messageRow, seq: 2 }, messageRow] }],
    parseSession,
  );
  expect(slice?.messages.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('a desk session needs its visitor', () => {
  expect(() => parseDeskSession(sessionRow)).toThrow(/session\.visitor/);
});

test('settings without a limit are refused', () => {
  const settings = { team_name: 'Team', greeting: '', away_text: '', suggested_questions: [] };
  expect(() => parseSettings(settings)).toThrow(/settings\.max_length/);
});

test('broadcasts become events, unknown ones nothing', () => {
  expect(parseLiveEvent('resync', { id: 'x' }, parseSession)).toEqual({ type: 'resync' });
  expect(
    parseLiveEvent('message', { id: 'x', session: sessionRow, message: messageRow }, parseSession),
  ).toMatchObject({ type: 'message', message: { seq: 1 } });
  expect(parseLiveEvent('read', { session: sessionRow }, parseSession)).toMatchObject({ type: 'session' });
  expect(
    parseLiveEvent(
      'typing',
      { session_id: 's1', by: 'agent', person: { id: null, name: 'Ada' } },
      parseSession,
    ),
  ).toEqual({ type: 'typing', sessionId: 's1', by: 'agent', person: { id: null, name: 'Ada' } });
  expect(parseLiveEvent('party', {}, parseSession)).toBeNull();
});
