import { type CSSResultGroup, css } from 'lit';
import contentStyles from './content.styles.ts';
import launcherStyles from './launcher.styles.ts';
import windowStyles from './window.styles.ts';

// The page's rules reach the host only, so everything that counts begins at the root inside.
const rootStyles = css`
  :host([hidden]) .root {
    display: none;
  }

  .root {
    all: initial;
    color-scheme: var(--_scheme);
    color: var(--_text);
    font: var(--_font-size) / 1.4 var(--_font);
    -webkit-text-size-adjust: 100%;
    -webkit-font-smoothing: antialiased;
  }

  /* Most things stand in a column. */
  div,
  form,
  section,
  ul {
    display: flex;
    flex-direction: column;
  }

  h2,
  p,
  ul {
    margin: 0;
  }

  ul {
    padding: 0;
    list-style: none;
  }

  button {
    transition:
      background-color var(--_duration),
      box-shadow var(--_duration),
      filter var(--_duration);
  }

  .root {
    display: contents;
  }

  /* A popover, without its looks. */
  .box {
    all: unset;
    display: flex;
    flex-direction: column;
    gap: 12px;
  }

  .floating {
    position: fixed;
    inset-block: 16px var(--support-offset-block, 20px);
    inset-inline: auto var(--support-offset-inline, 20px);
    z-index: var(--support-z-index, 2147480000);
    align-items: flex-end;
    justify-content: flex-end;
    inline-size: max-content;
    pointer-events: none;
  }

  .floating > * {
    pointer-events: auto;
  }

  .at-start {
    inset-inline: var(--support-offset-inline, 20px) auto;
    align-items: flex-start;
  }

  .inline {
    block-size: 100%;
    min-block-size: 360px;
  }
`;

const styles: CSSResultGroup = [rootStyles, launcherStyles, windowStyles, contentStyles];
export default styles;
