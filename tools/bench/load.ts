// npm run bench:load: how long the app takes to load, as deployed and with its packages outside, turn by turn in one run:
// until the host knows the functions, and on until the first evaluation can begin. `-- 7` for seven starts of each.

import { execFile } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** Bounds of the product: a cold start must not be felt. */
export const MOST_MS = 150;
export const MOST_BYTES = 3 * 1024 * 1024;

/** Milliseconds: until the host knows the functions, the processor time of that, and until an evaluation can begin. */
interface Times {
  wall: number;
  cpu: number;
  first: number;
}

/** One start of a fresh process. */
async function load(file: string): Promise<Times> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'load-once.ts'), join(root, file)]);
  return JSON.parse(stdout) as Times;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Medians of `starts` starts of each kind. */
export async function compare(starts: number): Promise<Record<'bundled' | 'unbundled', Times>> {
  const files = { bundled: 'dist/main.js', unbundled: '.local/unbundled/main.js' };
  const times: Record<string, Times[]> = { bundled: [], unbundled: [] };
  for (let turn = 0; turn < starts; turn++)
    for (const [kind, file] of Object.entries(files)) times[kind]?.push(await load(file));
  const medians = (kind: string) => ({
    wall: median((times[kind] ?? []).map(({ wall }) => wall)),
    cpu: median((times[kind] ?? []).map(({ cpu }) => cpu)),
    first: median((times[kind] ?? []).map(({ first }) => first)),
  });
  return { bundled: medians('bundled'), unbundled: medians('unbundled') };
}

async function main(): Promise<void> {
  const starts = Number(process.argv[2] ?? 20);
  if (!(starts >= 1)) {
    process.stderr.write('Usage: npm run bench:load -- STARTS\n');
    process.exitCode = 2;
    return;
  }
  for (const more of [[], ['--unbundled']])
    await run(process.execPath, [join(root, 'tools/build.ts'), '--quiet', ...more]);
  const files = globSync(['dist/main.js', 'dist/chunks/*.js'], { cwd: root });
  const size = files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
  const { bundled, unbundled } = await compare(starts);
  const line = (name: string, { wall, cpu, first }: Times): string =>
    `${name}: ${wall.toFixed(0)} ms (processor time ${cpu.toFixed(0)} ms), first evaluation ${first.toFixed(0)} ms, median of ${starts} starts\n`;
  process.stdout.write(`${line('bundled  ', bundled)}${line('unbundled', unbundled)}`);
  process.stdout.write(`size: ${(size / 1024 / 1024).toFixed(2)} MB of at most ${MOST_BYTES / 1024 / 1024}\n`);
  if (size > MOST_BYTES || bundled.wall > MOST_MS || bundled.first > unbundled.first) {
    process.stderr.write(
      `At most ${MOST_MS} ms and ${MOST_BYTES} bytes are allowed, and a first evaluation no later than unbundled.\n`,
    );
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
