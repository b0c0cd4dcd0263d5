// The middle pane.
import { css } from 'lit';

export default css`
  .thread {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    min-block-size: 0;
  }

  .thread--none {
    background: var(--_ground);
  }

  .thread__header {
    display: flex;
    align-items: center;
    gap: 12px;
    flex: none;
    min-block-size: 56px;
    padding: 6px 12px 6px 20px;
    border-block-end: 1px solid var(--_border);
  }

  .thread__header:dir(rtl) {
    padding: 6px 20px 6px 12px;
  }

  .thread__back {
    display: none;
  }

  .desk--narrow .thread__back {
    display: inline-flex;
  }

  .desk--narrow .thread__header {
    gap: 4px;
    padding-inline: 4px;
  }

  .thread__who {
    flex: 1;
    min-inline-size: 0;
  }

  .thread__name {
    font-size: 15px;
    font-weight: 600;
    letter-spacing: -0.01em;
    line-height: 1.3;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .thread__facts {
    display: flex;
    align-items: center;
    gap: 10px;
    min-inline-size: 0;
    color: var(--_text-muted);
    font-size: 12px;
    overflow: hidden;
    white-space: nowrap;
  }

  .thread__facts > * {
    flex: none;
  }

  /* Who else is here matters more than one line less. */
  .desk--narrow .thread__facts {
    flex-wrap: wrap;
    row-gap: 0;
  }

  .status {
    display: inline-flex;
    align-items: center;
    gap: 5px;
  }

  .status::before {
    content: "";
    inline-size: 7px;
    block-size: 7px;
    border-radius: 50%;
    background: var(--_accent-ink);
  }

  .status--open::before {
    background: none;
    box-shadow: inset 0 0 0 1.5px var(--_amber);
  }

  .status--closed::before {
    background: var(--_text-muted);
    opacity: 0.6;
  }

  .thread__facts > .viewers {
    display: inline-flex;
    flex: 0 1 auto;
    align-items: center;
    gap: 4px;
    min-inline-size: 0;
    color: var(--_amber);
  }

  .viewers span {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .thread__actions {
    display: flex;
    align-items: center;
    gap: 6px;
  }

  .assignee {
    max-inline-size: 170px;
    padding-inline: 7px 8px;
  }

  .assignee__face {
    display: flex;
    color: var(--_text-muted);
  }

  .assignee__face .avatar {
    --_avatar: 20px;
  }

  .assignee__name {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .assignee svg {
    color: var(--_text-muted);
  }

  .thread__back:dir(rtl) svg {
    transform: scaleX(-1);
  }

  .desk--narrow .thread__close-text {
    display: none;
  }

  /* Out of sight, but still the button's name. */
  .desk--narrow .assignee__name {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    clip-path: inset(50%);
  }

  .desk--narrow .thread__close {
    inline-size: 44px;
    padding: 0;
  }

  .desk--narrow .thread__header .button {
    border-color: transparent;
    background: none;
  }

  .desk--narrow .thread__actions {
    gap: 0;
  }

  .thread__body {
    flex: 1;
    min-block-size: 0;
  }

  .thread__body--center {
    display: flex;
  }

  .thread__skeleton {
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    gap: 14px;
    padding: 24px;
  }

  .skeleton__bubble {
    inline-size: 46%;
    block-size: 40px;
    border-radius: 14px;
  }

  .skeleton__bubble:nth-child(2n) {
    inline-size: 34%;
  }

  .skeleton__bubble--end {
    align-self: flex-end;
  }

  .replying {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-inline: 16px;
    padding: 7px 12px;
    border-radius: 10px;
    background: var(--_note);
    color: var(--_note-text);
    font-size: 13px;
    font-weight: 500;
  }

  .replying__dot {
    inline-size: 7px;
    block-size: 7px;
    border-radius: 50%;
    background: currentcolor;
    animation: breathe 0.8s ease-in-out infinite alternate;
  }

  .answer {
    flex: none;
    padding: 8px 16px 16px;
    padding-block-end: max(16px, env(safe-area-inset-bottom));
  }

  .answer__bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 6px 8px;
    margin-block-end: 8px;
    padding: 6px 6px 6px 14px;
    border: 1px solid var(--_border);
    border-radius: 12px;
    background: var(--_surface-raised);
  }

  .answer__bar:dir(rtl) {
    padding: 6px 14px 6px 6px;
  }

  .answer__bar:last-child {
    margin-block-end: 0;
  }

  .answer__choices {
    display: flex;
    gap: 8px;
  }

  .answer__hint {
    flex: 1 1 140px;
    color: var(--_text-muted);
    font-size: 13px;
  }

  .answer__bar--ask {
    border-color: var(--_accent-ink);
  }

  .answer__bar--ask .answer__hint {
    color: var(--_text);
  }

  .answer--note support-desk-composer {
    --_accent-ink: var(--_amber);
  }

  .modes {
    display: flex;
    gap: 2px;
    padding-block-end: 6px;
  }

  .modes__choice {
    position: relative;
    display: inline-flex;
    align-items: center;
    gap: 5px;
    min-block-size: max(28px, var(--_small-control));
    padding-inline: 9px;
    border-radius: 8px;
    color: var(--_text-muted);
    font-size: 13px;
    font-weight: 500;
  }

  .modes__choice:hover {
    color: var(--_text);
  }

  .modes__choice[aria-pressed="true"] {
    background: var(--_hover);
    color: var(--_text);
  }

  .modes__choice--note[aria-pressed="true"] {
    background: var(--_note);
    color: var(--_note-text);
  }

  .modes__kept {
    inline-size: 6px;
    block-size: 6px;
    border-radius: 50%;
    background: var(--_amber);
  }
`;
