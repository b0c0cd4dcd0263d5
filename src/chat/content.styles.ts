import { css } from 'lit';

// What fills the window when it is not the message list: greeting, list, end, problems.
export default css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 44px;
    padding: 8px 15px;
    border-radius: 22px;
    background: var(--_surface);
    box-shadow: inset 0 0 0 1px var(--_border);
    font: 600 14px / 20px var(--_font);
  }

  .button:hover {
    background: var(--_surface-raised);
  }

  .button.primary {
    background: var(--_accent);
    box-shadow: none;
    color: var(--_on-accent);
  }

  .button.primary:hover {
    filter: brightness(1.08);
  }

  .empty {
    flex: 1;
    gap: 24px;
    padding: 32px 24px 12px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  .greeting {
    align-items: flex-start;
  }

  .greeting-text,
  .greeting-hint {
    overflow-wrap: anywhere;
    white-space: pre-line;
  }

  .greeting-text {
    font: 650 24px / 30px var(--_font);
    letter-spacing: -0.02em;
    text-wrap: balance;
  }

  .greeting-hint {
    margin-block-start: 8px;
    color: var(--_text-muted);
    line-height: 22px;
  }

  .questions {
    align-items: flex-end;
    gap: 8px;
    margin-block-start: auto;
  }

  .question {
    min-block-size: 44px;
    padding: 10px 16px;
    border-radius: var(--_radius-bubble);
    box-shadow: inset 0 0 0 1px var(--_border);
    font: 500 14px / 20px var(--_font);
    overflow-wrap: anywhere;
  }

  .question:hover {
    background: var(--_surface-raised);
    box-shadow: inset 0 0 0 1px var(--_accent-ink);
  }

  .skeleton {
    flex: 1;
    gap: 10px;
    padding: 24px 16px;
    animation: show 200ms 150ms backwards;
  }

  .bone {
    inline-size: 62%;
    block-size: 38px;
    border-radius: var(--_radius-bubble);
    background: var(--_bubble-agent);
    animation: breathe 1.6s ease-in-out infinite;
  }

  .bone:nth-child(3) {
    inline-size: 44%;
  }

  .bone.own {
    align-self: flex-end;
    inline-size: 52%;
  }

  .sessions {
    flex: 1;
    padding: 8px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  .session {
    --_avatar: 40px;
    display: flex;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
    padding: 10px 12px;
    border-radius: 12px;
  }

  .session:hover {
    background: var(--_hover);
  }

  .session[aria-current] {
    background: var(--_surface-raised);
  }

  .session-words {
    flex: 1;
    min-inline-size: 0;
  }

  .session-preview {
    font-weight: 500;
    line-height: 20px;
  }

  .is-unread .session-preview {
    font-weight: 650;
  }

  .session-meta {
    margin-block-start: 2px;
  }

  .count {
    flex: none;
    min-inline-size: 20px;
    border-radius: 22px;
    background: var(--_accent);
    color: var(--_on-accent);
    line-height: 20px;
  }

  .list-foot {
    flex: none;
    align-items: center;
    padding: 12px;
    border-block-start: 1px solid var(--_border);
  }

  .closed {
    align-items: center;
    gap: 12px;
    margin-inline: -12px;
    padding: 16px 16px 4px;
    border-block-start: 1px solid var(--_border);
    text-align: center;
  }

  .thanks {
    display: flex;
    align-items: center;
    gap: 8px;
    font: 14px / 20px var(--_font);
  }

  .thanks-face {
    font-size: 20px;
  }

  .rating {
    align-items: center;
    gap: 12px;
    inline-size: 100%;
  }

  .faces {
    align-items: center;
    gap: 4px;
  }

  .rating-prompt {
    font-weight: 600;
  }

  .face-row {
    display: flex;
    gap: 4px;
  }

  .rate {
    inline-size: 48px;
    block-size: 48px;
    border-radius: 50%;
    font: 28px / 48px var(--_font);
  }

  /* A picture, not words: the button's name says what it means. */
  .rate::before {
    content: attr(data-face);
  }

  .rate:hover {
    transform: scale(1.12);
  }

  .rate[aria-pressed="true"] {
    background: var(--_surface-raised);
    box-shadow: 0 0 0 2px var(--_accent-ink);
  }

  .comment,
  .field input,
  .field select {
    inline-size: 100%;
    min-block-size: 44px;
    margin: 0;
    padding: 9px 12px;
    border: 1px solid color-mix(in srgb, var(--_text-muted) 75%, var(--_surface));
    border-radius: 12px;
    background: var(--_surface);
    color: inherit;
    font: max(16px, var(--_font-size)) / 22px var(--_font);
    resize: none;
  }

  .fields {
    gap: 16px;
  }

  .field,
  .check {
    font: 500 14px / 20px var(--_font);
  }

  .field span {
    display: block;
    margin-block-end: 4px;
  }

  .check {
    display: flex;
    align-items: center;
    gap: 10px;
    min-block-size: 44px;
  }

  .check input {
    flex: none;
    inline-size: 20px;
    block-size: 20px;
    margin: 0;
    accent-color: var(--_accent-ink);
  }

  small {
    color: var(--_text-muted);
    font-size: inherit;
    font-weight: 400;
  }

  .contact {
    flex-direction: row;
    align-items: flex-end;
    gap: 8px;
    margin-block-end: 8px;
    padding: 12px;
    border-radius: 12px;
    background: var(--_surface-raised);
    font: 14px / 20px var(--_font);
    overflow-wrap: anywhere;
  }

  .contact .field {
    flex: 1;
    min-inline-size: 0;
    font-weight: 400;
  }

  .comment::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }

  .closed-actions {
    flex-flow: wrap;
    justify-content: center;
    gap: 8px;
  }

  .problem {
    flex: 1;
    align-items: center;
    justify-content: center;
    gap: 4px;
    padding: 32px;
    text-align: center;
  }

  .problem-icon {
    display: grid;
    place-items: center;
    inline-size: 64px;
    block-size: 64px;
    margin-block-end: 12px;
    border-radius: 50%;
    background: var(--_surface-raised);
    color: var(--_text-muted);
  }

  .problem-title,
  .problem-hint {
    text-wrap: balance;
  }

  .problem-hint {
    color: var(--_text-muted);
    line-height: 22px;
  }

  .problem .button {
    margin-block-start: 16px;
  }

  .refusal {
    flex-direction: row;
    align-items: center;
    gap: 8px;
    margin-block-end: 8px;
    padding: 6px;
    padding-inline: 12px 6px;
    border: 1px solid var(--_note-border);
    border-radius: 12px;
    background: var(--_note);
    color: var(--_note-text);
    font: 13px / 18px var(--_font);
  }

  .refusal span {
    flex: 1;
  }

  @keyframes breathe {
    50% {
      opacity: 0.5;
    }
  }

  @keyframes show {
    from {
      opacity: 0;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .bone {
      animation: none;
    }

    .launcher:hover,
    .launcher:active,
    .rate:hover,
    .floating .window {
      transform: none;
    }
  }

  @media (forced-colors: active) {
    .launcher,
    .preview,
    .window,
    .menu,
    .button,
    .question,
    .rate[aria-pressed="true"] {
      border: 1px solid ButtonText;
    }

    .badge {
      forced-color-adjust: none;
    }

    .bone {
      background: GrayText;
    }
  }
`;
