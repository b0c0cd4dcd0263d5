// Variables in answers kept at hand, `{{visitor.name}}` for instance, and what stands for them in a conversation.
import type { Agent, DeskSettings, DeskVisitor, VisitorSummary } from '../core/model.ts';

/** What is known by name; a value is empty where it is not known in this conversation. */
export type Variables = ReadonlyMap<string, string>;

export interface Filled {
  /** With what is missing left as it was. */
  readonly text: string;
  /** Variables without a value here. */
  readonly empty: readonly string[];
  /** What is no variable at all. */
  readonly unknown: readonly string[];
}

const VARIABLE = /\{\{\s*([\p{L}\d_.-]+)\s*\}\}/gu;

export function variablesOf(
  me: Agent | null,
  settings: DeskSettings | null,
  who: VisitorSummary | DeskVisitor,
): Variables {
  const values = new Map([
    ['visitor.name', who.name],
    ['visitor.first_name', firstWord(who.name)],
    ['visitor.email', who.email],
    ['agent.name', me?.name ?? ''],
    ['agent.first_name', firstWord(me?.name ?? '')],
    ['team.name', settings?.teamName ?? ''],
  ]);
  for (const [name, value] of Object.entries('attributes' in who ? who.attributes : {})) {
    values.set(`attribute.${name}`, value === null ? '' : String(value));
  }
  return values;
}

/** A word joiner: before a brace that is no variable's, because a value brought it along. */
const APART = '\u2060';

/**
 * Puts values in place of variables. A visitor's name may look like a variable and is none, even where the text is gone
 * through again; `plainText` takes out what sees to that.
 */
export function fillVariables(text: string, variables: Variables): Filled {
  const empty = new Set<string>();
  const unknown = new Set<string>();
  const filled = text.replace(VARIABLE, (written, name: string) => {
    const value = variables.get(name.toLowerCase());
    if (value) return value.replaceAll('{', `${APART}{`);
    // Other visitors may have an attribute that this one lacks.
    const isKnown = value !== undefined || name.toLowerCase().startsWith('attribute.');
    (isKnown ? empty : unknown).add(name);
    return written;
  });
  return { text: filled, empty: [...empty], unknown: [...unknown] };
}

export function plainText(filled: string): string {
  return filled.replaceAll(`${APART}{`, '{');
}

/** Text in parts, of which every other one is a variable. */
export function splitVariables(text: string): readonly string[] {
  return text.split(/(\{\{\s*[\p{L}\d_.-]+\s*\}\})/u);
}

/** Where the first variable stands in a text; null where there is none. */
export function firstVariable(text: string): { readonly start: number; readonly end: number } | null {
  const match = new RegExp(VARIABLE, 'u').exec(text);
  return match && { start: match.index, end: match.index + match[0].length };
}

function firstWord(name: string): string {
  return name.trim().split(/\s+/)[0] ?? '';
}
