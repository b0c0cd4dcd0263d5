// Gives the elements of a gallery page a conversation without a server, named by their `data-scene`.

import type { SupportChat } from '../../src/chat/support-chat.ts';
import { maya, message, scenes, session } from '../../src/chat/testing/scenes.ts';
import { type ScriptedChat, scriptedChat } from '../../src/chat/testing/scripted-chat.ts';
import type { VisitorChatState } from '../../src/core/visitor-chat.ts';

const ANSWER_MS = 1600;

/** Remembers what is sent, and answers it. */
function rehearsedChat(initial: Partial<VisitorChatState> | undefined): ScriptedChat {
  const chat = scriptedChat(initial);
  const add = (one: ReturnType<typeof message>) => {
    const current = chat.state.current ?? session();
    const sessions = chat.state.sessions.length > 0 ? chat.state.sessions : [current];
    chat.set({ current, sessions, messages: [...chat.state.messages, one], typing: null });
  };
  chat.send = async (text) => {
    add(message('visitor', text, 0));
    setTimeout(() => chat.set({ typing: maya.name }), ANSWER_MS / 3);
    setTimeout(() => add(message(maya, 'This page is only for show, but it suits you.', 0)), ANSWER_MS);
  };
  return chat;
}

/** Lets the newest answer arrive once more, as it does where the window is closed. */
function announce(chat: ScriptedChat): void {
  const { current, messages } = chat.state;
  const last = messages.findLast(({ senderType }) => senderType === 'agent');
  if (current && last) chat.emit({ type: 'message', message: last, session: current, direction: 'in' });
}

async function start(): Promise<void> {
  await customElements.whenDefined('support-chat');
  const element = customElements.get('support-chat') as typeof SupportChat;
  for (const chat of document.querySelectorAll('support-chat')) {
    const name = chat.dataset.scene ?? 'conversation';
    const driver = rehearsedChat(scenes[name]?.());
    // The element asks for its connection as soon as it has both.
    element.connect = () => driver;
    chat.supabaseUrl = 'https://stage.supabase.co';
    chat.supabaseKey = 'sb_publishable_stage';
    await chat.updateComplete;
    if (name === 'unread') announce(driver);
    await chat.updateComplete;
  }
  document.documentElement.dataset.ready = '';
}

void start();
