import type { HistoryRange, IdentityApi, VisitorApi } from '../core/ports.ts';
import { parseMessages, parseSession, parseSettings, parseSlices, parseVisitor, read } from './rows.ts';
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
        availability: read('availability', row.availability),
        visitor: row.visitor ? parseVisitor(row.visitor) : null,
        topic: read('text?', row.topic, 'topic'),
        sessions: parseSlices(row.sessions, parseSession),
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
        topic: read('text', row.topic, 'topic'),
        visitor: parseVisitor(row.visitor),
        session: parseSession(row.session),
        message: read('message', row.message),
      };
    },
    async send(token, sessionId, clientId, content) {
      const row = await rpc('chat_send', {
        p_token: token,
        p_session: sessionId,
        p_client_id: clientId,
        p_content: content,
      });
      return { session: parseSession(row.session), message: read('message', row.message) };
    },
    async history(token, sessionId, range) {
      const args = { p_token: token, p_session: sessionId, ...toRange(range) };
      return parseMessages((await rpc('chat_history', args)).messages);
    },
    async sync(token, known, page) {
      const row = await rpc('chat_sync', { p_token: token, p_known: known, p_page: page });
      return {
        topic: read('text', row.topic, 'topic'),
        availability: read('availability', row.availability),
        sessions: parseSlices(row.sessions, parseSession),
        gone: read('uuid[]', row.gone, 'gone'),
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
