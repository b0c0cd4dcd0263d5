// Believable states of the dashboard, to be looked at and to be tested.
import type { AgentDeskState } from '../../core/agent-desk.ts';
import { ChatError } from '../../core/errors.ts';
import { NO_FILTER } from '../../core/inbox.ts';
import type {
  Agent,
  CannedResponse,
  ChatEvent,
  DeskSession,
  DeskSettings,
  DeskVisitor,
  InboxFilter,
  SearchHit,
  SenderType,
  TimelineMessage,
} from '../../core/model.ts';
import type { ScriptedConnection } from './scripted-connection.ts';

export interface Scene {
  readonly auth?: 'unknown' | 'signed-out' | 'signed-in';
  readonly state?: Partial<AgentDeskState>;
  /** Before it is shown. */
  readonly prepare?: (connection: ScriptedConnection) => void;
  /** What a search finds. */
  readonly hits?: readonly SearchHit[] | Error;
}

const now = Date.now();

/** So many minutes ago. */
function ago(minutes: number): string {
  return new Date(now - minutes * 60_000).toISOString();
}

const maya: Agent = {
  id: 'maya',
  name: 'Maya Brandt',
  avatar: null,
  role: 'admin',
  availability: 'online',
  viewing: null,
};
const tom: Agent = { ...maya, id: 'tom', name: 'Tom Okafor', role: 'agent', viewing: 's1' };
const lena: Agent = { ...maya, id: 'lena', name: 'Lena Sørensen', role: 'agent', availability: 'away' };
const agents = [maya, tom, lena];

const settings: DeskSettings = {
  teamName: 'Northbound Coffee',
  greeting: 'Hello!',
  awayText: '',
  suggestedQuestions: [],
  preChatFields: [],
  maxLength: 4000,
  reopenHours: 48,
  waitingAmber: 300,
  waitingRed: 900,
};

let count = 0;

function conversation(name: string, preview: string, patch: Partial<DeskSession> = {}): DeskSession {
  count += 1;
  const { visitor, ...rest } = patch;
  const email = name ? `${name.split(' ')[0]?.toLowerCase()}@example.com` : '';
  return {
    id: `s${count}`,
    clientId: null,
    status: 'open',
    rev: 1,
    lastSeq: 12,
    readSeq: 12,
    seenSeq: 12,
    unread: 0,
    agent: null,
    preview,
    lastMessageAt: ago(count * 7),
    rating: null,
    createdAt: ago(count * 60),
    closedAt: null,
    visitor: visitor ?? { id: `v${count}`, name, email, verified: count % 2 === 1 },
    waitingSince: null,
    firstResponseAt: null,
    priority: 'normal',
    tags: [],
    snoozedUntil: null,
    ratingComment: null,
    pageUrl: null,
    pageTitle: null,
    updatedAt: ago(count),
    ...rest,
  };
}

const inbox: readonly DeskSession[] = [
  conversation(
    'Ingrid Halvorsen',
    'It still says “label created”. Should I be worried? It’s a birthday present for Friday.',
    {
      status: 'assigned',
      agent: maya,
      unread: 2,
      readSeq: 10,
      seenSeq: 8,
      waitingSince: ago(22),
      lastMessageAt: ago(4),
    },
  ),
  conversation('Oliver Grant', 'Card was charged twice for order 4411', {
    waitingSince: ago(9),
    unread: 1,
    priority: 'urgent',
    tags: ['billing', 'refund'],
  }),
  conversation('', 'Do you grind for Aeropress?', {
    waitingSince: ago(2),
    unread: 1,
    visitor: { id: 'v3', name: '', email: '', verified: false },
  }),
  conversation('مريم الحسيني', 'هل يمكنني تغيير عنوان التوصيل؟', { waitingSince: ago(0), unread: 1 }),
  conversation(
    'Sofia Marchetti',
    'Perfect, thank you so much! I will try the coarser setting tomorrow morning.',
    {
      status: 'assigned',
      agent: tom,
      tags: ['grinder'],
    },
  ),
  conversation('Kenji Watanabe', 'Great, I’ll wait for the restock mail then.', {
    status: 'assigned',
    agent: maya,
    snoozedUntil: new Date(now + 86_400_000).toISOString(),
    tags: ['stock', 'wholesale', 'japan', 'priority customer'],
  }),
  conversation(
    'Beatrix von Hohenlohe-Langenburg-Schillingsfürst',
    'Und wie lange hält die Packung nach dem Öffnen?',
    {
      status: 'assigned',
      agent: lena,
      priority: 'high',
    },
  ),
  conversation('Dele Adeyemi', 'Can I pick up at the Leith roastery on Saturday?', {
    status: 'assigned',
    agent: maya,
  }),
  conversation('Chloé Dubois', 'Merci, bonne journée !', { status: 'assigned', agent: tom }),
  conversation('Priya Nair', 'https://northbound.example/orders/4398 is the one I mean', {
    status: 'assigned',
    agent: maya,
    priority: 'low',
  }),
];

