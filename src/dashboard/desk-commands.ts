// Everything the palette offers: one list of what can be done, about what it is done to.
import { html, type TemplateResult } from 'lit';
import type { AgentDeskState } from '../core/agent-desk.ts';
import { concerns, type DeskAction } from '../core/desk-actions.ts';
import type { SavedView } from '../core/desk-preferences.ts';
import { isFiltered, isSnoozed, NO_FILTER, PRIORITIES } from '../core/inbox.ts';
import type { CannedResponse, DeskSession, InboxFilter, InboxSort, InboxTab } from '../core/model.ts';
import type { DashboardMessages } from '../i18n/dashboard-en.ts';
import { renderAvatar } from '../ui/avatar.ts';
import {
  bellIcon,
  chartIcon,
  checkIcon,
  crossIcon,
  downloadIcon,
  eyeIcon,
  filterIcon,
  flagIcon,
  gearIcon,
  keyboardIcon,
  linkIcon,
  lockIcon,
  mailIcon,
  panelIcon,
  pencilIcon,
  personIcon,
  reopenIcon,
  replyIcon,
  searchIcon,
  selectIcon,
  signOutIcon,
  snoozeIcon,
  tagIcon,
} from './desk-icons.ts';
import { visitorName } from './desk-view.ts';
import { type KeyCommand, keysOf } from './keys.ts';
import type { PaletteEntry, PalettePage } from './palette.ts';
import { matching, type SearchState } from './search.ts';
import { blockChoices, snoozeChoices } from './time-choices.ts';
import { stamp } from './time-words.ts';
import type { TranscriptFormat } from './transcript.ts';

export interface CommandActions {
  act(action: DeskAction, targets: readonly string[]): void;
  close(targets: readonly string[], goOn: boolean): void;
  /** What a key does that needs no more to be said. */
  press(command: KeyCommand): void;
  open(id: string): void;
  showTab(tab: InboxTab): void;
  sortBy(sort: InboxSort): void;
  showView(view: SavedView): void;
  filter(filter: InboxFilter): void;
  setAvailability(availability: 'online' | 'away'): void;
  setLetterKeys(on: boolean): void;
  setNotifications(on: boolean): void;
  insert(response: CannedResponse): void;
  copyLink(): void;
  transcript(format: TranscriptFormat): void;
  toggleDetails(): void;
  editVisitor(): void;
  writeMemo(): void;
  /** To where it gets its name. */
  saveView(): void;
  manage(page: 'settings' | 'reports'): void;
  readonly signOut: (() => void) | null;
}

export interface CommandContext {
  readonly state: AgentDeskState;
  readonly strings: DashboardMessages;
  readonly lang: string;
  readonly now: number;
  readonly targets: readonly DeskSession[];
  readonly query: string;
  readonly search: SearchState;
  readonly detailsShown: boolean;
  /** Whether name or address of the visitor on screen may be changed, and are not being changed. */
  readonly canEdit: boolean;
  readonly actions: CommandActions;
}

const most = 6;
const tabs: readonly InboxTab[] = ['mine', 'unassigned', 'all', 'closed'];

export function paletteEntries(page: PalettePage, context: CommandContext): readonly PaletteEntry[] {
  switch (page) {
    case 'all':
      return [
        ...conversationCommands(context),
        // Who looks for a conversation by a word must not tag the one on screen with it.
        ...conversations(context),
        ...answers(context),
        ...threadThings(context),
        ...places(context),
        ...people(context),
        ...cannedResponses(context),
        ...ownThings(context),
      ];
    case 'assign':
      return assignees(context);
    case 'snooze':
      return snoozes(context);
    case 'priority':
      return priorities(context);
    case 'tag':
      return tagChoices(context);
    case 'block':
      return blocks(context);
    case 'snooze-at':
      return [];
  }
}

