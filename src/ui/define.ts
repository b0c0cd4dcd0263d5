/** Registers an element unless its name is taken: the same file may be on the page twice. */
export function define(tag: string, ctor: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, ctor);
}
