// The left pane: whose inbox it is, search, the four tabs and the list.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { isFiltered } from '../core/inbox.ts';
import type { DeskSession, InboxTab, SearchHit } from '../core/model.ts';
import { keyed } from '../ui/keyed.ts';
import { type AccountActions, accountMenu } from './account-menu.ts';
import { type BulkActions, bulkBar } from './bulk-bar.ts';
import { crossIcon, searchIcon } from './desk-icons.ts';
import { type FilterActions, type FilterView, filterBar } from './filter-bar.ts';
import { emptyFilter, emptyList, emptySearch } from './inbox-empty.ts';
import { inboxRow, type RowActions } from './inbox-row.ts';
import type { ListWindow } from './list-window.ts';
import type { RowSelection } from './row-selection.ts';
import type { SearchState } from './search.ts';
import { cappedCount } from './time-words.ts';

export interface InboxActions extends AccountActions, FilterActions, BulkActions, RowActions {
  onTab(tab: InboxTab): void;
  onSearch(query: string): void;
  /** To the list, from the field above it. */
  onFirstRow(): void;
  onSearchAgain(): void;
  onLoadMore(): void;
  onReload(): void;
  onScroll(event: Event): void;
}

export interface InboxView extends FilterView {
  readonly query: string;
  readonly search: SearchState;
  /** The list, or what `query` finds. */
  readonly shown: readonly DeskSession[];
  /** What was found, by conversation. */
  readonly hits: ReadonlyMap<string, SearchHit>;
  readonly selection: RowSelection;
  readonly window: ListWindow;
}

const inboxTabs: readonly InboxTab[] = ['mine', 'unassigned', 'all', 'closed'];

export function inboxPane(view: InboxView, actions: InboxActions): TemplateResult {
  const { state, strings } = view;
  return html`<section class="inbox" aria-label=${strings.inbox}>
    <header class="inbox__header">
      <h1 class="inbox__title" dir="auto">${state.settings?.teamName || strings.inbox}</h1>
      ${accountMenu(view, actions)}
    </header>
    ${searchField(view, actions)} ${tabList(view, actions)}
    <div
      class="inbox__panel"
      id="inbox-panel"
      role="tabpanel"
      aria-labelledby="tab-${state.tab}"
      aria-busy=${state.inboxPhase === 'loading' ? 'true' : 'false'}
      @scroll=${actions.onScroll}
    >
      ${listHead(view, actions)} ${listBody(view, actions)}
    </div>
  </section>`;
}

function searchField(view: InboxView, actions: InboxActions): TemplateResult {
  const { strings, query } = view;
  return html`<div class="search">
    ${searchIcon}
    <input
      class="search__input"
      type="text"
      enterkeyhint="search"
      autocomplete="off"
      spellcheck="false"
      aria-label=${strings.search}
      placeholder=${strings.search}
      dir="auto"
      .value=${live(query)}
      @input=${(event: Event) => actions.onSearch((event.target as HTMLInputElement).value)}
      @keydown=${(event: KeyboardEvent) => searchKey(event, view, actions)}
    />
    ${
      query
        ? html`<button
          type="button"
          class="icon-button icon-button--small"
          aria-label=${strings.searchClear}
          @click=${() => actions.onSearch('')}
        >
          ${crossIcon}
        </button>`
        : html`<kbd class="search__key" aria-hidden="true">/</kbd>`
    }
  </div>`;
}

function searchKey(event: KeyboardEvent, { query, shown }: InboxView, actions: InboxActions): void {
  const [first] = shown;
  if (!first || event.isComposing || event.repeat) return;
  if (event.key === 'ArrowDown') actions.onFirstRow();
  else if (event.key === 'Enter' && query) actions.onOpen(first.id);
  else return;
  event.preventDefault();
}

function tabList(view: InboxView, actions: InboxActions): TemplateResult {
  const { strings } = view;
  return html`<div
      class="tabs"
      role="tablist"
      aria-label=${strings.filters}
      @keydown=${(event: KeyboardEvent) => moveTab(event, view, actions)}
    >
      ${inboxTabs.map((tab) => tabButton(tab, view, actions))}
    </div>
    ${inboxTabs.map((tab) => {
      const counts = tabCounts(view, tab);
      return counts
        ? html`<span class="visually-hidden" id="count-${tab}">${strings.tabCount(counts.total, counts.unread)}</span>`
        : nothing;
    })}`;
}

/** The counts stand beside the name, not in it: a tab is called the same whatever it holds. */
function tabButton(tab: InboxTab, view: InboxView, actions: InboxActions): TemplateResult {
  const selected = tab === view.state.tab;
  const counts = tabCounts(view, tab);
  return html`<button
    type="button"
    class="tab"
    role="tab"
    id="tab-${tab}"
    aria-selected=${selected ? 'true' : 'false'}
    aria-controls="inbox-panel"
    aria-describedby=${counts ? `count-${tab}` : nothing}
    tabindex=${selected ? '0' : '-1'}
    @click=${() => actions.onTab(tab)}
  >
    ${view.strings[tab]}${
      counts && counts.total !== '0'
        ? html`<span class="tab__count ${counts.unread === '0' ? '' : 'tab__count--unread'}" aria-hidden="true"
            >${counts.total}</span
          >`
        : nothing
    }
  </button>`;
}

