// The visitor's element: launcher, window and everything in it, driven by a VisitorChat.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ChatError, toChatError } from '../core/errors.ts';
import type { ChatMessage, Person, Visitor } from '../core/model.ts';
import type { ProfilePatch } from '../core/ports.ts';
import type {
  IdentifiedChat,
  VisitorChat,
  VisitorChatEvent,
  VisitorChatState,
} from '../core/visitor-chat.ts';
import { type Language, languageFor, type Messages } from '../i18n/messages.ts';
import { Attention, isLooking } from '../ui/attention.ts';
import avatarStyles from '../ui/avatar.styles.ts';
import baseStyles from '../ui/base.styles.ts';
import { ConnectionNotice } from '../ui/connection-notice.ts';
import { DriverController } from '../ui/driver-controller.ts';
import { emitSupport, type OpenReason } from '../ui/events.ts';
import tokens from '../ui/tokens.styles.ts';
import { renderConversationList } from './conversation-list.ts';
import { expectationText } from './expectation.ts';
import { renderLauncher, renderPreview } from './launcher.ts';
import { renderPanelHeader } from './panel-header.ts';
import { placeInTopLayer, VisualViewportController } from './placement.ts';
import { insertFromSnippet } from './snippet.ts';
import styles from './support-chat.styles.ts';
import { renderThread } from './thread.ts';
import { WaitCountdown } from './wait-countdown.ts';

/** What the element needs to reach its project. */
export interface ChatConnection {
  readonly url: string;
  readonly key: string;
  readonly accessToken: () => Promise<string | null> | null;
  readonly identityToken: () => string | null;
}

/** Who the visitor is, as far as the page knows. Shown to agents as not verified, but for what the token says. */
export interface VisitorProfile {
  /** A JWT by which the site's own backend vouches for who is signed in there. */
  readonly identityToken?: string | null;
  readonly name?: string;
  readonly email?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean | null>>;
}

const TAG = 'support-chat';

/**
 * @tagname support-chat
 * @summary A chat button in the corner of the page and the window behind it.
 *
 * @slot empty - Instead of the greeting of a new conversation.
 * @slot header - Instead of faces, name and expectation at the top of the window.
 * @slot launcher-icon - Instead of the launcher's speech bubble.
 * @fires support-close - The window was closed: `{ reason }`.
 * @fires support-error - Something the developer should know: `{ code, message }`.
 * @fires support-message - A message came or went: `{ message, session, direction }`.
 * @fires support-open - The window was opened: `{ reason }`.
 * @fires support-ready - The element is connected and its methods work.
 * @fires support-unread - The number of unread messages changed: `{ count }`.
 * @csspart badge - The number on the launcher.
 * @csspart bubble - The box around one text.
 * @csspart composer - The box around text box and send button.
 * @csspart header - The top of the window.
 * @csspart input - The text box.
 * @csspart launcher - The round button.
 * @csspart message - One message with its name and time.
 * @csspart messages - The scrolling list of messages.
 * @csspart preview - The bubble beside the launcher.
 * @csspart send - The send button.
 * @csspart window - The window.
 * @cssproperty [--support-accent=#4f46e5] - Launcher, own messages, buttons. Text on it is chosen by contrast.
 * @cssproperty [--support-border=#e6e6ea]
 * @cssproperty [--support-bubble-agent=#f0f0f3]
 * @cssproperty [--support-bubble-visitor=--support-accent]
 * @cssproperty [--support-danger=#c8232f]
 * @cssproperty [--support-duration=180ms] - Of every movement; none under reduced motion.
 * @cssproperty [--support-font=system-ui]
 * @cssproperty [--support-font-size=15px]
 * @cssproperty [--support-launcher-size=56px]
 * @cssproperty [--support-offset-block=20px] - From the lower edge.
 * @cssproperty [--support-offset-inline=20px] - From the side.
 * @cssproperty [--support-on-accent] - Text on the accent, if the computed one does not please.
 * @cssproperty [--support-radius=16px]
 * @cssproperty [--support-radius-bubble=18px]
 * @cssproperty [--support-shadow]
 * @cssproperty [--support-success=#15803d]
 * @cssproperty [--support-surface=#ffffff]
 * @cssproperty [--support-surface-raised=#f6f6f8]
 * @cssproperty [--support-text=#18181b]
 * @cssproperty [--support-text-muted=#63636e]
 * @cssproperty [--support-window-height=704px]
 * @cssproperty [--support-window-width=400px]
 * @cssproperty [--support-z-index=2147483000]
 */
