// Builds what is deployed: one file per function in dist/functions, shared code in chunks beside them, packages outside.
// `func start`, the local host and a deployment all load this output.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const quiet = process.argv.includes('--quiet');

await rm(join(root, 'dist'), { recursive: true, force: true });
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
if (!quiet) process.stdout.write(`Built ${Object.keys(result.metafile.outputs).length} files in dist.\n`);
