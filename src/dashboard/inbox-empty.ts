// What an empty list says, so that empty never looks broken.
import { html, type TemplateResult } from 'lit';
import type { InboxTab } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { chatIcon, checkIcon, filterIcon, inboxIcon, searchIcon, sparkIcon } from './desk-icons.ts';

export function emptyList(strings: DashboardMessages, tab: InboxTab): TemplateResult {
  return empty(words(strings)[tab]);
}

export function emptySearch(strings: DashboardMessages, query: string): TemplateResult {
  return empty({ icon: searchIcon, heading: strings.searchNone(query), text: strings.searchNothing });
}

export function emptyFilter(strings: DashboardMessages): TemplateResult {
  return empty({ icon: filterIcon, heading: strings.filterNoneHeading, text: strings.filterNone });
}

interface Words {
  readonly icon: TemplateResult;
  readonly heading: string;
  readonly text: string;
}

function empty({ icon, heading, text }: Words): TemplateResult {
  return html`<div class="empty">
    <span class="empty__icon">${icon}</span>
    <p class="empty__heading">${heading}</p>
    <p class="empty__text">${text}</p>
  </div>`;
}

function words(strings: DashboardMessages): Readonly<Record<InboxTab, Words>> {
  return {
    mine: { icon: checkIcon, heading: strings.emptyMineHeading, text: strings.emptyMine },
    unassigned: { icon: sparkIcon, heading: strings.emptyUnassignedHeading, text: strings.emptyUnassigned },
    all: { icon: chatIcon, heading: strings.emptyAllHeading, text: strings.emptyAll },
    closed: { icon: inboxIcon, heading: strings.emptyClosedHeading, text: strings.emptyClosed },
  };
}
