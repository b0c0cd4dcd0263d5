// The configurator's page: reads the form, shows the choice in the frame and writes the snippet.
import { languageFor } from '../../src/i18n/messages.ts';
import { toProject } from '../../src/transport/project.ts';
import { contrast, textOn } from './contrast.ts';
import { attributesOf, DEFAULTS, type Settings, tokensOf } from './settings.ts';
import { type Block, type Host, snippetFor } from './snippets.ts';

const SWATCHES = ['#4f46e5', '#0f766e', '#b4342d', '#d97706', '#be185d', '#18181b'];
const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt-BR', 'it', 'nl', 'pl', 'ja', 'zh', 'ar', 'he'];
const PROACTIVE = ['open-after', 'open-on-url', 'open-on-scroll', 'proactive-message'];

const form = find('#controls', HTMLFormElement);
const frame = find('#preview', HTMLIFrameElement);
const panel = find('#panel', HTMLElement);
const picker = find('#accent-picker', HTMLInputElement);
const fontChoice = find('#font-choice', HTMLSelectElement);
const fontText = find('#font', HTMLInputElement);
const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')];
let host: Host = 'script';

function find<T extends HTMLElement>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${selector}.`);
  return element;
}

function field(name: keyof Settings): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function readForm(): Settings {
  const data = new FormData(form);
  const text = (name: keyof Settings) => String(data.get(name) ?? '');
  const number = (name: keyof Settings) => (text(name) === '' ? null : Number(text(name)));
  return {
    scriptUrl: text('scriptUrl'),
    url: text('url'),
    key: text('key'),
    accent: text('accent'),
    position: text('position') === 'bottom-start' ? 'bottom-start' : 'bottom-end',
    theme: oneOf(['auto', 'light', 'dark'], text('theme')),
    radius: number('radius') ?? DEFAULTS.radius,
    launcherSize: number('launcherSize') ?? DEFAULTS.launcherSize,
    windowWidth: number('windowWidth') ?? DEFAULTS.windowWidth,
    windowHeight: number('windowHeight') ?? DEFAULTS.windowHeight,
    offsetInline: number('offsetInline') ?? DEFAULTS.offsetInline,
    offsetBlock: number('offsetBlock') ?? DEFAULTS.offsetBlock,
    font: fontChoice.value === 'own' ? text('font') : fontChoice.value,
    heading: text('heading'),
    greeting: text('greeting'),
    lang: text('lang'),
    noSound: data.has('noSound'),
    hideLauncher: data.has('hideLauncher'),
    openAfter: number('openAfter'),
    openOnUrl: text('openOnUrl'),
    openOnScroll: number('openOnScroll'),
    proactiveMessage: text('proactiveMessage'),
  };
}

function oneOf<T extends string>(values: readonly [T, ...T[]], value: string): T {
  return values.find((one) => one === value) ?? values[0];
}

/** Shows the choice; `fresh` puts a new element in, which is as if the page had been loaded just now. */
function showPreview(settings: Settings, { fresh = false } = {}): void {
  const page = frame.contentDocument;
  const button = page?.querySelector<HTMLElement>('.open-chat');
  if (!page?.body || !button) return;
  let chat = page.querySelector('support-chat');
  if (fresh || !chat) {
    chat?.remove();
    chat = page.createElement('support-chat');
    // A window says more than a button, where there is room for both.
    chat.toggleAttribute('open', !fresh && frame.clientWidth > 640);
    page.body.append(chat);
  }
  page.documentElement.className = settings.theme;
  button.hidden = !settings.hideLauncher;
  // Nothing opens by itself while one is still writing; the button plays it.
  const attributes = new Map(attributesOf(settings).filter(([name]) => fresh || !PROACTIVE.includes(name)));
  for (const { name } of [...chat.attributes]) {
    if (!attributes.has(name) && name !== 'open' && name !== 'style') chat.removeAttribute(name);
  }
  for (const [name, value] of attributes) {
    if (chat.getAttribute(name) !== value) chat.setAttribute(name, value);
  }
  const tokens = new Map(tokensOf(settings));
  for (const name of [...chat.style]) if (!tokens.has(name)) chat.style.removeProperty(name);
  for (const [name, value] of tokens) chat.style.setProperty(name, value);
}

function showHints({ accent, theme, url, key }: Settings): void {
  const hint = find('#contrast', HTMLElement);
  if (/^#[0-9a-f]{6}$/i.test(accent)) {
    const text = textOn(accent);
    const isFaint = contrast(accent, theme === 'dark' ? '#18181b' : '#ffffff') < 3;
    const onPage = isFaint
      ? `Hard to see on a ${theme === 'dark' ? 'dark' : 'white'} page.`
      : 'Easy to see on the page.';
    const ratio = contrast(accent, text).toFixed(1);
    say(hint, `${text === '#ffffff' ? 'White' : 'Black'} text on it, ${ratio} : 1. ${onPage}`, !isFaint);
  } else say(hint, 'A colour is six hexadecimal digits, like #0f766e.', false);
  for (const swatch of document.querySelectorAll('.swatch')) {
    swatch.setAttribute('aria-pressed', String(swatch.getAttribute('value') === accent.toLowerCase()));
  }
  const note = find('#project-note', HTMLElement);
  try {
    toProject(url, key);
    say(note, 'Project Settings → API Keys. The publishable key is meant to be seen.', true);
  } catch (reason) {
    say(note, reason instanceof Error ? reason.message : String(reason), false);
  }
}

function say(element: HTMLElement, text: string, good: boolean): void {
  element.textContent = text;
  element.classList.toggle('good', good);
  element.classList.toggle('bad', !good);
}

function showSnippet(settings: Settings): void {
  const { blocks, hints } = snippetFor(host, settings);
  const nodes: Node[] = blocks.map(renderBlock);
  if (hints.length > 0) {
    const list = document.createElement('ul');
    list.className = 'hints';
    list.append(...hints.map((hint) => make('li', '', hint)));
    nodes.push(list);
  }
  panel.replaceChildren(...nodes);
}

function renderBlock({ title, code }: Block): HTMLElement {
  const block = make('article', 'code');
  const head = make('div', 'code-head');
  const copy = make('button', 'button', 'Copy');
  copy.setAttribute('type', 'button');
  copy.setAttribute('aria-label', `Copy: ${title}`);
  const pre = make('pre', '');
  pre.tabIndex = 0;
  pre.setAttribute('role', 'group');
  pre.setAttribute('aria-label', title);
  const text = make('code', '');
  text.append(...highlight(code));
  pre.append(text);
  copy.addEventListener('click', () => void copyCode(code, pre, copy));
  head.append(make('h3', '', title), copy);
  block.append(head, pre);
  return block;
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function highlight(code: string): Node[] {
  return code.split(/("[^"]*"|'(?:[^'\\]|\\.)*'|^\s*\/\/.*$)/gm).map((part, index) => {
    if (index % 2 === 0) return document.createTextNode(part);
    return make('span', /^["']/.test(part) ? 'string' : 'comment', part);
  });
}

async function copyCode(code: string, pre: HTMLElement, button: HTMLElement): Promise<void> {
  let done = true;
  try {
    await navigator.clipboard.writeText(code);
  } catch {
    // Not every page may write the clipboard by itself; what is selected can be copied by hand.
    getSelection()?.selectAllChildren(pre);
    done = document.execCommand('copy');
  }
  button.textContent = done ? 'Copied' : 'Press Ctrl+C';
  find('#copied', HTMLElement).textContent = done ? 'Copied to the clipboard.' : 'Selected. Press Control C.';
  setTimeout(() => {
    button.textContent = 'Copy';
    find('#copied', HTMLElement).textContent = '';
  }, 2000);
}

function showOutputs(): void {
  for (const output of form.querySelectorAll('output')) {
    const range = form.elements.namedItem(output.htmlFor.value) as HTMLInputElement;
    output.value = `${range.value} px`;
    range.setAttribute('aria-valuetext', `${range.value} pixels`);
  }
  fontText.hidden = fontChoice.value !== 'own';
}

/** A project that is being typed is not asked for anything yet. */
let shownProject: Pick<Settings, 'url' | 'key'> | null = null;

function show({ committed = true } = {}): void {
  const settings = readForm();
  shownProject = committed || !shownProject ? { url: settings.url, key: settings.key } : shownProject;
  showOutputs();
  showHints(settings);
  showSnippet(settings);
  showPreview({ ...settings, ...shownProject });
}

function select(tab: HTMLElement): void {
  for (const one of tabs) {
    one.setAttribute('aria-selected', String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
  }
  host = tab.dataset.host as Host;
  panel.setAttribute('aria-labelledby', tab.id);
  showSnippet(readForm());
}

function setUp(): void {
  const swatches = SWATCHES.map((colour) => {
    const swatch = make('button', 'swatch');
    swatch.type = 'button';
    swatch.value = colour;
    swatch.setAttribute('aria-label', `Accent ${colour}`);
    swatch.style.setProperty('--swatch', colour);
    swatch.addEventListener('click', () => setAccent(colour));
    return swatch;
  });
  document.querySelector('.swatches')?.append(...swatches);
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  const { strings } = languageFor('en');
  const known = LANGUAGES.filter((lang) => lang === 'en' || languageFor(lang).strings !== strings);
  document.querySelector('#lang')?.append(...known.map((lang) => new Option(names.of(lang) ?? lang, lang)));

  picker.addEventListener('input', () => setAccent(picker.value));
  form.addEventListener('input', (event) => {
    if (event.target === picker) return;
    if (field('accent').validity.valid && field('accent').value) picker.value = field('accent').value;
    show({ committed: event.target !== field('url') && event.target !== field('key') });
  });
  form.addEventListener('change', () => show());
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(show));
  find('#replay', HTMLElement).addEventListener('click', () => {
    forgetShown();
    showPreview(readForm(), { fresh: true });
  });
  for (const radio of document.querySelectorAll<HTMLInputElement>('[name="device"]')) {
    radio.addEventListener('change', () => {
      find('.screen', HTMLElement).dataset.device = radio.value;
    });
  }
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: -index, End: tabs.length - 1 - index }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const next = tabs[(index + step + tabs.length) % tabs.length];
      next?.focus();
      if (next) select(next);
    });
  }
  frame.addEventListener('load', () => prepareFrame());
  if (frame.contentDocument?.readyState === 'complete') prepareFrame();
  show();
}

function prepareFrame(): void {
  frame.contentDocument?.querySelector('.open-chat')?.addEventListener('click', () => {
    frame.contentDocument?.querySelector('support-chat')?.show();
  });
  showPreview(readForm());
}

/** That the chat once opened by itself is remembered; who plays it again wants to see it again. */
function forgetShown(): void {
  for (const storage of [localStorage, sessionStorage]) {
    for (const key of Object.keys(storage)) {
      if (/^support-chat:.*(?:proactive|opened)/.test(key)) storage.removeItem(key);
    }
  }
}

function setAccent(colour: string): void {
  picker.value = colour;
  field('accent').value = colour;
  show();
}

setUp();
