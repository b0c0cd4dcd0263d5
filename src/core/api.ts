// The database's API as both sides of it see it: every function that a browser may call, what it takes and what it
// answers. Types are made from these two tables, and a test holds the tables against the real functions.
//
// A type is `text`, `uuid`, `integer`, `boolean`, `time` (ISO 8601, or 'infinity'), `json` (anything), the name
// of a shape, or one of those with `[]` (a list) or `?` (null or, for an argument, left out).

export const SHAPES = {
  person: { id: 'uuid?', name: 'text', avatar: 'text?' },
  actor: { kind: 'text', name: 'text?' },
  named: { id: 'uuid?', name: 'text' },
  event: { type: 'text', actor: 'actor', agent: 'named?' },
  message: {
    id: 'uuid',
    session_id: 'uuid',
    seq: 'integer',
    client_id: 'uuid?',
    sender_type: 'text',
    sender: 'person?',
    kind: 'text',
    content: 'text',
    event: 'event?',
    created_at: 'time',
  },
  session: {
    id: 'uuid',
    client_id: 'uuid',
    status: 'text',
    rev: 'integer',
    last_seq: 'integer',
    read_seq: 'integer',
    seen_seq: 'integer',
    unread: 'integer',
    agent: 'person?',
    preview: 'text',
    last_message_at: 'time',
    rating: 'integer?',
    created_at: 'time',
    closed_at: 'time?',
  },
  desk_session: {
    id: 'uuid',
    client_id: 'uuid',
    status: 'text',
    rev: 'integer',
    last_seq: 'integer',
    read_seq: 'integer',
    seen_seq: 'integer',
    unread: 'integer',
    agent: 'person?',
    preview: 'text',
    last_message_at: 'time',
    rating: 'integer?',
    created_at: 'time',
    closed_at: 'time?',
    visitor: 'visitor_summary',
    waiting_since: 'time?',
    first_response_at: 'time?',
    priority: 'text',
    tags: 'text[]',
    snoozed_until: 'time?',
    rating_comment: 'text?',
    page_url: 'text?',
    page_title: 'text?',
    updated_at: 'time',
  },
  slice: { session: 'session', messages: 'message[]' },
  desk_slice: { session: 'desk_session', messages: 'message[]' },
  visitor: { name: 'text', email: 'text', verified: 'boolean', attributes: 'json' },
  visitor_summary: { id: 'uuid', name: 'text', email: 'text', verified: 'boolean' },
  desk_visitor: {
    id: 'uuid',
    name: 'text',
    email: 'text',
    verified: 'boolean',
    locale: 'text?',
    attributes: 'json',
    first_seen_at: 'time',
    last_seen_at: 'time',
    page_url: 'text?',
    page_title: 'text?',
    referrer: 'text?',
    user_agent: 'text?',
    blocked_until: 'time?',
    external_id: 'text?',
    notes: 'text',
  },
  settings: {
    team_name: 'text',
    greeting: 'text',
    away_text: 'text',
    suggested_questions: 'text[]',
    max_length: 'integer',
    reopen_hours: 'integer',
  },
  desk_settings: {
    team_name: 'text',
    greeting: 'text',
    away_text: 'text',
    suggested_questions: 'text[]',
    max_length: 'integer',
    reopen_hours: 'integer',
    waiting_amber: 'integer',
    waiting_red: 'integer',
  },
  /** All settings, for admins. */
  team_settings: {
    team_name: 'text',
    greeting: 'text',
    away_text: 'text',
    suggested_questions: 'text[]',
    office_hours: 'json?',
    time_zone: 'text',
    pre_chat_fields: 'json',
    max_length: 'integer',
    reopen_hours: 'integer',
    waiting_amber: 'integer',
    waiting_red: 'integer',
    limits: 'json',
    ip_header: 'text?',
    require_mfa: 'boolean',
  },
  availability: { online: 'boolean', agents: 'person[]', reply_seconds: 'integer?', opens_at: 'time?' },
  agent: {
    id: 'uuid',
    name: 'text',
    avatar: 'text?',
    role: 'text',
    availability: 'text',
    viewing: 'uuid?',
  },
  /** An agent as admins see them. */
  member: {
    id: 'uuid',
    name: 'text',
    avatar: 'text?',
    role: 'text',
    active: 'boolean',
    email: 'text?',
    availability: 'text',
    last_seen_at: 'time?',
    created_at: 'time',
  },
  invite: { id: 'uuid', role: 'text', created_at: 'time', expires_at: 'time', created_by: 'named' },
  counts: {
    mine: 'integer',
    mine_unread: 'integer',
    unassigned: 'integer',
    unassigned_unread: 'integer',
  },
  hit: { session: 'desk_session', message: 'message?', matched: 'text', highlights: 'json' },
  canned_response: {
    id: 'uuid',
    shortcut: 'text',
    title: 'text',
    content: 'text',
    shared: 'boolean',
    updated_at: 'time',
  },
  identity_key: { kid: 'text', created_at: 'time' },
  audit_entry: {
    id: 'integer',
    at: 'time',
    actor: 'named?',
    action: 'text',
    subject: 'text',
    details: 'json',
  },
} as const;

