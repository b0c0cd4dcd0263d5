// Settings and reports: a list of pages beside the page, one of both where there is room for one only.
import { css } from 'lit';

export default css`
  .manage {
    container: manage / inline-size;
    background: var(--_ground);
  }

  .manage__header {
    display: flex;
    flex: none;
    align-items: center;
    gap: 8px;
    block-size: 56px;
    padding-inline: 12px 16px;
    border-block-end: 1px solid var(--_border);
    background: var(--_surface);
  }

  .manage__title {
    font-size: 15px;
    font-weight: 600;
    letter-spacing: -0.01em;
  }

  .manage__body {
    display: grid;
    flex: 1;
    grid-template-columns: auto minmax(0, 1fr);
    min-block-size: 0;
  }

  .manage__nav {
    inline-size: 232px;
    padding: 16px 12px;
    border-inline-end: 1px solid var(--_border);
    background: var(--_surface);
    overflow-y: auto;
  }

  .manage__link {
    inline-size: 100%;
    min-block-size: max(34px, var(--_control));
    padding: 4px 10px;
    border-radius: 8px;
    color: var(--_text-muted);
    font-weight: 500;
  }

  .manage__link:hover {
    background: var(--_hover);
    color: var(--_text);
  }

  .manage__link:active,
  .manage__link[aria-current] {
    background: var(--_pressed);
    color: var(--_accent-ink);
  }

  .manage__main {
    grid-column: -2 / -1;
    padding: 28px 32px 0;
    overflow-y: auto;
  }

  /* No padding: what sticks to the end would keep that far away from it. */
  .manage__main::after {
    content: "";
    display: block;
    block-size: 48px;
  }

  .manage__main > * {
    max-inline-size: 720px;
  }

  .manage__main--wide {
    grid-column: 1 / -1;
  }

  .manage__main--wide > * {
    max-inline-size: 1120px;
    margin-inline: auto;
  }

  .manage__up {
    display: none;
  }

  .manage__heading {
    font-size: 20px;
    font-weight: 600;
    letter-spacing: -0.01em;
    line-height: 1.25;
  }

  .manage__heading:focus-visible {
    outline: none;
  }

  .manage__intro {
    margin-block: 4px 20px;
    color: var(--_text-muted);
    text-wrap: pretty;
  }

  .manage__toasts {
    inset-block: auto 24px;
  }

  .panel {
    display: flex;
    flex-direction: column;
    gap: 20px;
    margin-block-end: 20px;
    padding: 24px;
    border: 1px solid var(--_border);
    border-radius: 14px;
    background: var(--_surface);
  }

  .panel--loading {
    padding-block: 32px;
  }

  .panel--loading .skeleton__line:nth-child(odd) {
    inline-size: 60%;
  }

  .panel--failed {
    align-items: flex-start;
    gap: 12px;
  }

  .panel--table {
    padding: 8px 16px;
    overflow-x: auto;
  }

  .panel > .button,
  .form__group > .button,
  .limits__rules > .button,
  .secret > .button {
    align-self: flex-start;
  }

  .panel__heading {
    font-size: 14px;
    font-weight: 600;
  }

  .panel__heading + .form__hint {
    margin-block-start: -14px;
  }

  .panel__problem {
    margin-block-end: 16px;
    padding: 10px 12px;
    border-radius: 10px;
    background: color-mix(in oklab, var(--_danger) 10%, var(--_surface));
    color: var(--_danger);
    font-size: 13px;
  }

  .form__field {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 6px;
    min-inline-size: 0;
  }

  .form__label {
    padding: 0;
    font-size: 13px;
    font-weight: 600;
  }

  .form__hint {
    color: var(--_text-muted);
    font-size: 13px;
    line-height: 1.45;
    text-wrap: pretty;
  }

  .form__label + .form__hint,
  .form__check + .form__hint {
    margin-block-start: -4px;
  }

  legend.form__label {
    margin-block-end: 6px;
  }

  legend.form__label + .form__hint {
    margin: 0;
  }

  .form__problem {
    color: var(--_danger);
    font-size: 13px;
  }

  .form__input {
    inline-size: 100%;
    min-block-size: max(36px, var(--_control));
    margin: 0;
    padding: 6px 10px;
    border: 1px solid var(--_field-border);
    border-radius: 8px;
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    line-height: 1.45;
  }

  textarea.form__input {
    resize: vertical;
    field-sizing: content;
    min-block-size: 58px;
    max-block-size: 40vh;
  }

  .form__input:focus-visible {
    border-color: var(--_accent-ink);
    outline: 2px solid var(--_accent-ink);
    outline-offset: -1px;
  }

  .form__input[aria-invalid="true"] {
    border-color: var(--_danger);
  }

  .form__input--number {
    max-inline-size: 160px;
  }

  .form__group {
    display: flex;
    flex-direction: column;
    gap: 10px;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .form__line {
    display: flex;
    align-items: flex-start;
    gap: 6px;
  }

  .form__row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }

  .form__row--end {
    align-items: flex-end;
    justify-content: space-between;
    margin-block-end: 16px;
  }

  .panel .form__row--end {
    justify-content: flex-start;
    margin: 0;
  }

  .panel .form__row--end .form__field {
    flex: 0 1 200px;
  }

  .form__pair {
    display: grid;
    align-items: end;
    grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
    gap: 20px;
  }

  .form__check {
    display: flex;
    align-items: center;
    gap: 10px;
    min-block-size: max(24px, var(--_control));
  }

  .form__check input {
    flex: none;
    inline-size: 18px;
    block-size: 18px;
    margin: 0 3px;
    accent-color: var(--_accent);
  }

  .form__check + .form__hint {
    margin-inline-start: 34px;
  }

  .form__actions {
    position: sticky;
    z-index: 1;
    inset-block-end: 0;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin: 0 -24px -24px;
    padding: 14px 24px;
    border-block-start: 1px solid var(--_border);
    border-radius: 0 0 14px 14px;
    background: var(--_surface);
  }

  .form__status {
    color: var(--_text-muted);
    font-size: 13px;
  }

  .button--danger {
    border-color: transparent;
    background: var(--_danger);
    color: var(--_surface);
  }

  .button--danger:hover {
    background: color-mix(in oklab, var(--_danger) 88%, var(--_text));
  }

  .copy {
    display: flex;
    align-items: flex-start;
    gap: 8px;
  }

  .copy__value {
    background: var(--_surface-raised);
    font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
    font-size: 12px;
    overflow-wrap: anywhere;
  }

  .copy .button {
    min-block-size: max(36px, var(--_control));
  }

  .secret {
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding: 16px;
    border: 1px solid var(--_note-border);
    border-radius: 10px;
    background: var(--_note);
    color: var(--_note-text);
  }

  .secret .form__hint {
    color: inherit;
  }

  .people,
  .answers {
    display: flex;
    flex-direction: column;
    margin-block-start: -8px;
  }

  .people__row,
  .answers__row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    padding-block: 10px;
    border-block-end: 1px solid var(--_border);
  }

  .people__row:last-child,
  .answers__row:last-child {
    border: 0;
  }

  .people__row .avatar {
    --_avatar: 34px;
  }

  .people__who,
  .answers__what {
    display: flex;
    flex: 1 1 180px;
    flex-direction: column;
    min-inline-size: 0;
  }

  .people__name,
  .answers__title {
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .people__more,
  .answers__text {
    color: var(--_text-muted);
    font-size: 13px;
    overflow-wrap: anywhere;
  }

  .answers__text {
    display: -webkit-box;
    max-block-size: 3em;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }

  .people__actions {
    display: flex;
    flex-wrap: wrap;
  }

  code {
    font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
    font-size: 0.93em;
  }

  .cards {
    display: flex;
    flex-direction: column;
    gap: 12px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .cards:empty {
    display: none;
  }

  .cards__card {
    padding: 16px;
    border: 1px solid var(--_border);
    border-radius: 10px;
    background: var(--_surface-raised);
  }

  .cards__title {
    float: inline-start;
    padding: 0;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .cards__title + * {
    clear: both;
  }

  .day {
    display: grid;
    grid-template-columns: 120px minmax(0, 1fr) auto;
    align-items: start;
    gap: 8px;
    padding-block-end: 10px;
    border-block-end: 1px solid var(--_border);
  }

  .day__name {
    float: inline-start;
    padding: 0;
    font-weight: 500;
    line-height: max(36px, var(--_control));
  }

  .day__spans {
    display: flex;
    flex-direction: column;
    gap: 6px;
  }

  .day__closed,
  .day__dash {
    line-height: max(36px, var(--_control));
  }

  .day__span .form__field {
    flex: 0 1 110px;
  }

  .limits {
    display: flex;
    flex-direction: column;
  }

  .limits__row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1.4fr);
    gap: 8px 16px;
    padding-block: 10px;
    border-block-end: 1px solid var(--_border);
  }

  .limits__action {
    padding-block: 8px;
  }

  .limits__rules {
    display: flex;
    flex-direction: column;
    gap: 6px;
  }

  .limits__rules > .form__hint {
    line-height: max(36px, var(--_control));
  }

  .limits__rules > .button--quiet {
    margin-inline-start: -12px;
  }

  .limits__rule .form__field {
    flex: 0 1 96px;
  }

  .limits__word {
    color: var(--_text-muted);
    line-height: max(36px, var(--_control));
    white-space: nowrap;
  }

  .table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 13px;
  }

  .table th {
    color: var(--_text-muted);
    font-weight: 500;
    text-align: start;
    white-space: nowrap;
  }

  .table th,
  .table td {
    padding: 9px 12px 9px 0;
    border-block-end: 1px solid var(--_border);
    vertical-align: top;
  }

  .table tr:last-child td {
    border-block-end: 0;
  }

  .table time {
    white-space: nowrap;
  }

  .confirm__box {
    display: flex;
    flex-direction: column;
    gap: 8px;
    padding: 24px;
  }

  .confirm__text {
    color: var(--_text-muted);
    line-height: 1.5;
  }

  .confirm__actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 8px;
    margin-block-start: 12px;
  }

  @container manage (inline-size < 900px) {
    .manage__header,
    .manage__nav,
    .manage__main,
    .confirm__actions {
      --_control: 44px;
      --_small-control: 44px;
    }

    .manage__body {
      grid-template-columns: minmax(0, 1fr);
    }

    .manage__nav {
      inline-size: 100%;
      border: 0;
    }

    .manage__main {
      padding: 16px 16px 0;
    }

    .manage--list .manage__main,
    .manage--page .manage__nav {
      display: none;
    }

    .manage__up {
      display: inline-flex;
      margin: -4px 0 8px -12px;
    }

    .manage__up:dir(rtl) {
      margin: -4px -12px 8px 0;
    }

    .panel {
      padding: 16px;
    }

    .form__input {
      font-size: 16px;
    }

    .form__actions {
      margin: 0 -16px -16px;
      padding: 12px 16px;
    }

    .copy {
      flex-direction: column;
    }
  }

  @container manage (inline-size < 560px) {
    .limits__rule .form__field {
      flex: 1 1 64px;
    }

    .limits__rule .form__input {
      padding-inline: 8px 2px;
    }

    .limits__word {
      font-size: 13px;
    }

    .day {
      grid-template-columns: minmax(0, 1fr) auto;
    }

    .day__spans {
      grid-area: 2 / 1 / 3 / -1;
    }

    .day__closed {
      line-height: inherit;
    }

    .limits__row {
      grid-template-columns: minmax(0, 1fr);
    }
  }

  @media (pointer: coarse) {
    .manage {
      --_control: 44px;
      --_small-control: 44px;
    }
  }
`;
