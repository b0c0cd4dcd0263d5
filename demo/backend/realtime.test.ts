import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from './server.ts';
import { eventually, listenTo, postgrest, realtime, startFixture } from './testing/clients.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture();
  await backend.database.execute(`insert into public.members values ('ada')`);
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const say = (topic: string, text: string, fail = false) =>
  postgrest(backend).rpc('say', { p_topic: topic, p_text: text, p_fail: fail });

const texts = (heard: unknown[]) => heard.map((payload) => (payload as { text: string }).text);

async function signedIn(sub: string, lifetime?: number) {
  const client = realtime(backend);
  await client.setAuth(await backend.keys.sign({ role: 'authenticated', sub }, lifetime));
  return client;
}

describe('joining', () => {
  test('is granted to anon where a policy says so', async () => {
    await listenTo(realtime(backend), 'room:anon').until('SUBSCRIBED');
  });

  test('works with the older anon key', async () => {
    await listenTo(realtime(backend, backend.anonKey), 'room:legacy').until('SUBSCRIBED');
  });

  test('is granted by the claims of a user’s token, and refused to others', async () => {
    await listenTo(await signedIn('ada'), 'club').until('SUBSCRIBED');
    for (const client of [await signedIn('bob'), realtime(backend)]) {
      const refused = listenTo(client, 'club');
      await refused.until('CHANNEL_ERROR');
      expect(refused.reason()).toContain(
        'Unauthorized: You do not have permissions to read from this Channel topic: club',
      );
    }
  });

  test('is refused for a topic without policy, and where a policy raises', async () => {
    for (const topic of ['elsewhere', 'broken:1']) {
      const refused = listenTo(realtime(backend), topic);
      await refused.until('CHANNEL_ERROR');
      expect(refused.reason()).toContain(`Unauthorized: You do not have permissions`);
    }
  });

  test('a channel that is not private is refused', async () => {
    const refused = listenTo(realtime(backend), 'room:public', false);
    await refused.until('CHANNEL_ERROR');
    expect(refused.reason()).toContain('PrivateOnly: This project only allows private channels');
  });

  test('leaves no probe row behind', async () => {
    await listenTo(realtime(backend), 'room:probe').until('SUBSCRIBED');
    const rows = await backend.database.query(`select from realtime.messages where topic = 'room:probe'`);
    expect(rows).toEqual([]);
  });

  test('a refused join is tried again by the client until it succeeds', async () => {
    const waiting = listenTo(await signedIn('carol'), 'club');
    await waiting.until('CHANNEL_ERROR');
    await backend.database.execute(`insert into public.members values ('carol')`);
    await waiting.until('SUBSCRIBED');
  });
});

