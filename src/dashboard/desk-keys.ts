// Hears the keys of the dashboard and turns them into what the screen can do.
import type { ReactiveController, ReactiveElement } from 'lit';
import { isField, type KeyCommand, keyCommand } from './keys.ts';

export interface DeskKeysOptions {
  /** Who has the keys: the desk, an open menu (only Escape is then ours), or nobody here. */
  readonly owner: () => 'desk' | 'menu' | 'nobody';
  /** Whether single letters are commands. */
  readonly letters: () => boolean;
  /** Does what a key asks for. Returns whether there was something to do. */
  readonly run: (command: KeyCommand, from: EventTarget | undefined) => boolean;
}

export class DeskKeys implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #options: DeskKeysOptions;
  /** Where the key that is down was pressed. */
  #pressedIn: EventTarget | undefined;

  constructor(host: ReactiveElement, options: DeskKeysOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('keydown', this.#handleHeld, true);
    document.addEventListener('keydown', this.#handleKey);
  }

  hostDisconnected(): void {
    document.removeEventListener('keydown', this.#handleHeld, true);
    document.removeEventListener('keydown', this.#handleKey);
  }

  /** A key that led to a field, and is still held down, is not meant for it: neither a letter nor the Enter that sends. */
  readonly #handleHeld = (event: KeyboardEvent): void => {
    const [target] = event.composedPath();
    if (!event.repeat) this.#pressedIn = target;
    if (target === this.#pressedIn || !isField(target) || !this.#isOurs(event)) return;
    if (event.key !== 'Enter' && [...event.key].length > 1) return;
    event.preventDefault();
    event.stopPropagation();
  };

  readonly #handleKey = (event: KeyboardEvent): void => {
    const owner = this.#options.owner();
    if (owner === 'nobody' || !this.#isOurs(event)) return;
    const command = rowCommand(event) ?? keyCommand(event, this.#options.letters());
    // Letters must not act behind an open menu.
    if (command === null || (owner === 'menu' && command !== 'back')) return;
    if (this.#options.run(command, event.composedPath()[0])) event.preventDefault();
  };

  /** Pressed in the dashboard, or nowhere in particular on its page. */
  #isOurs(event: KeyboardEvent): boolean {
    const path = event.composedPath();
    return path.includes(this.#host) || path[0] === document.body || path[0] === document.documentElement;
  }
}

/** Arrows walk through the list where the focus is in it; elsewhere they scroll. */
function rowCommand(event: KeyboardEvent): KeyCommand | null {
  const from = event.composedPath()[0];
  if (event.defaultPrevented || !(from instanceof Element) || !from.matches('.row__button')) return null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
  if (event.key === 'ArrowDown') return 'next';
  return event.key === 'ArrowUp' ? 'previous' : null;
}
