// Rows as the database's functions return them → the model.
import type { Row } from '../core/api.ts';
import type {
  Agent,
  Availability,
  ChatEvent,
  ChatMessage,
  ChatSession,
  ChatSettings,
  DeskSession,
  DeskSettings,
  DeskVisitor,
  InboxCounts,
  Person,
  PreChatField,
  Visitor,
  VisitorSummary,
} from '../core/model.ts';
import type { Slice } from '../core/ports.ts';
import {
  anyText,
  exactly,
  list,
  maybe,
  maybeNumber,
  maybeText,
  number,
  numberOr,
  object,
  oneOf,
  text,
} from './parse.ts';

type Attributes = Visitor['attributes'];

export function parseMessage(value: unknown, where = 'message'): ChatMessage {
  const row = object<Row<'message'>>(value, where);
  return {
    id: text(row.id, `${where}.id`),
    sessionId: text(row.session_id, `${where}.session_id`),
    seq: number(row.seq, `${where}.seq`),
    clientId: maybeText(row.client_id, `${where}.client_id`),
    senderType: exactly(row.sender_type, `${where}.sender_type`, ['customer', 'agent', 'bot', 'system']),
    sender: maybe(row.sender, `${where}.sender`, parsePerson),
    kind: oneOf(row.kind, ['text', 'note', 'event'], 'text'),
    content: anyText(row.content, `${where}.content`),
    event: maybe(row.event, `${where}.event`, parseEvent),
    createdAt: text(row.created_at, `${where}.created_at`),
  };
}

export function parseMessages(value: unknown, where = 'messages'): readonly ChatMessage[] {
  return list(value, where, parseMessage).sort((a, b) => a.seq - b.seq);
}

function parsePerson(value: unknown, where = 'person'): Person {
  const row = object<Row<'person'>>(value, where);
  return {
    id: maybeText(row.id, `${where}.id`),
    name: anyText(row.name, `${where}.name`),
    avatar: parseAvatar(row.avatar),
  };
}

/** Only inline images: a remote one would tell a stranger's server who reads along. */
function parseAvatar(value: unknown): string | null {
  return typeof value === 'string' && /^data:image\/(?:png|jpeg|webp|gif);base64,/.test(value) ? value : null;
}

function parseEvent(value: unknown, where: string): ChatEvent | null {
  const row = object<Row<'event'>>(value, where);
  const type = oneOf(row.type, ['assigned', 'unassigned', 'closed', 'reopened', ''], '');
  if (type === '') return null;
  const actor = maybe(row.actor, `${where}.actor`, object<Partial<Row<'actor'>>>) ?? {};
  return {
    type,
    actor: {
      kind: oneOf(actor.kind, ['agent', 'visitor', 'system'], 'system'),
      name: maybeText(actor.name, `${where}.actor.name`),
    },
    agent: maybe(row.agent, `${where}.agent`, (agent, place) => {
      const fields = object<Row<'named'>>(agent, place);
      return { id: maybeText(fields.id, `${place}.id`), name: anyText(fields.name, `${place}.name`) };
    }),
  };
}

export function parseSession(value: unknown, where = 'session'): ChatSession {
  const row = object<Row<'session'>>(value, where);
  return {
    id: text(row.id, `${where}.id`),
    clientId: maybeText(row.client_id, `${where}.client_id`),
    status: exactly(row.status, `${where}.status`, ['open', 'assigned', 'closed']),
    rev: number(row.rev, `${where}.rev`),
    lastSeq: number(row.last_seq, `${where}.last_seq`),
    readSeq: numberOr(row.read_seq, `${where}.read_seq`, 0),
    seenSeq: numberOr(row.seen_seq, `${where}.seen_seq`, 0),
    unread: numberOr(row.unread, `${where}.unread`, 0),
    agent: maybe(row.agent, `${where}.agent`, parsePerson),
    preview: anyText(row.preview, `${where}.preview`),
    lastMessageAt: maybeText(row.last_message_at, `${where}.last_message_at`),
    rating: maybeNumber(row.rating, `${where}.rating`),
    createdAt: text(row.created_at, `${where}.created_at`),
    closedAt: maybeText(row.closed_at, `${where}.closed_at`),
  };
}

export function parseDeskSession(value: unknown, where = 'session'): DeskSession {
  const row = object<Row<'desk_session'>>(value, where);
  return {
    ...parseSession(value, where),
    visitor: parseVisitorSummary(row.visitor, `${where}.visitor`),
    waitingSince: maybeText(row.waiting_since, `${where}.waiting_since`),
    firstResponseAt: maybeText(row.first_response_at, `${where}.first_response_at`),
    priority: oneOf(row.priority, ['low', 'normal', 'high', 'urgent'], 'normal'),
    tags: maybe(row.tags, `${where}.tags`, (tags, place) => list(tags, place, text)) ?? [],
    snoozedUntil: maybeText(row.snoozed_until, `${where}.snoozed_until`),
    ratingComment: maybeText(row.rating_comment, `${where}.rating_comment`),
    pageUrl: maybeText(row.page_url, `${where}.page_url`),
    pageTitle: maybeText(row.page_title, `${where}.page_title`),
    updatedAt: text(row.updated_at, `${where}.updated_at`),
  };
}

