// SPDX-License-Identifier: Apache-2.0
// How the front end is built into the Python package, and served by `npm run dev` while one works on it.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const server = process.env['NEPHOSCOPE_SERVER'] ?? 'http://127.0.0.1:8040';
const OUT = '../src/nephoscope/web';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [compressed()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The content security policy lets nothing be written into the page itself.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: server }, '/aodh': { target: server }, '/healthz': { target: server } } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});

/** Leaves a `.br` and a `.gz` beside each text, so that the server need not compress anything. */
function compressed(): Plugin {
  return {
    name: 'nephoscope-compressed',
    apply: 'build',
    async closeBundle() {
      for (const name of await readdir(OUT, { recursive: true })) {
        if (!/\.(js|css|svg|html)$/.test(name)) continue;
        const content = await readFile(join(OUT, name));
        await writeFile(join(OUT, `${name}.br`), brotliCompressSync(content));
        await writeFile(join(OUT, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}
