import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keys } from './keys.ts';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  png: 'image/png',
  sql: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * Serves the files that lie directly in some directories, and nothing below them: a path with a slash
 * in it names no file. Pages get the project's address and key where they say `{{supabase-url}}` and
 * `{{supabase-key}}`. Pages whose name starts with `strict` run under the strictest policy we support.
 */
export function createPages(directories: readonly string[], keys: Keys) {
  return async (request: Request): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response('Method Not Allowed', { status: 405, headers: { allow: 'GET, HEAD' } });
    }
    const { pathname } = new URL(request.url);
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    const type = TYPES[/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.([a-z]+)$/i.exec(name)?.[1] ?? ''];
    const content = type === undefined ? null : await readFirst(directories, name);
    if (type === undefined || content === null) {
      return new Response(`Not found: ${name}`, {
        status: 404,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      });
    }
    const origin = originOf(request);
    const body = name.endsWith('.html')
      ? content
          .toString('utf8')
          .replaceAll('{{supabase-url}}', origin)
          .replaceAll('{{supabase-key}}', keys.publishable)
      : content;
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(Buffer.from(body)), {
      headers: {
        'content-type': type,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        ...(name.startsWith('strict') && { 'content-security-policy': strictPolicy(origin) }),
      },
    });
  };
}

async function readFirst(directories: readonly string[], name: string): Promise<Buffer | null> {
  for (const directory of directories) {
    try {
      return await readFile(join(directory, name));
    } catch {
      // The next directory may have it.
    }
  }
  return null;
}

/** The address the browser used, which may be another one than we listen on. */
function originOf(request: Request): string {
  const url = new URL(request.url);
  if (request.headers.get('x-forwarded-proto') === 'https') url.protocol = 'https:';
  return url.origin;
}

function strictPolicy(origin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src ${origin} ${origin.replace(/^http/, 'ws')}`,
    'img-src blob: data:',
    "require-trusted-types-for 'script'",
    "trusted-types lit-html 'allow-duplicates'",
  ].join('; ');
}
