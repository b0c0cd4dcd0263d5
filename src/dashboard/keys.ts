// The dashboard's keys: one table that both the handler and the help sheet read, so the sheet cannot lie.
import type { DashboardMessages } from '../i18n/dashboard-en.ts';

export type KeyCommand =
  | 'next'
  | 'previous'
  | 'open'
  | 'reply'
  | 'note'
  | 'assign'
  | 'close'
  | 'send'
  | 'search'
  | 'back'
  | 'help';

export interface KeyBinding {
  readonly command: KeyCommand;
  readonly group: keyof DashboardMessages['keyGroups'];
  /** What the sheet shows: alternatives, each a combination. */
  readonly shown: readonly (readonly string[])[];
  /** `KeyboardEvent.key` values the handler answers to; none where the browser or the composer does it. */
  readonly keys: readonly string[];
  readonly label: keyof DashboardMessages;
}

export const keyBindings: readonly KeyBinding[] = [
  { command: 'next', group: 'list', shown: [['J'], ['↓']], keys: ['j'], label: 'keyNext' },
  { command: 'previous', group: 'list', shown: [['K'], ['↑']], keys: ['k'], label: 'keyPrevious' },
  { command: 'open', group: 'list', shown: [['Enter']], keys: [], label: 'keyOpen' },
  { command: 'search', group: 'list', shown: [['/']], keys: ['/'], label: 'keySearch' },
  { command: 'reply', group: 'conversation', shown: [['R']], keys: ['r'], label: 'keyReply' },
  { command: 'note', group: 'conversation', shown: [['N']], keys: ['n'], label: 'keyNote' },
  { command: 'assign', group: 'conversation', shown: [['A'], ['I']], keys: ['a', 'i'], label: 'keyAssign' },
  { command: 'close', group: 'conversation', shown: [['E']], keys: ['e'], label: 'keyClose' },
  {
    command: 'send',
    group: 'conversation',
    shown: [['Enter'], ['Ctrl', 'Enter'], ['⌘', 'Enter']],
    keys: [],
    label: 'keySend',
  },
  { command: 'back', group: 'general', shown: [['Esc']], keys: ['escape'], label: 'keyBack' },
  { command: 'help', group: 'general', shown: [['?']], keys: ['?'], label: 'keyHelp' },
];

const byKey = new Map(keyBindings.flatMap((binding) => binding.keys.map((key) => [key, binding.command])));

/** What a key press means here; null when it belongs to somebody else, a field for instance. */
export function keyCommand(event: KeyboardEvent): KeyCommand | null {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  // Capital letters are typed, not commanded, but by Caps Lock; some keyboards have "/" and "?" with Shift only.
  if (event.shiftKey && /^\p{L}$/u.test(event.key)) return null;
  const command = byKey.get(event.key.toLowerCase()) ?? null;
  // A key that is held down walks; nothing else happens twice.
  if (event.repeat && command !== 'next' && command !== 'previous') return null;
  if (command === 'back') return command;
  return isField(event.composedPath()[0]) ? null : command;
}

/** Whether what is typed goes into `target`. */
export function isField(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}
