import { css } from 'lit';

export default css`
  :host {
    display: block;
    color: var(--_text);
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
  }

  .box:focus-within {
    border-color: var(--_accent-ink);
    box-shadow: 0 0 0 1px var(--_accent-ink);
  }

  /* 16 px, or phones zoom in. */
  textarea {
    flex: 1;
    field-sizing: content;
    min-inline-size: 0;
    max-block-size: calc(5 * 22px);
    /* Not padding, in which lines scrolled out of view would still show. */
    margin: 7px 0;
    padding: 0;
    padding-inline: 12px 4px;
    border: 0;
    background: none;
    color: inherit;
    font: max(16px, var(--_font-size)) / 22px var(--_font);
    resize: none;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) #0000;
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

  .send {
    position: relative;
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 22px;
    background: var(--_accent);
    color: var(--_on-accent);
    transition:
      background-color var(--_duration),
      transform var(--_duration) var(--_ease);
  }

  /* The circle stays small, the finger gets 44 px. */
  .send::after {
    content: "";
    position: absolute;
    inset: -4px;
  }

  .send:active:not(:disabled) {
    transform: scale(0.94);
  }

  .send:disabled {
    background: var(--_surface-raised);
    color: var(--_text-muted);
  }

  .counter {
    padding: 4px 16px 0;
    color: var(--_text-muted);
    font: 12px / 16px var(--_font);
    font-variant-numeric: tabular-nums;
    text-align: end;
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
  }
`;
