// The signed-in dashboard: what is shown of a desk, and what each gesture asks of it.
import { html, nothing, type ReactiveController, type ReactiveElement, type TemplateResult } from 'lit';
import type { AgentDesk } from '../core/agent-desk.ts';
import { concerns, type DeskAction } from '../core/desk-actions.ts';
import { isFiltered, isSnoozed } from '../core/inbox.ts';
import type { DeskSession, DeskVisitor, InboxFilter, InboxTab } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import type { Messages } from '../i18n/messages.ts';
import { ConnectionNotice } from '../ui/connection-notice.ts';
import { Activity } from './activity.ts';
import { Answering } from './answering.ts';
import { allowNotifications } from './attention.ts';
import { fillVariables, variablesOf } from './canned-variables.ts';
import { connectionBar } from './connection-bar.ts';
import { contextPane } from './context-pane.ts';
import {
  type CommandActions,
  type CommandContext,
  commandMark,
  conversationCommands,
  paletteEntries,
} from './desk-commands.ts';
import { DeskKeys } from './desk-keys.ts';
import { visitorName } from './desk-view.ts';
import { HashState } from './hash-state.ts';
import { type InboxActions, inboxPane } from './inbox-pane.ts';
import { keySheet } from './key-sheet.ts';
import { isField, type KeyCommand } from './keys.ts';
import { LayoutController } from './layout.ts';
import { ListFocus } from './list-focus.ts';
import { ListScroller } from './list-scroller.ts';
import { mentionBar } from './mention-bar.ts';
import type { MenuItem } from './menu.ts';
import { NoticeTimer } from './notice-timer.ts';
import { toasts } from './notice-toast.ts';
import { Palette, type PaletteEntry, type PalettePage } from './palette.ts';
import { RowMenu } from './row-menu.ts';
import { RowSelection } from './row-selection.ts';
import { DeskSearch, matching } from './search.ts';
import { snoozePicker } from './snooze-picker.ts';
import type { ComposerMode } from './thread-composer.ts';
import { ThreadTools } from './thread-menu.ts';
import { threadPane } from './thread-pane.ts';
import { Ticker } from './ticker.ts';
import type { TranscriptFormat } from './transcript.ts';
import { VisitorEditing } from './visitor-editing.ts';
import { canChange, type VisitorFormActions } from './visitor-form.ts';

export interface DeskScreenOptions {
  readonly strings: () => DashboardMessages;
  /** Words of the parts that both elements share. */
  readonly shared: () => Messages;
  readonly lang: () => string;
  /** The desk on screen; null while there is none. */
  readonly desk: () => AgentDesk | null;
  /** Whether the page's address may say what is on screen. */
  readonly hash: () => boolean;
  /** Null where the page signs agents in and out by itself. */
  readonly onSignOut: () => (() => void) | null;
  /** Settings and reports stand in the inbox's place. */
  readonly onManage: (page: 'settings' | 'reports', desk: AgentDesk) => void;
  readonly isCovered: () => boolean;
}

const tabs: readonly InboxTab[] = ['mine', 'unassigned', 'all', 'closed'];

/** The questions that keys ask about a conversation. */
const questions = {
  assign: 'assign',
  snooze: 'snooze',
  tag: 'tag',
  priority: 'priority',
  block: 'block',
} as const;

/** What has buttons of its own around the conversation. */
const besideThread = ['reply', 'note', 'assign-me', 'assign', 'unassign', 'close', 'reopen'];

