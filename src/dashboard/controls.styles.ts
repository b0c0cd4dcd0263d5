// Buttons, menus and the small marks that every pane uses.
import { css } from 'lit';

export default css`
  :host {
    --_red: var(--_danger);
    --_amber: #a35b00;
    --_pressed: color-mix(in oklab, var(--_accent-ink) 10%, var(--_surface));
    --_ground: color-mix(in oklab, var(--_surface) 97%, black);
    --_control: 32px;
    --_small-control: 26px;
  }

  /* What lies beneath a card is darker than the card, whatever the theme. */
  @media (prefers-color-scheme: dark) {
    :host(:not([theme="light"])) {
      --_amber: #f5b759;
      --_ground: color-mix(in oklab, var(--_surface) 88%, black);
    }
  }

  :host([theme="dark"]) {
    --_amber: #f5b759;
    --_ground: color-mix(in oklab, var(--_surface) 88%, black);
  }

  /* Text of either direction keeps to the edge of what is around it. */
  [dir="auto"] {
    text-align: -webkit-match-parent;
  }

  @supports (text-align: match-parent) {
    [dir="auto"] {
      text-align: match-parent;
    }
  }

  p,
  h1,
  h2,
  h3,
  dl,
  dd,
  ul,
  pre {
    margin: 0;
    padding: 0;
  }

  h1,
  h2,
  h3 {
    font-size: inherit;
    font-weight: inherit;
  }

  ul {
    list-style: none;
  }

  .button {
    display: inline-flex;
    flex: none;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-block-size: var(--_control);
    padding: 0 12px;
    border: 1px solid var(--_border);
    border-radius: 8px;
    background: var(--_surface);
    color: var(--_text);
    font-size: 13px;
    font-weight: 500;
    white-space: nowrap;
    transition: background-color var(--_duration) ease-out;
  }

  .button:hover {
    background: var(--_surface-raised);
  }

  .button:active {
    background: var(--_pressed);
  }

  .button--primary {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }

  .button--primary:hover {
    background: color-mix(in oklab, var(--_accent) 90%, var(--_on-accent));
  }

  .button--primary:active {
    background: color-mix(in oklab, var(--_accent) 80%, var(--_on-accent));
  }

  .button--quiet {
    border-color: transparent;
    background: none;
    color: var(--_text-muted);
  }

  .button--quiet:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .button--quiet:active {
    background: var(--_pressed);
  }

  .button--wide {
    inline-size: 100%;
    min-block-size: 42px;
    font-size: 15px;
  }

  .button[aria-disabled="true"],
  .button:disabled {
    opacity: 0.65;
    cursor: default;
  }

  .icon-button {
    display: inline-flex;
    flex: none;
    align-items: center;
    justify-content: center;
    inline-size: var(--_control);
    block-size: var(--_control);
    border-radius: 8px;
    color: var(--_text-muted);
    transition: background-color var(--_duration) ease-out;
  }

  .icon-button:hover,
  .icon-button[aria-expanded="true"] {
    background: var(--_hover);
    color: var(--_text);
  }

  .icon-button:active {
    background: var(--_pressed);
  }

  .icon-button--small {
    inline-size: var(--_small-control);
    block-size: var(--_small-control);
  }

  kbd {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-inline-size: 20px;
    block-size: 20px;
    padding: 0 5px;
    border: 1px solid var(--_border);
    border-radius: 5px;
    background: var(--_surface);
    color: var(--_text-muted);
    font-family: inherit;
    font-size: 11px;
    line-height: 1;
  }

  .link {
    color: var(--_accent-ink);
    text-decoration: none;
  }

  .link:hover {
    text-decoration: underline;
  }

  .select {
    appearance: none;
    min-block-size: var(--_small-control);
    margin: 0;
    padding: 0 18px 0 4px;
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--_text-muted);
    font: inherit;
    font-size: 12px;
    cursor: pointer;
    field-sizing: content;
  }

  .select:dir(rtl) {
    padding: 0 4px 0 18px;
  }

  .select:hover {
    color: var(--_text);
  }

  .select option {
    background: var(--_surface);
    color: var(--_text);
  }

  .menu {
    position: relative;
    display: inline-flex;
    min-inline-size: 0;
  }

  .menu__list {
    position: absolute;
    z-index: 20;
    inset-block-start: calc(100% + 6px);
    display: flex;
    flex-direction: column;
    min-inline-size: 232px;
    max-inline-size: min(300px, 90vw);
    max-block-size: min(420px, 70vh);
    padding: 5px;
    border-radius: 12px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
    overflow-y: auto;
    animation: menu-in var(--_duration) var(--_ease);
  }

  .menu__list--start {
    inset-inline-start: 0;
  }

  .menu__list--end {
    inset-inline-end: 0;
  }

  .menu__item {
    position: relative;
    display: grid;
    flex: none;
    grid-template-columns: 20px minmax(0, 1fr) 16px;
    align-items: center;
    gap: 8px;
    min-block-size: max(36px, var(--_control));
    padding: 5px 8px;
    border-radius: 8px;
    font-size: 13px;
  }

  .menu__item:hover,
  .menu__item:focus-visible {
    background: var(--_hover);
  }

  .menu__item:active {
    background: var(--_pressed);
  }

  .menu__item:focus-visible {
    outline-offset: -2px;
  }

  .menu__item--separated {
    margin-block-start: 11px;
  }

  .menu__item--separated::before {
    content: "";
    position: absolute;
    inset-inline: 3px;
    inset-block-start: -6px;
    border-block-start: 1px solid var(--_border);
  }

  .menu__item[aria-checked="true"]::after {
    content: "";
    inline-size: 10px;
    block-size: 5px;
    border: solid var(--_accent-ink);
    border-width: 0 0 2px 2px;
    transform: translateY(-2px) rotate(-45deg);
  }

  .menu__mark {
    display: flex;
    justify-content: center;
    color: var(--_text-muted);
  }

  .menu__text {
    overflow-wrap: anywhere;
  }

  .menu__hint {
    display: block;
    color: var(--_text-muted);
    font-size: 12px;
  }

  @keyframes menu-in {
    from {
      opacity: 0;
      transform: translateY(-4px);
    }
  }

  .presence {
    flex: none;
    inline-size: 9px;
    block-size: 9px;
    border-radius: 50%;
    border: 2px solid var(--_text-muted);
  }

  .presence--online {
    border-color: var(--_success);
    background: var(--_success);
  }

  .presence--away {
    border-color: var(--_amber);
  }

  .count {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-inline-size: 18px;
    block-size: 18px;
    padding: 0 5px;
    border-radius: 9px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 11px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .tag {
    display: inline-block;
    max-inline-size: 100px;
    padding: 0 6px;
    border-radius: 5px;
    background: var(--_surface-raised);
    box-shadow: inset 0 0 0 1px var(--_border);
    color: var(--_text-muted);
    font-size: 11px;
    line-height: 18px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .mark {
    display: inline-flex;
    align-items: center;
    gap: 3px;
    color: var(--_text-muted);
    font-size: 12px;
    white-space: nowrap;
  }

  .mark--verified {
    color: var(--_success);
  }

  .empty {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 6px;
    max-inline-size: 280px;
    margin: auto;
    padding: 48px 24px;
    text-align: center;
  }

  .empty .button {
    margin-block-start: 10px;
  }

  .empty__icon {
    display: flex;
    align-items: center;
    justify-content: center;
    inline-size: 40px;
    block-size: 40px;
    margin-block-end: 6px;
    border: 1px solid var(--_border);
    border-radius: 12px;
    color: var(--_text-muted);
  }

  .empty__heading {
    font-size: 14px;
    font-weight: 600;
  }

  .empty__text {
    color: var(--_text-muted);
    font-size: 13px;
    line-height: 1.45;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }

  .skeleton__line,
  .skeleton__avatar,
  .skeleton__bubble {
    display: block;
    block-size: 10px;
    border-radius: 5px;
    background: var(--_border);
    animation: breathe 1.6s ease-in-out infinite alternate;
  }

  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0s;
      animation-iteration-count: 1;
      transition-duration: 0s;
    }
  }
`;
