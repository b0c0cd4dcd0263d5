import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { minifyHTMLLiterals } from 'minify-literals';
import { minify } from 'terser';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

const { version, dependencies } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
) as { version: string; dependencies: Record<string, string> };

/**
 * One script may stand on a page twice (a tag manager and a template, say). The second one must not evaluate
 * Lit again, so the guard goes around the whole bundle; it only passes its own script tag on to the first.
 */
function loadOnce(tag: string): Plugin {
  return {
    name: 'load-once',
    enforce: 'post',
    async generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        // On what Vite has minified already, another 1 %; its names compress better than new ones would.
        const { code = file.code } = await minify(shortenClasses(shortenVariables(file.code)), {
          ecma: 2022,
          // The widget would grow by more.
          compress: { passes: tag === 'support-dashboard' ? 3 : 1 },
          mangle: false,
          // A page in another encoding reads the file as its own.
          format: { ascii_only: true },
        });
        // Which terser cannot do for templates.
        const foreign = /[^\0-\x7f]/.exec(code)?.[0];
        if (foreign) throw new Error(`Write “${foreign}” as an entity: the built files are plain ASCII.`);
        const known = `customElements.get("${tag}")`;
        file.code = `/*! Support Chat ${version} | MIT */\n${known}?${known}.loadedAgain?.(document.currentScript):(()=>{${code}\n})();\n`;
      }
    },
  };
}

/** `--_name` stands only in our own style sheets, and in the code that sets it. */
function shortenVariables(code: string): string {
  const unknown = [...code.matchAll(/var\((--_[\w-]+)\)/g)].find(
    ([, name]) => !new RegExp(`${name}(?:\\s*:|["'\`])`).test(code),
  );
  if (unknown) throw new Error(`Nothing sets ${unknown[1]}.`);
  const names = new Map<string, string>();
  return code.replace(/--_[\w-]+/g, (name) => {
    if (!names.has(name)) names.set(name, `--_${names.size.toString(36)}`);
    return names.get(name) ?? name;
  });
}

