// Writes what a page needs to show the chat as chosen, for each kind of page it may be.
import { attributesOf, type Pair, type Settings, tokensOf } from './settings.ts';

/** One thing to paste, and where it goes. */
export interface Block {
  readonly title: string;
  readonly code: string;
}

export interface Snippet {
  readonly blocks: readonly Block[];
  /** What else to do there. */
  readonly hints: readonly string[];
}

export type Host = 'script' | 'element' | 'gtm' | 'wordpress' | 'npm';

export function snippetFor(host: Host, settings: Settings): Snippet {
  return WRITERS[host](settings);
}

const WRITERS: Readonly<Record<Host, (settings: Settings) => Snippet>> = {
  script: scriptTag,
  element: ownElement,
  gtm: googleTagManager,
  wordpress: wordPress,
  npm: npmPackage,
};

const BUTTON = '<button type="button" class="open-chat">Chat with us</button>';

// Old JavaScript, which every host takes; before the file has loaded, a click does nothing.
const LISTENER = `document.addEventListener('click', function (event) {
  var chat = document.querySelector('support-chat');
  if (chat && chat.show && event.target.closest('.open-chat')) chat.show();
});`;

const CSP_HINT =
  'If your Content Security Policy forbids inline styles, move the style block into your style sheet.';

function scriptTag(settings: Settings): Snippet {
  const tokens = tokensOf(settings);
  return {
    blocks: [
      {
        title: 'Before </body>',
        code: join(
          styleElement(tokens),
          scriptElement(settings.scriptUrl, prefixed(attributesOf(settings))),
          settings.hideLauncher && buttonWithListener(),
        ),
      },
    ],
    hints: tokens.length > 0 ? [CSP_HINT] : [],
  };
}

function ownElement(settings: Settings): Snippet {
  const tokens = tokensOf(settings);
  return {
    blocks: [
      {
        title: 'Anywhere in <body>',
        code: join(
          styleElement(tokens),
          scriptElement(settings.scriptUrl, []),
          chatElement(settings),
          settings.hideLauncher && buttonWithListener(),
        ),
      },
    ],
    hints: tokens.length > 0 ? [CSP_HINT] : [],
  };
}

function googleTagManager(settings: Settings): Snippet {
  const lines = [
    "var script = document.createElement('script');",
    `script.src = ${jsString(settings.scriptUrl.trim())};`,
    'script.async = true;',
    ...prefixed(attributesOf(settings)).map(
      ([name, value]) => `script.setAttribute('${name}', ${jsString(value)});`,
    ),
    ...tokensOf(settings).map(
      ([name, value]) => `document.documentElement.style.setProperty('${name}', ${jsString(value)});`,
    ),
    'document.head.appendChild(script);',
  ];
  const code = `(function () {\n${indent(lines.join('\n'), '  ')}\n})();`;
  return {
    blocks: [
      {
        title: 'Tags → New → Custom HTML',
        code: inScript(settings.hideLauncher ? `${code}\n${LISTENER}` : code),
      },
      ...buttonBlock(settings),
    ],
    hints: [
      'Trigger: All Pages, once per page. Leave “Support document.write” off.',
      'Tag Manager removes data attributes from script tags, so this tag makes the script by itself.',
    ],
  };
}

function wordPress(settings: Settings): Snippet {
  const tokens = tokensOf(settings);
  const setup = [
    `wp_enqueue_script( 'support-chat', ${phpString(settings.scriptUrl.trim())}, array(), null, array( 'strategy' => 'async' ) );`,
    ...(settings.hideLauncher
      ? [`wp_add_inline_script( 'support-chat', ${phpString(oneLine(LISTENER))}, 'before' );`]
      : []),
    ...(tokens.length > 0
      ? [
          "wp_register_style( 'support-chat', false, array(), null );",
          "wp_enqueue_style( 'support-chat' );",
          `wp_add_inline_style( 'support-chat', ${phpString(oneLine(rule(tokens)))} );`,
        ]
      : []),
  ];
  const attributes = prefixed(attributesOf(settings)).map(
    ([name, value]) => `$attributes['${name}'] = ${phpString(forEscAttr(value))};`,
  );
  return {
    blocks: [
      {
        title: 'functions.php of your child theme, or a snippets plugin',
        code: `add_action( 'wp_enqueue_scripts', function () {
${setup.map((line) => `\t${line}`).join('\n')}
} );

// WordPress escapes these values when it prints the tag.
add_filter( 'wp_script_attributes', function ( $attributes ) {
	if ( isset( $attributes['id'] ) && 'support-chat-js' === $attributes['id'] ) {
${attributes.map((line) => `\t\t${line}`).join('\n')}
	}
	return $attributes;
} );`,
      },
      ...buttonBlock(settings),
    ],
    hints: [
      'WordPress 6.4 or later. In functions.php it goes below the opening <?php.',
      ...(settings.hideLauncher
        ? ['In the block editor, give any button the additional CSS class open-chat instead.']
        : []),
    ],
  };
}

