import { html, nothing, type TemplateResult } from 'lit';

/** A button of the window; `name` is for one that shows only an icon. */
export function renderButton(
  style: string,
  content: string | TemplateResult,
  onClick: () => void,
  name: string | typeof nothing = nothing,
): TemplateResult {
  return html`<button class=${style} type="button" aria-label=${name} @click=${onClick}>${content}</button>`;
}
