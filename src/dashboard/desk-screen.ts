// The signed-in dashboard: what is shown of a desk, and what each gesture asks of it.
import { html, nothing, type ReactiveController, type ReactiveElement, type TemplateResult } from 'lit';
import type { AgentDesk } from '../core/agent-desk.ts';
import type { DeskVisitor } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import type { Messages } from '../i18n/messages.ts';
import { ConnectionNotice } from '../ui/connection-notice.ts';
import { Answering } from './answering.ts';
import { connectionBar } from './connection-bar.ts';
import { contextPane } from './context-pane.ts';
import { DeskKeys } from './desk-keys.ts';
import { inboxPane } from './inbox-pane.ts';
import { keySheet } from './key-sheet.ts';
import { isField, type KeyCommand } from './keys.ts';
import { LayoutController } from './layout.ts';
import { ListFocus } from './list-focus.ts';
import { ListScroller } from './list-scroller.ts';
import { mentionBar } from './mention-bar.ts';
import { NoticeTimer } from './notice-timer.ts';
import { noticeToast } from './notice-toast.ts';
import { matching } from './search.ts';
import type { ComposerMode } from './thread-composer.ts';
import { ThreadTools } from './thread-menu.ts';
import { threadPane } from './thread-pane.ts';
import { Ticker } from './ticker.ts';
import { VisitorEditing } from './visitor-editing.ts';
import { canChange, type VisitorFormActions } from './visitor-form.ts';

export interface DeskScreenOptions {
  readonly strings: () => DashboardMessages;
  /** Words of the parts that both elements share. */
  readonly shared: () => Messages;
  readonly lang: () => string;
  /** The desk on screen; null while there is none. */
  readonly desk: () => AgentDesk | null;
  /** Null where the page signs agents in and out by itself. */
  readonly onSignOut: () => (() => void) | null;
  /** Settings and reports stand in the inbox's place. */
  readonly onManage: (page: 'settings' | 'reports', desk: AgentDesk) => void;
  readonly isCovered: () => boolean;
}

