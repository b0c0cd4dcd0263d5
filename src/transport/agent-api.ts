import type { AgentApi } from '../core/ports.ts';
import { parseDeskSession, parseDeskSettings, parseDeskVisitor, readDesk, toHit } from './desk-rows.ts';
import { parseMessage, parseMessages, parseSlices } from './rows.ts';
import type { Rpc } from './rpc.ts';
import { toRange } from './visitor-api.ts';

/** The agents' functions, `desk_*`. Who calls is in the token that `rpc` sends. */
export function createAgentApi(rpc: Rpc): AgentApi {
  const sessionOf = async (answer: Promise<{ readonly session: unknown }>) =>
    parseDeskSession((await answer).session);

  return {
    async open({ tab }, sort) {
      const row = await rpc('desk_open', { p_tab: tab, p_sort: sort });
      return {
        me: readDesk('agent', row.me, 'me'),
        agents: readDesk('agent[]', row.agents, 'agents'),
        settings: parseDeskSettings(row.settings),
        counts: readDesk('counts', row.counts),
        mentions: readDesk('mention[]', row.mentions, 'mentions'),
        topic: readDesk('text', row.topic, 'topic'),
        since: readDesk('time', row.since, 'since'),
        sessions: readDesk('desk_session[]', row.sessions, 'sessions'),
        cursor: readDesk('text?', row.cursor, 'cursor'),
      };
    },
    async inbox({ tab, filter }, sort, cursor) {
      const args = { p_tab: tab, p_sort: sort, p_cursor: cursor, ...(filter ? { p_filter: filter } : {}) };
      const row = await rpc('desk_inbox', args);
      return {
        sessions: readDesk('desk_session[]', row.sessions, 'sessions'),
        cursor: readDesk('text?', row.cursor, 'cursor'),
        counts: readDesk('counts', row.counts),
      };
    },
    async sync(known, since) {
      const row = await rpc('desk_sync', { p_known: known, p_since: since });
      return {
        topic: readDesk('text', row.topic, 'topic'),
        agents: readDesk('agent[]', row.agents, 'agents'),
        counts: readDesk('counts', row.counts),
        mentions: readDesk('mention[]', row.mentions, 'mentions'),
        since: readDesk('time', row.since, 'since'),
        sessions: parseSlices(row.sessions, parseDeskSession),
        more: row.more === true,
        gone: readDesk('uuid[]', row.gone, 'gone'),
      };
    },
    async session(sessionId) {
      const row = await rpc('desk_session', { p_session: sessionId });
      return {
        session: parseDeskSession(row.session),
        messages: parseMessages(row.messages),
        visitor: parseDeskVisitor(row.visitor),
        earlier: readDesk('desk_session[]', row.earlier, 'earlier'),
      };
    },
    async history(sessionId, range) {
      const row = await rpc('desk_history', { p_session: sessionId, ...toRange(range) });
      return parseMessages(row.messages);
    },
    async send(sessionId, clientId, content, kind) {
      const row = await rpc('desk_send', {
        p_session: sessionId,
        p_client_id: clientId,
        p_content: content,
        p_kind: kind,
      });
      return { session: parseDeskSession(row.session), message: parseMessage(row.message) };
    },
    assign: (sessionId, agentId, fromId) =>
      sessionOf(rpc('desk_assign', { p_session: sessionId, p_agent: agentId, p_from: fromId })),
    close: (sessionId, seen) => sessionOf(rpc('desk_close', { p_session: sessionId, p_seen: seen })),
    reopen: (sessionId) => sessionOf(rpc('desk_reopen', { p_session: sessionId })),
    read: (sessionId, seq) => sessionOf(rpc('desk_read', { p_session: sessionId, p_seq: seq })),
    unread: (sessionId) => sessionOf(rpc('desk_unread', { p_session: sessionId })),
    snooze: (sessionId, until, seen) =>
      sessionOf(rpc('desk_snooze', { p_session: sessionId, p_until: until, p_seen: seen })),
    setPriority: (sessionId, priority) =>
      sessionOf(rpc('desk_set_priority', { p_session: sessionId, p_priority: priority })),
    tag: (sessionId, add, remove) =>
      sessionOf(rpc('desk_tag', { p_session: sessionId, p_add: add, p_remove: remove })),
    async block(visitorId, until) {
      return parseDeskVisitor((await rpc('desk_block', { p_visitor: visitorId, p_until: until })).visitor);
    },
    async search(query) {
      const row = await rpc('desk_search', { p_query: query });
      return { hits: readDesk('hit[]', row.hits, 'hits').map(toHit), more: row.more === true };
    },
    async typing(sessionId) {
      await rpc('desk_typing', { p_session: sessionId });
    },
    async presence(availability, viewing) {
      const args = { p_availability: availability, p_viewing: viewing };
      const row = await rpc('desk_presence', args);
      return {
        agents: readDesk('agent[]', row.agents, 'agents'),
        visitor: row.visitor ? parseDeskVisitor(row.visitor) : null,
      };
    },
    async cannedList() {
      const row = await rpc('desk_canned_list', {});
      return readDesk('canned_response[]', row.responses, 'responses');
    },
    async tags() {
      return readDesk('text[]', (await rpc('desk_tags', {})).tags, 'tags');
    },
    async updateVisitor(visitorId, { name, email, notes }) {
      const row = await rpc('desk_update_visitor', {
        p_visitor: visitorId,
        p_name: name ?? null,
        p_email: email ?? null,
        p_notes: notes ?? null,
      });
      return parseDeskVisitor(row.visitor);
    },
  };
}
