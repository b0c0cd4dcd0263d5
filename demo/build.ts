// Bundles the scripts of the demo's pages: `demo/<page>/page.ts` becomes `dist/demo/<page>.js`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { buildStage } from '../scripts/build-stage.ts';

const directory = new URL('../dist/demo/', import.meta.url);
mkdirSync(directory, { recursive: true });
for (const page of ['configurator', 'restyle']) {
  writeFileSync(new URL(`${page}.js`, directory), await buildStage(`demo/${page}/page.ts`));
}
