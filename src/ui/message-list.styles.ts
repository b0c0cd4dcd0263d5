import { css } from 'lit';

export default css`
  :host {
    position: relative;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-block-size: 0;
    color: var(--_text);
    font: var(--_font-size) / 1.4 var(--_font);
  }

  :host([hidden]) {
    display: none;
  }

  .scroller {
    flex: 1;
    overflow-y: auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) #0000;
  }

  .scroller:focus-visible {
    outline-offset: -2px;
    border-radius: 6px;
  }

  /* A short conversation sits at the end, next to where one writes. */
  .content {
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    min-block-size: 100%;
    padding: 16px 16px 12px;
  }

  /* Stands for the lines that are not drawn, with their margins. */
  .space {
    flex: none;
  }

  .row {
    margin-block-start: 2px;
  }

  .row.first,
  .row.typing {
    margin-block-start: 12px;
  }

  .row.own {
    text-align: end;
  }

  .line {
    display: flex;
    align-items: flex-end;
    gap: 8px;
  }

  .own .line {
    flex-direction: row-reverse;
  }

  .face {
    flex: none;
    inline-size: 28px;
    block-size: 28px;
  }

  .name,
  .delivery,
  .day,
  .event,
  .unread {
    color: var(--_text-muted);
    font: 12px / 16px var(--_font);
  }

  .name {
    margin-block-end: 4px;
    padding-inline: 12px;
  }

  .face ~ .bubble {
    max-inline-size: min(calc(100% - 92px), 560px);
  }

  .row:has(.face) .name {
    padding-inline-start: 48px;
  }

  .bubble {
    max-inline-size: min(calc(100% - 56px), 560px);
    padding: 8px 14px;
    border-radius: var(--_radius-bubble);
    background: var(--_bubble-agent);
    text-align: start;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    unicode-bidi: plaintext;
  }

  .own .bubble {
    background: var(--_bubble-visitor);
    color: var(--_on-bubble-visitor);
  }

  /* Bubbles of one group lean on each other at their sender's side. */
  .other:not(.first) .bubble {
    border-start-start-radius: min(6px, var(--_radius-bubble));
  }
  .other:not(.last) .bubble {
    border-end-start-radius: min(6px, var(--_radius-bubble));
  }
  .own:not(.first) .bubble {
    border-start-end-radius: min(6px, var(--_radius-bubble));
  }
  .own:not(.last) .bubble {
    border-end-end-radius: min(6px, var(--_radius-bubble));
  }

  .note .bubble {
    border: 1px solid var(--_note-border);
    background: var(--_note);
    color: var(--_note-text);
  }

  .emoji .bubble {
    padding: 0 2px;
    background: none;
    color: var(--_text);
    font: 36px / 1.2 var(--_font);
  }

  .bubble a {
    color: inherit;
    text-underline-offset: 2px;
  }

  .other .bubble a {
    color: var(--_accent-ink);
  }

  .note .bubble a {
    color: inherit;
  }

  .bubble a:focus-visible {
    outline-color: currentColor;
  }

  time {
    flex: none;
    align-self: center;
    color: var(--_text-muted);
    font: 11px / 16px var(--_font);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    opacity: 0;
    transition: opacity var(--_duration);
  }

  .row:hover time,
  .row:focus-within time,
  .event:hover time,
  .scroller:focus-visible time {
    opacity: 1;
  }

  .delivery {
    margin-block-start: 4px;
    padding-inline: 4px;
  }

  /* A quick network should not flash. */
  .pending {
    animation: show 200ms 400ms backwards;
  }

  .failure {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 8px 6px;
    color: var(--_danger);
  }

  .failure button {
    padding: 4px 6px;
    border-radius: 6px;
    color: var(--_text);
    font-weight: 600;
  }

  .failed.own .bubble {
    background: var(--_bubble-agent);
    color: var(--_text);
  }

  .day,
  .event,
  .unread {
    margin-block: 16px 4px;
    text-align: center;
    text-wrap: balance;
  }

  .day,
  .unread {
    font-weight: 600;
  }

  .event {
    margin-block: 12px 4px;
  }

  /* Out of the flow, so that the words stand in the middle. */
  .event time {
    position: absolute;
    margin-inline-start: 4px;
  }

  .day + .row,
  .unread + .row,
  .day + .event {
    margin-block-start: 8px;
  }

  .day:first-child,
  .content > .space + * {
    margin-block-start: 0;
  }

  .unread {
    display: flex;
    align-items: center;
    gap: 12px;
    color: var(--_danger);
  }

  .unread::before,
  .unread::after {
    content: "";
    flex: 1;
    block-size: 1px;
    background: currentColor;
    opacity: 0.35;
  }

  .earlier {
    display: flex;
    align-items: center;
    align-self: center;
    gap: 8px;
    min-block-size: 32px;
    margin-block-end: 8px;
    padding-inline: 12px;
    border-radius: 22px;
    color: var(--_text-muted);
    font-size: 13px;
  }

  .failure button:hover,
  .earlier:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .spinner {
    inline-size: 14px;
    block-size: 14px;
    border: 2px solid var(--_border);
    border-block-start-color: var(--_text-muted);
    border-radius: 50%;
    animation: turn 800ms linear infinite;
  }

  .pill {
    position: absolute;
    inset-block-end: 12px;
    inset-inline: 0;
    display: flex;
    align-items: center;
    gap: 6px;
    inline-size: max-content;
    min-block-size: 36px;
    margin-inline: auto;
    padding-inline: 14px 12px;
    border-radius: 22px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
    font: 600 13px / 1.4 var(--_font);
  }

  .pill:hover {
    background: var(--_surface-raised);
  }

  .pill,
  .typing {
    animation: rise var(--_duration) var(--_ease);
  }

  .dots {
    display: flex;
    align-items: center;
    gap: 4px;
    min-block-size: 37px;
  }

  .dots span {
    inline-size: 7px;
    block-size: 7px;
    border-radius: 50%;
    background: var(--_text-muted);
    animation: dot 1.3s ease-in-out infinite;
  }

  .dots span:nth-child(2) {
    animation-delay: 160ms;
  }

  .dots span:nth-child(3) {
    animation-delay: 320ms;
  }

  @keyframes dot {
    0%,
    60%,
    100% {
      opacity: 0.35;
      transform: none;
    }
    30% {
      opacity: 1;
      transform: translateY(-3px);
    }
  }

  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }

  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(8px);
    }
  }

  @keyframes show {
    from {
      opacity: 0;
    }
  }

  @media (pointer: coarse) {
    .failure button,
    .earlier,
    .pill {
      min-block-size: 44px;
      min-inline-size: 44px;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .dots span,
    .spinner {
      animation: none;
      opacity: 0.7;
    }
  }

  @media (forced-colors: active) {
    .bubble,
    .pill {
      border: 1px solid ButtonText;
    }

    .own .bubble {
      border-color: Highlight;
    }

    .dots span {
      background: CanvasText;
    }
  }
`;
