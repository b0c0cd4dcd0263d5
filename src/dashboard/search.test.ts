import { describe, expect, it } from 'vitest';
import { deskSession } from '../core/testing/samples.ts';
import { matching } from './search.ts';

const jose = deskSession({
  id: 'jose',
  visitor: { id: 'v1', name: 'José Núñez', email: 'jn@example.com', verified: false },
  preview: 'Where is my parcel?',
});
const ada = deskSession({ id: 'ada', preview: 'A refund please', tags: ['billing'] });

function found(query: string): string[] {
  return matching([jose, ada], query).map(({ id }) => id);
}

describe('matching', () => {
  it('finds by name without accents, by address, by preview and by tag', () => {
    expect(found('jose nunez')).toEqual(['jose']);
    expect(found('JN@EXAMPLE')).toEqual(['jose']);
    expect(found('parcel')).toEqual(['jose']);
    expect(found('billing')).toEqual(['ada']);
  });

  it('wants every word', () => {
    expect(found('refund parcel')).toEqual([]);
  });

  it('leaves the list alone without words', () => {
    expect(found('   ')).toEqual(['jose', 'ada']);
  });
});
