// The custom elements manifest: what the two elements offer a page, read from their source.
import { readFileSync } from 'node:fs';
import { create, ts } from '@custom-elements-manifest/analyzer/index.js';
import { litPlugin } from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js';
import type {
  ClassField,
  ClassMethod,
  CustomElement,
  Declaration,
  Package,
} from 'custom-elements-manifest/schema';
import typescript from 'typescript';

const EVENTS = 'src/ui/events.ts';

/** Where an element is written, and the module of the package that defines it. */
const ELEMENTS: Readonly<Record<string, string>> = {
  'src/chat/support-chat.ts': 'dist/esm/index.js',
  'src/dashboard/support-dashboard.ts': 'dist/esm/dashboard.js',
};

/** An element that has a name. */
export type ElementDeclaration = CustomElement & { readonly tagName: string };

/** What the analyzer knows of a field beside what an older schema has. */
type Field = ClassField & { readonly attribute?: string; readonly readonly?: boolean };

/** The manifest as the package has it. Nothing private is in it, and each event has the type of its detail. */
export function readManifest(): Package {
  const manifest = create({
    modules: Object.keys(ELEMENTS).map((path) =>
      ts.createSourceFile(path, source(path), ts.ScriptTarget.ES2015, true),
    ),
    plugins: litPlugin(),
    context: { dev: false },
  });
  const details = eventDetails();
  return {
    ...manifest,
    modules: manifest.modules.map(({ path, declarations = [] }) => {
      const elements = declarations.filter(isElement).map((element) => publicPart(element, details));
      const module = ELEMENTS[path] ?? path;
      return {
        kind: 'javascript-module' as const,
        path: module,
        declarations: elements as Declaration[],
        exports: elements.flatMap(({ name, tagName }) => [
          { kind: 'js' as const, name, declaration: { name, module } },
          { kind: 'custom-element-definition' as const, name: tagName, declaration: { name, module } },
        ]),
      };
    }),
  };
}

/** The elements of a manifest. */
export function elementsOf(manifest: Package): ElementDeclaration[] {
  return manifest.modules.flatMap(({ declarations = [] }) => declarations.filter(isElement));
}

export function fieldsOf(element: ElementDeclaration): Field[] {
  return (element.members ?? []).filter((member): member is Field => member.kind === 'field');
}

export function methodsOf(element: ElementDeclaration): ClassMethod[] {
  return (element.members ?? []).filter((member): member is ClassMethod => member.kind === 'method');
}

function isElement(declaration: Declaration): declaration is Declaration & ElementDeclaration {
  return 'tagName' in declaration && declaration.tagName !== undefined;
}

function publicPart(element: ElementDeclaration, details: ReadonlyMap<string, string>): ElementDeclaration {
  const { members = [], events = [], ...rest } = element;
  return {
    ...rest,
    members: members.filter(
      ({ privacy, static: isStatic }) => (privacy ?? 'public') === 'public' && !isStatic,
    ),
    events: events.map((event) => {
      const detail = details.get(event.name);
      if (!detail) throw new Error(`${EVENTS} does not know ${event.name} of <${element.tagName}>.`);
      return { ...event, type: { text: `CustomEvent<${detail}>` } };
    }),
  };
}

/** The type of each public event's detail, as its source has it. */
function eventDetails(): Map<string, string> {
  const file = typescript.createSourceFile(EVENTS, source(EVENTS), typescript.ScriptTarget.ES2022, true);
  const map = file.statements.find(
    (statement) => typescript.isInterfaceDeclaration(statement) && statement.name.text === 'SupportEventMap',
  );
  if (!map || !typescript.isInterfaceDeclaration(map)) throw new Error(`${EVENTS} has no SupportEventMap.`);
  return new Map(
    map.members.filter(typescript.isPropertySignature).map((member) => {
      const detail = member.type?.getText(file) ?? 'unknown';
      return [
        (member.name as typescript.StringLiteral).text,
        detail === 'Record<string, never>'
          ? '{}'
          : detail
              .replaceAll('readonly ', '')
              .replace(/;?\s*\}$/, ' }')
              .replaceAll(/\s+/g, ' '),
      ];
    }),
  );
}

function source(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}
