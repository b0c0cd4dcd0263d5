// The right pane.
import { css } from 'lit';

export default css`
  .context {
    position: relative;
    min-block-size: 0;
    padding: 20px;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) transparent;
  }

  .context__close {
    display: none;
    position: absolute;
    inset-block-start: 10px;
    inset-inline-end: 10px;
  }

  .desk--medium .context__close,
  .desk--narrow .context__close {
    display: inline-flex;
  }

  .context__who {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 3px;
    padding-block-end: 18px;
  }

  .context__avatar .avatar {
    --_avatar: 48px;
  }

  .context__name {
    max-inline-size: 100%;
    margin-block-start: 9px;
    font-size: 16px;
    font-weight: 600;
    letter-spacing: -0.01em;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }

  .context__title {
    display: flex;
    align-items: flex-end;
    gap: 4px;
    max-inline-size: 100%;
  }

  .context__title .context__name {
    min-inline-size: 0;
  }

  .context__edit {
    flex: none;
    margin-block: -3px;
    color: var(--_text-muted);
  }

  .context__email {
    max-inline-size: 100%;
    margin-block-end: 3px;
    color: var(--_text-muted);
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  .context__section {
    padding-block: 16px;
    border-block-start: 1px solid var(--_border);
  }

  .context__heading {
    margin-block-end: 8px;
    color: var(--_text-muted);
    font-size: 12px;
    font-weight: 500;
  }

  .facts__row {
    display: grid;
    grid-template-columns: 88px minmax(0, 1fr);
    gap: 12px;
    padding-block: 3px;
    font-size: 13px;
    line-height: 18px;
  }

  .facts dt {
    color: var(--_text-muted);
    overflow-wrap: anywhere;
  }

  .facts dt::first-letter {
    text-transform: uppercase;
  }

  .facts dd {
    overflow-wrap: anywhere;
  }

  .trail {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .trail__page + .trail__page {
    margin-block-start: 6px;
  }

  .trail__title {
    display: block;
  }

  .trail__time {
    color: var(--_text-muted);
    font-size: 12px;
  }

  .edit {
    inline-size: 100%;
    padding-block: 8px;
  }

  .edit__field {
    margin-block-end: 8px;
  }

  .edit__label {
    display: block;
    margin-block-end: 3px;
    color: var(--_text-muted);
    font-size: 12px;
  }

  .edit__input,
  .notes {
    appearance: none;
    display: block;
    inline-size: 100%;
    min-block-size: var(--_control);
    margin: 0;
    padding: 5px 9px;
    border: 1px solid var(--_field-border);
    border-radius: 8px;
    background: var(--_surface);
    color: inherit;
    font: inherit;
    font-size: 13px;
  }

  .edit__input:focus-visible,
  .notes:focus-visible {
    border-color: var(--_accent-ink);
    outline: 1px solid var(--_accent-ink);
    outline-offset: 0;
  }

  .edit__input:read-only {
    background: var(--_surface-raised);
    color: var(--_text-muted);
  }

  .edit__input[aria-invalid="true"],
  .notes[aria-invalid="true"] {
    border-color: var(--_danger);
  }

  .notes {
    field-sizing: content;
    min-block-size: 54px;
    max-block-size: 240px;
    border-color: color-mix(in oklab, var(--_note-text) 55%, var(--_note));
    background: var(--_note);
    color: var(--_note-text);
    line-height: 1.4;
    overflow-wrap: anywhere;
    resize: vertical;
  }

  .notes::placeholder {
    color: inherit;
    opacity: 0.8;
  }

  label.context__heading {
    display: block;
  }

  .edit__why,
  .edit__theirs,
  .edit__problem {
    margin-block-start: 4px;
    color: var(--_text-muted);
    font-size: 12px;
  }

  .edit__theirs {
    color: var(--_amber);
  }

  .edit__problem {
    color: var(--_danger);
  }

  .edit__problem:empty {
    display: none;
  }

  .edit__buttons {
    display: flex;
    gap: 8px;
    margin-block-start: 8px;
  }

  /* 16 px, or phones zoom in. */
  @media (pointer: coarse) {
    .edit__input,
    .notes {
      font-size: 16px;
    }
  }

  .context__warning {
    margin-block-start: 8px;
    color: var(--_danger);
    font-size: 13px;
  }

  .context__none,
  .context__rating {
    font-size: 13px;
  }

  .context__none {
    color: var(--_text-muted);
  }

  .context__tags {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }

  .context__tags + .context__rating {
    margin-block-start: 12px;
  }

  .context__quote {
    margin-block-start: 4px;
    color: var(--_text-muted);
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  .earlier {
    margin-inline: -8px;
  }

  .earlier__button {
    display: block;
    inline-size: 100%;
    min-block-size: 44px;
    padding: 6px 8px;
    border-radius: 8px;
  }

  .earlier__button:hover {
    background: var(--_hover);
  }

  .earlier__button:active {
    background: var(--_pressed);
  }

  .earlier__preview {
    display: block;
    font-size: 13px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .earlier__facts {
    color: var(--_text-muted);
    font-size: 12px;
  }

  .context__loading {
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding-block: 20px;
    border-block-start: 1px solid var(--_border);
  }
`;
