// @vitest-environment happy-dom
// What the thread and the pane beside it offer besides talking, as an agent uses it.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ChatError } from '../core/errors.ts';
import type { DeskVisitor } from '../core/model.ts';
import { deskSession, deskVisitor, me, message } from '../core/testing/samples.ts';
import { SupportDashboard } from './support-dashboard.ts';
import { accessibleName, mount } from './testing/mount.ts';
import { linkTo } from './thread-menu.ts';

const vera = deskSession({ agent: me, status: 'assigned' });
const other = deskSession({ id: 's2', visitor: { id: 'v2', name: 'Otto', email: '', verified: false } });
const thread = { inbox: [vera, other], current: vera, threadPhase: 'ready', visitor: deskVisitor } as const;

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
  SupportDashboard.connect = null;
});

function edit(field: HTMLElement, value: string): void {
  (field as HTMLInputElement).value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

describe('a mention', () => {
  const mention = { session: other, by: { id: 'a2', name: 'Tom' }, at: '2026-11-23T09:00:00Z' };

  it('is said and leads to its conversation', async () => {
    const { desk, settle, one, button, all } = await mount(thread);
    desk.mention(mention);
    await settle();
    expect(one('.mentions[role="status"]').textContent).toContain('Tom mentioned you: Otto');
    button('Open').click();
    await settle();
    expect(desk.calls).toContain('select:s2');
    expect(all('.mentions__one')).toHaveLength(0);
  });

  it('can be put away', async () => {
    const { desk, settle, button, all } = await mount({ ...thread, mentions: [mention] });
    button('Put this away').click();
    await settle();
    expect(desk.calls).toContain('dismissMention:s2');
    expect(all('.mentions__one')).toHaveLength(0);
  });

  it('by somebody who has left is still one', async () => {
    const { text } = await mount({ ...thread, mentions: [{ ...mention, by: null }] });
    expect(text()).toContain('A colleague mentioned you: Otto');
  });

  it('counts in the title while nobody looks', async () => {
    const { desk, settle } = await mount(thread);
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    desk.mention(mention);
    await settle();
    expect(document.title).toContain('(1)');
  });
});

describe('typing in a conversation that nobody has', () => {
  it('offers to take it', async () => {
    const free = { ...vera, agent: null, status: 'open' as const };
    const { one, all, settle, button, desk } = await mount({ ...thread, current: free });
    expect(one('.answer__hint').textContent).toContain('Nobody has taken this');
    const composer = one<HTMLElementTagNameMap['support-desk-composer']>('support-desk-composer');
    edit(composer.renderRoot.querySelector('textarea') as HTMLElement, 'Hello');
    await settle();
    expect(one('.answer__hint').textContent).toContain('Take this conversation');
    button('Assign to me').click();
    await settle();
    expect(desk.calls).toContain('assign:a1');
    expect(all('.answer__hint')).toHaveLength(0);
  });
});

describe('the menu of a conversation', () => {
  it('has what can be done to it and has no button beside it', async () => {
    const { button, settle, all, desk, text } = await mount({ ...thread, inbox: [other] });
    button('More about this conversation').click();
    await settle();
    expect(all('[role="menu"] button').map(accessibleName).slice(0, 7)).toEqual([
      'Close and stay',
      'Snooze…',
      'Set priority…',
      'Tag…',
      'Mark as unread',
      'Block visitor…',
      'Copy link',
    ]);
    button('Snooze…').click();
    await settle();
    expect(text()).toContain('For Vera');
    all('.palette__entry')[1]?.click();
    await settle();
    expect(desk.calls[0]).toMatch(/^act:snooze:"20.*Z":s1$/);
  });

  it('keeps what it offers where it is while it is open', async () => {
    const unread = { ...vera, unread: 1 };
    const { button, settle, all, desk } = await mount({ ...thread, current: unread, inbox: [unread, other] });
    const offered = () => all('[role="menu"] button').map(accessibleName);
    button('More about this conversation').click();
    await settle();
    const before = offered();
    expect(before).not.toContain('Mark as unread');
    desk.set({ current: vera, inbox: [vera, other] });
    await settle();
    expect(offered()).toEqual(before);
    for (let n = 0; n < 2; n += 1) {
      button('More about this conversation').click();
      await settle();
    }
    expect(offered()).toContain('Mark as unread');
  });

  it('is about the conversation, whatever row has the focus', async () => {
    const { button, settle, one, desk } = await mount(thread);
    one('[data-session="s2"]').focus();
    button('More about this conversation').click();
    await settle();
    button('Mark as unread').click();
    await settle();
    expect(desk.calls).toEqual(['act:unread:s1']);
  });

  it.each([
    [{}, ''],
    [{ priority: 'urgent' }, 'Urgent priority'],
    [{ snoozedUntil: 'infinity' }, 'snoozed until reply'],
    [{ snoozedUntil: '2020-01-01T09:00:00Z' }, ''],
  ] as const)('stands beside what is worth knowing of it: %o', async (patch, said) => {
    const { one } = await mount({ ...thread, inbox: [], current: { ...vera, ...patch } });
    expect(accessibleName(one('.thread__facts')).replace(/^Not verified Open ?/, '')).toBe(said);
  });

  it('copies its link', async () => {
    const { button, settle, one } = await mount(thread);
    const writeText = vi.fn().mockResolvedValue(undefined);
    vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue({ writeText } as unknown as Clipboard);
    button('More about this conversation').click();
    await settle();
    button('Copy link').click();
    await settle();
    expect(writeText).toHaveBeenCalledWith(linkTo('s1', location.href));
    expect(one('.said').textContent).toContain('Link copied.');
  });

  it('gives each choice the room it needs, however many there are', async () => {
    const { button, settle, all } = await mount(thread);
    button('More about this conversation').click();
    await settle();
    for (const item of all('.menu__item')) expect(getComputedStyle(item).flexShrink).toBe('0');
  });

  it('shows the link where copying is not allowed', async () => {
    const { button, settle, one } = await mount(thread);
    vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue(undefined as unknown as Clipboard);
    button('More about this conversation').click();
    await settle();
    button('Copy link').click();
    await settle();
    expect(one('.said').textContent).toContain('#conversation=s1');
  });

  it('keeps path and query of the page in the link', () => {
    expect(linkTo('s1', 'https://shop.example/desk/?team=eu#old')).toBe(
      'https://shop.example/desk/?team=eu#conversation=s1',
    );
  });

  it('downloads every message', async () => {
    const { button, settle, one } = await mount({
      ...thread,
      messages: [{ ...message(1), status: 'sent', error: null }],
    });
    const names: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      names.push(this.download);
    });
    button('More about this conversation').click();
    await settle();
    button('Download as CSV, with notes').click();
    await settle();
    expect(click).toHaveBeenCalledOnce();
    expect(names).toEqual(['vera-2026-11-23.csv']);
    expect(one('.said').textContent).toContain('Transcript downloaded.');
  });

  it('says when a transcript could not be made', async () => {
    const { button, settle, one, desk } = await mount(thread);
    desk.refuse = new ChatError('offline', '');
    button('More about this conversation').click();
    await settle();
    button('Download as text').click();
    await settle();
    expect(one('.said').textContent).toContain('could not be made');
  });
});

