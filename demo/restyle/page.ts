// The gallery: its sites in frames, their style sheets beside them, and who restyles what.
/// <reference types="vite/client" />
import source from '../../src/chat/support-chat.ts?raw';
import { isRestyledBy, type Restylable, readContract } from './contract.ts';
import { THEMES, type Theme } from './themes.ts';

interface Site extends Theme {
  readonly html: string;
  readonly css: string;
}

async function load(path: string): Promise<string> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} is missing: ${response.status}`);
  return await response.text();
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

function renderSite(site: Site, contract: readonly Restylable[]): HTMLElement {
  const article = make('article', 'site');
  article.id = site.name;
  const title = make('h2', '', site.title);
  title.id = `${site.name}-title`;
  article.setAttribute('aria-labelledby', title.id);
  const frame = make('iframe', '');
  frame.src = `/${site.name}.html`;
  frame.title = `${site.title}: a page with the chat`;
  frame.loading = 'lazy';
  const pre = make('pre', '', make('code', '', site.css.trim()));
  pre.tabIndex = 0;
  pre.setAttribute('role', 'group');
  pre.setAttribute('aria-label', `Style sheet of ${site.title}`);
  const count = contract.filter((one) => isRestyledBy(one, site.html, site.css)).length;
  const details = make('details', '', make('summary', '', `The style sheet, ${count} things restyled`), pre);
  const open = make('a', 'button', 'Open alone');
  open.href = frame.src;
  open.setAttribute('aria-label', `Open alone: ${site.title}`);
  article.append(
    make('div', 'site-head', make('div', '', title, make('p', '', site.about)), open),
    make('div', 'frame', frame),
    details,
  );
  return article;
}

const GROUPS = [
  ['token', 'Tokens', 'Custom properties, set on the element or anything around it.'],
  ['part', 'Parts', 'For ::part(), with any CSS.'],
  ['slot', 'Slots', 'For elements of your own, put inside.'],
] as const;

function renderIndex(sites: readonly Site[], contract: readonly Restylable[]): HTMLElement[] {
  return GROUPS.map(([kind, title, about]) => {
    const section = make('section', 'group', make('h3', '', title), make('p', '', about));
    const list = make('dl', '');
    for (const one of contract.filter((each) => each.kind === kind)) {
      const links = sites.filter(({ html, css }) => isRestyledBy(one, html, css)).map(linkTo);
      const name = make('code', '', one.name);
      const standard = one.standard ? make('code', 'standard', one.standard) : '';
      list.append(
        make(
          'div',
          'row',
          make('dt', '', name, standard),
          make('dd', '', one.description),
          make('dd', 'links', ...links),
        ),
      );
    }
    section.append(list);
    return section;
  });
}

function linkTo({ name, title }: Theme): HTMLElement {
  const link = make('a', '', title);
  link.href = `#${name}`;
  return link;
}

async function start(): Promise<void> {
  const contract = readContract(source);
  const sites = await Promise.all(
    THEMES.map(async (theme) => ({
      ...theme,
      html: await load(`/${theme.name}.html`),
      css: await load(`/${theme.name}.css`),
    })),
  );
  document.querySelector('#sites')?.append(...sites.map((site) => renderSite(site, contract)));
  document.querySelector('#index')?.append(...renderIndex(sites, contract));
}

void start();
