// What holds when many do things at the same moment, on a real PostgreSQL with many connections. Nobody is ever told
// of a deadlock: whatever is refused, is refused in the API's own words.
import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { asSqlError } from '../../demo/backend/database.ts';
import { migrationFiles } from '../../demo/backend/migrate.ts';
import { PostgresProjects } from './project.ts';

const CONNECTIONS = 50;
const GATE = 1;
const POLL_MS = 5;

vi.setConfig({ testTimeout: 120_000 });

const server = await PostgresProjects.start();
const project = await server.create('hosted');
for (const { sql } of await migrationFiles()) await project.run(sql);
const clients = server.connect('authenticator', CONNECTIONS);
const watcher = server.connect('project_owner', 1);

afterAll(async () => {
  await clients.end({ timeout: 5 });
  await watcher.end();
  await project.close();
  await server.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: What the API answers is looked at piece by piece.
type Json = any;
type Caller =
  | { readonly token: string }
  | { readonly agent: string }
  | { readonly user: string; readonly token?: string };

/** An answer, or the API's refusal. */
interface Outcome {
  readonly answer?: Json;
  readonly refused?: string;
  readonly details?: Json;
}

/** One request, as PostgREST makes it. */
interface Call {
  readonly caller: Caller;
  readonly name: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `'${text.replaceAll("'", "''")}'`;
}

function statement({ caller, name, values = {} }: Call): string {
  const all = {
    ...('token' in caller && caller.token !== undefined ? { token: caller.token } : {}),
    ...values,
  };
  const given = Object.entries(all).map(([key, value]) => `p_${key} => ${literal(value)}`);
  return `select public.${name}(${given.join(', ')}) as answer`;
}

function claims(caller: Caller): string {
  const sub = 'agent' in caller ? caller.agent : 'user' in caller ? caller.user : undefined;
  const role = sub === undefined ? 'anon' : 'authenticated';
  return `select set_config('request.method', 'POST', true), set_config('role', '${role}', true),
    set_config('request.jwt.claims', '${JSON.stringify({ role, ...(sub === undefined ? {} : { sub }) })}', true)`;
}

async function call(request: Call, gated = false): Promise<Outcome> {
  try {
    const answer = await clients.begin(async (transaction) => {
      await transaction.unsafe(claims(request.caller));
      if (gated) await transaction`select pg_advisory_xact_lock_shared(${GATE})`;
      const [row] = await transaction.unsafe(statement(request));
      return row?.['answer'];
    });
    return { answer };
  } catch (reason) {
    const error = asSqlError(reason);
    if (!error?.code.startsWith('PT'))
      throw new Error(`${request.name}: ${String(reason)}`, { cause: reason });
    return { refused: error.code, details: JSON.parse(error.detail ?? '{}') };
  }
}

/** Starts all of it at one moment: each waits at a gate, which opens when all are there. */
async function atOnce(requests: readonly Call[]): Promise<Outcome[]> {
  await watcher`select pg_advisory_lock(${GATE})`;
  const outcomes = Promise.all(requests.map((request) => call(request, true)));
  outcomes.catch(() => {});
  for (;;) {
    const [row] = await watcher`
      select count(*)::integer as waiting from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted`;
    if (row?.['waiting'] === requests.length) break;
    await setTimeout(POLL_MS);
  }
  await watcher`select pg_advisory_unlock(${GATE})`;
  return outcomes;
}

async function answerOf(request: Call): Promise<Json> {
  const { answer, refused } = await call(request);
  if (refused) throw new Error(`${request.name} was refused: ${refused}`);
  return answer;
}

async function rows(sql: string): Promise<Json[]> {
  return [...(await watcher.unsafe(sql))];
}

function newToken(): string {
  return `sv1_${randomBytes(32).toString('base64url')}`;
}

interface Started {
  readonly caller: { readonly token: string };
  readonly session: string;
  readonly visitor: string;
  readonly topic: string;
}

async function start(content = 'Hello'): Promise<Started> {
  const caller = { token: newToken() };
  const { session, topic } = await answerOf({
    caller,
    name: 'chat_start',
    values: { session_client_id: randomUUID(), client_id: randomUUID(), content },
  });
  const [row] = await rows(`select visitor_id from support_chat.sessions where id = '${session.id}'`);
  return { caller, session: session.id, visitor: row.visitor_id, topic };
}

async function makeAgents(count: number, role = 'agent'): Promise<{ agent: string }[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const id of ids) {
    await project.run(`
      insert into auth.users (id, email, email_confirmed_at) values ('${id}', '${id}@example.com', now());
      insert into support_chat.agents (user_id, display_name, role) values ('${id}', 'Agent ${id.slice(0, 4)}', '${role}');
    `);
  }
  return ids.map((agent) => ({ agent }));
}

async function makeUser(): Promise<string> {
  const id = randomUUID();
  await project.run(
    `insert into auth.users (id, email, email_confirmed_at) values ('${id}', '${id}@example.com', now())`,
  );
  return id;
}

function write(caller: Caller, session: string, content = 'Hi', client_id: string = randomUUID()): Call {
  return { caller, name: 'chat_send', values: { session, client_id, content } };
}

function reply(caller: Caller, session: string, kind: 'text' | 'note' = 'text'): Call {
  return { caller, name: 'desk_send', values: { session, client_id: randomUUID(), content: 'Yes?', kind } };
}

function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

beforeAll(async () => {
  await project.run("update support_chat.settings set limits = '{}' where id");
});

// What is true of every conversation whenever nobody is writing.
afterEach(async () => {
  const broken = await rows(`
    select s.id, s.last_seq, s.last_visitor_seq, s.visitor_unread, s.desk_unread, m.*
    from support_chat.sessions s
    cross join lateral (
      select count(*) as all, max(m.seq) as top, count(m.visitor_seq) as seen, max(m.visitor_seq) as visitor_top,
        count(*) filter (where m.visitor_seq > s.visitor_read_seq and m.kind = 'text' and m.sender_type = 'agent') as new_for_visitor,
        count(*) filter (where m.seq > s.desk_read_seq and m.kind = 'text' and m.sender_type = 'customer') as new_for_desk
      from support_chat.messages m
      where m.session_id = s.id
    ) m
    where (s.last_seq, s.last_visitor_seq, s.last_seq, s.last_visitor_seq, s.visitor_unread, s.desk_unread)
      is distinct from (m.all, m.seen, m.top, m.visitor_top, m.new_for_visitor, m.new_for_desk)
      or s.agent_id is not null and s.status <> 'closed'
        and not exists (select from support_chat.agents a where a.user_id = s.agent_id and a.active)
  `);
  expect(broken).toEqual([]);
});

it('fifty who write into one conversation leave no gap in either numbering', async () => {
  const { caller, session } = await start();
  const agents = await makeAgents(3);
  const calls = times(CONNECTIONS, (index) => {
    const agent = agents[index % 3] as { agent: string };
    return [write(caller, session, `${index}`), reply(agent, session), reply(agent, session, 'note')][
      index % 3
    ] as Call;
  });
  const outcomes = [
    ...(await atOnce(calls)),
    ...(await atOnce(calls.map((c) => ({ ...c, values: { ...c.values, client_id: randomUUID() } })))),
  ];
  const numbers = outcomes
    .filter((_, index) => (index % 50) % 3 !== 0)
    .map(({ answer }) => answer.message.seq);
  expect(new Set(numbers).size).toBe(numbers.length);
  const [row] = await rows(`
    select s.last_seq, s.last_visitor_seq, array_agg(m.seq order by m.seq)::text as seqs
    from support_chat.sessions s join support_chat.messages m on m.session_id = s.id
    where s.id = '${session}' group by s.id`);
  expect(row).toEqual({
    last_seq: 101,
    last_visitor_seq: 69,
    seqs: `{${times(101, (index) => index + 1).join()}}`,
  });
});

it('fifty who write into conversations of their own wait for nobody', async () => {
  const started = await Promise.all(times(CONNECTIONS, () => start()));
  for (let round = 2; round <= 4; round++) {
    const outcomes = await atOnce(started.map(({ caller, session }) => write(caller, session)));
    expect(outcomes.map(({ answer }) => answer.message.seq)).toEqual(times(CONNECTIONS, () => round));
  }
});

it.each(['a visitor', 'an agent'])(
  'ten repeats of one message of %s are one message, and all hear the same',
  async (side) => {
    const [agent] = (await makeAgents(1)) as [{ agent: string }];
    const { caller, session } = await start();
    for (let round = 2; round <= 6; round++) {
      const request = side === 'a visitor' ? write(caller, session, 'once') : reply(agent, session);
      const outcomes = await atOnce(times(10, () => request));
      const messages = outcomes.map(({ answer }) => answer.message);
      expect(messages).toEqual(times(10, () => messages[0]));
      expect(messages[0].seq).toBe(round);
    }
  },
);

it('ten repeats of one beginning are one visitor and one conversation', async () => {
  for (let round = 0; round < 5; round++) {
    const caller = { token: newToken() };
    // The first makes the visitor as well.
    for (const content of ['Hello', 'Hello again']) {
      const values = { session_client_id: randomUUID(), client_id: randomUUID(), content };
      const outcomes = await atOnce(times(10, () => ({ caller, name: 'chat_start', values })));
      const answers = outcomes.map(({ answer }) => answer);
      expect(answers).toEqual(times(10, () => answers[0]));
      const [row] = await rows(`
        select count(*)::integer as messages, count(distinct s.id)::integer as sessions
        from support_chat.sessions s join support_chat.messages m on m.session_id = s.id
        where s.client_id = '${values.session_client_id}'`);
      expect(row).toEqual({ sessions: 1, messages: 1 });
    }
    const { sessions } = await answerOf({ caller, name: 'chat_open' });
    expect(sessions).toHaveLength(2);
  }
});

it.each([2, 20])(
  'of %i agents who take a conversation one gets it, and the others hear who',
  async (count) => {
    const agents = await makeAgents(count);
    for (let round = 0; round < 5; round++) {
      const { session } = await start();
      const outcomes = await atOnce(
        agents.map((caller) => ({ caller, name: 'desk_assign', values: { session, agent: caller.agent } })),
      );
      const winners = agents.filter((_, index) => outcomes[index]?.answer);
      expect(winners).toHaveLength(1);
      for (const { refused, details } of outcomes.filter(({ answer }) => !answer)) {
        expect(refused).toBe('PT409');
        expect(details).toMatchObject({ reason: 'assigned', agent: { id: winners[0]?.agent } });
      }
      const lines = await rows(
        `select event ->> 'type' as type from support_chat.messages where session_id = '${session}' and kind = 'event'`,
      );
      expect(lines).toEqual([{ type: 'assigned' }]);
    }
  },
);

it('nothing is said in a conversation after it was closed', async () => {
  for (let round = 0; round < 8; round++) {
    const { caller, session } = await start();
    const outcomes = await atOnce([
      ...times(6, () => write(caller, session)),
      { caller, name: 'chat_close', values: { session } },
      ...times(6, () => write(caller, session)),
    ]);
    const refused = outcomes.filter((outcome) => outcome.refused);
    expect(refused).toEqual(refused.map(() => ({ refused: 'PT409', details: { reason: 'closed' } })));
    const lines = await rows(
      `select kind from support_chat.messages where session_id = '${session}' order by seq`,
    );
    expect(lines.at(-1)).toEqual({ kind: 'event' });
    expect(lines).toHaveLength(14 - refused.length);
  }
});

it('read marks and unread counts agree with what is there, whoever writes meanwhile', async () => {
  const [agent] = (await makeAgents(1)) as [{ agent: string }];
  const { caller, session } = await start();
  for (let round = 0; round < 8; round++) {
    const upTo = round * 10 + 1;
    const outcomes = await atOnce([
      ...times(5, () => write(caller, session)),
      ...times(5, () => reply(agent, session)),
      ...times(3, (index) => ({ caller, name: 'chat_read', values: { session, seq: upTo - index } })),
      ...times(3, (index) => ({ caller: agent, name: 'desk_read', values: { session, seq: upTo - index } })),
    ]);
    expect(outcomes.filter((outcome) => outcome.refused)).toEqual([]);
    const [row] = await rows(
      `select visitor_read_seq, desk_read_seq from support_chat.sessions where id = '${session}'`,
    );
    expect(row).toEqual({ visitor_read_seq: upTo, desk_read_seq: upTo });
  }
});

interface Held {
  readonly answer: Json;
  /** Makes another call in the same transaction. */
  also(request: Call): Promise<void>;
  end(): Promise<void>;
}

/** Makes a call and keeps its transaction open until it is told to end. */
async function held(request: Call): Promise<Held> {
  const connection = await clients.reserve();
  await connection`begin`;
  await connection.unsafe(claims(request.caller));
  const [row] = await connection.unsafe(statement(request));
  return {
    answer: row?.answer,
    also: async (another) => {
      await connection.unsafe(statement(another));
    },
    end: async () => {
      await connection`commit`;
      connection.release();
    },
  };
}

/** Resolves when a call waits for somebody else; rejects when it ends without. */
async function waiting(outcome: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  outcome.then(end, end);
  for (;;) {
    const [row] = await watcher`
      select exists (
        select from pg_stat_activity where datname = 'project' and cardinality(pg_blocking_pids(pid)) > 0
      ) as waits`;
    if (row?.['waits']) return;
    if (ended) throw new Error('It waited for nobody.');
    await setTimeout(POLL_MS);
  }
}

/** What was sent to a topic, in the order in which it was committed. */
async function sentTo(topic: string): Promise<string[]> {
  const sent = await rows(`
    select concat_ws(' ', event, payload #>> '{message,content}') as line from realtime.messages m
    where topic = '${topic}' order by pg_xact_commit_timestamp(m.xmin), m.cmin::text::int`);
  return sent.map(({ line }) => line);
}

it('what is said while a topic ends is heard on one of the two, the old one never after its end', async () => {
  const [agent] = (await makeAgents(1)) as [{ agent: string }];
  const { caller, session, visitor, topic } = await start();
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const block: Call = { caller: agent, name: 'desk_block', values: { visitor, until } };

  const said = await held(write(caller, session, 'before'));
  const ending = call(block);
  await waiting(ending);
  // A conversation that changes twice asks whether its visitor is still there, which must not wait for who waits.
  await said.also(write(caller, session, 'and more'));
  await said.end();
  expect((await ending).refused).toBeUndefined();
  expect(await sentTo(topic)).toEqual(['message Hello', 'message before', 'message and more', 'resync']);

  const blocking = await held({
    ...block,
    values: { visitor, until: new Date(Date.now() + 7_200_000).toISOString() },
  });
  const answering = call(reply(agent, session));
  await waiting(answering);
  await blocking.end();
  await answering;
  const [row] = await rows(`select channel_key from support_chat.visitors where id = '${visitor}'`);
  expect(await sentTo(`support-chat:${row.channel_key}`)).toEqual(['message Yes?']);
});

/** Whether Realtime lets them join: it puts a row there, looks as them whether they see it, and takes it back. */
async function joins(caller: Caller, topic: string): Promise<boolean> {
  let seen = false;
  const takenBack = new Error('taken back');
  const looking = watcher.begin(async (transaction) => {
    const [row] = await transaction`
      insert into realtime.messages (topic, extension) values (${topic}, 'broadcast') returning id`;
    await transaction.unsafe(claims(caller));
    await transaction`select set_config('realtime.topic', ${topic}, true)`;
    seen = (await transaction`select from realtime.messages where id = ${row?.['id']}`).length === 1;
    throw takenBack;
  });
  await looking.catch((reason) => {
    if (reason !== takenBack) throw reason;
  });
  return seen;
}

it.each(['visitor', 'agents'])(
  'a topic of the %s can be joined until the moment its successor can',
  async (side) => {
    const [agent] = (await makeAgents(1)) as [{ agent: string }];
    const { caller: visitor, visitor: id } = await start();
    const { caller, sync, rotate, successorOf } = {
      visitor: {
        caller: visitor,
        sync: 'chat_sync',
        rotate: `support_chat.rotate_channel_key('${id}')`,
        successorOf: `'support-chat:' || channel_key from support_chat.visitors where id = '${id}'`,
      },
      agents: {
        caller: agent,
        sync: 'desk_sync',
        rotate: 'support_chat.rotate_desk_key()',
        successorOf: "'support-desk:' || desk_key from support_chat.settings",
      },
    }[side as 'visitor' | 'agents'];
    const topicNow = async () => (await answerOf({ caller, name: sync })).topic;
    const topic = await topicNow();
    const [, , key] = await project.run(`begin; select ${rotate}; select ${successorOf}`);
    const successor = String(key?.[0]?.[0]);
    expect([await joins(caller, topic), await joins(caller, successor)]).toEqual([true, false]);
    expect(await topicNow()).toBe(topic);
    await project.run('commit');
    expect([await joins(caller, topic), await joins(caller, successor)]).toEqual([false, true]);
    expect(await topicNow()).toBe(successor);
  },
);

it('who claims a conversation has all that was said in it, and the secret says nothing more', async () => {
  for (let round = 0; round < 6; round++) {
    const { caller, session, topic } = await start();
    const user = await makeUser();
    // Every other user has conversations already, which these join.
    if (round % 2 === 1) {
      await answerOf({
        caller: { user },
        name: 'chat_start',
        values: { token: null, session_client_id: randomUUID(), client_id: randomUUID(), content: 'Mine' },
      });
    }
    const outcomes = await atOnce([
      ...times(5, () => write(caller, session)),
      { caller: { user, token: caller.token }, name: 'chat_claim' },
      ...times(5, () => write(caller, session)),
    ]);
    expect(outcomes[5]?.refused).toBeUndefined();
    const said = outcomes.filter(({ answer }) => answer?.message);
    for (const { refused } of outcomes.filter((outcome) => outcome.refused))
      expect(refused).toMatch(/^PT40[14]$/);
    const { messages } = await answerOf({
      caller: { user },
      name: 'chat_history',
      values: { token: null, session },
    });
    expect(messages).toHaveLength(said.length + 1);
    expect(await call(write(caller, session))).toMatchObject({ refused: 'PT401' });
    expect((await sentTo(topic)).at(-1)).toBe('resync');
  }
});

it('nothing is left of who was erased, whatever was being said', async () => {
  const [agent] = (await makeAgents(1)) as [{ agent: string }];
  for (let round = 0; round < 8; round++) {
    const { caller, session, visitor } = await start();
    const outcomes = await atOnce([
      ...times(4, () => write(caller, session)),
      ...times(4, () => reply(agent, session)),
      { caller, name: 'chat_erase' },
      { caller, name: 'chat_erase' },
      ...times(4, () => write(caller, session)),
    ]);
    expect(outcomes.slice(8, 10).filter(({ answer }) => answer)).toHaveLength(1);
    for (const { refused } of outcomes.filter((outcome) => outcome.refused))
      expect(refused).toMatch(/^PT40[14]$/);
    const left = await rows(`
      select 'visitor' as what from support_chat.visitors where id = '${visitor}'
      union all select 'session' from support_chat.sessions where id = '${session}'
      union all select 'message' from support_chat.messages where session_id = '${session}'
      union all select event from realtime.messages where payload::text like '%${session}%'`);
    expect(left).toEqual([]);
  }
});

/** What the host's backend gives a browser to say who is in front of it. */
function identityOf(subject: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const said = `${part({ alg: 'HS256' })}.${part({ aud: 'support-chat', sub: subject, iat: now, exp: now + 600, jti: randomUUID() })}`;
  return `${said}.${createHmac('sha256', signingSecret).update(said).digest('base64url')}`;
}

let signingSecret = '';
beforeAll(async () => {
  const [result] = await project.run(
    "insert into support_chat.identity_keys (kid) values ('first') returning secret",
  );
  signingSecret = String(result?.[0]?.[0]);
});

it('one person who is recognised on several devices at once is one visitor, with all they said', async () => {
  for (let round = 0; round < 6; round++) {
    const subject = `person ${round}`;
    const devices = await Promise.all(times(5, () => start()));
    const calls = devices.map(({ caller }) => ({
      caller,
      name: 'chat_identify',
      values: { identity: identityOf(subject), new_token: newToken() },
    }));
    // Each device tries twice, as after an answer that was lost.
    const outcomes = await atOnce([...calls, ...calls]);
    expect(outcomes.filter((outcome) => outcome.refused)).toEqual([]);
    const known = await rows(`
      select count(distinct s.visitor_id)::integer as visitors, count(distinct s.id)::integer as sessions
      from support_chat.visitors v join support_chat.sessions s on s.visitor_id = v.id where v.external_id = '${subject}'`);
    expect(known).toEqual([{ visitors: 1, sessions: 5 }]);
    for (const [index, { caller }] of devices.entries()) {
      const values = calls[index]?.values as { new_token: string };
      const { sessions } = await answerOf({ caller: { token: values.new_token }, name: 'chat_open' });
      expect(sessions).toHaveLength(5);
      expect(await call({ caller, name: 'chat_sync' })).toMatchObject({ refused: 'PT401' });
    }
  }
});

it('who is recognised while they are erased elsewhere begins anew', async () => {
  const values = () => ({ identity: identityOf('erased person'), new_token: newToken() });
  const { caller: first } = await start();
  const known = values();
  await answerOf({ caller: first, name: 'chat_identify', values: known });
  const { caller: second } = await start('Still here');

  const erasing = await held({ caller: { token: known.new_token }, name: 'chat_erase' });
  const again = values();
  const recognised = call({ caller: second, name: 'chat_identify', values: again });
  await waiting(recognised);
  await erasing.end();
  expect((await recognised).refused).toBeUndefined();
  const { sessions } = await answerOf({ caller: { token: again.new_token }, name: 'chat_open' });
  expect(sessions).toMatchObject([{ session: { preview: 'Still here' } }]);
});

it('a user who is removed while they write waits for them', async () => {
  const user = await makeUser();
  const first = { session_client_id: randomUUID(), client_id: randomUUID(), content: 'Hello', token: null };
  const { session } = await answerOf({ caller: { user }, name: 'chat_start', values: first });
  const send = () => ({
    caller: { user },
    name: 'chat_send',
    values: { token: null, session: session.id, client_id: randomUUID(), content: 'Hi' },
  });
  const writing = await held(send());
  const removing = project.run(`delete from auth.users where id = '${user}'`, 'platform');
  await waiting(removing);
  await writing.also(send());
  await writing.end();
  await removing;
  expect(await call(send())).toMatchObject({ refused: 'PT401' });
});

it('whose secret ends while they ask is not told where to listen next', async () => {
  const page = { url: 'https://shop.example/other', title: 'Other' };
  for (const merges of [false, true]) {
    const begin = { session_client_id: randomUUID(), client_id: randomUUID(), content: 'And this' };
    for (const ask of [
      { name: 'chat_open', values: { page } },
      { name: 'chat_start', values: begin },
    ]) {
      const { caller } = await start();
      const user = await makeUser();
      if (merges) await answerOf({ caller: { user }, name: 'chat_start', values: { ...begin, token: null } });
      const claiming = await held({ caller: { user, token: caller.token }, name: 'chat_claim' });
      const asking = call({ caller, ...ask });
      await waiting(asking);
      await claiming.end();
      expect(await asking).toEqual({ refused: 'PT401', details: {} });
    }
  }
});

it('of several people who claim one secret one gets what was said with it', async () => {
  for (let round = 0; round < 6; round++) {
    const { caller, session } = await start();
    const users = await Promise.all(times(4, () => makeUser()));
    const outcomes = await atOnce(
      users.flatMap((user) => {
        const claim = { caller: { user, token: caller.token }, name: 'chat_claim' };
        return [claim, claim];
      }),
    );
    const winners = users.filter(
      (_, index) => outcomes[index * 2]?.answer ?? outcomes[index * 2 + 1]?.answer,
    );
    expect(winners).toHaveLength(1);
    for (const { refused } of outcomes.filter((outcome) => outcome.refused)) expect(refused).toBe('PT401');
    const owners = await rows(`
      select v.user_id from support_chat.sessions s join support_chat.visitors v on v.id = s.visitor_id where s.id = '${session}'`);
    expect(owners).toEqual([{ user_id: winners[0] }]);
  }
});

it('a conversation that begins while the secret is claimed is its account’s, or of a new visitor with that secret', async () => {
  for (let round = 0; round < 8; round++) {
    const { caller } = await start();
    const user = await makeUser();
    const begin = (who: Caller, values = {}): Call => ({
      caller: who,
      name: 'chat_start',
      values: { session_client_id: randomUUID(), client_id: randomUUID(), content: 'And this', ...values },
    });
    await answerOf(begin({ user }, { token: null }));
    const outcomes = await atOnce([
      ...times(3, () => begin(caller)),
      { caller: { user, token: caller.token }, name: 'chat_claim' },
      ...times(3, () => begin(caller)),
    ]);
    for (const { refused } of outcomes.filter((outcome) => outcome.refused)) expect(refused).toBe('PT401');
    const begun = outcomes.flatMap(({ answer }) => answer?.session?.id ?? []);
    const account = await answerOf({ caller: { user }, name: 'chat_open', values: { token: null } });
    const secret = await answerOf({ caller, name: 'chat_open' });
    const found = [...account.sessions, ...secret.sessions].map(({ session }: Json) => session.id);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(begun));
    expect(found).toHaveLength(begun.length + 2);
  }
});

