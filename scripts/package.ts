// What bundlers and editors get beside the code: the manifest and the types of the npm package.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Package } from 'custom-elements-manifest/schema';
import ts from 'typescript';
import { elementsOf, fieldsOf, readManifest } from './manifest.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(ROOT, 'src');
const TYPES = join(ROOT, 'dist/types');
const ENTRIES = ['index', 'dashboard'];

/** The declarations a page can reach from the entries, by path within `dist/types`. */
function declarations(): Map<string, string> {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram(
    ENTRIES.map((name) => join(SOURCE, `${name}.ts`)),
    {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      stripInternal: true,
      types: [],
      rootDir: SOURCE,
      outDir: TYPES,
    },
  );
  const emitted = new Map<string, string>();
  program.emit(undefined, (path, text) => emitted.set(relative(TYPES, path), readable(text)));

  const reached = new Map<string, string>();
  const visit = (path: string) => {
    const text = emitted.get(path);
    if (text === undefined || reached.has(path)) return;
    reached.set(path, text);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (fileName.startsWith('.')) visit(join(dirname(path), fileName.replace(/\.js$/, '.d.ts')));
    }
  };
  for (const name of ENTRIES) visit(`${name}.d.ts`);
  return reached;
}

/** Without imports of what only internal members needed, and with the extensions other projects resolve. */
function readable(text: string): string {
  const file = ts.createSourceFile('a.d.ts', text, ts.ScriptTarget.ES2022);
  let kept = text;
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const source = text.slice(statement.pos, statement.end);
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    const rest = text.replace(source, '');
    const used = bindings.elements.some(({ name }) => new RegExp(`\\b${name.text}\\b`).test(rest));
    if (!used) kept = kept.replace(source, '');
  }
  return kept.replaceAll(/(from |import\()(['"])(\.[^'"]+)\.ts\2/g, '$1$2$3.js$2');
}

/** The elements as JSX takes them: attributes, properties and events. */
function jsxTypes(manifest: Package): Map<string, string> {
  const elements = elementsOf(manifest);
  const imports = elements
    .map(({ name }, index) => `import type { ${name} } from './${ENTRIES[index]}.js';`)
    .join('\n');
  const props = elements.map((element) => {
    const { name, tagName, events = [] } = element;
    const lines = fieldsOf(element)
      .filter(({ readonly }) => !readonly)
      .flatMap((field) => {
        const names = new Set([field.attribute, field.name].filter((key) => key !== undefined));
        return [...names].map(
          (key) => `  /** ${field.description} */\n  '${key}'?: ${name}['${field.name}'] | undefined;`,
        );
      });
    return `/** What \`<${tagName}>\` takes beside what all elements take. */
export interface ${name}Props${events.length > 0 ? ' extends SupportChatListeners' : ''} {
${lines.join('\n')}
}`;
  });
  const jsx = `// The elements for JSX of any framework. React has its own: \`support-chat/react\`.
${imports}
import type { SupportChatEventMap } from './index.js';

type Listeners = { [K in keyof SupportChatEventMap as \`on\${K}\`]?: ((event: SupportChatEventMap[K]) => void) | undefined };
type SolidListeners = { [K in keyof SupportChatEventMap as \`on:\${K}\`]?: ((event: SupportChatEventMap[K]) => void) | undefined };

/** Listeners by \`on\` and the event's name, as React and Preact take them. */
export interface SupportChatListeners extends Listeners {}

${props.join('\n\n')}

/** What frameworks let every element have. */
interface Common<E> {
  children?: unknown;
  class?: string | undefined;
  className?: string | undefined;
  hidden?: boolean | undefined;
  id?: string | undefined;
  key?: string | number | undefined;
  ref?: E | ((element: E | null) => void) | { current: E | null } | null | undefined;
  style?: string | object | undefined;
}

/** The elements by tag: a framework's \`JSX.IntrinsicElements\` can extend it. */
export interface SupportElements {
${elements.map(({ name, tagName, events = [] }) => `  '${tagName}': ${name}Props & Common<${name}>${events.length > 0 ? ' & SolidListeners' : ''};`).join('\n')}
}
`;
  const react = `// The elements for React's JSX.
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
${imports}
import type { ${elements.map(({ name }) => `${name}Props`).join(', ')} } from './jsx.js';

type Props<E> = DetailedHTMLProps<HTMLAttributes<E>, E> & { class?: string | undefined };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
${elements.map(({ name, tagName }) => `      '${tagName}': ${name}Props & Props<${name}>;`).join('\n')}
    }
  }
}
`;
  return new Map([
    ['jsx.d.ts', jsx],
    ['react.d.ts', react],
  ]);
}

/** What VS Code completes in HTML, where its setting `html.customData` names the file. */
function editorData(manifest: Package): object {
  return {
    version: 1.1,
    tags: elementsOf(manifest).map(({ tagName, summary, attributes = [] }) => ({
      name: tagName,
      description: summary,
      attributes: attributes.map(({ name, description, type }) => ({
        name,
        description,
        ...(type?.text === 'boolean'
          ? { valueSet: 'v' }
          : { values: [...(type?.text ?? '').matchAll(/'([^']+)'/g)].map(([, value]) => ({ name: value })) }),
      })),
    })),
  };
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const manifest = readManifest();
await rm(TYPES, { recursive: true, force: true });
for (const [path, text] of [...declarations(), ...jsxTypes(manifest)]) await write(join(TYPES, path), text);
for (const [path, entry] of [
  ['support-chat', 'index'],
  ['support-dashboard', 'dashboard'],
]) {
  await write(
    join(TYPES, `${path}.d.ts`),
    `// A script has no exports; it brings what is global.\nimport './${entry}.js';\n`,
  );
}
// What has types only is still a module to import.
await write(join(ROOT, 'dist/esm/types.js'), 'export {};\n');
await write(join(ROOT, 'dist/custom-elements.json'), `${JSON.stringify(manifest, null, 2)}\n`);
await write(
  join(ROOT, 'dist/vscode.html-custom-data.json'),
  `${JSON.stringify(editorData(manifest), null, 2)}\n`,
);
