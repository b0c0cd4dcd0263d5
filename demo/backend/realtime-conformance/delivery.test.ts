// What becomes of a row in realtime.messages.
import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Queries } from '../database.ts';
import { platformFiles } from '../migrate.ts';
import type { Backend } from '../server.ts';
import { fixtureForTest, startFixture } from '../testing/clients.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({ realtime: { limits: { payloadBytes: 1000 } } });
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const send = (topic: string, text: string, queries: Queries = backend.database) =>
  queries.query(`select realtime.send(jsonb_build_object('text', $1::text), 'said', $2)`, [text, topic]);

async function listening(...topics: string[]): Promise<RawSocket> {
  const socket = await RawSocket.open(backend);
  for (const topic of topics) await socket.joined(`realtime:${topic}`, topic);
  return socket;
}

test('everybody on the topic hears it, once on each connection, and nobody else does', async () => {
  const [here, there, elsewhere] = [
    await listening('room:1', 'room:2'),
    await listening('room:1'),
    await listening('room:2', 'room:11'),
  ];
  await send('room:1', 'hello');
  await send('room:2', 'fence');
  await Promise.all([here.heard(2), there.heard(1), elsewhere.heard(1)]);
  expect([here.texts, there.texts, elsewhere.texts]).toEqual([['hello', 'fence'], ['hello'], ['fence']]);
});

test('it comes after the commit, in order', async () => {
  const socket = await listening('room:commit');
  await backend.database.transaction(async (queries) => {
    for (let i = 0; i < 20; i += 1) await send('room:commit', `${i}`, queries);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(socket.binary).toEqual([]);
  });
  for (let i = 20; i < 40; i += 1) await send('room:commit', `${i}`);
  await socket.heard(40);
  expect(socket.texts).toEqual(Array.from({ length: 40 }, (_, i) => `${i}`));
});

test('what was rolled back never comes, wholly or to a savepoint', async () => {
  const socket = await listening('room:rollback');
  await backend.database.transaction((queries) => send('room:rollback', 'never', queries), {
    rollback: true,
  });
  await backend.database.execute(`
    begin;
    select realtime.send('{"text": "kept"}', 'said', 'room:rollback');
    savepoint here;
    select realtime.send('{"text": "undone"}', 'said', 'room:rollback');
    rollback to here;
    commit;
  `);
  await socket.heard(1);
  await send('room:rollback', 'after');
  await socket.heard(2);
  expect(socket.texts).toEqual(['kept', 'after']);
});

test('rows lacking a part are stored, but nobody hears of them', async () => {
  const socket = await listening('room:partial');
  await backend.database.execute(`
    select realtime.send(null, 'said', 'room:partial');
    select realtime.send('{"text": "no event"}', null, 'room:partial');
    select realtime.send('{"text": "neither private nor public"}', 'said', 'room:partial', null);
    select realtime.send_binary(null, 'said', 'room:partial');
    select realtime.send('{"text": "whole"}', 'said', 'room:partial');
  `);
  await socket.heard(1);
  expect(socket.texts).toEqual(['whole']);
  const [row] = await backend.database.query<{ count: number }>(
    `select count(*)::int as count from realtime.messages where topic = 'room:partial'`,
  );
  expect(row?.count).toBe(5);
});

test('the extension of a row is not looked at, and changing or deleting a row is no event', async () => {
  const socket = await listening('room:rows');
  await backend.database.execute(`
    insert into realtime.messages (topic, extension, event, payload, private)
    values ('room:rows', 'anything', 'said', '{"text": "inserted"}', true);
    update realtime.messages set payload = '{"text": "changed"}' where topic = 'room:rows';
    delete from realtime.messages where topic = 'room:rows' and payload ->> 'text' = 'none';
  `);
  await send('room:rows', 'last');
  await socket.heard(2);
  expect(socket.texts.at(-1)).toBe('last');
  expect(socket.binary).toHaveLength(2);
});

test('a payload over the limit is stored, but not delivered', async () => {
  const socket = await listening('room:large');
  await send('room:large', 'x'.repeat(1001));
  await send('room:large', 'small');
  await socket.heard(1);
  expect(socket.texts).toEqual(['small']);
});

