// The left pane.
import { css } from 'lit';

export default css`
  .inbox {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    min-block-size: 0;
  }

  .inbox__header {
    display: flex;
    align-items: center;
    gap: 8px;
    block-size: 56px;
    flex: none;
    padding-inline: 16px 12px;
  }

  .inbox__title {
    flex: 1;
    min-inline-size: 0;
    font-size: 15px;
    font-weight: 600;
    letter-spacing: -0.01em;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .account {
    position: relative;
    display: flex;
    align-items: center;
    justify-content: center;
    inline-size: max(36px, var(--_control));
    block-size: max(36px, var(--_control));
    border-radius: 50%;
  }

  .account .avatar {
    --_avatar: 30px;
  }

  .account .presence {
    position: absolute;
    inset-inline-end: calc(50% - 16px);
    inset-block-end: calc(50% - 16px);
    inline-size: 10px;
    block-size: 10px;
    background: var(--_surface);
    box-shadow: 0 0 0 2px var(--_surface);
  }

  .account .presence--online {
    background: var(--_success);
  }

  .search {
    position: relative;
    display: flex;
    align-items: center;
    flex: none;
    margin-inline: 12px;
    color: var(--_text-muted);
  }

  .search > svg {
    position: absolute;
    inset-inline-start: 10px;
    pointer-events: none;
  }

  .search__input {
    inline-size: 100%;
    min-block-size: max(34px, var(--_control));
    margin: 0;
    padding-block: 0;
    padding-inline: 32px max(34px, var(--_small-control));
    border: 1px solid transparent;
    border-radius: 9px;
    background: var(--_surface-raised);
    color: var(--_text);
    font: inherit;
    font-size: 13px;
  }

  .search__input::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }

  .search__input:focus-visible {
    outline-offset: -1px;
    background: var(--_surface);
  }

  .search__key,
  .search .icon-button {
    position: absolute;
    inset-inline-end: 4px;
  }

  .desk--narrow .search__key {
    display: none;
  }

  .search__input:focus-visible ~ .search__key {
    visibility: hidden;
  }

  .tabs {
    display: flex;
    flex: none;
    gap: 2px;
    margin-block-start: 8px;
    padding-inline: 8px;
    border-block-end: 1px solid var(--_border);
  }

  .tab {
    position: relative;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 5px;
    min-block-size: max(38px, var(--_control));
    padding-inline: 8px;
    color: var(--_text-muted);
    font-size: 13px;
    font-weight: 500;
    white-space: nowrap;
    border-radius: 6px 6px 0 0;
  }

  .tab:hover {
    color: var(--_text);
  }

  .tab:active {
    background: var(--_hover);
  }

  .tab:focus-visible {
    outline-offset: -3px;
  }

  .tab[aria-selected="true"] {
    color: var(--_text);
  }

  .tab[aria-selected="true"]::after {
    content: "";
    position: absolute;
    inset-inline: 8px;
    inset-block-end: -1px;
    block-size: 2px;
    border-radius: 1px;
    background: var(--_accent-ink);
  }

  .tab__count {
    min-inline-size: 18px;
    padding-inline: 5px;
    border-radius: 9px;
    background: var(--_surface-raised);
    color: var(--_text-muted);
    font-size: 11px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    line-height: 18px;
    text-align: center;
  }

  .tab__count--unread {
    background: color-mix(in oklab, var(--_accent-ink) 14%, var(--_surface));
    color: var(--_accent-ink);
  }

  .inbox__panel {
    flex: 1;
    min-block-size: 0;
    display: flex;
    flex-direction: column;
    padding-block-end: env(safe-area-inset-bottom);
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) transparent;
  }

  .inbox__panel > * {
    flex: none;
  }

  .inbox__panel > .empty {
    margin: auto;
  }

  .inbox__hint {
    padding: 8px 16px;
    color: var(--_text-muted);
    font-size: 12px;
    line-height: 1.4;
  }

  .inbox__hint--failed {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
  }

  .inbox__more {
    display: flex;
    justify-content: center;
    padding: 8px 16px 16px;
  }

  .list:empty {
    display: none;
  }

  .row {
    block-size: 84px;
    padding: 1px 6px;
  }

  .row__button {
    display: grid;
    grid-template: auto minmax(0, 1fr) / 36px minmax(0, 1fr);
    column-gap: 10px;
    inline-size: 100%;
    block-size: 100%;
    padding: 10px;
    border-radius: 10px;
  }

  .row__button:hover {
    background: var(--_hover);
  }

  .row__button:focus-visible {
    outline-offset: -2px;
  }

  .row__button:active,
  .row__button[aria-current="true"] {
    background: var(--_pressed);
  }

  .row__avatar {
    grid-row: 1 / -1;
  }

  .row__avatar .avatar {
    --_avatar: 36px;
  }

  .row__top {
    display: flex;
    align-items: baseline;
    gap: 8px;
    min-inline-size: 0;
  }

  .row__name {
    flex: 1;
    min-inline-size: 0;
    font-size: 14px;
    font-weight: 500;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .row__button--unread .row__name {
    font-weight: 650;
  }

  .row__time,
  .wait {
    flex: none;
    color: var(--_text-muted);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }

  .wait {
    position: relative;
    padding-inline: 6px;
    margin-inline-end: -2px;
    border-radius: 6px;
    background: var(--_surface-raised);
    color: var(--_text-muted);
    font-size: 11.5px;
    font-weight: 600;
    line-height: 18px;
  }

  .wait--amber {
    background: color-mix(in oklab, var(--_amber) 8%, var(--_surface));
    color: var(--_amber);
  }

  .wait--red {
    background: color-mix(in oklab, var(--_red) 8%, var(--_surface));
    color: var(--_red);
  }

  .row__body {
    display: flex;
    align-items: flex-start;
    gap: 8px;
    min-inline-size: 0;
    min-block-size: 0;
    margin-block-start: 2px;
  }

  .row__text {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 4px;
    min-inline-size: 0;
  }

  .row__preview {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    line-clamp: 2;
    color: var(--_text-muted);
    font-size: 13px;
    line-height: 18px;
    overflow: hidden;
    overflow-wrap: anywhere;
  }

  .row__preview--short {
    -webkit-line-clamp: 1;
    line-clamp: 1;
    word-break: break-all;
  }

  .row__button--unread .row__preview {
    color: var(--_text);
  }

  .row__meta {
    display: flex;
    align-items: center;
    gap: 4px;
    min-inline-size: 0;
    block-size: 18px;
    overflow: hidden;
  }

  .row__meta > * {
    flex: none;
  }

  .row__meta > .tag {
    flex: 0 1 auto;
    min-inline-size: 32px;
  }

  .row__meta > .tag--more {
    flex: none;
    min-inline-size: 0;
  }

  .priority,
  .snooze {
    display: inline-flex;
    align-items: center;
    gap: 2px;
    margin-inline-end: 2px;
    color: var(--_text-muted);
    font-size: 11px;
    line-height: 18px;
  }

  .priority--high {
    color: var(--_amber);
  }

  .priority--urgent {
    color: var(--_red);
    font-weight: 600;
  }

  .row__marks {
    display: flex;
    flex: none;
    align-items: center;
    gap: 5px;
    padding-block-start: 1px;
  }

  .row__assignee .avatar {
    --_avatar: 18px;
  }

  .row__assignee {
    display: flex;
  }

  .skeletons {
    padding-block-start: 12px;
  }

  .skeleton {
    display: flex;
    gap: 10px;
    block-size: 84px;
    padding: 11px 16px;
  }

  .skeleton__avatar {
    flex: none;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
  }

  .skeleton__lines {
    flex: 1;
    padding-block-start: 5px;
  }

  .skeleton__line + .skeleton__line {
    inline-size: 72%;
    margin-block-start: 12px;
  }

  .skeleton__lines .skeleton__line:first-child {
    inline-size: 44%;
  }

  .desk--narrow .search__input {
    font-size: 16px;
  }

  .desk--narrow .tab {
    flex: 1;
  }

  @media (pointer: coarse) {
    .search__input {
      font-size: 16px;
    }
  }
`;