const sheets = /\bcss`[^`]*`/g;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/**
 * What `markClasses` has marked becomes a letter or two, the most frequent first. A name that stands in a string
 * without a mark keeps it: code puts it together.
 */
function shortenClasses(code: string): string {
  const counts = new Map<string, number>();
  for (const [, name = ''] of code.matchAll(/\.__([\w-]+)/g)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const rest = code.replace(/\s(?:part|role|name)="[^"$]*"/g, '');
  const inString = /(?<=["'`}][\w .,:()[\]>=-]*)[\w-]+(?=[\w .,:()[\]>=-]*(?:["'`]|\$\{))/g;
  const inCode = new Set(rest.match(inString));
  const beginnings = [...inCode].filter((word) => word.endsWith('-'));
  const names = [...counts.keys()]
    // A name of somebody else's code, `__magic__`, is no class: it could become a word of the language.
    .filter(
      (name) =>
        !name.endsWith('_') &&
        !inCode.has(name) &&
        !beginnings.some((beginning) => name.startsWith(beginning)),
    )
    .sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0));
  // `a` to `z`, then `aa`: in a quirky page capitals count as small ones.
  const short = new Map(
    names.map((name, i) => [name, LETTERS.charAt(Math.floor(i / 26) - 1) + LETTERS.charAt(i % 26)]),
  );
  // A rule that code makes does not have the mark.
  const missed = [...code.matchAll(/\.([a-z][\w-]*)\s*\{/g)].find(([, name = '']) => short.has(name));
  if (missed)
    throw new Error(`Write “${missed[1]}” in a rule that code makes as an id: classes become shorter.`);
  return code.replace(/\b__([a-z][\w-]*)/g, (_, name: string) => short.get(name) ?? name);
}

/**
 * Lit's way to style sheets for browsers with constructable ones, which is every one since 2023: without what it does
 * for older ones, 0.4 kB.
 */
function plainStyleSheets(): Plugin {
  return {
    name: 'plain-style-sheets',
    enforce: 'pre',
    apply: 'build',
    load(id) {
      if (!/reactive-element\/css-tag\.js$/.test(id)) return null;
      return `
        export const supportsAdoptingStyleSheets = true;
        export class CSSResult {}
        export const css = (strings, ...values) => {
          const sheet = new CSSStyleSheet();
          sheet.text = values.reduce((text, value, i) => text + (value.text ?? value) + strings[i + 1], strings[0]);
          sheet.replaceSync(sheet.text);
          return sheet;
        };
        export const unsafeCSS = (text) => css([text]);
        export const getCompatibleStyle = (sheet) => sheet;
        export const adoptStyles = (root, sheets) => {
          root.adoptedStyleSheets = sheets;
        };
      `;
    },
  };
}

/** What the dashboard calls of the client for Auth; `agent-auth.ts` has the same list as a type. */
const SIGN_IN = [
  'constructor',
  'dispose',
  'getSession',
  'initialize',
  'onAuthStateChange',
  'refreshSession',
  'resetPasswordForEmail',
  'signInWithOtp',
  'signInWithPassword',
  'signOut',
  'signUp',
  'updateUser',
];

/** What never differs for it: what `agent-auth.ts` asks for or leaves alone, and that it runs in a browser. */
const SETTLED = {
  'isBrowser()': 'true',
  'if (settings.storage)': 'if (true)',
  'settings.debug': 'false',
  'settings.lock': 'null',
  'settings.skipAutoInitialize': 'false',
  'this._isImplicitGrantCallback(params)': 'false',
  'this.autoRefreshToken': 'true',
  'this.experimental.appendPkceFlowIdToRedirects': 'false',
  'this.flowType': "'pkce'",
  'this.hasCustomAuthorizationHeader': 'false',
  'this.instanceID > 0': 'false',
  'this.jwks': 'true',
  'this.lock': 'null',
  'this.logDebugMessages': 'false',
  'this.persistSession': 'true',
  'this.storage.isServer': 'false',
  'this.throwOnError': 'false',
  'this.userStorage': 'null',
  "'email' in credentials": 'true',
  "callbackUrlType === 'pkce'": 'true',
  'typeof Deno': "'undefined'",
  'typeof ticker': "'number'",
  'typeof timeout': "'number'",
};

/** The client for Auth without passkeys, wallets, phones, locks, second factors and administration: 14 kB less. */
function plainSignIn(): Plugin {
  return {
    name: 'plain-sign-in',
    apply: 'build',
    async transform(source, id) {
      if (!/auth-js\/dist\/module\//.test(id)) return null;
      let settled = source
        .replace(/^polyfillGlobalThis\(\);/gm, '')
        .replace(/^ {8}this\.(?:mfa|oauth|passkey|customProviders) = (?:.|\n)*?^ {8}\S*;$/gm, '')
        .replace(/, \(\w+\) => this\._debug\(.*\)(?=\);$)/gm, '')
        .replace(/^ +(?:this\._debug|console\.(?:warn|trace))\((?:.|\n)*?\);$/gm, '');
      for (const [expression, value] of Object.entries(SETTLED)) {
        const literal = expression.replace(/[.()]/g, '\\$&');
        settled = settled
          .replace(new RegExp(`^ +${literal} = .*;$`, 'gm'), '')
          .replace(new RegExp(`${literal}(?!\\w)`, 'g'), value);
      }
      // Without the branches that are never taken, fewer methods are called.
      const { code: plain = settled } = await minify(settled, { ecma: 2022, module: true, mangle: false });
      const members: { readonly name: string; readonly start: number; readonly end: number }[] = [];
      for (const node of this.parse(plain).body) {
        const body = node.type === 'ExportDefaultDeclaration' ? node.declaration : node;
        for (const member of body.type === 'ClassDeclaration' ? body.body.body : []) {
          if (member.type !== 'MethodDefinition' || member.key.type !== 'Identifier') continue;
          members.push({ name: member.key.name, start: member.start, end: member.end });
        }
      }
      const kept = new Set(SIGN_IN);
      // What is added on the way is visited as well.
      for (const kind of kept) {
        for (const { name, start, end } of members) {
          if (name !== kind) continue;
          for (const [, called = ''] of plain.slice(start, end).matchAll(/\.(\w+)/g)) kept.add(called);
        }
      }
      const code = members
        .filter(({ name }) => !kept.has(name))
        .reverse()
        .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), plain);
      return { code, map: null, moduleSideEffects: false };
    },
  };
}

/**
 * Takes out the spaces the minifier leaves. Lines may run from right to left, but never down the page, so what it says
 * about the other axis has a shorter name.
 */