function tabCounts(view: InboxView, tab: InboxTab): { total: string; unread: string } | null {
  const { counts } = view.state;
  if (view.state.phase !== 'ready') return null;
  if (tab === 'mine') {
    return { total: cappedCount(counts.mine, view.lang), unread: cappedCount(counts.mineUnread, view.lang) };
  }
  if (tab === 'unassigned') {
    return {
      total: cappedCount(counts.unassigned, view.lang),
      unread: cappedCount(counts.unassignedUnread, view.lang),
    };
  }
  return null;
}

function moveTab(event: KeyboardEvent, view: InboxView, actions: InboxActions): void {
  const list = event.currentTarget as HTMLElement;
  const forward = getComputedStyle(list).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const backward = forward === 'ArrowRight' ? 'ArrowLeft' : 'ArrowRight';
  const at = inboxTabs.indexOf(view.state.tab);
  const to = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: inboxTabs.length - 1 }[event.key];
  const tab = to === undefined ? undefined : inboxTabs.at(to % inboxTabs.length);
  if (!tab) return;
  event.preventDefault();
  actions.onTab(tab);
  list.querySelector<HTMLElement>(`[id="tab-${tab}"]`)?.focus();
}

function listHead(view: InboxView, actions: InboxActions): TemplateResult | typeof nothing {
  const { state, query, selection, shown } = view;
  if (selection.isOn) return bulkBar(view, selection.ids.size, shown.length, actions);
  if (query) return searchHead(view, actions);
  // A filter may be what is wrong with a list.
  return state.inboxPhase === 'failed' && !isFiltered(state.filter) ? nothing : filterBar(view, actions);
}

/** How far the search has come. */
function searchHead(view: InboxView, actions: InboxActions): TemplateResult {
  const { search, strings, shown, lang } = view;
  const failed = search.phase === 'failed';
  const offline = search.error?.code === 'offline' || search.error?.code === 'unavailable';
  return html`<div class="inbox__hint ${failed ? 'inbox__hint--failed' : ''}">
    <p role="status">
      ${
        failed
          ? offline
            ? strings.searchOffline
            : strings.searchFailed
          : search.phase === 'ready'
            ? html`${strings.searchFound(cappedCount(shown.length, lang))}${search.more ? html` ${strings.searchMore}` : nothing}`
            : strings.searching
      }
    </p>
    ${
      failed
        ? html`<button type="button" class="button" @click=${actions.onSearchAgain}>${strings.retry}</button>`
        : nothing
    }
  </div>`;
}

function listBody(view: InboxView, actions: InboxActions): TemplateResult {
  const { state, strings, shown, query, search } = view;
  if (state.inboxPhase === 'failed' && !query) {
    return html`<div class="empty" role="alert">
      <p class="empty__text">${strings.inboxFailed}</p>
      <button type="button" class="button" @click=${actions.onReload}>${strings.retry}</button>
    </div>`;
  }
  if (shown.length === 0 && (query ? search.phase === 'loading' : state.inboxPhase === 'loading')) {
    return listSkeleton(query ? strings.searching : strings.loading);
  }
  return html`${shown.length === 0 ? nothingListed(view) : nothing}
    <ul class="list" role="list" aria-label=${strings.conversations}>
      ${rows(view, actions)}
    </ul>
    ${query ? nothing : moreRows(view, actions)}`;
}

function nothingListed({ state, strings, query, search }: InboxView): TemplateResult | typeof nothing {
  if (query) return search.phase === 'ready' ? emptySearch(strings, query) : nothing;
  return isFiltered(state.filter) ? emptyFilter(strings) : emptyList(strings, state.tab);
}

function rows(view: InboxView, actions: InboxActions): TemplateResult {
  const { shown, window, selection, hits } = view;
  return html`${keyed(
    shown.slice(window.first, window.end),
    (session) => session.id,
    (session, offset) =>
      inboxRow(
        view,
        session,
        {
          index: window.first + offset,
          count: shown.length,
          chosen: selection.ids.has(session.id),
          choosing: selection.isOn,
          hit: hits.get(session.id) ?? null,
        },
        actions,
      ),
  )}`;
}

function moreRows(view: InboxView, actions: InboxActions): TemplateResult | typeof nothing {
  const { state, strings } = view;
  if (!state.hasMore) return nothing;
  const words = isFiltered(state.filter) ? strings.filterFurther : strings.loadMore;
  return html`<div class="inbox__more">
    <button
      type="button"
      class="button button--quiet"
      aria-disabled=${state.loadingMore ? 'true' : nothing}
      @click=${actions.onLoadMore}
    >
      ${state.loadingMore ? strings.loadingMore : words}
    </button>
  </div>`;
}

export function listSkeleton(label: string): TemplateResult {
  return html`<div class="skeletons" role="status" aria-label=${label}>
    ${Array.from(
      { length: 7 },
      () => html`<div class="skeleton">
        <span class="skeleton__avatar"></span>
        <span class="skeleton__lines"><span class="skeleton__line"></span><span class="skeleton__line"></span></span>
      </div>`,
    )}
  </div>`;
}
