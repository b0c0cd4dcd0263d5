// The middle pane: one conversation, its header, its messages and where to answer.
import { html, nothing, type TemplateResult } from 'lit';
import type { DeskSession } from '../core/model.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { backIcon, chatIcon, checkIcon, chevronIcon, eyeIcon, panelIcon, personIcon } from './desk-icons.ts';
import { type DeskView, visitorName } from './desk-view.ts';
import { sessionMarks } from './inbox-row.ts';
import { menu } from './menu.ts';
import { type ThreadComposerActions, type ThreadComposerView, threadComposer } from './thread-composer.ts';
import { type ThreadMenuActions, threadMenu } from './thread-menu.ts';
import { type ThreadMessagesActions, type ThreadMessagesView, threadMessages } from './thread-messages.ts';
import { verifiedMark } from './verified-mark.ts';

export interface ThreadActions extends ThreadComposerActions, ThreadMessagesActions, ThreadMenuActions {
  onBack(): void;
  onAssign(agentId: string | null): void;
  onClose(): void;
  onToggleDetails(): void;
}

export interface ThreadView extends ThreadComposerView, ThreadMessagesView {
  readonly detailsShown: boolean;
}

export function threadPane(view: ThreadView, actions: ThreadActions): TemplateResult {
  const { state, strings } = view;
  const session = state.current;
  if (!session) {
    return html`<main class="thread thread--none">
      <div class="empty">
        <span class="empty__icon">${chatIcon}</span>
        <p class="empty__heading">${strings.nothingSelectedHeading}</p>
        <p class="empty__text">${strings.nothingSelected}</p>
      </div>
    </main>`;
  }
  return html`<main class="thread" aria-label=${visitorName(session.visitor, strings)}>
    ${threadHeader(view, session, actions)} ${threadMessages(view, session, actions)}
    ${threadComposer(view, session, actions)}
  </main>`;
}

function threadHeader(view: ThreadView, session: DeskSession, actions: ThreadActions): TemplateResult {
  const { strings } = view;
  return html`<header class="thread__header">
    <button type="button" class="icon-button thread__back" aria-label=${strings.back} @click=${actions.onBack}>
      ${backIcon}
    </button>
    <div class="thread__who">
      <h2 class="thread__name" dir="auto">${visitorName(session.visitor, strings)}</h2>
      <p class="thread__facts">
        ${verifiedMark(session.visitor.verified, strings)}
        <span class="status status--${session.status}">${statusWord(view, session)}</span>
        ${sessionMarks(view, session) ?? nothing}
        ${viewers(view, session)}
      </p>
    </div>
    <div class="thread__actions">
      ${assigneeMenu(view, session, actions)}
      ${
        session.status === 'closed'
          ? nothing
          : html`<button type="button" class="button thread__close" aria-label=${strings.close} @click=${actions.onClose}>
            ${checkIcon}<span class="thread__close-text" aria-hidden="true">${strings.closeShort}</span>
          </button>`
      }
      ${threadMenu(view, actions)}
      <button
        type="button"
        class="icon-button"
        aria-label=${strings.details}
        aria-expanded=${view.detailsShown ? 'true' : 'false'}
        aria-controls="details"
        @click=${actions.onToggleDetails}
      >
        ${panelIcon}
      </button>
    </div>
  </header>`;
}

function statusWord(view: DeskView, session: DeskSession): string {
  const { strings } = view;
  return { open: strings.statusOpen, assigned: strings.statusAssigned, closed: strings.statusClosed }[
    session.status
  ];
}

/** Colleagues who have the same conversation on screen. */
function viewers(view: DeskView, session: DeskSession): TemplateResult | typeof nothing {
  const { state, strings } = view;
  const others = state.agents.filter((agent) => agent.viewing === session.id && agent.id !== state.me?.id);
  if (others.length === 0) return nothing;
  const names = new Intl.ListFormat(view.lang).format(others.map((agent) => agent.name));
  return html`<span class="viewers" dir="auto">${eyeIcon}<span>${strings.viewing(names, others.length)}</span></span>`;
}

function assigneeMenu(view: ThreadView, session: DeskSession, actions: ThreadActions): TemplateResult {
  const { state, strings } = view;
  const agents = [...state.agents].sort(
    (a, b) => Number(b.id === state.me?.id) - Number(a.id === state.me?.id),
  );
  return menu({
    label: strings.assignMenu,
    buttonClass: 'button assignee',
    content: html`<span class="assignee__face">${session.agent ? renderAvatar(session.agent) : personIcon}</span
      ><span class="visually-hidden">${strings.assignee} </span><span class="assignee__name" dir="auto">${session.agent?.name ?? strings.statusOpen}</span>${chevronIcon}`,
    open: view.openMenu === 'assignee',
    edge: 'end',
    onToggle: (open) => view.onMenu(open ? 'assignee' : null),
    items: [
      ...agents.map((agent) => ({
        label: agent.id === state.me?.id ? strings.you(agent.name) : agent.name,
        hint: strings[agent.availability],
        mark: html`<span class="presence presence--${agent.availability}"></span>`,
        checked: session.agent?.id === agent.id,
        onChoose: () => actions.onAssign(agent.id),
      })),
      {
        label: strings.assignNobody,
        separated: true,
        checked: session.agent === null,
        onChoose: () => actions.onAssign(null),
      },
    ],
  });
}
