// Pages that treat a snippet as its host does: a plain page, Google Tag Manager, WordPress, a bundler.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Block } from '../demo/configurator/snippets.ts';

/** Files by path, beginning with `/host.html`. */
export type Site = ReadonlyMap<string, string>;

function page(head: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Host</title>${head}</head>
<body><h1>A page of the host</h1>
${body}
</body></html>`;
}

export function plainPage(blocks: readonly Block[]): Site {
  return new Map([['/host.html', page('', blocks.map(({ code }) => code).join('\n'))]]);
}

/**
 * What Tag Manager does with a Custom HTML tag. On publishing: refuses JavaScript newer than ES5 and variables it does
 * not know, and renames scripts so that they do not run as markup. In the page, some time after it has loaded: puts
 * the markup into a hidden box, and makes each script anew with nothing but its id, charset, address and text.
 */
export function tagManagerPage([tag, ...others]: readonly Block[]): Site {
  const html = tag?.code ?? '';
  if (/\b(?:let|const|class)\s|=>|`|\?\./.test(html)) throw new Error('Tag Manager takes ES5 only.');
  if (/\{\{[^}]*\}\}/.test(html)) throw new Error('Tag Manager finds an unknown variable.');
  const published = html
    .replaceAll(/<script([^>]*?)\ssrc=/g, '<script$1 data-gtmsrc=')
    .replaceAll('<script', '<script type="text/gtmscript"');
  const container = `<script>
    addEventListener('load', function () {
      setTimeout(function () {
        var box = document.createElement('div');
        box.style.display = 'none';
        box.innerHTML = ${JSON.stringify(published).replaceAll('<', '\\u003c')};
        document.body.appendChild(box);
        box.querySelectorAll('script').forEach(function (from) {
          if (from.type !== 'text/gtmscript') return;
          var script = document.createElement('script');
          script.async = false;
          script.type = 'text/javascript';
          script.id = from.id;
          script.text = from.text;
          if (from.charset) script.charset = from.charset;
          if (from.dataset.gtmsrc) script.src = from.dataset.gtmsrc;
          from.replaceWith(script);
        });
      }, 50);
    });
  </script>`;
  return new Map([['/host.html', page(container, others.map(({ code }) => code).join('\n'))]]);
}

/**
 * What WordPress 6.4 prints for these calls in a theme with HTML5 scripts. It reads just the PHP that our snippet is
 * written in, and throws at anything else.
 */
export function wordPressPage([functions, ...others]: readonly Block[]): Site {
  const { style, before, src, strategy, attributes } = runPhp(functions?.code ?? '');
  const printed: [string, string | true][] = [
    ['src', src],
    ['id', 'support-chat-js'],
    [strategy, true],
    ['data-wp-strategy', strategy],
    ...attributes,
  ];
  const tag = printed
    .map(([name, value]) => (value === true ? ` ${escAttr(name)}` : ` ${escAttr(name)}="${escAttr(value)}"`))
    .join('');
  const head = `${style === null ? '' : `<style id='support-chat-inline-css'>\n${style}\n</style>\n`}${
    before === null ? '' : `<script id="support-chat-js-before">\n${before}\n</script>\n`
  }<script${tag}></script>`;
  return new Map([['/host.html', page(head, others.map(({ code }) => code).join('\n'))]]);
}

interface Enqueued {
  readonly style: string | null;
  readonly before: string | null;
  readonly src: string;
  readonly strategy: string;
  readonly attributes: [string, string][];
}

