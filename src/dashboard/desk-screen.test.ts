// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatError } from '../core/errors.ts';
import { NO_FILTER } from '../core/inbox.ts';
import type { DeskSession } from '../core/model.ts';
import { deskSession, deskVisitor, me } from '../core/testing/samples.ts';
import { SupportDashboard } from './support-dashboard.ts';
import { accessibleName, type Mounted, mount } from './testing/mount.ts';

const tom = { ...me, id: 'a2', name: 'Tom' };
const own = { agent: me, status: 'assigned' } as const;
const waiting = '2026-11-23T09:00:00Z';

function row(id: string, name: string, patch: Partial<DeskSession> = {}): DeskSession {
  return deskSession({ id, visitor: { id: `v-${id}`, name, email: '', verified: false }, ...patch });
}

const vera = row('s1', 'Vera', own);
const wim = row('s2', 'Wim', { tags: ['vip'] });
const xenia = row('s3', 'Xenia', { waitingSince: waiting });
const inbox = [vera, wim, xenia];
const three = { inbox, agents: [me, tom], tab: 'all' } as const;
const open = { ...three, current: vera, threadPhase: 'ready' } as const;

beforeEach(() => {
  // happy-dom has no modal dialogs.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
});

afterEach(() => {
  document.body.replaceChildren();
  SupportDashboard.connect = null;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  history.replaceState(null, '', location.pathname);
});

function options({ all }: Mounted): string[] {
  return all('.palette [role="option"]').map((option) => accessibleName(option));
}

async function choose(mounted: Mounted, label: string): Promise<void> {
  const option = mounted.all('.palette__label').find((one) => one.textContent?.trim() === label);
  if (!option) throw new Error(`${label} is not among ${options(mounted).join(', ')}`);
  option.click();
  await mounted.settle();
}

async function type(mounted: Mounted, text: string): Promise<void> {
  const field = mounted.one<HTMLInputElement>('.palette__input');
  field.value = text;
  field.dispatchEvent(new Event('input'));
  await mounted.settle();
}

describe('what is done by keys', () => {
  it.each([
    ['i', {}, 'act:assign:"a1":s2'],
    ['u', {}, 'act:unread:s2'],
    ['e', {}, 'act:close:s2'],
    ['E', { shiftKey: true }, 'act:close:s2'],
  ] as const)('%s %o is about the row in focus rather than what is open', async (key, init, call) => {
    const mounted = await mount(open);
    mounted.one('[data-session="s2"]').focus();
    await mounted.press(key, mounted.one('[data-session="s2"]'), init);
    expect(mounted.desk.calls).toEqual([call]);
  });

  it('reopens what is closed with Shift and R', async () => {
    const closed = row('s1', 'Vera', { status: 'closed' });
    const { press, desk } = await mount({ ...three, inbox: [closed], current: closed, threadPhase: 'ready' });
    await press('R', document.body, { shiftKey: true });
    expect(desk.calls).toEqual(['act:reopen:s1']);
  });

  it.each([
    ['a', 'Tom', 'act:assign:"a2":s1'],
    ['a', 'Nobody', 'act:assign:null:s1'],
    ['z', 'Until the visitor replies', 'act:snooze:"infinity":s1'],
    ['p', 'Urgent', 'act:priority:"urgent":s1'],
    ['l', 'vip', 'act:tag:["vip"]:[]:s1'],
    ['b', 'For good', 'act:block:"infinity":s1'],
  ])('asks with %s, and does %s', async (key, answer, call) => {
    const mounted = await mount(open);
    await mounted.press(key);
    await choose(mounted, answer);
    expect(mounted.desk.calls).toEqual([call]);
    expect(mounted.all('.palette')).toHaveLength(0);
  });

  it('does nothing by letters where they are switched off, and everything by the palette', async () => {
    const mounted = await mount({
      ...open,
      preferences: { letterKeys: false, notifications: false, views: [] },
    });
    for (const key of ['e', 'i', 'z', '/', '?', ']', 'j']) await mounted.press(key);
    expect(mounted.desk.calls).toEqual([]);
    expect(mounted.all('dialog')).toHaveLength(0);
    await mounted.press('k', document.body, { ctrlKey: true });
    await choose(mounted, 'Close conversation');
    expect(mounted.desk.calls).toContain('act:close:s1');
  });

  it('switches letters off in the sheet of keys', async () => {
    const { press, one, desk, settle } = await mount(open);
    await press('?');
    one('.sheet__switch input').click();
    await settle();
    expect(desk.state.preferences.letterKeys).toBe(false);
  });

  it('does not answer a question with the Enter that led to it', async () => {
    const mounted = await mount(open);
    await mounted.press('k', document.body, { ctrlKey: true });
    await type(mounted, 'block visitor');
    const field = mounted.one('.palette__input');
    await mounted.press('Enter', field);
    expect(options(mounted)[0]).toBe('For one hour');
    await mounted.press('Enter', field, { repeat: true });
    const done = () => mounted.desk.calls.filter((call) => call.startsWith('act:'));
    expect(done()).toEqual([]);
    await mounted.press('Enter', field);
    expect(done()).toHaveLength(1);
  });

  it.each([['?'], ['z']])('goes on by keys where the element was moved with what %s opened', async (key) => {
    const { press, element, all, settle, desk } = await mount(open);
    await press(key);
    expect(all('dialog')).toHaveLength(1);
    element.remove();
    document.body.append(element);
    await settle();
    expect(all('dialog')).toHaveLength(0);
    await press('u');
    expect(desk.calls).toContain('act:unread:s1');
  });

  it('goes through the lists with brackets', async () => {
    const { press, desk } = await mount(open);
    await press(']');
    await press(']');
    await press('[');
    expect(desk.calls).toEqual(['showTab:closed', 'showTab:mine', 'showTab:closed']);
  });
});

