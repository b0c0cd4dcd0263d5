// An honest word on when somebody answers.
import type { Availability, ChatSession } from '../core/model.ts';
import { formatDuration, formatOpening } from '../i18n/format.ts';
import type { Language } from '../i18n/messages.ts';

export function expectationText(
  availability: Availability | null | undefined,
  current: ChatSession | null | undefined,
  { strings, locale }: Language,
): string {
  if (!availability) return '';
  if (current?.status === 'assigned' && current.agent?.name) return strings.agentReplies(current.agent.name);
  if (availability.opensAt) return strings.backAt(formatOpening(availability.opensAt, locale));
  if (!availability.online) return strings.away;
  const { replySeconds } = availability;
  return replySeconds === null ? strings.online : strings.repliesIn(formatDuration(replySeconds, locale));
}
