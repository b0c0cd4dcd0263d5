import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { buildStage } from '../scripts/build-stage.ts';
import type { SupportChat } from '../src/chat/support-chat.ts';
import { scenes } from '../src/chat/testing/scenes.ts';
import type { ScriptedChat } from '../src/chat/testing/scripted-chat.ts';
import { expect, test } from './fixtures.ts';

const origin = 'http://stage.test';
let stage = '';

test.beforeAll(async () => {
  stage = await buildStage('src/chat/testing/stage.ts');
});

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 640, height: 820 });
  await page.route(`${origin}/**`, (route) => {
    if (route.request().url().endsWith('/stage.js'))
      return route.fulfill({ body: stage, contentType: 'text/javascript' });
    const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><meta name="viewport" content="width=device-width"><style>body { background: light-dark(#fff, #101013); color-scheme: light dark }</style><body><main><h1>Shop</h1><input aria-label="Theirs"></main><script src="/stage.js"></script></body></html>`;
    return route.fulfill({ body, contentType: 'text/html' });
  });
});

interface State {
  readonly scene: string;
  readonly attributes?: string;
  readonly act?: (page: Page) => Promise<unknown>;
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

/** Every scene with its window open, and what takes a step to get to. */
const states: Readonly<Record<string, State>> = {
  ...Object.fromEntries(Object.keys(scenes).map((scene) => [scene, { scene }])),
  launcher: { scene: 'idle', attributes: '' },
  badge: { scene: 'unread', attributes: '' },
  preview: { scene: 'unread', attributes: '', act: (page) => receive(page, 'Is it the grey one?') },
  conversations: { scene: 'list', act: press('Conversations') },
  menu: { scene: 'conversation', act: press('More options') },
  rating: { scene: 'closed', act: press(/^4 of 5/) },
  written: { scene: 'conversation', act: (page) => write(page, 'Hello') },
  'too-long': { scene: 'conversation', act: (page) => write(page, 'a'.repeat(4012)) },
  'no-launcher': { scene: 'conversation', attributes: 'open&hide-launcher' },
  inline: { scene: 'conversation', attributes: 'inline' },
};

async function show(page: Page, { scene, attributes = 'open', act }: State): Promise<void> {
  await page.goto(`${origin}/?scene=${scene}&${attributes}`);
  await page.evaluate(() => document.querySelector('support-chat')!.updateComplete);
  await act?.(page);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  // What fades in is looked at when it is there.
  await page.evaluate(() => {
    const finish = (root: Document | ShadowRoot) => {
      for (const one of root.getAnimations()) if (one.effect?.getTiming().iterations === 1) one.finish();
      for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) finish(shadowRoot);
    };
    finish(document);
  });
}

function write(page: Page, text: string): Promise<void> {
  return page.getByRole('textbox', { name: 'Message' }).fill(text);
}

/** An agent says something in the conversation on screen. */
function receive(page: Page, content: string): Promise<void> {
  return page.evaluate(async (content) => {
    const { chat } = globalThis as unknown as { chat: ScriptedChat };
    const { current, messages } = chat.state;
    const last = messages.findLast(({ senderType }) => senderType === 'agent')!;
    const seq = Math.max(...messages.map((one) => one.seq)) + 1;
    const message = { ...last, id: `new-${seq}`, seq, content };
    chat.set({ messages: [...messages, message] });
    chat.emit({ type: 'message', message, session: current!, direction: 'in' });
    await document.querySelector('support-chat')!.updateComplete;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }, content);
}