export const FUNCTIONS = {
  // Visitors. `p_token` is the visitor's secret; null means the signed-in user of the bearer token.
  chat_open: {
    takes: { p_token: 'text?', p_page: 'json?' },
    gives: {
      settings: 'settings',
      availability: 'availability',
      visitor: 'visitor?',
      topic: 'text?',
      sessions: 'slice[]',
    },
  },
  chat_start: {
    takes: {
      p_token: 'text',
      p_session_client_id: 'uuid',
      p_client_id: 'uuid',
      p_content: 'text',
      p_page: 'json?',
      p_profile: 'json?',
    },
    gives: { session: 'session', message: 'message', topic: 'text', visitor: 'visitor' },
  },
  chat_send: {
    takes: { p_token: 'text', p_session: 'uuid', p_client_id: 'uuid', p_content: 'text' },
    gives: { session: 'session', message: 'message' },
  },
  chat_history: {
    takes: {
      p_token: 'text',
      p_session: 'uuid',
      p_after: 'integer?',
      p_before: 'integer?',
      p_limit: 'integer?',
    },
    gives: { messages: 'message[]' },
  },
  chat_sync: {
    takes: { p_token: 'text', p_known: 'json?', p_page: 'json?' },
    gives: { topic: 'text', availability: 'availability', gone: 'uuid[]', sessions: 'slice[]' },
  },
  chat_read: {
    takes: { p_token: 'text', p_session: 'uuid', p_seq: 'integer' },
    gives: { session: 'session' },
  },
  chat_typing: { takes: { p_token: 'text', p_session: 'uuid' }, gives: {} },
  chat_close: { takes: { p_token: 'text', p_session: 'uuid' }, gives: { session: 'session' } },
  chat_reopen: { takes: { p_token: 'text', p_session: 'uuid' }, gives: { session: 'session' } },
  chat_rate: {
    takes: { p_token: 'text', p_session: 'uuid', p_rating: 'integer', p_comment: 'text?' },
    gives: { session: 'session' },
  },
  chat_update_profile: {
    takes: { p_token: 'text', p_name: 'text?', p_email: 'text?', p_locale: 'text?', p_attributes: 'json?' },
    gives: { visitor: 'visitor' },
  },
  chat_claim: { takes: { p_token: 'text?' }, gives: { visitor: 'visitor', topic: 'text' } },
  chat_identify: {
    takes: { p_token: 'text', p_identity: 'text', p_new_token: 'text' },
    gives: { visitor: 'visitor', topic: 'text' },
  },
  chat_erase: { takes: { p_token: 'text' }, gives: {} },

  // Agents. Who calls is in the bearer token.
  desk_open: {
    takes: { p_tab: 'text?', p_sort: 'text?' },
    gives: {
      me: 'agent',
      agents: 'agent[]',
      settings: 'desk_settings',
      counts: 'counts',
      topic: 'text',
      since: 'time',
      sessions: 'desk_session[]',
      cursor: 'text?',
    },
  },
  desk_inbox: {
    takes: { p_tab: 'text', p_sort: 'text?', p_cursor: 'text?', p_limit: 'integer?' },
    gives: { sessions: 'desk_session[]', cursor: 'text?', counts: 'counts' },
  },
  desk_sync: {
    takes: { p_known: 'json?', p_since: 'time?' },
    gives: {
      topic: 'text',
      agents: 'agent[]',
      counts: 'counts',
      since: 'time',
      more: 'boolean',
      gone: 'uuid[]',
      sessions: 'desk_slice[]',
    },
  },
  desk_session: {
    takes: { p_session: 'uuid' },
    gives: {
      session: 'desk_session',
      messages: 'message[]',
      visitor: 'desk_visitor',
      earlier: 'desk_session[]',
    },
  },
  desk_history: {
    takes: { p_session: 'uuid', p_after: 'integer?', p_before: 'integer?', p_limit: 'integer?' },
    gives: { messages: 'message[]' },
  },
  desk_send: {
    takes: { p_session: 'uuid', p_client_id: 'uuid', p_content: 'text', p_kind: 'text?' },
    gives: { session: 'desk_session', message: 'message' },
  },
  desk_assign: {
    takes: { p_session: 'uuid', p_agent: 'uuid?', p_from: 'uuid?' },
    gives: { session: 'desk_session' },
  },
  desk_close: { takes: { p_session: 'uuid' }, gives: { session: 'desk_session' } },
  desk_reopen: { takes: { p_session: 'uuid' }, gives: { session: 'desk_session' } },
  desk_read: { takes: { p_session: 'uuid', p_seq: 'integer' }, gives: { session: 'desk_session' } },
  desk_typing: { takes: { p_session: 'uuid' }, gives: {} },
  desk_presence: {
    takes: { p_availability: 'text', p_viewing: 'uuid?' },
    gives: { agents: 'agent[]', visitor: 'desk_visitor?' },
  },
  desk_search: {
    takes: { p_query: 'text', p_limit: 'integer?' },
    gives: { hits: 'hit[]', more: 'boolean' },
  },
  desk_snooze: { takes: { p_session: 'uuid', p_until: 'time?' }, gives: { session: 'desk_session' } },
  desk_set_priority: {
    takes: { p_session: 'uuid', p_priority: 'text' },
    gives: { session: 'desk_session' },
  },
  desk_tag: {
    takes: { p_session: 'uuid', p_add: 'text[]?', p_remove: 'text[]?' },
    gives: { session: 'desk_session' },
  },
  desk_visitor: {
    takes: { p_visitor: 'uuid', p_cursor: 'text?' },
    gives: { visitor: 'desk_visitor', sessions: 'desk_session[]', cursor: 'text?' },
  },
  desk_update_visitor: {
    takes: { p_visitor: 'uuid', p_name: 'text?', p_email: 'text?', p_notes: 'text?' },
    gives: { visitor: 'desk_visitor' },
  },
  desk_block: { takes: { p_visitor: 'uuid', p_until: 'time?' }, gives: { visitor: 'desk_visitor' } },
  desk_canned_list: { takes: {}, gives: { responses: 'canned_response[]' } },
  desk_canned_save: {
    takes: {
      p_id: 'uuid',
      p_shortcut: 'text',
      p_title: 'text',
      p_content: 'text',
      p_shared: 'boolean?',
    },
    gives: { response: 'canned_response' },
  },
  desk_canned_delete: { takes: { p_id: 'uuid' }, gives: {} },
  desk_profile_save: { takes: { p_name: 'text?', p_avatar: 'text?' }, gives: { me: 'agent' } },

  // Admins.
  desk_settings_read: { takes: {}, gives: { settings: 'team_settings' } },
  desk_settings_save: { takes: { p_settings: 'json' }, gives: { settings: 'team_settings' } },
  desk_agents_list: { takes: {}, gives: { agents: 'member[]', invites: 'invite[]' } },
  desk_agents_save: {
    takes: { p_agent: 'uuid', p_role: 'text?', p_active: 'boolean?', p_name: 'text?' },
    gives: { agent: 'member' },
  },
  desk_agents_invite: { takes: { p_role: 'text?' }, gives: { invite: 'invite', token: 'text' } },
  desk_agents_uninvite: { takes: { p_invite: 'uuid' }, gives: {} },
  desk_identity_list: { takes: {}, gives: { keys: 'identity_key[]' } },
  desk_identity_add: { takes: {}, gives: { key: 'identity_key', secret: 'text' } },
  desk_identity_remove: { takes: { p_kid: 'text' }, gives: {} },
  desk_audit_list: {
    takes: { p_before: 'integer?', p_limit: 'integer?' },
    gives: { entries: 'audit_entry[]', more: 'boolean' },
  },

  // Whoever was invited and has signed in.
  desk_agents_join: { takes: { p_token: 'text', p_name: 'text' }, gives: { me: 'agent' } },
} as const;

