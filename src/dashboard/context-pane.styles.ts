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
