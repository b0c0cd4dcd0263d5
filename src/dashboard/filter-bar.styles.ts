// The list's order, filters and views, and what is done to many rows.
import { css } from 'lit';

export default css`
  .order,
  .bulk {
    display: flex;
    align-items: center;
    gap: 6px;
    min-block-size: 40px;
    padding-inline: 12px 10px;
  }

  .order__sort {
    position: relative;
    display: flex;
    margin-inline-end: auto;
  }

  .order__sort::after {
    content: "";
    position: absolute;
    inset-inline-end: 6px;
    inset-block-start: calc(50% - 4px);
    inline-size: 5px;
    block-size: 5px;
    border: solid var(--_text-muted);
    border-width: 0 1.25px 1.25px 0;
    transform: rotate(45deg);
    pointer-events: none;
  }

  .order__fixed {
    margin-inline-end: auto;
    padding-inline: 4px;
    color: var(--_text-muted);
    font-size: 12px;
  }

  .chip {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    min-inline-size: 0;
    max-inline-size: 100%;
    min-block-size: max(26px, var(--_small-control));
    padding-inline: 8px;
    border: 1px solid var(--_border);
    border-radius: 8px;
    color: var(--_text-muted);
    font-size: 12px;
    font-weight: 500;
    white-space: nowrap;
  }

  .chip > span:not(.visually-hidden) {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .chip > svg {
    flex: none;
    inline-size: 14px;
    block-size: 14px;
  }

  .chip:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .chip:active {
    background: var(--_pressed);
  }

  .chip--on {
    border-color: transparent;
    background: color-mix(in oklab, var(--_accent-ink) 12%, var(--_surface));
    color: var(--_accent-ink);
  }

  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    padding: 0 12px 8px;
  }

  .chip-pair {
    display: inline-flex;
    min-inline-size: 0;
  }

  .chip-pair .chip:first-child {
    border-start-end-radius: 0;
    border-end-end-radius: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .chip-pair .chip--end {
    flex: none;
    min-inline-size: var(--_small-control);
    justify-content: center;
    padding-inline: 4px;
    border-inline-start: 0;
    border-start-start-radius: 0;
    border-end-start-radius: 0;
  }

  .filters {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 8px 10px;
    padding: 2px 12px 12px;
    border-block-end: 1px solid var(--_border);
  }

  .filters__choice {
    min-inline-size: 0;
  }

  .filters__label {
    display: block;
    margin-block-end: 2px;
    color: var(--_text-muted);
    font-size: 12px;
  }

  .filters__select,
  .filters__name {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: max(32px, var(--_control));
    margin: 0;
    padding-inline: 8px;
    border: 1px solid var(--_field-border);
    border-radius: 8px;
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-size: 13px;
  }

  .filters__box {
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: max(24px, var(--_small-control));
    font-size: 13px;
  }

  .filters__views,
  .filters__save,
  .filters__clear {
    grid-column: 1 / -1;
  }

  .filters__views {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }

  .filters__save {
    display: flex;
    gap: 6px;
  }

  .filters__clear {
    justify-self: start;
  }

  .check {
    flex: none;
    inline-size: 16px;
    block-size: 16px;
    margin: 0;
    accent-color: var(--_accent);
    cursor: pointer;
  }

  .bulk {
    position: sticky;
    z-index: 2;
    inset-block-start: 0;
    gap: 4px;
    padding-inline: 16px 8px;
    background: var(--_surface);
    border-block-end: 1px solid var(--_border);
  }

  .bulk__count {
    flex: 1;
    min-inline-size: 0;
    padding-inline-start: 6px;
    font-size: 13px;
    font-weight: 500;
  }

  .bulk__button:disabled {
    opacity: 0.4;
    cursor: default;
  }

  .row {
    position: relative;
  }

  .row__check {
    position: absolute;
    z-index: 1;
    inset-inline-start: 22px;
    inset-block-start: 17px;
    inline-size: 24px;
    block-size: 24px;
    opacity: 0;
  }

  .row:hover .row__check,
  .row__check:focus-visible,
  .row--choosing .row__check {
    opacity: 1;
  }

  /* The box stands in for the face while somebody chooses. */
  .row:hover .row__avatar,
  .row--choosing .row__avatar,
  .row__check:focus-visible + .row__button .row__avatar {
    opacity: 0.15;
  }

  .row--chosen .row__button {
    background: var(--_pressed);
  }

  .row--chosen .priority--high,
  .row__button[aria-current="true"] .priority--high {
    color: color-mix(in oklab, var(--_amber) 80%, var(--_text));
  }

  .hit {
    border-radius: 3px;
    background: color-mix(in oklab, var(--_amber) 28%, var(--_surface));
    color: inherit;
  }

  @media (hover: none) {
    .row:not(.row--choosing) .row__check {
      display: none;
    }

    .row:not(.row--choosing) .row__avatar {
      opacity: 1;
    }
  }

  @media (pointer: coarse) {
    .filters__select,
    .filters__name {
      font-size: 16px;
    }

    .row__check {
      inset-inline-start: 12px;
      inset-block-start: 8px;
      inline-size: 44px;
      block-size: 44px;
    }
  }

  @media (forced-colors: active) {
    .hit {
      forced-color-adjust: none;
      background: Mark;
      color: MarkText;
    }
  }
`;
