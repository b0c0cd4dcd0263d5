// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { ChatError } from '../../core/errors.ts';
import { deskSession, me } from '../../core/testing/samples.ts';
import { SupportDashboard } from '../support-dashboard.ts';
import { accessibleName, type Mounted, mount } from '../testing/mount.ts';

afterEach(() => {
  document.body.replaceChildren();
  SupportDashboard.connect = null;
});

async function open(page: string | null = null, patch: Parameters<typeof mount>[0] = {}): Promise<Mounted> {
  const mounted = await mount(patch);
  const { button, settle } = mounted;
  button('Account: Ada, Online').click();
  await settle();
  button('Settings').click();
  await settle();
  if (page !== null) {
    button(page).click();
    await settle();
  }
  return mounted;
}

function field(mounted: Mounted, label: string): HTMLInputElement {
  const found = mounted.all('label').filter((element) => accessibleName(element) === label);
  if (found.length !== 1) throw new Error(`${found.length} fields are labelled "${label}".`);
  return mounted.one<HTMLInputElement>(`#${found[0]?.getAttribute('for')}`);
}

async function type(mounted: Mounted, label: string, text: string): Promise<void> {
  const input = field(mounted, label);
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await mounted.settle();
}

async function tick(mounted: Mounted, label: string, checked: boolean): Promise<void> {
  const input = field(mounted, label);
  input.checked = checked;
  input.dispatchEvent(new Event('change', { bubbles: true }));
  await mounted.settle();
}

async function choose(mounted: Mounted, label: string, value: string): Promise<void> {
  const select = field(mounted, label) as unknown as HTMLSelectElement;
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await mounted.settle();
}

async function save(mounted: Mounted): Promise<void> {
  mounted.one('form').dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  await mounted.settle();
}

