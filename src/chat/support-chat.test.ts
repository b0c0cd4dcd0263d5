// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatError } from '../core/errors.ts';
import type { VisitorChatState } from '../core/visitor-chat.ts';
import { define } from '../ui/define.ts';
import type { SupportEventMap } from '../ui/events.ts';
import { MessageComposer } from '../ui/message-composer.ts';
import { MessageList } from '../ui/message-list.ts';
import { insertFromSnippet } from './snippet.ts';
import { type ChatConnection, SupportChat } from './support-chat.ts';
import { maya, message, scenes, session } from './testing/scenes.ts';
import { type ScriptedChat, scriptedChat } from './testing/scripted-chat.ts';

define('support-message-list', MessageList);
define('support-message-composer', MessageComposer);
define('support-chat', SupportChat);

let made: ScriptedChat[] = [];
let heard: [keyof SupportEventMap, unknown][] = [];
const types = [
  'support-ready',
  'support-open',
  'support-close',
  'support-message',
  'support-unread',
  'support-error',
] as const;
const listen = (event: Event) =>
  heard.push([event.type as keyof SupportEventMap, (event as CustomEvent).detail]);

beforeEach(() => {
  made = [];
  heard = [];
  for (const type of types) document.addEventListener(type, listen);
});

afterEach(async () => {
  document.body.replaceChildren();
  for (const type of types) document.removeEventListener(type, listen);
  await new Promise((resolve) => setTimeout(resolve));
});

async function widget(state: Partial<VisitorChatState> = {}, patch: Partial<SupportChat> = {}) {
  SupportChat.connect = () => {
    const chat = scriptedChat(state);
    made.push(chat);
    return chat;
  };
  const element = Object.assign(document.createElement('support-chat'), {
    supabaseUrl: 'https://x.supabase.co',
    supabaseKey: 'sb_publishable_x',
    ...patch,
  });
  document.body.append(element);
  await element.updateComplete;
  const root = element.renderRoot;
  return {
    element,
    chat: made[0]!,
    settled: async () => {
      // A window that was clicked for gets its content after its first frame.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      for (let turn = 0; turn < 5; turn++) await element.updateComplete;
    },
    launcher: () => root.querySelector<HTMLButtonElement>('.launcher')!,
    window: () => root.querySelector<HTMLElement>('[role=dialog]'),
    button: (name: string) =>
      [...root.querySelectorAll('button')].filter(
        (button) => (button.getAttribute('aria-label') ?? button.textContent!.trim()) === name,
      ),
    composer: () => root.querySelector('support-message-composer')!,
    text: () => root.querySelector('[role=dialog]')?.textContent?.replace(/\s+/g, ' ') ?? '',
  };
}

const of = (type: keyof SupportEventMap) =>
  heard.filter(([name]) => name === type).map(([, detail]) => detail);