/** What can be done to the targets, as the palette, the row's menu and the keys all offer it. */
export function conversationCommands(context: CommandContext): readonly PaletteEntry[] {
  const { targets, strings, state, actions } = context;
  if (targets.length === 0) return [];
  const ids = targets.map(({ id }) => id);
  const { me, current, visitor } = state;
  const some = (action: DeskAction) => targets.some((session) => concerns(action, session));
  const onScreen = targets.length === 1 && targets[0]?.id === current?.id ? (targets[0] ?? null) : null;
  const open = targets.some(({ status }) => status !== 'closed');
  const blocked = onScreen !== null && isBlocked(visitor?.blockedUntil, context.now);
  const list: (PaletteEntry | false | null)[] = [
    onScreen && onScreen.status !== 'closed' && entry('reply', strings.actReply, { press: 'reply' }),
    onScreen && entry('note', strings.actNote, { press: 'note' }),
    me !== null &&
      some({ type: 'assign', agentId: me.id }) &&
      entry('assign-me', strings.assignToMe, {
        keys: keysOf('assign-me'),
        run: () => actions.act({ type: 'assign', agentId: me.id }, ids),
      }),
    open && entry('assign', strings.actAssign, { keys: keysOf('assign'), page: 'assign' }),
    some({ type: 'assign', agentId: null }) &&
      entry('unassign', strings.actUnassign, {
        run: () => actions.act({ type: 'assign', agentId: null }, ids),
      }),
    open && entry('close', strings.actClose, { keys: keysOf('close'), run: () => actions.close(ids, true) }),
    open &&
      onScreen &&
      entry('close-stay', strings.actCloseStay, {
        keys: keysOf('close-stay'),
        run: () => actions.close(ids, false),
      }),
    some({ type: 'reopen' }) &&
      entry('reopen', strings.actReopen, {
        keys: keysOf('reopen'),
        run: () => actions.act({ type: 'reopen' }, ids),
      }),
    open && entry('snooze', strings.actSnooze, { keys: keysOf('snooze'), page: 'snooze' }),
    targets.some((session) => isSnoozed(session, context.now)) &&
      entry('unsnooze', strings.actUnsnooze, {
        run: () => actions.act({ type: 'snooze', until: null }, ids),
      }),
    entry('priority', strings.actPriority, { keys: keysOf('priority'), page: 'priority' }),
    entry('tag', strings.actTag, { keys: keysOf('tag'), page: 'tag' }),
    some({ type: 'unread' }) &&
      entry('unread', strings.actUnread, {
        keys: keysOf('unread'),
        run: () => actions.act({ type: 'unread' }, ids),
      }),
    blocked
      ? entry('unblock', strings.actUnblock, { run: () => actions.act({ type: 'block', until: null }, ids) })
      : entry('block', strings.actBlock, { keys: keysOf('block'), page: 'block' }),
  ];
  return list.filter((one) => one !== null && one !== false);

  function entry(
    id: string,
    label: string,
    how: { keys?: readonly string[]; page?: PalettePage; press?: KeyCommand; run?: () => void },
  ): PaletteEntry {
    const { press } = how;
    const keys = how.keys ?? (press ? keysOf(press) : null);
    const run = how.run ?? (press ? () => actions.press(press) : null);
    return {
      id,
      group: 'conversation',
      label,
      ...(keys ? { keys } : {}),
      ...(run ? { run } : {}),
      ...(how.page ? { page: how.page } : {}),
    };
  }
}

/** What the questions about the targets lead to, for whoever knows it already. */
function answers(context: CommandContext): readonly PaletteEntry[] {
  const { strings, query } = context;
  if (query === '') return [];
  const names: Partial<Record<PalettePage, string>> = {
    snooze: strings.bulkSnooze,
    priority: strings.filterPriority,
    block: strings.keyBlock,
  };
  return conversationCommands(context).flatMap(({ page }) => {
    // Whom to assign it to is found by name.
    if (!page || page === 'assign') return [];
    return paletteEntries(page, { ...context, query: '' })
      .filter(({ id, checked }) => id !== 'unsnooze' && (page === 'tag' || !checked))
      .map(
        (choice): PaletteEntry => ({
          id: choice.id,
          group: 'more',
          label:
            page === 'tag'
              ? (choice.checked ? strings.tagRemove : strings.tagAdd)(choice.label)
              : strings.paletteChoice(names[page] ?? '', choice.label),
          mark: choice.mark ?? crossIcon,
          ...(choice.page ? { page: choice.page } : { run: () => choice.run?.() }),
        }),
      );
  });
}