it('who leaves the team has no conversation afterwards, and says nothing more', async () => {
  const [admin] = (await makeAgents(1, 'admin')) as [{ agent: string }];
  for (let round = 0; round < 6; round++) {
    const [leaving, staying] = (await makeAgents(2)) as [{ agent: string }, { agent: string }];
    const started = await Promise.all(times(6, () => start()));
    const first = started[0]?.session as string;
    await answerOf({
      caller: leaving,
      name: 'desk_assign',
      values: { session: first, agent: leaving.agent },
    });
    const take = (caller: { agent: string }, session: string) => ({
      caller,
      name: 'desk_assign',
      values: { session, agent: leaving.agent },
    });
    const outcomes = await atOnce([
      ...times(3, () => reply(leaving, first)),
      ...started.slice(1, 4).map(({ session }) => take(leaving, session)),
      { caller: admin, name: 'desk_agents_save', values: { agent: leaving.agent, active: false } },
      ...started.slice(4).map(({ session }) => take(staying, session)),
      ...times(3, () => reply(leaving, first)),
    ]);
    expect(outcomes[6]?.refused).toBeUndefined();
    for (const { refused } of outcomes.filter((outcome) => outcome.refused))
      expect(refused).toMatch(/^PT40[03]$/);
    const left = await rows(
      `select id from support_chat.sessions where agent_id = '${leaving.agent}' and status <> 'closed'`,
    );
    expect(left).toEqual([]);
    expect(await call(reply(leaving, first))).toMatchObject({ refused: 'PT403' });
  }
});

