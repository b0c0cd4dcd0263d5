// What we use of the analyzer, which leaves it out of its own types.
declare module '@custom-elements-manifest/analyzer/index.js' {
  import type { Package } from 'custom-elements-manifest/schema';

  export const ts: {
    readonly ScriptTarget: { readonly ES2015: number };
    createSourceFile(name: string, text: string, target: number, setParentNodes: boolean): object;
  };
  export function create(options: {
    readonly modules: readonly object[];
    readonly plugins: readonly object[];
    readonly context: { readonly dev: boolean };
  }): Package;
}

declare module '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js' {
  export function litPlugin(): readonly object[];
}
