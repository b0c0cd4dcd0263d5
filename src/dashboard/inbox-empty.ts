// What an empty list says, so that empty never looks broken.
import { html, type TemplateResult } from 'lit';
import type { InboxTab } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { chatIcon, checkIcon, inboxIcon, searchIcon, sparkIcon } from './desk-icons.ts';

export function emptyList(strings: DashboardMessages, tab: InboxTab, query: string): TemplateResult {
  if (query) {
    return html`<div class="empty">
      <span class="empty__icon">${searchIcon}</span>
      <p class="empty__text">${strings.searchNone(query)}</p>
    </div>`;
  }
  const { icon, heading, text } = words(strings)[tab];
  return html`<div class="empty">
    <span class="empty__icon">${icon}</span>
    <p class="empty__heading">${heading}</p>
    <p class="empty__text">${text}</p>
  </div>`;
}

function words(strings: DashboardMessages) {
  return {
    mine: { icon: checkIcon, heading: strings.emptyMineHeading, text: strings.emptyMine },
    unassigned: { icon: sparkIcon, heading: strings.emptyUnassignedHeading, text: strings.emptyUnassigned },
    all: { icon: chatIcon, heading: strings.emptyAllHeading, text: strings.emptyAll },
    closed: { icon: inboxIcon, heading: strings.emptyClosedHeading, text: strings.emptyClosed },
  };
}
