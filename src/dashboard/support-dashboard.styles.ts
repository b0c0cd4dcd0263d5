// The frame of the dashboard: its three panes in three widths, the connection bar and notices.
import { css } from 'lit';

export default css`
  :host {
    /* Three to one on the surface, so that a field is seen as one. */
    --_field-border: color-mix(in oklab, var(--_text-muted) 75%, var(--_surface));
    display: block;
    block-size: 100dvh;
    min-block-size: 320px;
  }

  :host([hidden]) {
    display: none;
  }

  .frame {
    position: relative;
    display: flex;
    flex-direction: column;
    block-size: 100%;
    max-block-size: 100dvh;
    min-block-size: inherit;
    padding-left: env(safe-area-inset-left);
    padding-right: env(safe-area-inset-right);
    background: var(--_surface);
    color: var(--_text);
    color-scheme: var(--_scheme);
    font-family: var(--_font);
    font-size: 14px;
    font-weight: 400;
    line-height: 1.4;
    text-align: start;
    overflow: hidden;
    -webkit-font-smoothing: antialiased;
    -webkit-text-size-adjust: 100%;
  }

  .desk {
    display: grid;
    grid-template: auto minmax(0, 1fr) / 340px minmax(0, 1fr) auto;
    grid-template-areas: "bar bar bar" "inbox thread context";
  }

  .inbox {
    grid-area: inbox;
    border-inline-end: 1px solid var(--_border);
  }

  .thread {
    grid-area: thread;
  }

  .context {
    grid-area: context;
    inline-size: 300px;
    border-inline-start: 1px solid var(--_border);
  }

  .desk--medium .context,
  .desk--narrow .context {
    position: absolute;
    z-index: 10;
    grid-area: 1 / 1 / -1 / -1;
    inset-block: 0;
    inset-inline-end: 0;
    inline-size: min(320px, 100%);
    background: var(--_surface);
    box-shadow: var(--_shadow);
    animation: drawer-in var(--_duration) var(--_ease);
  }

  .desk--narrow .context {
    inline-size: 100%;
    border: 0;
  }

  @keyframes drawer-in {
    from {
      opacity: 0;
    }
  }

  .desk--narrow {
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    grid-template-areas: "bar" "main";
    --_control: 44px;
    --_small-control: 44px;
  }

  .desk--narrow .inbox,
  .desk--narrow .thread {
    grid-area: main;
    border: 0;
  }

  .desk--narrow.desk--thread .inbox,
  .desk--narrow:not(.desk--thread) .thread {
    display: none;
  }

  .bars {
    grid-area: bar;
    min-inline-size: 0;
  }

  .mentions__one {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 5px 8px 5px 16px;
    border-block-end: 1px solid var(--_border);
    background: var(--_pressed);
    font-size: 13px;
  }

  .mentions__one:dir(rtl) {
    padding: 5px 16px 5px 8px;
  }

  .mentions__icon {
    color: var(--_accent-ink);
  }

  .mentions__text {
    flex: 1;
    min-inline-size: 0;
    font-weight: 500;
    overflow-wrap: anywhere;
  }

  .bar__text {
    padding: 6px 16px;
    background: var(--_note);
    border-block-end: 1px solid var(--_note-border);
    color: var(--_note-text);
    font-size: 13px;
    text-align: center;
  }

  /* A moment without connection is nobody's concern. */
  .bar__text--late {
    animation: late 0s linear 2s both;
  }

  @keyframes late {
    from {
      position: absolute;
      visibility: hidden;
    }
  }

  .toasts,
  .said {
    position: absolute;
    z-index: 15;
    inset-block-start: 72px;
    inset-inline: 16px;
    display: flex;
    justify-content: center;
    pointer-events: none;
  }

  .toast {
    display: flex;
    align-items: center;
    gap: 8px;
    max-inline-size: 420px;
    padding: 8px 8px 8px 14px;
    border-radius: 12px;
    background: var(--_text);
    box-shadow: var(--_shadow);
    color: var(--_surface);
    font-size: 13px;
    pointer-events: auto;
    animation: menu-in var(--_duration) var(--_ease);
  }

  .toast--said {
    padding-inline-end: 14px;
    overflow-wrap: anywhere;
  }

  .toast:dir(rtl) {
    padding: 8px 14px 8px 8px;
  }

  .toast .icon-button {
    color: inherit;
    opacity: 0.75;
  }

  .toast .icon-button:hover {
    background: none;
    opacity: 1;
  }

  .toast :focus-visible {
    outline-color: currentcolor;
  }

  @media (pointer: coarse) {
    .desk {
      --_control: 44px;
      --_small-control: 44px;
    }
  }

  @media (forced-colors: active) {
    .count,
    .toast,
    .menu__list {
      border: 1px solid;
    }
  }
`;
