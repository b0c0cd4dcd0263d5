// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import type { TimelineMessage } from '../core/model.ts';
import { define } from './define.ts';
import { MessageList } from './message-list.ts';

define('support-message-list', MessageList);

afterEach(() => document.body.replaceChildren());

let seq = 0;
function message(content: string, patch: Partial<TimelineMessage> = {}): TimelineMessage {
  seq++;
  return {
    id: `m${seq}`,
    sessionId: 's',
    seq,
    clientId: `c${seq}`,
    senderType: 'customer',
    sender: null,
    kind: 'text',
    content,
    event: null,
    createdAt: '2026-11-23T12:00:00.000Z',
    status: 'sent',
    error: null,
    ...patch,
  };
}

const sam = { id: null, name: 'Sam', avatar: null };
const fromSam = (content: string) => message(content, { senderType: 'agent', sender: sam, clientId: null });

async function list(patch: Partial<MessageList> = {}) {
  const element = Object.assign(document.createElement('support-message-list'), patch);
  const events: [string, unknown][] = [];
  for (const type of ['retry', 'discard', 'earlier', 'read'])
    element.addEventListener(type, (event) => events.push([type, (event as CustomEvent).detail]));
  document.body.append(element);
  await element.updateComplete;
  const root = element.renderRoot;
  return {
    element,
    root,
    events,
    texts: () => [...root.querySelectorAll('.bubble')].map((bubble) => bubble.textContent),
    log: () => root.querySelector('[role=log]')!,
    announced: () => root.querySelector('[role=status]')!.textContent,
    async set(next: Partial<MessageList>) {
      Object.assign(element, next);
      await element.updateComplete;
      await element.updateComplete;
    },
  };
}

describe('<support-message-list>', () => {
  it('is a log named Messages', async () => {
    const { log } = await list();
    expect(log().getAttribute('aria-label')).toBe('Messages');
  });

  it('shows markup as text and links safely', async () => {
    const { root, texts } = await list({ messages: [message('<b>hi</b> https://example.com')] });
    expect(texts()).toEqual(['<b>hi</b> https://example.com']);
    expect(root.querySelector('.bubble b')).toBeNull();
    const link = root.querySelector('a')!;
    expect(link.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc');
    expect(link.getAttribute('href')).toBe('https://example.com/');
  });

  it('names who speaks, and the team where the agent has no name', async () => {
    const nameless = message('Hello', { senderType: 'agent' });
    const { root } = await list({ messages: [message('Hi'), nameless], teamName: 'Northbound' });
    expect([...root.querySelectorAll('bdi')].map((name) => name.textContent)).toEqual(['You', 'Northbound']);
  });

  it('says sending, sent and seen under the newest own message only', async () => {
    const first = message('One');
    const second = message('Two');
    const { root, set } = await list({ messages: [first, { ...second, status: 'sending', seq: 0 }] });
    const delivery = () => [...root.querySelectorAll('.delivery')].map((line) => line.textContent!.trim());
    expect(delivery()).toEqual(['Sending…']);
    await set({ messages: [first, second] });
    expect(delivery()).toEqual(['Sent']);
    await set({ seenSeq: second.seq });
    expect(delivery()).toEqual(['Seen']);
  });

  it('keeps the element when the server’s copy replaces an optimistic message', async () => {
    const sent = message('Hello');
    const { root, set } = await list({ messages: [{ ...sent, id: 'local', seq: 0, status: 'sending' }] });
    const bubble = root.querySelector('.bubble');
    await set({ messages: [sent] });
    expect(root.querySelector('.bubble')).toBe(bubble);
  });

  it('offers Retry and Delete for a failed message and says why it failed', async () => {
    const failed = message('Hello', { status: 'failed', error: 'too-long' });
    const { root, events } = await list({ messages: [failed] });
    expect(root.querySelector('.failure')!.textContent).toContain('too long');
    const [retry, discard] = root.querySelectorAll<HTMLButtonElement>('.failure button');
    expect([retry!.textContent, discard!.textContent]).toEqual(['Retry', 'Delete']);
    retry!.click();
    discard!.click();
    expect(events.filter(([type]) => type !== 'read')).toEqual([
      ['retry', { clientId: failed.clientId }],
      ['discard', { clientId: failed.clientId }],
    ]);
  });

  it('keeps the focus when the button that had it is gone', async () => {
    const failed = message('Hello', { status: 'failed', error: 'offline' });
    const { root, set } = await list({ messages: [failed] });
    root.querySelector<HTMLButtonElement>('.failure button')!.focus();
    await set({ messages: [{ ...failed, status: 'sending' }] });
    expect((root as ShadowRoot).activeElement).toBe(root.querySelector('.scroller'));
  });

  it('announces what the other side writes, but neither history nor own words', async () => {
    const history = [fromSam('Old')];
    const { announced, set } = await list({ messages: history });
    expect(announced()).toBe('');
    const own = [...history, message('Mine')];
    await set({ messages: own });
    expect(announced()).toBe('');
    await set({ messages: [...own, fromSam('News')] });
    expect(announced()).toBe('Sam: News');
  });

  it('tells once how far was read', async () => {
    const messages = [fromSam('One'), fromSam('Two')];
    const { events, set } = await list({ messages });
    await set({ typing: 'Sam' });
    await set({ messages: [...messages] });
    expect(events).toEqual([['read', { seq: messages[1]!.seq }]]);
  });

  it('asks for earlier messages when told to', async () => {
    const { root, events, set } = await list({ messages: [message('Hi')], hasEarlier: true });
    root.querySelector<HTMLButtonElement>('.earlier')!.click();
    expect(events).toContainEqual(['earlier', {}]);
    await set({ loadingEarlier: true });
    expect(root.querySelector('.earlier')!.getAttribute('aria-disabled')).toBe('true');
  });

  it('says who is typing', async () => {
    const { root, set } = await list({ messages: [message('Hi')], typing: 'Sam' });
    expect(root.querySelector('.typing')!.textContent).toContain('Sam is typing');
    await set({ typing: '' });
    expect(root.querySelector('.typing')!.textContent).toContain('Typing');
    await set({ typing: null });
    expect(root.querySelector('.typing')).toBeNull();
  });

  it('puts what happened in the reader’s words', async () => {
    const closed = message('', {
      kind: 'event',
      senderType: 'system',
      event: { type: 'closed', actor: { kind: 'visitor', name: null }, agent: null },
    });
    const { root, set } = await list({ messages: [closed], visitorName: 'Kim' });
    expect(root.querySelector('.event')!.textContent).toContain('You closed the conversation');
    await set({ lineFor: () => 'Own words' });
    expect(root.querySelector('.event')!.textContent).toContain('Own words');
  });

  it('never loads a remote picture', async () => {
    const remote = { id: null, name: 'Sam', avatar: 'https://tracker.example/a.png' };
    const { root } = await list({ messages: [message('Hi', { senderType: 'agent', sender: remote })] });
    expect(root.querySelector('img')).toBeNull();
  });

  it('shows a few emoji large', async () => {
    const { root } = await list({
      messages: [message('🎉'), message('12'), message('ok 🎉'), message('🎉🎉🎉🎉')],
    });
    expect([...root.querySelectorAll('.row')].map((row) => row.classList.contains('emoji'))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
