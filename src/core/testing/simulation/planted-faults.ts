import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type * as Simulation from './simulate.ts';

/** A mistake that somebody could make in the engine, as a change of its source. */
export interface PlantedFault {
  readonly what: string;
  /** From `src/`. */
  readonly file: string;
  /** Is there exactly once. */
  readonly code: string;
  readonly instead: string;
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    what: 'unsent messages are kept in memory only',
    file: 'core/outbox.ts',
    code: 'if (this.#options.storage.set(this.#keyOf(clientId), JSON.stringify(value))) this.#stored',
    instead: 'if (value) this.#stored',
  },
  {
    what: 'each try has an idempotency key of its own',
    file: 'core/visitor-driver.ts',
    code: 'this.#api.send(token, message.conversation, message.clientId,',
    instead: 'this.#api.send(token, message.conversation, this.#clock.uuid(),',
  },
  {
    what: 'no answer is taken for a yes',
    file: 'core/outbox.ts',
    code: 'this.#delay(lane, error, next);\n          return;',
    instead: 'this.#settle(next.clientId, null);\n          continue;',
  },
  {
    what: 'what waits in storage is sent newest first',
    file: 'core/outbox.ts',
    code: 'return a.order - b.order ||',
    instead: 'return b.order - a.order ||',
  },
  {
    what: 'messages after a gap are shown at once',
    file: 'core/timeline.ts',
    code: 'for (let next = ahead.get(last + 1); next; next = ahead.get(last + fresh.length + 1)) {',
    instead: 'for (const next of [...ahead.values()]) {',
  },
  {
    what: 'an older state replaces a newer one',
    file: 'core/session-book.ts',
    code: '(entry && entry.session.rev > session.rev)',
    instead: 'false',
  },
  {
    what: 'what comes again is announced again',
    file: 'core/session-book.ts',
    code: 'const fresh = messages.filter((message) => message.seq > heard).sort',
    instead: 'const fresh = messages.filter((message) => message.seq > 0).sort',
  },
  {
    what: 'a topic that got another name is not followed',
    file: 'core/sync-loop.ts',
    code: 'this.#polls + 1;\n        this.#listen(topic);',
    instead: 'this.#polls + 1;',
  },
  {
    what: 'silence on a half-open socket is not noticed',
    file: 'transport/realtime-socket.ts',
    code: 'if (!this.#heard) {',
    instead: 'if (this.#over) {',
  },
  {
    what: 'a tab that leads no more keeps its socket',
    file: 'transport/live-channel.ts',
    code: 'if (this.#stopped) return;\n    this.#hangUp();',
    instead: 'if (this.#stopped) return;',
  },
  {
    what: 'a tab from which the lock was taken goes on leading',
    file: 'browser/tabs.ts',
    code: 'this.#setLeads(!granted);',
    instead: 'this.#setLeads(true);',
  },
  {
    what: 'other tabs are not told of a sign-out',
    file: 'core/visitor-token.ts',
    code: 'this.#storage.set(this.#key, SIGNED_OUT + token);',
    instead: '',
  },
  {
    what: 'what a visitor reads is never marked as read',
    file: 'core/read-marker.ts',
    code: 'if (!this.#busy) this.#plan',
    instead: 'if (this.#busy) this.#plan',
  },
];

/** The simulation of an engine with this mistake in it. */
export async function simulationWith({ file, code, instead }: PlantedFault): Promise<typeof Simulation> {
  const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url));
  const parts = (await readFile(path, 'utf8')).split(code);
  if (parts.length !== 2) throw new Error(`${file} has this ${parts.length - 1} times: ${code}`);
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'planted-fault',
        load: (id) => (id === path ? { code: parts.join(instead), moduleType: 'ts' } : null),
      },
    ],
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('simulate.ts', import.meta.url)),
      write: false,
      minify: false,
      rollupOptions: { output: { codeSplitting: false } },
    },
  });
  const [bundle] = 'output' in built ? built.output : [];
  if (bundle?.type !== 'chunk') throw new Error('Nothing was built.');
  return import(`data:text/javascript;base64,${Buffer.from(bundle.code).toString('base64')}`);
}
