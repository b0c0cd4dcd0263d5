// What can be chosen on the configurator's page, and what of it a page has to say: attributes and tokens.

export interface Settings {
  readonly scriptUrl: string;
  readonly url: string;
  readonly key: string;
  readonly accent: string;
  readonly position: 'bottom-end' | 'bottom-start';
  readonly theme: 'auto' | 'light' | 'dark';
  /** Corners of the window; the bubbles' follow. */
  readonly radius: number;
  readonly launcherSize: number;
  readonly windowWidth: number;
  readonly windowHeight: number;
  readonly offsetInline: number;
  readonly offsetBlock: number;
  /** Font families as in CSS; the system's if empty. */
  readonly font: string;
  readonly heading: string;
  readonly greeting: string;
  readonly lang: string;
  readonly noSound: boolean;
  readonly hideLauncher: boolean;
  /** Seconds; null for never. */
  readonly openAfter: number | null;
  /** Patterns of paths or URLs with `*`, separated by commas. */
  readonly openOnUrl: string;
  /** Per cent of the page; null for never. */
  readonly openOnScroll: number | null;
  readonly proactiveMessage: string;
}

export const DEFAULTS: Settings = {
  scriptUrl: '',
  url: '',
  key: '',
  accent: '#4f46e5',
  position: 'bottom-end',
  theme: 'auto',
  radius: 16,
  launcherSize: 56,
  windowWidth: 400,
  windowHeight: 704,
  offsetInline: 20,
  offsetBlock: 20,
  font: '',
  heading: '',
  greeting: '',
  lang: '',
  noSound: false,
  hideLauncher: false,
  openAfter: null,
  openOnUrl: '',
  openOnScroll: null,
  proactiveMessage: '',
};

export type Pair = readonly [name: string, value: string];

/** The attributes of `<support-chat>`, without those that say what is so anyway. */
export function attributesOf(settings: Settings): Pair[] {
  const { hideLauncher, openAfter, openOnScroll } = settings;
  const pairs: (readonly [string, string | null])[] = [
    ['supabase-url', settings.url.trim()],
    ['supabase-key', settings.key.trim()],
    ['position', settings.position === DEFAULTS.position ? null : settings.position],
    ['theme', settings.theme === DEFAULTS.theme ? null : settings.theme],
    ['lang', textOrNull(settings.lang)],
    ['heading', textOrNull(settings.heading)],
    ['greeting', textOrNull(settings.greeting)],
    ['hide-launcher', hideLauncher ? '' : null],
    ['no-sound', settings.noSound ? '' : null],
    ['open-after', numberOrNull(openAfter)],
    ['open-on-url', textOrNull(settings.openOnUrl)],
    ['open-on-scroll', numberOrNull(openOnScroll)],
    ['proactive-message', textOrNull(settings.proactiveMessage)],
  ];
  return pairs.flatMap(([name, value]) => (value === null ? [] : [[name, plain(value)] as const]));
}

/** The custom properties that differ from the design's own values. */
export function tokensOf(settings: Settings): Pair[] {
  const tokens: Pair[] = [];
  const accent = settings.accent.trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(accent) && accent !== DEFAULTS.accent) tokens.push(['--support-accent', accent]);
  const addLength = (name: string, key: keyof Settings) => {
    const value = settings[key];
    if (typeof value !== 'number' || !Number.isFinite(value) || value === DEFAULTS[key]) return;
    tokens.push([name, `${Math.max(0, Math.round(value))}px`]);
  };
  addLength('--support-radius', 'radius');
  if (tokens.some(([name]) => name === '--support-radius')) {
    const { radius } = settings;
    tokens.push(['--support-radius-bubble', `${radius <= 0 ? 0 : Math.round(radius) + 2}px`]);
  }
  const font = fontFamilies(settings.font);
  if (font !== '') tokens.push(['--support-font', font]);
  addLength('--support-launcher-size', 'launcherSize');
  addLength('--support-window-width', 'windowWidth');
  addLength('--support-window-height', 'windowHeight');
  addLength('--support-offset-inline', 'offsetInline');
  addLength('--support-offset-block', 'offsetBlock');
  return tokens;
}

const GENERIC =
  /^(?:serif|sans-serif|monospace|cursive|fantasy|math|system-ui|ui-serif|ui-sans-serif|ui-monospace|ui-rounded)$/i;

/** Font families as CSS takes them, whatever was typed: nothing in them ends the declaration. */
export function fontFamilies(typed: string): string {
  return typed
    .split(',')
    .map((family) =>
      family
        .replace(/[^\p{L}\p{N}\p{M} _.+-]/gu, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((family) => family !== '')
    .map((family) => {
      if (GENERIC.test(family)) return family.toLowerCase();
      return /^[a-z][a-z-]*$/i.test(family) ? family : `"${family}"`;
    })
    .join(', ');
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function numberOrNull(value: number | null): string | null {
  return value === null || !Number.isFinite(value) || value < 0 ? null : String(value);
}

/** No page can hold NUL and its kin, and half a surrogate pair is no text. */
function plain(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd');
}
