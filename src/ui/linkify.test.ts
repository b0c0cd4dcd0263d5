import { describe, expect, it } from 'vitest';
import { linkify } from './linkify.ts';

const links = (text: string) => linkify(text).filter((part) => typeof part !== 'string');
const whole = (text: string) =>
  linkify(text)
    .map((part) => (typeof part === 'string' ? part : part.text))
    .join('');

describe('linkify', () => {
  it('links http, https, www and mail addresses', () => {
    expect(links('see https://example.com/a?b=c#d, www.example.org or me@example.com.')).toEqual([
      { text: 'https://example.com/a?b=c#d', href: 'https://example.com/a?b=c#d' },
      { text: 'www.example.org', href: 'https://www.example.org/' },
      { text: 'me@example.com', href: 'mailto:me@example.com' },
    ]);
  });

  it('leaves the punctuation of the sentence outside', () => {
    expect(links('(https://example.com).')).toEqual([
      { text: 'https://example.com', href: 'https://example.com/' },
    ]);
    expect(links('https://en.wikipedia.org/wiki/A_(b)?')[0]).toMatchObject({
      text: 'https://en.wikipedia.org/wiki/A_(b)',
    });
  });

  it.each([
    'javascript:alert(1)',
    'JAVASCRIPT://%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'https://bank.example@evil.example/',
    'https://user:secret@evil.example/',
    'http://',
    'https://[::1',
    'https://exa\u202Emple.com',
    'https://exa\u200Bmple.com',
    'mailto:nobody',
    'a.b',
    'version 1.2.3',
    '@everyone',
  ])('makes no link of %s', (text) => {
    expect(links(text)).toEqual([]);
  });

  it('gives back every character', () => {
    for (const text of [
      '',
      ' ',
      'a\n\nb',
      '<https://a.example>',
      '"www.a.example"',
      '((((',
      'x@y@z.example...',
    ])
      expect(whole(text)).toBe(text);
  });

  it('takes time that grows with the text only', () => {
    const hostile = [
      'a@'.repeat(100_000),
      'www.'.repeat(100_000),
      `https://a.example/${')'.repeat(200_000)}`,
      'https://'.repeat(50_000),
      `${'a.'.repeat(100_000)}@`,
      `${'(a@b.c '.repeat(30_000)}`,
      '<'.repeat(300_000),
      `a@${'b-'.repeat(900)}`,
    ];
    for (const text of hostile) {
      const start = performance.now();
      expect(whole(text)).toBe(text);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });
});
