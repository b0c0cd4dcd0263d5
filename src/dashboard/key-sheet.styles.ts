// The sheet of keys.
import { css } from 'lit';

export default css`
  .sheet {
    inline-size: min(440px, calc(100% - 32px));
    max-block-size: min(640px, calc(100% - 32px));
    margin: auto;
    padding: 0;
    border: 0;
    border-radius: 18px;
    background: var(--_surface);
    box-shadow: var(--_shadow);
    color: var(--_text);
  }

  .sheet::backdrop {
    background: rgb(10 10 20 / 40%);
  }

  .sheet__box {
    padding: 12px 12px 20px 20px;
  }

  .sheet__header {
    display: flex;
    align-items: center;
    justify-content: space-between;
  }

  .sheet__title {
    font-size: 16px;
    font-weight: 600;
  }

  .sheet__group {
    margin-block-start: 12px;
    padding-inline-end: 8px;
  }

  .sheet__heading {
    margin-block-end: 4px;
    color: var(--_text-muted);
    font-size: 12px;
    font-weight: 500;
  }

  .sheet__row {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 16px;
    min-block-size: 32px;
    border-block-end: 1px solid var(--_border);
    font-size: 13px;
  }

  .sheet__row:last-child {
    border: 0;
  }

  .sheet__row dd {
    display: flex;
    flex: none;
    align-items: center;
    gap: 4px;
    margin: 0;
  }

  .sheet__or {
    color: var(--_text-muted);
    font-size: 12px;
  }
`;
