import { ChatError } from '../core/errors.ts';
import { type Fields, isObject } from '../core/json.ts';
import type { Read } from '../core/shapes.ts';

// Answers and events are read by the tables in `core/shapes.ts`. What does not fit is a ChatError that names the place,
// never a crash later on.

/** `Shape` says which fields there are to read; what is in them is still unknown. */
export function object<Shape extends object = Fields>(value: unknown, where: string): Shape {
  if (isObject(value)) return value as Shape;
  throw misfit(where, 'an object', value);
}

const SCALARS: Readonly<Record<string, string>> = { integer: 'number', boolean: 'boolean' };

/** Reads values of these shapes; columns in snake case become fields in camel case, and others are left out. */
export function reader<const Shapes extends Readonly<Record<string, Readonly<Record<string, string>>>>>(
  shapes: Shapes,
) {
  const read = (type: string, value: unknown, where: string): unknown => {
    if (type.endsWith('?'))
      return value === null || value === undefined ? null : read(type.slice(0, -1), value, where);
    if (type.endsWith('[]')) {
      // Functions that have nothing to list may leave the list out.
      if (!Array.isArray(value ?? [])) throw misfit(where, 'a list', value);
      return ((value ?? []) as unknown[]).map((item, index) =>
        read(type.slice(0, -2), item, `${where}[${index}]`),
      );
    }
    const shape = shapes[type];
    if (shape) {
      const row = object(value, where);
      const fields = Object.entries(shape).map(([key, inner]) => [
        key.replace(/_./g, ([, letter]) => (letter as string).toUpperCase()),
        read(inner, row[key], `${where}.${key}`),
      ]);
      return Object.fromEntries(fields);
    }
    if (type === 'json') return value;
    const expected = SCALARS[type] ?? 'string';
    if (typeof value !== expected || Number.isNaN(value)) throw misfit(where, expected, value);
    const words = type.split('|');
    return words.length > 1 && !words.includes(value as string) ? words[0] : value;
  };
  return <Type extends string>(type: Type, value: unknown, where: string = type) =>
    read(type, value, where) as Read<Shapes, Type>;
}

function misfit(where: string, expected: string, value: unknown): ChatError {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return new ChatError(
    'unknown',
    `The server's answer is not understood: ${where} is ${got}, not ${expected}.`,
  );
}
