// What an agent does with one conversation besides talking: what follows a message, mentions, answers at hand, notes.
import { expect, test } from 'vitest';
import { createAgentDesk } from './agent-driver.ts';
import type { DeskSession, Mention } from './model.ts';
import { AgentScript } from './testing/agent-script.ts';
import { FakeEnvironment, FakeStorage } from './testing/fake-browser.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { FakeLive } from './testing/fake-live.ts';
import { loneTab } from './testing/lone-tab.ts';
import { me } from './testing/samples.ts';

const mine = { id: me.id, name: me.name, avatar: null };
const tom = { id: 'a2', name: 'Tom' };

/** A desk with two conversations of one's own, the first one opened. */
async function working(storage = new FakeStorage()) {
  const script = new AgentScript();
  for (const id of ['one', 'two']) {
    script.add(id, { agent: mine, status: 'assigned' });
    script.say(id, 'hello');
  }
  const clock = new FakeClock();
  const live = new FakeLive<DeskSession>();
  const environment = new FakeEnvironment();
  const desk = createAgentDesk({
    api: script.api,
    live,
    storage,
    environment,
    clock,
    tabs: loneTab,
    storagePrefix: 'support-chat:demo',
  });
  const heard: Mention[] = [];
  desk.onMention((mention) => heard.push(mention));
  desk.start();
  await settle();
  live.join();
  await settle();
  await desk.select('one');
  return { desk, script, clock, live, heard };
}

test('a conversation is closed once the message is in it, and not before', async () => {
  const { desk, script } = await working();
  const release = script.hold('send');
  await desk.send('Goodbye', 'text', { type: 'close' });
  await desk.select('two');
  await settle();
  expect(script.count('close')).toBe(0);
  release();
  await settle();
  expect(script.get('one').status).toBe('closed');
  expect(script.get('two').status).toBe('assigned');
});

test('a conversation is snoozed after the message', async () => {
  const { desk, script } = await working();
  await desk.send('I will be back', 'text', { type: 'snooze', until: 'infinity' });
  await settle();
  expect(script.get('one').snoozedUntil).toBe('infinity');
});

test('what was sent and closed can be opened again', async () => {
  const { desk, script } = await working();
  await desk.send('Goodbye', 'text', { type: 'close' });
  await settle();
  expect(desk.state.done).toMatchObject({ action: { type: 'close' }, before: [{ id: 'one' }] });
  await desk.undo();
  expect(script.get('one').status).not.toBe('closed');
});

test('two replies are both there before it is closed', async () => {
  const { desk, script } = await working();
  const release = script.hold('send');
  await desk.send('Goodbye', 'text', { type: 'close' });
  await desk.send('And good luck', 'text');
  release();
  await settle();
  expect(script.get('one').status).toBe('closed');
  expect(script.messages.get('one')?.map(({ content }) => content)).toEqual(
    expect.arrayContaining(['Goodbye', 'And good luck']),
  );
  expect(desk.state.messages.some(({ status }) => status === 'failed')).toBe(false);
});

test.each(['send', 'close'] as const)('nothing is closed over what came during %s', async (call) => {
  const { desk, script } = await working();
  const release = script.hold(call);
  await desk.send('Goodbye', 'text', { type: 'close' });
  await settle();
  script.say('one', 'It is on fire!');
  release();
  await settle();
  expect(script.get('one').status).not.toBe('closed');
  expect(desk.state.notice).toMatchObject({ action: 'close', error: { details: { reason: 'written' } } });
});

test.each([{ type: 'close' }, { type: 'snooze', until: 'infinity' }] as const)(
  'nothing is put away by %o over what this page has not shown',
  async (action) => {
    const { desk, script } = await working();
    const release = script.hold(action.type);
    const asked = desk.act(action, ['one']);
    script.say('one', 'It is on fire!');
    release();
    await asked;
    expect(script.get('one')).toMatchObject({ status: 'assigned', snoozedUntil: null });
    expect(desk.state).toMatchObject({
      notice: { action: action.type, error: { details: { reason: 'written' } } },
      done: null,
    });
  },
);

test('a message that fails closes nothing until it is sent after all', async () => {
  const { desk, script } = await working();
  script.fail('send', 'forbidden');
  await desk.send('Goodbye', 'text', { type: 'close' });
  await settle();
  expect(script.count('close')).toBe(0);
  const failed = desk.state.messages.at(-1);
  expect(failed?.status).toBe('failed');
  await desk.retry(failed?.clientId ?? '');
  await settle();
  expect(script.get('one').status).toBe('closed');
});

test('what was to follow a deleted message follows no other', async () => {
  const { desk, script } = await working();
  script.fail('send', 'forbidden');
  await desk.send('Goodbye', 'text', { type: 'close' });
  await settle();
  desk.discard(desk.state.messages.at(-1)?.clientId ?? '');
  await desk.send('Still here', 'text');
  await settle();
  expect(script.get('one').status).toBe('assigned');
});

test('a close that is refused is said', async () => {
  const { desk, script } = await working();
  script.fail('close', 'offline');
  await desk.send('Goodbye', 'text', { type: 'close' });
  await settle();
  expect(desk.state.notice).toMatchObject({ action: 'close', error: { code: 'offline' } });
});