/** What is there for the conversation on screen only. */
function threadThings(context: CommandContext): readonly PaletteEntry[] {
  const { state, strings, targets, detailsShown, canEdit, actions } = context;
  const { current, visitor } = state;
  if (!current || targets.some(({ id }) => id !== current.id)) return [];
  const thing = (id: string, label: string, run: () => void): PaletteEntry => ({
    id,
    group: 'more',
    label,
    run,
  });
  const transcript = (format: TranscriptFormat, label: string) =>
    thing(`transcript ${format}`, strings.paletteChoice(strings.transcript, label), () =>
      actions.transcript(format),
    );
  return [
    thing('copy-link', strings.copyLink, actions.copyLink),
    transcript('text', strings.transcriptText),
    transcript('notes', strings.transcriptNotes),
    transcript('csv', strings.transcriptCsv),
    thing('details', detailsShown ? strings.hideDetails : strings.showDetails, actions.toggleDetails),
    ...(canEdit ? [thing('edit-visitor', strings.editVisitor, actions.editVisitor)] : []),
    ...(visitor ? [thing('memo', strings.visitorNotes, actions.writeMemo)] : []),
  ];
}

/** `until`: ISO 8601, or `infinity`. */
export function isBlocked(until: string | null | undefined, now: number): until is string {
  return until === 'infinity' || Date.parse(until ?? '') > now;
}

function assignees({ state, strings, targets, actions }: CommandContext): readonly PaletteEntry[] {
  const ids = targets.map(({ id }) => id);
  const own = (id: string) => Number(id === state.me?.id);
  const has = (agentId: string | null) =>
    targets.length > 0 && targets.every(({ agent }) => (agent?.id ?? null) === agentId);
  return [
    ...[...state.agents]
      .sort((a, b) => own(b.id) - own(a.id))
      .map((agent) => ({
        id: `assign ${agent.id}`,
        label: own(agent.id) ? strings.you(agent.name) : agent.name,
        hint: strings[agent.availability],
        mark: renderAvatar(agent),
        checked: has(agent.id),
        run: () => actions.act({ type: 'assign', agentId: agent.id }, ids),
      })),
    {
      id: 'assign nobody',
      label: strings.assignNobody,
      mark: personIcon,
      checked: has(null),
      run: () => actions.act({ type: 'assign', agentId: null }, ids),
    },
  ];
}

function snoozes({ now, lang, strings, targets, actions }: CommandContext): readonly PaletteEntry[] {
  const ids = targets.map(({ id }) => id);
  return [
    ...snoozeChoices(now, strings).map(({ label, until }) => ({
      id: `snooze ${label}`,
      label,
      ...(until === 'infinity' ? {} : { hint: stamp(until, lang) }),
      mark: snoozeIcon,
      run: () => actions.act({ type: 'snooze', until }, ids),
    })),
    { id: 'snooze-at', label: strings.snoozePick, mark: snoozeIcon, page: 'snooze-at' },
    ...(targets.some((session) => isSnoozed(session, now))
      ? [
          {
            id: 'unsnooze',
            label: strings.actUnsnooze,
            run: () => actions.act({ type: 'snooze', until: null }, ids),
          },
        ]
      : []),
  ];
}

function priorities({ strings, targets, actions }: CommandContext): readonly PaletteEntry[] {
  const ids = targets.map(({ id }) => id);
  return PRIORITIES.map((priority) => ({
    id: `priority ${priority}`,
    label: strings.priority[priority],
    mark: html`<span class="priority priority--${priority}">${flagIcon}</span>`,
    checked: targets.length > 0 && targets.every((session) => session.priority === priority),
    run: () => actions.act({ type: 'priority', priority }, ids),
  }));
}