it('admins who demote each other leave one', async () => {
  for (let round = 0; round < 6; round++) {
    await project.run("update support_chat.agents set role = 'agent' where role = 'admin'");
    const admins = await makeAgents(4, 'admin');
    const outcomes = await atOnce(
      admins.map((caller, index) => ({
        caller,
        name: 'desk_agents_save',
        values: { agent: admins[(index + 1) % 4]?.agent, role: 'agent' },
      })),
    );
    for (const { refused } of outcomes.filter((outcome) => outcome.refused))
      expect(refused).toMatch(/^PT40[39]$/);
    const [row] = await rows(
      "select count(*)::integer as admins from support_chat.agents where role = 'admin' and active",
    );
    expect(row.admins).toBeGreaterThan(0);
  }
});

it('twenty who do whatever there is to do at random are never told of a deadlock', async () => {
  const one = <Item>(items: readonly Item[]): Item => items[randomInt(items.length)] as Item;
  const people: { caller: Caller; sessions: string[]; visitor: string }[] = [];
  const meet = async () => {
    const { caller, session, visitor } = await start();
    people.push({ caller, sessions: [session], visitor });
  };
  await Promise.all(times(8, meet));
  const admins = await makeAgents(2, 'admin');
  const team = [...admins, ...(await makeAgents(4))];
  const known = () => one(people).sessions.map((id) => ({ id, seq: randomInt(5), rev: randomInt(5) }));
  const later = () => new Date(Date.now() + randomInt(1, 4) * 3_600_000).toISOString();
  const shortcut = () => `answer-${randomInt(4)}`;

  // What each function is asked; where an entry is a list, the first is who asks.
  const asked: Record<string, () => Record<string, unknown>> = {
    chat_open: () => ({ page: { url: `https://shop.example/${randomInt(9)}` } }),
    chat_start: () => ({ session_client_id: randomUUID(), client_id: randomUUID(), content: 'Another' }),
    chat_send: () => ({ client_id: randomUUID(), content: 'Hi' }),
    chat_history: () => ({}),
    chat_sync: () => ({ known: known() }),
    chat_read: () => ({ seq: randomInt(1, 20) }),
    chat_typing: () => ({}),
    chat_close: () => ({}),
    chat_reopen: () => ({}),
    chat_rate: () => ({ rating: randomInt(1, 6), comment: 'Fine' }),
    chat_update_profile: () => ({ name: `Name ${randomInt(9)}`, attributes: { plan: `p${randomInt(9)}` } }),
    chat_claim: () => ({}),
    chat_identify: () => ({ identity: identityOf(`stranger ${randomInt(3)}`), new_token: newToken() }),
    chat_erase: () => ({}),
    desk_open: () => ({ tab: one(['mine', 'unassigned', 'all', 'closed']) }),
    desk_inbox: () => ({ tab: one(['mine', 'unassigned', 'all', 'closed']) }),
    desk_sync: () => ({ known: known(), since: new Date(Date.now() - 60_000).toISOString() }),
    desk_session: () => ({}),
    desk_history: () => ({}),
    desk_send: () => ({ client_id: randomUUID(), content: 'Yes?', kind: one(['text', 'note']) }),
    desk_assign: () => ({
      agent: one([null, ...team.map(({ agent }) => agent)]),
      from: one([null, one(team).agent]),
    }),
    desk_close: () => ({}),
    desk_reopen: () => ({}),
    desk_read: () => ({ seq: randomInt(1, 20) }),
    desk_unread: () => ({}),
    desk_typing: () => ({}),
    desk_snooze: () => ({ until: one([null, later()]) }),
    desk_set_priority: () => ({ priority: one(['low', 'normal', 'high', 'urgent']) }),
    desk_tags: () => ({}),
    desk_tag: () => ({ add: `{tag${randomInt(4)}}`, remove: `{tag${randomInt(4)}}` }),
    desk_search: () => ({ query: one(['hi', 'hello', 'name']) }),
    desk_visitor: () => ({ visitor: one(people).visitor }),
    desk_update_visitor: () => ({ visitor: one(people).visitor, notes: `Note ${randomInt(9)}` }),
    desk_block: () => ({ visitor: one(people).visitor, until: one([null, null, later()]) }),
    desk_presence: () => ({ availability: one(['online', 'away']), viewing: one(one(people).sessions) }),
    desk_settings_read: () => ({}),
    desk_settings_save: () => ({ settings: { greeting: `Hello ${randomInt(9)}` } }),
    desk_agents_list: () => ({}),
    desk_agents_save: () => ({
      agent: one(team).agent,
      active: one([true, true, true, true, false]),
      role: one(['agent', 'admin']),
    }),
    desk_agents_invite: () => ({}),
    desk_agents_uninvite: () => ({ invite: randomUUID() }),
    desk_agents_join: () => ({ token: newToken(), name: 'Newcomer' }),
    desk_profile_save: () => ({ name: `Agent ${randomInt(9)}` }),
    desk_identity_list: () => ({}),
    desk_identity_add: () => ({}),
    desk_identity_remove: () => ({ kid: 'none' }),
    desk_canned_list: () => ({}),
    desk_canned_save: () => ({
      id: null,
      shortcut: shortcut(),
      title: 'An answer',
      content: 'Yes.',
      shared: one([true, false]),
    }),
    desk_canned_delete: () => ({ id: randomUUID() }),
    desk_audit_list: () => ({}),
    desk_report: () => ({
      from: '2026-01-01',
      to: '2026-12-31',
      zone: null,
      office_hours: one([true, false]),
    }),
  };
  const signatures = await rows(`
    select proname::text as name, 'p_session' = any(proargnames) as about_session
    from pg_proc where pronamespace = 'public'::regnamespace and proname ~ '^(chat|desk)_'`);
  expect(Object.keys(asked).sort()).toEqual(signatures.map(({ name }) => name).sort());

  // The everyday ones come more often than those that end something.
  const rare = /claim|identify|erase|agents_save|block|identity_add|invite/;
  const deck = Object.keys(asked).flatMap((name) => times(rare.test(name) ? 1 : 4, () => name));
  const aboutSession = new Set(
    signatures.filter(({ about_session }) => about_session).map(({ name }) => name),
  );
  const outcomes = new Map<string, number>();

  const doSomething = async () => {
    const name = one(deck);
    const person = one(people);
    const values: Record<string, unknown> = {
      ...(aboutSession.has(name) ? { session: one(person.sessions) } : {}),
      ...asked[name]?.(),
    };
    let caller: Caller = name.startsWith('chat_') ? person.caller : one(team);
    if (name === 'chat_claim')
      caller = { user: await makeUser(), token: 'token' in person.caller ? (person.caller.token ?? '') : '' };
    const { answer, refused } = await call({ caller, name, values });
    outcomes.set(refused ?? 'answered', (outcomes.get(refused ?? 'answered') ?? 0) + 1);
    if (!answer) return;
    if (name === 'chat_start') person.sessions.push(answer.session.id);
    if (name === 'chat_identify') person.caller = { token: String(values['new_token']) };
    if (name === 'chat_claim' || name === 'chat_erase') {
      people.splice(people.indexOf(person), 1);
      await meet();
    }
  };
  await Promise.all(
    times(20, async () => {
      for (let turn = 0; turn < 125; turn++) await doSomething();
    }),
  );
  expect(outcomes.get('answered')).toBeGreaterThan(500);
  expect([...outcomes.keys()].filter((code) => !/^(answered|PT40[01349])$/.test(code))).toEqual([]);
});
