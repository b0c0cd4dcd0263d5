// The visitor's element: launcher, window and everything in it, driven by a IdentifiedChat.
import {
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { ChatError, toChatError } from '../core/errors.ts';
import type { ChatMessage, Person, Visitor } from '../core/model.ts';
import type { IdentifiedChat, VisitorChatEvent, VisitorChatState } from '../core/visitor-chat.ts';
import { type Language, languageFor, type Messages } from '../i18n/messages.ts';
import { Attention, isLooking } from '../ui/attention.ts';
import avatarStyles from '../ui/avatar.styles.ts';
import baseStyles from '../ui/base.styles.ts';
import { ConnectionNotice } from '../ui/connection-notice.ts';
import { DriverController } from '../ui/driver-controller.ts';
import { emitSupport, type OpenReason } from '../ui/events.ts';
import type { MessageComposer } from '../ui/message-composer.ts';
import tokens from '../ui/tokens.styles.ts';
import type { ChatView } from './chat-view.ts';
import { renderConversationList } from './conversation-list.ts';
import { type Preview, renderLauncher, renderPreview } from './launcher.ts';
import { isMuted } from './more-menu.ts';
import { renderPanelHeader } from './panel-header.ts';
import { placeInTopLayer, VisualViewportController } from './placement.ts';
import { readForm, toProfile } from './pre-chat.ts';
import { type Campaign, Proactive } from './proactive.ts';
import { insertFromSnippet } from './snippet.ts';
import styles from './support-chat.styles.ts';
import { renderThread } from './thread.ts';
import { download, transcriptText } from './transcript.ts';
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
/** Where the window covers the page, as in its styles. */
const FULL_SCREEN = '(max-width: 480px), (max-height: 420px)';
const NOBODY = { name: '', email: '', attributes: {} };

/**
 * @tagname support-chat
 * @summary A chat button in the corner of the page and the window behind it.
 *
 * @slot empty - Instead of the greeting of a new conversation.
 * @slot header - Instead of faces, name and expectation at the top of the window.
 * @slot launcher-icon - Instead of the launcher's speech bubble.
 * @fires support-close - The window was closed.
 * @fires support-error - Something the developer should know.
 * @fires support-message - A message came or went.
 * @fires support-open - The window was opened.
 * @fires support-ready - The element is connected and its methods work.
 * @fires support-unread - The number of unread messages changed.
 * @csspart badge - The number on the launcher.
 * @csspart bubble - The box around one text.
 * @csspart bubble-other - The same, of the team only.
 * @csspart bubble-own - The same, of the visitor only.
 * @csspart composer - The box around text box and send button.
 * @csspart header - The top of the window.
 * @csspart input - The text box.
 * @csspart launcher - The round button.
 * @csspart message - One message with its name and time.
 * @csspart message-other - The same, of the team only.
 * @csspart message-own - The same, of the visitor only.
 * @csspart messages - The scrolling list of messages.
 * @csspart preview - The bubble beside the launcher.
 * @csspart send - The send button.
 * @csspart window - The window.
 * @cssproperty [--support-accent=#4f46e5] - Launcher, own messages, buttons. Text on it is chosen by contrast.
 * @cssproperty [--support-border=#e6e6ea] - Lines between and around things.
 * @cssproperty [--support-bubble-agent=#f0f0f3] - The team's messages.
 * @cssproperty [--support-bubble-visitor=--support-accent] - The visitor's messages.
 * @cssproperty [--support-danger=#c8232f] - What went wrong.
 * @cssproperty [--support-duration=180ms] - Of every movement; none under reduced motion.
 * @cssproperty [--support-font=system-ui] - Font family.
 * @cssproperty [--support-font-size=15px] - Of messages and the text box.
 * @cssproperty [--support-launcher-size=56px] - Width and height of the launcher.
 * @cssproperty [--support-offset-block=20px] - From the lower edge.
 * @cssproperty [--support-offset-inline=20px] - From the side.
 * @cssproperty [--support-on-accent] - Text on the accent, if the computed one does not please.
 * @cssproperty [--support-radius=16px] - Corners of the window and the preview.
 * @cssproperty [--support-radius-bubble=18px] - Corners of messages.
 * @cssproperty [--support-shadow] - Of window, launcher and preview.
 * @cssproperty [--support-success=#15803d] - The mark of who is online.
 * @cssproperty [--support-surface=#ffffff] - Background of the window.
 * @cssproperty [--support-surface-raised=#f6f6f8] - Background of what stands out from it.
 * @cssproperty [--support-text=#18181b] - Text.
 * @cssproperty [--support-text-muted=#63636e] - Less important text.
 * @cssproperty [--support-window-height=704px] - At most, as far as the screen goes.
 * @cssproperty [--support-window-width=400px] - At most, as far as the screen goes.
 * @cssproperty [--support-z-index=2147480000] - Counts where the element stays out of the top layer.
 */
export class SupportChat extends LitElement {
  static override styles = [tokens, baseStyles, avatarStyles, styles];
  static override properties: PropertyDeclarations = {
    supabaseUrl: { attribute: 'supabase-url' },
    supabaseKey: { attribute: 'supabase-key' },
    open: { type: Boolean, reflect: true },
    position: {},
    theme: { reflect: true, useDefault: true },
    lang: {},
    heading: {},
    greeting: {},
    inline: { type: Boolean },
    hideLauncher: { type: Boolean, attribute: 'hide-launcher' },
    noSound: { type: Boolean, attribute: 'no-sound' },
    openAfter: { type: Number, attribute: 'open-after' },
    openOnUrl: { attribute: 'open-on-url' },
    openOnScroll: { type: Number, attribute: 'open-on-scroll' },
    proactiveMessage: { attribute: 'proactive-message' },
    accessToken: { attribute: false },
    visitor: { attribute: false },
    messages: { attribute: false },
    showsList: { state: true },
    showsMenu: { state: true },
    preview: { state: true },
    rating: { state: true },
    refusal: { state: true },
  };

  /**
   * Makes the driver. Set by the entry file; throws a ChatError where the configuration cannot work.
   * @internal
   */
  static connect: ((connection: ChatConnection) => IdentifiedChat) | null = null;

  /**
   * The same file on the page once more: only its snippet counts.
   * @internal
   */
  static loadedAgain(script: Element | null): void {
    insertFromSnippet(TAG, script);
  }

  /** The Supabase project's URL. */
  supabaseUrl = '';
  /** The project's publishable (or legacy anon) key. Never a secret key. */
  supabaseKey = '';
  /** Whether the window is open. */
  open = false;
  /** The corner: `bottom-end` or `bottom-start`. */
  position: 'bottom-end' | 'bottom-start' = 'bottom-end';
  /** `auto` follows the reader's system. */
  theme: 'auto' | 'light' | 'dark' = 'auto';
  /** Language of the texts; the nearest `lang` on the page if empty. */
  override lang = '';
  /** The window's name and title. */
  heading = '';
  /** Greets in an empty conversation, instead of the one from the settings. */
  greeting = '';
  /** Fills its container and is always open, without a launcher. */
  inline = false;
  /** No launcher: the page opens the window by `show()`. */
  hideLauncher = false;
  /** No sound when an answer comes while nobody looks. */
  noSound = false;
  /**
   * Speaks to the visitor first, once: so many seconds after the page came up. With several of these conditions, all
   * must hold; with `proactive-message` it is said beside the launcher, else the window opens.
   */
  openAfter: number | null = null;
  /** Speaks first on these addresses only, `*` for anything, separated by commas: `/pricing*, /cart`. */
  openOnUrl: string | null = null;
  /** Speaks first when so many percent of the page are scrolled. */
  openOnScroll: number | null = null;
  /** What is said beside the launcher when the widget speaks first; by itself at once. */
  proactiveMessage = '';
  /** Gives the access token of the host's signed-in Supabase user, or null. */
  accessToken: (() => Promise<string | null>) | null = null;
  /** Who the visitor is, for the agents. */
  visitor: VisitorProfile | null = null;
  /** Replaces single texts. */
  messages: Partial<Messages> = {};

  private showsList = false;
  private showsMenu = false;
  private preview: Preview | null = null;
  private rating: number | null = null;
  /** What was not accepted, until it is dismissed or something else is. */
  private refusal: ChatError | null = null;

  readonly #connector = new DriverController<IdentifiedChat, readonly [string, string]>(
    this,
    () => [this.supabaseUrl, this.supabaseKey],
    (url, key) => this.#connect(url, key),
    true,
  );
  readonly #wait = new WaitCountdown(this);
  readonly #notice = new ConnectionNotice(this);
  readonly #attention = new Attention(this, () => this.requestUpdate());
  #wasOpened = false;
  /** While its first frame has nothing in it, so that it is there at once; then comes its content, then the focus. */
  #isOpening = false;
  /** The conversation on screen, and how far it was read when it came there; null where all of it was. */
  #shown: string | undefined;
  #readBefore: number | null = null;
  #focused: Element | null = null;
  #reportedUnread = 0;
  #reportedError: unknown = null;
  #dismissedError: unknown = null;
  #toldProfile: readonly unknown[] = [];
  #language: Language = languageFor('en');

  /** What was said first, which stays on screen in place of the greeting. */
  #spoken = '';

  constructor() {
    super();
    new Proactive(this, {
      campaign: () => this.#campaign(),
      memory: () => this.#memory(),
      speak: (message) => this.#speak(message),
    });
    new VisualViewportController(this, () => (this.#isOpen && !this.inline ? this.#window : null));
  }

  /** Unread messages in all conversations. */
  get unread(): number {
    return this.#driver?.state.unread ?? 0;
  }

  /** Opens the window. */
  show(): void {
    this.#setOpen(true, 'api');
  }

  /** Closes the window. */
  hide(): void {
    this.#setOpen(false, 'api');
  }

  /** Opens the closed window, closes the open one. */
  toggle(): void {
    this.#setOpen(!this.open, 'api');
  }

  /** Sends a message of the visitor, whether the window is open or not. Rejects with a ChatError. */
  async send(text: string): Promise<void> {
    await (await this.#whenConnected()).send(String(text ?? ''));
  }

  /** Opens the window on a new, empty conversation, or on the one whose first message is still on its way. */
  startConversation(): void {
    this.showsList = false;
    this.#setOpen(true, 'api');
    void this.updateComplete.then(() => this.#driver?.startConversation());
  }

  /** Signs out: forgets who the visitor is, and everything about them on this device. */
  reset(): void {
    this.showsList = false;
    this.showsMenu = false;
    this.preview = null;
    this.refusal = null;
    if (this.#driver) this.#driver.reset();
    else void this.updateComplete.then(() => this.#driver?.reset());
  }

  /** Shows for the first time in a task of its own: evaluating the file was long enough for a slow phone. */
  protected override async scheduleUpdate(): Promise<void> {
    if (!this.hasUpdated) await new Promise((resolve) => setTimeout(resolve));
    await super.scheduleUpdate();
  }

  protected override async getUpdateComplete(): Promise<boolean> {
    await super.getUpdateComplete();
    await this.#connector.ready;
    return super.getUpdateComplete();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Frameworks may set attributes after they put the element in; the end of the task is soon enough to complain.
    setTimeout(() => this.#reportMissing());
    // Reading styles of a page that is just being built is not worth delaying it.
    requestAnimationFrame(() => this.#place());
  }

  override willUpdate(): void {
    const lang = this.lang || this.closest('[lang]')?.getAttribute('lang') || navigator.language;
    this.#language = languageFor(lang, this.messages);
    if (this.#isOpen) this.#wasOpened = true;
    if (this.preview && (this.#isOpen || !this.#isUnread(this.preview.message))) this.preview = null;
    if (!this.#isOpen) this.showsMenu = false;
    const current = (this.#isOpen && this.#driver?.state.current) || null;
    if (current?.id !== this.#shown) {
      this.#shown = current?.id;
      this.#readBefore = current?.unread ? current.readSeq : null;
    }
    this.#focused = this.shadowRoot?.activeElement ?? null;
  }

  override firstUpdated(): void {
    emitSupport(this, 'support-ready', {});
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('open') && this.open && !this.#isOpening) this.#place();
    this.#keepFocus();
    if (this.#connector.error) this.#reportError(toChatError(this.#connector.error));
    const driver = this.#driver;
    if (!driver) return;
    if (changed.has('accessToken') || changed.has('visitor')) driver.identify();
    if (!this.#isOpening) driver.setOpen(this.#isOpen);
    // Not bound in the template, which knows nothing of what was typed since.
    const composer = this.#composer;
    if (composer) composer.value = driver.draft;
    this.#tellProfile(driver);
    if (this.unread !== this.#reportedUnread) {
      this.#reportedUnread = this.unread;
      emitSupport(this, 'support-unread', { count: this.unread });
    }
    this.#attention.count(isLooking() ? 0 : this.unread);
  }

  override render(): TemplateResult {
    const chat = this.#driver?.state ?? null;
    this.#notice.watch(chat?.connection ?? 'idle');
    this.#wait.watch(chat?.resumesAt ?? null);
    const { strings } = this.#language;
    const unread = this.unread;
    const classes = `box ${this.inline ? 'inline' : 'floating'} ${this.position === 'bottom-start' ? 'at-start' : ''}`;
    return html`<div class="root">
      <div class=${classes} @keydown=${this.#handleKey} @keyup=${stop} @keypress=${stop}>
        ${this.#wasOpened ? this.#renderWindow(chat) : nothing}
        ${this.preview && !this.#isOpen ? this.#renderPreview(this.preview) : nothing}
        ${
          this.inline || this.hideLauncher
            ? nothing
            : renderLauncher(this.open, unread, strings, () => this.#setOpen(!this.open, 'user'))
        }
        <span class="visually-hidden" role="status">${this.#status(unread)}</span>
      </div>
    </div>`;
  }

  get #window(): HTMLElement | null {
    return this.#find('.window');
  }

  #find(selector: string): HTMLElement | null {
    return this.shadowRoot?.querySelector<HTMLElement>(selector) ?? null;
  }

  get #composer(): MessageComposer | null {
    return this.shadowRoot?.querySelector('support-message-composer') ?? null;
  }

  get #driver(): IdentifiedChat | null {
    return this.#connector.driver;
  }

  get #isOpen(): boolean {
    return this.open || this.inline;
  }

  #renderWindow(chat: VisitorChatState | null): TemplateResult {
    const { strings } = this.#language;
    // A closed window is still drawn while it fades out; nobody can reach it then.
    return html`<section
      class=${this.#isOpen ? 'window is-open' : 'window'}
      part="window"
      role="dialog"
      aria-label=${this.heading || strings.heading}
      tabindex="-1"
      ?inert=${!this.#isOpen}
      @pointerdown=${this.#leaveMenu}
      @focusin=${this.#leaveMenu}
    >
      ${this.#isOpening ? nothing : this.#renderContent(chat)}
    </section>`;
  }

  #renderContent(chat: VisitorChatState | null): TemplateResult {
    const { strings } = this.#language;
    const view = this.#view(chat);
    return html`${renderPanelHeader(view)}
      ${
        this.#notice.isShown && chat?.phase !== 'failed'
          ? html`<div class="connection" role="status">${navigator.onLine ? strings.reconnecting : strings.offline}</div>`
          : nothing
      }
      ${view.showsList ? renderConversationList(view) : renderThread(view)}`;
  }

  #view(chat: VisitorChatState | null): ChatView {
    return {
      chat,
      driver: this.#driver,
      language: this.#language,
      heading: this.heading,
      greeting: this.#spoken || this.greeting,
      teamName: this.#team().name,
      known: this.#known(),
      unread: this.unread,
      closable: this.inline ? 'never' : this.hideLauncher ? 'always' : 'full-screen',
      showsList: this.showsList && chat !== null,
      showsMenu: this.showsMenu,
      noSound: this.noSound,
      loadError: chat ? (chat.phase === 'failed' ? chat.error : null) : this.#configurationError(),
      refusal: this.refusal ?? (chat?.error === this.#dismissedError ? null : (chat?.error ?? null)),
      secondsLeft: this.#wait.secondsLeft,
      readBefore: this.#readBefore,
      rating: this.rating,
      onList: () => this.#turnTo('list'),
      onSelect: (sessionId) => {
        void this.#driver?.select(sessionId);
        this.#turnTo('conversation');
      },
      onNew: () => {
        this.#driver?.startConversation();
        this.#turnTo('conversation');
      },
      onClose: () => this.#setOpen(false, 'user'),
      onMenu: (open) => {
        this.showsMenu = open;
        if (open) void this.updateComplete.then(() => this.#find('.menu-item')?.focus());
      },
      onDownload: () => void this.#download(),
      onDismiss: () => {
        this.#dismissedError = chat?.error ?? null;
        this.refusal = null;
        this.requestUpdate();
      },
      onSend: (text, accept) => void this.#sendFromWindow(text, accept),
      onChoose: (rating) => {
        this.rating = rating;
      },
      onForm: (form) => {
        this.#driver?.setForm(JSON.stringify(form));
        if (!form.done) return;
        this.requestUpdate();
        void this.updateComplete.then(() => this.#focusWindow());
      },
    };
  }

  async #download(): Promise<void> {
    const team = this.#team().name;
    try {
      const messages = (await this.#driver?.transcript()) ?? [];
      download(`${messages[0]?.createdAt.slice(0, 10)}.txt`, transcriptText(messages, team, this.#language));
    } catch (reason) {
      this.refusal = toChatError(reason);
    }
  }

  #renderPreview(preview: Preview): TemplateResult {
    const { message } = preview;
    return renderPreview(
      preview,
      this.#language.strings,
      () => {
        const driver = this.#driver;
        this.showsList = false;
        if (message && driver?.state.current?.id !== message.sessionId)
          void driver?.select(message.sessionId);
        this.#setOpen(true, 'user');
      },
      () => {
        this.preview = null;
        this.#find('.launcher')?.focus();
      },
    );
  }

  #connect(url: string, key: string): IdentifiedChat {
    const { connect } = SupportChat;
    if (!connect) throw new TypeError('Set SupportChat.connect before the element is used.');
    const driver = connect({
      url,
      key,
      accessToken: () => this.accessToken?.() ?? null,
      identityToken: () => this.visitor?.identityToken ?? null,
    });
    driver.onEvent((event) => this.#handleDriverEvent(event));
    this.#reportedError = null;
    return driver;
  }

  async #whenConnected(): Promise<IdentifiedChat> {
    await this.updateComplete;
    if (this.#driver) return this.#driver;
    throw this.#configurationError() ?? new ChatError('not-configured', 'The element is not on the page.');
  }

  #configurationError(): ChatError | null {
    if (this.#connector.error) return toChatError(this.#connector.error);
    const missing = this.supabaseUrl ? (this.supabaseKey ? '' : 'supabase-key') : 'supabase-url';
    if (missing) {
      const text = `${missing} is missing. You find it in your project's settings, under API Keys.`;
      return new ChatError('not-configured', text);
    }
    return null;
  }

  #reportMissing(): void {
    const error = this.isConnected && !this.#driver ? this.#configurationError() : null;
    if (error) this.#reportError(error);
  }

  /** Once per cause: drivers try again for ever, and developers read it the first time. */
  #reportError(error: ChatError): void {
    if (this.#reportedError === error.message) return;
    this.#reportedError = error.message;
    emitSupport(this, 'support-error', { code: error.code, message: error.message });
  }

  /** Visitors the database knows hear of a changed profile; others take it along with their first message. */
  #tellProfile(driver: IdentifiedChat): void {
    const { visitor } = this;
    const known = driver.state.visitor;
    const form = readForm(driver.form);
    const told = [driver, visitor, form.done && driver.form, known !== null];
    if (told.every((item, index) => item === this.#toldProfile[index])) return;
    this.#toldProfile = told;
    const profile = toProfile(form, visitor);
    const before = known ?? NOBODY;
    const after = { ...before, ...profile, attributes: { ...before.attributes, ...profile.attributes } };
    if (JSON.stringify(after) !== JSON.stringify(before)) void driver.updateProfile(profile);
  }

  #handleDriverEvent(event: VisitorChatEvent): void {
    if (event.type === 'error') {
      this.#reportError(event.error);
      return;
    }
    const { message, session, direction } = event;
    emitSupport(this, 'support-message', { message, session, direction });
    if (direction === 'in' && !this.noSound && !isMuted(this.#driver)) {
      const isShown = this.#isOpen && this.#driver?.state.current?.id === session.id;
      this.#attention.ring(message.id, isShown && isLooking());
    }
    if (direction === 'in' && !this.#isOpen && message.kind === 'text') {
      this.preview = { message, text: message.content, sender: message.sender ?? this.#team() };
    }
  }

  #team(): Person {
    const name = this.#driver?.state.settings?.teamName || this.#language.strings.team;
    return { id: null, name, avatar: null };
  }

  /** What the page and the database know of the visitor. */
  #known(): Pick<Visitor, 'name' | 'email' | 'attributes'> {
    const { name = '', email = '', attributes } = this.visitor ?? {};
    const known = this.#driver?.state.visitor;
    return {
      name: known?.name || name,
      email: known?.email || email,
      attributes: { ...attributes, ...known?.attributes },
    };
  }

  #status(unread: number): string {
    if (this.#isOpen) return '';
    if (this.preview && !this.preview.message) return this.preview.text;
    return unread > 0 ? this.#language.strings.unread(unread) : '';
  }

  #campaign(): Campaign | null {
    const { openAfter, openOnScroll, openOnUrl, proactiveMessage } = this;
    const isNone = openAfter === null && openOnScroll === null && openOnUrl === null && !proactiveMessage;
    return this.inline || isNone ? null : this;
  }

  /** Nobody is interrupted who has chatted, or has had the window open on this page. */
  #memory(): IdentifiedChat | null {
    const driver = this.#driver;
    if (!driver || this.#wasOpened || driver.state.phase === 'loading') return null;
    return driver.state.sessions.length === 0 ? driver : null;
  }

  #speak(message: string): void {
    this.#spoken = message;
    // On a phone the window would cover the page somebody is reading.
    const instead = matchMedia(FULL_SCREEN).matches ? this.greeting || this.#language.strings.greeting : '';
    const text = message || instead;
    if (text) this.preview = { text, sender: this.#team(), message: null };
    else this.#setOpen(true, 'proactive');
  }

  #setOpen(open: boolean, reason: OpenReason): void {
    if (this.open === open || this.inline) return;
    this.open = open;
    emitSupport(this, open ? 'support-open' : 'support-close', { reason });
    if (!open || reason !== 'user') return;
    this.#isOpening = !this.#wasOpened;
    requestAnimationFrame(() =>
      setTimeout(() => {
        if (this.#isOpening) {
          this.#isOpening = false;
          this.requestUpdate('open');
        }
        void this.updateComplete.then(() => this.#focusWindow());
      }),
    );
  }

  /** Who used something that is gone now stays in the window, or at the launcher; the page keeps its own focus. */
  #keepFocus(): void {
    const focused = this.#focused;
    if (!focused || (focused.isConnected && !focused.closest('[inert]'))) return;
    void this.updateComplete.then(() => {
      const active = this.shadowRoot?.activeElement;
      if (active && !active.closest('[inert]')) return;
      if (this.#isOpen) this.#focusWindow();
      else this.#find('.launcher')?.focus({ preventScroll: true });
    });
  }

  /** Another tab may have shown it meanwhile, and its visitor may be gone; what the page says first is not read. */
  #isUnread(message: ChatMessage | null): boolean {
    const sessions = this.#driver?.state.sessions;
    return (
      !message || !!sessions?.some(({ id, readSeq }) => id === message.sessionId && readSeq < message.seq)
    );
  }

  #turnTo(view: 'list' | 'conversation'): void {
    this.showsList = view === 'list';
    this.rating = null;
    void this.updateComplete.then(() => {
      if (view === 'list') this.#find('.session')?.focus();
      else this.#focusWindow();
    });
  }

  readonly #leaveMenu = (event: Event): void => {
    if (!(event.target as Element).closest('.more')) this.showsMenu = false;
  };

  #focusWindow(): void {
    // On a phone focus would bring up the keyboard over what there is to read.
    const target = matchMedia('(pointer: coarse)').matches ? this.#window : (this.#composer ?? this.#window);
    target?.focus({ preventScroll: true });
  }

  async #sendFromWindow(text: string, accept: () => void): Promise<void> {
    const driver = this.#driver;
    if (!driver) return;
    try {
      await driver.send(text);
      accept();
      this.refusal = null;
    } catch (reason) {
      this.refusal = toChatError(reason);
    }
  }

  #place(): void {
    const box = this.#find('.box');
    if (this.isConnected && box && !this.inline) placeInTopLayer(box, this);
  }

  #handleKey(event: KeyboardEvent): void {
    // The page sees the element as target, not the text box, and would take letters for its shortcuts.
    if (isTextBox(event)) event.stopPropagation();
    if (event.key !== 'Escape' || event.isComposing || !this.open || this.inline) return;
    event.stopPropagation();
    event.preventDefault();
    if (this.showsMenu) {
      this.showsMenu = false;
      this.#find('.more > button')?.focus();
    } else this.#setOpen(false, 'user');
  }
}

function stop(event: Event): void {
  if (isTextBox(event)) event.stopPropagation();
}

function isTextBox(event: Event): boolean {
  return (event.composedPath()[0] as Element).matches('input, select, textarea');
}

declare global {
  interface HTMLElementTagNameMap {
    'support-chat': SupportChat;
  }
}