function npmPackage(settings: Settings): Snippet {
  const tokens = tokensOf(settings);
  const opener = `

const button = document.querySelector<HTMLButtonElement>('.open-chat');
button?.addEventListener('click', () => document.querySelector('support-chat')?.show());`;
  return {
    blocks: [
      { title: 'Terminal', code: 'npm install support-chat' },
      {
        title: 'main.ts',
        code: `// Defines <support-chat>, and its type: document.querySelector('support-chat') is a SupportChat.
import 'support-chat';${tokens.length > 0 ? "\nimport './support-chat.css';" : ''}${settings.hideLauncher ? opener : ''}`,
      },
      ...(tokens.length > 0 ? [{ title: 'support-chat.css', code: rule(tokens) }] : []),
      {
        title: 'index.html, or your framework’s root template',
        code: join(chatElement(settings), settings.hideLauncher && BUTTON),
      },
    ],
    hints: [],
  };
}

function buttonBlock({ hideLauncher }: Settings): Block[] {
  return hideLauncher ? [{ title: 'Your own button, anywhere on the page', code: BUTTON }] : [];
}

function buttonWithListener(): string {
  return `${BUTTON}\n${inScript(LISTENER)}`;
}

function styleElement(tokens: readonly Pair[]): string {
  return tokens.length === 0 ? '' : `<style>\n${indent(rule(tokens), '  ')}\n</style>`;
}

function rule(tokens: readonly Pair[]): string {
  return `support-chat {\n${tokens.map(([name, value]) => `  ${name}: ${value};`).join('\n')}\n}`;
}

function scriptElement(src: string, attributes: readonly Pair[]): string {
  const source = `<script src="${escapeHtml(src.trim())}"`;
  if (attributes.length === 0) return `${source} async></script>`;
  return `${source}\n${indent(attributes.map(attribute).join('\n'), '        ')}\n        async></script>`;
}

function chatElement(settings: Settings): string {
  return `<support-chat\n${indent(attributesOf(settings).map(attribute).join('\n'), '  ')}\n></support-chat>`;
}

function inScript(code: string): string {
  return `<script>\n${indent(code, '  ')}\n</script>`;
}

function attribute([name, value]: Pair): string {
  return value === '' ? name : `${name}="${escapeHtml(value)}"`;
}

function prefixed(attributes: readonly Pair[]): Pair[] {
  return attributes.map(([name, value]) => [`data-${name}`, value]);
}

function join(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== '' && part !== false).join('\n');
}

function oneLine(code: string): string {
  return code.replace(/\n */g, ' ');
}

function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '"': '&quot;',
  '<': '&lt;',
  '>': '&gt;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&"<>\n\r\t]/g, (character) => ENTITIES[character] ?? '');
}

/** A string for a script inside HTML, in which Tag Manager looks for `{{variables}}`. */
export function jsString(text: string): string {
  const inside = text.replace(/[\\'<\n\r\t\u2028\u2029]|\{(?=\{)/g, (character) => {
    if (character === '\\' || character === "'") return `\\${character}`;
    if (character === '\n') return '\\n';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `'${inside}'`;
}

/** A single-quoted PHP string, in which only the quote and the backslash mean something. */
export function phpString(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** `esc_attr` leaves what looks like an entity as it is. */
function forEscAttr(text: string): string {
  return text.replace(/&(?=#?\w+;)/g, '&amp;');
}
