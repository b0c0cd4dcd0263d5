// Entry `support-chat` of the npm package: gives the element its connection and defines it.
import { createBrowser } from './browser/browser.ts';
import { SupportChat, type VisitorProfile } from './chat/support-chat.ts';
import type { ChatError, ChatErrorCode } from './core/errors.ts';
import type { ChatMessage, ChatSession } from './core/model.ts';
import type { Messages } from './i18n/messages.ts';
import { connectVisitor } from './transport/connect-visitor.ts';
import { define } from './ui/define.ts';
import type { OpenReason, SupportChatEventMap } from './ui/events.ts';
import { MessageComposer } from './ui/message-composer.ts';
import { MessageList } from './ui/message-list.ts';

SupportChat.connect = (connection) => connectVisitor(connection, createBrowser());
define('support-message-list', MessageList);
define('support-message-composer', MessageComposer);
define('support-chat', SupportChat);

export type {
  ChatError,
  ChatErrorCode,
  ChatMessage,
  ChatSession,
  Messages,
  OpenReason,
  SupportChatEventMap,
  VisitorProfile,
};
export { SupportChat };
