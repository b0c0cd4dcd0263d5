// Tiles, charts and tables of the reports.
import { css } from 'lit';

export default css`
  .report__controls,
  .report__range {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    gap: 12px 20px;
  }

  .report__controls {
    margin-block-end: 20px;
  }

  .report__controls .form__field {
    flex: 0 1 auto;
  }

  .report__controls .form__input {
    inline-size: auto;
  }

  .report__range .button {
    min-block-size: max(36px, var(--_control));
  }

  .report--old {
    opacity: 0.6;
  }

  .report__note {
    margin-block-end: 20px;
  }

  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
    gap: 12px;
    margin-block-end: 20px;
  }

  .tile {
    padding: 16px;
    border: 1px solid var(--_border);
    border-radius: 14px;
    background: var(--_surface);
  }

  .tile__name {
    color: var(--_text-muted);
    font-size: 13px;
    font-weight: 500;
  }

  .tile__value {
    margin-block: 2px;
    font-size: 26px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    letter-spacing: -0.02em;
    line-height: 1.25;
  }

  .tile__more {
    min-block-size: 1.4em;
    color: var(--_text-muted);
    font-size: 12px;
  }

  .report__panel {
    gap: 14px;
  }

  .report__header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 12px;
    margin-block: -6px;
  }

  .report__panel .panel__heading + .form__hint,
  .report__header + .form__hint {
    margin-block-start: -8px;
  }

  .report__scroll {
    max-block-size: 60vh;
    overflow: auto;
  }

  .report__details summary {
    inline-size: fit-content;
    padding-block: 4px;
    border-radius: 6px;
    color: var(--_text-muted);
    font-size: 13px;
    line-height: max(20px, var(--_control) - 12px);
    cursor: pointer;
  }

  .report__details summary:hover {
    color: var(--_text);
  }

  .chart {
    display: grid;
    grid-template: 200px auto / auto minmax(0, 1fr);
    gap: 6px 10px;
    padding-block-start: 8px;
  }

  .chart__ticks {
    display: flex;
    flex-direction: column;
    justify-content: space-between;
    margin-block: -8px;
    text-align: end;
  }

  .chart__ticks,
  .chart__labels {
    color: var(--_text-muted);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    line-height: 16px;
    white-space: nowrap;
  }

  .chart__plot {
    inline-size: 100%;
    block-size: 200px;
    overflow: visible;
  }

  :host(:dir(rtl)) .chart__plot,
  :host(:dir(rtl)) .cell-bar {
    transform: scaleX(-1);
  }

  .chart__labels {
    display: flex;
    grid-column: 2;
    justify-content: space-between;
    gap: 8px;
  }

  .chart__line {
    stroke: var(--_border);
    stroke-width: 1px;
    vector-effect: non-scaling-stroke;
  }

  .chart__area {
    fill: transparent;
  }

  .chart__column:hover .chart__area {
    fill: var(--_hover);
  }

  .chart__bar {
    fill: var(--_accent-ink);
  }

  .chart__trend,
  .chart__dot {
    fill: none;
    stroke: var(--_accent-ink);
    stroke-linecap: round;
    stroke-linejoin: round;
    stroke-width: 2px;
    vector-effect: non-scaling-stroke;
  }

  .chart__dot {
    stroke-width: 6px;
  }

  .heat {
    inline-size: 100%;
    min-inline-size: 760px;
    border-spacing: 2px;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    table-layout: fixed;
  }

  .heat th {
    color: var(--_text-muted);
    font-weight: 500;
    text-align: start;
    white-space: nowrap;
  }

  .heat tr > :first-child {
    inline-size: 44px;
  }

  .heat td[data-level] {
    block-size: 28px;
    padding: 0;
    border-radius: 4px;
    background: var(--_surface-raised);
    text-align: center;
  }

  .heat td[data-level="1"] {
    background: color-mix(in oklab, var(--_accent) 14%, var(--_surface));
  }

  .heat td[data-level="2"] {
    background: color-mix(in oklab, var(--_accent) 26%, var(--_surface));
  }

  .heat td[data-level="3"] {
    background: color-mix(in oklab, var(--_accent) 38%, var(--_surface));
  }

  .heat td[data-level="4"] {
    background: color-mix(in oklab, var(--_accent) 88%, var(--_surface));
    color: var(--_on-accent);
  }

  .heat td[data-level="5"] {
    background: var(--_accent);
    color: var(--_on-accent);
  }

  .table--numbers {
    font-variant-numeric: tabular-nums;
  }

  .table tbody th {
    border-block-end: 1px solid var(--_border);
    color: var(--_text);
  }

  .table tr:last-child th[scope="row"] {
    border-block-end: 0;
  }

  .cell-bar {
    inline-size: 120px;
    max-inline-size: 100%;
    block-size: 6px;
    margin-block-start: 4px;
  }

  @media (forced-colors: active) {
    .chart__bar {
      fill: CanvasText;
    }

    .chart__trend,
    .chart__dot {
      stroke: CanvasText;
    }

    .heat td[data-level]:not([data-level="0"]) {
      border: 1px solid;
    }
  }
`;
