// Every state of the widget, for pictures and tests.
import { ChatError } from '../../core/errors.ts';
import type {
  Availability,
  ChatEvent,
  ChatSession,
  ChatSettings,
  Person,
  PreChatField,
  TimelineMessage,
  Visitor,
} from '../../core/model.ts';
import type { VisitorChatState } from '../../core/visitor-chat.ts';

export const maya: Person = { id: null, name: 'Maya Brandt', avatar: null };
const jonas: Person = { id: null, name: 'Jonas Weber', avatar: null };
const ines: Person = { id: null, name: 'Inês Duarte', avatar: null };

const settings: ChatSettings = {
  teamName: 'Northbound Coffee',
  greeting: 'Hi there 👋 How can we help?',
  awayText: 'We are out for a coffee. Leave a message and we reply as soon as we are back.',
  suggestedQuestions: ['Where is my order?', 'Which grind fits my machine?', 'Do you ship to Norway?'],
  preChatFields: [],
  maxLength: 4000,
  reopenHours: 48,
};

const preChatFields: PreChatField[] = [
  { name: 'name' },
  { name: 'email', required: true },
  {
    name: 'topic',
    label: 'What is it about?',
    type: 'select',
    required: true,
    options: ['My order', 'Beans'],
  },
  { name: 'news', label: 'Tell me about new roasts', type: 'checkbox' },
];

function visitor(email: string): Visitor {
  return { name: 'Ada', email, verified: false, attributes: {} };
}

const online: Availability = {
  online: true,
  agents: [maya, jonas, ines],
  replySeconds: 290,
  opensAt: null,
};

function hoursFromNow(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}

const closedOffice: Availability = {
  online: false,
  agents: [],
  replySeconds: null,
  opensAt: hoursFromNow(14),
};

export function session(patch: Partial<ChatSession> = {}): ChatSession {
  return {
    id: 's1',
    clientId: 'c-s1',
    status: 'assigned',
    rev: 3,
    lastSeq: 8,
    readSeq: 8,
    seenSeq: 7,
    unread: 0,
    agent: maya,
    preview: 'Thank you, that is perfect!',
    lastMessageAt: hoursFromNow(-0.1),
    rating: null,
    createdAt: hoursFromNow(-30),
    closedAt: null,
    ...patch,
  };
}

let count = 0;

export function message(
  from: Person | 'visitor' | ChatEvent,
  content: string,
  minutesAgo: number,
  patch: Partial<TimelineMessage> = {},
): TimelineMessage {
  count++;
  const event = typeof from === 'object' && 'type' in from ? from : null;
  const person = typeof from === 'object' && 'name' in from ? from : null;
  return {
    id: `m${count}`,
    sessionId: 's1',
    seq: count,
    clientId: from === 'visitor' ? `c${count}` : null,
    senderType: event ? 'system' : person ? 'agent' : 'customer',
    sender: person,
    kind: event ? 'event' : 'text',
    content,
    event,
    createdAt: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
    status: 'sent',
    error: null,
    ...patch,
  };
}

const joined: ChatEvent = {
  type: 'assigned',
  actor: { kind: 'agent', name: maya.name },
  agent: { id: null, name: maya.name },
};
const closed: ChatEvent = { type: 'closed', actor: { kind: 'agent', name: maya.name }, agent: null };

function talk(): TimelineMessage[] {
  return [
    message('visitor', 'Hello! My Cairn kettle arrived today, but the lid is dented.', 1640),
    message('visitor', 'Order NB-20417', 1639),
    message(joined, '', 1630),
    message(maya, 'Oh no, I am sorry about that!', 1629),
    message(maya, 'Could you send me a photo of it? You can reply to the mail with your order number.', 1628),
    message('visitor', 'Just did 🙂', 34),
    message(
      maya,
      'Got it, thank you. A new lid is on its way: https://track.example.com/parcels/NB-20417?lang=en – it should be with you on Thursday.',
      9,
    ),
    message(maya, 'Keep the old one, or recycle it.', 8),
    message('visitor', 'Thank you, that is perfect!', 6),
    message('visitor', '🎉', 5),
  ];
}