/** Functions that the page needs to look into shadow roots. */
async function teach(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const deep = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap((one) => [
        one,
        ...(one.shadowRoot ? deep(one.shadowRoot) : []),
      ]);
    const upwards = (node: Node): Element | null =>
      node.parentNode instanceof ShadowRoot ? node.parentNode.host : node.parentElement;
    const chain = (element: Element): Element[] => {
      const parent = upwards(element);
      return [element, ...(parent ? chain(parent) : [])];
    };
    const everything = () => deep(document.querySelector('support-chat')!.shadowRoot!);
    const isShown = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !chain(element).some((one) => one.matches('[inert]'));
    const controls = () =>
      everything().filter(
        (one) =>
          one.matches('button, a[href], textarea, input, select, [tabindex="0"]') &&
          !one.matches(':disabled, [tabindex="-1"]') &&
          isShown(one),
      );
    const nameOf = (one: Element | null) =>
      one === null
        ? 'nothing'
        : `${one.localName} ${one.getAttribute('aria-label') ?? one.textContent?.trim().replace(/\s+/g, ' ') ?? ''}`;
    const active = (root: DocumentOrShadowRoot): Element | null =>
      root.activeElement?.shadowRoot?.activeElement
        ? active(root.activeElement.shadowRoot)
        : root.activeElement;
    const hit = (x: number, y: number, root: DocumentOrShadowRoot = document): Element | null => {
      const one = root.elementFromPoint(x, y);
      return one?.shadowRoot && one.shadowRoot !== root ? (hit(x, y, one.shadowRoot) ?? one) : one;
    };
    Object.assign(window, { look: { everything, isShown, controls, nameOf, active, hit, chain } });
  });
}