test('a mention is told once, and again when there is another', async () => {
  const { desk, script, clock, heard } = await working();
  const session = script.add('other');
  script.mentions = [{ session, by: tom, at: '2026-11-23T08:00:00Z' }];
  await clock.advance(31_000);
  expect(heard).toHaveLength(1);
  expect(desk.state.mentions.map((mention) => mention.session.id)).toEqual(['other']);
  await clock.advance(31_000);
  expect(heard).toHaveLength(1);
  script.mentions = [{ session, by: tom, at: '2026-11-23T09:00:00Z' }];
  await clock.advance(31_000);
  expect(heard).toHaveLength(2);
});

test('what came before the page was opened is shown and not told', async () => {
  const { desk, script, heard } = await working();
  script.mentions = [{ session: script.add('old'), by: null, at: '2026-11-23T08:00:00Z' }];
  const second = createAgentDesk({
    api: script.api,
    live: new FakeLive<DeskSession>(),
    storage: new FakeStorage(),
    environment: new FakeEnvironment(),
    clock: new FakeClock(),
    tabs: loneTab,
    storagePrefix: 'support-chat:demo',
  });
  second.onMention((mention) => heard.push(mention));
  second.start();
  await settle();
  expect(second.state.mentions).toHaveLength(1);
  expect(heard).toHaveLength(0);
  second.stop();
  desk.stop();
});

test('who opens the conversation of a mention says so at once: a reload would bring it back', async () => {
  const { desk, script, clock } = await working();
  script.mentions = [{ session: script.get('two'), by: tom, at: '2026-11-23T08:00:00Z' }];
  await clock.advance(31_000);
  void desk.select('two');
  await clock.advance(1);
  expect(script.presence?.viewing).toBe('two');
});

test('a mention in the conversation on screen needs no telling', async () => {
  const { desk, script, clock, heard } = await working();
  script.mentions = [{ session: script.get('one'), by: tom, at: '2026-11-23T09:00:00Z' }];
  await clock.advance(31_000);
  expect(heard).toHaveLength(0);
  expect(desk.state.mentions).toEqual([]);
});

test('a mention that was put away stays away until there is another', async () => {
  const { desk, script, clock } = await working();
  script.mentions = [{ session: script.get('two'), by: tom, at: '2026-11-23T09:00:00Z' }];
  await clock.advance(31_000);
  desk.dismissMention('two');
  expect(desk.state.mentions).toEqual([]);
  await clock.advance(31_000);
  expect(desk.state.mentions).toEqual([]);
  script.mentions = [{ session: script.get('two'), by: tom, at: '2026-11-23T10:00:00Z' }];
  await clock.advance(31_000);
  expect(desk.state.mentions).toHaveLength(1);
});

test('answers at hand are fetched when they are wanted, and not with every key', async () => {
  const { desk, script, clock } = await working();
  expect(desk.state.canned).toBeNull();
  script.canned = [
    {
      id: 'c1',
      shortcut: 'hi',
      title: 'Hi',
      content: 'Hello!',
      shared: true,
      updatedAt: '2026-11-23T08:00:00Z',
    },
  ];
  await Promise.all([desk.loadCanned(), desk.loadCanned()]);
  expect(desk.state.canned).toHaveLength(1);
  expect(script.count('cannedList')).toBe(1);
  await clock.advance(31_000);
  await desk.loadCanned();
  expect(script.count('cannedList')).toBe(2);
});

test('answers that could not be fetched are fetched with the next try', async () => {
  const { desk, script } = await working();
  script.fail('cannedList', 'offline');
  await desk.loadCanned();
  expect(desk.state).toMatchObject({ canned: null, notice: { action: 'load' } });
  await desk.loadCanned();
  expect(desk.state.canned).toEqual([]);
});

test('a corrected visitor is shown at once, and a refusal reaches who corrected', async () => {
  const { desk, script } = await working();
  await desk.updateVisitor({ notes: 'Likes tea' });
  expect(desk.state.visitor?.notes).toBe('Likes tea');
  await desk.updateVisitor({ name: 'Zoe' });
  expect(desk.state.current?.visitor.name).toBe('Zoe');
  expect(desk.state.inbox.map((session) => session.visitor.name)).toEqual(['Zoe', 'Zoe']);
  script.fail('updateVisitor', 'conflict');
  await expect(desk.updateVisitor({ name: 'Zora' })).rejects.toMatchObject({ code: 'conflict' });
  expect(desk.state.visitor?.name).toBe('Zoe');
});

test('a transcript has every message, however many pages that takes', async () => {
  const { desk, script } = await working();
  for (let count = 0; count < 250; count++) script.say('one', `line ${count}`);
  const messages = await desk.transcript();
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 251 }, (_, index) => index + 1));
});

test('what an agent prefers is there after a reload', async () => {
  const storage = new FakeStorage();
  const { desk } = await working(storage);
  expect(desk.preference('send-key')).toBe('');
  desk.setPreference('send-key', 'mod-enter');
  const { desk: reloaded } = await working(storage);
  expect(reloaded.preference('send-key')).toBe('mod-enter');
});
