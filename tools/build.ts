// Builds what is deployed into dist: main.js with all functions, chunks/ with what each of them loads at its first call,
// and what the host reads beside them. One file in all would be parsed whole before the host knows a single function, one
// per function would hold the clients of Azure ten times. The local host, `func start` and a deployment all load this
// output. `--unbundled` leaves packages outside, for comparison.

import { existsSync, globSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const quiet = process.argv.includes('--quiet');
const unbundled = process.argv.includes('--unbundled');
const out = unbundled ? join(root, '.local/unbundled') : dist;
/** More is felt at every cold start. */
const MOST_BYTES = 3 * 1024 * 1024;

const megabytes = (size: number): string => (size / 1024 / 1024).toFixed(2);

// Messages of zod in forty languages would be a tenth of the file; ours are our own.
const noLocales: Plugin = {
  name: 'no-locales',
  setup(bundler) {
    const english = { contents: "export { default as en } from './en.js';" };
    bundler.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => english);
  },
};

const functions = globSync('functions/*.ts', { cwd: root }).toSorted();
const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  stdin: {
    contents: functions.map((file) => `import './${file.replaceAll('\\', '/')}';`).join('\n'),
    resolveDir: root,
    loader: 'ts',
  },
  outdir: out,
  entryNames: 'main',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  ...(unbundled && { packages: 'external' as const }),
  // The host supplies its core. Arrow is another format of blob lists, loaded when somebody asks for it; nobody does.
  external: ['@azure/functions-core', 'apache-arrow'],
  // Packages in CommonJS ask for Node's modules by `require`, which a module does not have.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  // Modules before CommonJS: only of modules is left out what nobody uses.
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  plugins: [noLocales],
  metafile: true,
  logLevel: 'warning',
  write: false,
});
await bringUpToDate(outputFiles);

if (!unbundled) await besideTheBundle();
const files = Object.values(metafile.outputs);
const bytes = files.reduce((sum, output) => sum + output.bytes, 0);
if (!quiet)
  process.stdout.write(`Built ${functions.length} functions into ${files.length} files of ${megabytes(bytes)} MB.\n`);
if (bytes > MOST_BYTES) {
  process.stderr.write(`The bundle has ${megabytes(bytes)} MB; at most ${megabytes(MOST_BYTES)} are allowed.\n`);
  process.exitCode = 1;
}

/**
 * Writes what changed, then removes the chunks of older builds (their names change with what is in them): a host that runs
 * an unchanged build finds all its chunks at any time.
 */
async function bringUpToDate(built: { path: string; contents: Uint8Array }[]): Promise<void> {
  await mkdir(join(out, 'chunks'), { recursive: true });
  for (const { path, contents } of built) {
    const present = await readFile(path).catch(() => undefined);
    if (!present?.equals(contents)) await writeFile(path, contents);
  }
  const current = new Set(built.map(({ path }) => basename(path)));
  for (const name of await readdir(join(out, 'chunks')))
    if (!current.has(name)) await rm(join(out, 'chunks', name), { recursive: true });
}

/** What the host and the app read, as it lies in the deployed package. */
async function besideTheBundle(): Promise<void> {
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, version, engines } = own;
  await mkdir(dist, { recursive: true });
  const manifest = { name, version, private: true, type: 'module', main: 'main.js', engines };
  await writeFile(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await cp(join(root, 'host.json'), join(dist, 'host.json'));
  await cp(join(root, 'workloads'), join(dist, 'workloads'), { recursive: true });
  // All of it is deployed, so that nothing may stay that an earlier build or somebody else left.
  const made = new Set(['chunks', 'main.js', 'package.json']);
  for (const name of await readdir(dist, { recursive: true })) {
    const [top = ''] = name.split(sep);
    const copied = (top === 'workloads' || top === 'host.json') && existsSync(join(root, name));
    if (!made.has(top) && !copied) await rm(join(dist, name), { recursive: true, force: true });
  }
}
