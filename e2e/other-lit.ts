// Another element with a Lit of its own, as a page may have any number of them.
import { html, LitElement } from 'lit';

class OtherLit extends LitElement {
  static override properties = { count: {} };
  declare count: number;

  constructor() {
    super();
    this.count = 0;
  }

  override render() {
    return html`<button @click=${() => this.count++}>Clicked ${this.count} times</button>`;
  }
}

customElements.define('other-lit', OtherLit);
