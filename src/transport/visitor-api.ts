import type { HistoryRange, IdentityApi, VisitorApi } from '../core/ports.ts';
import { list, maybe, maybeText, text } from './parse.ts';
import {
  parseAvailability,
  parseMessage,
  parseMessages,
  parseSession,
  parseSettings,
  parseSlice,
  parseVisitor,
} from './rows.ts';
import type { Rpc } from './rpc.ts';

/** The visitor's functions, `chat_*`. */
export function createVisitorApi(rpc: Rpc): VisitorApi {
  const sessionOf = async (answer: Promise<{ readonly session: unknown }>) =>
    parseSession((await answer).session);

  return {
    async open(token, page) {
      const row = await rpc('chat_open', { p_token: token, p_page: page });
      return {
        settings: parseSettings(row.settings),
        availability: parseAvailability(row.availability),
        visitor: row.visitor === null || row.visitor === undefined ? null : parseVisitor(row.visitor),
        topic: maybeText(row.topic, 'topic'),
        sessions: list(row.sessions, 'sessions', (slice, where) => parseSlice(slice, where, parseSession)),
      };
    },
    async start(token, { sessionClientId, clientId, content, page, profile }) {
      const row = await rpc('chat_start', {
        p_token: token,
        p_session_client_id: sessionClientId,
        p_client_id: clientId,
        p_content: content,
        p_page: page,
        p_profile: profile,
      });
      return {
        topic: text(row.topic, 'topic'),
        visitor: parseVisitor(row.visitor),
        session: parseSession(row.session),
        message: parseMessage(row.message),
      };
    },
    async send(token, sessionId, clientId, content) {
      const row = await rpc('chat_send', {
        p_token: token,
        p_session: sessionId,
        p_client_id: clientId,
        p_content: content,
      });
      return { session: parseSession(row.session), message: parseMessage(row.message) };
    },
    async history(token, sessionId, range) {
      const args = { p_token: token, p_session: sessionId, ...toRange(range) };
      return parseMessages((await rpc('chat_history', args)).messages);
    },
    async sync(token, known) {
      const row = await rpc('chat_sync', { p_token: token, p_known: known });
      return {
        topic: text(row.topic, 'topic'),
        availability: parseAvailability(row.availability),
        sessions: list(row.sessions, 'sessions', (slice, where) => parseSlice(slice, where, parseSession)),
        gone: maybe(row.gone, 'gone', (ids, where) => list(ids, where, text)) ?? [],
      };
    },
    read: (token, sessionId, seq) =>
      sessionOf(rpc('chat_read', { p_token: token, p_session: sessionId, p_seq: seq })),
    async typing(token, sessionId) {
      await rpc('chat_typing', { p_token: token, p_session: sessionId });
    },
    close: (token, sessionId) => sessionOf(rpc('chat_close', { p_token: token, p_session: sessionId })),
    reopen: (token, sessionId) => sessionOf(rpc('chat_reopen', { p_token: token, p_session: sessionId })),
    rate: (token, sessionId, rating, comment) =>
      sessionOf(
        rpc('chat_rate', {
          p_token: token,
          p_session: sessionId,
          p_rating: rating,
          p_comment: comment,
        }),
      ),
    async updateProfile(token, { name, email, attributes }) {
      const row = await rpc('chat_update_profile', {
        p_token: token,
        p_name: name ?? null,
        p_email: email ?? null,
        p_attributes: attributes ?? null,
      });
      return parseVisitor(row.visitor);
    },
  };
}

/** The functions that say who a visitor is; `rpcAs` calls as the user with this JWT. */
export function createIdentityApi(rpcAs: (jwt: string | null) => Rpc): IdentityApi {
  return {
    claim: (jwt, p_token) => rpcAs(jwt)('chat_claim', { p_token }),
    identify: (p_token, p_identity, p_new_token) =>
      rpcAs(null)('chat_identify', { p_token, p_identity, p_new_token }),
  };
}

/** The arguments of a history function. */
export function toRange(range: HistoryRange): Readonly<Record<string, number>> {
  const end = 'after' in range ? { p_after: range.after } : { p_before: range.before };
  return range.limit === undefined ? end : { ...end, p_limit: range.limit };
}
