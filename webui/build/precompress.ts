// Puts a gzip copy beside every text asset, so that the box spends no CPU on compression while it serves.
// Browsers offer brotli only on HTTPS, and the box speaks plain HTTP first: gzip it is.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|webmanifest|txt)$/;

export function precompress(): Plugin {
  let outDir = 'dist';
  return {
    name: 'imbox-precompress',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      for (const name of await readdir(outDir, { recursive: true })) {
        if (!TEXT.test(name)) continue;
        const path = join(outDir, name);
        await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
      }
    },
  };
}
