// Rows that only agents see → the model.

import { DESK_SHAPES } from '../core/desk-shapes.ts';
import type { DeskSession, DeskSettings, DeskVisitor, SearchHit } from '../core/model.ts';
import { VISITOR_SHAPES } from '../core/shapes.ts';
import { reader } from './read.ts';

export const readDesk = reader({ ...VISITOR_SHAPES, ...DESK_SHAPES });

export const parseDeskSession = (value: unknown, where?: string): DeskSession =>
  readDesk('desk_session', value, where ?? 'session');

/** Visitors' pages decide what is in the attributes, and the database that they are flat. */
export function parseDeskVisitor(value: unknown): DeskVisitor {
  return readDesk('desk_visitor', value, 'visitor') as DeskVisitor;
}

/** Agents are not asked anything before a chat. */
export function parseDeskSettings(value: unknown): DeskSettings {
  return { ...readDesk('desk_settings', value, 'settings'), preChatFields: [] };
}

/** Highlights that are no pairs of numbers highlight nothing. */
export function toHit(row: Omit<SearchHit, 'matched' | 'highlights'> & HitWords): SearchHit {
  const ranges: unknown[] = Array.isArray(row.highlights) ? row.highlights : [];
  const isRange = (range: unknown): range is readonly [number, number] =>
    Array.isArray(range) && range.length === 2 && range.every(Number.isInteger);
  const { matched } = row;
  return {
    session: row.session,
    message: row.message,
    matched: matched === 'name' || matched === 'email' ? matched : 'message',
    highlights: ranges.filter(isRange),
  };
}

interface HitWords {
  readonly matched: string;
  readonly highlights: unknown;
}
