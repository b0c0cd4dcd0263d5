import type { ChatMessage } from './model.ts';
import type { AgentApi } from './ports.ts';

const PAGE = 100;

/** Every message of a conversation, oldest first. */
export async function fetchTranscript(
  api: Pick<AgentApi, 'history'>,
  sessionId: string,
): Promise<readonly ChatMessage[]> {
  const messages: ChatMessage[] = [];
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0;
    const page = await api.history(sessionId, { after, limit: PAGE });
    messages.push(...page);
    if (page.length < PAGE) return messages;
  }
}