/** What stands beside a field as wrong with it. */
function problem(mounted: Mounted, label: string): string {
  const input = field(mounted, label);
  const id = (input.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .find((part) => part.endsWith('-problem'));
  return id && input.getAttribute('aria-invalid') === 'true' ? (mounted.one(`#${id}`).textContent ?? '') : '';
}

async function press(mounted: Mounted, name: string): Promise<void> {
  mounted.button(name).click();
  await mounted.settle();
}

describe('settings', () => {
  it('stand in the inbox’s place and give it back as it was', async () => {
    const vera = deskSession({ preview: 'Hi' });
    const mounted = await open(null, { current: vera, threadPhase: 'ready' });
    expect(mounted.all('.inbox')).toHaveLength(0);
    await mounted.press('j');
    expect(mounted.desk.calls).toEqual(['select:null']);
    await press(mounted, 'Back to the inbox');
    expect(mounted.all('.inbox')).toHaveLength(1);
    expect(mounted.desk.calls).toEqual(['select:null', `select:${vera.id}`]);
    expect(mounted.element.shadowRoot?.activeElement).toBe(mounted.button('Account: Ada, Online'));
  });

  it('show to an agent who is no admin only what is theirs', async () => {
    const mounted = await open(null, { me: { ...me, role: 'agent' } });
    expect(mounted.all('.manage__link').map(accessibleName)).toEqual(['Your profile', 'Canned responses']);
  });

  it('ask for nothing before a page is looked at', async () => {
    const mounted = await open();
    let asked = 0;
    mounted.connection.admin.team = async () => {
      asked += 1;
      return { members: [], invites: [] };
    };
    expect(asked).toBe(0);
    await press(mounted, 'Agents');
    expect(asked).toBe(1);
  });

  it('send only what was changed', async () => {
    const mounted = await open('Team');
    expect(mounted.button('Save changes').getAttribute('aria-disabled')).toBe('true');
    await type(mounted, 'Greeting', 'Good day!');
    await save(mounted);
    expect(mounted.connection.admin.calls).toEqual([['saveSettings', { greeting: 'Good day!' }]]);
    expect(mounted.text()).toContain('Saved.');
    expect(mounted.button('Save changes').getAttribute('aria-disabled')).toBe('true');
  });

  it('say beside the field what is wrong, and go there', async () => {
    const mounted = await open('Team');
    await type(mounted, 'Team name', '  ');
    await type(mounted, 'Greeting', 'x'.repeat(501));
    await save(mounted);
    expect(problem(mounted, 'Team name')).toBe('This cannot be empty.');
    expect(problem(mounted, 'Greeting')).toBe('At most 500 characters.');
    expect(mounted.element.shadowRoot?.activeElement).toBe(field(mounted, 'Team name'));
    expect(mounted.connection.admin.calls).toEqual([]);
    await type(mounted, 'Team name', 'Shop');
    expect(problem(mounted, 'Team name')).toBe('');
    expect(problem(mounted, 'Greeting')).toBe('At most 500 characters.');
  });

  it('put what the database refuses beside its field, and keep what was typed', async () => {
    const mounted = await open('Team');
    await type(mounted, 'Greeting', 'Good day!');
    mounted.connection.admin.refuse = new ChatError('invalid', 'raw words', {
      details: { field: 'greeting' },
    });
    await save(mounted);
    expect(problem(mounted, 'Greeting')).toContain('does not accept');
    expect(mounted.text()).not.toContain('raw words');
    expect(field(mounted, 'Greeting').value).toBe('Good day!');
  });

  it.each([
    ['offline', 'cannot be reached'],
    ['forbidden', 'Only administrators'],
    ['unauthorized', 'Sign in again'],
    ['unknown', 'did not work'],
  ] as const)('keep what was typed when saving fails: %s', async (code, words) => {
    const mounted = await open('Team');
    await type(mounted, 'Team name', 'Shop');
    mounted.connection.admin.refuse = new ChatError(code, '');
    await save(mounted);
    expect(mounted.one('.form__actions [role="alert"]').textContent).toContain(words);
    expect(field(mounted, 'Team name').value).toBe('Shop');
    await save(mounted);
    expect(mounted.connection.admin.settingsNow.teamName).toBe('Shop');
  });

  it('keep what is typed while saving', async () => {
    const mounted = await open('Team');
    let pass = () => {};
    mounted.connection.admin.gate = new Promise((resolve) => (pass = resolve));
    await type(mounted, 'Team name', 'Shop');
    await save(mounted);
    expect(mounted.button('Saving…')).toBeTruthy();
    await type(mounted, 'Team name', 'Shop & Sons');
    pass();
    await mounted.settle();
    expect(field(mounted, 'Team name').value).toBe('Shop & Sons');
    expect(mounted.text()).toContain('Not saved yet.');
  });

  it('ask before changes are lost, and stay unless that is meant', async () => {
    const mounted = await open('Team');
    await type(mounted, 'Team name', 'Shop');
    await press(mounted, 'Waiting');
    expect(mounted.one('dialog').textContent).toContain('Discard your changes?');
    await press(mounted, 'Cancel');
    expect(field(mounted, 'Team name').value).toBe('Shop');
    await press(mounted, 'Back to the inbox');
    await press(mounted, 'Discard changes');
    expect(mounted.all('.inbox')).toHaveLength(1);
    expect(mounted.connection.admin.calls).toEqual([]);
  });

  it('do not keep asking where the element was moved meanwhile', async () => {
    const mounted = await open('Team');
    await type(mounted, 'Team name', 'Shop');
    await press(mounted, 'Waiting');
    mounted.element.remove();
    document.body.append(mounted.element);
    await mounted.settle();
    expect(mounted.all('dialog')).toHaveLength(0);
    expect(field(mounted, 'Team name').value).toBe('Shop');
  });

  it('hold up a page that is left with changes, and no other', async () => {
    const mounted = await open('Team');
    const leave = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leave()).toBe(false);
    await type(mounted, 'Team name', 'Shop');
    expect(leave()).toBe(true);
    await press(mounted, 'Discard');
    expect(leave()).toBe(false);
  });

  it.each([
    ['another agent', ({ desk }: Mounted) => desk.set({ me: { ...me, id: 'a9', name: 'Eve' } })],
    ['nobody, then somebody', ({ connection }: Mounted) => connection.endSignIn()],
  ] as const)('leave nothing of one agent to the next: %s', async (_, change) => {
    const mounted = await open('Agents');
    await press(mounted, 'Deactivate: Tom Okafor');
    change(mounted);
    await mounted.settle();
    await mounted.connection.auth.signIn('eve@example.com', '');
    await mounted.settle();
    expect([mounted.all('dialog').length, mounted.all('.manage').length]).toEqual([0, 0]);
    expect(mounted.all('.inbox')).toHaveLength(1);
    mounted.one('.account').click();
    await mounted.settle();
    await press(mounted, 'Settings');
    expect(mounted.one('.manage__heading').textContent).toBe('Your profile');
    expect(mounted.all('dialog')).toHaveLength(0);
    expect(mounted.connection.admin.calls).toEqual([]);
  });

  it('take whoever is no admin any more to a page of theirs', async () => {
    const mounted = await open('Agents');
    mounted.button('Deactivate: Tom Okafor').focus();
    await press(mounted, 'Deactivate: Tom Okafor');
    mounted.desk.set({ me: { ...me, role: 'agent' } });
    await mounted.settle();
    expect(mounted.all('dialog')).toHaveLength(0);
    expect(mounted.one('.manage__heading').textContent).toBe('Your profile');
    expect(mounted.element.shadowRoot?.activeElement).toBe(mounted.one('.manage__heading'));
    expect(mounted.all('.manage__link')).toHaveLength(2);
    expect(mounted.connection.admin.calls).toEqual([]);
  });

  it('say that they cannot be loaded, and try again', async () => {
    const mounted = await open();
    mounted.connection.admin.refuse = new ChatError('offline', '');
    await press(mounted, 'Office hours');
    expect(mounted.one('.panel--failed').textContent).toContain('cannot be reached');
    await press(mounted, 'Try again');
    expect(field(mounted, 'Always open').checked).toBe(true);
  });

  it('write office hours as the database reads them', async () => {
    const mounted = await open('Office hours');
    await tick(mounted, 'Always open', false);
    await press(mounted, 'Add hours on Saturday');
    await type(mounted, 'Saturday, hours 1, from', '9:30');
    await type(mounted, 'Saturday, hours 1, to', '24:00');
    await press(mounted, 'Remove hours 1 on Friday');
    await save(mounted);
    const day = [['09:00', '17:00']];
    expect(mounted.connection.admin.calls).toEqual([
      [
        'saveSettings',
        { officeHours: { mon: day, tue: day, wed: day, thu: day, sat: [['09:30', '24:00']] } },
      ],
    ]);
  });

  it.each([
    ['18:00', '09:00', 'to', 'later than the start'],
    ['25:00', '26:00', 'from', 'A time like 09:00'],
    ['09:00', 'evening', 'to', '24:00 for midnight'],
  ])('refuse the hours %s to %s', async (from, to, where, words) => {
    const mounted = await open('Office hours');
    await tick(mounted, 'Always open', false);
    await type(mounted, 'Monday, hours 1, from', from);
    await type(mounted, 'Monday, hours 1, to', to);
    await type(mounted, 'Time zone', 'Mars/Olympus');
    await save(mounted);
    expect(problem(mounted, `Monday, hours 1, ${where}`)).toContain(words);
    expect(problem(mounted, 'Time zone')).toContain('Europe/Berlin');
    expect(mounted.connection.admin.calls).toEqual([]);
  });

  it('ask before a chat what was put together here', async () => {
    const mounted = await open('Before a chat');
    await press(mounted, 'Remove: What is it about?');
    await press(mounted, 'Ask for the name');
    await press(mounted, 'Add a field of your own');
    const label = () => mounted.all('input').filter(({ id }) => id === 'f-preChatFields-2-label')[0];
    const input = label() as HTMLInputElement;
    input.value = 'Größe des Teams';
    input.dispatchEvent(new Event('input'));
    await mounted.settle();
    await press(mounted, 'Move up: Name');
    await save(mounted);
    expect(mounted.connection.admin.calls).toEqual([
      [
        'saveSettings',
        {
          preChatFields: [
            { name: 'name' },
            { name: 'email', required: true },
            { name: 'gro_e_des_teams', label: 'Größe des Teams' },
          ],
        },
      ],
    ]);
  });

  it('say what is missing in a field of one’s own', async () => {
    const mounted = await open('Before a chat');
    await press(mounted, 'Add a field of your own');
    await choose(mounted, 'Type', 'select').catch(() => {});
    await save(mounted);
    expect(mounted.one('#f-preChatFields-2-label-problem').textContent).toContain('cannot be empty');
    expect(mounted.one('#f-preChatFields-2-name-problem').textContent).toContain('beginning with a letter');
    expect(mounted.connection.admin.calls).toEqual([]);
  });

  it('keep amber before red', async () => {
    const mounted = await open('Waiting');
    await type(mounted, 'Amber after (seconds)', '600');
    await save(mounted);
    expect(problem(mounted, 'Red after (seconds)')).toContain('later than amber');
    await type(mounted, 'Red after (seconds)', '0');
    await save(mounted);
    expect(problem(mounted, 'Red after (seconds)')).toContain('from 1 to 604,800');
  });

  it('save limits, and none where there is no rule', async () => {
    const mounted = await open('Limits and security');
    await press(mounted, 'Remove rule 1: New conversations of one visitor');
    await press(mounted, 'Add a rule: Read marks');
    const [times, seconds] = ['times', 'seconds'].map((key) =>
      mounted.one<HTMLInputElement>(`#f-limits-read-0-${key}`),
    );
    for (const [input, value] of [
      [times, '20'],
      [seconds, '60'],
    ] as const) {
      (input as HTMLInputElement).value = value;
      input?.dispatchEvent(new Event('input'));
      await mounted.settle();
    }
    await save(mounted);
    expect(mounted.connection.admin.calls).toEqual([
      [
        'saveSettings',
        {
          limits: {
            send: [
              [10, 10],
              [60, 300],
            ],
            read: [[20, 60]],
          },
        },
      ],
    ]);
  });

  it('tell who requires a second factor to have one first', async () => {
    const mounted = await open('Limits and security');
    await tick(mounted, 'Agents must sign in with a second factor', true);
    mounted.connection.admin.refuse = new ChatError('conflict', '', { details: { reason: 'mfa' } });
    await save(mounted);
    expect(problem(mounted, 'Agents must sign in with a second factor')).toContain('second factor yourself');
  });
});

