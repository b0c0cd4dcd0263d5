// English, the language everything falls back to. Strings of both elements; the dashboard's own are in
// `dashboard-en.ts`, so that the widget does not carry them.
const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const en = {
  // The launcher and the window
  heading: 'Chat with us',
  openChat: 'Open chat',
  openChatUnread: (count: number) => `Open chat, ${counted(count, 'unread message')}`,
  closeChat: 'Close chat',
  unread: (count: number) => counted(count, 'unread message'),
  dismissPreview: 'Dismiss message',
  loading: 'Loading…',

  // What to expect
  repliesIn: (duration: string) => `Usually replies in ${duration}`,
  online: 'We are online',
  backAt: (when: string) => `Back ${when}`,
  away: 'We reply as soon as we are back',
  agentReplies: (name: string) => `You are talking to ${name}`,

  // An empty conversation
  greeting: 'Hello! How can we help?',
  greetingHint: 'A real person reads every message.',
  suggestions: 'Suggested questions',

  // Before a first message, and while nobody is there
  name: 'Name',
  email: 'Email',
  optional: '(optional)',
  startChat: 'Start chat',
  leaveEmail: 'Leave your email, and we can answer there too.',
  answerGoesTo: (email: string) => `We can also answer you at ${email}.`,
  save: 'Save',

  // Conversations
  conversations: 'Conversations',
  newConversation: 'New conversation',
  endConversation: 'End conversation',
  more: 'More options',
  downloadTranscript: 'Download transcript',
  mute: 'Mute sounds',
  unmute: 'Unmute sounds',
  statusOpen: 'Waiting for a reply',
  statusAssigned: (name: string) => `With ${name}`,
  statusClosed: 'Closed',
  noPreview: 'No messages yet',

  // A closed conversation
  ratePrompt: 'How did we do?',
  rateScale: ['Terrible', 'Bad', 'Okay', 'Good', 'Great'] as readonly string[],
  rateOption: (value: number, word: string) => `${value} of 5, ${word}`,
  rateComment: 'Anything you would like to add? (optional)',
  rateSend: 'Send rating',
  rateThanks: 'Thank you for your rating.',
  reopen: 'Reopen conversation',

  // Messages
  messages: 'Messages',
  newMessages: 'New messages',
  earlier: 'Load earlier messages',
  loadingEarlier: 'Loading earlier messages…',
  unreadDivider: 'New',
  sending: 'Sending…',
  sent: 'Sent',
  seen: 'Seen',
  failed: 'Not sent',
  failedTooLong: 'Not sent: the message is too long',
  failedClosed: 'Not sent: the conversation is closed',
  failedForbidden: 'Not sent: you cannot write here',
  failedInvalid: 'Not sent: the message could not be read',
  failedRateLimited: 'Not sent: too many messages at once',
  retry: 'Retry',
  discard: 'Delete',
  note: 'Note',
  you: 'You',
  team: 'Support',
  visitor: 'Visitor',
  typing: (name: string) => `${name} is typing…`,
  typingSomebody: 'Typing…',
  said: (name: string, text: string) => `${name}: ${text}`,

  // Lines about what happened. `name` is the agent, empty where unknown.
  eventJoined: (name: string) => `${name || 'An agent'} joined the conversation`,
  eventClosed: 'The conversation was closed',
  eventClosedBy: (name: string) => `${name} closed the conversation`,
  eventClosedByYou: 'You closed the conversation',
  eventReopened: 'The conversation was reopened',
  eventReopenedBy: (name: string) => `${name} reopened the conversation`,
  eventReopenedByYou: 'You reopened the conversation',

  // Writing
  message: 'Message',
  messagePlaceholder: 'Write a message…',
  sendMessage: 'Send message',
  charactersLeft: (count: number) => `${count} left`,
  charactersOver: (count: number) => `${counted(count, 'character')} too long`,

  // When something is wrong
  reconnecting: 'Reconnecting…',
  offline: 'You are offline. What you write is kept.',
  errorUnreachable: 'We can’t connect right now',
  errorUnreachableHint: 'Please check your connection.',
  errorUnavailable: 'The chat is not available right now',
  errorUnavailableHint: 'Please try again later.',
  sendingResumes: (seconds: number) =>
    `That was a lot at once. Your messages go on in ${counted(seconds, 'second')}.`,
  sendingResumesSoon: 'That was a lot at once. Your messages go on in a moment.',
  errorRateLimited: 'That was a lot at once. Try again in a moment.',
  errorForbidden: 'You cannot write here at the moment.',
  errorClosed: 'This conversation is closed. Start a new one.',
  errorTooLong: 'The message is too long.',
  errorUnknown: 'That did not work. Please try again.',
  tryAgain: 'Try again',
  dismiss: 'Dismiss',
};
