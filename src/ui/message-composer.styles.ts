import { css } from 'lit';

export default css`
  :host {
    display: block;
    color: var(--_text);
    font-family: var(--_font);
    line-height: 1.4;
  }

  :host([hidden]) {
    display: none;
  }

  .box {
    display: flex;
    align-items: flex-end;
    gap: 4px;
    padding: 4px;
    border: 1px solid var(--_border);
    border-radius: 22px;
    background: var(--_surface);
    cursor: text;
    transition: border-color var(--_duration);
  }

  .box:focus-within {
    border-color: var(--_accent-ink);
    box-shadow: 0 0 0 1px var(--_accent-ink);
  }

  :host([tone="note"]) .box {
    border-color: var(--_note-border);
    background: var(--_note);
    color: var(--_note-text);
  }

  /* 16 px, or phones zoom in. */
  textarea {
    appearance: none;
    flex: 1;
    field-sizing: content;
    min-inline-size: 0;
    min-block-size: 22px;
    max-block-size: calc(5 * 22px);
    margin: 0;
    /* Not padding, in which lines scrolled out of view would still show. */
    margin-block: 7px;
    padding-block: 0;
    padding-inline: 12px 4px;
    border: 0;
    background: none;
    color: inherit;
    font-family: inherit;
    font-size: max(16px, var(--_font-size));
    line-height: 22px;
    overflow-wrap: anywhere;
    resize: none;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) transparent;
  }

  textarea:focus-visible {
    outline: none;
  }

  /* One line, however long a name is in it: an empty box has no reason to grow. */
  textarea::placeholder {
    overflow: hidden;
    color: var(--_text-muted);
    opacity: 1;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  :host([tone="note"]) textarea::placeholder {
    color: inherit;
    opacity: 0.75;
  }

  .send {
    position: relative;
    display: flex;
    flex: none;
    align-items: center;
    justify-content: center;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 18px;
    background: var(--_accent);
    color: var(--_on-accent);
    transition:
      background-color var(--_duration),
      color var(--_duration),
      transform var(--_duration) var(--_ease);
  }

  /* The circle stays small, the finger gets 44 px. */
  .send::after {
    content: "";
    position: absolute;
    inset: -4px;
  }

  .send.text {
    inline-size: auto;
    padding-inline: 16px;
    font-size: 14px;
    font-weight: 600;
  }

  .send:active:not(:disabled) {
    transform: scale(0.94);
  }

  .send:disabled {
    background: var(--_surface-raised);
    color: var(--_text-muted);
  }

  :host([tone="note"]) .send:disabled {
    background: rgb(0 0 0 / 6%);
    color: inherit;
  }

  .counter {
    padding: 4px 16px 0;
    color: var(--_text-muted);
    font-size: 12px;
    line-height: 16px;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }

  .counter:empty {
    display: none;
  }

  .counter.over {
    color: var(--_danger);
  }

  @media (prefers-reduced-motion: reduce) {
    .send:active:not(:disabled) {
      transform: none;
    }
  }

  @media (forced-colors: active) {
    .send {
      border: 1px solid ButtonText;
    }

    .send:disabled {
      border-color: GrayText;
      color: GrayText;
    }
  }
`;
