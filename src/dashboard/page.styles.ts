// Pages that stand alone: signing in, and what is wrong.
import { css } from 'lit';

export default css`
  .page {
    display: flex;
    flex: 1;
    min-block-size: 0;
    padding: 24px 16px;
    background: var(--_ground);
    overflow-y: auto;
  }

  .card {
    display: flex;
    flex-direction: column;
    inline-size: min(380px, 100%);
    margin: auto;
    padding: 32px;
    border-radius: 20px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }

  .problem {
    inline-size: min(460px, 100%);
  }

  .page__icon {
    display: flex;
    align-items: center;
    justify-content: center;
    inline-size: 44px;
    block-size: 44px;
    margin-block-end: 18px;
    border-radius: 14px;
    background: var(--_accent);
    color: var(--_on-accent);
  }

  .page__icon--problem {
    background: var(--_surface-raised);
    box-shadow: inset 0 0 0 1px var(--_border);
    color: var(--_text-muted);
  }

  .page__heading {
    font-size: 20px;
    font-weight: 600;
    letter-spacing: -0.01em;
    line-height: 1.25;
  }

  .page__text {
    margin-block-start: 6px;
    color: var(--_text-muted);
    font-size: 14px;
    line-height: 1.5;
    overflow-wrap: anywhere;
  }

  .page__detail {
    margin-block-start: 14px;
    font-size: 13px;
    font-weight: 500;
    overflow-wrap: anywhere;
  }

  .page__code {
    margin-block-start: 14px;
    padding: 12px 14px;
    border: 1px solid var(--_border);
    border-radius: 10px;
    background: var(--_surface-raised);
    font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
    font-size: 12px;
    line-height: 1.6;
    overflow-x: auto;
    text-align: left;
  }

  .page__actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }

  .page__actions .button {
    min-block-size: 40px;
    margin-block-start: 20px;
    padding: 0 16px;
    font-size: 14px;
  }

  .sign-in__error p {
    margin-block-start: 16px;
    padding: 10px 12px;
    border-radius: 10px;
    background: color-mix(in oklab, var(--_danger) 10%, var(--_surface));
    color: var(--_danger);
    font-size: 13px;
    line-height: 1.45;
  }

  .field {
    display: block;
    margin-block-start: 16px;
  }

  .field__label {
    display: block;
    margin-block-end: 6px;
    font-size: 13px;
    font-weight: 500;
  }

  .field__input {
    inline-size: 100%;
    min-block-size: 44px;
    margin: 0;
    padding: 0 12px;
    border: 1px solid var(--_field-border);
    border-radius: 10px;
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-size: 16px;
  }

  .field__input:focus-visible {
    border-color: var(--_accent-ink);
    outline: 2px solid var(--_accent-ink);
    outline-offset: -1px;
  }

  .field__input[aria-invalid="true"] {
    border-color: var(--_danger);
  }

  .sign-in .button {
    margin-block-start: 24px;
    min-block-size: 44px;
    border-radius: 10px;
  }

  .sign-in__more {
    display: flex;
    flex-direction: column;
    align-items: center;
    margin-block-start: 12px;
  }

  .sign-in__more .link {
    min-block-size: 32px;
    padding-inline: 8px;
    border-radius: 6px;
    font-size: 13px;
  }

  @media (pointer: coarse), (width < 900px) {
    .sign-in__more .link {
      min-block-size: 44px;
    }
  }
`;
