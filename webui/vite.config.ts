// Builds the app for browsers back to Chrome 87 and Safari 14: old phones are the rule, not the exception.
import { defineConfig } from 'vitest/config';
import { emoji } from './build/emoji.ts';
import { precompress } from './build/precompress.ts';
import { sizeLimit } from './build/size-limit.ts';

export default defineConfig({
  // Everything is served from the root of the box; there is no other origin.
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome87', 'firefox85', 'safari14'],
    // Logical properties stay as written: their replacement for older browsers would be a third of the style sheet.
    cssTarget: ['chrome89', 'firefox85', 'safari15'],
    outDir: 'dist',
    assetsInlineLimit: 0,
    // The app preloads nothing by script: the policy the box serves allows only its own files anyway.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: { app: 'index.html', docs: 'docs/index.html' } },
  },
  plugins: [emoji(), sizeLimit({ entry: 'app', andOneOf: /\/core\/locales\/\w\w\.ts$/, maxGzipBytes: 90 * 1024 }), precompress()],
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } } },
  test: { include: ['src/**/*.test.ts', 'build/**/*.test.ts'], environment: 'node', setupFiles: ['src/core/tests/both-languages.ts'] },
});
