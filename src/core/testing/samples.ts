// Objects for tests: believable defaults, and what matters to the test on top.
import type {
  Agent,
  Availability,
  ChatMessage,
  ChatSession,
  ChatSettings,
  DeskSession,
  DeskSettings,
  DeskVisitor,
} from '../model.ts';

const AT = '2026-11-23T09:00:00Z';

export function message(seq: number, patch: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: `m${seq}`,
    sessionId: 's1',
    seq,
    clientId: null,
    senderType: 'agent',
    sender: { id: null, name: 'Ada', avatar: null },
    kind: 'text',
    content: `message ${seq}`,
    event: null,
    createdAt: AT,
    ...patch,
  };
}

export function messages(from: number, to: number, patch: Partial<ChatMessage> = {}): ChatMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index, patch));
}

export function session(patch: Partial<ChatSession> = {}): ChatSession {
  return {
    id: 's1',
    clientId: null,
    status: 'open',
    rev: 1,
    lastSeq: 0,
    readSeq: 0,
    seenSeq: 0,
    unread: 0,
    agent: null,
    preview: '',
    lastMessageAt: AT,
    rating: null,
    createdAt: AT,
    closedAt: null,
    ...patch,
  };
}

export function deskSession(patch: Partial<DeskSession> = {}): DeskSession {
  return {
    ...session(),
    visitor: { id: 'v1', name: 'Vera', email: '', verified: false },
    waitingSince: null,
    firstResponseAt: null,
    priority: 'normal',
    tags: [],
    snoozedUntil: null,
    ratingComment: null,
    pageUrl: null,
    pageTitle: null,
    updatedAt: AT,
    ...patch,
  };
}

export const settings: ChatSettings = {
  teamName: 'Team',
  greeting: 'Hello',
  awayText: '',
  suggestedQuestions: [],
  preChatFields: [],
  maxLength: 100,
  reopenHours: 24,
};

export const deskSettings: DeskSettings = { ...settings, waitingAmber: 300, waitingRed: 900 };

export const availability: Availability = { online: true, agents: [], replySeconds: null, opensAt: null };

export const me: Agent = {
  id: 'a1',
  name: 'Ada',
  avatar: null,
  role: 'admin',
  availability: 'online',
  viewing: null,
};

export const deskVisitor: DeskVisitor = {
  id: 'v1',
  name: 'Vera',
  email: '',
  verified: false,
  locale: null,
  timeZone: null,
  attributes: {},
  firstSeenAt: AT,
  lastSeenAt: AT,
  pageUrl: null,
  pageTitle: null,
  referrer: null,
  userAgent: null,
  pageTrail: [],
  blockedUntil: null,
  externalId: null,
  notes: '',
};