export class SupportChat extends LitElement {
  static override styles = [tokens, baseStyles, avatarStyles, styles];

  /** Makes the driver. Set by the entry file; throws a ChatError where the configuration cannot work. */
  static connect: ((connection: ChatConnection) => IdentifiedChat) | null = null;

  /** The same file on the page once more: only its snippet counts. */
  static loadedAgain(script: Element | null): void {
    insertFromSnippet(TAG, script);
  }

  /** The Supabase project's URL. */
  @property({ attribute: 'supabase-url' }) supabaseUrl = '';
  /** The project's publishable (or legacy anon) key. Never a secret key. */
  @property({ attribute: 'supabase-key' }) supabaseKey = '';
  /** Whether the window is open. */
  @property({ type: Boolean, reflect: true }) open = false;
  /** The corner: `bottom-end` or `bottom-start`. */
  @property() position: 'bottom-end' | 'bottom-start' = 'bottom-end';
  /** `auto` follows the reader's system. */
  @property({ reflect: true, useDefault: true }) theme: 'auto' | 'light' | 'dark' = 'auto';
  /** Language of the texts; the nearest `lang` on the page if empty. */
  @property() override lang = '';
  /** The window's name and title. */
  @property() heading = '';
  /** Greets in an empty conversation, instead of the one from the settings. */
  @property() greeting = '';
  /** Fills its container and is always open, without a launcher. */
  @property({ type: Boolean }) inline = false;
  /** No launcher: the page opens the window by `show()`. */
  @property({ type: Boolean, attribute: 'hide-launcher' }) hideLauncher = false;
  /** No sound when an answer comes while nobody looks. */
  @property({ type: Boolean, attribute: 'no-sound' }) noSound = false;
  /** Gives the access token of the host's signed-in Supabase user, or null. */
  @property({ attribute: false }) accessToken: (() => Promise<string | null>) | null = null;
  /** Who the visitor is, for the agents. */
  @property({ attribute: false }) visitor: VisitorProfile | null = null;
  /** Replaces single texts. */
  @property({ attribute: false }) messages: Partial<Messages> = {};

  @state() private showsList = false;
  @state() private preview: { readonly message: ChatMessage; readonly sender: Person } | null = null;
  @state() private rating: number | null = null;
  /** What was not accepted, until it is dismissed or something else is. */
  @state() private refusal: ChatError | null = null;

  @query('.box') private box!: HTMLElement | null;
  @query('.window') private window!: HTMLElement | null;
  @query('.launcher') private launcher!: HTMLElement | null;

  private readonly connector = new DriverController<IdentifiedChat, readonly [string, string]>(
    this,
    () => [this.supabaseUrl, this.supabaseKey],
    (url, key) => this.connect(url, key),
  );
  private readonly wait = new WaitCountdown(this);
  private readonly notice = new ConnectionNotice(this);
  private readonly attention = new Attention(this, () => this.requestUpdate());
  private wasOpened = false;
  private focused: Element | null = null;
  private reportedUnread = 0;
  private reportedError: unknown = null;
  private dismissedError: unknown = null;
  private toldProfile: readonly unknown[] = [];
  private language: Language = languageFor('en');

  constructor() {
    super();
    new VisualViewportController(
      this,
      () => this.window,
      () => this.isOpen && !this.inline,
    );
  }

  /** Unread messages in all conversations. */
  get unread(): number {
    return this.driver?.state.unread ?? 0;
  }

  /** Opens the window. */
  show(): void {
    this.setOpen(true, 'api');
  }

  /** Closes the window. */
  hide(): void {
    this.setOpen(false, 'api');
  }

  toggle(): void {
    this.setOpen(!this.open, 'api');
  }

  /** Sends a message of the visitor, whether the window is open or not. Rejects with a ChatError. */
  async send(text: string): Promise<void> {
    await (await this.whenConnected()).send(String(text ?? ''));
  }

  /** Opens the window on a new, empty conversation. */
  startConversation(): void {
    this.showsList = false;
    this.setOpen(true, 'api');
    void this.updateComplete.then(() => this.driver?.startConversation());
  }

