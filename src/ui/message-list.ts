// The messages of one conversation, for whichever side reads them.
import {
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';

import type { Person, TimelineMessage } from '../core/model.ts';
import { en } from '../i18n/en.ts';
import { formatDateTime, formatDay, formatTime } from '../i18n/format.ts';
import type { Messages } from '../i18n/messages.ts';
import avatarStyles from './avatar.styles.ts';
import { renderAvatar } from './avatar.ts';
import baseStyles from './base.styles.ts';
import { emit } from './events.ts';
import { iconAlert, iconArrowDown } from './icons.ts';
import { keyed } from './keyed.ts';
import styles from './message-list.styles.ts';
import { MessagePlace } from './message-place.ts';
import { eventLine, failureText, isOnlyEmoji, renderText } from './message-text.ts';
import { isOwn, keyOf, type ListItem, listItems, type Side } from './timeline-items.ts';

type MessageItem = Extract<ListItem, { type: 'message' }>;

/** So many pixels from the end still count as the end. */
const AT_END = 48;
/** Older messages are asked for this far before the start comes into view. */
const NEAR_START = 160;

/**
 * @tagname support-message-list
 * @summary Messages in groups, with days, system lines, delivery state and links.
 *
 * @fires discard - Drop the failed message `clientId`.
 * @fires earlier - Older messages are wanted.
 * @fires read - The newest message, `seq`, is in view.
 * @fires retry - Send the failed message `clientId` again.
 * @csspart bubble - The box around one text.
 * @csspart message - One message with its name and time.
 * @csspart messages - The scrolling list.
 */
export class MessageList extends LitElement {
  static override styles = [baseStyles, avatarStyles, styles];
  static override properties: PropertyDeclarations = {
    messages: { attribute: false },
    side: {},
    hasEarlier: { attribute: false },
    loadingEarlier: { attribute: false },
    typing: { attribute: false },
    seenSeq: { attribute: false },
    lastReadSeq: { attribute: false },
    teamName: { attribute: false },
    visitorName: { attribute: false },
    lang: {},
    strings: { attribute: false },
    lineFor: { attribute: false },
    hasNew: { state: true },
    announcement: { state: true },
  };

  /** Oldest first, unsent ones last. */
  messages: readonly TimelineMessage[] = [];
  /** Who reads: own messages stand on the end side. */
  side: Side = 'visitor';
  hasEarlier = false;
  loadingEarlier = false;
  /** Who is typing: a name, empty for somebody, null for nobody. */
  typing: string | null = null;
  /** How far the other side has read. */
  seenSeq = 0;
  /** How far this side had read when the conversation came on screen; null shows no divider. */
  lastReadSeq: number | null = null;
  /** Stands in for agents without a name. */
  teamName = '';
  /** Stands in for the visitor. */
  visitorName = '';
  /** Locale of times and days. */
  override lang = '';
  strings: Messages = en;
  /** Words for a line about what happened. */
  lineFor: (message: TimelineMessage, strings: Messages) => string = eventLine;

  private hasNew = false;
  private announcement = '';

  #items: readonly ListItem[] = [];
  #atEnd = true;
  readonly #place = new MessagePlace(() => this.shadowRoot);
  #lastTop = 0;
  #lastBox = '';
  #isNewThread = true;
  #lastRead = '';
  #focused: Element | null = null;
  #resizes: ResizeObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#handleVisibility);
    // A move within the page loses what it was scrolled to.
    this.#lastBox = '';
    if (this.hasUpdated) this.#observeSize();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#handleVisibility);
    this.#resizes?.disconnect();
    this.#resizes = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    this.#place.note();
    if (changed.has('messages') || changed.has('side') || changed.has('lastReadSeq'))
      this.#items = listItems(this.messages, this.side, this.lastReadSeq);
    if (changed.has('messages')) this.#noticeNew(changed.get('messages') ?? []);
    this.#place.choose(this.#items, this.#whereToDraw());
    this.#focused = this.shadowRoot?.activeElement ?? null;
  }

  override firstUpdated(): void {
    this.#observeSize();
  }

  override updated(): void {
    this.#keepPlace();
    this.#noticeRead();
    // The button just used may be gone; whoever used it is still here.
    if (this.#focused?.isConnected === false) this.#scroller?.focus({ preventScroll: true });
  }

  override render(): TemplateResult {
    const { strings } = this;
    const items = this.#items;
    const { first, end } = this.#place.drawn;
    // Announcing is done by the status below: a log would also read out history and the reader's own words.
    return html`
      <div
        class="scroller"
        part="messages"
        role="log"
        aria-live="off"
        aria-label=${strings.messages}
        tabindex="0"
        @scroll=${this.#handleScroll}
        @keydown=${this.#handleKey}
        @selectstart=${() => this.#place.noteSelecting()}
      >
        <div class="content">
          ${this.#renderEarlier()} ${first > 0 ? html`<div class="space above"></div>` : nothing}
          ${keyed(
            items.slice(first, end),
            (item) => item.key,
            (item) => this.#renderItem(item),
          )}
          ${end < items.length ? html`<div class="space below"></div>` : nothing}
          ${this.typing === null ? nothing : this.#renderTyping(this.typing)}
        </div>
      </div>
      ${
        this.hasNew
          ? html`<button class="pill" type="button" @click=${this.#handlePill}>
              ${strings.newMessages} ${iconArrowDown(16)}
            </button>`
          : nothing
      }
      <div class="visually-hidden" role="status">${this.announcement}</div>
    `;
  }

  get #scroller(): HTMLElement | null {
    return this.#find('.scroller');
  }

  #find(selector: string): HTMLElement | null {
    return this.shadowRoot?.querySelector<HTMLElement>(selector) ?? null;
  }

  #renderEarlier(): TemplateResult | typeof nothing {
    if (!this.hasEarlier) return nothing;
    const { strings, loadingEarlier } = this;
    return html`<button class="earlier" type="button" aria-disabled=${loadingEarlier ? 'true' : nothing} @click=${this.#askEarlier}>
      ${loadingEarlier ? html`<span class="spinner"></span>${strings.loadingEarlier}` : strings.earlier}
    </button>`;
  }

  #renderItem(item: ListItem): TemplateResult {
    switch (item.type) {
      case 'day':
        return html`<div class="day">${formatDay(item.at, this.lang || 'en')}</div>`;
      case 'unread':
        return html`<div class="unread"><span>${this.strings.unreadDivider}</span></div>`;
      case 'event':
        return html`<div class="event">
          <bdi>${this.lineFor(item.message, this.strings)}</bdi>
          ${this.#renderTime(item.message)}
        </div>`;
      case 'message':
        return this.#renderMessage(item);
    }
  }

  #renderMessage(item: MessageItem): TemplateResult {
    const { message, own, first, last } = item;
    const note = message.kind === 'note';
    const emoji = !note && isOnlyEmoji(message.content);
    const classes = `row ${own ? 'own' : 'other'} ${first ? 'first' : ''} ${last ? 'last' : ''} ${
      note ? 'note' : ''
    } ${emoji ? 'emoji' : ''} ${message.status}`;
    const showsFace = !own && this.side === 'visitor';
    return html`<div class=${classes} part="message ${own ? 'message-own' : 'message-other'}">
      ${this.#renderName(item)}
      <div class="line">
        ${showsFace ? html`<span class="face">${last ? renderAvatar(this.#senderOf(message)) : nothing}</span>` : nothing}
        <div class="bubble" part="bubble ${own ? 'bubble-own' : 'bubble-other'}" dir="auto">${renderText(message.content)}</div>
        ${this.#renderTime(message)}
      </div>
      ${this.#renderDelivery(item)}
    </div>`;
  }

  /** Everybody hears who speaks; only the first of a group of others shows it. */
  #renderName({ message, own, first }: MessageItem): TemplateResult {
    const name = this.#senderOf(message).name;
    const isVisitorsOwn = own && this.side === 'visitor';
    const shown = first && !isVisitorsOwn && (this.side === 'visitor' || own);
    const note = message.kind === 'note' ? ` · ${this.strings.note}` : '';
    return html`<div class=${shown ? 'name' : 'visually-hidden'}><bdi>${isVisitorsOwn ? this.strings.you : name}</bdi>${note}</div>`;
  }

  #renderTime(message: TimelineMessage): TemplateResult {
    const locale = this.lang || 'en';
    return html`<time datetime=${message.createdAt} title=${formatDateTime(message.createdAt, locale)}
      >${formatTime(message.createdAt, locale)}</time
    >`;
  }

  #renderDelivery({ message, newestOwn }: MessageItem): TemplateResult | typeof nothing {
    const { strings } = this;
    if (message.status === 'failed') {
      return html`<div class="delivery failure">
        ${iconAlert(14)}<span>${failureText(message.error, strings)}</span>
        <button type="button" @click=${() => this.#answer('retry', message)}>${strings.retry}</button>
        <button type="button" @click=${() => this.#answer('discard', message)}>${strings.discard}</button>
      </div>`;
    }
    if (!newestOwn) return nothing;
    if (message.status === 'sending') return html`<div class="delivery pending">${strings.sending}</div>`;
    return html`<div class="delivery">${message.seq <= this.seenSeq ? strings.seen : strings.sent}</div>`;
  }

  #renderTyping(name: string): TemplateResult {
    const { strings } = this;
    return html`<div class="row other typing">
      <div class="visually-hidden">${name ? strings.typing(name) : strings.typingSomebody}</div>
      <div class="line">
        ${
          this.side === 'visitor'
            ? html`<span class="face">${renderAvatar(name || this.teamName || strings.team)}</span>`
            : nothing
        }
        <div class="bubble dots" part="bubble"><span></span><span></span><span></span></div>
      </div>
    </div>`;
  }

  #senderOf(message: TimelineMessage): Person {
    const { sender } = message;
    if (sender?.name) return sender;
    const name =
      message.senderType === 'customer'
        ? this.visitorName || this.strings.visitor
        : this.teamName || this.strings.team;
    return { id: null, avatar: null, ...sender, name };
  }

  #noticeNew(before: readonly TimelineMessage[]): void {
    const known = new Set(before.map(keyOf));
    this.#isNewThread = !this.messages.some((message) => known.has(keyOf(message)));
    if (this.#isNewThread) {
      this.hasNew = false;
      this.announcement = '';
      this.#place.forget();
      // One's first words start a thread; nothing before them is worth keeping the place for.
      this.#atEnd = true;
      return;
    }
    const newest = this.messages.at(-1);
    if (!newest || known.has(keyOf(newest))) return;
    if (isOwn(newest, this.side) && newest.kind !== 'event' && newest.status === 'sending') {
      this.#atEnd = true;
      this.hasNew = false;
      return;
    }
    if (!this.#atEnd) this.hasNew = true;
    if (!isOwn(newest, this.side) || newest.kind === 'event') this.#announce(newest);
  }

  #announce(message: TimelineMessage): void {
    const { strings } = this;
    this.announcement =
      message.kind === 'event'
        ? this.lineFor(message, strings)
        : strings.said(this.#senderOf(message).name, message.content);
  }

  #whereToDraw(): 'end' | 'place' | number {
    const divider = this.#isNewThread ? this.#items.findIndex(({ type }) => type === 'unread') : -1;
    return divider >= 0 ? divider : this.#atEnd ? 'end' : 'place';
  }

  #keepPlace(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const before = scroller.scrollTop;
    const isStart = this.#isNewThread && this.messages.length > 0;
    this.#place.settle(!isStart && !this.#atEnd);
    if (isStart) {
      this.#isNewThread = false;
      this.#scrollToStart(scroller);
    } else if (this.#atEnd) scroller.scrollTop = scroller.scrollHeight;
    // What the reader scrolled since the last event is still to be told apart from what was scrolled here.
    this.#lastTop += scroller.scrollTop - before;
    this.#place.note();
  }

  /** Where reading begins: at the first unread message, else at the end. */
  #scrollToStart(scroller: HTMLElement): void {
    scroller.scrollTop = scroller.scrollHeight;
    const divider = this.#find('.unread');
    if (!divider) return;
    const above = divider.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    if (above < 0) scroller.scrollTop += above - 16;
    this.#atEnd = isAtEnd(scroller);
  }

  /** Draws other lines where the reader is about to see the end of those that are drawn. */
  #drawMore = (): void => {
    if (this.#place.isShort(this.#whereToDraw())) this.requestUpdate();
  };

  #noticeRead(): void {
    const newest = this.messages.findLast((message) => message.status === 'sent');
    if (!newest || newest.id === this.#lastRead || !this.#atEnd) return;
    if (document.visibilityState === 'hidden' || this.checkVisibility?.() === false) return;
    this.#lastRead = newest.id;
    emit(this, 'read', { seq: newest.seq });
  }

  #observeSize(): void {
    if (this.#resizes) return;
    this.#resizes = new ResizeObserver(() => {
      const scroller = this.#scroller;
      if (!scroller || scroller.clientHeight === 0) return;
      const box = boxOf(scroller);
      const lastBox = this.#lastBox;
      this.#lastBox = box;
      if (this.#atEnd) scroller.scrollTop = scroller.scrollHeight;
      else if (!lastBox) scroller.scrollTop = this.#lastTop;
      // Whoever has scrolled since knows better where to be.
      else if (box !== lastBox || scroller.scrollTop === this.#lastTop) this.#place.restore();
      this.#lastTop = scroller.scrollTop;
      this.#place.note();
      this.#noticeRead();
      // What draws in here would be resized in here.
      requestAnimationFrame(this.#drawMore);
    });
    for (const box of this.renderRoot.querySelectorAll('.scroller, .content')) this.#resizes.observe(box);
  }

  #answer(type: 'retry' | 'discard', message: TimelineMessage): void {
    if (message.clientId) emit(this, type, { clientId: message.clientId });
  }

  #askEarlier(): void {
    if (this.hasEarlier && !this.loadingEarlier) emit(this, 'earlier', {});
  }

  #handlePill(): void {
    this.#atEnd = true;
    this.hasNew = false;
    this.#scroller?.focus({ preventScroll: true });
  }

  /** To the start at once: a browser that goes there slowly stops where lines are drawn on the way. */
  #handleKey(event: KeyboardEvent): void {
    if (event.key !== 'Home' || event.altKey) return;
    event.preventDefault();
    (event.currentTarget as Element).scrollTop = 0;
  }

  #handleScroll(): void {
    const scroller = this.#scroller;
    if (!scroller || scroller.clientHeight === 0) return;
    // A keyboard that opens or a phone that turns scrolls too, before anybody is told of the new size.
    if (boxOf(scroller) !== this.#lastBox) return;
    const up = scroller.scrollTop < this.#lastTop;
    this.#lastTop = scroller.scrollTop;
    this.#place.note();
    this.#atEnd = isAtEnd(scroller);
    if (this.#atEnd) {
      this.hasNew = false;
      this.#noticeRead();
    }
    if (up && scroller.scrollTop < NEAR_START) this.#askEarlier();
    this.#drawMore();
  }

  #handleVisibility = (): void => {
    if (this.hasUpdated) this.#noticeRead();
  };
}

function boxOf({ clientWidth, clientHeight }: HTMLElement): string {
  return `${clientWidth} ${clientHeight}`;
}

function isAtEnd(scroller: HTMLElement): boolean {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < AT_END;
}

declare global {
  interface HTMLElementTagNameMap {
    'support-message-list': MessageList;
  }
}