function tagChoices({
  state: { tags },
  strings,
  targets,
  query,
  actions,
}: CommandContext): readonly PaletteEntry[] {
  const ids = targets.map(({ id }) => id);
  const has = (tag: string) =>
    targets.length > 0 &&
    targets.every((session) => session.tags.some((one) => one.toLowerCase() === tag.toLowerCase()));
  const known = tags.map((tag) => {
    const checked = has(tag);
    return {
      id: `tag ${tag}`,
      label: tag,
      mark: tagIcon,
      checked,
      run: () => actions.act({ type: 'tag', add: checked ? [] : [tag], remove: checked ? [tag] : [] }, ids),
    };
  });
  const isNew = query !== '' && !tags.some((tag) => tag.toLowerCase() === query.toLowerCase());
  if (!isNew) return known;
  const added = [...query].slice(0, 40).join('');
  return [
    ...known,
    {
      id: 'tag-new',
      label: strings.tagAdd(added),
      mark: tagIcon,
      always: true,
      run: () => actions.act({ type: 'tag', add: [added], remove: [] }, ids),
    },
  ];
}

function blocks({ now, strings, targets, actions }: CommandContext): readonly PaletteEntry[] {
  const ids = targets.map(({ id }) => id);
  return blockChoices(now, strings).map(({ label, until }) => ({
    id: `block ${label}`,
    label,
    run: () => actions.act({ type: 'block', until }, ids),
  }));
}

/** Those that are loaded at once, and what the database finds a moment later. */
function conversations({ state, strings, query, search, actions }: CommandContext): readonly PaletteEntry[] {
  if (query === '') return [];
  const found = new Map<string, { session: DeskSession; said: string }>();
  for (const session of matching(state.inbox, query).slice(0, most)) {
    found.set(session.id, { session, said: session.preview });
  }
  for (const { session, message } of search.hits) {
    if (found.size >= 2 * most) break;
    if (!found.has(session.id)) found.set(session.id, { session, said: message?.content ?? session.preview });
  }
  return [...found.values()].map(({ session, said }) => ({
    id: `open ${session.id}`,
    group: 'conversations',
    label: visitorName(session.visitor, strings),
    hint: said,
    mark: renderAvatar(visitorName(session.visitor, strings)),
    always: true,
    run: () => actions.open(session.id),
  }));
}

function places({ state, strings, query, actions }: CommandContext): readonly PaletteEntry[] {
  const sorts = [
    ['waiting', strings.sortWaiting],
    ['newest', strings.sortNewest],
    ['priority', strings.sortPriority],
  ] as const;
  const { filter } = state;
  return [
    ...tabs.map((tab) => ({
      id: `tab ${tab}`,
      group: 'go' as const,
      label: strings.goTab(strings[tab]),
      run: () => actions.showTab(tab),
    })),
    ...state.preferences.views.map((view) => ({
      id: `view ${view.name}`,
      group: 'go' as const,
      label: strings.goView(view.name),
      run: () => actions.showView(view),
    })),
    {
      id: 'search',
      group: 'go',
      label: strings.search,
      keys: keysOf('search'),
      run: () => actions.press('search'),
    },
    ...sorts
      .filter(([sort]) => sort !== state.sort && state.tab !== 'closed')
      .map(([sort, words]) => ({
        id: `sort ${sort}`,
        group: 'list' as const,
        label: strings.goSort(words),
        run: () => actions.sortBy(sort),
      })),
    {
      id: 'only-unread',
      group: 'list',
      label: strings.goUnread,
      checked: filter.unread,
      run: () => actions.filter({ ...filter, unread: !filter.unread }),
    },
    {
      id: 'only-snoozed',
      group: 'list',
      label: strings.goSnoozed,
      checked: filter.snoozed,
      run: () => actions.filter({ ...filter, snoozed: !filter.snoozed }),
    },
    ...(query === '' ? [] : state.tags)
      .filter((tag) => tag !== filter.tag)
      .map((tag) => ({
        id: `only ${tag}`,
        group: 'list' as const,
        label: strings.goTag(tag),
        mark: tagIcon,
        run: () => actions.filter({ ...filter, tag }),
      })),
    ...(isFiltered(filter)
      ? [
          {
            id: 'no-filter',
            group: 'list' as const,
            label: strings.filterClear,
            run: () => actions.filter(NO_FILTER),
          },
        ]
      : []),
    { id: 'save-view', group: 'list', label: strings.viewSave, run: actions.saveView },
  ];
}