describe('a block', () => {
  it.each([
    ['infinity', 'Blocked for good', 'Unblock visitor'],
    ['2100-01-01T09:00:00Z', 'Blocked until', 'Unblock visitor'],
    ['2020-01-01T09:00:00Z', null, 'Block visitor… B'],
    [null, null, 'Block visitor… B'],
  ] as const)(
    'until %s is told, and can be ended as long as it lasts',
    async (blockedUntil, told, command) => {
      const mounted = await mount({ ...open, visitor: { ...deskVisitor, id: 'v-s1', blockedUntil } });
      const [warning] = mounted.all('.context__warning');
      if (told) expect(warning?.textContent).toContain(told);
      else expect(warning).toBe(undefined);
      await mounted.press('k', document.body, { ctrlKey: true });
      expect(options(mounted).filter((one) => /block/i.test(one))).toEqual([command]);
    },
  );
});

describe('closing and taking back', () => {
  it('opens who waits next', async () => {
    const { press, desk } = await mount(open);
    await press('e');
    expect(desk.calls).toEqual(['act:close:s1', 'select:s3']);
  });

  it('leaves the focus alone that was nowhere, since the next key would be typed into a reply', async () => {
    const { press, element } = await mount(open);
    await press('i');
    expect(element.shadowRoot?.activeElement).toBe(null);
  });

  it('stays where nobody waits, or where that is wanted', async () => {
    const quiet = await mount({ ...open, inbox: [vera, wim, { ...xenia, agent: tom }] });
    await quiet.press('e');
    expect(quiet.desk.calls).toEqual(['act:close:s1']);
    quiet.element.remove();
    const staying = await mount(open);
    await staying.press('E', document.body, { shiftKey: true });
    expect(staying.desk.calls).toEqual(['act:close:s1']);
  });

  it('does not go on from what could not be closed', async () => {
    const { press, desk } = await mount(open);
    vi.spyOn(desk, 'act').mockResolvedValue();
    await press('e');
    expect(desk.calls).toEqual([]);
  });

  it('calls the way back by what it does, and returns to what was closed', async () => {
    const { press, button, buttons, desk, one, settle } = await mount(open);
    await press('e');
    expect(one('.toasts--done').textContent).toContain('Vera: closed');
    expect(buttons('Undo')).toHaveLength(0);
    button('Reopen conversation').click();
    await settle();
    expect(desk.calls.slice(2)).toEqual(['undo', 'select:s1']);
  });

  it('has one button to reopen where what was closed is still on screen', async () => {
    const { press, buttons } = await mount({ ...open, inbox: [vera] });
    await press('e');
    expect(buttons('Reopen conversation')).toHaveLength(1);
    expect(buttons('Undo')).toHaveLength(1);
  });

  it('undoes with Ctrl and Z, outside of fields only', async () => {
    const { press, desk, one } = await mount({
      ...open,
      done: { action: { type: 'unread' }, before: [wim] },
    });
    await press('z', one('.search__input'), { ctrlKey: true });
    expect(desk.calls).toEqual([]);
    await press('z', document.body, { ctrlKey: true });
    expect(desk.calls[0]).toBe('undo');
  });

  it('leaves the way back for eight seconds, and longer while somebody is at it', async () => {
    const { desk, button, settle } = await mount(open);
    vi.useFakeTimers();
    desk.set({ done: { action: { type: 'assign', agentId: 'a2' }, before: [wim] } });
    await vi.advanceTimersByTimeAsync(7_900);
    expect(desk.state.done).not.toBe(null);
    button('Undo').focus();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(desk.state.done).not.toBe(null);
    button('Undo').blur();
    await vi.advanceTimersByTimeAsync(8_100);
    expect(desk.state.done).toBe(null);
    vi.useRealTimers();
    await settle();
  });

  it.each([
    [{ type: 'assign', agentId: 'a1' }, 'Wim: assigned to you'],
    [{ type: 'assign', agentId: 'a2' }, 'Wim: assigned to Tom'],
    [{ type: 'snooze', until: 'infinity' }, 'Wim: snoozed until reply'],
    [{ type: 'priority', priority: 'high' }, 'Wim: priority set to high'],
    [{ type: 'block', until: null }, 'Wim: visitor unblocked'],
  ] as const)('says what was done: %o', async (action, words) => {
    const { one } = await mount({ ...open, done: { action, before: [wim] } });
    expect(one('.toasts--done').textContent).toContain(words);
  });
});