const first = inbox[0] as DeskSession;

let seq = 0;

function say(
  senderType: SenderType,
  content: string,
  minutes: number,
  patch: Partial<TimelineMessage> = {},
): TimelineMessage {
  seq += 1;
  return {
    id: `m${seq}`,
    sessionId: 's1',
    seq,
    clientId: null,
    senderType,
    sender: senderType === 'agent' ? maya : null,
    kind: 'text',
    content,
    event: null,
    createdAt: ago(minutes),
    status: 'sent',
    error: null,
    ...patch,
  };
}

function happened(type: ChatEvent['type'], minutes: number, agent: Agent | null): TimelineMessage {
  return say('system', '', minutes, {
    kind: 'event',
    event: {
      type,
      actor: { kind: 'agent', name: maya.name },
      agent: agent && { id: agent.id, name: agent.name },
    },
  });
}

const messages: readonly TimelineMessage[] = [
  say(
    'customer',
    'Hi! I ordered two bags of Harar and a V60 last Tuesday (order 4398) and the tracking hasn’t moved since.',
    1500,
  ),
  say('agent', 'Hi Ingrid, sorry about that. Let me look at it with the courier.', 1494),
  happened('assigned', 1493, maya),
  say(
    'agent',
    'I’ve opened an enquiry. They answer within a day, and I’ll write to you here as soon as they do.',
    1492,
  ),
  say('customer', 'Thank you, that’s kind 🙏', 1490),
  say(
    'agent',
    'Courier says the parcel missed the van in Leith. They promised it goes out today. If it doesn’t, reship from stock.',
    240,
    {
      kind: 'note',
      sender: tom,
    },
  ),
  say(
    'agent',
    'Good news: it leaves the depot today. You can follow it here: https://track.example.com/NB4398',
    60,
  ),
  say('customer', 'Lovely, I’ll keep an eye on it.', 55),
  say('agent', 'Great. I’ll leave this open until it has arrived.', 54),
  say('customer', '👍', 53),
  say('customer', 'Hmm, I just looked again.', 22),
  say(
    'customer',
    'It still says “label created”. Should I be worried? It’s a birthday present for Friday.',
    4,
  ),
];

const visitor: DeskVisitor = {
  ...first.visitor,
  locale: 'nb-NO',
  timeZone: 'Europe/Oslo',
  attributes: {
    plan: 'subscription',
    orders: 14,
    lifetime_value: 412.5,
    newsletter: true,
  },
  firstSeenAt: ago(60 * 24 * 210),
  lastSeenAt: ago(1),
  pageUrl: 'https://northbound.example/account/orders/4398',
  pageTitle: 'Order 4398 – Northbound Coffee',
  referrer: 'https://www.google.com/',
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  pageTrail: [
    { url: 'https://northbound.example/account', title: 'Your account – Northbound Coffee', leftAt: ago(3) },
    { url: 'https://northbound.example/help/delivery', title: 'Delivery times', leftAt: ago(9) },
    { url: 'https://northbound.example/', title: 'Northbound Coffee', leftAt: ago(12) },
  ],
  blockedUntil: null,
  externalId: 'crm-20817',
  notes: 'Buys for her office in Oslo. Prefers the courier over the post.',
};

