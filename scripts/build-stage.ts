import { build } from 'vite';

/** A stage that shows an element with a scripted driver, as one script; `entry` is relative to the project. */
export async function buildStage(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rolldownOptions: {
        input: new URL(`../${entry}`, import.meta.url).pathname,
        output: { format: 'iife', codeSplitting: false },
      },
    },
  });
  const output = Array.isArray(result) ? result[0] : result;
  const chunk = output && 'output' in output ? output.output[0] : null;
  if (!chunk) throw new Error(`Nothing was built from ${entry}.`);
  return chunk.code;
}
