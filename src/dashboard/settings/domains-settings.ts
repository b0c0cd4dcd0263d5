// Where the chat may be shown is for the website to say, in its Content-Security-Policy: the text to paste there.
import { html } from 'lit';
import { copyField } from './fields.ts';
import type { Section, SectionContext } from './section.ts';

export function domainsSettings(context: SectionContext): Section {
  const { strings, projectUrl } = context;
  const words = strings.settings.domains;
  const project = new URL(projectUrl).origin;
  const socket = project.replace(/^http/, 'ws');
  const common = [`connect-src ${project} ${socket}`, "script-src 'self'", 'img-src data:'];
  const site = [
    ...common,
    "trusted-types lit-html 'allow-duplicates'",
    "require-trusted-types-for 'script'",
  ].join('; ');
  const inbox = [site, "frame-ancestors 'none'"].join('; ');
  const field = (name: 'site' | 'inbox' | 'redirects', value: string) =>
    copyField(
      { name: `copy-${name}`, label: words[name], hint: words[`${name}Hint`], value },
      strings,
      context.announce,
    );
  return {
    dirty: false,
    render: () => html`<div class="panel">
      <p class="form__hint">${words.why}</p>
      ${field('site', site)} ${field('inbox', inbox)}
      ${field('redirects', location.href.replace(/[?#].*$/, ''))}
    </div>`,
  };
}