describe('choosing several', () => {
  it('chooses rows with X and acts on all of them', async () => {
    const mounted = await mount(three);
    const { press, one, button, settle, desk } = mounted;
    await press('j');
    await press('x', one('[data-session="s1"]'));
    await press('j', one('[data-session="s1"]'));
    await press('x', one('[data-session="s2"]'));
    expect(one('.bulk__count').textContent).toBe('2 selected');
    button('Assign').click();
    await settle();
    await choose(mounted, 'Tom');
    expect(desk.calls).toEqual(['act:assign:"a2":s1,s2']);
    expect(mounted.all('.bulk')).toHaveLength(0);
  });

  it('chooses a range with Shift, all, and none', async () => {
    const { all, one, button, buttons, settle } = await mount(three);
    button('Select').click();
    await settle();
    const boxes = all('.row__check') as HTMLInputElement[];
    boxes[0]?.click();
    await settle();
    boxes[2]?.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    await settle();
    expect(one('.bulk__count').textContent).toBe('3 selected');
    expect(boxes.map((box) => box.checked)).toEqual([true, true, true]);
    boxes[1]?.click();
    await settle();
    expect(one('.bulk__count').textContent).toBe('2 selected');
    button('Clear selection').click();
    await settle();
    expect(buttons('Clear selection')).toHaveLength(0);
  });

  it('closes them without going anywhere', async () => {
    const { one, button, settle, desk } = await mount(open);
    button('Select').click();
    await settle();
    one<HTMLInputElement>('.bulk .check').click();
    await settle();
    button('Close').click();
    await settle();
    expect(desk.calls).toEqual(['act:close:s1,s2,s3']);
  });

  it('does not keep what has left the list, and ends with Escape', async () => {
    const { all, button, settle, desk, one, press } = await mount(three);
    button('Select').click();
    await settle();
    all('.row__check')[0]?.click();
    all('.row__check')[1]?.click();
    await settle();
    desk.set({ inbox: [wim] });
    await settle();
    expect(one('.bulk__count').textContent).toBe('1 selected');
    await press('Escape');
    expect(all('.bulk')).toHaveLength(0);
  });
});

describe('the menu of a row', () => {
  it('opens where it is asked for, does what is chosen and goes back to its row', async () => {
    const { one, all, settle, desk, element } = await mount(three);
    one('[data-session="s2"]').dispatchEvent(new MouseEvent('contextmenu', { cancelable: true }));
    await settle();
    const items = all('[role="menu"] [role="menuitem"]');
    expect(items.map(accessibleName)).toContain('Snooze…');
    expect(element.shadowRoot?.activeElement).toBe(items[0]);
    items.find((item) => accessibleName(item) === 'Mark as unread')?.click();
    await settle();
    expect(desk.calls).toEqual(['act:unread:s2']);
    expect(all('[role="menu"]')).toHaveLength(0);
    expect(element.shadowRoot?.activeElement?.getAttribute('data-session')).toBe('s2');
  });

  it('closes with Escape', async () => {
    const { one, all, settle, press } = await mount(three);
    one('[data-session="s2"]').dispatchEvent(new MouseEvent('contextmenu', { cancelable: true }));
    await settle();
    await press('Escape', all('[role="menuitem"]')[0]);
    expect(all('[role="menu"]')).toHaveLength(0);
  });
});

const greeting = {
  id: 'c1',
  shortcut: 'hi',
  title: 'Hello',
  shared: true,
  updatedAt: '2026-11-23T10:00:00Z',
};

