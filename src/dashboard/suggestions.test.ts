import { describe, expect, it } from 'vitest';
import type { CannedResponse } from '../core/model.ts';
import { findEmoji } from './emoji.ts';
import { type SuggestionSources, suggestionsAt } from './suggestions.ts';

function answer(shortcut: string, title: string, content = 'Text'): CannedResponse {
  return { id: shortcut, shortcut, title, content, shared: true, updatedAt: '2026-11-23T09:00:00Z' };
}

const canned = [
  answer('refund', 'How refunds work'),
  answer('hello', 'Greeting', 'Hello, how can I help?'),
  answer('late', 'Late parcel', 'We refund the postage.'),
];
const people = [
  { id: 'a2', name: 'Tom Okafor' },
  { id: 'a3', name: 'Lena Sørensen' },
];
const reply: SuggestionSources = { canned, people: null };
const note: SuggestionSources = { canned, people };

function offered(text: string, sources = reply, caret = text.length): string | null {
  const found = suggestionsAt(text, caret, sources);
  return found && `${found.type} from ${found.start}: ${found.items.map(({ id }) => id).join(' ')}`;
}

describe('what is offered while one types', () => {
  it.each([
    ['/', 'canned from 0: hello late refund'],
    ['Hi /ref', 'canned from 3: refund late'],
    ['Hi\n/hel', 'canned from 3: hello'],
    ['/GREET', 'canned from 0: hello'],
    ['and/or', null],
    ['https://x', null],
    ['/etc/hosts', null],
    ['/hello ', null],
  ])('answers after a slash that begins a word: %j', (text, expected) => {
    expect(offered(text)).toBe(expected);
  });

  it('says that there are none yet at a lone slash', () => {
    expect(offered('/', { canned: [], people: null })).toBe('canned from 0: ');
    expect(offered('/x', { canned: null, people: null })).toBeNull();
  });

  it.each([
    ['@', 'mention from 0: a2 a3'],
    ['Ask @to', 'mention from 4: a2'],
    ['Ask @Tom Oka', 'mention from 4: a2'],
    ['(@sør', 'mention from 1: a3'],
    ['me@tom', null],
    ['@ tom', null],
    ['@Tom Okafor is', null],
    ['@\ntom', null],
  ])('colleagues after an at sign in notes: %j', (text, expected) => {
    expect(offered(text, note)).toBe(expected);
    expect(offered(text, reply)).toBeNull();
  });

  it.each([
    [':rocket', 'emoji from 0: rocket'],
    ['Yes :thum', 'emoji from 4: thumbsup'],
    [':r', null],
    ['at 10:30', null],
    ['note:this', null],
    [':zzzzq', null],
  ])('emoji after a colon: %j', (text, expected) => {
    expect(offered(text)).toBe(expected);
  });

  it('looks at what is before the caret only', () => {
    expect(offered('/ref and more', reply, 4)).toBe('canned from 0: refund late');
    expect(offered('/ref and more', reply, 6)).toBeNull();
  });
});

describe('emoji', () => {
  it('have a name of their own each', () => {
    const names = findEmoji('').map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(100);
  });

  it('are one character each, with words', () => {
    for (const { character, name } of findEmoji('')) {
      expect([...new Intl.Segmenter().segment(character)], name).toHaveLength(1);
      expect(name).toMatch(/^[a-z]+$/);
    }
  });

  it('are found by other words after those of that name', () => {
    expect(findEmoji('heart').map(({ name }) => name)[0]).toBe('heart');
    expect(findEmoji('happy').map(({ name }) => name)).toContain('smile');
  });
});