export class DeskScreen implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #options: DeskScreenOptions;
  readonly #layout: LayoutController;
  readonly #scroller: ListScroller;
  readonly #focus: ListFocus;
  readonly #answering: Answering;
  readonly #editing: VisitorEditing;
  readonly #tools: ThreadTools;
  readonly #connectionNotice: ConnectionNotice;
  /** Whose desk the rest of this belongs to. */
  #desk: AgentDesk | null = null;

  #query = '';
  #openMenu: string | null = null;
  #keySheet = false;
  /** Null: as the layout has room for. */
  #details: boolean | null = null;
  /** How far the team had read when the conversation came on screen: where the unread divider stays. */
  #divider: { readonly id: string; readonly seq: number | null } | null = null;
  #focusAfterUpdate: (() => void) | null = null;

  constructor(host: ReactiveElement, options: DeskScreenOptions) {
    this.#host = host;
    this.#options = options;
    this.#layout = new LayoutController(host);
    this.#scroller = new ListScroller(host, () => this.#loadMore());
    this.#focus = new ListFocus(host, this.#scroller);
    new DeskKeys(host, { owner: () => this.#keyOwner(), run: (command, from) => this.#run(command, from) });
    this.#answering = new Answering(() => host.requestUpdate());
    this.#editing = new VisitorEditing(() => host.requestUpdate());
    this.#tools = new ThreadTools(host);
    this.#connectionNotice = new ConnectionNotice(host);
    new NoticeTimer(host, options.desk);
    new Ticker(host);
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('pointerdown', this.#handlePointer);
  }

  hostDisconnected(): void {
    document.removeEventListener('pointerdown', this.#handlePointer);
  }

  hostUpdated(): void {
    const focus = this.#focusAfterUpdate;
    this.#focusAfterUpdate = null;
    focus?.();
  }

  /** Forgets what belongs to whoever was signed in before. */
  #reset(desk: AgentDesk): void {
    this.#desk = desk;
    this.#query = '';
    this.#openMenu = null;
    this.#keySheet = false;
    this.#details = null;
    this.#answering.clear();
    this.#editing.clear();
    this.#divider = null;
    this.#focus.leave();
  }

  render(desk: AgentDesk): TemplateResult {
    if (desk !== this.#desk) this.#reset(desk);
    const { state } = desk;
    this.#connectionNotice.watch(state.connection);
    const strings = this.#options.strings();
    const { layout } = this.#layout;
    const shown = matching(state.inbox, this.#query);
    this.#focus.follow(shown);
    const session = state.current;
    const details = session !== null && this.#detailsShown();
    const mode = this.#answering.mode(desk, session?.id ?? null);
    const { draft, other } = this.#answering.drafts(desk, session?.id ?? null);
    if (session?.id !== this.#divider?.id) {
      this.#divider = session && { id: session.id, seq: session.unread > 0 ? session.readSeq : null };
    }
    const view = {
      state,
      strings,
      shared: this.#options.shared(),
      lang: this.#options.lang(),
      now: Date.now(),
      openMenu: this.#openMenu,
      onMenu: (name: string | null) => this.#set(() => (this.#openMenu = name)),
    };
    return html`<div
      class="frame desk desk--${layout} ${session ? 'desk--thread' : ''} ${details ? 'desk--details' : ''}"
    >
      <div class="bars">
        ${connectionBar(state.connection, this.#connectionNotice.isShown, strings)}
        ${mentionBar(view, {
          onOpenMention: (id) => this.#open(desk, id),
          onDismissMention: (id) => desk.dismissMention(id),
        })}
      </div>
      ${inboxPane(
        { ...view, query: this.#query, shown, window: this.#scroller.window(shown.length) },
        {
          onTab: (tab) => {
            this.#scroller.toStart();
            void desk.showTab(tab);
          },
          onSort: (sort) => {
            this.#scroller.toStart();
            void desk.sortBy(sort);
          },
          onSearch: (query) =>
            this.#set(() => {
              this.#query = query;
              this.#scroller.toStart();
            }),
          onOpen: (id) => this.#open(desk, id),
          onLoadMore: () => void desk.loadMore(),
          onReload: () => void desk.showTab(state.tab),
          onScroll: () => this.#scroller.scrolled(),
          onAvailability: (availability) => desk.setAvailability(availability),
          onKeySheet: () => this.#set(() => (this.#keySheet = true)),
          onSignOut: this.#options.onSignOut(),
          onManage: (page) => this.#options.onManage(page, desk),
        },
      )}
      ${threadPane(
        {
          ...view,
          mode,
          writing: this.#isWriting(),
          sendKey: desk.preference('send-key') === 'mod-enter' ? 'mod-enter' : 'enter',
          draft,
          otherDraft: other !== '',
          dividerSeq: this.#divider?.seq ?? null,
          detailsShown: details,
        },
        {
          onBack: () => this.#back(desk),
          onAssign: (agentId) => void this.#then(desk.assign(agentId)),
          onAssignToMe: () => void this.#then(desk.assign(state.me?.id ?? null)),
          onClose: () => void this.#then(desk.close()),
          onReopen: () => void this.#then(desk.reopen()),
          onToggleDetails: () =>
            this.#set(() => {
              this.#details = !details;
              if (!details && layout !== 'wide')
                this.#focusAfterUpdate = () => this.#find('#details')?.focus();
            }),
          onCopyLink: () => session && void this.#tools.copyLink(session, strings),
          onTranscript: (format) => session && void this.#tools.saveTranscript(desk, session, format, view),
          onEarlier: () => void desk.loadEarlier(),
          onRetry: (clientId) => void desk.retry(clientId),
          onDiscard: (clientId) => desk.discard(clientId),
          onReloadThread: () => void desk.select(session?.id ?? null),
          onMode: (next) => this.#write(next),
          onSend: (detail) => session && this.#answering.send(desk, session.id, detail),
          onSendKey: (key) => this.#set(() => desk.setPreference('send-key', key)),
          onCannedWanted: () => void desk.loadCanned(),
          onDraft: (text) => session && this.#answering.keep(desk, session.id, text),
          // A note is the team's own: nobody outside hears that it is being written.
          onTyping: () => mode === 'reply' && desk.noteTyping(),
        },
      )}
      ${
        session && details
          ? contextPane(
              {
                ...view,
                form: this.#editing.form(session.visitor.id),
                notes: this.#editing.notes(session.visitor.id),
              },
              session,
              {
                onOpen: (id) => this.#open(desk, id),
                onHideDetails: () => this.#hideDetails(),
                ...this.#visitorActions(desk),
              },
            )
          : nothing
      }
      ${this.#tools.render()}
      ${noticeToast(state.notice, strings, () => desk.dismissNotice())}
      ${this.#keySheet ? keySheet(strings, () => this.#set(() => (this.#keySheet = false))) : nothing}
    </div>`;
  }

  #set(change: () => void): void {
    change();
    this.#host.requestUpdate();
  }

  #find<E extends HTMLElement = HTMLElement>(selector: string): E | null {
    return this.#host.renderRoot.querySelector<E>(selector);
  }

  #detailsShown(): boolean {
    return this.#details ?? this.#layout.layout === 'wide';
  }

  #hideDetails(): void {
    this.#set(() => {
      this.#details = false;
      this.#focusAfterUpdate = () => this.#find('[aria-controls="details"]')?.focus();
    });
  }

  #open(desk: AgentDesk, id: string): void {
    const narrow = this.#layout.layout === 'narrow';
    if (this.#layout.layout !== 'wide') this.#details = null;
    this.#focus.leave();
    void desk.select(id);
    // On one pane the list goes away, and the focus with it.
    if (narrow) this.#set(() => (this.#focusAfterUpdate = () => this.#find('.thread__back')?.focus()));
  }

  #back(desk: AgentDesk): void {
    const id = desk.state.current?.id;
    void desk.select(null);
    this.#set(() => {
      this.#details = null;
      this.#focusAfterUpdate = () => this.#focus.focus(id);
    });
  }

  /** Editing what is known of the visitor on screen. */
  #visitorActions(desk: AgentDesk): VisitorFormActions {
    const editing = this.#editing;
    const visitor = (): DeskVisitor | null => {
      const { visitor: known, current } = desk.state;
      // What they told of themselves reaches their conversation first.
      return known && current && { ...known, ...current.visitor };
    };
    const focusAfter = (selector: string) =>
      this.#set(() => (this.#focusAfterUpdate = () => this.#find(selector)?.focus()));
    return {
      onEdit: () => {
        const who = visitor();
        if (!who) return;
        editing.begin(who);
        focusAfter(canChange(who).name ? '#edit-name' : '#edit-email');
      },
      onEditChange: (patch) => editing.change(patch),
      onEditCancel: () => {
        editing.cancel();
        focusAfter('.context__edit');
      },
      onEditSave: async () => {
        const who = visitor();
        if (who && (await editing.save(desk, who))) focusAfter('.context__edit');
        else focusAfter('.edit [aria-invalid]');
      },
      onNotes: (text) => {
        const who = visitor();
        if (who) editing.write(who, text);
      },
      onNotesDiscard: () => {
        const who = visitor();
        if (who) editing.discard(who.id);
        focusAfter('#visitor-notes');
      },
      onNotesSave: async () => {
        const who = visitor();
        if (who && (await editing.saveNotes(desk, who))) focusAfter('#visitor-notes');
      },
    };
  }

  /** Whether a reply or a note is being written at this moment. */
  #isWriting(): boolean {
    return this.#host.shadowRoot?.activeElement?.matches('support-desk-composer') ?? false;
  }

  /** Turns the composer to a mode and goes there. */
  #write(mode: ComposerMode): void {
    const desk = this.#options.desk();
    const session = desk?.state.current;
    if (!desk || !session) return;
    this.#focusAfterUpdate = () => this.#focusComposer();
    this.#answering.turnTo(desk, session.id, mode);
  }

  #focusComposer(): void {
    const composer = this.#find<HTMLElementTagNameMap['support-desk-composer']>('support-desk-composer');
    // One that is new has no text box yet.
    void composer?.updateComplete.then(() => composer.focus());
  }

  /** After a command: where its button has gone, the focus must not be lost. */
  async #then(command: Promise<void>): Promise<void> {
    await command;
    await this.#host.updateComplete;
    const root = this.#host.shadowRoot;
    if (!root || root.activeElement || document.activeElement !== document.body) return;
    if (this.#find('support-desk-composer')) this.#focusComposer();
    else this.#find('.answer .button--primary')?.focus();
  }

  #loadMore(): void {
    const desk = this.#options.desk();
    if (desk?.state.phase === 'ready' && desk.state.hasMore && !desk.state.loadingMore && !this.#query) {
      void desk.loadMore();
    }
  }

  readonly #handlePointer = (event: Event): void => {
    if (this.#openMenu === null) return;
    const inMenu = event.composedPath().some((node) => node instanceof Element && node.matches('.menu'));
    if (!inMenu) this.#set(() => (this.#openMenu = null));
  };

  #keyOwner(): 'desk' | 'menu' | 'nobody' {
    if (this.#options.isCovered()) return 'nobody';
    if (this.#options.desk()?.state.phase !== 'ready' || this.#keySheet) return 'nobody';
    return this.#openMenu === null ? 'desk' : 'menu';
  }

  /** Returns whether there was something to do. */
  #run(command: KeyCommand, from: EventTarget | undefined): boolean {
    const desk = this.#options.desk();
    if (!desk) return false;
    const { current, me } = desk.state;
    switch (command) {
      case 'next':
        return this.#move(desk, 1);
      case 'previous':
        return this.#move(desk, -1);
      case 'search':
        this.#find('.search__input')?.focus();
        return true;
      case 'help':
        this.#set(() => (this.#keySheet = true));
        return true;
      case 'back':
        return this.#escape(desk, from);
      case 'reply':
      case 'note':
        if (!current || (command === 'reply' && current.status === 'closed')) return false;
        this.#write(command);
        return true;
      case 'assign':
        if (!current || !me || current.agent?.id === me.id) return false;
        void this.#then(desk.assign(me.id));
        return true;
      case 'close':
        if (!current || current.status === 'closed') return false;
        void this.#then(desk.close());
        return true;
      default:
        return false;
    }
  }

  #escape(desk: AgentDesk, from: EventTarget | undefined): boolean {
    if (this.#openMenu !== null) {
      this.#set(() => (this.#openMenu = null));
    } else if (from instanceof HTMLElement && isField(from)) {
      if (from.matches('.search__input') && this.#query) this.#set(() => (this.#query = ''));
      else from.blur();
    } else if (this.#detailsShown() && this.#layout.layout !== 'wide' && desk.state.current) {
      this.#hideDetails();
    } else if (desk.state.current) {
      this.#back(desk);
    } else {
      return false;
    }
    return true;
  }

  /** Moves the focus through the list. */
  #move(desk: AgentDesk, by: number): boolean {
    const id = this.#focus.next(by, desk.state.current?.id ?? null);
    if (id === null) return false;
    this.#set(() => (this.#focusAfterUpdate = () => this.#focus.focus(id)));
    return true;
  }
}
