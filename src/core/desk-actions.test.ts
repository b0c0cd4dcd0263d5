import { expect, test } from 'vitest';
import { createAgentDesk } from './agent-driver.ts';
import type { DeskAction } from './desk-actions.ts';
import type { DeskSession } from './model.ts';
import { AgentScript } from './testing/agent-script.ts';
import { FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { loneTab } from './testing/lone-tab.ts';
import { me } from './testing/samples.ts';

const mine = { id: me.id, name: me.name, avatar: null };
const bo = { id: 'a2', name: 'Bo', avatar: null };

async function working(patches: readonly Partial<DeskSession>[] = [{}]) {
  const script = new AgentScript();
  for (const [index, patch] of patches.entries()) {
    script.add(`s${index}`, { agent: mine, status: 'assigned', ...patch });
  }
  const clock = new FakeClock();
  const desk = createAgentDesk({
    api: script.api,
    live: new FakeLive<DeskSession>(),
    storage: new FakeStorage(),
    environment: new FakeEnvironment(),
    clock,
    tabs: loneTab,
    storagePrefix: 'support-chat:demo',
  });
  desk.start();
  await settle();
  await desk.showTab('all');
  return { desk, script, clock };
}

const later = '2026-11-24T09:00:00Z';

test.each<[DeskAction, Partial<DeskSession>]>([
  [
    { type: 'assign', agentId: null },
    { agent: null, status: 'open' },
  ],
  [{ type: 'assign', agentId: 'a2' }, { status: 'assigned' }],
  [{ type: 'close' }, { status: 'closed' }],
  [{ type: 'snooze', until: later }, { snoozedUntil: later }],
  [{ type: 'priority', priority: 'urgent' }, { priority: 'urgent' }],
  [{ type: 'tag', add: ['vip'], remove: ['old'] }, { tags: ['kept', 'vip'] }],
  [{ type: 'unread' }, { unread: 1 }],
])('%o is done, can be told, and is taken back', async (action, changed) => {
  const { desk, script } = await working([{ tags: ['kept', 'old'] }]);
  const { agent, status, snoozedUntil, priority, unread } = script.get('s0');
  await desk.act(action, ['s0']);
  expect(script.get('s0')).toMatchObject(changed);
  expect(desk.state.done).toMatchObject({ action, before: [{ id: 's0' }] });
  await desk.undo();
  const now = script.get('s0');
  expect({ ...now, agent: now.agent?.id, status: now.agent ? 'assigned' : 'open' }).toMatchObject({
    agent: agent?.id,
    status,
    snoozedUntil,
    priority,
    unread,
  });
  expect([...now.tags].sort()).toEqual(['kept', 'old']);
  expect(desk.state).toMatchObject({ done: null, notice: null });
});

test('reopening is taken back by closing', async () => {
  const { desk, script } = await working([{ status: 'closed', closedAt: later }]);
  await desk.showTab('closed');
  await desk.act({ type: 'reopen' }, ['s0']);
  expect(script.get('s0').status).toBe('open');
  await desk.undo();
  expect(script.get('s0').status).toBe('closed');
});

test('what was snoozed and then closed by mistake is snoozed again', async () => {
  const { desk, script } = await working([{ snoozedUntil: later }]);
  await desk.act({ type: 'close' }, ['s0']);
  script.change('s0', { snoozedUntil: null });
  await desk.undo();
  expect(script.get('s0').snoozedUntil).toBe(later);
});

test('a snooze that would be over by now is not begun again', async () => {
  const { desk, script } = await working([{ snoozedUntil: '2026-11-23T09:59:00Z' }]);
  await desk.act({ type: 'snooze', until: later }, ['s0']);
  await desk.undo();
  expect(script.get('s0').snoozedUntil).toBe(null);
});

test('a visitor is blocked, and let in again', async () => {
  const { desk, script } = await working();
  await desk.select('s0');
  await desk.act({ type: 'block', until: 'infinity' }, ['s0']);
  expect(script.blockedUntil).toBe('infinity');
  expect(desk.state.visitor?.blockedUntil).toBe('infinity');
  await desk.undo();
  expect(script.blockedUntil).toBe(null);
  expect(desk.state.visitor?.blockedUntil).toBe(null);
});

test('it is done to many, and only to those it changes', async () => {
  const { desk, script } = await working([{}, { status: 'closed', closedAt: later }, {}]);
  await desk.showTab('closed');
  await desk.act({ type: 'close' }, ['s0', 's1', 's2', 'unheard-of']);
  expect(script.count('close')).toBe(2);
  expect(desk.state.done?.before.map(({ id }) => id).sort()).toEqual(['s0', 's2']);
  await desk.undo();
  expect(script.count('reopen')).toBe(2);
});

test('what changes nothing is neither asked nor told', async () => {
  const { desk, script } = await working([{ tags: ['VIP'] }]);
  await desk.act({ type: 'assign', agentId: me.id }, ['s0']);
  await desk.act({ type: 'priority', priority: 'normal' }, ['s0']);
  await desk.act({ type: 'tag', add: ['vip'], remove: ['other'] }, ['s0']);
  expect(script.calls.filter((call) => ['assign', 'setPriority', 'tag'].includes(call))).toEqual([]);
  expect(desk.state.done).toBe(null);
});

test('one refusal among many is told, and the others are done', async () => {
  const { desk, script } = await working([{}, {}, {}]);
  script.fail('setPriority', 'offline', { times: 1 });
  await desk.act({ type: 'priority', priority: 'high' }, ['s0', 's1', 's2']);
  expect(desk.state.notice).toMatchObject({ action: 'priority', error: { code: 'offline' } });
  expect(desk.state.done?.before).toHaveLength(2);
});

test('of two agents the one who was late hears who was first', async () => {
  const { desk, script } = await working([{ agent: null, status: 'open' }]);
  script.fail('assign', 'conflict', { details: { reason: 'assigned', agent: { id: 'a2', name: 'Bo' } } });
  await desk.act({ type: 'assign', agentId: me.id }, ['s0']);
  expect(desk.state).toMatchObject({ done: null, notice: { action: 'assign', winner: 'Bo' } });
});

test('nothing is taken back that somebody has changed since', async () => {
  const { desk, script } = await working();
  await desk.act({ type: 'priority', priority: 'high' }, ['s0']);
  await desk.select('s0');
  script.change('s0', { priority: 'urgent', agent: bo });
  await desk.select(null);
  await desk.select('s0');
  await desk.undo();
  expect(script.get('s0').priority).toBe('urgent');
  expect(desk.state.notice).toMatchObject({ action: 'undo', error: { code: 'conflict' } });
});

test('nothing is taken back once it is too late', async () => {
  const { desk, script } = await working();
  await desk.act({ type: 'close' }, ['s0']);
  desk.dismissDone();
  await desk.undo();
  expect(script.count('reopen')).toBe(0);
});

test('what is put back among the unread leaves the screen, and is read when it is opened again', async () => {
  const { desk, script, clock } = await working();
  script.say('s0', 'Hello?');
  await desk.select('s0');
  await clock.advance(1_000);
  expect(script.get('s0').unread).toBe(0);
  await desk.act({ type: 'unread' }, ['s0']);
  expect(desk.state.current).toBe(null);
  await clock.advance(1_000);
  expect(script.get('s0').unread).toBe(1);
  await desk.select('s0');
  await clock.advance(1_000);
  expect(script.get('s0').unread).toBe(0);
});

test('one after the other is taken back, as long as it is recent', async () => {
  const { desk, script, clock } = await working([{}, {}, {}]);
  await desk.act({ type: 'close' }, ['s0']);
  await clock.advance(5_000);
  await desk.act({ type: 'close' }, ['s1']);
  await desk.act({ type: 'close' }, ['s2']);
  await desk.undo();
  expect(desk.state.done?.before).toMatchObject([{ id: 's1' }]);
  await clock.advance(4_000);
  await desk.undo();
  expect(desk.state.done).toBe(null);
  await desk.undo();
  expect([0, 1, 2].map((n) => script.get(`s${n}`).status)).toEqual(['closed', 'open', 'open']);
});

test.each<[string, DeskAction, Partial<DeskSession>]>([
  ['reopened, and another took it', { type: 'reopen' }, { agent: bo, status: 'assigned' }],
  ['reopened, and somebody spoke', { type: 'reopen' }, { lastSeq: 9 }],
  ['closed, and reopened by another', { type: 'close' }, { status: 'open' }],
  ['closed, and closed again after a talk', { type: 'close' }, { lastSeq: 9 }],
])('%s: that is not taken back over their heads', async (_what, action, since) => {
  const before: Partial<DeskSession> = action.type === 'close' ? {} : { status: 'closed', closedAt: later };
  const { desk, script, clock } = await working([before]);
  await desk.showTab(action.type === 'close' ? 'all' : 'closed');
  await desk.act(action, ['s0']);
  script.change('s0', since);
  await clock.advance(4_000);
  const calls = script.calls.length;
  await desk.undo();
  expect(script.calls.slice(calls).filter((call) => call === 'close' || call === 'reopen')).toEqual([]);
  expect(desk.state.notice).toMatchObject({ action: 'undo', error: { code: 'conflict' } });
});

test('a shorter block of somebody whose conversation is not opened gives way to the one before', async () => {
  const { desk, script } = await working();
  script.blockedUntil = 'infinity';
  await desk.act({ type: 'block', until: later }, ['s0']);
  expect(script.blockedUntil).toBe(later);
  await desk.undo();
  expect(script.blockedUntil).toBe('infinity');
});
