// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ChatError } from '../core/errors.ts';
import { deskSession, deskVisitor, me, message } from '../core/testing/samples.ts';
import { SupportDashboard } from './support-dashboard.ts';
import { accessibleName, mount } from './testing/mount.ts';

const tom = { ...me, id: 'a2', name: 'Tom' };
const vera = deskSession({ preview: 'Where is my order?' });
const thread = { inbox: [vera], current: vera, threadPhase: 'ready', agents: [me, tom] } as const;

afterEach(() => {
  document.body.replaceChildren();
  SupportDashboard.connect = null;
});

describe('<support-dashboard> before the inbox', () => {
  it('asks for email and password under these names', async () => {
    const { one, button } = await mount({}, 'signed-out');
    expect(accessibleName(one('label[for="email"]'))).toBe('Email');
    expect(accessibleName(one('label[for="password"]'))).toBe('Password');
    expect(button('Sign in').type).toBe('submit');
  });

  it('opens the inbox after signing in', async () => {
    const { one, settle, desk } = await mount({}, 'signed-out');
    expect(desk.running).toBe(false);
    one<HTMLInputElement>('#email').value = 'ada@example.com';
    one<HTMLInputElement>('#password').value = 'secret';
    one<HTMLFormElement>('form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    expect(desk.running).toBe(true);
    expect(accessibleName(one('#tab-mine'))).toBe('Mine');
  });

  it.each([
    ['unauthorized', 'do not match'],
    ['offline', 'cannot be reached'],
    ['unavailable', 'cannot answer'],
    ['rate-limited', 'Too many attempts'],
  ] as const)('says why signing in failed: %s', async (code, words) => {
    const { one, settle, connection, button } = await mount({}, 'signed-out');
    connection.refusal = new ChatError(code, 'raw words of the server');
    one<HTMLInputElement>('#email').value = 'ada@example.com';
    one<HTMLInputElement>('#password').value = 'wrong';
    one<HTMLFormElement>('form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    expect(one('[role="alert"]').textContent).toContain(words);
    expect(one('[role="alert"]').textContent).not.toContain('raw words');
    expect(one<HTMLInputElement>('#email').value).toBe('ada@example.com');
    expect(button('Sign in').getAttribute('aria-disabled')).toBe('false');
  });

  it('does not ask the server about empty fields', async () => {
    const { one, settle, connection } = await mount({}, 'signed-out');
    const signIn = vi.spyOn(connection.auth, 'signIn');
    one<HTMLFormElement>('form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    expect(signIn).not.toHaveBeenCalled();
    expect(one('[role="alert"]').textContent).toContain('Enter your email');
  });

  it('tells somebody who is no agent so, and lets them out', async () => {
    const error = new ChatError('forbidden', 'no');
    const { text, button, settle, one, buttons, desk } = await mount({ phase: 'failed', error });
    expect(text()).toContain('this account is not an agent');
    expect(text()).toContain('ada@example.com');
    expect(buttons('Try again')).toHaveLength(1);
    button('Sign out').click();
    await settle();
    expect(one('#email')).toBeTruthy();
    expect(desk.running).toBe(false);
  });

  it('says so when the sign-in ended by itself, not when somebody signed out', async () => {
    const { text, button, settle, one, connection, desk } = await mount();
    connection.endSignIn();
    await settle();
    expect(one('[role="alert"]').textContent).toContain('no longer valid');
    one<HTMLInputElement>('#email').value = 'ada@example.com';
    one<HTMLInputElement>('#password').value = 'secret';
    one<HTMLFormElement>('form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    button('Account: Ada, Online').click();
    await settle();
    button('Sign out').click();
    await settle();
    expect(desk.left).toBe(true);
    expect(one('#email')).toBeTruthy();
    expect(text()).not.toContain('no longer valid');
  });

  it('names install.sql where the project has no migrations', async () => {
    const { text, button, desk } = await mount({
      phase: 'failed',
      error: new ChatError('not-installed', ''),
    });
    expect(text()).toContain('run install.sql');
    button('Try again').click();
    expect(desk.calls).toEqual(['reload']);
  });

  it('keeps the problem readable while it tries again', async () => {
    const { text, desk, settle } = await mount({ phase: 'failed', error: new ChatError('offline', '') });
    desk.set({ phase: 'loading' });
    await settle();
    expect(text()).toContain('cannot be reached');
  });

  it('names the attribute that is missing', async () => {
    const { text } = await mount({}, 'signed-in', { 'supabase-url': 'https://abcd.supabase.co' });
    expect(text()).toContain('supabase-key is missing');
  });

  it('shows why the attributes cannot work, as the connection says it', async () => {
    const { element, settle, text } = await mount();
    SupportDashboard.connect = () => {
      throw new ChatError('not-configured', 'supabase-key is a secret key.');
    };
    element.supabaseKey = 'sb_secret_value';
    await settle();
    expect(text()).toContain('supabase-key is a secret key.');
    expect(text()).not.toContain('sb_secret_value');
  });

  it('uses the page’s own client without any attribute', async () => {
    const { element, settle, text } = await mount({}, 'signed-in', {});
    const seen = vi.spyOn(SupportDashboard, 'connect' as never);
    const client = {};
    element.client = client;
    await settle();
    expect(seen).toHaveBeenCalledWith({ url: '', key: '', client });
    expect(text()).not.toContain('missing');
  });

  it('stops the desk and closes the connection when it leaves the page', async () => {
    const { element, desk, connection, settle } = await mount();
    expect(desk.listening).toBe(1);
    element.remove();
    await settle();
    expect([desk.running, desk.listening, connection.closed]).toEqual([false, 0, true]);
  });

  it('keeps going when it is moved within the page', async () => {
    const { element, desk, connection, settle } = await mount();
    const box = document.createElement('div');
    document.body.append(box);
    box.append(element);
    await settle();
    expect([desk.running, desk.listening, connection.closed]).toEqual([true, 1, false]);
  });
});

describe('<support-dashboard> list', () => {
  it('names the tabs without their counts', async () => {
    const { all, one } = await mount({
      counts: { mine: 3, mineUnread: 1, unassigned: 1000, unassignedUnread: 20 },
    });
    const tabs = all('[role="tab"]');
    expect(tabs.map(accessibleName)).toEqual(['Mine', 'Unassigned', 'All', 'Closed']);
    expect(tabs.map((tab) => tab.textContent?.replace(/\s+/g, ''))).toEqual([
      'Mine3',
      'Unassigned999+',
      'All',
      'Closed',
    ]);
    const description = tabs[0]?.getAttribute('aria-describedby');
    expect(one(`#${description}`).textContent).toBe('3 conversations, 1 unread');
  });

  it('changes the tab by click and by arrow', async () => {
    const { one, desk, press, settle } = await mount();
    one('#tab-closed').click();
    await settle();
    await press('ArrowRight', one('[role="tablist"]'));
    expect(desk.calls).toEqual(['showTab:closed', 'showTab:mine']);
  });

  it('shows rows with name, preview, waiting time and unread count, and marks the open one', async () => {
    const waiting = deskSession({
      preview: 'Where is my order?',
      waitingSince: new Date(Date.now() - 6 * 60_000).toISOString(),
      unread: 2,
      agent: tom,
      status: 'assigned',
    });
    const { one } = await mount({ inbox: [waiting], current: waiting });
    const list = one('ul[aria-label="Conversations"]');
    const row = list.querySelector('button')!;
    expect(accessibleName(row)).toContain('Vera');
    expect(accessibleName(row)).toContain('Where is my order?');
    expect(accessibleName(row)).toContain('waiting 6 minutes');
    expect(accessibleName(row)).toContain('2 unread messages');
    expect(accessibleName(row)).toContain('assigned to Tom');
    expect(row.getAttribute('aria-current')).toBe('true');
  });

  it('colours waiting rows by the thresholds of the settings', async () => {
    const since = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    const { all } = await mount({
      inbox: [10, 400, 1000].map((seconds, index) =>
        deskSession({ id: `s${index}`, waitingSince: since(seconds) }),
      ),
    });
    expect(all('.wait').map((mark) => mark.className)).toEqual([
      'wait wait--calm',
      'wait wait--amber',
      'wait wait--red',
    ]);
  });

  it('calls a visitor by name, else by address, else visitor', async () => {
    const named = (name: string, email: string) =>
      deskSession({ id: `${name}${email}`, visitor: { id: 'v', name, email, verified: false } });
    const { all } = await mount({ inbox: [named('Vera', 'v@e.com'), named('', 'v@e.com'), named('', '')] });
    expect(all('.row__name').map((name) => name.textContent)).toEqual(['Vera', 'v@e.com', 'Visitor']);
  });

  it('has rows come and go with the state', async () => {
    const { desk, settle, all } = await mount({ inbox: [vera] });
    desk.set({ inbox: [deskSession({ id: 's2' }), vera] });
    await settle();
    expect(all('.row__button').map((row) => row.dataset.session)).toEqual(['s2', 's1']);
    desk.set({ inbox: [] });
    await settle();
    expect(all('.row__button')).toEqual([]);
  });

  it('opens a row', async () => {
    const { one, desk } = await mount({ inbox: [vera] });
    one('.row__button').click();
    expect(desk.calls).toEqual(['select:s1']);
  });

  it.each([
    ['mine', 'All caught up'],
    ['unassigned', 'Nobody is waiting'],
    ['all', 'No open conversations'],
    ['closed', 'Nothing closed yet'],
  ] as const)('has words for an empty tab: %s', async (tab, words) => {
    const { text } = await mount({ tab });
    expect(text()).toContain(words);
  });

  it('searches what is loaded at once', async () => {
    const { one, all, settle, text } = await mount({
      inbox: [vera, deskSession({ id: 's2', preview: 'Refund' })],
      hasMore: true,
    });
    const field = one<HTMLInputElement>('input[aria-label="Search conversations"]');
    expect(field.type).toBe('text');
    field.value = 'refund';
    field.dispatchEvent(new Event('input'));
    await settle();
    expect(all('.row__button')).toHaveLength(1);
    expect(text()).toContain('Searching all conversations');
  });

  it('keeps the document small with ten thousand conversations', async () => {
    const inbox = Array.from({ length: 10_000 }, (_, index) => deskSession({ id: `s${index}` }));
    const { all, one } = await mount({ inbox });
    expect(all('*').length).toBeLessThan(2_000);
    expect(one('.row:first-child').getAttribute('aria-setsize')).toBe('10000');
  });

  it('offers to load a list again that failed', async () => {
    const { button, desk } = await mount({ inboxPhase: 'failed' });
    button('Try again').click();
    expect(desk.calls).toEqual(['showTab:mine']);
  });

  it('sorts by what is chosen', async () => {
    const { one, desk } = await mount({ inbox: [vera] });
    const select = one<HTMLSelectElement>('select[aria-label="Sort"]');
    select.value = 'newest';
    select.dispatchEvent(new Event('change'));
    expect(desk.calls).toEqual(['sortBy:newest']);
  });
});

describe('<support-dashboard> thread', () => {
  it('has one button to take an unassigned conversation, and one to close it', async () => {
    const { button, buttons, desk, settle } = await mount(thread);
    button('Assign to me').click();
    await settle();
    expect(desk.calls).toEqual(['assign:a1']);
    expect(buttons('Assign to me')).toHaveLength(0);
    button('Close conversation').click();
    await settle();
    expect(desk.calls).toEqual(['assign:a1', 'act:close:s1']);
    expect(buttons('Close conversation')).toHaveLength(0);
    button('Reopen conversation').click();
    await settle();
    expect(desk.calls.at(-1)).toBe('reopen');
    expect(buttons('Close conversation')).toHaveLength(1);
  });

  it('says whose a conversation is that another agent has', async () => {
    const { text, buttons } = await mount({
      ...thread,
      current: { ...vera, agent: tom, status: 'assigned' },
    });
    expect(text()).toContain('Tom is on this conversation.');
    expect(buttons('Assign to me')).toHaveLength(1);
  });

  it('gives the conversation to another agent or to nobody', async () => {
    const { button, all, desk, settle } = await mount(thread);
    button('Assignee: Unassigned').click();
    await settle();
    const items = all('[role="menuitemradio"]');
    expect(items.map(accessibleName)).toEqual(['Ada (you) Online', 'Tom Online', 'Nobody']);
    expect(items[2]?.getAttribute('aria-checked')).toBe('true');
    items[1]?.click();
    await settle();
    expect(desk.calls).toEqual(['assign:a2']);
    expect(all('[role="menu"]')).toHaveLength(0);
  });

  it('tells who was first', async () => {
    const { one, button, settle } = await mount({
      ...thread,
      notice: { action: 'assign', error: new ChatError('conflict', ''), winner: 'Tom' },
    });
    expect(one('.toasts[role="alert"]').textContent).toContain('Tom took it first.');
    button('Dismiss').click();
    await settle();
    expect(one('.toasts[role="alert"]').textContent?.trim()).toBe('');
  });

  it('shows who else looks at it and who is writing', async () => {
    const { text } = await mount({
      ...thread,
      agents: [
        { ...me, viewing: 's1' },
        { ...tom, viewing: 's1' },
      ],
      agentTyping: 'Tom',
    });
    expect(text()).toContain('Tom is looking at this too');
    expect(text()).toContain('Tom is replying…');
    expect(text()).not.toContain('Ada is looking');
  });

  it('shows what is known of the visitor, with links that are safe', async () => {
    const { one, all, text } = await mount({
      ...thread,
      current: { ...vera, visitor: { ...vera.visitor, email: 'vera@example.com?bcc=all@example.com' } },
      visitor: {
        ...deskVisitor,
        pageUrl: 'https://shop.example/cart',
        referrer: 'javascript:alert(1)',
        attributes: { plan: 'pro', trial: false, left: null },
      },
      earlier: [deskSession({ id: 's7', preview: 'Earlier question', status: 'closed' })],
    });
    expect(one('a[href^="mailto:"]').getAttribute('href')).toEqual(
      expect.stringMatching(/^mailto:vera@example.com%3Fbcc%3Dall%40example.com\?subject=/),
    );
    expect(all('.facts a').map((link) => link.getAttribute('href'))).toEqual(['https://shop.example/cart']);
    expect(text()).toContain('javascript:alert(1)');
    expect(all('.facts dt').map((term) => term.textContent)).toEqual(
      expect.arrayContaining(['plan', 'trial']),
    );
    expect(text()).not.toContain('left');
    expect(one('.earlier button').textContent).toContain('Earlier question');
  });

  it('marks visitors who are not vouched for', async () => {
    const { text, desk, settle } = await mount(thread);
    expect(text()).toContain('Not verified');
    desk.set({ current: { ...vera, visitor: { ...vera.visitor, verified: true } } });
    await settle();
    expect(text()).not.toContain('Not verified');
  });

  it('offers to load a thread again that failed, and nowhere to answer', async () => {
    const { all, button, desk } = await mount({ ...thread, threadPhase: 'failed' });
    expect(all('support-desk-composer')).toHaveLength(0);
    button('Try again').click();
    expect(desk.calls).toEqual(['select:s1']);
  });

  it('hands the list what it needs', async () => {
    const { one } = await mount({ ...thread, visitorTyping: true });
    const list = one<HTMLElementTagNameMap['support-message-list']>('support-message-list');
    expect(list.side).toBe('agent');
    expect(list.typing).toBe('Vera');
    expect(list.shadowRoot?.querySelector('[role="log"]')?.getAttribute('aria-label')).toBe('Messages');
  });

  it('shows no unread divider before the first unread message is loaded', async () => {
    const current = { ...vera, unread: 9, readSeq: 3 };
    const sent = { status: 'sent', error: null } as const;
    const later = { ...message(10), ...sent };
    const { one, desk, settle } = await mount({ ...thread, current, messages: [later], hasEarlier: true });
    const list = one<HTMLElementTagNameMap['support-message-list']>('support-message-list');
    expect(list.lastReadSeq).toBeNull();
    desk.set({ messages: [{ ...message(4), ...sent }, later] });
    await settle();
    expect(list.lastReadSeq).toBe(3);
  });

  it('keeps the unread divider where reading began', async () => {
    const unread = { ...vera, unread: 2, readSeq: 3, lastSeq: 5 };
    const { one, desk, settle } = await mount({ ...thread, current: unread });
    const list = one<HTMLElementTagNameMap['support-message-list']>('support-message-list');
    desk.set({ current: { ...unread, unread: 0, readSeq: 5 } });
    await settle();
    expect(list.lastReadSeq).toBe(3);
    desk.set({ current: deskSession({ id: 's2', readSeq: 4 }) });
    await settle();
    expect(list.lastReadSeq).toBeNull();
  });
});

describe('<support-dashboard> composer', () => {
  const mine = { ...thread, current: { ...vera, agent: me, status: 'assigned' as const } };
  const composerOf = ({ one }: Awaited<ReturnType<typeof mount>>) =>
    one<HTMLElementTagNameMap['support-desk-composer']>('support-desk-composer');
  const type = (composer: HTMLElementTagNameMap['support-desk-composer'], text: string) => {
    const field = composer.shadowRoot!.querySelector('textarea')!;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };

  it('is named for what it writes', async () => {
    const mounted = await mount(mine);
    const field = () => composerOf(mounted).shadowRoot?.querySelector('textarea');
    const name = () => field()?.getAttribute('aria-label');
    expect(name()).toBe('Reply');
    expect(
      composerOf(mounted).shadowRoot?.querySelector<HTMLButtonElement>('.send')?.getAttribute('aria-label'),
    ).toBe('Send');
    mounted.button('Note').click();
    await mounted.settle();
    expect(name()).toBe('Note');
    expect(mounted.all('.answer--note')).toHaveLength(1);
  });

  it('sends replies and notes as such, and then empties', async () => {
    const mounted = await mount(mine);
    type(composerOf(mounted), 'On its way');
    await mounted.settle();
    composerOf(mounted).shadowRoot!.querySelector<HTMLElement>('.send')!.click();
    await mounted.settle();
    mounted.button('Note').click();
    await mounted.settle();
    type(composerOf(mounted), 'Friend of the boss');
    await mounted.settle();
    composerOf(mounted).shadowRoot!.querySelector<HTMLElement>('.send')!.click();
    await mounted.settle();
    expect(mounted.desk.calls.filter((call) => call.startsWith('send'))).toEqual([
      'send:text:On its way',
      'send:note:Friend of the boss',
    ]);
    expect(composerOf(mounted).value).toBe('');
    expect(mounted.desk.draft('s1')).toBe('');
  });

  it('keeps the text of what is refused', async () => {
    const mounted = await mount(mine);
    const composer = composerOf(mounted);
    mounted.desk.refuse = new ChatError('too-long', '');
    type(composer, 'Very long');
    await mounted.settle();
    composer.shadowRoot!.querySelector<HTMLElement>('.send')!.click();
    await mounted.settle();
    expect(composer.value).toBe('Very long');
    expect(mounted.desk.draft('s1')).toBe('Very long');
  });

  it('keeps a draft for each conversation, and notes apart from replies', async () => {
    const mounted = await mount(mine);
    const { desk, settle, button } = mounted;
    type(composerOf(mounted), 'Half a reply');
    button('Note').click();
    await settle();
    expect(composerOf(mounted).value).toBe('');
    type(composerOf(mounted), 'Half a note');
    desk.set({ current: deskSession({ id: 's2' }) });
    await settle();
    expect([composerOf(mounted).value, composerOf(mounted).label]).toEqual(['', 'Reply']);
    desk.set({ current: mine.current });
    await settle();
    expect([composerOf(mounted).value, composerOf(mounted).label]).toEqual(['Half a note', 'Note']);
    button('Reply').click();
    await settle();
    expect(composerOf(mounted).value).toBe('Half a reply');
  });

  it('shows the draft of the conversation that is opened, whatever was typed in the one before', async () => {
    const second = deskSession({ id: 's2', agent: me, status: 'assigned' });
    const mounted = await mount({ ...mine, inbox: [mine.current, second] });
    const { desk, settle } = mounted;
    const shown = () => composerOf(mounted).shadowRoot?.querySelector('textarea')?.value;
    type(composerOf(mounted), 'For the first');
    desk.set({ current: second });
    await settle();
    expect(shown()).toBe('');
    type(composerOf(mounted), 'For the second');
    desk.set({ current: mine.current });
    await settle();
    expect(shown()).toBe('For the first');
    desk.set({ current: second });
    await settle();
    expect(shown()).toBe('For the second');
  });

  it('has a text box of its own for each draft, so that no undo brings one into another', async () => {
    const mounted = await mount(mine);
    const reply = composerOf(mounted);
    mounted.button('Note').click();
    await mounted.settle();
    const note = composerOf(mounted);
    expect(note).not.toBe(reply);
    mounted.desk.set({ current: deskSession({ id: 's2' }) });
    await mounted.settle();
    expect([reply, note]).not.toContain(composerOf(mounted));
  });

  it('lets whoever is writing finish when somebody else closes the conversation', async () => {
    const mounted = await mount(mine);
    const composer = composerOf(mounted);
    type(composer, 'Half a sen');
    mounted.desk.set({ current: { ...mine.current, status: 'closed' } });
    await mounted.settle();
    expect(composerOf(mounted)).toBe(composer);
    composer
      .shadowRoot!.querySelector('textarea')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    expect(mounted.desk.calls).not.toContain('send:text:Half a sen');
    expect(mounted.buttons('Reopen conversation')).toHaveLength(1);
    mounted.desk.set({ current: mine.current });
    await mounted.settle();
    expect([composerOf(mounted).value, composerOf(mounted).busy]).toEqual(['Half a sen', false]);
  });

  it('keeps the empty text box that has the focus when somebody else closes the conversation', async () => {
    const mounted = await mount(mine);
    composerOf(mounted).focus();
    mounted.desk.set({ current: { ...mine.current, status: 'closed' } });
    await mounted.settle();
    expect(mounted.all('support-desk-composer')).toHaveLength(1);
  });

  it('tells others about typing a reply, not about a note', async () => {
    const mounted = await mount(mine);
    type(composerOf(mounted), 'Hel');
    mounted.button('Note').click();
    await mounted.settle();
    type(composerOf(mounted), 'Psst');
    expect(mounted.desk.calls).toEqual(['typing']);
  });

  it('gives way to reopening when the conversation is closed, but still takes notes', async () => {
    const mounted = await mount({
      ...thread,
      current: { ...vera, status: 'closed', closedAt: vera.createdAt },
    });
    expect(mounted.all('support-desk-composer')).toHaveLength(0);
    expect(mounted.buttons('Reopen conversation')).toHaveLength(1);
    mounted.button('Add a note').click();
    await mounted.settle();
    expect(composerOf(mounted).label).toBe('Note');
  });
});

describe('<support-dashboard> keys', () => {
  const two = { ...thread, inbox: [vera, deskSession({ id: 's2' }), deskSession({ id: 's3' })] };

  it('walks through the list with J and K, starting at the open conversation', async () => {
    const { press, element } = await mount(two);
    const focused = () => element.shadowRoot?.activeElement?.getAttribute('data-session');
    await press('j');
    expect(focused()).toBe('s2');
    await press('j');
    await press('j');
    expect(focused()).toBe('s3');
    await press('k');
    expect(focused()).toBe('s2');
    await press('ArrowUp', element.shadowRoot!.activeElement!);
    expect(focused()).toBe('s1');
  });

  it('goes to the reply with R and to a note with N', async () => {
    const { press, one, element } = await mount(two);
    await press('r');
    const composer = () => one<HTMLElementTagNameMap['support-desk-composer']>('support-desk-composer');
    expect(element.shadowRoot?.activeElement).toBe(composer());
    await press('n', document.body);
    expect(composer().label).toBe('Note');
    expect(element.shadowRoot?.activeElement).toBe(composer());
  });

  it('takes and closes with I and E', async () => {
    const { press, desk } = await mount(two);
    await press('i');
    await press('e');
    expect(desk.calls).toEqual(['act:assign:"a1":s1', 'act:close:s1']);
    desk.set({ current: { ...vera, agent: tom } });
    await press('i');
    expect(desk.calls.at(-1)).toBe('act:assign:"a1":s1');
  });

  it('leaves letters to the field they are typed in, and to keys that go with them', async () => {
    const { press, one, desk } = await mount(two);
    await press('e', one('.search__input'));
    await press('e', document.body, { metaKey: true });
    await press('a', document.body, { ctrlKey: true });
    await press('J', document.body, { shiftKey: true });
    expect(desk.calls).toEqual([]);
  });

  it('takes capital letters where Caps Lock makes them', async () => {
    const { press, desk } = await mount(two);
    await press('E');
    expect(desk.calls).toEqual(['act:close:s1']);
  });

  it('walks while a key is held, and does nothing else twice', async () => {
    const { press, desk, element } = await mount(two);
    await press('e', document.body, { repeat: true });
    expect(desk.calls).toEqual([]);
    await press('j', document.body, { repeat: true });
    expect(element.shadowRoot?.activeElement?.getAttribute('data-session')).toBe('s2');
  });

  it('keeps its place in the list while rows move and go', async () => {
    const { press, desk, settle, element } = await mount(two);
    const focused = () => element.shadowRoot?.activeElement?.getAttribute('data-session');
    await press('j');
    expect(focused()).toBe('s2');
    const [first, second, third] = two.inbox;
    desk.set({ inbox: [third!, first!, second!] });
    await settle();
    expect(focused()).toBe('s2');
    desk.set({ inbox: [third!, first!] });
    await settle();
    expect(focused()).toBe('s1');
  });

  it('goes on from where it was when its row has been scrolled out of the document', async () => {
    const inbox = Array.from({ length: 80 }, (_, index) => deskSession({ id: `s${index}` }));
    const { press, element } = await mount({ ...two, inbox, current: null });
    const focused = () => element.shadowRoot?.activeElement?.getAttribute('data-session');
    await press('j');
    await press('j');
    (element.shadowRoot!.activeElement as HTMLElement).blur();
    await press('j');
    expect(focused()).toBe('s2');
  });

  it('does nothing behind an open menu', async () => {
    const { press, button, settle, desk } = await mount(two);
    button('Assignee: Unassigned').click();
    await settle();
    await press('e');
    expect(desk.calls).toEqual([]);
  });

  it('leaves keys alone that are pressed elsewhere on the page', async () => {
    const { press, desk } = await mount(two);
    const other = document.createElement('button');
    document.body.append(other);
    await press('e', other);
    expect(desk.calls).toEqual([]);
  });

  it('goes to the search with / and back with Escape', async () => {
    const { press, one, element, desk } = await mount(two);
    await press('/');
    const field = one<HTMLInputElement>('.search__input');
    expect(element.shadowRoot?.activeElement).toBe(field);
    await press('Escape', field);
    expect(element.shadowRoot?.activeElement).not.toBe(field);
    await press('Escape');
    expect(desk.calls).toEqual(['select:null']);
  });

  it('lists its keys with ?', async () => {
    const { press, one, all, settle, button } = await mount(two);
    await press('?');
    expect(one('dialog').getAttribute('aria-label')).toBe('Keyboard shortcuts');
    expect(all('dialog dt').map((term) => term.textContent)).toContain('Assign to me');
    button('Close').click();
    await settle();
    expect(all('dialog')).toHaveLength(0);
  });
});

describe('<support-dashboard> account and attention', () => {
  it('sets the availability and signs out from the account menu', async () => {
    const { button, desk, settle, all, one } = await mount();
    button('Account: Ada, Online').click();
    await settle();
    all('[role="menuitemradio"]')[1]?.click();
    await settle();
    expect(desk.calls).toEqual(['availability:away']);
    button('Account: Ada, Away').click();
    await settle();
    all('[role="menuitem"]').at(-1)?.click();
    await settle();
    expect(one('#email')).toBeTruthy();
  });

  it('offers no signing out where the page signs agents in', async () => {
    const { element, button, settle, all } = await mount();
    element.client = { accessToken: async () => 'jwt' };
    await settle();
    button('Account: Ada, Online').click();
    await settle();
    expect(all('[role="menuitem"]').map(accessibleName)).toEqual([
      'Turn desktop notifications on Only for your conversations and new ones',
      'Settings',
      'Reports',
      'Keyboard shortcuts',
    ]);
  });

  it('offers no signing out of a problem either where the page signs agents in', async () => {
    const { element, buttons, settle } = await mount({
      phase: 'failed',
      error: new ChatError('forbidden', ''),
    });
    expect(buttons('Sign out')).toHaveLength(1);
    element.client = { accessToken: async () => 'jwt' };
    await settle();
    expect(buttons('Sign out')).toHaveLength(0);
    expect(buttons('Try again')).toHaveLength(1);
  });

  it('counts in the title what came elsewhere, and puts the title back', async () => {
    document.title = 'Support';
    const { desk, settle } = await mount({ inbox: [{ ...vera, unread: 1 }] });
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const event = { type: 'message', session: vera, text: 'Hello?', direction: 'in' } as const;
    desk.emit(event);
    desk.emit(event);
    desk.emit({ ...event, direction: 'out' });
    desk.emit({ ...event, session: deskSession({ id: 's9', agent: tom }) });
    expect(document.title).toBe('(2) Support');
    await desk.select('s1');
    await settle();
    expect(document.title).toBe('Support');
    desk.emit(event);
    expect(document.title).toBe('Support');
    vi.restoreAllMocks();
  });

  it('says when it is offline', async () => {
    const { one, desk, settle } = await mount();
    expect(one('.bar').textContent?.trim()).toBe('');
    desk.set({ connection: 'offline' });
    await settle();
    expect(one('.bar').textContent).toContain('No connection');
  });

  it('mentions a late connection only when it stays late', async () => {
    const { one, desk, element } = await mount();
    vi.useFakeTimers();
    try {
      desk.set({ connection: 'connecting' });
      await element.updateComplete;
      await vi.advanceTimersByTimeAsync(1500);
      expect(one('.bar').textContent?.trim()).toBe('');
      await vi.advanceTimersByTimeAsync(1000);
      await element.updateComplete;
      expect(one('.bar').textContent?.trim()).toBe('Reconnecting…');
    } finally {
      vi.useRealTimers();
    }
  });
});
