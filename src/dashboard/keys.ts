// The dashboard's keys: one table that the handler, the help sheet and the palette read, so none of them can lie.
import type { DashboardMessages } from '../i18n/dashboard-en.ts';

export type KeyCommand =
  | 'next'
  | 'previous'
  | 'open'
  | 'select'
  | 'search'
  | 'next-tab'
  | 'previous-tab'
  | 'reply'
  | 'note'
  | 'assign-me'
  | 'assign'
  | 'snooze'
  | 'close'
  | 'close-stay'
  | 'reopen'
  | 'tag'
  | 'priority'
  | 'unread'
  | 'block'
  | 'send'
  | 'palette'
  | 'undo'
  | 'back'
  | 'help';

type Words = {
  [Key in keyof DashboardMessages]: DashboardMessages[Key] extends string ? Key : never;
}[keyof DashboardMessages];

export interface KeyBinding {
  readonly command: KeyCommand;
  readonly group: keyof DashboardMessages['keyGroups'];
  /** What the sheet shows: alternatives, each a combination. */
  readonly shown: readonly (readonly string[])[];
  /** `KeyboardEvent.key` values the handler answers to; none where the browser or the composer does it. */
  readonly keys: readonly string[];
  /** Held down besides: Shift, or ⌘ or Ctrl. */
  readonly held?: 'shift' | 'mod';
  /** Left out where another binding's line says it too. */
  readonly label?: Words;
}

export const keyBindings: readonly KeyBinding[] = [
  { command: 'next', group: 'list', shown: [['J'], ['↓']], keys: ['j'], label: 'keyNext' },
  { command: 'previous', group: 'list', shown: [['K'], ['↑']], keys: ['k'], label: 'keyPrevious' },
  { command: 'open', group: 'list', shown: [['Enter'], ['O']], keys: ['o'], label: 'keyOpen' },
  { command: 'select', group: 'list', shown: [['X']], keys: ['x'], label: 'keySelect' },
  { command: 'previous-tab', group: 'list', shown: [['['], [']']], keys: ['['], label: 'keyTabs' },
  { command: 'next-tab', group: 'list', shown: [[']']], keys: [']'] },
  { command: 'search', group: 'list', shown: [['/']], keys: ['/'], label: 'keySearch' },
  { command: 'reply', group: 'conversation', shown: [['R']], keys: ['r'], label: 'keyReply' },
  { command: 'note', group: 'conversation', shown: [['N']], keys: ['n'], label: 'keyNote' },
  { command: 'assign-me', group: 'conversation', shown: [['I']], keys: ['i'], label: 'keyAssignMe' },
  { command: 'assign', group: 'conversation', shown: [['A']], keys: ['a'], label: 'keyAssignTo' },
  { command: 'close', group: 'conversation', shown: [['E']], keys: ['e'], label: 'keyClose' },
  {
    command: 'close-stay',
    group: 'conversation',
    shown: [['⇧', 'E']],
    keys: ['e'],
    held: 'shift',
    label: 'keyCloseStay',
  },
  {
    command: 'reopen',
    group: 'conversation',
    shown: [['⇧', 'R']],
    keys: ['r'],
    held: 'shift',
    label: 'keyReopen',
  },
  { command: 'snooze', group: 'conversation', shown: [['Z']], keys: ['z'], label: 'keySnooze' },
  { command: 'tag', group: 'conversation', shown: [['L']], keys: ['l'], label: 'keyTag' },
  { command: 'priority', group: 'conversation', shown: [['P']], keys: ['p'], label: 'keyPriority' },
  { command: 'unread', group: 'conversation', shown: [['U']], keys: ['u'], label: 'keyUnread' },
  { command: 'block', group: 'conversation', shown: [['B']], keys: ['b'], label: 'keyBlock' },
  {
    command: 'send',
    group: 'conversation',
    shown: [['Enter'], ['Ctrl', 'Enter'], ['⌘', 'Enter']],
    keys: [],
    label: 'keySend',
  },
  {
    command: 'palette',
    group: 'general',
    shown: [
      ['⌘', 'K'],
      ['Ctrl', 'K'],
    ],
    keys: ['k'],
    held: 'mod',
    label: 'keyPalette',
  },
  {
    command: 'undo',
    group: 'general',
    shown: [
      ['⌘', 'Z'],
      ['Ctrl', 'Z'],
    ],
    keys: ['z'],
    held: 'mod',
    label: 'keyUndo',
  },
  { command: 'back', group: 'general', shown: [['Esc']], keys: ['escape'], label: 'keyBack' },
  { command: 'help', group: 'general', shown: [['?']], keys: ['?'], label: 'keyHelp' },
];

const byKey = new Map(
  keyBindings.flatMap(({ command, keys, held }) => keys.map((key) => [`${held ?? ''} ${key}`, command])),
);

/** How to press a command, for where it is offered. */
export function keysOf(command: KeyCommand): readonly string[] {
  return keyBindings.find((binding) => binding.command === command)?.shown[0] ?? [];
}

/** What a key press means here; null when it belongs to somebody else, a field for instance. */
export function keyCommand(event: KeyboardEvent, letters = true): KeyCommand | null {
  if (event.defaultPrevented || event.isComposing) return null;
  // Some keyboards have signs with Alt or AltGr only; Windows says that Ctrl and Alt are held for the latter.
  const isSign = event.altKey && /^[[\]/?]$/.test(event.key);
  if (event.altKey && !isSign) return null;
  // On a keyboard of another script the letters lie where they do on a Latin one.
  const isForeign = /^\P{ASCII}$/u.test(event.key) && event.code.startsWith('Key');
  const key = (isForeign ? event.code.slice(3) : event.key).toLowerCase();
  const inField = isField(event.composedPath()[0]);
  if ((event.ctrlKey || event.metaKey) && !isSign) {
    const command = event.shiftKey || event.repeat ? null : (byKey.get(`mod ${key}`) ?? null);
    // In a field it is the field's own undo.
    return inField && command === 'undo' ? null : command;
  }
  // Caps Lock makes capitals too; some keyboards have "/" and "?" with Shift only.
  const shifted = event.shiftKey && /^\p{L}$/u.test(event.key);
  const command = byKey.get(`${shifted ? 'shift' : ''} ${key}`) ?? null;
  // A key that is held down walks; nothing else happens twice.
  if (event.repeat && command !== 'next' && command !== 'previous') return null;
  if (command === 'back') return command;
  return letters && !inField ? command : null;
}

/** Whether what is typed goes into `target`. */
export function isField(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type="checkbox"]), textarea, select');
}