describe('agents', () => {
  it('are invited by a link that is shown this once', async () => {
    const mounted = await open('Agents');
    await choose(mounted, 'Role', 'admin');
    await press(mounted, 'Create invite link');
    expect(mounted.connection.admin.calls).toEqual([['invite', 'admin']]);
    expect(field(mounted, 'Invite link').value).toBe(`${location.origin}/#invite=inv1_secret`);
    await press(mounted, 'Team');
    await press(mounted, 'Agents');
    expect(mounted.text()).not.toContain('inv1_secret');
    await press(mounted, 'Withdraw');
    expect(mounted.text()).not.toContain('Open invite');
  });

  it('are deactivated only after a question', async () => {
    const mounted = await open('Agents');
    await press(mounted, 'Deactivate: Tom Okafor');
    expect(mounted.one('dialog').textContent).toContain('lose access at once');
    await press(mounted, 'Cancel');
    expect(mounted.connection.admin.calls).toEqual([]);
    await press(mounted, 'Deactivate: Tom Okafor');
    await press(mounted, 'Deactivate');
    expect(mounted.connection.admin.calls).toEqual([['saveMember', 'a2', { active: false }]]);
    expect(mounted.button('Activate: Tom Okafor')).toBeTruthy();
    expect(mounted.one('.manage__toasts').textContent).toContain('Tom Okafor has no access any more.');
  });

  it('do not deactivate themselves, and keep one admin', async () => {
    const mounted = await open('Agents');
    expect(mounted.buttons('Deactivate: Ada')).toEqual([]);
    mounted.connection.admin.refuse = new ChatError('conflict', '', { details: { reason: 'last-admin' } });
    await press(mounted, 'Make agent: Ada');
    expect(mounted.one('.panel__problem').textContent).toContain('last administrator');
  });
});

