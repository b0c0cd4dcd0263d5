// A button that opens a short list to choose from.
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';

export interface MenuItem {
  readonly label: string;
  readonly hint?: string;
  /** The keys that do the same. */
  readonly keys?: readonly string[];
  /** Shown before the label. */
  readonly mark?: TemplateResult;
  /** For a choice: whether it is the one in force. Leave out for a plain action. */
  readonly checked?: boolean;
  readonly separated?: boolean;
  onChoose(): void;
}

export interface Menu {
  /** Names the popup. */
  readonly label: string;
  readonly buttonClass: string;
  /** Of the button; its text is the button's name. */
  readonly content: TemplateResult;
  readonly items: readonly MenuItem[];
  readonly open: boolean;
  /** Which edge of the button the list keeps to. */
  readonly edge: 'start' | 'end';
  onToggle(open: boolean): void;
}

export function menu(m: Menu): TemplateResult {
  const leave = (event: FocusEvent): void => {
    const box = event.currentTarget as HTMLElement;
    if (m.open && event.relatedTarget instanceof Node && !box.contains(event.relatedTarget))
      m.onToggle(false);
  };
  return html`<div class="menu" @focusout=${leave} @keydown=${(event: KeyboardEvent) => handleKey(event, m)}>
    <button
      type="button"
      class=${m.buttonClass}
      aria-haspopup="menu"
      aria-expanded=${m.open ? 'true' : 'false'}
      @click=${() => m.onToggle(!m.open)}
    >
      ${m.content}
    </button>
    ${
      m.open
        ? menuList({
            ...m,
            leave: (from) => {
              focusButton(from);
              m.onToggle(false);
            },
          })
        : nothing
    }
  </div>`;
}

export interface MenuList extends Pick<Menu, 'label' | 'items' | 'edge'> {
  /** Closes the list, and takes the focus to where it came from. */
  leave(from: Element): void;
}

export function menuList(m: MenuList): TemplateResult {
  return html`<div class="menu__list menu__list--${m.edge}" role="menu" aria-label=${m.label} ${ref(focusFirst)}>
    ${m.items.map((item) => menuItem(item, m))}
  </div>`;
}

function menuItem(item: MenuItem, m: MenuList): TemplateResult {
  const choice = item.checked !== undefined;
  return html`<button
    type="button"
    class="menu__item ${item.separated ? 'menu__item--separated' : ''}"
    role=${choice ? 'menuitemradio' : 'menuitem'}
    aria-checked=${choice ? (item.checked ? 'true' : 'false') : nothing}
    tabindex="-1"
    @click=${(event: Event) => {
      m.leave(event.currentTarget as Element);
      item.onChoose();
    }}
  >
    <span class="menu__mark">${item.mark ?? nothing}</span>
    <span class="menu__text"
      >${item.label}${item.hint ? html` <span class="menu__hint">${item.hint}</span>` : nothing}</span
    >
    ${item.keys ? html`<span class="menu__keys" aria-hidden="true">${item.keys.map((key) => html`<kbd>${key}</kbd>`)}</span>` : nothing}
  </button>`;
}

/** The list is about to go, and the focus must not go with it. */
function focusButton(within: Element): void {
  within.closest('.menu')?.querySelector<HTMLElement>('[aria-haspopup]')?.focus();
}

/** The list that was focused when it opened, so that later renders leave the focus alone. */
const focused = new WeakSet<Element>();

function focusFirst(list: Element | undefined): void {
  if (!list || focused.has(list)) return;
  focused.add(list);
  queueMicrotask(() => {
    const item =
      list.querySelector<HTMLElement>('[aria-checked="true"]') ?? list.querySelector<HTMLElement>('button');
    item?.focus();
  });
}

function handleKey(event: KeyboardEvent, m: Menu): void {
  const box = event.currentTarget as HTMLElement;
  if (!m.open) {
    if (
      event.key === 'ArrowDown' &&
      event.target instanceof Element &&
      event.target.matches('[aria-haspopup]')
    ) {
      event.preventDefault();
      m.onToggle(true);
    }
    return;
  }
  handleMenuKey(
    event,
    () => {
      focusButton(box);
      m.onToggle(false);
    },
    () => m.onToggle(false),
  );
}

/** Keys in an open list. `leave` goes back to where the focus came from, `close` only closes. */
export function handleMenuKey(event: KeyboardEvent, leave: () => void, close: () => void): void {
  const box = event.currentTarget as HTMLElement;
  const items = [...box.querySelectorAll<HTMLElement>('[role="menu"] > button')];
  const at = items.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length)?.focus();
  } else if (event.key === 'Escape') {
    event.preventDefault();
    leave();
  } else if (event.key === 'Tab') {
    close();
  }
}
