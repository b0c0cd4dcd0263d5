// Entry `support-chat/dashboard` of the npm package: gives the element its connection and defines it.
import { createBrowser } from './browser/browser.ts';
import { DeskComposer } from './dashboard/desk-composer.ts';
import { SupportDashboard } from './dashboard/support-dashboard.ts';
import { type AgentConnectionOptions, connectAgent } from './transport/connect-agent.ts';
import { define } from './ui/define.ts';
import { MessageList } from './ui/message-list.ts';

SupportDashboard.connect = ({ url, key, client }) =>
  // The element knows no Supabase types; what a page gives it here is a client.
  connectAgent({ url, key, client: client as AgentConnectionOptions['client'] & object }, createBrowser());

define('support-message-list', MessageList);
define('support-desk-composer', DeskComposer);
define('support-dashboard', SupportDashboard);

export { SupportDashboard };
