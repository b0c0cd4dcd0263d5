// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { ChatError } from '../core/errors.ts';
import { inviteIn } from './invite.ts';
import { SupportDashboard } from './support-dashboard.ts';
import { type Mounted, mount } from './testing/mount.ts';

afterEach(() => {
  document.body.replaceChildren();
  SupportDashboard.connect = null;
  history.replaceState(null, '', '/');
});

function fill(mounted: Mounted, values: Readonly<Record<string, string>>): void {
  for (const [id, value] of Object.entries(values)) mounted.one<HTMLInputElement>(`#${id}`).value = value;
}

async function submit(mounted: Mounted): Promise<void> {
  mounted.one('form').dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
  await mounted.settle();
}

async function press(mounted: Mounted, name: string): Promise<void> {
  mounted.button(name).click();
  await mounted.settle();
}

const notAnAgent = { phase: 'failed', error: new ChatError('forbidden', 'no') } as const;

it.each([
  ['Email me a sign-in link', 'sendLink:ada@example.com'],
  ['Forgot your password?', 'sendPasswordReset:ada@example.com'],
])('“%s” sends a mail, and says so without saying whether there is an account', async (name, call) => {
  const mounted = await mount({}, 'signed-out');
  fill(mounted, { email: 'ada@example.com' });
  await press(mounted, name);
  // What was typed goes along.
  expect(mounted.one<HTMLInputElement>('#email').value).toBe('ada@example.com');
  expect(mounted.all('#password')).toEqual([]);
  await submit(mounted);
  expect(mounted.connection.account.calls).toEqual([call]);
  expect(mounted.one('[role="status"]').textContent).toContain('If there is an account for ada@example.com');
  await press(mounted, 'Back to sign-in');
  expect(mounted.button('Sign in')).toBeTruthy();
});

it('does not ask for a mail to nobody', async () => {
  const mounted = await mount({}, 'signed-out');
  await press(mounted, 'Forgot your password?');
  await submit(mounted);
  expect(mounted.one('[role="alert"]').textContent).toContain('Enter your email');
  expect(mounted.connection.account.calls).toEqual([]);
});

it('says why no mail was sent', async () => {
  const mounted = await mount({}, 'signed-out');
  await press(mounted, 'Email me a sign-in link');
  fill(mounted, { email: 'ada@example.com' });
  mounted.connection.refusal = new ChatError('rate-limited', 'raw');
  await submit(mounted);
  expect(mounted.one('[role="alert"]').textContent).toContain('Too many attempts');
});

it('says that a link in a mail was an old one', async () => {
  const mounted = await mount({}, 'signed-out');
  mounted.connection.account.linkExpired = true;
  mounted.element.requestUpdate();
  await mounted.settle();
  expect(mounted.one('[role="alert"]').textContent).toContain('not valid any more');
});

it('asks for a new password before the inbox is shown, and takes only a good one', async () => {
  const mounted = await mount();
  mounted.connection.account.recovering = true;
  mounted.element.requestUpdate();
  await mounted.settle();
  expect(mounted.text()).toContain('Choose a new password');
  mounted.connection.refusal = new ChatError('invalid', 'weak');
  fill(mounted, { password: '123' });
  await submit(mounted);
  expect(mounted.one('[role="alert"]').textContent).toContain('too short or too easy');
  mounted.connection.refusal = null;
  fill(mounted, { password: 'better-than-that' });
  await submit(mounted);
  expect(mounted.all('.inbox')).toHaveLength(1);
});

it('lets whoever has an invite make an account, and join by the name they want', async () => {
  history.replaceState(null, '', '/inbox#invite=inv1_abc');
  const mounted = await mount(notAnAgent, 'signed-out');
  const join = vi.spyOn(mounted.connection.admin, 'join');
  expect(mounted.text()).toContain('You are invited');
  await press(mounted, 'Create an account');
  fill(mounted, { email: 'new@example.com', password: 'long-enough' });
  await submit(mounted);
  expect(mounted.text()).toContain('Join the support team');
  expect(mounted.text()).toContain('new@example.com');
  await submit(mounted);
  expect(mounted.one('[role="alert"]').textContent).toContain('Enter your name');
  fill(mounted, { name: ' Nora ' });
  await submit(mounted);
  expect(join).toHaveBeenCalledWith('inv1_abc', 'Nora');
  expect(mounted.desk.calls).toEqual(['reload']);
  expect(location.hash).toBe('');
});

it('keeps an invite until a mail has been confirmed', async () => {
  history.replaceState(null, '', '/inbox#invite=inv1_abc');
  const mounted = await mount(notAnAgent, 'signed-out');
  mounted.connection.account.outcome = 'confirm';
  await press(mounted, 'Create an account');
  fill(mounted, { email: 'new@example.com', password: 'long-enough' });
  await submit(mounted);
  expect(mounted.text()).toContain('open your invite link once more');
  expect(location.hash).toBe('#invite=inv1_abc');
});

it('says that an invite is used up', async () => {
  history.replaceState(null, '', '/inbox#invite=inv1_abc');
  const mounted = await mount(notAnAgent);
  mounted.connection.admin.refuse = new ChatError('not-found', '');
  fill(mounted, { name: 'Nora' });
  await submit(mounted);
  expect(mounted.one('[role="alert"]').textContent).toContain('Ask for a new one');
  await press(mounted, 'Use another account');
  expect(mounted.text()).toContain('You are invited');
});

it('forgets an invite that an agent has no use for', async () => {
  history.replaceState(null, '', '/inbox?a=1#invite=inv1_abc');
  await mount();
  expect(location.href.endsWith('/inbox?a=1')).toBe(true);
});

it('offers no account without an invite', async () => {
  const mounted = await mount({}, 'signed-out');
  expect(mounted.buttons('Create an account')).toEqual([]);
});

it('signs out everywhere after a question', async () => {
  const mounted = await mount();
  await press(mounted, 'Account: Ada, Online');
  await press(mounted, 'Settings');
  await press(mounted, 'Sign out everywhere');
  await press(mounted, 'Cancel');
  expect(mounted.connection.account.calls).toEqual([]);
  await press(mounted, 'Sign out everywhere');
  mounted.one<HTMLButtonElement>('dialog .button--danger').click();
  await mounted.settle();
  expect(mounted.connection.account.calls).toEqual(['signOutEverywhere']);
  expect(mounted.button('Sign in')).toBeTruthy();
  expect(mounted.text()).not.toContain('no longer valid');
});

it.each([
  ['https://x.example/#invite=inv1_0a', 'inv1_0a'],
  ['https://x.example/#tab=mine&invite=inv1_0a', 'inv1_0a'],
  ['https://x.example/?invite=inv1_0a', null],
  ['https://x.example/#invite=other', null],
  ['https://x.example/#invite=inv1_<b>', null],
])('the invite in %s is %s', (address, invite) => {
  expect(inviteIn(address)).toBe(invite);
});
