// Bundles the scripts of the demo's pages into dist/demo.
import { mkdirSync, writeFileSync } from 'node:fs';
import { buildStage } from '../scripts/build-stage.ts';

const SCRIPTS = {
  'configurator.js': 'demo/configurator/page.ts',
  'restyle.js': 'demo/restyle/page.ts',
  'scene.js': 'demo/restyle/scene.ts',
};

const directory = new URL('../dist/demo/', import.meta.url);
mkdirSync(directory, { recursive: true });
for (const [name, entry] of Object.entries(SCRIPTS)) {
  writeFileSync(new URL(name, directory), await buildStage(entry));
}
