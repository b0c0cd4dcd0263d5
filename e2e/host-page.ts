import type { Page } from '@playwright/test';
import type { Backend } from './backend.ts';
import { test as base } from './fixtures.ts';

interface Parts {
  readonly head?: string;
  readonly body?: string;
}

interface Fixtures {
  /** Opens a page of somebody else's, who wrote these parts of it; another person's without `page`. */
  openHost(parts: Parts, page?: Page): Promise<Page>;
  /** The one-line snippet, with more attributes if wanted. */
  snippet(attributes?: string): string;
  /** The element as a page author writes it. */
  element(attributes?: string): string;
}

/** Tests on pages that are not the demo's. */
export const test = base.extend<Fixtures>({
  openHost: async ({ newPerson }, use) => {
    await use(async (parts, page) => {
      const target = page ?? (await newPerson('about:blank'));
      // To a browser, what a test answers itself comes from no network at all, and may not ask the local one.
      await target.context().grantPermissions(['local-network-access']);
      // Of the last call, for pages are opened one after the other.
      await target.unroute('**/host*');
      await target.route('**/host*', (route) =>
        route.fulfill({ contentType: 'text/html', body: documentOf(parts) }),
      );
      await target.goto('/host');
      return target;
    });
  },

  snippet: async ({ backend }, use) => {
    await use(
      (attributes = 'async') =>
        `<script src="/support-chat.js" ${project(backend, 'data-')} ${attributes}></script>`,
    );
  },

  element: async ({ backend }, use) => {
    await use((attributes = '') => `<support-chat ${project(backend)} ${attributes}></support-chat>`);
  },
});

function documentOf({ head = '', body = '' }: Parts): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Host</title>${head}</head><body>${body}</body></html>`;
}

function project(backend: Backend, prefix = ''): string {
  return `${prefix}supabase-url="${backend.url}" ${prefix}supabase-key="${backend.publishableKey}"`;
}