function runPhp(code: string): Enqueued {
  const strings: string[] = [];
  const skeleton = code
    .replace(/'((?:[^'\\]|\\.)*)'/gs, (_, inside: string) => {
      strings.push(inside.replace(/\\([\\'])/g, '$1'));
      return `§${strings.length - 1}`;
    })
    .replace(/^\/\/.*$/gm, '')
    .replace(/\s+/g, ' ');
  const text = (reference: string | undefined) => strings[Number(reference?.slice(1))] ?? '';
  const shape =
    /^add_action\( (§\d+), function \(\) \{ (.*?) \} \); add_filter\( (§\d+), function \( \$attributes \) \{ if \( isset\( \$attributes\[(§\d+)\] \) && (§\d+) === \$attributes\[(§\d+)\] \) \{ (.*?) \} return \$attributes; \} \);$/;
  const [, hook, setup = '', filter, key, id, sameKey, changes = ''] = shape.exec(skeleton) ?? [];
  const named = [hook, filter, key, id, sameKey].map(text).join(' ');
  if (named !== 'wp_enqueue_scripts wp_script_attributes id support-chat-js id') {
    throw new Error(`WordPress would not run this as meant: ${skeleton}`);
  }
  let style: string | null = null;
  let before: string | null = null;
  let src: string | null = null;
  let strategy: string | null = null;
  let styleIsQueued = false;
  for (const statement of setup.split(/(?<=;) /)) {
    const [, call, inside = ''] = /^(\w+)\( (.*) \);$/.exec(statement) ?? [];
    const values = (inside.match(/§\d+/g) ?? []).map(text);
    if (values[0] !== 'support-chat') throw new Error(`What is this for? ${statement}`);
    if (
      call === 'wp_enqueue_script' &&
      /^§\d+, §\d+, array\(\), null, array\( §\d+ => §\d+ \)$/.test(inside)
    ) {
      src = values[1] ?? null;
      strategy = values[3] ?? null;
    } else if (call === 'wp_add_inline_script' && values[2] === 'before') before = values[1] ?? '';
    else if (call === 'wp_register_style' && inside.endsWith(', false, array(), null')) styleIsQueued = false;
    else if (call === 'wp_enqueue_style') styleIsQueued = true;
    else if (call === 'wp_add_inline_style') style = values[1] ?? '';
    else throw new Error(`WordPress does not know ${statement}`);
  }
  const attributes = changes.split(/(?<=;) /).map((statement): [string, string] => {
    const [, name, value] = /^\$attributes\[(§\d+)\] = (§\d+);$/.exec(statement) ?? [];
    if (name === undefined) throw new Error(`No assignment: ${statement}`);
    return [text(name), text(value)];
  });
  if (src === null || strategy === null) throw new Error('No script is enqueued.');
  return { style: styleIsQueued ? style : null, before, src, strategy, attributes };
}

/** `esc_attr`: escapes what is special, but takes what looks like an entity for one. */
function escAttr(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replace(/&amp;(#0*\d{1,7}|#[xX]0*[\da-fA-F]{1,6}|(?:amp|lt|gt|quot|apos|copy|nbsp|eacute));/g, '&$1;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#039;');
}

const widget = fileURLToPath(new URL('../dist/support-chat.js', import.meta.url));

/** A fresh Vite app from the snippet's files; the package is our built file. */
export async function vitePage(blocks: readonly Block[]): Promise<Site> {
  const root = await mkdtemp(join(tmpdir(), 'support-chat-host-'));
  const codeOf = (start: string) => blocks.find(({ title }) => title.startsWith(start))?.code;
  try {
    await writeFile(join(root, 'main.ts'), codeOf('main.ts') ?? '');
    await writeFile(join(root, 'support-chat.css'), codeOf('support-chat.css') ?? '');
    await writeFile(
      join(root, 'index.html'),
      page('', `${codeOf('index.html') ?? ''}\n<script type="module" src="/main.ts"></script>`),
    );
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      base: '/host/',
      resolve: { alias: { 'support-chat': widget } },
    });
    const html = await readFile(join(root, 'dist/index.html'), 'utf8');
    const site = new Map([['/host.html', html]]);
    for (const [path] of html.matchAll(/\/host\/assets\/[\w.-]+/g)) {
      site.set(path, await readFile(join(root, 'dist', path.slice('/host/'.length)), 'utf8'));
    }
    return site;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