const earlier: readonly DeskSession[] = [
  conversation('Ingrid Halvorsen', 'Which filter papers fit the size 02?', {
    status: 'closed',
    lastMessageAt: ago(60 * 24 * 31),
  }),
  conversation('Ingrid Halvorsen', 'Can I pause my subscription in July?', {
    status: 'closed',
    lastMessageAt: ago(60 * 24 * 140),
  }),
];

const desk: Partial<AgentDeskState> = {
  me: maya,
  agents,
  settings,
  counts: { mine: 4, mineUnread: 1, unassigned: 3, unassignedUnread: 3 },
  tab: 'all',
  inbox,
};

const canned: readonly CannedResponse[] = [
  [
    'delivered',
    'Parcel has arrived',
    'Glad to hear it, {{visitor.first_name}}! Anything else I can do for you?',
  ],
  [
    'delay',
    'Parcel is late',
    'Hi {{visitor.first_name}},\n\nI am sorry that your parcel is late. I have asked the courier, who will let us know within a day. If it has not moved by then, {{team.name}} sends you a new one at no cost.\n\n{{agent.first_name}}',
  ],
  ['grind', 'Which grind for which brewer', 'Aeropress: medium-fine. V60: medium. French press: coarse.'],
  ['phone', 'Ask for a phone number', 'Is {{attribute.phone}} still your number?'],
  ['refund', 'How refunds work', 'Refunds take three to five days to show up on your card.'],
].map(([shortcut = '', title = '', content = ''], index) => ({
  id: `c${index}`,
  shortcut,
  title,
  content,
  shared: true,
  updatedAt: ago(60),
}));

const thread: Partial<AgentDeskState> = {
  ...desk,
  canned,
  current: first,
  threadPhase: 'ready',
  messages,
  hasEarlier: false,
  visitor,
  earlier,
};

function failed(code: ConstructorParameters<typeof ChatError>[0]): Scene {
  return { state: { phase: 'failed', error: new ChatError(code, 'Refused.') } };
}

const unassigned: DeskSession = { ...(inbox[1] as DeskSession) };
const closed: DeskSession = {
  ...first,
  status: 'closed',
  unread: 0,
  waitingSince: null,
  closedAt: ago(3),
  rating: 5,
  ratingComment: 'Quick and kind. Thank you, Maya!',
  tags: ['delivery', 'courier'],
};

const filter: InboxFilter = { ...NO_FILTER, tag: 'billing', priority: 'urgent', unread: true };

const views = [
  { name: 'Billing, urgent', tab: 'all' as const, sort: 'priority' as const, filter },
  {
    name: 'Gone quiet',
    tab: 'mine' as const,
    sort: 'newest' as const,
    filter: { ...NO_FILTER, active: 'before-week' as const },
  },
];

const hits: readonly SearchHit[] = [
  {
    session: inbox[1] as DeskSession,
    message: say('customer', 'Hello, my card was charged twice for order 4411. Could you check?', 11),
    matched: 'message',
    highlights: [[10, 4]],
  },
  {
    session: conversation('Ricardo Cardoso', 'Thanks, that worked.', {
      status: 'closed',
      closedAt: ago(9000),
    }),
    message: null,
    matched: 'name',
    highlights: [[8, 4]],
  },
  {
    session: conversation('Ama Boateng', 'All good now.', { status: 'closed', closedAt: ago(20000) }),
    message: say(
      'agent',
      'We tried it again this morning with the bank on the phone, and this time the card went through without any trouble.',
      20010,
    ),
    matched: 'message',
    highlights: [[77, 4]],
  },
];

