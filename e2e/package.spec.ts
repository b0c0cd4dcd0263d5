// The npm package as somebody else's project gets it: packed, installed and built with TypeScript and Vite.
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { build, preview } from 'vite';
import { expect, test, Widget } from './fixtures.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A project that uses all the package offers. */
const PROJECT: Record<string, string> = {
  'package.json': JSON.stringify({ name: 'shop', private: true, type: 'module' }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedSideEffectImports: true,
      verbatimModuleSyntax: true,
      // The package's own types are checked too.
      skipLibCheck: false,
      types: [],
      noEmit: true,
    },
    include: ['src'],
  }),
  'index.html': '<!doctype html><html lang="en"><script type="module" src="/src/main.ts"></script></html>',
  'dashboard.html':
    '<!doctype html><html lang="en"><script type="module" src="/src/inbox.ts"></script></html>',
  'src/main.ts': `
    import { type ChatMessage, type Messages, type SupportChat } from 'support-chat';
    import 'support-chat';

    const query = new URLSearchParams(location.search);
    const chat = document.createElement('support-chat');
    chat.supabaseUrl = query.get('url') ?? '';
    chat.supabaseKey = query.get('key') ?? '';
    chat.position = 'bottom-start';
    chat.visitor = { name: 'Ada', attributes: { plan: 'pro', seats: 3 } };
    chat.messages = { heading: 'Chat with us', unread: (count) => count.toFixed() } satisfies Partial<Messages>;
    const written: ChatMessage[] = [];
    chat.addEventListener('support-message', ({ detail }) => {
      const direction: 'in' | 'out' = detail.direction;
      written.push(detail.message);
      document.title = direction + ': ' + detail.message.content;
    });
    document.addEventListener('support-unread', (event) => event.detail.count.toFixed());
    document.body.append(chat);
    export const found: SupportChat | null = document.querySelector('support-chat');
    export const sent: Promise<void> | undefined = found?.send.length === 0 ? found.send('Hello') : undefined;
  `,
  'src/inbox.ts': `
    import { SupportDashboard } from 'support-chat/dashboard';

    const query = new URLSearchParams(location.search);
    const desk: SupportDashboard = document.createElement('support-dashboard');
    desk.supabaseUrl = query.get('url') ?? '';
    desk.supabaseKey = query.get('key') ?? '';
    document.body.append(desk);
  `,
  'src/react.tsx': `
    import { useRef } from 'react';
    import type { SupportChat } from 'support-chat';
    import 'support-chat/react';

    export function Chat() {
      const chat = useRef<SupportChat>(null);
      return <>
        <support-chat
          ref={chat}
          id="chat"
          className="chat"
          supabase-url="https://shop.test"
          supabaseKey="sb_publishable_shop"
          no-sound
          theme="dark"
          visitor={{ name: 'Ada' }}
          onsupport-message={({ detail }) => detail.message.content.trim()}
          onClick={() => chat.current?.show()}
        >
          <b slot="header">Shop</b>
        </support-chat>
        <support-dashboard client={{}} />
      </>;
    }
  `,
  'src/other.tsx': `
    /** @jsxImportSource other */
    export const chat = (
      <support-chat
        ref={(element) => element?.show()}
        class="chat"
        supabase-url="https://shop.test"
        onsupport-open={({ detail }) => detail.reason.trim()}
        on:support-unread={({ detail }) => detail.count.toFixed()}
      />
    );
    export const inbox = <support-dashboard no-sound />;
  `,
  // Another framework, of which only the list of its elements matters.
  'node_modules/other/jsx-runtime.d.ts': `
    import type { SupportElements } from 'support-chat/jsx';
    export namespace JSX {
      interface IntrinsicElements extends SupportElements {}
    }
    export function jsx(type: string, props: object): unknown;
  `,
};

