// Where an agent answers: a reply or a note, whose conversation it is, and what a closed one still allows.
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { memo } from '../core/memo.ts';
import type { Agent, DeskSession } from '../core/model.ts';
import { variablesOf } from './canned-variables.ts';
import type { AnswerDetail, SendKey } from './desk-composer.ts';
import { lockIcon, reopenIcon, replyIcon } from './desk-icons.ts';
import { type DeskView, isMine, visitorName } from './desk-view.ts';
import { ago } from './time-words.ts';
import './desk-composer.ts';

export type ComposerMode = 'reply' | 'note';

export interface ThreadComposerView extends DeskView {
  readonly mode: ComposerMode;
  /** Whether the text box has the focus. */
  readonly writing: boolean;
  /** Which key sends. */
  readonly sendKey: SendKey;
  /** Unsent text of the mode on screen. */
  readonly draft: string;
  /** Whether the other mode holds unsent text. */
  readonly otherDraft: boolean;
}

export interface ThreadComposerActions {
  onMode(mode: ComposerMode): void;
  onSend(detail: AnswerDetail): void;
  onSendKey(key: SendKey): void;
  onCannedWanted(): void;
  onDraft(text: string): void;
  onTyping(): void;
  onAssignToMe(): void;
  onReopen(): void;
}

export function threadComposer(
  view: ThreadComposerView,
  session: DeskSession,
  actions: ThreadComposerActions,
): TemplateResult | typeof nothing {
  // Nobody answers what they cannot see.
  if (view.state.threadPhase === 'failed' && view.state.messages.length === 0) return nothing;
  const closed = session.status === 'closed';
  // Whoever is in the middle of a sentence goes on typing: without the text box, letters would become commands.
  const unfinished = view.writing || view.draft !== '';
  return html`<footer class="answer answer--${view.mode}">
    ${closed ? closedBar(view, session, actions) : ownerHint(view, session, actions)}
    ${closed && view.mode === 'reply' && !unfinished ? nothing : composer(view, session, actions)}
  </footer>`;
}

function ownerHint(
  view: ThreadComposerView,
  session: DeskSession,
  actions: ThreadComposerActions,
): TemplateResult | typeof nothing {
  const { state, strings } = view;
  if (isMine(session, state)) return nothing;
  // Two agents who answer at once is what this is to prevent: whoever begins to write is asked.
  const writes = view.mode === 'reply' && view.draft !== '' && !session.agent;
  return html`<div class="answer__bar ${writes ? 'answer__bar--ask' : ''}">
    <p class="answer__hint" dir="auto" role="status">
      ${session.agent ? strings.hintOther(session.agent.name) : writes ? strings.hintTake : strings.hintUnassigned}
    </p>
    <button type="button" class="button button--primary" @click=${actions.onAssignToMe}>${strings.assignToMe}</button>
  </div>`;
}

function closedBar(
  view: ThreadComposerView,
  session: DeskSession,
  actions: ThreadComposerActions,
): TemplateResult {
  const { strings, lang, now } = view;
  const noting = view.mode === 'note';
  return html`<div class="answer__bar">
    <p class="answer__hint">
      ${session.closedAt ? strings.closedSince(ago(session.closedAt, now, lang, strings.justNow)) : strings.closedHint}
    </p>
    <div class="answer__choices">
    <button type="button" class="button button--quiet" @click=${() => actions.onMode(noting ? 'reply' : 'note')}>
      ${noting ? strings.cancelNote : strings.addNote}
    </button>
    <button type="button" class="button button--primary" @click=${actions.onReopen}>
      ${reopenIcon}${strings.reopen}
    </button>
    </div>
  </div>`;
}

function composer(
  view: ThreadComposerView,
  session: DeskSession,
  actions: ThreadComposerActions,
): TemplateResult {
  const { strings, state, mode } = view;
  const noting = mode === 'note';
  const closed = session.status === 'closed';
  // A text box of its own for each draft: an undo in one must not bring back what was written in another.
  return html`<div class="answer__box">
    ${closed ? nothing : modeToggle(view, actions)}
    ${keyed(
      `${mode} ${session.id}`,
      html`<support-desk-composer
      tone=${mode}
      label=${noting ? strings.note : strings.reply}
      placeholder=${noting ? strings.notePlaceholder : strings.replyPlaceholder(visitorName(session.visitor, strings))}
      send-label=${strings.send}
      lang=${view.lang}
      .sendText=${strings.send}
      .value=${view.draft}
      .canned=${state.canned}
      .people=${noting ? colleagues(state.agents, state.me) : none}
      .variables=${variables(state.me, state.settings, state.visitor ?? session.visitor)}
      .sendKey=${view.sendKey}
      .words=${strings}
      ?follows=${!noting && !closed}
      ?busy=${closed && !noting}
      .strings=${view.shared}
      .maxLength=${state.settings?.maxLength ?? 0}
      @answer=${(event: CustomEvent<AnswerDetail>) => actions.onSend(event.detail)}
      @draft=${(event: CustomEvent<{ text: string }>) => actions.onDraft(event.detail.text)}
      @typing=${actions.onTyping}
      @canned-wanted=${actions.onCannedWanted}
      @send-key=${(event: CustomEvent<{ key: SendKey }>) => actions.onSendKey(event.detail.key)}
    ></support-desk-composer>`,
    )}
  </div>`;
}

const none: readonly Agent[] = [];

/** Whom a note may call. The same list for the same team, so that typing does not start over. */
const colleagues = memo((agents: readonly Agent[], me: Agent | null) =>
  agents.filter((agent) => agent.id !== me?.id),
);

const variables = memo(variablesOf);

function modeToggle(view: ThreadComposerView, actions: ThreadComposerActions): TemplateResult {
  const { strings, mode } = view;
  const choice = (value: ComposerMode, label: string, icon: TemplateResult) => {
    const kept = view.otherDraft && mode !== value;
    return html`<button
      type="button"
      class="modes__choice modes__choice--${value}"
      aria-pressed=${mode === value ? 'true' : 'false'}
      aria-describedby=${kept ? 'draft-kept' : nothing}
      @click=${() => actions.onMode(value)}
    >
      ${icon}${label}${kept ? html`<span class="modes__kept" aria-hidden="true"></span>` : nothing}
    </button>`;
  };
  return html`<div class="modes" role="group" aria-label=${strings.composerMode}>
    ${choice('reply', strings.reply, replyIcon)} ${choice('note', strings.note, lockIcon)}
    <span class="visually-hidden" id="draft-kept" aria-hidden="true">${strings.draftKept}</span>
  </div>`;
}
