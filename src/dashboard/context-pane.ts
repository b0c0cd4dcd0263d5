// The right pane: who the visitor is and what is known of them.
import { html, nothing, type TemplateResult } from 'lit';
import type { DeskSession, DeskVisitor } from '../core/model.ts';
import { renderAvatar } from '../ui/avatar.ts';
import { browserName } from './browser-name.ts';
import { isBlocked } from './desk-commands.ts';
import { crossIcon, pencilIcon } from './desk-icons.ts';
import { type DeskView, visitorName } from './desk-view.ts';
import { ago, shortSpan, stamp, timeIn } from './time-words.ts';
import { verifiedMark } from './verified-mark.ts';
import type { VisitorForm, VisitorNotes } from './visitor-editing.ts';
import { canChange, type VisitorFormActions, visitorForm, visitorNotes } from './visitor-form.ts';

export interface ContextActions extends VisitorFormActions {
  onOpen(sessionId: string): void;
  onHideDetails(): void;
}

export interface ContextView extends DeskView {
  /** Null while name and address are not edited. */
  readonly form: VisitorForm | null;
  /** Null while the notes are as they were saved. */
  readonly notes: VisitorNotes | null;
}

export function contextPane(
  view: ContextView,
  session: DeskSession,
  actions: ContextActions,
): TemplateResult {
  const { state, strings } = view;
  const visitor = state.visitor;
  return html`<aside class="context" id="details" aria-label=${strings.contextLabel} tabindex="-1">
    <button
      type="button"
      class="icon-button context__close"
      aria-label=${strings.hideDetails}
      @click=${actions.onHideDetails}
    >
      ${crossIcon}
    </button>
    ${identity(view, session, actions)}
    ${
      visitor
        ? html`${visitorNotes(view, visitor, view.notes, actions)} ${visit(view, visitor)} ${attributes(view, visitor)}`
        : state.threadPhase === 'loading'
          ? html`<div class="context__loading" aria-hidden="true">
            <span class="skeleton__line"></span><span class="skeleton__line"></span><span class="skeleton__line"></span>
          </div>`
          : nothing
    }
    ${conversation(view, session)} ${visitor ? history(view, actions) : nothing}
  </aside>`;
}

function identity(view: ContextView, session: DeskSession, actions: ContextActions): TemplateResult {
  const { state, strings } = view;
  const { visitor } = session;
  const name = visitorName(visitor, strings);
  const may = state.visitor && canChange(state.visitor);
  return html`<div class="context__who">
    <span class="context__avatar">${renderAvatar(name)}</span>
    <div class="context__title">
      <h2 class="context__name" dir="auto">${name}</h2>
      ${
        may && (may.name || may.email) && !view.form
          ? html`<button
            type="button"
            class="icon-button icon-button--small context__edit"
            aria-label=${strings.editVisitor}
            @click=${actions.onEdit}
          >
            ${pencilIcon}
          </button>`
          : nothing
      }
    </div>
    ${
      state.visitor && view.form
        ? visitorForm(view, state.visitor, view.form, actions)
        : html`<p class="context__email" dir="auto">
          ${
            visitor.email
              ? html`<a class="link" href=${mailto(visitor.email, view)} dir="ltr">${visitor.email}</a>`
              : strings.contextNoEmail
          }
        </p>`
    }
    ${verifiedMark(visitor.verified, strings)}
  </div>`;
}

function visit(view: DeskView, visitor: DeskVisitor): TemplateResult {
  const { strings, lang, now } = view;
  return html`<section class="context__section">
    <h3 class="context__heading">${strings.contextVisit}</h3>
    <dl class="facts">
      ${fact(strings.contextPage, visitor.pageUrl ? page(visitor.pageUrl, visitor.pageTitle) : null)}
      ${fact(strings.contextTrail, trail(view, visitor))}
      ${fact(strings.contextReferrer, visitor.referrer ? page(visitor.referrer, null) : null)}
      ${fact(strings.contextBrowser, browserName(visitor.userAgent))}
      ${fact(strings.contextLocale, visitor.locale ? languageName(visitor.locale, lang) : null)}
      ${fact(strings.contextLocalTime, visitor.timeZone ? timeIn(visitor.timeZone, now, lang) : null)}
      ${fact(strings.contextFirstSeen, moment(view, visitor.firstSeenAt))}
      ${fact(strings.contextLastSeen, moment(view, visitor.lastSeenAt))}
      ${fact(strings.contextExternalId, visitor.externalId)}
    </dl>
    ${
      isBlocked(visitor.blockedUntil, now)
        ? html`<p class="context__warning">${strings.contextBlocked(stamp(visitor.blockedUntil, lang))}</p>`
        : nothing
    }
  </section>`;
}

