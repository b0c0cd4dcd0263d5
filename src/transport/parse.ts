import { ChatError } from '../core/errors.ts';

// Reading `unknown` piece by piece. A wrong shape is a ChatError that names the place, never a crash later on.

export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Shape` says which fields there are to read; what is in them is still unknown. */
export function object<Shape extends object = Fields>(value: unknown, where: string): Shape {
  if (isObject(value)) return value as Shape;
  throw wrong(where, 'an object', value);
}

export function list<T>(value: unknown, where: string, item: (value: unknown, where: string) => T): T[] {
  if (!Array.isArray(value)) throw wrong(where, 'a list', value);
  return value.map((entry, index) => item(entry, `${where}[${index}]`));
}

export function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw wrong(where, 'text', value);
}

/** Text that may be missing. */
export function maybeText(value: unknown, where: string): string | null {
  return value === null || value === undefined ? null : text(value, where);
}

/** Text where nothing and empty mean the same. */
export function anyText(value: unknown, where: string): string {
  return maybeText(value, where) ?? '';
}

export function number(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(where, 'a number', value);
}

export function maybeNumber(value: unknown, where: string): number | null {
  return value === null || value === undefined ? null : number(value, where);
}

export function numberOr(value: unknown, where: string, otherwise: number): number {
  return maybeNumber(value, where) ?? otherwise;
}

/** One of a closed set; `otherwise` for words a newer server may use. */
export function oneOf<T extends string>(value: unknown, words: readonly T[], otherwise: T): T {
  return words.find((word) => word === value) ?? otherwise;
}

/** The same where a wrong word must not pass. */
export function exactly<T extends string>(value: unknown, where: string, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw wrong(where, words.join(' or '), value);
  return word;
}

export function maybe<T>(
  value: unknown,
  where: string,
  parse: (value: unknown, where: string) => T,
): T | null {
  return value === null || value === undefined ? null : parse(value, where);
}

function wrong(where: string, expected: string, value: unknown): ChatError {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return new ChatError(
    'unknown',
    `The server's answer is not understood: ${where} is ${got}, not ${expected}.`,
  );
}