function people({ state, strings, targets, actions }: CommandContext): readonly PaletteEntry[] {
  const ids = targets.map(({ id }) => id);
  return state.agents.flatMap((agent) => [
    ...(targets.some((session) => concerns({ type: 'assign', agentId: agent.id }, session))
      ? [
          {
            id: `to ${agent.id}`,
            group: 'people' as const,
            label: strings.actAssignTo(agent.name),
            hint: strings[agent.availability],
            mark: renderAvatar(agent),
            run: () => actions.act({ type: 'assign', agentId: agent.id }, ids),
          },
        ]
      : []),
    {
      id: `of ${agent.id}`,
      group: 'people' as const,
      label: strings.goAgent(agent.name),
      mark: renderAvatar(agent),
      run: () =>
        actions.showView({
          name: agent.name,
          tab: 'all',
          sort: state.sort,
          filter: { ...NO_FILTER, agent: agent.id },
        }),
    },
  ]);
}

function cannedResponses({ state, strings, actions }: CommandContext): readonly PaletteEntry[] {
  if (!state.current || state.current.status === 'closed') return [];
  return (state.canned ?? []).map((response) => ({
    id: `canned ${response.id}`,
    group: 'canned',
    label: strings.insertCanned(response.title),
    hint: `/${response.shortcut} ${response.content}`,
    run: () => actions.insert(response),
  }));
}

function ownThings({ state, strings, actions }: CommandContext): readonly PaletteEntry[] {
  const { letterKeys, notifications } = state.preferences;
  const { signOut } = actions;
  const list: (PaletteEntry | false | null)[] = [
    state.done !== null && {
      id: 'undo',
      label: strings.undo,
      keys: keysOf('undo'),
      run: () => actions.press('undo'),
    },
    {
      id: 'online',
      label: strings.beOnline,
      checked: state.me?.availability === 'online',
      run: () => actions.setAvailability('online'),
    },
    {
      id: 'away',
      label: strings.beAway,
      checked: state.me?.availability === 'away',
      run: () => actions.setAvailability('away'),
    },
    { id: 'help', label: strings.keys, keys: keysOf('help'), run: () => actions.press('help') },
    {
      id: 'letter-keys',
      label: letterKeys ? strings.letterKeysOff : strings.letterKeysOn,
      run: () => actions.setLetterKeys(!letterKeys),
    },
    {
      id: 'notifications',
      label: notifications ? strings.notificationsOff : strings.notificationsOn,
      run: () => actions.setNotifications(!notifications),
    },
    { id: 'settings', label: strings.settings.title, run: () => actions.manage('settings') },
    { id: 'reports', label: strings.reports.title, run: () => actions.manage('reports') },
    signOut && { id: 'sign-out', label: strings.signOut, run: signOut },
  ];
  return list.filter((one) => one !== null && one !== false).map((one) => ({ ...one, group: 'me' }));
}

const marks: Readonly<Record<string, TemplateResult>> = {
  reply: replyIcon,
  note: lockIcon,
  'assign-me': personIcon,
  assign: personIcon,
  unassign: personIcon,
  close: checkIcon,
  'close-stay': checkIcon,
  reopen: reopenIcon,
  snooze: snoozeIcon,
  unsnooze: snoozeIcon,
  priority: flagIcon,
  tag: tagIcon,
  unread: mailIcon,
  block: crossIcon,
  unblock: crossIcon,
  open: eyeIcon,
  select: selectIcon,
  search: searchIcon,
  'no-filter': filterIcon,
  'save-view': filterIcon,
  'copy-link': linkIcon,
  'transcript text': downloadIcon,
  'transcript notes': downloadIcon,
  'transcript csv': downloadIcon,
  details: panelIcon,
  'edit-visitor': pencilIcon,
  memo: pencilIcon,
  settings: gearIcon,
  reports: chartIcon,
  undo: reopenIcon,
  help: keyboardIcon,
  'letter-keys': keyboardIcon,
  notifications: bellIcon,
  'sign-out': signOutIcon,
};

/** The mark that stands for what a command does. */
export function commandMark(id: string): TemplateResult | undefined {
  return marks[id];
}
