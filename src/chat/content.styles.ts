import { css } from 'lit';

// What fills the window when it is not the message list: greeting, list, end, problems.
export default css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 44px;
    padding-block: 8px;
    padding-inline: 15px;
    border-radius: 22px;
    background: var(--_surface);
    box-shadow: inset 0 0 0 1px var(--_border);
    color: var(--_text);
    font-size: 14px;
    font-weight: 600;
    line-height: 20px;
    transition:
      background-color var(--_duration),
      filter var(--_duration);
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
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 24px;
    min-block-size: 0;
    padding-block: 32px 12px;
    padding-inline: 24px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  .greeting {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
  }

  .greeting-text,
  .greeting-hint {
    margin: 0;
    overflow-wrap: anywhere;
    white-space: pre-line;
  }

  .greeting-text {
    font-size: 24px;
    font-weight: 650;
    letter-spacing: -0.02em;
    line-height: 30px;
    text-wrap: balance;
  }

  .greeting-hint {
    margin-block-start: 8px;
    color: var(--_text-muted);
    line-height: 22px;
  }

  .questions {
    display: flex;
    flex-direction: column;
    align-items: flex-end;
    gap: 8px;
    margin: 0;
    margin-block-start: auto;
    padding: 0;
    list-style: none;
  }

  .question {
    min-block-size: 44px;
    padding-block: 10px;
    padding-inline: 16px;
    border-radius: var(--_radius-bubble);
    box-shadow: inset 0 0 0 1px var(--_border);
    color: var(--_text);
    font-size: 14px;
    font-weight: 500;
    line-height: 20px;
    overflow-wrap: anywhere;
    transition:
      background-color var(--_duration),
      box-shadow var(--_duration);
  }

  .question:hover {
    background: var(--_surface-raised);
    box-shadow: inset 0 0 0 1px var(--_accent-ink);
  }

  .skeleton {
    display: flex;
    flex: 1;
    flex-direction: column;
    align-items: flex-start;
    gap: 10px;
    padding-block: 24px;
    padding-inline: 16px;
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

  .list {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-block-size: 0;
  }

  .sessions {
    flex: 1;
    margin: 0;
    padding: 8px;
    overflow-y: auto;
    overscroll-behavior: contain;
    list-style: none;
  }

  .session {
    --_avatar: 40px;
    display: flex;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
    padding-block: 10px;
    padding-inline: 12px;
    border-radius: 12px;
    transition: background-color var(--_duration);
  }

  .session:hover {
    background: var(--_hover);
  }

  .session[aria-current] {
    background: var(--_surface-raised);
  }

  .session:focus-visible {
    outline-offset: -2px;
  }

  .session-words {
    flex: 1;
    min-inline-size: 0;
  }

  .session-preview,
  .session-meta {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
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
    color: var(--_text-muted);
    font-size: 13px;
    line-height: 18px;
  }

  .count {
    flex: none;
    min-inline-size: 20px;
    padding-inline: 6px;
    border-radius: 10px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 12px;
    font-weight: 700;
    line-height: 20px;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }

  .end {
    margin-inline-start: 56px;
    padding-block: 13px;
    padding-inline: 8px;
    border-radius: 8px;
    color: var(--_text-muted);
    font-size: 13px;
    line-height: 18px;
  }

  .end:hover {
    background: var(--_hover);
    color: var(--_danger);
  }

  .list-foot {
    display: flex;
    flex: none;
    justify-content: center;
    padding: 12px;
    border-block-start: 1px solid var(--_border);
  }

  .closed {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 12px;
    margin-inline: -12px;
    padding-block: 16px 4px;
    padding-inline: 16px;
    border-block-start: 1px solid var(--_border);
    text-align: center;
  }

  .thanks {
    display: flex;
    align-items: center;
    gap: 8px;
    margin: 0;
    font-size: 14px;
    line-height: 20px;
  }

  .thanks-face {
    font-size: 20px;
  }

  .rating {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
  }

  .faces {
    display: flex;
    flex-direction: column;
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
    font-size: 28px;
    line-height: 48px;
    text-align: center;
    transition:
      transform var(--_duration) cubic-bezier(0.34, 1.5, 0.64, 1),
      background-color var(--_duration);
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

  .comment {
    appearance: none;
    inline-size: 100%;
    min-block-size: 64px;
    padding-block: 9px;
    padding-inline: 12px;
    border: 1px solid var(--_border);
    border-radius: 12px;
    background: var(--_surface);
    color: inherit;
    font-family: inherit;
    font-size: max(16px, var(--_font-size));
    line-height: 22px;
    resize: none;
  }

  .comment::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }

  .closed-actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 8px;
  }

  .problem {
    display: flex;
    flex: 1;
    flex-direction: column;
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
    margin: 0;
    text-wrap: balance;
  }

  .problem-title {
    font-size: 16px;
    font-weight: 600;
    line-height: 22px;
  }

  .problem-hint {
    color: var(--_text-muted);
    line-height: 22px;
  }

  .problem .button {
    margin-block-start: 16px;
  }

  .refusal {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-block-end: 8px;
    padding-block: 6px;
    padding-inline: 12px 6px;
    border: 1px solid var(--_note-border);
    border-radius: 12px;
    background: var(--_note);
    color: var(--_note-text);
    font-size: 13px;
    line-height: 18px;
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

    .rate:hover {
      transform: none;
    }
  }

  @media (forced-colors: active) {
    .button,
    .question,
    .rate[aria-pressed="true"] {
      border: 1px solid ButtonText;
    }

    .bone {
      background: GrayText;
    }
  }
`;