declare global {
  interface Window {
    /** Only in these tests. */
    look: {
      everything(): Element[];
      isShown(element: Element): boolean;
      controls(): Element[];
      nameOf(element: Element | null): string;
      active(root: DocumentOrShadowRoot): Element | null;
      hit(x: number, y: number): Element | null;
      chain(element: Element): Element[];
    };
  }
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test('axe finds nothing in any state, light, dark or in forced colours', async ({ page }) => {
  const found: string[] = [];
  for (const [name, state] of Object.entries(states)) {
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
    await show(page, state);
    await page.evaluate(axe.source);
    for (const look of [
      { colorScheme: 'light', forcedColors: 'none' },
      { colorScheme: 'dark', forcedColors: 'none' },
      { colorScheme: 'dark', forcedColors: 'active' },
    ] as const) {
      // The system's colours need no look at every state.
      if (look.forcedColors === 'active' && !/^(?:failed|conversations|rating|preview)$/.test(name)) continue;
      await page.emulateMedia(look);
      // Only contrast is another in the dark.
      const rules = look.colorScheme === 'light' ? RULES : ['color-contrast'];
      const violations = await page.evaluate(async (runOnly) => {
        const { violations } = await (window as unknown as { axe: typeof axe }).axe.run('support-chat', {
          runOnly,
          resultTypes: ['violations'],
        });
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id} ${target} ${failureSummary}`),
        );
      }, rules);
      found.push(...violations.map((text) => `${name} ${look.colorScheme} ${look.forcedColors}: ${text}`));
    }
  }
  expect(found).toEqual([]);
});

test('every state is named in the accessibility tree, and Tab goes through it in order', async ({ page }) => {
  await teach(page);
  const devtools = await page.context().newCDPSession(page);
  const problems: string[] = [];
  for (const [name, state] of Object.entries(states)) {
    await show(page, state);
    const { nodes } = await devtools.send('Accessibility.getFullAXTree');
    const tree = nodes
      .filter(({ ignored }) => !ignored)
      .map((node) => ({
        role: String(node.role?.value),
        name: String(node.name?.value ?? '').trim(),
        has: (property: string) => node.properties?.find((one) => one.name === property)?.value.value,
      }));
    const named = (role: string) => tree.filter((node) => node.role === role).map((node) => node.name);
    const report = (text: string) => problems.push(`${name}: ${text}`);
    const mustHaveName = ['button', 'link', 'textbox', 'dialog', 'log', 'list', 'group', 'menu', 'menuitem'];
    for (const { role, has, ...node } of tree) {
      if (mustHaveName.includes(role) && node.name === '') report(`a ${role} without a name`);
      // Only where there is nothing to read but why.
      if (has('live') === 'assertive' && named('log').length > 0) report(`${role} ${node.name} interrupts`);
      if (role === 'banner') report('a banner, which is the page’s');
      if (role === 'image' && node.name === '') report('an image without a name');
    }
    const isOpen = state.attributes !== '';
    const hasLauncher = isOpen ? !/inline|hide-launcher/.test(state.attributes ?? '') : true;
    expect(named('dialog'), name).toEqual(isOpen ? ['Chat with us'] : []);
    const launcher = isOpen
      ? 'Close chat'
      : /badge|preview/.test(name)
        ? 'Open chat, 3 unread messages'
        : 'Open chat';
    expect(named('button').includes(launcher), `${name} has its launcher`).toBe(
      hasLauncher || name === 'no-launcher',
    );
    expect(
      named('log').every((log) => log === 'Messages'),
      name,
    ).toBe(true);
    const order = await page.evaluate(() => {
      const { controls, nameOf, active } = window.look;
      // An open menu closes when the focus leaves it, so the way begins there.
      const isMenu = active(document)?.matches('[aria-expanded="true"] + div button');
      if (!isMenu) (controls()[0] as HTMLElement | undefined)?.focus();
      const all = controls();
      return all.slice(isMenu ? all.indexOf(active(document) as Element) : 0).map(nameOf);
    });
    const reached = [await page.evaluate(() => window.look.nameOf(window.look.active(document)))];
    while (reached.length < order.length) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => window.look.nameOf(window.look.active(document))));
    }
    expect(reached, `${name}: the way by Tab`).toEqual(order);
  }
  expect(problems).toEqual([]);
});

test('what is there has the names of the contract', async ({ page }) => {
  const dialog = page.getByRole('dialog', { name: 'Chat with us' });
  await show(page, states['conversation']!);
  await expect(dialog).toMatchAriaSnapshot(`
    - dialog "Chat with us":
      - button "Conversations"
      - heading [level=2]
      - paragraph
      - button "New conversation"
      - button "More options" [expanded=false]
      - log "Messages"
      - textbox "Message"
      - button "Send message" [disabled]
  `);
  await show(page, states['menu']!);
  await expect(dialog.getByRole('button', { name: 'More options', expanded: true })).toBeVisible();
  for (const name of ['Download transcript', 'Mute sounds', 'End conversation'])
    await expect(dialog.getByRole('button', { name })).toBeVisible();
  await show(page, states['failed']!);
  await expect(dialog.getByRole('log').getByRole('button', { name: 'Retry', exact: true })).toHaveCount(2);
  await expect(dialog.getByRole('log').getByRole('button', { name: 'Delete', exact: true })).toHaveCount(2);
  await show(page, states['conversations']!);
  await expect(dialog.getByRole('heading', { name: 'Conversations', level: 2 })).toBeVisible();
  const items = dialog.getByRole('list', { name: 'Conversations' }).getByRole('listitem');
  await expect(items).toHaveCount(4);
  await expect(items.nth(1).getByRole('button', { name: /2 unread messages/ })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'New conversation' })).toBeVisible();
  await show(page, states['rating']!);
  const faces = dialog.getByRole('group').getByRole('button', { name: /^[1-5] of 5/ });
  await expect(faces).toHaveCount(5);
  await expect(dialog.getByRole('button', { pressed: true })).toHaveAccessibleName(/^4 of 5/);
});

for (const pointer of ['mouse', 'finger'] as const) {
  test.describe(`by ${pointer}`, () => {
    test.use({ isMobile: pointer === 'finger', hasTouch: pointer === 'finger' });

    test('every target is 44 by 44 pixels, but for words within a text', async ({ page }) => {
      await teach(page);
      const small: string[] = [];
      for (const [name, state] of Object.entries(states)) {
        await show(page, state);
        small.push(
          ...(await page.evaluate((name) => {
            const { controls, nameOf, hit, chain } = window.look;
            return controls().flatMap((one) => {
              if (one.matches('[role=log]')) return [];
              one.scrollIntoView({ block: 'center' });
              // What is around a text box or a check box takes its clicks.
              const target = one.matches('textarea, [type="checkbox"]') ? one.parentElement! : one;
              const { x, y, width, height } = target.getBoundingClientRect();
              const [centreX, centreY] = [x + width / 2, y + height / 2];
              const reaches = (dx: number, dy: number) => {
                const at = hit(centreX + dx, centreY + dy);
                return at !== null && chain(at).includes(target);
              };
              const reach = (dx: number, dy: number) => {
                let far = 0;
                while (far < 23 && reaches(dx * far, dy * far)) far += 0.5;
                return far;
              };
              const size = [reach(-1, 0) + reach(1, 0), reach(0, -1) + reach(0, 1)] as const;
              // WCAG 2.5.8 leaves alone what stands in a line of text; of that, a finger needs buttons larger still.
              const isFine = matchMedia('(pointer: fine)').matches;
              const wanted = one.matches('a') ? 0 : one.matches('[part~=message] button') && isFine ? 24 : 44;
              return size.every((length) => length >= wanted)
                ? []
                : [`${name}: ${nameOf(one)} ${size.join(' × ')}`];
            });
          }, name)),
        );
      }
      expect([...new Set(small)]).toEqual([]);
    });
  });
}

test('no field has text so small that a phone would zoom in on it', async ({ page }) => {
  await teach(page);
  const sizes = new Map<string, number>();
  for (const [name, state] of Object.entries(states)) {
    await show(page, state);
    await page.addStyleTag({ content: 'support-chat { --support-font-size: 11px }' });
    const fields = await page.evaluate(() =>
      window.look
        .everything()
        .filter((one) => one.matches('textarea, select, input:not([type=checkbox])'))
        .map((one) => Number.parseFloat(getComputedStyle(one).fontSize)),
    );
    if (fields.length > 0) sizes.set(name, Math.min(...fields));
  }
  expect([...sizes.keys()]).toEqual(expect.arrayContaining(['conversation', 'rating', 'pre-chat']));
  expect([...sizes].filter(([, size]) => size < 16)).toEqual([]);
});

test('focus goes in when opened by hand, out by Escape, and is never stolen', async ({ page }) => {
  const theirs = page.getByRole('textbox', { name: 'Theirs' });
  const dialog = page.getByRole('dialog');
  await show(page, { scene: 'conversation', attributes: '' });
  await page.getByRole('button', { name: 'Open chat' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();
  for (const control of ['Conversations', 'New conversation'] as const) {
    await page.getByRole('button', { name: control, exact: true }).focus();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('button', { name: 'Open chat' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();
  }
  await page.keyboard.press('Escape');
  await theirs.focus();
  await theirs.fill('The page’s own');
  await receive(page, 'While closed');
  await expect(theirs).toBeFocused();
  await page.evaluate(() => (document.querySelector('support-chat') as SupportChat).show());
  await expect(dialog).toBeVisible();
  await receive(page, 'While open');
  await page.evaluate(() => {
    (globalThis as unknown as { chat: ScriptedChat }).chat.set({ typing: 'Maya', connection: 'offline' });
  });
  await expect(theirs).toBeFocused();
  await page.evaluate(() => (document.querySelector('support-chat') as SupportChat).hide());
  await expect(dialog).toBeHidden();
  await expect(theirs).toBeFocused();
  // Nor within the window.
  await page.evaluate(() => (document.querySelector('support-chat') as SupportChat).show());
  const list = page.getByRole('button', { name: 'Conversations' });
  await list.focus();
  await receive(page, 'And once more');
  await expect(list).toBeFocused();
});

test('what comes in is announced once and politely, what the reader wrote is not', async ({ page }) => {
  await teach(page);
  await show(page, states['conversation']!);
  await page.evaluate(() => {
    const w = window as unknown as { heard: string[] };
    w.heard = [];
    const regions = window.look
      .everything()
      .filter((one) => one.matches('[role="status"], [role="alert"], [aria-live]:not([aria-live="off"])'));
    for (const region of regions) {
      const isPolite = (region.getAttribute('aria-live') ?? 'polite') === 'polite' && region.role !== 'alert';
      new MutationObserver(() => {
        const text = region.textContent?.trim();
        if (text) w.heard.push(`${isPolite ? '' : 'rudely: '}${text}`);
      }).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await receive(page, 'It is on its way');
  await receive(page, 'And free of charge');
  await page.evaluate(async () => {
    const { chat } = globalThis as unknown as { chat: ScriptedChat };
    const { messages, current } = chat.state;
    const own = messages.findLast(({ senderType }) => senderType === 'customer')!;
    chat.set({ messages: [...messages, { ...own, id: 'own', seq: 900, clientId: 'own', content: 'Mine' }] });
    // The same again, as a sync brings it.
    chat.set({ messages: [...chat.state.messages], current: { ...current!, rev: 99 } });
    await document.querySelector('support-chat')!.updateComplete;
  });
  await expect.poll(heard).toHaveLength(2);
  const [first, second] = await heard();
  expect(first).toContain('It is on its way');
  expect(second).toContain('And free of charge');
  expect(first).not.toMatch(/^rudely/);
});

test('any accent gives readable text and icons', async ({ page }) => {
  await teach(page);
  // Repeatable, and all over the place.
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const accents = [
    '#ffd23f',
    '#ffff00',
    '#777777',
    '#808080',
    '#757575',
    '#fefefe',
    '#010101',
    '#ffffff',
    '#000000',
    '#ff0000',
    '#00ff00',
    '#0000ff',
    '#ffc0cb',
    'rgb(79 70 229 / 50%)',
    'rgb(255 255 0 / 30%)',
    'oklch(0.7 0.3 150)',
    ...Array.from(
      { length: 26 },
      () =>
        `hsl(${Math.round(random() * 360)} ${Math.round(random() * 100)}% ${Math.round(random() * 100)}%)`,
    ),
  ];
  const poor: string[] = [];
  for (const [scene, act] of [
    ['conversation', (page: Page) => write(page, 'Hello')],
    ['failed', undefined],
    ['list', press('Conversations')],
    ['closed', press(/^4 of 5/)],
    ['empty', undefined],
  ] as const) {
    await show(page, { scene, ...(act && { act }) });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      poor.push(
        ...(await page.evaluate(
          ([accents, scene, colorScheme]) => {
            const { everything, isShown, chain, nameOf } = window.look;
            const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
            const cache = new Map<string, number[]>();
            const toRgba = (colour: string): number[] => {
              let rgba = cache.get(colour);
              if (!rgba) {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                rgba = [...canvas.getImageData(0, 0, 1, 1).data].map((one) => one / 255);
                cache.set(colour, rgba);
              }
              return rgba;
            };
            const over = ([r, g, b, a]: number[], below: number[]) =>
              [r!, g!, b!].map((one, at) => one * a! + below[at]! * (1 - a!));
            const luminance = (rgb: number[]) => {
              const [r, g, b] = rgb.map((one) =>
                one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4,
              );
              return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
            };
            const ground = (element: Element) =>
              chain(element)
                .reverse()
                .reduce(
                  (below, one) => over(toRgba(getComputedStyle(one).backgroundColor), below),
                  [1, 1, 1],
                );
            const chat = document.querySelector('support-chat')!;
            const drawn = everything().filter((one) => {
              if (!isShown(one) || one.closest('[aria-hidden="true"]:not(svg)')) return false;
              if (one.matches('style, :disabled, slot') || one.closest(':disabled')) return false;
              if (getComputedStyle(one).clipPath !== 'none') return false;
              if (one.matches('svg'))
                return (
                  one.closest('[part=launcher] > :nth-child(1)') === null && one.closest('button') !== null
                );
              return [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
            });
            const poor: string[] = [];
            for (const accent of accents) {
              chat.style.setProperty('--support-accent', accent);
              for (const one of drawn) {
                const below = ground(one);
                const ink = over(toRgba(getComputedStyle(one).color), below);
                const [light, dark] = [luminance(ink), luminance(below)].sort((a, b) => b - a);
                const ratio = (light! + 0.05) / (dark! + 0.05);
                if (ratio < 4.5)
                  poor.push(
                    `${scene} ${colorScheme} ${accent}: ${one.className} ${nameOf(one).slice(0, 40)} ${ratio.toFixed(2)}`,
                  );
              }
            }
            chat.style.removeProperty('--support-accent');
            return poor;
          },
          [accents, scene, colorScheme] as const,
        )),
      );
    }
  }
  expect(poor).toEqual([]);
});