describe('what is known of the visitor', () => {
  const shown = async (patch: Partial<DeskVisitor> = {}) => {
    const mounted = await mount({
      ...thread,
      visitor: { ...deskVisitor, email: 'vera@example.com', ...patch },
    });
    if (mounted.all('.context').length === 0) {
      mounted.button('Details').click();
      await mounted.settle();
    }
    return mounted;
  };

  it('is corrected where it is shown', async () => {
    const { button, settle, one, desk, all, element } = await shown();
    button('Edit name and email').click();
    await settle();
    expect(element.shadowRoot?.activeElement).toBe(one('#edit-name'));
    edit(one('#edit-email'), ' vera@example.org ');
    one<HTMLFormElement>('form.edit').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    expect(desk.calls).toContain('updateVisitor:{"email":"vera@example.org"}');
    expect(all('form.edit')).toHaveLength(0);
    expect(one('.context__email').textContent).toContain('vera@example.org');
    expect(element.shadowRoot?.activeElement).toBe(button('Edit name and email'));
  });

  it.each([
    [new ChatError('invalid', '', { details: { field: 'email' } }), 'not an email address'],
    [new ChatError('conflict', '', { details: { reason: 'verified' } }), 'verified meanwhile'],
    [new ChatError('offline', ''), 'cannot be reached'],
    [new ChatError('unknown', ''), 'Try again'],
  ])('says why it was not saved, and keeps what was typed', async (error, words) => {
    const { button, settle, one, desk } = await shown();
    button('Edit name and email').click();
    await settle();
    edit(one('#edit-email'), 'nonsense');
    desk.refuse = error;
    one<HTMLFormElement>('form.edit').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    expect(one('#edit-problem').textContent).toContain(words);
    expect(one<HTMLInputElement>('#edit-email').value).toBe('nonsense');
  });

  it('asks the server for nothing where nothing was changed', async () => {
    const { button, settle, one, desk, all } = await shown();
    button('Edit name and email').click();
    await settle();
    one<HTMLFormElement>('form.edit').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    expect(desk.calls.filter((call) => call.startsWith('update'))).toEqual([]);
    expect(all('form.edit')).toHaveLength(0);
  });

  it('keeps what somebody else changed since editing began', async () => {
    const { button, settle, one, desk } = await shown();
    button('Edit name and email').click();
    await settle();
    const visitor = { id: deskVisitor.id, name: 'Vera Lind', email: 'vera@example.com', verified: false };
    desk.set({ visitor: { ...deskVisitor, ...visitor }, current: { ...vera, visitor } });
    await settle();
    expect(one('.thread__name').textContent).toContain('Vera Lind');
    edit(one('#edit-email'), 'vera@example.org');
    one<HTMLFormElement>('form.edit').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    expect(desk.calls.filter((call) => call.startsWith('update'))).toEqual([
      'updateVisitor:{"email":"vera@example.org"}',
    ]);
  });

  it('is left alone with Escape', async () => {
    const { button, settle, one, press, all } = await shown();
    button('Edit name and email').click();
    await settle();
    edit(one('#edit-name'), 'Nonsense');
    await press('Escape', one('#edit-name'));
    expect(all('form.edit')).toHaveLength(0);
    expect(one('.context__name').textContent).toBe('Vera');
  });

  it('is not an agent’s to change where somebody vouches for it', async () => {
    const vouched = await shown({ externalId: 'u1', verified: true });
    expect(vouched.buttons('Edit name and email')).toHaveLength(0);
    vouched.element.remove();
    const account = await shown({ verified: true });
    account.button('Edit name and email').click();
    await account.settle();
    expect(account.one<HTMLInputElement>('#edit-name').readOnly).toBe(false);
    expect(account.one<HTMLInputElement>('#edit-email').readOnly).toBe(true);
  });

  it('has notes, which are saved when the agent says so', async () => {
    const { button, buttons, settle, one, desk, press } = await shown({ notes: 'Likes tea' });
    const notes = one<HTMLTextAreaElement>('#visitor-notes');
    expect(accessibleName(one('label[for="visitor-notes"]'))).toBe('Memo for the team');
    expect(notes.value).toBe('Likes tea');
    expect(buttons('Save')).toHaveLength(0);
    edit(notes, 'Likes coffee');
    await settle();
    button('Cancel').click();
    await settle();
    expect(notes.value).toBe('Likes tea');
    edit(notes, 'Likes cocoa');
    await settle();
    await press('Enter', notes, { ctrlKey: true });
    expect(desk.calls).toContain('updateVisitor:{"notes":"Likes cocoa"}');
    expect(buttons('Save')).toHaveLength(0);
  });

  it('keeps notes of which saving failed, and shows what a colleague wrote meanwhile', async () => {
    const { button, settle, one, desk, text } = await shown({ notes: 'Likes tea' });
    const notes = one<HTMLTextAreaElement>('#visitor-notes');
    edit(notes, 'Likes coffee');
    await settle();
    desk.refuse = new ChatError('offline', '');
    button('Save').click();
    await settle();
    expect(notes.value).toBe('Likes coffee');
    expect(text()).toContain('Not saved: the server cannot be reached.');
    desk.set({ visitor: { ...deskVisitor, notes: 'Likes milk' } });
    await settle();
    expect(text()).toContain('Saving replaces theirs: Likes milk');
    expect(notes.value).toBe('Likes coffee');
  });

  it('takes no notes that are too long', async () => {
    const { button, settle, one, text } = await shown();
    edit(one('#visitor-notes'), '😀'.repeat(4_002));
    await settle();
    expect(button('Save').disabled).toBe(true);
    expect(text()).toContain('2 characters too many');
  });

  it('tells where they were before', async () => {
    const { all } = await shown({
      pageUrl: 'https://shop.example/cart',
      pageTrail: [
        { url: 'https://shop.example/tea', title: 'Tea', leftAt: '2026-11-23T09:00:00Z' },
        { url: 'javascript:alert(1)', title: null, leftAt: '2026-11-23T08:00:00Z' },
      ],
    });
    expect(all('.trail a').map((link) => link.getAttribute('href'))).toEqual(['https://shop.example/tea']);
    expect(all('.trail__page').map((page) => page.textContent)).toHaveLength(2);
  });
});

