// The declarations of the types that the reference names, for readers who have no editor to look them up.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const FILES = ['src/chat/support-chat.ts', 'src/ui/events.ts', 'src/core/errors.ts', 'src/core/model.ts'];

/** The declarations of all types that these texts name, and of those that these name in turn. */
export function declarationsOf(texts: readonly string[]): string[] {
  const known = new Map(FILES.flatMap(typesIn));
  const found = new Map<string, string>();
  const visit = (text: string) => {
    for (const [name] of text.replaceAll(/\/\*[\s\S]*?\*\//g, '').matchAll(/\b[A-Z]\w+/g)) {
      const declaration = known.get(name);
      if (declaration === undefined || found.has(name)) continue;
      found.set(name, declaration);
      visit(declaration);
    }
  };
  texts.forEach(visit);
  return [...found.values()];
}

function typesIn(path: string): [string, string][] {
  const text = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  return file.statements
    .filter((statement) => ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    .map((statement) => {
      const comments = ts.getLeadingCommentRanges(text, statement.pos) ?? [];
      const doc = comments.findLast(({ pos }) => text.startsWith('/**', pos));
      const source = text.slice(doc?.pos ?? statement.getStart(file), statement.end);
      return [statement.name.text, source.replace(/^export /m, '')];
    });
}
