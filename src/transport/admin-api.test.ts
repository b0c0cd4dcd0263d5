// The settings' and reports' functions as a real database has them.
import { afterAll, expect, test } from 'vitest';
import { startBackend } from '../../demo/backend/server.ts';
import { DEMO_PASSWORD } from '../../demo/seed.ts';
import type { AdminApi } from '../core/admin-api.ts';
import { createAdminApi } from './admin-api.ts';
import { createRpc } from './rpc.ts';

const backend = await startBackend();
afterAll(() => backend.close());

async function account(email: string, role: 'agent' | 'admin' | null): Promise<AdminApi> {
  await backend.signUp(email, DEMO_PASSWORD);
  if (role) await backend.database.query('select support_chat.make_agent($1, $2, $3)', [email, 'Ada', role]);
  const response = await fetch(`${backend.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: backend.publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: DEMO_PASSWORD }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return createAdminApi(
    createRpc({
      url: backend.url,
      key: backend.publishableKey,
      accessToken: async () => token,
      refusedJwt: 'unauthorized',
    }),
  );
}

const admin = await account('admin@example.com', 'admin');

test('a patch changes what it names, in the database’s own names, and nothing else', async () => {
  const before = await admin.settings();
  const after = await admin.saveSettings({ teamName: 'Shop', officeHours: { mon: [['09:00', '24:00']] } });
  expect(after).toEqual({ ...before, teamName: 'Shop', officeHours: { mon: [['09:00', '24:00']] } });
  expect(await admin.settings()).toEqual(after);
});

test.each([
  [{ teamName: ' ' }, 'team_name'],
  [{ timeZone: 'Mars/Olympus' }, 'time_zone'],
  [{ officeHours: { mon: [['10:00', '09:00']] } }, 'office_hours'],
  [{ preChatFields: [{ name: 'size' }] }, 'pre_chat_fields'],
  [{ waitingAmber: 0 }, 'waiting_amber'],
] as const)('%j is refused by the name of its setting', async (patch, field) => {
  await expect(admin.saveSettings(patch as never)).rejects.toMatchObject({
    code: 'invalid',
    details: { field },
  });
});

test('an invite makes an agent, who may not do what admins do', async () => {
  const { invite, token } = await admin.invite('agent');
  expect((await admin.team()).invites).toEqual([invite]);
  const newcomer = await account('newcomer@example.com', null);
  await newcomer.join(token, 'Nora');
  await expect(newcomer.join(token, 'Nora')).rejects.toMatchObject({ code: 'conflict' });
  await expect(newcomer.settings()).rejects.toMatchObject({ code: 'forbidden' });
  await newcomer.saveName('Nora L.');
  const nora = (await admin.team()).members.find(({ name }) => name === 'Nora L.');
  expect(nora).toMatchObject({ role: 'agent', active: true, email: 'newcomer@example.com' });
  expect((await admin.saveMember(nora?.id ?? '', { role: 'admin' })).role).toBe('admin');
  expect((await admin.saveMember(nora?.id ?? '', { active: false })).active).toBe(false);
  await expect(newcomer.cannedResponses()).rejects.toMatchObject({ code: 'forbidden' });
});

test('an invite that was withdrawn is worth nothing', async () => {
  const { invite, token } = await admin.invite('admin');
  await admin.withdrawInvite(invite.id);
  const late = await account('late@example.com', null);
  await expect(late.join(token, 'Late')).rejects.toMatchObject({ code: 'not-found' });
});

test('canned responses are made, changed and removed', async () => {
  const draft = { shortcut: 'refund', title: 'Refunds', content: 'Within three days.', shared: true };
  const made = await admin.saveCannedResponse(null, draft);
  await expect(admin.saveCannedResponse(null, draft)).rejects.toMatchObject({
    code: 'conflict',
    details: { reason: 'shortcut' },
  });
  await admin.saveCannedResponse(made.id, { ...draft, shared: false });
  expect((await admin.cannedResponses()).map(({ shortcut, shared }) => [shortcut, shared])).toEqual([
    ['refund', false],
  ]);
  await admin.deleteCannedResponse(made.id);
  expect(await admin.cannedResponses()).toEqual([]);
});

test('an identity key tells its secret once', async () => {
  const { key, secret } = await admin.addIdentityKey();
  expect(secret.length).toBeGreaterThan(20);
  expect(await admin.identityKeys()).toEqual([key]);
  await admin.removeIdentityKey(key.kid);
  expect(await admin.identityKeys()).toEqual([]);
});

test('the audit log goes back page by page', async () => {
  const { entries } = await admin.audit(null);
  expect(entries.length).toBeGreaterThan(3);
  const older = await admin.audit(entries[1]?.id ?? 0);
  expect(older.entries[0]?.id).toBe(entries[2]?.id);
});

test('a report is read as it is', async () => {
  const report = await admin.report({ from: '2025-01-01', to: '2025-12-31', officeHours: true });
  expect(report).toMatchObject({ from: '2025-01-01', zone: 'UTC', officeHours: true, more: false, days: [] });
  expect(report.total).toMatchObject({ conversations: 0, firstResponse: null, firstResponseP90: null });
});

test('a report on too many days is refused', async () => {
  await expect(
    admin.report({ from: '2024-01-01', to: '2025-12-31', officeHours: false }),
  ).rejects.toMatchObject({ code: 'invalid', details: { field: 'to' } });
});
