import { css } from 'lit';

export default css`
  .window {
    display: none;
    min-block-size: 0;
    overflow: hidden;
    background: var(--_surface);
  }

  .window.is-open {
    display: flex;
  }

  .window:focus-visible {
    outline: none;
  }

  .inline .window {
    block-size: 100%;
    border-radius: var(--_radius);
    box-shadow: inset 0 0 0 1px var(--_border);
  }

  .floating .window {
    inline-size: min(var(--support-window-width, 400px), 100vw - 40px);
    block-size: var(--support-window-height, 704px);
    border-radius: var(--_radius);
    box-shadow: var(--_shadow);
    opacity: 0;
    transform: translateY(12px) scale(0.98);
    transform-origin: bottom;
    transition:
      opacity var(--_duration) ease-out,
      transform var(--_duration) var(--_ease),
      display var(--_duration) allow-discrete;
  }

  .floating .window.is-open {
    opacity: 1;
    transform: none;
  }

  @starting-style {
    .floating .window.is-open {
      opacity: 0;
      transform: translateY(12px) scale(0.98);
    }
  }

  .header {
    flex: none;
    flex-direction: row;
    align-items: center;
    gap: 4px;
    min-block-size: 64px;
    padding: 10px 8px;
    border-block-end: 1px solid var(--_border);
  }

  .identity {
    flex: 1;
    flex-direction: row;
    align-items: center;
    gap: 12px;
    min-inline-size: 0;
    padding-inline: 8px;
  }

  .icon-button + .identity {
    padding-inline-start: 0;
  }

  .titles {
    min-inline-size: 0;
  }

  .title,
  .subtitle,
  .session-preview,
  .session-meta {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .title,
  .problem-title {
    font: 600 16px / 22px var(--_font);
  }

  .title {
    letter-spacing: -0.01em;
  }

  .subtitle,
  .session-meta,
  .connection {
    color: var(--_text-muted);
    font: 13px / 18px var(--_font);
  }

  .people {
    --_avatar: 34px;
    display: flex;
    flex: none;
  }

  .people .avatar {
    box-shadow: 0 0 0 2px var(--_surface);
  }

  .people .avatar + .avatar {
    margin-inline-start: -4px;
  }

  .icon-button {
    position: relative;
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 44px;
    block-size: 44px;
    border-radius: 12px;
    color: var(--_text-muted);
  }

  .icon-button:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .icon-button:focus-visible,
  .session:focus-visible {
    outline-offset: -2px;
  }

  .icon-button.small {
    inline-size: 28px;
    block-size: 28px;
    border-radius: 8px;
    color: inherit;
  }

  .more {
    position: relative;
  }

  .menu {
    position: absolute;
    inset-block-start: 100%;
    inset-inline-end: 0;
    z-index: 1;
    inline-size: max-content;
    max-inline-size: 260px;
    padding: 6px;
    border-radius: 14px;
    background: var(--_surface);
    box-shadow:
      var(--_shadow),
      0 0 0 1px var(--_border);
    animation: show var(--_duration);
  }

  .menu-item {
    min-block-size: 44px;
    padding-inline: 12px;
    border-radius: 8px;
    font: 500 14px / 20px var(--_font);
  }

  .menu-item:hover {
    background: var(--_hover);
  }

  .only-full-screen {
    display: none;
  }

  .flips:dir(rtl) {
    transform: scaleX(-1);
  }

  .dot {
    position: absolute;
    inset-block-start: 9px;
    inset-inline-end: 9px;
    inline-size: 13px;
    block-size: 13px;
    border: 2px solid var(--_surface);
    border-radius: 50%;
    background: #d92535;
  }

  .connection {
    flex: none;
    padding: 6px 16px;
    border-block-end: 1px solid var(--_border);
    background: var(--_surface-raised);
    text-align: center;
  }

  .body,
  .list {
    flex: 1;
    min-block-size: 0;
  }

  .foot {
    flex: none;
    padding: 4px 12px 12px;
  }

  @media (max-width: 480px), (max-height: 420px) {
    .floating .window {
      position: fixed;
      inset: var(--_view-top, 0px) 0 auto;
      inline-size: 100%;
      block-size: var(--_view-height, 100dvh);
      /* The foot has 12 px of its own. */
      padding: env(safe-area-inset-top) env(safe-area-inset-right)
        max(0px, env(safe-area-inset-bottom) - 12px) env(safe-area-inset-left);
      border-radius: 0;
    }

    .only-full-screen {
      display: grid;
    }

    .floating .launcher.is-open {
      display: none;
    }
  }

  @media (max-width: 360px) {
    .floating .people {
      display: none;
    }
  }
`;
