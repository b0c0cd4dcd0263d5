import type { AgentApi } from '../core/ports.ts';
import { list, maybe, maybeText, text } from './parse.ts';
import {
  parseAgent,
  parseCounts,
  parseDeskSession,
  parseDeskSettings,
  parseDeskVisitor,
  parseMessage,
  parseMessages,
  parseSlice,
} from './rows.ts';
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
        me: parseAgent(row.me, 'me'),
        agents: list(row.agents, 'agents', parseAgent),
        settings: parseDeskSettings(row.settings),
        counts: parseCounts(row.counts),
        topic: text(row.topic, 'topic'),
        since: text(row.since, 'since'),
        sessions: list(row.sessions, 'sessions', parseDeskSession),
        cursor: maybeText(row.cursor, 'cursor'),
      };
    },
    async inbox({ tab }, sort, cursor) {
      const args = { p_tab: tab, p_sort: sort, p_cursor: cursor };
      const row = await rpc('desk_inbox', args);
      return {
        sessions: list(row.sessions, 'sessions', parseDeskSession),
        cursor: maybeText(row.cursor, 'cursor'),
        counts: parseCounts(row.counts),
      };
    },
    async sync(known, since) {
      const row = await rpc('desk_sync', { p_known: known, p_since: since });
      return {
        topic: text(row.topic, 'topic'),
        agents: list(row.agents, 'agents', parseAgent),
        counts: parseCounts(row.counts),
        since: text(row.since, 'since'),
        sessions: list(row.sessions, 'sessions', (slice, where) =>
          parseSlice(slice, where, parseDeskSession),
        ),
        more: row.more === true,
        gone: maybe(row.gone, 'gone', (ids, where) => list(ids, where, text)) ?? [],
      };
    },
    async session(sessionId) {
      const row = await rpc('desk_session', { p_session: sessionId });
      return {
        session: parseDeskSession(row.session),
        messages: parseMessages(row.messages),
        visitor: parseDeskVisitor(row.visitor),
        earlier: list(row.earlier, 'earlier', parseDeskSession),
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
    close: (sessionId) => sessionOf(rpc('desk_close', { p_session: sessionId })),
    reopen: (sessionId) => sessionOf(rpc('desk_reopen', { p_session: sessionId })),
    read: (sessionId, seq) => sessionOf(rpc('desk_read', { p_session: sessionId, p_seq: seq })),
    async typing(sessionId) {
      await rpc('desk_typing', { p_session: sessionId });
    },
    async presence(availability, viewing) {
      const args = { p_availability: availability, p_viewing: viewing };
      const row = await rpc('desk_presence', args);
      return {
        agents: list(row.agents, 'agents', parseAgent),
        visitor: maybe(row.visitor, 'visitor', parseDeskVisitor),
      };
    },
  };
}
