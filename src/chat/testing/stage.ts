// A page with the real element on a scripted chat, for pictures: `?scene=conversation&…attributes`, `pseudo` for a
// language that is longer.
import { en } from '../../i18n/en.ts';
import { define } from '../../ui/define.ts';
import { MessageComposer } from '../../ui/message-composer.ts';
import { MessageList } from '../../ui/message-list.ts';
import { SupportChat } from '../support-chat.ts';
import { pseudoLocale } from './pseudo-locale.ts';
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
if (query.has('pseudo')) element.messages = pseudoLocale(en, document.dir === 'rtl');
for (const [name, value] of query)
  if (name !== 'scene' && name !== 'pseudo') element.setAttribute(name, value);
document.body.append(element);

Object.assign(globalThis, { chat });
