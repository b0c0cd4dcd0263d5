// One conversation in the list: who, what they said last, and how long they have been waiting.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { isSnoozed } from '../core/inbox.ts';
import type { DeskSession, SearchHit } from '../core/model.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { flagIcon, snoozeIcon } from './desk-icons.ts';
import { type DeskView, visitorName } from './desk-view.ts';
import { excerpt, pieces, renderPieces } from './highlight.ts';
import { untilWords } from './time-choices.ts';
import { longSpan, shortSpan, stamp } from './time-words.ts';
import { waitingLevel, waitingSeconds } from './waiting.ts';

/** Rows are all of one height, so that a long list can be measured without rendering it. */
export const rowHeight = 84;

const shownTags = 2;

export interface RowActions {
  onOpen(id: string): void;
  onRowMenu(id: string, event: MouseEvent): void;
  onSelectRow(id: string, range: boolean): void;
}

export interface RowPlace {
  readonly index: number;
  readonly count: number;
  readonly chosen: boolean;
  /** Whether rows show their boxes. */
  readonly choosing: boolean;
  /** What a search found in it; null in a list that was not searched for. */
  readonly hit: SearchHit | null;
}

export function inboxRow(
  view: DeskView,
  session: DeskSession,
  place: RowPlace,
  actions: RowActions,
): TemplateResult {
  const { strings, state } = view;
  const { hit } = place;
  const name = visitorName(session.visitor, strings);
  const selected = state.current?.id === session.id;
  const meta = rowMeta(view, session);
  return html`<li
    class="row ${place.chosen ? 'row--chosen' : ''} ${place.choosing ? 'row--choosing' : ''}"
    aria-posinset=${place.index + 1}
    aria-setsize=${place.count}
  >
    <input
      class="check row__check"
      type="checkbox"
      aria-label=${strings.selectRow(name)}
      tabindex=${place.choosing ? '0' : '-1'}
      .checked=${live(place.chosen)}
      @click=${(event: MouseEvent) => actions.onSelectRow(session.id, event.shiftKey)}
    />
    <button
      type="button"
      class="row__button ${session.unread > 0 ? 'row__button--unread' : ''}"
      data-session=${session.id}
      aria-current=${selected ? 'true' : nothing}
      @click=${(event: MouseEvent) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) actions.onSelectRow(session.id, event.shiftKey);
        else actions.onOpen(session.id);
      }}
      @contextmenu=${(event: MouseEvent) => {
        event.preventDefault();
        actions.onRowMenu(session.id, event);
      }}
    >
      <span class="row__avatar">${renderAvatar(name)}</span>
      <span class="row__top">
        <span class="row__name" dir="auto"
          >${hit?.matched === 'name' ? renderPieces(pieces(name, hit.highlights)) : name}</span
        >
        ${rowTime(view, session)}
      </span>
      <span class="row__body">
        <span class="row__text">
          <span class="row__preview ${meta ? 'row__preview--short' : ''}" dir="auto"
            >${hit ? found(hit, session, strings) : session.preview || strings.noMessages}</span
          >
          ${meta ?? nothing}
        </span>
        <span class="row__marks">
          ${
            session.unread > 0
              ? html`<span class="count count--unread" aria-hidden="true">${session.unread > 99 ? '99+' : session.unread}</span
                ><span class="visually-hidden">${strings.unread(session.unread)}</span>`
              : nothing
          }
          ${
            session.agent && session.status !== 'closed'
              ? html`<span class="row__assignee" title=${session.agent.name}>${renderAvatar(session.agent)}</span
                ><span class="visually-hidden">${strings.assignedTo(session.agent.name)}</span>`
              : nothing
          }
        </span>
      </span>
    </button>
  </li>`;
}

/** The words that were found, in what is said around them. */
function found(hit: SearchHit, session: DeskSession, strings: DeskView['strings']): TemplateResult | string {
  if (hit.matched === 'email') return renderPieces(pieces(session.visitor.email, hit.highlights));
  if (hit.message) return renderPieces(excerpt(hit.message.content, hit.highlights));
  return session.preview || strings.noMessages;
}

function rowTime(view: DeskView, session: DeskSession): TemplateResult {
  const { strings, lang, now, state } = view;
  const seconds = waitingSeconds(session, now);
  if (seconds !== null) {
    const level = waitingLevel(seconds, state.settings);
    const long = longSpan(seconds, lang);
    return html`<span class="wait wait--${level}" title=${stamp(session.waitingSince ?? '', lang)}>
      <span aria-hidden="true">${shortSpan(seconds, lang, strings.now)}</span>
      <span class="visually-hidden">${long ? strings.waitingFor(long) : strings.waitingNow}</span>
    </span>`;
  }
  const at =
    (session.status === 'closed' ? session.closedAt : null) ?? session.lastMessageAt ?? session.createdAt;
  const age = Math.max(0, Math.floor((now - Date.parse(at)) / 1000));
  return html`<time class="row__time" datetime=${at} title=${stamp(at, lang)}>${shortSpan(age, lang, strings.now)}</time>`;
}

/** Tags, priority and snooze; null where there is nothing to say, which leaves the preview two lines. */
function rowMeta(view: DeskView, session: DeskSession): TemplateResult | null {
  const marks = sessionMarks(view, session);
  if (!marks && session.tags.length === 0) return null;
  const more = session.tags.length - shownTags;
  return html`<span class="row__meta">
    ${marks ?? nothing}
    ${session.tags.slice(0, shownTags).map((tag) => html`<span class="tag" dir="auto">${tag}</span>`)}
    ${more > 0 ? html`<span class="tag tag--more" dir="ltr">+${more}</span>` : nothing}
  </span>`;
}

/** Priority and snooze, where there is anything to say of them. */
export function sessionMarks({ strings, now, lang }: DeskView, session: DeskSession): TemplateResult | null {
  const snoozed = isSnoozed(session, now);
  const notable = session.priority !== 'normal';
  if (!snoozed && !notable) return null;
  return html`${
    notable
      ? html`<span class="priority priority--${session.priority}"
            >${flagIcon}<span aria-hidden="true">${strings.priority[session.priority]}</span
            ><span class="visually-hidden">${strings.priorityOf(strings.priority[session.priority])}</span></span
          >`
      : nothing
  }
    ${
      snoozed
        ? html`<span class="snooze"
          >${snoozeIcon}<span class="visually-hidden">${strings.snoozed} </span
          ><span>${untilWords(session.snoozedUntil ?? '', now, lang, strings)}</span></span
        >`
        : nothing
    }`;
}
