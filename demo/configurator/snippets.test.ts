import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast, textOn } from './contrast.ts';
import { attributesOf, DEFAULTS, fontFamilies, type Settings, tokensOf } from './settings.ts';
import { escapeHtml, type Host, jsString, phpString, snippetFor } from './snippets.ts';

const HOSTS: readonly Host[] = ['script', 'element', 'gtm', 'wordpress', 'npm'];

const plain: Settings = {
  ...DEFAULTS,
  scriptUrl: 'https://shop.example/support-chat.js',
  url: 'https://abcd.supabase.co',
  key: 'sb_publishable_abc',
};

const everything: Settings = {
  ...plain,
  accent: '#0F766E',
  position: 'bottom-start',
  theme: 'dark',
  radius: 4,
  launcherSize: 64,
  windowWidth: 360,
  windowHeight: 600,
  offsetInline: 32,
  offsetBlock: 28,
  font: 'Georgia, "Times New Roman", serif',
  heading: 'Ask us',
  greeting: 'Hello!',
  lang: 'de',
  noSound: true,
  hideLauncher: true,
  openAfter: 30,
  openOnUrl: '/pricing*, /checkout',
  openOnScroll: 60,
  proactiveMessage: 'Any questions?',
};

const HOSTILE = [
  'He said "hi" & it\'s <b>fine</b>',
  '</script><script>alert(1)</script>',
  '<!-- <script> -->',
  'two\nlines\r\nthree',
  'back\\slash \\n \\\' \\" C:\\',
  "PHP ' . system('id') . '",
  '<?php ?> ?>',
  '{{Page URL}} {{{x}}} {',
  '&amp; &lt;b&gt; &#39; &copy; & &nosuch;',
  '👩‍👩‍👧 𝒳 ü ل\u2028\u2029',
  '`$' + '{1}` %s $& \\u0041',
  '</style>*/',
];

