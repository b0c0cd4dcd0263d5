// The command palette, the menu of a row, and the way back from what was done.
import { css } from 'lit';

export default css`
  .palette {
    inline-size: min(600px, calc(100% - 24px));
    max-block-size: min(520px, calc(100% - 32px));
    margin: max(16px, 12vh) auto auto;
    padding: 0;
    border: 0;
    border-radius: 16px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
    color: var(--_text);
    overflow: hidden;
  }

  .palette[open] {
    display: flex;
  }

  .palette::backdrop {
    background: rgb(10 10 20 / 40%);
  }

  .palette__box {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-inline-size: 0;
    min-block-size: 0;
  }

  .palette__about {
    padding: 10px 16px 0;
    color: var(--_text-muted);
    font-size: 12px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .palette__input {
    flex: none;
    min-block-size: 48px;
    margin: 0;
    padding-inline: 16px;
    border: 0;
    border-block-end: 1px solid var(--_border);
    border-radius: 0;
    background: none;
    color: var(--_text);
    font: inherit;
    font-size: 16px;
  }

  .palette__input:focus-visible {
    outline-offset: -3px;
    border-radius: 16px 16px 0 0;
  }

  .palette__input::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }

  .palette__list {
    flex: 1;
    min-block-size: 0;
    padding: 6px;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  .palette__group {
    padding: 8px 10px 4px;
    color: var(--_text-muted);
    font-size: 12px;
  }

  .palette__entry {
    display: flex;
    align-items: center;
    gap: 10px;
    min-block-size: max(36px, var(--_control));
    padding: 4px 10px;
    border-radius: 9px;
    font-size: 14px;
    cursor: pointer;
  }

  .palette__entry--active {
    background: var(--_hover);
    box-shadow: inset 0 0 0 1px var(--_border);
  }

  .palette__mark {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: center;
    inline-size: 20px;
    color: var(--_text-muted);
  }

  .palette__mark .avatar {
    --_avatar: 20px;
  }

  .palette__label {
    flex: 0 1 auto;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .palette__hint {
    flex: 1 1 0;
    min-inline-size: 0;
    color: var(--_text-muted);
    font-size: 13px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .palette__keys {
    display: flex;
    flex: none;
    gap: 3px;
    margin-inline-start: auto;
  }

  .palette__check {
    flex: none;
    inline-size: 10px;
    block-size: 5px;
    margin-inline-start: auto;
    border: solid var(--_accent-ink);
    border-width: 0 0 2px 2px;
    transform: translateY(-2px) rotate(-45deg);
  }

  .palette__status:empty {
    display: none;
  }

  .palette__status {
    padding: 0 16px 16px;
    color: var(--_text-muted);
    font-size: 13px;
  }

  .palette__form {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 12px;
    padding: 16px;
  }

  .palette__field {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 4px;
    font-size: 13px;
  }

  .palette__time {
    min-block-size: max(36px, var(--_control));
    margin: 0;
    padding-inline: 10px;
    border: 1px solid var(--_border);
    border-radius: 8px;
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-size: 16px;
  }

  .palette__form .button {
    min-block-size: max(36px, var(--_control));
  }

  .palette__wrong {
    order: 1;
    inline-size: 100%;
    color: var(--_red);
    font-size: 13px;
  }

  #row-menu {
    position: absolute;
    z-index: 40;
  }

  #row-menu .menu__list {
    position: static;
    inline-size: 242px;
  }

  #row-menu .menu__item,
  .menu__item:has(.menu__keys) {
    grid-template-columns: 20px minmax(0, 1fr) auto;
  }

  .menu__keys {
    display: flex;
    gap: 2px;
  }

  /* Beside the list's edge, where it covers neither what is read nor what is written. */
  .toasts--done {
    inset-block: auto 16px;
    inset-inline: 12px auto;
  }

  .toasts--done .toast {
    max-inline-size: 316px;
  }

  .desk--narrow .toasts--done {
    inset-block: 72px auto;
    inset-inline: 16px;
  }

  .desk--narrow .toasts--done .toast {
    max-inline-size: 420px;
  }

  .toast__text {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .toast__undo {
    flex: none;
    min-block-size: var(--_small-control);
    padding-inline: 8px;
    border-radius: 7px;
    color: inherit;
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 3px;
  }

  .sheet__switch {
    display: flex;
    align-items: flex-start;
    gap: 10px;
    margin-block-start: 12px;
    padding-inline-end: 8px;
    font-size: 13px;
  }

  .sheet__hint {
    display: block;
    color: var(--_text-muted);
    font-size: 12px;
  }

  .sheet__row--off dt,
  .sheet__row--off kbd {
    color: var(--_text-muted);
    text-decoration: line-through;
  }

  @media (forced-colors: active) {
    .palette__entry--active {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
