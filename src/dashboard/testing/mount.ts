// Puts a dashboard with a scripted connection on the page, and finds things in it as a reader would.
import type { AgentDeskState } from '../../core/agent-desk.ts';
import { define } from '../../ui/define.ts';
import { MessageList } from '../../ui/message-list.ts';
import { DeskComposer } from '../desk-composer.ts';
import { SupportDashboard } from '../support-dashboard.ts';
import { ScriptedConnection, type ScriptedDesk } from './scripted-connection.ts';

define('support-message-list', MessageList);
define('support-desk-composer', DeskComposer);
define('support-dashboard', SupportDashboard);

// Happy DOM throws where something in an outer shadow root has the focus; browsers then say that nothing in here has.
const activeElement = Object.getOwnPropertyDescriptor(ShadowRoot.prototype, 'activeElement')?.get;
Object.defineProperty(ShadowRoot.prototype, 'activeElement', {
  configurable: true,
  get(this: ShadowRoot) {
    try {
      return activeElement?.call(this);
    } catch {
      return null;
    }
  },
});

export interface Mounted {
  readonly element: SupportDashboard;
  readonly connection: ScriptedConnection;
  readonly desk: ScriptedDesk;
  /** Waits until what was asked for is on screen. */
  settle(): Promise<void>;
  /** The only element that matches; fails where there is none or more than one. */
  one<E extends HTMLElement = HTMLElement>(selector: string): E;
  all(selector: string): HTMLElement[];
  /** The only button of this accessible name. */
  button(name: string): HTMLButtonElement;
  buttons(name: string): HTMLButtonElement[];
  text(): string;
  press(key: string, target?: EventTarget, init?: KeyboardEventInit): Promise<void>;
}

export async function mount(
  patch: Partial<AgentDeskState> = {},
  auth: 'unknown' | 'signed-out' | 'signed-in' = 'signed-in',
  attributes: Readonly<Record<string, string>> = {
    'supabase-url': 'https://abcd.supabase.co',
    'supabase-key': 'sb_publishable_x',
  },
): Promise<Mounted> {
  const connection = new ScriptedConnection(patch, auth);
  SupportDashboard.connect = () => connection;
  const element = document.createElement('support-dashboard');
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  document.body.append(element);
  const root = () => element.shadowRoot as ShadowRoot;

  async function settle(): Promise<void> {
    for (let round = 0; round < 4; round++) {
      await new Promise((resolve) => setTimeout(resolve));
      await element.updateComplete;
    }
  }

  function all(selector: string): HTMLElement[] {
    return [...root().querySelectorAll<HTMLElement>(selector)];
  }

  function only<E>(found: readonly E[], what: string): E {
    const [first, ...others] = found;
    if (!first || others.length > 0) throw new Error(`${found.length} elements are ${what}.`);
    return first;
  }

  function buttons(name: string): HTMLButtonElement[] {
    return (all('button') as HTMLButtonElement[]).filter((button) => accessibleName(button) === name);
  }

  await settle();
  return {
    element,
    connection,
    desk: connection.desk,
    settle,
    one: <E extends HTMLElement>(selector: string) => only(all(selector), selector) as E,
    all,
    button: (name) => only(buttons(name), `a button "${name}"`),
    buttons,
    text: () => root().textContent?.replace(/\s+/g, ' ') ?? '',
    async press(key, target = document.body, init = {}) {
      target.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...init }),
      );
      await settle();
    },
  };
}

/** Enough of the rules for names: a label, else the content that is not hidden from a reader. */
export function accessibleName(element: Element): string {
  const label = element.getAttribute('aria-label');
  if (label !== null) return label;
  const read = (node: Node): string => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
    if (!(node instanceof Element) || node.getAttribute('aria-hidden') === 'true') return '';
    return [...node.childNodes].map(read).join('');
  };
  return [...element.childNodes].map(read).join('').replace(/\s+/g, ' ').trim();
}