/** Misuse: the compiler refuses each line but the first. */
const MISTAKES: Record<string, string[]> = {
  'src/wrong-values.ts': [
    "import 'support-chat'; const chat = document.createElement('support-chat');",
    "chat.theme = 'blue';",
    'chat.supabaseUrl = 1;',
    "chat.visitor = { name: 'Ada', attributes: { since: new Date() } };",
    'chat.unread = 2;',
    'chat.send(1);',
    'chat.driver;',
    "chat.addEventListener('support-message', ({ detail }) => detail.text);",
    "import 'support-chat/chat/support-chat';",
  ],
  'src/wrong-elements.tsx': [
    "import 'support-chat/react';",
    'export const a = <support-chat theme="blue" />;',
    'export const b = <support-chat supabase-url={1} />;',
    'export const c = <support-chat colour="red" />;',
    'export const d = <support-chat onsupport-unread={({ detail }) => detail.message} />;',
    'export const e = <support-dashboard client="supabase" />;',
  ],
};

test.describe.configure({ mode: 'default' });

let project = '';
let tarball = '';

test.beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'support-chat-package-'));
  // What is built is packed; a build now would pull the files from under the other tests.
  const packed = await run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', project, ROOT],
    { cwd: project },
  );
  tarball = join(project, (JSON.parse(packed.stdout) as { filename: string }[])[0]!.filename);
  const installed = join(project, 'node_modules/support-chat');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), '@types/react', 'csstype']) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), link, 'junction');
  }
  for (const [path, text] of Object.entries(PROJECT)) await write(path, text);
});

test.afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), text);
}

/** What the compiler says about the project, as `file(line)`. */
async function compile(): Promise<string> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return run(process.execPath, [tsc, '--pretty', 'false'], { cwd: project }).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}

test('publint and attw find nothing to say about the package', async () => {
  const { buffer, byteOffset, byteLength } = await readFile(tarball);
  const { messages } = await publint({
    pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer },
  });
  expect(messages).toEqual([]);
  await run('npx', ['--no-install', 'attw', tarball, '--no-color'], { cwd: ROOT });
});

test('the manifest is where package.json says, and names modules that are there', async () => {
  const folder = join(project, 'node_modules/support-chat');
  const { customElements } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    customElements: string;
  };
  const manifest = JSON.parse(await readFile(join(folder, customElements), 'utf8')) as {
    modules: { path: string; exports: { kind: string; name: string }[] }[];
  };
  for (const { path } of manifest.modules) await access(join(folder, path));
  const defined = manifest.modules.flatMap(({ exports }) => exports.filter(({ kind }) => kind !== 'js'));
  expect(defined.map(({ name }) => name)).toEqual(['support-chat', 'support-dashboard']);
});

test('a server may import every module, more than once', async () => {
  const code = `
    import 'support-chat'; import 'support-chat/dashboard'; import 'support-chat/jsx'; import 'support-chat/react';
    await import('./node_modules/support-chat/dist/esm/index.js?again');
  `;
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: project,
  });
  expect(stdout + stderr).toBe('');
});

test('strict TypeScript takes what the documents say, and refuses what they do not', async () => {
  const places: string[] = [];
  for (const [path, lines] of Object.entries(MISTAKES)) {
    await write(path, lines.join('\n'));
    places.push(...lines.slice(1).map((_line, index) => `${path}(${index + 2}`));
  }
  const reported = (await compile())
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => /^[^,]*/.exec(line)![0]);
  expect([...new Set(reported)].sort()).toEqual(places.sort());
});

test('Vite builds the project, and its pages chat', async ({ backend, browser, unique }) => {
  await build({
    root: project,
    configFile: false,
    logLevel: 'error',
    build: {
      rolldownOptions: {
        input: { main: join(project, 'index.html'), inbox: join(project, 'dashboard.html') },
      },
    },
  });
  const server = await preview({ root: project, configFile: false, logLevel: 'error', preview: { port: 0 } });
  const context = await browser.newContext();
  try {
    const address = (path: string) => {
      const url = new URL(path, server.resolvedUrls!.local[0]);
      url.search = new URLSearchParams({ url: backend.url, key: backend.publishableKey }).toString();
      return url.href;
    };
    const widget = new Widget(await context.newPage());
    await widget.page.goto(address('/'));
    await expect(widget.launcher).toBeVisible();
    await widget.open();
    const text = unique('Built by somebody else');
    await widget.send(text);
    await expect(widget.page).toHaveTitle(`out: ${text}`);

    const office = await context.newPage();
    await office.goto(address('/dashboard.html'));
    await expect(office.getByRole('button', { name: 'Sign in' })).toBeVisible();
  } finally {
    await context.close();
    await server.close();
  }
});
