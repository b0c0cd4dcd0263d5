import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { elementsOf, readManifest } from './manifest.ts';
import { DOCUMENTS, withReference } from './reference.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const manifest = readManifest();
const [chat, dashboard] = elementsOf(manifest);

function read(name: string): string {
  return readFileSync(`${ROOT}${name}`, 'utf8');
}

/** What a pattern's first group finds in the source files of a folder, each once. */
function found(pattern: RegExp, folder: string): string[] {
  const files = readdirSync(`${ROOT}src/${folder}`).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const all = files.flatMap((file) =>
    [...read(`src/${folder}/${file}`).matchAll(pattern)].map(([, name = '']) => name),
  );
  return [...new Set(all)].sort();
}

it.each(DOCUMENTS)('%s says what the source says (else run "npm run docs")', (name) => {
  const document = read(name);
  expect(document).toMatch(/<!-- (reference|names) of /);
  expect(withReference(document, manifest)).toBe(document);
});

it('the manifest holds both elements, and of them only what is public', () => {
  expect([chat?.tagName, dashboard?.tagName]).toEqual(['support-chat', 'support-dashboard']);
  const members = [...(chat?.members ?? []), ...(dashboard?.members ?? [])].map(({ name }) => name);
  expect(members).toContain('supabaseUrl');
  expect(members).toContain('startConversation');
  for (const name of ['connect', 'loadedAgain', 'driver', 'preview', 'render', 'willUpdate', 'styles']) {
    expect(members).not.toContain(name);
  }
});

it('everything public has a description', () => {
  const undescribed = [chat, dashboard].flatMap((element) =>
    [
      ...(element?.members ?? []),
      ...(element?.events ?? []),
      ...(element?.slots ?? []),
      ...(element?.cssParts ?? []),
      ...(element?.cssProperties ?? []),
    ]
      .filter(({ description }) => !description)
      .map(({ name }) => name),
  );
  expect(undescribed).toEqual([]);
});

it('an event has the type of its detail', () => {
  expect(chat?.events?.map(({ type }) => type.text)).toContain('CustomEvent<{ count: number }>');
});

it('every custom property and slot that the styles and templates read is in the manifest, and no other', () => {
  const tokens = found(/(--support-[a-z-]+)/g, 'ui');
  const own = found(/var\(\s*(--support-[a-z-]+)/g, 'chat');
  expect(chat?.cssProperties?.map(({ name }) => name).sort()).toEqual(
    [...new Set([...tokens, ...own])].sort(),
  );
  expect(chat?.slots?.map(({ name }) => name).sort()).toEqual(found(/<slot name="([a-z-]+)"/g, 'chat'));
});

it('every part a page can style is in the manifest', () => {
  const own = found(/\bpart="([a-z-]+)"/g, 'chat');
  const inner = found(/exportparts="([^"]+)"/g, 'chat').flatMap((list) => list.split(', '));
  expect(chat?.cssParts?.map(({ name }) => name).sort()).toEqual([...own, ...inner].sort());
});
