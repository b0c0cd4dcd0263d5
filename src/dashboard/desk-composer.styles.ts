import { css } from 'lit';

export default css`
  :host {
    container-type: inline-size;
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }

  /* The tools and the way to send share the last line of the box with the button that sends. */
  .box {
    grid-area: 3 / 1;
    flex-wrap: wrap;
    border-radius: 14px;
  }

  textarea {
    flex: 1 1 100%;
    max-block-size: calc(8 * 22px);
  }

  .send {
    inline-size: auto;
    block-size: 32px;
    margin-inline-start: auto;
    padding-inline: 16px;
    border-radius: 9px;
    font: 600 14px / 1.4 var(--_font);
  }

  /* Notes look different, so that nobody writes one to the visitor by mistake. */
  :host([tone="note"]) .box {
    border-color: var(--_note-border);
    background: var(--_note);
    color: var(--_note-text);
  }

  :host([tone="note"]) textarea::placeholder {
    color: inherit;
    opacity: 0.75;
  }

  :host([tone="note"]) .send:disabled {
    background: rgb(0 0 0 / 6%);
    color: inherit;
  }

  .send::after {
    inset: -6px;
  }

  :host([follows]) .send {
    margin-inline-end: 27px;
    border-start-end-radius: 2px;
    border-end-end-radius: 2px;
  }

  .counter {
    grid-area: 4 / 1;
  }

  .tools,
  .more {
    z-index: 1;
    grid-area: 3 / 1;
    align-self: end;
    display: flex;
    margin: 5px;
  }

  .tools {
    justify-self: start;
  }

  .more {
    justify-self: end;
  }

  .tool,
  .chevron {
    display: flex;
    align-items: center;
    justify-content: center;
    inline-size: 32px;
    block-size: 32px;
    border-radius: 8px;
    color: var(--_text-muted);
  }

  :host([tone="note"]) .tool {
    color: var(--_note-text);
  }

  .tool:hover,
  .tool[aria-expanded="true"] {
    background: var(--_hover);
    color: var(--_text);
  }

  .tool:active {
    background: var(--_pressed);
  }

  .chevron {
    inline-size: 26px;
    border-radius: 2px 9px 9px 2px;
    background: var(--_accent);
    color: var(--_on-accent);
  }

  /* As quiet as the button beside it while there is nothing to send. */
  .chevron--idle {
    background: var(--_surface-raised);
    color: var(--_text-muted);
  }

  .chevron:dir(rtl) {
    border-radius: 9px 2px 2px 9px;
  }

  .more .menu__list {
    inset-block: auto calc(100% + 8px);
    inline-size: max-content;
    max-inline-size: min(320px, 90vw);
  }

  .held {
    grid-area: 2 / 1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
    margin-block-end: 8px;
    padding: 6px 6px 6px 12px;
    border: 1px solid var(--_note-border);
    border-radius: 12px;
    background: var(--_note);
    color: var(--_note-text);
    font-size: 13px;
  }

  .held:dir(rtl) {
    padding: 6px 12px 6px 6px;
  }

  .held__text {
    flex: 1 1 200px;
    overflow-wrap: anywhere;
  }

  .popup {
    position: absolute;
    z-index: 5;
    inset-block-end: calc(100% + 8px);
    inset-inline: 0;
    display: flex;
    overflow: hidden;
    max-block-size: min(320px, 50vh);
    border-radius: 12px;
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
    font-size: 13px;
  }

  .popup--mention,
  .popup--emoji {
    inset-inline-end: auto;
    inline-size: min(280px, 100%);
  }

  .options {
    flex: 1 1 45%;
    min-inline-size: 0;
    overflow-y: auto;
    padding: 4px;
  }

  .options:not(:has(*)) {
    display: none;
  }

  .option {
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: max(32px, var(--_small-control));
    padding: 4px 8px;
    border-radius: 8px;
    cursor: pointer;
  }

  .option[aria-selected="true"] {
    background: var(--_pressed);
  }

  .option__key {
    flex: none;
    overflow: hidden;
    max-inline-size: 45%;
    color: var(--_accent-ink);
    font-weight: 500;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .option__text {
    overflow: hidden;
    min-inline-size: 0;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .option__face {
    --_avatar: 22px;
    display: flex;
  }

  .option__emoji {
    font-size: 18px;
  }

  .popup__none {
    padding: 12px;
    color: var(--_text-muted);
  }

  .preview {
    flex: 1 1 55%;
    min-inline-size: 0;
    overflow-y: auto;
    padding: 10px 14px;
    border-inline-start: 1px solid var(--_border);
    background: var(--_surface-raised);
  }

  .preview__text {
    line-height: 1.45;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  .preview__missing {
    border-radius: 4px;
    background: var(--_note);
    color: var(--_note-text);
  }

  .preview__warning {
    margin-block-start: 8px;
    color: var(--_amber);
    font-weight: 500;
  }

  .popup--picker {
    inset-inline-end: auto;
    flex-direction: column;
    inline-size: min(316px, 100%);
  }

  .picker__search {
    appearance: none;
    flex: none;
    margin: 8px 8px 4px;
    padding: 6px 10px;
    border: 1px solid var(--_field-border);
    border-radius: 8px;
    background: var(--_surface);
    color: inherit;
    font: inherit;
    font-size: max(16px, var(--_font-size));
  }

  .picker__search:focus-visible {
    border-color: var(--_accent-ink);
    outline: 1px solid var(--_accent-ink);
    outline-offset: 0;
  }

  .picker__grid {
    overflow-y: auto;
    padding: 0 8px 8px;
  }

  .picker__row {
    display: grid;
    grid-template-columns: repeat(8, 1fr);
  }

  .picker__emoji {
    display: flex;
    align-items: center;
    justify-content: center;
    block-size: 36px;
    border-radius: 8px;
    font-size: 21px;
    cursor: pointer;
  }

  .picker__emoji:hover {
    background: var(--_hover);
  }

  .picker__emoji:active,
  .picker__emoji[aria-selected="true"] {
    background: var(--_pressed);
  }

  .picker__emoji[aria-selected="true"] {
    box-shadow: inset 0 0 0 1.5px var(--_accent-ink);
  }

  @container (max-inline-size: 460px) {
    .popup--canned {
      flex-direction: column;
    }

    .preview {
      flex: none;
      max-block-size: 40%;
      border-block-start: 1px solid var(--_border);
      border-inline-start: 0;
    }
  }

  @media (pointer: coarse) {
    .tool,
    .chevron,
    .send,
    .send.text {
      block-size: 44px;
    }

    .tool,
    .chevron {
      inline-size: 44px;
    }

    :host([follows]) .send {
      margin-inline-end: 45px;
    }

    .option,
    .picker__emoji {
      min-block-size: 44px;
    }
  }

  @media (forced-colors: active) {
    .option[aria-selected="true"],
    .picker__emoji[aria-selected="true"] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }

    .chevron {
      border: 1px solid ButtonText;
    }
  }
`;
