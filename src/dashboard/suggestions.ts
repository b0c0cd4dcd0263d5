// What is offered while one types: answers after a slash, colleagues after an at sign, emoji after a colon.
import type { CannedResponse } from '../core/model.ts';
import { type Emoji, findEmoji } from './emoji.ts';

export interface Mentionable {
  readonly id: string;
  readonly name: string;
}

export interface SuggestionSources {
  /** Null where only notes may call somebody. */
  readonly people: readonly Mentionable[] | null;
  /** Null while they are not loaded. */
  readonly canned: readonly CannedResponse[] | null;
}

export type Suggestion =
  | { readonly type: 'canned'; readonly id: string; readonly response: CannedResponse }
  | { readonly type: 'mention'; readonly id: string; readonly person: Mentionable }
  | { readonly type: 'emoji'; readonly id: string; readonly emoji: Emoji };

/** A list that is offered for the text from `start` to the caret. */
export interface Suggestions {
  readonly type: Suggestion['type'];
  readonly start: number;
  readonly query: string;
  readonly items: readonly Suggestion[];
}

const AT_MOST = { canned: 50, mention: 8, emoji: 8 } as const;
/** No name is longer than this, as far as typing it goes. */
const LONGEST_NAME = 60;

/** What to offer for a text with the caret at `caret`; null for nothing. */
export function suggestionsAt(text: string, caret: number, sources: SuggestionSources): Suggestions | null {
  const before = text.slice(0, caret);
  const word = /(?:^|\s)([/:])(\S*)$/u.exec(before);
  if (word) {
    const query = word[2] ?? '';
    const start = caret - query.length - 1;
    return word[1] === '/' ? offerCanned(start, query, sources.canned) : offerEmoji(start, query);
  }
  return sources.people && offerPeople(before, sources.people);
}

function offerCanned(
  start: number,
  query: string,
  canned: readonly CannedResponse[] | null,
): Suggestions | null {
  const found = findCanned(canned ?? [], query).slice(0, AT_MOST.canned);
  // A slash that begins no answer is just a slash; a lone one tells that there could be some.
  if (found.length === 0 && query !== '') return null;
  const items = found.map((response) => ({ type: 'canned' as const, id: response.id, response }));
  return { type: 'canned', start, query, items };
}

function offerEmoji(start: number, query: string): Suggestions | null {
  if (!/^\p{L}{2,}$/u.test(query)) return null;
  const items = findEmoji(query)
    .slice(0, AT_MOST.emoji)
    .map((emoji) => ({ type: 'emoji' as const, id: emoji.name, emoji }));
  return items.length > 0 ? { type: 'emoji', start, query, items } : null;
}

function offerPeople(before: string, people: readonly Mentionable[]): Suggestions | null {
  const start = before.lastIndexOf('@');
  if (start < 0 || before.length - start > LONGEST_NAME) return null;
  // An address is no call.
  if (start > 0 && /[\p{L}\d]/u.test(before[start - 1] ?? '')) return null;
  const query = before.slice(start + 1).toLocaleLowerCase();
  if (query.startsWith(' ') || query.includes('\n')) return null;
  const items = people
    .filter(({ name }) => {
      const folded = name.toLocaleLowerCase();
      return folded.startsWith(query) || folded.split(/\s+/).some((part) => part.startsWith(query));
    })
    .slice(0, AT_MOST.mention)
    .map((person) => ({ type: 'mention' as const, id: person.id, person }));
  return items.length > 0 ? { type: 'mention', start, query, items } : null;
}

/** Answers by shortcut, then by title, then by what they say. */
function findCanned(canned: readonly CannedResponse[], query: string): readonly CannedResponse[] {
  const wanted = query.toLocaleLowerCase();
  const rank = ({ shortcut, title, content }: CannedResponse): number => {
    if (shortcut.startsWith(wanted)) return 0;
    if (shortcut.includes(wanted) || title.toLocaleLowerCase().includes(wanted)) return 1;
    return content.toLocaleLowerCase().includes(wanted) ? 2 : 3;
  };
  return canned
    .map((response) => ({ response, rank: rank(response) }))
    .filter((ranked) => ranked.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.response.shortcut.localeCompare(b.response.shortcut))
    .map((ranked) => ranked.response);
}
