// Rows as the database's functions return them → the model.
import type { ChatMessage, ChatSession, ChatSettings, Visitor } from '../core/model.ts';
import type { Slice } from '../core/ports.ts';
import { VISITOR_SHAPES } from '../core/shapes.ts';
import { object, reader } from './read.ts';

export const read = reader(VISITOR_SHAPES);

export const parseMessage = (value: unknown, where?: string): ChatMessage => read('message', value, where);
export const parseSession = (value: unknown, where?: string): ChatSession => read('session', value, where);

export function parseMessages(value: unknown, where?: string): readonly ChatMessage[] {
  return [...read('message[]', value, where)].sort((a, b) => a.seq - b.seq);
}

/** Sessions with messages. */
export function parseSlices<S extends ChatSession>(
  value: unknown,
  parse: (value: unknown, where: string) => S,
): readonly Slice<S>[] {
  return ((value ?? []) as unknown[]).map((slice, index) => {
    const row = object(slice, `sessions[${index}]`);
    return {
      session: parse(row.session, `sessions[${index}].session`),
      messages: parseMessages(row.messages, `sessions[${index}].messages`),
    };
  });
}

/** Visitors' pages decide what is in the attributes, and the database that they are flat. */
export function parseVisitor(value: unknown): Visitor {
  return read('visitor', value) as Visitor;
}

export function parseSettings(value: unknown): ChatSettings {
  return read('settings', value) as ChatSettings;
}
