// Entry of dist/support-chat.js: what the npm package's entry does, and the one-line snippet.
// The styles first: side by side they compress better.
import './chat/support-chat.styles.ts';
import './ui/message-list.styles.ts';
import './ui/message-composer.styles.ts';
import './index.ts';
import { insertFromSnippet } from './chat/snippet.ts';

insertFromSnippet('support-chat', document.currentScript);