describe('delivery', () => {
  test('brings a broadcast with its id to everybody on the topic, and to nobody else', async () => {
    const [here, there, elsewhere] = [
      listenTo(realtime(backend), 'room:1'),
      listenTo(realtime(backend), 'room:1'),
      listenTo(realtime(backend), 'room:2'),
    ];
    await Promise.all([here, there, elsewhere].map((one) => one.until('SUBSCRIBED')));
    await say('room:1', 'hello');
    await Promise.all([here.untilHeard(1), there.untilHeard(1)]);
    expect(here.heard).toEqual([{ text: 'hello', id: expect.any(String) }]);
    await say('room:2', 'fence');
    await elsewhere.untilHeard(1);
    expect(texts(elsewhere.heard)).toEqual(['fence']);
  });

  test('never brings what was rolled back', async () => {
    const listening = listenTo(realtime(backend), 'room:rollback');
    await listening.until('SUBSCRIBED');
    const { error } = await say('room:rollback', 'never', true);
    expect(error?.code).toBe('PT409');
    await say('room:rollback', 'after');
    await listening.untilHeard(1);
    expect(texts(listening.heard)).toEqual(['after']);
  });

  test('comes after the commit: whoever hears of a row can read it', async () => {
    const listening = listenTo(realtime(backend), 'room:commit');
    await listening.until('SUBSCRIBED');
    let committed = false;
    await backend.database.transaction(async (queries) => {
      await queries.query(`select public.say('room:commit', 'x')`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(listening.heard).toEqual([]);
      committed = true;
    });
    await listening.untilHeard(1);
    expect(committed).toBe(true);
  });

  test('keeps the order of commits', async () => {
    const listening = listenTo(realtime(backend), 'room:order');
    await listening.until('SUBSCRIBED');
    const wanted = Array.from({ length: 60 }, (_, i) => String(i));
    await backend.database.transaction(async (queries) => {
      for (const text of wanted.slice(0, 20)) {
        await queries.query(`select public.say('room:order', $1)`, [text]);
      }
    });
    for (const text of wanted.slice(20)) await say('room:order', text);
    await listening.untilHeard(60);
    expect(texts(listening.heard)).toEqual(wanted);
  });

  test('does not happen for public rows, rows without payload, and rows of another topic', async () => {
    const listening = listenTo(realtime(backend), 'room:odd');
    await listening.until('SUBSCRIBED');
    await backend.database.execute(`
      select realtime.send('{"text": "public"}', 'said', 'room:odd', false);
      select realtime.send(null, 'said', 'room:odd');
      select realtime.send('{"text": "other"}', 'said', 'room:odd2');
      select realtime.send('{"text": "real", "id": "own"}', 'said', 'room:odd');
    `);
    await listening.untilHeard(1);
    expect(listening.heard).toEqual([{ text: 'real', id: 'own' }]);
  });

  test('a broadcast that cannot be stored fails nothing', async () => {
    await backend.database.execute(`select realtime.send('[1, 2]', 'said', 'room:array')`);
  });

  test('nobody can broadcast from a client', async () => {
    const [loud, quiet] = [
      listenTo(realtime(backend), 'room:shout'),
      listenTo(realtime(backend), 'room:shout'),
    ];
    await Promise.all([loud.until('SUBSCRIBED'), quiet.until('SUBSCRIBED')]);
    await loud.channel.send({ type: 'broadcast', event: 'said', payload: { text: 'forged' } });
    await say('room:shout', 'true');
    await quiet.untilHeard(1);
    expect(texts(quiet.heard)).toEqual(['true']);
  });
});

describe('losing the connection', () => {
  test('the client comes back by itself and hears what is said from then on', async () => {
    const listening = listenTo(realtime(backend), 'room:drop');
    await listening.until('SUBSCRIBED');
    expect(backend.faults.dropSockets()).toBeGreaterThan(0);
    await listening.until('CHANNEL_ERROR');
    await say('room:drop', 'missed, perhaps');
    await listening.until('SUBSCRIBED', 2);
    await say('room:drop', 'heard');
    await eventually(() => texts(listening.heard).includes('heard'));
  });

  test('works the same after a restart of the server', async () => {
    const listening = listenTo(realtime(backend), 'room:restart');
    await listening.until('SUBSCRIBED');
    backend.faults.closeSockets();
    await listening.until('SUBSCRIBED', 2);
  });

  test('nobody gets in while the server is away', async () => {
    const listening = listenTo(realtime(backend), 'room:away');
    await listening.until('SUBSCRIBED');
    backend.faults.goAway();
    await listening.until('CHANNEL_ERROR');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(listening.states.filter((state) => state === 'SUBSCRIBED')).toHaveLength(1);
    backend.faults.comeBack();
    await listening.until('SUBSCRIBED', 2);
  });

  test('events get lost and late on order', async () => {
    const listening = listenTo(realtime(backend), 'room:faults');
    await listening.until('SUBSCRIBED');
    backend.faults.loseEvents(2);
    for (const text of ['1', '2', '3']) await say('room:faults', text);
    await listening.untilHeard(1);
    expect(texts(listening.heard)).toEqual(['3']);
    backend.faults.eventDelay = 150;
    const before = Date.now();
    await say('room:faults', '4');
    await listening.untilHeard(2);
    expect(Date.now() - before).toBeGreaterThanOrEqual(140);
    backend.faults.reset();
    backend.faults.eventLoss = 1;
    await say('room:faults', '5');
    // The endpoint reads the row in its turn, which comes before ours.
    await backend.database.query('select 1');
    await new Promise((resolve) => setTimeout(resolve, 100));
    backend.faults.eventLoss = 0;
    await say('room:faults', '6');
    await listening.untilHeard(3);
    expect(texts(listening.heard)).toEqual(['3', '4', '6']);
  });

  test('joins are refused on order', async () => {
    backend.faults.refuseJoins(1, 'ConnectionRateLimitReached: Too many connected users');
    const listening = listenTo(realtime(backend), 'room:refused');
    await listening.until('CHANNEL_ERROR');
    expect(listening.reason()).toContain('Too many connected users');
    await listening.until('SUBSCRIBED');
  });
});

describe('a user’s token', () => {
  test('that expires ends the channel for good', async () => {
    const listening = listenTo(await signedIn('ada', 4), 'club');
    await listening.until('SUBSCRIBED');
    await listening.until('CLOSED');
  });

  test('can be replaced before it expires', async () => {
    const client = await signedIn('ada', 4);
    const listening = listenTo(client, 'club');
    await listening.until('SUBSCRIBED');
    await client.setAuth(await backend.keys.sign({ role: 'authenticated', sub: 'ada' }));
    await new Promise((resolve) => setTimeout(resolve, 4500));
    await say('club', 'still here');
    await listening.untilHeard(1);
    expect(listening.states).toEqual(['SUBSCRIBED']);
  });

  test('that may no longer read ends the channel when it is sent', async () => {
    const client = await signedIn('ada');
    const listening = listenTo(client, 'club');
    await listening.until('SUBSCRIBED');
    await client.setAuth(await backend.keys.sign({ role: 'authenticated', sub: 'bob' }));
    await listening.until('CLOSED');
  });

  test('is judged at the join only: access that ends in the database goes on', async () => {
    await backend.database.execute(`insert into public.members values ('dora')`);
    const listening = listenTo(await signedIn('dora'), 'club');
    await listening.until('SUBSCRIBED');
    await backend.database.execute(`delete from public.members where sub = 'dora'`);
    await say('club', 'still');
    await listening.untilHeard(1);
  });
});
