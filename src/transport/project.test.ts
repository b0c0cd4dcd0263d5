import { expect, test } from 'vitest';
import { toProject } from './project.ts';

const KEY = 'sb_publishable_abc123';

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.c2ln`;
}

test.each([
  ['https://abcd.supabase.co', 'support-chat:abcd'],
  ['https://abcd.supabase.co/', 'support-chat:abcd'],
  ['https://chat.example.com', 'support-chat:chat.example.com'],
  ['http://localhost:4173', 'support-chat:localhost:4173'],
])('storage of %s is kept under %s', (url, prefix) => {
  expect(toProject(url, KEY).storagePrefix).toBe(prefix);
});

test('the address loses what does not belong to it', () => {
  expect(toProject(' https://abcd.supabase.co//?x=1#y ', KEY).url).toBe('https://abcd.supabase.co');
  expect(toProject('https://example.com/supabase/', KEY).url).toBe('https://example.com/supabase');
});

test('a legacy anon key is accepted', () => {
  const key = jwt({ role: 'anon' });
  expect(toProject('https://abcd.supabase.co', key).key).toBe(key);
});

test.each([
  ['', KEY, /supabase-url must be .*, not ""\.$/],
  [undefined, KEY, /supabase-url must be .*, not ""\.$/],
  ['abcd', KEY, /supabase-url must be .*, not "abcd"/],
  ['javascript:alert(1)', KEY, /supabase-url must be .*, not "javascript:alert/],
  ['https://abcd.supabase.co', '', /supabase-key must be the publishable key/],
  ['https://abcd.supabase.co', null, /supabase-key must be the publishable key/],
  ['https://abcd.supabase.co', 'not a key', /supabase-key must be the publishable key/],
  ['https://abcd.supabase.co', 'abc', /supabase-key must be the publishable key/],
  ['https://abcd.supabase.co', 'sb_secret_abc', /secret key/],
  ['https://abcd.supabase.co', jwt({ role: 'service_role' }), /secret key/],
])('url %s with key %s is refused with the fix', (url, key, message) => {
  expect(() => toProject(url, key)).toThrow(
    expect.objectContaining({ code: 'not-configured', message: expect.stringMatching(message) }),
  );
});

test('a refused secret key is not repeated in the message', () => {
  try {
    toProject('https://abcd.supabase.co', 'sb_secret_do_not_print');
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toContain('do_not_print');
  }
});
