// How policies on realtime.messages decide who reads a topic.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../server.ts';
import { startFixture } from '../testing/clients.ts';
import { RawSocket } from '../testing/raw-socket.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startFixture({ realtime: { publicAccess: true } });
  await backend.database.execute(`
    insert into public.members values ('ada');

    create policy "presence only" on realtime.messages for select to anon
    using (extension = 'presence' and (select realtime.topic()) = 'watched');

    create policy "anon alone" on realtime.messages for select to anon
    using ((select realtime.topic()) = 'role:anon');

    create policy "users alone" on realtime.messages for select to authenticated
    using ((select realtime.topic()) = 'role:authenticated');

    create policy "writing only" on realtime.messages for insert to anon
    with check ((select realtime.topic()) = 'written');

    create policy "the columns of the probe" on realtime.messages for select to anon using (
      case (select realtime.topic())
        when 'probe:private' then private
        when 'probe:public' then not private
        when 'probe:event' then event is not null
        when 'probe:payload' then payload is not null
        when 'probe:empty' then event is null and payload is null and binary_payload is null
        when 'probe:topic' then topic = 'probe:topic'
        when 'probe:time' then inserted_at = updated_at and inserted_at > now() at time zone 'utc' - interval '1 day'
        else false
      end
    );

    create policy "what is set" on realtime.messages for select to anon, authenticated using (
      case (select realtime.topic())
        when 'set:role' then current_user = 'authenticated'
          and current_setting('request.jwt.claim.role') = 'authenticated'
        when 'set:sub' then auth.uid() = '11111111-1111-1111-1111-111111111111'
          and current_setting('request.jwt.claim.sub') = '11111111-1111-1111-1111-111111111111'
        when 'set:claims' then auth.jwt() -> 'app' ->> 'team' = 'red'
        when 'set:headers' then current_setting('request.headers')::jsonb - 'x-api-key' = '{"x-team": "red"}'
        else false
      end
    );
  `);
});
afterEach(() => backend.faults.reset());
afterAll(() => backend.close());

const sign = (claims: Record<string, unknown>) => backend.keys.sign({ role: 'authenticated', ...claims });
const send = (topic: string, text: string, isPrivate = true) =>
  backend.database.query(`select realtime.send(jsonb_build_object('text', $1::text), 'said', $2, $3)`, [
    text,
    topic,
    isPrivate,
  ]);
const unauthorized = (topic: string) =>
  `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`;

describe('a private channel', () => {
  test('is open to anon where a policy says so', async () => {
    for (const key of [backend.publishableKey, backend.anonKey]) {
      await (await RawSocket.open(backend, { key })).joined('realtime:room:1');
    }
  });

  test('is open to a user where a policy says so of them', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:club', '1', {}, { access_token: await sign({ sub: 'ada' }) });
    for (const [ref, claims] of [
      ['2', { sub: 'bob' }],
      ['3', {}],
    ] as const) {
      const access_token = await sign(claims);
      expect(await socket.refused('realtime:club', ref, {}, { access_token })).toBe(unauthorized('club'));
    }
    expect(await socket.refused('realtime:club', '4')).toBe(unauthorized('club'));
  });

  test.each(['anon', 'authenticated'])(
    'is open to %s where a policy is for that role alone',
    async (role) => {
      const socket = await RawSocket.open(backend);
      const access_token = await sign({ role });
      for (const one of ['anon', 'authenticated']) {
        socket.join(`realtime:role:${one}`, one, {}, { access_token });
        expect((await socket.reply(one)).status).toBe(one === role ? 'ok' : 'error');
      }
    },
  );

  test('is closed where no policy applies', async () => {
    const socket = await RawSocket.open(backend);
    for (const topic of ['elsewhere', 'room', '%', '*', 'room\u0000', 'ROOM:1', '']) {
      if (topic === '') continue;
      expect(await socket.refused(`realtime:${topic}`, topic)).toBe(unauthorized(topic));
    }
  });

  test('is closed where a policy raises, and the server lives on', async () => {
    const socket = await RawSocket.open(backend);
    expect(await socket.refused('realtime:broken:1', '1')).toBe(unauthorized('broken:1'));
    await socket.joined('realtime:room:1', '2');
  });

  test('is closed to a role that the database does not know', async () => {
    const socket = await RawSocket.open(backend);
    const access_token = await sign({ role: 'nobody' });
    expect(await socket.refused('realtime:room:1', '1', {}, { access_token })).toBe(unauthorized('room:1'));
  });

  test('is open, past every policy, to the secret key', async () => {
    const socket = await RawSocket.open(backend, { key: backend.keys.secret });
    await socket.joined('realtime:elsewhere');
  });

  test('is not opened by permission to write alone', async () => {
    const socket = await RawSocket.open(backend);
    expect(await socket.refused('realtime:written', '1')).toBe(unauthorized('written'));
  });

  test('is opened by permission to read presence alone, if the join asks for presence; broadcasts stay out', async () => {
    const socket = await RawSocket.open(backend);
    expect(await socket.refused('realtime:watched', '1')).toBe(unauthorized('watched'));
    await socket.joined('realtime:watched', '2', { presence: { enabled: true } });
    await socket.joined('realtime:room:fence', '3');
    await send('watched', 'unheard');
    await send('room:fence', 'heard');
    await socket.heard(1);
    expect(socket.texts).toEqual(['heard']);
  });

  test('with presence is opened by permission to read broadcasts alone, and no presence comes', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:room:1', '1', { presence: { enabled: true } });
    await socket.handled();
    expect(socket.order).toEqual(['reply 1']);
  });

  test('with permission to read presence is sent the state, of nobody', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:watched', '1', { presence: { enabled: 'true' } });
    expect(await socket.event('presence_state')).toEqual([
      '1',
      null,
      'realtime:watched',
      'presence_state',
      {},
    ]);
  });
});

