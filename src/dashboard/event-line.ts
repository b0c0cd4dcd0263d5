// A line about what happened, as agents read it.
import { memo } from '../core/memo.ts';
import type { ChatMessage } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import type { Messages } from '../i18n/messages.ts';
import { eventLine } from '../ui/message-text.ts';

/** How lines are worded in these strings; the same function for the same strings. */
export const deskLines = memo(
  (strings: DashboardMessages) => (message: ChatMessage, shared: Messages) =>
    deskLine(message, shared, strings),
);

function deskLine(message: ChatMessage, shared: Messages, strings: DashboardMessages): string {
  const { event } = message;
  if (!event) return message.content;
  const { kind, name } = event.actor;
  const actor =
    name || (kind === 'visitor' ? shared.visitor : kind === 'system' ? strings.system : shared.team);
  const agent = event.agent?.name ?? '';
  switch (event.type) {
    case 'assigned':
      return agent === (name ?? '') ? strings.eventTook(actor) : strings.eventAssigned(actor, agent);
    case 'unassigned':
      return strings.eventUnassigned(actor);
    case 'closed':
      return kind === 'visitor' ? shared.eventClosedBy(actor) : eventLine(message, shared);
    case 'reopened':
      return kind === 'visitor' ? shared.eventReopenedBy(actor) : eventLine(message, shared);
    default:
      return message.content;
  }
}
