// Finds conversations among those that are loaded, by name, address and preview.
import type { DeskSession } from '../core/model.ts';

export function matching(sessions: readonly DeskSession[], query: string): readonly DeskSession[] {
  const words = fold(query).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return sessions;
  return sessions.filter(({ visitor, preview, tags }) => {
    const text = fold([visitor.name, visitor.email, preview, ...tags].join('\n'));
    return words.every((word) => text.includes(word));
  });
}

/** Without case and accents, so that "jose" finds "José". */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
