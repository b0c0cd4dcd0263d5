// The messages of one session as far as they are known for sure: a window without gaps, whatever order, number
// of times or holes they arrive in. Pure values; every function returns the same object where nothing changes.
import type { ChatMessage, TimelineMessage } from './model.ts';

export interface Timeline {
  /** `seq` before the first message held; 0 when the beginning is held. */
  readonly base: number;
  /** `base + 1`, `base + 2` … without gaps. */
  readonly messages: readonly ChatMessage[];
  /** Arrived too early: something before them is missing. Ascending. */
  readonly waiting: readonly ChatMessage[];
}

/** A timeline that starts with a page of history, oldest first. */
export function startTimeline(page: readonly ChatMessage[]): Timeline {
  const base = page.length === 0 ? 0 : Math.min(...page.map((message) => message.seq)) - 1;
  return receive({ base, messages: [], waiting: [] }, page).timeline;
}

/** `seq` of the newest message without a gap before it. */
export function lastSeq(timeline: Timeline): number {
  return timeline.base + timeline.messages.length;
}

export function hasEarlier(timeline: Timeline): boolean {
  return timeline.base > 0;
}

/** Whether messages are known to exist that are not held. */
export function isBehind(timeline: Timeline, newestSeq: number): boolean {
  return timeline.waiting.length > 0 || lastSeq(timeline) < newestSeq;
}

export interface Received {
  readonly timeline: Timeline;
  /** What became part of the window by it, in order. */
  readonly fresh: readonly ChatMessage[];
}

/** Adds messages at the end: the next ones and those that waited for them apply, old ones are duplicates, others wait. */
export function receive(timeline: Timeline, incoming: readonly ChatMessage[]): Received {
  const last = lastSeq(timeline);
  const ahead = new Map(timeline.waiting.map((message) => [message.seq, message]));
  const known = ahead.size;
  for (const message of incoming) if (message.seq > last) ahead.set(message.seq, message);
  if (ahead.size === known) return { timeline, fresh: [] };

  const fresh: ChatMessage[] = [];
  for (let next = ahead.get(last + 1); next; next = ahead.get(last + fresh.length + 1)) {
    fresh.push(next);
    ahead.delete(next.seq);
  }
  const waiting = [...ahead.values()].sort((a, b) => a.seq - b.seq);
  return { timeline: { ...timeline, messages: [...timeline.messages, ...fresh], waiting }, fresh };
}

/**
 * Brings in the newest page of a session. Where it does not touch what is held, the window starts anew with it:
 * the messages between are fetched when somebody scrolls there.
 */
export function refresh(timeline: Timeline, page: readonly ChatMessage[]): Received {
  const first = page[0];
  if (first === undefined || first.seq <= lastSeq(timeline) + 1) return receive(timeline, page);
  const ahead = timeline.waiting.filter((message) => message.seq > first.seq);
  const restarted = receive(startTimeline(page), ahead).timeline;
  const seen = lastSeq(timeline);
  return { timeline: restarted, fresh: restarted.messages.filter((message) => message.seq > seen) };
}

/** Adds an earlier page, oldest first, as far as it joins what is held. */
export function prepend(timeline: Timeline, page: readonly ChatMessage[]): Timeline {
  const bySeq = new Map(page.map((message) => [message.seq, message]));
  const earlier: ChatMessage[] = [];
  for (let next = bySeq.get(timeline.base); next; next = bySeq.get(timeline.base - earlier.length)) {
    earlier.unshift(next);
  }
  if (earlier.length === 0) return timeline;
  return {
    ...timeline,
    base: timeline.base - earlier.length,
    messages: [...earlier, ...timeline.messages],
  };
}

/** What a list shows: the window, then the unsent messages whose row has not arrived yet. */
export function withUnsent(
  timeline: Timeline | null,
  unsent: readonly TimelineMessage[],
): readonly TimelineMessage[] {
  const messages = timeline?.messages ?? [];
  const arrived = new Set(messages.map((message) => message.clientId));
  return [
    ...messages.map((message): TimelineMessage => ({ ...message, status: 'sent', error: null })),
    ...unsent.filter((message) => !arrived.has(message.clientId)),
  ];
}
