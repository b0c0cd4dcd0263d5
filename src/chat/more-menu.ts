// What one may do with the conversation on screen, behind one button of the header.
import { html, nothing, type TemplateResult } from 'lit';
import type { Messages } from '../i18n/messages.ts';
import { iconMore } from '../ui/icons.ts';

export interface MoreMenuView {
  readonly isOpen: boolean;
  readonly strings: Messages;
  /** Whether the visitor wants no sound; null where there is none to mute. */
  readonly muted: boolean | null;
  readonly canEnd: boolean;
  readonly canDownload: boolean;
  onToggle(): void;
  onMute(): void;
  onDownload(): void;
  onEnd(): void;
}

export function renderMoreMenu(view: MoreMenuView): TemplateResult | typeof nothing {
  const { strings, muted } = view;
  const items = [
    view.canDownload && item(strings.downloadTranscript, view.onDownload),
    muted !== null && item(muted ? strings.unmute : strings.mute, view.onMute),
    view.canEnd && item(strings.endConversation, view.onEnd),
  ].filter((one) => one !== false);
  if (items.length === 0) return nothing;
  return html`<div class="more">
    <button
      class="icon-button"
      type="button"
      aria-label=${strings.more}
      aria-expanded=${view.isOpen ? 'true' : 'false'}
      @click=${view.onToggle}
    >
      ${iconMore(20)}
    </button>
    ${view.isOpen ? html`<div class="menu">${items}</div>` : nothing}
  </div>`;
}

function item(label: string, onSelect: () => void): TemplateResult {
  return html`<button class="menu-item" type="button" @click=${onSelect}>${label}</button>`;
}
