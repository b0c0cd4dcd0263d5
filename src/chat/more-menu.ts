// What one may do with the conversation on screen, behind one button of the header.
import { html, nothing, type TemplateResult } from 'lit';
import type { IdentifiedChat, VisitorChatState } from '../core/visitor-chat.ts';
import { iconMore } from '../ui/icons.ts';
import { renderButton } from './button.ts';
import type { ChatView } from './chat-view.ts';

const MUTED = 'muted';

/** Whether the visitor wants no sound. */
export function isMuted(driver: IdentifiedChat | null): boolean {
  return !!driver?.recall(MUTED);
}

export function renderMoreMenu(
  view: ChatView,
  { current, messages }: VisitorChatState,
): TemplateResult | typeof nothing {
  const { driver, showsMenu } = view;
  const { strings } = view.language;
  const muted = isMuted(driver);
  const item = (label: string, action: () => void) =>
    renderButton('menu-item', label, () => {
      view.onMenu(false);
      action();
    });
  const items = [
    current && messages.length > 0 ? item(strings.downloadTranscript, view.onDownload) : [],
    view.noSound
      ? []
      : item(muted ? strings.unmute : strings.mute, () => driver?.remember(MUTED, muted ? '' : 'yes')),
    current && current.status !== 'closed'
      ? item(strings.endConversation, () => void driver?.closeConversation())
      : [],
  ].flat();
  if (items.length === 0) return nothing;
  return html`<div class="more">
    <button
      class="icon-button"
      type="button"
      aria-label=${strings.more}
      aria-expanded=${showsMenu ? 'true' : 'false'}
      @click=${() => view.onMenu(!showsMenu)}
    >
      ${iconMore(20)}
    </button>
    ${showsMenu ? html`<div class="menu">${items}</div>` : nothing}
  </div>`;
}
