// A page with the real element on a scripted chat, for pictures: `?scene=conversation&…attributes`.
import { define } from '../../ui/define.ts';
import { MessageComposer } from '../../ui/message-composer.ts';
import { MessageList } from '../../ui/message-list.ts';
import { SupportChat } from '../support-chat.ts';
import { scenes } from './scenes.ts';
import { type ScriptedChat, scriptedChat } from './scripted-chat.ts';

const query = new URLSearchParams(location.search);
const chat: ScriptedChat = scriptedChat(scenes[query.get('scene') ?? 'idle']?.());

SupportChat.connect = () => chat;
define('support-message-list', MessageList);
define('support-message-composer', MessageComposer);
define('support-chat', SupportChat);

const element = document.createElement('support-chat');
if (query.get('scene') !== 'not-configured') {
  element.supabaseUrl = 'https://stage.supabase.co';
  element.supabaseKey = 'sb_publishable_stage';
}
for (const [name, value] of query) if (name !== 'scene') element.setAttribute(name, value);
document.body.append(element);

Object.assign(globalThis, { chat });
