import type { Person, TimelineMessage } from './model.ts';
import type { Unsent } from './outbox.ts';

/** An unsent message as a list shows it, until its row arrives. */
export function toTimelineMessage(unsent: Unsent, sender: Person | null): TimelineMessage {
  return {
    id: unsent.clientId,
    sessionId: unsent.conversation,
    seq: 0,
    clientId: unsent.clientId,
    senderType: sender ? 'agent' : 'customer',
    sender,
    kind: unsent.kind,
    content: unsent.content,
    event: null,
    createdAt: unsent.createdAt,
    status: unsent.status,
    error: unsent.error,
  };
}