type Shapes = typeof SHAPES;
type Functions = typeof FUNCTIONS;
export type FunctionName = keyof Functions;

interface Scalars {
  text: string;
  uuid: string;
  integer: number;
  boolean: boolean;
  time: string;
  json: unknown;
}

type Argument<Type> = Type extends `${infer Given}?`
  ? Argument<Given>
  : Type extends `${infer Item}[]`
    ? readonly Argument<Item>[]
    : Type extends keyof Scalars
      ? Scalars[Type] | null
      : never;

type Optional<Takes> = { [Key in keyof Takes]: Takes[Key] extends `${string}?` ? Key : never }[keyof Takes];

/** What a function takes: one with a default may be left out. Whether it may be null the function says. */
export type Arguments<Name extends FunctionName, Takes = Functions[Name]['takes']> = {
  readonly [Key in Exclude<keyof Takes, Optional<Takes>>]: Argument<Takes[Key]>;
} & { readonly [Key in Optional<Takes>]?: Argument<Takes[Key]> };

/** The fields of an answer, not trusted to be what they should. */
export type Answer<Name extends FunctionName> = {
  readonly [Key in keyof Functions[Name]['gives']]: unknown;
};

/** The fields of a shape, not trusted to be what they should. */
export type Row<Name extends keyof Shapes> = { readonly [Key in keyof Shapes[Name]]: unknown };
