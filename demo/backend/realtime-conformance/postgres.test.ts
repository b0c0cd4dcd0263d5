// The endpoint on a real PostgreSQL, where transactions overlap.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../../supabase/tests/postgres.ts';
import type { Backend } from '../server.ts';
import { startOnPostgres } from '../testing/on-postgres.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let postgres: PostgresServer;
let backend: Backend;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ postgres, backend, stop } = await startOnPostgres());
  await backend.database.execute(`
    create policy "rooms that begin with open" on realtime.messages for insert to anon
    with check (extension = 'broadcast' and (select realtime.topic()) like 'room:open%');
  `);
}, 120_000);
afterEach(() => backend.faults.reset());
afterAll(() => stop());

const send = (text: string) =>
  `select realtime.send(jsonb_build_object('text', '${text}'::text), 'said', 'room:1')`;

test('broadcasts come in the order of commits, not of sending', async () => {
  const socket = await RawSocket.open(backend);
  await socket.joined('realtime:room:1');
  const [early, late] = [postgres.connect('postgres'), postgres.connect('postgres')];
  try {
    await early.unsafe('begin');
    await early.unsafe(send('sent first'));
    await late.unsafe('begin');
    await late.unsafe(send('sent second'));
    await late.unsafe(send('sent third'));
    await late.unsafe('commit');
    await socket.heard(2);
    await early.unsafe('commit');
    await socket.heard(3);
    await early.unsafe('begin');
    await early.unsafe(send('undone'));
    await early.unsafe('rollback');
    await early.unsafe(send('last'));
    await socket.heard(4);
  } finally {
    await Promise.all([early.end(), late.end()]);
  }
  expect(socket.texts).toEqual(['sent second', 'sent third', 'sent first', 'last']);
});

test('many join at once, each as policies decide, and no probe row is left', async () => {
  const sockets = await Promise.all(Array.from({ length: 30 }, () => RawSocket.open(backend)));
  const topics = ['room:many', 'elsewhere', 'broken:1'];
  const answers = await Promise.all(
    sockets.map(async (socket, index) => {
      socket.join(`realtime:${topics[index % 3]}`, '1');
      return (await socket.reply('1')).status;
    }),
  );
  expect(answers).toEqual(answers.map((_, index) => (index % 3 === 0 ? 'ok' : 'error')));
  expect(await backend.database.query(`select from realtime.messages where topic <> 'room:1'`)).toEqual([]);
});

test('clients broadcast as far as policies let them', async () => {
  const [sender, receiver] = [await RawSocket.open(backend), await RawSocket.open(backend)];
  for (const socket of [sender, receiver]) {
    await socket.joined('realtime:room:1', '1', { broadcast: { ack: true } });
    await socket.joined('realtime:room:open', '2', { broadcast: { ack: true } });
  }
  sender.sendBroadcast('3', 'realtime:room:1', 'said', { text: 'forged' });
  sender.sendBroadcast('4', 'realtime:room:open', 'said', { text: 'let in' });
  expect((await sender.reply('4')).status).toBe('ok');
  await receiver.heard(1);
  expect(receiver.texts).toEqual(['let in']);
  expect(sender.order).toEqual(['reply 1', 'reply 2', 'reply 4']);
});

test('a join brings what was sent before, bytes and all', async () => {
  await backend.database.query(`select realtime.send('{"text": "before"}', 'said', 'room:replay')`);
  await backend.database.query(`select realtime.send_binary('\\x00ff', 'raw', 'room:replay')`);
  const socket = await RawSocket.open(backend);
  await socket.joined('realtime:room:replay', '1', { broadcast: { replay: { since: Date.now() - 60_000 } } });
  await socket.heard(1);
  expect(socket.broadcasts[0]?.payload).toEqual(Buffer.from([0, 255]));
  expect(socket.frames[1]?.[4]).toMatchObject({ payload: { text: 'before' }, meta: { replayed: true } });
});
