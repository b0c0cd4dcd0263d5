// Writes what the manifest says of the elements into the documents: whole tables in `docs/`, names in the README.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Package } from 'custom-elements-manifest/schema';
import { type ElementDeclaration, elementsOf, fieldsOf, methodsOf, readManifest } from './manifest.ts';
import { declarationsOf } from './named-types.ts';

/** Documents with generated parts. */
export const DOCUMENTS = ['README.md', 'docs/widget.md', 'docs/dashboard.md'];

const GENERATED = /(<!-- (reference|names) of <([a-z-]+)>[^\n]*-->\n)[\s\S]*?(<!-- end -->)/g;

/** The document with its generated parts as the manifest has them. */
export function withReference(document: string, manifest: Package): string {
  const elements = elementsOf(manifest);
  return document.replaceAll(GENERATED, (_all, start: string, kind: string, tag: string, end: string) => {
    const element = elements.find(({ tagName }) => tagName === tag);
    if (!element) throw new Error(`The manifest has no <${tag}>.`);
    return `${start}\n${kind === 'reference' ? reference(element) : names(element)}\n\n${end}`;
  });
}

function reference(element: ElementDeclaration): string {
  const { cssParts = [], cssProperties = [], events = [], slots = [] } = element;
  return [
    table(
      'Attributes and properties',
      ['Attribute', 'Property', 'Type', 'Default', 'Description'],
      fieldsOf(element).map(({ name, attribute, type, default: value, description, readonly }) => [
        attribute ? code(attribute) : '',
        code(name),
        code(type?.text ?? ''),
        value === undefined ? '' : code(value),
        `${description ?? ''}${readonly ? ' Read only.' : ''}`,
      ]),
    ),
    table(
      'Methods',
      ['Method', 'Description'],
      methodsOf(element).map((method) => [code(signature(method)), method.description ?? '']),
    ),
    table(
      'Events',
      ['Event', 'Detail', 'Description'],
      events.map(({ name, type, description }) => [
        code(name),
        code(type.text.replace(/^CustomEvent<(.*)>$/, '$1')),
        description ?? '',
      ]),
    ),
    table(
      'CSS custom properties',
      ['Name', 'Default', 'Description'],
      cssProperties.map(({ name, default: value, description }) => [
        code(name),
        value === undefined ? '' : code(value),
        description ?? '',
      ]),
    ),
    table(
      'Parts',
      ['Part', 'Description'],
      cssParts.map(({ name, description }) => [code(name), description ?? '']),
    ),
    table(
      'Slots',
      ['Slot', 'Description'],
      slots.map(({ name, description }) => [code(name), description ?? '']),
    ),
    types([...fieldsOf(element), ...events].map(({ type }) => type?.text ?? '')),
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

function types(texts: string[]): string {
  const declarations = declarationsOf(texts);
  return declarations.length === 0
    ? ''
    : ['### Types', '', '```ts', declarations.join('\n\n'), '```'].join('\n');
}

function names(element: ElementDeclaration): string {
  const fields = fieldsOf(element);
  const lists: [string, string[]][] = [
    ['Attributes', fields.flatMap(({ attribute }) => attribute ?? [])],
    ['Properties', fields.flatMap(({ name, attribute }) => (attribute ? [] : name))],
    ['Methods', methodsOf(element).map(signature)],
    ['Events', (element.events ?? []).map(({ name }) => name)],
  ];
  return lists
    .filter(([, items]) => items.length > 0)
    .map(([title, items]) => `${title}: ${items.map(code).join(', ')}.`)
    .join(' ');
}

function signature({ name, parameters = [] }: ReturnType<typeof methodsOf>[number]): string {
  return `${name}(${parameters.map((parameter) => parameter.name).join(', ')})`;
}

function table(title: string, head: string[], rows: string[][]): string {
  if (rows.length === 0) return '';
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [`### ${title}`, '', ...lines].join('\n');
}

function code(text: string): string {
  // A table takes a bar for the end of its cell, even within code.
  return `\`${text.replaceAll('|', '\\|')}\``;
}

async function write(): Promise<void> {
  const manifest = readManifest();
  for (const name of DOCUMENTS) {
    const path = new URL(`../${name}`, import.meta.url);
    await writeFile(path, withReference(await readFile(path, 'utf8'), manifest));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write();