describe('realtime.send', () => {
  test.each([
    ['an array', `'[1, 2]', 'said', 'room:odd'`],
    ['a bare string', `'"x"', 'said', 'room:odd'`],
    ['no topic', `'{}', 'said', null`],
  ])('of %s warns, stores nothing and fails nothing', async (_what, parameters) => {
    await backend.database.transaction(async (queries) => {
      await queries.query(`select realtime.send(${parameters})`);
      await queries.query(`select public.note(99, 'fine')`);
    });
    const [row] = await backend.database.query<{ notes: number; rows: number }>(`
      select (select count(*) from public.notes where id = 99)::int as notes,
        (select count(*) from realtime.messages where topic = 'room:odd')::int as rows`);
    await backend.database.query('delete from public.notes where id = 99');
    expect(row).toEqual({ notes: 1, rows: 0 });
  });

  test('names its topic to the rest of the transaction', async () => {
    await backend.database.transaction(async (queries) => {
      await send('room:named', 'x', queries);
      expect(await queries.query('select realtime.topic() as topic')).toEqual([{ topic: 'room:named' }]);
    });
    expect(await backend.database.query('select realtime.topic() as topic')).toEqual([{ topic: null }]);
  });

  test('by a role that no policy lets insert is lost with a warning', async () => {
    const socket = await listening('room:invoker');
    await backend.database.transaction(async (queries) => {
      await queries.query('set local role anon');
      await send('room:invoker', 'lost', queries);
    });
    await send('room:invoker', 'heard');
    await socket.heard(1);
    expect(socket.texts).toEqual(['heard']);
  });

  test('where the day has no partition is lost with a warning, and nothing else is', async () => {
    const bare = await fixtureForTest();
    const socket = await RawSocket.open(bare);
    await socket.joined('realtime:room:1');
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '_');
    await bare.database.execute(`drop table realtime.messages_${today}`);
    await bare.database.transaction(async (queries) => {
      await send('room:1', 'lost', queries);
      await queries.query(`select public.note(1, 'kept')`);
    });
    expect(await bare.database.query('select body from public.notes')).toEqual([{ body: 'kept' }]);
    await bare.database.query('select realtime.create_partitions()');
    await send('room:1', 'heard', bare.database);
    await socket.heard(1);
    expect(socket.texts).toEqual(['heard']);
  });
});

test('whatever is lost, a warning tells why', async () => {
  const pglite = await PGlite.create();
  onTestFinished(() => pglite.close());
  for (const { sql } of await platformFiles()) await pglite.exec(sql);
  const warnings: string[] = [];
  const lose = (sql: string) =>
    pglite.transaction((queries) =>
      queries.exec(sql, {
        onNotice: ({ severity, message }) => warnings.push(`${severity}: ${message}`),
      }),
    );
  await lose(`select realtime.send('[]', 'said', 'room:1')`);
  await lose(`select realtime.send('{}', 'said', null)`);
  await lose(`set local role anon; select realtime.send('{}', 'said', 'room:1')`);
  await lose(`set local role anon; select realtime.send_binary('\\x00', 'said', 'room:1')`);
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '_');
  await pglite.exec(`drop table realtime.messages_${today}`);
  await lose(`select realtime.send('{}', 'said', 'room:1')`);
  expect(warnings).toEqual(
    [
      'path element at position 1 is not an integer',
      'syntax error at or near "NULL"',
      'new row violates row-level security policy for table "messages"',
      'new row violates row-level security policy for table "messages"',
      'no partition of relation "messages" found for row',
    ].map((reason) => expect.stringContaining(`WARNING: WarnSendingBroadcastMessage: ${reason}`)),
  );
});

describe('whoever asks to hear when replication is ready', () => {
  const config = { broadcast: { replication_ready: true } };

  test('hears it after the answer to the join', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:room:1', '1', config);
    await socket.event('system');
    expect(socket.frames.slice(1)).toEqual([
      [
        '1',
        null,
        'realtime:room:1',
        'system',
        {
          extension: 'system',
          status: 'ok',
          message: 'Replication connection established',
          channel: 'room:1',
        },
      ],
    ]);
  });

  test('hears it again after every join, and who does not ask never hears it', async () => {
    const socket = await RawSocket.open(backend);
    for (const ref of ['1', '2']) await socket.joined('realtime:room:1', ref, config);
    await socket.joined('realtime:room:2', '3');
    await socket.handled();
    expect(socket.order.filter((word) => word === 'system')).toHaveLength(2);
  });

  test('is closed out when it takes too long', async () => {
    const slow = await fixtureForTest({ realtime: { replicationTimeout: 200 } });
    slow.faults.replicationDelay = Number.POSITIVE_INFINITY;
    const socket = await RawSocket.open(slow);
    const started = performance.now();
    await socket.joined('realtime:room:1', '1', config);
    await socket.event('phx_close');
    expect(performance.now() - started).toBeGreaterThanOrEqual(199);
    expect(socket.frames[1]?.[4]).toEqual({
      extension: 'system',
      status: 'error',
      message: 'Replication connection was not established in time',
      channel: 'room:1',
    });
    expect(socket.order).toEqual(['reply 1', 'system', 'phx_close']);
  });
});

test('nothing sent while nobody was on the topic is delivered later', async () => {
  await send('room:late', 'before');
  const socket = await listening('room:late');
  await send('room:late', 'after');
  await socket.heard(1);
  expect(socket.texts).toEqual(['after']);
});
