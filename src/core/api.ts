// The database's API as both sides of it see it: every function that a browser may call, what it takes and what it
// answers. Types are made from these two tables, and a test holds the tables against the real functions.
// An argument whose type ends with `?` may be left out.
import { DESK_SHAPES } from './desk-shapes.ts';
import { type Scalars, VISITOR_SHAPES } from './shapes.ts';

export const SHAPES = { ...VISITOR_SHAPES, ...DESK_SHAPES };

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
      mentions: 'mention[]',
      topic: 'text',
      since: 'time',
      sessions: 'desk_session[]',
      cursor: 'text?',
    },
  },
  desk_inbox: {
    takes: { p_tab: 'text', p_sort: 'text?', p_cursor: 'text?', p_limit: 'integer?', p_filter: 'json?' },
    gives: { sessions: 'desk_session[]', cursor: 'text?', counts: 'counts' },
  },
  desk_sync: {
    takes: { p_known: 'json?', p_since: 'time?' },
    gives: {
      topic: 'text',
      agents: 'agent[]',
      counts: 'counts',
      mentions: 'mention[]',
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
  desk_close: { takes: { p_session: 'uuid', p_seen: 'integer?' }, gives: { session: 'desk_session' } },
  desk_reopen: { takes: { p_session: 'uuid' }, gives: { session: 'desk_session' } },
  desk_read: { takes: { p_session: 'uuid', p_seq: 'integer' }, gives: { session: 'desk_session' } },
  desk_unread: { takes: { p_session: 'uuid' }, gives: { session: 'desk_session' } },
  desk_typing: { takes: { p_session: 'uuid' }, gives: {} },
  desk_presence: {
    takes: { p_availability: 'text', p_viewing: 'uuid?' },
    gives: { agents: 'agent[]', visitor: 'desk_visitor?' },
  },
  desk_search: {
    takes: { p_query: 'text', p_limit: 'integer?' },
    gives: { hits: 'hit[]', more: 'boolean' },
  },
  desk_snooze: {
    takes: { p_session: 'uuid', p_until: 'time?', p_seen: 'integer?' },
    gives: { session: 'desk_session' },
  },
  desk_set_priority: {
    takes: { p_session: 'uuid', p_priority: 'text' },
    gives: { session: 'desk_session' },
  },
  desk_tag: {
    takes: { p_session: 'uuid', p_add: 'text[]?', p_remove: 'text[]?' },
    gives: { session: 'desk_session' },
  },
  desk_tags: { takes: {}, gives: { tags: 'text[]' } },
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
  desk_report: {
    takes: { p_from: 'text', p_to: 'text', p_zone: 'text?', p_office_hours: 'boolean?' },
    gives: {
      from: 'text',
      to: 'text',
      zone: 'text',
      office_hours: 'boolean',
      more: 'boolean',
      total: 'report_figures',
      days: 'report_day[]',
      hours: 'report_hour[]',
      agents: 'report_agent[]',
    },
  },

  // Whoever was invited and has signed in.
  desk_agents_join: { takes: { p_token: 'text', p_name: 'text' }, gives: { me: 'agent' } },
} as const;

type Functions = typeof FUNCTIONS;
export type FunctionName = keyof Functions;

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