/** A session with messages. Functions that send none leave the list out. */
export function parseSlice<S extends ChatSession>(
  value: unknown,
  where: string,
  parse: (value: unknown, where: string) => S,
): Slice<S> {
  const row = object<Row<'slice'>>(value, where);
  return {
    session: parse(row.session, `${where}.session`),
    messages: maybe(row.messages, `${where}.messages`, parseMessages) ?? [],
  };
}

function parseVisitorSummary(value: unknown, where: string): VisitorSummary {
  const row = object<Row<'visitor_summary'>>(value, where);
  return {
    id: text(row.id, `${where}.id`),
    name: anyText(row.name, `${where}.name`),
    email: anyText(row.email, `${where}.email`),
    verified: row.verified === true,
  };
}

export function parseVisitor(value: unknown, where = 'visitor'): Visitor {
  const row = object<Row<'visitor'>>(value, where);
  return {
    name: anyText(row.name, `${where}.name`),
    email: anyText(row.email, `${where}.email`),
    verified: row.verified === true,
    attributes: parseAttributes(row.attributes),
  };
}

export function parseDeskVisitor(value: unknown, where = 'visitor'): DeskVisitor {
  const row = object<Row<'desk_visitor'>>(value, where);
  return {
    ...parseVisitorSummary(value, where),
    locale: maybeText(row.locale, `${where}.locale`),
    attributes: parseAttributes(row.attributes),
    firstSeenAt: text(row.first_seen_at, `${where}.first_seen_at`),
    lastSeenAt: text(row.last_seen_at, `${where}.last_seen_at`),
    pageUrl: maybeText(row.page_url, `${where}.page_url`),
    pageTitle: maybeText(row.page_title, `${where}.page_title`),
    referrer: maybeText(row.referrer, `${where}.referrer`),
    userAgent: maybeText(row.user_agent, `${where}.user_agent`),
    blockedUntil: maybeText(row.blocked_until, `${where}.blocked_until`),
    externalId: maybeText(row.external_id, `${where}.external_id`),
    notes: anyText(row.notes, `${where}.notes`),
  };
}

/** Visitors' pages decide what is in there, so what is not flat is left out rather than refused. */
function parseAttributes(value: unknown): Attributes {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, entry]) => entry === null || ['string', 'number', 'boolean'].includes(typeof entry),
    ),
  );
}

export function parseSettings(value: unknown, where = 'settings'): ChatSettings {
  const row = object<Row<'settings'>>(value, where);
  return {
    teamName: anyText(row.team_name, `${where}.team_name`),
    greeting: anyText(row.greeting, `${where}.greeting`),
    awayText: anyText(row.away_text, `${where}.away_text`),
    suggestedQuestions:
      maybe(row.suggested_questions, `${where}.suggested_questions`, (questions, place) =>
        list(questions, place, text),
      ) ?? [],
    preChatFields:
      maybe(row.pre_chat_fields, `${where}.pre_chat_fields`, (fields, place) =>
        list(fields, place, parseField),
      ) ?? [],
    maxLength: number(row.max_length, `${where}.max_length`),
    reopenHours: numberOr(row.reopen_hours, `${where}.reopen_hours`, 0),
  };
}

function parseField(value: unknown, where: string): PreChatField {
  const row = object(value, where);
  const name = text(row.name, `${where}.name`);
  return {
    name,
    label: anyText(row.label, `${where}.label`),
    type: name === 'email' ? name : oneOf(row.type, ['text', 'tel', 'select', 'checkbox'], 'text'),
    required: row.required === true,
    options: maybe(row.options, `${where}.options`, (options, place) => list(options, place, text)) ?? [],
  };
}

export function parseDeskSettings(value: unknown, where = 'settings'): DeskSettings {
  const row = object<Row<'desk_settings'>>(value, where);
  return {
    ...parseSettings(value, where),
    waitingAmber: numberOr(row.waiting_amber, `${where}.waiting_amber`, 300),
    waitingRed: numberOr(row.waiting_red, `${where}.waiting_red`, 900),
  };
}

export function parseAvailability(value: unknown, where = 'availability'): Availability {
  const row = object<Row<'availability'>>(value, where);
  return {
    online: row.online === true,
    agents: maybe(row.agents, `${where}.agents`, (agents, place) => list(agents, place, parsePerson)) ?? [],
    replySeconds: maybeNumber(row.reply_seconds, `${where}.reply_seconds`),
    opensAt: maybeText(row.opens_at, `${where}.opens_at`),
  };
}

export function parseAgent(value: unknown, where = 'agent'): Agent {
  const row = object<Row<'agent'>>(value, where);
  return {
    id: text(row.id, `${where}.id`),
    name: anyText(row.name, `${where}.name`),
    avatar: parseAvatar(row.avatar),
    role: oneOf(row.role, ['agent', 'admin'], 'agent'),
    availability: oneOf(row.availability, ['online', 'away', 'offline'], 'offline'),
    viewing: maybeText(row.viewing, `${where}.viewing`),
  };
}

export function parseCounts(value: unknown, where = 'counts'): InboxCounts {
  const row = object<Row<'counts'>>(value, where);
  return {
    mine: numberOr(row.mine, `${where}.mine`, 0),
    mineUnread: numberOr(row.mine_unread, `${where}.mine_unread`, 0),
    unassigned: numberOr(row.unassigned, `${where}.unassigned`, 0),
    unassignedUnread: numberOr(row.unassigned_unread, `${where}.unassigned_unread`, 0),
  };
}
