import type { BrowserContext, Page } from 'playwright';

/** What a page saw, with the times of the machine's clock. Messages are named by the code in their text. */
export interface Sightings {
  /** Sent here, in this order. */
  readonly sent: readonly { readonly code: string; readonly at: number }[];
  /** When it first stood in the log "Messages". */
  readonly inLog: Readonly<Record<string, number>>;
  /** When it first stood in the list "Conversations". */
  readonly inList: Readonly<Record<string, number>>;
  /** Stood in the log twice at a time, if only for a moment. */
  readonly doubled: readonly string[];
  /** `send()` did not take it: its error code. */
  readonly refused: Readonly<Record<string, string>>;
}

interface Watching extends Window {
  chaos: { readonly seen: Sightings; log(): HTMLElement | null; noteSent(text: string): string };
}

export function codeOf(text: string): string {
  return /\[([^\]]+)\]/.exec(text)?.[1] ?? '';
}

/** Watches every page of a browser from its beginning, through nothing but what is on screen. */
export async function watchPages(context: BrowserContext): Promise<void> {
  // The compiler of this script names functions by a helper that pages do not have.
  await context.addInitScript('globalThis.__name = (target) => target;');
  await context.addInitScript(watch);
}

export function sightingsOf(page: Page): Promise<Sightings> {
  return page.evaluate(() => (window as unknown as Watching).chaos.seen);
}

/** Sends through the element's method, and does not wait for what becomes of it. */
export async function sendByMethod(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => {
    const { chaos } = window as unknown as Watching;
    const code = chaos.noteSent(text);
    const chat = document.querySelector('support-chat') as HTMLElement & {
      send(text: string): Promise<void>;
    };
    chat.send(text).catch((reason: { code?: string }) => {
      (chaos.seen.refused as Record<string, string>)[code] = reason.code ?? String(reason);
    });
  }, text);
}

/** Every message of the conversation on screen, oldest first, read as a person would: from the top to the end. */
export async function readWholeLog(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { chaos } = window as unknown as Watching;
    const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const earlier = () =>
      [...(chaos.log()?.querySelectorAll('button') ?? [])].find((button) =>
        /^\s*Load(ing)? earlier/.test(button.textContent ?? ''),
      );
    for (let tries = 0; earlier() && tries < 100; tries++) {
      earlier()?.click();
      await rest(100);
    }
    const log = chaos.log();
    if (!log) return [];
    const texts: string[] = [];
    const onScreen = () =>
      [...log.querySelectorAll('[part~="bubble"]')].map((bubble) => bubble.textContent?.trim() ?? '');
    log.scrollTop = 0;
    for (;;) {
      // A list that draws only what is in view is read piece by piece.
      await rest(50);
      const before = log.scrollTop;
      const known = new Set(texts);
      texts.push(...onScreen().filter((text) => !known.has(text)));
      log.scrollTop += log.clientHeight * 0.8;
      if (log.scrollTop === before) return texts;
    }
  });
}

/** How many messages of the run stood in the log until now. */
export function countSeen(page: Page): Promise<number> {
  return page.evaluate(() => Object.keys((window as unknown as Watching).chaos.seen.inLog).length);
}

/** Runs in the page, before anything else does. */
function watch(): void {
  const code = /\[(c\d+\/[^\]]+)\]/;
  const roots: ShadowRoot[] = [];
  const seen = {
    sent: [] as { code: string; at: number }[],
    inLog: {} as Record<string, number>,
    inList: {} as Record<string, number>,
    doubled: [] as string[],
    refused: {} as Record<string, string>,
  };

  const find = (selector: string): HTMLElement | null => {
    for (const root of roots) {
      const found = root.host.isConnected ? root.querySelector<HTMLElement>(selector) : null;
      if (found) return found;
    }
    return null;
  };
  const log = () => find('[role="log"][aria-label="Messages"]');

  const look = () => {
    const now = Date.now();
    const here = new Set<string>();
    for (const bubble of log()?.querySelectorAll('[part~="bubble"]') ?? []) {
      const found = code.exec(bubble.textContent ?? '')?.[1];
      if (found === undefined) continue;
      seen.inLog[found] ??= now;
      if (here.has(found) && !seen.doubled.includes(found)) seen.doubled.push(found);
      here.add(found);
    }
    for (const row of find('[role="list"][aria-label="Conversations"]')?.querySelectorAll('button') ?? []) {
      const found = code.exec(row.textContent ?? '')?.[1];
      if (found !== undefined) seen.inList[found] ??= now;
    }
  };

  const observer = new MutationObserver(look);
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (this: Element, init) {
    const root = attachShadow.call(this, init);
    roots.push(root);
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    return root;
  };

  const noteSent = (text: string): string => {
    const found = code.exec(text)?.[1] ?? '';
    seen.sent.push({ code: found, at: Date.now() });
    return found;
  };
  window.addEventListener(
    'keydown',
    (event) => {
      const target = event.composedPath()[0];
      if (event.key === 'Enter' && target instanceof HTMLTextAreaElement && code.test(target.value))
        noteSent(target.value);
    },
    true,
  );
  Object.assign(window, { chaos: { seen, log, noteSent } });
}
