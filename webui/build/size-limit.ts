// Fails the build when what a phone must load before the first screen grows over its budget.
// Counted: the entry script, what it imports statically, their style sheets, and the words of one language; not what loads later
// on demand.
import { gzipSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';

export function sizeLimit(options: { entry: string; andOneOf: RegExp; maxGzipBytes: number }): Plugin {
  return {
    name: 'imbox-size-limit',
    apply: 'build',
    generateBundle(_, bundle) {
      const first = new Set<string>();
      const visit = (name: string): void => {
        const part = bundle[name];
        if (first.has(name) || part?.type !== 'chunk') return;
        first.add(name);
        for (const css of cssOf(part)) first.add(css);
        part.imports.forEach(visit);
      };
      for (const part of Object.values(bundle)) if (part.type === 'chunk' && part.isEntry && part.name === options.entry) visit(part.fileName);
      if (first.size === 0) this.error(`there is no entry ${options.entry}`);
      const gzipped = (name: string): number => gzipSync(contentOf(bundle[name]), { level: 9 }).length;
      const choices = Object.values(bundle).filter((part) => part.type === 'chunk' && options.andOneOf.test(part.facadeModuleId ?? ''));
      if (choices.length === 0) this.error(`there is nothing like ${options.andOneOf}`);
      const [largest] = choices.map((part) => part.fileName).sort((a, b) => gzipped(b) - gzipped(a));
      visit(largest!);
      let total = 0;
      for (const name of first) total += gzipped(name);
      const summary = `first load: ${(total / 1024).toFixed(1)} KiB gzip in ${first.size} files`;
      if (total > options.maxGzipBytes) this.error(`${summary}, over the limit of ${options.maxGzipBytes / 1024} KiB`);
      this.info(summary);
    },
  };
}

function cssOf(chunk: Rollup.OutputChunk): Iterable<string> {
  const meta = (chunk as Rollup.OutputChunk & { viteMetadata?: { importedCss: Set<string> } }).viteMetadata;
  return meta?.importedCss ?? [];
}

function contentOf(part: Rollup.OutputAsset | Rollup.OutputChunk | undefined): string | Uint8Array {
  if (!part) return '';
  return part.type === 'chunk' ? part.code : part.source;
}