describe('<support-chat>', () => {
  it('shows only a launcher named Open chat, and asks for nothing', async () => {
    const { chat, launcher, window } = await widget();
    expect(launcher().getAttribute('aria-label')).toBe('Open chat');
    expect(window()).toBeNull();
    expect(chat.calls).not.toContain('open true');
    expect(of('support-ready')).toEqual([{}]);
  });

  it('shows its launcher in a task of its own, and connects in another', async () => {
    SupportChat.connect = () => {
      made.push(scriptedChat({}));
      return made[0]!;
    };
    const element = Object.assign(document.createElement('support-chat'), {
      supabaseUrl: 'https://x.supabase.co',
      supabaseKey: 'sb_publishable_x',
    });
    const task = () => new Promise((resolve) => setTimeout(resolve));
    const steps = () => [!!element.shadowRoot?.querySelector('.launcher'), made.length];
    document.body.append(element);
    await Promise.resolve();
    expect(steps()).toEqual([false, 0]);
    await task();
    expect(steps()).toEqual([true, 0]);
    await task();
    expect(steps()).toEqual([true, 1]);
  });

  it('opens a dialog named by the heading, and the launcher closes it again', async () => {
    const { element, chat, launcher, window, settled } = await widget();
    launcher().click();
    await settled();
    expect(window()!.getAttribute('aria-label')).toBe('Chat with us');
    expect(launcher().getAttribute('aria-label')).toBe('Close chat');
    expect(element.hasAttribute('open')).toBe(true);
    expect(chat.calls).toContain('open true');
    launcher().click();
    await settled();
    expect(window()!.hasAttribute('inert')).toBe(true);
    expect(chat.calls.at(-1)).toBe('open false');
    expect(of('support-open')).toEqual([{ reason: 'user' }]);
    expect(of('support-close')).toEqual([{ reason: 'user' }]);
  });

  it('shows its window before what is in it, and asks for that afterwards', async () => {
    const { element, chat, launcher, window, composer, settled } = await widget();
    launcher().click();
    await element.updateComplete;
    expect(window()!.getAttribute('aria-label')).toBe('Chat with us');
    expect(composer()).toBeNull();
    expect(chat.calls).not.toContain('open true');
    await settled();
    expect(composer()).not.toBeNull();
    expect(chat.calls.filter((call) => call === 'open true')).toHaveLength(1);
    expect(element.shadowRoot!.activeElement).toBe(composer());
  });

  it('opens for nobody when it was closed within its first frame, and whole when opened again', async () => {
    const { chat, launcher, window, composer, settled } = await widget();
    launcher().click();
    launcher().click();
    await settled();
    expect(chat.calls).not.toContain('open true');
    expect(window()?.hasAttribute('inert') ?? true).toBe(true);
    launcher().click();
    await settled();
    expect(window()!.hasAttribute('inert')).toBe(false);
    expect(composer()).not.toBeNull();
    expect(chat.calls.at(-1)).toBe('open true');
  });

  it('closes on Escape, but not while a composition is under way', async () => {
    const { element, window, settled } = await widget({}, { open: true });
    const press = (init: KeyboardEventInit) =>
      window()!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, ...init }));
    press({ isComposing: true });
    expect(element.open).toBe(true);
    press({});
    await settled();
    expect(element.open).toBe(false);
  });

  it('tells methods from visitors, and stays silent for properties', async () => {
    const { element, settled } = await widget();
    element.show();
    element.hide();
    element.toggle();
    expect(of('support-open')).toEqual([{ reason: 'api' }, { reason: 'api' }]);
    heard = [];
    element.open = false;
    await settled();
    expect(heard).toEqual([]);
  });

  it('counts unread messages on the launcher, for screen readers and for the page', async () => {
    const { element, chat, launcher, settled } = await widget();
    chat.set({ unread: 2 });
    await settled();
    expect(launcher().getAttribute('aria-label')).toBe('Open chat, 2 unread messages');
    expect(element.renderRoot.querySelector('.badge')!.textContent).toBe('2');
    expect(element.renderRoot.querySelector('[role=status]')!.textContent).toBe('2 unread messages');
    expect(element.unread).toBe(2);
    expect(of('support-unread')).toEqual([{ count: 2 }]);
  });

  it('greets in an empty conversation and sends a suggested question', async () => {
    const { element, chat, text, button, settled } = await widget(scenes['empty']!(), { open: true });
    expect(text()).toContain('Hi there');
    expect(text()).toContain('Usually replies in 5 minutes');
    button('Where is my order?')[0]!.click();
    await settled();
    expect(chat.calls).toContain('send Where is my order?');
    element.greeting = 'Welcome back';
    await settled();
    expect(text()).toContain('Welcome back');
  });

  it('clears the text only after the message was taken', async () => {
    const { chat, composer, settled, text } = await widget(scenes['conversation']!(), { open: true });
    const input = composer().renderRoot.querySelector('textarea')!;
    const enter = async (value: string) => {
      input.value = value;
      input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
      await settled();
      await composer().updateComplete;
    };
    chat.refuseSend(new ChatError('too-long', 'at most 4000'));
    await enter('Much too long');
    expect(input.value).toBe('Much too long');
    expect(text()).toContain('The message is too long.');
    await enter('Short');
    expect(chat.calls).toContain('send Short');
    expect(input.value).toBe('');
    expect(chat.draft).toBe('');
  });

  it('keeps typing to itself: the page’s shortcuts hear nothing', async () => {
    const { composer } = await widget(scenes['conversation']!(), { open: true });
    const keys: string[] = [];
    const hear = (event: Event) => keys.push((event as KeyboardEvent).key);
    document.addEventListener('keydown', hear);
    composer()
      .renderRoot.querySelector('textarea')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true, composed: true }));
    document.removeEventListener('keydown', hear);
    expect(keys).toEqual([]);
  });

  it('shows a preview of what comes in while closed, and opens from it', async () => {
    const { element, chat, settled } = await widget(scenes['conversation']!());
    const news = message(maya, 'Are you still there?', 0);
    chat.emit({ type: 'message', message: news, session: session(), direction: 'in' });
    await settled();
    const preview = element.renderRoot.querySelector<HTMLElement>('.preview')!;
    expect(preview.textContent).toContain('Maya Brandt');
    expect(of('support-message')).toMatchObject([
      { direction: 'in', message: { content: 'Are you still there?' } },
    ]);
    preview.querySelector<HTMLButtonElement>('.preview-text')!.click();
    await settled();
    expect(element.open).toBe(true);
    expect(element.renderRoot.querySelector('.preview')).toBeNull();
  });

  it('counts in the title what waits while nobody looks at the page, and puts the title back', async () => {
    document.title = 'Shop';
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    const { chat, element, settled } = await widget(scenes['conversation']!());
    expect(document.title).toBe('Shop');
    chat.set({ unread: 2 });
    await settled();
    expect(document.title).toBe('(2) Shop');
    focus.mockReturnValue(true);
    window.dispatchEvent(new Event('focus'));
    await settled();
    expect(document.title).toBe('Shop');
    focus.mockReturnValue(false);
    window.dispatchEvent(new Event('blur'));
    await settled();
    expect(document.title).toBe('(2) Shop');
    element.remove();
    expect(document.title).toBe('Shop');
    focus.mockRestore();
  });

  it('drops the preview of a message that was read in another tab', async () => {
    const { element, chat, settled } = await widget(scenes['conversation']!());
    const news = message(maya, 'Are you still there?', 0);
    const behind = session({ id: news.sessionId, readSeq: news.seq - 1 });
    chat.set({ sessions: [behind] });
    chat.emit({ type: 'message', message: news, session: behind, direction: 'in' });
    await settled();
    expect(element.renderRoot.querySelector('.preview')).not.toBeNull();
    chat.set({ sessions: [{ ...behind, readSeq: news.seq }] });
    await settled();
    expect(element.renderRoot.querySelector('.preview')).toBeNull();
  });

  it('drops the preview when its visitor is gone', async () => {
    const { element, chat, settled } = await widget(scenes['conversation']!());
    const news = message(maya, 'Only for you', 0);
    const behind = session({ id: news.sessionId, readSeq: news.seq - 1 });
    chat.set({ sessions: [behind] });
    chat.emit({ type: 'message', message: news, session: behind, direction: 'in' });
    await settled();
    chat.set({ sessions: [] });
    await settled();
    expect(element.renderRoot.querySelector('.preview')).toBeNull();
  });

  it('hands on who the page speaks for, and tells when that may have changed', async () => {
    const { element, chat, settled } = await widget();
    const given: ChatConnection[] = [];
    SupportChat.connect = (connection) => {
      given.push(connection);
      return chat;
    };
    element.supabaseUrl = 'https://y.supabase.co';
    await settled();
    const { accessToken, identityToken } = given[0]!;
    expect([accessToken(), identityToken()]).toEqual([null, null]);
    const told = () => chat.calls.filter((call) => call === 'identify').length;
    const before = told();
    element.visitor = { identityToken: 'a.b.c' };
    element.accessToken = async () => 'd.e.f';
    await settled();
    expect([await accessToken(), identityToken()]).toEqual(['d.e.f', 'a.b.c']);
    expect(told()).toBe(before + 1);
    expect(chat.calls.filter((call) => call.includes('a.b.c'))).toEqual([]);
  });

  it('keeps the focus in the window when what had it is gone', async () => {
    const { element, chat, button, composer, settled } = await widget(scenes['closed']!(), { open: true });
    button('Reopen conversation')[0]!.focus();
    chat.set(scenes['conversation']!());
    await settled();
    expect(composer().shadowRoot!.activeElement?.tagName).toBe('TEXTAREA');
    element.open = false;
    await settled();
    expect(element.shadowRoot!.activeElement?.className).toContain('launcher');
  });

  it('leaves the focus to the page when nobody was in the window', async () => {
    const { element, chat, settled } = await widget(scenes['closed']!(), { open: true });
    chat.set(scenes['conversation']!());
    await settled();
    element.open = false;
    await settled();
    expect(element.shadowRoot!.activeElement).toBeNull();
  });

  it('turns to the list, a conversation and a new one', async () => {
    const { chat, button, text, settled } = await widget(scenes['list']!(), { open: true });
    expect(button('New conversation')).toHaveLength(1);
    button('Conversations')[0]!.click();
    await settled();
    expect(button('New conversation')).toHaveLength(1);
    expect(text()).toContain('Do you roast on weekends?');
    const rows = [
      ...(made[0]
        ? document.querySelector('support-chat')!.renderRoot.querySelectorAll<HTMLButtonElement>('.session')
        : []),
    ];
    rows[1]!.click();
    await settled();
    expect(chat.calls).toContain('select s2');
    button('New conversation')[0]!.click();
    await settled();
    expect(chat.calls).toContain('startConversation');
  });

  it('asks for a rating of a closed conversation and offers to reopen it', async () => {
    const { element, chat, button, composer, settled } = await widget(scenes['closed']!(), { open: true });
    expect(composer()).toBeNull();
    expect(button('New conversation')).toHaveLength(1);
    button('4 of 5, Good')[0]!.click();
    await settled();
    const form = element.renderRoot.querySelector('form')!;
    form.querySelector('textarea')!.value = 'Quick and kind';
    form.dispatchEvent(new SubmitEvent('submit', { cancelable: true, bubbles: true }));
    button('Reopen conversation')[0]!.click();
    expect(chat.calls).toContain('rate 4 Quick and kind');
    expect(chat.calls).toContain('reopen');
  });

  it('does not offer to reopen what was closed too long ago', async () => {
    const { button } = await widget(scenes['rated']!(), { open: true });
    expect(button('Reopen conversation')).toHaveLength(0);
  });

  it('says what is missing to the developer and something friendly to the visitor', async () => {
    const { launcher, text, settled } = await widget({}, { supabaseUrl: '' });
    await new Promise((resolve) => setTimeout(resolve));
    expect(of('support-error')).toMatchObject([
      { code: 'not-configured', message: expect.stringContaining('supabase-url') },
    ]);
    launcher().click();
    await settled();
    expect(text()).toContain('The chat is not available right now');
    expect(text()).not.toContain('supabase');
  });

  it('reports what the connection refuses, once', async () => {
    const { element, settled } = await widget();
    SupportChat.connect = () => {
      throw new ChatError('not-configured', 'supabase-key is a secret key');
    };
    element.supabaseKey = 'sb_secret_x';
    await settled();
    element.open = true;
    await settled();
    expect(of('support-error')).toEqual([
      { code: 'not-configured', message: 'supabase-key is a secret key' },
    ]);
    await expect(element.send('Hi')).rejects.toMatchObject({ code: 'not-configured' });
  });

  it('offers to try again when the server cannot be reached', async () => {
    const { chat, button, text } = await widget(scenes['unreachable']!(), { open: true });
    expect(text()).toContain('We can’t connect right now');
    button('Try again')[0]!.click();
    expect(chat.calls).toContain('reload');
  });

  it('mentions a lost connection only when it stays lost', async () => {
    const { element, chat, text } = await widget(scenes['conversation']!(), { open: true });
    vi.useFakeTimers();
    try {
      chat.set({ connection: 'connecting' });
      await element.updateComplete;
      await vi.advanceTimersByTimeAsync(1500);
      expect(text()).not.toContain('Reconnecting');
      await vi.advanceTimersByTimeAsync(1000);
      await element.updateComplete;
      expect(text()).toContain('Reconnecting…');
      chat.set({ connection: 'live' });
      await element.updateComplete;
      expect(text()).not.toContain('Reconnecting');
    } finally {
      vi.useRealTimers();
    }
  });

  it('counts down a wait', async () => {
    const { element, chat, text } = await widget(scenes['conversation']!(), { open: true });
    vi.useFakeTimers();
    try {
      chat.set({ resumesAt: Date.now() + 3000 });
      await element.updateComplete;
      expect(text()).toContain('Your messages go on in 3 seconds');
      await vi.advanceTimersByTimeAsync(2000);
      expect(text()).toContain('Your messages go on in 1 second.');
      // Late: the next try is on its way.
      await vi.advanceTimersByTimeAsync(2000);
      expect(text()).toContain('Your messages go on in 1 second.');
      chat.set({ resumesAt: null });
      await element.updateComplete;
      expect(text()).not.toContain('Your messages');
    } finally {
      vi.useRealTimers();
    }
  });

  it('passes the page’s profile on, and again only when it differs', async () => {
    const { element, chat, settled } = await widget({}, { visitor: { name: 'Kim' } });
    const profiles = () => chat.calls.filter((call) => call.startsWith('profile'));
    expect(profiles()).toEqual(['profile {"name":"Kim"}']);
    chat.set({ visitor: { name: 'Kim', email: '', verified: false, attributes: {} } });
    await settled();
    expect(profiles()).toHaveLength(1);
    element.visitor = { name: 'Kim', attributes: { plan: 'pro' } };
    await settled();
    expect(profiles().at(-1)).toBe('profile {"name":"Kim","attributes":{"plan":"pro"}}');
  });

  it('says single texts in the page’s own words', async () => {
    const { launcher } = await widget({}, { messages: { openChat: 'Frag uns' } });
    expect(launcher().getAttribute('aria-label')).toBe('Frag uns');
  });

  it('fills its container without a launcher', async () => {
    const { chat, launcher, window, button } = await widget({}, { inline: true });
    expect(launcher()).toBeNull();
    expect(window()).not.toBeNull();
    expect(button('Close chat')).toHaveLength(0);
    expect(chat.calls).toContain('open true');
  });

  it('can be closed in the window where there is no launcher', async () => {
    const { element, button } = await widget({}, { hideLauncher: true, open: true });
    button('Close chat')[0]!.click();
    expect(element.open).toBe(false);
  });

  it('stays connected through a move and leaves nothing behind when removed', async () => {
    const { element, chat, settled } = await widget();
    const other = document.createElement('div');
    document.body.append(other);
    other.append(element);
    await settled();
    expect(made).toHaveLength(1);
    expect(chat.isRunning).toBe(true);
    for (let round = 0; round < 100; round++) {
      element.remove();
      await Promise.resolve();
      document.body.append(element);
      await element.updateComplete;
    }
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    expect(made.filter((one) => one.isRunning || one.listeners.state > 0)).toEqual([]);
  });
});

describe('the snippet', () => {
  function script(attributes: Record<string, string>): HTMLScriptElement {
    const element = document.createElement('script');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  it('brings its element, with its data as attributes', () => {
    insertFromSnippet(
      'support-chat',
      script({ 'data-supabase-url': 'https://a.example', 'data-theme': 'dark' }),
    );
    const element = document.querySelector('support-chat')!;
    expect(element.getAttribute('supabase-url')).toBe('https://a.example');
    expect(element.getAttribute('theme')).toBe('dark');
  });

  it('adds nothing where the element is already, or where the tag has no data', () => {
    insertFromSnippet('support-chat', script({}));
    expect(document.querySelector('support-chat')).toBeNull();
    const snippet = script({ 'data-supabase-url': 'https://a.example' });
    insertFromSnippet('support-chat', snippet);
    SupportChat.loadedAgain(snippet);
    expect(document.querySelectorAll('support-chat')).toHaveLength(1);
  });

  it('finds its tag by itself in a module, which has no current script', () => {
    document.body.append(script({ 'data-supabase-url': 'https://b.example', type: 'application/json' }));
    insertFromSnippet('support-chat', null);
    expect(document.querySelector('support-chat')!.getAttribute('supabase-url')).toBe('https://b.example');
  });
});