function plainer(sheet: string): string {
  return sheet
    .replace(/(,| \/| \*) /g, (space) => space.trim())
    .replace(/1000000/g, '1e6')
    .replace(/inset-block-start/g, 'top')
    .replace(/inset-block-end/g, 'bottom')
    .replace(/block-start/g, 'top')
    .replace(/block-end/g, 'bottom')
    .replace(/(?<!container[^;}(]*)inline-size/g, 'width')
    .replace(/block-size/g, 'height');
}

/** Class names in style sheets, in `class`, and where code looks for one: `__name`. */
function markClasses(code: string): string {
  return code
    .replace(sheets, (sheet) => sheet.replace(/\.(?=[a-z])/g, '.__'))
    .replace(/'\.(?=[a-z][\w-]*')/g, "'.__")
    .replace(/\bclass=(?:"[^"$]*"|\$\{[^}]*\})/g, (attribute) =>
      attribute.replace(/(["'])[^"']*\1/g, (value) => value.replace(/[a-z][\w-]*/g, '__$&')),
    );
}

/** Takes the indentation out of templates and style sheets, which a minifier for JavaScript leaves alone. */
function minifyTemplates(): Plugin {
  return {
    name: 'minify-templates',
    enforce: 'pre',
    apply: 'build',
    async transform(source, id) {
      if (!/\/src\/.+\.ts$/.test(id) || !/(?:html|css|svg)`/.test(source)) return null;
      const minified = await minifyHTMLLiterals(source, {
        fileName: id,
        // Without its slash an SVG shape would swallow its siblings.
        html: { keepClosingSlash: true, decodeEntities: false },
      });
      if (!minified) return null;
      const code = minified.code.replace(sheets, plainer);
      return { code: this.environment.name === 'modules' ? code : markClasses(code), map: null };
    },
  };
}

/**
 * Style sheets, which say much the same, stand side by side in a bundle: compression looks back 32 kB, and finds them
 * there. The entry imports every one before all else; those the bundle does not use fall away. The widget is too small
 * to gain by it.
 */
function sheetsTogether(): Plugin {
  const files = readdirSync(new URL('src', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.styles.ts'))
    .sort();
  return {
    name: 'sheets-together',
    apply: 'build',
    transform(code, id) {
      if (this.environment.name !== 'dashboard') return null;
      if (id.endsWith('.styles.ts')) return { code, map: null, moduleSideEffects: false };
      if (!this.getModuleInfo(id)?.isEntry) return null;
      return { code: files.map((file) => `import '/src/${file}';`).join('') + code, map: null };
    },
  };
}

/** IIFE output takes one entry, so each bundle is an environment of its own. */
function bundle(tag: string) {
  return {
    consumer: 'client' as const,
    build: {
      outDir: 'dist',
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'es2022',
      minify: true as const,
      rolldownOptions: {
        checks: { pluginTimings: false },
        input: `src/${tag}.ts`,
        output: { format: 'iife' as const, entryFileNames: `${tag}.js`, codeSplitting: false },
        plugins: [loadOnce(tag)],
      },
    },
  };
}

/**
 * The modules of the npm package. Its dependencies stay imports: a page has one Lit for all its elements, and Node
 * takes Lit's own build for servers.
 */
const modules = {
  consumer: 'client' as const,
  build: {
    outDir: 'dist/esm',
    emptyOutDir: true,
    copyPublicDir: false,
    target: 'es2022',
    minify: false,
    modulePreload: false as const,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { index: 'src/index.ts', dashboard: 'src/dashboard.ts' },
      external: Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
      preserveEntrySignatures: 'strict' as const,
      output: { format: 'es' as const, entryFileNames: '[name].js', chunkFileNames: 'shared.js' },
    },
  },
};

export default defineConfig({
  appType: 'custom',
  plugins: [plainStyleSheets(), plainSignIn(), minifyTemplates(), sheetsTogether()],
  environments: {
    chat: bundle('support-chat'),
    dashboard: bundle('support-dashboard'),
    modules,
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['chat', 'dashboard', 'modules']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
  test: {
    include: ['{src,demo,supabase,scripts,bench}/**/*.test.ts'],
    // Many tests wait for a database or a clock: as many workers as cores would leave the cores idle.
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    setupFiles: ['scripts/vitest.setup.ts'],
  },
});