export const scenes: Readonly<Record<string, Scene>> = {
  'sign-in': { auth: 'signed-out' },
  'new-password': { prepare: ({ account }) => (account.recovering = true) },
  'link-expired': { auth: 'signed-out', prepare: ({ account }) => (account.linkExpired = true) },
  loading: { auth: 'unknown' },
  'not-an-agent': failed('forbidden'),
  'not-installed': failed('not-installed'),
  'not-configured': failed('not-configured'),
  'server-down': failed('offline'),
  inbox: { state: { ...desk, canned }, hits },
  filtered: {
    state: {
      ...desk,
      filter,
      inbox: inbox.slice(1, 2),
      hasMore: true,
      preferences: { letterKeys: true, notifications: false, views },
    },
  },
  'filtered-days': {
    state: { ...desk, filter: { ...NO_FILTER, active: '2026-11-02/2026-11-20' }, hasMore: true },
  },
  'filtered-none': { state: { ...desk, filter, inbox: [] } },
  done: { state: { ...thread, done: { action: { type: 'close' }, before: [inbox[1] as DeskSession] } } },
  'done-many': {
    state: {
      ...desk,
      done: { action: { type: 'assign', agentId: 'tom' }, before: inbox.slice(1, 4) },
    },
  },
  'search-none': { state: desk },
  'search-offline': { state: desk, hits: new ChatError('offline', 'No answer.') },
  'inbox-loading': { state: { ...desk, inbox: [], inboxPhase: 'loading' } },
  'inbox-failed': { state: { ...desk, inbox: [], inboxPhase: 'failed' } },
  'empty-mine': {
    state: {
      ...desk,
      tab: 'mine',
      inbox: [],
      counts: { mine: 0, mineUnread: 0, unassigned: 1000, unassignedUnread: 12 },
    },
  },
  'empty-unassigned': { state: { ...desk, tab: 'unassigned', inbox: [] } },
  thread: { state: { ...thread, visitorTyping: true }, hits },
  'thread-loading': { state: { ...thread, messages: [], threadPhase: 'loading', visitor: null } },
  'thread-failed': { state: { ...thread, messages: [], threadPhase: 'failed', visitor: null } },
  unassigned: {
    state: {
      ...thread,
      current: unassigned,
      messages: [
        say('customer', 'Hello, my card was charged twice for order 4411. Could you check?', 11, {
          seq: 1,
          sessionId: 's2',
        }),
        say('customer', 'Card was charged twice for order 4411', 9, { seq: 2, sessionId: 's2' }),
      ],
      visitor: { ...visitor, ...unassigned.visitor, attributes: {}, pageTitle: null, referrer: null },
      earlier: [],
    },
  },
  mentioned: {
    state: {
      ...thread,
      mentions: [
        { session: inbox[6] as DeskSession, by: { id: 'tom', name: 'Tom Okafor' }, at: ago(2) },
        { session: inbox[1] as DeskSession, by: { id: 'lena', name: 'Lena Sørensen' }, at: ago(9) },
      ],
    },
  },
  'unverified-visitor': {
    state: {
      ...thread,
      current: { ...first, visitor: { ...first.visitor, verified: false } },
      visitor: { ...visitor, verified: false, externalId: null, notes: '', pageTrail: [] },
    },
  },
  collision: { state: { ...thread, current: { ...first, agent: tom }, agentTyping: 'Tom Okafor' } },
  conflict: {
    state: {
      ...thread,
      current: { ...first, agent: tom },
      notice: { action: 'assign', error: new ChatError('conflict', 'Taken.'), winner: 'Tom' },
    },
  },
  failed: {
    state: {
      ...thread,
      connection: 'offline',
      messages: [
        ...messages,
        say('agent', 'I’ll call the depot right now.', 1, {
          status: 'failed',
          error: 'too-long',
          clientId: 'c1',
        }),
        say('agent', 'One moment please.', 0, { status: 'sending', clientId: 'c2' }),
      ],
    },
  },
  closed: { state: { ...thread, current: closed, messages: [...messages, happened('closed', 3, null)] } },
};