const line = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(...HOSTILE),
);

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&#10;', '\n')
    .replaceAll('&#13;', '\r')
    .replaceAll('&#9;', '\t')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function unescapePhp(literal: string): string {
  return literal.slice(1, -1).replace(/\\([\\'])/g, '$1');
}

function codeOf(host: Host, settings: Settings): string {
  return snippetFor(host, settings)
    .blocks.map(({ code }) => code)
    .join('\n\n');
}

test('the script tag alone is what the README shows', () => {
  expect(codeOf('script', plain)).toBe(`<script src="https://shop.example/support-chat.js"
        data-supabase-url="https://abcd.supabase.co"
        data-supabase-key="sb_publishable_abc"
        async></script>`);
});

test('what is chosen stands in the script tag, the tokens in a style block', () => {
  expect(codeOf('script', { ...everything, hideLauncher: false })).toMatchInlineSnapshot(`
    "<style>
      support-chat {
        --support-accent: #0f766e;
        --support-radius: 4px;
        --support-radius-bubble: 6px;
        --support-font: Georgia, "Times New Roman", serif;
        --support-launcher-size: 64px;
        --support-window-width: 360px;
        --support-window-height: 600px;
        --support-offset-inline: 32px;
        --support-offset-block: 28px;
      }
    </style>
    <script src="https://shop.example/support-chat.js"
            data-supabase-url="https://abcd.supabase.co"
            data-supabase-key="sb_publishable_abc"
            data-position="bottom-start"
            data-theme="dark"
            data-lang="de"
            data-heading="Ask us"
            data-greeting="Hello!"
            data-no-sound
            data-open-after="30"
            data-open-on-url="/pricing*, /checkout"
            data-open-on-scroll="60"
            data-proactive-message="Any questions?"
            async></script>"
  `);
});

test('the element of one’s own has attributes without data-', () => {
  expect(codeOf('element', { ...plain, theme: 'dark', noSound: true })).toMatchInlineSnapshot(`
    "<script src="https://shop.example/support-chat.js" async></script>
    <support-chat
      supabase-url="https://abcd.supabase.co"
      supabase-key="sb_publishable_abc"
      theme="dark"
      no-sound
    ></support-chat>"
  `);
});

test('Tag Manager gets old JavaScript that makes the script', () => {
  const code = codeOf('gtm', { ...plain, accent: '#0f766e', heading: "It's us", hideLauncher: true });
  expect(code).toMatchInlineSnapshot(`
    "<script>
      (function () {
        var script = document.createElement('script');
        script.src = 'https://shop.example/support-chat.js';
        script.async = true;
        script.setAttribute('data-supabase-url', 'https://abcd.supabase.co');
        script.setAttribute('data-supabase-key', 'sb_publishable_abc');
        script.setAttribute('data-heading', 'It\\'s us');
        script.setAttribute('data-hide-launcher', '');
        document.documentElement.style.setProperty('--support-accent', '#0f766e');
        document.head.appendChild(script);
      })();
      document.addEventListener('click', function (event) {
        var chat = document.querySelector('support-chat');
        if (chat && chat.show && event.target.closest('.open-chat')) chat.show();
      });
    </script>

    <button type="button" class="open-chat">Chat with us</button>"
  `);
});

test('WordPress gets an enqueued script and a filter', () => {
  expect(codeOf('wordpress', { ...plain, accent: '#0f766e', heading: "It's us" })).toMatchInlineSnapshot(`
    "add_action( 'wp_enqueue_scripts', function () {
    	wp_enqueue_script( 'support-chat', 'https://shop.example/support-chat.js', array(), null, array( 'strategy' => 'async' ) );
    	wp_register_style( 'support-chat', false, array(), null );
    	wp_enqueue_style( 'support-chat' );
    	wp_add_inline_style( 'support-chat', 'support-chat { --support-accent: #0f766e; }' );
    } );

    // WordPress escapes these values when it prints the tag.
    add_filter( 'wp_script_attributes', function ( $attributes ) {
    	if ( isset( $attributes['id'] ) && 'support-chat-js' === $attributes['id'] ) {
    		$attributes['data-supabase-url'] = 'https://abcd.supabase.co';
    		$attributes['data-supabase-key'] = 'sb_publishable_abc';
    		$attributes['data-heading'] = 'It\\'s us';
    	}
    	return $attributes;
    } );"
  `);
});

test('npm gets an install, an import, a style sheet and an element', () => {
  const { blocks } = snippetFor('npm', { ...plain, accent: '#0f766e', hideLauncher: true });
  expect(blocks).toMatchInlineSnapshot(`
    [
      {
        "code": "npm install support-chat",
        "title": "Terminal",
      },
      {
        "code": "// Defines <support-chat>, and its type: document.querySelector('support-chat') is a SupportChat.
    import 'support-chat';
    import './support-chat.css';

    const button = document.querySelector<HTMLButtonElement>('.open-chat');
    button?.addEventListener('click', () => document.querySelector('support-chat')?.show());",
        "title": "main.ts",
      },
      {
        "code": "support-chat {
      --support-accent: #0f766e;
    }",
        "title": "support-chat.css",
      },
      {
        "code": "<support-chat
      supabase-url="https://abcd.supabase.co"
      supabase-key="sb_publishable_abc"
      hide-launcher
    ></support-chat>
    <button type="button" class="open-chat">Chat with us</button>",
        "title": "index.html, or your framework’s root template",
      },
    ]
  `);
});

test.each(HOSTS)('%s says nothing of what is default', (host) => {
  const code = codeOf(host, plain);
  const names = [
    ...attributesOf(everything).map(([name]) => name),
    ...tokensOf(everything).map(([name]) => name),
  ];
  for (const name of names.filter((name) => !name.startsWith('supabase-'))) expect(code).not.toContain(name);
});

test.each(HOSTS)('%s says everything that is chosen', (host) => {
  const code = codeOf(host, everything);
  for (const [name] of attributesOf(everything)) expect(code).toContain(name);
  for (const [name] of tokensOf(everything)) expect(code).toContain(name);
  expect(code).toContain('class="open-chat"');
});

test('every text survives HTML, JavaScript and PHP', () => {
  fc.assert(
    fc.property(line, (text) => {
      expect(unescapeHtml(escapeHtml(text))).toBe(text);
      expect(runInNewContext(jsString(text))).toBe(text);
      expect(unescapePhp(phpString(text))).toBe(text);
      expect(phpString(text).slice(1, -1)).not.toMatch(/(?<!\\)(?:\\\\)*'/);
    }),
  );
});

test.each(HOSTS)('no text breaks out of the snippet for %s', (host) => {
  const calm = { ...everything, heading: 'x', greeting: 'x', openOnUrl: 'x', proactiveMessage: 'x' };
  const count = (code: string, what: RegExp) => code.match(what)?.length ?? 0;
  fc.assert(
    fc.property(line, line, (one, other) => {
      const [heading, greeting] = [`${one}x`, `${other}x`];
      const code = codeOf(host, {
        ...calm,
        heading,
        greeting,
        openOnUrl: heading,
        proactiveMessage: greeting,
      });
      if (host === 'wordpress') {
        expect(count(code.replace(/'(?:[^'\\]|\\.)*'/gs, "''"), /'/g)).toBe(
          count(codeOf(host, calm).replace(/'(?:[^'\\]|\\.)*'/gs, "''"), /'/g),
        );
        return;
      }
      for (const what of [/<\/?script/gi, /<\/?style/gi, /<!--/g, /\n/g]) {
        expect(count(code, what)).toBe(count(codeOf(host, calm), what));
      }
      if (host === 'gtm') expect(code).not.toContain('{{');
    }),
  );
});

test('an attribute holds the text without what no page can hold', () => {
  const heading = ' a\u0000b\r\nc\u0007\ud800d 👋 ';
  expect(attributesOf({ ...plain, heading })).toContainEqual(['heading', 'ab\nc\ufffdd 👋']);
});

test('blank texts and numbers that are none are not written', () => {
  const settings = {
    ...plain,
    heading: ' ',
    openOnUrl: '\n',
    openAfter: Number.NaN,
    openOnScroll: -1,
    radius: Number.NaN,
  };
  expect(attributesOf(settings)).toHaveLength(2);
  expect(tokensOf(settings)).toEqual([]);
});

test.each([
  ['Gill Sans, serif', '"Gill Sans", serif'],
  ["'Times New Roman', Georgia", '"Times New Roman", Georgia'],
  ['UI-Rounded', 'ui-rounded'],
  ['Läckerli', '"Läckerli"'],
  [' , ', ''],
  ['x; } body { display: none } </style>', '"x body display none style"'],
])('the font %s is %s', (typed, written) => {
  expect(fontFamilies(typed)).toBe(written);
});

test('no font ends its declaration', () => {
  fc.assert(
    fc.property(line, (typed) => {
      const written = fontFamilies(typed);
      expect(written.replace(/"[^"\n;{}<>\\]*"/g, '')).toMatch(/^[\w, -]*$/);
      expect(fontFamilies(written)).toBe(written);
    }),
  );
});

test('an accent that is no colour is left out', () => {
  expect(tokensOf({ ...plain, accent: 'red;}' })).toEqual([]);
});

test('square corners make square bubbles', () => {
  expect(tokensOf({ ...plain, radius: 0 })).toEqual([
    ['--support-radius', '0px'],
    ['--support-radius-bubble', '0px'],
  ]);
});

test('contrast is what WCAG counts, and text on any accent is readable', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  const channel = fc.nat(255).map((value) => value.toString(16).padStart(2, '0'));
  fc.assert(
    fc.property(channel, channel, channel, (r, g, b) => {
      const accent = `#${r}${g}${b}`;
      expect(contrast(accent, textOn(accent))).toBeGreaterThanOrEqual(4.5);
    }),
  );
});
