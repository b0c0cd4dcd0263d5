// What a message list shows, line by line: messages in groups, with separators between them.
import type { TimelineMessage } from '../core/model.ts';
import { daysBetween } from '../i18n/format.ts';

export type Side = 'visitor' | 'agent';

export type ListItem =
  | { readonly type: 'day'; readonly key: string; readonly at: string }
  | { readonly type: 'unread'; readonly key: string }
  | { readonly type: 'event'; readonly key: string; readonly message: TimelineMessage }
  | {
      readonly type: 'message';
      readonly key: string;
      readonly message: TimelineMessage;
      /** Written by the reader's side, and so on the end side. */
      readonly own: boolean;
      /** First and last of consecutive messages of one sender. */
      readonly first: boolean;
      readonly last: boolean;
      /** The newest of the reader's own, under which delivery is shown. */
      readonly newestOwn: boolean;
    };

/** Messages of one sender closer than this belong together. */
const GROUP_MS = 2 * 60_000;

export function isOwn(message: TimelineMessage, side: Side): boolean {
  return (message.senderType === 'customer') === (side === 'visitor');
}

/** The same message keeps its key when the server's copy replaces the optimistic one. */
export function keyOf(message: TimelineMessage): string {
  return message.clientId || message.id;
}

export function listItems(
  messages: readonly TimelineMessage[],
  side: Side,
  lastReadSeq: number | null = null,
): ListItem[] {
  const items: ListItem[] = [];
  const newestOwn = messages.findLast((message) => message.kind === 'text' && isOwn(message, side));
  let divided = lastReadSeq === null;
  let previous: TimelineMessage | null = null;
  for (const [index, message] of messages.entries()) {
    const key = keyOf(message);
    const newDay = !previous || isAnotherDay(previous, message);
    if (newDay) items.push({ type: 'day', key: `day ${key}`, at: message.createdAt });
    const isNew = !divided && isUnread(message, side, lastReadSeq ?? 0);
    if (isNew) {
      items.push({ type: 'unread', key: 'unread' });
      divided = true;
    }
    if (message.kind === 'event') items.push({ type: 'event', key, message });
    else {
      const next = messages[index + 1];
      items.push({
        type: 'message',
        key,
        message,
        own: isOwn(message, side),
        first: newDay || isNew || !previous || !belongTogether(previous, message),
        last:
          !next ||
          !belongTogether(message, next) ||
          isAnotherDay(message, next) ||
          (!divided && isUnread(next, side, lastReadSeq ?? 0)),
        newestOwn: message === newestOwn,
      });
    }
    previous = message;
  }
  return items;
}

function isUnread(message: TimelineMessage, side: Side, lastReadSeq: number): boolean {
  return (
    message.status === 'sent' && message.kind === 'text' && message.seq > lastReadSeq && !isOwn(message, side)
  );
}

function isAnotherDay(a: TimelineMessage, b: TimelineMessage): boolean {
  return daysBetween(a.createdAt, b.createdAt) !== 0;
}

function speaker({ kind, senderType, sender }: TimelineMessage): string {
  return [kind, senderType, sender?.id, sender?.name].join();
}

function belongTogether(a: TimelineMessage, b: TimelineMessage): boolean {
  return (
    a.kind !== 'event' &&
    speaker(a) === speaker(b) &&
    Math.abs(Date.parse(b.createdAt) - Date.parse(a.createdAt)) < GROUP_MS
  );
}
