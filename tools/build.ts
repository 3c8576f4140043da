// Builds what is deployed: one file per function in dist/functions, shared code in chunks beside them, packages outside.
// `func start`, the local host and a deployment all load this output.

import { glob, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const quiet = process.argv.includes('--quiet');

const result = await build({
  absWorkingDir: root,
  entryPoints: ['functions/*.ts'],
  outdir: 'dist/functions',
  outbase: 'functions',
  chunkNames: '../chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  packages: 'external',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
});
// Stale files go last, so that whoever loads dist meanwhile never finds it empty.
const built = new Set(Object.keys(result.metafile.outputs).map((file) => join(file)));
for await (const file of glob('dist/**/*.{js,map}', { cwd: root })) if (!built.has(file)) await rm(join(root, file));
if (!quiet) process.stdout.write(`Built ${Object.keys(result.metafile.outputs).length} files in dist.\n`);