describe('canned responses', () => {
  it('are one’s own for an agent, who may read the shared ones', async () => {
    const mounted = await open('Canned responses', { me: { ...me, role: 'agent' } });
    expect(mounted.buttons('Edit: hello')).toEqual([]);
    await press(mounted, 'New response');
    expect(mounted.all('input[type="checkbox"]')).toEqual([]);
    await type(mounted, 'Shortcut', '/Refund');
    await type(mounted, 'Title', 'Refunds');
    await type(mounted, 'Text', 'Within three days.');
    await save(mounted);
    const draft = { shortcut: 'refund', title: 'Refunds', content: 'Within three days.', shared: false };
    expect(mounted.connection.admin.calls).toEqual([['saveCannedResponse', null, draft]]);
    expect(mounted.button('Edit: refund')).toBeTruthy();
  });

  it('say that a shortcut is taken, beside it', async () => {
    const mounted = await open('Canned responses');
    await press(mounted, 'Edit: sig');
    await type(mounted, 'Shortcut', 'hello');
    mounted.connection.admin.refuse = new ChatError('conflict', '', { details: { reason: 'shortcut' } });
    await save(mounted);
    expect(problem(mounted, 'Shortcut')).toContain('already');
    await press(mounted, 'Cancel');
    await press(mounted, 'Discard changes');
    expect(mounted.button('Edit: sig')).toBeTruthy();
  });

  it('are removed only after a question', async () => {
    const mounted = await open('Canned responses');
    await press(mounted, 'Remove: hello');
    expect(mounted.one('dialog').textContent).toContain('Nobody on the team');
    await press(mounted, 'Remove');
    expect(mounted.connection.admin.calls).toEqual([['deleteCannedResponse', 'c1']]);
    expect(mounted.text()).toContain('None yet. Administrators');
  });
});

