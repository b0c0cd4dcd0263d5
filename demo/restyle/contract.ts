// What a site may restyle, as the element's class comment lists it.

export interface Restylable {
  readonly kind: 'token' | 'part' | 'slot';
  readonly name: string;
  /** What it is without being set; empty where that differs. */
  readonly standard: string;
  readonly description: string;
}

/** Reads `@cssproperty`, `@csspart` and `@slot` from the element's source. */
export function readContract(source: string): Restylable[] {
  const found: Restylable[] = [];
  for (const line of source.split('\n')) {
    const token = /^ \* @cssproperty \[(--[\w-]+)(?:=([^\]]*))?\](?: - (.*))?$/.exec(line);
    const other = /^ \* @(csspart|slot) ([\w-]+) - (.*)$/.exec(line);
    if (token) {
      const [, name = '', standard = '', description = ''] = token;
      found.push({ kind: 'token', name, standard, description });
    } else if (other) {
      const [, tag, name = '', description = ''] = other;
      found.push({ kind: tag === 'slot' ? 'slot' : 'part', name, standard: '', description });
    }
  }
  return found;
}

/** Whether a page with this markup and this style sheet restyles it. */
export function isRestyledBy({ kind, name }: Restylable, html: string, css: string): boolean {
  if (kind === 'slot') return html.includes(`slot="${name}"`);
  return css.includes(kind === 'part' ? `::part(${name})` : `${name}:`);
}