describe('what a policy sees', () => {
  test.each([
    ['private', false],
    ['public', true],
    ['event', false],
    ['payload', false],
    ['empty', true],
    ['topic', true],
    ['time', true],
  ])('a probe row: a policy on %s opens the channel: %s', async (name, opens) => {
    const socket = await RawSocket.open(backend);
    socket.join(`realtime:probe:${name}`, '1');
    expect((await socket.reply('1')).status).toBe(opens ? 'ok' : 'error');
  });

  test('the role, the subject and all claims of the token', async () => {
    const access_token = await sign({ sub: '11111111-1111-1111-1111-111111111111', app: { team: 'red' } });
    const socket = await RawSocket.open(backend);
    for (const name of ['role', 'sub', 'claims']) {
      await socket.joined(`realtime:set:${name}`, name, {}, { access_token });
      expect(await socket.refused(`realtime:set:${name}`, `${name} as anon`)).toBe(
        unauthorized(`set:${name}`),
      );
    }
  });

  test('of the headers those that begin with x-, and nothing of the query', async () => {
    const headers = { 'x-team': 'red', team: 'red', cookie: 'a=b', origin: 'https://shop.example' };
    await (await RawSocket.open(backend, { headers })).joined('realtime:set:headers');
    await (await RawSocket.open(backend, { headers: { ...headers, 'x-api-key': backend.anonKey } })).joined(
      'realtime:set:headers',
    );
    const without = await RawSocket.open(backend, { headers: { team: 'red' } });
    expect(await without.refused('realtime:set:headers', '1')).toBe(unauthorized('set:headers'));
  });

  test('is asked once: what ends in the database later does not end the channel', async () => {
    await backend.database.execute(`insert into public.members values ('dora')`);
    const socket = await RawSocket.open(backend);
    const access_token = await sign({ sub: 'dora' });
    await socket.joined('realtime:club', '1', {}, { access_token });
    await backend.database.execute(`delete from public.members where sub = 'dora'`);
    await send('club', 'still');
    await socket.heard(1);
    expect(await socket.refused('realtime:club', '2', {}, { access_token })).toBe(unauthorized('club'));
    await socket.joined('realtime:room:fence', '3');
    await send('club', 'no more');
    await send('room:fence', 'fence');
    await socket.heard(2);
    expect(socket.texts).toEqual(['still', 'fence']);
  });

  test('leaves no row behind', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:room:probe');
    socket.sendBroadcast('2', 'realtime:room:probe', 'said', {});
    await socket.handled();
    expect(await backend.database.query(`select from realtime.messages where topic = 'room:probe'`)).toEqual(
      [],
    );
  });
});

describe('public and private channels of one name', () => {
  test('are different channels: nothing crosses', async () => {
    const [inPublic, inPrivate] = [await RawSocket.open(backend), await RawSocket.open(backend)];
    await inPublic.joined('realtime:room:both', '1', { private: false });
    await inPrivate.joined('realtime:room:both', '1');
    await send('room:both', 'private');
    await send('room:both', 'public', false);
    inPublic.sendBroadcast('2', 'realtime:room:both', 'said', { text: 'from public' });
    await inPublic.handled();
    for (const isPrivate of [true, false]) await send('room:both', 'last', isPrivate);
    await Promise.all([inPublic.heard(2), inPrivate.heard(2)]);
    expect(inPrivate.texts).toEqual(['private', 'last']);
    expect(inPublic.texts).toEqual(['public', 'last']);
  });

  test('are one topic to a connection: the second join ends the first', async () => {
    const socket = await RawSocket.open(backend);
    await socket.joined('realtime:room:one', '1');
    await socket.joined('realtime:room:one', '2', { private: false });
    expect((await socket.event('phx_close'))[0]).toBe('1');
    await send('room:one', 'private');
    await send('room:one', 'public', false);
    await socket.heard(1);
    expect(socket.texts).toEqual(['public']);
  });

  test('no policy is asked about a public one', async () => {
    const socket = await RawSocket.open(backend);
    for (const topic of ['elsewhere', 'club', 'broken:1']) {
      await socket.joined(`realtime:${topic}`, topic, { private: false });
    }
  });
});