describe('the palette', () => {
  it('stays when the browser says late that the one before was closed', async () => {
    const mounted = await mount(open);
    await mounted.press('k', document.body, { metaKey: true });
    const before = mounted.one('.palette');
    before.dispatchEvent(new Event('cancel', { cancelable: true }));
    await mounted.settle();
    expect(mounted.all('.palette')).toHaveLength(0);
    await mounted.press('z');
    before.dispatchEvent(new Event('close'));
    await mounted.settle();
    expect(options(mounted).join()).toContain('One hour');
  });

  it('finds actions, conversations, agents and canned responses, with their keys', async () => {
    const mounted = await mount(open);
    mounted.desk.set({ canned: [{ ...greeting, content: 'Hi, how can I help?' }] });
    await mounted.press('k', document.body, { metaKey: true });
    expect(options(mounted)).toContain('Snooze… Z');
    await type(mounted, 'wim');
    expect(options(mounted)[0]).toContain('Wim');
    await type(mounted, 'tom');
    expect(options(mounted).join()).toMatch(/Assign to Tom.*Show Tom’s conversations/);
    await type(mounted, 'how can');
    expect(options(mounted).join()).toContain('Insert “Hello”');
    await type(mounted, 'nothing like this');
    await new Promise((resolve) => setTimeout(resolve, 250));
    await mounted.settle();
    expect(mounted.one('.palette__status').textContent).toContain('Nothing found');
  });

  it.each([
    ['snooze one', 'Snooze: One hour', /^act:snooze:"20.*Z":s1$/],
    ['urgent', 'Priority: Urgent', 'act:priority:"urgent":s1'],
    ['vip', 'Add tag “vip”', 'act:tag:["vip"]:[]:s1'],
    ['eu', 'Remove tag “eu”', 'act:tag:[]:["eu"]:s1'],
    ['block good', 'Block the visitor: For good', 'act:block:"infinity":s1'],
    ['vip', 'Show tag “vip” only', 'showView:all:waiting:tag=vip'],
  ])('finds with “%s” what lies behind a question: %s', async (query, label, call) => {
    const current = { ...vera, tags: ['eu'] };
    const mounted = await mount({ ...open, inbox: [current, wim], current });
    await mounted.press('k', document.body, { ctrlKey: true });
    expect(options(mounted)).not.toContain(label);
    await type(mounted, query);
    await choose(mounted, label);
    const { calls } = mounted.desk;
    if (typeof call === 'string') expect(calls).toContain(call);
    else expect(calls.at(-1)).toMatch(call);
  });

  it('asks for a time that none of the choices is, and goes back from there', async () => {
    const mounted = await mount(open);
    await mounted.press('k', document.body, { ctrlKey: true });
    await type(mounted, 'pick a time');
    await choose(mounted, 'Snooze: Pick a time…');
    expect(mounted.all('.palette__time')).toHaveLength(1);
  });

  it('has all that buttons do on the page, where it applies', async () => {
    const mounted = await mount({ ...open, visitor: { ...deskVisitor, id: 'v-s1', verified: false } });
    const more = ['Copy link', 'Hide details', 'Edit name and email', 'Memo for the team'];
    await mounted.press('k', document.body, { ctrlKey: true });
    expect(options(mounted)).toEqual(expect.arrayContaining([...more, 'Settings', 'Reports', 'Save view']));
    expect(options(mounted).filter((one) => one.startsWith('Transcript: '))).toHaveLength(3);
    expect(options(mounted)).not.toContain('Clear filters');
    await mounted.press('Escape');
    mounted.all('dialog')[0]?.dispatchEvent(new Event('cancel'));
    mounted.one('[data-session="s2"]').focus();
    await mounted.press('k', document.body, { ctrlKey: true });
    for (const label of more) expect(options(mounted)).not.toContain(label);
  });

  it.each([
    ['Edit name and email', '#edit-name'],
    ['Memo for the team', '#visitor-notes'],
    ['Save view', '.filters__name'],
    ['Settings', '.manage__back'],
  ])('goes to where it is done: %s', async (label, place) => {
    const visitor = { ...deskVisitor, id: 'v-s1', verified: false, externalId: null };
    const mounted = await mount({ ...open, visitor });
    await mounted.press('k', document.body, { ctrlKey: true });
    await choose(mounted, 'Hide details');
    await mounted.press('k', document.body, { ctrlKey: true });
    await choose(mounted, label);
    expect(mounted.element.shadowRoot?.activeElement).toBe(mounted.one(place));
  });

  it('does with the keyboard what is marked', async () => {
    const mounted = await mount(open);
    await mounted.press('k', document.body, { ctrlKey: true });
    await type(mounted, 'show closed');
    const field = mounted.one('.palette__input');
    expect(field.getAttribute('aria-activedescendant')).toBe('palette-0');
    await mounted.press('Enter', field);
    expect(mounted.desk.calls).toContain('showTab:closed');
  });

  it('walks around the list', async () => {
    const mounted = await mount(open);
    await mounted.press('p');
    const field = mounted.one('.palette__input');
    const marked = () => mounted.all('[aria-selected="true"].palette__entry').map(accessibleName);
    expect(marked()).toEqual(['Urgent']);
    await mounted.press('ArrowUp', field);
    expect(marked()).toEqual(['Low']);
    await mounted.press('ArrowDown', field);
    expect(marked()).toEqual(['Urgent']);
  });

  it('makes a new tag of what is typed', async () => {
    const mounted = await mount(open);
    await mounted.press('l');
    await type(mounted, 'Wholesale');
    await choose(mounted, 'Add tag “Wholesale”');
    expect(mounted.desk.calls).toEqual(['act:tag:["Wholesale"]:[]:s1']);
  });

  it('snoozes until any time to come, and no other', async () => {
    const mounted = await mount(open);
    await mounted.press('z');
    await choose(mounted, 'Pick a time…');
    const field = mounted.one<HTMLInputElement>('.palette__time');
    field.value = '2020-01-01T09:00';
    const submit = () =>
      mounted.one('.palette__form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    submit();
    await mounted.settle();
    expect(mounted.one('[role="alert"].palette__wrong').textContent).toContain('within the next year');
    expect(mounted.desk.calls).toEqual([]);
    field.value = new Date(Date.now() + 90_000_000).toISOString().slice(0, 16);
    submit();
    await mounted.settle();
    expect(mounted.desk.calls[0]).toMatch(/^act:snooze:"20.*Z":s1$/);
  });

  it('puts a canned response behind what is written', async () => {
    const mounted = await mount(open);
    mounted.desk.set({ canned: [{ ...greeting, content: 'How can I help?' }] });
    mounted.desk.setDraft('s1', 'Dear Vera,');
    await mounted.press('k', document.body, { ctrlKey: true });
    await choose(mounted, 'Insert “Hello”');
    expect(mounted.desk.draft('s1')).toBe('Dear Vera,\nHow can I help?');
  });

  it('fills in what a canned response leaves open', async () => {
    const mounted = await mount(open);
    mounted.desk.set({ canned: [{ ...greeting, content: 'Hi {{visitor.first_name}}, {{visitor.email}}' }] });
    await mounted.press('k', document.body, { ctrlKey: true });
    await choose(mounted, 'Insert “Hello”');
    expect(mounted.desk.draft('s1')).toBe('Hi Vera, {{visitor.email}}');
  });
});

describe('filters and views', () => {
  it('filters by what is chosen, and clears it again', async () => {
    const { button, settle, all, desk } = await mount(three);
    button('Filter').click();
    await settle();
    const [, tag] = all('.filters__select') as HTMLSelectElement[];
    if (tag) tag.value = 'vip';
    tag?.dispatchEvent(new Event('change'));
    await settle();
    all('.filters__box input')[0]?.click();
    await settle();
    expect(desk.calls).toEqual(['showView:all:waiting:tag=vip', 'showView:all:waiting:tag=vip&unread=true']);
    button('Clear filters').click();
    await settle();
    expect(desk.calls.at(-1)).toBe('showView:all:waiting:');
  });

  it('filters by days, named in any order', async () => {
    const { button, settle, all, desk } = await mount(three);
    button('Filter').click();
    await settle();
    const enter = async (index: number, value: string) => {
      const field = all('.filters__select')[index] as HTMLInputElement | HTMLSelectElement;
      field.value = value;
      field.dispatchEvent(new Event('change'));
      await settle();
    };
    await enter(3, 'days');
    expect(desk.calls.at(-1)).toMatch(/active=\d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d$/);
    await enter(4, '2026-11-01');
    await enter(5, '2026-10-20');
    expect(desk.calls.at(-1)).toBe('showView:all:waiting:active=2026-11-01/2026-10-20');
    // In the order in which they were entered, and told in theirs.
    expect(
      all('.filters__select')
        .slice(4)
        .map((one) => (one as HTMLInputElement).value),
    ).toEqual(['2026-11-01', '2026-10-20']);
    await enter(5, '');
    expect(desk.calls.at(-1)).toBe('showView:all:waiting:active=2026-11-01/');
    await enter(4, '');
    expect(desk.calls.at(-1)).toBe('showView:all:waiting:');
    expect(all('.filters__select')).toHaveLength(4);
  });

  it.each([
    ['2026-11-02/2026-11-03', 'Remove filter: Nov 2\u2009–\u20093, 2026'],
    ['2026-11-03/2026-11-02', 'Remove filter: Nov 2\u2009–\u20093, 2026'],
    ['2026-11-02/', 'Remove filter: Nov 2, 2026 –'],
    ['/2026-11-03', 'Remove filter: – Nov 3, 2026'],
    ['week', 'Remove filter: In the last 7 days'],
  ] as const)('names the days %s', async (active, name) => {
    const { button, settle, desk } = await mount({ ...three, filter: { ...NO_FILTER, active } });
    button(name).click();
    await settle();
    expect(desk.calls).toEqual(['showView:all:waiting:']);
  });

  it('names each filter that is on, and takes it away', async () => {
    const { button, settle, desk } = await mount({
      ...three,
      filter: { ...NO_FILTER, tag: 'vip', agent: 'a2' },
    });
    button('Remove filter: Tom').click();
    await settle();
    expect(desk.calls).toEqual(['showView:all:waiting:tag=vip']);
  });

  it('keeps a view, shows it and forgets it', async () => {
    const mounted = await mount({ ...three, sort: 'priority', filter: { ...NO_FILTER, tag: 'vip' } });
    const { button, settle, one, desk } = mounted;
    button('Filter, 1 filter is on').click();
    await settle();
    one<HTMLInputElement>('.filters__name').value = ' VIPs ';
    one('.filters__save').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settle();
    expect(desk.state.preferences.views).toEqual([
      { name: 'VIPs', tab: 'all', sort: 'priority', filter: { ...NO_FILTER, tag: 'vip' } },
    ]);
    button('VIPs').click();
    await settle();
    expect(desk.calls.at(-1)).toBe('showView:all:priority:tag=vip');
    button('Delete view VIPs').click();
    await settle();
    expect(desk.state.preferences.views).toEqual([]);
  });

  it('keeps the focus where more is asked for, and leaves it at the last row when there is no more', async () => {
    const { desk, element, settle, button, one } = await mount({
      ...three,
      hasMore: true,
      filter: { ...NO_FILTER, tag: 'rare' },
    });
    button('Look further back').focus();
    desk.set({ loadingMore: true });
    await settle();
    expect(element.shadowRoot?.activeElement?.getAttribute('aria-disabled')).toBe('true');
    desk.set({ loadingMore: false, hasMore: false });
    await settle();
    expect(element.shadowRoot?.activeElement).toBe(one('.list > :last-child .row__button'));
  });

  it('looks further back through a filter only when asked', async () => {
    const { desk, settle, button } = await mount({
      ...three,
      inbox: [],
      hasMore: true,
      filter: { ...NO_FILTER, tag: 'rare' },
    });
    desk.set({ counts: { ...desk.state.counts } });
    await settle();
    const before = desk.calls.length;
    desk.set({ counts: { ...desk.state.counts } });
    await settle();
    expect(desk.calls.length).toBe(before);
    button('Look further back').click();
    expect(desk.calls.at(-1)).toBe('loadMore');
  });
});

describe('the focus', () => {
  const focused = ({ element }: Mounted) => {
    const active = element.shadowRoot?.activeElement;
    return active ? accessibleName(active) : null;
  };
  const press = async (mounted: Mounted, ...names: string[]) => {
    for (const name of names) {
      mounted.button(name).focus();
      mounted.button(name).click();
      await mounted.settle();
    }
  };
  const vip = { ...NO_FILTER, tag: 'vip' };
  const view = { name: 'VIPs', tab: 'all', sort: 'newest', filter: vip } as const;
  const done = { action: { type: 'unread' }, before: [wim] } as const;

  it.each([
    [
      'a view',
      { preferences: { letterKeys: true, notifications: false, views: [view] } },
      ['Filter', 'Delete view VIPs'],
      'Filter',
    ],
    ['all filters', { filter: vip }, ['Filter, 1 filter is on', 'Clear filters'], 'Filter'],
    ['a filter', { filter: vip }, ['Remove filter: vip'], 'Filter'],
    ['the button that selects', {}, ['Select'], 'Select all'],
    ['a selection', {}, ['Select', 'Clear selection'], 'Select'],
  ] as const)('stays near by when %s goes', async (_, patch, buttons, place) => {
    const mounted = await mount({ ...open, ...patch });
    await press(mounted, ...buttons);
    expect(focused(mounted)).toBe(place);
  });

  it('goes to the row on screen from what was read, and not into a reply', async () => {
    const mounted = await mount({ ...open, done });
    await press(mounted, 'Dismiss');
    expect(mounted.element.shadowRoot?.activeElement).toBe(mounted.one('[data-session="s1"]'));
  });

  it('stays above the list when what is selected was dealt with', async () => {
    const mounted = await mount(three);
    await press(mounted, 'Select');
    mounted.one<HTMLInputElement>('.bulk .check').click();
    await mounted.settle();
    await press(mounted, 'Close');
    expect(focused(mounted)).toBe('Select');
  });

  it('leaves the filters with Escape, and the conversation with the next one', async () => {
    const mounted = await mount(open);
    await press(mounted, 'Filter');
    await mounted.press('Escape', mounted.one('.filters__name'));
    expect(mounted.all('.filters')).toHaveLength(0);
    expect(focused(mounted)).toBe('Filter');
    expect(mounted.desk.calls).toEqual([]);
    await mounted.press('Escape', mounted.button('Filter'));
    expect(mounted.desk.calls).toEqual(['select:null']);
  });
});

describe('search', () => {
  async function search(mounted: Mounted, query: string): Promise<void> {
    const field = mounted.one<HTMLInputElement>('.search__input');
    field.value = query;
    field.dispatchEvent(new Event('input'));
    await new Promise((resolve) => setTimeout(resolve, 250));
    await mounted.settle();
  }

  it('shows what the database finds, marked, and goes back with Escape', async () => {
    const mounted = await mount(three);
    mounted.desk.hits = [
      {
        session: row('s9', 'Yara', { preview: 'Bye' }),
        message: null,
        matched: 'name',
        highlights: [[0, 3]],
      },
      {
        session: row('s8', 'Zoe', { preview: 'Bye' }),
        message: { ...messageOf('🙂 I miss the yarn'), sessionId: 's8' },
        matched: 'message',
        highlights: [[13, 3]],
      },
    ];
    await search(mounted, 'yar');
    expect(mounted.desk.calls).toEqual(['find:yar']);
    expect(mounted.all('.row__button').map((one) => one.getAttribute('data-session'))).toEqual(['s9', 's8']);
    expect(mounted.all('mark').map((mark) => mark.textContent)).toEqual(['Yar', 'yar']);
    expect(mounted.one('.inbox__hint').textContent).toContain('2 conversations found');
    await mounted.press('Escape', mounted.one('.search__input'));
    expect(mounted.all('.row__button')).toHaveLength(3);
  });

  it('goes to the first row with the arrow, and opens it with Enter', async () => {
    const mounted = await mount(three);
    const field = mounted.one('.search__input');
    await mounted.press('Enter', field);
    expect(mounted.desk.calls).toEqual([]);
    await search(mounted, 'wim');
    await mounted.press('ArrowDown', field);
    expect(mounted.element.shadowRoot?.activeElement).toBe(mounted.one('[data-session="s2"]'));
    await mounted.press('Enter', field);
    expect(mounted.desk.calls).toEqual(['find:wim', 'select:s2']);
    mounted.button('Clear search').focus();
    mounted.button('Clear search').click();
    await mounted.settle();
    expect(mounted.element.shadowRoot?.activeElement).toBe(field);
  });

  it('says that nothing was found', async () => {
    const mounted = await mount(three);
    await search(mounted, 'unheard of');
    expect(mounted.text()).toContain('Nothing here matches “unheard of”.');
  });

  it('keeps what is loaded where the search fails, and tries again', async () => {
    const mounted = await mount(three);
    mounted.desk.hits = new ChatError('offline', '');
    await search(mounted, 'vera');
    expect(mounted.text()).toContain('Search needs a connection.');
    expect(mounted.all('.row__button')).toHaveLength(1);
    mounted.desk.hits = [];
    mounted.button('Try again').click();
    await mounted.settle();
    expect(mounted.text()).toContain('1 conversation found');
  });

  it('asks once when the typing pauses', async () => {
    const mounted = await mount(three);
    const field = mounted.one<HTMLInputElement>('.search__input');
    for (const text of ['v', 've', 'ver']) {
      field.value = text;
      field.dispatchEvent(new Event('input'));
    }
    await search(mounted, 'vera');
    expect(mounted.desk.calls).toEqual(['find:vera']);
  });
});

describe('the address', () => {
  const attributes = { 'supabase-url': 'https://abcd.supabase.co', 'supabase-key': 'sb_publishable_x' };

  it('leads to a list and a conversation, and follows what is on screen', async () => {
    location.hash = '#tab=all&sort=newest&tag=vip&conversation=0b9c0000-0000-4000-8000-00000000000a';
    const { desk, settle } = await mount(three, 'signed-in', { ...attributes, hash: '' });
    expect(desk.calls).toEqual([
      'showView:all:newest:tag=vip',
      'select:0b9c0000-0000-4000-8000-00000000000a',
    ]);
    await desk.select('s3');
    await settle();
    expect(location.hash).toBe('#tab=all&sort=newest&tag=vip&conversation=s3');
  });

  it('is left alone without the attribute', async () => {
    location.hash = '#tab=closed';
    const { desk, settle } = await mount(three);
    await desk.select('s3');
    await settle();
    expect(desk.calls).toEqual(['select:s3']);
    expect(location.hash).toBe('#tab=closed');
  });

  it('leads to the conversation of a link without the attribute, too', async () => {
    location.hash = '#conversation=0b9c0000-0000-4000-8000-00000000000a';
    const { desk } = await mount(three);
    expect(desk.calls).toEqual(['showView:all:waiting:', 'select:0b9c0000-0000-4000-8000-00000000000a']);
  });

  it('keeps one step for each conversation, and none for a list', async () => {
    location.hash = '#tab=all';
    const { desk, settle } = await mount({ ...three, tab: 'all' }, 'signed-in', { ...attributes, hash: '' });
    const push = vi.spyOn(history, 'pushState');
    await desk.showTab('closed');
    await settle();
    expect(push).not.toHaveBeenCalled();
    for (const id of ['s2', 's3', null]) {
      await desk.select(id);
      await settle();
    }
    expect(push.mock.calls.map(([, , hash]) => hash)).toEqual([
      expect.stringContaining('conversation=s2'),
      expect.stringContaining('conversation=s3'),
      expect.not.stringContaining('conversation'),
    ]);
    push.mockRestore();
  });

  it('is left alone where it is the page’s own', async () => {
    location.hash = '#/settings';
    const { desk } = await mount({ ...three, tab: 'mine' }, 'signed-in', { ...attributes, hash: '' });
    expect(desk.calls).toEqual([]);
  });
});

describe('attention', () => {
  class FakeNotification {
    static permission = 'granted';
    static shown: FakeNotification[] = [];
    onclick: (() => void) | null = null;
    closed = false;
    readonly title: string;
    readonly options: NotificationOptions;
    constructor(title: string, options: NotificationOptions) {
      this.title = title;
      this.options = options;
      FakeNotification.shown.push(this);
    }
    close(): void {
      this.closed = true;
    }
  }

  beforeEach(() => {
    FakeNotification.shown = [];
    vi.stubGlobal('Notification', FakeNotification);
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  });

  const preferences = { letterKeys: true, notifications: true, views: [] };
  const say = (session: DeskSession) =>
    ({ type: 'message', session, text: 'Hello?', direction: 'in' }) as const;

  it('notifies of one’s own conversations and opens them', async () => {
    const { desk } = await mount({ ...three, preferences });
    desk.emit(say({ ...vera, unread: 1 }));
    expect(FakeNotification.shown.map(({ title, options: { body } }) => [title, body])).toEqual([
      ['Vera', 'Hello?'],
    ]);
    FakeNotification.shown[0]?.onclick?.();
    expect(desk.calls).toEqual(['select:s1']);
  });

  it('does so of what nobody has only while the agent is there for visitors', async () => {
    const { desk } = await mount({ ...three, preferences });
    desk.emit(say(wim));
    expect(FakeNotification.shown).toHaveLength(1);
    desk.set({ me: { ...me, availability: 'away' } });
    desk.emit(say(xenia));
    desk.emit(say({ ...vera, agent: tom }));
    expect(FakeNotification.shown).toHaveLength(1);
  });

  it('does not where it is not wanted', async () => {
    const { desk } = await mount(three);
    desk.emit(say(vera));
    expect(FakeNotification.shown).toEqual([]);
  });

  it('turns notifications on when the browser allows it, and not otherwise', async () => {
    const { desk, button, settle } = await mount(three);
    FakeNotification.permission = 'denied';
    const turnOn = async () => {
      button('Account: Ada, Online').click();
      await settle();
      const [item] = [
        ...(document
          .querySelector('support-dashboard')
          ?.shadowRoot?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? []),
      ];
      const words = item ? accessibleName(item) : '';
      item?.click();
      await settle();
      return words;
    };
    expect(await turnOn()).toContain('Your browser blocks');
    expect(desk.state.preferences.notifications).toBe(false);
    FakeNotification.permission = 'granted';
    expect(await turnOn()).toContain('Only for your conversations');
    expect(desk.state.preferences.notifications).toBe(true);
  });
});

function messageOf(content: string) {
  return {
    id: 'm1',
    seq: 1,
    clientId: null,
    senderType: 'customer',
    sender: null,
    kind: 'text',
    content,
    event: null,
    createdAt: waiting,
  } as const;
}
