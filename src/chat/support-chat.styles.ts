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
    display: contents;
    color-scheme: var(--_scheme);
    color: var(--_text);
    font-family: var(--_font);
    font-size: var(--_font-size);
    line-height: 1.4;
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
    -webkit-font-smoothing: antialiased;
  }

  .box {
    display: flex;
    flex-direction: column;
    gap: 12px;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    overflow: visible;
  }

  .floating {
    position: fixed;
    inset: auto;
    inset-block: 16px var(--support-offset-block, 20px);
    z-index: var(--support-z-index, 2147483000);
    align-items: flex-end;
    justify-content: flex-end;
    inline-size: max-content;
    block-size: auto;
    pointer-events: none;
  }

  .floating > * {
    pointer-events: auto;
  }

  .at-end {
    inset-inline-end: var(--support-offset-inline, 20px);
  }

  .at-start {
    inset-inline-start: var(--support-offset-inline, 20px);
    align-items: flex-start;
  }

  .inline {
    block-size: 100%;
    min-block-size: 360px;
  }
`;

const styles: CSSResultGroup = [rootStyles, launcherStyles, windowStyles, contentStyles];
export default styles;