describe('identity keys', () => {
  it('show a secret once, and hold whoever leaves without it', async () => {
    const mounted = await open('Identity keys');
    await press(mounted, 'Add a key');
    expect(field(mounted, 'Secret').value).toBe('idk1_secret');
    await press(mounted, 'Agents');
    await press(mounted, 'Cancel');
    await press(mounted, 'I have copied it');
    expect(mounted.all('textarea')).toEqual([]);
    await press(mounted, 'Agents');
    expect(mounted.text()).toContain('On the team');
  });

  it('are removed only after a question', async () => {
    const mounted = await open('Identity keys');
    await press(mounted, 'Add a key');
    await press(mounted, 'Remove: kid-1');
    await press(mounted, 'Remove');
    expect(mounted.connection.admin.calls).toEqual([['addIdentityKey'], ['removeIdentityKey', 'kid-1']]);
    expect(mounted.text()).toContain('No key yet');
  });
});

it('the policy to copy names the project and forbids frames around the inbox', async () => {
  const mounted = await open('Allowed domains');
  expect(field(mounted, 'Content-Security-Policy of pages with the chat').value).toContain(
    'connect-src https://stage.supabase.co wss://stage.supabase.co;',
  );
  expect(field(mounted, 'Content-Security-Policy of the page with this inbox').value).toContain(
    "frame-ancestors 'none'",
  );
});

it('the audit log says who did what', async () => {
  const mounted = await open('Audit log');
  const rows = mounted.all('tbody tr').map((row) => row.textContent?.replace(/\s+/g, ' ') ?? '');
  expect(rows[0]).toContain('Ada');
  expect(rows[0]).toContain('Changed settings: team name, greeting');
  expect(rows[1]).toContain('The database');
  expect(rows[1]).toContain('Added to the team: Ada (admin)');
});

it('the audit log says what of a visitor was changed, and how long they are blocked', async () => {
  const mounted = await open();
  const { admin } = mounted.connection;
  const told = [
    ['visitor.changed', { name: false, email: true, notes: true }],
    ['visitor.blocked', { until: 'infinity' }],
    ['visitor.blocked', { until: '2026-12-01T08:00:00+00:00' }],
    ['visitor.blocked', { until: null }],
    ['settings.changed', { require_mfa: false }],
  ] as const;
  admin.log = told.map(([action, details], index) => ({
    id: 9 - index,
    at: '2026-11-20T08:00:00Z',
    actor: { id: 'a1', name: 'Ada' },
    action,
    subject: 'v1',
    details,
  }));
  await press(mounted, 'Audit log');
  expect(mounted.all('tbody td:last-child').map((cell) => cell.textContent)).toEqual([
    'Changed a visitor: email, memo',
    'Blocked or unblocked a visitor: for good',
    'Blocked or unblocked a visitor: until 2026-12-01',
    'Blocked or unblocked a visitor: unblocked',
    'Changed settings: second factor',
  ]);
});

it('an agent changes their own name', async () => {
  const mounted = await open(null, { me: { ...me, role: 'agent' } });
  await type(mounted, 'Name', ' Ada L. ');
  await save(mounted);
  expect(mounted.connection.admin.calls).toEqual([['saveName', 'Ada L.']]);
});
