// The widget's entry: gives the element its connection and defines it.
// The styles first: side by side they compress better.
import './chat/support-chat.styles.ts';
import './ui/message-list.styles.ts';
import './ui/message-composer.styles.ts';
import { createBrowser } from './browser/browser.ts';
import { insertFromSnippet } from './chat/snippet.ts';
import { SupportChat } from './chat/support-chat.ts';
import { connectVisitor } from './transport/connect-visitor.ts';
import { define } from './ui/define.ts';
import { MessageComposer } from './ui/message-composer.ts';
import { MessageList } from './ui/message-list.ts';

const script = document.currentScript;
SupportChat.connect = (connection) => connectVisitor(connection, createBrowser());
define('support-message-list', MessageList);
define('support-message-composer', MessageComposer);
define('support-chat', SupportChat);
insertFromSnippet('support-chat', script);