/** Where they were before, the newest first. */
function trail(view: DeskView, { pageTrail }: DeskVisitor): TemplateResult | null {
  if (pageTrail.length === 0) return null;
  return html`<ol class="trail" role="list">
    ${pageTrail.map(
      ({ url, title, leftAt }) => html`<li class="trail__page">
        <span class="trail__title" dir="auto">${page(url, title)}</span>
        <span class="trail__time">${moment(view, leftAt)}</span>
      </li>`,
    )}
  </ol>`;
}

function attributes(view: DeskView, visitor: DeskVisitor): TemplateResult | typeof nothing {
  const { strings, lang } = view;
  const entries = Object.entries(visitor.attributes).filter(([, value]) => value !== null);
  if (entries.length === 0) return nothing;
  const shown = (value: string | number | boolean | null): string => {
    if (typeof value === 'boolean') return value ? strings.yes : strings.no;
    return typeof value === 'number' ? new Intl.NumberFormat(lang).format(value) : String(value);
  };
  return html`<section class="context__section">
    <h3 class="context__heading">${strings.contextAttributes}</h3>
    <dl class="facts">
      ${entries.map(([key, value]) => fact(key.replaceAll('_', ' '), shown(value)))}
    </dl>
  </section>`;
}

function conversation(view: DeskView, session: DeskSession): TemplateResult | typeof nothing {
  const { strings } = view;
  if (session.tags.length === 0 && session.rating === null) return nothing;
  return html`<section class="context__section">
    ${
      session.tags.length > 0
        ? html`<h3 class="context__heading">${strings.contextTags}</h3>
          <p class="context__tags">${session.tags.map((tag) => html`<span class="tag" dir="auto">${tag}</span>`)}</p>`
        : nothing
    }
    ${
      session.rating === null
        ? nothing
        : html`<p class="context__rating">${strings.contextRating(session.rating)}</p>
          ${session.ratingComment ? html`<p class="context__quote" dir="auto">${session.ratingComment}</p>` : nothing}`
    }
  </section>`;
}

function history(view: DeskView, actions: ContextActions): TemplateResult {
  const { state, strings, lang, now } = view;
  return html`<section class="context__section">
    <h3 class="context__heading" id="history">${strings.contextEarlier}</h3>
    ${
      state.earlier.length === 0
        ? html`<p class="context__none">${strings.contextNoEarlier}</p>`
        : html`<ul class="earlier" role="list" aria-labelledby="history">
          ${state.earlier.map((session) => {
            const at = session.lastMessageAt ?? session.createdAt;
            const age = Math.max(0, Math.floor((now - Date.parse(at)) / 1000));
            return html`<li>
              <button type="button" class="earlier__button" @click=${() => actions.onOpen(session.id)}>
                <span class="earlier__preview" dir="auto">${session.preview || strings.noMessages}</span>
                <span class="earlier__facts"
                  >${statusOf(view, session)} &middot; <time datetime=${at}>${shortSpan(age, lang, strings.now)}</time></span
                >
              </button>
            </li>`;
          })}
        </ul>`
    }
  </section>`;
}

function statusOf(view: DeskView, session: DeskSession): string {
  const { strings } = view;
  return { open: strings.statusOpen, assigned: strings.statusAssigned, closed: strings.statusClosed }[
    session.status
  ];
}

function fact(term: string, value: TemplateResult | string | null): TemplateResult | typeof nothing {
  if (value === null) return nothing;
  return html`<div class="facts__row"><dt dir="auto">${term}</dt><dd dir="auto">${value}</dd></div>`;
}

function moment(view: DeskView, iso: string): TemplateResult {
  const { lang, now, strings } = view;
  return html`<time datetime=${iso} title=${stamp(iso, lang)}>${ago(iso, now, lang, strings.justNow)}</time>`;
}

/**
 * A letter that begins with what the visitor wrote last, for those who have left the page. Encoded, so that an address
 * cannot add a copy or a text to it.
 */
function mailto(email: string, { state, strings }: DeskView): string {
  const said = state.messages.findLast(({ senderType }) => senderType === 'customer')?.content ?? '';
  const quote = [...said].slice(0, 1_000).join('').replace(/^/gm, '> ');
  const subject = encodeURIComponent(strings.mailSubject(state.settings?.teamName ?? ''));
  const body = encodeURIComponent(said && `\r\n\r\n${quote.replaceAll('\n', '\r\n')}`);
  return `mailto:${encodeURIComponent(email).replace('%40', '@')}?subject=${subject}&body=${body}`;
}

/** A page as a link where it is one; what is no web address stays text. */
function page(url: string, title: string | null): TemplateResult | string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return url;
  }
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return url;
  const address = `${parsed.host}${parsed.pathname === '/' ? '' : parsed.pathname}`;
  return html`<a class="link" href=${parsed.href} target="_blank" rel="noopener noreferrer" title=${parsed.href}
    >${title || address}</a
  >`;
}

/** "German (Switzerland)" for `de-CH`; the code itself where it is none that is known. */
function languageName(locale: string, lang: string): string {
  try {
    return new Intl.DisplayNames(lang, { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}