/** Where the focus goes from a place when what had it there goes away: near by, else to the search. */
const heirs: readonly (readonly [place: string, ...heirs: string[]])[] = [
  ['.bulk', '.order > .icon-button'],
  ['.order', '.bulk .check'],
  ['.filters, .chips', '.order > .chip'],
  ['.search'],
  ['.inbox__more', '.list > :last-child .row__button'],
  ['.toast > .icon-button', '.row__button[aria-current]', '.thread__back', '.tab[tabindex="0"]'],
];

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
  readonly #search: DeskSearch;
  /** What the palette looks for, apart from the list. */
  readonly #finder: DeskSearch;
  readonly #palette: Palette;
  readonly #rowMenu: RowMenu;
  readonly #selection: RowSelection;
  /** Whose desk the rest of this belongs to. */
  #desk: AgentDesk | null = null;

  #openMenu: string | null = null;
  #keySheet = false;
  #filterPanel = false;
  #snoozeWrong = false;
  /** How many rows there were when more was last asked for through a filter. */
  #askedAt = -1;
  #shown: readonly DeskSession[] = [];
  /** Null: as the layout has room for. */
  #details: boolean | null = null;
  /** How far the team had read when the conversation came on screen: where the unread divider stays. */
  #divider: { readonly id: string; readonly seq: number | null } | null = null;
  #focusAfterUpdate: (() => void) | null = null;
  /** A conversation that is closed as soon as the reply is there. */
  #goOnFrom: string | null = null;
  #heirs: readonly string[] | undefined;
  /** What the open menu offers, as it was when it opened: nothing moves under the pointer. */
  #offered: { readonly by: string; readonly items: readonly MenuItem[] } | null = null;

  constructor(host: ReactiveElement, options: DeskScreenOptions) {
    this.#host = host;
    this.#options = options;
    this.#layout = new LayoutController(host);
    this.#scroller = new ListScroller(host, () => this.#loadMore());
    this.#focus = new ListFocus(host, this.#scroller);
    new DeskKeys(host, {
      owner: () => this.#keyOwner(),
      letters: () => options.desk()?.state.preferences.letterKeys ?? true,
      run: (command, from) => this.#run(command, from),
    });
    this.#answering = new Answering(() => host.requestUpdate());
    this.#editing = new VisitorEditing(() => host.requestUpdate());
    this.#tools = new ThreadTools(host);
    this.#connectionNotice = new ConnectionNotice(host);
    this.#search = new DeskSearch(host, options.desk);
    this.#finder = new DeskSearch(host, options.desk);
    this.#selection = new RowSelection(host);
    this.#rowMenu = new RowMenu(host, () => this.#set(() => this.#rowMenu.close()));
    this.#palette = new Palette(host, {
      strings: options.strings,
      entries: (page, query, targets) => this.#entries(page, query, targets),
      label: (page) => this.#paletteLabel(page),
      about: (targets) => this.#about(targets),
      searching: () => this.#finder.state.phase === 'loading',
      onQuery: (page, query) => (page === 'all' ? this.#finder.ask(query) : this.#finder.clear()),
      onClose: () => this.#finder.clear(),
      snoozeAt: (targets, onChosen) =>
        snoozePicker({
          strings: options.strings(),
          now: Date.now(),
          wrong: this.#snoozeWrong,
          onWrong: () => this.#set(() => (this.#snoozeWrong = true)),
          onChoose: (until) => {
            onChosen();
            this.#act({ type: 'snooze', until }, targets);
          },
        }),
    });
    new NoticeTimer(host, options.desk);
    new Ticker(host);
    new Activity(host, () => options.desk()?.noteActivity());
    new HashState(host, options.hash, options.desk);
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('pointerdown', this.#handlePointer);
    // A dialog that comes back to the page is open and no longer modal.
    this.#keySheet = false;
    if (this.#palette.isOpen) this.#palette.close();
  }

  hostDisconnected(): void {
    document.removeEventListener('pointerdown', this.#handlePointer);
    this.#search.clear();
    this.#finder.clear();
  }

  hostUpdate(): void {
    const focused = this.#host.shadowRoot?.activeElement;
    this.#heirs = focused ? heirs.find(([place]) => focused.closest(place)) : undefined;
  }

  hostUpdated(): void {
    const focus = this.#focusAfterUpdate;
    this.#focusAfterUpdate = null;
    focus?.();
    this.#keepNear();
    this.#leadOn();
  }

  /** What had the focus may be gone: then what stands near it has it. */
  #keepNear(): void {
    if (!this.#heirs) return;
    for (const heir of [...this.#heirs.slice(1), '.search__input']) {
      if (this.#host.shadowRoot?.activeElement) return;
      this.#find(heir)?.focus();
    }
  }

  /** On from what a reply has closed, unless the agent went elsewhere. */
  #leadOn(): void {
    if (this.#goOnFrom === null || !this.#desk) return;
    const { current, done } = this.#desk.state;
    if (current?.id !== this.#goOnFrom) this.#goOnFrom = null;
    else if (done?.action.type === 'close' && done.before.some(({ id }) => id === current.id)) {
      this.#goOnFrom = null;
      void this.#then(this.#goOn(this.#desk, this.#nextWaiting(this.#desk, [current.id])));
    }
  }

  /** Forgets what belongs to whoever was signed in before. */
  #reset(desk: AgentDesk): void {
    this.#desk = desk;
    this.#search.clear();
    this.#openMenu = null;
    this.#keySheet = false;
    this.#filterPanel = false;
    if (this.#palette.isOpen) this.#palette.close();
    this.#rowMenu.close();
    this.#selection.clear();
    this.#details = null;
    this.#answering.clear();
    this.#editing.clear();
    this.#divider = null;
    this.#focus.leave();
  }

  render(desk: AgentDesk): TemplateResult {
    if (desk !== this.#desk) this.#reset(desk);
    if (this.#openMenu === null && this.#rowMenu.id === null) this.#offered = null;
    const { state } = desk;
    this.#connectionNotice.watch(state.connection);
    const strings = this.#options.strings();
    const { layout } = this.#layout;
    const shown = this.#listed(desk);
    this.#shown = shown;
    this.#selection.keep(shown);
    this.#focus.follow(shown, state.current?.id ?? null);
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
        {
          ...view,
          query: this.#search.query,
          search: this.#search.state,
          shown,
          hits: new Map(
            this.#search.query ? this.#search.state.hits.map((hit) => [hit.session.id, hit] as const) : [],
          ),
          window: this.#scroller.window(shown.length),
          selection: this.#selection,
          filterPanel: this.#filterPanel,
        },
        this.#inboxActions(desk),
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
          onClose: () => session && this.#close([session.id], true),
          onReopen: () => void this.#then(desk.reopen()),
          onToggleDetails: () => this.#toggleDetails(),
          commands: () => this.#threadCommands(desk),
          onCopyLink: () => this.#copyLink(desk),
          onTranscript: (format) => this.#saveTranscript(desk, format),
          onEarlier: () => void desk.loadEarlier(),
          onRetry: (clientId) => void desk.retry(clientId),
          onDiscard: (clientId) => desk.discard(clientId),
          onReloadThread: () => void desk.select(session?.id ?? null),
          onMode: (next) => this.#write(next),
          onSend: (detail) => {
            if (!session) return;
            this.#goOnFrom = detail.after?.type === 'close' ? session.id : null;
            this.#answering.send(desk, session.id, detail);
          },
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
      ${toasts(view, {
        onDismissNotice: () => desk.dismissNotice(),
        onDismissDone: () => desk.dismissDone(),
        onUndo: () => this.#undo(desk),
      })}
      ${this.#renderRowMenu()} ${this.#palette.render()}
      ${
        this.#keySheet
          ? keySheet(strings, {
              letterKeys: state.preferences.letterKeys,
              onLetterKeys: (letterKeys) => desk.setPreferences({ letterKeys }),
              onClose: () => this.#set(() => (this.#keySheet = false)),
            })
          : nothing
      }
    </div>`;
  }

  /** The list on screen: a tab, or what a search finds, with what is loaded before and besides what the database knows. */
  #listed(desk: AgentDesk): readonly DeskSession[] {
    const { inbox, current } = desk.state;
    const { query, state } = this.#search;
    const loaded = matching(inbox, query);
    if (query.trim() === '' || state.phase !== 'ready') return loaded;
    const known = new Map([...inbox, ...(current ? [current] : [])].map((one) => [one.id, one]));
    const hits = state.hits.map(({ session }) => known.get(session.id) ?? session);
    const found = new Set(hits.map(({ id }) => id));
    return [...hits, ...loaded.filter(({ id }) => !found.has(id))];
  }

  #inboxActions(desk: AgentDesk): InboxActions {
    const { state } = desk;
    return {
      onTab: (tab) => this.#showTab(desk, tab),
      onSort: (sort) => {
        this.#scroller.toStart();
        void desk.sortBy(sort);
      },
      onFilter: (filter) => this.#filter(desk, filter),
      onFilterPanel: (open) => {
        if (open) this.#openFilters(desk);
        else this.#set(() => (this.#filterPanel = false));
      },
      onView: (view) => this.#showView(desk, view),
      onSaveView: (name) => {
        const { tab, sort, filter, preferences } = desk.state;
        const others = preferences.views.filter((view) => view.name !== name);
        desk.setPreferences({ views: [...others, { name, tab, sort, filter }] });
      },
      onRemoveView: (name) =>
        desk.setPreferences({ views: desk.state.preferences.views.filter((view) => view.name !== name) }),
      onSearch: (query) => {
        this.#search.ask(query);
        this.#scroller.toStart();
      },
      onFirstRow: () => {
        const [first] = this.#shown;
        if (!first) return;
        this.#scroller.toStart();
        this.#set(() => (this.#focusAfterUpdate = () => this.#focus.focus(first.id)));
      },
      onSearchAgain: () => this.#search.retry(),
      onOpen: (id) => this.#open(desk, id),
      onRowMenu: (id, event) =>
        this.#set(() => {
          this.#openMenu = null;
          this.#rowMenu.open(id, event);
        }),
      onSelectMany: () => this.#selection.begin(),
      onSelectRow: (id, range) => this.#selection.toggle(id, this.#shown, range),
      onAll: () => this.#selection.all(this.#shown),
      onNone: () => this.#selection.clear(),
      onBulk: (what) => {
        const ids = [...this.#selection.ids];
        if (what === 'close') this.#close(ids, false);
        else this.#ask(what, ids);
      },
      onLoadMore: () => void desk.loadMore(),
      onReload: () => void desk.showTab(state.tab),
      onScroll: () => this.#scroller.scrolled(),
      onAvailability: (availability) => desk.setAvailability(availability),
      onKeySheet: () => this.#set(() => (this.#keySheet = true)),
      onNotifications: (on) => void this.#setNotifications(desk, on),
      onSignOut: this.#options.onSignOut(),
      onManage: (page) => this.#options.onManage(page, desk),
    };
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

  #toggleDetails(): void {
    if (this.#detailsShown()) this.#hideDetails();
    else this.#showDetails(this.#layout.layout === 'wide' ? null : '#details');
  }

  /** Shows them, and goes to what is looked for in there. */
  #showDetails(selector: string | null): void {
    this.#set(() => {
      this.#details = true;
      if (selector) this.#focusAfterUpdate = () => this.#find(selector)?.focus();
    });
  }

  #copyLink({ state: { current } }: AgentDesk): void {
    if (current) void this.#tools.copyLink(current, this.#options.strings());
  }

  #saveTranscript(desk: AgentDesk, format: TranscriptFormat): void {
    const { strings, shared, lang } = this.#options;
    const { current } = desk.state;
    const words = { strings: strings(), shared: shared(), lang: lang() };
    if (current) void this.#tools.saveTranscript(desk, current, format, words);
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

  #showTab(desk: AgentDesk, tab: InboxTab): void {
    this.#leaveList();
    void desk.showTab(tab);
  }

  #showView(desk: AgentDesk, { tab, sort, filter }: Parameters<AgentDesk['showView']>[0]): void {
    this.#leaveList();
    void desk.showView({ tab, sort, filter });
  }

  #filter(desk: AgentDesk, filter: InboxFilter): void {
    const { tab, sort } = desk.state;
    this.#showView(desk, { tab, sort, filter });
  }

  #openFilters(desk: AgentDesk): void {
    void desk.loadTags();
    this.#set(() => (this.#filterPanel = true));
  }

  /** Another list is about to stand here. */
  #leaveList(): void {
    this.#scroller.toStart();
    this.#selection.clear();
    this.#askedAt = -1;
    if (this.#search.query) this.#set(() => this.#search.clear());
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

  /**
   * After a command: where its button has gone, the focus must not be lost. A key pressed nowhere in particular had
   * none, and the next one must not be typed into a reply.
   */
  async #then(command: Promise<void>): Promise<void> {
    const root = this.#host.shadowRoot;
    const had = root?.activeElement != null;
    await command;
    await this.#host.updateComplete;
    if (!had || !root || root.activeElement || document.activeElement !== document.body) return;
    if (this.#find('support-desk-composer')) this.#focusComposer();
    else this.#find('.answer .button--primary')?.focus();
  }

  // What is done to conversations

  #act(action: DeskAction, ids: readonly string[]): void {
    const desk = this.#options.desk();
    if (!desk) return;
    this.#selection.clear();
    void this.#then(desk.act(action, ids));
  }

  /** Closes, and with `goOn` opens who waits next where the closed one was on screen. */
  #close(ids: readonly string[], goOn: boolean): void {
    const desk = this.#options.desk();
    if (!desk) return;
    const closing = desk.state.current?.id ?? null;
    const next = goOn && closing !== null && ids.includes(closing) ? this.#nextWaiting(desk, ids) : null;
    this.#selection.clear();
    const closed = desk.act({ type: 'close' }, ids).then(async () => {
      const { current } = desk.state;
      // Refused, or somebody went elsewhere meanwhile.
      if (current?.id === closing && current.status === 'closed') await this.#goOn(desk, next);
    });
    void this.#then(closed);
  }

  async #goOn(desk: AgentDesk, next: string | null): Promise<void> {
    if (next === null) return;
    this.#details = this.#layout.layout === 'wide' ? this.#details : null;
    if (this.#focus.focused()) this.#focusAfterUpdate = () => this.#focus.focus(next);
    await desk.select(next);
  }

  /** Who waits for me or for anybody, below what is closed or else from the top of the list. */
  #nextWaiting(desk: AgentDesk, closing: readonly string[]): string | null {
    const { me } = desk.state;
    const now = Date.now();
    const at = this.#shown.findIndex(({ id }) => closing.includes(id));
    const order = [...this.#shown.slice(at + 1), ...this.#shown.slice(0, Math.max(0, at))];
    const next = order.find(
      (session) =>
        session.status !== 'closed' &&
        session.waitingSince !== null &&
        !closing.includes(session.id) &&
        !isSnoozed(session, now) &&
        (session.agent === null || session.agent.id === me?.id),
    );
    return next?.id ?? null;
  }

  /** Takes back what was done last; what was closed comes on screen again. */
  #undo(desk: AgentDesk): void {
    const { done } = desk.state;
    if (!done) return;
    const [first, ...others] = done.before;
    const comesBack = done.action.type === 'close' || done.action.type === 'unread';
    void this.#then(
      desk.undo().then(async () => {
        if (comesBack && first && others.length === 0) await desk.select(first.id);
      }),
    );
  }

  #ask(page: PalettePage, ids: readonly string[]): void {
    const desk = this.#options.desk();
    if (!desk) return;
    this.#snoozeWrong = false;
    if (page === 'all' && desk.state.current) void desk.loadCanned();
    if (page === 'all' || page === 'tag') void desk.loadTags();
    this.#palette.open(page, ids);
  }

  /** What a command is about: what is chosen, else the row in focus, else what is on screen. */
  #targets(): readonly string[] {
    if (this.#selection.ids.size > 0) return [...this.#selection.ids];
    const id = this.#focus.chosen() ?? this.#options.desk()?.state.current?.id ?? this.#focus.focused();
    return id ? [id] : [];
  }

  #sessions(ids: readonly string[]): readonly DeskSession[] {
    const desk = this.#options.desk();
    if (!desk) return [];
    const { current, inbox } = desk.state;
    const known = new Map(
      [...this.#shown, ...inbox, ...(current ? [current] : [])].map((session) => [session.id, session]),
    );
    return ids.map((id) => known.get(id)).filter((session) => session !== undefined);
  }

  #entries(page: PalettePage, query: string, ids: readonly string[]) {
    const desk = this.#options.desk();
    if (!desk) return [];
    return paletteEntries(page, this.#context(desk, query, ids));
  }

  #context(desk: AgentDesk, query: string, ids: readonly string[]): CommandContext {
    const { visitor } = desk.state;
    const may = visitor && !this.#editing.form(visitor.id) ? canChange(visitor) : null;
    return {
      detailsShown: this.#detailsShown(),
      canEdit: may !== null && (may.name || may.email),
      state: desk.state,
      strings: this.#options.strings(),
      lang: this.#options.lang(),
      now: Date.now(),
      targets: this.#sessions(ids),
      query,
      search: this.#finder.state,
      actions: this.#commandActions(desk),
    };
  }

  #commandActions(desk: AgentDesk): CommandActions {
    return {
      act: (action, ids) => this.#act(action, ids),
      close: (ids, goOn) => this.#close(ids, goOn),
      press: (command) => void this.#run(command, undefined),
      open: (id) => this.#open(desk, id),
      showTab: (tab) => this.#showTab(desk, tab),
      sortBy: (sort) => void desk.sortBy(sort),
      showView: (view) => this.#showView(desk, view),
      filter: (filter) => this.#filter(desk, filter),
      setAvailability: (availability) => desk.setAvailability(availability),
      setLetterKeys: (letterKeys) => desk.setPreferences({ letterKeys }),
      setNotifications: (on) => void this.#setNotifications(desk, on),
      insert: ({ content }) => {
        const session = desk.state.current;
        if (!session) return;
        const { me, settings, visitor } = desk.state;
        const { text } = fillVariables(content, variablesOf(me, settings, visitor ?? session.visitor));
        const { draft } = this.#answering.drafts(desk, session.id);
        this.#answering.keep(desk, session.id, draft ? `${draft}\n${text}` : text);
        this.#set(() => (this.#focusAfterUpdate = () => this.#focusComposer()));
      },
      copyLink: () => this.#copyLink(desk),
      transcript: (format) => this.#saveTranscript(desk, format),
      toggleDetails: () => this.#toggleDetails(),
      editVisitor: () => {
        this.#details = true;
        this.#visitorActions(desk).onEdit();
      },
      writeMemo: () => this.#showDetails('#visitor-notes'),
      saveView: () => {
        // Where there is room for one pane only, the list has to come back first.
        if (this.#layout.layout === 'narrow') void desk.select(null);
        this.#leaveList();
        this.#openFilters(desk);
        this.#focusAfterUpdate = () => this.#find('.filters__name')?.focus();
      },
      manage: (page) => this.#options.onManage(page, desk),
      signOut: this.#options.onSignOut(),
    };
  }

  async #setNotifications(desk: AgentDesk, on: boolean): Promise<void> {
    desk.setPreferences({ notifications: on && (await allowNotifications()) });
  }

  #paletteLabel(page: PalettePage): string {
    const strings = this.#options.strings();
    return {
      all: strings.paletteSearch,
      assign: strings.actAssign,
      snooze: strings.actSnooze,
      'snooze-at': strings.snoozeAt,
      priority: strings.actPriority,
      tag: strings.actTag,
      block: strings.actBlock,
    }[page];
  }

  #about(ids: readonly string[]): string {
    const strings = this.#options.strings();
    if (ids.length > 1) return strings.selected(String(ids.length));
    const [session] = this.#sessions(ids);
    return session ? strings.paletteAbout(visitorName(session.visitor, strings)) : '';
  }

  #renderRowMenu(): TemplateResult | typeof nothing {
    const { id } = this.#rowMenu;
    const desk = this.#options.desk();
    if (id === null || !desk) return nothing;
    const chosen = this.#selection.ids;
    const ids = chosen.has(id) ? [...chosen] : [id];
    const strings = this.#options.strings();
    const entries: readonly PaletteEntry[] = [
      { id: 'open', label: strings.actOpen, run: () => this.#open(desk, id) },
      {
        id: 'select',
        label: strings.actSelect,
        run: () => this.#selection.toggle(id, this.#shown),
      },
      ...conversationCommands(this.#context(desk, '', ids)),
    ];
    return this.#rowMenu.render(
      strings.actions,
      this.#offer(`row ${id}`, () => this.#menuItems(entries, ids, ['reply', 'note', 'close-stay'])),
    );
  }

  #threadCommands(desk: AgentDesk): readonly MenuItem[] {
    const { current } = desk.state;
    if (!current) return [];
    const ids = [current.id];
    return this.#offer(`thread ${current.id}`, () =>
      this.#menuItems(conversationCommands(this.#context(desk, '', ids)), ids, besideThread),
    );
  }

  #offer(by: string, items: () => readonly MenuItem[]): readonly MenuItem[] {
    if (this.#offered?.by !== by) this.#offered = { by, items: items() };
    return this.#offered.items;
  }

  /** Commands as a menu has them, without those that are not for it. */
  #menuItems(
    entries: readonly PaletteEntry[],
    ids: readonly string[],
    without: readonly string[],
  ): readonly MenuItem[] {
    return entries
      .filter(({ id }) => !without.includes(id))
      .map(({ id, label, keys, page, run }) => {
        const mark = commandMark(id);
        return {
          label,
          ...(mark ? { mark } : {}),
          ...(keys ? { keys } : {}),
          onChoose: () => (page ? this.#ask(page, ids) : run?.()),
        };
      });
  }

  #loadMore(): void {
    const desk = this.#options.desk();
    if (!desk || this.#search.query) return;
    const { phase, hasMore, loadingMore, filter, inbox } = desk.state;
    if (phase !== 'ready' || !hasMore || loadingMore) return;
    // What a filter leaves may be far apart: once it brings nothing, going on is the agent's to say.
    if (isFiltered(filter)) {
      if (this.#askedAt === inbox.length) return;
      this.#askedAt = inbox.length;
    }
    void desk.loadMore();
  }

  readonly #handlePointer = (event: Event): void => {
    if (this.#openMenu === null && this.#rowMenu.id === null) return;
    const inMenu = event.composedPath().some((node) => node instanceof Element && node.matches('.menu'));
    if (inMenu) return;
    this.#set(() => {
      this.#openMenu = null;
      this.#rowMenu.close();
    });
  };

  #keyOwner(): 'desk' | 'menu' | 'nobody' {
    if (this.#options.isCovered()) return 'nobody';
    const isReady = this.#options.desk()?.state.phase === 'ready';
    if (!isReady || this.#keySheet || this.#palette.isOpen) return 'nobody';
    return this.#openMenu === null && this.#rowMenu.id === null ? 'desk' : 'menu';
  }

  /** Returns whether there was something to do. */
  #run(command: KeyCommand, from: EventTarget | undefined): boolean {
    const desk = this.#options.desk();
    if (!desk) return false;
    const { current, me, tab } = desk.state;
    const ids = this.#targets();
    const act = (action: DeskAction): boolean => {
      if (!this.#sessions(ids).some((session) => concerns(action, session))) return false;
      this.#act(action, ids);
      return true;
    };
    switch (command) {
      case 'next':
        return this.#move(desk, 1);
      case 'previous':
        return this.#move(desk, -1);
      case 'open': {
        const id = this.#focus.focused();
        if (id) this.#open(desk, id);
        return id !== null;
      }
      case 'select': {
        const id = this.#focus.focused();
        if (id) this.#selection.toggle(id, this.#shown);
        return id !== null;
      }
      case 'next-tab':
      case 'previous-tab': {
        const by = command === 'next-tab' ? 1 : tabs.length - 1;
        const to = tabs[(tabs.indexOf(tab) + by) % tabs.length];
        if (to) this.#showTab(desk, to);
        return true;
      }
      case 'search':
        this.#set(() => (this.#focusAfterUpdate = () => this.#find('.search__input')?.focus()));
        return true;
      case 'help':
        this.#set(() => (this.#keySheet = true));
        return true;
      case 'palette':
        this.#ask('all', ids);
        return true;
      case 'undo':
        if (!desk.state.done) return false;
        this.#undo(desk);
        return true;
      case 'back':
        return this.#escape(desk, from);
      case 'reply':
      case 'note':
        if (!current || (command === 'reply' && current.status === 'closed')) return false;
        this.#write(command);
        return true;
      case 'assign-me':
        return me !== null && act({ type: 'assign', agentId: me.id });
      case 'reopen':
        return act({ type: 'reopen' });
      case 'unread':
        return act({ type: 'unread' });
      case 'close':
      case 'close-stay':
        if (!this.#sessions(ids).some((session) => session.status !== 'closed')) return false;
        this.#close(ids, command === 'close');
        return true;
      case 'assign':
      case 'snooze':
      case 'tag':
      case 'priority':
      case 'block':
        if (ids.length === 0) return false;
        this.#ask(questions[command], ids);
        return true;
      default:
        return false;
    }
  }

  #escape(desk: AgentDesk, from: EventTarget | undefined): boolean {
    if (this.#openMenu !== null || this.#rowMenu.id !== null) {
      this.#set(() => {
        this.#openMenu = null;
        this.#rowMenu.close();
      });
    } else if (this.#filterPanel && from instanceof Element && from.closest('.order, .filters')) {
      this.#set(() => {
        this.#filterPanel = false;
        this.#focusAfterUpdate = () => this.#find('.order > .chip')?.focus();
      });
    } else if (from instanceof HTMLElement && isField(from)) {
      if (from.matches('.search__input') && this.#search.query) this.#set(() => this.#search.clear());
      else from.blur();
    } else if (this.#selection.isOn) {
      this.#selection.clear();
    } else if (this.#detailsShown() && this.#layout.layout !== 'wide' && desk.state.current) {
      this.#hideDetails();
    } else if (desk.state.current) {
      this.#back(desk);
    } else if (this.#search.query) {
      this.#set(() => this.#search.clear());
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
