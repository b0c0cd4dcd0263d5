// The messages of the conversation on screen, or why there are none to see.
import { html, nothing, type TemplateResult } from 'lit';
import type { DeskSession } from '../core/model.ts';
import { type DeskView, visitorName } from './desk-view.ts';
import { deskLines } from './event-line.ts';
import '../ui/message-list.ts';

export interface ThreadMessagesActions {
  onEarlier(): void;
  onRetry(clientId: string): void;
  onDiscard(clientId: string): void;
  onReloadThread(): void;
}

export interface ThreadMessagesView extends DeskView {
  /** Everything after it was unread when the conversation came on screen. */
  readonly dividerSeq: number | null;
}

export function threadMessages(
  view: ThreadMessagesView,
  session: DeskSession,
  actions: ThreadMessagesActions,
): TemplateResult {
  const { state, strings, lang } = view;
  if (state.threadPhase === 'failed' && state.messages.length === 0) {
    return html`<div class="thread__body thread__body--center" role="alert">
      <div class="empty">
        <p class="empty__text">${strings.threadFailed}</p>
        <button type="button" class="button" @click=${actions.onReloadThread}>${strings.retry}</button>
      </div>
    </div>`;
  }
  if (state.threadPhase === 'loading' && state.messages.length === 0) {
    return html`<div class="thread__body thread__skeleton" role="status" aria-label=${strings.threadLoading}>
      ${['start', 'start', 'end', 'start', 'end'].map(
        (side) => html`<span class="skeleton__bubble skeleton__bubble--${side}"></span>`,
      )}
    </div>`;
  }
  const name = visitorName(session.visitor, strings);
  return html`<support-message-list
      class="thread__body"
      side="agent"
      lang=${lang}
      .messages=${state.messages}
      .hasEarlier=${state.hasEarlier}
      .loadingEarlier=${state.loadingEarlier}
      .typing=${state.visitorTyping ? name : null}
      .seenSeq=${session.seenSeq}
      .lastReadSeq=${dividerSeq(view)}
      .teamName=${state.settings?.teamName ?? ''}
      .visitorName=${name}
      .strings=${view.shared}
      .lineFor=${deskLines(strings)}
      @earlier=${actions.onEarlier}
      @retry=${(event: CustomEvent<{ clientId: string }>) => actions.onRetry(event.detail.clientId)}
      @discard=${(event: CustomEvent<{ clientId: string }>) => actions.onDiscard(event.detail.clientId)}
    ></support-message-list>
    <div class="thread__typist" role="status">
      ${
        state.agentTyping
          ? html`<p class="replying" dir="auto"><span class="replying__dot"></span>${strings.replying(state.agentTyping)}</p>`
          : nothing
      }
    </div>`;
}

/** Null while the first unread message is not loaded: a divider above another one would lie. */
function dividerSeq({ dividerSeq: seq, state }: ThreadMessagesView): number | null {
  const first = state.messages[0];
  return seq !== null && first && state.hasEarlier && first.seq > seq + 1 ? null : seq;
}
