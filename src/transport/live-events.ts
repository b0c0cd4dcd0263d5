import type { ChatSession } from '../core/model.ts';
import type { LiveEvent } from '../core/ports.ts';
import { object } from './read.ts';
import { parseMessage, read } from './rows.ts';

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
        sessionId: read('uuid', row.session_id, 'typing.session_id'),
        by: read('visitor|agent', row.by, 'typing.by'),
        person: read('named?', row.person, 'typing.person'),
      };
    default:
      return null;
  }
}
