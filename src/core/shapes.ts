// What the database answers with, as types and as what answers are checked against. A test holds it against the real
// functions; `desk-shapes.ts` has what only agents see. A type is `text`, `uuid`, `integer`, `boolean`, `time` (ISO 8601, or 'infinity'), `json` (anything),
// words with `|` between them (any other word of a newer server is taken for the first), the name of a shape, or
// one of those with `[]` (a list) or `?` (null).

/** What visitors are shown. */
export const VISITOR_SHAPES = {
  person: { id: 'uuid?', name: 'text', avatar: 'text?' },
  actor: { kind: 'system|agent|visitor', name: 'text?' },
  named: { id: 'uuid?', name: 'text' },
  event: { type: '|assigned|unassigned|closed|reopened', actor: 'actor', agent: 'named?' },
  message: {
    id: 'uuid',
    session_id: 'uuid',
    seq: 'integer',
    client_id: 'uuid?',
    sender_type: 'system|customer|agent|bot',
    sender: 'person?',
    kind: 'text|note|event',
    content: 'text',
    event: 'event?',
    created_at: 'time',
  },
  session: {
    id: 'uuid',
    client_id: 'uuid',
    status: 'open|assigned|closed',
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
  slice: { session: 'session', messages: 'message[]' },
  visitor: { name: 'text', email: 'text', verified: 'boolean', attributes: 'json' },
  settings: {
    team_name: 'text',
    greeting: 'text',
    away_text: 'text',
    suggested_questions: 'text[]',
    pre_chat_fields: 'json',
    max_length: 'integer',
    reopen_hours: 'integer',
  },
  availability: { online: 'boolean', agents: 'person[]', reply_seconds: 'integer?', opens_at: 'time?' },
} as const;

export interface Scalars {
  text: string;
  uuid: string;
  integer: number;
  boolean: boolean;
  time: string;
  json: unknown;
}

type Words<Type> = Type extends `${infer Word}|${infer Rest}` ? Word | Words<Rest> : Type;

type Camel<Key> = Key extends `${infer Head}_${infer Rest}` ? `${Head}${Capitalize<Camel<Rest>>}` : Key;

/** What a type of one of these shapes becomes in the model. */
export type Read<Shapes, Type> = Type extends `${infer Given}?`
  ? Read<Shapes, Given> | null
  : Type extends `${infer Item}[]`
    ? readonly Read<Shapes, Item>[]
    : Type extends keyof Scalars
      ? Scalars[Type]
      : Type extends keyof Shapes
        ? { readonly [Key in keyof Shapes[Type] as Camel<Key> & string]: Read<Shapes, Shapes[Type][Key]> }
        : Words<Type>;