function hostile(): TimelineMessage[] {
  return [
    message(maya, 'שלום! איך אפשר לעזור לך היום?', 40),
    message('visitor', 'מתי ההזמנה שלי מגיעה? מספר NB-20417.', 39),
    message('visitor', `Donaudampfschifffahrtsgesellschafts${'kapitän'.repeat(12)}`, 30),
    message(
      jonas,
      'Mail me at jonas@example.com or see www.example.com/a/(b). <b>No markup</b> & javascript:alert(1)',
      20,
    ),
    message(maya, 'One\n\ntwo lines further', 19),
    message('visitor', '👍🏽👨‍👩‍👧', 5),
  ];
}

const ready: Partial<VisitorChatState> = {
  phase: 'ready',
  connection: 'live',
  settings,
  availability: online,
};

function conversation(patch: Partial<VisitorChatState> = {}): Partial<VisitorChatState> {
  const messages = talk();
  const seq = messages.at(-1)?.seq ?? 0;
  const current = session({ seenSeq: seq, lastSeq: seq });
  return { ...ready, current, sessions: [current], messages, ...patch };
}

const older: ChatSession[] = [
  session({
    id: 's2',
    status: 'open',
    agent: null,
    preview: 'Do you roast on weekends?',
    unread: 2,
    lastMessageAt: hoursFromNow(-3),
  }),
  session({
    id: 's3',
    status: 'closed',
    agent: jonas,
    preview: 'You are welcome, enjoy the beans!',
    lastMessageAt: hoursFromNow(-70),
    closedAt: hoursFromNow(-69),
  }),
  session({
    id: 's4',
    status: 'closed',
    agent: null,
    preview: 'האם אתם שולחים לישראל?',
    lastMessageAt: hoursFromNow(-700),
    closedAt: hoursFromNow(-690),
  }),
];

/** State by name; functions, because times count from now. */
export const scenes: Record<string, () => Partial<VisitorChatState>> = {
  idle: () => ({}),
  unread: () => {
    const base = conversation();
    return {
      ...base,
      sessions: (base.sessions ?? []).map((one) => ({ ...one, readSeq: 0, unread: 3 })),
      unread: 3,
    };
  },
  loading: () => ({ phase: 'loading', connection: 'connecting' }),
  empty: () => ready,
  away: () => ({ ...ready, availability: closedOffice }),
  'pre-chat': () => ({ ...ready, settings: { ...settings, preChatFields } }),
  contact: () => conversation({ availability: closedOffice, visitor: visitor('') }),
  'contact-known': () => conversation({ availability: closedOffice, visitor: visitor('ada@example.com') }),
  conversation: () => conversation(),
  typing: () => conversation({ typing: maya.name }),
  hostile: () => conversation({ messages: hostile() }),
  sending: () =>
    conversation({
      messages: [
        ...talk().slice(0, 8),
        message('visitor', 'One more thing:', 0, { seq: 0, status: 'sending' }),
      ],
    }),
  waiting: () =>
    conversation({
      resumesAt: Date.now() + 8_000,
      messages: [
        ...talk().slice(0, 8),
        message('visitor', 'One more thing:', 0),
        message('visitor', 'do you also sell filters?', 0, { seq: 0, status: 'sending' }),
        message('visitor', 'The paper ones', 0, { seq: 0, status: 'sending' }),
      ],
    }),
  failed: () =>
    conversation({
      messages: [
        ...talk().slice(0, 8),
        message('visitor', 'Could you also add filters?', 1, {
          seq: 0,
          status: 'failed',
          error: 'forbidden',
        }),
        message('visitor', 'And this is far too long', 0, { seq: 0, status: 'failed', error: 'too-long' }),
      ],
    }),
  offline: () => conversation({ connection: 'offline' }),
  closed: () => {
    const messages = [...talk(), message(closed, '', 2)];
    const current = session({ status: 'closed', closedAt: hoursFromNow(-0.03) });
    return { ...conversation(), current, sessions: [current], messages };
  },
  rated: () => {
    const messages = [...talk(), message(closed, '', 2)];
    const current = session({ status: 'closed', rating: 5, closedAt: hoursFromNow(-100) });
    return { ...conversation(), current, sessions: [current], messages };
  },
  list: () => {
    const base = conversation();
    return { ...base, sessions: [...(base.sessions ?? []), ...older], unread: 2 };
  },
  unreachable: () => ({ phase: 'failed', connection: 'offline', error: new ChatError('offline', 'down') }),
  'not-installed': () => ({
    phase: 'failed',
    connection: 'connecting',
    error: new ChatError('not-installed', 'The project has no chat_open. Run install.sql.'),
  }),
};
