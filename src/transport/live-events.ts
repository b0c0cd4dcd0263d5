import type { ChatSession } from '../core/model.ts';
import type { LiveEvent, Typist } from '../core/ports.ts';
import { anyText, exactly, maybe, maybeText, object, text } from './parse.ts';
import { parseMessage } from './rows.ts';

/** A broadcast as the core knows it; null for one of a newer server, which is no reason to stop listening. */
export function parseLiveEvent<S extends ChatSession>(
  event: string,
  payload: unknown,
  parseSession: (value: unknown, where: string) => S,
): LiveEvent<S> | null {
  if (event === 'resync') return { type: 'resync' };
  const row = object(payload, event);
  switch (event) {
    case 'message':
      return {
        type: 'message',
        session: parseSession(row.session, 'message.session'),
        message: parseMessage(row.message, 'message.message'),
      };
    case 'session':
    case 'read':
      return { type: 'session', session: parseSession(row.session, `${event}.session`) };
    case 'typing':
      return {
        type: 'typing',
        sessionId: text(row.session_id, 'typing.session_id'),
        by: exactly(row.by, 'typing.by', ['visitor', 'agent']),
        person: maybe(row.person, 'typing.person', parseTypist),
      };
    default:
      return null;
  }
}

function parseTypist(value: unknown, where: string): NonNullable<Typist> {
  const row = object(value, where);
  return { id: maybeText(row.id, `${where}.id`), name: anyText(row.name, `${where}.name`) };
}
