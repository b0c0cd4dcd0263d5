import { describe, expect, it } from 'vitest';
import type { TimelineMessage } from '../core/model.ts';
import { type ListItem, listItems, type Side } from './timeline-items.ts';

let seq = 0;
function message(
  senderType: TimelineMessage['senderType'],
  at: string,
  patch: Partial<TimelineMessage> = {},
) {
  seq++;
  return {
    id: `m${seq}`,
    sessionId: 's',
    seq,
    clientId: null,
    senderType,
    sender: null,
    kind: 'text',
    content: 'Hello',
    event: null,
    createdAt: new Date(at).toISOString(),
    status: 'sent',
    error: null,
    ...patch,
  } as TimelineMessage;
}

/** `o[` is one's own first, `t]` the other side's last, and so on. */
function sketch(items: readonly ListItem[]): string {
  return items
    .map((item) =>
      item.type === 'message'
        ? `${item.first ? '[' : ''}${item.own ? 'o' : 't'}${item.last ? ']' : ''}`
        : item.type,
    )
    .join(' ');
}

const noon = (minutes: number) => new Date(2026, 10, 23, 12, minutes).toISOString();

describe('listItems', () => {
  it('groups messages of one sender that are close in time', () => {
    const messages = [
      message('customer', noon(0)),
      message('customer', noon(1)),
      message('customer', noon(9)),
      message('agent', noon(9)),
    ];
    expect(sketch(listItems(messages, 'visitor'))).toBe('day [o o] [o] [t]');
  });

  it('separates agents, notes and replies', () => {
    const sam = { id: '1', name: 'Sam', avatar: null };
    const kim = { id: '2', name: 'Kim', avatar: null };
    const messages = [
      message('agent', noon(0), { sender: sam }),
      message('agent', noon(0), { sender: kim }),
      message('agent', noon(0), { sender: kim, kind: 'note' }),
    ];
    expect(sketch(listItems(messages, 'agent'))).toBe('day [o] [o] [o]');
  });

  it('puts a line between days and ends the group there', () => {
    const messages = [
      message('customer', new Date(2026, 10, 22, 23, 59).toISOString()),
      message('customer', new Date(2026, 10, 23, 0, 0).toISOString()),
    ];
    expect(sketch(listItems(messages, 'visitor'))).toBe('day [o] day [o]');
  });

  it('puts one divider before the first unread message of the other side', () => {
    const read = message('customer', noon(0));
    const messages = [
      read,
      message('agent', noon(1)),
      message('customer', noon(1)),
      message('customer', noon(1)),
    ];
    expect(sketch(listItems(messages, 'agent', read.seq))).toBe('day [t] [o] unread [t t]');
    expect(sketch(listItems(messages, 'agent', null))).not.toContain('unread');
  });

  it('marks the newest own text for delivery, whoever spoke last', () => {
    const messages = [message('customer', noon(0)), message('customer', noon(1)), message('agent', noon(2))];
    const newest = (side: Side) =>
      listItems(messages, side).flatMap((item) =>
        item.type === 'message' && item.newestOwn ? [item.message.id] : [],
      );
    expect(newest('visitor')).toEqual([messages[1]!.id]);
    expect(newest('agent')).toEqual([messages[2]!.id]);
  });

  it('keeps the key when the server’s copy replaces the optimistic message', () => {
    const sending = message('customer', noon(0), { id: 'c1', clientId: 'c1', status: 'sending' });
    const sent = message('customer', noon(0), { id: 'uuid', clientId: 'c1' });
    const keys = (m: TimelineMessage) => listItems([m], 'visitor').map((item) => item.key);
    expect(keys(sending)).toEqual(keys(sent));
  });
});
