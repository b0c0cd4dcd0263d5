// The least that an element made with Lit can be: a button, and a box with a text field behind it. What it costs is
// the floor for the real one, see load.ts.
import { css, html, LitElement, nothing } from 'lit';

class EmptyElement extends LitElement {
  static override properties = { open: { type: Boolean } };
  static override styles = css`
    button {
      position: fixed;
      inset-block-end: 20px;
      inset-inline-end: 20px;
      inline-size: 56px;
      block-size: 56px;
    }
    section {
      position: fixed;
      inset-block-end: 100px;
      inset-inline-end: 20px;
      inline-size: 400px;
      block-size: 500px;
    }
  `;
  declare open: boolean;

  override render() {
    return html`${
      this.open
        ? html`<section role="dialog" aria-label="Chat with us"><textarea aria-label="Message"></textarea></section>`
        : nothing
    }<button aria-label="Open chat" @click=${() => {
      this.open = true;
    }}></button>`;
  }
}

customElements.define('support-chat', EmptyElement);
if (!document.querySelector('support-chat')) document.body.append(document.createElement('support-chat'));
