// What every pane of the dashboard is given to render.
import type { AgentDeskState } from '../core/agent-desk.ts';
import type { DeskSession, VisitorSummary } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import type { Messages } from '../i18n/messages.ts';

export interface DeskView {
  readonly state: AgentDeskState;
  readonly strings: DashboardMessages;
  /** Words of the parts that both elements share. */
  readonly shared: Messages;
  readonly lang: string;
  /** Milliseconds; moves on now and then, so that waiting times do. */
  readonly now: number;
  /** The one menu that is open. */
  readonly openMenu: string | null;
  onMenu(name: string | null): void;
}

/** What to call a visitor who may not have told their name. */
export function visitorName(visitor: VisitorSummary, strings: DashboardMessages): string {
  return visitor.name || visitor.email || strings.anonymous;
}

/** Whether the conversation belongs to whoever is signed in. */
export function isMine(session: DeskSession, state: AgentDeskState): boolean {
  return session.agent !== null && state.me !== null && session.agent.id === state.me.id;
}
