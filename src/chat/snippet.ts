// The one-line snippet: a script tag that brings its own element.

const MARK = 'data-supabase-url';

/**
 * Adds an element to the page for the script tag that loaded us, with its `data-*` as attributes. Does nothing for a
 * tag without `data-supabase-url`, and nothing where the page already has the element.
 */
export function insertFromSnippet(tag: string, current: Element | null): void {
  // Module scripts have no current script.
  const script = current ?? document.querySelector(`script[${MARK}]`);
  if (!script?.hasAttribute(MARK)) return;
  whenBodyIsThere(() => {
    if (document.querySelector(tag)) return;
    const element = document.createElement(tag);
    for (const { name, value } of script.attributes) {
      if (name.startsWith('data-')) element.setAttribute(name.slice('data-'.length), value);
    }
    document.body.append(element);
    // Turbo and its like exchange the whole body. Whoever takes the element out by itself wants it gone.
    new MutationObserver(() => {
      if (element.parentNode && !document.querySelector(tag)) document.body?.append(element);
    }).observe(document.documentElement, { childList: true });
  });
}

function whenBodyIsThere(then: () => void): void {
  // The page may bring its own element further down, which only a whole document shows.
  if (document.readyState !== 'loading') then();
  else document.addEventListener('DOMContentLoaded', then, { once: true });
}