  /** Signs out: forgets who the visitor is, and everything about them on this device. */
  reset(): void {
    this.showsList = false;
    this.preview = null;
    this.refusal = null;
    this.driver?.reset();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Frameworks may set attributes after they put the element in; the end of the task is soon enough to complain.
    setTimeout(() => this.reportMissing());
    // Reading styles of a page that is just being built is not worth delaying it.
    requestAnimationFrame(() => this.place());
  }

  override willUpdate(): void {
    const lang = this.lang || this.closest('[lang]')?.getAttribute('lang') || navigator.language;
    this.language = languageFor(lang, this.messages);
    if (this.isOpen) this.wasOpened = true;
    if (this.preview && (this.isOpen || !this.isUnread(this.preview.message))) this.preview = null;
    this.focused = this.shadowRoot?.activeElement ?? null;
  }

  override firstUpdated(): void {
    emitSupport(this, 'support-ready', {});
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('open') && this.open) this.place();
    this.keepFocus();
    if (this.connector.error) this.reportError(toChatError(this.connector.error));
    const { driver } = this;
    if (!driver) return;
    if (changed.has('accessToken') || changed.has('visitor')) driver.identify();
    driver.setOpen(this.isOpen);
    this.tellProfile(driver);
    if (this.unread !== this.reportedUnread) {
      this.reportedUnread = this.unread;
      emitSupport(this, 'support-unread', { count: this.unread });
    }
    this.attention.count(isLooking() ? 0 : this.unread);
  }

  override render(): TemplateResult {
    const chat = this.driver?.state ?? null;
    this.notice.watch(chat?.connection ?? 'idle');
    this.wait.watch(chat?.resumesAt ?? null);
    const { strings } = this.language;
    const unread = this.unread;
    const classes = `box ${this.inline ? 'inline' : 'floating'} ${this.position === 'bottom-start' ? 'at-start' : 'at-end'}`;
    return html`<div class="root">
      <div class=${classes} @keydown=${this.handleKey} @keyup=${stop} @keypress=${stop}>
        ${this.wasOpened ? this.renderWindow(chat) : nothing}
        ${this.preview && !this.isOpen ? this.renderPreview(this.preview.message, this.preview.sender) : nothing}
        ${
          this.inline || this.hideLauncher
            ? nothing
            : renderLauncher({
                open: this.open,
                unread,
                strings,
                onToggle: () => this.setOpen(!this.open, 'user'),
              })
        }
        <span class="visually-hidden" role="status">${unread > 0 && !this.isOpen ? strings.unread(unread) : ''}</span>
      </div>
    </div>`;
  }

  private get driver(): IdentifiedChat | null {
    return this.connector.driver;
  }

  private get isOpen(): boolean {
    return this.open || this.inline;
  }

  private renderWindow(chat: VisitorChatState | null): TemplateResult {
    const { strings } = this.language;
    // A closed window is still drawn while it fades out; nobody can reach it then.
    return html`<section
      class=${this.isOpen ? 'window is-open' : 'window'}
      part="window"
      role="dialog"
      aria-label=${this.heading || strings.heading}
      tabindex="-1"
      ?inert=${!this.isOpen}
    >
      ${this.renderHeader(chat)}
      ${
        this.notice.isShown && chat?.phase !== 'failed'
          ? html`<div class="connection" role="status">${navigator.onLine ? strings.reconnecting : strings.offline}</div>`
          : nothing
      }
      ${this.showsList && chat ? this.renderList(chat) : this.renderConversation(chat)}
    </section>`;
  }

  private renderHeader(chat: VisitorChatState | null): TemplateResult {
    const { strings } = this.language;
    const { heading, showsList } = this;
    const current = chat?.current ?? null;
    const availability = chat?.availability ?? null;
    const agent = current?.status === 'assigned' ? current.agent : null;
    const isWorking = chat?.phase === 'ready';
    return renderPanelHeader({
      title: showsList ? strings.conversations : heading || chat?.settings?.teamName || strings.heading,
      subtitle: showsList ? '' : expectationText(availability, current, this.language),
      people: showsList ? [] : agent ? [agent] : (availability?.agents ?? []),
      online: availability?.online ?? false,
      strings,
      unreadElsewhere: this.unread - (current?.unread ?? 0),
      showsList: isWorking && !showsList && chat.sessions.length > 0,
      showsNew: isWorking && !showsList && current !== null && current.status !== 'closed',
      closable: this.inline ? 'never' : this.hideLauncher ? 'always' : 'full-screen',
      onList: () => this.turnTo('list'),
      onNew: () => this.startAnother(),
      onClose: () => this.setOpen(false, 'user'),
    });
  }

  private renderList(chat: VisitorChatState): TemplateResult {
    return renderConversationList({
      sessions: chat.sessions,
      currentId: chat.current?.id ?? null,
      teamName: chat.settings?.teamName || this.language.strings.team,
      language: this.language,
      onSelect: (sessionId) => {
        void this.driver?.select(sessionId);
        this.turnTo('conversation');
      },
      onNew: () => this.startAnother(),
      onEnd: () => {
        void this.driver?.closeConversation();
        this.turnTo('conversation');
      },
    });
  }

  private renderConversation(chat: VisitorChatState | null): TemplateResult {
    const loadError = chat ? (chat.phase === 'failed' ? chat.error : null) : this.configurationError();
    return renderThread({
      chat,
      driver: this.driver,
      loadError,
      refusal: this.refusal ?? (chat?.error === this.dismissedError ? null : (chat?.error ?? null)),
      secondsLeft: this.wait.secondsLeft,
      greeting: this.greeting,
      visitorName: this.visitor?.name ?? '',
      rating: this.rating,
      language: this.language,
      onRetryLoad: () => void this.driver?.reload(),
      onDismiss: () => {
        this.dismissedError = chat?.error ?? null;
        this.refusal = null;
        this.requestUpdate();
      },
      onSend: (text, accept) => void this.sendFromWindow(text, accept),
      onChoose: (rating) => {
        this.rating = rating;
      },
      onRate: (rating, comment) => {
        this.rating = null;
        void this.driver?.rate(rating, comment || null);
      },
      onNew: () => this.startAnother(),
    });
  }

  private renderPreview(message: ChatMessage, sender: Person): TemplateResult {
    return renderPreview({
      sender,
      text: message.content,
      strings: this.language.strings,
      onOpen: () => {
        const driver = this.driver;
        this.showsList = false;
        if (driver && driver.state.current?.id !== message.sessionId) void driver.select(message.sessionId);
        this.setOpen(true, 'user');
      },
      onDismiss: () => {
        this.preview = null;
        this.launcher?.focus();
      },
    });
  }

  private connect(url: string, key: string): IdentifiedChat {
    const { connect } = SupportChat;
    if (!connect) throw new TypeError('Set SupportChat.connect before the element is used.');
    const driver = connect({
      url,
      key,
      accessToken: () => this.accessToken?.() ?? null,
      identityToken: () => this.visitor?.identityToken ?? null,
    });
    driver.onEvent((event) => this.handleDriverEvent(event));
    this.reportedError = null;
    return driver;
  }

  private async whenConnected(): Promise<IdentifiedChat> {
    await this.updateComplete;
    if (this.driver) return this.driver;
    throw this.configurationError() ?? new ChatError('not-configured', 'The element is not on the page.');
  }

  private configurationError(): ChatError | null {
    if (this.connector.error) return toChatError(this.connector.error);
    if (!this.supabaseUrl) {
      return new ChatError(
        'not-configured',
        'supabase-url is missing. Set it to your project URL, like https://abcd.supabase.co.',
      );
    }
    if (!this.supabaseKey) {
      return new ChatError(
        'not-configured',
        'supabase-key is missing. Set it to the publishable key (sb_publishable_…) of your project.',
      );
    }
    return null;
  }

  private reportMissing(): void {
    const error = this.isConnected && !this.driver ? this.configurationError() : null;
    if (error) this.reportError(error);
  }

  /** Once per cause: drivers try again for ever, and developers read it the first time. */
  private reportError(error: ChatError): void {
    if (this.reportedError === error.message) return;
    this.reportedError = error.message;
    emitSupport(this, 'support-error', { code: error.code, message: error.message });
  }

  /** Visitors the database knows hear of a changed profile; others take it along with their first message. */
  private tellProfile(driver: VisitorChat): void {
    const { visitor } = this;
    const known = driver.state.visitor;
    const told = [driver, visitor, known !== null];
    if (!visitor || told.every((item, index) => item === this.toldProfile[index])) return;
    this.toldProfile = told;
    if (!known || !agrees(visitor, known)) void driver.updateProfile(toPatch(visitor));
  }

  private handleDriverEvent(event: VisitorChatEvent): void {
    if (event.type === 'error') {
      this.reportError(event.error);
      return;
    }
    const { message, session, direction } = event;
    emitSupport(this, 'support-message', { message, session, direction });
    if (direction === 'in' && !this.noSound) {
      const isShown = this.isOpen && this.driver?.state.current?.id === session.id;
      this.attention.ring(message.id, isShown && isLooking());
    }
    if (direction === 'in' && !this.isOpen && message.kind === 'text') {
      const { strings } = this.language;
      const team = this.driver?.state.settings?.teamName || strings.team;
      this.preview = { message, sender: message.sender ?? { id: null, name: team, avatar: null } };
    }
  }

  private setOpen(open: boolean, reason: OpenReason): void {
    if (this.open === open || this.inline) return;
    this.open = open;
    emitSupport(this, open ? 'support-open' : 'support-close', { reason });
    if (!open || reason !== 'user') return;
    void this.updateComplete.then(() => this.focusWindow());
  }

  /** Who used something that is gone now stays in the window, or at the launcher; the page keeps its own focus. */
  private keepFocus(): void {
    const { focused } = this;
    this.focused = null;
    if (!focused || (focused.isConnected && !focused.closest('[inert]'))) return;
    void this.updateComplete.then(() => {
      const active = this.shadowRoot?.activeElement;
      if (active && !active.closest('[inert]')) return;
      if (this.isOpen) this.focusWindow();
      else this.launcher?.focus({ preventScroll: true });
    });
  }

  /** Another tab may have shown it meanwhile, and its visitor may be gone. */
  private isUnread({ sessionId, seq }: ChatMessage): boolean {
    return this.driver?.state.sessions.some(({ id, readSeq }) => id === sessionId && readSeq < seq) ?? false;
  }

  private turnTo(view: 'list' | 'conversation'): void {
    this.showsList = view === 'list';
    this.rating = null;
    void this.updateComplete.then(() => {
      if (view === 'list') this.renderRoot.querySelector<HTMLElement>('.session')?.focus();
      else this.focusWindow();
    });
  }

  private startAnother(): void {
    this.driver?.startConversation();
    this.turnTo('conversation');
  }

  private focusWindow(): void {
    const composer = this.renderRoot.querySelector<HTMLElement>('support-message-composer');
    // On a phone focus would bring up the keyboard over what there is to read.
    const target = matchMedia('(pointer: coarse)').matches ? this.window : (composer ?? this.window);
    target?.focus({ preventScroll: true });
  }

  private async sendFromWindow(text: string, accept: () => void): Promise<void> {
    const { driver } = this;
    if (!driver) return;
    try {
      await driver.send(text);
      accept();
      this.refusal = null;
    } catch (reason) {
      this.refusal = toChatError(reason);
    }
  }

  private place(): void {
    if (this.isConnected && this.box && !this.inline) placeInTopLayer(this.box, this);
  }

  private handleKey(event: KeyboardEvent): void {
    // The page sees the element as target, not the text box, and would take letters for its shortcuts.
    if (isTextBox(event)) event.stopPropagation();
    if (event.key !== 'Escape' || event.isComposing || !this.open || this.inline) return;
    event.stopPropagation();
    event.preventDefault();
    this.setOpen(false, 'user');
  }
}

function stop(event: Event): void {
  if (isTextBox(event)) event.stopPropagation();
}

function isTextBox(event: Event): boolean {
  return event.composedPath()[0] instanceof HTMLTextAreaElement;
}

function agrees(profile: VisitorProfile, known: Visitor): boolean {
  return (
    (profile.name ?? known.name) === known.name &&
    (profile.email ?? known.email) === known.email &&
    Object.entries(profile.attributes ?? {}).every(([name, value]) => known.attributes[name] === value)
  );
}

function toPatch({ name, email, attributes }: VisitorProfile): ProfilePatch {
  return {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'support-chat': SupportChat;
  }
}