it('what is written while an answer goes out stays', async () => {
  const { desk, one, settle } = await mount(thread);
  const composer = one<HTMLElementTagNameMap['support-desk-composer']>('support-desk-composer');
  const field = composer.renderRoot.querySelector('textarea') as HTMLTextAreaElement;
  let taken = () => {};
  desk.send = () => new Promise((resolve) => (taken = resolve));
  edit(field, 'Hello');
  await composer.updateComplete;
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }));
  edit(field, 'Hello again');
  taken();
  await settle();
  expect([desk.draft('s1'), composer.value]).toEqual(['Hello again', 'Hello again']);
});

describe('an unsent note', () => {
  it('is there again after a reload, as a note', async () => {
    const { desk, one, settle, element } = await mount({ inbox: [vera] });
    desk.setDraft('s1:note', 'Ask Tom');
    desk.set({ current: vera, threadPhase: 'ready' });
    await settle();
    const composer = one<HTMLElementTagNameMap['support-desk-composer']>('support-desk-composer');
    expect(composer.tone).toBe('note');
    expect(composer.value).toBe('Ask Tom');
    element.remove();
  });

  it('gives way to a reply, unless the note was on screen last', async () => {
    const { desk, one, settle, button } = await mount({ inbox: [vera] });
    desk.setDraft('s1:note', 'Ask Tom');
    desk.setDraft('s1', 'Hello');
    desk.set({ current: vera, threadPhase: 'ready' });
    await settle();
    const composer = () => one<HTMLElementTagNameMap['support-desk-composer']>('support-desk-composer');
    expect(composer().tone).toBe('reply');
    button('Note').click();
    await settle();
    expect(desk.preference('mode:s1')).toBe('note');
    button('Reply').click();
    await settle();
    expect(desk.preference('mode:s1')).toBe('');
  });
});
